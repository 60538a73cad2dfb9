//! What goes out: findings for the receivers that `serve.toml` names. A case whose finding is another one than the
//! receiver was told gets a letter; a letter stays until the receiver has it. Who carries it, this file does not know.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};

use casework::Right;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};
use store::Event;
pub use store::Letter;
use store::letter::Posting;

use super::{Desk, User, findings};
use crate::access;
use crate::error::{Error, Result};
use crate::service::{Delivery, Kind, Service};

/// Letters to one receiver in a round.
const ROUND: u32 = 50;
/// Wait after the first failure, seconds; doubled with each.
const WAIT: i64 = 2;
/// Longest wait, seconds.
const LONGEST: i64 = 3600;
/// Name under which the server enters the history.
const ACTOR: &str = "serve";

/// How one receiver fares, for the page about health.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DeliveryLine {
    /// What it is called.
    pub name: String,
    /// How findings travel there.
    pub kind: String,
    /// Findings that arrived.
    pub arrived: u64,
    /// When the last one did.
    pub last: Option<String>,
    /// Findings that wait.
    pub waiting: u64,
    /// Since when the oldest waits.
    pub oldest: Option<String>,
    /// Why the last try failed, where it did.
    pub trouble: Option<String>,
}

/// A receiver of findings, and one finding exactly as it leaves.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Receiver {
    /// What it is called.
    pub name: String,
    /// How findings travel there.
    pub kind: String,
    /// The host or the file; an address that is a secret is not told.
    pub to: String,
    /// What it is told of the heaviest case, where there is one.
    pub example: Option<String>,
}

/// What a receiver is to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The same for every try: receivers know by it what they have already.
    pub id: String,
    /// JSON.
    pub text: String,
    /// For syslog: 4 warning, 5 notice, 6 informational.
    pub severity: u8,
}

impl Desk {
    /// What `serve.toml` says.
    #[must_use]
    pub fn service(&self) -> &Service {
        &self.service
    }

    /// Where findings go by themselves, and what is told there. Findings name nobody.
    pub async fn leaving(&self, user: &User) -> Result<Vec<Receiver>> {
        user.needs(Right::SeeQueue)?;
        let board = self.board().await;
        let ranked = self.ranked().await?;
        let heaviest = ranked.order.iter().find(|held| held.0.status.is_live());
        let receiver = |to: &Delivery| {
            let example = heaviest.map(|held| {
                let body = letter(findings::finding(&held.0, &board), "example", false, to);
                let (receiver, digest) = (to.name.clone(), String::new());
                told(to, &Letter { receiver, matter: held.0.number, digest, body, at: 0, tries: 0 })
            });
            Ok(Receiver {
                name: to.name.clone(),
                kind: to.kind.as_str().to_owned(),
                to: place(to),
                example: example.transpose()?.map(|told| told.text),
            })
        };
        self.service.delivery.iter().map(receiver).collect()
    }

    /// Puts letters into the outbox for every case whose finding a receiver was not told.
    pub async fn gather(&self) -> Result<()> {
        let known = self.store.receivers().await?;
        for gone in known.iter().filter(|one| !self.service.delivery.iter().any(|to| to.name == one.name)) {
            self.store.drop_receiver(&gone.name).await?;
        }
        if self.service.delivery.is_empty() {
            return Ok(());
        }
        let board = self.board().await;
        let cases = self.cases().await?;
        for delivery in &self.service.delivery {
            let told = self.store.posted(&delivery.name).await?;
            let is_new = told.is_none();
            let told = told.unwrap_or_default();
            let mut postings = Vec::new();
            for (case, _) in cases.iter() {
                let finding = findings::finding(case, &board);
                let digest = blake3::hash(finding.to_string().as_bytes()).to_hex()[..32].to_owned();
                if told.get(&case.number) == Some(&digest) {
                    continue;
                }
                let body = letter(finding, &digest, told.contains_key(&case.number), delivery);
                let is_sent = !is_new || delivery.backlog;
                postings.push(Posting { matter: case.number, digest, body: is_sent.then_some(body) });
            }
            if is_new || !postings.is_empty() {
                self.store.post(&delivery.name, &postings, access::now()).await?;
            }
        }
        Ok(())
    }

