//! Schemes: one file each, laid out so that further ones are one more file and one more line here.
//!
//! A scheme has levers. A lever leaves a tell; careful people pull fewer of them (`difficulty`).

mod day_one;
mod hardware_kvm;
mod hosted_farm;
mod payroll_ring;
mod rented_identity;
mod vpn_flap;

use crate::calendar::Day;
use crate::catalogue;
use crate::draw::Draw;
use crate::papers;
use crate::plan::Plan;
use crate::rates::rate;
use crate::truth::Part;
use crate::world::{Mode, World};

/// One scheme.
pub struct Scheme {
    /// Id.
    pub id: &'static str,
    /// What happens, in a line.
    pub text: &'static str,
    /// How it is planted.
    plant: fn(&mut World, &mut Plot),
}

/// Every scheme, in the order of its listing.
pub const ALL: &[Scheme] = &[
    hosted_farm::SCHEME,
    hardware_kvm::SCHEME,
    vpn_flap::SCHEME,
    payroll_ring::SCHEME,
    rented_identity::SCHEME,
    day_one::SCHEME,
];

/// Id and text of every scheme.
pub const SCHEMES: &[(&str, &str)] = &listing();

const fn listing() -> [(&'static str, &'static str); ALL.len()] {
    let mut out = [("", ""); ALL.len()];
    let mut at = 0;
    while at < ALL.len() {
        out[at] = (ALL[at].id, ALL[at].text);
        at += 1;
    }
    out
}

/// The scheme of that id.
pub fn find(id: &str) -> Option<&'static Scheme> {
    ALL.iter().find(|scheme| scheme.id == id)
}

/// One instance of a scheme in the making.
pub struct Plot {
    /// Which instance.
    pub instance: u32,
    /// Its chance.
    pub draw: Draw,
    /// Scheme.
    scheme: &'static str,
    difficulty: f64,
}

/// Plants the instances of a plan.
pub fn plant(world: &mut World, plan: &Plan) {
    for instance in 0..plan.planted {
        let id = &plan.schemes[instance as usize % plan.schemes.len()];
        let Some(scheme) = find(id) else { continue };
        let draw = Draw::new(plan.seed, scheme.id, u64::from(instance));
        let mut plot = Plot { instance, draw, scheme: scheme.id, difficulty: plan.difficulty };
        (scheme.plant)(world, &mut plot);
        plot.leave_something(world);
    }
}

impl Plot {
    /// Whether this lever's tell is left: its rate, less where people are careful.
    pub fn keeps(&mut self, lever: &str) -> bool {
        self.draw.chance(rate(lever) * (1.0 - 0.92 * self.difficulty))
    }

    /// Remote workers who are nothing else yet, hired on a day that the caller chooses.
    pub fn crew(&mut self, world: &mut World, count: usize, hired: impl Fn(&mut Draw, &World) -> Day) -> Vec<usize> {
        let free: Vec<usize> = (0..world.people.len())
            .filter(|at| world.people[*at].mode == Mode::Remote && !world.truth.is_taken(*at))
            .filter(|at| world.people[*at].department != "IT" && *at > 0)
            .collect();
        let crew = self.draw.some(&free, count);
        for at in &crew {
            let day = hired(&mut self.draw, world);
            papers::rehire(world, *at, day);
        }
        crew
    }

    /// Enters a worker into the truth.
    pub fn part(&self, world: &mut World, worker: usize, role: &'static str, farm: Option<&str>) {
        world.truth.take_part(Part {
            worker,
            scheme: self.scheme,
            role,
            farm: farm.map(str::to_owned),
            instance: self.instance,
        });
    }

    /// Nobody but the most careful leaves nothing: without any tell, a remote tool stays behind.
    fn leave_something(&mut self, world: &mut World) {
        if self.difficulty >= 1.0 {
            return;
        }
        let bare: Vec<usize> = (world.truth.parts.iter())
            .filter(|part| part.instance == self.instance && part.role == "operated")
            .map(|part| part.worker)
            .filter(|worker| !world.truth.tells.iter().any(|tell| tell.worker == *worker))
            .collect();
        for worker in bare {
            self.remote_tool(world, worker, 4);
        }
    }

    /// A remote tool is installed some days after the first one, and runs on most days.
    pub fn remote_tool(&mut self, world: &mut World, worker: usize, within: i32) {
        let key = *self.draw.pick(&["anydesk", "rustdesk", "crd", "teamviewer", "anydesk", "splashtop"]);
        self.install(world, worker, key, within, 0.8, "remote_tool");
    }

    /// Software that is a tell, installed within some days of the first one.
    pub fn install(&mut self, world: &mut World, worker: usize, key: &str, within: i32, runs: f64, tell: &'static str) {
        let device = world.people[worker].laptops[0].device;
        let tag = world.truth.tell(worker, tell, "osquery");
        let day = world.people[worker].hired + self.draw.span(0, within);
        world.install(device, catalogue::software(key), day, runs, tag);
    }
}

/// Hired some time before the window or in its first part.
pub fn recently(draw: &mut Draw, world: &World) -> Day {
    let early = draw.chance(0.55);
    let day = if early { world.from - draw.span(8, 150) } else { world.day_at(0.05 + 0.45 * draw.unit()) };
    monday(day)
}

/// Hired in the window, so that the first day is seen.
pub fn in_window(draw: &mut Draw, world: &World) -> Day {
    let day = world.day_at(0.1 + 0.6 * draw.unit());
    monday(day).max(world.from + 1)
}

fn monday(day: Day) -> Day {
    day - Day::from(crate::calendar::weekday(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lever_has_a_rate() {
        let sources = [
            include_str!("hosted_farm.rs"),
            include_str!("hardware_kvm.rs"),
            include_str!("vpn_flap.rs"),
            include_str!("payroll_ring.rs"),
            include_str!("rented_identity.rs"),
            include_str!("day_one.rs"),
        ];
        for name in sources.iter().flat_map(|text| text.split("keeps(\"").skip(1)) {
            let key = name.split('"').next().unwrap();
            assert!(rate(key) > 0.0, "no rate {key}");
        }
        assert_eq!(SCHEMES.len(), ALL.len());
        assert!(find("hosted_farm").is_some());
    }
}
