//! An ID token, checked as OpenID Connect Core 1.0, 3.1.3.7 demands, for four ways of signing and no others: what names
//! `none`, or a way that shares a secret, is refused before anything of it is believed.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use serde_json::{Map, Value};

/// How far clocks may differ, seconds.
const SKEW: i64 = 60;
/// Longest token, bytes.
const LONGEST: usize = 64 << 10;

/// What a token must fit to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected<'a> {
    /// Issuer, exactly.
    pub(crate) issuer: &'a str,
    /// What this server is called there.
    pub(crate) client: &'a str,
    /// What was sent along.
    pub(crate) nonce: &'a str,
    /// Now, seconds since 1970.
    pub(crate) now: i64,
}

/// Why a token is not believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// Signed with a key that is not among those known; newer ones may be.
    #[error("the ID token is signed with a key that the provider does not publish")]
    UnknownKey,
    /// Anything else.
    #[error("the ID token is refused: {0}")]
    Because(&'static str),
}

/// Claims of a token, once everything fits. `keys` is the provider's JSON Web Key Set.
pub(crate) fn checked(
    token: &str,
    keys: &Value,
    expected: &Expected<'_>,
) -> Result<Map<String, Value>, Refused> {
    let because = Refused::Because;
    if token.len() > LONGEST {
        return Err(because("it is too long"));
    }
    let mut parts = token.split('.');
    let (Some(head), Some(body), Some(sign), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(because("it has not three parts"));
    };
    let header = object(head).ok_or(because("its header is no JSON"))?;
    if header.contains_key("crit") {
        return Err(because("it demands an extension"));
    }
    let way = header.get("alg").and_then(Value::as_str).unwrap_or_default();
    let id = header.get("kid").and_then(Value::as_str);
    let sign = URL_SAFE_NO_PAD.decode(sign).map_err(|_| because("its signature is no base64"))?;
    let signed = &token.as_bytes()[..head.len() + 1 + body.len()];
    if !["RS256", "PS256", "ES256", "EdDSA"].contains(&way) {
        return Err(because("the way in which it is signed is not accepted"));
    }
    let fitting: Vec<&Value> =
        keys["keys"].as_array().into_iter().flatten().filter(|key| fits(key, way, id)).collect();
    if fitting.is_empty() {
        return Err(Refused::UnknownKey);
    }
    if !fitting.iter().any(|key| verifies(key, way, signed, &sign).is_some()) {
        return Err(because("its signature does not fit"));
    }
    let claims = object(body).ok_or(because("its claims are no JSON"))?;
    fit(&claims, expected)?;
    Ok(claims)
}

fn object(part: &str) -> Option<Map<String, Value>> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// Whether a key may have made such a signature.
fn fits(key: &Value, way: &str, id: Option<&str>) -> bool {
    let (kind, curve) = match way {
        "ES256" => ("EC", Some("P-256")),
        "EdDSA" => ("OKP", Some("Ed25519")),
        _ => ("RSA", None),
    };
    key["kty"] == kind
        && curve.is_none_or(|curve| key["crv"] == curve)
        && key["use"].as_str().is_none_or(|purpose| purpose == "sig")
        && key["alg"].as_str().is_none_or(|named| named == way)
        && id.is_none_or(|id| key["kid"] == id)
}

fn verifies(key: &Value, way: &str, signed: &[u8], sign: &[u8]) -> Option<()> {
    let part = |name: &str| URL_SAFE_NO_PAD.decode(key[name].as_str()?).ok();
    match way {
        "ES256" => {
            let (x, y) = (part("x")?, part("y")?);
            if (x.len(), y.len()) != (32, 32) {
                return None;
            }
            let point = [&[4_u8][..], &x, &y].concat();
            UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point).verify(signed, sign).ok()
        }
        "EdDSA" => UnparsedPublicKey::new(&signature::ED25519, part("x")?).verify(signed, sign).ok(),
        _ => {
            let strip =
                |bytes: Vec<u8>| -> Vec<u8> { bytes.into_iter().skip_while(|byte| *byte == 0).collect() };
            let rsa = RsaPublicKeyComponents { n: strip(part("n")?), e: strip(part("e")?) };
            let parameters = if way == "PS256" {
                &signature::RSA_PSS_2048_8192_SHA256
            } else {
                &signature::RSA_PKCS1_2048_8192_SHA256
            };
            rsa.verify(parameters, signed, sign).ok()
        }
    }
}

