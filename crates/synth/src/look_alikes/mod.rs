//! Innocent twins of the schemes, by subject. Whoever looks like a scheme here is none.
//!
//! Heavy kinds settle where and how somebody lives, light ones add a habit; nobody is more than one heavy kind and two
//! in all.

mod devices;
mod households;
mod money;
mod networks;
mod parcels;
mod work;

use std::collections::BTreeMap;

use crate::draw::Draw;
use crate::rates::rate;
use crate::world::World;

/// One kind of look-alike.
pub struct Kind {
    /// Id.
    pub id: &'static str,
    /// Who they are, in a line.
    pub text: &'static str,
    /// Fewest and most people of one instance.
    size: (i32, i32),
    /// Settles where and how they live.
    heavy: bool,
    /// More frequent in one of the hidden groups.
    grouped: bool,
    /// Who can be one.
    fits: fn(&World, usize) -> bool,
    /// Makes them so.
    make: fn(&mut World, &mut Draw, &[usize]),
}

/// Every kind, heavy ones first.
const ALL: &[&[Kind]] =
    &[households::KINDS, networks::HEAVY, work::HEAVY, parcels::HEAVY, networks::KINDS, devices::KINDS, money::KINDS, work::KINDS, parcels::KINDS];

/// Id and text of every look-alike.
pub const LOOK_ALIKES: &[(&str, &str)] = &listing();

const fn count() -> usize {
    let (mut n, mut at) = (0, 0);
    while at < ALL.len() {
        n += ALL[at].len();
        at += 1;
    }
    n
}

const fn listing() -> [(&'static str, &'static str); count()] {
    let mut out = [("", ""); count()];
    let (mut n, mut at) = (0, 0);
    while at < ALL.len() {
        let mut inner = 0;
        while inner < ALL[at].len() {
            out[n] = (ALL[at][inner].id, ALL[at][inner].text);
            n += 1;
            inner += 1;
        }
        at += 1;
    }
    out
}

/// Casts the look-alikes of a world, each by its rate; a company of some size has at least one of each.
pub fn cast(world: &mut World) {
    let mut labels: BTreeMap<usize, (bool, u8)> = BTreeMap::new();
    for kind in ALL.iter().flat_map(|kinds| kinds.iter()) {
        let mut draw = Draw::new(world.seed, kind.id, 0);
        let people = world.people.len();
        let share = rate(&format!("look.{}", kind.id));
        let mut wanted = draw.count(people as f64, share);
        if people >= 50 {
            wanted = wanted.max(kind.size.0 as usize);
        }
        while wanted > 0 {
            let size = (draw.span(kind.size.0, kind.size.1) as usize).min(wanted.max(kind.size.0 as usize));
            let crew = choose(world, &mut draw, kind, &labels, size);
            if crew.len() < kind.size.0 as usize {
                break;
            }
            for at in &crew {
                let label = labels.entry(*at).or_default();
                *label = (label.0 || kind.heavy, label.1 + 1);
                world.truth.looks_like(kind.id, *at);
            }
            (kind.make)(world, &mut draw, &crew);
            wanted = wanted.saturating_sub(crew.len());
        }
    }
}

/// People who can be of a kind and are not too much already.
fn choose(world: &World, draw: &mut Draw, kind: &Kind, labels: &BTreeMap<usize, (bool, u8)>, size: usize) -> Vec<usize> {
    let mut crew = vec![];
    let people = world.people.len();
    // a small company is searched whole, in a large one enough tries find somebody
    let tries = if people < 500 { people * 8 } else { 4000 };
    for _ in 0..tries {
        let at = draw.below(people);
        let (heavy, count) = labels.get(&at).copied().unwrap_or_default();
        let free = if kind.heavy { count == 0 } else { count == 0 || heavy && count < 2 && people < 500 };
        let person = &world.people[at];
        let ordinary = at > 0 && person.left.is_none() && person.hired <= world.to - 7;
        let likely = !kind.grouped || person.group == 3 || draw.chance(1.0 / rate("group.factor"));
        let schemer = world.truth.is_taken(at) && count == 0;
        if free && ordinary && likely && !schemer && !crew.contains(&at) && (kind.fits)(world, at) {
            crew.push(at);
            if crew.len() == size {
                break;
            }
        }
    }
    crew
}

/// Anybody.
fn anybody(_: &World, _: usize) -> bool {
    true
}

/// Somebody who works from home.
fn remote(world: &World, at: usize) -> bool {
    world.people[at].mode == crate::world::Mode::Remote
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_rate_and_its_own_name() {
        let mut ids: Vec<_> = LOOK_ALIKES.iter().map(|(id, _)| *id).collect();
        assert!(ids.len() >= 20);
        for id in &ids {
            assert!(rate(&format!("look.{id}")) > 0.0, "no rate for {id}");
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), LOOK_ALIKES.len());
    }
}
