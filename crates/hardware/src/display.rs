//! Is a display the disguise of an IP-KVM, and does its serial number tell displays apart.

use crate::{Verdict, VerdictKind, facts};

/// Judges a display by manufacturer (three letters, may be empty), name and serial number.
#[must_use]
pub fn judge(manufacturer: &str, name: &str, serial: &str) -> Option<Verdict> {
    let (name, serial) = (name.trim(), serial.trim());
    facts::displays().iter().find_map(|fact| {
        let is_maker = manufacturer.is_empty() || manufacturer.eq_ignore_ascii_case(fact.get("mfg_id"));
        let is_name = !name.is_empty() && name.eq_ignore_ascii_case(fact.get("name_string"));
        let is_number = !serial.is_empty() && is_same_number(serial, fact.get("serial_number_hex"));
        let (fits, kind) = match fact.get("match_rule") {
            "exact serial string" => (serial == fact.get("serial_string"), VerdictKind::Disguised),
            "mfg+product code or name" | "mfg+name" => (is_maker && is_name, VerdictKind::Named),
            "mfg+serial" => {
                (is_maker && (is_name || (!manufacturer.is_empty() && is_number)), VerdictKind::Capture)
            }
            _ => (false, VerdictKind::Named),
        };
        fits.then(|| Verdict { kind, product: fact.get("product") })
    })
}

/// Whether a serial number is the same as one given in hex, however it is written.
fn is_same_number(serial: &str, hex: &str) -> bool {
    let Ok(fact) = u32::from_str_radix(hex.trim_start_matches("0x"), 16) else { return false };
    let bare = serial.trim_start_matches("0x");
    serial.parse() == Ok(fact) || u32::from_str_radix(bare, 16) == Ok(fact)
}

/// Whether a serial number tells one display from another: makers leave zeros, ones and blanks in many.
#[must_use]
pub fn is_telling_serial(serial: &str) -> bool {
    let bare: String =
        serial.trim().to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
    let bare = bare.strip_prefix("0x").unwrap_or(&bare);
    let first = bare.chars().next();
    bare.len() >= 5
        && bare.chars().any(|c| Some(c) != first)
        && ![
            "01010101",
            "16843009",
            "88888800",
            "2290649088",
            "123456789",
            "1234567890",
            "12345",
            "0123456789abcdef",
        ]
        .contains(&bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_serials_and_bridges_are_seen() {
        assert_eq!(judge("ACR", "B246WL", "T8NEE0038522").unwrap().kind, VerdictKind::Disguised);
        assert_eq!(judge("", "", "3S5GQ23").unwrap().kind, VerdictKind::Disguised);
        assert_eq!(judge("LNX", "PiKVM V3", "CAFEBABE").unwrap().kind, VerdictKind::Named);
        assert_eq!(judge("TSB", "T749-fHD720", "").unwrap().kind, VerdictKind::Capture);
        assert_eq!(judge("TSB", "anything", "2290649088").unwrap().kind, VerdictKind::Capture);
    }

    #[test]
    fn real_displays_are_not() {
        assert_eq!(judge("DEL", "DELL D2721H", "7Q1XK33"), None);
        assert_eq!(judge("TSB", "TOSHIBA-TV", "12"), None);
        assert_eq!(judge("", "", ""), None);
    }

    #[test]
    fn blank_serials_do_not_tell_displays_apart() {
        for blank in ["", "0", "00000000", "0x01010101", "16843009", "ffffffff", "12345"] {
            assert!(!is_telling_serial(blank), "{blank}");
        }
        assert!(is_telling_serial("T8NEE0038522"));
    }
}
