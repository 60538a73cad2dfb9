//! Candidates of the applicant tracking system: who of them is a worker, who of them is one person, and who is a subject of
//! their own. First what needs no guess: an e-mail address that one worker carries, or one name with one phone or home; for
//! everybody else the probability of `same`, of which what is not certain becomes a question.

use std::collections::{BTreeMap, BTreeSet};

use lake::{Lake, Vault};
use model::derived::APPLICANT_PREFIX;
use model::{TableDef, Time, Whose, tables};

use crate::address::Book;
use crate::group::Groups;
use crate::read::{SPAN, TIMES, lines, until};
use crate::same::{self, Card, Likely, Verdict};
use crate::who::{Account, Worker};
use crate::{Result, Settings};

/// Everything that a tracking system says of one candidate. Values but the name's words are tokens.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Candidate {
    id: String,
    name: Option<String>,
    folded_name: Option<String>,
    emails: BTreeSet<String>,
    phones: BTreeSet<String>,
    places: BTreeSet<String>,
    home: Option<String>,
    /// City, region and country, where they are known.
    area: [Option<String>; 3],
    /// Where the applications came from.
    origins: BTreeSet<String>,
    applied: Option<Time>,
    said: Time,
    records: Vec<String>,
    /// The latest of it in clear text, for comparing.
    card: Card,
}

impl Candidate {
    fn note(&mut self, first: Time, last: Time, records: &[String]) {
        self.applied = Some(self.applied.map_or(first, |known| known.min(first)));
        self.said = self.said.max(last);
        for record in records {
            if !self.records.contains(record) {
                self.records.push(record.clone());
            }
        }
    }
}

/// Who each candidate is.
#[derive(Debug, Default)]
pub(crate) struct Candidates {
    /// Subject by the tracking system's id: a worker, or the candidate.
    pub(crate) subject: BTreeMap<String, String>,
    /// Those who are no workers.
    pub(crate) people: Vec<Worker>,
    /// Tracking ids of those who are workers by probability: what they came to interviews with is not theirs for certain.
    pub(crate) probable: BTreeSet<String>,
    /// Who may be one person: what is asked, of whom, and who it may be.
    pub(crate) asked: Vec<(String, String, String)>,
}

/// The latest that the tracking system says of each candidate.
pub(crate) async fn read(
    lake: &Lake,
    settings: &Settings,
    vault: &Vault,
    book: &Book,
) -> Result<Vec<Candidate>> {
    let sql = format!(
        "SELECT applicant_id, email, full_name, phone, address, address_city, address_region, address_country, origin, profile_url, \
         CAST(CAST(min(applied_time) AS BIGINT) AS VARCHAR) AS applied, \
         {SPAN} FROM applicant WHERE applicant_id IS NOT NULL AND {} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10",
        until(settings)
    );
    let mut out: BTreeMap<String, Candidate> = BTreeMap::new();
    // Papers may come without the tracking system's own export.
    let papers = format!(
        "SELECT applicant_id, email, phone, {SPAN} FROM document WHERE applicant_id IS NOT NULL AND {} GROUP BY 1, 2, 3",
        until(settings)
    );
    for line in lines(lake, settings, 3, &papers).await? {
        let [Some(id), email, phone] = &line.text[..] else { continue };
        let one =
            out.entry(id.clone()).or_insert_with(|| Candidate { id: id.clone(), ..Candidate::default() });
        one.card.take(vault, [&None, email, phone, &None])?;
        one.emails.extend(email.clone());
        one.phones.extend(phone.clone());
        one.note(line.first, line.last, &line.records);
    }
    for line in lines(lake, settings, 11, &sql).await? {
        let [Some(id), email, name, phone, address, city, region, country, origin, profile, applied] =
            &line.text[..]
        else {
            continue;
        };
        let one =
            out.entry(id.clone()).or_insert_with(|| Candidate { id: id.clone(), ..Candidate::default() });
        one.card.take(vault, [name, email, phone, address])?;
        if let Some(profile) = profile {
            one.card.profile.clone_from(profile);
        }
        if let Some(name) = name {
            one.folded_name =
                vault.reveal(name)?.map(|name| measure::text::fold(&name)).or(one.folded_name.take());
            one.name = Some(name.clone());
        }
        one.emails.extend(email.clone());
        one.phones.extend(phone.clone());
        one.origins.extend(origin.clone());
        for (known, value) in one.area.iter_mut().zip([city, region, country]) {
            *known = known.take().or_else(|| value.clone());
        }
        if let Some(address) = address {
            one.places.extend(book.house(address).map(str::to_owned));
            one.home = Some(address.clone());
        }
        let applied = applied.as_deref().and_then(|text| text.parse().ok()).map(Time);
        one.note(applied.map_or(line.first, |applied| applied.min(line.first)), line.last, &line.records);
    }
    Ok(out.into_values().collect())
}

