//! What a made-up authenticator says, and what a forger would.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};

use super::*;

fn place() -> Place {
    Place { origin: "https://cases.example".into(), host: "cases.example".into() }
}

/// An authenticator of one key.
struct Authenticator(EcdsaKeyPair, SystemRandom);

impl Authenticator {
    fn new() -> Self {
        let chance = SystemRandom::new();
        let way = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let made = EcdsaKeyPair::generate_pkcs8(way, &chance).unwrap();
        Self(EcdsaKeyPair::from_pkcs8(way, made.as_ref(), &chance).unwrap(), chance)
    }

    /// COSE, with the kind and the way of signing that it names.
    fn key(&self, kind: u8, way: u8) -> Vec<u8> {
        let point = self.0.public_key().as_ref();
        let mut out = vec![0xa5, 0x01, kind, 0x03, way, 0x20, 0x01, 0x21, 0x58, 0x20];
        out.extend(&point[1..33]);
        out.extend([0x22, 0x58, 0x20]);
        out.extend(&point[33..]);
        out
    }

    fn attestation(&self, host: &str, flags: u8) -> Vec<u8> {
        let mut data = data(host, flags | TELLS_KEY, 0);
        data.extend([0; 16]);
        data.extend([0, 4]);
        data.extend(b"id-1");
        data.extend(self.key(2, 0x26));
        let mut out = vec![0xa3, 0x63];
        out.extend(b"fmt");
        out.push(0x64);
        out.extend(b"none");
        out.push(0x67);
        out.extend(b"attStmt");
        out.extend([0xa0, 0x68]);
        out.extend(b"authData");
        out.extend([0x58, u8::try_from(data.len()).unwrap()]);
        out.extend(data);
        out
    }

    fn sign(&self, client: &[u8], data: &[u8]) -> Vec<u8> {
        let whole = [data, digest(&SHA256, client).as_ref()].concat();
        self.0.sign(&self.1, &whole).unwrap().as_ref().to_vec()
    }
}

fn data(host: &str, flags: u8, count: u32) -> Vec<u8> {
    let mut out = digest(&SHA256, host.as_bytes()).as_ref().to_vec();
    out.push(flags);
    out.extend(count.to_be_bytes());
    out
}

fn client(kind: &str, origin: &str) -> Vec<u8> {
    serde_json::json!({"type": kind, "challenge": "c-1", "origin": origin}).to_string().into_bytes()
}

#[test]
fn a_key_is_told_and_signs() {
    let (authenticator, place) = (Authenticator::new(), place());
    let told = client("webauthn.create", &place.origin);
    assert_eq!(challenge(&told).unwrap(), "c-1");
    let key = registered(&told, &authenticator.attestation(&place.host, PRESENT | VERIFIED), &place).unwrap();
    assert_eq!((key.id.as_str(), key.count), (text(b"id-1").as_str(), 0));

    let asked = client("webauthn.get", &place.origin);
    let says = data(&place.host, PRESENT | VERIFIED, 1);
    let sign = authenticator.sign(&asked, &says);
    assert_eq!(signed(&asked, &says, &sign, &key, &place), Ok(1));
    // the same key, used before: it must go on
    let used = Key { count: 1, ..key.clone() };
    assert_eq!(signed(&asked, &says, &sign, &used, &place), Err("the key was copied: it counts backwards"));
    // many never count
    let never = data(&place.host, PRESENT | VERIFIED, 0);
    assert_eq!(signed(&asked, &never, &authenticator.sign(&asked, &never), &key, &place), Ok(0));
}

#[test]
fn what_was_made_for_something_else_is_not_believed() {
    let (authenticator, place) = (Authenticator::new(), place());
    let told = client("webauthn.create", &place.origin);
    let good = authenticator.attestation(&place.host, PRESENT | VERIFIED);
    let key = registered(&told, &good, &place).unwrap();
    for (client, attestation) in [
        (client("webauthn.get", &place.origin), good.clone()),
        (client("webauthn.create", "https://evil.example"), good.clone()),
        (client("webauthn.create", "https://cases.example.evil.example"), good.clone()),
        (told.clone(), authenticator.attestation("evil.example", PRESENT | VERIFIED)),
        (told.clone(), authenticator.attestation(&place.host, PRESENT)),
        (told.clone(), authenticator.attestation(&place.host, VERIFIED)),
        (told.clone(), [good.clone(), vec![0]].concat()),
        (b"{}".to_vec(), good.clone()),
        (b"no JSON".to_vec(), good.clone()),
    ] {
        assert!(registered(&client, &attestation, &place).is_err());
    }
    for end in 0..good.len() {
        assert!(registered(&told, &good[..end], &place).is_err(), "cut at {end}");
    }

    let asked = client("webauthn.get", &place.origin);
    let says = data(&place.host, PRESENT | VERIFIED, 1);
    let sign = authenticator.sign(&asked, &says);
    let other = Authenticator::new();
    let elsewhere = client("webauthn.get", "https://evil.example");
    let far = data("evil.example", PRESENT | VERIFIED, 1);
    let absent = data(&place.host, VERIFIED, 1);
    let unverified = data(&place.host, PRESENT, 1);
    for (client, says, sign) in [
        (&asked, &says, other.sign(&asked, &says)),
        (&asked, &says, Vec::new()),
        (&elsewhere, &says, authenticator.sign(&elsewhere, &says)),
        (&told, &says, authenticator.sign(&told, &says)),
        (&asked, &far, authenticator.sign(&asked, &far)),
        (&asked, &absent, authenticator.sign(&asked, &absent)),
        (&asked, &unverified, authenticator.sign(&asked, &unverified)),
        (&asked, &data(&place.host, PRESENT | VERIFIED, 9), sign),
    ] {
        assert!(signed(client, says, &sign, &key, &place).is_err());
    }
}

#[test]
fn keys_of_other_kinds_are_not_accepted() {
    let authenticator = Authenticator::new();
    let of = |bytes: &[u8]| Public::of(&cbor::read(bytes).unwrap().0).is_some();
    assert!(of(&authenticator.key(2, 0x26)));
    assert!(!of(&authenticator.key(1, 0x26)), "another kind");
    assert!(!of(&authenticator.key(2, 0x27)), "another way of signing");
    assert!(!of(&[0xa0]));
}
