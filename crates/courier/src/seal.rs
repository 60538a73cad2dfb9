//! A body signed so that its receiver knows who sent it and when: Standard Webhooks 1.0.0, symmetric signature.
//! `v1,base64(HMAC-SHA256(secret, id "." timestamp "." body))`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use crate::{Error, Result};

/// Shortest secret, bytes: as Standard Webhooks demands.
const SHORTEST: usize = 24;

/// A secret that sender and receiver share.
pub struct Secret(hmac::Key);

impl Secret {
    /// Reads a secret: `whsec_` and base64, or the bytes as they are without the line end.
    ///
    /// # Errors
    /// [`Error::Configuration`] where it is short, or base64 that cannot be decoded.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let bytes = match text.strip_prefix("whsec_") {
            Some(coded) => STANDARD.decode(coded).map_err(|cause| {
                Error::Configuration(format!("the secret after whsec_ is no base64: {cause}"))
            })?,
            None => text.as_bytes().to_vec(),
        };
        if bytes.len() < SHORTEST {
            return Err(Error::Configuration(format!("a secret has at least {SHORTEST} bytes")));
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// Value of the header `webhook-signature`.
    #[must_use]
    pub fn sign(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        let mut signing = hmac::Context::with_key(&self.0);
        signing.update(format!("{id}.{seconds}.").as_bytes());
        signing.update(body);
        format!("v1,{}", STANDARD.encode(signing.sign()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification and of its libraries.
    #[test]
    fn a_body_is_signed_as_others_sign_it() {
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
        let signed = secret.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert!(Secret::parse("short").is_err() && Secret::parse("whsec_!").is_err());
    }
}
