//! Carries findings from the outbox to their receivers. A receiver that `serve.toml` does not name is never dialled.

use std::sync::Arc;
use std::time::Duration;

use app::desk::Desk;
use app::desk::outbox::{self, Letter, Told};
use app::service::{Delivery, Kind, Service};
use courier::seal::Secret;
use courier::{Address, Courier, Message, Request};
use tokio::time::{sleep, timeout};

/// How often it is looked whether letters are due.
const ROUND: Duration = Duration::from_secs(1);
/// What other processes changed is seen after so long.
const GATHER: Duration = Duration::from_secs(60);
/// Changes that come together go out together.
const SETTLE: Duration = Duration::from_millis(300);

/// How one receiver is reached.
pub(crate) struct Carrier {
    delivery: Delivery,
    way: Way,
}

enum Way {
    Http { courier: Courier, to: Address, secret: Option<Secret> },
    Syslog { courier: Courier, to: Address },
    File,
}

/// Why a letter did not arrive.
struct Failure {
    why: String,
    /// Seconds that the receiver asks to wait.
    asked: Option<i64>,
    /// Whether other letters would fail in the same way.
    is_general: bool,
}

/// How every receiver is reached.
///
/// # Errors
/// Where an address or a secret cannot be used, or a finding would cross a network in the clear.
pub(crate) fn carriers(service: &Service) -> Result<Vec<Carrier>, app::Error> {
    service.delivery.iter().map(|delivery| carrier(delivery).map_err(app::Error::Configuration)).collect()
}

fn carrier(delivery: &Delivery) -> Result<Carrier, String> {
    let wrong = |cause: &dyn std::fmt::Display| format!("delivery {}: {cause}", delivery.name);
    let delivery_of = |way| Carrier { delivery: delivery.clone(), way };
    if delivery.kind == Kind::File {
        return Ok(delivery_of(Way::File));
    }
    let to = Address::parse(delivery.url.as_deref().unwrap_or_default()).map_err(|cause| wrong(&cause))?;
    let is_syslog = to.scheme.starts_with("syslog");
    if is_syslog != (delivery.kind == Kind::Syslog) {
        return Err(wrong(&format!("{} does not go by {}", delivery.kind.as_str(), to.scheme)));
    }
    if !to.is_secure() && !to.is_loopback() && !delivery.in_the_clear {
        return Err(wrong(&format!(
            "findings would cross a network in the clear by {}; hint: an address with TLS, or in_the_clear = true",
            to.scheme
        )));
    }
    let courier = Courier::new(delivery.trusted.as_deref()).map_err(|cause| wrong(&cause))?;
    if is_syslog {
        return Ok(delivery_of(Way::Syslog { courier, to }));
    }
    let secret = delivery.secret.as_deref().map(Secret::parse).transpose().map_err(|cause| wrong(&cause))?;
    Ok(delivery_of(Way::Http { courier, to, secret }))
}

/// Begins to put letters into the outbox and to carry them.
pub(crate) fn start(desk: &Arc<Desk>, carriers: Vec<Carrier>, tell: fn(&str)) {
    tokio::spawn(gather(desk.clone(), tell));
    for carrier in carriers {
        tokio::spawn(carry(desk.clone(), carrier, tell));
    }
}

async fn gather(desk: Arc<Desk>, tell: fn(&str)) {
    let mut changes = desk.changes();
    loop {
        changes.borrow_and_update();
        if let Err(cause) = desk.gather().await {
            tell(&format!("findings were not put into the outbox: {cause}"));
        }
        let _ = timeout(GATHER, changes.changed()).await;
        sleep(SETTLE).await;
    }
}

async fn carry(desk: Arc<Desk>, carrier: Carrier, tell: fn(&str)) {
    loop {
        if let Err(cause) = round(&desk, &carrier, tell).await {
            tell(&format!("delivery {}: {cause}", carrier.delivery.name));
            sleep(ROUND * 10).await;
        }
        sleep(ROUND).await;
    }
}

