//! Schemes: one file each, laid out so that further ones are one more file and one more line here.
//!
//! A scheme has levers. A lever leaves tells; careful people pull fewer of them (`difficulty`): each is pulled with its
//! cited rate times `1 - 0.92 × difficulty`. Whatever is left at difficulty 1 is what the scheme cannot do without.

mod abroad;
mod after_exit;
mod contract_edit;
pub mod day_one;
mod handover;
mod hardware_kvm;
mod hosted_farm;
mod lag_only;
mod lever;
mod mixed_house;
mod onboarding_swap;
mod payroll_ring;
mod referral_ring;
mod rented_identity;
pub mod several_jobs;
mod slow_burn;
mod vendor_layer;
mod vpn_flap;

pub use lever::{Lever, PHONE, PHONE_HIDDEN};

use crate::atlas::{self, cities};
use crate::calendar::{self, Day};
use crate::catalogue::{self, Os};
use crate::draw::Draw;
use crate::meetings::Attends;
use crate::papers;
use crate::place::PlaceId;
use crate::plan::{Plan, Planted};
use crate::rates::Rates;
use crate::truth::{Group, Part, Persona, Role};
use crate::world::{ALWAYS, Act, Approves, Door, Mode, Via, World};

/// One scheme.
pub struct Scheme {
    /// Id.
    pub id: &'static str,
    /// What happens, in a line.
    pub text: &'static str,
    /// The public cases that it follows, by their number in the project's list: 4 is S4.
    pub seeds: &'static [u8],
    /// What it leaves, by lever.
    pub levers: &'static [Lever],
    /// How it is planted.
    pub(crate) plant: fn(&mut World, &mut Plot),
}

/// Every scheme, in the order of its listing.
pub const ALL: &[Scheme] = &[
    hosted_farm::SCHEME,
    hardware_kvm::SCHEME,
    vpn_flap::SCHEME,
    payroll_ring::SCHEME,
    rented_identity::SCHEME,
    day_one::SCHEME,
    handover::SCHEME,
    abroad::SCHEME,
    after_exit::SCHEME,
    vendor_layer::SCHEME,
    several_jobs::SCHEME,
    slow_burn::SCHEME,
    onboarding_swap::SCHEME,
    lag_only::SCHEME,
    referral_ring::SCHEME,
    mixed_house::SCHEME,
    contract_edit::SCHEME,
    crate::applicants::personas::SCHEME,
];

/// Public cases in the project's list; they are called S1 to S21.
pub const SEEDS: u8 = 21;

/// Cases that no export which is read could show.
pub const UNSEEN: &[u8] = &[18, 19];

/// Schemes that show among applicants, in part or wholly.
pub const APPLICANTS: &[&str] = &["referral_ring", "contract_edit", "persona_cluster"];

/// So many of them, from the first on, are planted in a demo.
pub const DEMO: usize = 9;

/// The code of every scheme, for tests that hold lists against it.
#[cfg(test)]
pub const SOURCES: [&str; 19] = [
    include_str!("mixed_house.rs"),
    include_str!("contract_edit.rs"),
    include_str!("mod.rs"),
    include_str!("abroad.rs"),
    include_str!("after_exit.rs"),
    include_str!("day_one.rs"),
    include_str!("handover.rs"),
    include_str!("hardware_kvm.rs"),
    include_str!("hosted_farm.rs"),
    include_str!("payroll_ring.rs"),
    include_str!("rented_identity.rs"),
    include_str!("vpn_flap.rs"),
    include_str!("vendor_layer.rs"),
    include_str!("several_jobs.rs"),
    include_str!("slow_burn.rs"),
    include_str!("onboarding_swap.rs"),
    include_str!("lag_only.rs"),
    include_str!("referral_ring.rs"),
    include_str!("../applicants/personas.rs"),
];

/// The scheme of that id.
pub fn find(id: &str) -> Option<&'static Scheme> {
    ALL.iter().find(|scheme| scheme.id == id)
}

