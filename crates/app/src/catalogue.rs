//! What is understood and asked: indicators, sources, and a mapping proposed for a file that no source knows.

use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;

use evidence::{Catalogue, Indicator};
use serde::Serialize;

use crate::error::{Error, Result};

/// One indicator, for people.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    /// Id.
    pub id: String,
    /// Row of the domain catalogue.
    pub catalogue: Option<String>,
    /// Title.
    pub title: String,
    /// Stage.
    pub stage: String,
    /// Tier.
    pub tier: String,
    /// Dependence group.
    pub group: String,
    /// May count towards opening a case.
    pub opens: bool,
    /// Tables that it needs.
    pub tables: Vec<String>,
    /// Tables of which one is enough.
    pub any_of: Vec<String>,
    /// Days that it looks back.
    pub window_days: i64,
    /// What it sees.
    pub sees: String,
    /// Why it matters.
    pub why: String,
    /// Innocent explanations, in words.
    pub innocent: Vec<String>,
    /// The lawful uniform check that would settle it.
    pub check: String,
    /// Rate among fraudulent engagements, with its source.
    pub fraud_rate: String,
    /// Rate among honest ones, with its source.
    pub honest_rate: String,
    /// What to read.
    pub references: Vec<String>,
    /// ATT&CK techniques.
    pub attack: Vec<String>,
    /// The question.
    pub sql: String,
}

/// The catalogue, or one of it.
pub fn indicators(id: Option<&str>) -> Result<Vec<Card>> {
    let catalogue = Catalogue::shipped()?;
    let vocabulary = scoring::Vocabulary::shipped()?;
    if let Some(id) = id {
        return Ok(vec![card(catalogue.get(id)?, &vocabulary)]);
    }
    Ok(catalogue.indicators.values().map(|one| card(one, &vocabulary)).collect())
}

fn card(one: &Indicator, vocabulary: &scoring::Vocabulary) -> Card {
    let text = |id: &String| vocabulary.explanations.get(id).map_or(id.clone(), |item| item.text.clone());
    let (fraud, honest) = (&one.fraud_rate, &one.honest_rate);
    let mean = fraud.alpha / (fraud.alpha + fraud.beta);
    Card {
        id: one.id.clone(),
        catalogue: one.catalogue.clone(),
        title: one.title.clone(),
        stage: one.stage.clone(),
        tier: one.tier.as_str().to_owned(),
        group: one.group.clone(),
        opens: one.opens,
        tables: one.tables.clone(),
        any_of: one.any_of.clone(),
        window_days: one.window_days,
        sees: one.sees.clone(),
        why: one.why.clone(),
        innocent: one.innocent.iter().map(text).collect(),
        check: one.check.clone(),
        fraud_rate: format!(
            "{mean:.2} (Beta {} to {}; {}, {})",
            fraud.alpha, fraud.beta, fraud.source, fraud.date
        ),
        honest_rate: format!("{} ({}, {})", honest.mean, honest.source, honest.date),
        references: one
            .references
            .iter()
            .map(|item| format!("{}, {}, {}", item.title, item.publisher, item.date))
            .collect(),
        attack: one.attack.clone(),
        sql: one.sql.trim().to_owned(),
    }
}

impl Card {
    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out =
            format!("{}  {} · {} · {}\n{}\n", self.id, self.tier, self.stage, self.group, self.title);
        let needs = [self.tables.join(", "), self.any_of.join(" or ")];
        let needs: Vec<_> = needs.into_iter().filter(|part| !part.is_empty()).collect();
        let opens = if self.opens { "may open a case" } else { "never opens a case" };
        for (name, value) in [
            ("sees", self.sees.clone()),
            ("why", self.why.clone()),
            ("innocent", self.innocent.join(" ")),
            ("check", self.check.clone()),
            ("needs", needs.join("; ")),
            ("window", format!("{} days", self.window_days)),
            ("opens", opens.to_owned()),
            ("fraud", self.fraud_rate.clone()),
            ("honest", self.honest_rate.clone()),
            ("read", self.references.join("; ")),
            ("attack", self.attack.join(", ")),
        ] {
            if !value.is_empty() {
                let _ = writeln!(out, "{name:<9} {value}");
            }
        }
        let _ = writeln!(out, "\n{}", self.sql);
        out
    }
}

