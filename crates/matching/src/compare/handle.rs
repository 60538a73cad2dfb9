//! Handles and addresses of profiles: a name somebody chose, on a site.

use super::Compare;
use super::email::{NUMBER_FROM, is_another_number};
use super::script::bytes;
use crate::similar;
use crate::texts::Texts;

const LEVELS: &[&str] = &[
    "different",
    "two slips",
    "one slip",
    "same, other site",
    "same with a number of its own, other site",
    "same",
];

/// `handle@site`; the handle alone where no site is named.
pub fn normalise(raw: &str) -> String {
    let lower = raw.trim().to_lowercase();
    let bare = lower.split(['?', '#']).next().unwrap_or(&lower).trim_end_matches('/');
    let path = bare.split_once("://").map_or(bare, |(_, path)| path);
    let path = path.strip_prefix("www.").unwrap_or(path);
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    match (path.split_once('/'), path.rsplit_once('/')) {
        (Some((site, _)), Some((_, last))) if site.contains('.') && !letters(last).is_empty() => {
            format!("{}@{site}", letters(last))
        }
        _ => letters(path.rsplit('/').next().unwrap_or(path)),
    }
}

/// Distinct handles.
pub struct Handles {
    entries: Vec<(Box<[u8]>, Box<str>)>,
}

impl Handles {
    /// Of some values in normal form.
    pub fn new(values: &Texts) -> Self {
        let of = |number: usize| {
            let text = values.get(u32::try_from(number).unwrap_or_default());
            let (handle, site) = text.split_once('@').unwrap_or((text, ""));
            (bytes(handle).into_boxed_slice(), site.into())
        };
        Self { entries: (0..values.len()).map(of).collect() }
    }
}

impl Compare for Handles {
    fn levels(&self) -> &'static [&'static str] {
        LEVELS
    }

    fn named(&self) -> Option<(u8, u8)> {
        Some((3, 4))
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let ((a, site), (b, other_site)) = (&self.entries[a as usize], &self.entries[b as usize]);
        if a == b {
            let is_own = a.iter().filter(|b| b.is_ascii_digit()).count() >= NUMBER_FROM;
            return 3 + u8::from(is_own);
        }
        // One site gives a handle once: there, one with another number is somebody else's.
        if site == other_site && is_another_number(a, b) {
            return u8::from(similar::edits(a, b, 1) <= 1);
        }
        let longest = a.len().max(b.len());
        let limit = if longest >= 6 { 2 } else { usize::from(longest >= 3) };
        match similar::edits(a, b, limit) {
            1 if limit >= 1 => 2,
            2 if limit >= 2 => 1,
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_agree_by_degrees() {
        let level = |a: &str, b: &str| {
            let mut texts = Texts::new();
            let (a, b) = (texts.intern(&normalise(a)), texts.intern(&normalise(b)));
            if a == b { 5 } else { Handles::new(&texts).level(a, b) }
        };
        assert_eq!(normalise("https://www.linkedin.com/in/Ines-Okafor/?x=1"), "inesokafor@linkedin.com");
        assert_eq!(normalise("@ines_okafor"), "inesokafor");
        assert_eq!(normalise("https://ines.example/"), "inesexample");
        assert_eq!(level("github.com/ines-okafor", "https://github.com/InesOkafor/"), 5);
        assert_eq!(level("github.com/ines-okafor", "linkedin.com/in/inesokafor"), 3);
        assert_eq!(level("github.com/ines83", "linkedin.com/in/ines83"), 4);
        assert_eq!(level("github.com/inesokafor", "github.com/inesokafro"), 2);
        assert_eq!(level("github.com/inesokafor", "github.com/inesokafor2"), 1);
        assert_eq!(level("github.com/inesokafor17", "github.com/inesokafor2"), 0);
        assert_eq!(level("ines", "bob"), 0);
    }
}
