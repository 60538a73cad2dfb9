//! Labels to score against: a cluster for each record, or pairs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use matching::Table;
use matching::cluster::Forest;
use matching::truth::{self, Comparison, Score};
use serde::Serialize;

use super::Wish;
use super::sheets::{self, Sink};
use crate::error::{Error, Result};

/// What labels say.
pub(super) enum Labels {
    /// The entity of each record.
    Clusters(Vec<(String, String)>),
    /// Pairs that are one; every other pair is not.
    Pairs(Vec<(String, String)>),
    /// Pairs that somebody judged, with what they found; of others nothing is known.
    Judged(Vec<(String, String, bool)>),
}

/// What came of the comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Scored {
    /// What kind of labels: `clusters`, `pairs`, `judged pairs`.
    pub labels: &'static str,
    /// Clusters against labels, where all of a record's pairs are known.
    pub clusters: Option<Comparison>,
    /// Over judged pairs only.
    pub judged: Option<Score>,
    /// Labels of records that are not in the files.
    pub unknown: usize,
    /// Records without a label, which were left out of the comparison.
    pub unlabelled: usize,
    /// For people.
    #[serde(skip)]
    pub narration: Vec<String>,
}

/// A whole sheet of texts.
#[derive(Default)]
pub(super) struct Rows {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Sink for Rows {
    fn header(&mut self, names: &[String]) -> Result<()> {
        self.header = names.iter().map(|name| name.trim().to_owned()).collect();
        Ok(())
    }

    fn row(&mut self, _number: u64, cells: &[&str]) -> Result<()> {
        self.rows.push(cells.iter().map(|cell| cell.trim().to_owned()).collect());
        Ok(())
    }
}

/// Headers of the two sides of a pair.
const SIDES: &[(&str, &str)] = &[
    ("left_id", "right_id"),
    ("left", "right"),
    ("id_l", "id_r"),
    ("unique_id_l", "unique_id_r"),
    ("record_id_l", "record_id_r"),
    ("id1", "id2"),
    ("id_1", "id_2"),
    ("record_id_1", "record_id_2"),
    ("record_id_a", "record_id_b"),
    ("id_a", "id_b"),
    ("ltable_id", "rtable_id"),
    ("a", "b"),
];
const VERDICTS: &[&str] =
    &["clerical_match_score", "is_match", "match", "label", "score", "same", "gold", "truth", "y"];
const CLUSTERS: &[&str] = &[
    "cluster_id",
    "cluster",
    "entity_id",
    "entity",
    "true_cluster",
    "true_entity",
    "truth",
    "ground_truth",
    "label",
    "person_id",
    "group",
];

/// Reads labels.
pub(super) fn read(path: &Path, wish: &Wish) -> Result<Labels> {
    let mut rows = Rows::default();
    sheets::each(path, &mut rows)?;
    let find = |name: &str| rows.header.iter().position(|header| header.eq_ignore_ascii_case(name));
    let cell = |row: &[String], at: usize| row.get(at).cloned().unwrap_or_default();
    let sides = SIDES.iter().find_map(|(left, right)| Some((find(left)?, find(right)?)));
    if let Some((left, right)) = sides {
        let verdict = match &wish.truth_column {
            Some(name) => Some(find(name).ok_or_else(|| absent(path, name, &rows.header))?),
            None => VERDICTS.iter().find_map(|name| find(name)),
        };
        let Some(verdict) = verdict else {
            return Ok(Labels::Pairs(
                rows.rows.iter().map(|row| (cell(row, left), cell(row, right))).collect(),
            ));
        };
        let mut judged = Vec::new();
        let mut known: BTreeMap<(String, String), (usize, bool)> = BTreeMap::new();
        for (at, row) in rows.rows.iter().enumerate() {
            let is_one = said(path, at, &cell(row, verdict))?;
            let (one, other) = (cell(row, left), cell(row, right));
            let pair = if one <= other { (one.clone(), other.clone()) } else { (other.clone(), one.clone()) };
            if let Some((before, was)) = known.insert(pair, (at, is_one))
                && was != is_one
            {
                return Err(Error::Input(format!(
                    "{}:{}: {one:?} and {other:?} are judged otherwise here than on line {}",
                    path.display(),
                    at + 2,
                    before + 2
                )));
            }
            judged.push((one, other, is_one));
        }
        return Ok(Labels::Judged(judged));
    }
    let id =
        wish.id.as_deref().and_then(find).or_else(|| find("record_id")).or_else(|| find("id")).unwrap_or(0);
    let label = match &wish.truth_column {
        Some(name) => Some(find(name).ok_or_else(|| absent(path, name, &rows.header))?),
        None => CLUSTERS.iter().filter_map(|name| find(name)).find(|at| *at != id),
    };
    let label = label.or_else(|| (rows.header.len() == 2).then_some(1 - id.min(1)));
    let label = label.ok_or_else(|| {
        Error::Input(format!(
            "{}: neither a cluster for each record nor pairs are found among {}\nhint: --truth-column names the column",
            path.display(),
            rows.header.join(", ")
        ))
    })?;
    let all: Vec<(String, String)> = rows.rows.iter().map(|row| (cell(row, id), cell(row, label))).collect();
    let mut known: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for (at, (id, label)) in all.iter().enumerate().filter(|(_, (_, label))| !label.is_empty()) {
        match known.insert(id, (at, label)) {
            Some((before, other)) if other != label => {
                return Err(Error::Input(format!(
                    "{}:{}: record {id:?} is in cluster {label:?} here, and in {other:?} on line {}",
                    path.display(),
                    at + 2,
                    before + 2
                )));
            }
            _ => {}
        }
    }
    Ok(Labels::Clusters(all))
}

/// What a verdict says; `at` is its place below the header.
pub(super) fn said(path: &Path, at: usize, verdict: &str) -> Result<bool> {
    match verdict.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "match" => Ok(true),
        "false" | "no" | "n" | "nonmatch" | "non-match" => Ok(false),
        other => other
            .parse::<f64>()
            .map(|score| score >= 0.5)
            .map_err(|_| Error::Input(format!("{}:{}: {other:?} is no verdict", path.display(), at + 2))),
    }
}

