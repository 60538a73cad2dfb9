//! Parcels, as the company's shipping system exports them: an equipment service's order list, a carrier's shipment
//! history, or a service desk's request list. Documentation: order exports of Firstbase and Oomnitza; "Shipment history",
//! FedEx Ship Manager; asset and request tables, ServiceNow. Shapes: `docs/exports/shipments.md`.

use std::io::Write;

use super::Sheet;
use crate::atlas::cities;
use crate::calendar::{DAY_MS, date, iso, iso_time};
use crate::draw::mix;
use crate::error::Error;
use crate::truth::Truth;
use crate::world::{NOBODY, Parcel, PlaceKind, World};

/// Column labels of an equipment service.
pub const ORDERS: &[&str] = &[
    "Order Number",
    "Direction",
    "Employee ID",
    "Recipient Name",
    "Recipient Email",
    "Recipient Phone",
    "Item",
    "Asset Tag",
    "Serial Number",
    "Carrier",
    "Tracking Number",
    "Status",
    "Order Date",
    "Ship Date",
    "Delivery Date",
    "Ship To Address Line 1",
    "Ship To Address Line 2",
    "Ship To City",
    "Ship To State",
    "Ship To Zip",
    "Ship To Country",
    "Delivered To",
    "Signed By",
    "Redirected",
    "Redirect Date",
    "Ship From",
    "Place Type",
];

/// Column labels of a carrier; it knows no employee ids and no kinds of places.
pub const CARRIER: &[&str] = &[
    "Tracking Number",
    "Ship Date",
    "Ship To Name",
    "Ship To Address Line 1",
    "Ship To Address Line 2",
    "Ship To City",
    "Ship To State",
    "Ship To Zip",
    "Ship To Country",
    "Recipient Email",
    "Reference",
    "Status",
    "Delivery Date",
    "Signed by",
    "Delivered To",
    "Ship From",
    "Shipment Type",
];

/// Column names of a service desk.
pub const DESK: &[&str] = &[
    "number",
    "requested_for",
    "requested_for_email",
    "short_description",
    "asset_tag",
    "serial_number",
    "u_type",
    "u_carrier",
    "u_tracking_number",
    "u_ship_date",
    "u_ship_to",
    "delivered_location",
    "u_delivered_at",
    "u_signed_by",
    "u_ship_from",
    "state",
];

/// Which system a company ships with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Equipment service.
    Orders,
    /// Carrier.
    Carrier,
    /// Service desk.
    Desk,
}

impl System {
    /// The one of this company.
    pub fn of(world: &World) -> Self {
        [Self::Orders, Self::Carrier, Self::Desk, Self::Orders][(mix(world.seed, 0x5c) % 4) as usize]
    }

    fn header(self) -> &'static [&'static str] {
        match self {
            Self::Orders => ORDERS,
            Self::Carrier => CARRIER,
            Self::Desk => DESK,
        }
    }
}

/// Name of the file.
pub fn path(world: &World) -> String {
    let name = match System::of(world) {
        System::Orders => "equipment_orders",
        System::Carrier => "shipment_history",
        System::Desk => "sc_req_item",
    };
    format!("shipments/{name}_{}.csv", iso(world.to))
}

/// Writes every parcel up to the last day, in order of dispatch.
pub fn write(world: &World, truth: &mut Truth, out: &mut dyn Write) -> Result<(), Error> {
    let system = System::of(world);
    let mut sheet = Sheet::new(out, system.header())?;
    let mut order: Vec<usize> = (0..world.parcels.len())
        .filter(|at| world.parcels[*at].sent <= world.to && world.parcels[*at].worker != NOBODY)
        .collect();
    order.sort_by_key(|at| (world.parcels[*at].sent, *at));
    for at in order {
        let line = Line { world, parcel: &world.parcels[at], at };
        sheet.row(&match system {
            System::Orders => line.order(),
            System::Carrier => line.shipment(),
            System::Desk => line.request(),
        })?;
        truth.wrote(line.parcel.tag, i64::from(line.parcel.sent) * DAY_MS, "shipment");
    }
    sheet.finish()
}

/// One parcel, and what every system says of it.
struct Line<'w> {
    world: &'w World,
    parcel: &'w Parcel,
    at: usize,
}

