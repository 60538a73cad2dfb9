//! Microsoft Defender for Endpoint: advanced hunting, and its list of machines. Vendor documentation: "Understand the advanced
//! hunting schema", "Stream advanced hunting events", "Advanced hunting API", "List machines API", Microsoft Learn.
//!
//! Rows of a query (CSV of the portal, `results` of Graph, `Results` of the older interface, tables of Sentinel) and events
//! of the stream, whose `category` names the table. A row of a query does not: its columns and its `ActionType` do.

mod device;
mod identity;
mod peripheral;

use model::{Record, TableDef, Time};
use serde_json::Value as Tree;

use super::osquery::{Host, set_host};
use crate::json::{self, Value, get, str_of, text_at};
use crate::reader::{JsonSource, Out};
use crate::recognise;
use crate::source::{Recognised, Sample, Source, SourceDoc};

/// Microsoft Defender for Endpoint.
pub struct Defender;

static DOC: SourceDoc = SourceDoc {
    title: "Microsoft Defender for Endpoint (advanced hunting: portal CSV, Graph, older API, streaming, Sentinel tables; machines and software by API)",
    documentation: "Understand the advanced hunting schema; Stream advanced hunting events; List machines API, Microsoft Learn",
    recognised_by: "category AdvancedHunting-…, or rows with DeviceId, Timestamp and the columns or action of a hunting table",
    expects: &[
        "Timestamp or TimeGenerated*",
        "DeviceId*",
        "DeviceName",
        "ActionType",
        "ReportId",
        "AdditionalFields",
        "FileName, FolderPath, ProcessCommandLine, AccountUpn",
        "MacAddress, IPAddresses, DefaultGateways, ConnectedNetworks",
        "OSPlatform, PublicIP, LoggedOnUsers, OnboardingStatus",
        "LogonType, AccountName, RemoteIP",
        "SoftwareName, SoftwareVersion",
    ],
    fills: &[
        "device_inventory",
        "process",
        "peripheral",
        "display",
        "network_interface",
        "route",
        "wifi",
        "local_logon",
        "listening_port",
        "software_inventory",
        "authentication",
    ],
};

impl Source for Defender {
    fn kind(&self) -> &'static str {
        "defender"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "defender", "rows of advanced hunting")
    }
}

/// A table that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    Events,
    Process,
    NetworkInfo,
    Info,
    Logon,
    NetworkEvents,
    Software,
    IdentityLogon,
    /// A machine as the interface lists it.
    Machine,
    /// A table of hunting that says nothing of what is asked here, or no more than another one.
    Other,
}

/// Before the name of a table in the stream.
const STREAMED: &str = "AdvancedHunting-";

impl Table {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "DeviceEvents" => Self::Events,
            "DeviceProcessEvents" => Self::Process,
            "DeviceNetworkInfo" => Self::NetworkInfo,
            "DeviceInfo" => Self::Info,
            "DeviceLogonEvents" => Self::Logon,
            "DeviceNetworkEvents" => Self::NetworkEvents,
            "DeviceTvmSoftwareInventory" => Self::Software,
            "IdentityLogonEvents" => Self::IdentityLogon,
            "DeviceFileEvents"
            | "DeviceRegistryEvents"
            | "DeviceImageLoadEvents"
            | "DeviceFileCertificateInfo" => Self::Other,
            _ => return None,
        })
    }

    /// The table of a row that does not name it.
    fn of_columns(row: Value<'_, '_>) -> Option<Self> {
        let has = |key: &str| get(row, key).is_some();
        let any = |keys: &[&str]| keys.iter().any(|key| has(key));
        if has("computerDnsName") && any(&["lastExternalIpAddress", "healthStatus", "onboardingStatus"]) {
            return Some(Self::Machine);
        }
        let dated = has("Timestamp") || has("TimeGenerated");
        if has("DeviceId") && has("SoftwareName") && any(&["SoftwareVendor", "SoftwareVersion"]) {
            return Some(Self::Software);
        }
        if !dated {
            return None;
        }
        let Some(action) = get(row, "ActionType").and_then(str_of) else {
            return match has("DeviceId") {
                true if any(&["NetworkAdapterName", "NetworkAdapterType", "ConnectedNetworks"]) => {
                    Some(Self::NetworkInfo)
                }
                true if any(&["OSPlatform", "OSBuild", "OnboardingStatus"])
                    && any(&[
                        "PublicIP",
                        "LoggedOnUsers",
                        "JoinType",
                        "ClientVersion",
                        "SensorHealthState",
                    ]) =>
                {
                    Some(Self::Info)
                }
                _ => None,
            };
        };
        if !has("DeviceId") {
            let account = any(&["AccountUpn", "AccountObjectId"]) && has("Application");
            return (account && action.starts_with("Logon")).then_some(Self::IdentityLogon);
        }
        match action {
            "LogonSuccess" | "LogonFailed" | "LogonAttempted" => Some(Self::Logon),
            "ProcessCreated" => Some(Self::Process),
            "PnpDeviceConnected" => Some(Self::Events),
            "ListeningConnectionCreated" => Some(Self::NetworkEvents),
            _ if action.starts_with("UsbDrive") => Some(Self::Events),
            _ if any(&["ReportId", "InitiatingProcessFileName", "DeviceName"]) => {
                let connection = any(&["RemoteIPType", "LocalIPType", "RemotePort", "LocalPort"]);
                Some(if connection { Self::NetworkEvents } else { Self::Other })
            }
            _ => None,
        }
    }
}