/// One instance of a scheme in the making.
pub struct Plot {
    /// Its chance.
    pub draw: Draw,
    instance: u32,
    /// How many times the scheme was planted before.
    round: u32,
    scheme: &'static str,
    difficulty: f64,
    rates: Rates,
    every_tell: bool,
    /// Farm or ring that it makes.
    group: Option<usize>,
}

/// How an operator attends meetings.
#[derive(Debug, Clone, Copy)]
pub struct Operated {
    /// Network.
    pub via: Via,
    /// The one machine of several workers; one of its own without it.
    pub machine: Option<usize>,
    /// Software stands in for the camera.
    pub stands_in: bool,
}

impl Operated {
    /// On a machine of its own, behind a network.
    pub fn behind(via: Via) -> Self {
        Self { via, machine: None, stands_in: false }
    }
}

/// When the workers of a scheme were hired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hired {
    /// Some time before the window or in its first part.
    Recently,
    /// In the window, so that the first day is seen.
    InWindow,
    /// Long enough before the window to have a habit.
    Settled,
}

/// Plants what the plan wants.
pub fn plant(world: &mut World, plan: &Plan) {
    let wanted = match plan.planted {
        Planted::Instances(count) => count as usize,
        Planted::Share(share) => (share * f64::from(plan.workers)).round() as usize,
    };
    // a scheme that finds nobody any more plants nothing: then there is nobody left
    let (mut instance, mut fruitless) = (0, 0);
    while fruitless < plan.schemes.len() {
        let done = match plan.planted {
            Planted::Instances(_) => instance as usize,
            Planted::Share(_) => world.truth.parts.iter().filter(|part| part.role == Role::Operated).count(),
        };
        if done >= wanted {
            break;
        }
        let made = |world: &World| world.truth.parts.len() + world.truth.personas.len();
        let before = made(world);
        plant_one(world, plan, instance);
        fruitless = if made(world) > before { 0 } else { fruitless + 1 };
        instance += 1;
    }
}

fn plant_one(world: &mut World, plan: &Plan, instance: u32) {
    let turns = plan.schemes.len() as u32;
    let id = |instance: u32| &plan.schemes[(instance % turns) as usize];
    let Some(scheme) = find(id(instance)) else { return };
    let mut plot = Plot {
        draw: Draw::new(plan.seed, scheme.id, u64::from(instance)),
        instance,
        round: (0..instance).filter(|before| id(*before) == scheme.id).count() as u32,
        scheme: scheme.id,
        difficulty: plan.difficulty,
        rates: world.rates.clone(),
        every_tell: plan.every_tell,
        group: None,
    };
    (scheme.plant)(world, &mut plot);
    plot.leave_something(world);
}

impl Plot {
    /// Whether this lever's tell is left: its rate, less where people are careful.
    pub fn keeps(&mut self, lever: &str) -> bool {
        let kept = self.draw.chance(self.rates.of(lever) * (1.0 - 0.92 * self.difficulty));
        kept || self.every_tell
    }

    /// Whether the scheme goes the other of two ways. Where every tell is asked for, they go by turns, the first one first.
    pub fn either(&mut self, lever: &str) -> bool {
        let by_chance = self.draw.chance(self.rates.of(lever));
        if self.every_tell { self.round % 2 == 1 } else { by_chance }
    }

    /// One of several ways; all by turns where every tell is asked for.
    pub fn way(&mut self, ways: u32) -> u32 {
        let by_chance = self.draw.below(ways as usize) as u32;
        if self.every_tell { self.round % ways } else { by_chance }
    }

    /// The same among the members of one instance.
    pub fn either_of(&mut self, lever: &str, member: usize) -> bool {
        let by_chance = self.draw.chance(self.rates.of(lever));
        if self.every_tell { member % 2 == 1 } else { by_chance }
    }

    /// Whether every lever is pulled, whatever its rate.
    pub fn is_full(&self) -> bool {
        self.every_tell
    }

