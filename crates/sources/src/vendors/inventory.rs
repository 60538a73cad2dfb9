//! Device inventories of Jamf Pro, Intune and Fleet. Vendor documentation: "Jamf Pro API: computers-inventory", Jamf Developer;
//! "managedDevice resource type", Microsoft Graph.

mod apps;
mod flat;

use model::tables::{device_inventory as dev, network_interface as net, peripheral as usb};

use super::put;
use crate::json::{self, Value, get, text_at};
use crate::reader::{JsonSource, Out};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::{recognise, value};

/// Inventories of managed devices.
pub struct Inventory;

static DOC: SourceDoc = SourceDoc {
    title: "Managed devices (Jamf Pro inventory, classic API, searches and webhooks, Intune by API, console and Log Analytics, Fleet hosts, Jamf Protect USB events; applications by computer of Intune and Jamf)",
    documentation: "Jamf Pro API: computers-inventory; managedDevice resource type, Microsoft Graph; AppInvRawData report, Microsoft Intune",
    recognised_by: "objects with general and hardware sections, or with device name, serial number and enrolment, or with a computer and an application",
    expects: &[
        "general.name, hardware.serialNumber",
        "userAndLocation",
        "deviceName, serialNumber, userPrincipalName, enrolledDateTime",
        "DeviceName, ApplicationName, ApplicationVersion",
    ],
    fills: &["device_inventory", "network_interface", "peripheral", "software_inventory"],
};

impl Source for Inventory {
    fn kind(&self) -> &'static str {
        "inventory"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "inventory", "managed devices")
    }
}

fn is_jamf(event: Value<'_, '_>) -> bool {
    let section = |key: &str| get(event, key).is_some_and(|section| section.is_object());
    section("general") && (section("hardware") || section("userAndLocation")) && get(event, "udid").is_some()
}

/// A computer of the classic API: its serial number stands among what is general.
fn is_classic(event: Value<'_, '_>) -> bool {
    json::at(event, &["general", "serial_number"]).is_some()
        && (get(event, "location").is_some_and(|part| part.is_object())
            || json::at(event, &["general", "udid"]).is_some())
}

/// An event of Jamf Protect.
fn is_protect(event: Value<'_, '_>) -> bool {
    json::at(event, &["host", "protectVersion"]).is_some() && json::at(event, &["match", "event"]).is_some()
        || get(event, "eventType").and_then(json::str_of).is_some_and(|kind| kind.starts_with("GP"))
            && json::at(event, &["host", "serial"]).is_some()
}

impl JsonSource for Inventory {
    fn kind(&self) -> &'static str {
        "inventory"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        if is_classic(event) || is_jamf(event) || is_protect(event) || flat::of_webhook(event).is_some() {
            92
        } else if flat::is_device(event) || apps::is_application(event) {
            // as sure as any plan for sheets can be, which would take such a list for assignments
            95
        } else {
            0
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if is_protect(event) {
            protect(event, out);
        } else if apps::is_application(event) {
            apps::read(event, out);
        } else if is_classic(event) {
            classic(event, out);
        } else if is_jamf(event) {
            jamf(event, out);
        } else if let Some(computer) = flat::of_webhook(event) {
            flat::read(computer, json::at(event, &["webhook", "eventTimestamp"]).and_then(json::time), out);
        } else {
            flat::read(event, None, out);
        }
    }
}

fn jamf(event: Value<'_, '_>, out: &mut Out<'_>) {
    let time = |path: &[&str]| json::at(event, path).and_then(json::time);
    let mut record =
        out.record(&dev::TABLE, time(&["general", "lastContactTime"]).or(time(&["general", "reportDate"])));
    let pairs: &[(model::table::At, &[&str])] = &[
        (dev::device_uid, &["udid"]),
        (dev::hostname, &["general", "name"]),
        (dev::serial, &["hardware", "serialNumber"]),
        (dev::vendor, &["hardware", "make"]),
        (dev::model, &["hardware", "model"]),
        (dev::os, &["operatingSystem", "name"]),
        (dev::user_email, &["userAndLocation", "email"]),
        (dev::user_name, &["userAndLocation", "username"]),
        (dev::asset_tag, &["general", "assetTag"]),
    ];
    put(&mut record, event, pairs);
    // the address that the server saw, not the one on the card
    let ip =
        json::at(event, &["general", "lastIpAddress"]).and_then(json::ip).filter(|ip| value::is_public(*ip));
    record.text(dev::public_ip, ip.map(|ip| ip.to_string()).as_deref());
    record.time(
        dev::enrolled_time,
        time(&["general", "lastEnrolledDate"]).or(time(&["general", "initialEntryDate"])),
    );
    let seen = record.event_time();
    let identity = [dev::device_uid, dev::hostname, dev::serial].map(|at| record.get(at).clone());
    out.push(record);
    let macs = ["macAddress", "altMacAddress"];
    for mac in macs.iter().filter_map(|key| json::at(event, &["hardware", key]).and_then(json::text)) {
        card(&identity, seen, &mac, json::at(event, &["general", "lastReportedIp"]).and_then(json::ip), out);
    }
}