/// The table of an object, and where its columns stand.
fn placed<'t, 'i>(event: Value<'t, 'i>) -> Option<(Table, Value<'t, 'i>)> {
    if let Some(name) =
        get(event, "category").and_then(str_of).and_then(|category| category.strip_prefix(STREAMED))
    {
        let row = get(event, "properties").filter(|inner| inner.is_object())?;
        return Some((Table::named(name).unwrap_or(Table::Other), row));
    }
    let dated = get(event, "TimeGenerated").is_some() || get(event, "Timestamp").is_some();
    let named = get(event, "Type").and_then(str_of).filter(|_| dated).and_then(Table::named);
    named.or_else(|| Table::of_columns(event)).map(|table| (table, event))
}

impl JsonSource for Defender {
    fn kind(&self) -> &'static str {
        "defender"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        // as sure as any plan for sheets can be, which would take such rows for assignments
        if placed(event).is_some() { 95 } else { 0 }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        let Some((table, body)) = placed(event) else { return out.reject(None, "row of no known table") };
        let row = Row::of(event, body);
        row.identify(table, out);
        match table {
            Table::Events => peripheral::read(&row, out),
            Table::Process => device::process(&row, out),
            Table::NetworkInfo => device::network(&row, out),
            Table::Info => device::info(&row, out),
            Table::Logon => device::logon(&row, out),
            Table::NetworkEvents => device::port(&row, out),
            Table::Software => device::software(&row, out),
            Table::IdentityLogon => identity::read(&row, out),
            Table::Machine => device::machine(&row, out),
            Table::Other => out.skip(&row.left_out(event)),
        }
    }
}

/// One row: its columns, its device, its time.
struct Row<'t, 'i> {
    body: Value<'t, 'i>,
    host: Host,
}

impl<'t, 'i> Row<'t, 'i> {
    fn of(event: Value<'t, 'i>, body: Value<'t, 'i>) -> Self {
        let told = |keys: &[&str]| keys.iter().find_map(|key| text_at(body, key));
        let time = ["Timestamp", "TimeGenerated", "lastSeen"].iter().filter_map(|key| get(body, key));
        let outer = get(event, "time").filter(|_| get(event, "properties").is_some());
        let host = Host {
            uid: told(&["DeviceId"]).map(std::borrow::Cow::into_owned),
            name: told(&["DeviceName", "computerDnsName"]).map(|name| label(&name)),
            serial: None,
            time: time.chain(outer).find_map(json::time),
        };
        Self { body, host }
    }

    /// One event is told by device, time and report id together; the same in another export is the same record.
    fn identify(&self, table: Table, out: &mut Out<'_>) {
        let device = self.host.uid.as_deref().or(self.host.name.as_deref()).unwrap_or_default();
        if let (Some(report), Some(Time(at))) = (text_at(self.body, "ReportId"), self.host.time)
            && !device.is_empty()
        {
            out.identify(&format!("{table:?} {device} {at} {report}"));
        }
    }

    fn text(&self, key: &str) -> Option<std::borrow::Cow<'i, str>> {
        text_at(self.body, key)
    }

    fn ip(&self, key: &str) -> Option<std::net::IpAddr> {
        get(self.body, key).and_then(json::ip)
    }

    /// A part that is JSON, or JSON in a text.
    fn part(&self, key: &str) -> Tree {
        get(self.body, key).map_or(Tree::Null, |part| json::opened(json::tree(part)))
    }

    /// The elements of such a part.
    fn list(&self, key: &str) -> Vec<Tree> {
        match self.part(key) {
            Tree::Array(all) => all,
            Tree::Null => Vec::new(),
            one => vec![one],
        }
    }

    /// An empty record of this device.
    fn record(&self, table: &'static TableDef, out: &mut Out<'_>) -> Record {
        let mut record = out.record(table, self.host.time);
        set_host(&mut record, &self.host);
        record
    }

    /// Says once of a row that its time cannot be read.
    fn check_time(&self, out: &mut Out<'_>) {
        if self.host.time.is_none() {
            out.reject(Some("Timestamp"), "time cannot be read");
        }
    }

    /// What stands for a row that is left out: the table where it is named, and the action.
    fn left_out(&self, event: Value<'_, '_>) -> String {
        let table =
            get(event, "category").or_else(|| get(event, "Type")).and_then(str_of).unwrap_or_default();
        let action = self.text("ActionType").unwrap_or_default();
        format!("{} {action}", table.trim_start_matches(STREAMED)).trim().to_owned()
    }
}

/// The name of a computer without its domain: other tools write the first part alone.
fn label(name: &str) -> String {
    name.split('.').next().filter(|first| !first.is_empty()).unwrap_or(name).to_owned()
}

/// A value of an inner part as text; empty is missing.
fn inner<'v>(part: &'v Tree, key: &str) -> Option<&'v str> {
    part.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
}
