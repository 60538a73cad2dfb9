//! Whom a guest of an interview stands for. The tracking system planned a meeting for one candidate; whoever came to it from
//! outside, and is known by nothing else, is that candidate: if nobody else came from outside, or by the name shown. Where
//! one of the two does not say which meeting it was, a guest without an account who shows the name at that hour is.

use std::collections::{BTreeMap, BTreeSet};

use lake::{Lake, Vault};
use model::Time;

use crate::read::{TIMES, lines, until};
use crate::who::{Account, Worker};
use crate::{Result, Settings};

/// A candidate's interview in a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Planned {
    /// Not every plan names its meeting.
    meeting: Option<String>,
    subject: String,
    from: Time,
    to: Time,
}

/// Somebody in a meeting, by one account or number.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Guest {
    source: String,
    account: String,
    /// Not every list of participants names its meeting.
    meeting: Option<String>,
    name: Option<String>,
    /// The computer, where it is known: who comes twice is numbered twice.
    machine: Option<String>,
    first: Time,
    last: Time,
}

const HOUR_MICROS: i64 = 3_600_000_000;
/// People come early, and interviews last.
const BEFORE: i64 = 2 * HOUR_MICROS;
const AFTER: i64 = 3 * HOUR_MICROS;
/// Where only hour and name speak, they have to agree.
const SLACK: i64 = HOUR_MICROS / 2;

/// Programs that come to meetings to write down what is said.
const PROGRAMS: &[&str] = &["notetaker", "note taker", "otter.ai", "fireflies", "read.ai", "fathom", "gong "];

/// Ties guests of interviews to candidates. `subject` says who a candidate is; `outsiders` are accounts of other domains.
pub(crate) async fn tie(
    lake: &Lake,
    settings: &Settings,
    vault: &Vault,
    (subject, workers, outsiders): (&BTreeMap<String, String>, &[Worker], &BTreeSet<String>),
    accounts: &mut [Account],
) -> Result<()> {
    let planned = planned(lake, settings, subject).await?;
    by_name_alone(lake, settings, (subject, workers), &planned, accounts).await?;
    if planned.is_empty() {
        return Ok(());
    }
    let guests = guests(lake, settings, vault).await?;
    let names: BTreeMap<&str, &str> = workers
        .iter()
        .filter_map(|worker| Some((worker.id.as_str(), worker.folded_name.as_deref()?)))
        .collect();
    let whose: BTreeMap<(&str, &str), Option<&str>> = accounts
        .iter()
        .map(|one| ((one.source.as_str(), one.account.as_str()), one.worker.as_deref()))
        .collect();
    let tied = ties(&planned, &guests, &names, |guest| {
        let known = whose.get(&(guest.source.as_str(), guest.account.as_str())).copied().flatten();
        match known {
            Some(worker) => Who::Known(worker.to_owned()),
            None if guest.account.starts_with(lake::TOKEN_PREFIX) && !outsiders.contains(&guest.account) => {
                Who::Insider
            }
            None => Who::Guest,
        }
    });
    for account in accounts.iter_mut().filter(|account| account.worker.is_none()) {
        if let Some(subject) = tied.get(&(account.source.clone(), account.account.clone())) {
            account.worker = Some(subject.clone());
            account.rule = "interview";
        }
    }
    Ok(())
}

/// A candidate may say who they are for so long after they applied.
const APPLIES_DAYS: (i64, i64) = (-1, 180);

