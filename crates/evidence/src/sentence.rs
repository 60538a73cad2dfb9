//! Figures into sentences. A sentence holds the value, when it was, and who else is concerned; never a token.

use std::collections::BTreeMap;

use model::Time;

/// Placeholders that every sentence may use; others are columns of the SQL.
pub const BUILT_IN: &[&str] = &["subject", "value", "n", "first", "last", "other"];

/// Names in braces, in order.
#[must_use]
pub fn placeholders(template: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        out.push(name.to_owned());
        rest = after;
    }
    out
}

/// What a sentence is made of.
#[derive(Debug, Clone)]
pub struct Figures<'a> {
    /// Whom the sentence is about.
    pub subject: &'a str,
    /// The computed value.
    pub value: f64,
    /// Records cited.
    pub cited: usize,
    /// First time.
    pub first: Time,
    /// Last time.
    pub last: Time,
    /// The other people.
    pub other: &'a [String],
    /// Further columns of the SQL.
    pub columns: &'a BTreeMap<String, String>,
}

/// Fills a template.
#[must_use]
pub fn fill(template: &str, figures: &Figures<'_>) -> String {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push_str(&piece(name, figures));
        rest = after;
    }
    out.push_str(rest);
    out
}

fn piece(name: &str, figures: &Figures<'_>) -> String {
    if let Some(text) = figures.columns.get(name) {
        return if text.contains(lake::TOKEN_PREFIX) { "•".to_owned() } else { text.clone() };
    }
    match name {
        "subject" => figures.subject.to_owned(),
        "value" => number(figures.value),
        "n" => figures.cited.to_string(),
        "first" => minute(figures.first),
        "last" => minute(figures.last),
        "other" => people(figures.other),
        _ => String::new(),
    }
}

/// A number as people write it: whole where it is whole, else one decimal, two below one.
#[must_use]
pub fn number(value: f64) -> String {
    if value.fract() == 0.0 {
        format!("{value:.0}")
    } else if value.abs() < 1.0 {
        format!("{value:.2}")
    } else {
        format!("{value:.1}")
    }
}

/// An instant to the minute, UTC.
#[must_use]
pub fn minute(time: Time) -> String {
    let text = time.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(day), Some("00:00")) => day.to_owned(),
        (Some(day), Some(hour)) => format!("{day} {hour}"),
        _ => text,
    }
}

/// People by roster id: up to four by name, the rest as a number.
#[must_use]
pub fn people(ids: &[String]) -> String {
    match ids {
        [] => "nobody else".to_owned(),
        [one] => one.clone(),
        [first @ .., last] if ids.len() <= 4 => format!("{} and {last}", first.join(", ")),
        _ => format!("{} and {} others", ids[..3].join(", "), ids.len() - 3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_filled_and_tokens_stay_out() {
        let columns = BTreeMap::from([
            ("tool".to_owned(), "AnyDesk".to_owned()),
            ("secret".to_owned(), format!("{}abc", lake::TOKEN_PREFIX)),
        ]);
        let other = ["W-2".to_owned(), "W-3".to_owned()];
        let figures = Figures {
            subject: "W-1",
            value: 2.5,
            cited: 3,
            first: Time(0),
            last: Time::from_seconds(3_660),
            other: &other,
            columns: &columns,
        };
        assert_eq!(
            fill("{tool} {value}/{n} {first} to {last} with {other} {secret}.", &figures),
            "AnyDesk 2.5/3 1970-01-01 to 1970-01-01 01:01 with W-2 and W-3 •."
        );
    }

    #[test]
    fn people_are_listed_shortly() {
        let ids: Vec<String> = (1..=6).map(|n| format!("W-{n}")).collect();
        assert_eq!(people(&ids), "W-1, W-2, W-3 and 3 others");
        assert_eq!(people(&ids[..4]), "W-1, W-2, W-3 and W-4");
        assert_eq!(placeholders("{a} b {c}"), ["a", "c"]);
    }
}
