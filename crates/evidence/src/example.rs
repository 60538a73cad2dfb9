//! Runs every indicator's own examples and counter-examples, each in a small lake of its own.

use std::path::Path;

use lake::{Lake, Options, WorkspaceKey};

use crate::ask::{Asking, Coverage, questions};
use crate::catalogue::Catalogue;
use crate::error::{Error, Problem, Result};
use crate::example_rows::{self, World};
use crate::functions;
use crate::indicator::{Example, Indicator};

/// How one example went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Indicator id.
    pub indicator: String,
    /// Name of the example.
    pub example: String,
    /// Whether it is an innocent twin.
    pub is_counter: bool,
    /// Whom it should have named.
    pub expected: Vec<String>,
    /// Whom it named.
    pub found: Vec<String>,
    /// Its sentences.
    pub sentences: Vec<String>,
}

impl Outcome {
    /// Whether it named exactly those whom it should.
    #[must_use]
    pub fn is_right(&self) -> bool {
        self.expected == self.found
    }
}

/// How all examples went, in order of indicator.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// One by one.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// Those that went wrong.
    pub fn wrong(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| !outcome.is_right())
    }
}

/// Runs the examples of a catalogue. `scratch` is an empty folder that the caller removes afterwards.
///
/// # Errors
/// When an example cannot be set up or an indicator's SQL fails.
pub async fn test_all(catalogue: &Catalogue, scratch: &Path) -> Result<Report> {
    let mut report = Report::default();
    for indicator in catalogue.indicators.values() {
        let both = [(&indicator.example, false), (&indicator.counter_example, true)];
        for (examples, is_counter) in both {
            for example in examples {
                let folder = scratch.join(format!("{}-{}", indicator.id, report.outcomes.len()));
                report.outcomes.push(run(indicator, example, is_counter, &folder).await?);
            }
        }
    }
    Ok(report)
}

async fn run(indicator: &Indicator, example: &Example, is_counter: bool, folder: &Path) -> Result<Outcome> {
    let wrong = |what: String| {
        Error::Example(Problem {
            file: indicator.file.clone(),
            what: format!("example `{}`", example.name),
            why: what,
        })
    };
    let options = Options { memory_bytes: 64 << 20, threads: 1 };
    let mut lake = Lake::open(folder, WorkspaceKey::from_bytes([7; 32]), options).await?;
    let world = World::read(indicator, example).map_err(wrong)?;
    world.write(&mut lake).await?;
    functions::register(lake.session());
    let coverage = Coverage::read(&lake).await?;
    let until = example_rows::instant(&example.until).map_err(wrong)?;
    let asked = questions(indicator, until);
    let parts = lake.parts(asked.iter().map(String::as_str));
    let asking = Asking { lake: &lake, parts: &parts, judgement: until, coverage: &coverage };
    let answer = asking.one(indicator, None).await?;
    if !answer.missing.is_empty() {
        return Err(wrong(format!("it could not look: {}", answer.missing.join(", "))));
    }
    let mut found: Vec<String> = answer.fired.iter().map(|item| item.subject.clone()).collect();
    found.dedup();
    let mut expected = example.expect.clone();
    expected.sort();
    Ok(Outcome {
        indicator: indicator.id.clone(),
        example: example.name.clone(),
        is_counter,
        expected,
        found,
        sentences: answer.fired.into_iter().map(|item| item.sentence).collect(),
    })
}
