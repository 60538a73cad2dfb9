//! What a display says of itself: the base block of its EDID (VESA E-EDID 1.4).

/// The identity in an EDID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edid {
    /// Manufacturer id, three letters.
    pub manufacturer: String,
    /// Product code.
    pub product: u16,
    /// Serial number: the text if the maker wrote one, else the number unless it is zero.
    pub serial: Option<String>,
    /// Name of the model.
    pub name: Option<String>,
    /// Week of manufacture.
    pub week: Option<u8>,
    /// Year of manufacture.
    pub year: u16,
}

const HEADER: [u8; 8] = [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00];
/// Tags of the display descriptors that hold text.
const SERIAL: u8 = 0xff;
const NAME: u8 = 0xfc;

/// Reads a base block; `None` if it is none. Further blocks are not looked at.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<Edid> {
    let block = bytes.get(..128).filter(|block| block[..8] == HEADER)?;
    let code = u16::from_be_bytes([block[8], block[9]]);
    let letter = |shift: u16| {
        Some(((code >> shift) & 0x1f) as u8)
            .filter(|n| (1..=26).contains(n))
            .map(|n| char::from(b'A' + n - 1))
    };
    let manufacturer = [letter(10)?, letter(5)?, letter(0)?].iter().collect();
    let number = u32::from_le_bytes([block[12], block[13], block[14], block[15]]);
    Some(Edid {
        manufacturer,
        product: u16::from_le_bytes([block[10], block[11]]),
        serial: text(block, SERIAL).or_else(|| (number != 0).then(|| number.to_string())),
        name: text(block, NAME),
        week: Some(block[16]).filter(|week| (1..=54).contains(week)),
        year: 1990 + u16::from(block[17]),
    })
}

/// Reads hexadecimal digits as registries and tools print them; space between them does not matter.
#[must_use]
pub fn parse_hex(text: &str) -> Option<Edid> {
    let digits: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b',').take(256).collect();
    let nibble = |b: &u8| char::from(*b).to_digit(16);
    let byte = |pair: &[u8]| Some((nibble(pair.first()?)? * 16 + nibble(pair.get(1)?)?) as u8);
    parse(&digits.chunks(2).map(byte).collect::<Option<Vec<u8>>>()?)
}

/// The text of the first display descriptor with a tag.
fn text(block: &[u8], tag: u8) -> Option<String> {
    let descriptor = block[54..126].chunks_exact(18).find(|d| d[..3] == [0, 0, 0] && d[3] == tag)?;
    let text: String = descriptor[5..]
        .iter()
        .take_while(|b| **b != b'\n')
        .map(|b| char::from(*b))
        .filter(|c| !c.is_control())
        .collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block() -> Vec<u8> {
        let mut block = vec![0; 128];
        block[..8].copy_from_slice(&HEADER);
        block[8..18].copy_from_slice(&[0x10, 0xac, 0x34, 0x12, 0x4c, 0x30, 0x41, 0x30, 33, 31]);
        block[54..72].copy_from_slice(b"\0\0\0\xff\0ABC1234567\n  ");
        block[72..90].copy_from_slice(b"\0\0\0\xfc\0DELL U2720Q\n ");
        block
    }

    #[test]
    fn identity_is_read() {
        let hex: String = block().iter().map(|b| format!("{b:02X}")).collect();
        let edid = parse_hex(&hex).unwrap();
        assert_eq!((edid.manufacturer.as_str(), edid.product), ("DEL", 0x1234));
        assert_eq!((edid.serial.as_deref(), edid.name.as_deref()), (Some("ABC1234567"), Some("DELL U2720Q")));
        assert_eq!((edid.week, edid.year), (Some(33), 2021));
    }

    #[test]
    fn a_number_stands_in_for_the_text_and_nonsense_is_none() {
        let mut bytes = block();
        bytes[57] = 0xfe;
        assert_eq!(parse(&bytes).unwrap().serial.as_deref(), Some("809578572"));
        bytes[12..16].fill(0);
        assert_eq!(parse(&bytes).unwrap().serial, None);
        assert_eq!(parse(&bytes[..127]), None);
        assert_eq!(parse_hex("00FFxx"), None);
    }
}