/// Where the tracking system tells of no interview with a candidate: a guest without an account who shows the whole name,
/// while the candidate applies, if nobody else bears it.
async fn by_name_alone(
    lake: &Lake,
    settings: &Settings,
    (subject, workers): (&BTreeMap<String, String>, &[Worker]),
    planned: &[Planned],
    accounts: &mut [Account],
) -> Result<()> {
    let mut bearers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for worker in workers {
        if let Some(name) = worker.folded_name.as_deref().filter(|name| name.contains(' ')) {
            bearers.entry(name).or_default().insert(worker.person());
        }
    }
    let own: BTreeMap<&str, &Worker> = workers.iter().map(|worker| (worker.id.as_str(), worker)).collect();
    let interviewed: BTreeSet<&str> = planned.iter().map(|plan| plan.subject.as_str()).collect();
    let is_only = |subject: &str| {
        let name = own.get(subject).filter(|one| one.is_applicant).and_then(|one| one.folded_name.as_deref());
        !interviewed.contains(subject)
            && name.and_then(|name| bearers.get(name)).is_some_and(|all| all.len() == 1)
    };
    let sql = format!(
        "SELECT m.source, m.user_uid, a.applicant_id, CAST(CAST(min(coalesce(a.applied_time, a.time)) AS BIGINT) AS VARCHAR) AS applied, \
         min(m.time), max(m.time) \
         FROM (SELECT * FROM meeting_participation WHERE {}) m JOIN applicant a ON a.full_name = m.display_name \
         WHERE m.user_email IS NULL AND m.user_uid IS NOT NULL AND a.applicant_id IS NOT NULL GROUP BY 1, 2, 3",
        until(settings)
    );
    let mut found: BTreeMap<(String, String), BTreeSet<String>> = BTreeMap::new();
    for line in lines(lake, settings, 4, &sql).await? {
        let [Some(source), Some(account), Some(applicant), applied] = &line.text[..] else { continue };
        let applied = applied.as_deref().and_then(|text| text.parse().ok()).map(Time);
        let fits = applied.is_none_or(|applied| {
            let days = line.first.day() - applied.day();
            (APPLIES_DAYS.0..=APPLIES_DAYS.1).contains(&days)
        });
        if let Some(subject) = subject.get(applicant).filter(|subject| fits && is_only(subject)) {
            found.entry((source.clone(), account.clone())).or_default().insert(subject.clone());
        }
    }
    for account in accounts.iter_mut().filter(|account| account.worker.is_none()) {
        let key = (account.source.clone(), account.account.clone());
        if let Some([subject]) = found.get(&key).map(|all| all.iter().collect::<Vec<_>>()).as_deref() {
            account.worker = Some((*subject).clone());
            account.rule = "display_name";
        }
    }
    Ok(())
}

/// What is known of somebody in a meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    /// Tied already.
    Known(String),
    /// Of the company, and nobody on the roster.
    Insider,
    /// From outside.
    Guest,
}

/// Accounts that stand for exactly one candidate.
fn ties(
    planned: &[Planned],
    guests: &[Guest],
    names: &BTreeMap<&str, &str>,
    who: impl Fn(&Guest) -> Who,
) -> BTreeMap<(String, String), String> {
    let mut at: BTreeMap<Option<&str>, Vec<&Guest>> = BTreeMap::new();
    for guest in guests {
        at.entry(guest.meeting.as_deref()).or_default().push(guest);
    }
    let mut found: BTreeMap<(String, String), BTreeSet<&str>> = BTreeMap::new();
    for plan in planned {
        let own = names.get(plan.subject.as_str()).copied().unwrap_or_default();
        let there = plan.meeting.as_deref().and_then(|meeting| at.get(&Some(meeting)));
        let there = present(there.into_iter().flatten().copied(), plan, BEFORE, AFTER);
        if there.iter().any(|guest| who(guest) == Who::Known(plan.subject.clone())) {
            continue;
        }
        let mut chosen = chosen(&there, own, &who);
        if chosen.is_empty() {
            let hour = present(at.get(&None).into_iter().flatten().copied(), plan, SLACK, SLACK);
            chosen =
                hour.into_iter().filter(|guest| who(guest) == Who::Guest && is_named(guest, own)).collect();
        }
        for guest in chosen {
            found.entry((guest.source.clone(), guest.account.clone())).or_default().insert(&plan.subject);
        }
    }
    // who comes to the interviews of several is none of them
    let only = |(key, subjects): ((String, String), BTreeSet<&str>)| match subjects
        .into_iter()
        .collect::<Vec<_>>()[..]
    {
        [subject] => Some((key, subject.to_owned())),
        _ => None,
    };
    found.into_iter().filter_map(only).collect()
}

/// Those who were there while the interview lasted, give or take.
fn present<'g>(
    guests: impl Iterator<Item = &'g Guest>,
    plan: &Planned,
    before: i64,
    after: i64,
) -> Vec<&'g Guest> {
    let (from, to) = (plan.from.0.saturating_sub(before), plan.to.0.saturating_add(after));
    guests.filter(|guest| guest.first.0 <= to && guest.last.0 >= from).collect()
}

