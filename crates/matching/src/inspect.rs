//! One pair explained, and what can be said of a result without labels.

use std::fmt::Write as _;

use serde::Serialize;

use crate::cluster::{Edge, Known};
use crate::fields::Fields;
use crate::link::Linked;
use crate::model::{self, Model, Parts};
use crate::pattern;

/// One bar of a waterfall.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bar {
    /// What it stands for.
    pub name: String,
    /// Values of both sides, where it is a field.
    pub values: Option<(String, String)>,
    /// Level of agreement.
    pub level: String,
    /// What it adds, bits.
    pub bits: f64,
}

/// Why two records are one or not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Waterfall {
    /// From the prior on; their bits sum to [`Waterfall::bits`].
    pub bars: Vec<Bar>,
    /// Sum, bits.
    pub bits: f64,
    /// Probability.
    pub probability: f64,
    /// Threshold, bits.
    pub threshold_bits: f64,
    /// Whether both are in one cluster.
    pub together: bool,
}

impl Waterfall {
    /// As a text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::new();
        let width = self.bars.iter().map(|bar| bar.name.chars().count()).max().unwrap_or(0);
        for bar in &self.bars {
            let _ = write!(out, "{:<width$}  {:>8.2}  {}", bar.name, bar.bits, bar.level);
            if let Some((left, right)) = &bar.values {
                let shown =
                    |value: &str| if value.is_empty() { "(missing)".to_owned() } else { value.to_owned() };
                let _ = write!(out, "  {} | {}", shown(left), shown(right));
            }
            out.push('\n');
        }
        let _ = writeln!(out, "{:<width$}  {:>8.2}  probability {:.4}", "sum", self.bits, self.probability);
        let _ = writeln!(
            out,
            "{:<width$}  {:>8.2}  {}",
            "threshold",
            self.threshold_bits,
            if self.together { "in one cluster" } else { "in two clusters" }
        );
        out
    }
}

/// Why two rows are one or not.
#[must_use]
pub fn explain(linked: &Linked, left: usize, right: usize) -> Waterfall {
    let nodes = linked.fields.node_of_rows();
    let (bars, bits) = bars(&linked.fields, &linked.model, nodes[left] as usize, nodes[right] as usize);
    let clusters = linked.clusters_of_rows();
    Waterfall {
        bars,
        bits,
        probability: model::stated(bits),
        threshold_bits: linked.threshold_bits(),
        together: clusters[left] == clusters[right],
    }
}

/// The bars of two nodes, and their sum.
#[must_use]
pub fn bars(fields: &Fields, model: &Model, left: usize, right: usize) -> (Vec<Bar>, f64) {
    let (cells, other) = (fields.cells(left), fields.cells(right));
    let of = pattern::between(fields, cells, other);
    let parts = model.parts(cells, other, of);
    let mut bars = vec![Bar {
        name: "prior".into(),
        values: None,
        level: "before anything is compared".into(),
        bits: parts.prior,
    }];
    for (at, field) in fields.fields.iter().enumerate() {
        let value = |cell: u32| field.dictionary.values.get(cell).to_owned();
        let level = pattern::level(of, at);
        let name = level.and_then(|level| model.fields[at].levels.get(level).cloned());
        bars.push(Bar {
            name: field.name.clone(),
            values: Some((value(cells[at]), value(other[at]))),
            level: name.unwrap_or_else(|| "not known on one side".into()),
            bits: parts.fields[at].unwrap_or(0.0),
        });
        if parts.rarity[at].abs() > 1e-9 {
            bars.push(Bar {
                name: format!("{} (rarity)", field.name),
                values: None,
                level: if parts.rarity[at] > 0.0 { "a rare value" } else { "a common value" }.into(),
                bits: parts.rarity[at],
            });
        }
    }
    bars.extend(taken_off(&parts));
    (bars, parts.bits())
}

fn taken_off(parts: &Parts) -> Vec<Bar> {
    let bar = |name: &str, level: &str, bits: f64| Bar {
        name: name.into(),
        values: None,
        level: level.into(),
        bits,
    };
    let mut bars = Vec::new();
    if parts.together.abs() > 1e-9 {
        bars.push(bar("counted twice", "these columns agree together among strangers too", parts.together));
    }
    if parts.others.abs() > 1e-9 {
        bars.push(bar(
            "household, namesakes",
            "two people who share a home or a name agree so, too",
            parts.others,
        ));
    }
    if parts.namesakes.abs() > 1e-9 {
        bars.push(bar(
            "namesakes",
            "a name, what is made of it and what many share say no more",
            parts.namesakes,
        ));
    }
    bars
}

