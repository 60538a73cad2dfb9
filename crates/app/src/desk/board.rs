//! What the last check judged, in memory. It is judged again from the same records on the same terms, as `explain`
//! does, so that page, API and command line cannot disagree, and nothing has to be copied, kept and erased twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use casework::relation::Kin;
use casework::{Asked, Found};
use lake::{Lake, rows};

use super::ties::Ties;
use crate::basis::Basis;
use crate::check::{self, FarmLine, SourceLine};
use crate::error::{Error, Result};
use crate::explain::{self, Explained};
use crate::judge::{self, Judged, Terms};
use crate::lineage::{self, History};
use crate::people;
use crate::ring::Rings;
use crate::weights::decisions;
use crate::workspace::Workspace;

/// What the last check judged.
#[derive(Default)]
pub struct Board {
    /// Number of the state; 0 where nothing was checked yet.
    pub sequence: u64,
    /// Judgement time; missing where nobody was judged.
    pub judged_as_of: Option<String>,
    /// Legal basis as the scope states it.
    pub basis: Option<String>,
    /// Prior in words.
    pub prior: String,
    /// log2 of the prior odds of a worker.
    pub prior_bits: f64,
    /// Who may be judged, on what and until when, as `scope.toml` limits it; empty where it does not.
    pub limits: Vec<String>,
    /// Claimed time zones by roster id, where the roster states one that is known.
    pub zones: BTreeMap<String, String>,
    /// Probability from which a case may open.
    pub threshold: f64,
    /// Innocent people to expect among the opened.
    pub expected_innocent: f64,
    /// Everybody assessed, most probable first.
    pub people: Vec<Explained>,
    /// Their ids, in the same order: the roster's, else that of a candidate.
    pub ids: Vec<String>,
    /// Place in `people` by id.
    pub at: BTreeMap<String, usize>,
    /// P-7 by roster id.
    pub pseudonyms: BTreeMap<String, u64>,
    /// Roster id by number.
    pub by_pseudonym: BTreeMap<u64, String>,
    /// Manager, ring and farm by roster id, of everybody on the roster.
    pub kin: BTreeMap<String, Kin>,
    /// F-2 by site.
    pub farm_names: BTreeMap<String, u64>,
    /// Farms.
    pub farms: Vec<FarmLine>,
    /// Rings.
    pub(crate) rings: Rings,
    /// What became of rings and farms over time.
    pub(crate) history: History,
    /// What ties people, for the boards of farms.
    pub ties: Ties,
    /// Sources.
    pub sources: Vec<SourceLine>,
    /// What one more export would let it answer.
    pub more: Vec<String>,
    /// Indicators asked, with how often they answered.
    pub indicators: Vec<IndicatorLine>,
    /// Records in the lake.
    pub records: u64,
    /// Rejects in the lake.
    pub rejects: u64,
    /// What had been asked about everybody on whom a case opens.
    asked: BTreeMap<String, Asked>,
    /// Why nothing could be judged, where nothing could.
    pub trouble: Option<String>,
}

/// One indicator and how it fares.
#[derive(Debug, Clone, serde::Serialize, schemars::JsonSchema)]
pub struct IndicatorLine {
    /// Id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Tier.
    pub tier: String,
    /// Answers.
    pub fires: u64,
    /// People about whom it answered.
    pub people: u64,
    /// May count towards opening.
    pub opens: bool,
    /// Mean weight where it answered, bits; nothing where it did not.
    pub weight_bits: Option<f64>,
}

/// Number of the newest state of a workspace, by the names of its manifests.
pub(crate) fn newest(root: &Path) -> Result<u64> {
    let folder = root.join("lake").join("manifest");
    let listed = match std::fs::read_dir(&folder) {
        Ok(listed) => listed,
        Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => return Ok(0),
        Err(cause) => return Err(Error::file(&folder)(cause)),
    };
    let number = |name: &std::ffi::OsStr| name.to_str()?.strip_suffix(".json")?.parse::<u64>().ok();
    Ok(listed.filter_map(|entry| number(&entry.ok()?.file_name())).max().unwrap_or(0))
}

