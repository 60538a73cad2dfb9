//! Innocent twins of the schemes, by subject. Whoever looks like a scheme here is none.
//!
//! Heavy kinds settle where and how somebody lives, light ones add a habit; nobody is more than one heavy kind and two
//! in all.

mod accounts;
mod devices;
mod households;
mod meetings;
mod money;
mod networks;
mod parcels;
mod work;

use std::collections::BTreeMap;

use crate::calendar;
use crate::draw::Draw;
use crate::papers;
use crate::plan::Plan;
use crate::world::{Mode, PlaceId, World};

/// One kind of look-alike.
pub struct Kind {
    /// Id.
    pub id: &'static str,
    /// Who they are, in a line.
    pub text: &'static str,
    /// The tells that they resemble.
    pub resembles: &'static [&'static str],
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
const ALL: [&[Kind]; 13] = [
    households::KINDS,
    networks::HEAVY,
    work::HEAVY,
    parcels::HEAVY,
    accounts::HEAVY,
    meetings::HEAVY,
    networks::KINDS,
    devices::KINDS,
    money::KINDS,
    work::KINDS,
    parcels::KINDS,
    accounts::KINDS,
    meetings::KINDS,
];

/// What is told of a kind.
#[derive(Debug, Clone, Copy)]
pub struct LookAlike {
    /// Id.
    pub id: &'static str,
    /// Who they are, in a line.
    pub text: &'static str,
    /// The tells that they resemble.
    pub resembles: &'static [&'static str],
}

/// Every look-alike.
pub const LOOK_ALIKES: &[LookAlike] = &listing();

const fn count() -> usize {
    let (mut n, mut at) = (0, 0);
    while at < ALL.len() {
        n += ALL[at].len();
        at += 1;
    }
    n
}

const fn listing() -> [LookAlike; count()] {
    let mut out = [LookAlike { id: "", text: "", resembles: &[] }; count()];
    let (mut n, mut at) = (0, 0);
    while at < ALL.len() {
        let mut inner = 0;
        while inner < ALL[at].len() {
            let kind = &ALL[at][inner];
            out[n] = LookAlike { id: kind.id, text: kind.text, resembles: kind.resembles };
            n += 1;
            inner += 1;
        }
        at += 1;
    }
    out
}

/// From so many workers on a company has at least one of each kind.
const LARGE: usize = 200;
/// A small company is not odd for the most part: no more than this share of it looks like something.
const ODD: f64 = 0.4;

/// People cast so far: whether a heavy kind, and how many kinds.
type Labels = BTreeMap<usize, (bool, u8)>;

/// Casts the look-alikes of a world: those named, or each by its rate.
pub fn cast(world: &mut World, plan: &Plan) {
    let mut labels = Labels::new();
    let kinds: Vec<&Kind> = ALL.iter().flat_map(|kinds| kinds.iter()).collect();
    let people = world.people.len();
    let (named, order) = match &plan.look_alikes {
        Some(list) => (true, kinds.into_iter().filter(|kind| list.iter().any(|id| id == kind.id)).collect()),
        None if people >= LARGE => (false, kinds),
        // in a small company not every kind finds room, and which ones do is chance
        None => (false, Draw::new(world.seed, "kinds", 0).some(&kinds, kinds.len())),
    };
    for kind in order {
        let mut draw = Draw::new(world.seed, kind.id, 0);
        let rate = plan.share.unwrap_or_else(|| world.rates.of(&format!("look.{}", kind.id)));
        let mut wanted = draw.count(people as f64, rate);
        if named || people >= 50 {
            wanted = wanted.max(kind.size.0 as usize);
        }
        while wanted > 0 && (named || people >= LARGE || (labels.len() as f64) < ODD * people as f64) {
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
fn choose(world: &World, draw: &mut Draw, kind: &Kind, labels: &Labels, size: usize) -> Vec<usize> {
    let mut crew = vec![];
    let people = world.people.len();
    // a small company is searched whole, in a large one enough tries find somebody
    let tries = if people < 500 { people * 12 } else { 4000 };
    for _ in 0..tries {
        let at = draw.below(people);
        let (heavy, count) = labels.get(&at).copied().unwrap_or_default();
        let free = if kind.heavy { count == 0 } else { count == 0 || heavy && count < 2 && people < 500 };
        let person = &world.people[at];
        let ordinary = at > 0 && person.left.is_none() && person.hired <= world.to - 7;
        let likely = !kind.grouped || person.group == 3 || draw.chance(1.0 / world.rate("group.factor"));
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
    world.people[at].mode == Mode::Remote
}

/// Everybody goes to one office: that of the first who goes to any, and who lives elsewhere lives near it.
fn to_one_office(world: &mut World, draw: &mut Draw, crew: &[usize]) -> PlaceId {
    let own = crew.iter().find_map(|at| match world.people[*at].mode {
        Mode::Office(office, _) => Some(office),
        Mode::Remote => None,
    });
    let office = own.unwrap_or_else(|| *draw.pick(&world.offices));
    for worker in crew {
        if matches!(world.people[*worker].mode, Mode::Office(own, _) if own == office) {
            continue;
        }
        let city = world.city(office);
        if world.people[*worker].city != city {
            papers::relocate(world, draw, *worker, city);
        }
        world.people[*worker].mode = Mode::Office(office, *draw.pick(&[0b11111, 0b01111, 0b10111]));
    }
    office
}

/// Makes somebody a new joiner of the window, unless they are one.
fn newcomer(world: &mut World, draw: &mut Draw, worker: usize) {
    let hired = world.people[worker].hired;
    if hired < world.from || hired > world.to - 12 {
        let day = world.day_at(0.1 + 0.3 * draw.unit());
        papers::rehire(world, worker, calendar::monday(day).max(world.from));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::applicants::APPLICANT_LOOK_ALIKES;
    use crate::rates::table;
    use crate::truth::TELLS;

    #[test]
    fn every_kind_has_a_rate_its_own_name_and_something_that_it_resembles() {
        let mut ids: Vec<_> = LOOK_ALIKES.iter().map(|kind| kind.id).collect();
        assert!(ids.len() >= 40);
        for kind in LOOK_ALIKES {
            assert!(table().contains_key(&*format!("look.{}", kind.id)), "no rate for {}", kind.id);
            for tell in kind.resembles {
                assert!(TELLS.iter().any(|(id, ..)| id == tell), "{}: no tell {tell}", kind.id);
            }
        }
        for key in table().keys().filter_map(|key| key.strip_prefix("look.")) {
            assert!(ids.contains(&key), "no kind {key}");
        }
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), LOOK_ALIKES.len());
    }

    #[test]
    fn every_tell_has_an_innocent_twin() {
        for (tell, ..) in TELLS {
            assert!(
                LOOK_ALIKES.iter().chain(APPLICANT_LOOK_ALIKES).any(|kind| kind.resembles.contains(tell)),
                "nobody resembles {tell}"
            );
        }
    }
}
