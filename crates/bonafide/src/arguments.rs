//! What can be typed.

mod link;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

pub use link::Link;

/// Finds remote workers who are not who they say they are, from records the company already has.
#[derive(Parser)]
#[command(name = "bonafide", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    pub shared: Shared,
    #[command(subcommand)]
    pub command: Command,
}

/// Understood by every command.
#[derive(Args, Clone)]
pub struct Shared {
    /// Workspace folder (default: one per input folder, in the user's data folder)
    #[arg(long, global = true, value_name = "DIR")]
    pub workspace: Option<PathBuf>,
    /// Key file (default: in the user's configuration folder)
    #[arg(long, global = true, value_name = "FILE")]
    pub key: Option<PathBuf>,
    /// Threads (default: all cores)
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<usize>,
    /// Why these people's records are read; kept in the access log
    #[arg(long, global = true, value_name = "TEXT")]
    pub purpose: Option<String>,
    /// JSON lines, also on a terminal
    #[arg(long, global = true, num_args = 0, default_missing_value = "-")]
    pub json: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum Command {
    /// Write a made-up company in vendor formats and say what was planted
    Demo(Demo),
    /// Write a made-up company of any size, with the truth beside it
    Synth(Synth),
    /// Read a folder of exports, join, ask, score; open cases only
    Check(Check),
    /// The full waterfall of one person, in bits and words
    Explain(Explain),
    /// How good assessments are, where the truth is known: this tool's, or any other's
    Evaluate(Evaluate),
    /// Look at this computer: devices, displays, neighbours as tokens, remote tools, as one JSON object
    Collect(Collect),
    /// Is a USB device, a display or a neighbour an IP-KVM: reads device logs, exports, descriptors and EDIDs
    Inspect(Inspect),
    /// Link or de-duplicate any CSV or Parquet: who or what in it is one and the same
    Link(Box<Link>),
    /// For counsel, apart from all cases: sign-ins from embargoed places, exact hits on lists that you name
    LegalReview(LegalReview),
    /// The lists of facts: age, sources, how sure, when to look again; signed updates of them
    Lists(Lists),
    /// The raw bytes (masked) and the parsed fields of one record
    Record(Record),
    /// What could not be read, grouped, with file, line, reason, sample
    Rejects,
    /// The catalogue of indicators
    Indicators(Indicators),
    /// Formats understood, how each is recognised, columns expected
    Sources(Sources),
    /// Propose a mapping for a file that no source recognises
    Map(Map),
    /// Read-only SQL over the normal form
    Query(Query),
    /// What every indicator weighs here, and why: shipped rates, what was counted, what decisions teach
    Weights(Weights),
    /// Who was read by whom, and whether history and files are whole
    Verify,
    /// Erase one person from the workspace, for good
    Erase(Erase),
    /// Casework in the browser: queue, case, person, farm, decision; with a JSON API
    Serve(Serve),
    /// Users of the casework: add, list, password, disable, token
    User(User),
    /// Put a case on legal hold: nothing of its person is erased
    Hold(Hold),
    /// What is held about one person, for that person
    SubjectReport(SubjectReport),
    /// Let the detail of people go who were cleared long enough ago; records and holds stay
    Forget(Forget),
    /// Cases as OCSF Detection Findings (2004), one a line; they name nobody
    Findings,
    /// Copy the workspace into a new folder, while others work
    Backup(Copy),
    /// Make a workspace out of a copy: --workspace names the new folder
    Restore(Copy),
}

/// Example: bonafide weights; bonafide weights learn; bonafide weights apply 1 --groups groups.csv
#[derive(Args)]
pub struct Weights {
    #[command(subcommand)]
    pub command: Option<WeightsCommand>,
}

#[derive(Subcommand)]
pub enum WeightsCommand {
    /// Learn from the decisions that stand; what moved is kept as a version, and judges nobody yet
    Learn,
    /// Let a version judge from now on, if no group of people is hit more often than the others
    Apply(WeightsApply),
    /// Draw people at random whom nothing flagged, to be looked into; without a number, list who was drawn
    Sample(WeightsSample),
    /// What was found of somebody who was drawn; the reason goes with --purpose. "confirmed" needs a second person
    Found(WeightsFound),
}

/// Which version, and the groups by which it is tested.
#[derive(Args)]
pub struct WeightsApply {
    /// Version
    #[arg(required_unless_present = "shipped", value_name = "N")]
    pub version: Option<u32>,
    /// CSV with columns worker_id, group; it is read and not kept, and no indicator sees it
    #[arg(long, value_name = "FILE", required_unless_present = "shipped")]
    pub groups: Option<PathBuf>,
    /// Go back to the weights that are shipped
    #[arg(long, conflicts_with_all = ["version", "groups"])]
    pub shipped: bool,
}

/// How many are drawn.
#[derive(Args)]
pub struct WeightsSample {
    /// People to draw
    #[arg(value_name = "N")]
    pub people: Option<usize>,
    /// The same seed draws the same people
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

/// What was found of whom.
#[derive(Args)]
pub struct WeightsFound {
    /// Roster id, or an e-mail address that only one worker carries
    pub person: String,
    /// cleared, undetermined, policy_breach_only or confirmed
    #[arg(long)]
    pub outcome: String,
}

/// Example: bonafide hold C-7 --purpose "counsel asked for it, matter 12"
#[derive(Args)]
pub struct Hold {
    /// Case
    pub case: String,
    /// End the hold
    #[arg(long)]
    pub release: bool,
}

/// Example: bonafide forget --days 90 --dry-run
#[derive(Args)]
pub struct Forget {
    /// Days after the last decision (default: cleared_days of serve.toml)
    #[arg(long)]
    pub days: Option<u32>,
    /// Only say whose detail would go
    #[arg(long)]
    pub dry_run: bool,
}

/// Example: bonafide subject-report W-0117 --purpose "request of 12 June"
#[derive(Args)]
pub struct SubjectReport {
    /// Roster id, or an e-mail address that only one worker carries
    pub person: String,
}

/// Example: bonafide backup copy && bonafide restore copy --workspace elsewhere
#[derive(Args)]
pub struct Copy {
    /// Folder of the copy
    pub folder: PathBuf,
}

/// Example: bonafide serve --workspace DIR --listen 127.0.0.1:8420
#[derive(Args)]
pub struct Serve {
    /// Address and port; beyond this machine only with users and TLS
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8420")]
    pub listen: String,
    /// Folder of exports to check again whenever it changes; may be said several times. Deliveries to POST
    /// /ingest/SOURCE become files in the first one, else in the workspace
    #[arg(long, value_name = "DIR")]
    pub watch: Vec<PathBuf>,
    /// A proxy in front speaks TLS: cookies are sent over TLS only
    #[arg(long)]
    pub behind_tls: bool,
    /// Certificates for TLS, PEM, the server's own first; read again when renewed
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Key of the certificate, PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Name under which this server is reached, beside those of this machine
    #[arg(long, value_name = "NAME")]
    pub host: Vec<String>,
}

/// Example: echo "$PASSWORD" | bonafide user add ana --role analyst --password-stdin
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    pub command: UserCommand,
}

#[derive(Subcommand)]
pub enum UserCommand {
    /// Add a user
    Add(UserAdd),
    /// Every user
    List,
    /// Set a user's password, and end their sessions
    Password(UserName),
    /// Let a user sign in no more
    Disable(UserName),
    /// Make a token for a program that acts for a user; it is printed once
    Token(UserToken),
}

/// Example: TOKEN=$(bonafide user token ana --scope read --scope work)
#[derive(Args)]
pub struct UserToken {
    /// Whose
    pub name: String,
    /// read, work (reads what it works on) or ingest (reads nothing); may be said several times
    #[arg(long, value_name = "SCOPE", required = true)]
    pub scope: Vec<String>,
    /// Days for which it is good, at most 365
    #[arg(long, default_value_t = 90)]
    pub days: i64,
    /// What it is for
    #[arg(long, default_value = "made on the command line")]
    pub label: String,
}

/// A new user.
#[derive(Args)]
pub struct UserAdd {
    /// Name to sign in with
    pub name: String,
    /// viewer, analyst, lead, auditor or admin
    #[arg(long)]
    pub role: String,
    /// Read the password from standard input
    #[arg(long)]
    pub password_stdin: bool,
    /// No password: the OpenID provider of serve.toml vouches for this user
    #[arg(long, conflicts_with = "password_stdin")]
    pub openid: bool,
    /// Roster id or e-mail address of the worker who this is: nobody opens their own case
    #[arg(long, value_name = "PERSON")]
    pub worker: Option<String>,
}

/// A user by name.
#[derive(Args)]
pub struct UserName {
    /// Name
    pub name: String,
    /// Read the password from standard input
    #[arg(long)]
    pub password_stdin: bool,
}

/// Example: bonafide demo && bonafide check demo
#[derive(Args)]
pub struct Demo {
    /// Where to write
    #[arg(default_value = "demo")]
    pub out: PathBuf,
    #[command(flatten)]
    pub wish: Wish,
    /// Check it at once
    #[arg(long)]
    pub check: bool,
}

/// Example: bonafide synth --out world --workers 2000 --days 60 --planted 1% && bonafide check world/exports
#[derive(Args)]
pub struct Synth {
    /// Where to write; exports/ and truth/ are made in it
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    #[command(flatten)]
    pub wish: Wish,
    /// Also tell the company as a story, as truth/story.md has it
    #[arg(long)]
    pub describe: bool,
}

/// Every scheme, so that nobody has to look for their names.
fn schemes() -> String {
    let list = app::demo::schemes();
    format!(
        "Schemes planted, separated by commas: ids, cases (S4), `all`, or `none` for an innocent company: {list}"
    )
}

/// Every source that can be withheld.
fn sources() -> String {
    format!("Sources that are not written: {}", app::demo::sources())
}

/// What kind of company.
#[derive(Args)]
pub struct Wish {
    /// Seed; the same one gives the same bytes
    #[arg(long, default_value_t = 7)]
    pub seed: u64,
    /// Workers (default: 60)
    #[arg(long)]
    pub workers: Option<u32>,
    /// Days of records (default: 30)
    #[arg(long)]
    pub days: Option<u32>,
    /// Applicants, those who were hired included (default: none)
    #[arg(long)]
    pub applicants: Option<u32>,
    #[arg(long, value_name = "LIST", help = schemes())]
    pub schemes: Option<String>,
    /// Instances of schemes, or a share of the workers such as 1% (default: each scheme once)
    #[arg(long, value_name = "N|N%")]
    pub planted: Option<String>,
    /// 0 (plain) to 1 (most tells suppressed)
    #[arg(long, value_name = "0..1")]
    pub difficulty: Option<f64>,
    /// Look-alikes, each at least once, or `all` (default: every kind by its rate)
    #[arg(long, value_name = "LIST")]
    pub look_alikes: Option<String>,
    /// Share of the workers that each of these look-alikes gets, such as 1% (default: its rate)
    #[arg(long, value_name = "SHARE", requires = "look_alikes")]
    pub share: Option<String>,
    /// Last day of records (default: 2026-06-30)
    #[arg(long, value_name = "DAY")]
    pub until: Option<String>,
    #[arg(long, value_name = "SOURCES", help = sources())]
    pub without: Option<String>,
    /// Pull every lever of a scheme, show every habit of a look-alike
    #[arg(long)]
    pub every_tell: bool,
    /// Redraw every rate between a third of the cited one and three times it
    #[arg(long)]
    pub redraw_rates: bool,
}

/// Example: bonafide check demo
#[derive(Args)]
pub struct Check {
    /// Folder of exports (or one file); never written to
    pub input: PathBuf,
    #[command(flatten)]
    pub options: CheckOptions,
}

#[derive(Args, Default, Clone)]
pub struct CheckOptions {
    /// Judgement time, e.g. 2026-06-30 or 2026-06-30T12:00:00Z (default: the last event, but for few that lie far ahead)
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Keep no raw bytes, only digests and offsets
    #[arg(long)]
    pub no_raw: bool,
    /// Who may be judged, on what (default: scope.toml in the workspace)
    #[arg(long, value_name = "FILE")]
    pub scope: Option<PathBuf>,
    /// Priors and thresholds (default: bonafide.toml in the workspace)
    #[arg(long, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Your own indicators, beside the shipped ones
    #[arg(long, value_name = "DIR")]
    pub indicators: Option<PathBuf>,
    /// Mappings for formats of your own
    #[arg(long, value_name = "FILE")]
    pub mapping: Vec<PathBuf>,
    /// Accounts that only you can tie: columns account, worker_id
    #[arg(long, value_name = "FILE")]
    pub aliases: Option<PathBuf>,
    /// Write accounts that look like a worker's, for you to read and correct
    #[arg(long, value_name = "FILE")]
    pub propose_aliases: Option<PathBuf>,
    /// MMDB file with ASN, operator or anonymiser flags
    #[arg(long, value_name = "FILE")]
    pub mmdb: Option<PathBuf>,
    /// Version of the weights; 0 is what is shipped (default: the one applied)
    #[arg(long, value_name = "N")]
    pub weights: Option<u32>,
    /// Where the time went, on stderr
    #[arg(long)]
    pub timings: bool,
}

/// Example: bonafide explain W-0117
#[derive(Args)]
pub struct Explain {
    /// Roster id, or an e-mail address that only one worker carries
    pub worker: String,
    /// Why this indicator did or did not answer
    #[arg(long, value_name = "ID")]
    pub indicator: Option<String>,
}

/// Example: bonafide check world/exports --json > said.jsonl; bonafide evaluate --truth world/truth --assessments said.jsonl
#[derive(Args)]
pub struct Evaluate {
    /// Truth folders of made-up companies; several are measured together
    #[arg(long, required = true, value_name = "DIR", num_args = 1..)]
    pub truth: Vec<PathBuf>,
    /// What `check --json` wrote, - for standard input, or a folder with one such file for each day of judgement, named
    /// by the day; one for each truth, in the same order
    #[arg(long, required = true, value_name = "FILE", num_args = 1..)]
    pub assessments: Vec<PathBuf>,
    /// Every figure as one JSON object: to standard output, or to FILE with the screen on standard output
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "-")]
    pub json: Option<PathBuf>,
    /// Days of records, where the truth has no plan.json
    #[arg(long, value_name = "N")]
    pub days: Option<f64>,
    /// An evaluation of other companies, whose line calibrates the probabilities here
    #[arg(long, value_name = "FILE")]
    pub calibrator: Option<PathBuf>,
}

