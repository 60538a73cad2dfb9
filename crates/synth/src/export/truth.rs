//! The truth as sheets: workers in schemes, tells that were written, look-alikes.

use std::io::Write;

use super::Sheet;
use crate::calendar::iso_time;
use crate::error::Error;
use crate::world::World;

/// Columns of `truth/workers.csv`.
pub const WORKERS: &[&str] = &["worker_id", "positive", "scheme", "role", "farm", "tells", "group"];

/// Columns of `truth/tells.csv`.
pub const TELLS: &[&str] = &["worker_id", "scheme", "tell", "source", "first_seen", "last_seen", "records"];

/// Columns of `truth/look_alikes.csv`.
pub const LOOK_ALIKES: &[&str] = &["look_alike", "worker_id"];

/// Everybody on the roster, with what they are.
pub fn workers(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, WORKERS)?;
    for (at, person) in world.people.iter().enumerate() {
        let part = world.truth.parts.iter().find(|part| part.worker == at);
        let tells = world.truth.tells.iter().filter(|tell| tell.worker == at && tell.records > 0).count();
        sheet.row(&[
            person.id.as_str(),
            if part.is_some_and(|part| part.role == "operated") { "1" } else { "0" },
            part.map_or("", |part| part.scheme),
            part.map_or("", |part| part.role),
            part.and_then(|part| part.farm.as_deref()).unwrap_or_default(),
            &tells.to_string(),
            &format!("g{}", person.group),
        ])?;
    }
    sheet.finish()
}

/// Every tell that was written.
pub fn tells(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, TELLS)?;
    for tell in &world.truth.tells {
        let Some((first, last)) = tell.seen else { continue };
        let scheme = world.truth.parts.iter().find(|part| part.worker == tell.worker).map_or("", |part| part.scheme);
        sheet.row(&[
            world.people[tell.worker].id.as_str(),
            scheme,
            tell.id,
            tell.export,
            &iso_time(first),
            &iso_time(last),
            &tell.records.to_string(),
        ])?;
    }
    sheet.finish()
}

/// Every look-alike.
pub fn look_alikes(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, LOOK_ALIKES)?;
    let mut all = world.truth.innocents.clone();
    all.sort_unstable();
    for (id, worker) in all {
        sheet.row(&[id, world.people[worker].id.as_str()])?;
    }
    sheet.finish()
}