/// What can be said without labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Estimate {
    /// Precision of pairs within clusters, by the model's own probabilities; none where there is no link.
    pub precision: Option<f64>,
    /// Recall among the pairs that were looked at; none where there is no link.
    pub recall: Option<f64>,
    /// Share of matches that no blocking rule finds, estimated; a lower bound, since rules are not independent.
    pub missed_by_blocking: Option<f64>,
    /// Clusters by size: size, how many.
    pub sizes: Vec<(usize, usize)>,
    /// Records too poor to be linked even to a copy of themselves.
    pub unlinkable: usize,
}

/// Estimates from the model's own probabilities. Two of one entity that say little of each other are one as surely as the weakest link
/// between them, less what they say against it.
#[must_use]
pub fn estimate(linked: &Linked) -> Estimate {
    let (mut inside, mut right, mut all) = (0.0f64, 0.0f64, 0.0f64);
    let mut links: Vec<Edge> = Vec::new();
    for edge in &linked.edges {
        if linked.entities[edge.left as usize] == linked.entities[edge.right as usize] {
            links.push(*edge);
        } else {
            all += model::probability(edge.bits);
        }
    }
    let known = Known::new(&linked.edges, linked.entities.len());
    links.sort_by(|a, b| b.bits.total_cmp(&a.bits).then((a.left, a.right).cmp(&(b.left, b.right))));
    // A list of one is made when it is joined.
    let mut groups: Vec<Vec<u32>> = vec![Vec::new(); linked.entities.len()];
    let mut group_of: Vec<usize> = (0..linked.entities.len()).collect();
    for link in links {
        let (one, other) = (group_of[link.left as usize], group_of[link.right as usize]);
        if one == other {
            continue;
        }
        let mut moved = std::mem::take(&mut groups[other]);
        for (group, node) in [(&mut groups[one], link.left), (&mut moved, link.right)] {
            if group.is_empty() {
                group.push(node);
            }
        }
        for left in &groups[one] {
            for node in &moved {
                inside += 1.0;
                right += through(linked, &known, *left, *node, link.bits);
            }
        }
        moved.iter().for_each(|node| group_of[*node as usize] = one);
        groups[one].extend(moved);
    }
    // Where copies are all that is linked, they are what is judged.
    if inside == 0.0 {
        for node in (0..linked.entities.len()).filter(|node| linked.fields.rows(*node).len() > 1) {
            if let Some(bits) = linked.copy_bits(node) {
                inside += 1.0;
                right += model::probability(bits);
            }
        }
    }
    all += right;
    let share = |part: f64, whole: f64| (inside > 0.0 && whole > 0.0).then(|| part / whole);
    Estimate {
        precision: share(right, inside),
        recall: share(right, all),
        missed_by_blocking: linked.missed,
        sizes: sizes(&linked.clusters_of_rows()),
        unlinkable: linked.unlinkable().len(),
    }
}

/// Probability that two nodes are one, where the weakest link between them weighs so many bits.
fn through(linked: &Linked, known: &Known<'_>, a: u32, b: u32, weakest: f64) -> f64 {
    let (left, right) = (a.min(b), a.max(b));
    let weigh = || {
        let of = pattern::pattern(&linked.fields, left, right);
        let cells = |node: u32| linked.fields.cells(node as usize);
        linked.model.bits(cells(left), cells(right), of)
    };
    let bits = known.bits(left, right).unwrap_or_else(weigh);
    let against = (bits - linked.model.prior_bits()).min(0.0);
    model::probability(bits.max(weakest + against))
}

/// Clusters by size.
#[must_use]
pub fn sizes(clusters: &[u32]) -> Vec<(usize, usize)> {
    let mut members = vec![0usize; clusters.len()];
    for cluster in clusters {
        members[*cluster as usize] += 1;
    }
    let mut by_size = std::collections::BTreeMap::new();
    for size in members.into_iter().filter(|size| *size > 0) {
        *by_size.entry(size).or_insert(0) += 1;
    }
    by_size.into_iter().collect()
}
