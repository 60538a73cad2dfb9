//! Parcels, as an asset service's order list. Documentation: order exports of Oomnitza, Firstbase and ServiceNow asset tables.

use std::io::Write;

use super::Sheet;
use crate::atlas::cities;
use crate::calendar::{DAY_MS, iso, iso_time};
use crate::draw::mix;
use crate::error::Error;
use crate::truth::Truth;
use crate::world::{NOBODY, Parcel, PlaceId, World};

/// Column labels.
pub const HEADER: &[&str] = &[
    "Order Number", "Direction", "Employee ID", "Recipient Name", "Recipient Email", "Recipient Phone", "Item", "Asset Tag",
    "Serial Number", "Carrier", "Tracking Number", "Status", "Order Date", "Ship Date", "Delivery Date", "Ship To Address Line 1",
    "Ship To Address Line 2", "Ship To City", "Ship To State", "Ship To Zip", "Ship To Country", "Delivered To", "Signed By",
    "Redirected", "Redirect Date", "Ship From", "Place Type",
];

/// Name of the file.
pub fn path(world: &World) -> String {
    format!("shipments/equipment_orders_{}.csv", iso(world.to))
}

/// Writes every parcel up to the last day, in order of dispatch.
pub fn write(world: &World, truth: &mut Truth, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, HEADER)?;
    let mut order: Vec<usize> = (0..world.parcels.len())
        .filter(|at| world.parcels[*at].sent <= world.to && world.parcels[*at].worker != NOBODY).collect();
    order.sort_by_key(|at| (world.parcels[*at].sent, *at));
    for at in order {
        let parcel = &world.parcels[at];
        sheet.row(&row(world, parcel, at))?;
        truth.wrote(parcel.tag, i64::from(parcel.sent) * DAY_MS);
    }
    sheet.finish()
}

fn row(world: &World, parcel: &Parcel, at: usize) -> Vec<String> {
    let person = &world.people[parcel.worker];
    let to = &world.places[parcel.to].address;
    let device = parcel.device.map(|at| &world.devices[at]);
    let delivered = parcel.delivered.filter(|day| *day <= world.to);
    let there = parcel.instead.unwrap_or(parcel.to);
    let key = mix(world.seed, at as u64);
    let status = match (delivered, parcel.instead) {
        (None, _) => "In transit",
        (Some(_), Some(_)) => "Delivered - redirected",
        (Some(_), None) => "Delivered",
    };
    let changed = parcel.changed.filter(|_| parcel.instead.is_some());
    let text = |yes: bool, text: String| if yes { text } else { String::new() };
    vec![
        format!("EO-{:05}", 10_000 + at),
        if parcel.back { "Return" } else { "Outbound" }.to_owned(),
        person.id.clone(),
        person.name(),
        world.email(parcel.worker),
        parcel.phone.clone().unwrap_or_else(|| person.phone.clone()),
        parcel.item.clone(),
        device.map(|one| one.asset.clone()).unwrap_or_default(),
        device.map(|one| one.serial.clone()).unwrap_or_default(),
        ["FedEx", "UPS", "DHL"][(key % 3) as usize].to_owned(),
        ["79", "1Z", "JD"][(key % 3) as usize].to_owned() + &format!("{:010}", key % 10_000_000_000),
        status.to_owned(),
        iso(parcel.sent - 1),
        iso(parcel.sent),
        delivered.map(iso).unwrap_or_default(),
        to.line.clone(),
        to.unit.clone(),
        cities()[to.city].name.to_owned(),
        to.region().to_owned(),
        to.postcode.clone(),
        cities()[to.city].country.to_owned(),
        text(delivered.is_some(), world.places[there].address.one_line()),
        text(delivered.is_some(), signed(world, parcel)),
        if parcel.instead.is_some() { "Yes" } else { "No" }.to_owned(),
        changed.map(|day| iso_time(i64::from(day) * DAY_MS + 52_000_000)).unwrap_or_default(),
        parcel.from.map(|from| one_line(world, from)).unwrap_or_default(),
        world.places[there].kind.word().to_owned(),
    ]
}

fn one_line(world: &World, place: PlaceId) -> String {
    world.places[place].address.one_line()
}

fn signed(world: &World, parcel: &Parcel) -> String {
    if let Some(name) = &parcel.signed {
        return name.clone();
    }
    if parcel.back {
        return "RECEIVING DESK".to_owned();
    }
    let person = &world.people[parcel.worker];
    let first = person.given.chars().next().unwrap_or('X');
    format!("{first}. {}", person.family).to_uppercase()
}
