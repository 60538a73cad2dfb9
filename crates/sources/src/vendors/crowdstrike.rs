//! CrowdStrike Falcon Data Replicator. Vendor documentation: "Falcon Data Replicator" and "Events Data Dictionary",
//! CrowdStrike (behind a login).
//!
//! Events are JSON lines with `event_simpleName` and `aid`, at the top or below `event`. The inventory files `aidmaster`,
//! `managedassets` and `notmanaged` have no event name. `aip` is the public address that the cloud saw.

mod detection;
mod unmanaged;

use model::{Record, TableDef, Time, tables as t};

use super::osquery::{Host, set_host};
use super::put;
use crate::json::{self, Value, get, str_of, text_at};
use crate::reader::{JsonSource, Out};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::{recognise, value};

/// CrowdStrike Falcon Data Replicator.
pub struct Crowdstrike;

static DOC: SourceDoc = SourceDoc {
    title: "CrowdStrike (Falcon Data Replicator events, aidmaster, managedassets, notmanaged, userinfo; Hosts API and CSV; LogScale; sign-ins of the event stream)",
    documentation: "Falcon Data Replicator; Events Data Dictionary, CrowdStrike",
    recognised_by: "objects with aid and event_simpleName, or with aid and a computer name or gateway; events of the streaming interface",
    expects: &[
        "aid*",
        "event_simpleName",
        "timestamp",
        "aip",
        "ComputerName",
        "SystemSerialNumber",
        "GatewayMAC",
    ],
    fills: &[
        "device_inventory",
        "process",
        "peripheral",
        "software_inventory",
        "network_interface",
        "lan_neighbour",
        "route",
        "listening_port",
        "local_logon",
        "authentication",
        "dns_activity",
    ],
};

impl Source for Crowdstrike {
    fn kind(&self) -> &'static str {
        "crowdstrike"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "crowdstrike", "Falcon events (aid, event_simpleName)")
    }
}

/// Where the fields of an event are.
fn body<'t, 'i>(event: Value<'t, 'i>) -> Value<'t, 'i> {
    get(event, "event").filter(|inner| inner.is_object()).unwrap_or(event)
}

fn name<'i>(event: Value<'_, 'i>) -> Option<&'i str> {
    // LogScale marks its tags
    let keys = ["event_simpleName", "#event_simpleName", "fdr_event_type"];
    keys.iter().find_map(|key| get(event, key).or_else(|| get(body(event), key)).and_then(str_of))
}

fn is_inventory(event: Value<'_, '_>) -> bool {
    let signs = ["ComputerName", "GatewayMAC", "GatewayIP", "SystemSerialNumber", "MAC", "AgentVersion"];
    signs.iter().filter(|key| get(event, key).is_some()).count() >= 2
}

/// A host of the Hosts interface, or a row of the console's list of hosts.
fn is_host(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some();
    (has("device_id") && has("agent_version") && (has("hostname") || has("serial_number")))
        || (has("Host_ID")
            && has("Hostname")
            && (has("Sensor_version") || has("External_IP") || has("Last_Seen")))
}

fn is_stream(event: Value<'_, '_>) -> bool {
    json::at(event, &["metadata", "eventType"]).is_some()
        && json::at(event, &["metadata", "customerIDString"]).is_some()
}

/// Somebody who signs in to the console.
fn is_console_login(event: Value<'_, '_>) -> bool {
    let part = |key: &str| json::at(event, &["event", key]);
    is_stream(event)
        && part("UserIp").is_some()
        && part("OperationName")
            .and_then(str_of)
            .is_some_and(|name| name.to_ascii_lowercase().contains("authenticat"))
}

