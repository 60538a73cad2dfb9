//! What `bonafide serve` does beside showing pages: where findings are sent, how long the detail of cleared people is
//! kept, who vouches for users. `serve.toml` in the workspace; without it nothing leaves, and nothing goes by itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::settings;

/// Name of the file in the workspace.
pub const FILE: &str = "serve.toml";
/// Longest time that detail may be kept, days.
const MOST_DAYS: u32 = 3650;

/// The whole file. Secrets stand in files of their own, outside the workspace.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Service {
    /// When detail goes.
    pub retention: Option<Retention>,
    /// Where findings are sent.
    pub delivery: Vec<Delivery>,
    /// Who vouches for users.
    pub openid: Option<OpenId>,
}

/// When detail goes.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Days after the last decision on somebody who was cleared.
    pub cleared_days: u32,
}

/// How findings travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A signed body by HTTP.
    Webhook,
    /// A message for people, by HTTP.
    Slack,
    /// RFC 5424.
    Syslog,
    /// A line at the end of a file.
    File,
}

impl Kind {
    /// As the file writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Webhook => "webhook",
            Self::Slack => "slack",
            Self::Syslog => "syslog",
            Self::File => "file",
        }
    }
}

/// One receiver of findings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delivery {
    /// What it is called here.
    pub name: String,
    /// How findings travel.
    pub kind: Kind,
    /// Where to.
    pub url: Option<String>,
    /// A file with that, where the address itself is a secret.
    pub url_file: Option<PathBuf>,
    /// The file at whose end lines are put.
    pub file: Option<PathBuf>,
    /// A file with the secret that signs.
    pub secret_file: Option<PathBuf>,
    /// A file with the authorities to trust in place of those of the machine, PEM.
    pub authorities: Option<PathBuf>,
    /// Address of this server, for links to cases.
    pub link: Option<String>,
    /// Send what was there before the receiver was known, too.
    #[serde(default)]
    pub backlog: bool,
    /// Findings may cross a network unencrypted.
    #[serde(default)]
    pub in_the_clear: bool,
    /// What `secret_file` holds.
    #[serde(skip)]
    pub secret: Option<String>,
    /// What `authorities` holds.
    #[serde(skip)]
    pub trusted: Option<Vec<u8>>,
}

/// A provider that vouches for users.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenId {
    /// Issuer, exactly as the provider writes it.
    pub issuer: String,
    /// What this server is called there.
    pub client_id: String,
    /// A file with what this server proves itself with; without it the server is a public client.
    pub client_secret_file: Option<PathBuf>,
    /// Address under which browsers reach this server, such as `https://bonafide.example`.
    pub address: String,
    /// Scopes to ask for beside `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// Claim that becomes the user's name.
    #[serde(default = "email")]
    pub name_claim: String,
    /// Claim that holds groups or roles.
    pub role_claim: Option<String>,
    /// Role by value of that claim. Whoever has none of them does not come in.
    #[serde(default)]
    pub roles: std::collections::BTreeMap<String, String>,
    /// Nobody signs in by password while this is true.
    #[serde(default)]
    pub only: bool,
    /// A file with the authorities to trust in place of those of the machine, PEM.
    pub authorities: Option<PathBuf>,
    /// What `client_secret_file` holds.
    #[serde(skip)]
    pub client_secret: Option<String>,
    /// What `authorities` holds.
    #[serde(skip)]
    pub trusted: Option<Vec<u8>>,
}

fn email() -> String {
    "email".into()
}

impl Service {
    /// Reads the file of a workspace and the secrets that it names; a missing file means none of all this.
    pub fn read(root: &Path) -> Result<Self> {
        let path = root.join(FILE);
        let Some(text) = settings::text(&path, false)? else { return Ok(Self::default()) };
        let mut service = Self::parse(&text)
            .map_err(|why| Error::Configuration(format!("{}: {}", path.display(), why.trim_end())))?;
        let bytes = |path: &Option<PathBuf>| -> Result<Option<Vec<u8>>> {
            let Some(path) = path.as_ref().map(|path| root.join(path)) else { return Ok(None) };
            std::fs::read(&path).map(Some).map_err(Error::configuration(&path))
        };
        let line = |path: &Option<PathBuf>| -> Result<Option<String>> {
            let text = bytes(path)?.map(|bytes| String::from_utf8_lossy(&bytes).trim().to_owned());
            Ok(text)
        };
        for one in &mut service.delivery {
            one.secret = line(&one.secret_file)?;
            one.trusted = bytes(&one.authorities)?;
            if one.url.is_none() {
                one.url = line(&one.url_file)?;
            }
            one.file = one.file.as_ref().map(|file| root.join(file));
        }
        if let Some(openid) = &mut service.openid {
            openid.client_secret = line(&openid.client_secret_file)?;
            openid.trusted = bytes(&openid.authorities)?;
        }
        Ok(service)
    }