fn absent(path: &Path, name: &str, header: &[String]) -> Error {
    Error::Input(format!(
        "{}: no column is called {name:?}\nhint: there are {}",
        path.display(),
        header.join(", ")
    ))
}

/// Rows by id.
pub(super) fn rows_by_id(table: &Table) -> BTreeMap<&str, Vec<u32>> {
    let mut rows: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for row in 0..table.len() {
        rows.entry(table.id(row)).or_default().push(u32::try_from(row).unwrap_or(u32::MAX));
    }
    rows
}

/// Scores clusters against labels.
pub(super) fn score(labels: &Labels, table: &Table, clusters: &[u32]) -> Result<Scored> {
    let rows = rows_by_id(table);
    let mut scored = Scored {
        labels: "clusters",
        clusters: None,
        judged: None,
        unknown: 0,
        unlabelled: 0,
        narration: Vec::new(),
    };
    let mut truth: Vec<Option<u32>> = vec![None; table.len()];
    match labels {
        Labels::Clusters(all) => {
            let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
            for (id, label) in all {
                let Some(found) = rows.get(id.as_str()) else {
                    scored.unknown += 1;
                    continue;
                };
                if label.is_empty() {
                    continue;
                }
                let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
                let number = *numbers.entry(label).or_insert(next);
                found.iter().for_each(|row| truth[*row as usize] = Some(number));
            }
        }
        Labels::Pairs(all) => {
            scored.labels = "pairs";
            let mut forest = Forest::new(u32::try_from(table.len()).unwrap_or(u32::MAX));
            for (left, right) in all {
                match (rows.get(left.as_str()), rows.get(right.as_str())) {
                    (Some(left), Some(right)) => {
                        // Where two files share ids, a pair stands for the records of two files.
                        let first = left[0];
                        let other = right.iter().rev().find(|row| {
                            **row != first
                                && (left.len() == 1
                                    || table.file(**row as usize) != table.file(first as usize))
                        });
                        forest.join(first, *other.unwrap_or(&right[0]));
                    }
                    _ => scored.unknown += 1,
                }
            }
            for (row, of) in truth.iter_mut().enumerate() {
                *of = Some(forest.root(u32::try_from(row).unwrap_or(u32::MAX)));
            }
        }
        Labels::Judged(all) => {
            scored.labels = "judged pairs";
            scored.judged = Some(judged(all, &rows, clusters, &mut scored.unknown));
        }
    }
    finish(&mut scored, &truth, clusters, !matches!(labels, Labels::Judged(_)))?;
    Ok(scored)
}

