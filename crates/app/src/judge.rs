//! From linked records to assessments: who may be judged, what is known of each, what the indicators answer and
//! what that weighs. Reads the lake and nothing else, so the same lake and terms give the same judgement.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use evidence::catalogue::UserFile;
use evidence::{Catalogue, Indicator};
use lake::{Lake, rows};
use model::derived::applicant_id;
use model::evidence::Answer;
use model::link::{Component, Family};
use model::time::DAY_MICROS;
use model::{RecordId, Time};
use scoring::learning::Version;
use scoring::{Attested, IndicatorMeta, Inputs, RatePrior, Reference, Report, Rules, Subject};

use crate::error::{Error, Result};
use crate::found::{self, Groups};
use crate::people;
use crate::report::APPLICANT;
use crate::scope::{Mode, Scope};
use crate::settings::Settings;

/// Everything that a judgement depends on, besides the lake.
pub struct Terms {
    /// Judgement time.
    pub judgement: Time,
    /// Priors and threshold.
    pub settings: Settings,
    /// Who may be judged, on what.
    pub scope: Scope,
    /// What is asked.
    pub catalogue: Catalogue,
    /// The weights as decisions moved them; nothing stands for those that are shipped.
    pub weights: Option<Version>,
}

/// The indicators that a scope allows.
pub struct Asked(Catalogue);

impl Asked {
    /// Reads them, each inspected against the tables of the lake.
    pub async fn load(lake: &Lake, scope: &Scope, own: Option<&Path>) -> Result<Self> {
        let own = own.map(user_files).transpose()?.unwrap_or_default();
        let mut catalogue = Catalogue::load(lake.session(), &own).await?;
        if let Some(unknown) = scope.indicators.iter().find(|id| !catalogue.indicators.contains_key(*id)) {
            return Err(Error::Configuration(format!("scope: no indicator is called {unknown}")));
        }
        catalogue.indicators.retain(|id, _| scope.allows_indicator(id));
        Ok(Self(catalogue))
    }
}

impl Terms {
    /// Fails where the scope lets nobody be judged at that time.
    pub fn new(judgement: Time, settings: Settings, scope: Scope, asked: Asked) -> Result<Self> {
        scope.still_valid(judgement)?;
        Ok(Self { judgement, settings, scope, catalogue: asked.0, weights: None })
    }

    /// The same with other weights.
    #[must_use]
    pub fn weighed(self, weights: Option<Version>) -> Self {
        Self { weights, ..self }
    }

    /// What is asked, as it weighs.
    pub(crate) fn rules(&self) -> Result<Rules> {
        let rules = Rules::new(self.catalogue.indicators.values().map(meta))?;
        Ok(self.weights.iter().fold(rules, |rules, version| rules.moved(&version.shifts)))
    }

    /// As `scoring` takes them.
    fn scoring(&self) -> scoring::Settings {
        let mut settings = scoring::Settings::at(self.judgement);
        settings.priors.insert("worker".into(), self.settings.prior_worker);
        settings.priors.insert(APPLICANT.into(), self.settings.prior_applicant);
        settings.threshold = self.settings.threshold;
        settings.trigger = self.scope.mode == Mode::Trigger;
        settings
    }
}

