//! EDID 1.3 and 1.4 with CTA-861 and DisplayID extensions: what a display says of itself.
//!
//! Never fails on content: a wrong checksum or a cut block is noted in [`Edid::problems`], and the rest is read.

use crate::hex;

/// The eight bytes that begin every EDID.
pub const HEADER: [u8; 8] = [0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00];
/// Bytes of a block.
pub const BLOCK: usize = 128;
/// Place of the number of blocks that follow the first.
pub const EXTENSIONS: usize = 126;

/// A detailed timing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// Active pixels a line.
    pub width: u16,
    /// Active lines.
    pub height: u16,
    /// Pixel clock in kHz.
    pub clock_khz: u32,
    /// Frames a second, in thousandths; 0 where the timing has no area.
    pub refresh_millihertz: u32,
    /// Image size in mm, as the timing says.
    pub size_mm: (u16, u16),
    /// Interlaced.
    pub is_interlaced: bool,
}

/// What a CTA-861 extension says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cta {
    /// Revision.
    pub revision: u8,
    /// Video codes of the short video descriptors.
    pub video_codes: Vec<u8>,
    /// Has an audio block.
    pub has_audio: bool,
    /// IEEE numbers of the vendor blocks (0x000c03 is HDMI).
    pub vendors: Vec<u32>,
    /// Detailed timings.
    pub timings: Vec<Timing>,
}

/// What a DisplayID extension says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DisplayId {
    /// Version, major and minor nibble.
    pub version: u8,
    /// Tags of the data blocks in order.
    pub blocks: Vec<u8>,
    /// Serial number of the product identification block; 0 where it has none.
    pub serial_number: u32,
    /// Product name of that block.
    pub name: String,
}

/// A display's own account of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edid {
    /// Three letters.
    pub manufacturer: String,
    /// Product code.
    pub product: u16,
    /// Serial number of the base block.
    pub serial_number: u32,
    /// Week of manufacture; 0 where not said, 255 where [`Edid::year`] is a model year.
    pub week: u8,
    /// Year of manufacture or model year.
    pub year: u16,
    /// Version and revision.
    pub version: (u8, u8),
    /// Takes a digital signal.
    pub is_digital: bool,
    /// Image size in cm; 0 × 0 where not said.
    pub size_cm: (u8, u8),
    /// Name of the display.
    pub name: String,
    /// Serial number as text.
    pub serial: String,
    /// Other text.
    pub text: String,
    /// Detailed timings of the base block.
    pub timings: Vec<Timing>,
    /// CTA-861 extension.
    pub cta: Option<Cta>,
    /// DisplayID extension.
    pub display_id: Option<DisplayId>,
    /// Extension blocks that it announces.
    pub extensions: u8,
    /// What was wrong with it.
    pub problems: Vec<&'static str>,
}

/// Reads an EDID; `None` where the bytes are none. Bytes after the announced blocks are ignored.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<Edid> {
    let base: &[u8; BLOCK] = bytes.first_chunk()?;
    if base[..8] != HEADER {
        return None;
    }
    let mut edid = Edid {
        manufacturer: letters(u16::from_be_bytes([base[8], base[9]])),
        product: u16::from_le_bytes([base[10], base[11]]),
        serial_number: u32::from_le_bytes([base[12], base[13], base[14], base[15]]),
        week: base[16],
        year: 1990 + u16::from(base[17]),
        version: (base[18], base[19]),
        is_digital: base[20] & 0x80 != 0,
        size_cm: (base[21], base[22]),
        extensions: base[126],
        ..Edid::default()
    };
    for place in [54, 72, 90, 108] {
        if let Some(part) = base.get(place..place + 18) {
            edid.read_part(part);
        }
    }
    if !has_sum(base) {
        edid.problems.push("the checksum of the base block does not match");
    }
    let mut seen = 0;
    for block in bytes.get(BLOCK..).unwrap_or_default().chunks(BLOCK).take(usize::from(base[126])) {
        seen += 1;
        edid.read_extension(block);
    }
    if seen < usize::from(base[126]) {
        edid.problems.push("extension blocks are missing");
    }
    Some(edid)
}

