//! One row as its plan sees it: values by role.

use std::collections::{BTreeMap, BTreeSet};

use model::Time;
use model::record::is_missing;

use super::Plan;
use super::address::{Parts, Postal, postal};
use crate::value::{self, DateOrder};
use crate::zone;

/// Values of one row by role.
pub struct Row<'a> {
    plan: &'static Plan,
    order: DateOrder,
    values: BTreeMap<&'static str, Vec<(usize, &'a str, &'a str)>>,
    problems: Vec<(String, &'static str)>,
    notes: Vec<&'static str>,
}

impl<'a> Row<'a> {
    /// An empty row.
    #[must_use]
    pub fn new(plan: &'static Plan, order: DateOrder) -> Self {
        Self { plan, order, values: BTreeMap::new(), problems: Vec::new(), notes: Vec::new() }
    }

    /// Adds a value under a role.
    pub fn add(&mut self, role: &'static str, rank: usize, header: &'a str, text: &'a str) {
        // that nobody of this name holds the account is an answer
        let answers = role == "match" && text.trim().eq_ignore_ascii_case("none");
        if answers || !is_blank(text.trim()) {
            let values = self.values.entry(role).or_default();
            values.push((rank, header, text));
            values.sort_by_key(|(rank, _, _)| *rank);
        }
    }

    /// This row with the values of another where it has none of its own.
    #[must_use]
    pub fn with(mut self, shared: &Self) -> Self {
        for (role, values) in &shared.values {
            self.values.entry(role).or_insert_with(|| values.clone());
        }
        self
    }

    /// The roles that this row and another both hold.
    pub fn roles_of<'s>(&'s self, other: &'s Self) -> impl Iterator<Item = &'static str> + 's {
        self.values.keys().copied().filter(|role| other.values.contains_key(role))
    }

    /// This row without some roles.
    #[must_use]
    pub fn without(&self, roles: &BTreeSet<&str>) -> Self {
        let mut row = Self::new(self.plan, self.order);
        let kept = self.values.iter().filter(|(role, _)| !roles.contains(*role));
        row.values = kept.map(|(role, values)| (*role, values.clone())).collect();
        row
    }

    /// Forgets the values of a role.
    pub fn clear(&mut self, role: &str) {
        self.values.remove(role);
    }

    /// Where two columns of one role stand and a header tells them apart, what it names goes to another role.
    pub fn give(&mut self, role: &str, to: &'static str, is_other: fn(&str) -> bool) {
        let Some(values) = self.values.get_mut(role).filter(|values| values.len() > 1) else { return };
        let is_kept = |(at, (_, header, _)): (usize, &(usize, &str, &str))| at == 0 || !is_other(header);
        let (kept, given): (Vec<_>, Vec<_>) =
            std::mem::take(values).into_iter().enumerate().partition(|(at, value)| is_kept((*at, value)));
        *values = kept.into_iter().map(|(_, value)| value).collect();
        if !given.is_empty() {
            self.values.entry(to).or_default().extend(given.into_iter().map(|(_, value)| value));
        }
    }

    /// Where two columns could hold an address and only one of them has a number in it, the other is whom it goes to
    /// ("Ship To", "Address 1"): it goes to the role of names, if that has none.
    pub fn give_names(&mut self, role: &str, to: &'static str) {
        let has_number = |text: &str| text.bytes().any(|b| b.is_ascii_digit());
        let Some(values) = self.values.get_mut(role).filter(|values| values.len() > 1) else { return };
        if values.iter().any(|(_, _, text)| has_number(text)) {
            let (kept, names): (Vec<_>, Vec<_>) =
                std::mem::take(values).into_iter().partition(|(_, _, text)| has_number(text));
            *values = kept;
            if !names.is_empty() {
                self.values.entry(to).or_insert(names);
            }
        }
    }

    fn first(&self, role: &str) -> Option<(&'a str, &'a str)> {
        debug_assert!(self.plan.roles.iter().any(|known| known.name == role), "no role {role}");
        self.values.get(role)?.first().map(|(_, header, text)| (*header, text.trim()))
    }

    /// The value of a role, from its best header that is filled.
    #[must_use]
    pub fn text(&self, role: &str) -> Option<&'a str> {
        self.first(role).map(|(_, text)| text)
    }

    /// What other columns of a role say, in the order of their ranks.
    pub fn further(&self, role: &str) -> impl Iterator<Item = &'a str> {
        self.values.get(role).into_iter().flatten().skip(1).map(|(_, _, text)| text.trim())
    }

    /// The tool in the header that an id stands under (`TeamViewer ID`).
    #[must_use]
    pub fn tool(&self) -> Option<&'static str> {
        let header = self.first("uid")?.0.to_lowercase();
        ["teamviewer", "anydesk", "rustdesk", "splashtop"].into_iter().find(|tool| header.contains(tool))
    }

    /// A number that identifies something; what a spreadsheet has rounded is none, and is noted.
    pub fn number(&mut self, role: &str) -> Option<&'a str> {
        let text = self.text(role)?;
        if is_rounded(text) {
            self.note("number rounded by a spreadsheet left out");
            return None;
        }
        Some(text)
    }

    /// An e-mail address; anything without `@` is none.
    #[must_use]
    pub fn email(&self, role: &str) -> Option<&'a str> {
        self.emails(role).first().copied()
    }

    /// The e-mail address of the person whom a row is about: in its own column, or where an id or a name is expected.
    #[must_use]
    pub fn mail_of_person(&self) -> Option<&'a str> {
        ["email", "worker", "name"].iter().find_map(|role| self.email(role))
    }

    /// The id of that person; an e-mail address is none.
    #[must_use]
    pub fn id_of_person(&self) -> Option<&'a str> {
        self.text("worker").filter(|text| !text.contains('@'))
    }

    /// The e-mail addresses of a role, from its best header on.
    #[must_use]
    pub fn emails(&self, role: &str) -> Vec<&'a str> {
        let values = self.values.get(role).into_iter().flatten();
        values
            .map(|(_, _, text)| text.trim())
            .filter(|text| text.contains('@') && !text.contains(' '))
            .collect()
    }

    /// An instant; what is no date is named as a problem.
    pub fn time(&mut self, role: &str) -> Option<Time> {
        let (header, text) = self.first(role)?;
        if is_open_end(text) {
            return None;
        }
        let found =
            serial_day(text).or_else(|| value::time_ordered(text, self.order)).or_else(|| dotted_day(text));
        if found.is_none() {
            self.problems.push((header.to_owned(), "date not understood"));
        }
        found.map(|time| zone::under_header(header, text, time))
    }

    /// A truth value; other words are none.
    #[must_use]
    pub fn truth(&self, role: &str) -> Option<bool> {
        value::truth(self.text(role)?)
    }

    /// First and last name, where there is no whole name.
    #[must_use]
    pub fn name(&self, whole: &str, first: &str, last: &str) -> Option<String> {
        let parts = self.text(first).zip(self.text(last));
        // a single word beside two name columns is what somebody likes to be called
        if let Some(text) = self.text(whole).filter(|text| text.contains(' ') || parts.is_none()) {
            // "Last, First" as directories sort it
            return Some(match text.split_once(", ") {
                Some((last, first)) if !first.contains(',') && !first.to_lowercase().starts_with("jr") => {
                    format!("{} {}", first.trim(), last.trim())
                }
                _ => text.to_owned(),
            });
        }
        let one = || self.text(first).or(self.text(last)).map(str::to_owned);
        parts.map(|(first, last)| format!("{first} {last}")).or_else(one)
    }

    /// An address whose roles are `<prefix>_line1` to `_line3`, `_city`, `_region`, `_postcode`, `_country`.
    #[must_use]
    pub fn address(&self, prefix: &str) -> Postal {
        let part =
            |name: &str| self.values.get(format!("{prefix}_{name}").as_str())?.first().map(|(_, _, t)| *t);
        // some systems keep the number of the house apart from its street
        let street = part("line1").zip(part("house")).map(|(street, number)| match street.trim() {
            street if street.ends_with(number.trim()) => street.to_owned(),
            street => format!("{street} {}", number.trim()),
        });
        postal(Parts {
            line1: street.as_deref().or(part("line1")),
            more: [part("line2"), part("line3")],
            city: part("city"),
            region: part("region"),
            postcode: part("postcode"),
            country: part("country"),
        })
    }

    /// Says something about the row that the user should read once.
    pub fn note(&mut self, note: &'static str) {
        self.notes.push(note);
    }

    /// Parts of the row that could not be read: column and reason.
    pub fn problems(&mut self) -> Vec<(String, &'static str)> {
        std::mem::take(&mut self.problems)
    }

    /// What was noted.
    #[must_use]
    pub fn notes(&self) -> &[&'static str] {
        &self.notes
    }
}

