//! A model that stands still: what was learnt once, kept as bytes, and put to any few records.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::coding::{Reader, damaged, put, put_bytes};
use crate::compare::WordCounts;
use crate::config::Config;
use crate::fields::{self, Dictionary, Field, Fields};
use crate::hash;
use crate::key::{self, KeyText, Part};
use crate::model::Model;
use crate::pattern;
use crate::propose;
use crate::table::something;
use crate::texts::Texts;
use crate::{Error, Result, Table};

/// Records for which keys are chosen: of few, ten times as many, at least so many, for an index grows; from so many on, those there are.
/// Keys for a million miss what keys for ten thousand find, so an index that has grown several times over is built anew.
const GROWTH: usize = 10;
const EXPECTED: std::ops::Range<usize> = 30_000..1_000_000;

/// Records that may share a key before nobody is looked up by it, where the configuration says nothing.
const LIMIT: u32 = 100;

/// What was learnt, but for the tables of rare values and words.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Learnt {
    config: Config,
    model: Model,
    threshold_bits: f64,
    limit: u32,
    records: usize,
}

/// Keys of one rule.
struct Rule {
    name: String,
    parts: Vec<(Part, Vec<usize>)>,
}

/// A model that stands still.
pub struct Scorer {
    learnt: Learnt,
    bytes: Vec<u8>,
    /// By field: what the rarity of a value adds, by hash of the value, and for a value that is not in the table.
    rarity: Vec<Option<(hash::Map<u64, f32>, f32)>>,
    words: Vec<Option<WordCounts>>,
    rules: Vec<Rule>,
    sisters: Vec<Option<usize>>,
    /// Which dictionary each field reads.
    dictionary_of: Vec<usize>,
}

/// Some records made ready to be compared with each other.
pub struct Local {
    /// Their values.
    pub fields: Fields,
    /// The model over these values.
    pub model: Model,
}

impl Local {
    /// Bits of two of the records. The lower place goes first, so that both ways round give the same.
    #[must_use]
    pub fn bits(&self, a: usize, b: usize) -> f64 {
        let (left, right) = (self.fields.cells(a.min(b)), self.fields.cells(a.max(b)));
        self.model.bits(left, right, pattern::between(&self.fields, left, right))
    }
}

/// Learns from the records of a table and writes down what was learnt; `expected` is how many records there will be.
///
/// # Errors
/// When the configuration does not fit.
pub fn learn(table: &Table, config: &Config, expected: usize) -> Result<Vec<u8>> {
    if config.link.within_files == Some(false) {
        let what = "within_files = false: an index keeps no files apart\nhint: leave it out; --tenant keeps records apart";
        return Err(Error::Configuration(what.into()));
    }
    let linked = crate::link(table, config)?;
    let mut config = config.clone();
    let grown = expected.saturating_mul(GROWTH).clamp(EXPECTED.start, EXPECTED.end);
    let mut expected = expected.max(grown);
    while config.block.is_empty() && expected > linked.fields.nodes() {
        // Of few records each chance agreement stands for very many: then less is expected.
        config.block = propose::propose_for(&linked.fields, &config, expected, Some(&linked.entities))?;
        expected /= 4;
    }
    if config.block.is_empty() {
        return Err(Error::Input(
            "no key can be made by which records would be looked up\nhint: add [[block]] to the configuration".into(),
        ));
    }
    let learnt = Learnt {
        limit: config.link.block_size.unwrap_or(LIMIT),
        model: linked.model.clone(),
        // where nothing is one, no bits are enough
        threshold_bits: linked.threshold_bits().min(f64::MAX),
        records: table.len(),
        config,
    };
    let mut out = Vec::new();
    let text = serde_json::to_vec(&learnt).map_err(|cause| Error::Index(cause.to_string()))?;
    // JSON has no word for what is no number
    if serde_json::from_slice::<Learnt>(&text).is_err() {
        let what = "these records teach no model that says anything\nhint: more records, or other fields";
        return Err(Error::Input(what.into()));
    }
    put_bytes(&mut out, &text);
    for (at, field) in linked.fields.fields.iter().enumerate() {
        put_rarity(&mut out, &field.dictionary.values, linked.model.rarity(at));
        let counts = field.kind.weighs_words().then(|| WordCounts::new(&field.dictionary.values));
        put_words(&mut out, counts.as_ref());
    }
    Ok(out)
}