impl Edid {
    fn read_part(&mut self, part: &[u8]) {
        match part {
            [0, 0, 0, tag, _, text @ ..] => match tag {
                0xfc => self.name.push_str(&plain(text)),
                0xff => self.serial.push_str(&plain(text)),
                0xfe => self.text.push_str(&plain(text)),
                _ => {}
            },
            _ => self.timings.extend(timing(part)),
        }
    }

    fn read_extension(&mut self, block: &[u8]) {
        if block.len() < BLOCK {
            return self.trouble("an extension block is cut off");
        }
        if !has_sum(block) {
            self.trouble("the checksum of an extension block does not match");
        }
        match block.first() {
            Some(0x02) => self.cta = Some(cta(block)),
            Some(0x70) => self.display_id = Some(display_id(block)),
            _ => {}
        }
    }

    fn trouble(&mut self, what: &'static str) {
        if !self.problems.contains(&what) {
            self.problems.push(what);
        }
    }
}

/// What tells one display from another, as records keep it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
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

/// Reads the identity from hexadecimal digits as registries and tools print them; blocks after the first may be cut.
#[must_use]
pub fn parse_hex(text: &str) -> Option<Identity> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').take(2 * BLOCK).collect();
    let edid = parse(&hex::parse(&digits)?)?;
    let is_written = |text: &String| !text.is_empty();
    let number = (edid.serial_number != 0).then(|| edid.serial_number.to_string());
    (!edid.manufacturer.contains('?')).then(|| Identity {
        serial: Some(edid.serial).filter(is_written).or(number),
        name: Some(edid.name).filter(is_written),
        week: Some(edid.week).filter(|week| (1..=54).contains(week)),
        manufacturer: edid.manufacturer,
        product: edid.product,
        year: edid.year,
    })
}

/// The three letters of a maker, as an EDID packs them into sixteen bits.
#[must_use]
pub fn letters(packed: u16) -> String {
    [10, 5, 0]
        .iter()
        .map(|shift| match packed >> shift & 31 {
            letter @ 1..=26 => char::from(b'@' + letter as u8),
            _ => '?',
        })
        .collect()
}

/// What stays of an EDID when everything that a setup page lets people type is taken out: maker, product, serial
/// numbers, date, texts and checksums. Two displays of one model have the same; so has a disguise and its original.
#[must_use]
pub fn shape(bytes: &[u8]) -> Option<String> {
    let base: &[u8; BLOCK] = bytes.first_chunk()?;
    let blocks = usize::from(base[126]).min(8);
    let mut masked: Vec<u8> = bytes.get(..BLOCK * (1 + blocks)).unwrap_or(bytes).to_vec();
    masked.get_mut(8..18)?.fill(0);
    for place in [54, 72, 90, 108] {
        let part = masked.get_mut(place..place + 18)?;
        if part[..3] == [0, 0, 0] && matches!(part[3], 0xfc | 0xfe | 0xff) {
            part[5..].fill(0);
        }
    }
    for block in masked.chunks_mut(BLOCK) {
        if let Some(sum) = block.get_mut(BLOCK - 1) {
            *sum = 0;
        }
    }
    hex::digest(&masked).get(..16).map(str::to_owned)
}

fn has_sum(block: &[u8]) -> bool {
    block.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte)) == 0
}

fn plain(text: &[u8]) -> String {
    let end = text.iter().position(|byte| *byte == b'\n').unwrap_or(text.len());
    let shown = text[..end].iter().filter(|byte| !byte.is_ascii_control()).map(|byte| char::from(*byte));
    shown.collect::<String>().trim().to_owned()
}

