//! One case, whole: pseudonymous until its person is opened.

use casework::{Case, Right};
use schemars::JsonSchema;
use serde::Serialize;

use super::opening::{Seen, is_closed};
use super::queue::{Row, row};
use super::{Desk, User};
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
        let mut history = self.seen_by(&case.subject).await?;
        if !is_open {
            for one in &mut history {
                (one.purpose, one.detail) = (None, None);
            }
        }
        let assessment = board.person(&case.subject);
        let opened = self.opened(user).await?;
        let guise = super::guise::Guise { board: &board, opened: &opened };
        let count = ranked.likeness.count(place);
        Ok(CaseFile {
            row: row(case, *version, &board, is_open, count, now, &self.today()),
            closed_to_you,
            case: is_open.then(|| case.clone()),
            assessment: assessment.filter(|_| is_open).map(|one| guise.explained(one)),
            still_opens: assessment.is_some_and(|one| one.person.case),
            basis: board.basis.clone(),
            accuracy: ACCURACY.to_owned(),
            similar,
            history,
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
}
