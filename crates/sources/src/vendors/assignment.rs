//! Which company device was given to whom: asset registers, endpoint management inventories as sheets.

use std::sync::OnceLock;

use model::Record;
use model::tables::{TIME, device_assignment as t};

use crate::sheet::{Plan, Role, Row, Unmade};
use crate::source::SourceDoc;

// one role a line reads better than one word a line
#[rustfmt::skip]
const ROLES: &[Role] = &[
    Role { name: "worker", anchor: false, headers: &[
        "worker id", "employee id", "employee number", "assigned to id", "assigned to employee id",
        "user employee id",
        "owner id", "assignee id", "user id", "assigned employee id", "staff id", "custodian id",
        "employee code",
    ] },
    Role { name: "email", anchor: false, headers: &[
        "worker email", "assigned to email", "user email", "work email", "email", "employee email",
        "assigned user email",
        "owner email", "assignee email", "email address", "primary user email", "assigned user",
        "primary user upn",
        "user principal name", "username", "assigned to user email", "primary user email address",
        "enrolled by", "device mapping", "primary user email", "assigned user upn", "upn", "user upn",
    ] },
    Role { name: "assigned", anchor: false, headers: &[
        "assigned to", "assigned", "owner", "assignee", "user", "employee name", "custodian",
        "primary user", "used by",
        "checked out to", "employee", "allocated to", "user name", "assigned to name", "worker", "name",
        "full name", "in use by",
    ] },
    Role { name: "tag", anchor: true, headers: &[
        "asset tag", "asset id", "asset number", "tag", "inventory tag", "inventory number", "barcode",
        "asset", "asset no", "tag number",
        "device tag",
    ] },
    Role { name: "serial", anchor: true, headers: &[
        "serial number", "serial", "device serial", "device serial number", "asset serial", "sn",
        "hardware serial", "service tag",
        "serial no", "asset serial number", "hardware serial number", "computer serial number",
        "machine serial",
    ] },
    Role { name: "host", anchor: true, headers: &[
        "hostname", "host name", "computer name", "device name", "machine name", "host", "netbios name",
        "asset name", "computer", "system name",
    ] },
    Role { name: "device", anchor: false, headers: &[
        "device id", "device uid", "hardware uuid", "udid", "intune device id", "agent id", "host id",
        "uuid", "jamf id", "device uuid",
    ] },
    Role { name: "model", anchor: false, headers: &[
        "model", "device model", "model name", "product", "hardware model", "asset model", "equipment",
        "device", "model category",
        "product name", "device type", "item", "make model",
    ] },
    Role { name: "given", anchor: true, headers: &[
        "assigned at", "assigned date", "assignment date", "date assigned", "assigned on", "checkout date",
        "checked out",
        "issued date", "issue date", "date issued", "issued at", "assigned time", "deployed date",
        "check out date", "assigned since",
        "last checkout", "deployment date", "allocation date", "handover date", "assigned from", "given on",
        "checked out at",
    ] },
    Role { name: "back", anchor: true, headers: &[
        "returned at", "return date", "returned date", "checkin date", "returned", "date returned",
        "check in date", "returned on",
        "last checkin", "returned time", "unassigned at", "unassigned date", "checked in", "assigned until",
        "recovered date",
        "assignment end date",
    ] },
    Role { name: "pool", anchor: true, headers: &[
        "is pool", "pool", "loaner", "is loaner", "shared", "shared device", "kiosk", "is shared", "loan",
        "pool device",
    ] },
    Role { name: "status", anchor: false, headers: &[
        "status", "state", "asset status", "substatus", "usage type", "install status", "lifecycle stage",
        "device status", "category",
        "substate", "asset state",
    ] },
    // a list of managed devices names no day on which one was given out
    Role { name: "managed", anchor: true, headers: &[
        "managed by", "compliance", "ownership", "enrollment date", "last check in", "compliance state", "mdm status",
        "last checkin time", "join type",
    ] },
    Role { name: "known", anchor: false, headers: &[
        "manufacturer", "vendor", "purchase date", "warranty expiration", "warranty end", "purchase cost",
        "order number", "location",
        "department", "mac", "mac address", "os", "operating system", "os version", "last seen", "notes",
        "company", "return origin",
        "supplier", "asset type",
    ] },
];

