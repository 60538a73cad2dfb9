//! Shipments of equipment: carrier manifests, asset systems, service desks, equipment logistics services.

use std::sync::OnceLock;

use model::Record;
use model::tables::{TIME, shipment as t};

use crate::sheet::address::{Postal, us_state};
use crate::sheet::{self, Plan, Role, Row, Unmade};
use crate::source::SourceDoc;
use crate::value;

// one role a line reads better than one word a line
#[rustfmt::skip]
const ROLES: &[Role] = &[
    Role { name: "id", anchor: true, headers: &[
        "shipment id", "shipment number", "order id", "order number", "shipment", "reference",
        "reference number",
        "request number", "number", "ticket", "ticket number", "request id", "issue key", "order",
        "po number",
        "consignment number", "delivery id", "fulfillment id", "reference 1", "customer reference", "id",
        "key",
        "delivery number", "package reference", "shipment reference", "request item", "parcel id", "ritm", "sctask", "order no",
        "sales order", "sales order number", "web order number", "po", "customer po", "package reference number 1",
        "shipment reference number 1", "shipment reference number", "transfer order", "case number",
    ] },
    Role { name: "worker", anchor: false, headers: &[
        "worker id", "employee id", "employee number", "recipient id", "recipient employee id",
        "assigned to id",
        "requested for id", "user id", "staff id", "recipient worker id", "emp number",
    ] },
    Role { name: "email", anchor: false, headers: &[
        "recipient email", "employee email", "email", "ship to email", "work email", "contact email",
        "email address",
        "recipient email address", "assigned to email", "requested for email", "user email", "worker email",
        "delivery email", "customer email", "ship to contact email",
    ] },
    Role { name: "name", anchor: false, headers: &[
        "recipient name", "recipient", "recipient contact name", "ship to contact", "ship to contact name",
        "employee name",
        // where both stand, the name is the firm's and the attention the person's
        "ship to attention", "attention", "ship to name", "requested for", "person", "ship to attention name", "name", "assigned to", "employee",
        "contact name", "receiver name", "delivery name", "full name", "deliver to name", "customer name",
        "consignee name",
        "addressee", "recipient full name", "worker name", "ship to recipient",
    ] },
    Role { name: "first", anchor: false, headers: &["recipient first name", "ship to first name",
        "first name"] },
    Role { name: "last", anchor: false, headers: &["recipient last name", "ship to last name", "last name"] },
    Role { name: "phone", anchor: false, headers: &[
        "recipient phone", "ship to phone", "phone", "phone number", "recipient phone number",
        "contact phone",
        "ship to contact phone", "recipient phone no", "ship to telephone", "delivery phone", "mobile", "mobile phone", "receiver phone", "recipient mobile",
        "ship to phone number", "contact number",
    ] },
    Role { name: "direction", anchor: false, headers: &[
        "direction", "shipment type", "type", "kind", "shipment kind", "movement", "reason", "shipment direction", "order type", "request type", "return",
        "is return",
        "movement type", "transfer type", "inbound outbound", "flow",
    ] },
    Role { name: "item", anchor: false, headers: &[
        "item", "item description", "contents", "description", "package contents", "product", "model",
        "device",
        "equipment", "device model", "asset", "items", "commodity description", "product name", "asset name",
        "short description", "asset model", "device type", "goods description", "equipment type",
        "item name", "summary",
    ] },
    Role { name: "tag", anchor: true, headers: &[
        "asset tag", "asset id", "asset number", "inventory tag", "tag", "barcode", "device tag",
        "inventory number",
    ] },
    Role { name: "serial", anchor: true, headers: &[
        "asset serial", "serial number", "serial", "device serial", "device serial number",
        "asset serial number",
        "sn", "hardware serial", "laptop serial", "machine serial", "item serial", "serial no",
    ] },
    Role { name: "carrier", anchor: true, headers: &[
        "carrier", "carrier name", "courier", "shipping carrier", "shipper", "shipping method",
        "delivery company",
        "logistics provider", "ship via", "service", "shipping provider", "courier name", "shipping service",
        "service type", "service level", "carrier service",
    ] },
    Role { name: "tracking", anchor: true, headers: &[
        "tracking number", "tracking", "tracking id", "waybill", "waybill number", "airwaybill", "awb",
        "master tracking number",
        "tracking no", "tracking code", "shipment tracking", "tracking numbers", "ups tracking number", "fedex tracking number", "carrier tracking number", "shipment tracking number",
        "tracking token",
        "airway bill number", "lead tracking number", "consignment tracking", "tracking reference",
        "package tracking number",
    ] },
    Role { name: "status", anchor: false, headers: &[
        "status", "shipment status", "delivery status", "tracking status", "current status",
        "latest status",
        "order status", "status description", "shipping status", "last event", "delivery state", "stage",
        "exception",
    ] },
    Role { name: "note", anchor: false, headers: &[
        "status detail", "exception description", "exception instruction", "delivery instruction", "notes", "comments", "work notes",
        "delivery instructions", "remarks",
        "delivery notes", "exception reason", "events", "history", "carrier notes", "delivery exception",
        "event description",
    ] },
    Role { name: "created", anchor: false, headers: &[
        "created at", "created", "created date", "order date", "date created", "request date", "requested at",
        "creation date", "opened", "opened at", "ordered at", "label date", "created time", "date",
        "booking date",
        "label created", "label created date", "requested date", "ordered", "order placed", "order created",
    ] },
    Role { name: "shipped", anchor: true, headers: &[
        "ship date", "shipped at", "shipped", "shipped date", "dispatch date", "dispatched at", "pickup date",
        "date shipped", "sent date", "shipped time", "ship time", "sent at", "manifest date", "dispatched",
        "picked up date",
        "collection date", "actual ship date",
    ] },
    Role { name: "delivered", anchor: true, headers: &[
        "delivered at", "delivery date", "delivered date", "delivered", "delivered time", "delivery time",
        "actual delivery date", "date delivered", "actual delivery", "received date", "delivered on",
        "pod date",
        "received at", "delivery timestamp", "proof of delivery date", "delivery date time",
    ] },
    Role { name: "ship_line1", anchor: true, headers: &[
        "ship to address line 1", "ship to address", "ship to", "shipping address", "recipient address",
        "ship to address 1", "recipient address line 1", "shipping address line 1", "delivery address",
        "delivery address line 1", "address line 1", "address", "address 1", "street address", "street",
        "destination address",
        "ship to street", "ship to line 1", "recipient street", "recipient address 1", "shipping address 1",
        "ordered address", "original address", "requested address", "receiver address", "consignee address",
        "ship to location", "destination", "shipping street", "delivery street", "ship to street address",
        "label address", "original ship to", "deliver to address", "deliver to", "receiver address line 1",
        "ship to address street", "recipient address line", "recipient street address", "ship to addr 1", "delivery address 1",
        "deliver to street", "drop off location", "delivery site address", "shipping address street", "ship to full address",
    ] },
    Role { name: "ship_line2", anchor: false, headers: &[
        "ship to address line 2", "ship to address 2", "recipient address line 2", "shipping address line 2",
        "delivery address line 2", "address line 2", "address 2", "unit", "apartment", "ship to line 2",
        "ship to unit",
        "recipient address 2", "shipping address 2", "ship to street 2", "suite", "receiver address line 2",
        "ship to address unit",
    ] },
    Role { name: "ship_line3", anchor: false, headers: &["ship to address line 3",
        "recipient address line 3", "address line 3"] },
    Role { name: "ship_house", anchor: false, headers: &["house number", "street number"] },
    Role { name: "ship_city", anchor: false, headers: &[
        "ship to city", "recipient city", "shipping city", "delivery city", "city", "destination city",
        "receiver city",
        "shipping address city", "ship to address city", "deliver to city", "delivery address city", "recipient address city",
    ] },
    Role { name: "ship_region", anchor: false, headers: &[
        "ship to state", "recipient state", "shipping state", "delivery state province",
        "ship to state province",
        "recipient state province", "destination state", "receiver state", "ship to region",
        "shipping address state",
        "state province", "recipient state code", "ship to address state", "deliver to state", "province", "state", "delivery state",
        "delivery address state", "shipping state province",
    ] },
    Role { name: "ship_postcode", anchor: false, headers: &[
        "ship to zip", "ship to postal code", "recipient zip", "recipient postal code", "shipping zip",
        "zip", "zip code",
        "postal code", "delivery zip", "delivery postcode", "destination zip", "receiver postcode",
        "ship to zip code",
        "delivery address zip", "shipping address zip", "ship to zip postal code", "shipping address postal code",
        "ship to address zip",
        "zip postal code", "ship to address postal code",
    ] },
    Role { name: "ship_country", anchor: false, headers: &[
        "ship to country", "recipient country", "shipping country", "delivery country", "country",
        "destination country",
        "receiver country", "ship to country code", "recipient country code", "country code",
        "shipping address country",
        "delivery address country", "ship to address country", "ship to country territory", "recipient country territory",
        "deliver to country",
    ] },
    Role { name: "got_line1", anchor: true, headers: &[
        "delivered to", "delivered address", "delivered to address", "delivered location",
        "actual delivery address",
        "delivered to address line 1", "delivered address line 1", "final address", "final delivery address",
        "redirected to", "pod address", "new address", "delivery location", "delivered at address",
        "redirect address",
        "actual address", "final destination", "redirected address", "drop off address",
        "proof of delivery address",
    ] },
    Role { name: "got_line2", anchor: false, headers: &["delivered to address line 2",
        "delivered address line 2", "delivered to unit"] },
    Role { name: "got_line3", anchor: false, headers: &["delivered to address line 3"] },
    Role { name: "got_city", anchor: false, headers: &["delivered to city", "delivered city",
        "actual delivery city", "final city", "pod city"] },
    Role { name: "got_region", anchor: false, headers: &["delivered to state", "delivered state",
        "final state", "pod state"] },
    Role { name: "got_postcode", anchor: false, headers: &["delivered to zip", "delivered zip",
        "delivered postal code", "delivered to postal code", "delivered postcode"] },
    Role { name: "got_country", anchor: false, headers: &["delivered to country", "delivered country",
        "final country"] },
    Role { name: "from_line1", anchor: false, headers: &[
        "ship from", "ship from address", "origin address", "origin", "return origin", "sender address",
        "from address",
        "ship from address line 1", "pickup address", "sender address line 1", "from", "collection address",
        "return address",
    ] },
    Role { name: "from_line2", anchor: false, headers: &["ship from address line 2",
        "sender address line 2", "pickup address line 2"] },
    Role { name: "from_line3", anchor: false, headers: &["ship from address line 3"] },
    Role { name: "from_city", anchor: false, headers: &["ship from city", "sender city", "origin city",
        "pickup city"] },
    Role { name: "from_region", anchor: false, headers: &["ship from state", "sender state", "origin state",
        "pickup state"] },
    Role { name: "from_postcode", anchor: false, headers: &["ship from zip", "sender zip", "origin zip",
        "ship from postal code", "sender postal code", "pickup zip"] },
    Role { name: "from_country", anchor: false, headers: &["ship from country", "sender country",
        "origin country"] },
    Role { name: "rerouted", anchor: true, headers: &[
        "is rerouted", "rerouted", "redirected", "address changed", "redirect", "is redirected",
        "address change",
        "redirect requested", "hold at location", "reroute", "address corrected", "delivery change",
        "address changed after ship",
        "intercepted", "delivery redirected", "delivery change requested",
    ] },
    Role { name: "rerouted_time", anchor: false, headers: &[
        "rerouted at", "redirected at", "redirect date", "reroute date", "address changed at",
        "rerouted time",
        "address change date", "redirect time", "delivery change date", "redirect requested at", "reroute requested at",
        "redirect requested on", "redirection date", "rerouting date", "redirect timestamp", "change requested at", "intercept date",
    ] },
    Role { name: "events", anchor: false, headers: &["redirect events", "redirects",
        "address change history", "reroute events", "delivery changes"] },
    Role { name: "signed", anchor: true, headers: &[
        "signed by", "signed for by", "received by", "signature", "signature name", "signatory", "pod name",
        "signed",
        "delivery signature", "accepted by", "pod signature", "proof of delivery name", "signed for",
        "signer",
    ] },
    Role { name: "left_at", anchor: false, headers: &["left at", "drop off point", "delivery point", "left with"] },
    Role { name: "place", anchor: false, headers: &[
        "place type", "address type", "location type", "delivery location type", "residential indicator",
        "destination type", "delivery type", "ship to type", "delivered location type",
    ] },
];

