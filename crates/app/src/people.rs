//! Assessments as the JSON shape that leaves `check`: one person, what was found, what could not be looked at.

use std::collections::{BTreeMap, BTreeSet};

use evidence::Catalogue;
use lake::{Lake, rows};
use model::derived::applicant_id;
use scoring::{Assessment, WeighedEvidence};

use crate::error::Result;
use crate::judge::Judged;
use crate::report::{Finding, Person, SCHEMA_VERSION};

/// Everybody assessed, most probable first.
pub async fn list(lake: &Lake, catalogue: &Catalogue, judged: &Judged) -> Result<Vec<Person>> {
    let emails = emails(lake).await?;
    let texts = Texts::new(catalogue)?;
    Ok(judged
        .report
        .assessments
        .iter()
        .map(|one| person(one, emails.get(&one.subject).cloned(), catalogue, &texts, judged))
        .collect())
}

/// One of them.
pub async fn one(lake: &Lake, catalogue: &Catalogue, judged: &Judged, one: &Assessment) -> Result<Person> {
    let email = emails(lake).await?.remove(&one.subject);
    Ok(person(one, email, catalogue, &Texts::new(catalogue)?, judged))
}

/// Clear e-mail addresses by roster id. The list must name people as the company knows them, so this is one of the
/// few places that may ask the vault.
async fn emails(lake: &Lake) -> Result<BTreeMap<String, String>> {
    let vault = lake.vault().await?;
    let mut out = BTreeMap::new();
    for batch in lake.query("SELECT worker_id, email FROM worker WHERE email IS NOT NULL").await? {
        for (worker, token) in rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1)) {
            if let (Some(worker), Some(token)) = (worker, token)
                && let Some(clear) = vault.reveal(&token)?
            {
                out.insert(worker, clear);
            }
        }
    }
    Ok(out)
}

/// Texts of innocent explanations by indicator.
struct Texts(BTreeMap<String, Vec<String>>);

impl Texts {
    fn new(catalogue: &Catalogue) -> Result<Self> {
        let vocabulary = scoring::Vocabulary::shipped()?;
        let text = |id: &String| vocabulary.explanations.get(id).map(|item| item.text.clone());
        let of = |indicator: &evidence::Indicator| indicator.innocent.iter().filter_map(text).collect();
        Ok(Self(catalogue.indicators.values().map(|one| (one.id.clone(), of(one))).collect()))
    }
}

fn bits(millibits: i64) -> f64 {
    millibits as f64 / 1000.0
}

/// Six digits: enough to rank by, and stable across machines.
fn rounded(probability: f64) -> f64 {
    (probability * 1e6).round() / 1e6
}

fn person(
    one: &Assessment,
    email: Option<String>,
    catalogue: &Catalogue,
    texts: &Texts,
    judged: &Judged,
) -> Person {
    let mut parts: BTreeMap<String, i64> = BTreeMap::new();
    for part in &one.parts {
        *parts.entry(part.key.clone()).or_default() += part.millibits;
    }
    let subject = judged.subjects.get(&one.subject);
    let applicant = applicant_id(&one.subject);
    Person {
        schema_version: SCHEMA_VERSION,
        population: one.population.clone(),
        worker_id: applicant.is_none().then(|| one.subject.clone()),
        applicant_id: applicant.map(str::to_owned),
        persona_cluster: judged.clusters.get(&one.subject).cloned(),
        email,
        probability: rounded(one.probability),
        probability_low: rounded(one.low),
        probability_high: rounded(one.high),
        prior_bits: bits(one.prior_millibits),
        bits: bits(one.bits_millibits),
        parts,
        case: one.case,
        farm: subject.and_then(|subject| subject.farm.clone()),
        ring: subject.and_then(|subject| subject.ring.clone()),
        role: one.role.as_str().to_owned(),
        evidence: one.evidence.iter().map(|item| finding(item, texts)).collect(),
        could_not_look: could_not_look(one, catalogue, judged),
        against: strongest_against(one),
    }
}