/// The indicator files of a user's folder, by name.
pub(crate) fn user_files(folder: &Path) -> Result<Vec<UserFile>> {
    let mut out = Vec::new();
    let wrong = |cause: Error| Error::Configuration(cause.to_string());
    let listed = crate::folder::list(&[crate::folder::Place::alone(folder)], &mut Default::default())
        .map_err(wrong)?;
    if let Some(note) = listed.notes.first() {
        return Err(Error::Configuration(format!("{}: {note}", folder.display())));
    }
    for file in listed.files.into_iter().filter(|file| file.name.ends_with(".toml")) {
        let text = std::fs::read_to_string(&file.path).map_err(Error::configuration(&file.path))?;
        out.push(UserFile { name: file.name, text });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// What was judged, and from what.
pub struct Judged {
    /// Assessments and what must be said above every list.
    pub report: Report,
    /// People as scoring saw them, by roster id.
    pub subjects: BTreeMap<String, Subject>,
    /// Record tables in which a person is seen.
    pub seen_in: BTreeMap<String, BTreeSet<String>>,
    /// Which sources tell what.
    pub sources: people::Sources,
    /// Cluster of personas by person.
    pub clusters: BTreeMap<String, String>,
    /// Answers by indicator.
    pub answers: Vec<Answer>,
    /// Farms and rings.
    pub groups: Groups,
}

/// Asks and weighs.
pub async fn judge(lake: &Lake, terms: &Terms) -> Result<Judged> {
    let subjects = subjects(lake, terms).await?;
    // Rates are counted over everybody; only those in scope are ever subjects of an assessment.
    let answers = evidence::ask(lake, &terms.catalogue, terms.judgement, None).await?;
    let components = components(lake).await?;
    let rules = terms.rules()?;
    let settings = terms.scoring();
    let mut report = scoring::assess(Inputs {
        rules: &rules,
        subjects: &subjects,
        answers: &answers,
        components: &components,
        settings: &settings,
    })?;
    let mut subjects: BTreeMap<String, Subject> =
        subjects.into_iter().map(|one| (one.id.clone(), one)).collect();
    let groups = found::find(lake, &mut report, &mut subjects, &components).await?;
    let (seen_in, clusters) = (seen_in(lake).await?, clusters(lake).await?);
    let sources = people::Sources::read(lake).await?;
    Ok(Judged { report, subjects, seen_in, sources, clusters, answers, groups })
}

/// What `scoring` must know of an indicator.
pub(crate) fn meta(indicator: &Indicator) -> IndicatorMeta {
    IndicatorMeta {
        id: indicator.id.clone(),
        title: indicator.title.clone(),
        tier: indicator.tier,
        kind: match indicator.kind {
            evidence::IndicatorKind::Subject => scoring::IndicatorKind::Subject,
            evidence::IndicatorKind::Link => scoring::IndicatorKind::Link,
        },
        group: indicator.group.clone(),
        stage: indicator.stage.clone(),
        tables: indicator.tables.iter().chain(&indicator.any_of).cloned().collect(),
        sees: indicator.sees.clone(),
        why: indicator.why.clone(),
        innocent: indicator.innocent.clone(),
        fraud: RatePrior {
            alpha: indicator.fraud_rate.alpha,
            beta: indicator.fraud_rate.beta,
            source: indicator.fraud_rate.source.clone(),
        },
        honest: Reference { mean: indicator.honest_rate.mean, source: indicator.honest_rate.source.clone() },
        half_life_days: indicator.half_life_days,
        opens: indicator.opens,
        clearing: indicator.check.clone(),
        shift: 0,
    }
}

/// Tenure of someone whose start the roster does not give: compared with settled colleagues.
const UNKNOWN_TENURE: i64 = 365;

async fn subjects(lake: &Lake, terms: &Terms) -> Result<Vec<Subject>> {
    let mut out: BTreeMap<String, Subject> = BTreeMap::new();
    let sql = "SELECT worker_id, population, home_country, start_time FROM worker";
    for batch in lake.query(sql).await? {
        let [ids, populations, places] = [0, 1, 2].map(|at| rows::texts(&batch, at));
        let starts = rows::instants(&batch, 3);
        for (row, id) in ids.into_iter().enumerate() {
            let Some(id) = id else { continue };
            let tenure = |start: Time| (terms.judgement.0 - start.0).div_euclid(DAY_MICROS);
            let population = populations[row].clone().unwrap_or_else(|| "worker".into());
            let subject = Subject {
                tenure_days: starts[row].map_or(UNKNOWN_TENURE, tenure),
                in_scope: match population.as_str() {
                    APPLICANT => terms.scope.allows_applicant(applicant_id(&id).unwrap_or(&id)),
                    _ => terms.scope.allows_worker(&id, places[row].as_deref()),
                },
                population,
                id: id.clone(),
                ..Subject::default()
            };
            out.insert(id, subject);
        }
    }
    let circles = [
        "SELECT worker_id, household_id FROM household ORDER BY 1, 2",
        "SELECT worker_id, site_id FROM site_member ORDER BY worker_id, days DESC, site_id",
        "SELECT worker_id, ring_id FROM ring ORDER BY 1, 2",
        "SELECT m.worker_id, m.site_id FROM site_member m JOIN site s ON s.site_id = m.site_id WHERE s.kind = 'farm' \
         ORDER BY m.worker_id, m.days DESC, m.site_id",
    ];
    for (which, sql) in circles.into_iter().enumerate() {
        for batch in lake.query(sql).await? {
            for (worker, circle) in rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1)) {
                let Some(one) = worker.and_then(|worker| out.get_mut(&worker)) else { continue };
                let place = [&mut one.household, &mut one.site, &mut one.ring, &mut one.farm];
                if let Some(place) = place.into_iter().nth(which)
                    && place.is_none()
                {
                    *place = circle;
                }
            }
        }
    }
    own_homes(lake, &mut out).await?;
    attestations(lake, terms, &mut out).await?;
    Ok(out.into_values().collect())
}

async fn own_homes(lake: &Lake, people: &mut BTreeMap<String, Subject>) -> Result<()> {
    let sql = "SELECT worker_id, component_id FROM component_member WHERE is_own_home ORDER BY 1, 2";
    for batch in lake.query(sql).await? {
        for (worker, component) in rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1)) {
            if let (Some(one), Some(component)) = (worker.and_then(|id| people.get_mut(&id)), component) {
                one.own_home.insert(component);
            }
        }
    }
    Ok(())
}

/// What a company record says for somebody, as the vocabulary of `scoring` calls it.
fn spoken_for(kind: &str) -> Option<&'static str> {
    Some(match kind {
        "badge_in" => "badge_in",
        "in_person_check" => "in_person_check",
        "approved_travel" => "travel_approved",
        "approved_relocation" => "moved_home",
        "declared_household" => "household",
        "approved_equipment" => "approved_equipment",
        _ => return None,
    })
}

