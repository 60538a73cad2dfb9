//! Who is who first, then what is shared where: written to the lake as the derived tables.
//!
//! # Layout
//! - [`who`]: workers and accounts; [`household`]: who declares one home; [`device`]: device names and whose a device is
//! - `applicant`: candidates, and who of them is a worker; `same`: who is one person by
//!   probability; `interview`: which guest of a meeting is one
//! - [`address`]: one place written in several ways
//! - [`trace`]: what was seen or written of a person, day by day; [`component`]: tokens that several carry
//! - `thing`: serial numbers that belong to no one thing; `token`: what a token is worth
//! - [`explain`]: innocent explanations; [`site`]: places; `tie`: the graph of who shares what; [`ring`]: workers tied by
//!   independent kinds; `honest`: how often chance would tie as many;
//!   [`resume`]: rare phrases in several people's papers; [`persona`]: candidates who may be one
//! - `supplement`: what lists of agencies and of contacts add to a roster
//! - `again`: takes the last run's tables when nothing has changed
//! - `roster`, `claim`, `read`: load these by SQL, by the list of `questions`; `write`: turns them into rows
//!
//! Everything but `roster`, `claim`, `read` and `write` is pure. Order is time and the roster's own id, never a token.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod address;
mod again;
mod applicant;
mod claim;
pub mod component;
pub mod device;
mod error;
pub mod explain;
mod group;
mod honest;
pub mod household;
mod interview;
pub mod persona;
mod questions;
mod read;
pub mod resume;
pub mod ring;
mod roster;
mod same;
pub mod same_id;
pub mod site;
mod supplement;
mod thing;
mod tie;
mod token;
pub mod trace;
pub mod who;
mod write;

use lake::Lake;
use model::Time;
use serde::{Deserialize, Serialize};

pub use error::{Error, Result};

/// What linkage is told.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Nothing later is read.
    pub judgement_time: Time,
    /// Account (as the vendor writes it) and the worker whose it is, from the user.
    pub aliases: Vec<(String, String)>,
}

/// What linkage found, in numbers, and what it would ask.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// Workers.
    pub workers: usize,
    /// Candidates who are no workers.
    #[serde(default)]
    pub applicants: usize,
    /// Accounts seen, and those tied to a worker.
    pub accounts: (usize, usize),
    /// Devices seen, and those tied to a worker.
    pub devices: (usize, usize),
    /// Households.
    pub households: usize,
    /// Components, and those that nothing innocent explains.
    pub components: (usize, usize),
    /// Sites, and farms among them.
    pub sites: (usize, usize),
    /// Rings.
    pub rings: usize,
    /// Source, account and worker that look alike: proposals, never applied.
    pub proposals: Vec<(String, String, String)>,
}

/// Everything that linkage computed, before it becomes rows.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) workers: Vec<who::Worker>,
    pub(crate) accounts: Vec<who::Account>,
    pub(crate) devices: device::Devices,
    pub(crate) households: Vec<household::Household>,
    pub(crate) components: Vec<component::Component>,
    pub(crate) sites: Vec<site::Site>,
    pub(crate) rings: Vec<ring::Ring>,
    pub(crate) personas: Vec<persona::Persona>,
    pub(crate) phrases: Vec<resume::Phrase>,
    pub(crate) addresses: Vec<address::Row>,
}

/// Computes and publishes every derived table of linkage; the lake then shows them.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn link(lake: &mut Lake, settings: &Settings) -> Result<Linked> {
    let (key, known) = again::recall(lake, settings);
    if let Some(linked) = known {
        return Ok(linked);
    }
    let found = read::identities(lake, settings).await?;
    let traces = read::traces(lake, settings, &found).await?;
    let household_of = household::household_of(&found.households);
    let context = explain::Context {
        workers: &found.workers,
        household_of: &household_of,
        places: &traces.places,
        traces: &traces.traces,
    };
    let mut components = component::build(&found.workers, &traces.traces);
    explain::explain(&context, &mut components);
    components = explain::kept(components);
    let ground = tie::Ground::new(&found.workers, &traces.traces);
    let sites = site::sites(&context, &ground, &mut components);
    let mut rings = ring::rings(&ground, &components, &sites);
    honest::count(&found.workers, &traces.traces, &components, &mut rings);
    let personas = persona::personas(&found.workers, &components);
    let proposals = found.proposals.clone();
    let seen = traces.seen;
    let findings = Findings {
        workers: found.workers,
        accounts: found.accounts,
        devices: found.devices,
        households: found.households,
        components,
        sites,
        rings,
        personas,
        phrases: traces.phrases,
        addresses: found.book.rows,
    };
    write::publish(lake, settings, &findings, &seen).await?;
    let linked = summary(&findings, proposals);
    again::remember(lake, key, &linked)?;
    Ok(linked)
}

fn summary(found: &Findings, proposals: Vec<(String, String, String)>) -> Linked {
    let tied = found.accounts.iter().filter(|account| account.worker.is_some()).count();
    let mut devices: Vec<&str> = found.devices.aliases.values().map(String::as_str).collect();
    devices.sort_unstable();
    devices.dedup();
    let mut homes: Vec<&str> = found.households.iter().map(|household| household.id.as_str()).collect();
    homes.sort_unstable();
    homes.dedup();
    let mut rings: Vec<&str> = found.rings.iter().map(|ring| ring.id.as_str()).collect();
    rings.dedup();
    Linked {
        workers: found.workers.iter().filter(|worker| !worker.is_applicant).count(),
        applicants: found.workers.iter().filter(|worker| worker.is_applicant).count(),
        accounts: (found.accounts.len(), tied),
        devices: (devices.len(), found.devices.owners.len()),
        households: homes.len(),
        components: (
            found.components.len(),
            found.components.iter().filter(|component| component.explained_by.is_none()).count(),
        ),
        sites: (found.sites.len(), found.sites.iter().filter(|site| site.kind == "farm").count()),
        rings: rings.len(),
        proposals,
    }
}
