//! osquery results log. Vendor documentation: "Logging" and "Schema", osquery.
//!
//! Forms: event (`columns`, `action`), snapshot (`snapshot: […]`), batch (`diffResults` or `diff_results` with
//! `added` and `removed`), and Fleet's and Kolide's nesting of these. The table is known by the query's name, and by
//! the shape of its columns where the name is anything.

use model::{Record, Time};

use super::osquery_tables::{self as tables, Table};
use crate::json::{self, Value, get, str_of, text_at};
use crate::reader::{JsonSource, Out};
use crate::recognise;
use crate::source::{Recognised, Sample, Source, SourceDoc};

/// osquery results log.
pub struct Osquery;

static DOC: SourceDoc = SourceDoc {
    title: "osquery results (event, differential, snapshot, batch; Fleet, Kolide)",
    documentation: "Logging, osquery; Schema, osquery",
    recognised_by: "objects with name and columns, snapshot or diffResults",
    expects: &[
        "name*",
        "columns* or snapshot* or diffResults*",
        "action",
        "hostIdentifier",
        "unixTime or calendarTime",
        "decorations.host_uuid",
        "decorations.hostname",
        "decorations.hardware_serial",
    ],
    fills: &[
        "device_inventory",
        "software_inventory",
        "peripheral",
        "display",
        "network_interface",
        "lan_neighbour",
        "route",
        "wifi",
        "process",
        "listening_port",
        "local_logon",
    ],
};

impl Source for Osquery {
    fn kind(&self) -> &'static str {
        "osquery"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "osquery", "osquery results (name, columns or snapshot)")
    }
}

impl JsonSource for Osquery {
    fn kind(&self) -> &'static str {
        "osquery"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        let Some(object) = event.as_object() else { return 0 };
        let (mut rows, mut name, mut signs) = (false, false, 0);
        for (key, value) in object.iter() {
            match key {
                "columns" => rows |= value.is_object(),
                "snapshot" => rows |= value.is_array(),
                "diffResults" | "diff_results" => rows |= value.is_object() || value.is_array(),
                "name" => name |= value.is_str(),
                "action" | "hostIdentifier" | "host_identifier" | "calendarTime" | "unixTime"
                | "decorations" | "epoch" | "counter" => signs += 1,
                _ => {}
            }
        }
        if is_status_log(event) || is_report(event) {
            return 90;
        }
        match (rows && name, signs) {
            (true, 0) => 30,
            (true, 1) => 70,
            // rows of a query over log files are read as the log that they are of
            (true, _) if super::remote::is_row_of_lines(event) => 60,
            (true, _) => 95,
            _ => 0,
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if is_status_log(event) {
            return out.skip("status log");
        }
        if is_report(event) {
            return report(event, out);
        }
        let host = Host::of(event);
        let name = get(event, "name").and_then(str_of).unwrap_or_default();
        if let Some(columns) = get(event, "columns").filter(|columns| columns.is_object()) {
            let change = Change::of(event);
            row(&host, name, columns, change, out);
        }
        let mut any = false;
        for columns in get(event, "snapshot").map(json::elements).unwrap_or_default() {
            any = true;
            row(&host, name, columns, Change::Snapshot, out);
        }
        if let Some(batch) = get(event, "diffResults") {
            for (key, change) in [("added", Change::Added), ("removed", Change::Removed)] {
                let sides = json::elements(batch);
                for columns in sides.iter().filter_map(|side| get(*side, key)).flat_map(json::elements) {
                    any = true;
                    row(&host, name, columns, change, out);
                }
            }
        }
        if !any && get(event, "columns").is_none() {
            // an empty snapshot says that there is nothing: understood, and no record
            out.skip(&format!("{name} (empty)"));
        }
    }
}

/// What osquery says of itself, in the same stream as its results where it logs over the network.
fn is_status_log(event: Value<'_, '_>) -> bool {
    get(event, "columns").is_none()
        && get(event, "snapshot").is_none()
        && ["filename", "line", "message", "severity"].iter().all(|key| get(event, key).is_some())
        && ["hostIdentifier", "version", "decorations"].iter().any(|key| get(event, key).is_some())
}

/// A row of a report of Fleet: the newest answer of one host to a query, by the interface or as the console exports it.
fn is_report(event: Value<'_, '_>) -> bool {
    get(event, "last_fetched").is_some()
        && REPORT_HOSTS.iter().any(|key| get(event, key).is_some())
        && tables::table_of("", reported(event)).is_some()
}

const REPORT_HOSTS: &[&str] = &["host_name", "host_display_name", "host_hostname", "host"];

fn reported<'t, 'i>(event: Value<'t, 'i>) -> Value<'t, 'i> {
    get(event, "columns").filter(|columns| columns.is_object()).unwrap_or(event)
}

