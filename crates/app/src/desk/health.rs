//! Health: what is read, what is rejected, what asks, and whether the history is whole.

use std::sync::atomic::{AtomicI64, Ordering};

use casework::{Case, Outcome, Right, Status};
use schemars::JsonSchema;
use serde::Serialize;
use tokio::sync::{Mutex, RwLock};

use super::board::IndicatorLine;
use super::outbox::DeliveryLine;
use super::retention::Retained;
use super::{Board, Desk, User};
use crate::access;
use crate::error::{Error, Result};
use crate::report::RejectLine;
use crate::show::{self, RejectGroup};
use crate::weights::fairness::{self, Fairness};

/// One source.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SourceHealth {
    /// Source kind.
    pub source: String,
    /// Record tables filled.
    pub table: String,
    /// First day.
    pub first: String,
    /// Last day.
    pub last: String,
    /// Days between its last record and the judgement time.
    pub lag_days: Option<i64>,
    /// Accounts or devices.
    pub accounts: u64,
    /// Of these, tied to a worker.
    pub joined: u64,
    /// Workers seen.
    pub workers: u64,
}

/// How decisions bear out an indicator.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Borne {
    /// Indicator.
    pub id: String,
    /// Decided cases that rest on it.
    pub decided: usize,
    /// Of these, confirmed.
    pub confirmed: usize,
}

/// Cases of one status.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusCount {
    /// Status in words.
    pub status: &'static str,
    /// Cases.
    pub cases: usize,
}

/// What became of the cases that opened under one of five words.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Calibration {
    /// The word, as it was when the case opened.
    pub word: String,
    /// Decided as confirmed or cleared.
    pub decided: usize,
    /// Of these, confirmed.
    pub confirmed: usize,
    /// Mean probability that the check had given these, from the prior and the weight when they opened.
    pub said: f64,
    /// Share confirmed: lower one-sided 95 % bound.
    pub low: f64,
    /// Upper one-sided 95 % bound.
    pub high: f64,
}

/// The weights that judge.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Applied {
    /// Version; 0 is what is shipped.
    pub version: u32,
    /// When it was made, ISO 8601.
    pub made: Option<String>,
    /// Indicators that it moves.
    pub moved: usize,
    /// Versions that were made.
    pub versions: usize,
}

/// State of everything.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Health {
    /// Number of the state.
    pub state: u64,
    /// Judgement time.
    pub judged_as_of: Option<String>,
    /// Why nobody could be judged, where nobody could.
    pub trouble: Option<String>,
    /// Records.
    pub records: u64,
    /// Rejects.
    pub rejects: u64,
    /// People assessed.
    pub assessed: u64,
    /// Sources.
    pub sources: Vec<SourceHealth>,
    /// What one more export would let it answer.
    pub more: Vec<String>,
    /// Indicators, noisiest first.
    pub indicators: Vec<IndicatorLine>,
    /// What decisions say of them.
    pub borne: Vec<Borne>,
    /// Entries of the history.
    pub history_entries: u64,
    /// Its head.
    pub history_head: String,
    /// Where it is broken.
    pub history_broken_at: Option<u64>,
    /// Cases by status.
    pub cases: Vec<StatusCount>,
    /// What decisions say of the five words.
    pub calibration: Vec<Calibration>,
    /// The weights that judge.
    pub weights: Applied,
    /// The last fairness table, where one was made.
    pub fairness: Option<Fairness>,
    /// Legal basis as the scope states it.
    pub basis: Option<String>,
    /// Detail that goes by itself.
    pub retention: Retained,
    /// Receivers of findings.
    pub deliveries: Vec<DeliveryLine>,
}

/// What the last walk over the history found.
#[derive(Default)]
pub(crate) struct Whole {
    found: RwLock<Option<Found>>,
    /// Only one walks.
    walking: Mutex<()>,
    /// When somebody looked last.
    looked: AtomicI64,
}

struct Found {
    /// When it is to be walked over again.
    next: i64,
    verified: store::Verified,
}

/// The five words, most probable first.
const WORDS: [&str; 5] = ["very likely", "likely", "even", "possible", "unlikely"];

/// So long a walk over the history counts, microseconds.
const WALK: i64 = 5_000_000;
/// While somebody looked within so long, the history is walked over again without waiting for the next one who looks.
const LOOKED: i64 = 60_000_000;

/// Days between two days YYYY-MM-DD.
fn days_between(first: &str, last: &str) -> Option<i64> {
    let day = |text: &str| text.get(..10)?.parse::<chrono::NaiveDate>().ok();
    Some(day(last)?.signed_duration_since(day(first)?).num_days())
}

/// Of each word, how many cases were decided one way or the other.
fn calibration(decided: &[(&Case, Outcome)], board: &Board) -> Vec<Calibration> {
    let of = |word: &&str| {
        let on = decided.iter().filter(|(case, outcome)| {
            case.found.word == **word && matches!(outcome, Outcome::Confirmed | Outcome::Cleared)
        });
        let (mut confirmed, mut said) = (0_u64, Vec::new());
        for (case, outcome) in on {
            confirmed += u64::from(*outcome == Outcome::Confirmed);
            let prior = board.person(&case.subject).map_or(board.prior_bits, |one| one.person.prior_bits);
            said.push(1.0 / (1.0 + (-(prior + case.found.millibits as f64 / 1000.0)).exp2()));
        }
        let share = yardstick::Share::of(confirmed, said.len() as u64);
        Calibration {
            word: (*word).to_owned(),
            decided: said.len(),
            confirmed: usize::try_from(confirmed).unwrap_or(usize::MAX),
            said: said.iter().sum::<f64>() / said.len().max(1) as f64,
            low: share.low,
            high: share.high,
        }
    };
    WORDS.iter().map(of).filter(|line| line.decided > 0).collect()
}

