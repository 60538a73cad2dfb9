//! Record ids: 128 bits of blake3 over what the vendor said, never over path, parser version or key.

use std::fmt;
use std::str::FromStr;

/// Id of one record: the same fact in a second export has the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub [u8; 16]);

/// What makes one unit of input (a line, a row, an array element) itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnitKey {
    /// The vendor's own event id.
    Vendor(String),
    /// Digest of the unit's canonical bytes; the occurrence number within its file is added by `ingest`.
    Bytes([u8; 16]),
}

impl RecordId {
    /// `source kind`, unit key, `occurrence` of that key within the file (0 for vendor ids),
    /// `ordinal` of the record within its unit.
    #[must_use]
    pub fn new(source: &str, unit: &UnitKey, occurrence: u32, ordinal: u32) -> Self {
        let mut hash = blake3::Hasher::new();
        hash.update(&(source.len() as u32).to_le_bytes());
        hash.update(source.as_bytes());
        match unit {
            UnitKey::Vendor(id) => {
                hash.update(b"v");
                hash.update(&(id.len() as u32).to_le_bytes());
                hash.update(id.as_bytes());
            }
            UnitKey::Bytes(digest) => {
                hash.update(b"b");
                hash.update(digest);
                hash.update(&occurrence.to_le_bytes());
            }
        }
        hash.update(&ordinal.to_le_bytes());
        Self(digest16(&hash))
    }
}

impl UnitKey {
    /// Key of a unit without a vendor id, from its canonical bytes.
    #[must_use]
    pub fn of_bytes(canonical: &[u8]) -> Self {
        let mut hash = blake3::Hasher::new();
        hash.update(canonical);
        Self::Bytes(digest16(&hash))
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";
/// What each byte is worth as a hexadecimal digit; more than 15 where it is none.
const VALUES: [u8; 256] = {
    let mut values = [u8::MAX; 256];
    let mut digit = 0;
    while digit < 16 {
        values[DIGITS[digit] as usize] = digit as u8;
        values[DIGITS[digit].to_ascii_uppercase() as usize] = digit as u8;
        digit += 1;
    }
    values
};

impl RecordId {
    /// The 32 hexadecimal digits.
    #[must_use]
    pub fn hex(&self) -> String {
        let mut out = [0; 32];
        for (pair, byte) in out.chunks_exact_mut(2).zip(self.0) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        // digits are text
        str::from_utf8(&out).unwrap_or_default().to_owned()
    }
}

fn digest16(hash: &blake3::Hasher) -> [u8; 16] {
    let mut out = [0; 16];
    hash.finalize_xof().fill(&mut out);
    out
}

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

/// A record id is 32 hexadecimal digits.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a record id is 32 hexadecimal digits")]
pub struct NotARecordId;

impl FromStr for RecordId {
    type Err = NotARecordId;

    fn from_str(text: &str) -> Result<Self, NotARecordId> {
        if text.len() != 32 || !text.is_ascii() {
            return Err(NotARecordId);
        }
        let mut out = [0; 16];
        for (byte, pair) in out.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let (high, low) = (VALUES[usize::from(pair[0])], VALUES[usize::from(pair[1])]);
            if high > 15 || low > 15 {
                return Err(NotARecordId);
            }
            *byte = high << 4 | low;
        }
        Ok(Self(out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_depends_on_each_part_and_round_trips() {
        let unit = UnitKey::of_bytes(b"{}");
        let base = RecordId::new("okta", &unit, 0, 0);
        assert_ne!(base, RecordId::new("osquery", &unit, 0, 0));
        assert_ne!(base, RecordId::new("okta", &unit, 1, 0));
        assert_ne!(base, RecordId::new("okta", &unit, 0, 1));
        let vendor = UnitKey::Vendor("a".into());
        assert_eq!(RecordId::new("okta", &vendor, 0, 0), RecordId::new("okta", &vendor, 7, 0));
        assert_eq!(base.to_string().parse(), Ok(base));
        assert!("xyz".parse::<RecordId>().is_err());
    }
}