fn put_rarity(out: &mut Vec<u8>, values: &Texts, rarity: Option<&[f32]>) {
    let Some((other, rarity)) = rarity.and_then(|all| Some((*all.first()?, all))) else {
        put(out, 0);
        return;
    };
    let mut known: Vec<(u64, f32)> = (1u32..)
        .zip(rarity.iter().skip(1))
        .filter(|(_, bits)| bits.to_bits() != other.to_bits())
        .map(|(value, bits)| (hash::bytes(values.get(value).as_bytes()), *bits))
        .collect();
    known.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    put(out, known.len() as u64 + 1);
    out.extend(other.to_bits().to_le_bytes());
    for (value, bits) in known {
        out.extend(value.to_le_bytes());
        out.extend(bits.to_bits().to_le_bytes());
    }
}

fn put_words(out: &mut Vec<u8>, counts: Option<&WordCounts>) {
    let Some(counts) = counts else {
        put(out, 0);
        return;
    };
    put(out, counts.texts + 1);
    let mut known: Vec<(u64, u32)> = counts.counts.iter().map(|(word, count)| (*word, *count)).collect();
    known.sort_unstable();
    put(out, known.len() as u64);
    for (word, count) in known {
        out.extend(word.to_le_bytes());
        put(out, u64::from(count));
    }
}

impl Scorer {
    /// Reads what [`learn`] wrote.
    ///
    /// # Errors
    /// When the bytes are damaged.
    pub fn read(bytes: Vec<u8>) -> Result<Self> {
        let mut reader = Reader::new(&bytes);
        let learnt: Learnt = serde_json::from_slice(reader.bytes()?).map_err(|_| damaged())?;
        let (mut rarity, mut words) = (Vec::new(), Vec::new());
        for _ in &learnt.config.compare {
            rarity.push(match reader.number()? {
                0 => None,
                count => {
                    let other = f32::from_bits(u32::from_le_bytes(reader.fixed()?));
                    let mut known = hash::Map::default();
                    for _ in 1..count {
                        let value = u64::from_le_bytes(reader.fixed()?);
                        known.insert(value, f32::from_bits(u32::from_le_bytes(reader.fixed()?)));
                    }
                    Some((known, other))
                }
            });
            words.push(match reader.number()? {
                0 => None,
                texts => {
                    let mut counts = WordCounts { texts: texts - 1, ..WordCounts::default() };
                    for _ in 0..reader.number()? {
                        counts.counts.insert(u64::from_le_bytes(reader.fixed()?), reader.small()?);
                    }
                    Some(counts)
                }
            });
        }
        let rules = rules(&learnt.config)?;
        let sisters = fields::sisters(&learnt.config);
        let mut dictionary_of: Vec<usize> = Vec::new();
        let mut names = None;
        for comparison in &learnt.config.compare {
            let next = dictionary_of.iter().max().map_or(0, |last| last + 1);
            let at = if comparison.kind.is_name_part() { *names.get_or_insert(next) } else { next };
            dictionary_of.push(at);
        }
        Ok(Self { learnt, rarity, words, rules, sisters, dictionary_of, bytes })
    }

    /// What [`learn`] wrote.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Names the model: another model weighs otherwise.
    #[must_use]
    pub fn version(&self) -> String {
        format!("{:016x}", hash::bytes(&self.bytes))
    }

