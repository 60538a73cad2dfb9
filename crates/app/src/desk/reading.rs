//! One case, whole: pseudonymous until its person is opened.

use std::collections::BTreeSet;

use casework::{Case, Right};
use schemars::JsonSchema;
use serde::Serialize;

use super::held::Ranked;
use super::opening::{Seen, is_closed};
use super::queue::{Row, row};
use super::{Board, Desk, User};
use crate::access;
use crate::error::Result;
use crate::explain::Explained;

/// A case like this one, and the number of reasons that both rest on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Alike {
    /// C-7.
    pub case: String,
    /// Status or outcome in words.
    pub state: String,
    /// Reasons that both rest on.
    pub reasons: usize,
}

/// A case that is worked on in another one: what was said of it, and who did and saw what, apart from the other's.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Part {
    /// As in the queue.
    pub row: Row,
    /// Its notes; empty where its person is not open.
    pub notes: Vec<casework::case::Note>,
    /// Its history, newest first: with sentences where its person is open.
    pub history: Vec<Seen>,
}

/// One case as a reader may see it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CaseFile {
    /// As in the queue.
    pub row: Row,
    /// The reader's purpose; missing where the person is not open.
    pub purpose: Option<String>,
    /// Why the reader may not open it.
    pub closed_to_you: Option<String>,
    /// Notes, decisions, checklist and the rest; missing where the person is not open.
    pub case: Option<Case>,
    /// The assessment; missing where the person is not open, or is judged no more.
    pub assessment: Option<Explained>,
    /// The time zone that the roster states for the person, where they are open.
    pub zone: Option<String>,
    /// Whether the last check would still open it.
    pub still_opens: bool,
    /// Legal basis as the scope states it.
    pub basis: Option<String>,
    /// What the accuracy was measured on.
    pub accuracy: String,
    /// Cases with the same reasons.
    pub similar: Vec<Alike>,
    /// Who did and saw what, newest first: with sentences where the person is open.
    pub history: Vec<Seen>,
    /// Cases that are worked on in this one.
    pub parts: Vec<Part>,
    /// Cases of the same person.
    pub earlier: Vec<String>,
    /// The case before this one, heaviest first.
    pub before: Option<String>,
    /// The case after it.
    pub after: Option<String>,
}

/// Similar cases that are told.
const SIMILAR: usize = 10;

/// What every page says of how good the judgement is.
pub const ACCURACY: &str = "Accuracy was measured on made-up companies with planted schemes (docs/measured.md), not on \
                            this company: until enough cases are decided here, read words and rank, not a percentage.";

impl Desk {
    /// One case.
    pub async fn case_file(&self, user: &User, number: u64) -> Result<CaseFile> {
        user.needs(Right::SeeQueue)?;
        let board = self.board().await;
        let ranked = self.ranked().await?;
        let missing = || crate::Error::Missing(format!("there is no case C-{number}"));
        let place = *ranked.at.get(&number).ok_or_else(missing)?;
        let (case, version) = &*ranked.order[place];
        self.may_see(user, case).await?;
        let is_theirs = |place: &usize| is_closed(&board, user, &ranked.order[*place].0.subject);
        let alike = |(other, reasons): (usize, usize)| {
            let other = &ranked.order[other].0;
            Alike { case: other.name(), state: other.state().to_owned(), reasons }
        };
        let similar = ranked.likeness.nearest(place, SIMILAR).into_iter().filter(|(at, _)| !is_theirs(at));
        let similar: Vec<Alike> = similar.map(alike).collect();
        let name = |place: usize| ranked.order[place].0.name();
        let purpose = self.purpose(user, &case.subject).await?;
        let closed_to_you = match user.needs(Right::OpenPerson) {
            Err(cause) => Some(cause.to_string()),
            Ok(()) => None,
        };
        let is_open = purpose.is_some();
        let now = access::now();
        let history = self.seen_of(&case.subject, is_open).await?;
        let assessment = board.person(&case.subject);
        let opened = self.opened(user).await?;
        let guise = super::guise::Guise { board: &board, opened: &opened };
        let count = ranked.likeness.count(place);
        Ok(CaseFile {
            row: row(case, *version, &board, is_open, count, now, &self.today()),
            closed_to_you,
            case: is_open.then(|| case.clone()),
            assessment: assessment.filter(|_| is_open).map(|one| guise.explained(one)),
            zone: board.zones.get(&case.subject).cloned().filter(|_| is_open),
            still_opens: assessment.is_some_and(|one| one.person.case),
            basis: board.basis.clone(),
            accuracy: ACCURACY.to_owned(),
            similar,
            history,
            parts: self.parts(user, &board, &ranked, case, &opened).await?,
            earlier: ranked
                .cases
                .about(&case.subject)
                .filter(|(other, _)| other.number != number)
                .map(|(other, _)| other.name())
                .collect(),
            before: (0..place).rev().find(|at| !is_theirs(at)).map(name),
            after: (place + 1..ranked.order.len()).find(|at| !is_theirs(at)).map(name),
            purpose,
        })
    }

    /// The parts of a case that the reader may see.
    async fn parts(
        &self,
        user: &User,
        board: &Board,
        ranked: &Ranked,
        case: &Case,
        opened: &BTreeSet<String>,
    ) -> Result<Vec<Part>> {
        let mut out = Vec::new();
        for place in case.merged.iter().filter_map(|number| ranked.at.get(number)) {
            let (part, version) = &*ranked.order[*place];
            if is_closed(board, user, &part.subject) {
                continue;
            }
            let is_open = opened.contains(&part.subject);
            let count = ranked.likeness.count(*place);
            out.push(Part {
                row: row(part, *version, board, is_open, count, access::now(), &self.today()),
                notes: if is_open { part.notes.clone() } else { Vec::new() },
                history: self.seen_of(&part.subject, is_open).await?,
            });
        }
        Ok(out)
    }

    /// Who has seen a person, newest first; without what for and what exactly where the person is not open.
    async fn seen_of(&self, id: &str, is_open: bool) -> Result<Vec<Seen>> {
        let mut history = self.seen_by(id).await?;
        for one in history.iter_mut().filter(|_| !is_open) {
            (one.purpose, one.detail) = (None, None);
        }
        Ok(history)
    }
}