/// Example: lsusb -v | bonafide inspect - && bonafide inspect setupapi.dev.log --json
#[derive(Args)]
pub struct Inspect {
    /// Files of any known format, folders of sysfs or of exports, or - for standard input
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show devices of which nothing was found as well
    #[arg(long)]
    pub all: bool,
    /// Remote-access tools that the company declares, one a line, behind each the ids that may come in
    #[arg(long, value_name = "FILE")]
    pub allow: Option<PathBuf>,
}

/// Example: bonafide legal-review --list sdn.csv --purpose "sanctions screening 2026-11"
#[derive(Args)]
pub struct LegalReview {
    /// A list of sanctions (OFAC's SDN.CSV or SDN.XML, or one address a line); exact wallets and e-mail addresses count
    #[arg(long, value_name = "FILE")]
    pub list: Vec<PathBuf>,
}

/// Example: bonafide lists
#[derive(Args)]
pub struct Lists {
    /// Put a signed update in force (name the workspace's key with --key)
    #[arg(long, value_name = "FILE")]
    pub update: Option<PathBuf>,
    /// Make a signed update of files with the names of lists, and print it
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "expires")]
    pub sign: Vec<PathBuf>,
    /// Day on which the update ends
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub expires: Option<String>,
}

/// Example: bonafide collect --collector-key collector.key > laptop.json
#[derive(Args)]
pub struct Collect {
    /// Key for tokens and signature, 64 hexadecimal digits; without it nothing is signed
    #[arg(long, value_name = "FILE")]
    pub collector_key: Option<PathBuf>,
    /// Readings of idle time: moment and idle seconds, one pair a line; only a statistic of them is written
    #[arg(long, value_name = "FILE")]
    pub idle: Option<PathBuf>,
    /// A copy of a Linux computer's files, to be looked at in place of this computer
    #[arg(long, value_name = "FOLDER")]
    pub root: Option<PathBuf>,
    /// Print the key to hand out to computers, derived from the workspace's (name that with --key)
    #[arg(long)]
    pub deploy_key: bool,
    /// Say whether a file was written with the collector's key and is unchanged
    #[arg(long, value_name = "FILE")]
    pub verify: Option<PathBuf>,
}

