//! The main job: a folder of exports in, a short, explained list out.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lake::{FileEntry, rows};
use linkage::Linked;
use model::Time;
use scoring::tied::Kind;

use crate::access::Access;
use crate::basis::Basis;
use crate::error::{Error, Result};
use crate::feed::Feed;
use crate::found::Groups;
use crate::ingest::{self, Aids, Ingested, Reading};
use crate::judge::{self, Asked, Judged, Terms};
use crate::report::Person;
use crate::settings::Settings;
use crate::workspace::{Choice, Workspace};
use crate::{access, aliases, judgement, lineage, people, weights};

pub use scoring::words as word;

/// What the user may say.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Judgement time; by default the last event within two days of its 99.9th percentile.
    pub until: Option<String>,
    /// Keep the bytes behind records.
    pub keep_raw: bool,
    /// Scope file.
    pub scope: Option<PathBuf>,
    /// Settings file.
    pub settings: Option<PathBuf>,
    /// Folder of the user's own indicators.
    pub indicators: Option<PathBuf>,
    /// Mapping files.
    pub mappings: Vec<PathBuf>,
    /// Accounts that only the user can tie.
    pub aliases: Option<PathBuf>,
    /// Where to write proposals for the aliases file.
    pub propose: Option<PathBuf>,
    /// MMDB file.
    pub mmdb: Option<PathBuf>,
    /// Version of the weights; by default the one applied.
    pub weights: Option<u32>,
    /// Why these people's records are read.
    pub purpose: Option<String>,
}

/// One source in the table of the screen.
#[derive(Debug, Clone)]
pub struct SourceLine {
    /// Source kind.
    pub source: String,
    /// Record tables filled.
    pub table: String,
    /// First day.
    pub first: String,
    /// Last day.
    pub last: String,
    /// Accounts or devices seen.
    pub accounts: u64,
    /// Of these, tied to a worker.
    pub joined: u64,
    /// Workers seen.
    pub workers: u64,
}

/// One farm in the table of the screen.
#[derive(Debug, Clone)]
pub struct FarmLine {
    /// Its site.
    pub site: String,
    /// Number of the short name.
    pub number: u64,
    /// Short name, kept for this workspace.
    pub alias: String,
    /// Laptops.
    pub devices: u64,
    /// Workers.
    pub members: u64,
    /// Declared homes.
    pub homes: u64,
    /// Kinds of agreeing traces.
    pub traces: Vec<String>,
}

/// What a check gives.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// For stderr.
    pub notes: Vec<String>,
    /// Where the time went, seconds.
    pub timings: Vec<(&'static str, f64)>,
    /// Files in the folder.
    pub files: usize,
    /// Records in the lake.
    pub records: u64,
    /// Rejects in the lake.
    pub rejects: u64,
    /// Each file's source, in a line.
    pub guesses: String,
    /// Indicators asked.
    pub indicators: usize,
    /// Judgement time.
    pub judgement: String,
    /// Legal basis and limits of scope.
    pub basis: Vec<String>,
    /// Sources.
    pub sources: Vec<SourceLine>,
    /// Everybody assessed, most probable first.
    pub people: Vec<Person>,
    /// Innocent people to expect among the opened.
    pub expected_innocent: f64,
    /// Prior in words.
    pub prior: String,
    /// Farms.
    pub farms: Vec<FarmLine>,
    /// What one more export would let it answer.
    pub more: Vec<String>,
    /// Workers on the roster.
    pub workers: usize,
    /// Candidates who are no workers.
    pub applicants: usize,
}

/// Names each stage as it ends.
struct Clock {
    since: Instant,
    stages: Vec<(&'static str, f64)>,
}

impl Clock {
    fn start() -> Self {
        Self { since: Instant::now(), stages: Vec::new() }
    }

