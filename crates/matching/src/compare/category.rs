//! One of a few values: the same or not.

use super::Compare;

/// Lower case, nothing but letters and digits of any script.
pub fn normalise(raw: &str) -> String {
    super::word::normalise(raw)
}

/// Nothing is known of them but whether they are equal.
pub struct Categories;

impl Compare for Categories {
    fn levels(&self) -> &'static [&'static str] {
        &["different", "same"]
    }

    fn level(&self, _a: u32, _b: u32) -> u8 {
        0
    }
}
