//! As much of CBOR (RFC 8949) as authenticators write (CTAP2 canonical form): numbers, bytes, texts, lists, maps, truth.
//! No tags, no fractions, no lengths that come later; depth and size are bounded.

/// Deepest nesting.
const DEEPEST: usize = 6;

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Number(i64),
    Bytes(Vec<u8>),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
    Truth(bool),
    Nothing,
}

impl Value {
    /// The value under a name.
    pub(super) fn at(&self, name: &str) -> Option<&Self> {
        self.under(&Self::Text(name.to_owned()))
    }

    /// The value under a number.
    pub(super) fn by(&self, label: i64) -> Option<&Self> {
        self.under(&Self::Number(label))
    }

    fn under(&self, key: &Self) -> Option<&Self> {
        let Self::Map(pairs) = self else { return None };
        pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }
}

/// The first value, and what follows it.
pub(super) fn read(bytes: &[u8]) -> Option<(Value, &[u8])> {
    value(bytes, 0)
}

fn value(bytes: &[u8], depth: usize) -> Option<(Value, &[u8])> {
    if depth > DEEPEST {
        return None;
    }
    let (first, rest) = bytes.split_first()?;
    if *first >= 0xe0 {
        let plain = match first {
            0xf4 => Value::Truth(false),
            0xf5 => Value::Truth(true),
            0xf6 => Value::Nothing,
            _ => return None,
        };
        return Some((plain, rest));
    }
    let (number, rest) = argument(first & 0x1f, rest)?;
    let length = usize::try_from(number).ok();
    match first >> 5 {
        0 => Some((Value::Number(i64::try_from(number).ok()?), rest)),
        1 => Some((Value::Number(-1 - i64::try_from(number).ok()?), rest)),
        2 => rest.split_at_checked(length?).map(|(taken, rest)| (Value::Bytes(taken.to_vec()), rest)),
        3 => {
            let (taken, rest) = rest.split_at_checked(length?)?;
            Some((Value::Text(String::from_utf8(taken.to_vec()).ok()?), rest))
        }
        4 => {
            let (mut all, mut rest) = (Vec::new(), rest);
            for _ in 0..length? {
                let (one, left) = value(rest, depth + 1)?;
                all.push(one);
                rest = left;
            }
            Some((Value::List(all), rest))
        }
        5 => {
            let (mut all, mut rest) = (Vec::new(), rest);
            for _ in 0..length? {
                let (name, left) = value(rest, depth + 1)?;
                let (one, left) = value(left, depth + 1)?;
                // two values under one name: whoever reads the other one would be told something else
                if all.iter().any(|(known, _)| *known == name) {
                    return None;
                }
                all.push((name, one));
                rest = left;
            }
            Some((Value::Map(all), rest))
        }
        _ => None,
    }
}

fn argument(low: u8, rest: &[u8]) -> Option<(u64, &[u8])> {
    let count = match low {
        0..=23 => return Some((u64::from(low), rest)),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (taken, rest) = rest.split_at_checked(count)?;
    Some((taken.iter().fold(0, |sum, byte| (sum << 8) | u64::from(*byte)), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Examples of RFC 8949, appendix A, and what is refused.
    #[test]
    fn values_are_read_whole_or_not_at_all() {
        let one = |bytes: &[u8]| read(bytes).filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value);
        assert_eq!(one(&[0x18, 0x64]), Some(Value::Number(100)));
        assert_eq!(one(&[0x1a, 0, 0x0f, 0x42, 0x40]), Some(Value::Number(1_000_000)));
        assert_eq!(one(&[0x39, 0x03, 0xe7]), Some(Value::Number(-1000)));
        assert_eq!(one(&[0x44, 1, 2, 3, 4]), Some(Value::Bytes(vec![1, 2, 3, 4])));
        let map = one(&[0xa2, 0x61, 0x61, 0x01, 0x61, 0x62, 0x82, 0x02, 0x03]).unwrap();
        assert_eq!(map.at("a"), Some(&Value::Number(1)));
        assert_eq!(map.at("b"), Some(&Value::List(vec![Value::Number(2), Value::Number(3)])));
        for bad in [
            &[][..],
            &[0x18],
            &[0x44, 1],
            &[0x5f, 0xff],
            &[0xc0, 0x60],
            &[0xfb, 0, 0, 0, 0, 0, 0, 0, 0],
            &[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            &[0xa2, 0x01, 0x01, 0x01, 0x02],
            &[0x81; 40],
            &[0x61, 0xff],
        ] {
            assert!(read(bad).is_none(), "{bad:?}");
        }
    }
}