/// How the examples went.
#[derive(Debug, Clone)]
pub struct Tested {
    /// Indicators.
    pub indicators: usize,
    /// Examples and counter-examples.
    pub examples: usize,
    /// What went wrong, in lines.
    pub failures: Vec<String>,
}

/// Runs every indicator's own examples, shipped or of the user's folder.
pub async fn test_indicators(own: Option<&Path>) -> Result<Tested> {
    let own = own.map(crate::judge::user_files).transpose()?.unwrap_or_default();
    let catalogue = Catalogue::read(&own)?;
    let scratch = std::env::temp_dir().join(format!("bonafide-examples-{}", std::process::id()));
    std::fs::create_dir_all(&scratch).map_err(Error::file(&scratch))?;
    let report = evidence::test_all(&catalogue, &scratch).await;
    std::fs::remove_dir_all(&scratch).map_err(Error::file(&scratch))?;
    let report = report?;
    let line = |wrong: &evidence::example::Outcome| {
        let names = |list: &[String]| if list.is_empty() { "nobody".to_owned() } else { list.join(", ") };
        format!(
            "{}: {}: expected {}, found {}",
            wrong.indicator,
            wrong.example,
            names(&wrong.expected),
            names(&wrong.found)
        )
    };
    Ok(Tested {
        indicators: catalogue.indicators.len(),
        examples: report.outcomes.len(),
        failures: report.wrong().map(line).collect(),
    })
}

/// One source, for people.
#[derive(Debug, Clone, Serialize)]
pub struct SourceCard {
    /// Source kind.
    pub kind: &'static str,
    /// Product and export.
    pub title: &'static str,
    /// The vendor's documentation.
    pub documentation: &'static str,
    /// How it is recognised.
    pub recognised_by: &'static str,
    /// Columns or keys; `*` marks the required ones.
    pub expects: &'static [&'static str],
    /// Tables filled.
    pub fills: &'static [&'static str],
}

impl SourceCard {
    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        format!(
            "{}  {}\n   recognised by  {}\n   expects        {}\n   fills          {}\n   documentation  {}\n",
            self.kind,
            self.title,
            self.recognised_by,
            self.expects.join(", "),
            self.fills.join(", "),
            self.documentation
        )
    }
}

/// Every source, or one.
pub fn sources(kind: Option<&str>) -> Result<Vec<SourceCard>> {
    let all = sources::vendors::ALL.iter().map(|one| {
        let doc = one.doc();
        SourceCard {
            kind: one.kind(),
            title: doc.title,
            documentation: doc.documentation,
            recognised_by: doc.recognised_by,
            expects: doc.expects,
            fills: doc.fills,
        }
    });
    let found: Vec<_> = all.filter(|card| kind.is_none_or(|kind| card.kind == kind)).collect();
    match (found.is_empty(), kind) {
        (true, Some(kind)) => {
            Err(Error::Configuration(format!("no source is called {kind}; bonafide sources lists them")))
        }
        _ => Ok(found),
    }
}

/// A mapping proposed for the first stream of a file, as TOML.
pub fn propose_mapping(path: &Path) -> Result<String> {
    let file = File::open(path).map_err(Error::file(path))?;
    let mut proposed = None;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let problems = sources::container::open::<Error>(&name, file, |member| {
        if proposed.is_none() {
            let (head, _) = sources::frame::sample(member.reader);
            proposed = sources::mapping::propose(&head);
        }
        Ok(())
    })?;
    proposed.ok_or_else(|| {
        let why =
            problems.first().map_or("neither CSV with headers nor JSON lines", |one| one.reason.as_str());
        Error::Input(format!("{}: {why}", path.display()))
    })
}
