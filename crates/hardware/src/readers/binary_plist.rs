//! Binary property lists (`bplist00`), as macOS stores them: read into the same values as those in XML.

use serde_json::{Map, Value};

use crate::hex;

/// Deepest nesting that is followed.
const DEPTH_MAX: usize = 300;

/// Most values that are made: a list may name itself again and again.
const VALUES_MAX: usize = 4_000_000;

/// Whether these bytes begin as one.
#[must_use]
pub fn is_one(bytes: &[u8]) -> bool {
    bytes.starts_with(b"bplist00")
}

/// Reads one; `None` where it is broken.
#[must_use]
pub fn parse(bytes: &[u8]) -> Option<Value> {
    let trailer = bytes.get(bytes.len().checked_sub(32)?..)?;
    let long = |at: usize| trailer.get(at..at + 8).and_then(usize_of);
    let list = List {
        bytes,
        offset_bytes: usize::from(*trailer.get(6)?),
        reference_bytes: usize::from(*trailer.get(7)?),
        table: long(24)?,
        count: long(8)?,
    };
    let is_sane = (1..=8).contains(&list.offset_bytes) && (1..=8).contains(&list.reference_bytes);
    let mut left = VALUES_MAX;
    is_sane.then(|| list.object(long(16)?, 0, &mut left)).flatten()
}

fn usize_of(bytes: &[u8]) -> Option<usize> {
    (bytes.len() <= 8).then(|| {
        let number = bytes.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        usize::try_from(number).ok()
    })?
}

struct List<'a> {
    bytes: &'a [u8],
    offset_bytes: usize,
    reference_bytes: usize,
    table: usize,
    count: usize,
}

impl List<'_> {
    fn part(&self, at: usize, count: usize) -> Option<&[u8]> {
        self.bytes.get(at..at.checked_add(count)?)
    }

    fn object(&self, reference: usize, depth: usize, left: &mut usize) -> Option<Value> {
        *left = left.checked_sub(1)?;
        if depth > DEPTH_MAX || reference >= self.count {
            return None;
        }
        let place = self.table.checked_add(reference.checked_mul(self.offset_bytes)?)?;
        let at = usize_of(self.part(place, self.offset_bytes)?)?;
        let marker = *self.bytes.get(at)?;
        let (kind, low) = (marker >> 4, usize::from(marker & 0xf));
        match kind {
            0x0 => Some(match marker {
                8 => Value::Bool(false),
                9 => Value::Bool(true),
                _ => Value::Null,
            }),
            0x1 => {
                let bytes = self.part(at + 1, 1 << low.min(4))?;
                let low = bytes.get(bytes.len().saturating_sub(8)..)?;
                let number = low.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
                Some(Value::from(number))
            }
            0x4 => {
                let (from, count) = self.sized(at, low)?;
                Some(Value::String(format!("<{}>", hex::write(self.part(from, count)?))))
            }
            0x5 => {
                let (from, count) = self.sized(at, low)?;
                Some(Value::String(String::from_utf8_lossy(self.part(from, count)?).into_owned()))
            }
            0x6 => {
                let (from, count) = self.sized(at, low)?;
                let bytes = self.part(from, count.checked_mul(2)?)?;
                let units: Vec<u16> =
                    bytes.as_chunks::<2>().0.iter().map(|pair| u16::from_be_bytes(*pair)).collect();
                Some(Value::String(String::from_utf16_lossy(&units)))
            }
            0xa | 0xc => {
                let (from, count) = self.sized(at, low)?;
                let inside =
                    (0..count).map(|place| self.object(self.reference(from, place)?, depth + 1, left));
                Some(Value::Array(inside.collect::<Option<Vec<_>>>()?))
            }
            0xd => {
                let (from, count) = self.sized(at, low)?;
                let mut map = Map::new();
                for place in 0..count {
                    let key = self.object(self.reference(from, place)?, depth + 1, left)?;
                    let value =
                        self.object(self.reference(from, place.checked_add(count)?)?, depth + 1, left)?;
                    map.insert(key.as_str()?.to_owned(), value);
                }
                Some(Value::Object(map))
            }
            // Reals, dates and ids say nothing about devices.
            _ => Some(Value::Null),
        }
    }

    fn reference(&self, from: usize, place: usize) -> Option<usize> {
        let at = from.checked_add(place.checked_mul(self.reference_bytes)?)?;
        usize_of(self.part(at, self.reference_bytes)?)
    }

    /// Where the contents begin and how many there are.
    fn sized(&self, at: usize, low: usize) -> Option<(usize, usize)> {
        if low != 0xf {
            return Some((at + 1, low));
        }
        let marker = *self.bytes.get(at + 1)?;
        let count = 1usize << usize::from(marker & 0xf).min(3);
        (marker >> 4 == 1).then_some(())?;
        Some((at + 2 + count, usize_of(self.part(at + 2, count)?)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `[{"idVendor": 1133, "Data": <0501>, "N": "ü", "on": true}]`, object by object, so that the offsets are right.
    fn sample() -> Vec<u8> {
        let mut bytes = b"bplist00".to_vec();
        let mut offsets = Vec::new();
        let objects: [&[u8]; 10] = [
            &[0xa1, 1],
            &[0xd4, 2, 3, 4, 5, 6, 7, 8, 9],
            b"\x58idVendor",
            b"\x54Data",
            b"\x51N",
            b"\x52on",
            &[0x11, 0x04, 0x6d],
            &[0x42, 5, 1],
            &[0x61, 0, 0xfc],
            &[9],
        ];
        for object in objects {
            offsets.push(u8::try_from(bytes.len()).unwrap());
            bytes.extend_from_slice(object);
        }
        let table = bytes.len();
        bytes.extend(&offsets);
        bytes.extend([0, 0, 0, 0, 0, 0, 1, 1]);
        for number in [offsets.len() as u64, 0, table as u64] {
            bytes.extend(number.to_be_bytes());
        }
        bytes
    }

    #[test]
    fn values_of_every_kind_are_read() {
        let value = parse(&sample()).unwrap();
        assert_eq!(value, serde_json::json!([{"idVendor": 1133, "Data": "<0501>", "N": "ü", "on": true}]));
        assert!(is_one(&sample()));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(tail in proptest::collection::vec(any::<u8>(), 0..200), at in 0usize..200, with in any::<u8>()) {
            let _ = parse(&[b"bplist00".as_slice(), &tail].concat());
            let mut broken = sample();
            let place = at % broken.len();
            broken[place] = with;
            let _ = parse(&broken);
        }
    }
}