/// Plan for shipments.
pub static PLAN: Plan = Plan {
    kind: "shipment",
    table: &t::TABLE,
    roles: ROLES,
    enough: |has| {
        (has("ship_line1")
            || has("got_line1")
            || has("from_line1")
            || (has("ship_city") && has("ship_postcode")))
            && ["id", "tracking", "serial", "tag", "shipped", "carrier"].iter().any(|role| has(role))
            && ["tracking", "shipped", "delivered", "carrier", "signed", "got_line1", "rerouted", "direction"]
                .iter()
                .any(|role| has(role))
    },
    numbered: &[],
    #[rustfmt::skip]
    addresses: &[
        ("ship", &["ship to", "deliver to", "delivery", "recipient", "destination", "requested", "ordered", "original", "original ship to", "intended", "label"]),
        ("got", &[
            "delivered to", "delivered", "delivered at", "actual delivery", "actual", "final", "final delivery", "pod", "proof of delivery",
            "redirect", "redirected", "redirected to", "redirect to", "rerouted to", "reroute", "new", "new delivery", "new ship to",
            "updated", "changed to", "dropped off",
        ]),
        ("from", &["ship from", "from", "sender", "origin", "return from", "return origin", "pickup", "collection"]),
    ],
    foreign: &[
        "routing number",
        "iban",
        "wallet address",
        "user agent",
        "ip address",
        "event type",
        "hire date",
        "job title",
        "client ip",
        "badge id",
        "door",
    ],
    plausible: |values| {
        let tracking = values("tracking");
        let digits = tracking.iter().filter(|text| text.bytes().any(|b| b.is_ascii_digit())).count();
        tracking.is_empty() || digits * 2 >= tracking.len()
    },
    fill,
    doc: SourceDoc {
        title: "Shipments of equipment (carrier manifests, ServiceNow, Jira Assets, Oomnitza, …)",
        documentation: "Shipment history or report export, by the carrier's or asset system's publisher",
        recognised_by: "Headers that name an address and a tracking number, shipment, date or carrier.",
        expects: &[
            "Ship To Address* (one column or parts)",
            "Tracking Number*, Shipment ID*, Serial Number*, Ship Date* or Carrier*",
            "Recipient Name",
            "Recipient Email",
            "Employee ID",
            "Delivered To",
            "Delivery Date",
            "Signed By",
            "Status",
            "redirect_events",
            "Ship From",
            "place_type",
        ],
        fills: &["shipment"],
    },
    map: OnceLock::new(),
};

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), Unmade> {
    // a "Delivery Address" is where it shall go, and where it went if another column says where it was to go
    if row.text("got_line1").is_none() {
        row.give("ship_line1", "got_line1", |header| header.to_lowercase().contains("deliver"));
    }
    row.give_names("ship_line1", "name");
    // service desks have a "State" too, and it is no part of an address
    let state = row.text("ship_region").filter(|text| says_status(text));
    if state.is_some() {
        row.clear("ship_region");
    }
    let (to, got, from) = (row.address("ship"), delivered(row), row.address("from"));
    if to.line.is_none()
        && to.city.is_none()
        && got.line.is_none()
        && from.line.is_none()
        && row.text("tracking").is_none()
    {
        return Err(Unmade::Wrong("shipment without address and tracking number"));
    }
    record.text(t::shipment_id, row.text("id"));
    record.text(t::worker_id, row.id_of_person());
    record.text(t::recipient_email, row.mail_of_person());
    record.text(
        t::recipient_name,
        row.name("name", "first", "last").filter(|name| !name.contains('@')).as_deref(),
    );
    record.text(t::recipient_phone, row.number("phone"));
    record.text(t::direction, Some(direction(row)));
    record.text(t::item, row.text("item"));
    record.text(t::asset_tag, row.text("tag"));
    record.text(t::asset_serial, row.number("serial"));
    record.text(t::carrier, row.text("carrier"));
    record.text(t::tracking, row.number("tracking"));
    record.text(t::status, row.text("status").or(state));
    place(
        record,
        [t::ship_to, t::ship_to_city, t::ship_to_region, t::ship_to_postcode, t::ship_to_country],
        &to,
    );
    place(
        record,
        [
            t::delivered_to,
            t::delivered_city,
            t::delivered_region,
            t::delivered_postcode,
            t::delivered_country,
        ],
        &got,
    );
    place(
        record,
        [t::ship_from, t::ship_from_city, t::ship_from_region, t::ship_from_postcode, t::ship_from_country],
        &from,
    );
    let (created, shipped) = (row.time("created"), row.time("shipped"));
    record.time(TIME, created.or(shipped));
    // some exports put yes or no under "Delivered"
    let delivered = if row.truth("delivered").is_some() { None } else { row.time("delivered") };
    record.time(t::delivered_time, delivered);
    record.text(t::signed_by, row.text("signed"));
    // carriers write "FRONT DOOR" and "RECEPTION" where others write an address
    let left_at = row.text("got_line1").filter(|_| got == Postal::default());
    record.text(t::place_type, row.text("place").or(row.text("left_at")).or(left_at));
    rerouted(row, record, &to, &got);
    Ok(())
}

