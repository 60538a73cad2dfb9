//! Rare phrases that résumés of different people have in common. Whoever writes the papers of several identities copies
//! from one into the next; what a template, a school or a common turn of speech brings is in many papers, or short.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use lake::{Lake, Vault};
use model::Time;
use model::link::Mark;

use crate::group::Groups;
use crate::read::{SPAN, lines, until};
use crate::trace::{Kind, Trace};
use crate::{Result, Settings};

/// Words in the smallest piece that is compared: six words in a row ("cut the load time of the") come about by themselves.
const SHINGLE: usize = 8;
/// A piece in the papers of more people than this, and one more for each thousand, is no rare one: schools, résumé writers
/// and former employers put one sentence into the papers of many.
const RARE: usize = 6;
const ONE_MORE_IN: usize = 1000;
const RARE_AT_MOST: usize = 12;
/// So many phrases with so many words in all make a pair; or one alone of so many words, which nobody writes twice by chance.
const PHRASES: usize = 2;
const WORDS: usize = 24;
const ALONE: usize = 26;

/// One person's papers.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Papers {
    /// Words of each line or sentence.
    pub lines: Vec<Vec<String>>,
    /// First and last time of these.
    pub first: Time,
    /// Last time.
    pub last: Time,
    /// Records.
    pub records: Vec<String>,
}

/// A phrase that two people's papers have in common.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phrase {
    /// The person first in order.
    pub a: String,
    /// The other.
    pub b: String,
    /// The phrase, as folded words.
    pub text: String,
    /// Words.
    pub words: usize,
    /// People in whose papers its rarest piece stands.
    pub people: usize,
    /// People whose papers were compared.
    pub of: usize,
}

/// What papers have in common.
#[derive(Debug, Default)]
pub struct Twins {
    /// Every phrase of every pair that has enough of them.
    pub phrases: Vec<Phrase>,
    /// People by cluster; a cluster is called by its first person.
    pub clusters: BTreeMap<String, BTreeSet<String>>,
}

impl Twins {
    /// As tokens that people carry: one a cluster.
    pub(crate) fn traces(&self, papers: &BTreeMap<String, Papers>, now: Time) -> Vec<Trace> {
        let one = |(token, people): (&String, &BTreeSet<String>)| -> Vec<Trace> {
            let of = |worker: &String| Trace {
                worker: worker.clone(),
                kind: Kind::Resume,
                token: token.clone(),
                first: papers.get(worker).map_or(now, |papers| papers.first),
                last: papers.get(worker).map_or(now, |papers| papers.last),
                mark: Mark::Asserted,
                records: papers.get(worker).map(|papers| papers.records.clone()).unwrap_or_default(),
            };
            people.iter().map(of).collect()
        };
        self.clusters.iter().flat_map(one).collect()
    }
}

