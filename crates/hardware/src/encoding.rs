//! Text files as Windows, macOS and Linux write them.

use std::borrow::Cow;

/// Bytes as text: UTF-8 with or without a mark, UTF-16 with a mark or evidently so, else byte by byte.
#[must_use]
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest),
        [0xff, 0xfe, rest @ ..] => Cow::Owned(wide(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Cow::Owned(wide(rest, u16::from_be_bytes)),
        [first, 0, second, 0, ..] if first.is_ascii() && second.is_ascii() && *first != 0 => {
            Cow::Owned(wide(bytes, u16::from_le_bytes))
        }
        _ => String::from_utf8_lossy(bytes),
    }
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

/// Whether these bytes are text at all; judged by the control characters of the first few kilobytes.
#[must_use]
pub fn is_text(bytes: &[u8]) -> bool {
    let head = bytes.get(..4096).unwrap_or(bytes);
    let is_wide = matches!(head, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || matches!(head, [first, 0, second, 0, ..] if first.is_ascii_graphic() && second.is_ascii_graphic());
    let is_odd =
        |byte: &&u8| (**byte < 0x20 && !matches!(**byte, b'\t' | b'\n' | b'\r' | 0x0c)) || **byte == 0x7f;
    is_wide || (!head.is_empty() && head.iter().filter(is_odd).count() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_widths_are_understood() {
        assert_eq!(decode(b"\xef\xbb\xbfUSB"), "USB");
        assert_eq!(decode(b"\xff\xfeU\0S\0B\0"), "USB");
        assert_eq!(decode(b"\xfe\xff\0U\0S\0B"), "USB");
        assert_eq!(decode(b"U\0S\0B\0"), "USB");
        assert_eq!(decode(b"USB"), "USB");
    }

    #[test]
    fn descriptors_are_not_text() {
        assert!(!is_text(&[0x05, 0x01, 0x09, 0x06, 0xa1, 0x01]));
        assert!(!is_text(&[0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]));
        assert!(!is_text(&[]));
        assert!(is_text(b"05 01 09 06\r\n"));
        assert!(is_text(b"\xff\xfe0\x005\x00"));
    }
}
