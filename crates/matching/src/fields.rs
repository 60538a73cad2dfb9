//! Columns made ready: normal forms, distinct values with their comparison, and records that agree in all of it as one node.

use std::sync::Arc;

use rayon::prelude::*;

use crate::compare::{Compare, Kind};
use crate::config::{Comparison, Config};
use crate::hash;
use crate::table::Column;
use crate::texts::Texts;
use crate::{Result, Table};

/// Distinct values of one or more columns and how they are compared.
pub struct Dictionary {
    /// In normal form.
    pub values: Texts,
    /// How far two of them agree.
    pub compare: Box<dyn Compare>,
}

/// One comparison, made ready.
#[derive(Clone)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// Its distinct values.
    pub dictionary: Arc<Dictionary>,
    /// The field that holds the other part of the name, where the two may have been swapped.
    pub sister: Option<usize>,
    /// Whether agreement on a rare value weighs more.
    pub term_frequency: bool,
    /// Level of equal values.
    pub top: u8,
}

/// All comparisons over all records.
pub struct Fields {
    /// One a comparison.
    pub fields: Vec<Field>,
    /// Values of each node, node by node.
    cells: Vec<u32>,
    /// File of each node, where files are kept apart.
    files: Option<Vec<u16>>,
    /// Rows of each node: places in `rows`.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl Fields {
    /// Makes the columns of a configuration ready.
    ///
    /// # Errors
    /// When the configuration does not fit the table.
    pub fn new(table: &Table, config: &Config) -> Result<Self> {
        config.check(table)?;
        let mut columns: Vec<Vec<u32>> = Vec::new();
        let mut dictionaries: Vec<Texts> = Vec::new();
        let mut of: Vec<usize> = Vec::new();
        let mut names: Option<usize> = None;
        for comparison in &config.compare {
            // Parts of names share one dictionary, so that a swapped one is found by its number.
            let shared = comparison.kind.is_name_part();
            let at = match names.filter(|_| shared) {
                Some(at) => at,
                None => {
                    dictionaries.push(Texts::new());
                    dictionaries.len() - 1
                }
            };
            if shared {
                names = Some(at);
            }
            of.push(at);
            columns.push(read(table, comparison, &mut dictionaries[at]));
        }
        let kinds: Vec<Kind> = (0..dictionaries.len())
            .map(|at| {
                of.iter()
                    .position(|other| *other == at)
                    .map_or(Kind::Word, |field| config.compare[field].kind)
            })
            .collect();
        let dictionaries: Vec<Arc<Dictionary>> = dictionaries
            .into_par_iter()
            .zip(kinds)
            .map(|(mut values, kind)| {
                values.seal();
                Arc::new(Dictionary { compare: kind.prepare(&values, None), values })
            })
            .collect();
        let sisters = sisters(config);
        let fields = config.compare.iter().enumerate().map(|(at, comparison)| {
            let dictionary = Arc::clone(&dictionaries[of[at]]);
            let levels = dictionary.compare.levels().len();
            Field {
                name: comparison.name(),
                kind: comparison.kind,
                sister: sisters[at],
                term_frequency: comparison.term_frequency.unwrap_or(true),
                top: u8::try_from(levels.saturating_sub(1)).unwrap_or(u8::MAX),
                dictionary,
            }
        });
        let fields: Vec<Field> = fields.collect();
        let apart = config.link.within_files == Some(false);
        Ok(Self::collapse(fields, &columns, table, apart))
    }

    /// Of records that are in normal form already, one a node, in their order.
    #[must_use]
    pub(crate) fn of_nodes(fields: Vec<Field>, cells: Vec<u32>) -> Self {
        let nodes = u32::try_from(cells.len() / fields.len().max(1)).unwrap_or(u32::MAX);
        Self { fields, cells, files: None, starts: (0..=nodes).collect(), rows: (0..nodes).collect() }
    }