fn place(record: &mut Record, at: [model::table::At; 5], postal: &Postal) {
    let values = [&postal.line, &postal.city, &postal.region, &postal.postcode, &postal.country];
    for (at, value) in at.into_iter().zip(values) {
        record.text(at, value.as_deref());
    }
}

fn direction(row: &Row<'_>) -> &'static str {
    let lower = row.text("direction").unwrap_or_default().to_lowercase();
    let words = ["return", "inbound", "rma", "recover", "retriev", "incoming", "yes", "true"];
    if words.iter().any(|word| lower.contains(word)) { "return" } else { "outbound" }
}

/// Whether and when the address was changed after dispatch.
fn rerouted(row: &mut Row<'_>, record: &mut Record, to: &Postal, got: &Postal) {
    let mut changed =
        row.text("rerouted").map(|text| value::truth(text).unwrap_or_else(|| says_rerouted(text)));
    for role in ["status", "note"] {
        if row.text(role).is_some_and(says_rerouted) {
            changed = Some(true);
        }
    }
    let mut when = row.time("rerouted_time");
    if let Some(text) = row.text("events") {
        match serde_json::from_str::<serde_json::Value>(text) {
            Ok(serde_json::Value::Array(events)) => {
                if !events.is_empty() {
                    changed = Some(true);
                }
                let times = events.iter().filter_map(|event| {
                    ["at", "time", "date", "timestamp"]
                        .iter()
                        .find_map(|key| value::time(event.get(*key)?.as_str()?))
                });
                when = when.or(times.min());
                let last = events.last().and_then(|event| {
                    ["new_address", "address", "to"].iter().find_map(|key| event.get(*key)?.as_str())
                });
                if got.line.is_none()
                    && let Some(address) = last
                {
                    let parts = sheet::address::Parts { line1: Some(address), ..Default::default() };
                    place_delivered(record, &sheet::address::postal(parts));
                }
            }
            _ => changed = changed.or(Some(says_rerouted(text))),
        }
    }
    if when.is_some() {
        changed = Some(true);
    }
    if changed != Some(true) {
        changed = elsewhere(to, got).or(changed);
    }
    record.bool(t::is_rerouted, changed);
    record.time(t::rerouted_time, when);
}

fn place_delivered(record: &mut Record, postal: &Postal) {
    let at = [
        t::delivered_to,
        t::delivered_city,
        t::delivered_region,
        t::delivered_postcode,
        t::delivered_country,
    ];
    place(record, at, postal);
}

fn says_status(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = [
        "deliver",
        "transit",
        "closed",
        "open",
        "ship",
        "pending",
        "complete",
        "progress",
        "return",
        "cancel",
        "approved",
        "dispatched",
        "received",
        "new",
        "fulfilled",
        "label",
    ];
    us_state(text).is_none()
        && lower
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| words.iter().any(|known| word.starts_with(known)))
}