fn report(event: Value<'_, '_>, out: &mut Out<'_>) {
    let name = REPORT_HOSTS.iter().find_map(|key| text_at(event, key)).map(std::borrow::Cow::into_owned);
    let time = get(event, "last_fetched").and_then(json::time);
    let host = Host { uid: None, name, serial: None, time };
    row(&host, "", reported(event), Change::Snapshot, out);
}

/// What happened to a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// New since the query last ran, or an event.
    Added,
    /// Of the first run of a differential query: there, but perhaps for long. Rows of event tables are new all the same.
    First,
    /// Gone since the query last ran.
    Removed,
    /// There when the query ran.
    Snapshot,
}

impl Change {
    fn of(event: Value<'_, '_>) -> Self {
        let action = get(event, "action").and_then(str_of).unwrap_or_default();
        if action.eq_ignore_ascii_case("removed") {
            Self::Removed
        } else if action.eq_ignore_ascii_case("snapshot") {
            Self::Snapshot
        } else if get(event, "counter").and_then(json::int) == Some(0) {
            Self::First
        } else {
            Self::Added
        }
    }

    /// This change of a row that is an event, or of one that is not.
    #[must_use]
    pub fn seen_as(self, is_event: bool) -> Self {
        match self {
            Self::First if is_event => Self::Added,
            Self::First => Self::Snapshot,
            other => other,
        }
    }

    /// Words for things that are connected.
    #[must_use]
    pub fn connection(self) -> &'static str {
        match self {
            Self::Added => "connect",
            Self::Removed => "disconnect",
            Self::First | Self::Snapshot => "present",
        }
    }

    /// Words for processes.
    #[must_use]
    pub fn process(self) -> &'static str {
        match self {
            Self::Added => "launch",
            Self::Removed => "terminate",
            Self::First | Self::Snapshot => "present",
        }
    }

    /// Words for inventories.
    #[must_use]
    pub fn listing(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::First | Self::Snapshot => "snapshot",
        }
    }
}

/// Which device a result speaks of, and when.
pub struct Host {
    /// Hardware UUID, else host identifier.
    pub uid: Option<String>,
    /// Host name.
    pub name: Option<String>,
    /// Serial number.
    pub serial: Option<String>,
    /// When the query ran.
    pub time: Option<Time>,
}

impl Host {
    fn of(event: Value<'_, '_>) -> Self {
        let decoration = get(event, "decorations").or_else(|| get(event, "kolide_decorations"));
        let from = |places: &[Option<Value<'_, '_>>], keys: &[&str]| {
            places.iter().flatten().find_map(|place| {
                keys.iter()
                    .filter_map(|key| text_at(*place, key))
                    .find(|text| !model::record::is_missing(text))
                    .map(|text| text.into_owned())
            })
        };
        let both = [decoration, Some(event)];
        let identifier = from(&[Some(event)], &["hostIdentifier", "host_identifier"]);
        let uuid = from(&both, &["host_uuid", "hardware_uuid", "system_uuid"]);
        let named =
            from(&both, &["hostname", "host_name", "computer_name", "local_hostname", "device_display_name"]);
        // an identifier that is a UUID is no name
        let as_name = identifier.clone().filter(|text| !is_uuid(text));
        Self {
            uid: uuid.or(identifier),
            name: named.or(as_name),
            serial: from(
                &both,
                &["hardware_serial", "serial_number", "host_serial", "device_serial", "serial"],
            ),
            time: ["unixTime", "calendarTime", "timestamp"]
                .iter()
                .filter_map(|key| get(event, key))
                .find_map(json::time)
                .filter(|time| time.0 > 0),
        }
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

fn row(host: &Host, name: &str, columns: Value<'_, '_>, change: Change, out: &mut Out<'_>) {
    if !columns.is_object() {
        return out.reject(Some("columns"), "row is not an object");
    }
    let Some(table) = tables::table_of(name, columns) else { return out.skip(name) };
    match tables::fill(table, name, host, columns, change, out) {
        Some(record) => out.push(record),
        None => out.skip(skipped_name(table, name)),
    }
}

fn skipped_name(table: Table, name: &str) -> &str {
    if table == Table::Registry { "registry (not on the allow-list)" } else { name }
}

/// Sets the device of a record: the same four columns stand in every endpoint table.
pub(super) fn set_host(record: &mut Record, host: &Host) {
    let at = |name: &str| record.table.position(name).map(model::table::At);
    let (uid, hostname, serial) = (at("device_uid"), at("hostname"), at("serial"));
    for (at, value) in [(uid, &host.uid), (hostname, &host.name), (serial, &host.serial)] {
        if let Some(at) = at {
            record.text(at, value.as_deref());
        }
    }
}