    /// Joins rows that agree in every value.
    fn collapse(fields: Vec<Field>, columns: &[Vec<u32>], table: &Table, apart: bool) -> Self {
        let width = fields.len();
        let file = |row: usize| if apart { u16::try_from(table.file(row)).unwrap_or(u16::MAX) } else { 0 };
        let mut order: Vec<(u64, u32)> = (0..table.len())
            .into_par_iter()
            .map(|row| {
                let start = u64::from(file(row));
                let hashed =
                    columns.iter().fold(start, |state, column| hash::mix(state, u64::from(column[row])));
                (hashed, u32::try_from(row).unwrap_or(u32::MAX))
            })
            .collect();
        order.par_sort_unstable();
        let same =
            |a: usize, b: usize| file(a) == file(b) && columns.iter().all(|column| column[a] == column[b]);
        let mut groups: Vec<(u32, u32, u32)> = Vec::new();
        let mut from = 0;
        for at in 1..=order.len() {
            let ends = order.get(at).is_none_or(|(hashed, row)| {
                *hashed != order[from].0 || !same(*row as usize, order[from].1 as usize)
            });
            if ends && at > from {
                #[expect(clippy::cast_possible_truncation, reason = "rows are counted in 32 bits")]
                groups.push((order[from].1, from as u32, at as u32));
                from = at;
            }
        }
        // Nodes in the order of their first rows, which is that of content.
        groups.par_sort_unstable();
        let mut cells = Vec::with_capacity(groups.len() * width);
        let (mut starts, mut rows) = (vec![0], Vec::with_capacity(table.len()));
        for (first, from, to) in &groups {
            cells.extend(columns.iter().map(|column| column[*first as usize]));
            rows.extend(order[*from as usize..*to as usize].iter().map(|(_, row)| *row));
            starts.push(u32::try_from(rows.len()).unwrap_or(u32::MAX));
        }
        let files = apart.then(|| groups.iter().map(|(first, ..)| file(*first as usize)).collect());
        Self { fields, cells, files, starts, rows }
    }

    /// Nodes: records that differ in something.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.starts.len() - 1
    }

    /// Values of a node, one a field.
    #[must_use]
    #[inline]
    pub fn cells(&self, node: usize) -> &[u32] {
        &self.cells[node * self.fields.len()..][..self.fields.len()]
    }

    /// Rows of a node.
    #[must_use]
    pub fn rows(&self, node: usize) -> &[u32] {
        &self.rows[self.starts[node] as usize..self.starts[node + 1] as usize]
    }

    /// The first nodes by themselves: a fair sample, since their order is that of a hash of their content.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.nodes());
        let rows = self.starts[count] as usize;
        Self {
            fields: self.fields.clone(),
            cells: self.cells[..count * self.fields.len()].to_vec(),
            files: self.files.as_ref().map(|files| files[..count].to_vec()),
            starts: self.starts[..=count].to_vec(),
            rows: self.rows[..rows].to_vec(),
        }
    }

    /// Share of nodes with a value in a field.
    #[must_use]
    pub fn filled(&self, field: usize) -> f64 {
        let filled = (0..self.nodes()).filter(|node| self.cells(*node)[field] > 0).count();
        #[expect(clippy::cast_precision_loss, reason = "a share")]
        let share = filled as f64 / self.nodes().max(1) as f64;
        share
    }

    /// The node of each row.
    #[must_use]
    pub fn node_of_rows(&self) -> Vec<u32> {
        let mut nodes = vec![0; self.rows.len()];
        for node in 0..self.nodes() {
            for row in self.rows(node) {
                nodes[*row as usize] = u32::try_from(node).unwrap_or(u32::MAX);
            }
        }
        nodes
    }

    /// File of each node, where pairs within a file are not looked at.
    #[must_use]
    pub fn files(&self) -> Option<&[u16]> {
        self.files.as_deref()
    }

    /// Whether two nodes may be one at all.
    #[must_use]
    #[inline]
    pub fn may_meet(&self, a: usize, b: usize) -> bool {
        self.files.as_ref().is_none_or(|files| files[a] != files[b])
    }

    /// The field of a column.
    #[must_use]
    pub fn field(&self, column: &str) -> Option<usize> {
        let wanted = column.trim();
        self.fields
            .iter()
            .position(|field| field.name.split(" + ").any(|name| name.eq_ignore_ascii_case(wanted)))
    }
}