/// A badge used on fewer days than these says little: one visit may be anybody's.
const BADGE_DAYS: usize = 3;
/// Records older than this do not speak for conduct of today.
const STILL_SPEAKS_DAYS: i64 = 400;

async fn attestations(lake: &Lake, terms: &Terms, people: &mut BTreeMap<String, Subject>) -> Result<()> {
    let sql = "SELECT subject, kind, record_id, time, from_time, to_time FROM w_attestation \
               WHERE subject IS NOT NULL ORDER BY time, record_id";
    let mut badges: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for batch in lake.query(sql).await? {
        let [subjects, kinds, records] = [0, 1, 2].map(|at| rows::texts(&batch, at));
        let [times, from, to] = [3, 4, 5].map(|at| rows::instants(&batch, at));
        for (row, subject) in subjects.into_iter().enumerate() {
            let (Some(subject), Some(kind)) = (subject, &kinds[row]) else { continue };
            let (Some(one), Some(id)) = (people.get_mut(&subject), spoken_for(kind)) else { continue };
            let record: Option<RecordId> = records[row].as_deref().and_then(|text| text.parse().ok());
            let began = from[row].or(times[row]);
            let too_late = began.is_some_and(|time| time > terms.judgement);
            let ended = to[row].or(began);
            let stale = ended.is_some_and(|time| time < terms.judgement.plus_days(-STILL_SPEAKS_DAYS));
            let (Some(record), false) = (record, too_late || stale) else { continue };
            if kind == "badge_in" {
                badges.entry(subject).or_default().extend(times[row].map(Time::day));
            }
            let entry = one.attested.entry(id.to_owned()).or_insert_with(Attested::default);
            entry.records.push(record);
            if let (Some(from), Some(to)) = (from[row], to[row]) {
                entry.spans.push((from, to));
            }
        }
    }
    for one in people.values_mut() {
        if badges.get(&one.id).is_some_and(|days| days.len() < BADGE_DAYS) {
            one.attested.remove("badge_in");
        }
    }
    Ok(())
}

async fn components(lake: &Lake) -> Result<Vec<Component>> {
    let mut protected: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let sql = "SELECT component_id, worker_id FROM component_member WHERE protects ORDER BY 1, 2";
    for batch in lake.query(sql).await? {
        for (id, worker) in rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1)) {
            protected.entry(id.unwrap_or_default()).or_default().extend(worker);
        }
    }
    let sql = "SELECT component_id, kind, family, explained_by, is_household_kind, members, homes, days, degree, \
               first_time, last_time, is_one_area, is_paper_only FROM component ORDER BY component_id";
    let mut out = Vec::new();
    for batch in lake.query(sql).await? {
        let [ids, kinds, families, explained] = [0, 1, 2, 3].map(|at| rows::texts(&batch, at));
        let household = rows::bools(&batch, 4);
        let [members, homes, days, degree] = [5, 6, 7, 8].map(|at| rows::ints(&batch, at));
        let [first, last] = [9, 10].map(|at| rows::instants(&batch, at));
        let [one_area, paper_only] = [11, 12].map(|at| rows::bools(&batch, at));
        for (row, id) in ids.into_iter().enumerate() {
            let count = |cells: &[Option<i64>]| u32::try_from(cells[row].unwrap_or(0)).unwrap_or(u32::MAX);
            let id = id.unwrap_or_default();
            out.push(Component {
                kind: kinds[row].clone().unwrap_or_default(),
                family: family(families[row].as_deref().unwrap_or_default())?,
                is_household_kind: household[row].unwrap_or(false),
                members: count(&members),
                homes: count(&homes),
                is_one_area: one_area[row].unwrap_or(false),
                is_paper_only: paper_only[row].unwrap_or(false),
                days: count(&days),
                degree: count(&degree),
                first: first[row].unwrap_or_default(),
                last: last[row].unwrap_or_default(),
                explained_by: explained[row].clone(),
                protected: protected.remove(&id).unwrap_or_default(),
                id,
            });
        }
    }
    Ok(out)
}

fn family(name: &str) -> Result<Family> {
    Ok(match name {
        "place" => Family::Place,
        "device" => Family::Device,
        "money" => Family::Money,
        "text" => Family::Text,
        other => return Err(Error::Defect(format!("a component of family {other:?}"))),
    })
}

async fn clusters(lake: &Lake) -> Result<BTreeMap<String, String>> {
    let mut out = BTreeMap::new();
    for batch in lake.query("SELECT worker_id, cluster_id FROM persona").await? {
        let both = rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1));
        out.extend(both.filter_map(|(person, cluster)| Some((person?, cluster?))));
    }
    Ok(out)
}

async fn seen_in(lake: &Lake) -> Result<BTreeMap<String, BTreeSet<String>>> {
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for batch in lake.query("SELECT worker_id, table_name FROM visible").await? {
        for (worker, table) in rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1)) {
            out.entry(worker.unwrap_or_default()).or_default().extend(table);
        }
    }
    Ok(out)
}
