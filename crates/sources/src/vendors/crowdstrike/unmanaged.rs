//! `notmanaged`: machines without a sensor that sensors found beside them. Vendor documentation: "Falcon Data Replicator",
//! CrowdStrike; each row is one machine with the sensors that ever saw it.

use model::Time;
use model::tables::lan_neighbour as lan;

use crate::json::{self, Value, elements, get, text_at};
use crate::reader::Out;
use crate::value;

/// Sensors of one row that are read.
const SENSOR_LIMIT: usize = 256;

/// Whether an object is a machine that no sensor runs on.
pub(super) fn is_asset(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    has("MAC")
        && !has("aid")
        && !has("event_simpleName")
        && (has("discoverer_aid") || has("LastDiscoveredBy"))
        && (has("FirstDiscoveredDate") || has("_time") || has("discovererCount"))
}

/// One neighbour of each sensor that met it: on the day on which the first of them did, and of the last one when it did.
///
/// A machine that was met by several sensors behind several public addresses goes about. When which of them met it is not told,
/// and two who each met it once stood nowhere together: only the last is believed.
pub(super) fn read(event: Value<'_, '_>, out: &mut Out<'_>) {
    let Some(mac) = text_at(event, "MAC").and_then(|mac| value::mac(&mac)) else {
        return out.skip("unmanaged machine without a hardware address");
    };
    let sensors = sensors(event);
    let last = text_at(event, "LastDiscoveredBy").map(std::borrow::Cow::into_owned);
    let time = |key: &str| get(event, key).and_then(json::time).filter(|time| time.0 > 0);
    let (first_time, last_time) = (time("FirstDiscoveredDate"), time("_time"));
    let places = ["aipcount", "aipCount"].iter().find_map(|key| get(event, key)).and_then(json::int);
    let goes_about = sensors.len() > 1 && places.is_some_and(|count| count > 1);
    let mut seen: Vec<(&String, Option<Time>)> = Vec::new();
    if !goes_about {
        let when = first_time.or(last_time);
        seen.extend(sensors.iter().map(|sensor| (sensor, when)));
    }
    if let Some(last) = &last {
        seen.push((last, last_time.or(first_time)));
    }
    seen.sort();
    seen.dedup();
    if seen.is_empty() {
        return out.skip("unmanaged machine that no sensor is named for");
    }
    let address =
        ["CurrentLocalIP", "LocalAddressIP4"].iter().filter_map(|key| get(event, key)).find_map(json::ip);
    let address = address.filter(|ip| !ip.is_multicast()).map(|ip| ip.to_string());
    for (sensor, time) in seen {
        let mut record = out.record(&lan::TABLE, time);
        record.text(lan::device_uid, Some(sensor));
        record.text(lan::mac, Some(&mac));
        record.text(lan::ip, address.as_deref());
        out.push(record);
    }
}

/// Agent ids: a list, or one text with several.
fn sensors(event: Value<'_, '_>) -> Vec<String> {
    let Some(named) = get(event, "discoverer_aid") else { return Vec::new() };
    let listed: Vec<String> = match json::str_of(named) {
        Some(text) => text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect(),
        None => {
            elements(named).into_iter().filter_map(json::text).map(std::borrow::Cow::into_owned).collect()
        }
    };
    let mut ids: Vec<String> = listed.into_iter().filter(|id| id.len() >= 16).take(SENSOR_LIMIT).collect();
    ids.sort();
    ids.dedup();
    ids
}