/// Values of a comparison's columns in normal form, as numbers of a dictionary.
fn read(table: &Table, comparison: &Comparison, dictionary: &mut Texts) -> Vec<u32> {
    let columns: Vec<usize> = comparison.columns.iter().filter_map(|name| table.column(name)).collect();
    let columns: Vec<&crate::table::Column> = columns.iter().map(|at| &table.columns()[*at]).collect();
    if let [column] = columns.as_slice() {
        let normal = |value: usize| {
            let text = column.values.get(u32::try_from(value).unwrap_or(u32::MAX));
            comparison.kind.normalise(text)
        };
        let numbers = numbered(column.values.len(), &normal, dictionary);
        return column.cells.iter().map(|cell| numbers[*cell as usize]).collect();
    }
    let joined = |row: usize| {
        let parts =
            columns.iter().map(|column| column.values.get(column.cells[row])).filter(|part| !part.is_empty());
        comparison.kind.normalise(&parts.collect::<Vec<&str>>().join(" "))
    };
    numbered(table.len(), &joined, dictionary)
}

/// Texts that are made and then numbered together.
const TOGETHER: usize = 2048;

/// Numbers of so many texts in order.
fn numbered(count: usize, text: &(impl Fn(usize) -> String + Sync), dictionary: &mut Texts) -> Vec<u32> {
    let part = |part: usize| {
        let (mut all, mut ends) = (String::new(), vec![0]);
        for at in part * TOGETHER..count.min((part + 1) * TOGETHER) {
            all.push_str(&text(at));
            ends.push(all.len());
        }
        (all, ends)
    };
    let parts: Vec<(String, Vec<usize>)> = (0..count.div_ceil(TOGETHER)).into_par_iter().map(part).collect();
    let mut numbers = Vec::with_capacity(count);
    for (all, ends) in parts {
        dictionary.intern_all(ends.windows(2).map(|ends| &all[ends[0]..ends[1]]), &mut numbers);
    }
    numbers
}

/// Columns of which hardly any value reads as what the configuration says: the comparison's name, its kind, values, and how many read.
#[must_use]
pub fn unread(table: &Table, config: &Config) -> Vec<(String, Kind, usize, usize)> {
    let one = |comparison: &Comparison| {
        let reads: fn(&str) -> bool = match comparison.kind {
            Kind::Date => |text| crate::compare::parse_date(text).is_some(),
            Kind::Number | Kind::Year => |text| crate::compare::parse_number(text).is_some(),
            Kind::Email => |text| text.contains('@'),
            Kind::Phone => |text| text.bytes().filter(u8::is_ascii_digit).count() >= 4,
            _ => return None,
        };
        let columns: Vec<&Column> = comparison
            .columns
            .iter()
            .filter_map(|name| table.column(name))
            .map(|at| &table.columns()[at])
            .collect();
        let texts = (0..table.len()).map(|row| {
            let parts = columns.iter().map(|column| column.values.get(column.cells[row]));
            parts.filter(|part| !part.is_empty()).collect::<Vec<&str>>().join(" ")
        });
        let (mut filled, mut read) = (0usize, 0usize);
        for text in texts.filter(|text| !text.is_empty()) {
            filled += 1;
            read += usize::from(reads(&text));
        }
        (filled > 0 && read * 10 < filled).then(|| (comparison.name(), comparison.kind, filled, read))
    };
    config.compare.iter().filter_map(one).collect()
}

/// The surname of each given name and the other way round, where there is one of each.
pub(crate) fn sisters(config: &Config) -> Vec<Option<usize>> {
    let of = |kind: Kind| config.compare.iter().position(|comparison| comparison.kind == kind);
    let mut out = vec![None; config.compare.len()];
    if let (Some(given), Some(family)) = (of(Kind::GivenName), of(Kind::Surname)) {
        out[given] = Some(family);
        out[family] = Some(given);
    }
    out
}