impl Board {
    /// Judges the last state again.
    pub async fn read(mut workspace: Workspace) -> Result<Self> {
        let mut board = Self { sequence: workspace.lake.manifest().sequence, ..Self::default() };
        let files = &workspace.lake.manifest().files;
        board.records = files.iter().map(|file| file.records).sum();
        board.rejects = files.iter().map(|file| file.rejects).sum();
        let judged = Self::judge(&mut board, &mut workspace).await;
        match judged {
            Ok(()) => {}
            // a scope that ended, or a state in which nobody was judged: said on every page
            Err(cause @ (Error::Input(_) | Error::Configuration(_))) => {
                board.trouble = Some(cause.to_string())
            }
            Err(cause) => return Err(cause),
        }
        Ok(board)
    }

    async fn judge(board: &mut Self, workspace: &mut Workspace) -> Result<()> {
        let terms = Basis::again(&mut workspace.lake).await?;
        let judged = judge::judge(&workspace.lake, &terms).await?;
        let population = &judged.report.population;
        board.judged_as_of = Some(terms.judgement.to_string());
        board.basis = terms.scope.basis.clone();
        board.prior = priors(&judged, &terms);
        let prior = terms.settings.prior("worker");
        board.prior_bits = (prior / (1.0 - prior)).log2();
        board.limits = terms.scope.limits();
        board.zones = zones(&workspace.lake).await?;
        board.threshold = terms.settings.threshold;
        board.expected_innocent = population.expected_innocent;
        let people = people::list(&workspace.lake, &terms.catalogue, &judged).await?;
        board.people = judged
            .report
            .assessments
            .iter()
            .zip(people)
            .map(|(one, person)| explain::explained(one, person, &terms, Vec::new()))
            .collect();
        let opened = judged.report.assessments.iter().filter(|one| one.case);
        board.asked = opened.map(|one| (one.subject.clone(), decisions::asked(one, &terms))).collect();
        board.ids = judged.report.assessments.iter().map(|one| one.subject.clone()).collect();
        board.at = board.ids.iter().enumerate().map(|(at, id)| (id.clone(), at)).collect();
        board.history = lineage::history(workspace).await?;
        board.rings = Rings::read(workspace, &board.history, &judged.groups).await?;
        for one in &mut board.people {
            one.about_ring(&board.rings);
        }
        board.kin = kin(&workspace.lake, &judged, &board.history).await?;
        board.sources = check::source_lines(workspace).await?;
        board.more = check::more(&population.missing, &judged.sources);
        board.farms = check::farms(workspace, &judged.groups).await?;
        board.farm_names = board.farms.iter().map(|farm| (farm.site.clone(), farm.number)).collect();
        board.ties = Ties::read(&workspace.lake, &judged.groups).await?;
        board.ties.weigh(&judged);
        board.indicators = indicators(&judged, &terms);
        board.name_people(workspace).await
    }

    /// Pseudonyms in the order of the list: a number says nothing about who somebody is.
    async fn name_people(&mut self, workspace: &Workspace) -> Result<()> {
        let numbers = workspace.store.aliases("person", &self.ids).await?;
        self.by_pseudonym = numbers.iter().copied().zip(self.ids.iter().cloned()).collect();
        self.pseudonyms = self.ids.iter().cloned().zip(numbers).collect();
        Ok(())
    }

    /// What a case keeps of an assessment.
    pub(crate) fn found(&self, id: &str, one: &Explained) -> Found {
        let ids: BTreeSet<&String> =
            one.person.evidence.iter().filter(|item| item.bits > 0.0).map(|item| &item.indicator).collect();
        Found {
            millibits: (one.person.bits * 1000.0).round() as i64,
            word: scoring::words(one.person.probability).to_owned(),
            indicators: ids.into_iter().cloned().collect(),
            judged_as_of: one.judged_as_of.clone(),
            asked: self.asked.get(id).cloned(),
        }
    }

    /// One person's assessment.
    #[must_use]
    pub fn person(&self, id: &str) -> Option<&Explained> {
        self.at.get(id).and_then(|at| self.people.get(*at))
    }

    /// P-7; a question mark for somebody whom the last check did not judge.
    #[must_use]
    pub fn pseudonym(&self, id: &str) -> String {
        self.pseudonyms.get(id).map_or_else(|| "P-?".to_owned(), |number| format!("P-{number}"))
    }

