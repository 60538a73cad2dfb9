//! Small pieces of JSON text, written without a tree.

use std::fmt;

/// A text inside JSON quotes.
pub struct Text<'a>(pub &'a str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') {
            f.write_str(&rest[..at])?;
            match rest.as_bytes()[at] {
                b'"' => f.write_str("\\\"")?,
                b'\\' => f.write_str("\\\\")?,
                b'\n' => f.write_str("\\n")?,
                b'\t' => f.write_str("\\t")?,
                other => write!(f, "\\u{other:04x}")?,
            }
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

/// An id in letters and digits, as services make them: a prefix, then so many signs.
pub struct Id(pub &'static str, pub u64, pub usize);

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SIGNS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        f.write_str(self.0)?;
        let (mut bits, mut turn) = (self.1, 0);
        let mut buffer = [0_u8; 32];
        let length = self.2.min(buffer.len());
        for sign in &mut buffer[..length] {
            if bits < 62 {
                turn += 1;
                bits = crate::draw::mix(self.1, turn);
            }
            *sign = SIGNS[(bits % 62) as usize];
            bits /= 62;
        }
        f.write_str(std::str::from_utf8(&buffer[..length]).unwrap_or_default())
    }
}

/// A UUID from a number, in the form of version 1 with its date bits left out.
pub struct Uuid(pub u64);

impl fmt::Display for Uuid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = (self.0, crate::draw::mix(self.0, 0x0d));
        write!(
            f,
            "{:08x}-{:04x}-11f1-{:04x}-{:012x}",
            a >> 32,
            a as u16,
            0x8000 | (b >> 50),
            b & 0xffff_ffff_ffff
        )
    }
}

/// A random UUID (version 4) from a number.
pub struct Guid(pub u64);

impl fmt::Display for Guid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (a, b) = (crate::draw::mix(self.0, 0x61), crate::draw::mix(self.0, 0x62));
        write!(
            f,
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            a >> 32,
            (a >> 16) as u16,
            a & 0xfff,
            0x8000 | (b >> 50),
            b & 0xffff_ffff_ffff
        )
    }
}

/// A digest of 32 bytes in base64, as services write those of access tokens.
pub struct Digest(pub u64);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut text = [b'='; 44];
        for (at, sign) in text[..43].iter_mut().enumerate() {
            let bits = crate::draw::mix(self.0, at as u64 / 8) >> (at as u64 % 8 * 8);
            // the last sign stands for four bits only
            *sign = SIGNS[(bits & if at == 42 { 0x3c } else { 0x3f }) as usize];
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        let text = "C:\\Program Files\\x \"y\"\n\u{1}é";
        let json = format!("\"{}\"", Text(text));
        assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
    }

    #[test]
    fn ids_have_their_length_and_repeat() {
        assert_eq!(Id("00u", 7, 17).to_string().len(), 20);
        assert_eq!(Id("00u", 7, 17).to_string(), Id("00u", 7, 17).to_string());
        assert_eq!(Uuid(9).to_string().len(), 36);
        assert_eq!(Guid(9).to_string().len(), 36);
        assert_eq!(&Guid(9).to_string()[14..15], "4");
        assert!(Digest(9).to_string().len() == 44 && Digest(9).to_string() != Digest(8).to_string());
    }
}