fn fit(claims: &Map<String, Value>, expected: &Expected<'_>) -> Result<(), Refused> {
    let because = Refused::Because;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    // whole seconds or with a fraction, as the providers write them
    let moment = |name: &str| claims.get(name).map(|value| value.as_f64().map(|seconds| seconds as i64));
    if text("iss") != Some(expected.issuer) {
        return Err(because("another issuer made it"));
    }
    let (is_ours, is_shared) = match claims.get("aud") {
        Some(Value::String(one)) => (one == expected.client, false),
        Some(Value::Array(all)) => (all.iter().any(|one| one == expected.client), all.len() > 1),
        _ => (false, false),
    };
    if !is_ours {
        return Err(because("it was made for somebody else"));
    }
    match text("azp") {
        Some(party) if party != expected.client => return Err(because("it was handed to somebody else")),
        None if is_shared => return Err(because("it does not say to whom of several it was handed")),
        _ => {}
    }
    match moment("exp") {
        Some(Some(end)) if expected.now < end.saturating_add(SKEW) => {}
        _ => return Err(because("it has ended")),
    }
    match moment("iat") {
        Some(Some(made)) if made <= expected.now.saturating_add(SKEW) => {}
        _ => return Err(because("it was not made yet")),
    }
    match moment("nbf") {
        None => {}
        Some(Some(begin)) if begin <= expected.now.saturating_add(SKEW) => {}
        Some(_) => return Err(because("it does not count yet")),
    }
    if text("nonce") != Some(expected.nonce) {
        return Err(because("it answers another sign-in"));
    }
    if !text("sub").is_some_and(|subject| (1..=255).contains(&subject.len())) {
        return Err(because("it does not say about whom it is"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
    use serde_json::json;

    use super::*;

    const NOW: i64 = 1_800_000_000;
    const EXPECTED: Expected<'static> =
        Expected { issuer: "https://id.example", client: "bonafide", nonce: "n-1", now: NOW };

    struct Signer(EcdsaKeyPair, SystemRandom);

    impl Signer {
        fn new() -> Self {
            let chance = SystemRandom::new();
            let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
            let made = EcdsaKeyPair::generate_pkcs8(way, &chance).unwrap();
            Self(EcdsaKeyPair::from_pkcs8(way, made.as_ref(), &chance).unwrap(), chance)
        }

        fn keys(&self, more: Value) -> Value {
            let point = self.0.public_key().as_ref();
            let mut key = json!({
                "kty": "EC", "crv": "P-256", "kid": "k1",
                "x": URL_SAFE_NO_PAD.encode(&point[1..33]), "y": URL_SAFE_NO_PAD.encode(&point[33..]),
            });
            key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            json!({"keys": [key]})
        }

        fn token(&self, header: &Value, claims: &Value) -> String {
            let text = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let signed = format!("{}.{}", text(header), text(claims));
            let sign = self.0.sign(&self.1, signed.as_bytes()).unwrap();
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(sign))
        }
    }

    fn claims() -> Value {
        json!({
            "iss": "https://id.example", "aud": "bonafide", "sub": "u1", "nonce": "n-1",
            "iat": NOW - 5, "exp": NOW + 300,
        })
    }

    fn header() -> Value {
        json!({"alg": "ES256", "kid": "k1"})
    }

    #[test]
    fn only_a_token_that_fits_in_everything_is_believed() {
        let signer = Signer::new();
        let keys = signer.keys(json!({"use": "sig", "alg": "ES256"}));
        let token = signer.token(&header(), &claims());
        assert_eq!(checked(&token, &keys, &EXPECTED).unwrap()["sub"], "u1");
        for (name, value) in [
            ("iss", json!("https://id.example/")),
            ("iss", json!(null)),
            ("aud", json!("other")),
            ("aud", json!(["bonafide", "other"])),
            ("azp", json!("other")),
            ("exp", json!(NOW - 61)),
            ("exp", json!("later")),
            ("iat", json!(NOW + 600)),
            ("nbf", json!(NOW + 600)),
            ("nbf", json!("soon")),
            ("nonce", json!("n-2")),
            ("nonce", json!(null)),
            ("sub", json!("")),
            ("sub", json!(7)),
        ] {
            let mut bad = claims();
            bad[name] = value.clone();
            let said = checked(&signer.token(&header(), &bad), &keys, &EXPECTED);
            assert!(matches!(said, Err(Refused::Because(_))), "{name} = {value}: {said:?}");
        }
        for name in ["iss", "aud", "exp", "iat", "nonce", "sub"] {
            let mut bad = claims();
            bad.as_object_mut().unwrap().remove(name);
            assert!(checked(&signer.token(&header(), &bad), &keys, &EXPECTED).is_err(), "without {name}");
        }
        let mut shared = claims();
        shared["aud"] = json!(["other", "bonafide"]);
        shared["azp"] = json!("bonafide");
        assert!(checked(&signer.token(&header(), &shared), &keys, &EXPECTED).is_ok());
    }

    #[test]
    fn a_signature_cannot_be_left_out_or_made_by_others() {
        let (signer, other) = (Signer::new(), Signer::new());
        let keys = signer.keys(json!({}));
        let token = signer.token(&header(), &claims());
        let forged = other.token(&header(), &claims());
        assert_eq!(checked(&forged, &keys, &EXPECTED), Err(Refused::Because("its signature does not fit")));
        assert_eq!(
            checked(&signer.token(&json!({"alg": "ES256", "kid": "k2"}), &claims()), &keys, &EXPECTED),
            Err(Refused::UnknownKey)
        );
        for way in ["none", "None", "HS256", "ES384", ""] {
            let bad = signer.token(&json!({"alg": way, "kid": "k1"}), &claims());
            assert!(matches!(checked(&bad, &keys, &EXPECTED), Err(Refused::Because(_))), "{way}");
        }
        // the key of one kind is not taken for another, nor one that is for something else
        assert_eq!(
            checked(&signer.token(&json!({"alg": "RS256", "kid": "k1"}), &claims()), &keys, &EXPECTED),
            Err(Refused::UnknownKey)
        );
        assert_eq!(checked(&token, &signer.keys(json!({"use": "enc"})), &EXPECTED), Err(Refused::UnknownKey));
        let parts: Vec<&str> = token.split('.').collect();
        let mut other_claims = claims();
        other_claims["sub"] = json!("u2");
        let swapped =
            format!("{}.{}.{}", parts[0], URL_SAFE_NO_PAD.encode(other_claims.to_string()), parts[2]);
        for bad in [
            swapped.as_str(),
            &format!("{}.{}.", parts[0], parts[1]),
            "",
            "a.b",
            "a.b.c.d",
            &"x".repeat(70_000),
        ] {
            assert!(checked(bad, &keys, &EXPECTED).is_err(), "{bad}");
        }
        let critical = signer.token(&json!({"alg": "ES256", "kid": "k1", "crit": ["x"]}), &claims());
        assert!(checked(&critical, &keys, &EXPECTED).is_err());
    }

    /// Signatures of RSA were made by another library (OpenSSL, through Python), once.
    #[test]
    fn signatures_of_others_verify() {
        let made = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let key =
            json!({"kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(made.public_key().as_ref())});
        let signed = b"header.claims";
        assert!(verifies(&key, "EdDSA", signed, made.sign(signed).as_ref()).is_some());
        assert!(verifies(&key, "EdDSA", b"header.claimz", made.sign(signed).as_ref()).is_none());

        let key = json!({"kty": "RSA", "e": "AQAB", "n": "sMsWGFbrq4YbWU4Ncng_FSM8g-hgcjWKIhAgWHONU2tHOqDEn_oCrMN9qzk1by0aDjMVor7bES-T_JObRex4pJmxFsssaBqcYv6JJQmWik9Fj-ZYIrtOaCe5Pwc4wUWRtAl7_zXnaEH9p6kckKh1uzbVZi07I1ZKFrqeIBamsoQ4AHywQ4gXjy48DOn8arKW6oT0Uv5P7hsMp1VBWqbl8D_4log6l6eWvJh3gMC0ydzOPZC5H9nOuKaZ9F8mpZUZxpsnFPyn0TQ-eZZ574smjrp_lX5407V8iJEhN0DYov8cup7go8Pv6b_BA_ipu-I8OCG5qTm4fYmmbzRV02UnOw"});
        let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
        let sign = decoded(
            "egT07QzGsSJvlBl-bE7mMYY76OmyQKU-VcZ7QoH6wu4keZOto72ELz9B0-8GhD5R02NyxTf0OXCIx0OKK4JNfDZAtUSA5M5qQEYSaRXesFUhkIR0R8LOscB1tuqWCWLcULDeZWX-t80RfPH8qHGT6t2hZ6oYsQiGB7JLrNeF0F8JQ9Wo3EQrGWy5d_aaYSLISIyT25waZAgDFZvuq7cYQhVI3ldbhAjGAzcfuN9ix-QrQUiOcVw9iF75a-hipSyxNVmlmlD2oy8DRBF10lbt9tlfiLJKl_Mq49-vFbADFr9OY_4Wc_wWcc8it6bb0ZZmtCHYelI5lOr76UyG_AUdEw",
        );
        let salted = decoded(
            "BwmB0TTWo4XlOiuS9C7gl9sS_vGrLRdxcCfvJxt_U_yDRDJPRoTJ9feBFTSGLfWC9TbL47O1kpmaloo80apB7gcLiVlKdhChgEqT4MkSlufIXzCdkXmvVSZuz6fxHgF3ulR4XHsbJy3opDZGZvj1WJJqZbGsInSkQ6GfBzXVneU0dXh5PCToR0m_g4c9DZhhuDsKo3RxmB0hqkzZo0Md8NL3dSO_rou1vAsmlifL_YZt_jNSS8RKbfExNis22Lh_AhcDb_qv5qgC-xPrrF-Qx3WHc143sGZi-bRPVSuI2pbdHYph8YWQhDMn3xmo-pTFfon-W_oMVkJx_4YNX4yG7g",
        );
        assert!(verifies(&key, "RS256", signed, &sign).is_some());
        assert!(verifies(&key, "PS256", signed, &sign).is_none());
        assert!(verifies(&key, "PS256", signed, &salted).is_some());
        assert!(verifies(&key, "RS256", b"header.claimz", &sign).is_none());
    }
}