async fn round(desk: &Desk, carrier: &Carrier, tell: fn(&str)) -> Result<(), app::Error> {
    for letter in desk.letters(&carrier.delivery).await? {
        let told = outbox::told(&carrier.delivery, &letter)?;
        match carrier.send(desk, &told).await? {
            Ok(()) => desk.arrived(&carrier.delivery, &letter).await?,
            Err(failure) => {
                failed(desk, &carrier.delivery, &letter, &failure, tell).await?;
                if failure.is_general {
                    break;
                }
            }
        }
    }
    Ok(())
}

async fn failed(
    desk: &Desk,
    to: &Delivery,
    letter: &Letter,
    failure: &Failure,
    tell: fn(&str),
) -> Result<(), app::Error> {
    // once, not with every try: the page about health says how it stands
    if letter.tries == 0 {
        tell(&format!("delivery {}: {}; it is tried again", to.name, failure.why));
    }
    desk.not_arrived(letter, &failure.why, failure.asked, failure.is_general).await
}

impl Carrier {
    async fn send(&self, desk: &Desk, told: &Told) -> Result<Result<(), Failure>, app::Error> {
        let general =
            |cause: courier::Error| Failure { why: cause.to_string(), asked: None, is_general: true };
        match &self.way {
            Way::File => desk.write_down(&self.delivery, told).await.map(Ok),
            Way::Syslog { courier, to } => {
                let time = desk.moment();
                let message =
                    Message { severity: told.severity, time: &time, kind: "finding", text: &told.text };
                Ok(courier.log(to, &message).await.map_err(general))
            }
            Way::Http { courier, to, secret } => {
                let seconds = desk.now() / 1_000_000;
                let (stamp, body) = (seconds.to_string(), told.text.as_bytes());
                let sign = secret.as_ref().map(|secret| secret.sign(&told.id, seconds, body));
                let mut headers = vec![("content-type", "application/json")];
                if let Some(sign) = &sign {
                    headers.extend([
                        ("webhook-id", told.id.as_str()),
                        ("webhook-timestamp", &stamp),
                        ("webhook-signature", sign),
                    ]);
                }
                let request = Request { method: "POST", to, headers: &headers, body };
                Ok(match courier.send(&request).await {
                    Ok(answer) if answer.is_taken() => Ok(()),
                    Ok(answer) => Err(Failure {
                        why: format!("{}: answered {}", to.authority(), answer.status),
                        asked: answer.wait_seconds(),
                        // these speak of this body; anything else, such as 404 or 503, would meet the next one too
                        is_general: !matches!(answer.status, 400 | 413 | 422),
                    }),
                    Err(cause) => Err(general(cause)),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(kind: &str, url: &str, more: &str) -> Option<String> {
        let text = format!("[[delivery]]\nname = 'x'\nkind = '{kind}'\nurl = '{url}'\n{more}");
        let service = Service::parse(&text).unwrap();
        carriers(&service).err().map(|cause| cause.to_string())
    }

    #[test]
    fn findings_cross_no_network_in_the_clear_unless_told() {
        assert_eq!(refused("slack", "https://hooks.example/x", ""), None);
        assert_eq!(refused("slack", "http://127.0.0.1:9/x", ""), None);
        assert!(refused("slack", "http://hooks.example/x", "").unwrap().contains("in the clear"));
        assert!(refused("syslog", "syslog+udp://logs.example", "").unwrap().contains("in the clear"));
        assert_eq!(refused("syslog", "syslog+udp://logs.example", "in_the_clear = true"), None);
        assert_eq!(refused("syslog", "syslog+tls://logs.example", ""), None);
        assert!(refused("syslog", "https://logs.example", "").unwrap().contains("does not go by"));
        let said = refused("slack", "https://ana:secret@hooks.example/x", "").unwrap();
        assert!(!said.contains("secret"), "{said}");
    }
}
