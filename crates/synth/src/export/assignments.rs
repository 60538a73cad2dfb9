//! Who has which laptop, as an asset register. Documentation: "Custom asset report", Snipe-IT.

use std::io::Write;

use super::Sheet;
use crate::calendar::{Day, iso};
use crate::catalogue::LAPTOPS;
use crate::error::Error;
use crate::world::World;

/// Column labels.
pub const HEADER: &[&str] = &[
    "Asset Tag",
    "Serial",
    "Model",
    "Manufacturer",
    "Device Name",
    "Checked Out To",
    "Employee Number",
    "Work Email",
    "Checkout Date",
    "Return Date",
    "Status",
    "Loaner",
];

/// Name of the file.
pub fn path(world: &World) -> String {
    format!("assets/custom_asset_report_{}.csv", iso(world.to))
}

/// Writes every assignment up to the last day: everybody's own laptops, then spare ones in somebody's keeping.
pub fn write(world: &World, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, HEADER)?;
    for (at, person) in world.people.iter().enumerate() {
        for tenure in person.laptops.iter().filter(|one| one.from <= world.to) {
            let end = person.left.map_or(tenure.to, |left| left.min(tenure.to));
            sheet.row(&row(world, at, tenure.device, tenure.from, end))?;
        }
    }
    for loan in world.loans.iter().filter(|loan| loan.from <= world.to) {
        sheet.row(&row(world, loan.worker, loan.device, loan.from, Day::MAX))?;
    }
    sheet.finish()
}

fn row(world: &World, worker: usize, device: usize, from: Day, end: Day) -> Vec<String> {
    let (person, device) = (&world.people[worker], &world.devices[device]);
    let model = &LAPTOPS[device.model];
    let back = if end < world.to { iso(end + 1) } else { String::new() };
    let status = match (back.is_empty(), device.pool) {
        (false, _) => "Archived",
        (true, true) => "Spare pool",
        (true, false) => "Deployed",
    };
    vec![
        device.asset.clone(),
        device.serial.clone(),
        model.model.to_owned(),
        model.vendor.to_owned(),
        device.host.clone(),
        person.name(),
        person.id.clone(),
        world.email(worker),
        iso(from),
        back,
        status.to_owned(),
        if device.pool { "Yes" } else { "No" }.to_owned(),
    ]
}