/// Rule of a candidate who is a worker by probability.
pub(crate) const WAS_CANDIDATE: &str = "was_candidate";

/// Accounts by which those came to interviews who are workers by probability alone. Whoever sat there may be another, and the
/// computers are not laid at the worker's door.
pub(crate) fn asides(
    candidates: &BTreeMap<String, String>,
    probable: &BTreeSet<String>,
    accounts: &[Account],
) -> BTreeSet<(String, String)> {
    let certain: BTreeSet<&str> =
        candidates.iter().filter(|(id, _)| !probable.contains(*id)).map(|(_, who)| who.as_str()).collect();
    let maybe: BTreeSet<&str> =
        probable.iter().filter_map(|id| candidates.get(id)).map(String::as_str).collect();
    let is_aside = |one: &&Account| {
        let who = one.worker.as_deref().unwrap_or_default();
        matches!(one.rule, "interview" | "display_name") && maybe.contains(who) && !certain.contains(who)
    };
    accounts.iter().filter(is_aside).map(|one| (one.source.clone(), one.account.clone())).collect()
}

/// What the tracking system and whatever names its candidates say is about whom.
pub(crate) async fn applications(
    lake: &Lake,
    settings: &Settings,
    subject: &BTreeMap<String, String>,
    probable: &BTreeSet<String>,
) -> Result<Vec<Account>> {
    let mut out = BTreeMap::new();
    let of = |table: &&&TableDef| table.account().is_some_and(|account| account.whose == Whose::Applicant);
    for table in tables::ALL.iter().filter(of) {
        let sql = format!(
            "SELECT source, applicant_id, {TIMES} FROM {} WHERE applicant_id IS NOT NULL AND {} GROUP BY 1, 2",
            table.name,
            until(settings)
        );
        for line in lines(lake, settings, 2, &sql).await? {
            let [Some(source), Some(account)] = &line.text[..] else { continue };
            let (source, account) = (source.clone(), account.clone());
            let worker = subject.get(&account).cloned();
            let rule = match &worker {
                Some(_) if probable.contains(&account) => WAS_CANDIDATE,
                Some(_) => "applicant_id",
                None => "unjoined",
            };
            out.insert((source.clone(), account.clone()), Account { source, account, worker, rule });
        }
    }
    Ok(out.into_values().collect())
}