    /// Workers who are nothing else yet, hired anew; remote ones as long as there are any.
    pub fn crew(&mut self, world: &mut World, count: usize, hired: Hired) -> Vec<usize> {
        let free = |world: &World, remote: bool| -> Vec<usize> {
            (1..world.people.len())
                .filter(|at| (world.people[*at].mode == Mode::Remote) == remote && !world.truth.is_taken(*at))
                .filter(|at| world.people[*at].department != "IT")
                .collect()
        };
        let mut crew = self.draw.some(&free(world, true), count);
        let more = count - crew.len();
        crew.extend(self.draw.some(&free(world, false), more));
        for (at, worker) in crew.iter().enumerate() {
            world.people[*worker].mode = Mode::Remote;
            if self.every_tell {
                self.give(world, *worker, Os::Darwin);
            }
            let day = self.hire_day(world, hired, at);
            papers::rehire(world, *worker, day);
        }
        crew
    }

    /// Another system for a worker: only a Mac shows access points, Windows shows what a monitor says of itself.
    pub fn give(&mut self, world: &mut World, worker: usize, os: Os) {
        let old = world.people[worker].laptops[0].device;
        if world.devices[old].os() == os {
            return;
        }
        let new = world.new_laptop(&mut self.draw, Some(os), &world.people[worker].login.clone());
        world.equip(&mut self.draw, new, world.people[worker].hired, true);
        for parcel in world.parcels.iter_mut().filter(|parcel| parcel.device == Some(old)) {
            parcel.device = Some(new);
        }
        world.devices[new].staged = world.devices[old].staged.take();
        world.people[worker].laptops[0].device = new;
        world.people[worker].agent = crate::export::agent::of_laptop(&mut self.draw, os);
    }

    fn hire_day(&mut self, world: &World, hired: Hired, at: usize) -> Day {
        let (early, unit) = (self.draw.chance(0.55), self.draw.unit());
        let before = match hired {
            Hired::Recently if self.every_tell => at % 2 == 1,
            Hired::Recently => early,
            Hired::InWindow => false,
            Hired::Settled => true,
        };
        let day = match (before, hired) {
            (true, Hired::Settled) => world.from - 60 - (unit * 200.0) as Day,
            (true, _) => world.from - 8 - (unit * 142.0) as Day,
            (false, _) => world.day_at(0.1 + 0.45 * unit),
        };
        let monday = calendar::monday(day);
        if before { monday } else { monday.max(world.from + 1) }
    }

    /// Enters a worker into the truth: somebody else does the work.
    pub fn operated(&self, world: &mut World, worker: usize, lent: bool) {
        self.part(world, worker, Role::Operated, lent);
    }

    /// The same of one who lends the identity and whose laptop stands at home: of the ring, and not of its house.
    pub fn operated_at_home(&self, world: &mut World, worker: usize) {
        let (scheme, instance, role) = (self.scheme, self.instance, Role::Operated);
        world.truth.take_part(Part { worker, scheme, role, lent: true, group: None, instance });
    }

    /// Enters a worker into the truth who houses the laptops of others.
    pub fn hosts(&self, world: &mut World, worker: usize) {
        self.part(world, worker, Role::Host, false);
        if let Some(group) = self.group {
            world.truth.groups[group].host = Some(worker);
        }
    }

    fn part(&self, world: &mut World, worker: usize, role: Role, lent: bool) {
        let (scheme, group, instance) = (self.scheme, self.group, self.instance);
        world.truth.take_part(Part { worker, scheme, role, lent, group, instance });
    }

    /// The farm or ring that this instance makes.
    pub fn found(&mut self, world: &mut World, kind: &'static str, place: Option<PlaceId>) {
        self.group = Some(world.truth.groups.len());
        let name = format!("{kind}-{}", self.instance + 1);
        world.truth.groups.push(Group { name, kind, scheme: self.scheme, place, host: None });
    }

