//! Is a display the disguise of an IP-KVM.

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
}
