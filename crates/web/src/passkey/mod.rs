//! Passkeys: what an authenticator says, checked as Web Authentication Level 2 demands (7.1 and 7.2) for those that show
//! no attestation. Three ways of signing (ES256, EdDSA, RS256); the person must have been verified, by touch or number.
//! Pure but for the list of challenges, which counts each once.

mod cbor;
mod going;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cbor::Value;
pub(crate) use going::Going;
use ring::digest::{SHA256, digest};
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};

/// The person is there.
const PRESENT: u8 = 0x01;
/// The person was verified.
const VERIFIED: u8 = 0x04;
/// A key is told.
const TELLS_KEY: u8 = 0x40;
/// Longest part of a message, bytes.
const LONGEST: usize = 64 << 10;
/// Longest id of a key, bytes: as the specification has it.
const LONGEST_ID: usize = 1023;

/// Where this server is, as a browser sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    /// Scheme, host and port.
    pub(crate) origin: String,
    /// Host alone: what keys are bound to.
    pub(crate) host: String,
}

/// A key as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// Id, base64url.
    pub(crate) id: String,
    /// COSE key, base64url.
    pub(crate) key: String,
    /// How often it signed, as it says itself.
    pub(crate) count: u32,
}

/// Why something is not believed.
pub(crate) type Refused = &'static str;

/// Decodes what a browser sends.
pub(crate) fn bytes(text: &str) -> Result<Vec<u8>, Refused> {
    if text.len() > LONGEST {
        return Err("a part is too long");
    }
    URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| "a part is no base64")
}

/// As a browser is sent it.
pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What authenticators call a user: it names nobody.
pub(crate) fn handle(name: &str) -> String {
    text(digest(&SHA256, format!("bonafide user {name}").as_bytes()).as_ref())
}

/// The challenge that a browser says it answers: looked up before anything else is believed.
pub(crate) fn challenge(client: &[u8]) -> Result<String, Refused> {
    let said: serde_json::Value =
        serde_json::from_slice(client).map_err(|_| "the client's data are no JSON")?;
    said["challenge"].as_str().map(str::to_owned).ok_or("the client's data hold no challenge")
}

/// The new key that an authenticator tells of.
pub(crate) fn registered(client: &[u8], attestation: &[u8], place: &Place) -> Result<Key, Refused> {
    by_client(client, "webauthn.create", place)?;
    let (said, rest) = cbor::read(attestation).ok_or("the attestation cannot be read")?;
    if !rest.is_empty() {
        return Err("something stands behind the attestation");
    }
    let Some(Value::Bytes(data)) = said.at("authData") else { return Err("the attestation tells no key") };
    let (flags, count, rest) = by_authenticator(data, place)?;
    if flags & TELLS_KEY == 0 || rest.len() < 18 {
        return Err("the attestation tells no key");
    }
    // 16 bytes name the model: whoever wants to know it asks for an attestation
    let length = usize::from(u16::from_be_bytes([rest[16], rest[17]]));
    let id = rest
        .get(18..18 + length)
        .filter(|_| (1..=LONGEST_ID).contains(&length))
        .ok_or("the id of the key is cut")?;
    let after = &rest[18 + length..];
    let (key, left) = cbor::read(after).ok_or("the key cannot be read")?;
    let written = &after[..after.len() - left.len()];
    Public::of(&key).ok_or("keys of this kind are not accepted")?;
    Ok(Key { id: text(id), key: text(written), count })
}

/// Checks that a key signed for this server, and gives back how often it says that it did.
pub(crate) fn signed(
    client: &[u8],
    data: &[u8],
    sign: &[u8],
    key: &Key,
    place: &Place,
) -> Result<u32, Refused> {
    by_client(client, "webauthn.get", place)?;
    let (_, count, _) = by_authenticator(data, place)?;
    let kept = bytes(&key.key)?;
    let (kept, _) = cbor::read(&kept).ok_or("the kept key cannot be read")?;
    let public = Public::of(&kept).ok_or("the kept key is of no kind that is accepted")?;
    let whole = [data, digest(&SHA256, client).as_ref()].concat();
    public.verify(&whole, sign).ok_or("the signature does not fit")?;
    // a key that counts and does not go on is a copy
    if (count > 0 || key.count > 0) && count <= key.count {
        return Err("the key was copied: it counts backwards");
    }
    Ok(count)
}

/// What the browser vouches for: which page asked, and what for.
fn by_client(client: &[u8], kind: &str, place: &Place) -> Result<(), Refused> {
    let said: serde_json::Value =
        serde_json::from_slice(client).map_err(|_| "the client's data are no JSON")?;
    if said["type"] != kind {
        return Err("the client's data are for something else");
    }
    if said["origin"] != place.origin.as_str() {
        return Err("another page asked for it");
    }
    if said["crossOrigin"] == true {
        return Err("it was asked for from within another page");
    }
    Ok(())
}

/// What the authenticator vouches for: which server, and that somebody was there and verified. Flags, count and rest.
fn by_authenticator<'a>(data: &'a [u8], place: &Place) -> Result<(u8, u32, &'a [u8]), Refused> {
    let (Some(host), Some(flags), Some(count)) = (data.get(..32), data.get(32), data.get(33..37)) else {
        return Err("what the authenticator says is cut off");
    };
    if host != digest(&SHA256, place.host.as_bytes()).as_ref() {
        return Err("it was made for another server");
    }
    if flags & PRESENT == 0 || flags & VERIFIED == 0 {
        return Err("nobody was verified at the authenticator");
    }
    let count = u32::from_be_bytes([count[0], count[1], count[2], count[3]]);
    Ok((*flags, count, &data[37..]))
}

/// A public key of a kind that is accepted (RFC 9053).
enum Public {
    Es256(Vec<u8>),
    Ed25519(Vec<u8>),
    Rs256(Vec<u8>, Vec<u8>),
}

impl Public {
    fn of(key: &Value) -> Option<Self> {
        let part = |label: i64| match key.by(label) {
            Some(Value::Bytes(bytes)) => Some(bytes.clone()),
            _ => None,
        };
        let number = |label: i64| match key.by(label) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        };
        match (number(1)?, number(3)?) {
            (2, -7) if number(-1) == Some(1) => {
                let (x, y) = (part(-2)?, part(-3)?);
                (x.len() == 32 && y.len() == 32).then(|| Self::Es256([&[4_u8][..], &x, &y].concat()))
            }
            (1, -8) if number(-1) == Some(6) => part(-2).filter(|x| x.len() == 32).map(Self::Ed25519),
            (3, -257) => Some(Self::Rs256(part(-1)?, part(-2)?)),
            _ => None,
        }
    }

    fn verify(&self, whole: &[u8], sign: &[u8]) -> Option<()> {
        match self {
            Self::Es256(point) => {
                UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point).verify(whole, sign).ok()
            }
            Self::Ed25519(key) => UnparsedPublicKey::new(&signature::ED25519, key).verify(whole, sign).ok(),
            Self::Rs256(n, e) => RsaPublicKeyComponents { n, e }
                .verify(&signature::RSA_PKCS1_2048_8192_SHA256, whole, sign)
                .ok(),
        }
    }
}

#[cfg(test)]
mod tests;
