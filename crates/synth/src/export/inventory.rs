//! What device management knows on the last day: Macs in Jamf Pro, Windows in Intune, by pages. Shape: "Jamf Pro API:
//! computers-inventory", Jamf Developer; "managedDevice resource type", Microsoft Graph.

use std::io::Write;

use serde_json::{Value, json};

use super::json::Guid;
use crate::calendar::{Day, iso_time, moment};
use crate::catalogue::{LAPTOPS, Os};
use crate::draw::mix;
use crate::egress::Egress;
use crate::error::Error;
use crate::world::{NOBODY, World};

/// Devices of a page.
const PAGE: usize = 1000;

/// A page: which system, its number, its devices with their owners, how many there are in all.
pub struct Page {
    os: Os,
    number: usize,
    devices: Vec<(usize, usize)>,
    total: usize,
}

/// Pages with the names of their files.
pub fn pages(world: &World) -> Vec<(String, Page)> {
    let mut out = vec![];
    for (os, name) in [(Os::Darwin, "jamf/computers_inventory"), (Os::Windows, "intune/managed_devices")] {
        let owned = |worker: usize| {
            let tenures = world.people[worker].laptops.iter().filter(|one| one.from <= world.to);
            tenures.map(move |one| (one.device, worker))
        };
        let spare = world.loans.iter().filter(|loan| loan.from <= world.to).map(|loan| (loan.device, NOBODY));
        let all: Vec<(usize, usize)> = (0..world.people.len())
            .flat_map(owned)
            .chain(spare)
            .filter(|(device, _)| world.devices[*device].os() == os)
            .collect();
        for (number, devices) in all.chunks(PAGE).enumerate() {
            let page = Page { os, number, devices: devices.to_vec(), total: all.len() };
            out.push((format!("{name}-page{number}.json"), page));
        }
    }
    out
}

