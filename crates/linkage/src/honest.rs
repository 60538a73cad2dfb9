//! How often a ring would arise among honest people: the things that this company's own people carry, dealt out anew. Every
//! token keeps how many carry it, every person how many tokens of its kind they carry (the configuration model of M. Molloy
//! and B. Reed, 1995, for two kinds of node), and rings are looked for as in the real company. Members of rings are left out, and
//! what an innocent reason explains wholly is not dealt, since no ring is looked for in it. What comes out is how often coincidence
//! alone makes such a ring; that relatives and flatmates share several things at once is no coincidence, and not in it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use measure::chance::Chance;

use crate::component::Component;
use crate::group::Groups;
use crate::ring::{Ring, communities_once};
use crate::tie::{is_hub, rarity, strength};
use crate::trace::{Kind, Trace};
use crate::who::Worker;

/// How often a ring of as many people and as many independent kinds, or more, came of dealing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Chances {
    /// Times that all was dealt out.
    pub draws: usize,
    /// Times in which at least one such ring arose.
    pub hits: usize,
    /// Such rings in all of them.
    pub rings: usize,
}

/// Most times.
const DRAWS: usize = 400;
/// Fewest times.
const LEAST: usize = 20;
/// What all times together may cost: one for each token dealt, and for each pair that it ties.
const BUDGET: usize = 1_000_000;
/// Any would do; the same one always.
const SEED: u64 = 1995;

/// What there is of one kind.
#[derive(Debug, Default)]
struct Deck {
    /// One entry for each token of each person: the hands that cards go to.
    hands: Vec<u32>,
    /// How many carry each token that two or more carry and that is no hub, in descending order.
    degrees: Vec<usize>,
}

/// What is dealt out.
#[derive(Debug, Default)]
struct Decks {
    people: usize,
    /// By independent kind.
    by: BTreeMap<&'static str, Deck>,
}

impl Decks {
    fn new(workers: &[Worker], traces: &[Trace], components: &[Component], without: &BTreeSet<&str>) -> Self {
        let mut ids: Vec<&str> = workers.iter().map(|worker| worker.id.as_str()).collect();
        ids.retain(|id| !without.contains(id));
        ids.sort_unstable();
        let place: HashMap<&str, u32> = ids.iter().enumerate().map(|(at, id)| (*id, at as u32)).collect();
        let mut tokens: HashMap<(Kind, &str), u32> = HashMap::new();
        let mut carried: Vec<(Kind, u32, u32)> = Vec::new();
        for trace in traces {
            let Some(person) = place.get(trace.worker.as_str()) else { continue };
            let next = tokens.len() as u32;
            let token = *tokens.entry((trace.kind, &trace.token)).or_insert(next);
            let one = (trace.kind, token, *person);
            // days of one token follow each other
            if carried.last() != Some(&one) {
                carried.push(one);
            }
        }
        carried.sort_unstable();
        carried.dedup();
        let explained = components.iter().filter(|one| one.explained_by.is_some());
        let explained: HashSet<u32> =
            explained.filter_map(|one| tokens.get(&(one.kind, one.token.as_str())).copied()).collect();
        // ten neighbours of one network that the same people see are one thing told ten times
        let things: BTreeSet<(&str, Vec<u32>, bool)> = carried
            .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
            .map(|token| {
                let people = token.iter().map(|one| one.2).collect();
                (token[0].0.independent(), people, explained.contains(&token[0].1))
            })
            .collect();
        let mut by: BTreeMap<&str, Deck> = BTreeMap::new();
        for (kind, people, is_explained) in things {
            let deck = by.entry(kind).or_default();
            if !is_explained && people.len() >= 2 && !is_hub(workers.len(), people.len()) {
                deck.degrees.push(people.len());
            }
            deck.hands.extend(people);
        }
        for deck in by.values_mut() {
            // tokens were numbered as they came: their order must not show
            deck.hands.sort_unstable();
            deck.degrees.sort_unstable_by(|a, b| b.cmp(a));
        }
        by.retain(|_, deck| !deck.degrees.is_empty());
        Self { people: workers.len(), by }
    }

    /// What one dealing costs.
    fn cost(&self) -> usize {
        let degrees = self.by.values().flat_map(|deck| &deck.degrees);
        degrees.map(|degree| degree + degree * (degree - 1)).sum::<usize>().max(1)
    }

    /// Deals once and says size and number of independent kinds of every ring that arose.
    fn deal(&mut self, chance: &mut Chance) -> Vec<(usize, usize)> {
        let mut pairs: Vec<Pair> = Vec::new();
        for (kind, deck) in &mut self.by {
            let mut at = 0;
            for degree in &deck.degrees {
                let end = (at + degree).min(deck.hands.len());
                for card in at..end {
                    let from = card + chance.below(deck.hands.len() - card);
                    deck.hands.swap(card, from);
                }
                let mut holders = deck.hands[at..end].to_vec();
                at = end;
                holders.sort_unstable();
                holders.dedup();
                let millibits = rarity(self.people, *degree);
                for (n, a) in holders.iter().enumerate() {
                    pairs.extend(holders[n + 1..].iter().map(|b| ((*a, *b), *kind, millibits)));
                }
            }
        }
        pairs.sort_unstable();
        rings(&telling(pairs))
    }
}