/// Ties candidates to workers and to each other, and workers who are one person. `cards` are the workers'; `answers` the user's.
///
/// # Errors
/// When people cannot be compared.
pub(crate) fn resolve(
    workers: &mut [Worker],
    cards: Vec<Card>,
    candidates: Vec<Candidate>,
    (book, answers): (&Book, &[(String, String)]),
) -> Result<Candidates> {
    let tied = ties(workers, &candidates, answers);
    let all: Vec<Card> = cards.into_iter().chain(candidates.iter().map(|one| one.card.clone())).collect();
    let pairs = same::ask(&all)?;
    let mut out = Candidates::default();
    let heads = again(workers, &pairs, answers, &mut out.asked);
    let mut left = Vec::new();
    let first = workers.len();
    // A candidate who is a worker speaks for that worker.
    let of = |at: usize| if at < first { Some(at) } else { tied[at - first] };
    let mut near: BTreeMap<usize, Vec<Likely>> = BTreeMap::new();
    for pair in &pairs {
        near.entry(pair.one).or_default().push(*pair);
        near.entry(pair.other).or_default().push(*pair);
    }
    for (place, one) in candidates.into_iter().enumerate() {
        let at = first + place;
        let subject = match tied[place] {
            Some(worker) => Some(worker),
            None => match same::verdict(near.get(&at).map_or(&[], Vec::as_slice), at, |other| {
                of(other).map(|worker| heads[worker])
            }) {
                Verdict::One(other) => {
                    out.probable.insert(one.id.clone());
                    of(other)
                }
                Verdict::Ask(other, p) => {
                    let who = format!("{APPLICANT_PREFIX}{}", one.id);
                    out.asked.extend(of(other).map(|worker| (question(p), who, workers[worker].id.clone())));
                    None
                }
                Verdict::Nobody => None,
            },
        };
        match subject {
            Some(worker) => _ = out.subject.insert(one.id.clone(), workers[worker].id.clone()),
            None => left.push((at, one)),
        }
    }
    let (places, left): (Vec<usize>, Vec<Candidate>) = left.into_iter().unzip();
    let person = persons(&left, &moved(&pairs, &places));
    out.add(left, &person, book);
    Ok(out)
}

/// A question of one person, as proposals show it.
fn question(probability: f64) -> String {
    format!("one person? {probability:.2}")
}

/// The worker, by place, who each candidate is without a guess.
fn ties(workers: &[Worker], candidates: &[Candidate], answers: &[(String, String)]) -> Vec<Option<usize>> {
    let directory = Carriers::new(workers);
    let place: BTreeMap<&str, usize> =
        workers.iter().enumerate().map(|(at, worker)| (worker.id.as_str(), at)).collect();
    let answered: BTreeMap<&str, &str> = answers
        .iter()
        .filter_map(|(who, worker)| Some((who.strip_prefix(APPLICANT_PREFIX)?, worker.as_str())))
        .collect();
    let tie = |one: &Candidate| {
        let worker = answered.get(one.id.as_str()).copied().filter(|worker| place.contains_key(worker));
        worker.or_else(|| directory.worker(one)).map(|worker| place[worker])
    };
    candidates.iter().map(tie).collect()
}

/// Two entries of a roster that are one person: who left and came back, under another number. Where both work at a time it is
/// asked, and only an answer makes them one. Gives the first entry of each.
fn again(
    workers: &mut [Worker],
    pairs: &[Likely],
    answers: &[(String, String)],
    asked: &mut Vec<(String, String, String)>,
) -> Vec<usize> {
    let groups = same::groups(pairs, workers.len(), |a, b| {
        a < workers.len() && b < workers.len() && workers[a].is_before_or_after(&workers[b])
    });
    let mut joined = crate::group::Groups::new(workers.len());
    for group in &groups {
        group.iter().for_each(|at| joined.join(group[0], *at));
    }
    let place: BTreeMap<&str, usize> =
        workers.iter().enumerate().map(|(at, worker)| (worker.id.as_str(), at)).collect();
    for (a, b) in answers {
        if let (Some(a), Some(b)) = (place.get(a.as_str()), place.get(b.as_str())) {
            joined.join(*a, *b);
        }
    }
    for pair in pairs.iter().filter(|pair| pair.other < workers.len()) {
        if joined.of(pair.one) != joined.of(pair.other) {
            let [one, other] = [pair.one, pair.other].map(|at| workers[at].id.clone());
            asked.push((question(pair.probability()), other, one));
        }
    }
    let heads: Vec<usize> = (0..workers.len()).map(|at| joined.of(at)).collect();
    let mut sizes = vec![0; workers.len()];
    heads.iter().for_each(|head| sizes[*head] += 1);
    for (at, head) in heads.iter().enumerate().filter(|(_, head)| sizes[**head] > 1) {
        workers[at].person = Some(workers[*head].id.clone());
    }
    heads
}