impl Line<'_> {
    fn key(&self) -> u64 {
        mix(self.world.seed, self.at as u64)
    }

    fn carrier(&self) -> &'static str {
        match System::of(self.world) {
            System::Carrier => "FedEx",
            _ => ["FedEx", "UPS", "DHL"][(self.key() % 3) as usize],
        }
    }

    fn tracking(&self) -> String {
        let stem = match self.carrier() {
            "FedEx" => "79",
            "UPS" => "1Z",
            _ => "JD",
        };
        format!("{stem}{:010}", self.key() % 10_000_000_000)
    }

    /// Day of delivery, where it came before the export.
    fn delivered(&self) -> Option<i32> {
        self.parcel.delivered.filter(|day| *day <= self.world.to)
    }

    /// Where it was delivered, in one line.
    fn there(&self) -> String {
        let place = self.parcel.instead.unwrap_or(self.parcel.to);
        self.told(self.world.places[place].address.one_line())
    }

    /// A text that is known once the parcel is delivered.
    fn told(&self, text: String) -> String {
        if self.delivered().is_some() { text } else { String::new() }
    }

    fn status(&self) -> &'static str {
        match (self.delivered(), self.parcel.instead) {
            (None, _) => "In transit",
            (Some(_), Some(_)) if self.parcel.changed.is_some() => "Delivered - redirected",
            (Some(_), _) => "Delivered",
        }
    }

    fn signed(&self) -> String {
        let person = &self.world.people[self.parcel.worker];
        let first = person.given.chars().next().unwrap_or('X');
        let own = format!("{first}. {}", person.family).to_uppercase();
        self.told(match &self.parcel.signed {
            Some(name) => name.clone(),
            None if self.parcel.back => "RECEIVING DESK".to_owned(),
            None => own,
        })
    }

    fn from(&self) -> String {
        self.parcel.from.map(|from| self.world.places[from].address.one_line()).unwrap_or_default()
    }

    /// Asset tag and serial number of the laptop in it.
    fn device(&self) -> [String; 2] {
        let device = self.parcel.device.map(|at| &self.world.devices[at]);
        device.map_or_else(Default::default, |one| [one.asset.clone(), one.serial.clone()])
    }

    fn order(&self) -> Vec<String> {
        let (world, parcel) = (self.world, self.parcel);
        let person = &world.people[parcel.worker];
        let to = &world.places[parcel.to].address;
        let there = parcel.instead.unwrap_or(parcel.to);
        let changed = parcel.changed.filter(|_| parcel.instead.is_some());
        let [asset, serial] = self.device();
        vec![
            format!("EO-{:05}", 10_000 + self.at),
            if parcel.back { "Return" } else { "Outbound" }.to_owned(),
            person.id.clone(),
            person.name(),
            world.email(parcel.worker),
            parcel.phone.clone().unwrap_or_else(|| person.phone.clone()),
            parcel.item.clone(),
            asset,
            serial,
            self.carrier().to_owned(),
            self.tracking(),
            self.status().to_owned(),
            iso(parcel.sent - 1),
            iso(parcel.sent),
            self.delivered().map(iso).unwrap_or_default(),
            to.line.clone(),
            to.unit.clone(),
            cities()[to.city].name.to_owned(),
            to.region().to_owned(),
            to.postcode.clone(),
            cities()[to.city].country.to_owned(),
            self.there(),
            self.signed(),
            if changed.is_some() { "Yes" } else { "No" }.to_owned(),
            changed.map(|day| iso_time(i64::from(day) * DAY_MS + 52_000_000)).unwrap_or_default(),
            self.from(),
            world.places[there].kind.word().to_owned(),
        ]
    }

    fn shipment(&self) -> Vec<String> {
        let (world, parcel) = (self.world, self.parcel);
        let to = &world.places[parcel.to].address;
        let american = |day| date(day).format("%m/%d/%Y").to_string();
        let [asset, _] = self.device();
        let company = parcel.back && world.places[parcel.to].kind != PlaceKind::Home;
        vec![
            self.tracking(),
            american(parcel.sent),
            if company { "Receiving".to_owned() } else { world.people[parcel.worker].name() },
            to.line.clone(),
            to.unit.clone(),
            cities()[to.city].name.to_owned(),
            to.region().to_owned(),
            to.postcode.clone(),
            cities()[to.city].iso.to_owned(),
            world.email(parcel.worker),
            if asset.is_empty() { parcel.item.clone() } else { asset },
            self.status().to_owned(),
            self.delivered().map(american).unwrap_or_default(),
            self.signed(),
            self.there(),
            self.from(),
            if parcel.back { "Return" } else { "Outbound" }.to_owned(),
        ]
    }

    fn request(&self) -> Vec<String> {
        let (world, parcel) = (self.world, self.parcel);
        let [asset, serial] = self.device();
        vec![
            format!("RITM{:07}", 10_000 + self.at),
            world.people[parcel.worker].name(),
            world.email(parcel.worker),
            parcel.item.clone(),
            asset,
            serial,
            if parcel.back { "Return" } else { "Ship" }.to_owned(),
            self.carrier().to_owned(),
            self.tracking(),
            iso(parcel.sent),
            world.places[parcel.to].address.one_line(),
            self.there(),
            self.delivered().map(iso).unwrap_or_default(),
            self.signed(),
            self.from(),
            self.status().to_owned(),
        ]
    }
}
