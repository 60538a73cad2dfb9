//! Bytes written as text, the way tools write them.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Reads hex digits in any of the common spellings: `0501`, `05 01`, `0x05, 0x01`, `05:01`, `\x05\x01`. `None` where
/// anything else stands between the digits, or a digit is left over.
#[must_use]
pub fn parse(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high: Option<u8> = None;
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = match first {
            b'0' if high.is_none() && matches!(tail.first(), Some(b'x' | b'X')) => tail.get(1..)?,
            b'\\' if high.is_none() && tail.first() == Some(&b'x') => tail.get(1..)?,
            b' ' | b'\t' | b',' | b';' | b':' | b'-' | b'\r' | b'\n' if high.is_none() => tail,
            digit => {
                let value = nibble(*digit)?;
                match high.take() {
                    Some(upper) => bytes.push(upper << 4 | value),
                    None => high = Some(value),
                }
                tail
            }
        };
    }
    (high.is_none() && !bytes.is_empty()).then_some(bytes)
}

/// Reads bytes written in decimal, as PowerShell and JSON print them: `5, 1, 9, 6, 161`. `None` where a number is above
/// 255, or none has three digits (it may as well be hex).
#[must_use]
pub fn decimals(text: &str) -> Option<Vec<u8>> {
    let words = text.split([' ', '\t', ',', ';', '\r', '\n']).filter(|word| !word.is_empty());
    let mut has_long = false;
    let bytes: Option<Vec<u8>> = words
        .map(|word| {
            has_long |= word.len() == 3;
            word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok()).flatten()
        })
        .collect();
    bytes.filter(|bytes| has_long && bytes.len() >= 8)
}

/// Reads base64, with or without padding; `None` where anything but its digits and line ends stands there.
#[must_use]
pub fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim().trim_end_matches('=');
    let mut out = Vec::with_capacity(digits.len() / 4 * 3);
    let (mut held, mut bits) = (0u32, 0);
    for byte in digits.bytes() {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b' ' | b'\t' | b'\r' | b'\n' => continue,
            _ => return None,
        };
        held = held << 6 | u32::from(digit);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push(u8::try_from(held >> bits & 0xff).ok()?);
            held &= (1 << bits) - 1;
        }
    }
    (!out.is_empty()).then_some(out)
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// Writes bytes as lower-case hex digits.
#[must_use]
pub fn write(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// SHA-256 as hex.
#[must_use]
pub fn digest(bytes: &[u8]) -> String {
    write(&Sha256::digest(bytes))
}

/// A number of sixteen bits written in hex, with or without `0x`; `None` where it is not one.
#[must_use]
pub fn number(text: &str) -> Option<u16> {
    let text = text.trim();
    let bare = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")).unwrap_or(text);
    u16::from_str_radix(bare, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_common_spelling_is_read() {
        for text in ["0501a1", "05 01 A1", "0x05, 0x01, 0xa1", "05:01:a1", "\\x05\\x01\\xa1", "05-01-a1\r"] {
            assert_eq!(parse(text), Some(vec![0x05, 0x01, 0xa1]), "{text}");
        }
        for text in ["", "0", "05 0", "hello", "05 01 zz", "0x", "0 5"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn decimals_are_read_and_mere_numbers_are_not() {
        assert_eq!(decimals("5 1 9 6 161 1 192 0"), Some(vec![5, 1, 9, 6, 161, 1, 192, 0]));
        assert_eq!(
            decimals("0, 255, 255, 255,\n255, 255, 255, 0"),
            Some(vec![0, 255, 255, 255, 255, 255, 255, 0])
        );
        for text in ["", "1 2 3", "05 01 09 06 19 01 02 03", "256 1 2 3 4 5 6 7", "+25 100 1 2 3 4 5 6"] {
            assert_eq!(decimals(text), None, "{text}");
        }
    }

    #[test]
    fn base64_is_read_and_prose_is_not() {
        assert_eq!(base64("BQEJ"), Some(vec![5, 1, 9]));
        assert_eq!(base64("BQE=\n"), Some(vec![5, 1]));
        assert_eq!(base64("it's not"), None);
        assert_eq!(base64(""), None);
    }

    #[test]
    fn writing_is_the_inverse_of_reading() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(parse(&write(&bytes)), Some(bytes));
    }
}
