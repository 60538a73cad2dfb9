//! HID report descriptors: what an input device says it reports (HID 1.11, section 6.2.2).
//!
//! The parser follows the global and local state of the specification, never fails and never panics: what cannot be
//! read is left out and counted in [`Descriptor::problems`].

use std::collections::BTreeMap;

/// A usage: page and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Usage {
    /// Usage page.
    pub page: u16,
    /// Usage number.
    pub id: u16,
}

impl Usage {
    /// Generic desktop, pointer.
    pub const POINTER: Self = Self { page: 1, id: 1 };
    /// Generic desktop, mouse.
    pub const MOUSE: Self = Self { page: 1, id: 2 };
    /// Generic desktop, keyboard.
    pub const KEYBOARD: Self = Self { page: 1, id: 6 };
    /// Generic desktop, X.
    pub const X: Self = Self { page: 1, id: 0x30 };
    /// Generic desktop, Y.
    pub const Y: Self = Self { page: 1, id: 0x31 };
    /// Generic desktop, wheel.
    pub const WHEEL: Self = Self { page: 1, id: 0x38 };

    const DIGITIZER: u16 = 0x0d;
    const BUTTON: u16 = 0x09;
}

/// Which way a field goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the host.
    Input,
    /// From the host.
    Output,
    /// Both, on request.
    Feature,
}

/// One main item: some values of the same kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Which way it goes.
    pub direction: Direction,
    /// Place of its top-level collection in [`Descriptor::applications`]; `None` outside of any.
    pub application: Option<usize>,
    /// Usages, ranges written out (at most [`USAGES_MAX`]).
    pub usages: Vec<Usage>,
    /// Padding.
    pub is_constant: bool,
    /// One value per usage, not a list of those that are on.
    pub is_variable: bool,
    /// Change since the last report, not a position.
    pub is_relative: bool,
    /// Least value.
    pub logical_minimum: i64,
    /// Greatest value.
    pub logical_maximum: i64,
    /// Bits of one value.
    pub report_size: u32,
    /// Number of values.
    pub report_count: u32,
    /// Report that it belongs to; 0 where reports have no number.
    pub report_id: u32,
}

impl Field {
    /// Whether the field carries a usage as a value of its own.
    #[must_use]
    pub fn carries(&self, usage: Usage) -> bool {
        self.direction == Direction::Input
            && !self.is_constant
            && self.is_variable
            && self.usages.contains(&usage)
    }
}

/// A report descriptor, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Descriptor {
    /// Usages of the top-level collections.
    pub applications: Vec<Usage>,
    /// Fields in order.
    pub fields: Vec<Field>,
    /// What was wrong with it.
    pub problems: Vec<&'static str>,
    /// Bytes up to the end of the last collection; what tools pad behind it is no part of it.
    pub length: usize,
}

/// Most usages kept of one field.
pub const USAGES_MAX: usize = 1024;
/// Most fields kept of one descriptor.
const FIELDS_MAX: usize = 4096;
/// Deepest stack of saved global states.
const STACK_MAX: usize = 64;

/// What is wrong with a descriptor whose end is missing.
const CUT: [&str; 3] = ["a long item is cut off", "an item is cut off", "a collection is not closed"];

#[derive(Clone, Default)]
struct Global {
    page: u16,
    logical_minimum: i64,
    logical_maximum: i64,
    maximum_unsigned: i64,
    report_size: u32,
    report_count: u32,
    report_id: u32,
}

#[derive(Default)]
struct Reading {
    descriptor: Descriptor,
    global: Global,
    saved: Vec<Global>,
    usages: Vec<Usage>,
    minimum: Option<Usage>,
    depth: usize,
    application: Option<(usize, usize)>,
}

/// Reads a report descriptor.
#[must_use]
pub fn parse(bytes: &[u8]) -> Descriptor {
    let mut reading = Reading::default();
    let mut rest = bytes;
    while let [head, tail @ ..] = rest {
        if *head == 0xfe {
            // A long item: size, tag, data. None has a meaning.
            let Some(after) = tail.first().and_then(|size| tail.get(2 + usize::from(*size)..)) else {
                reading.trouble(CUT[0]);
                break;
            };
            rest = after;
            continue;
        }
        let size = [0, 1, 2, 4][usize::from(head & 3)];
        let Some((data, after)) = tail.split_at_checked(size) else {
            reading.trouble(CUT[1]);
            break;
        };
        reading.item(head & 0xfc, data);
        rest = after;
        if (*head, reading.depth) == (0xc0, 0) {
            reading.descriptor.length = bytes.len() - rest.len();
        }
    }
    if reading.depth > 0 {
        reading.trouble(CUT[2]);
    }
    reading.descriptor
}

