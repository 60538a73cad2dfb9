//! Devices that an inventory lists with one word for each thing it knows: Intune's console, reports and Log Analytics table,
//! Jamf's searches, basic lists and webhooks, Fleet's hosts. Vendor documentation: "Intune Devices report", Microsoft; "Webhooks",
//! Jamf Developer; "REST API: List hosts", Fleet.

use std::net::IpAddr;

use model::record::is_missing;
use model::tables::device_inventory as dev;
use model::{Time, table::At};

use super::card;
use crate::json::{self, Value, get, text_at};
use crate::reader::Out;
use crate::value;

/// What the system last heard of a device; Jamf writes it as a time or as seconds.
const SEEN: &[&str] = &[
    "lastSyncDateTime",
    "Last_check-in",
    "last_check_in",
    "LastContact",
    "seen_time",
    "detail_updated_at",
    "Last_Inventory_Update",
    "report_date_utc",
    "report_date_epoch",
];
const ENROLLED: &[&str] =
    &["enrolledDateTime", "Enrollment_date", "CreatedDate", "last_enrolled_at", "Last_Enrollment"];
const MACS: &[&str] = &[
    "wiFiMacAddress",
    "Wi-Fi_MAC",
    "wi_fi_mac",
    "ethernetMacAddress",
    "EthernetMAC",
    "macAddress",
    "alternateMacAddress",
    "primary_mac",
];
/// The address that the server saw, and the one on the card.
const PUBLIC: &[&str] = &["public_ip", "ipAddress"];
const LOCAL: &[&str] = &["primary_ip", "reportedIpAddress", "Last_Reported_IP_Address", "WiFiIPv4Address"];

/// Which key fills which column, best first.
const COLUMNS: &[(At, &[&str])] = &[
    (
        dev::device_uid,
        &[
            "azureADDeviceId",
            "Microsoft_Entra_Device_ID",
            "Azure_AD_Device_ID",
            "AADDeviceId",
            "ReferenceId",
            "udid",
            "uuid",
            "deviceId",
            "id",
        ],
    ),
    (dev::hostname, &["deviceName", "Computer_Name", "hostname", "name"]),
    (dev::serial, &["serialNumber", "hardware_serial"]),
    (dev::vendor, &["manufacturer", "hardware_vendor"]),
    (dev::model, &["model", "hardware_model"]),
    (dev::os, &["operatingSystem", "OS", "os_version", "Operating_System_Version", "osVersion"]),
    (
        dev::user_email,
        &[
            "userPrincipalName",
            "Primary_user_UPN",
            "UPN",
            "emailAddress",
            "Primary_user_email_address",
            "UserEmail",
        ],
    ),
    (dev::asset_tag, &["Asset_Tag"]),
];

/// Whether an object is a row of such a list.
pub fn is_device(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    let any = |keys: &[&str]| keys.iter().any(|key| has(key));
    let intune = || {
        let managed =
            ["enrolledDateTime", "complianceState", "managedDeviceOwnerType", "CompliantState", "Compliance"];
        has("deviceName") && (any(&managed) || any(&SEEN[..4]) && any(ENROLLED))
    };
    // a list without hardware or address says no more than whose each device is: that is an assignment
    let jamf = || {
        any(&["Computer_Name", "deviceName", "name"])
            && any(&["udid", "macAddress"])
            && any(&[
                "JSS_Computer_ID",
                "jssID",
                "managed",
                "Last_Check-in",
                "Last_Inventory_Update",
                "report_date_epoch",
            ])
    };
    if has("serialNumber") { intune() || jamf() } else { is_fleet(event) }
}

fn is_fleet(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    has("hardware_serial")
        && has("hostname")
        && has("primary_mac")
        && (has("seen_time") || has("osquery_version"))
}

/// A webhook of Jamf about a computer, and what it says of it.
pub fn of_webhook<'t, 'i>(event: Value<'t, 'i>) -> Option<Value<'t, 'i>> {
    json::at(event, &["webhook", "webhookEvent"])?;
    let inner = get(event, "event")?;
    let computer = get(inner, "computer").unwrap_or(inner);
    (get(computer, "serialNumber").is_some() && get(computer, "udid").is_some()).then_some(computer)
}

/// Reads one device; `seen` is when it was told, where it does not say itself.
pub fn read(event: Value<'_, '_>, seen: Option<Time>, out: &mut Out<'_>) {
    let time = |keys: &[&str]| {
        keys.iter().filter_map(|key| get(event, key)).filter_map(json::time).find(|t| is_set(*t))
    };
    let address = |keys: &[&str]| keys.iter().filter_map(|key| get(event, key)).find_map(json::ip);
    let mut record = out.record(&dev::TABLE, seen.or_else(|| time(SEEN)));
    for (at, keys) in COLUMNS {
        record.text(
            *at,
            keys.iter().filter_map(|key| text_at(event, key)).find(|text| is_told(text)).as_deref(),
        );
    }
    if record.get(dev::user_email) == &model::Cell::Null {
        record.text(dev::user_email, mapped(event).as_deref());
    }
    let login = text_at(event, "username").filter(|text| !text.contains(' '));
    record.text(dev::user_name, login.as_deref());
    let public: Option<IpAddr> = address(PUBLIC).filter(|ip| value::is_public(*ip));
    record.text(dev::public_ip, public.map(|ip| ip.to_string()).as_deref());
    record.time(dev::enrolled_time, time(ENROLLED));
    let seen = record.event_time();
    let identity = [dev::device_uid, dev::hostname, dev::serial].map(|at| record.get(at).clone());
    out.push(record);
    let mut known: Vec<String> = Vec::new();
    for mac in MACS.iter().filter_map(|key| text_at(event, key)).filter_map(|mac| value::mac(&mac)) {
        if !known.contains(&mac) {
            // which card has the address is told only where there is one
            card(&identity, seen, &mac, address(LOCAL).filter(|_| known.is_empty()), out);
            known.push(mac);
        }
    }
}

/// Management systems write zeros for a device that the directory does not know.
fn is_told(text: &str) -> bool {
    !is_missing(text) && text.bytes().any(|b| !matches!(b, b'0' | b'-'))
}

/// Management systems write the first or the last year for "never".
fn is_set(time: Time) -> bool {
    (Time::from_seconds(1_000_000_000)..Time::from_seconds(4_000_000_000)).contains(&time)
}

/// Whom Fleet maps a host to: the first address of the list, or of a sheet's cell.
fn mapped(event: Value<'_, '_>) -> Option<String> {
    let mapping = get(event, "device_mapping")?;
    let listed = json::elements(mapping).into_iter().find_map(|one| text_at(one, "email"));
    let written =
        json::str_of(mapping).and_then(|text| text.split([',', ';', ' ']).find(|part| part.contains('@')));
    listed.as_deref().or(written).map(str::to_owned)
}
