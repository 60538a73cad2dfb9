//! Employment and education with their times: an organisation, and from when to when somebody was there.

use super::Compare;
use super::tokens::normalise_organisation;
use crate::hash;
use crate::texts::Texts;

const LEVELS: &[&str] = &[
    "different",
    "one organisation at other times",
    "one organisation, times not known",
    "one organisation at overlapping times",
    "one organisation, begin or end the same",
    "one organisation, begin and end the same but for days",
    "same",
];

/// Words that stand for a day that has not come.
const NOW: &[&str] =
    &["now", "present", "current", "currently", "today", "ongoing", "heute", "actual", "date"];
/// Words before a time that are no part of a name.
const BEFORE: &[&str] = &["from", "since", "to", "until", "till", "seit", "von", "bis", "desde", "depuis"];
const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
/// Month of what lasts, and most that is read of one value.
const OPEN: i32 = i32::MAX;
const STAYS_MAX: usize = 12;
/// Months by which two who write down one begin may differ.
const SLACK_MONTHS: i32 = 1;
/// Share of the words from which two names are of one organisation. Judgement.
const WORDS_FROM: f64 = 0.6;

/// One stay: folded name, first and last month (counted from the year 0, `None` where it is not known).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stay {
    name: String,
    from: Option<i32>,
    to: Option<i32>,
}

/// `name|first month|last month`, several parted by `;`, in order; `now` for what lasts. Empty where no name is.
pub fn normalise(raw: &str) -> String {
    let mut stays: Vec<Stay> = raw.split([';', '\n', '|']).filter_map(parse).take(STAYS_MAX).collect();
    stays.sort();
    stays.dedup();
    let month = |at: Option<i32>| match at {
        None => String::new(),
        Some(OPEN) => "now".to_owned(),
        Some(at) => format!("{:04}-{:02}", at / 12, at % 12 + 1),
    };
    let text = |stay: &Stay| format!("{}|{}|{}", stay.name, month(stay.from), month(stay.to));
    stays.iter().map(text).collect::<Vec<String>>().join(";")
}

/// Whether a text names an organisation and a span of time.
#[must_use]
pub fn is_tenure(text: &str) -> bool {
    let mut parts = text.split([';', '\n', '|']).filter(|part| !part.trim().is_empty()).peekable();
    parts.peek().is_some()
        && parts.all(|part| parse(part).is_some_and(|stay| stay.from.is_some() && stay.to.is_some()))
}

/// Reads `Acme Corp (2019-03 – 2021-05)`, `Acme, Mar 2019 - now`, `2019–2021: Acme`, and columns joined: `Acme 2019-03-01 2021-05-31`.
fn parse(raw: &str) -> Option<Stay> {
    let spaced: String = raw
        .chars()
        .map(|c| match c {
            '–' | '—' | '‒' | '−' => '-',
            '(' | ')' | '[' | ']' | ',' | ':' => ' ',
            c => c,
        })
        .collect();
    let (mut names, mut after, mut times) = (Vec::new(), Vec::new(), Vec::new());
    let mut month: Option<(i32, &str)> = None;
    for word in spaced.split_whitespace() {
        let found = times_of(word, month.map(|(month, _)| month));
        let mut add = |word| if times.is_empty() { names.push(word) } else { after.push(word) };
        // A month by its name waits for its year; without one it is a word.
        if let Some((_, word)) = month.take().filter(|_| found.is_empty()) {
            add(word);
        }
        if let Some(at) = month_of(word) {
            month = Some((at, word));
        } else if found.is_empty() && word.chars().any(char::is_alphanumeric) {
            add(word);
        }
        times.extend(found);
    }
    names.extend(month.map(|(_, word)| word).filter(|_| times.is_empty()));
    let is_name = |word: &&str| !BEFORE.contains(&word.to_lowercase().as_str());
    while names.last().is_some_and(|word| !is_name(word)) {
        names.pop();
    }
    after.retain(is_name);
    let name = normalise_organisation(&if names.is_empty() { after } else { names }.join(" "));
    if name.is_empty() {
        return None;
    }
    let (from, to) = (times.first().copied(), times.get(1).copied());
    let (from, to) =
        if to.is_some_and(|to| from.is_some_and(|from| to < from)) { (to, from) } else { (from, to) };
    Some(Stay { name: name.replace(['|', ';'], " "), from, to })
}

