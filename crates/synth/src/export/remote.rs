//! What a remote-access tool wrote about who came in, collected from the laptops on which it stands: AnyDesk's
//! `connection_trace.txt`, one folder per host, UTC. Shape: AnyDesk, "Trace files".

use std::io::Write;

use crate::calendar::{Day, moment, utc};
use crate::catalogue::SOFTWARE;
use crate::device::{Fitted, Program};
use crate::draw::{Draw, mix};
use crate::error::Error;
use crate::truth::Truth;
use crate::world::World;

/// The log of one laptop.
pub struct Log {
    worker: usize,
    device: usize,
}

fn tool<'w>(world: &'w World, log: &Log) -> Option<&'w Fitted<Program>> {
    let of_ours = |one: &&Fitted<Program>| SOFTWARE[one.what.software].key == "anydesk";
    world.devices[log.device].programs.iter().find(of_ours)
}

/// Logs with the names of their files.
pub fn logs(world: &World) -> Vec<(String, Log)> {
    let mut out = vec![];
    for (worker, person) in world.people.iter().enumerate() {
        for tenure in &person.laptops {
            let log = Log { worker, device: tenure.device };
            if tool(world, &log).is_some_and(|one| one.from <= world.to) {
                out.push((format!("remote/{}/connection_trace.txt", world.devices[tenure.device].host), log));
            }
        }
    }
    out.sort_by(|a, b| a.0.cmp(&b.0));
    out.dedup_by(|a, b| a.0 == b.0);
    out
}

/// The tool's id of whoever comes in: one for a farm or ring, one for each other worker.
fn operator(world: &World, truth: &Truth, worker: usize) -> u64 {
    let group = truth.part(worker).and_then(|part| part.group);
    let salt = group.map_or(worker as u64, |group| 1 << 40 | group as u64);
    100_000_000 + mix(world.seed, mix(0x1d, salt)) % 900_000_000
}

/// Writes one log, the days in order.
pub fn write(world: &World, log: &Log, truth: &mut Truth, out: &mut dyn Write) -> Result<(), Error> {
    let Some(tool) = tool(world, log) else { return Ok(()) };
    let id = operator(world, truth, log.worker);
    for day in tool.from.max(world.from)..=tool.to.min(world.to) {
        if let Some(minute) = comes(world, log, tool, day) {
            let at = minute;
            writeln!(out, "Incoming    {}    User    {id}    {id}", utc(at).format("%Y-%m-%d, %H:%M"))
                .map_err(|source| Error::Write { path: "connection_trace.txt".to_owned(), source })?;
            truth.wrote(tool.tag, at, "remote");
        }
    }
    Ok(())
}

/// When somebody comes in on a day, if anybody does.
fn comes(world: &World, log: &Log, tool: &Fitted<Program>, day: Day) -> Option<i64> {
    let work = world.workday(log.worker, day).filter(|work| work.device == log.device)?;
    let mut draw = Draw::new(world.seed, "remote", (log.worker as u64) << 20 | day as u64);
    draw.chance(tool.what.runs).then(|| moment(work.zone, day, work.start + draw.span(2, 40)))
}
