//! Casework for a team, over one workspace: every verb that pages and API call. People are pseudonymous until
//! somebody opens them with a purpose, and opening is recorded before anything is shown.
//!
//! # Layout
//! - [`board`]: what the last check judged, in memory; judged again from the same records, never copied
//! - [`users`]: accounts, sessions; [`tokens`]: passes of programs; [`refusals`]: what was refused;
//!   [`vouched`]: users of an OpenID provider; [`passkeys`]; [`opening`]: who may see whom, for what
//! - [`queue`]: the list; [`work`]: what is done to cases; [`reading`]: one case, whole
//! - [`worker`]: claimed beside seen; [`ties`]: what ties people; [`farm`]: the board of a farm;
//!   [`lanes`]: its laptops day by day; [`record`]: the bytes; [`search`]: one box
//! - `held`: cases in memory; `reader`: the lake, open for questions; `guise`: texts without the ids of whom nobody opened
//! - [`health`]: sources, indicators, whether the history is whole; [`audit`]: the history itself;
//!   [`keeping`]: holds, erasure, answers that are given twice
//! - [`subject`]: what is held about one person, for them; [`findings`]: cases as OCSF findings;
//!   [`outbox`]: findings on their way; [`retention`]: detail that goes by itself
//! - [`intake`]: watched folders, deliveries (`parcel`: what one holds; `lines`: one in one piece), and the check that
//!   follows

pub mod audit;
pub mod board;
pub mod farm;
pub mod findings;
mod guise;
pub mod health;
mod held;
pub mod intake;
pub mod keeping;
pub mod lanes;
mod lines;
pub mod opening;
pub mod outbox;
mod parcel;
pub mod passkeys;
pub mod queue;
mod reader;
pub mod reading;
pub mod record;
pub mod refusals;
pub mod retention;
pub mod search;
pub mod subject;
pub mod ties;
pub mod tokens;
pub mod users;
pub mod vouched;
pub mod work;
pub mod worker;

use std::path::PathBuf;
use std::sync::Arc;

use casework::Case;
use store::{Event, Matter, Store};
use tokio::sync::{Mutex, Notify, RwLock, watch};

use crate::access;
use crate::error::{Error, Result};
use crate::service::Service;
use crate::workspace::{Choice, Workspace};

pub use board::Board;
pub use users::User;

/// Memory for questions to the lake, bytes.
const ENGINE_MEMORY: usize = 256 << 20;

/// One workspace, served.
pub struct Desk {
    choice: Choice,
    root: PathBuf,
    store: Store,
    board: RwLock<Arc<Board>>,
    loading: Mutex<()>,
    readers: reader::Readers,
    shelf: held::Shelf,
    whole: health::Whole,
    delivered: Mutex<intake::Known>,
    compared: Mutex<worker::Compared>,
    refusals: Mutex<refusals::Ledger>,
    changed: watch::Sender<u64>,
    /// Told when something was delivered.
    arrived: Notify,
    /// Folders of exports that are checked again whenever they change; into the first of them deliveries go.
    watched: Vec<PathBuf>,
    /// What it does beside showing.
    service: Service,
}

impl Desk {
    /// Opens a workspace for serving, making it if it was named; with watched folders, the workspace of the first.
    pub async fn open(choice: &Choice, watched: &[PathBuf]) -> Result<Self> {
        let absolute = |path: &PathBuf| std::path::absolute(path).map_err(Error::configuration(path));
        let watched: Vec<PathBuf> = watched.iter().map(absolute).collect::<Result<_>>()?;
        if let Some(no) = watched.iter().find(|folder| !folder.is_dir()) {
            return Err(Error::Configuration(format!("--watch {}: no folder", no.display())));
        }
        let workspace = Workspace::for_inputs(&watched, choice).await?;
        let desk = Self {
            choice: Choice {
                workspace: Some(workspace.root.clone()),
                memory_bytes: choice.memory_bytes.min(ENGINE_MEMORY),
                ..choice.clone()
            },
            root: workspace.root.clone(),
            store: workspace.store.clone(),
            board: RwLock::new(Arc::new(Board::default())),
            loading: Mutex::new(()),
            readers: reader::Readers::new(),
            shelf: held::Shelf::default(),
            whole: health::Whole::default(),
            delivered: Mutex::new(intake::Known::new()),
            compared: Mutex::default(),
            refusals: Mutex::default(),
            changed: watch::Sender::new(0),
            arrived: Notify::new(),
            watched,
            service: Service::read(&workspace.root)?,
        };
        drop(workspace);
        desk.refresh().await?;
        Ok(desk)
    }

    /// Looks whether a check has published a new state, and takes it in. Whether it did.
    pub async fn refresh(&self) -> Result<bool> {
        let _one = self.loading.lock().await;
        if board::newest(&self.root)? == self.board().await.sequence {
            return Ok(false);
        }
        let board = Board::read(Workspace::last(&self.choice).await?).await?;
        self.open_cases(&board).await?;
        *self.board.write().await = Arc::new(board);
        self.tell();
        Ok(true)
    }

    /// What the last check judged.
    pub async fn board(&self) -> Arc<Board> {
        self.board.read().await.clone()
    }

    /// The same, where nobody is just replacing it.
    #[must_use]
    pub fn board_now(&self) -> Option<Arc<Board>> {
        self.board.try_read().ok().map(|board| board.clone())
    }

