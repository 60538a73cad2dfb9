//! What comes of a command: the case as it is afterwards, and the sentence that the history keeps.

use crate::case::{Before, Case, Decision, Note, Signed};
use crate::role::{Actor, Right};
use crate::status::{Outcome, Status};
use crate::{Command, Error, Result};

/// Longest reason and conclusion, characters.
pub const REASON_CHARS: usize = 4_000;
/// Longest note, characters.
pub const NOTE_CHARS: usize = 20_000;
/// Most notes of a case.
pub const NOTES: usize = 1_000;
/// A sentence has at least so many words.
const REASON_WORDS: usize = 3;

/// A case after a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The case as it is now.
    pub case: Case,
    /// One word for the history.
    pub action: &'static str,
    /// One sentence for the history.
    pub sentence: String,
}

/// Applies a command to a case. The case that comes back is the only thing changed.
pub fn apply(case: &Case, actor: &Actor, at: i64, command: &Command) -> Result<Step> {
    actor.needs(command.right())?;
    let mut next = case.clone();
    let what = change(&mut next, case, actor, at, command)?;
    if !matches!(command, Command::Undo) {
        next.before = undoable(command).then(|| before(case, actor, &what));
    }
    Ok(Step { case: next, action: command.name(), sentence: format!("{} {what}.", actor.name) })
}

/// Carries out the command on `next`, and says what was done, after the actor's name.
fn change(next: &mut Case, case: &Case, actor: &Actor, at: i64, command: &Command) -> Result<String> {
    let signed = |text: &str| Signed { by: actor.name.clone(), at, text: text.to_owned() };
    match command {
        Command::Assign { to } => assign(next, actor, to.as_deref()),
        Command::Due { day } => {
            live(case)?;
            let day = day.as_deref().map(valid_day).transpose()?;
            let said = format!("set the due day to {}", day.as_deref().unwrap_or("none"));
            next.due = day;
            Ok(said)
        }
        Command::Note { text } => {
            let text = text_of("note", text, 1, NOTE_CHARS)?;
            if case.notes.len() >= NOTES {
                return Err(Error::Text(format!("a case has at most {NOTES} notes")));
            }
            next.notes.push(Note { by: actor.name.clone(), at, text });
            Ok("wrote a note".into())
        }
        Command::Check { item, done } => {
            live(case)?;
            if *done {
                next.checklist.insert(*item, signed(""));
            } else {
                next.checklist.remove(item);
            }
            Ok(format!("{} \"{}\"", if *done { "ticked off" } else { "unticked" }, item.as_str()))
        }
        Command::Conclude { question, text } => {
            live(case)?;
            let text = text_of("conclusion", text, 1, REASON_CHARS)?;
            next.conclusions.insert(*question, signed(&text));
            Ok(format!("concluded on \"{}\": {text}", question.as_str()))
        }
        Command::Wait { reason } => {
            let reason = reason_of(reason)?;
            go(next, Status::Waiting)?;
            Ok(set("waiting", case, &reason))
        }
        Command::Snooze { until, reason } => snooze(next, case, at, until, reason),
        Command::Resume => {
            if !matches!(case.status, Status::Waiting | Status::Snoozed) {
                return Err(Error::Nothing("only a case that waits or is snoozed is taken up again".into()));
            }
            go(next, Status::InReview)?;
            next.snoozed_until = None;
            Ok(format!("took it up again (was \"{}\")", case.state()))
        }
        Command::Decide { outcome, reason } => decide(next, case, actor, at, *outcome, reason),
        Command::Approve => approve(next, actor, at),
        Command::Refuse { reason } => {
            let reason = reason_of(reason)?;
            if next.proposal.take().is_none() {
                return Err(Error::Nothing("nothing is proposed".into()));
            }
            go(next, Status::InReview)?;
            Ok(set("in review", case, &reason))
        }
        Command::Reopen { reason } => {
            let reason = reason_of(reason)?;
            if case.status != Status::Closed {
                return Err(Error::transition(case.status, Status::InReview));
            }
            go(next, Status::InReview)?;
            Ok(set("in review", case, &reason))
        }
        Command::Hold { reason } => hold(next, signed(reason.trim())),
        Command::Release { reason } => release(next, reason),
        Command::Undo => undo(next, case, actor),
    }
}

fn hold(next: &mut Case, signed: Signed) -> Result<String> {
    let reason = reason_of(&signed.text)?;
    if next.hold.is_some() {
        return Err(Error::Nothing("it is on hold already".into()));
    }
    next.hold = Some(signed);
    Ok(format!("put it on legal hold: {}", bare(&reason)))
}

fn snooze(next: &mut Case, case: &Case, at: i64, until: &str, reason: &str) -> Result<String> {
    let reason = reason_of(reason)?;
    let until = valid_day(until)?;
    let today: String = model::Time(at).to_string().chars().take(10).collect();
    if until <= today {
        return Err(Error::Text(format!("a snooze ends on a day to come, and {until} is not after {today}")));
    }
    go(next, Status::Snoozed)?;
    let said = set(&format!("snoozed until {until}"), case, &reason);
    next.snoozed_until = Some(until);
    Ok(said)
}

fn release(next: &mut Case, reason: &str) -> Result<String> {
    let reason = reason_of(reason)?;
    if next.hold.take().is_none() {
        return Err(Error::Nothing("it is not on hold".into()));
    }
    Ok(format!("ended the legal hold: {}", bare(&reason)))
}