/// `Mar`, `Sept.`, `June`; `Marsh` and `Mayer` are no months.
fn month_of(word: &str) -> Option<i32> {
    let lower = word.trim_end_matches('.').to_lowercase();
    let at = MONTHS.iter().position(|month| lower.len() >= 3 && month.starts_with(&lower))?;
    i32::try_from(at).ok()
}

/// Months that a word names: `2019`, `2019-03`, `03/2019`, `2019-03-01`, `2019-2021`, `03/2019-05/2021`, `now`.
fn times_of(word: &str, month: Option<i32>) -> Vec<i32> {
    if NOW.contains(&word.to_lowercase().as_str()) {
        return vec![OPEN];
    }
    if !word.bytes().all(|b| b.is_ascii_digit() || b"-/.".contains(&b)) {
        return match word.split_once('-') {
            Some((first, last)) if NOW.contains(&last.to_lowercase().as_str()) => {
                let first = times_of(first, month);
                if first.is_empty() { Vec::new() } else { [first, vec![OPEN]].concat() }
            }
            _ => Vec::new(),
        };
    }
    if let Some(one) = month_in(word, month) {
        return vec![one];
    }
    let ends: Option<Vec<i32>> = word.split('-').map(|part| month_in(part, month)).collect();
    ends.filter(|ends| ends.len() == 2).unwrap_or_default()
}

/// One month: of its year alone, the middle, so that either end is half a year off at most.
fn month_in(word: &str, named: Option<i32>) -> Option<i32> {
    let parts: Vec<&str> = word.split(['-', '/', '.']).filter(|part| !part.is_empty()).collect();
    let year = |text: &str| {
        let year: i32 = (text.len() == 4).then(|| text.parse().ok()).flatten()?;
        (1900..=2100).contains(&year).then_some(year)
    };
    let month = |text: &str| -> Option<i32> {
        let month: i32 = (text.len() <= 2).then(|| text.parse().ok()).flatten()?;
        (1..=12).contains(&month).then(|| month - 1)
    };
    match parts.as_slice() {
        [one] => Some(year(one)? * 12 + named.unwrap_or(YEAR_ALONE)),
        [a, b] => match (year(a), year(b)) {
            (Some(year), None) => Some(year * 12 + month(b)?),
            (None, Some(year)) => Some(year * 12 + month(a)?),
            _ => None,
        },
        [a, b, c] => match (year(a), year(c)) {
            (Some(year), None) => Some(year * 12 + month(b)?),
            (None, Some(year)) => Some(year * 12 + month(b).or_else(|| month(a))?),
            _ => None,
        },
        _ => None,
    }
}

/// Month that stands for a year of which no month is told.
const YEAR_ALONE: i32 = 5;

struct Entry {
    words: Box<[u64]>,
    from: Option<i32>,
    to: Option<i32>,
}

/// Distinct values.
pub struct Tenures {
    entries: Vec<Box<[Entry]>>,
}

impl Tenures {
    /// Of some values in normal form.
    pub fn new(values: &Texts) -> Self {
        let stay = |text: &str| {
            let mut parts = text.split('|');
            let mut words: Vec<u64> = parts
                .next()
                .unwrap_or_default()
                .split(' ')
                .filter(|word| !word.is_empty())
                .map(|word| hash::bytes(word.as_bytes()))
                .collect();
            words.sort_unstable();
            words.dedup();
            let mut month = || match parts.next().unwrap_or_default() {
                "now" => Some(OPEN),
                text => {
                    let (year, month) = text.split_once('-')?;
                    Some(year.parse::<i32>().ok()? * 12 + month.parse::<i32>().ok()? - 1)
                }
            };
            let from = month();
            Entry { words: words.into(), from, to: month() }
        };
        let of = |number: usize| {
            let text = values.get(u32::try_from(number).unwrap_or_default());
            text.split(';').filter(|part| !part.is_empty()).map(stay).collect()
        };
        Self { entries: (0..values.len()).map(of).collect() }
    }
}

