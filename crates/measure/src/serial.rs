//! Serial numbers: which of them tell one thing from another.

/// What makers, firmware and people write where a serial number should stand; letters and digits only, lower case.
const PLACEHOLDERS: &[&str] = &[
    "88888800",
    "2290649088",
    "16843009",
    "cafebabe",
    "deadbeef",
    "6b65796d696d6570690",
    "058f63666433",
    "123qwe",
];
/// Words that stand in texts, never in serial numbers.
const WORDS: &[&str] = &[
    "serial",
    "filled",
    "default",
    "invalid",
    "unknown",
    "applicable",
    "specified",
    "available",
    "asset",
    "chassis",
    "oem",
    "none",
    "null",
    "test",
    "sample",
];
/// Fewer characters than this, leading zeros aside, many things share.
const LEAST: usize = 5;

/// Whether a serial number tells one thing from another. Makers leave blanks, zeros, counting-up digits, repeated signs
/// and build dates in many units; Windows makes up its own numbers (with `&`) where a device has none.
#[must_use]
pub fn is_telling_serial(serial: &str) -> bool {
    if serial.contains('&') {
        return false;
    }
    let lower = serial.trim().to_ascii_lowercase();
    let bare: String = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = bare.strip_prefix("0x").unwrap_or(&bare);
    let bytes = bare.trim_start_matches('0').as_bytes();
    bytes.len() >= LEAST
        && bytes.iter().any(u8::is_ascii_digit)
        && !PLACEHOLDERS.contains(&bare)
        && !WORDS.iter().any(|word| bare.contains(word))
        && !is_repeated(bare.as_bytes())
        && !is_one_sign(bare.as_bytes())
        && !is_counting(bytes)
        && !is_build_date(bare.as_bytes())
}

/// One short piece again and again: `01010101`, `abcabcabc`.
fn is_repeated(bytes: &[u8]) -> bool {
    (1..=4.min(bytes.len() / 2)).any(|unit| bytes.iter().skip(unit).eq(bytes.iter().take(bytes.len() - unit)))
}

/// One sign makes three quarters of it: `100000000`.
fn is_one_sign(bytes: &[u8]) -> bool {
    bytes.iter().any(|sign| bytes.iter().filter(|other| *other == sign).count() * 4 >= bytes.len() * 3)
}

/// Digits that count up or down, with or without the letters of hexadecimal: `0123456789abcdef`, `fedcba98`.
fn is_counting(bytes: &[u8]) -> bool {
    let place = |sign: u8| b"0123456789abcdefghijklmnopqrstuvwxyz".iter().position(|known| *known == sign);
    let is_step = |from: u8, to: u8| {
        let (Some(from), Some(to)) = (place(from), place(to)) else { return false };
        to == from + 1 || (from == 9 && to == 0) || (from == 15 && to == 0)
    };
    let steps = bytes.len() - 1;
    let up = bytes.windows(2).filter(|pair| is_step(pair[0], pair[1])).count();
    let down = bytes.windows(2).filter(|pair| is_step(pair[1], pair[0])).count();
    up.max(down) * 5 >= steps * 4
}

/// The day on which firmware was built, filled up with zeros or a short number: `20100201000000`.
fn is_build_date(bytes: &[u8]) -> bool {
    let number = |range: std::ops::Range<usize>| {
        bytes
            .get(range)
            .and_then(|part| std::str::from_utf8(part).ok())
            .and_then(|text| text.parse::<u32>().ok())
    };
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(4..6), number(6..8)) else {
        return false;
    };
    let rest = bytes.get(8..).unwrap_or_default();
    let zeros = rest.iter().filter(|sign| **sign == b'0').count();
    bytes.iter().all(u8::is_ascii_digit)
        && (1990..=2040).contains(&year)
        && (1..=12).contains(&month)
        && (1..=31).contains(&day)
        && (rest.len() <= 4 || zeros * 2 >= rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_tell_nothing_apart() {
        for serial in [
            "",
            "0",
            "00000000",
            "0x01010101",
            "16843009",
            "ffffffff",
            "12345",
            "000000001",
            "fedcba9876543210",
            "0123456789ABCDEF",
            "1234567890",
            "CAFEBABE",
            "To Be Filled By O.E.M.",
            "System Serial Number",
            "N/A",
            "6&1a2b3c4&0&1",
            "100000000",
            "20100201000000",
            "201404081410",
            "abcabcabc",
            "Default string",
            "6b65796d696d6570690",
            "A0000001",
            "KEYBOARD",
            "0x88888800",
        ] {
            assert!(!is_telling_serial(serial), "{serial}");
        }
    }

    #[test]
    fn real_ones_tell() {
        for serial in [
            "T8NEE0038522",
            "3S5GQ23",
            "7Q1XK33",
            "C02XK1YZJGH5",
            "5CG9411QZB",
            "MXL0234ABC",
            "00A1B2C3D4",
            "CN-0K5M7P",
            "4C530001230921112394",
            "VNA2F00417",
            "19340771",
            "PF2ABC7K",
        ] {
            assert!(is_telling_serial(serial), "{serial}");
        }
    }

    #[test]
    fn short_and_odd_text_is_no_panic() {
        for serial in ["é", "é&é", "0x", "1", "ab", "1é2é3é4é5", "\u{0}\u{0}"] {
            let _ = is_telling_serial(serial);
        }
    }
}