/// What two people share, of one kind.
type Pair = ((u32, u32), &'static str, i64);

/// Without pairs that share one kind only and have nobody in common with whom both share something: these make no ring,
/// and nearly all pairs that chance makes are such.
fn telling(pairs: Vec<Pair>) -> Vec<Pair> {
    let mut near: HashMap<u32, Vec<u32>> = HashMap::new();
    for pair in pairs.chunk_by(|a, b| a.0 == b.0) {
        let (a, b) = pair[0].0;
        near.entry(a).or_default().push(b);
        near.entry(b).or_default().push(a);
    }
    let is_closed = |(a, b): (u32, u32)| {
        let (fewer, more) = if near[&a].len() < near[&b].len() { (a, b) } else { (b, a) };
        near[&fewer].iter().any(|other| near[&more].contains(other))
    };
    let kept = pairs
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|pair| pair.first().map(|one| one.1) != pair.last().map(|one| one.1) || is_closed(pair[0].0));
    mixed(kept.flatten().copied().collect())
}

/// The people of pairs, numbered from 0 in their order.
fn places(pairs: &[Pair]) -> HashMap<u32, usize> {
    let people: BTreeSet<u32> = pairs.iter().flat_map(|((a, b), _, _)| [*a, *b]).collect();
    people.into_iter().enumerate().map(|(at, person)| (person, at)).collect()
}

/// Without people who hang together by one kind alone.
fn mixed(pairs: Vec<Pair>) -> Vec<Pair> {
    let place = places(&pairs);
    let mut groups = Groups::new(place.len());
    for ((a, b), _, _) in &pairs {
        groups.join(place[a], place[b]);
    }
    let mut kinds: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); place.len()];
    let of: Vec<usize> = pairs.iter().map(|((a, _), _, _)| groups.of(place[a])).collect();
    for (of, (_, kind, _)) in of.iter().zip(&pairs) {
        kinds[*of].insert(kind);
    }
    pairs.iter().zip(of).filter(|(_, of)| kinds[*of].len() >= 2).map(|(pair, _)| *pair).collect()
}

/// Rings among pairs, sorted, that share something of a kind.
fn rings(pairs: &[Pair]) -> Vec<(usize, usize)> {
    let place = places(pairs);
    let edges: Vec<(usize, usize, i64)> = pairs
        .chunk_by(|a, b| a.0 == b.0)
        .map(|pair| {
            // sorted by weight within a kind: the last says most
            let kinds = pair.chunk_by(|a, b| a.1 == b.1);
            let most = kinds.filter_map(|kind| kind.last()).map(|(_, _, millibits)| *millibits);
            (place[&pair[0].0.0], place[&pair[0].0.1], strength(most))
        })
        .collect();
    let groups = communities_once(place.len(), &edges);
    let mut of = vec![usize::MAX; place.len()];
    for (group, members) in groups.iter().enumerate() {
        members.iter().for_each(|at| of[*at] = group);
    }
    let mut kinds: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); groups.len()];
    for ((a, b), kind, _) in pairs {
        let (a, b) = (of[place[a]], of[place[b]]);
        if a == b && a != usize::MAX {
            kinds[a].insert(kind);
        }
    }
    let sizes = groups.iter().map(Vec::len);
    sizes.zip(kinds).map(|(size, kinds)| (size, kinds.len())).filter(|(_, kinds)| *kinds >= 2).collect()
}

/// Says of every ring how often its like would arise by chance.
pub(crate) fn count(workers: &[Worker], traces: &[Trace], components: &[Component], found: &mut [Ring]) {
    if found.is_empty() {
        return;
    }
    let members: Vec<String> = found.iter().map(|ring| ring.worker.clone()).collect();
    let without: BTreeSet<&str> = members.iter().map(String::as_str).collect();
    let mut decks = Decks::new(workers, traces, components, &without);
    let draws = (BUDGET / decks.cost()).clamp(LEAST, DRAWS);
    let mut chance = Chance::new(SEED);
    let dealt: Vec<Vec<(usize, usize)>> = (0..draws).map(|_| decks.deal(&mut chance)).collect();
    let mut known: BTreeMap<(usize, usize), Chances> = BTreeMap::new();
    for ring in found {
        let like = (ring.size, ring.independent);
        ring.chance = *known.entry(like).or_insert_with(|| {
            let alike = |one: &&(usize, usize)| one.0 >= like.0 && one.1 >= like.1;
            let counts: Vec<usize> = dealt.iter().map(|draw| draw.iter().filter(alike).count()).collect();
            Chances {
                draws,
                hits: counts.iter().filter(|count| **count > 0).count(),
                rings: counts.iter().sum(),
            }
        });
    }
}
