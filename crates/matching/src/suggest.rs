//! A configuration from the data alone.

use std::borrow::Cow;

use rayon::prelude::*;

use crate::align::{self, Group};
use crate::compare::Kind;
use crate::config::{Block, COMPARISONS_MAX, Comparison, Config};
use crate::fields::Fields;
use crate::profile::{self, Profile};
use crate::table::Column;
use crate::{Error, Result, Table, persons, propose};

/// A proposed configuration, with what was left out and why.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Suggestion {
    /// What is proposed.
    pub config: Config,
    /// Columns that are not compared, with the reason.
    pub left_out: Vec<(String, String)>,
    /// Columns of several files that are compared as one, with the reason.
    pub aligned: Vec<(String, String)>,
    /// What was seen of each compared column, for people.
    pub seen: Vec<(String, String)>,
}

/// Proposes what to compare and which pairs to look at. `refuses` names columns that the caller does not want read.
///
/// # Errors
/// When no column can be compared.
pub fn suggest(table: &Table, refuses: &dyn Fn(&str) -> Option<String>) -> Result<Suggestion> {
    let profiles: Vec<Profile> = table.columns().par_iter().map(profile::profile).collect();
    let reason = |at: usize| {
        let name = &table.columns()[at].name;
        profile::left_out(name).map(str::to_owned).or_else(|| refuses(name))
    };
    let reasons: Vec<Option<String>> = (0..profiles.len()).map(reason).collect();
    let groups = align::groups(table, &profiles, &|at| reasons[at].is_none());
    let columns: Vec<Cow<'_, Column>> = groups
        .iter()
        .map(|group| match group.columns.as_slice() {
            [one] => Cow::Borrowed(&table.columns()[*one]),
            several => Cow::Owned(align::joined(table, several)),
        })
        .collect();
    let columns: Vec<&Column> = columns.iter().map(AsRef::as_ref).collect();
    let profiles: Vec<Profile> = columns.par_iter().map(|column| profile::profile(column)).collect();
    let mut out = Suggestion::default();
    let mut found: Vec<(usize, Kind)> = Vec::new();
    for (at, (group, profile)) in groups.iter().zip(&profiles).enumerate() {
        let name = &columns[at].name;
        if let Some(reason) = group.columns.iter().find_map(|at| reasons[*at].clone()) {
            out.left_out.push((name.clone(), reason));
            continue;
        }
        match kind(table, group, profile) {
            Some(kind) => found.push((at, kind)),
            None if profile.filled == 0 => out.left_out.push((name.clone(), "it is empty".into())),
            None if profile.distinct < 2 => {
                out.left_out.push((name.clone(), "it holds one value everywhere".into()));
            }
            None => out.left_out.push((name.clone(), "it counts the records".into())),
        }
    }
    persons::refine(&columns, &profiles, &mut found);
    copies(&columns, &mut found, &mut out);
    found.sort_by_key(|(at, kind)| (std::cmp::Reverse(telling(*kind)), *at));
    for (at, _) in found.split_off(found.len().min(COMPARISONS_MAX)) {
        let reason = format!("only {COMPARISONS_MAX} comparisons fit");
        out.left_out.push((columns[at].name.clone(), reason));
    }
    found.sort_unstable_by_key(|(at, _)| *at);
    for (at, kind) in found {
        let (column, profile) = (columns[at], &profiles[at]);
        out.seen.push((
            column.name.clone(),
            format!("{} of {} records, {} distinct values", profile.filled, table.len(), profile.distinct),
        ));
        if groups[at].columns.len() > 1 {
            out.aligned.push((column.name.clone(), groups[at].why.clone()));
        }
        out.config.compare.push(Comparison {
            columns: groups[at].columns.iter().map(|of| table.columns()[*of].name.clone()).collect(),
            kind,
            term_frequency: None,
        });
    }
    if out.config.compare.is_empty() {
        let why: Vec<String> = out.left_out.iter().map(|(name, why)| format!("{name}: {why}")).collect();
        return Err(Error::Input(format!("no column can be compared ({})", why.join("; "))));
    }
    out.config.block = rules(table, &out.config)?;
    Ok(out)
}

/// What the columns of a group hold: by the header that says most.
fn kind(table: &Table, group: &Group, profile: &Profile) -> Option<Kind> {
    let names: Vec<&str> = group.columns.iter().map(|at| table.columns()[*at].name.as_str()).collect();
    let kinds = names.iter().filter_map(|name| profile.kind(name, table.len()));
    let kinds: Vec<Kind> = kinds.collect();
    // Parts beside a whole are a whole.
    if kinds.contains(&Kind::FullName) && kinds.iter().all(|kind| kind.is_name()) {
        return Some(Kind::FullName);
    }
    kinds.into_iter().rev().max_by_key(|kind| telling(*kind))
}

/// Rules are chosen by a fair sample, so that not all columns are made ready twice; where many records are copies the sample would
/// be one of few, and all are taken.
fn rules(table: &Table, config: &Config) -> Result<Vec<Block>> {
    if table.len() > 2 * propose::COST_NODES {
        let sample = Fields::new(&table.first(propose::COST_NODES), config)?;
        if sample.nodes() * 10 >= propose::COST_NODES * 9 {
            return propose::propose_for(&sample, config, table.len(), None);
        }
    }
    propose::propose(&Fields::new(table, config)?, config)
}

/// A column that says the same as an earlier one would count twice.
fn copies(all: &[&Column], found: &mut Vec<(usize, Kind)>, out: &mut Suggestion) {
    let mut kept: Vec<(usize, Kind)> = Vec::new();
    for (at, kind) in found.drain(..) {
        let is_copy = |other: usize| {
            let (one, two) = (all[at], all[other]);
            let both = one.cells.iter().zip(&two.cells).filter(|(a, b)| **a > 0 || **b > 0);
            let (mut same, mut seen) = (0usize, 0usize);
            for (a, b) in both.take(5_000) {
                seen += 1;
                same += usize::from(one.values.get(*a).eq_ignore_ascii_case(two.values.get(*b)));
            }
            seen > 0 && same * 100 >= seen * 95
        };
        match kept.iter().find(|(other, _)| is_copy(*other)) {
            Some((other, _)) => {
                out.left_out
                    .push((all[at].name.clone(), format!("it says the same as {}", all[*other].name)));
            }
            None => kept.push((at, kind)),
        }
    }
    *found = kept;
}

/// How much a kind tells, when not all columns fit.
fn telling(kind: Kind) -> u8 {
    match kind {
        Kind::Identifier | Kind::Email | Kind::Phone | Kind::Handle => 5,
        Kind::Date | Kind::GivenName | Kind::Surname | Kind::FullName => 4,
        Kind::Address | Kind::Text => 3,
        Kind::Postcode | Kind::Word | Kind::Employer | Kind::School | Kind::Tenure | Kind::Place => 2,
        Kind::Number | Kind::Year => 1,
        Kind::Category => 0,
    }
}