impl Reading {
    fn trouble(&mut self, what: &'static str) {
        if !self.descriptor.problems.contains(&what) {
            self.descriptor.problems.push(what);
        }
    }

    fn item(&mut self, tag: u8, data: &[u8]) {
        let value = data.iter().rev().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte));
        let signed = match data.len() {
            1 => i64::from(value as u8 as i8),
            2 => i64::from(value as u16 as i16),
            _ => i64::from(value as i32),
        };
        match tag {
            0x04 => self.global.page = value as u16,
            0x14 => self.global.logical_minimum = signed,
            0x24 => (self.global.logical_maximum, self.global.maximum_unsigned) = (signed, i64::from(value)),
            0x74 => self.global.report_size = value,
            0x84 => self.global.report_id = value,
            0x94 => self.global.report_count = value,
            0xa4 if self.saved.len() < STACK_MAX => self.saved.push(self.global.clone()),
            0xb4 => match self.saved.pop() {
                Some(saved) => self.global = saved,
                None => self.trouble("a state is restored that was not saved"),
            },
            0x08 => {
                let usage = self.usage(value, data.len());
                self.push(usage);
            }
            0x18 => self.minimum = Some(self.usage(value, data.len())),
            0x28 => self.range(value, data.len()),
            0xa0 => self.open(value),
            0xc0 => self.close(),
            0x80 => self.field(Direction::Input, value),
            0x90 => self.field(Direction::Output, value),
            0xb0 => self.field(Direction::Feature, value),
            _ => {}
        }
    }

    fn usage(&self, value: u32, size: usize) -> Usage {
        let page = if size == 4 { (value >> 16) as u16 } else { self.global.page };
        Usage { page, id: value as u16 }
    }

    fn push(&mut self, usage: Usage) {
        if self.usages.len() < USAGES_MAX {
            self.usages.push(usage);
        }
    }

    fn range(&mut self, value: u32, size: usize) {
        let last = self.usage(value, size);
        let Some(first) = self.minimum.take() else {
            return self.trouble("a range of usages has no beginning");
        };
        if first.page != last.page || first.id > last.id {
            return self.trouble("a range of usages runs backwards");
        }
        for id in first.id..=last.id {
            if self.usages.len() >= USAGES_MAX {
                break;
            }
            self.push(Usage { page: first.page, id });
        }
    }

    fn open(&mut self, kind: u32) {
        self.depth += 1;
        // An application inside an application is a device of its own (some receivers nest them); whatever stands at the
        // top is one too, whatever kind it says it is.
        if kind & 0xff == 1 || self.depth == 1 {
            let usage = self.usages.last().copied().unwrap_or_default();
            self.descriptor.applications.push(usage);
            self.application = Some((self.descriptor.applications.len() - 1, self.depth));
        }
        self.local();
    }

    fn close(&mut self) {
        match self.depth.checked_sub(1) {
            Some(depth) => self.depth = depth,
            None => self.trouble("a collection is closed that was not opened"),
        }
        if self.application.is_some_and(|(_, depth)| self.depth < depth) {
            self.application = None;
        }
        self.local();
    }

    fn field(&mut self, direction: Direction, flags: u32) {
        if self.descriptor.fields.len() >= FIELDS_MAX {
            return self.trouble("there are too many fields");
        }
        // A maximum whose top bit is set is meant unsigned wherever the minimum is not negative.
        let is_unsigned = self.global.logical_minimum >= 0;
        let maximum = if is_unsigned { self.global.maximum_unsigned } else { self.global.logical_maximum };
        self.descriptor.fields.push(Field {
            direction,
            application: self.application.map(|(place, _)| place),
            usages: std::mem::take(&mut self.usages),
            is_constant: flags & 1 != 0,
            is_variable: flags & 2 != 0,
            is_relative: flags & 4 != 0,
            logical_minimum: self.global.logical_minimum,
            logical_maximum: maximum,
            report_size: self.global.report_size,
            report_count: self.global.report_count,
            report_id: self.global.report_id,
        });
        self.local();
    }

    fn local(&mut self) {
        self.usages.clear();
        self.minimum = None;
    }
}