fn says_rerouted(text: &str) -> bool {
    let lower = text.to_lowercase().replace(['-', '_'], " ");
    let words = [
        "redirect",
        "reroute",
        "re route",
        "address change",
        "changed address",
        "hold at location",
        "held at location",
        "hold for pickup",
        "delivery change",
        "intercept",
        "forwarded",
        "new address",
        "address corrected",
    ];
    !lower.starts_with("no ") && words.iter().any(|word| lower.contains(word))
}

/// The address delivered to, if what is written there is one.
fn delivered(row: &Row<'_>) -> Postal {
    let mut got = row.address("got");
    let written = row.text("got_line1").unwrap_or_default();
    if let Some(place) = town(written) {
        return place;
    }
    let numbered = written.bytes().any(|b| b.is_ascii_digit());
    let parted = written.contains([',', '\n']) || got.city.is_some() || got.postcode.is_some();
    if !numbered || !(parted || written.starts_with(|c: char| c.is_ascii_digit())) {
        got.line = None;
        got.country = got.country.filter(|_| got.city.is_some() || got.postcode.is_some());
    }
    got
}

/// `SPRINGFIELD, IL, US`: carriers show the town only.
fn town(written: &str) -> Option<Postal> {
    let pieces: Vec<&str> = written.split(',').map(str::trim).collect();
    let (city, state) = match pieces[..] {
        [city, state] | [city, state, _] if !written.bytes().any(|b| b.is_ascii_digit()) => (city, state),
        _ => return None,
    };
    let state = us_state(state)?;
    let country = Some("US".to_owned());
    Some(Postal { city: Some(city.to_owned()), region: Some(state.to_owned()), country, ..Postal::default() })
}