/// Over pairs that somebody judged.
fn judged(
    all: &[(String, String, bool)],
    rows: &BTreeMap<&str, Vec<u32>>,
    clusters: &[u32],
    unknown: &mut usize,
) -> Score {
    let (mut right, mut said, mut truth) = (0.0, 0.0, 0.0);
    let mut seen = BTreeSet::new();
    for (one, other, is_one) in all {
        let (Some(left), Some(right_rows)) = (rows.get(one.as_str()), rows.get(other.as_str())) else {
            *unknown += 1;
            continue;
        };
        if !seen.insert((one.min(other), one.max(other))) {
            continue;
        }
        let together = left
            .iter()
            .any(|a| right_rows.iter().any(|b| a != b && clusters[*a as usize] == clusters[*b as usize]));
        said += f64::from(u8::from(together));
        truth += f64::from(u8::from(*is_one));
        right += f64::from(u8::from(together && *is_one));
    }
    Score::new(right, said, truth)
}

fn finish(scored: &mut Scored, truth: &[Option<u32>], clusters: &[u32], whole: bool) -> Result<()> {
    let known: Vec<usize> = (0..truth.len()).filter(|row| truth[*row].is_some()).collect();
    if whole {
        scored.unlabelled = truth.len() - known.len();
        if known.is_empty() {
            return Err(Error::Input(
                "no label names a record of the files\nhint: --id and the labels must use the same ids"
                    .into(),
            ));
        }
        let made: Vec<u32> = known.iter().map(|row| clusters[*row]).collect();
        let true_ones: Vec<u32> = known.iter().filter_map(|row| truth[*row]).collect();
        scored.clusters = Some(truth::compare(&made, &true_ones));
    }
    let mut tell = |count: usize, what: &str| {
        if count > 0 {
            scored.narration.push(format!("{count} {what}"));
        }
    };
    tell(scored.unknown, "labels name ids that are not in the files; they were left out");
    tell(scored.unlabelled, "records have no label; they were left out of the comparison");
    Ok(())
}

impl Scored {
    /// As a text.
    #[must_use]
    pub fn text(&self) -> String {
        let line = |name: &str, score: &Score| {
            format!(
                "{name:<22} precision {:.4}  recall {:.4}  F1 {:.4}\n",
                score.precision, score.recall, score.f1
            )
        };
        let mut out = String::new();
        if let Some(of) = &self.clusters {
            if of.entities.0 == of.records {
                let what =
                    if of.entities.1 == of.records { "and none is true" } else { "recall and F1 are 0" };
                out.push_str(&format!(
                    "{:<22} no link was made, {what}: no precision to estimate\n",
                    "pairwise"
                ));
            } else {
                out.push_str(&line("pairwise", &of.pairwise));
            }
            out.push_str(&line("B-cubed", &of.b_cubed));
            out.push_str(&format!("{:<22} {} made, {} true\n", "clusters", of.entities.0, of.entities.1));
            out.push_str(&format!(
                "{:<22} {} made, {} true\n",
                "largest cluster", of.largest.0, of.largest.1
            ));
        }
        if let Some(score) = &self.judged {
            out.push_str(&line("judged pairs", score));
        }
        out
    }
}
