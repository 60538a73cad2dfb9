//! An evaluation as numbers and words for a page.

use serde_json::Value;

/// What `bonafide evaluate --json` wrote.
#[derive(Clone)]
pub struct Figures {
    /// As it was written.
    pub json: Value,
}

/// What stands for a figure that is not there.
pub const NOTHING: &str = "—";

impl Figures {
    /// A value by its path.
    pub fn value(&self, path: &str) -> Option<&Value> {
        self.json.pointer(path)
    }

    /// A list by its path.
    pub fn list(&self, path: &str) -> &[Value] {
        self.value(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// A number by its path.
    pub fn number(&self, path: &str) -> Option<f64> {
        self.value(path).and_then(Value::as_f64)
    }

    /// A number by its path, in words.
    pub fn shown(&self, path: &str, digits: usize) -> String {
        decimal(self.number(path), digits)
    }

    /// `k of n` of a share.
    pub fn share(&self, path: &str) -> String {
        self.value(path).map_or(NOTHING.to_owned(), share)
    }

    /// Recall at a price, and what of it is claimed.
    pub fn recall_at(&self, at: usize) -> String {
        let observed = self.shown(&format!("/recall_at/{at}/recall/value"), 3);
        let claimed = self.number(&format!("/recall_at/{at}/claimed/recall/value"));
        claimed.map_or(observed.clone(), |value| format!("{observed} (claimed {value:.3})"))
    }
}

/// A number with so many digits.
pub fn decimal(value: Option<f64>, digits: usize) -> String {
    value.map_or(NOTHING.to_owned(), |value| format!("{value:.digits$}"))
}

/// `k of n`.
pub fn share(value: &Value) -> String {
    let count = |key: &str| value.get(key).and_then(Value::as_u64).unwrap_or(0);
    format!("{} of {}", count("k"), count("n"))
}

/// A number inside of a value.
pub fn inner(value: &Value, path: &str) -> Option<f64> {
    value.pointer(path).and_then(Value::as_f64)
}

/// A text inside of a value.
pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_shown_and_missing_ones_are_a_dash() {
        let json = r#"{"a":0.12345,"s":{"k":3,"n":7},"recall_at":[{"recall":{"value":0.5},"claimed":{"recall":{"value":0.25}}}]}"#;
        let figures = Figures { json: serde_json::from_str(json).unwrap() };
        assert_eq!((figures.shown("/a", 2).as_str(), figures.shown("/b", 2).as_str()), ("0.12", NOTHING));
        assert_eq!(figures.share("/s"), "3 of 7");
        assert_eq!(figures.recall_at(0), "0.500 (claimed 0.250)");
    }
}
