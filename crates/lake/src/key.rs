//! The workspace key and what is derived from it: keyed tokens, encryption of clear values and raw blocks.

use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use measure::text;
use model::Class;

use crate::error::{Error, Result};

/// 32 secret bytes that live outside the workspace.
#[derive(Clone)]
pub struct WorkspaceKey([u8; 32]);

/// What every token begins with: so that it can be recognised and masked wherever text leaves.
pub const TOKEN_PREFIX: &str = "tk_";

impl WorkspaceKey {
    /// From 32 secret bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn derive(&self, purpose: &str) -> [u8; 32] {
        blake3::derive_key(&format!("bonafide 2026-11 {purpose}"), &self.0)
    }

    pub(crate) fn tokens(&self) -> Tokens {
        Tokens { key: self.derive("tokens") }
    }

    pub(crate) fn clear_values(&self) -> Sealer {
        Sealer::new(self.derive("clear values"))
    }

    pub(crate) fn kept_answers(&self) -> Sealer {
        Sealer::new(self.derive("kept answers"))
    }

    pub(crate) fn kept_questions(&self) -> [u8; 32] {
        self.derive("kept questions")
    }

    pub(crate) fn raw_keys(&self) -> Sealer {
        Sealer::new(self.derive("raw block keys"))
    }

    /// What a workspace keeps of its key: tells whether a key is the right one, and nothing else.
    #[must_use]
    pub fn check(&self) -> String {
        hex(&self.derive("check value")[..8])
    }
}

/// Makes keyed tokens of normalised values.
#[derive(Clone)]
pub(crate) struct Tokens {
    key: [u8; 32],
}

impl Tokens {
    /// The token of a value of a field class; `None` when nothing is left after normalising.
    pub(crate) fn of(&self, class: Class, value: &str) -> Option<String> {
        let normal = match class {
            Class::Plain => return Some(value.to_owned()),
            Class::Email => text::normalise_email(value),
            Class::Phone => text::normalise_phone(value),
            Class::Name => text::normalise_name(value),
            Class::Address => text::normalise_address(value).full,
            Class::Account => text::normalise_account(value),
        };
        (!normal.is_empty()).then(|| self.keyed(class, &normal))
    }

    /// The token of an address without its unit.
    pub(crate) fn of_building(&self, value: &str) -> Option<String> {
        let building = text::normalise_address(value).building;
        (!building.is_empty()).then(|| self.keyed(Class::Address, &building))
    }

    /// Digest of a plain value that identifies somebody; of another kind than every token.
    pub(crate) fn of_identity(&self, kind: &str, value: &str) -> String {
        let mut hash = blake3::Hasher::new_keyed(&self.key);
        hash.update(&[0xff]);
        hash.update(kind.as_bytes());
        hash.update(&[0]);
        hash.update(value.trim().to_lowercase().as_bytes());
        hash.finalize().to_hex()[..32].to_owned()
    }

    fn keyed(&self, class: Class, normal: &str) -> String {
        let mut hash = blake3::Hasher::new_keyed(&self.key);
        hash.update(&[class as u8]);
        hash.update(normal.as_bytes());
        format!("{TOKEN_PREFIX}{}", &hash.finalize().to_hex()[..32])
    }
}

/// Encrypts and opens byte strings under one key, each with its own random nonce.
pub(crate) struct Sealer {
    cipher: XChaCha20Poly1305,
}

const NONCE: usize = 24;

impl Sealer {
    pub(crate) fn new(key: [u8; 32]) -> Self {
        Self { cipher: XChaCha20Poly1305::new(Key::from_slice(&key)) }
    }

    /// Nonce and ciphertext.
    pub(crate) fn seal(&self, clear: &[u8]) -> Result<Vec<u8>> {
        let nonce: [u8; NONCE] = random()?;
        let sealed = self.cipher.encrypt(XNonce::from_slice(&nonce), clear);
        let sealed = sealed.map_err(|_| Error::Defect("encryption failed".into()))?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// A sealed text, in hexadecimal digits.
    pub(crate) fn seal_text(&self, clear: &str) -> Result<String> {
        self.seal(clear.as_bytes()).map(|sealed| hex(&sealed))
    }

    /// The clear text behind [`Sealer::seal_text`].
    pub(crate) fn open_text(&self, sealed: &str) -> Result<String> {
        let digit = |at: usize| sealed.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let bytes: Option<Vec<u8>> = (0..sealed.len()).step_by(2).map(digit).collect();
        let bytes = bytes.ok_or_else(|| Error::Key("a sealed value is damaged".into()))?;
        String::from_utf8(self.open(&bytes)?).map_err(|_| Error::Key("a sealed value is no text".into()))
    }

    /// The clear bytes, or an error when key or bytes are wrong.
    pub(crate) fn open(&self, sealed: &[u8]) -> Result<Vec<u8>> {
        let wrong = || Error::Key("a sealed value does not open".into());
        let (nonce, body) = sealed.split_at_checked(NONCE).ok_or_else(wrong)?;
        self.cipher.decrypt(XNonce::from_slice(nonce), body).map_err(|_| wrong())
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // a String takes every write
        let _ = write!(out, "{byte:02x}");
        out
    })
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|cause| Error::Defect(format!("no randomness: {cause}")))?;
    Ok(bytes)
}