/// Of those in the meeting the one who shows the name, or the only one from outside.
fn chosen<'g>(there: &[&'g Guest], name: &str, who: impl Fn(&Guest) -> Who) -> Vec<&'g Guest> {
    let outside = there.iter().copied().filter(|guest| who(guest) == Who::Guest && !is_program(guest));
    let outside: Vec<&Guest> = outside.collect();
    // Not every record of somebody says on which computer they came.
    let machines: BTreeMap<&str, &str> = outside
        .iter()
        .filter_map(|guest| Some((guest.account.as_str(), guest.machine.as_deref()?)))
        .collect();
    let mut people: BTreeMap<&str, Vec<&Guest>> = BTreeMap::new();
    for guest in outside {
        let account = guest.account.as_str();
        people.entry(machines.get(account).copied().unwrap_or(account)).or_default().push(guest);
    }
    let named: Vec<&Guest> =
        people.values().flatten().copied().filter(|guest| is_named(guest, name)).collect();
    if named.is_empty() && people.len() == 1 {
        return people.into_values().flatten().collect();
    }
    named
}

fn is_program(guest: &Guest) -> bool {
    guest.name.as_deref().is_some_and(|name| PROGRAMS.iter().any(|word| name.contains(word)))
}

/// Whether the name shown holds every word of a name of two words or more.
fn is_named(guest: &Guest, name: &str) -> bool {
    let shown: BTreeSet<&str> = guest.name.as_deref().unwrap_or_default().split_whitespace().collect();
    let words: Vec<&str> = name.split_whitespace().collect();
    words.len() >= 2 && words.iter().all(|word| shown.contains(word))
}

async fn planned(
    lake: &Lake,
    settings: &Settings,
    subject: &BTreeMap<String, String>,
) -> Result<Vec<Planned>> {
    let before = until(settings);
    let sql = format!(
        "SELECT source, application_uid, applicant_id, {TIMES} FROM applicant \
         WHERE application_uid IS NOT NULL AND applicant_id IS NOT NULL AND {before} GROUP BY 1, 2, 3"
    );
    let mut candidate: BTreeMap<(String, String), String> = BTreeMap::new();
    for line in lines(lake, settings, 3, &sql).await? {
        if let [Some(source), Some(application), Some(id)] = &line.text[..] {
            candidate.insert((source.clone(), application.clone()), id.clone());
        }
    }
    // (One that is planned for later has its time in `time`; that of judgement does not limit what was meant.)
    let sql = "SELECT source, application_uid, applicant_id, meeting_number, min(time), max(coalesce(end_time, time)) \
               FROM interview WHERE time IS NOT NULL GROUP BY 1, 2, 3, 4, time";
    let mut out = Vec::new();
    for line in lines(lake, settings, 4, sql).await? {
        let [Some(source), application, id, meeting] = &line.text[..] else { continue };
        let of = |application: &String| candidate.get(&(source.clone(), application.clone()));
        let id = id.as_ref().or_else(|| application.as_ref().and_then(of));
        let Some(subject) = id.and_then(|id| subject.get(id)) else { continue };
        let (meeting, subject) = (meeting.clone(), subject.clone());
        out.push(Planned { meeting, subject, from: line.first, to: line.last });
    }
    Ok(out)
}

/// Guests of meetings that were planned; and, as of no meeting, whoever without an account was in any other on those days.
async fn guests(lake: &Lake, settings: &Settings, vault: &Vault) -> Result<Vec<Guest>> {
    let planned = "meeting_number IN (SELECT meeting_number FROM interview)";
    let mut out = seen(lake, settings, vault, planned).await?;
    let elsewhere = "(meeting_number IS NULL OR meeting_number NOT IN \
                     (SELECT meeting_number FROM interview WHERE meeting_number IS NOT NULL)) \
                     AND user_email IS NULL AND date_trunc('day', time) IN (SELECT date_trunc('day', time) FROM interview)";
    let others = seen(lake, settings, vault, elsewhere).await?;
    out.extend(others.into_iter().map(|guest| Guest { meeting: None, ..guest }));
    Ok(out)
}