fn assign(next: &mut Case, actor: &Actor, to: Option<&str>) -> Result<String> {
    live(next)?;
    let own = |name: Option<&str>| name.is_none_or(|name| name == actor.name);
    // taking a free case, or giving one's own back, is work; the rest directs others
    if !(own(to) && own(next.owner.as_deref())) {
        actor.needs(Right::Direct)?;
    }
    let was = next.owner.take().unwrap_or_else(|| "nobody".into());
    next.owner = to.map(str::to_owned);
    if next.owner.is_some() && next.status == Status::Open {
        next.status = Status::InReview;
    }
    Ok(format!("assigned it to {} (was {was})", to.unwrap_or("nobody")))
}

fn decide(
    next: &mut Case,
    case: &Case,
    actor: &Actor,
    at: i64,
    outcome: Outcome,
    reason: &str,
) -> Result<String> {
    let reason = reason_of(reason)?;
    let decision = Decision { outcome, reason: reason.clone(), by: actor.name.clone(), at, second: None };
    next.snoozed_until = None;
    if outcome == Outcome::Confirmed {
        go(next, Status::AwaitingSecond)?;
        next.proposal = Some(decision);
        return Ok(format!("proposed \"confirmed\" (was \"{}\"): {}", case.state(), bare(&reason)));
    }
    if case.status == Status::AwaitingSecond {
        return Err(Error::Nothing(
            "a proposal waits for a second person: approve or refuse it first".into(),
        ));
    }
    go(next, Status::Closed)?;
    next.decisions.push(decision);
    Ok(set(outcome.as_str(), case, &reason))
}

fn approve(next: &mut Case, actor: &Actor, at: i64) -> Result<String> {
    let Some(proposal) = next.proposal.take() else {
        return Err(Error::Nothing("nothing is proposed".into()));
    };
    if proposal.by == actor.name {
        return Err(Error::SamePerson { who: proposal.by });
    }
    go(next, Status::Closed)?;
    let said = format!(
        "agreed to \"{}\", which {} had proposed: {}",
        proposal.outcome.as_str(),
        proposal.by,
        bare(&proposal.reason)
    );
    next.decisions.push(Decision { at, second: Some(actor.name.clone()), ..proposal });
    Ok(said)
}

fn undo(next: &mut Case, case: &Case, actor: &Actor) -> Result<String> {
    let Some(before) = next.before.take() else {
        return Err(Error::Nothing("there is nothing to take back".into()));
    };
    if before.by != actor.name {
        return Err(Error::Nothing(format!("only {} can take back their own change", before.by)));
    }
    if case.decisions.last().is_some_and(|last| last.second.is_some())
        && case.decisions.len() > before.decisions
    {
        return Err(Error::Nothing("two people decided this: it can be reopened, not taken back".into()));
    }
    next.status = before.status;
    next.owner = before.owner;
    next.due = before.due;
    next.snoozed_until = before.snoozed_until;
    next.proposal = before.proposal;
    next.decisions.truncate(before.decisions);
    next.checklist = before.checklist;
    Ok(format!("took back: {}", bare(&before.what)))
}

/// What a later undo would bring back. Notes, conclusions and holds stay: they are corrected by new ones.
fn undoable(command: &Command) -> bool {
    !matches!(
        command,
        Command::Note { .. } | Command::Conclude { .. } | Command::Hold { .. } | Command::Release { .. }
    )
}

fn before(case: &Case, actor: &Actor, what: &str) -> Before {
    Before {
        by: actor.name.clone(),
        what: what.to_owned(),
        status: case.status,
        owner: case.owner.clone(),
        due: case.due.clone(),
        snoozed_until: case.snoozed_until.clone(),
        proposal: case.proposal.clone(),
        decisions: case.decisions.len(),
        checklist: case.checklist.clone(),
    }
}

fn go(case: &mut Case, to: Status) -> Result<()> {
    if !case.status.may_become(to) {
        return Err(Error::transition(case.status, to));
    }
    case.status = to;
    Ok(())
}

fn live(case: &Case) -> Result<()> {
    if case.status.is_live() {
        return Ok(());
    }
    Err(Error::Nothing(format!("the case is {}: reopen it first", case.state())))
}

fn set(to: &str, case: &Case, reason: &str) -> String {
    format!("set \"{to}\" (was \"{}\"): {}", case.state(), bare(reason))
}

/// Without the full stop that the sentence brings itself.
fn bare(text: &str) -> &str {
    text.trim_end_matches('.')
}

/// A reason: at least one sentence.
pub fn reason_of(text: &str) -> Result<String> {
    text_of("reason", text, REASON_WORDS, REASON_CHARS)
}

fn text_of(what: &str, text: &str, words: usize, most: usize) -> Result<String> {
    let text = text.trim();
    let chars = text.chars().count();
    if chars > most {
        return Err(Error::Text(format!(
            "a {what} has at most {most} characters, and this one has {chars}: shorten it, or cite where it lies"
        )));
    }
    if text.split_whitespace().count() < words {
        let least = if words > 1 { "at least one sentence" } else { "not empty" };
        return Err(Error::Text(format!("a {what} is required: {least}")));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Error::Text(format!("a {what} has no control characters")));
    }
    Ok(text.to_owned())
}

/// A day as YYYY-MM-DD, in a year that people plan for.
fn valid_day(day: &str) -> Result<String> {
    let bad = || Error::Text(format!("{:?} is no day YYYY-MM-DD", day.chars().take(20).collect::<String>()));
    let parts: Vec<&str> = day.split('-').collect();
    let [year, month, date] = parts[..] else { return Err(bad()) };
    let number = |text: &str, width: usize| {
        let fits = text.len() == width && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|_| fits)
    };
    let (Some(year), Some(month), Some(date)) = (number(year, 4), number(month, 2), number(date, 2)) else {
        return Err(bad());
    };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    if (2000..2200).contains(&year) && (1..=days).contains(&date) { Ok(day.to_owned()) } else { Err(bad()) }
}