/// Whether two addresses are different places; `None` where that cannot be told. Writing alone makes no difference:
/// postal codes are compared, then the numbers of house and unit.
fn elsewhere(to: &Postal, got: &Postal) -> Option<bool> {
    let code = |postal: &Postal| {
        let code: String = postal.postcode.as_deref()?.chars().filter(char::is_ascii_alphanumeric).collect();
        let digits = code.bytes().all(|b| b.is_ascii_digit());
        Some(if digits && code.len() == 9 { code[..5].to_owned() } else { code.to_ascii_uppercase() })
    };
    let (to_code, got_code) = (code(to), code(got));
    if to_code.is_some() && got_code.is_some() && to_code != got_code {
        return Some(true);
    }
    if let (Some(to), Some(got)) = (&to.region, &got.region)
        && us_state(to).is_some()
        && us_state(got).is_some()
        && us_state(to) != us_state(got)
    {
        return Some(true);
    }
    let numbers = |postal: &Postal| {
        let line = postal.line.as_deref()?;
        let line = postal.postcode.as_deref().map_or(line.to_owned(), |code| line.replace(code, " "));
        let words = line.split(|c: char| !c.is_ascii_alphanumeric());
        let found: Vec<String> = words
            .filter(|word| word.starts_with(|c: char| c.is_ascii_digit()))
            .map(str::to_ascii_lowercase)
            .collect();
        (!found.is_empty()).then_some(found)
    };
    let (to, got) = (numbers(to)?, numbers(got)?);
    Some(!to.iter().any(|number| got.contains(number)))
}
