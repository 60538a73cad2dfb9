//! USB descriptors in binary, as the file `descriptors` of a device in sysfs holds them (USB 2.0, chapter 9).

use crate::inventory::UsbSeen;

/// Reads a device descriptor and the configurations after it; `None` where the bytes begin otherwise.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<UsbSeen> {
    let head: &[u8; 18] = bytes.first_chunk()?;
    if head[..2] != [18, 1] {
        return None;
    }
    let mut seen = UsbSeen {
        vendor_id: Some(u16::from_le_bytes([head[8], head[9]])),
        product_id: Some(u16::from_le_bytes([head[10], head[11]])),
        release: Some(u16::from_le_bytes([head[12], head[13]])),
        class: Some(head[4]),
        ..UsbSeen::default()
    };
    let mut rest = &bytes[18..];
    let mut current: Option<u8> = None;
    while let [size, kind, ..] = *rest {
        let Some((part, after)) = rest.split_at_checked(usize::from(size).max(2)) else { break };
        current = read_part(&mut seen, current, kind, part);
        rest = after;
    }
    Some(seen)
}

/// Reads one descriptor; returns the interface that the next ones belong to.
fn read_part(seen: &mut UsbSeen, current: Option<u8>, kind: u8, part: &[u8]) -> Option<u8> {
    match (kind, part) {
        // Alternate settings repeat an interface: the first one counts.
        (4, [_, _, number, 0, _, class, subclass, protocol, ..]) => {
            let interface = seen.interface(*number);
            (interface.class, interface.subclass, interface.protocol) = (Some(*class), *subclass, *protocol);
            Some(*number)
        }
        (4, _) => None,
        (0x21, [_, _, low, high, _, _, 0x22, short, long, ..]) => {
            let interface = seen.interface(current?);
            interface.hid_version = Some(u16::from_le_bytes([*low, *high]));
            interface.descriptor_length = Some(u16::from_le_bytes([*short, *long]));
            current
        }
        (5, [_, _, _, attributes, low, high, interval, ..]) if attributes & 3 == 3 => {
            let interface = seen.interface(current?);
            interface.packet.get_or_insert(u16::from_le_bytes([*low, *high]) & 0x7ff);
            interface.interval.get_or_insert(*interval);
            current
        }
        _ => current,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A keyboard with one interface, made up.
    fn keyboard() -> Vec<u8> {
        let mut bytes = vec![18, 1, 0, 2, 0, 0, 0, 64, 0x6d, 0x04, 0x1c, 0xc3, 0x00, 0x64, 1, 2, 0, 1];
        bytes.extend([9, 2, 34, 0, 1, 1, 0, 0xa0, 49]);
        bytes.extend([9, 4, 0, 0, 1, 3, 1, 1, 0]);
        bytes.extend([9, 0x21, 0x10, 1, 0, 1, 0x22, 65, 0]);
        bytes.extend([7, 5, 0x81, 3, 8, 0, 10]);
        bytes
    }

    #[test]
    fn a_keyboard_is_read_in_full() {
        let seen = parse(&keyboard()).unwrap();
        assert_eq!(
            (seen.vendor_id, seen.product_id, seen.release),
            (Some(0x046d), Some(0xc31c), Some(0x6400))
        );
        let interface = &seen.interfaces[0];
        assert_eq!(interface.triple().unwrap(), "03/01/01");
        assert_eq!((interface.hid_version, interface.descriptor_length), (Some(0x0110), Some(65)));
        assert_eq!((interface.packet, interface.interval), (Some(8), Some(10)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(rest in proptest::collection::vec(any::<u8>(), 0..400)) {
            let mut bytes = keyboard();
            bytes.extend(rest);
            let _ = parse(&bytes);
        }
    }
}
