//! Why an indicator did or did not answer about one person.

use std::collections::BTreeSet;

use lake::Lake;
use model::{Evidence, Time};

use crate::ask::{Asking, Coverage, questions};
use crate::catalogue::Catalogue;
use crate::error::Result;
use crate::functions;

/// What one indicator has to say of one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Indicator id.
    pub indicator: String,
    /// The person, by roster id.
    pub subject: String,
    /// Tables that hold nothing: it could not look at anybody.
    pub empty: Vec<String>,
    /// Tables too few of whose accounts are tied to a worker.
    pub unjoined: Vec<String>,
    /// Whether this person could be seen.
    pub is_able: bool,
    /// What it said.
    pub fired: Vec<Evidence>,
    /// What there is under the threshold, where the indicator can say so.
    pub near: Vec<Evidence>,
    /// The answer in a sentence.
    pub verdict: String,
}

/// Explains one indicator on one person.
///
/// # Errors
/// When there is no such indicator, or as [`crate::ask()`].
pub async fn explain_why(
    lake: &Lake,
    catalogue: &Catalogue,
    judgement: Time,
    indicator: &str,
    subject: &str,
) -> Result<Explanation> {
    let indicator = catalogue.get(indicator)?;
    functions::register(lake.session());
    let coverage = Coverage::read(lake).await?;
    let only = BTreeSet::from([subject.to_owned()]);
    let asked = questions(indicator, judgement);
    let parts = lake.parts(asked.iter().map(String::as_str));
    let asking = Asking { lake, parts: &parts, judgement, coverage: &coverage };
    let answer = asking.one(indicator, Some(&only)).await?;
    let (unjoined, empty): (Vec<_>, Vec<_>) =
        answer.missing.into_iter().partition(|table| coverage.has_records(table));
    let mut near = Vec::new();
    if let (Some(sql), true) = (&indicator.probe_sql, answer.fired.is_empty()) {
        near = asking.evidence(indicator, sql).await?;
        near.retain(|item| item.subject == subject);
    }
    let is_able = !answer.able.is_empty();
    let verdict = if !answer.fired.is_empty() {
        "it fired".to_owned()
    } else if !empty.is_empty() {
        format!("it could not look: no records in {}", empty.join(", "))
    } else if !unjoined.is_empty() {
        format!("not enough data: too few accounts of {} are tied to a worker", unjoined.join(", "))
    } else if !is_able {
        let needed = [indicator.tables.as_slice(), indicator.any_of.as_slice()].concat();
        format!("it could not see this person: no records of theirs in {} in its window", needed.join(", "))
    } else if let [first, ..] = near.as_slice() {
        format!("it looked and stayed silent; what there is: {}", first.sentence)
    } else {
        "it looked and found nothing".to_owned()
    };
    Ok(Explanation {
        indicator: indicator.id.clone(),
        subject: subject.to_owned(),
        fired: answer.fired,
        empty,
        unjoined,
        is_able,
        near,
        verdict,
    })
}