/// Pairs among some people, by their places there.
fn moved(pairs: &[Likely], places: &[usize]) -> Vec<Likely> {
    let place = |at: usize| places.binary_search(&at).ok();
    let pair = |pair: &Likely| Some(Likely { one: place(pair.one)?, other: place(pair.other)?, ..*pair });
    pairs.iter().filter_map(pair).collect()
}

impl Candidates {
    fn add(&mut self, left: Vec<Candidate>, person: &[Option<String>], book: &Book) {
        let agencies = agencies(&left, person);
        for (at, one) in left.into_iter().enumerate() {
            let subject = format!("{APPLICANT_PREFIX}{}", one.id);
            self.subject.insert(one.id.clone(), subject.clone());
            let home = one.home;
            let agency = one.origins.iter().find(|origin| agencies.contains(*origin)).cloned();
            let [city, region, country] = one.area;
            self.people.push(Worker {
                id: subject,
                is_applicant: true,
                person: person[at].clone(),
                personal_email: one.emails.first().cloned(),
                folded_name: one.folded_name,
                name: one.name,
                phone: one.phones.first().cloned(),
                place: home.as_deref().and_then(|home| book.house(home)).map(str::to_owned),
                building: home.as_deref().and_then(|home| book.building(home)).map(str::to_owned),
                home,
                area: [city, region, None, country],
                agency,
                start: one.applied,
                said: one.said,
                records: one.records,
                ..Worker::default()
            });
        }
    }
}

/// Workers by what a candidate may share with them.
struct Carriers<'a> {
    by_email: BTreeMap<&'a str, Option<&'a str>>,
    by_name: BTreeMap<&'a str, Vec<&'a Worker>>,
}

impl<'a> Carriers<'a> {
    fn new(workers: &'a [Worker]) -> Self {
        let (mut by_email, mut by_name) = (BTreeMap::new(), BTreeMap::<_, Vec<_>>::new());
        for worker in workers {
            for email in [&worker.work_email, &worker.personal_email].into_iter().flatten() {
                let known = by_email.entry(email.as_str()).or_insert(Some(worker.id.as_str()));
                if *known != Some(worker.id.as_str()) {
                    *known = None;
                }
            }
            if let Some(name) = worker.folded_name.as_deref().filter(|name| !name.is_empty()) {
                by_name.entry(name).or_default().push(worker);
            }
        }
        Self { by_email, by_name }
    }

    fn worker(&self, one: &Candidate) -> Option<&'a str> {
        let mails: BTreeSet<&str> = one
            .emails
            .iter()
            .filter_map(|mail| self.by_email.get(mail.as_str()).copied().flatten())
            .collect();
        if let [worker] = mails.into_iter().collect::<Vec<_>>()[..] {
            return Some(worker);
        }
        let named = self.by_name.get(one.folded_name.as_deref()?)?;
        let has = |set: &BTreeSet<String>, value: &Option<String>| {
            value.as_ref().is_some_and(|it| set.contains(it))
        };
        let same = |worker: &&&Worker| has(&one.phones, &worker.phone) || has(&one.places, &worker.place);
        match named.iter().filter(same).collect::<Vec<_>>()[..] {
            [worker] => Some(&worker.id),
            _ => None,
        }
    }
}

/// From so many people on, one phone for most of those whom one origin brings is that of an agency.
const SUBMITTED: usize = 3;

/// Origins of applications that are agencies: of whom one brings, six in ten give one phone, which is the agency's own.
/// (A board or the company's own page brings people of whom each has a phone.)
fn agencies(all: &[Candidate], person: &[Option<String>]) -> BTreeSet<String> {
    let mut brought: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut phones: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for (at, one) in all.iter().enumerate() {
        let who = person[at].as_deref().unwrap_or(&one.id);
        for origin in &one.origins {
            brought.entry(origin).or_default().insert(who);
            for phone in &one.phones {
                phones.entry((origin, phone)).or_default().insert(who);
            }
        }
    }
    let most = |((origin, _), people): (&(&str, &str), &BTreeSet<&str>)| {
        let all = brought.get(origin).map_or(0, BTreeSet::len);
        (people.len() >= SUBMITTED && people.len() * 10 >= all * 6).then(|| (*origin).to_owned())
    };
    phones.iter().filter_map(most).collect()
}

