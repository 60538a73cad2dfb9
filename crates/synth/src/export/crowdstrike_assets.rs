//! Falcon's inventory of laptops, written once a week: `aidmaster` and `managedassets`.

use super::crowdstrike_line::Sensor;
use super::spool::Sink;
use crate::calendar::{Day, moment};
use crate::draw::mix;
use crate::life::Workday;
use crate::world::World;

/// Which of the two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// What the laptop is.
    Master,
    /// Which card it has, and which gateway stands beside it.
    Assets,
}

/// The rows of a person's laptop on a day: on one of the week's.
pub fn day(world: &World, who: usize, day: Day, work: Option<&Workday>, file: File, mut sink: Sink<'_>) {
    let Some(work) = work else { return };
    // each sensor's row is renewed on a weekday of its own, and in the first days
    let weekday = mix(world.seed, work.device as u64) % 5;
    let person = &world.people[who];
    let first = day < person.hired + 4;
    if u64::from(crate::calendar::weekday(day)) != weekday && !first {
        return;
    }
    let minute = work.start + 40;
    let stretch = work.at(minute);
    let egress = world.egress(stretch.via, who, day, (minute / 240) as u64);
    let sensor = Sensor { world, at: work.device, egress };
    let at = moment(work.zone, day, minute);
    match file {
        File::Master => {
            let since =
                moment(work.zone, person.laptops.first().map_or(day, |one| one.from).max(day - 900), 9 * 60);
            // a phone's network is always the same
            let net = stretch.place.map_or([172, 20, 10], |place| world.places[place].lan.net);
            sink.line(at, &[stretch.tag], |out| sensor.master(out, at, work.zone.name(), since, net));
        }
        File::Assets => {
            let Some(place) = stretch.place else { return };
            let lan = if place == work.place { work.tags.lan } else { crate::truth::Tag::NONE };
            sink.line(at, &[lan], |out| sensor.asset(out, at, place));
        }
    }
}