    /// The roster id of P-7, or of somebody by the roster's own id.
    #[must_use]
    pub fn who(&self, name: &str) -> Option<&str> {
        let number = name.strip_prefix("P-").or_else(|| name.strip_prefix("p-"));
        let by_number = number.and_then(|digits| self.by_pseudonym.get(&digits.parse().ok()?));
        by_number.map(String::as_str).or_else(|| self.at.get_key_value(name).map(|(id, _)| id.as_str()))
    }

    /// F-2 of a site.
    #[must_use]
    pub fn farm_name(&self, site: &str) -> Option<String> {
        self.farm_names.get(site).map(|number| format!("F-{number}"))
    }

    /// The site that is called F-2.
    #[must_use]
    pub fn site(&self, name: &str) -> Option<&str> {
        let number: u64 = name.strip_prefix("F-").or_else(|| name.strip_prefix("f-"))?.parse().ok()?;
        self.farm_names.iter().find(|(_, one)| **one == number).map(|(site, _)| site.as_str())
    }
}

/// The prior of each population that was judged.
fn priors(judged: &Judged, terms: &Terms) -> String {
    let populations: BTreeSet<&str> =
        judged.report.assessments.iter().map(|one| one.population.as_str()).collect();
    let share = |name: &str| format!("1 in {:.0}", 1.0 / terms.settings.prior(name));
    match populations.len() {
        0 | 1 => share(populations.first().copied().unwrap_or("worker")),
        _ => {
            populations.iter().map(|name| format!("{} ({name}s)", share(name))).collect::<Vec<_>>().join(", ")
        }
    }
}

async fn kin(lake: &Lake, judged: &Judged, history: &History) -> Result<BTreeMap<String, Kin>> {
    let mut out = BTreeMap::new();
    for batch in lake.query("SELECT worker_id, manager_id FROM worker").await? {
        for (worker, manager) in rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1)) {
            let Some(worker) = worker else { continue };
            let subject = judged.subjects.get(&worker);
            let kin = Kin {
                worker: worker.clone(),
                manager,
                ring: subject.and_then(|subject| subject.ring.clone()),
                farm: subject.and_then(|subject| subject.farm.clone()),
                once: history.once.get(&worker).cloned().unwrap_or_default(),
            };
            out.insert(worker, kin);
        }
    }
    Ok(out)
}

/// Claimed time zones that are known by their names.
async fn zones(lake: &Lake) -> Result<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    for batch in lake.query("SELECT worker_id, timezone FROM worker WHERE timezone IS NOT NULL").await? {
        let pairs = rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1));
        let known = pairs.filter_map(|(id, zone)| Some((id?, zone?)));
        out.extend(known.filter(|(_, zone)| zone.parse::<chrono_tz::Tz>().is_ok()));
    }
    Ok(out)
}

fn indicators(judged: &Judged, terms: &Terms) -> Vec<IndicatorLine> {
    struct Sum<'a> {
        fires: u64,
        people: BTreeSet<&'a str>,
        bits: f64,
        weighed: u32,
    }
    let mut by: BTreeMap<&str, Sum<'_>> = BTreeMap::new();
    for one in &judged.report.assessments {
        for item in &one.evidence {
            let new = || Sum { fires: 0, people: BTreeSet::new(), bits: 0.0, weighed: 0 };
            let sum = by.entry(&item.evidence.indicator).or_insert_with(new);
            sum.fires += 1;
            sum.people.insert(&one.subject);
            sum.bits += item.millibits as f64 / 1000.0;
            sum.weighed += 1;
        }
    }
    let line = |indicator: &evidence::Indicator| {
        let sum = by.get(indicator.id.as_str());
        IndicatorLine {
            id: indicator.id.clone(),
            title: indicator.title.clone(),
            tier: indicator.tier.as_str().to_owned(),
            fires: sum.map_or(0, |sum| sum.fires),
            people: sum.map_or(0, |sum| sum.people.len() as u64),
            opens: indicator.opens,
            weight_bits: sum.map(|sum| (sum.bits / f64::from(sum.weighed) * 100.0).round() / 100.0),
        }
    };
    let mut lines: Vec<IndicatorLine> = terms.catalogue.indicators.values().map(line).collect();
    lines.sort_by(|a, b| b.fires.cmp(&a.fires).then_with(|| a.id.cmp(&b.id)));
    lines
}
