//! The tier rule: what must stand, apart from probability, before a case may open.

use std::collections::BTreeSet;

use model::Tier;

use crate::assessment::WeighedEvidence;
use crate::conduct;
use crate::weigh;
use crate::weigh::HOUSEHOLD_PAIR;

/// Least weight at which evidence of a tier votes: below it the population says that the thing is ordinary.
fn least(tier: Tier) -> Option<i64> {
    match tier {
        Tier::T1 => Some(2_000),
        Tier::T2 => Some(1_000),
        Tier::T3 => Some(300),
        Tier::T4 => None,
    }
}

/// Least weight of conduct that corroborates, in milli-bits.
const CORROBORATES: i64 = 1_500;

/// Whether an evidence may vote.
#[must_use]
pub fn votes(item: &WeighedEvidence) -> bool {
    item.opens
        && item.explained_by.is_none()
        && !item.protected
        && least(item.tier).is_some_and(|least| item.millibits >= least)
}

/// Whether two pieces of evidence rest on one thing: one dependence group, one kind of fact, or a link or a corroboration
/// and something else that cites the same record (one parcel sent on to a friend's home is not two facts, nor are the
/// address and the phone number on the label of one parcel); or papers that people share with the same others (an
/// agency's address and its phone); or whatever exactly two people share as couples do, and whatever else beside it that
/// is no conduct at the machine.
fn is_one_thing(a: &WeighedEvidence, b: &WeighedEvidence, at_work: bool) -> bool {
    let shared = || a.evidence.records.iter().any(|record| b.evidence.records.contains(record));
    let papers = || is_one_paper(a, b);
    let couple = || a.homely && b.homely && people(a).len() == 2 && people(a) == people(b);
    let spouses = || !at_work && (is_beside_couple(a, b) || is_beside_couple(b, a));
    (a.group == b.group && !are_two_pairs(a, b))
        || a.fact == b.fact
        || spouses()
        || ((a.link || b.link || a.tier == Tier::T3 || b.tier == Tier::T3) && shared())
        || papers()
        || couple()
}

/// Whether one token is shared as couples do with one person, and another token, that says nothing of where anybody lives, with
/// another person: nobody is a couple twice.
fn are_two_pairs(a: &WeighedEvidence, b: &WeighedEvidence) -> bool {
    let place = |item: &WeighedEvidence| PLACES.contains(&item.fact.as_str());
    a.group == HOUSEHOLD_PAIR
        && b.group == HOUSEHOLD_PAIR
        && people(a) != people(b)
        && !(place(a) && place(b))
}

/// Kinds of fact of which flatmates share one with one of them and another with another.
const PLACES: [&str; 3] = ["interview_network", "place", "shipping"];

/// Whether two links are of papers that a person shares with one and the same other person.
#[must_use]
pub fn is_one_paper(a: &WeighedEvidence, b: &WeighedEvidence) -> bool {
    a.paper && b.paper && people(a).intersection(&people(b)).count() >= 2
}

/// Whether one is a couple's token, while no conduct speaks, and the other something about one of them alone: couples are
/// frequent, and one partner in ten shows some T2 (pay to a spouse, a contract that ended, a move of code).
fn is_beside_couple(pair: &WeighedEvidence, other: &WeighedEvidence) -> bool {
    pair.group == HOUSEHOLD_PAIR && !other.link
}

/// Whether something corroborates that somebody else works the machine: weaker than what makes a couple's token a T1, and too
/// rare to stand by chance beside a couple's token and a T2 of one of them.
fn is_corroborated(voting: &[&WeighedEvidence]) -> bool {
    voting.iter().any(|item| !item.link && conduct::is_at_work(&item.group) && item.millibits >= CORROBORATES)
}

/// Everybody whom evidence names.
pub(crate) fn people(item: &WeighedEvidence) -> BTreeSet<&str> {
    item.evidence.other.iter().chain([&item.evidence.subject]).map(String::as_str).collect()
}