/// Writes a page.
pub fn write(world: &World, page: &Page, out: &mut dyn Write) -> Result<(), Error> {
    let rows: Vec<Value> = (page.devices.iter())
        .map(|(device, worker)| match page.os {
            Os::Darwin => jamf(world, *device, *worker),
            _ => intune(world, *device, *worker),
        })
        .collect();
    let text = match page.os {
        Os::Darwin => json!({ "totalCount": page.total, "results": rows }),
        _ => {
            let mut text = json!({
                "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#deviceManagement/managedDevices",
                "@odata.count": rows.len(),
                "value": rows,
            });
            if (page.number + 1) * PAGE < page.total {
                let next = format!(
                    "https://graph.microsoft.com/v1.0/deviceManagement/managedDevices?$skiptoken={}",
                    page.number + 1
                );
                text["@odata.nextLink"] = json!(next);
            }
            text
        }
    };
    serde_json::to_writer(&mut *out, &text).map_err(std::io::Error::from)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// Last contact of a laptop: when, behind which address, with which one of its own.
struct Contact {
    at: i64,
    egress: Option<Egress>,
    local: [u8; 4],
}

fn contact(world: &World, device: usize, worker: usize) -> Contact {
    let host = 100 + world.devices[device].mac.0[5] % 120;
    let silent = Contact {
        at: i64::from(world.from - 9) * crate::calendar::DAY_MS,
        egress: None,
        local: [10, 0, 0, host],
    };
    if worker == NOBODY {
        return silent;
    }
    let last = (world.to - 40..=world.to).rev().filter_map(|day| world.workday(worker, day));
    let Some(work) = last.into_iter().find(|work| work.device == device) else { return silent };
    let minute = work.end - 20;
    let stretch = work.at(minute);
    let net = stretch.place.map_or([172, 20, 10], |place| world.places[place].lan.net);
    let egress = world.egress(stretch.via, worker, work.day, (minute / 240) as u64);
    Contact {
        at: moment(work.zone, work.day, minute),
        egress: Some(egress),
        local: [net[0], net[1], net[2], host],
    }
}

/// The day on which a laptop came under management.
fn enrolled(world: &World, device: usize, worker: usize) -> Day {
    if worker == NOBODY {
        return world.from - 200;
    }
    let tenure = world.people[worker].laptops.iter().find(|one| one.device == device);
    tenure.map_or(world.from, |one| one.from)
}

fn jamf(world: &World, at: usize, worker: usize) -> Value {
    let (device, contact) = (&world.devices[at], contact(world, at, worker));
    let model = &LAPTOPS[device.model];
    let [a, b, c, d] = contact.local;
    let day = i64::from(enrolled(world, at, worker)) * crate::calendar::DAY_MS;
    let owner = (worker != NOBODY).then(|| &world.people[worker]);
    json!({
        "id": (at + 1).to_string(),
        "udid": device.uuid,
        "general": {
            "name": device.host,
            "lastIpAddress": contact.egress.map(|one| std::net::Ipv4Addr::from(one.ip).to_string()).unwrap_or_default(),
            "lastReportedIp": format!("{a}.{b}.{c}.{d}"),
            "jamfBinaryVersion": "11.17.1-t1747",
            "platform": "Mac",
            "assetTag": device.asset,
            "remoteManagement": { "managed": true },
            "supervised": true,
            "reportDate": iso_time(contact.at - 600_000),
            "lastContactTime": iso_time(contact.at),
            "lastEnrolledDate": iso_time(day + 50_000_000),
            "initialEntryDate": iso_time(day)[..10],
            "enrolledViaAutomatedDeviceEnrollment": true,
            "userApprovedMdm": true,
        },
        "hardware": {
            "make": "Apple",
            "model": model.model,
            "modelIdentifier": model.hardware_model,
            "serialNumber": device.serial,
            "networkAdapterType": "IEEE80211",
            "macAddress": device.mac.to_string().to_uppercase(),
            "altNetworkAdapterType": "Ethernet",
            "altMacAddress": device.mac.next(1).to_string().to_uppercase(),
            "batteryCapacityPercent": 60 + at % 40,
        },
        "operatingSystem": { "name": "macOS", "version": "15.5", "build": "24F74" },
        "userAndLocation": {
            "username": owner.map_or("", |one| one.login.as_str()),
            "realname": owner.map(|one| one.name()).unwrap_or_default(),
            "email": owner.map(|_| world.email(worker)).unwrap_or_default(),
            "position": owner.map_or("", |one| one.title),
        },
        "diskEncryption": { "fileVault2Enabled": true },
    })
}

fn intune(world: &World, at: usize, worker: usize) -> Value {
    let (device, contact) = (&world.devices[at], contact(world, at, worker));
    let model = &LAPTOPS[device.model];
    let day = i64::from(enrolled(world, at, worker)) * crate::calendar::DAY_MS;
    let owner = (worker != NOBODY).then(|| &world.people[worker]);
    let mail = owner.map(|_| world.email(worker)).unwrap_or_default();
    json!({
        "id": Guid(mix(world.seed, 0x1470_0000 + at as u64)).to_string(),
        "userId": owner.map(|_| Guid(mix(world.seed, 0xe000_0000 + worker as u64)).to_string()).unwrap_or_default(),
        "deviceName": device.host,
        "managedDeviceOwnerType": "company",
        "enrolledDateTime": iso_time(day + 50_000_000),
        "lastSyncDateTime": iso_time(contact.at),
        "operatingSystem": "Windows",
        "complianceState": "compliant",
        "jailBroken": "Unknown",
        "managementAgent": "mdm",
        "osVersion": "10.0.26100.4349",
        "azureADRegistered": true,
        "deviceEnrollmentType": "windowsAzureADJoin",
        "azureADDeviceId": Guid(mix(world.seed, 0xde00_0000 + at as u64)).to_string(),
        "deviceRegistrationState": "registered",
        "isEncrypted": true,
        "emailAddress": mail,
        "userPrincipalName": mail,
        "userDisplayName": owner.map(|one| one.name()).unwrap_or_default(),
        "model": model.model,
        "manufacturer": model.vendor,
        "serialNumber": device.serial,
        "wiFiMacAddress": device.mac.to_string().to_uppercase().replace(':', ""),
        "ethernetMacAddress": "",
        "totalStorageSpaceInBytes": 509_000_000_000_u64,
    })
}
