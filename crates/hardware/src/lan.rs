//! Is a network card of an IP-KVM. Prefixes that many harmless products share are context, not a verdict.

use crate::{Verdict, VerdictKind, facts};

/// Judges a MAC address, however it is written.
#[must_use]
pub fn judge(mac: &str) -> Option<Verdict> {
    let seen = digits(mac);
    if seen.len() != 12 {
        return None;
    }
    facts::lan().iter().find_map(|fact| {
        let is_strong = fact.get("kind") == "mac_prefix" && matches!(fact.get("tier"), "T1" | "T2");
        let fits = is_strong && seen.starts_with(&digits(fact.get("value")));
        fits.then(|| Verdict { kind: VerdictKind::Named, product: fact.get("product") })
    })
}

fn digits(mac: &str) -> String {
    mac.chars().filter(char::is_ascii_hexdigit).map(|c| c.to_ascii_lowercase()).collect()
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
}