fn timing(part: &[u8]) -> Option<Timing> {
    let part: &[u8; 18] = part.first_chunk()?;
    let clock = u32::from(u16::from_le_bytes([part[0], part[1]])) * 10;
    if clock == 0 {
        return None;
    }
    let joined = |low: u8, high: u8| u16::from(low) | u16::from(high) << 8;
    let (width, blank) = (joined(part[2], part[4] >> 4), joined(part[3], part[4] & 15));
    let (height, rest) = (joined(part[5], part[7] >> 4), joined(part[6], part[7] & 15));
    let area = u64::from(width + blank) * u64::from(height + rest);
    let refresh = (u64::from(clock) * 1_000_000).checked_div(area).unwrap_or(0);
    Some(Timing {
        width,
        height,
        clock_khz: clock,
        refresh_millihertz: u32::try_from(refresh).unwrap_or(u32::MAX),
        size_mm: (joined(part[12], part[14] >> 4), joined(part[13], part[14] & 15)),
        is_interlaced: part[17] & 0x80 != 0,
    })
}

fn cta(block: &[u8]) -> Cta {
    let mut read = Cta { revision: block[1], ..Cta::default() };
    let start = usize::from(block[2]);
    let mut place = 4;
    while place < start.min(BLOCK - 1) {
        let (kind, size) = (block[place] >> 5, usize::from(block[place] & 31));
        let Some(data) = block.get(place + 1..place + 1 + size) else { break };
        match (kind, data) {
            (1, _) => read.has_audio = true,
            (2, codes) => read.video_codes.extend(codes.iter().map(|code| code & 0x7f)),
            (3, [low, middle, high, ..]) => {
                read.vendors.push(u32::from(*low) | u32::from(*middle) << 8 | u32::from(*high) << 16);
            }
            _ => {}
        }
        place += 1 + size;
    }
    if start >= 4 {
        let parts = block.get(start..BLOCK - 1).unwrap_or_default().chunks_exact(18);
        read.timings.extend(parts.map_while(timing));
    }
    read
}

