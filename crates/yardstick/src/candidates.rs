//! People who applied, measured apart from workers: for a candidate there are no worker-months, an honest one is no
//! colleague, and what is looked for is one operator behind several of them.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::ablation::ranked;
use crate::bounds::{Share, count_upper};
use crate::clusters::{Member, b_cubed, pairwise};
use crate::evaluation::{Clusters, PRICES};
use crate::groups::{self, Impact};
use crate::input::{Candidate, Person, World};
use crate::kinds::{self, LookAlikeLine, SchemeLine, TellLine};
use crate::ranking::{AtPrice, MONTHS, at_price, average_precision, steps};
use crate::roles::{self, RoleLine};

/// All figures of candidates. Who was hired and is assessed as a worker counts there, and here in clusters alone.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Candidates {
    /// Candidates who were not hired.
    pub people: u64,
    /// Who were hired: their own work is judged by then, and they count among workers.
    pub hired: u64,
    /// Personas of somebody else.
    pub positives: u64,
    /// Positives with a tell that can be seen; only these count in recall.
    pub observable: u64,
    /// All others.
    pub innocents: u64,
    /// Positives whom the tool did not name at all; they count as missed.
    pub positives_not_assessed: u64,
    /// Innocents whom the tool did not name.
    pub innocents_not_assessed: u64,
    /// Open cases.
    pub open: u64,
    /// Observable positives in a case, of all observable ones.
    pub recall: Share,
    /// Of the cases, how many are on positives.
    pub precision: Share,
    /// Innocents in a case: false accusations.
    pub wrong: u64,
    /// Per 10,000 innocent candidates.
    pub rate: Option<f64>,
    /// One-sided 95 % upper bound of it.
    pub rate_high: Option<f64>,
    /// Recall where the threshold is set for a number of false accusations; a candidate stands for a worker-month.
    pub recall_at: Vec<AtPrice>,
    /// Average precision of the ranking of observable positives above innocents.
    pub average_precision: Option<f64>,
    /// Personas of one operator against what was taken for one person; missing where the truth tells none.
    pub clusters: Option<Clusters>,
    /// Honest candidates under whose identity a persona applies, proposed as its owners.
    pub owners_found: Share,
    /// What candidates are against the role that was proposed for them.
    pub roles: Vec<RoleLine>,
    /// By scheme.
    pub schemes: Vec<SchemeLine>,
    /// By tell.
    pub tells: Vec<TellLine>,
    /// By innocent kind.
    pub look_alikes: Vec<LookAlikeLine>,
    /// Adverse impact; missing where the truth tells no groups.
    pub impact: Option<Impact>,
}

/// Measures the candidates of companies together; nothing where no truth tells of any.
#[must_use]
pub fn measure(worlds: &[World]) -> Option<Candidates> {
    let all: Vec<&Candidate> = worlds.iter().flat_map(|world| &world.candidates).collect();
    if all.is_empty() {
        return None;
    }
    let (hired, open): (Vec<&Candidate>, Vec<&Candidate>) = all.iter().partition(|one| one.hired.is_some());
    let people: Vec<&Person> = open.iter().map(|one| &one.person).collect();
    let count = |is: &dyn Fn(&Person) -> bool| people.iter().filter(|one| is(one)).count() as u64;
    let (innocents, wrong) =
        (count(&Person::is_innocent), count(&|one| one.is_innocent() && one.is_accused()));
    let right = count(&|one| one.positive && one.is_accused());
    let of = innocents as f64;
    let rate = |count: f64| (of > 0.0).then(|| count / of * MONTHS);
    let steps = steps(ranked(&people, Person::score));
    Some(Candidates {
        people: people.len() as u64,
        hired: hired.len() as u64,
        positives: count(&|one| one.positive),
        observable: count(&Person::is_target),
        innocents,
        positives_not_assessed: count(&|one| one.positive && one.said.is_none()),
        innocents_not_assessed: count(&|one| one.is_innocent() && one.said.is_none()),
        open: right + wrong,
        recall: Share::among(people.iter().filter(|one| one.is_target()), |one| one.is_accused()),
        precision: Share::of(right, right + wrong),
        wrong,
        rate: rate(wrong as f64),
        rate_high: rate(count_upper(wrong)),
        recall_at: PRICES.iter().map(|price| at_price(&steps, of, *price)).collect(),
        average_precision: average_precision(&steps),
        clusters: clusters(worlds),
        owners_found: roles::owners(&people),
        roles: roles::measure(&people),
        schemes: kinds::schemes(&people),
        tells: kinds::tells(&people),
        look_alikes: kinds::look_alikes(&people),
        impact: groups::impact(&people),
    })
}

/// Personas of one operator, those that were hired among them. Only whom a tell gives away can be put anywhere, and a
/// cluster of one is none.
fn clusters(worlds: &[World]) -> Option<Clusters> {
    let mut owned: Vec<(Option<String>, Option<String>)> = Vec::new();
    for (at, world) in worlds.iter().enumerate() {
        // Names are of one company only.
        let named = |id: &String| format!("{at}\u{1}{id}");
        for one in world.candidates.iter().filter(|one| !one.person.positive || one.person.observable) {
            let said = one.person.said.as_ref().and_then(|said| said.persona_cluster.as_ref());
            owned.push((one.cluster.as_ref().map(named), said.map(named)));
        }
    }
    let (truths, saids) =
        (of_several(&owned, |one| one.0.as_ref()), of_several(&owned, |one| one.1.as_ref()));
    let list: Vec<Member<'_>> = owned
        .iter()
        .map(|(truth, said)| Member {
            truth: truth.as_deref().filter(|id| truths.contains(id)),
            said: said.as_deref().filter(|id| saids.contains(id)),
        })
        .collect();
    (!truths.is_empty()).then(|| Clusters {
        truth: truths.len() as u64,
        said: saids.len() as u64,
        pairwise: pairwise(&list),
        b_cubed: b_cubed(&list),
    })
}

/// Groups of at least two.
fn of_several<'a, T>(list: &'a [T], of: impl Fn(&'a T) -> Option<&'a String>) -> BTreeSet<&'a str> {
    let mut sizes: BTreeMap<&str, u64> = BTreeMap::new();
    for id in list.iter().filter_map(of) {
        *sizes.entry(id).or_default() += 1;
    }
    sizes.into_iter().filter(|(_, size)| *size > 1).map(|(id, _)| id).collect()
}
