//! A configuration from the data alone.

use rayon::prelude::*;

use crate::compare::Kind;
use crate::config::{Block, COMPARISONS_MAX, Comparison, Config};
use crate::fields::Fields;
use crate::profile::{self, Profile};
use crate::{Error, Result, Table, block, persons};

/// A proposed configuration, with what was left out and why.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Suggestion {
    /// What is proposed.
    pub config: Config,
    /// Columns that are not compared, with the reason.
    pub left_out: Vec<(String, String)>,
    /// What was seen of each compared column, for people.
    pub seen: Vec<(String, String)>,
}

/// Proposes what to compare and which pairs to look at. `refuses` names columns that the caller does not want read.
///
/// # Errors
/// When no column can be compared.
pub fn suggest(table: &Table, refuses: &dyn Fn(&str) -> Option<String>) -> Result<Suggestion> {
    let profiles: Vec<Profile> = table.columns().par_iter().map(profile::profile).collect();
    let mut out = Suggestion::default();
    let mut found: Vec<(usize, Kind)> = Vec::new();
    for (at, (column, profile)) in table.columns().iter().zip(&profiles).enumerate() {
        let reason = profile::left_out(&column.name).map(str::to_owned).or_else(|| refuses(&column.name));
        if let Some(reason) = reason {
            out.left_out.push((column.name.clone(), reason));
            continue;
        }
        match profile.kind(&column.name, table.len()) {
            Some(kind) => found.push((at, kind)),
            None if profile.filled == 0 => out.left_out.push((column.name.clone(), "it is empty".into())),
            None if profile.distinct < 2 => {
                out.left_out.push((column.name.clone(), "it holds one value everywhere".into()));
            }
            None => out.left_out.push((column.name.clone(), "it counts the records".into())),
        }
    }
    persons::refine(table.columns(), &profiles, &mut found);
    copies(table, &mut found, &mut out);
    found.sort_by_key(|(at, kind)| (std::cmp::Reverse(telling(*kind)), *at));
    for (at, _) in found.split_off(found.len().min(COMPARISONS_MAX)) {
        let reason = format!("only {COMPARISONS_MAX} comparisons fit");
        out.left_out.push((table.columns()[at].name.clone(), reason));
    }
    found.sort_unstable_by_key(|(at, _)| *at);
    for (at, kind) in found {
        let (column, profile) = (&table.columns()[at], &profiles[at]);
        out.seen.push((
            column.name.clone(),
            format!("{} of {} records, {} distinct values", profile.filled, table.len(), profile.distinct),
        ));
        out.config.compare.push(Comparison {
            columns: vec![column.name.clone()],
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

fn rules(table: &Table, config: &Config) -> Result<Vec<Block>> {
    block::propose(&Fields::new(table, config)?, config)
}

/// A column that says the same as an earlier one would count twice.
fn copies(table: &Table, found: &mut Vec<(usize, Kind)>, out: &mut Suggestion) {
    let all = table.columns();
    let mut kept: Vec<(usize, Kind)> = Vec::new();
    for (at, kind) in found.drain(..) {
        let is_copy = |other: usize| {
            let (one, two) = (&all[at], &all[other]);
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
        Kind::Postcode | Kind::Word | Kind::Employer | Kind::School | Kind::Place => 2,
        Kind::Number | Kind::Year => 1,
        Kind::Category => 0,
    }
}