    fn stage(&mut self, name: &'static str) {
        self.stages.push((name, self.since.elapsed().as_secs_f64()));
        self.since = Instant::now();
    }
}

/// Waiting for longer than this is told.
const LONG_WAIT: Duration = Duration::from_secs(1);

/// Runs the whole flow on a folder (or one file), which is never written to. Everything becomes the new state at
/// once, at the end: whoever reads meanwhile, and whoever comes after a kill, sees the old one.
pub async fn run(input: &Path, choice: &Choice, options: &Options) -> Result<Checked> {
    std::fs::metadata(input).map_err(Error::file(input))?;
    let feed = Feed::of(&[input.to_path_buf()], options)?;
    run_on(&feed, choice, options).await
}

/// The same on several folders, of which those that are not there any more are left as they were read; what was
/// delivered to the workspace is read with them.
pub async fn run_on(feed: &Feed, choice: &Choice, options: &Options) -> Result<Checked> {
    let mut clock = Clock::start();
    let mut workspace = Workspace::for_inputs(&feed.folders, choice).await?;
    // What the user set must be right before an hour is spent on reading.
    let basis = Basis::of(&workspace, options)?;
    let (scope, settings) = basis.read()?;
    let reading = Reading {
        keep_raw: options.keep_raw,
        mappings: options.mappings.clone(),
        mmdb: options.mmdb.clone(),
        threads: choice.threads,
    };
    let aids = Aids::read(&reading, &scope)?;
    scope.knows_sources(aids.mapped())?;
    let known = options.aliases.as_deref().map(aliases::read).transpose()?.unwrap_or_default();
    let basis = basis.weighed(weights::version::chosen(&workspace.store, options.weights).await?);
    let asked = Asked::load(&workspace.lake, &scope, options.indicators.as_deref()).await?;
    let asking = Instant::now();
    workspace.lake.stage().await?;
    let waited = asking.elapsed() > LONG_WAIT;
    let listing = feed.list(&workspace).await?;
    let ingested = ingest::run(&mut workspace.lake, listing, &reading, &aids, &scope).await?;
    clock.stage("read");
    let mut checked = read_so_far(&ingested);
    if waited {
        checked.notes.insert(0, "waited for another check of this workspace".into());
    }
    if checked.records == 0 {
        // What could not be read must be there to be looked at.
        publish(&mut workspace).await?;
        return Ok(checked);
    }
    let judgement = judgement::time(&workspace.lake, options.until.as_deref()).await?;
    workspace.lake.look_as_of(judgement).await?;
    evidence::facts::install(&mut workspace.lake).await?;
    let linking = linkage::Settings { judgement_time: judgement, aliases: known };
    let linked = linkage::link(&mut workspace.lake, &linking).await?;
    clock.stage("link");
    let terms = Terms::new(judgement, settings, scope, asked)?.weighed(basis.weights().cloned());
    let judged = judge::judge(&workspace.lake, &terms).await?;
    clock.stage("ask, weigh");
    basis.remember(&mut workspace.lake, judgement)?;
    feed.remember(&workspace.store).await?;
    publish(&mut workspace).await?;
    lineage::follow(&workspace, judgement).await?;
    access::record(&workspace, &Access::of("check").purpose(options.purpose.as_deref())).await?;
    fill(&workspace, &terms, &judged, &linked, &mut checked).await?;
    checked.notes.extend(undated(&workspace, judgement));
    checked.notes.extend(proposals(&linked, options)?);
    workspace.lake.forget_unused()?;
    clock.stage("report");
    checked.timings = clock.stages;
    Ok(checked)
}

/// The new state, then away with what it does not need.
async fn publish(workspace: &mut Workspace) -> Result<()> {
    workspace.lake.publish().await?;
    workspace.lake.vacuum().await?;
    workspace.lake.release();
    Ok(())
}

/// Tables with rows that bear no date of their own and whose file gives none.
fn undated(workspace: &Workspace, judgement: model::Time) -> Option<String> {
    let tables = &workspace.lake.manifest().tables;
    let of = |files: &[lake::TableFile]| files.iter().map(|file| file.undated).sum::<u64>();
    let told: Vec<String> = tables
        .iter()
        .filter(|(name, _)| model::tables::ALL.iter().any(|table| table.name == name.as_str()))
        .map(|(name, files)| (name, of(files)))
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{count} of {name}"))
        .collect();
    (!told.is_empty())
        .then(|| format!("records without a date ({}) are taken as of {judgement}", told.join(", ")))
}

fn read_so_far(ingested: &Ingested) -> Checked {
    let streams = &ingested.streams;
    let mut notes: Vec<String> = ingested.notes.clone();
    if ingested.anew {
        notes.push(
            "a file is gone or was changed, or they are to be read in another way: all are read anew".into(),
        );
    }
    if ingested.known > 0 {
        notes.push(format!("{} of {} files were read before", ingested.known, ingested.files));
    }
    for twin in &ingested.twins {
        notes.push(format!("{twin}: the same bytes as another file, read once"));
    }
    for stream in streams.iter().filter(|stream| stream.source.is_none()) {
        notes.push(format!("{}: not read: {}", stream.name, stream.why));
    }
    Checked {
        notes,
        files: ingested.files,
        records: streams.iter().map(|stream| stream.records).sum(),
        rejects: streams.iter().map(|stream| stream.rejects).sum(),
        guesses: guesses(streams),
        ..Checked::default()
    }
}

/// Files named for each source before the rest is counted.
const NAMED_FILES: usize = 3;

fn guesses(streams: &[FileEntry]) -> String {
    let mut by: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for stream in streams {
        by.entry(stream.source.as_deref().unwrap_or("unknown")).or_default().push(&stream.name);
    }
    let line = |(source, mut names): (&str, Vec<&str>)| {
        names.sort_unstable();
        let rest = names.len().saturating_sub(NAMED_FILES);
        let shown = names.into_iter().take(NAMED_FILES).collect::<Vec<_>>().join(", ");
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        format!("{source}: {shown}{more}")
    };
    by.into_iter().map(line).collect::<Vec<_>>().join(" · ")
}

async fn fill(
    workspace: &Workspace,
    terms: &Terms,
    judged: &Judged,
    linked: &Linked,
    checked: &mut Checked,
) -> Result<()> {
    let population = &judged.report.population;
    checked.indicators = terms.catalogue.indicators.len();
    checked.judgement = terms.judgement.to_string();
    checked.basis.extend(terms.scope.basis.clone());
    checked.basis.extend(terms.weights.iter().map(|version| {
        format!(
            "weights version {} of {}, learned from decisions",
            version.number,
            &crate::instant(version.at)[..10]
        )
    }));
    (checked.workers, checked.applicants) = (linked.workers, linked.applicants);
    checked.expected_innocent = population.expected_innocent;
    checked.prior = priors(&terms.settings, linked);
    checked.people = people::list(&workspace.lake, &terms.catalogue, judged).await?;
    checked.sources = source_lines(workspace).await?;
    for line in checked.sources.iter().filter(|line| line.joined * 10 < line.accounts * 9) {
        checked.notes.push(format!(
            "{}: only {} of {} accounts or devices are tied to a worker: not enough data; tie the rest with --aliases",
            line.source, line.joined, line.accounts
        ));
    }
    checked.farms = farms(workspace, &judged.groups).await?;
    checked.more = more(&population.missing, &judged.sources);
    if linked.workers == 0 {
        let who = if linked.applicants == 0 { "nobody" } else { "no worker" };
        checked.notes.push(format!(
            "no roster was found, so {who} can be judged; add an export of the personnel system"
        ));
    }
    Ok(())
}

/// The prior of each population that is there.
fn priors(settings: &Settings, linked: &Linked) -> String {
    let share = |prior: f64| format!("1 in {:.0}", 1.0 / prior);
    let (workers, applicants) = (share(settings.prior_worker), share(settings.prior_applicant));
    match (linked.workers, linked.applicants) {
        (_, 0) => workers,
        (0, _) => applicants,
        _ => format!("{workers} workers, {applicants} applicants"),
    }
}

pub(crate) async fn source_lines(workspace: &Workspace) -> Result<Vec<SourceLine>> {
    struct Sum {
        tables: BTreeSet<String>,
        first: Option<Time>,
        last: Option<Time>,
        accounts: i64,
        joined: i64,
        workers: i64,
    }
    let mut by: BTreeMap<String, Sum> = BTreeMap::new();
    let sql =
        "SELECT source, table_name, first_time, last_time, accounts, accounts_joined, workers FROM coverage";
    for batch in workspace.lake.query(sql).await? {
        let (sources, tables) = (rows::texts(&batch, 0), rows::texts(&batch, 1));
        let (first, last) = (rows::instants(&batch, 2), rows::instants(&batch, 3));
        let [accounts, joined, workers] = [4, 5, 6].map(|at| rows::ints(&batch, at));
        for (row, source) in sources.into_iter().enumerate() {
            let dated = |time: &Option<Time>| time.filter(|time| time.0 != 0);
            let sum = by.entry(source.unwrap_or_default()).or_insert_with(|| Sum {
                tables: BTreeSet::new(),
                first: None,
                last: None,
                accounts: 0,
                joined: 0,
                workers: 0,
            });
            sum.tables.extend(tables[row].clone());
            sum.first = [sum.first, dated(&first[row])].into_iter().flatten().min();
            sum.last = sum.last.max(dated(&last[row]));
            // The same devices stand in many tables: the fullest one speaks for the source.
            if accounts[row].unwrap_or(0) > sum.accounts {
                (sum.accounts, sum.joined) = (accounts[row].unwrap_or(0), joined[row].unwrap_or(0));
            }
            sum.workers = sum.workers.max(workers[row].unwrap_or(0));
        }
    }
    let day =
        |time: Option<Time>| time.map_or("undated".to_owned(), |time| time.to_string()[..10].to_owned());
    let line = |(source, sum): (String, Sum)| SourceLine {
        source,
        table: match sum.tables.len() {
            1 => sum.tables.into_iter().next().unwrap_or_default(),
            count => format!("{count} tables"),
        },
        first: day(sum.first),
        last: day(sum.last),
        accounts: sum.accounts.max(0) as u64,
        joined: sum.joined.max(0) as u64,
        workers: sum.workers.max(0) as u64,
    };
    Ok(by.into_iter().map(line).collect())
}

/// Farms of the lake that are spoken of, most people first, and those that judgement found.
pub(crate) async fn farms(workspace: &Workspace, groups: &Groups) -> Result<Vec<FarmLine>> {
    let sql = "SELECT site_id, members, devices, homes, traces FROM site WHERE kind = 'farm' \
               ORDER BY members DESC, site_id";
    let line = |site, [devices, members, homes]: [u64; 3], traces| FarmLine {
        site,
        number: 0,
        alias: String::new(),
        devices,
        members,
        homes,
        traces,
    };
    let mut out = Vec::new();
    for batch in workspace.lake.query(sql).await? {
        let [members, devices, homes] = [1, 2, 3].map(|at| rows::ints(&batch, at));
        let sites = rows::texts(&batch, 0).into_iter().zip(rows::lists(&batch, 4));
        for (row, (site, traces)) in sites.enumerate() {
            let counts = [&devices, &members, &homes].map(|cells| cells[row].unwrap_or(0).max(0) as u64);
            out.extend(site.filter(|id| groups.is_said(id)).map(|site| line(site, counts, traces)));
        }
    }
    out.extend(groups.of(Kind::Farm).map(|farm| {
        let traces = farm.traces.iter().cloned().collect();
        line(farm.id.clone(), [farm.devices, farm.members.len() as u64, farm.homes], traces)
    }));
    let sites: Vec<String> = out.iter().map(|farm| farm.site.clone()).collect();
    let numbers = workspace.store.aliases(lineage::Of::Farm.kind(), &sites).await?;
    for (farm, number) in out.iter_mut().zip(numbers) {
        (farm.number, farm.alias) = (number, lineage::Of::Farm.name(number));
    }
    Ok(out)
}

/// What each missing export would let it answer, the most telling first.
pub(crate) fn more(missing: &BTreeMap<String, Vec<String>>, sources: &people::Sources) -> Vec<String> {
    let mut by: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (table, indicators) in missing {
        for kind in sources.wanting(table).into_iter().take(1) {
            by.entry(kind).or_default().extend(indicators.iter().map(String::as_str));
        }
    }
    let mut order: Vec<_> = by.into_iter().collect();
    order.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(&b.0)));
    let title = |kind: &str| {
        let bare = kind.split(' ').next().unwrap_or(kind);
        let found = ::sources::vendors::ALL.iter().find(|one| one.kind() == bare);
        found.map_or(kind.to_owned(), |one| one.doc().title.to_owned())
    };
    order
        .into_iter()
        .take(3)
        .map(|(kind, indicators)| {
            let how = if sources.has(&kind) { ", if more of it were tied to people," } else { "" };
            format!("{} ({kind}){how} would let {} more indicators look", title(&kind), indicators.len())
        })
        .collect()
}

fn proposals(linked: &Linked, options: &Options) -> Result<Vec<String>> {
    if linked.proposals.is_empty() {
        return Ok(Vec::new());
    }
    let count = linked.proposals.len();
    match &options.propose {
        Some(path) => {
            aliases::write(path, &linked.proposals)?;
            let text = format!(
                "{count} accounts or people look like a worker's: {}; read it, then --aliases",
                path.display()
            );
            Ok(vec![text])
        }
        None => Ok(vec![format!(
            "{count} accounts or people look like a worker's but are not tied; see them with --propose-aliases FILE"
        )]),
    }
}
