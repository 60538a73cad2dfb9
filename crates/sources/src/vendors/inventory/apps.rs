//! One row for each application on each computer: Intune's discovered applications (reports `AppInvRawData` and `AppInvByDevice`)
//! and Jamf's searches with applications. Vendor documentation: "Intune reports and properties available using Graph API",
//! Microsoft; "Computer Inventory Information Reference", Jamf.

use model::tables::software_inventory as soft;

use crate::json::{self, Value, get, text_at};
use crate::reader::Out;

const NAMES: [&str; 5] =
    ["ApplicationName", "Application_Name", "Application_Title", "Application_title", "ApplicationTitle"];
const VERSIONS: [&str; 5] = [
    "ApplicationVersion",
    "Application_Version",
    "Application_version",
    "ApplicationShortVersion",
    "Application_Short_Version",
];
const PUBLISHERS: [&str; 3] = ["ApplicationPublisher", "Application_Publisher", "Publisher"];
const HOSTS: [&str; 5] = ["DeviceName", "Device_Name", "Device_name", "Computer_Name", "Computer_name"];
const SERIALS: [&str; 4] = ["Serial_Number", "SerialNumber", "Serial_number", "serialNumber"];
const IDS: [&str; 4] = ["DeviceId", "Device_ID", "UDID", "udid"];
/// What only an inventory of a device management writes beside them.
const SIGNS: [&str; 8] = [
    "ApplicationKey",
    "ApplicationPublisher",
    "ApplicationId",
    "JSS_Computer_ID",
    "Jamf_Pro_Computer_ID",
    "Bundle_ID",
    "Application_Bundle_ID",
    "Platform",
];

/// Whether an object is an application on a computer. What happened at a moment is no inventory.
pub(super) fn is_application(event: Value<'_, '_>) -> bool {
    let any = |keys: &[&str]| keys.iter().any(|key| get(event, key).is_some());
    let versioned = any(&VERSIONS);
    any(&NAMES)
        && (versioned || any(&SIGNS[..1]))
        && (any(&HOSTS) || any(&SERIALS))
        && (any(&SIGNS) || any(&SERIALS))
        && !any(&["Timestamp", "TimeGenerated", "EventTime", "eventType", "ActionType", "Ticket", "Status"])
}

/// Reads one application. Which day it was found on such a list does not say.
pub(super) fn read(event: Value<'_, '_>, out: &mut Out<'_>) {
    let text = |keys: &[&str]| {
        keys.iter().filter_map(|key| text_at(event, key)).find(|text| !model::record::is_missing(text))
    };
    let (host, serial) = (text(&HOSTS), text(&SERIALS));
    let Some(name) = text(&NAMES) else { return out.skip("application without a name") };
    let seen = ["Last_Inventory_Update", "Last_check-in"].iter().find_map(|key| get(event, key));
    let mut record = out.record(&soft::TABLE, seen.and_then(json::time));
    // the lists of devices call each by its id in the directory, not by the one that stands here: the name ties them
    let named = host.is_some() || serial.is_some();
    record.text(soft::device_uid, text(&IDS).filter(|_| !named).as_deref());
    record.text(soft::hostname, host.as_deref());
    record.text(soft::serial, serial.as_deref());
    record.text(soft::activity, Some("snapshot"));
    record.text(soft::name, Some(&name));
    record.text(soft::version, text(&VERSIONS).as_deref());
    record.text(soft::vendor, text(&PUBLISHERS).as_deref());
    record.text(soft::bundle_id, text(&["Bundle_ID", "Application_Bundle_ID"]).as_deref());
    out.push(record);
}