async fn seen(lake: &Lake, settings: &Settings, vault: &Vault, which: &str) -> Result<Vec<Guest>> {
    // by day: the room of an interviewer is the same for many candidates
    let sql = format!(
        "SELECT source, coalesce(user_email, user_uid), meeting_number, display_name, coalesce(disk_id, mac, hostname), {TIMES} \
         FROM meeting_participation WHERE {which} \
         AND coalesce(user_email, user_uid) IS NOT NULL AND {} GROUP BY 1, 2, 3, 4, 5, date_trunc('day', time)",
        until(settings)
    );
    let mut out = Vec::new();
    for line in lines(lake, settings, 5, &sql).await? {
        let [Some(source), Some(account), meeting, name, machine] = &line.text[..] else { continue };
        let shown = match name {
            Some(name) => vault.reveal(name)?.map(|name| measure::text::fold(&name)),
            None => None,
        };
        out.push(Guest {
            source: source.clone(),
            account: account.clone(),
            meeting: meeting.clone(),
            name: shown,
            machine: machine.clone(),
            first: line.first,
            last: line.last,
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(account: &str, name: &str, machine: &str, hour: i64) -> Guest {
        let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let time = Time(hour * HOUR_MICROS);
        Guest {
            source: "zoom".into(),
            account: account.into(),
            meeting: Some("876".into()),
            name: text(name),
            machine: text(machine),
            first: time,
            last: time,
        }
    }

    fn planned(subject: &str, hour: i64) -> Planned {
        let (from, to) = (Time(hour * HOUR_MICROS), Time((hour + 1) * HOUR_MICROS));
        Planned { meeting: Some("876".into()), subject: subject.into(), from, to }
    }

    /// Accounts and whom they stand for; accounts that begin with `w` are of workers.
    fn found(planned: &[Planned], guests: &[Guest]) -> Vec<(String, String)> {
        let names = BTreeMap::from([("a", "ada park"), ("b", "bo lind")]);
        let who = |guest: &Guest| match guest.account.as_bytes()[0] {
            b'w' => Who::Known(guest.account.clone()),
            b'i' => Who::Insider,
            b'a' => Who::Known("a".into()),
            _ => Who::Guest,
        };
        ties(planned, guests, &names, who)
            .into_iter()
            .map(|((_, account), subject)| (account, subject))
            .collect()
    }

    fn pair(account: &str, subject: &str) -> (String, String) {
        (account.to_owned(), subject.to_owned())
    }

    #[test]
    fn the_only_one_from_outside_is_the_candidate_however_often_they_come() {
        let all = [
            guest("w1", "", "m0", 10),
            guest("i1", "", "", 10),
            guest("x1", "", "m1", 10),
            guest("x1", "", "", 10),
            guest("x2", "", "m1", 11),
            guest("x3", "otter.ai", "", 10),
        ];
        assert_eq!(found(&[planned("a", 10)], &all), [pair("x1", "a"), pair("x2", "a")]);
    }

    #[test]
    fn of_two_from_outside_the_one_who_shows_the_name_is() {
        let all = [guest("x1", "guest", "m1", 10), guest("x2", "ada park she/her", "m2", 10)];
        assert_eq!(found(&[planned("a", 10)], &all), [pair("x2", "a")]);
        let nobody = [guest("x1", "guest", "m1", 10), guest("x2", "other", "m2", 10)];
        assert_eq!(found(&[planned("a", 10)], &nobody), []);
    }

    #[test]
    fn a_room_is_used_by_many_and_an_account_of_several_candidates_is_nobodys() {
        let plans = [planned("a", 10), planned("b", 40)];
        let all = [guest("x1", "", "m1", 10), guest("x2", "", "m2", 40)];
        assert_eq!(found(&plans, &all), [pair("x1", "a"), pair("x2", "b")]);
        let same = [guest("x1", "", "m1", 10), guest("x1", "", "m1", 40)];
        assert_eq!(found(&plans, &same), []);
    }

    #[test]
    fn who_is_known_to_have_come_needs_no_guess() {
        let all = [guest("a@", "", "m1", 10), guest("x1", "", "m2", 10)];
        assert_eq!(found(&[planned("a", 10)], &all), []);
    }

    #[test]
    fn where_no_meeting_is_named_hour_and_name_must_agree() {
        let loose =
            |account: &str, name: &str, hour| Guest { meeting: None, ..guest(account, name, "m1", hour) };
        let plan = [Planned { meeting: None, ..planned("a", 10) }];
        let all = [loose("x1", "ada park", 10), loose("x2", "guest", 10), loose("x3", "ada park", 14)];
        assert_eq!(found(&plan, &all), [pair("x1", "a")]);
        // a planned meeting whose list of participants does not say whose list it is
        assert_eq!(found(&[planned("a", 10)], &all), [pair("x1", "a")]);
    }
}
