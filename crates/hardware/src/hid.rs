//! Report descriptors of input devices. A disguise changes names and ids, not what the device reports.

use crate::{Verdict, VerdictKind, facts};

/// Judges a report descriptor by the first sixteen hex digits of its SHA-256 (the caller computes it).
#[must_use]
pub fn judge_digest(sha256_hex: &str) -> Option<Verdict> {
    let seen = sha256_hex.get(..16)?.to_ascii_lowercase();
    facts::descriptors()
        .iter()
        .find(|fact| fact.get("tier") == "T1" && fact.get("sha256_prefix") == seen)
        .map(|fact| Verdict { kind: VerdictKind::Named, product: fact.get("firmware") })
}

/// Whether a report descriptor is a mouse with absolute axes from 0 to 32767: no pointing device that people buy
/// as a mouse has that, and every IP-KVM firmware measured does.
#[must_use]
pub fn is_absolute_mouse(descriptor: &[u8]) -> bool {
    let (mut is_mouse, mut is_axis, mut maximum, mut page) = (false, false, 0u32, 0u32);
    let mut at = 0;
    while let Some(&head) = descriptor.get(at) {
        let size = [0, 1, 2, 4][usize::from(head & 3)];
        let Some(data) = descriptor.get(at + 1..at + 1 + size) else { return false };
        let value = data.iter().rev().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
        match head & 0xfc {
            0x04 => page = value,
            0x08 if page == 1 && value == 2 => is_mouse = true,
            0x08 if page == 1 && (value == 0x30 || value == 0x31) => is_axis = true,
            0x24 => maximum = value,
            0x80 => {
                // Data, variable, absolute.
                if is_mouse && is_axis && maximum == 32_767 && value & 0b111 == 0b010 {
                    return true;
                }
                is_axis = false;
            }
            _ => {}
        }
        at += 1 + size;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELATIVE: &[u8] = &[
        0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x30, 0x09, 0x31, 0x15, 0x81, 0x25, 0x7f, 0x75, 0x08, 0x95,
        0x02, 0x81, 0x06, 0xc0,
    ];
    const ABSOLUTE: &[u8] = &[
        0x05, 0x01, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x30, 0x09, 0x31, 0x15, 0x00, 0x26, 0xff, 0x7f, 0x75, 0x10,
        0x95, 0x02, 0x81, 0x02, 0xc0,
    ];

    #[test]
    fn absolute_axes_tell_a_console_from_a_mouse() {
        assert!(is_absolute_mouse(ABSOLUTE));
        assert!(!is_absolute_mouse(RELATIVE));
        assert!(!is_absolute_mouse(&ABSOLUTE[..10]));
    }

    #[test]
    fn digests_of_firmware_are_known_and_shared_ones_do_not_decide() {
        assert_eq!(judge_digest("5e10a7f6cc69f217aabb").unwrap().product, "JetKVM");
        assert_eq!(judge_digest("55c045b2daf5c91f"), None, "hobby boards have it too");
    }
}
