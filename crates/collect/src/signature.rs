//! What a collector wrote is signed, so that a file that comes in by mail is known to be from a company's computer
//! and unchanged. The key is derived from the workspace's: it signs and makes tokens, and opens nothing.

use serde_json::{Value, json};

/// Names of what is derived; the version stands in them.
const SIGNING: &str = "bonafide 2026-11 collector signature";
const KEY_ID: &str = "bonafide 2026-11 collector key id";
const FROM_WORKSPACE: &str = "bonafide 2026-11 collector";

/// The collector's key of a workspace, from the workspace's own.
#[must_use]
pub fn collector_key(workspace: &[u8; 32]) -> [u8; 32] {
    blake3::derive_key(FROM_WORKSPACE, workspace)
}

/// A key as written in a file: 64 hexadecimal digits.
#[must_use]
pub fn parse_key(text: &str) -> Option<[u8; 32]> {
    hardware::hex::parse(text.trim())?.try_into().ok()
}

fn digest(whole: &Value, key: &[u8; 32]) -> Option<String> {
    let mut unsigned = whole.as_object()?.clone();
    unsigned.shift_remove("signature");
    let bytes = serde_json::to_vec(&Value::Object(unsigned)).ok()?;
    Some(blake3::keyed_hash(&blake3::derive_key(SIGNING, key), &bytes).to_hex().to_string())
}

/// Which key it was, without the key.
#[must_use]
pub fn key_id(key: &[u8; 32]) -> String {
    hardware::hex::write(&blake3::derive_key(KEY_ID, key)[..8])
}

/// Adds the signature.
pub fn sign(whole: &mut Value, key: &[u8; 32]) {
    if let (Some(value), Some(map)) = (digest(whole, key), whole.as_object_mut()) {
        let signature = json!({"algorithm": "blake3-keyed", "key_id": key_id(key), "value": value});
        map.insert("signature".to_owned(), signature);
    }
}

/// Whether an object was signed with a key.
///
/// # Errors
/// Why it was not.
pub fn verify(whole: &Value, key: &[u8; 32]) -> Result<(), &'static str> {
    let signature = whole.get("signature").ok_or("not signed")?;
    if signature.get("key_id").and_then(Value::as_str) != Some(key_id(key).as_str()) {
        return Err("signed with another key");
    }
    let told = signature.get("value").and_then(Value::as_str).ok_or("the signature has no value")?;
    let told = blake3::Hash::from_hex(told).map_err(|_| "the signature is not one")?;
    let own = digest(whole, key).and_then(|own| blake3::Hash::from_hex(own).ok()).ok_or("not an object")?;
    // The comparison of the digest's own type takes the same time wherever they differ.
    if own == told { Ok(()) } else { Err("changed after it was signed") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_and_another_key_are_seen() {
        let key = collector_key(&[7; 32]);
        let mut whole = json!({"format": "x", "input": {"false_alarm": 1.5e-9}, "list": [1, 2]});
        assert_eq!(verify(&whole, &key), Err("not signed"));
        sign(&mut whole, &key);
        let text = serde_json::to_string_pretty(&whole).unwrap();
        let again: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(verify(&again, &key), Ok(()), "however it is laid out");
        assert_eq!(verify(&again, &[1; 32]), Err("signed with another key"));
        let mut changed = again;
        changed["list"][0] = json!(3);
        assert_eq!(verify(&changed, &key), Err("changed after it was signed"));
    }
}
