//! What leaves of the local network: whether an IP-KVM is there (by its block), and tokens that say "the same again" and no more.

use std::collections::BTreeSet;

use hardware::lan;
use serde_json::{Value, json};

const TOKENS: &str = "bonafide 2026-11 collector neighbours";

/// Writes neighbours, each once and in an order that says nothing; and what has to be said of them.
pub fn write(macs: &[String], key: Option<&[u8; 32]>) -> (Vec<Value>, Option<String>) {
    let wanted: BTreeSet<String> = macs.iter().filter_map(|mac| normal(mac)).collect();
    let mut out: Vec<(String, Value)> = Vec::new();
    for mac in &wanted {
        let kvm = lan::gadget(mac).or_else(|| lan::judge(mac).map(|verdict| verdict.product));
        // What was recognised keeps the block by which it was: that it is such a device is what is told.
        let token = key.map(|key| match kvm {
            Some(_) => format!("{}{}", mac.get(..11).unwrap_or(""), token(mac, key).get(11..).unwrap_or("")),
            None => token(mac, key),
        });
        match (kvm, token) {
            (Some(kvm), token) => out.push((format!(" {kvm}"), json!({"kvm": kvm, "token": token}))),
            (None, Some(token)) => out.push((token.clone(), json!({"token": token}))),
            (None, None) => {}
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    let left_out = key.is_none() && !wanted.is_empty();
    let note = left_out.then(|| "neighbours: without a key only IP-KVMs are named".to_owned());
    (out.into_iter().map(|(_, value)| value).collect(), note)
}

/// Twelve lower-case digits with colons; `None` for what is no neighbour: broadcast, multicast, unresolved, made up.
fn normal(mac: &str) -> Option<String> {
    let digits: String =
        mac.chars().filter(char::is_ascii_hexdigit).map(|digit| digit.to_ascii_lowercase()).collect();
    let first = u8::from_str_radix(digits.get(..2)?, 16).ok()?;
    let is_real = digits.len() == 12 && first & 1 == 0 && digits.bytes().any(|digit| digit != b'0');
    is_real.then(|| {
        let pairs: Vec<&str> = (0..6).filter_map(|place| digits.get(place * 2..place * 2 + 2)).collect();
        pairs.join(":")
    })
}

/// A token has the form of an address, so that whatever compares addresses compares tokens. Whether a card made its
/// address up (a phone does) stays as it was; the maker's half does not.
fn token(mac: &str, key: &[u8; 32]) -> String {
    let first = u8::from_str_radix(mac.get(..2).unwrap_or("0"), 16).unwrap_or(0);
    let hash = blake3::keyed_hash(&blake3::derive_key(TOKENS, key), mac.as_bytes());
    let mut bytes = [0u8; 6];
    bytes.copy_from_slice(&hash.as_bytes()[..6]);
    bytes[0] = bytes[0] & 0xfc | first & 0x02;
    bytes.map(|byte| format!("{byte:02x}")).join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [9; 32];

    #[test]
    fn addresses_leave_as_tokens_or_as_matches() {
        let macs = [
            "30:52:53:0a:0b:0c",
            "AA-BB-CC-DD-EE-F0",
            "00:00:00:00:00:00",
            "ff:ff:ff:ff:ff:ff",
            "01:00:5e:00:00:01",
        ]
        .map(str::to_owned);
        let (written, note) = write(&macs, Some(&KEY));
        assert_eq!((written.len(), note), (2, None));
        assert_eq!(written[0]["kvm"], "JetKVM");
        let text = serde_json::to_string(&written).unwrap();
        assert!(text.contains("30:52:53:0a") && !text.contains("0b:0c") && !text.contains("aa:bb"), "{text}");
        let (plain, note) = write(&macs, None);
        assert_eq!(plain, [json!({"kvm": "JetKVM", "token": null})]);
        assert!(note.is_some());
    }

    #[test]
    fn tokens_are_the_same_again_and_differ_by_key() {
        assert_eq!(token("00:11:22:33:44:55", &KEY), token("00:11:22:33:44:55", &KEY));
        assert_ne!(token("00:11:22:33:44:55", &KEY), token("00:11:22:33:44:55", &[1; 32]));
        let made_up = u8::from_str_radix(&token("02:11:22:33:44:55", &KEY)[..2], 16).unwrap();
        assert_eq!(made_up & 3, 2);
    }
}
