//! Where a store is that is no file: a URL, which may hold a password and is never shown whole.

use std::fmt;
use std::net::IpAddr;

use sqlx::any::AnyConnectOptions;

use crate::{Error, Result};

/// A database somewhere, by its URL. What is printed of it holds neither password nor options.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    url: String,
    shown: String,
    /// File of authorities to trust beside those of the machine.
    #[cfg_attr(not(feature = "postgres"), allow(dead_code, reason = "nothing is dialled"))]
    pub(crate) authorities: Option<String>,
}

/// Ways of TLS that hold what they promise, and the one that says in words that there is none.
const MODES: [&str; 4] = ["verify-full", "verify-ca", "require", "disable"];

impl Address {
    /// Reads a URL. A host that is not this machine is spoken to over TLS with its certificate checked, unless the
    /// URL says another `sslmode`.
    ///
    /// # Errors
    /// When it is no URL of PostgreSQL, names no host, or leaves open whether it is encrypted.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |why: &str| Error::Address(format!("the address of the store {why}"));
        let form = "is no URL like postgres://user@host/database";
        // what the parser says could repeat a part of the password
        let mut url = text.trim().parse::<AnyConnectOptions>().map_err(|_| wrong(form))?.database_url;
        if !matches!(url.scheme(), "postgres" | "postgresql") || url.cannot_be_a_base() {
            return Err(wrong(form));
        }
        let mut host = url.host_str().unwrap_or_default().to_owned();
        let (mut mode, mut authorities) = (None, None);
        for (key, value) in url.query_pairs() {
            match &*key {
                "host" | "hostaddr" => host = value.into_owned(),
                "sslmode" | "ssl-mode" => mode = Some(value.into_owned()),
                "sslrootcert" | "ssl-root-cert" | "ssl-ca" => authorities = Some(value.into_owned()),
                _ => {}
            }
        }
        if host.is_empty() {
            return Err(wrong("names no host; a socket is named by ?host=/run/postgresql"));
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let shown = format!("postgres://{host}{port}{}", url.path());
        match &mode {
            _ if is_here(&host) => {}
            None => drop(url.query_pairs_mut().append_pair("sslmode", MODES[0])),
            Some(mode) if MODES.contains(&mode.as_str()) => {}
            Some(_) => {
                let modes = MODES.join(", ");
                return Err(wrong(&format!("must say which it is for another machine: sslmode={modes}")));
            }
        }
        // as PostgreSQL's own programs do: whoever names an authority wants the certificate checked against it
        if authorities.is_some() && mode.as_deref() == Some("require") {
            url.query_pairs_mut().append_pair("sslmode", "verify-ca");
        }
        Ok(Self { url: url.into(), shown, authorities })
    }

    #[cfg(feature = "postgres")]
    pub(crate) fn options(&self) -> sqlx::Result<AnyConnectOptions> {
        self.url.parse()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.shown)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Address({})", self.shown)
    }
}

/// Whether a host is this machine: a socket, or the loopback.
fn is_here(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host.starts_with('/')
        || host.to_ascii_lowercase().starts_with("%2f")
        || host.eq_ignore_ascii_case("localhost")
        || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_password_is_ever_shown() {
        for url in [
            "postgres://ana:s3cret@db.corp.example:5433/bonafide",
            "postgresql://ana@db.corp.example/bonafide?password=s3cret&sslmode=require",
            "postgres://ana:s3cret@localhost/bonafide",
        ] {
            let address = Address::parse(url).unwrap();
            let shown = format!("{address} {address:?}");
            assert!(!shown.contains("s3cret") && shown.contains("/bonafide"), "{shown}");
        }
        for wrong in ["ana:s3cret@host/db", "postgres://ana:s3cret@host:port/db", "mysql://a:s3cret@b/c", ""]
        {
            let told = Address::parse(wrong).unwrap_err().to_string();
            assert!(!told.contains("s3cret") && told.contains("is no URL"), "{told}");
        }
    }

    #[test]
    fn another_machine_is_spoken_to_over_tls_unless_it_says_otherwise() {
        let url = |text: &str| Address::parse(text).map(|address| address.url);
        assert!(url("postgres://a@db.example/b").unwrap().ends_with("sslmode=verify-full"));
        assert!(url("postgres://a@10.0.0.8/b?sslmode=disable").unwrap().ends_with("sslmode=disable"));
        assert!(url("postgres://a@db.example/b?sslmode=prefer").is_err(), "may or may not be encrypted");
        assert!(url("postgres://a@localhost/b?host=10.0.0.8").unwrap().ends_with("verify-full"));
        let named = url("postgres://a@localhost/b?sslmode=require&sslrootcert=/ca.pem").unwrap();
        assert!(named.ends_with("sslmode=verify-ca"), "an authority that is named is asked: {named}");
        for here in [
            "postgres://a@localhost/b",
            "postgres://a@127.0.0.1:5433/b",
            "postgres://a@[::1]/b",
            "postgres://a@%2Frun%2Fpostgresql/b",
            "postgres:///b?host=/run/postgresql",
        ] {
            assert!(!url(here).unwrap().contains("verify"), "{here}");
        }
        assert!(url("postgres:///b").is_err(), "no host");
    }
}