    /// The laptop is not where its worker lives: no phone, no café, no trip, no approval of one.
    pub fn take_away(&mut self, world: &mut World, worker: usize) {
        let person = &mut world.people[worker];
        person.stationary = true;
        person.stays.truncate(1);
        person.doors.clear();
        person.attends.clear();
        person.tunnels.clear();
        person.cafe = None;
        world.strike_approvals(worker);
    }

    /// Nobody but the most careful leaves nothing: without any tell, a remote tool stays behind.
    fn leave_something(&mut self, world: &mut World) {
        if self.difficulty >= 1.0 {
            return;
        }
        let bare: Vec<usize> = (world.truth.parts.iter())
            .filter(|part| part.instance == self.instance && part.role == Role::Operated)
            .map(|part| part.worker)
            .filter(|worker| !world.truth.tells.iter().any(|tell| tell.worker == *worker))
            .collect();
        for worker in bare {
            self.remote_tool(world, worker, 4);
        }
    }

    /// Enters applicants into the truth: personas of one operator.
    pub fn personas(&self, world: &mut World, crew: &[usize]) {
        for applicant in crew {
            world.applicants[*applicant].taken = true;
            world.truth.personas.push(Persona {
                applicant: *applicant,
                scheme: self.scheme,
                cluster: format!("cluster-{}", self.instance + 1),
                instance: self.instance,
            });
        }
    }

    /// Meetings are attended on a machine of the operator, as given, from a day on.
    pub fn meets_on(&mut self, world: &mut World, worker: usize, day: Day, way: Operated) {
        let mut tells = vec![(worker, "meeting_machine")];
        if way.machine.is_some() {
            tells.push((worker, "meeting_machine_shared"));
        }
        // a careful operator has a good line
        let delay = if self.keeps("meeting.delay") { self.draw.span(160, 320) as u16 } else { 0 };
        if delay > 0 {
            tells.push((worker, "meeting_latency"));
        }
        if way.stands_in {
            tells.push((worker, "virtual_camera"));
        }
        let tag = world.truth.tells(&tells);
        let machine = way.machine.unwrap_or_else(|| world.new_machine(&mut self.draw, Os::Windows));
        if way.stands_in {
            world.machines[machine].camera = "OBS Virtual Camera";
        }
        let via = Some(way.via);
        let use_of = Attends { from: day, to: ALWAYS, share: 0.8, machine, via, at: None, delay, tag };
        world.people[worker].attends.insert(0, use_of);
    }

    /// Whoever does the work holds the phone that approves, in another country.
    pub fn carries_phone(&mut self, world: &mut World, worker: usize) {
        if !world.systems.has("duo") || !self.keeps("operator.phone") {
            return;
        }
        // a draw of its own: companies that were made before it came keep their ways
        let mut draw = Draw::new(world.seed, "operator's phone", worker as u64);
        let city = atlas::abroad(&mut draw, world.iso(worker));
        let (via, tell) = if draw.chance(world.rate("operator.phone_hidden")) {
            (Via::Tunnel(atlas::any_vpn(&mut draw), world.people[worker].city), "approval_hidden")
        } else {
            (Via::Place(world.new_home(&mut draw, city)), "approval_abroad")
        };
        let tag = world.truth.tell(worker, tell);
        let from = world.people[worker].hired;
        world.people[worker].approves = vec![Approves { from, to: ALWAYS, via, tag }];
    }

    /// The worker was hired as an engineer: what follows happens at the code host.
    pub fn engineer(&self, world: &mut World, worker: usize) {
        (world.people[worker].department, world.people[worker].title) = ("Platform", "Software Engineer");
    }