    /// What is compared, and by which keys records are looked up.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.learnt.config
    }

    /// Bits from which two records are one.
    #[must_use]
    pub fn threshold_bits(&self) -> f64 {
        self.learnt.threshold_bits
    }

    /// Most records that may share a key.
    #[must_use]
    pub fn limit(&self) -> u64 {
        u64::from(self.learnt.limit)
    }

    /// Records that it learnt from.
    #[must_use]
    pub fn records(&self) -> usize {
        self.learnt.records
    }

    /// The name of a rule.
    #[must_use]
    pub fn rule(&self, rule: u16) -> &str {
        self.rules.get(rule as usize).map_or("", |rule| rule.name.as_str())
    }

    /// Values in normal form, one a comparison, of a record that gives a text for each column.
    #[must_use]
    pub fn normal(&self, cell: &dyn Fn(&str) -> String) -> Vec<String> {
        let of = |comparison: &crate::config::Comparison| {
            let cells: Vec<String> = comparison.columns.iter().map(|name| cell(name)).collect();
            let parts: Vec<&str> =
                cells.iter().map(|cell| something(cell)).filter(|part| !part.is_empty()).collect();
            comparison.kind.normalise(&parts.join(" "))
        };
        self.learnt.config.compare.iter().map(of).collect()
    }

    /// Makes some records ready to be compared; each gives one value in normal form a comparison.
    #[must_use]
    pub fn local(&self, rows: &[Vec<&str>]) -> Local {
        let compare = &self.learnt.config.compare;
        let count = self.dictionary_of.iter().max().map_or(0, |last| last + 1);
        let mut values: Vec<Texts> = (0..count).map(|_| Texts::new()).collect();
        let mut cells = Vec::with_capacity(rows.len() * compare.len());
        for row in rows {
            for (at, of) in self.dictionary_of.iter().enumerate() {
                cells.push(values[*of].intern(row.get(at).copied().unwrap_or_default()));
            }
        }
        let dictionaries: Vec<Arc<Dictionary>> = values
            .into_iter()
            .enumerate()
            .map(|(number, values)| {
                let at = self.dictionary_of.iter().position(|of| *of == number).unwrap_or_default();
                let compare = compare[at].kind.prepare(&values, self.words[at].as_ref());
                Arc::new(Dictionary { values, compare })
            })
            .collect();
        let mut rarity = Vec::with_capacity(compare.len());
        let mut fields = Vec::with_capacity(compare.len());
        for (at, comparison) in compare.iter().enumerate() {
            let dictionary = &dictionaries[self.dictionary_of[at]];
            let levels = dictionary.compare.levels().len();
            fields.push(Field {
                name: comparison.name(),
                kind: comparison.kind,
                dictionary: Arc::clone(dictionary),
                sister: self.sisters[at],
                term_frequency: comparison.term_frequency.unwrap_or(true),
                top: u8::try_from(levels.saturating_sub(1)).unwrap_or(u8::MAX),
            });
            rarity.push(self.rarity[at].as_ref().map(|(known, other)| {
                let of = |value: u32| {
                    let hashed = hash::bytes(dictionary.values.get(value).as_bytes());
                    known.get(&hashed).copied().unwrap_or(*other)
                };
                (0..u32::try_from(dictionary.values.len()).unwrap_or(u32::MAX)).map(of).collect()
            }));
        }
        Local { fields: Fields::of_nodes(fields, cells), model: self.learnt.model.over(rarity) }
    }

    /// Keys by which a record of a tenant is looked up, with the rule of each, sorted. Tenants have no key in common.
    #[must_use]
    pub fn keys(&self, tenant: &str, values: &[&str]) -> Vec<(u32, u16)> {
        let tenant = hash::bytes(tenant.as_bytes());
        let mut out = Vec::new();
        for (number, rule) in (0u16..).zip(&self.rules) {
            let mut states = vec![hash::mix(tenant, u64::from(number))];
            for (part, columns) in &rule.parts {
                let keys = self.part(*part, columns, values);
                states =
                    states.iter().flat_map(|state| keys.iter().map(|key| hash::mix(*state, *key))).collect();
            }
            out.extend(states.into_iter().map(|state| (fold(state), number)));
        }
        out.sort_unstable();
        out.dedup_by_key(|(key, _)| *key);
        out
    }

    fn part(&self, part: Part, columns: &[usize], values: &[&str]) -> Vec<u64> {
        let value = |at: &usize| values.get(*at).copied().unwrap_or_default();
        let Some(first) = columns.first() else { return Vec::new() };
        let text = value(first);
        let mut keys = match part {
            Part::Any => {
                columns.iter().map(value).filter(|text| !text.is_empty()).map(key::whole_of).collect()
            }
            Part::Sorted => {
                let mut all: Vec<u64> = columns.iter().map(|at| key::whole_of(value(at))).collect();
                all.sort_unstable();
                let is_whole = columns.iter().all(|at| !value(at).is_empty());
                if is_whole { vec![all.into_iter().fold(7, hash::mix)] } else { Vec::new() }
            }
            _ if text.is_empty() => Vec::new(),
            Part::MinHash => key::bands(text),
            Part::Tokens => {
                let none = WordCounts::default();
                key::rare_words(text, self.words[*first].as_ref().unwrap_or(&none))
            }
            part => vec![key::single_of(self.learnt.config.compare[*first].kind, text, part)],
        };
        keys.retain(|key| *key != 0);
        keys.sort_unstable();
        keys.dedup();
        keys
    }
}

/// 32 bits of a hash; a record that shares them by chance is looked at, and found to be another.
pub(super) fn fold(hashed: u64) -> u32 {
    #[expect(clippy::cast_possible_truncation, reason = "half of it is meant")]
    let half = (hashed ^ (hashed >> 32)) as u32;
    half
}

fn rules(config: &Config) -> Result<Vec<Rule>> {
    let field = |name: &String| {
        let is = |column: &String| column.trim().eq_ignore_ascii_case(name.trim());
        let at = config.compare.iter().position(|comparison| comparison.columns.iter().any(is));
        at.ok_or_else(|| Error::Configuration(format!("key: {name:?} is not compared")))
    };
    let mut out = Vec::new();
    for block in &config.block {
        let mut parts = Vec::new();
        for text in &block.keys {
            let key = KeyText::parse(text)?;
            parts.push((key.part, key.columns.iter().map(field).collect::<Result<Vec<usize>>>()?));
        }
        out.push(Rule { name: block.keys.join(", "), parts });
    }
    Ok(out)
}