/// Example: bonafide record 0f3c…
#[derive(Args)]
pub struct Record {
    /// Record id
    pub id: String,
    /// Show account, tax-id and document numbers; recorded
    #[arg(long)]
    pub reveal: bool,
}

/// Example: bonafide indicators ship-to-shared
#[derive(Args)]
pub struct Indicators {
    /// One indicator, whole
    pub id: Option<String>,
    /// Run every indicator's own examples
    #[arg(long)]
    pub test: bool,
    /// With --test: your own indicators, beside the shipped ones
    #[arg(long, value_name = "DIR")]
    pub folder: Option<PathBuf>,
    /// What this folder of exports can answer, what it cannot and why, and what each further source would add
    #[arg(long, value_name = "DIR", conflicts_with_all = ["id", "test", "folder"])]
    pub coverage: Option<PathBuf>,
}

/// Example: bonafide sources okta
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Sources {
    /// One source, whole
    pub kind: Option<String>,
    #[command(subcommand)]
    pub command: Option<SourcesCommand>,
}

#[derive(Subcommand)]
pub enum SourcesCommand {
    /// Propose a mapping for a file that no source recognises
    Map(Map),
}

/// Example: bonafide erase W-0117 --purpose "request of 12 June"
#[derive(Args)]
pub struct Erase {
    /// Roster id, or an e-mail address that only one worker carries
    pub person: String,
}

/// Example: bonafide sources map strange.csv
#[derive(Args)]
pub struct Map {
    /// CSV or JSON lines
    pub file: PathBuf,
}

/// Example: bonafide query "SELECT source, count(*) FROM authentication GROUP BY source"
#[derive(Args)]
pub struct Query {
    /// One SELECT
    pub sql: String,
    /// CSV on stdout
    #[arg(long, conflicts_with = "parquet")]
    pub csv: bool,
    /// Parquet into a file
    #[arg(long, value_name = "FILE")]
    pub parquet: Option<PathBuf>,
}