/// Papers by subject.
pub(crate) async fn read(
    lake: &Lake,
    settings: &Settings,
    vault: &Vault,
    subject: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, Papers>> {
    let sql = format!(
        "SELECT applicant_id, text, {SPAN} FROM document WHERE applicant_id IS NOT NULL AND text IS NOT NULL AND {} \
         GROUP BY 1, 2",
        until(settings)
    );
    let mut out: BTreeMap<String, Papers> = BTreeMap::new();
    for line in lines(lake, settings, 2, &sql).await? {
        let [Some(applicant), Some(text)] = &line.text[..] else { continue };
        let Some(clear) = vault.reveal(text)? else { continue };
        let Some(subject) = subject.get(applicant).cloned() else { continue };
        let papers = out.entry(subject).or_insert_with(|| Papers {
            first: line.first,
            last: line.last,
            ..Papers::default()
        });
        (papers.first, papers.last) = (papers.first.min(line.first), papers.last.max(line.last));
        papers.lines.extend(sentences(&clear));
        papers.records.extend(line.records);
    }
    Ok(out)
}

/// Lines and sentences as folded words.
fn sentences(text: &str) -> Vec<Vec<String>> {
    let ends = |c: char| matches!(c, '\n' | '\r' | '.' | ';' | '!' | '?' | '•' | '|');
    let words = |part: &str| -> Vec<String> {
        measure::text::fold(part).split_whitespace().map(str::to_owned).collect()
    };
    text.split(ends).map(words).filter(|words| words.len() >= SHINGLE).collect()
}

/// Compares everybody's papers. `person` tells who is one person under several ids.
#[must_use]
pub fn twins(papers: &BTreeMap<String, Papers>, person: &impl Fn(&str) -> String) -> Twins {
    let ids: Vec<&str> = papers.keys().map(String::as_str).collect();
    let who: Vec<String> = ids.iter().map(|id| person(id)).collect();
    let people = who.iter().collect::<BTreeSet<_>>().len();
    let rare = (RARE + people / ONE_MORE_IN).min(RARE_AT_MOST);
    let carriers = Carriers::new(papers.values());
    let spread = |carried: &[usize]| carried.iter().map(|at| &who[*at]).collect::<BTreeSet<_>>().len();
    let mut pairs: BTreeSet<(usize, usize)> = BTreeSet::new();
    for carried in carriers.all().filter(|carried| carried.len() >= 2 && carried.len() <= rare * 4) {
        if (2..=rare).contains(&spread(carried)) {
            for (n, a) in carried.iter().enumerate() {
                pairs.extend(carried[n + 1..].iter().filter(|b| who[**b] != who[*a]).map(|b| (*a, *b)));
            }
        }
    }
    let all: Vec<&Papers> = papers.values().collect();
    let mut out = Twins::default();
    let mut groups = Groups::new(ids.len());
    for (a, b) in pairs {
        let found = common(all[a], b, &carriers, |carried| spread(carried) <= rare);
        let words: usize = found.keys().map(Vec::len).sum();
        let least = if found.len() < PHRASES { ALONE } else { WORDS };
        if words < least {
            continue;
        }
        groups.join(a, b);
        out.phrases.extend(found.into_iter().map(|(phrase, carried)| Phrase {
            a: ids[a].to_owned(),
            b: ids[b].to_owned(),
            words: phrase.len(),
            text: phrase.join(" "),
            people: spread(carried),
            of: people,
        }));
    }
    let tied: BTreeSet<&str> =
        out.phrases.iter().flat_map(|phrase| [phrase.a.as_str(), phrase.b.as_str()]).collect();
    for (at, id) in ids.iter().enumerate().filter(|(_, id)| tied.contains(**id)) {
        out.clusters.entry(ids[groups.of(at)].to_owned()).or_default().insert((*id).to_owned());
    }
    out.phrases.sort();
    out
}

/// Whose papers hold a piece. Pieces are known by a hash: there are hundreds in each of a hundred thousand papers.
struct Carriers {
    /// Positions, one run for each piece.
    carried: Vec<usize>,
    /// Where the run of a piece begins, and how long it is; only ever asked for one.
    at: HashMap<u64, (usize, usize)>,
}

impl Carriers {
    fn new<'a>(papers: impl Iterator<Item = &'a Papers>) -> Self {
        let mut pieces: Vec<(u64, usize)> = papers
            .enumerate()
            .flat_map(|(at, one)| {
                one.lines.iter().flat_map(|line| line.windows(SHINGLE)).map(move |piece| (hash(piece), at))
            })
            .collect();
        pieces.sort_unstable();
        pieces.dedup();
        let mut at = HashMap::new();
        for (place, (piece, _)) in pieces.iter().enumerate() {
            at.entry(*piece).or_insert((place, 0)).1 += 1;
        }
        Self { carried: pieces.into_iter().map(|(_, at)| at).collect(), at }
    }

    fn of(&self, piece: &[String]) -> &[usize] {
        self.at.get(&hash(piece)).map_or(&[], |(from, len)| &self.carried[*from..from + len])
    }

    fn all(&self) -> impl Iterator<Item = &[usize]> {
        self.at.values().map(|(from, len)| &self.carried[*from..from + len])
    }
}