fn console_login(event: Value<'_, '_>, out: &mut Out<'_>) {
    use t::authentication as a;
    let Some(inner) = get(event, "event") else { return };
    let time = get(inner, "UTCTimestamp").or_else(|| json::at(event, &["metadata", "eventCreationTime"]));
    let mut record = out.record(&a::TABLE, time.and_then(json::time));
    record.text(a::activity, Some("logon"));
    let status = match get(inner, "Success").and_then(json::truth) {
        Some(true) => "success",
        Some(false) => "failure",
        None => "unknown",
    };
    record.text(a::status, Some(status));
    let pairs: &[(model::table::At, &[&str])] =
        &[(a::operation, &["OperationName"]), (a::user_email, &["UserId"]), (a::app, &["ServiceName"])];
    put(&mut record, inner, pairs);
    let address = get(inner, "UserIp").and_then(json::ip);
    record.text(a::src_ip, address.map(|ip| ip.to_string()).as_deref());
    record.text(a::src_country, super::country(None, address));
    out.push(record);
}

/// A row of `userinfo`: who was last at which computer.
fn is_last_logon(event: Value<'_, '_>) -> bool {
    ["LastLoggedOnHost", "LogonTime", "UserName"].iter().all(|key| get(event, key).is_some())
}

fn last_logon(event: Value<'_, '_>, out: &mut Out<'_>) {
    use t::local_logon as l;
    let time = ["LogonTime", "_time"].iter().filter_map(|key| get(event, key)).find_map(json::time);
    let mut record = out.record(&l::TABLE, time);
    let pairs: &[(model::table::At, &[&str])] = &[
        (l::hostname, &["LastLoggedOnHost"]),
        (l::user_name, &["UserName"]),
        (l::logon_type, &["LogonType"]),
    ];
    put(&mut record, event, pairs);
    record.time(l::logon_time, time);
    out.push(record);
}

/// A detection, or a session of an administrator, as the replicator and others hand on the streaming interface.
fn is_detection(event: Value<'_, '_>) -> bool {
    let has = |key: &str| get(event, key).is_some() || json::at(event, &["unknown_payload", key]).is_some();
    get(event, "cid").is_some() && (has("AgentIdString") || (has("SHA256String") && has("Objective")))
}

impl JsonSource for Crowdstrike {
    fn kind(&self) -> &'static str {
        "crowdstrike"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        let has = |key: &str| get(event, key).is_some() || get(body(event), key).is_some();
        if is_stream(event) || is_detection(event) || is_last_logon(event) {
            90
        } else if name(event).is_some() && (has("aid") || has("event_platform")) {
            95
        } else if is_host(event) || unmanaged::is_asset(event) {
            90
        } else if !has("aid") {
            0
        } else if has("cid") && has("ConfigBuild") {
            95
        } else if is_inventory(event) {
            85
        } else {
            0
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if is_console_login(event) {
            return console_login(event, out);
        }
        if is_last_logon(event) {
            return last_logon(event, out);
        }
        if unmanaged::is_asset(event) {
            return unmanaged::read(event, out);
        }
        if is_stream(event) || is_detection(event) {
            return detection::read(event, out);
        }
        let fields = Fields { event, body: body(event) };
        if is_host(event) {
            return fields.host(out);
        }
        let kind = name(event).unwrap_or_default();
        if !kind.is_empty()
            && let Some(id) = text_at(event, "id").filter(|id| id.len() >= 16)
        {
            out.identify(&id);
        }
        let record = match kind {
            "ProcessRollup2" | "SyntheticProcessRollup2" => fields.process(kind, out),
            _ if kind.starts_with("DcUsbDevice") => fields.usb(kind, out),
            "AgentOnline" | "AgentConnect" | "SensorHeartbeat" | "OsVersionInfo" | "HostInfo" => {
                fields.device(out)
            }
            "InstalledApplication" | "InstalledBrowserExtension" => fields.software(out),
            "NetworkListenIP4" | "NetworkListenIP6" => match fields.port(out) {
                Some(record) => record,
                None => return out.skip(kind),
            },
            "DnsRequest" => match fields.lookup(out) {
                Some(record) => record,
                None => return out.skip(kind),
            },
            "UserLogon" => fields.logon(out),
            "LocalIpAddressIP4" | "NeighborListIP4" => {
                let told = if kind.starts_with('L') { fields.network(out) } else { fields.neighbours(out) };
                if !told {
                    out.skip(kind);
                }
                return;
            }
            "" if is_inventory(event) => return fields.inventory(out),
            "" => return out.skip("event without a name"),
            _ => return out.skip(kind),
        };
        out.push(record);
    }
}

