//! What a tool said, read liberally: JSON lines, one array, or an object that holds one; of each person an id and
//! whatever there is of score, probability, bits and case.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::error::{Error, Result};
use crate::input::{Found, Said, World};

/// What was said, by person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assessments {
    /// Of workers, by the roster's id.
    pub workers: BTreeMap<String, Said>,
    /// Of candidates, by the tracking system's: it may be some worker's on the roster, and is then not the same person.
    pub candidates: BTreeMap<String, Said>,
}

impl Assessments {
    /// Everything that was said.
    pub fn all(&self) -> impl Iterator<Item = &Said> {
        self.workers.values().chain(self.candidates.values())
    }
}

/// Reads assessments. `name` is how messages call the file.
///
/// # Errors
/// When it is no JSON, names nobody, or names nothing by which people could be told apart.
pub fn read(name: &str, text: &str) -> Result<Assessments> {
    let text = text.trim_start_matches('\u{feff}');
    let line_of =
        |offset: usize| text.as_bytes()[..offset.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1;
    let wrong = |line: usize, what: String| Error::Json { file: name.to_owned(), line, what };
    let mut out = Assessments::default();
    let mut stream = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    loop {
        let at = line_of(stream.byte_offset());
        match stream.next() {
            None => break,
            Some(Err(cause)) => return Err(wrong(cause.line().max(1), format!("no JSON: {cause}"))),
            Some(Ok(value)) => rows(value, &mut |row| {
                let (id, said) = person(&row).map_err(|what| wrong(at, what))?;
                let is_applicant =
                    text_at(&row, &["worker_id"]).is_none() && row.get("applicant_id").is_some();
                let list = if is_applicant { &mut out.candidates } else { &mut out.workers };
                // One person twice: the worse that was said counts.
                let entry = list.entry(id).or_insert_with(|| said.clone());
                if (said.case, said.score) > (entry.case, entry.score) {
                    *entry = said;
                }
                Ok(())
            })?,
        }
    }
    if out.all().next().is_none() {
        return Err(wrong(1, "nobody is assessed".into()));
    }
    Ok(out)
}

fn rows(value: Value, take: &mut impl FnMut(Value) -> Result<()>) -> Result<()> {
    const HOLDERS: &[&str] = &["assessments", "people", "workers", "results"];
    match value {
        Value::Array(list) => list.into_iter().try_for_each(take),
        Value::Object(mut map) => {
            match HOLDERS.iter().find(|key| map.get(**key).is_some_and(Value::is_array)) {
                Some(key) => rows(map.remove(*key).unwrap_or_default(), take),
                None => take(Value::Object(map)),
            }
        }
        other => take(other),
    }
}

fn text_at(row: &Value, keys: &[&str]) -> Option<String> {
    keys.iter().find_map(|key| match row.get(*key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    })
}

fn number(row: &Value, key: &str) -> Option<f64> {
    match row.get(key)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
    .filter(|value| !value.is_nan())
}

fn flag(row: &Value, key: &str) -> Option<bool> {
    match row.get(key)? {
        Value::Bool(flag) => Some(*flag),
        Value::Number(number) => number.as_f64().map(|value| value != 0.0),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// log2 of the odds. Certainty has no odds: it ranks first, or last.
fn log2_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2()
}

fn person(row: &Value) -> std::result::Result<(String, Said), String> {
    let id = text_at(row, &["worker_id", "applicant_id", "worker", "subject", "id"])
        .ok_or_else(|| "names no worker_id".to_owned())?;
    let (bits, prior_bits) = (number(row, "bits"), number(row, "prior_bits"));
    let probability = number(row, "probability");
    if let Some(outside) = probability.filter(|p| !(0.0..=1.0).contains(p)) {
        return Err(format!("{id}: probability {outside} lies outside 0 to 1"));
    }
    let case = flag(row, "case");
    // The sum of bits is exact; a printed probability is rounded, and ties at both ends.
    let summed = bits.zip(prior_bits).map(|(bits, prior)| bits + prior);
    let ranked = summed.or_else(|| number(row, "score")).or_else(|| probability.map(log2_odds)).or(bits);
    let Some(score) = ranked.or_else(|| case.map(|case| f64::from(u8::from(case)))) else {
        return Err(format!("{id}: neither bits, score, probability nor case"));
    };
    let list = |key: &str| row.get(key).and_then(Value::as_array).into_iter().flatten();
    let parts = row.get("parts").and_then(Value::as_object).into_iter().flatten();
    let said = Said {
        score,
        prior_bits,
        bits,
        probability,
        case: case.unwrap_or(false),
        farm: text_at(row, &["farm"]),
        ring: text_at(row, &["ring"]),
        role: text_at(row, &["role"]),
        persona_cluster: text_at(row, &["persona_cluster"]),
        parts: parts.filter_map(|(key, value)| Some((key.clone(), value.as_i64()?))).collect(),
        found: list("evidence").filter_map(found).collect(),
    };
    Ok((id, said))
}

fn found(item: &Value) -> Option<Found> {
    let other = item.get("other").and_then(Value::as_array).into_iter().flatten();
    Some(Found {
        indicator: text_at(item, &["indicator"])?,
        group: text_at(item, &["group"]).unwrap_or_default(),
        tier: text_at(item, &["tier"]),
        bits: number(item, "bits"),
        counted: flag(item, "counted").unwrap_or(true),
        other: other.filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}

impl World {
    /// Puts what was said beside the truth.
    ///
    /// # Errors
    /// When nobody of those assessed stands in the truth.
    pub fn assess(&mut self, name: &str, said: &Assessments) -> Result<()> {
        // A hiring platform's truth may name its people in the sheet of workers.
        let only_sheet = self.candidates.is_empty();
        let mut known = 0;
        for one in &mut self.people {
            let of_candidate = || said.candidates.get(&one.id).filter(|_| only_sheet);
            one.said = said.workers.get(&one.id).or_else(of_candidate).cloned();
            known += u64::from(one.said.is_some());
        }
        for one in &mut self.candidates {
            let own = said.candidates.get(&one.person.id);
            known += u64::from(own.is_some());
            // Who was hired is judged as the worker.
            let of_worker = || one.hired.as_ref().and_then(|id| said.workers.get(id));
            one.person.said = own.or_else(of_worker).cloned();
        }
        if known == 0 {
            return Err(Error::Strangers(name.to_owned()));
        }
        self.strangers = said.all().count() as u64 - known;
        let mut tell = |lacks: bool, what: &str| {
            if lacks {
                self.missing.insert(format!("assessments have no {what}"));
            }
        };
        tell(said.all().all(|one| one.probability.is_none()), "probability: calibration is not measured");
        tell(said.all().all(|one| one.bits.is_none()), "bits: the prior cannot be exchanged");
        tell(said.all().all(|one| one.found.is_empty()), "evidence: nothing is said by indicator");
        tell(said.all().all(|one| one.parts.is_empty()), "parts: nothing is said by what would be lost");
        tell(said.all().all(|one| !one.case), "open case");
        Ok(())
    }
}