fn classic(event: Value<'_, '_>, out: &mut Out<'_>) {
    let time =
        |keys: &[&str]| keys.iter().filter_map(|key| json::at(event, &["general", key])).find_map(json::time);
    let mut record = out.record(
        &dev::TABLE,
        time(&["last_contact_time_utc", "last_contact_time", "report_date_utc", "report_date"]),
    );
    let pairs: &[(model::table::At, &[&str])] = &[
        (dev::device_uid, &["general", "udid"]),
        (dev::hostname, &["general", "name"]),
        (dev::serial, &["general", "serial_number"]),
        (dev::vendor, &["hardware", "make"]),
        (dev::model, &["hardware", "model"]),
        (dev::os, &["hardware", "os_name"]),
        (dev::user_email, &["location", "email_address"]),
        (dev::user_name, &["location", "username"]),
        (dev::asset_tag, &["general", "asset_tag"]),
    ];
    put(&mut record, event, pairs);
    let ip =
        json::at(event, &["general", "ip_address"]).and_then(json::ip).filter(|ip| value::is_public(*ip));
    record.text(dev::public_ip, ip.map(|ip| ip.to_string()).as_deref());
    let enrolled = ["last_enrolled_date_utc", "initial_entry_date_utc", "initial_entry_date"];
    record.time(dev::enrolled_time, time(&enrolled));
    let seen = record.event_time();
    let identity = [dev::device_uid, dev::hostname, dev::serial].map(|at| record.get(at).clone());
    out.push(record);
    let local = json::at(event, &["general", "last_reported_ip"]).and_then(json::ip);
    for mac in ["mac_address", "alt_mac_address"] {
        if let Some(mac) = json::at(event, &["general", mac]).and_then(json::text) {
            card(&identity, seen, &mac, local, out);
        }
    }
}

/// What Jamf Protect saw plugged in; its other events are judgements or activity that nothing here needs.
fn protect(event: Value<'_, '_>, out: &mut Out<'_>) {
    let inner = json::at(event, &["match", "event"]);
    let Some(device) = inner.and_then(|inner| get(inner, "device")) else {
        return out.skip(&text_at(event, "eventType").unwrap_or_default());
    };
    if let Some(id) = inner.and_then(|inner| text_at(inner, "uuid")).filter(|id| id.len() >= 16) {
        out.identify(&id);
    }
    let mut record =
        out.record(&usb::TABLE, inner.and_then(|inner| get(inner, "timestamp")).and_then(json::time));
    let gone = inner.and_then(|inner| get(inner, "type")).and_then(json::int) == Some(1);
    record.text(usb::activity, Some(if gone { "disconnect" } else { "connect" }));
    let pairs: &[(model::table::At, &[&str])] = &[
        (usb::device_uid, &["host", "provisioningUDID"]),
        (usb::hostname, &["host", "hostname"]),
        (usb::serial, &["host", "serial"]),
    ];
    put(&mut record, event, pairs);
    for (at, key) in [(usb::vendor_id, "vendorId"), (usb::product_id, "productId")] {
        record.text(at, text_at(device, key).and_then(|id| value::hex16(&id)).as_deref());
    }
    let pairs: &[(model::table::At, &[&str])] = &[
        (usb::vendor_name, &["vendorName"]),
        (usb::product_name, &["productName"]),
        (usb::peripheral_serial, &["serialNumber"]),
        (usb::device_class, &["deviceClass"]),
        (usb::device_subclass, &["deviceSubClass"]),
        (usb::device_protocol, &["protocol"]),
        (usb::version, &["revision"]),
    ];
    put(&mut record, device, pairs);
    record.bool(usb::is_removable, get(device, "isRemovable").and_then(json::truth));
    out.push(record);
}

/// One network card of a device.
fn card(
    identity: &[model::Cell; 3],
    seen: Option<model::Time>,
    mac: &str,
    ip: Option<std::net::IpAddr>,
    out: &mut Out<'_>,
) {
    let Some(mac) = value::mac(mac) else { return };
    let mut record = out.record(&net::TABLE, seen);
    for (at, cell) in [net::device_uid, net::hostname, net::serial].into_iter().zip(identity) {
        record.set(at, cell.clone());
    }
    record.text(net::mac, Some(&mac));
    record.text(net::ip, ip.map(|ip| ip.to_string()).as_deref());
    out.push(record);
}
