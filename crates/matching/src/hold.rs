//! What holds a cluster together: its links, those that alone join two parts, and where it would fall apart.

use std::fmt::Write as _;

use serde::Serialize;

use crate::cluster::Forest;
use crate::link::Linked;
use crate::{model, pattern};

/// Records of which every pair is compared; of a larger cluster the links that were found.
const ALL_PAIRS: usize = 400;
/// Links that are written out.
const SHOWN: usize = 200;

/// A link of two records.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Link {
    /// One record.
    pub left: String,
    /// The other.
    pub right: String,
    /// What speaks for it, bits.
    pub bits: f64,
    /// Probability.
    pub probability: f64,
}

/// A link, or what is no stronger, without which a cluster falls apart.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Break {
    /// The link that goes last.
    pub link: Link,
    /// Records of each part that is left.
    pub parts: Vec<Vec<String>>,
}

/// A cluster explained.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cluster {
    /// Its records; copies stand together.
    pub records: Vec<String>,
    /// Links of records that differ, the strongest first.
    pub links: Vec<Link>,
    /// Pairs of records that differ and are no links by themselves.
    pub unlinked: usize,
    /// Links that alone join two parts.
    pub bridges: Vec<Break>,
    /// Where it is weakest: without this link, and those that are no stronger, it falls apart.
    pub weakest: Option<Break>,
}

/// What holds the cluster of a row together; `name` says what a row is called.
#[must_use]
pub fn cluster(linked: &Linked, row: usize, name: &dyn Fn(u32) -> String) -> Cluster {
    let clusters = linked.clusters_of_rows();
    let rows: Vec<u32> =
        (0u32..).zip(&clusters).filter(|(_, of)| **of == clusters[row]).map(|(at, _)| at).collect();
    let of_rows = linked.fields.node_of_rows();
    let mut nodes: Vec<u32> = rows.iter().map(|row| of_rows[*row as usize]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let called = |node: u32| {
        let first = rows.iter().find(|row| of_rows[**row as usize] == node);
        first.map_or_else(String::new, |row| name(*row))
    };
    let threshold = linked.threshold_bits();
    let mut edges = weighed(linked, &nodes);
    let all = nodes.len() * nodes.len().saturating_sub(1) / 2;
    edges.retain(|(_, _, bits)| *bits >= threshold);
    edges.sort_by(|a, b| b.2.total_cmp(&a.2).then((a.0, a.1).cmp(&(b.0, b.1))));
    let link = |(a, b, bits): (usize, usize, f64)| Link {
        left: called(nodes[a]),
        right: called(nodes[b]),
        bits,
        probability: model::stated(bits),
    };
    let parts = |left: &dyn Fn(usize) -> bool| -> Vec<Vec<String>> {
        let mut forest = Forest::new(u32::try_from(nodes.len()).unwrap_or(u32::MAX));
        let small = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        let kept = edges.iter().enumerate().filter(|(at, _)| left(*at));
        kept.for_each(|(_, (a, b, _))| forest.join(small(*a), small(*b)));
        let groups = forest.groups();
        groups.iter().map(|group| group.iter().map(|at| called(nodes[*at as usize])).collect()).collect()
    };
    // Only what a tree of the strongest links needs can be what joins two parts.
    let mut forest = Forest::new(u32::try_from(nodes.len()).unwrap_or(u32::MAX));
    let mut tree = Vec::new();
    for (at, (a, b, _)) in edges.iter().enumerate() {
        let (a, b) = (u32::try_from(*a).unwrap_or(u32::MAX), u32::try_from(*b).unwrap_or(u32::MAX));
        if forest.root(a) != forest.root(b) {
            forest.join(a, b);
            tree.push(at);
        }
    }
    let whole = parts(&|_| true).len();
    let bridges = tree.iter().filter_map(|at| {
        let parts = parts(&|other| other != *at);
        (parts.len() > whole).then(|| Break { link: link(edges[*at]), parts })
    });
    let bridges: Vec<Break> = bridges.collect();
    let weakest = tree.last().map(|at| Break { link: link(edges[*at]), parts: parts(&|other| other < *at) });
    Cluster {
        records: rows.iter().map(|row| name(*row)).collect(),
        unlinked: all.saturating_sub(edges.len()),
        links: edges.iter().map(|edge| link(*edge)).collect(),
        bridges,
        weakest,
    }
}

/// Weights between nodes, by their places.
fn weighed(linked: &Linked, nodes: &[u32]) -> Vec<(usize, usize, f64)> {
    if nodes.len() > ALL_PAIRS {
        let place = |node: u32| nodes.binary_search(&node).ok();
        let found =
            linked.edges.iter().filter_map(|edge| Some((place(edge.left)?, place(edge.right)?, edge.bits)));
        return found.collect();
    }
    let mut out = Vec::new();
    for (a, left) in nodes.iter().enumerate() {
        for (b, right) in nodes.iter().enumerate().skip(a + 1) {
            if linked.fields.may_meet(*left as usize, *right as usize) {
                let cells = |node: u32| linked.fields.cells(node as usize);
                let of = pattern::pattern(&linked.fields, *left, *right);
                out.push((a, b, linked.model.bits(cells(*left), cells(*right), of)));
            }
        }
    }
    out
}

impl Cluster {
    /// As a text.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = format!("{} records: {}\n", self.records.len(), listed(&self.records));
        let _ =
            writeln!(out, "{} links, {} pairs that are none by themselves", self.links.len(), self.unlinked);
        for link in self.links.iter().take(SHOWN) {
            let _ = writeln!(
                out,
                "  {:>8.2} bits  {:.4}  {} | {}",
                link.bits, link.probability, link.left, link.right
            );
        }
        if self.links.len() > SHOWN {
            let _ = writeln!(out, "  and {} more", self.links.len() - SHOWN);
        }
        for bridge in &self.bridges {
            let _ = writeln!(
                out,
                "bridge {} | {}: without it {}",
                bridge.link.left,
                bridge.link.right,
                split(bridge)
            );
        }
        match &self.weakest {
            Some(weakest) if self.bridges.is_empty() => {
                let _ = writeln!(
                    out,
                    "no bridge: no single link holds it together; weakest at {:.2} bits ({} | {}): without what is no stronger {}",
                    weakest.link.bits,
                    weakest.link.left,
                    weakest.link.right,
                    split(weakest)
                );
            }
            Some(_) => {}
            None => out.push_str("nothing to cut: its records do not differ in what is compared\n"),
        }
        out
    }
}

fn split(of: &Break) -> String {
    of.parts.iter().map(|part| format!("{{{}}}", listed(part))).collect::<Vec<String>>().join(" and ")
}

fn listed(names: &[String]) -> String {
    let shown = names.iter().take(20).map(String::as_str).collect::<Vec<&str>>().join(", ");
    if names.len() > 20 { format!("{shown} and {} more", names.len() - 20) } else { shown }
}
