//! Numbers and texts as bytes, for what is kept: seven bits a byte, texts and lists after their length.

use crate::{Error, Result};

/// Appends a number.
pub(super) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        #[expect(clippy::cast_possible_truncation, reason = "seven bits")]
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    #[expect(clippy::cast_possible_truncation, reason = "seven bits")]
    out.push(number as u8);
}

/// Appends a text after its length.
pub(super) fn put_text(out: &mut Vec<u8>, text: &str) {
    put_bytes(out, text.as_bytes());
}

/// Appends bytes after their length.
pub(super) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Appends numbers in rising order, as differences.
pub(super) fn put_rising(out: &mut Vec<u8>, numbers: &[u32]) {
    put(out, numbers.len() as u64);
    let mut last = 0;
    for number in numbers {
        put(out, u64::from(*number - last));
        last = *number;
    }
}

/// Takes numbers and texts off the front of some bytes.
pub(super) struct Reader<'b> {
    rest: &'b [u8],
}

pub(super) fn damaged() -> Error {
    Error::Index("it is damaged\nhint: build it anew from its files".into())
}

impl<'b> Reader<'b> {
    pub(super) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    pub(super) fn number(&mut self) -> Result<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first().ok_or_else(damaged)?;
            self.rest = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(damaged())
    }

    /// A number that fits 32 bits.
    pub(super) fn small(&mut self) -> Result<u32> {
        u32::try_from(self.number()?).map_err(|_| damaged())
    }

    pub(super) fn bytes(&mut self) -> Result<&'b [u8]> {
        let length = usize::try_from(self.number()?).map_err(|_| damaged())?;
        if length > self.rest.len() {
            return Err(damaged());
        }
        let (bytes, rest) = self.rest.split_at(length);
        self.rest = rest;
        Ok(bytes)
    }

    pub(super) fn text(&mut self) -> Result<&'b str> {
        std::str::from_utf8(self.bytes()?).map_err(|_| damaged())
    }

    /// So many bytes as they stand.
    pub(super) fn fixed<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk::<N>().ok_or_else(damaged)?;
        self.rest = rest;
        Ok(*bytes)
    }

    pub(super) fn rising(&mut self) -> Result<Vec<u32>> {
        let count = usize::try_from(self.number()?).map_err(|_| damaged())?;
        // A number takes a byte at least: a length that lies does not make us reserve what is not there.
        let mut out = Vec::with_capacity(count.min(self.rest.len()));
        let mut last = 0u32;
        for _ in 0..count {
            last = last.checked_add(self.small()?).ok_or_else(damaged)?;
            out.push(last);
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_is_taken() {
        let mut bytes = Vec::new();
        put(&mut bytes, u64::MAX);
        put_text(&mut bytes, "Ines Okafor");
        put_rising(&mut bytes, &[3, 3, 900_000]);
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.number().unwrap(), u64::MAX);
        assert_eq!(reader.text().unwrap(), "Ines Okafor");
        assert_eq!(reader.rising().unwrap(), [3, 3, 900_000]);
        assert!(reader.is_empty() && reader.number().is_err());
        for length in 0..bytes.len() {
            let mut short = Reader::new(&bytes[..length]);
            assert!(short.number().is_err() || short.text().is_err() || short.rising().is_err());
        }
    }
}
