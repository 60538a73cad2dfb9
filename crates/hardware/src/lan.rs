//! Is a network card or a neighbour an IP-KVM. Prefixes that many harmless products share are context, not a verdict.

use crate::facts::Fact;
use crate::finding::{Grade, Reasons};
use crate::inventory::NetworkSeen;
use crate::{Verdict, VerdictKind, facts};

/// Judges a MAC address, however it is written.
#[must_use]
pub fn judge(mac: &str) -> Option<Verdict> {
    by_mac(mac, &["T1", "T2"]).map(|fact| Verdict { kind: VerdictKind::Named, product: fact.get("product") })
}

fn by_mac(mac: &str, tiers: &[&str]) -> Option<&'static Fact> {
    let seen = digits(mac);
    if seen.len() != 12 {
        return None;
    }
    facts::lan().iter().find(|fact| {
        let is_meant = fact.get("kind") == "mac_prefix" && tiers.contains(&fact.get("tier"));
        is_meant && seen.starts_with(&digits(fact.get("value")))
    })
}

fn digits(mac: &str) -> String {
    mac.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect()
}

/// The product whose gadget gives the computer this MAC address; `None` for a mere neighbour of the same maker.
#[must_use]
pub fn gadget(mac: &str) -> Option<&'static str> {
    let seen = digits(mac);
    let is_gadget = seen.starts_with("48da356d") || seen.starts_with("48da356e");
    (is_gadget && seen.len() == 12).then_some("NanoKVM")
}

/// Adds what an adapter or neighbour says.
pub fn weigh(seen: &NetworkSeen, reasons: &mut Reasons) {
    if !seen.known.is_empty() {
        reasons.give(Grade::Kvm, format!("recognised where it was collected as {}", seen.known));
    }
    if let Some(product) = gadget(&seen.mac) {
        reasons.give(Grade::Kvm, format!("the address that {product} gives the computer it drives"));
    } else if let Some(verdict) = judge(&seen.mac) {
        reasons.give(Grade::Kvm, format!("an address from the block of {}", verdict.product));
    } else if let Some(fact) = by_mac(&seen.mac, &["T3", "T4"]) {
        let product = fact.get("product");
        reasons
            .give(Grade::Ordinary, format!("an address from a block that {product} shares with much else"));
    }
    let host = seen.host.trim().trim_end_matches('.').to_ascii_lowercase();
    let is_host =
        |value: &str| host == value || value.strip_suffix(".local").is_some_and(|bare| host == bare);
    let within = |text: &str, value: &str| text.to_ascii_lowercase().contains(&value.to_ascii_lowercase());
    for fact in facts::lan() {
        let value = fact.get("value");
        let (fits, what) = match fact.get("kind") {
            "mdns_hostname" => (is_host(value), "the host name of"),
            "tls_subject" => (within(&seen.certificate, value), "a certificate of"),
            "http_title" => (within(&seen.title, value), "a page titled as that of"),
            "favicon_md5" | "favicon_mmh3" => (seen.icon == value, "the icon of"),
            _ => (false, ""),
        };
        if fits && matches!(fact.get("tier"), "T1" | "T2") {
            reasons.give(Grade::Kvm, format!("{what} {}", fact.get("product")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_telling_prefixes_speak() {
        assert_eq!(judge("30:52:53:0a:0b:0c").unwrap().product, "JetKVM");
        assert_eq!(judge("04-C9-8B-1F-00-01").unwrap().product, "TinyPilot");
        assert_eq!(judge("04:c9:8b:2f:00:01"), None, "the block is 28 bits long");
        assert_eq!(judge("48:da:35:6e:00:01").unwrap().product, "NanoKVM");
        assert_eq!(judge("b8:27:eb:00:00:01"), None, "any Raspberry Pi");
        assert_eq!(judge("94:83:c4:00:00:01"), None, "any GL.iNet router");
        assert_eq!(judge("30:52:53"), None);
    }

    #[test]
    fn neighbours_are_known_by_name_page_and_icon() {
        let grade = |seen: &NetworkSeen| {
            let mut reasons = Reasons::default();
            weigh(seen, &mut reasons);
            reasons.grade(Grade::Ordinary)
        };
        let empty = NetworkSeen::default;
        assert_eq!(grade(&NetworkSeen { host: "JetKVM.local.".to_owned(), ..empty() }), Grade::Kvm);
        assert_eq!(grade(&NetworkSeen { host: "pikvm".to_owned(), ..empty() }), Grade::Kvm);
        assert_eq!(
            grade(&NetworkSeen { certificate: "CN=localhost, O=PiKVM".to_owned(), ..empty() }),
            Grade::Kvm
        );
        assert_eq!(grade(&NetworkSeen { icon: "-1261329937".to_owned(), ..empty() }), Grade::Kvm);
        assert_eq!(grade(&NetworkSeen { mac: "94:83:c4:00:00:01".to_owned(), ..empty() }), Grade::Ordinary);
        assert_eq!(grade(&NetworkSeen { host: "printer.local".to_owned(), ..empty() }), Grade::Ordinary);
    }
}