impl Desk {
    /// State of everything.
    pub async fn health(&self, user: &User) -> Result<Health> {
        user.needs(Right::SeeQueue)?;
        let board = self.board().await;
        let verified = self.verified().await?;
        let all = self.cases().await?;
        let end = board.judged_as_of.clone().unwrap_or_default();
        let sources = board
            .sources
            .iter()
            .map(|line| SourceHealth {
                source: line.source.clone(),
                table: line.table.clone(),
                first: line.first.clone(),
                last: line.last.clone(),
                lag_days: days_between(&line.last, &end),
                accounts: line.accounts,
                joined: line.joined,
                workers: line.workers,
            })
            .collect();
        let cases = Status::ALL
            .iter()
            .map(|status| StatusCount {
                status: status.as_str(),
                cases: all.iter().filter(|(case, _)| case.status == *status).count(),
            })
            .collect();
        let decided: Vec<_> = all.iter().filter_map(|(case, _)| Some((case, case.outcome()?))).collect();
        let borne = board.indicators.iter().filter_map(|line| {
            let on = decided.iter().filter(|(case, _)| case.found.indicators.contains(&line.id));
            let on: Vec<_> = on.collect();
            let confirmed = on.iter().filter(|(_, outcome)| *outcome == Outcome::Confirmed).count();
            (!on.is_empty()).then(|| Borne { id: line.id.clone(), decided: on.len(), confirmed })
        });
        Ok(Health {
            state: board.sequence,
            judged_as_of: board.judged_as_of.clone(),
            trouble: board.trouble.clone(),
            records: board.records,
            rejects: board.rejects,
            assessed: board.people.len() as u64,
            sources,
            more: board.more.clone(),
            calibration: calibration(&decided, &board),
            weights: self.applied().await?,
            fairness: fairness::last(&self.store).await?,
            borne: borne.collect(),
            indicators: board.indicators.clone(),
            history_entries: verified.entries,
            history_head: verified.head,
            history_broken_at: verified.broken_at.or_else(|| verified.unaccounted.first().copied()),
            cases,
            basis: board.basis.clone(),
            retention: self.retained(&all).await?,
            deliveries: self.deliveries().await?,
        })
    }

    /// The weights that judge.
    async fn applied(&self) -> Result<Applied> {
        let kept = self.store.weights().await?;
        let number = self.store.weights_applied().await?;
        let one = kept.iter().find(|one| one.number == number);
        let body = one.map(|one| serde_json::from_str::<scoring::learning::Version>(&one.body)).transpose();
        let body = body.map_err(|cause| Error::Defect(format!("weights version {number}: {cause}")))?;
        Ok(Applied {
            version: u32::try_from(number).unwrap_or(u32::MAX),
            made: one.map(|one| model::Time(one.at).to_string()),
            moved: body.map_or(0, |version| version.shifts.len()),
            versions: kept.len(),
        })
    }

    /// The history, walked from end to end every few seconds while anybody looks: that grows with the history, and
    /// nobody waits for it but the first.
    async fn verified(&self) -> Result<store::Verified> {
        self.whole.looked.store(access::now(), Ordering::Relaxed);
        if let Some(verified) = self.walked(LOOKED).await {
            return Ok(verified);
        }
        self.walk(LOOKED).await
    }

    /// Walks over the history again where that is due and somebody looked lately.
    pub async fn walk_again(&self) -> Result<()> {
        let since = access::now() - self.whole.looked.load(Ordering::Relaxed);
        if (0..LOOKED).contains(&since) && self.walked(0).await.is_none() {
            self.walk(0).await?;
        }
        Ok(())
    }

    /// What was found, unless a new walk is due for longer than `late`.
    async fn walked(&self, late: i64) -> Option<store::Verified> {
        let found = self.whole.found.read().await;
        found.as_ref().filter(|found| access::now() < found.next + late).map(|found| found.verified.clone())
    }

    async fn walk(&self, late: i64) -> Result<store::Verified> {
        let _one = self.whole.walking.lock().await;
        // whoever waited for another's walk needs none
        if let Some(verified) = self.walked(late).await {
            return Ok(verified);
        }
        let since = access::now();
        let verified = self.store.verify().await?;
        let now = access::now();
        // a long history is walked more seldom: never more than a tenth of the time
        let next = now + WALK.max((now - since) * 10);
        *self.whole.found.write().await = Some(Found { next, verified: verified.clone() });
        Ok(verified)
    }

    /// Rejects in groups, for whoever may open people: samples may name them. Recorded.
    pub async fn rejects(&self, user: &User) -> Result<Vec<RejectGroup>> {
        user.needs(Right::OpenPerson)?;
        self.read(user, None, "rejects", "groups").await?;
        let workspace = self.engine().await?;
        let found = workspace.lake.rejects().await?;
        let line = |one: lake::StoredReject| RejectLine {
            file: one.file,
            source: one.source,
            line: one.line,
            offset: one.offset,
            column: one.column,
            reason: one.reason,
            sample: one.sample,
        };
        Ok(show::group_rejects(&found.into_iter().map(line).collect::<Vec<_>>()))
    }
}