/// The same for the same words in every run.
fn hash(piece: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    piece.hash(&mut hasher);
    hasher.finish()
}

/// The longest runs of rare pieces in one person's papers that another's hold too, with whoever carries the first piece.
fn common<'a>(
    one: &Papers,
    other: usize,
    carriers: &'a Carriers,
    is_rare: impl Fn(&[usize]) -> bool,
) -> BTreeMap<Vec<String>, &'a [usize]> {
    let mut out: BTreeMap<Vec<String>, &'a [usize]> = BTreeMap::new();
    for line in &one.lines {
        let mut run: Option<(usize, usize, &'a [usize])> = None;
        for (at, piece) in line.windows(SHINGLE).enumerate() {
            let carried = carriers.of(piece);
            if carried.contains(&other) && is_rare(carried) {
                run = Some(
                    run.map_or((at, at + SHINGLE, carried), |(from, _, first)| (from, at + SHINGLE, first)),
                );
            } else if let Some((from, to, first)) = run.take_if(|(_, to, _)| *to <= at + 1) {
                out.insert(line[from..to].to_vec(), first);
            }
        }
        if let Some((from, to, first)) = run {
            out.insert(line[from..to].to_vec(), first);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn papers(all: &[(&str, &str)]) -> BTreeMap<String, Papers> {
        let one = |(id, text): &(&str, &str)| {
            (
                (*id).to_owned(),
                Papers { lines: sentences(text), records: vec![format!("r{id}")], ..Papers::default() },
            )
        };
        all.iter().map(one).collect()
    }

    const OWN: &str = "Moved the nightly ledger of a small bakery chain to an event store. \
        Cut the bill of the map tiles by sending winter mornings to another cache. \
        Taught the night shift of the harbour to read queue depth from a lighthouse chart.";

    #[test]
    fn two_names_with_the_same_odd_sentences_are_twins() {
        let all = papers(&[
            ("1", &format!("Ada.\n{OWN}")),
            ("2", &format!("Grace, engineer of things\n{OWN}")),
            ("3", "Built a pipeline of sensors for the water works of a town by the sea."),
        ]);
        let found = twins(&all, &str::to_owned);
        assert_eq!(found.clusters.len(), 1);
        assert_eq!(found.clusters["1"].iter().collect::<Vec<_>>(), ["1", "2"]);
        assert!(found.phrases.len() >= 3 && found.phrases.iter().all(|phrase| phrase.people == 2));
    }

    #[test]
    fn one_school_and_a_common_turn_of_speech_make_no_twins() {
        let school = "Bachelor of Science in Computer Science, University of Somewhere at Large";
        let turn = "Responsible for the design and development of back end services";
        let all = papers(&[
            ("1", &format!("{school}\n{turn}\nWrote a scheduler for trams that wait for ferries in fog")),
            ("2", &format!("{school}\n{turn}\nKept the books of a choir in a graph database of its own")),
        ]);
        assert!(twins(&all, &str::to_owned).clusters.is_empty());
    }

    #[test]
    fn a_template_of_many_is_nobodys() {
        let text =
            |n: usize| format!("{OWN}\nI am number {n} and I also did something else entirely different");
        let written: Vec<(String, String)> = (0..8).map(|n| (n.to_string(), text(n))).collect();
        let all: Vec<(&str, &str)> = written.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert!(twins(&papers(&all), &str::to_owned).clusters.is_empty());
    }

    #[test]
    fn one_person_who_applies_twice_is_no_twin() {
        let all = papers(&[("1", OWN), ("2", OWN)]);
        assert!(twins(&all, &|_| "same".to_owned()).clusters.is_empty());
    }
}