/// Tier and title of things that vote, each independent of each other one: as many T2 as there can be, then T3. Two pieces may be
/// one thing with a third and yet two (a phone that approves and a home network, beside a computer that couples share, too).
fn things<'a>(voting: &[&'a WeighedEvidence]) -> Vec<(Tier, &'a str)> {
    let at_work = is_corroborated(voting);
    // What is said of one of a couple about the thing that they share says it again, and speaks for nothing besides.
    let again = |item: &WeighedEvidence| {
        !item.link && voting.iter().any(|pair| pair.group == HOUSEHOLD_PAIR && pair.fact == item.fact)
    };
    let mut sorted: Vec<&WeighedEvidence> = voting.iter().copied().filter(|item| !again(item)).collect();
    sorted.sort_by(|a, b| (a.tier, -a.millibits, &a.title).cmp(&(b.tier, -b.millibits, &b.title)));
    // which one is taken first decides what it leaves room for
    let beginning = |first: &'a WeighedEvidence| {
        let mut set = vec![first];
        for item in &sorted {
            if set.iter().all(|known| !std::ptr::eq(*known, *item) && !is_one_thing(known, item, at_work)) {
                set.push(item);
            }
        }
        set
    };
    let of = |set: &[&WeighedEvidence], tier| set.iter().filter(|item| item.tier == tier).count();
    let worth = |set: &[&WeighedEvidence]| (of(set, Tier::T1), of(set, Tier::T2), of(set, Tier::T3));
    let mut best: Vec<&WeighedEvidence> = vec![];
    for first in sorted.iter().filter(|item| item.tier <= Tier::T3) {
        let set = beginning(first);
        if worth(&set) > worth(&best) {
            best = set;
        }
    }
    let mut out: Vec<_> = best.into_iter().map(|item| (item.tier, item.title.as_str())).collect();
    out.sort_unstable();
    out
}

/// Whether the rule holds, and why: one T1, or two T2 of different groups, or one T2 and three T3 of three groups. Each
/// thing votes once, with the best tier among its unexplained evidence.
#[must_use]
pub fn tier_rule(evidence: &[WeighedEvidence]) -> (bool, String) {
    let voting: Vec<&WeighedEvidence> = evidence.iter().filter(|item| votes(item)).collect();
    let things = things(&voting);
    let of = |tier| things.iter().filter(|(t, _)| *t == tier).map(|(_, title)| *title).collect::<Vec<_>>();
    let (one, two, three) = (of(Tier::T1), of(Tier::T2), of(Tier::T3));
    if let Some(title) = one.first() {
        return (true, format!("one T1: {title}"));
    }
    if let [first, second, ..] = two.as_slice() {
        return (true, format!("two T2 of different groups: {first}; {second}"));
    }
    if let ([title], [_, _, _, ..]) = (two.as_slice(), three.as_slice()) {
        return (true, format!("one T2 and three T3 of three groups: {title}; {}", three.join("; ")));
    }
    let counts = format!("no T1, {} T2 and {} T3 groups that stand unexplained", two.len(), three.len());
    (false, format!("{counts}; needed: one T1, or two T2, or one T2 and three T3"))
}

/// The indicators on which an opening rests: those without which, and without what says the same again (their dependence
/// group, their kind of fact), the rule would not hold, or too little probability would be left. `stands` says whether
/// enough is left when so many milli-bits are gone; what is explained together and what was silent is left as it is.
/// Nothing that an indicator answered decided whether a case opens that stands without it: from such a case it may learn.
#[must_use]
pub fn rested_on(evidence: &[WeighedEvidence], stands: &dyn Fn(i64) -> bool) -> BTreeSet<String> {
    let counted = |list: &[WeighedEvidence]| -> i64 {
        list.iter().filter(|item| item.counted).map(|item| item.millibits).sum()
    };
    let all = counted(evidence);
    let mut out = BTreeSet::new();
    for id in evidence.iter().map(|item| &item.evidence.indicator).collect::<BTreeSet<_>>() {
        let own = || evidence.iter().filter(|item| item.evidence.indicator == *id);
        let groups: BTreeSet<&str> = own().map(|item| item.group.as_str()).collect();
        let facts: BTreeSet<&str> = own().map(|item| item.fact.as_str()).collect();
        let says_it = |item: &WeighedEvidence| {
            groups.contains(item.group.as_str()) || facts.contains(item.fact.as_str())
        };
        let mut rest: Vec<WeighedEvidence> = evidence.iter().filter(|item| !says_it(item)).cloned().collect();
        weigh::count_once(&mut rest);
        if !(tier_rule(&rest).0 && stands(all - counted(&rest))) {
            out.insert(id.clone());
        }
    }
    out
}