/// Whether two names are of one organisation.
fn is_one(a: &[u64], b: &[u64]) -> bool {
    let shared = a.iter().filter(|word| b.binary_search(word).is_ok()).count();
    #[expect(clippy::cast_precision_loss, reason = "a few words")]
    let share = shared as f64 / (a.len() + b.len() - shared).max(1) as f64;
    share >= WORDS_FROM
}

fn near(a: Option<i32>, b: Option<i32>) -> bool {
    a.zip(b).is_some_and(|(a, b)| a == b || a != OPEN && b != OPEN && (a - b).abs() <= SLACK_MONTHS)
}

fn level_of(a: &Entry, b: &Entry) -> u8 {
    if !is_one(&a.words, &b.words) {
        return 0;
    }
    match (near(a.from, b.from), near(a.to, b.to)) {
        (true, true) => return 5,
        (true, false) | (false, true) => return 4,
        _ => {}
    }
    let (Some(from), Some(other_from)) = (a.from, b.from) else { return 2 };
    // Whose end is not told is there no longer than is seen.
    let (to, other_to) = (a.to.unwrap_or(from), b.to.unwrap_or(other_from));
    if from <= other_to && other_from <= to { 3 } else { 1 }
}

impl Compare for Tenures {
    fn levels(&self) -> &'static [&'static str] {
        LEVELS
    }

    fn level(&self, a: u32, b: u32) -> u8 {
        let (a, b) = (&self.entries[a as usize], &self.entries[b as usize]);
        a.iter().flat_map(|one| b.iter().map(move |other| level_of(one, other))).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_as_people_and_sheets_write_them() {
        for text in [
            "Acme Corp (2019-03 – 2021-05)",
            "ACME, Mar 2019 - May 2021",
            "Acme Inc. 03/2019-05/2021",
            "2019-03 to 2021-05: Acme",
            "Acme 2019-03-01 2021-05-31",
            "Acme from 2019/03 until 2021/05",
        ] {
            assert_eq!(normalise(text), "acme|2019-03|2021-05", "{text}");
        }
        assert_eq!(normalise("Acme Ltd (2019 – present)"), "acme|2019-06|now");
        assert_eq!(normalise("Acme 2019-now"), "acme|2019-06|now");
        assert_eq!(
            normalise("Beta (2021-01 – now); Acme (2019-03 – 2021-05)"),
            "acme|2019-03|2021-05;beta|2021-01|now"
        );
        assert_eq!(normalise("Marsh & May"), "marsh may||");
        assert_eq!(normalise("March Networks"), "march networks||");
        assert_eq!(normalise("(2019)"), "");
        assert_eq!(normalise("Area 51 Systems"), "area 51 systems||");
        assert!(is_tenure("Acme Corp (2019-03 – 2021-05)") && is_tenure("University of Oslo, 2011-2015"));
        for text in ["Acme Corp", "Blade Runner (1982)", "12 Elm Road", "2019-2021", ""] {
            assert!(!is_tenure(text), "{text}");
        }
    }

    #[test]
    fn stays_agree_by_degrees() {
        let level = |a: &str, b: &str| {
            let mut texts = Texts::new();
            let (a, b) = (texts.intern(&normalise(a)), texts.intern(&normalise(b)));
            let all = Tenures::new(&texts);
            if a == b {
                return 6;
            }
            assert_eq!(all.level(a, b), all.level(b, a));
            all.level(a, b)
        };
        let known = "Acme Corp (2019-03 – 2021-05)";
        assert_eq!(level(known, "ACME (03/2019 - 05/2021)"), 6);
        assert_eq!(level(known, "Acme 2019-04 2021-05"), 5);
        assert_eq!(level(known, "Acme (2019-03 – present)"), 4);
        assert_eq!(level(known, "Acme (2020 – 2022)"), 3);
        assert_eq!(level(known, "Acme"), 2);
        assert_eq!(level(known, "Acme (2012 – 2014)"), 1);
        assert_eq!(level(known, "Northwind (2019-03 – 2021-05)"), 0);
        assert_eq!(level("Beta (2010-2012); Acme (2019-03 – 2021-05)", known), 5);
    }
}