    /// Letters to one receiver that are due.
    pub async fn letters(&self, to: &Delivery) -> Result<Vec<Letter>> {
        Ok(self.store.letters_due(&to.name, access::now(), ROUND).await?)
    }

    /// A letter arrived. Recorded.
    pub async fn arrived(&self, to: &Delivery, letter: &Letter) -> Result<()> {
        let subject = self.store.matter(letter.matter).await?.map(|found| found.subject);
        let event = Event {
            at: access::now(),
            actor: ACTOR.into(),
            action: "finding sent".into(),
            subject,
            purpose: None,
            detail: Some(format!("C-{}: told {} by {}.", letter.matter, to.name, to.kind.as_str())),
        };
        Ok(self.store.letter_arrived(letter, &event).await?)
    }

    /// A letter did not arrive. `asked` is the wait, in seconds, that the receiver asked for; `others_wait` says that it
    /// is not this letter's fault.
    pub async fn not_arrived(
        &self,
        letter: &Letter,
        why: &str,
        asked: Option<i64>,
        others_wait: bool,
    ) -> Result<()> {
        let seconds = wait_seconds(letter.tries).max(asked.unwrap_or(0).min(LONGEST));
        let due = access::now() + seconds * 1_000_000;
        Ok(self.store.letter_failed(letter, why, due, others_wait).await?)
    }

    /// Puts a line at the end of a receiver's file, and waits until it is on the disk.
    pub async fn write_down(&self, to: &Delivery, told: &Told) -> Result<()> {
        let path = to.file.clone().ok_or_else(|| Error::Defect("a delivery without its file".into()))?;
        let line = format!("{}\n", told.text);
        let written =
            tokio::task::spawn_blocking(move || append(&path, &line).map_err(Error::configuration(&path)));
        written.await.map_err(|cause| Error::Defect(cause.to_string()))?
    }

    /// How receivers fare.
    pub(crate) async fn deliveries(&self) -> Result<Vec<DeliveryLine>> {
        let known = self.store.receivers().await?;
        let time = |at: i64| model::Time(at).to_string();
        let line = |to: &Delivery| {
            let found = known.iter().find(|one| one.name == to.name).cloned().unwrap_or_default();
            DeliveryLine {
                name: to.name.clone(),
                kind: to.kind.as_str().to_owned(),
                arrived: found.arrived,
                last: found.last.map(time),
                waiting: found.waiting,
                oldest: found.oldest.map(time),
                trouble: found.trouble,
            }
        };
        Ok(self.service.delivery.iter().map(line).collect())
    }
}

/// Host or file of a receiver; paths and queries of addresses may be secrets.
fn place(to: &Delivery) -> String {
    match (&to.file, &to.url_file, &to.url) {
        (Some(file), _, _) => file.display().to_string(),
        (None, None, Some(url)) => {
            let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            host.rsplit_once('@').map_or(host, |(_, host)| host).to_owned()
        }
        _ => "an address that is kept secret".into(),
    }
}

/// A finding as one receiver keeps it: with an id of its own, and as an update where it was told before.
fn letter(mut finding: Value, digest: &str, was_told: bool, to: &Delivery) -> String {
    let id = format!("{}-{digest}", finding["finding_info"]["uid"].as_str().unwrap_or_default());
    finding["metadata"]["uid"] = json!(id);
    if was_told && finding["activity_id"] == 1 {
        finding["activity_id"] = json!(2);
        finding["activity_name"] = json!("Update");
        finding["type_uid"] = json!(finding["class_uid"].as_i64().unwrap_or_default() * 100 + 2);
    }
    if let Some(link) = &to.link {
        let case = finding["finding_info"]["uid"].as_str().unwrap_or_default();
        finding["finding_info"]["src_url"] = json!(format!("{}/case/{case}", link.trim_end_matches('/')));
    }
    finding.to_string()
}

/// What a letter says to its receiver.
pub fn told(to: &Delivery, letter: &Letter) -> Result<Told> {
    let finding: Value =
        serde_json::from_str(&letter.body).map_err(|cause| Error::Defect(format!("letter: {cause}")))?;
    let id = finding["metadata"]["uid"].as_str().unwrap_or_default().to_owned();
    let severity = match finding["severity_id"].as_i64() {
        Some(4..) => 4,
        Some(3) => 5,
        _ => 6,
    };
    let text = if to.kind == Kind::Slack { message(&finding) } else { letter.body.clone() };
    Ok(Told { id, text, severity })
}