/// Neighbours of one event that are read.
const NEIGHBOUR_LIMIT: usize = 256;

struct Fields<'t, 'i> {
    event: Value<'t, 'i>,
    body: Value<'t, 'i>,
}

impl<'i> Fields<'_, 'i> {
    fn text(&self, keys: &[&str]) -> Option<std::borrow::Cow<'i, str>> {
        let found =
            keys.iter().filter_map(|key| text_at(self.body, key).or_else(|| text_at(self.event, key)));
        found.into_iter().find(|text| !model::record::is_missing(text))
    }

    /// When it happened on the host, else when the cloud had it.
    fn time(&self) -> Option<Time> {
        let keys = ["ContextTimeStamp", "timestamp", "@timestamp", "_time", "Time", "time"];
        keys.iter()
            .filter_map(|key| get(self.body, key).or_else(|| get(self.event, key)))
            .find_map(json::time)
            .filter(|time| time.0 > 0)
    }

    fn record(&self, table: &'static TableDef, out: &mut Out<'_>) -> Record {
        let own = |keys: &[&str]| self.text(keys).map(std::borrow::Cow::into_owned);
        let host = Host {
            uid: own(&["aid"]),
            name: own(&["ComputerName", "HostHiddenName"]),
            serial: own(&["SystemSerialNumber"]),
            time: self.time(),
        };
        let mut record = out.record(table, host.time);
        set_host(&mut record, &host);
        record
    }

    fn process(&self, kind: &str, out: &mut Out<'_>) -> Record {
        use t::process as p;
        let mut record = self.record(&p::TABLE, out);
        record.text(p::activity, Some(if kind == "ProcessRollup2" { "launch" } else { "present" }));
        let path = self.text(&["ImageFileName", "FilePath"]);
        let base = |path: &str| path.rsplit(['\\', '/']).next().unwrap_or_default().to_owned();
        record.text(p::name, path.as_deref().map(base).as_deref());
        record.text(p::path, path.as_deref());
        record.text(p::cmd_line, self.text(&["CommandLine"]).as_deref());
        record.text(p::parent_path, self.text(&["ParentBaseFileName", "ParentImageFileName"]).as_deref());
        record.text(p::user_name, self.text(&["UserName", "UserPrincipal"]).as_deref());
        record.int(p::pid, self.text(&["RawProcessId"]).and_then(|pid| pid.parse().ok()));
        record
    }

    fn usb(&self, kind: &str, out: &mut Out<'_>) -> Record {
        use t::peripheral as p;
        let mut record = self.record(&p::TABLE, out);
        let gone = kind.contains("Disconnect") || kind.contains("Removed");
        record.text(p::activity, Some(if gone { "disconnect" } else { "connect" }));
        let instance = self.text(&["DeviceInstanceId"]).unwrap_or_default().to_ascii_uppercase();
        let after = |mark: &str| instance.split(mark).nth(1)?.get(..4).and_then(value::hex16);
        let vendor =
            after("VID_").or_else(|| self.text(&["DeviceVendorId"]).and_then(|id| value::hex16(&id)));
        let product =
            after("PID_").or_else(|| self.text(&["DeviceProductId"]).and_then(|id| value::hex16(&id)));
        record.text(p::vendor_id, vendor.as_deref());
        record.text(p::product_id, product.as_deref());
        record.text(p::vendor_name, self.text(&["DeviceManufacturer"]).as_deref());
        record.text(p::product_name, self.text(&["DeviceProduct"]).as_deref());
        record.text(p::peripheral_serial, self.text(&["DeviceSerialNumber"]).as_deref());
        record.text(p::device_class, self.text(&["DeviceUsbClass", "DevicePropertyClassName"]).as_deref());
        record.text(p::device_subclass, self.text(&["DeviceUsbSubclass"]).as_deref());
        record.text(p::device_protocol, self.text(&["DeviceProtocol"]).as_deref());
        record
    }

    fn device(&self, out: &mut Out<'_>) -> Record {
        use t::device_inventory as d;
        let mut record = self.record(&d::TABLE, out);
        record.text(d::vendor, self.text(&["SystemManufacturer", "BiosManufacturer"]).as_deref());
        record.text(d::model, self.text(&["SystemProductName"]).as_deref());
        let os = self.text(&["OSVersionString", "ProductName", "Version", "event_platform"]);
        record.text(d::os, os.as_deref());
        let ip = self
            .text(&["aip", "ExternalIP"])
            .and_then(|ip| value::ip(&ip))
            .filter(|ip| value::is_public(*ip));
        record.text(d::public_ip, ip.map(|ip| ip.to_string()).as_deref());
        record.text(d::timezone, self.text(&["Timezone"]).as_deref());
        record
    }

    /// A row of `aidmaster` or `managedassets`: the device, its card, and the gateway beside it.
    fn inventory(&self, out: &mut Out<'_>) {
        if self.text(&["ComputerName", "SystemSerialNumber", "SystemProductName"]).is_some() {
            let device = self.device(out);
            out.push(device);
        }
        self.network(out);
    }

    /// A card with its address, and the gateway beside it, through which all else is reached. True if anything is told.
    fn network(&self, out: &mut Out<'_>) -> bool {
        use t::{lan_neighbour as l, network_interface as n, route as r};
        let mac = |keys: &[&str]| self.text(keys).and_then(|mac| value::mac(&mac));
        let ip = |keys: &[&str]| self.text(keys).and_then(|ip| value::ip(&ip)).map(|ip| ip.to_string());
        let interface = self.text(&["InterfaceAlias"]);
        let own = mac(&["MAC", "PhysicalAddress"]);
        if let Some(own) = &own {
            let mut record = self.record(&n::TABLE, out);
            record.text(n::mac, Some(own));
            record.text(n::ip, ip(&["LocalAddressIP4", "LocalIP"]).as_deref());
            record.text(n::interface, interface.as_deref());
            record.text(n::description, self.text(&["InterfaceDescription"]).as_deref());
            out.push(record);
        }
        let gateway = mac(&["GatewayMAC", "DefaultGatewayMAC", "DefaultGatewayPhysicalAddress"]);
        let address = ip(&["GatewayIP", "DefaultGatewayIP4"]);
        if let Some(gateway) = &gateway {
            let mut record = self.record(&l::TABLE, out);
            record.text(l::mac, Some(gateway));
            record.text(l::ip, address.as_deref());
            record.text(l::interface, interface.as_deref());
            out.push(record);
        }
        if address.is_some() {
            let mut record = self.record(&r::TABLE, out);
            record.text(r::destination, Some("0.0.0.0"));
            record.text(r::gateway, address.as_deref());
            record.text(r::interface, interface.as_deref());
            out.push(record);
        }
        own.is_some() || gateway.is_some() || address.is_some()
    }

    /// Who stands beside the host: `8c-f8-c5-d4-09-98|192.168.0.1|1|name;…`. True if anybody does.
    fn neighbours(&self, out: &mut Out<'_>) -> bool {
        use t::lan_neighbour as l;
        let list = self.text(&["NeighborList"]).unwrap_or_default();
        let mut any = false;
        for neighbour in list.split(';').take(NEIGHBOUR_LIMIT) {
            let mut parts = neighbour.split('|');
            let Some(mac) = parts.next().and_then(value::mac) else { continue };
            let address = parts.next().and_then(value::ip).filter(|ip| !ip.is_multicast());
            let mut record = self.record(&l::TABLE, out);
            record.text(l::mac, Some(&mac));
            record.text(l::ip, address.map(|ip| ip.to_string()).as_deref());
            out.push(record);
            any = true;
        }
        any
    }

    /// A host: the device, its card, and the gateway beside it.
    fn host(&self, out: &mut Out<'_>) {
        use t::{device_inventory as d, lan_neighbour as n, network_interface as c};
        let time =
            ["last_seen", "Last_Seen", "modified_timestamp"].iter().find_map(|key| get(self.event, key));
        let own = |keys: &[&str]| self.text(keys).map(std::borrow::Cow::into_owned);
        let host = Host {
            uid: own(&["device_id", "Host_ID"]),
            name: own(&["hostname"]),
            serial: own(&["serial_number"]),
            time: time.and_then(json::time),
        };
        let ip = |keys: &[&str]| self.text(keys).and_then(|ip| value::ip(&ip));
        let mac = |keys: &[&str]| self.text(keys).and_then(|mac| value::mac(&mac));
        let mut record = out.record(&d::TABLE, host.time);
        set_host(&mut record, &host);
        record.text(d::vendor, self.text(&["system_manufacturer", "Manufacturer"]).as_deref());
        record.text(d::model, self.text(&["system_product_name", "Model"]).as_deref());
        record.text(d::os, self.text(&["os_version", "platform_name", "Platform"]).as_deref());
        record.text(d::user_name, self.text(&["last_login_user", "Last_Logged_In_User"]).as_deref());
        let public = ip(&["external_ip"]).filter(|ip| value::is_public(*ip)).map(|ip| ip.to_string());
        record.text(d::public_ip, public.as_deref());
        out.push(record);
        if let Some(card) = mac(&["mac_address"]) {
            let mut record = out.record(&c::TABLE, host.time);
            set_host(&mut record, &host);
            record.text(c::mac, Some(&card));
            record.text(c::ip, ip(&["local_ip"]).map(|ip| ip.to_string()).as_deref());
            out.push(record);
        }
        if let Some(gateway) = mac(&["default_gateway_mac", "connection_gateway_mac"]) {
            let mut record = out.record(&n::TABLE, host.time);
            set_host(&mut record, &host);
            record.text(n::mac, Some(&gateway));
            record.text(n::ip, ip(&["default_gateway_ip"]).map(|ip| ip.to_string()).as_deref());
            out.push(record);
        }
    }

    fn software(&self, out: &mut Out<'_>) -> Record {
        use t::software_inventory as s;
        let mut record = self.record(&s::TABLE, out);
        record.text(s::activity, Some("snapshot"));
        let pairs: &[(model::table::At, &[&str])] = &[
            (s::name, &["BrowserExtensionName"]),
            (s::name, &["AppName"]),
            (s::version, &["AppVersion"]),
            (s::vendor, &["AppVendor"]),
            (s::path, &["AppPath"]),
            (s::bundle_id, &["AppProductId"]),
        ];
        put(&mut record, self.body, pairs);
        record
    }

    fn port(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::listening_port as l;
        let port = self.text(&["LocalPort"])?.parse().ok().filter(|port| (1..=65_535).contains(port))?;
        let mut record = self.record(&l::TABLE, out);
        record.text(l::activity, Some("added"));
        record.int(l::port, Some(port));
        record.text(
            l::protocol,
            match self.text(&["Protocol"]).as_deref() {
                Some("6") => Some("tcp"),
                Some("17") => Some("udp"),
                other => other,
            },
        );
        record.text(l::address, self.text(&["LocalAddressIP4", "LocalAddressIP6"]).as_deref());
        record.text(l::process_name, self.text(&["ContextBaseFileName"]).as_deref());
        Some(record)
    }

    /// A name looked up, if it is one that may be kept.
    fn lookup(&self, out: &mut Out<'_>) -> Option<Record> {
        let told = crate::lookup::of(&self.text(&["DomainName"])?)?;
        let mut record = self.record(&t::dns_activity::TABLE, out);
        told.fill(&mut record);
        Some(record)
    }

    fn logon(&self, out: &mut Out<'_>) -> Record {
        use t::local_logon as l;
        let mut record = self.record(&l::TABLE, out);
        record.text(l::user_name, self.text(&["UserPrincipal", "UserName"]).as_deref());
        record.text(l::logon_type, self.text(&["LogonType"]).as_deref());
        record.text(
            l::remote_host,
            self.text(&["RemoteAddressIP4", "RemoteAddressIP6", "ClientComputerName"]).as_deref(),
        );
        record.time(l::logon_time, get(self.body, "LogonTime").and_then(json::time));
        record
    }
}
