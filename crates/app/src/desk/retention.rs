//! Detail of people who were cleared goes when its days are over: notes, reasons, readings and the texts of the history.
//! Records stay, for they are the company's; the case stays bare, so that the same records do not open it again.

use std::collections::BTreeMap;

use casework::Case;
use casework::retention::{State, review};
use schemars::JsonSchema;
use serde::Serialize;
use store::{Event, Store};

use super::held::Cases;
use super::{Desk, case_of, matter_of};
use crate::access;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::workspace::{Choice, Workspace};

/// Setting that holds when it was looked last.
const LAST: &str = "retention looked";
/// Most days.
const MOST: u32 = 3650;

/// What retention finds, or did.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Retained {
    /// Days that detail is kept after somebody was cleared; nothing where it goes by hand only.
    pub cleared_days: Option<u32>,
    /// Cleared people whose detail is due.
    pub due: usize,
    /// Cleared people whose detail is kept for now.
    pub kept: usize,
    /// Cleared people whose detail a legal hold keeps.
    pub held: usize,
    /// When the next detail is due.
    pub next: Option<String>,
    /// When it was looked last.
    pub looked: Option<String>,
}

/// What went.
#[derive(Debug, Clone, Serialize)]
pub struct Gone {
    /// Cases that lost their detail.
    pub cases: Vec<String>,
    /// Texts of the history.
    pub history: u64,
    /// Cleared people whose detail a legal hold keeps.
    pub held: usize,
    /// Cleared people whose detail is not due yet.
    pub kept: usize,
}

/// Lets detail go that is due, from the command line; with `dry` merely says whose. Recorded.
pub async fn run(choice: &Choice, days: Option<u32>, dry: bool) -> Result<Gone> {
    let workspace = Workspace::last(choice).await?;
    let set = Service::read(&workspace.root)?.retention.map(|one| one.cleared_days);
    let Some(days) = days.or(set) else {
        return Err(Error::Configuration(
            "after how many days? hint: --days N, or [retention] cleared_days = N in serve.toml".into(),
        ));
    };
    if days > MOST {
        return Err(Error::Configuration(format!("at most {MOST} days")));
    }
    let actor = access::actor();
    forget(&workspace.store, access::now(), days, &actor, dry).await
}

/// Lets the detail go that is due at a moment.
pub(crate) async fn forget(store: &Store, now: i64, days: u32, actor: &str, dry: bool) -> Result<Gone> {
    let all = cases(store).await?;
    let plain: Vec<Case> = all.iter().map(|(case, _)| case.clone()).collect();
    let found = review(&plain, now, days);
    let count = |wanted: fn(&State) -> bool| found.values().filter(|state| wanted(state)).count();
    let mut gone = Gone {
        cases: Vec::new(),
        history: 0,
        held: count(|state| *state == State::Held),
        kept: count(|state| matches!(state, State::From(_))),
    };
    for (subject, _) in found.iter().filter(|(_, state)| **state == State::Due) {
        let own: Vec<&(Case, u64)> = all.iter().filter(|(case, _)| case.subject == *subject).collect();
        let names: Vec<String> = own.iter().map(|(case, _)| case.name()).collect();
        if !dry {
            let bare = own.iter().map(|(case, version)| matter_of(&case.without_detail(now), *version));
            let bare = bare.collect::<Result<Vec<_>>>()?;
            let event = Event {
                at: now,
                actor: actor.to_owned(),
                action: "detail gone".into(),
                subject: None,
                purpose: None,
                detail: Some(format!("{}: cleared more than {days} days ago.", names.join(", "))),
            };
            gone.history += store.thin_matters(subject, &bare, &event).await?;
        }
        gone.cases.extend(names);
    }
    if !dry {
        store.set(LAST, &now.to_string()).await?;
    }
    Ok(gone)
}

async fn cases(store: &Store) -> Result<Vec<(Case, u64)>> {
    let found = store.matters().await?;
    found.iter().map(|one| Ok((case_of(one)?, one.version))).collect()
}

impl Desk {
    /// Lets the detail go that is due now, where `serve.toml` says after how long. What went.
    pub async fn forget_due(&self) -> Result<Option<Gone>> {
        let Some(set) = self.service.retention else { return Ok(None) };
        let gone = forget(&self.store, access::now(), set.cleared_days, "serve", false).await?;
        if !gone.cases.is_empty() {
            self.tell();
        }
        Ok(Some(gone))
    }

    /// How it stands with retention, for the page about health.
    pub(crate) async fn retained(&self, all: &Cases) -> Result<Retained> {
        let time = |at: i64| model::Time(at).to_string();
        let looked = self.store.get(LAST).await?.and_then(|text| text.parse().ok()).map(time);
        let Some(set) = self.service.retention else { return Ok(Retained { looked, ..Retained::default() }) };
        let plain: Vec<Case> = all.iter().map(|(case, _)| case.clone()).collect();
        let found: BTreeMap<String, State> = review(&plain, access::now(), set.cleared_days);
        let ends = found.values().filter_map(|state| match state {
            State::From(at) => Some(*at),
            _ => None,
        });
        let count = |wanted: fn(&State) -> bool| found.values().filter(|state| wanted(state)).count();
        Ok(Retained {
            cleared_days: Some(set.cleared_days),
            due: count(|state| *state == State::Due),
            kept: count(|state| matches!(state, State::From(_))),
            held: count(|state| *state == State::Held),
            next: ends.min().map(time),
            looked,
        })
    }
}
