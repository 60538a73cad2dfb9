//! One row as its plan sees it: values by role.

use std::collections::BTreeMap;

use model::Time;
use model::record::is_missing;

use super::Plan;
use super::address::{Parts, Postal, postal};
use crate::value::{self, DateOrder};

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
        if !is_missing(text.trim()) {
            let values = self.values.entry(role).or_default();
            values.push((rank, header, text));
            values.sort_by_key(|(rank, _, _)| *rank);
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

    /// An e-mail address; anything without `@` is none.
    #[must_use]
    pub fn email(&self, role: &str) -> Option<&'a str> {
        let values = self.values.get(role)?;
        values.iter().map(|(_, _, text)| text.trim()).find(|text| text.contains('@') && !text.contains(' '))
    }

    /// An instant; what is no date is named as a problem.
    pub fn time(&mut self, role: &str) -> Option<Time> {
        let (header, text) = self.first(role)?;
        let found =
            serial_day(text).or_else(|| value::time_ordered(text, self.order)).or_else(|| dotted_day(text));
        if found.is_none() {
            self.problems.push((header.to_owned(), "date not understood"));
        }
        found
    }

    /// A truth value; other words are none.
    #[must_use]
    pub fn truth(&self, role: &str) -> Option<bool> {
        value::truth(self.text(role)?)
    }

    /// First and last name, where there is no whole name.
    #[must_use]
    pub fn name(&self, whole: &str, first: &str, last: &str) -> Option<String> {
        if let Some(text) = self.text(whole) {
            // "Last, First" as directories sort it
            return Some(match text.split_once(", ") {
                Some((last, first)) if !first.contains(',') && !first.to_lowercase().starts_with("jr") => {
                    format!("{} {}", first.trim(), last.trim())
                }
                _ => text.to_owned(),
            });
        }
        match (self.text(first), self.text(last)) {
            (Some(first), Some(last)) => Some(format!("{first} {last}")),
            (one, other) => one.or(other).map(str::to_owned),
        }
    }

    /// An address whose roles are `<prefix>_line1` to `_line3`, `_city`, `_region`, `_postcode`, `_country`.
    #[must_use]
    pub fn address(&self, prefix: &str) -> Postal {
        let part =
            |name: &str| self.values.get(format!("{prefix}_{name}").as_str())?.first().map(|(_, _, t)| *t);
        postal(Parts {
            line1: part("line1"),
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