/// Plan for assignments.
pub static PLAN: Plan = Plan {
    kind: "assignment",
    table: &t::TABLE,
    roles: ROLES,
    enough: |has| {
        (has("worker") || has("email") || has("assigned"))
            && (has("serial") || has("tag") || has("host") && (has("given") || has("back") || has("managed")))
            && (has("given") || has("back") || has("model") || has("tag") || has("host") || has("serial"))
    },
    numbered: &[],
    addresses: &[],
    foreign: &[
        "tracking number",
        "carrier",
        "routing number",
        "iban",
        "user agent",
        "ship to",
        "ship to address",
        "signed by",
        "ip address",
        "process name",
        "door",
        "badge id",
        "event type",
        "delivered to",
        "hire date",
        "ship date",
        "shipment id",
        "path",
        "vendor id",
    ],
    plausible: |values| {
        let serials = values("serial");
        let good =
            serials.iter().filter(|text| text.len() >= 4 && text.bytes().any(|b| b.is_ascii_digit())).count();
        serials.is_empty() || good * 2 >= serials.len()
    },
    fill,
    doc: SourceDoc {
        title: "Device assignments (ServiceNow, Jira Assets, Snipe-IT, Oomnitza, any asset register)",
        documentation: "Asset or hardware list export, by the asset system's publisher",
        recognised_by: "Headers that name a worker and a serial number, asset tag or host name.",
        expects: &[
            "Employee ID*, Email* or Assigned To*",
            "Serial Number*, Asset Tag* or Hostname*",
            "Model",
            "Assigned Date",
            "Return Date",
            "Status",
            "Loaner",
        ],
        fills: &["device_assignment"],
    },
    map: OnceLock::new(),
};

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), Unmade> {
    let device = ["serial", "tag", "host", "device"].iter().any(|role| row.text(role).is_some());
    if !device {
        return Err(Unmade::Wrong("assignment without a device"));
    }
    let assigned = row.text("assigned");
    let email = row.email("email").or_else(|| row.email("assigned"));
    // "Name (E123)" and bare ids stand under "Assigned to" in some registers
    let named = assigned.filter(|text| !text.contains('@') && Some(*text) != row.text("host"));
    // "Username" and "Assigned to" may hold a login
    let login = || {
        let looks = |text: &&str| text.contains(['.', '_']) || text.bytes().any(|b| b.is_ascii_digit());
        let one = row.text("email").or(named.filter(looks));
        one.filter(|text| !text.contains(['@', ' ']) && text.len() >= 3 && pool_word(text).is_none())
    };
    let id = row.text("worker").or_else(|| named.and_then(id_within));
    let id = id.or_else(|| login().filter(|_| email.is_none()));
    let pool = row
        .truth("pool")
        .or_else(|| row.text("status").and_then(pool_word))
        .or_else(|| assigned.and_then(pool_word));
    // a login or a name of two words may be all that the register knows
    let name = named.filter(|text| id.is_none() && email.is_none() && text.trim().contains(' '));
    if id.is_none() && email.is_none() && name.is_none() && pool != Some(true) {
        let nobody = Unmade::Left("device assigned to nobody");
        return Err(if assigned.is_some() { Unmade::Wrong("assigned to a name only") } else { nobody });
    }
    record.text(t::worker_name, name.map(turned).as_deref());
    record.text(t::worker_id, id);
    record.text(t::worker_email, email);
    record.text(t::asset_tag, row.text("tag"));
    record.text(t::serial, row.text("serial"));
    record.text(t::hostname, row.text("host"));
    record.text(t::device_uid, row.text("device"));
    record.text(t::model, row.text("model"));
    let (given, back) = (row.time("given"), row.time("back"));
    record.time(TIME, given);
    record.time(t::returned_time, back);
    record.bool(t::is_pool, pool);
    Ok(())
}

/// "Okafor, Ines" as the person says it.
fn turned(text: &str) -> String {
    match text.split_once(", ") {
        Some((last, first)) if !first.contains(',') => format!("{first} {last}"),
        _ => text.to_owned(),
    }
}

fn id_within(text: &str) -> Option<&str> {
    let inner = text.rsplit_once('(').and_then(|(_, rest)| rest.strip_suffix(')')).unwrap_or(text).trim();
    (!inner.contains(' ') && inner.bytes().any(|b| b.is_ascii_digit())).then_some(inner)
}

fn pool_word(text: &str) -> Option<bool> {
    let lower = text.to_lowercase();
    let words = ["loan", "pool", "kiosk", "staging", "shared", "spare"];
    words
        .iter()
        .any(|word| lower.split(|c: char| !c.is_alphanumeric()).any(|part| part.starts_with(word)))
        .then_some(true)
}
