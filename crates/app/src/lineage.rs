//! Rings and farms under short names that follow them: R-7 stays R-7 although its id, made from content, changes with its
//! members. What linkage finds stays a function of the records; which of it is which of before stands in the store.

use std::collections::{BTreeMap, BTreeSet};

use casework::lineage::{self, Past, Present, Step, What};
use lake::rows;
use model::Time;
use store::{Followed, Line, LineStep};

use crate::error::Result;
use crate::workspace::Workspace;

/// What is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Of {
    Ring,
    Farm,
}

impl Of {
    /// As the store calls it.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Ring => "ring",
            Self::Farm => "farm",
        }
    }

    /// R-7, F-2.
    pub(crate) fn name(self, number: u64) -> String {
        match self {
            Self::Ring => format!("R-{number}"),
            Self::Farm => format!("F-{number}"),
        }
    }

    /// Ids and members, the largest first: that is the order in which numbers are first given.
    fn question(self) -> &'static str {
        match self {
            Self::Ring => "SELECT ring_id, worker_id FROM ring ORDER BY members DESC, ring_id, worker_id",
            Self::Farm => {
                "SELECT s.site_id, m.worker_id FROM site s JOIN site_member m ON m.site_id = s.site_id \
                 WHERE s.kind = 'farm' ORDER BY s.members DESC, s.site_id, m.worker_id"
            }
        }
    }
}

/// What of all that numbers stood for is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct History {
    /// Short names of every ring and farm in which somebody stands or once stood.
    pub(crate) once: BTreeMap<String, BTreeSet<String>>,
    /// What happened to each number, oldest first.
    pub(crate) steps: BTreeMap<String, Vec<(String, Step)>>,
}

async fn groups(workspace: &Workspace, of: Of) -> Result<Vec<Present>> {
    let mut out: Vec<Present> = Vec::new();
    for batch in workspace.lake.query(of.question()).await? {
        for (id, member) in rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1)) {
            let (Some(id), Some(member)) = (id, member) else { continue };
            if out.last().is_none_or(|last| last.id != id) {
                out.push(Present { id, members: BTreeSet::new() });
            }
            if let Some(last) = out.last_mut() {
                last.members.insert(member);
            }
        }
    }
    Ok(out)
}

fn written(members: &BTreeSet<String>) -> String {
    serde_json::to_string(members).unwrap_or_default()
}

fn read(members: &str) -> BTreeSet<String> {
    serde_json::from_str(members).unwrap_or_default()
}

/// What a judgement makes of the numbers.
fn followed(at: i64, known: &[Line], last: u64, present: &[Present], given: &[u64]) -> Followed {
    let past = known.iter().map(|line| Past {
        number: line.number,
        id: line.id.clone(),
        members: read(&line.members),
        is_gone: line.is_gone,
    });
    let past: Vec<Past> = past.collect();
    let mut found = lineage::follow(&past, present, last);
    if known.is_empty() && given.len() == present.len() {
        // numbers from before anything was followed stay
        let new: BTreeMap<u64, u64> = found.numbers.iter().copied().zip(given.iter().copied()).collect();
        for (number, _) in &mut found.steps {
            *number = new.get(number).copied().unwrap_or(*number);
        }
        found.numbers = given.to_vec();
    }
    let line = |number: u64, id: &str, members: &BTreeSet<String>, is_gone: bool| Line {
        number,
        id: id.to_owned(),
        members: written(members),
        at,
        is_gone,
    };
    let gone = past.iter().filter(|one| found.gone.contains(&one.number));
    let gone = gone.map(|one| line(one.number, &one.id, &one.members, true));
    let here = found.numbers.iter().zip(present);
    let here = here.map(|(number, one)| line(*number, &one.id, &one.members, false));
    let step = |(number, step): &(u64, Step)| LineStep {
        number: *number,
        at,
        body: serde_json::to_string(step).unwrap_or_default(),
    };
    Followed {
        // what is gone first: its id may be another's from now on
        lines: gone.chain(here).collect(),
        steps: found.steps.iter().map(step).collect(),
    }
}

/// Lets the short names follow what a judgement found. One that is older than the last changes nothing.
pub(crate) async fn follow(workspace: &Workspace, judgement: Time) -> Result<()> {
    for of in [Of::Ring, Of::Farm] {
        let present = groups(workspace, of).await?;
        let mut given = Vec::new();
        if workspace.store.lines(of.kind()).await?.is_empty() {
            let ids: Vec<String> = present.iter().map(|one| one.id.clone()).collect();
            given = workspace.store.aliases(of.kind(), &ids).await?;
        }
        let decide = |known: &[Line], last: u64| followed(judgement.0, known, last, &present, &given);
        workspace.store.follow(of.kind(), judgement.0, decide).await?;
    }
    Ok(())
}

/// Everything that was ever followed.
pub(crate) async fn history(workspace: &Workspace) -> Result<History> {
    let mut out = History::default();
    for of in [Of::Ring, Of::Farm] {
        for line in workspace.store.lines(of.kind()).await? {
            for member in read(&line.members) {
                out.once.entry(member).or_default().insert(of.name(line.number));
            }
        }
        for step in workspace.store.line_steps(of.kind()).await? {
            let Ok(read) = serde_json::from_str::<Step>(&step.body) else { continue };
            let name = of.name(step.number);
            for member in read.came.iter().chain(&read.went) {
                out.once.entry(member.clone()).or_default().insert(name.clone());
            }
            let day = crate::instant(step.at).chars().take(10).collect();
            out.steps.entry(name).or_default().push((day, read));
        }
    }
    Ok(out)
}

impl History {
    /// What happened to R-7, a sentence for each step.
    pub(crate) fn told(&self, of: Of, number: u64) -> Vec<String> {
        let steps = self.steps.get(&of.name(number)).map_or(&[][..], Vec::as_slice);
        steps.iter().map(|(day, step)| format!("{day}: {}", sentence(of, step))).collect()
    }
}

fn sentence(of: Of, step: &Step) -> String {
    let others: Vec<String> = step.others.iter().map(|number| of.name(*number)).collect();
    let others = others.join(", ");
    let mut parts = vec![match step.what {
        What::Began => format!("first seen, with {} people", step.size),
        What::Split => format!("split from {others}, with {} people", step.size),
        What::Merged => format!("merged from {others}, now {} people", step.size),
        What::Changed if step.went.is_empty() => format!("grown to {} people", step.size),
        What::Changed if step.came.is_empty() => format!("shrunk to {} people", step.size),
        What::Changed => format!("changed, now {} people", step.size),
        What::Gone if others.is_empty() => return "gone".to_owned(),
        What::Gone => return format!("gone into {others}"),
        What::Back => format!("back, with {} people", step.size),
    }];
    for (word, list) in [("came", &step.came), ("went", &step.went)] {
        if !list.is_empty() {
            parts.push(format!("{word}: {}", list.join(", ")));
        }
    }
    parts.join("; ")
}