/// A pointing device as one top-level collection describes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pointer {
    /// Range of the X axis where it is a position; `None` where it is a movement.
    pub absolute: Option<(i64, i64)>,
    /// Has a wheel.
    pub has_wheel: bool,
    /// Number of buttons.
    pub buttons: usize,
    /// Tells pen or finger (pressure, tip, contact), as tablets and touch screens do.
    pub has_pen: bool,
    /// Its descriptor has nothing but mice: no keys, no pen, no touch.
    pub is_alone: bool,
}

impl Pointer {
    /// A mouse that reports positions and turns a wheel, whatever the range: no mouse that people hold has that.
    #[must_use]
    pub fn is_remote_shaped(&self) -> bool {
        self.absolute.is_some() && self.has_wheel && !self.has_pen
    }

    /// Positions count from nought, as every firmware's do; libraries of hobby boards count from below.
    #[must_use]
    pub fn counts_from_nought(&self) -> bool {
        self.absolute.is_some_and(|(least, _)| least == 0)
    }
}

impl Descriptor {
    /// Whether it could be read as a report descriptor at all. None of 687 real ones has anything wrong with it; what is
    /// wrong in several ways is noise that happens to open a collection.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        !self.applications.is_empty() && !self.fields.is_empty() && self.faults() <= 1
    }

    /// Whether bytes that nothing else says are a report descriptor can be taken for one: nothing is wrong with them, or
    /// little, and they end as one ends.
    #[must_use]
    pub fn is_sound(&self, bytes: usize) -> bool {
        let is_named = self.applications.first().is_some_and(|usage| usage.page != 0);
        self.is_usable() && (self.length == bytes || is_named && self.faults() == 0)
    }

    /// Whether its end is missing.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.problems.iter().any(|problem| CUT.contains(problem))
    }

    /// Faults beside a missing end.
    fn faults(&self) -> usize {
        self.problems.iter().filter(|problem| !CUT.contains(problem)).count()
    }

    /// Whether one of the top-level collections is of this usage.
    #[must_use]
    pub fn has(&self, usage: Usage) -> bool {
        self.applications.contains(&usage)
    }

    /// Whether one of the top-level collections is a pen or touch device: by its name, and by telling of tip, pressure or
    /// contact. All of 687 real descriptors that have the name do.
    #[must_use]
    pub fn is_digitizer(&self) -> bool {
        let mut places = self.applications.iter().enumerate();
        places.any(|(place, usage)| usage.page == Usage::DIGITIZER && self.tells_pen(place))
    }

    fn tells_pen(&self, place: usize) -> bool {
        let mut fields = self.fields.iter().filter(|field| field.application == Some(place));
        fields.any(|field| field.usages.iter().any(|usage| usage.page == Usage::DIGITIZER))
    }

    /// Named mouse or pointer; or a pen or screen by name that tells of neither pen nor finger.
    fn is_pointing(&self, place: usize, usage: Usage) -> bool {
        let is_posing = usage.page == Usage::DIGITIZER && !self.tells_pen(place);
        matches!(usage, Usage::MOUSE | Usage::POINTER) || is_posing
    }

    /// The pointing devices: top-level collections of mice that carry axes, whatever they are named.
    #[must_use]
    pub fn pointers(&self) -> Vec<Pointer> {
        let places = self.applications.iter().enumerate();
        let places = places.filter(|(place, usage)| self.is_pointing(*place, **usage));
        places.filter_map(|(place, _)| self.pointer(place)).collect()
    }

    /// Bytes of the longest input report, its number among them.
    #[must_use]
    pub fn report_bytes(&self) -> u16 {
        let mut bits: BTreeMap<u32, u64> = BTreeMap::new();
        for field in self.fields.iter().filter(|field| field.direction == Direction::Input) {
            let own = u64::from(field.report_size) * u64::from(field.report_count);
            let sum = bits.entry(field.report_id).or_default();
            *sum = sum.saturating_add(own);
        }
        let bytes = |(id, bits): (u32, u64)| bits.div_ceil(8) + u64::from(id != 0);
        bits.into_iter().map(bytes).max().map_or(0, |most| u16::try_from(most).unwrap_or(u16::MAX))
    }

    fn pointer(&self, place: usize) -> Option<Pointer> {
        let fields = || self.fields.iter().filter(move |field| field.application == Some(place));
        let axis = fields().find(|field| field.carries(Usage::X))?;
        let absolute = (!axis.is_relative).then_some((axis.logical_minimum, axis.logical_maximum));
        let is_button = |usage: &&Usage| usage.page == Usage::BUTTON;
        let inputs = || fields().filter(|field| field.direction == Direction::Input && !field.is_constant);
        Some(Pointer {
            absolute,
            has_wheel: fields().any(|field| field.carries(Usage::WHEEL)),
            buttons: inputs().flat_map(|field| &field.usages).filter(is_button).count(),
            has_pen: self.tells_pen(place),
            is_alone: self
                .applications
                .iter()
                .enumerate()
                .all(|(place, usage)| self.is_pointing(place, *usage)),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hex;

    #[test]
    fn a_boot_keyboard_is_read_in_full() {
        let bytes = "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503910395\
                     06750815002565050719002965810 0c0";
        let descriptor = parse(&hex::parse(&bytes.replace(' ', "")).unwrap());
        assert_eq!(descriptor.applications, vec![Usage::KEYBOARD]);
        assert!(descriptor.problems.is_empty(), "{:?}", descriptor.problems);
        assert_eq!(descriptor.fields.len(), 5);
        let modifiers = &descriptor.fields[0];
        assert_eq!((modifiers.report_size, modifiers.report_count, modifiers.usages.len()), (1, 8, 8));
        assert!(modifiers.is_variable && !modifiers.is_relative && !modifiers.is_constant);
        let keys = &descriptor.fields[4];
        assert_eq!((keys.logical_minimum, keys.logical_maximum, keys.is_variable), (0, 101, false));
        assert_eq!(descriptor.fields[2].direction, Direction::Output);
        assert!(descriptor.pointers().is_empty());
    }

    #[test]
    fn movement_and_position_are_told_apart() {
        let relative = "05010902a1010901a1000509190129031500250195037501810295017505810305010930093109381581257f7508950381\
                        06c0c0";
        let pointer = parse(&hex::parse(relative).unwrap()).pointers()[0];
        assert_eq!((pointer.absolute, pointer.has_wheel, pointer.buttons), (None, true, 3));
        assert!(!pointer.is_remote_shaped() && pointer.is_alone);
        let touch = "05010902a1010901a10005091901290395037501810295017505810305010930093126ff0f46ff0f751095028102c0c0";
        let pointer = parse(&hex::parse(touch).unwrap()).pointers()[0];
        assert_eq!(pointer.absolute, Some((0, 4095)));
        assert!(!pointer.is_remote_shaped());
    }

    #[test]
    fn saved_states_long_items_and_pages_in_usages_are_followed() {
        // Push, change the size, pop; a usage with its own page; a long item in between.
        let bytes =
            "0501a4750895 01b4fe0142aa0b30000100a1010b3000010075109501 1500 26ff7f 8102c0".replace(' ', "");
        let descriptor = parse(&hex::parse(&bytes).unwrap());
        let field = &descriptor.fields[0];
        assert_eq!((field.report_size, field.logical_maximum), (16, 32_767));
        assert!(field.carries(Usage::X));
    }

    #[test]
    fn broken_descriptors_are_read_as_far_as_they_go() {
        assert_eq!(parse(&[0x05]).problems, vec!["an item is cut off"]);
        assert_eq!(parse(&[0xfe, 0x09]).problems, vec!["a long item is cut off"]);
        assert_eq!(parse(&[0xc0]).problems, vec!["a collection is closed that was not opened"]);
        assert_eq!(parse(&[0xb4]).problems, vec!["a state is restored that was not saved"]);
        assert_eq!(parse(&[0x09, 0x02, 0xa1, 0x01]).problems, vec!["a collection is not closed"]);
        assert!(!parse(&[]).is_usable());
    }

    #[test]
    fn noise_is_no_descriptor_and_a_missing_end_is_none_of_its_faults() {
        let mouse =
            hex::parse("05010902a10109300931158125 7f750895028106c0".replace(' ', "").as_str()).unwrap();
        let is_sound = |bytes: &[u8]| parse(bytes).is_sound(bytes.len());
        assert!(is_sound(&mouse));
        assert_eq!(parse(&mouse).report_bytes(), 2);
        assert!(is_sound(&mouse[..mouse.len() - 1]) && parse(&mouse[..mouse.len() - 1]).is_cut());
        // One fault is a maker's, two are noise.
        let odd = [&mouse[..], &[0xb4]].concat();
        assert!(parse(&odd).is_usable() && !is_sound(&odd));
        assert!(!parse(&[&odd[..], &[0xc0]].concat()).is_usable());
        let mut state = 7u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(4000)
        .collect();
        assert!(!parse(&noise).is_usable());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let descriptor = parse(&bytes);
            let _ = descriptor.pointers();
            prop_assert!(descriptor.fields.len() <= bytes.len());
        }
    }
}