/// What speaks most against a suspicion, with its weight in words.
fn strongest_against(one: &Assessment) -> Option<String> {
    let least = one.parts.iter().filter(|part| part.millibits < 0).min_by_key(|part| part.millibits)?;
    Some(format!("{} ({:+.1} bits)", least.label, bits(least.millibits)))
}

fn finding(item: &WeighedEvidence, texts: &Texts) -> Finding {
    let seen = &item.evidence;
    Finding {
        indicator: seen.indicator.clone(),
        tier: item.tier.as_str().to_owned(),
        group: item.group.clone(),
        bits: bits(item.millibits),
        counted: item.counted,
        explained_by: item.explained_by.clone(),
        first_seen: seen.first_seen.to_string(),
        last_seen: seen.last_seen.to_string(),
        sentence: seen.sentence.clone(),
        other: seen.other.clone(),
        records: seen.records.iter().map(ToString::to_string).collect(),
        innocent: texts.0.get(&seen.indicator).cloned().unwrap_or_default(),
    }
}

/// Source kinds that fill a record table.
#[must_use]
pub fn sources_of(table: &str) -> Vec<&'static str> {
    sources::vendors::ALL
        .iter()
        .filter(|one| one.doc().fills.contains(&table))
        .map(|one| one.kind())
        .collect()
}

/// Source kinds in which this person is not seen, for want of which indicators could not look. Of a source that is there
/// and tells nothing of the kind about anybody, the part that is missing stands behind its name.
fn could_not_look(one: &Assessment, catalogue: &Catalogue, judged: &Judged) -> Vec<String> {
    let nothing = BTreeSet::new();
    let seen = judged.seen_in.get(&one.subject).unwrap_or(&nothing);
    let indicators = one.could_not_look.iter().filter_map(|id| catalogue.indicators.get(id));
    let needed = indicators.flat_map(|indicator| indicator.tables.iter().chain(&indicator.any_of));
    // each table once: many indicators want the same
    let unseen: BTreeSet<&String> = needed.filter(|table| !seen.contains(*table)).collect();
    let wanting: BTreeSet<String> =
        unseen.into_iter().flat_map(|table| judged.sources.wanting(table)).collect();
    wanting.into_iter().collect()
}

/// Which sources tell what, here.
#[derive(Debug, Clone, Default)]
pub struct Sources(BTreeMap<String, BTreeSet<String>>);

impl Sources {
    /// From the coverage that the lake knows.
    ///
    /// # Errors
    /// When the lake cannot be read.
    pub async fn read(lake: &Lake) -> Result<Self> {
        let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for batch in lake.query("SELECT source, table_name FROM coverage WHERE records > 0").await? {
            let pairs = rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1));
            for (source, table) in pairs.filter_map(|(source, table)| source.zip(table)) {
                all.entry(source).or_default().insert(table);
            }
        }
        Ok(Self(all))
    }

    /// Whether a source is there at all.
    #[must_use]
    pub fn has(&self, kind: &str) -> bool {
        self.0.contains_key(kind)
    }

    /// What would tell a table: the sources that do; else the part of those that are there and could; else whatever could.
    #[must_use]
    pub fn wanting(&self, table: &str) -> Vec<String> {
        let telling = self.0.iter().filter(|(_, tables)| tables.contains(table));
        let telling: Vec<String> = telling.map(|(kind, _)| kind.clone()).collect();
        if !telling.is_empty() {
            return telling;
        }
        let could = sources_of(table);
        let here: Vec<String> =
            could.iter().filter(|kind| self.has(kind)).map(|kind| format!("{kind} ({table})")).collect();
        match here.as_slice() {
            [] if could.is_empty() => vec![table.to_owned()],
            [] => could.iter().map(|kind| (*kind).to_owned()).collect(),
            _ => here,
        }
    }
}