    /// Reads the text of the file, without the files that it names.
    pub fn parse(text: &str) -> Result<Self, String> {
        let service: Self = toml::from_str(text).map_err(|cause| cause.to_string())?;
        if let Some(days) = service.retention.map(|one| one.cleared_days)
            && days > MOST_DAYS
        {
            return Err(format!("cleared_days is at most {MOST_DAYS}"));
        }
        let mut names = BTreeSet::new();
        for one in &service.delivery {
            one.check()?;
            if !names.insert(&one.name) {
                return Err(format!("two deliveries are called {}", one.name));
            }
        }
        if let Some(openid) = &service.openid {
            openid.check()?;
        }
        Ok(service)
    }
}

impl Delivery {
    fn check(&self) -> Result<(), String> {
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        if !(1..=40).contains(&self.name.len()) || !self.name.chars().all(fits) {
            return Err("the name of a delivery has 1 to 40 letters, digits and . - _".into());
        }
        let wrong = |what: &str| Err(format!("delivery {}: {what}", self.name));
        let urls = usize::from(self.url.is_some()) + usize::from(self.url_file.is_some());
        match self.kind {
            Kind::File if self.file.is_none() || urls > 0 => wrong("a file is needed, and no url"),
            Kind::Webhook | Kind::Slack | Kind::Syslog if self.file.is_some() || urls != 1 => {
                wrong("either url or url_file is needed, and no file")
            }
            Kind::Webhook if self.secret_file.is_none() => {
                wrong("a secret_file is needed: what is not signed, anybody may send")
            }
            _ => Ok(()),
        }
    }
}

impl OpenId {
    fn check(&self) -> Result<(), String> {
        let is_web = |text: &str| text.starts_with("https://") || text.starts_with("http://");
        if !is_web(&self.issuer) || !is_web(&self.address) {
            return Err("openid: issuer and address begin with https://".into());
        }
        if self.roles.is_empty() != self.role_claim.is_none() {
            return Err("openid: role_claim and roles go together".into());
        }
        for role in self.roles.values() {
            if casework::Role::parse(role).is_none() {
                return Err(format!("openid: no role is called {role}"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_clear_is_refused() {
        assert!(Service::parse("").unwrap().delivery.is_empty());
        let hook = "[[delivery]]\nname = 'siem'\nkind = 'webhook'\nurl = 'https://siem.example/'\n";
        assert!(Service::parse(&format!("{hook}secret_file = 's'")).is_ok());
        for (bad, why) in [
            (hook.to_owned(), "secret_file"),
            (format!("{hook}secret_file = 's'\nurl_file = 'u'"), "either url or url_file"),
            (format!("{hook}secret_file = 's'\n{hook}secret_file = 's'"), "two deliveries"),
            (hook.replace("siem'", "a b'"), "letters"),
            ("[[delivery]]\nname = 'x'\nkind = 'file'".into(), "a file is needed"),
            ("[[delivery]]\nname = 'x'\nkind = 'pigeon'".into(), "unknown variant"),
            ("[retention]\ncleared_days = 99999".into(), "at most"),
            ("[retention]\ndays = 9".into(), "unknown field"),
            (
                "[openid]\nissuer='https://a'\nclient_id='b'\naddress='https://c'\nrole_claim='g'\n[openid.roles]\nx='root'"
                    .into(),
                "no role is called root",
            ),
            ("[openid]\nissuer='https://a'\nclient_id='b'\naddress='https://c'\nrole_claim='g'".into(), "go together"),
        ] {
            let said = Service::parse(&bad).unwrap_err();
            assert!(said.contains(why), "{bad}: {said}");
        }
    }
}
