//! The queue: what needs a person now. Nobody has a name in it until the reader has opened them.

use casework::queue::View;
use casework::{Case, Right};
use schemars::JsonSchema;
use serde::Serialize;

use super::opening::is_closed;
use super::{Board, Desk, User};
use crate::access;
use crate::error::Result;
use crate::explain::Explained;

/// Most rows of one page.
pub const PAGE: usize = 200;

/// One row.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Row {
    /// C-7.
    pub case: String,
    /// Version, to be named with a change.
    pub version: u64,
    /// P-7.
    pub person: String,
    /// Roster id, for a reader who has opened the person.
    pub worker_id: Option<String>,
    /// Whether the reader has.
    pub is_open: bool,
    /// Status.
    pub status: casework::Status,
    /// Status or outcome in words.
    pub state: &'static str,
    /// One of five words.
    pub word: String,
    /// Weight of the records without the prior, bits.
    pub bits: f64,
    /// The strongest reasons for, at most two.
    pub why: Vec<String>,
    /// The strongest reason against.
    pub against: Option<String>,
    /// F-2.
    pub farm: Option<String>,
    /// Days since the case opened.
    pub age_days: i64,
    /// When it opened, ISO 8601.
    pub opened_at: String,
    /// YYYY-MM-DD.
    pub due: Option<String>,
    /// Whether that day is past.
    pub is_overdue: bool,
    /// Put away until.
    pub snoozed_until: Option<String>,
    /// Who works on it.
    pub owner: Option<String>,
    /// Cases with the same reasons.
    pub similar: usize,
    /// On legal hold.
    pub is_held: bool,
    /// Parts taken in.
    pub merged: Vec<String>,
}

/// What a reader asks for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// View.
    pub view: View,
    /// Only with this farm: F-2.
    pub farm: Option<String>,
    /// Only with this owner.
    pub owner: Option<String>,
    /// Only with a reason in which this stands.
    pub reason: Option<String>,
    /// Begin after this case.
    pub after: Option<String>,
    /// Rows at most.
    pub limit: usize,
}

/// Cases in one view.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ViewCount {
    /// View, as it stands in addresses.
    pub view: &'static str,
    /// Cases.
    pub cases: usize,
}

/// A part of the list, with what must be said above it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Queue {
    /// Rows.
    #[serde(rename = "items")]
    pub rows: Vec<Row>,
    /// Rows in this view, shown or not.
    pub total: usize,
    /// Cases in each view.
    pub counts: Vec<ViewCount>,
    /// The case after which the next part begins.
    pub next: Option<String>,
    /// What the queue does not see.
    pub not_seen: Vec<String>,
    /// Innocent people to expect among the opened.
    pub expected_innocent: f64,
    /// Cases that the last check opens.
    pub opened: usize,
    /// People assessed.
    pub assessed: usize,
    /// Prior in words.
    pub prior: String,
    /// Judgement time.
    pub judged_as_of: Option<String>,
}

impl Desk {
    /// A part of the queue.
    pub async fn queue(&self, user: &User, asked: &Asked) -> Result<Queue> {
        user.needs(Right::SeeQueue)?;
        let board = self.board().await;
        let opened = self.opened(user).await?;
        let (now, today) = (access::now(), self.today());
        let ranked = self.ranked().await?;
        let name = &user.actor.name;
        // nobody reads over how their own case fares, or that of whoever is tied to them
        let is_theirs = |id: &str| is_closed(&board, user, id);
        let count = |view: &View| {
            let seen = ranked.order.iter().filter(|held| !is_theirs(&held.0.subject));
            let cases = seen.filter(|held| view.holds(&held.0, name, now, &today)).count();
            ViewCount { view: view.key(), cases }
        };
        let counts = View::ALL.iter().map(count).collect();
        let fits = |at: &usize| {
            let case = &ranked.order[*at].0;
            asked.view.holds(case, name, now, &today) && !is_theirs(&case.subject) && asked.fits(case, &board)
        };
        let fits: Vec<usize> = (0..ranked.order.len()).filter(fits).collect();
        let limit = asked.limit.clamp(1, PAGE);
        let begin = match asked.after.as_deref() {
            None => 0,
            Some(name) => {
                let at = ranked.at.get(&super::number(name)?);
                let at = at.ok_or_else(|| crate::Error::Input("the cursor names no case".into()))?;
                fits.partition_point(|place| place <= at)
            }
        };
        let shown = |at: &usize| {
            let (case, version) = &*ranked.order[*at];
            let is_open = opened.contains(&case.subject);
            row(case, *version, &board, is_open, ranked.likeness.count(*at), now, &today)
        };
        let rows: Vec<Row> = fits.iter().skip(begin).take(limit).map(shown).collect();
        let is_last = begin + rows.len() >= fits.len();
        let next = rows.last().filter(|_| !is_last).map(|row| row.case.clone());
        Ok(Queue {
            rows,
            total: fits.len(),
            counts,
            next,
            not_seen: not_seen(&board),
            expected_innocent: board.expected_innocent,
            opened: board
                .ids
                .iter()
                .zip(&board.people)
                .filter(|(id, one)| one.person.case && !is_theirs(id))
                .count(),
            assessed: board.people.len(),
            prior: board.prior.clone(),
            judged_as_of: board.judged_as_of.clone(),
        })
    }
}