    /// The account is on the phone of somebody in another country, who reads mail and chat there while the laptop works.
    pub fn phone_abroad(&mut self, world: &mut World, worker: usize) {
        let city = atlas::abroad(&mut self.draw, cities()[world.people[worker].city].iso);
        let place = world.new_home(&mut self.draw, city);
        let tag = world.truth.tell(worker, "phone_abroad");
        let (token, agent) = (self.draw.bits(), crate::export::agent::of_phone(&mut self.draw));
        let person = &mut world.people[worker];
        person.doors.push(Door {
            from: person.hired + 1,
            to: ALWAYS,
            per_day: 0.6,
            hours: (person.starts, person.starts + 9 * 60),
            token,
            agent,
            via: Via::Place(place),
            tag,
            ..Door::PLAIN
        });
    }

    /// Keys of the code host are used on a machine in another city, where nobody signs in.
    pub fn keys_elsewhere(&mut self, world: &mut World, worker: usize, city: usize) {
        if !crate::export::github::codes(world, worker) {
            return;
        }
        let place = world.new_home(&mut self.draw, city);
        let tag = world.truth.tell(worker, "code_elsewhere");
        let first = world.from.max(world.people[worker].hired + 3);
        for day in first..=world.to {
            if self.draw.chance(0.4) && world.workday(worker, day).is_some() {
                let minute = world.people[worker].starts + self.draw.span(30, 420);
                let act =
                    Act { day, minute, action: "git.push", count: 2, via: Some(Via::Place(place)), tag };
                world.people[worker].acts.push(act);
            }
        }
    }

    /// Dozens of repositories are cloned within the hour, on a day.
    pub fn clones(&mut self, world: &mut World, worker: usize, day: Day, via: Option<Via>) {
        if !crate::export::github::codes(world, worker) {
            return;
        }
        let tag = world.truth.tell(worker, "bulk_clone");
        let minute = world.people[worker].starts + self.draw.span(200, 480);
        let count = self.draw.span(18, 40) as usize;
        world.people[worker].acts.push(Act { day, minute, action: "git.clone", count, via, tag });
    }

    /// A remote tool is installed some days after the first one, and runs on most days.
    pub fn remote_tool(&mut self, world: &mut World, worker: usize, within: i32) {
        // Whoever works for one crew has one habit.
        let mut habit = Draw::new(world.seed, "remote tool", u64::from(self.instance));
        let key = *habit.pick(&["anydesk", "rustdesk", "crd", "teamviewer", "anydesk", "splashtop"]);
        self.install(world, worker, key, within, 0.8, "remote_tool");
    }

    /// Software that is a tell, installed within some days of the first one.
    pub fn install(
        &mut self,
        world: &mut World,
        worker: usize,
        key: &str,
        within: i32,
        runs: f64,
        tell: &'static str,
    ) {
        let day = world.people[worker].hired + self.draw.span(0, within);
        self.install_on(world, worker, key, day, runs, tell);
    }

    /// Software that is a tell, installed on a day.
    pub fn install_on(
        &mut self,
        world: &mut World,
        worker: usize,
        key: &str,
        day: Day,
        runs: f64,
        tell: &'static str,
    ) {
        let device = world.people[worker].laptops[0].device;
        let tag = world.truth.tell(worker, tell);
        world.install(device, catalogue::software(key), day, runs, tag);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_case_is_planted_by_some_scheme_or_said_not_to_be() {
        for seed in 1..=SEEDS {
            let planted = ALL.iter().any(|scheme| scheme.seeds.contains(&seed));
            assert!(planted != UNSEEN.contains(&seed), "S{seed}");
        }
    }

    #[test]
    fn every_scheme_has_its_own_name_and_says_which_case_it_follows() {
        let mut ids: Vec<_> = ALL.iter().map(|scheme| scheme.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), ALL.len());
        assert_eq!(SOURCES.len(), ALL.len() + 1);
        for scheme in ALL {
            assert!(scheme.seeds.iter().all(|seed| (1..=SEEDS).contains(seed)), "{}", scheme.id);
            assert!(!scheme.seeds.is_empty() && !scheme.text.contains("(S"), "{}", scheme.id);
            assert_eq!(find(scheme.id).unwrap().text, scheme.text);
        }
    }
}
