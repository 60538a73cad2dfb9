//! What is hashed, and how. Pure: the same entry gives the same hash on every machine.
//!
//! `hash = H(previous, sequence, at, actor, action, commitment)` and
//! `commitment = C(salt, subject, purpose, detail)`. The chain holds the commitment, never the text. Once the
//! text and its salt are gone, the commitment tells nothing: without the salt no guess can be tried.
//!
//! An actor is a mark, `A(salt, name)`, with one salt for each name.
//!
//! Texts are written with their length before them, so that no two different entries have the same bytes.

use blake3::Hasher;

/// Bytes of a salt: as many as the digest, so that guessing the salt is no easier than breaking the digest.
pub(crate) const SALT: usize = 32;
/// What the first entry follows.
pub(crate) const START: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The part of an entry that can be erased.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Text<'a> {
    pub(crate) subject: Option<&'a str>,
    pub(crate) purpose: Option<&'a str>,
    pub(crate) detail: Option<&'a str>,
}

/// The part of an entry that cannot.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link<'a> {
    pub(crate) previous: &'a str,
    pub(crate) sequence: i64,
    pub(crate) at: i64,
    pub(crate) actor: &'a str,
    pub(crate) action: &'a str,
    pub(crate) commitment: &'a str,
}

/// A fresh salt, in hex as it is stored.
pub(crate) fn salt() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; SALT];
    getrandom::fill(&mut bytes)?;
    Ok(blake3::Hash::from_bytes(bytes).to_hex().to_string())
}

/// What a mark begins with. A history begun before there were marks holds names in their place.
const MARK: &str = "sealed:";

/// What stands in the chain for a name.
pub(crate) fn mark(salt: &str, name: &str) -> String {
    let mut hasher = Hasher::new_derive_key("bonafide 2026 history actor");
    put(&mut hasher, Some(salt));
    put(&mut hasher, Some(name));
    format!("{MARK}{}", hasher.finalize().to_hex())
}

/// Whether an actor is a mark, and no name.
pub(crate) fn is_mark(actor: &str) -> bool {
    actor.strip_prefix(MARK).is_some_and(|rest| rest.len() == 64)
}

impl Text<'_> {
    pub(crate) fn commitment(&self, salt: &str) -> String {
        let mut hasher = Hasher::new_derive_key("bonafide 2026 history text");
        put(&mut hasher, Some(salt));
        put(&mut hasher, self.subject);
        put(&mut hasher, self.purpose);
        put(&mut hasher, self.detail);
        hasher.finalize().to_hex().to_string()
    }
}

impl Link<'_> {
    pub(crate) fn hash(&self) -> String {
        let mut hasher = Hasher::new_derive_key("bonafide 2026 history entry");
        put(&mut hasher, Some(self.previous));
        hasher.update(&self.sequence.to_le_bytes());
        hasher.update(&self.at.to_le_bytes());
        put(&mut hasher, Some(self.actor));
        put(&mut hasher, Some(self.action));
        put(&mut hasher, Some(self.commitment));
        hasher.finalize().to_hex().to_string()
    }
}

fn put(hasher: &mut Hasher, text: Option<&str>) {
    match text {
        None => {
            hasher.update(&[0]);
        }
        Some(text) => {
            hasher.update(&[1]);
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINK: Link<'_> = Link {
        previous: START,
        sequence: 1,
        at: 1_750_000_000_000_000,
        actor: "ana",
        action: "explain",
        commitment: "c",
    };

    /// Chains that were written must verify for ever: if this changes, every stored history breaks.
    #[test]
    fn hashes_stay_what_they_are() {
        let text = Text { subject: Some("W-1"), purpose: Some("review"), detail: None };
        assert_eq!(
            text.commitment("salt"),
            "4fae4594b871e878685103f43b5c13abb99cca098845d37aab2dba5397d3066f"
        );
        assert_eq!(LINK.hash(), "3c7c7f46f93eb28dce75b9972bde4096257a7771c55fc794db5bc4e2056ac5af");
    }

    #[test]
    fn every_field_counts_and_borders_do_too() {
        let base = LINK.hash();
        let others = [
            Link { previous: "1", ..LINK },
            Link { sequence: 2, ..LINK },
            Link { at: 2, ..LINK },
            Link { actor: "anae", action: "xplain", ..LINK },
            Link { commitment: "d", ..LINK },
        ];
        assert!(others.iter().all(|other| other.hash() != base));
        let none = Text { subject: Some("a"), purpose: None, detail: None };
        let empty = Text { subject: Some("a"), purpose: Some(""), detail: None };
        assert_ne!(none.commitment("s"), empty.commitment("s"));
    }
}