/// A finding in words, as Slack and what is like it show them. It names nobody.
fn message(finding: &Value) -> String {
    let part = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    };
    let info = &finding["finding_info"];
    let title = part(&info["title"]);
    let title = match info["src_url"].as_str() {
        Some(link) => format!("<{}|{title}>", link.replace(['<', '>', '|'], "")),
        None => format!("*{title}*"),
    };
    let mut lines = vec![format!("{title} ({})", part(&finding["status_detail"]))];
    lines.extend(Some(part(&finding["message"])).filter(|why| !why.is_empty()));
    lines.push("_A case is a question, not a verdict._".into());
    json!({"text": lines.join("\n")}).to_string()
}

/// Seconds until the next try, after so many before this one.
fn wait_seconds(tries: u32) -> i64 {
    (WAIT << tries.min(20)).min(LONGEST)
}

fn append(path: &std::path::Path, line: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // a line that a crash cut off is ended, so that this one stands alone
    let mut last = [b'\n'];
    if file.metadata()?.len() > 0 {
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
    }
    let begin = if last == [b'\n'] { "" } else { "\n" };
    file.write_all(format!("{begin}{line}").as_bytes())?;
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivery(kind: &str) -> Delivery {
        toml::from_str(&format!("name = 'x'\nkind = '{kind}'\nlink = 'https://b.example/'")).unwrap()
    }

    fn finding() -> Value {
        json!({
            "activity_id": 1, "class_uid": 2004, "type_uid": 200_401, "severity_id": 4, "status_detail": "open",
            "message": "a & b", "metadata": {}, "finding_info": {"uid": "C-7", "title": "C-7 about P-7: likely"},
        })
    }

    fn kept(body: String) -> Letter {
        Letter { receiver: "x".into(), matter: 7, digest: "d".into(), body, at: 0, tries: 0 }
    }

    #[test]
    fn where_findings_go_is_told_without_secrets() {
        let of = |more: &str| place(&toml::from_str(&format!("name = 'x'\nkind = 'slack'\n{more}")).unwrap());
        assert_eq!(of("url = 'https://ana:s3cret@hooks.example:8443/s3cret?k=s3cret'"), "hooks.example:8443");
        assert_eq!(
            of("url = 'https://hooks.example/s3cret'\nurl_file = 'u'"),
            "an address that is kept secret"
        );
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let waits: Vec<i64> = (0..13).map(wait_seconds).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]);
        assert_eq!(wait_seconds(u32::MAX), 3600);
    }

    #[test]
    fn a_second_letter_about_an_open_case_is_an_update() {
        let (first, second) = (
            letter(finding(), "d1", false, &delivery("webhook")),
            letter(finding(), "d2", true, &delivery("webhook")),
        );
        let (first, second): (Value, Value) =
            (serde_json::from_str(&first).unwrap(), serde_json::from_str(&second).unwrap());
        assert_eq!((&first["activity_id"], &first["type_uid"]), (&json!(1), &json!(200_401)));
        assert_eq!((&second["activity_id"], &second["type_uid"]), (&json!(2), &json!(200_402)));
        assert_ne!(first["metadata"]["uid"], second["metadata"]["uid"]);
        assert_eq!(first["finding_info"]["src_url"], "https://b.example/case/C-7");
    }

    #[test]
    fn people_are_told_in_words() {
        let body = letter(finding(), "d", false, &delivery("slack"));
        let said = told(&delivery("slack"), &kept(body)).unwrap();
        let text: Value = serde_json::from_str(&said.text).unwrap();
        assert_eq!(
            text["text"],
            "<https://b.example/case/C-7|C-7 about P-7: likely> (open)\na &amp; b\n_A case is a question, not a verdict._"
        );
        assert_eq!((said.severity, said.id.as_str()), (4, "C-7-d"));
    }

    #[test]
    fn a_line_that_was_cut_off_does_not_swallow_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("findings.jsonl");
        append(&path, "{\"a\":1}\n").unwrap();
        std::fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(b"{\"b\"").unwrap();
        append(&path, "{\"c\":3}\n").unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "{\"a\":1}\n{\"b\"\n{\"c\":3}\n");
    }
}