impl Asked {
    fn fits(&self, case: &Case, board: &Board) -> bool {
        if self.farm.is_none() && self.owner.is_none() && self.reason.is_none() {
            return true;
        }
        let one = board.person(&case.subject);
        let farm = one.and_then(|one| board.farm_name(one.person.farm.as_deref()?));
        let says = |part: &String| {
            let part = part.to_lowercase();
            case.name().to_lowercase() == part
                || one.is_some_and(|one| {
                    one.waterfall.iter().any(|bar| bar.bits > 0.0 && bar.label.to_lowercase().contains(&part))
                })
        };
        self.farm.as_ref().is_none_or(|wanted| farm.as_ref() == Some(wanted))
            && self.owner.as_ref().is_none_or(|wanted| case.owner.as_ref() == Some(wanted))
            && self.reason.as_ref().is_none_or(says)
    }
}

pub(crate) fn row(
    case: &Case,
    version: u64,
    board: &Board,
    is_open: bool,
    similar: usize,
    now: i64,
    today: &str,
) -> Row {
    let one = board.person(&case.subject);
    Row {
        case: case.name(),
        version,
        person: board.pseudonym(&case.subject),
        worker_id: is_open.then(|| case.subject.clone()),
        is_open,
        status: case.status,
        state: case.state(),
        word: one
            .map_or_else(|| case.found.word.clone(), |one| scoring::words(one.person.probability).into()),
        bits: one.map_or(case.found.millibits as f64 / 1000.0, |one| one.person.bits),
        why: one.map(|one| reasons(one, 2)).unwrap_or_default(),
        against: one.and_then(against),
        farm: one.and_then(|one| board.farm_name(one.person.farm.as_deref()?)),
        age_days: (now - case.opened_at).max(0) / model::time::DAY_MICROS,
        opened_at: model::Time(case.opened_at).to_string(),
        due: case.due.clone(),
        is_overdue: case.status.is_live() && case.due.as_deref().is_some_and(|day| day < today),
        snoozed_until: case.snoozed_until.clone(),
        owner: case.owner.clone(),
        similar,
        is_held: case.hold.is_some(),
        merged: case.merged.iter().map(|number| format!("C-{number}")).collect(),
    }
}

/// The strongest reasons for, by their titles: those name nobody.
pub(crate) fn reasons(one: &Explained, most: usize) -> Vec<String> {
    let mut bars: Vec<_> = one.waterfall.iter().filter(|bar| bar.kind == "for" && bar.bits > 0.0).collect();
    bars.sort_by(|a, b| b.bits.total_cmp(&a.bits).then_with(|| a.key.cmp(&b.key)));
    bars.into_iter().take(most).map(|bar| bar.label.clone()).collect()
}

/// The strongest reason against.
pub(crate) fn against(one: &Explained) -> Option<String> {
    let bars = one.waterfall.iter().filter(|bar| bar.bits < 0.0 && bar.kind != "calibration");
    // a company's record says more than silence, also where it weighs less
    let strongest =
        bars.min_by(|a, b| (a.kind == "silent").cmp(&(b.kind == "silent")).then(a.bits.total_cmp(&b.bits)));
    strongest.map(|bar| bar.label.clone())
}

/// What the queue does not see: sources that stop early, and exports that are missing.
pub(crate) fn not_seen(board: &Board) -> Vec<String> {
    let end: String = board.judged_as_of.clone().unwrap_or_default().chars().take(10).collect();
    let mut out: Vec<String> = board
        .sources
        .iter()
        .filter(|line| line.accounts > 1 && line.joined * 10 < line.accounts * 9)
        .map(|line| {
            format!(
                "{}: {} of {} accounts or devices are tied to nobody",
                line.source,
                line.accounts - line.joined,
                line.accounts
            )
        })
        .collect();
    let late = board.sources.iter().filter(|line| {
        // sheets are snapshots; logs go on
        line.last.as_str() < end.as_str()
            && ["authentication", "process", "device_inventory"].contains(&line.table.as_str())
    });
    out.extend(late.map(|line| format!("{} rows stop at {}", line.source, line.last)));
    out.extend(board.more.iter().cloned());
    out
}