fn display_id(block: &[u8]) -> DisplayId {
    let mut read = DisplayId { version: block[1], ..DisplayId::default() };
    let end = (5 + usize::from(block[2])).min(BLOCK - 1);
    let mut place = 5;
    while place + 3 <= end {
        let (tag, size) = (block[place], usize::from(block[place + 2]));
        let Some(data) = block.get(place + 3..(place + 3 + size).min(end)) else { break };
        if tag == 0 && size == 0 {
            break;
        }
        read.blocks.push(tag);
        // Product identification: 0x00 in version 1, 0x20 in version 2.
        if let (0x00 | 0x20, [_, _, _, _, _, a, b, c, d, _, _, length, name @ ..]) = (tag, data) {
            read.serial_number = u32::from_le_bytes([*a, *b, *c, *d]);
            read.name = plain(name.get(..usize::from(*length)).unwrap_or(name));
        }
        place += 3 + size;
    }
    read
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A made-up monitor: base block and one CTA extension.
    pub fn sample() -> Vec<u8> {
        let mut bytes = vec![0u8; 256];
        bytes[..8].copy_from_slice(&HEADER);
        bytes[8..18].copy_from_slice(&[0x10, 0xac, 0x34, 0x12, 0x78, 0x56, 0x34, 0x12, 12, 33]);
        bytes[18..24].copy_from_slice(&[1, 4, 0xa5, 60, 34, 0x78]);
        let timing = [
            0x02, 0x3a, 0x80, 0x18, 0x71, 0x38, 0x2d, 0x40, 0x58, 0x2c, 0x45, 0, 0x56, 0x50, 0x21, 0, 0, 0x1e,
        ];
        bytes[54..72].copy_from_slice(&timing);
        bytes[72..90].copy_from_slice(b"\0\0\0\xfc\0DELL U2720Q\n ");
        bytes[90..108].copy_from_slice(b"\x00\x00\x00\xff\x007Q1XK33\n     ");
        bytes[126] = 1;
        bytes[128..135].copy_from_slice(&[2, 3, 14, 0, 0x43, 0x10, 0x84]);
        bytes[135..142].copy_from_slice(&[0x05, 0x65, 3, 12, 0, 0x10, 0x00]);
        bytes[142..160].copy_from_slice(&timing);
        for end in [127, 255] {
            let sum = bytes[end - 127..end].iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
            bytes[end] = 0u8.wrapping_sub(sum);
        }
        bytes
    }

    #[test]
    fn a_monitor_is_read_in_full() {
        let edid = parse(&sample()).unwrap();
        assert_eq!(edid.problems, Vec::<&str>::new());
        assert_eq!((edid.manufacturer.as_str(), edid.product), ("DEL", 0x1234));
        assert_eq!((edid.serial_number, edid.week, edid.year), (0x1234_5678, 12, 2023));
        assert_eq!((edid.version, edid.size_cm, edid.is_digital), ((1, 4), (60, 34), true));
        assert_eq!((edid.name.as_str(), edid.serial.as_str()), ("DELL U2720Q", "7Q1XK33"));
        let timing = edid.timings[0];
        assert_eq!((timing.width, timing.height, timing.clock_khz), (1920, 1080, 148_500));
        assert_eq!(timing.refresh_millihertz, 60_000);
        assert_eq!(timing.size_mm, (598, 336));
        let cta = edid.cta.unwrap();
        assert_eq!((cta.revision, cta.video_codes, cta.vendors), (3, vec![16, 4, 5], vec![0x0c03]));
        assert_eq!(cta.timings.len(), 1);
    }

    #[test]
    fn an_identity_takes_the_number_where_no_text_is_written() {
        let identity = |bytes: &[u8]| parse_hex(&hex::write(bytes)).unwrap();
        let mut bytes = sample();
        assert_eq!(identity(&bytes).serial.as_deref(), Some("7Q1XK33"));
        assert_eq!(identity(&bytes).name.as_deref(), Some("DELL U2720Q"));
        assert_eq!((identity(&bytes).week, identity(&bytes).year), (Some(12), 2023));
        bytes[93] = 0xfe;
        assert_eq!(identity(&bytes).serial.as_deref(), Some("305419896"));
        bytes[12..16].fill(0);
        assert_eq!(identity(&bytes).serial, None);
        assert_eq!(parse_hex("00FFxx"), None);
    }

    #[test]
    fn wrong_sums_and_missing_blocks_are_said() {
        let mut bytes = sample();
        bytes[127] ^= 1;
        assert_eq!(parse(&bytes).unwrap().problems, vec!["the checksum of the base block does not match"]);
        let bytes = &sample()[..128];
        assert_eq!(parse(bytes).unwrap().problems, vec!["extension blocks are missing"]);
        assert_eq!(parse(&sample()[..127]), None);
        assert_eq!(parse(&[0; 128]), None);
    }

    #[test]
    fn a_display_id_names_its_blocks() {
        let mut bytes = sample();
        let product = [0x20, 0, 17, 1, 2, 3, 4, 5, 0x2a, 0, 0, 0, 30, 20, 5, b'P', b'a', b'n', b'e', b'l'];
        bytes[128..].fill(0);
        bytes[128..133].copy_from_slice(&[0x70, 0x20, 40, 3, 0]);
        bytes[133..153].copy_from_slice(&product);
        let read = parse(&bytes).unwrap().display_id.unwrap();
        assert_eq!((read.version, read.serial_number, read.name.as_str()), (0x20, 42, "Panel"));
        assert_eq!(read.blocks.first(), Some(&0x20));
    }

    #[test]
    fn a_shape_survives_what_a_setup_page_changes() {
        let first = sample();
        let mut other = sample();
        other[8..18].copy_from_slice(&[0x04, 0x72, 0x65, 0x05, 1, 2, 3, 4, 9, 30]);
        other[77..88].copy_from_slice(b"Some name\n ");
        assert_eq!(shape(&first), shape(&other));
        other[60] ^= 1;
        assert_ne!(shape(&first), shape(&other));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(mut bytes in proptest::collection::vec(any::<u8>(), 0..700), headed: bool) {
            if headed && bytes.len() >= 8 {
                bytes[..8].copy_from_slice(&HEADER);
            }
            let _ = parse(&bytes);
            let _ = shape(&bytes);
        }
    }
}