    /// Told whenever something changed.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    fn tell(&self) {
        self.changed.send_modify(|count| *count += 1);
    }

    /// Now, in microseconds since 1970: for the history, ages and ends, never for an assessment.
    #[must_use]
    pub fn now(&self) -> i64 {
        access::now()
    }

    /// Today, as YYYY-MM-DD, UTC.
    #[must_use]
    pub fn today(&self) -> String {
        model::Time(access::now()).to_string().chars().take(10).collect()
    }

    /// This moment, ISO 8601, UTC.
    #[must_use]
    pub fn moment(&self) -> String {
        model::Time(access::now()).to_string()
    }

    /// Something that nobody can guess.
    pub fn fresh_secret(&self) -> Result<String> {
        Ok(store::pass::secret()?)
    }

    /// The lake, for questions.
    async fn engine(&self) -> Result<reader::Reader> {
        self.readers.take(&self.choice, self.board().await.sequence).await
    }

    /// Lets go of what was not needed for a while.
    pub async fn rest(&self) {
        self.readers.rest(false).await;
    }

    /// Every case in the order of the queue.
    async fn ranked(&self) -> Result<Arc<held::Ranked>> {
        self.shelf.ranked(&self.store, &*self.board().await).await
    }

    /// Every case.
    async fn cases(&self) -> Result<Arc<held::Cases>> {
        Ok(self.ranked().await?.cases.clone())
    }

    /// One case with its version, as the store has it.
    async fn case(&self, number: u64) -> Result<(Case, u64)> {
        let found = self.store.matter(number).await?;
        let found = found.ok_or_else(|| Error::Missing(format!("there is no case C-{number}")))?;
        Ok((case_of(&found)?, found.version))
    }

    /// Opens a case for everybody whom the check opens and who has none.
    async fn open_cases(&self, board: &Board) -> Result<()> {
        let known = self.cases().await?;
        let is_new = |id: &str, indicators: &[String]| {
            known.about(id).last().is_none_or(|(case, _)| {
                // a decided case is opened anew only by something that was not known then
                case.status == casework::Status::Closed
                    && indicators.iter().any(|one| !case.found.indicators.contains(one))
            })
        };
        let mut founds = std::collections::BTreeMap::new();
        let mut subjects = Vec::new();
        for (id, one) in board.ids.iter().zip(&board.people).filter(|(_, one)| one.person.case) {
            let found = board.found(id, one);
            if is_new(id, &found.indicators) {
                subjects.push(id.clone());
                founds.insert(id.clone(), found);
            }
        }
        if subjects.is_empty() {
            return Ok(());
        }
        let at = access::now();
        let body = |number: u64, subject: &str| {
            let found = founds.get(subject).cloned().unwrap_or_default();
            let case = Case::new(number, subject, at, found);
            let event = Event {
                at,
                actor: "check".into(),
                action: "case opened".into(),
                subject: Some(subject.to_owned()),
                purpose: None,
                detail: Some(format!("{}: the check opened it.", case.name())),
            };
            (serde_json::to_string(&case).unwrap_or_default(), event)
        };
        self.store.open_matters(&subjects, body).await?;
        Ok(())
    }
}

pub(crate) fn case_of(matter: &Matter) -> Result<Case> {
    serde_json::from_str(&matter.body)
        .map_err(|cause| Error::Defect(format!("case {}: {cause}", matter.number)))
}

fn matter_of(case: &Case, version: u64) -> Result<Matter> {
    let body = serde_json::to_string(case).map_err(|cause| Error::Defect(cause.to_string()))?;
    Ok(Matter { number: case.number, subject: case.subject.clone(), version, body })
}

/// What kind of answer an error is to whoever asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// They may not.
    Forbidden,
    /// It is about themselves, or somebody tied to them.
    Related,
    /// There is no such thing for them.
    Missing,
    /// It does not fit to what stands there now.
    Conflict,
    /// What they gave cannot be used.
    Unusable,
    /// Not now: there is too much of it already.
    Later,
    /// It is not theirs to mend.
    Ours,
}

/// What kind of answer an error is.
#[must_use]
pub fn refusal(error: &Error) -> Refusal {
    use casework::Error as Case;
    match error {
        Error::Related(_) => Refusal::Related,
        Error::Forbidden(_)
        | Error::Closed
        | Error::Casework(Case::Forbidden { .. } | Case::SamePerson { .. }) => Refusal::Forbidden,
        Error::Missing(_) => Refusal::Missing,
        Error::Busy(_) => Refusal::Later,
        Error::Conflict(_)
        | Error::Casework(Case::Transition { .. } | Case::Nothing(_))
        | Error::Store(store::Error::Conflict { .. } | store::Error::Taken(_)) => Refusal::Conflict,
        Error::Input(_) | Error::Casework(Case::Text(_)) | Error::Store(store::Error::Text) => {
            Refusal::Unusable
        }
        _ => Refusal::Ours,
    }
}

/// The number in C-7, c-7 or 7.
pub fn number(name: &str) -> Result<u64> {
    let digits = name.strip_prefix("C-").or_else(|| name.strip_prefix("c-")).unwrap_or(name);
    let is_number = (1..=18).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let found = digits.parse().ok().filter(|_| is_number);
    found.ok_or_else(|| Error::Missing("there is no such case".into()))
}