/// For each candidate who applies several times under one name, however it is spelled, the first of these applications.
fn persons(all: &[Candidate], pairs: &[Likely]) -> Vec<Option<String>> {
    let mut groups = Groups::new(all.len());
    let mut first: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (at, one) in all.iter().enumerate() {
        let Some(name) = one.folded_name.as_deref().filter(|name| !name.is_empty()) else { continue };
        for value in one.emails.iter().chain(&one.phones).chain(&one.places) {
            let other = *first.entry((name, value)).or_insert(at);
            groups.join(other, at);
        }
    }
    for group in same::groups(pairs, all.len(), |_, _| true) {
        group.iter().for_each(|at| groups.join(group[0], *at));
    }
    let mut sizes: BTreeMap<usize, usize> = BTreeMap::new();
    for at in 0..all.len() {
        *sizes.entry(groups.of(at)).or_default() += 1;
    }
    let of = |at: usize| {
        let head = groups.of(at);
        (sizes[&head] > 1).then(|| format!("{APPLICANT_PREFIX}{}", all[head].id))
    };
    (0..all.len()).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: &str, name: &str, email: &str, phone: &str) -> Candidate {
        Candidate {
            id: id.into(),
            folded_name: Some(name.into()),
            emails: [email.to_owned()].into(),
            phones: [phone.to_owned()].into(),
            ..Candidate::default()
        }
    }

    fn resolved(mut workers: Vec<Worker>, all: Vec<Candidate>) -> Candidates {
        let cards = vec![Card::default(); workers.len()];
        resolve(&mut workers, cards, all, (&Book::new(Vec::new()), &[])).unwrap()
    }

    #[test]
    fn a_hired_candidate_is_the_worker_and_the_rest_are_themselves() {
        let worker = Worker {
            id: "7".into(),
            personal_email: Some("m1".into()),
            phone: Some("p1".into()),
            folded_name: Some("ada lovelace".into()),
            ..Worker::default()
        };
        let all = vec![
            candidate("7", "ada l", "m1", "p9"),
            candidate("8", "ada lovelace", "m8", "p1"),
            candidate("9", "ada lovelace", "m9", "p3"),
        ];
        let found = resolved(vec![worker], all);
        assert_eq!(found.subject["7"], "7");
        assert_eq!(found.subject["8"], "7");
        // a namesake with another phone is somebody else, also where the ids look like a worker's
        assert_eq!(found.subject["9"], "applicant:9");
        assert_eq!(found.people.len(), 1);
    }

    #[test]
    fn an_agency_is_who_brings_people_with_one_phone() {
        let from = |id: &str, phone: &str, origin: &str| Candidate {
            origins: [origin.to_owned()].into(),
            ..candidate(id, id, id, phone)
        };
        let all = vec![
            from("1", "p", "bright staffing"),
            from("2", "p", "bright staffing"),
            from("3", "p", "bright staffing"),
            from("4", "q", "bright staffing"),
            from("5", "r", "a board"),
            from("6", "r", "a board"),
            from("7", "r", "a board"),
            from("8", "s", "a board"),
            from("9", "t", "a board"),
            from("10", "u", "a board"),
        ];
        let found = resolved(Vec::new(), all);
        let agencies: Vec<Option<&str>> = found.people.iter().map(|one| one.agency.as_deref()).collect();
        assert_eq!(agencies[..4], [Some("bright staffing"); 4]);
        assert_eq!(agencies[4..], [None; 6]);
    }

    #[test]
    fn who_applies_twice_is_one_person_and_two_names_with_one_phone_are_not() {
        let all = vec![
            candidate("1", "jo park", "a", "p"),
            candidate("2", "jo park", "b", "p"),
            candidate("3", "kim roe", "c", "p"),
        ];
        let found = resolved(Vec::new(), all);
        let person = |at: usize| found.people[at].person.as_deref();
        assert_eq!([person(0), person(1), person(2)], [Some("applicant:1"), Some("applicant:1"), None]);
    }
}