/// What people and programs write into a cell that holds nothing.
fn is_blank(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "--",
        "---",
        "—",
        "–",
        ".",
        "?",
        "n.a.",
        "#n/a",
        "#ref!",
        "#value!",
        "#name?",
        "(blank)",
        "[blank]",
        "(none)",
        "(empty)",
        "not applicable",
        "not available",
        "not set",
        "not specified",
        "tbd",
        "nan",
        "<null>",
        "\\n",
    ];
    is_missing(text) || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// A date that says that there is none: `0000-00-00`, "Present".
fn is_open_end(text: &str) -> bool {
    let zeros = text.bytes().any(|b| b == b'0')
        && text.bytes().all(|b| matches!(b, b'0' | b'-' | b'/' | b'.' | b':' | b' '));
    let words = [
        "present",
        "current",
        "ongoing",
        "open",
        "open ended",
        "open-ended",
        "indefinite",
        "permanent",
        "never",
    ];
    zeros || words.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Whether a spreadsheet has made a rounded number of a long one (`1.23457E+11`): the rest of its digits is gone.
#[must_use]
pub fn is_rounded(text: &str) -> bool {
    let Some((number, power)) = text.split_once(['E', 'e']) else { return false };
    let power = power.strip_prefix('+').unwrap_or("");
    let digits =
        |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b == b'.' || b == b',');
    digits(number) && !power.is_empty() && power.bytes().all(|b| b.is_ascii_digit())
}

/// A day as spreadsheets count them, from 1954 to 2173.
fn serial_day(text: &str) -> Option<Time> {
    let whole = text.split('.').next()?;
    let days: i64 = whole.parse().ok().filter(|_| whole.len() == 5)?;
    (20_000..100_000).contains(&days).then(|| Time::from_seconds((days - 25_569) * 86_400))
}

/// `03.04.2025`: day first wherever dots are written.
fn dotted_day(text: &str) -> Option<Time> {
    let digits = text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if !digits || text.matches('.').count() != 2 {
        return None;
    }
    value::time_ordered(&text.replace('.', "/"), DateOrder::DayFirst)
}
