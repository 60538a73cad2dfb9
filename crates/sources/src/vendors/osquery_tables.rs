//! Which osquery table a row is of, and what is read of it. Keyboard and locale columns are never read, of the
//! registry only the keys under which Windows lists USB devices and displays.

use model::{Record, TableDef, Time, tables as t};

use super::osquery::{Change, Host, set_host};
use super::windows_device::{after, describe_drive, describe_usb, enum_key, usb_instance};
use crate::json::{self, Value, get, text_at};
use crate::reader::Out;
use crate::{countries, value};

/// What is read of osquery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// `usb_devices`
    Usb,
    /// `hardware_events`
    Hardware,
    /// `registry`
    Registry,
    /// `drivers`: where Windows lists USB devices
    Driver,
    /// `processes` and the process event tables
    Process,
    /// installed software
    Software,
    /// `interface_addresses`, `interface_details`
    Interface,
    /// `arp_cache`
    Arp,
    /// `routes`
    Route,
    /// `wifi_status`
    Wifi,
    /// `system_info`, `os_version`, `platform_info`, `uptime`, `time`
    System,
    /// `listening_ports`
    Port,
    /// `connected_displays`
    Display,
    /// `logged_in_users`, `last`, `logon_sessions`
    Logon,
}

/// Table names, longest first where one ends in another.
const NAMES: &[(&str, Table)] = &[
    ("usb_devices", Table::Usb),
    ("hardware_events", Table::Hardware),
    ("registry", Table::Registry),
    ("drivers", Table::Driver),
    ("es_process_events", Table::Process),
    ("bpf_process_events", Table::Process),
    ("process_events", Table::Process),
    ("process_etw_events", Table::Process),
    ("processes", Table::Process),
    ("programs", Table::Software),
    ("deb_packages", Table::Software),
    ("rpm_packages", Table::Software),
    ("homebrew_packages", Table::Software),
    ("chrome_extensions", Table::Software),
    ("apps", Table::Software),
    ("interface_addresses", Table::Interface),
    ("interface_details", Table::Interface),
    ("arp_cache", Table::Arp),
    ("routes", Table::Route),
    ("wifi_status", Table::Wifi),
    ("system_info", Table::System),
    ("os_version", Table::System),
    ("platform_info", Table::System),
    ("uptime", Table::System),
    ("time", Table::System),
    ("listening_ports", Table::Port),
    ("connected_displays", Table::Display),
    ("logged_in_users", Table::Logon),
    ("logon_sessions", Table::Logon),
    ("last", Table::Logon),
];

/// Columns that must all be there for a row to be of a table, the most telling shapes first.
const SHAPES: &[(&[&str], Table)] = &[
    (&["vendor_id", "model_id", "usb_address"], Table::Usb),
    (&["vendor_id", "model_id", "driver", "action"], Table::Hardware),
    (&["vendor_id", "model_id"], Table::Usb),
    (&["device_id", "device_name", "driver_key"], Table::Driver),
    (&["display_id"], Table::Display),
    (&["manufactured_year", "product_id"], Table::Display),
    (&["ssid", "bssid", "transmit_rate"], Table::Wifi),
    (&["ssid", "bssid", "interface"], Table::Wifi),
    (&["destination", "gateway"], Table::Route),
    (&["address", "mac", "permanent"], Table::Arp),
    (&["address", "mac", "interface"], Table::Arp),
    (&["interface", "address", "mask"], Table::Interface),
    (&["interface", "mac"], Table::Interface),
    (&["port", "protocol", "address"], Table::Port),
    (&["hardware_serial"], Table::System),
    (&["computer_name", "hardware_model"], Table::System),
    (&["total_seconds"], Table::System),
    (&["local_timezone"], Table::System),
    (&["logon_type", "logon_time"], Table::Logon),
    (&["user", "tty", "host"], Table::Logon),
    (&["username", "tty", "host"], Table::Logon),
    (&["bundle_identifier", "name"], Table::Software),
    (&["name", "version", "publisher"], Table::Software),
    (&["name", "version", "install_location"], Table::Software),
    (&["name", "version", "arch"], Table::Software),
    (&["identifier", "name", "version", "profile"], Table::Software),
    (&["path", "cmdline"], Table::Process),
    (&["pid", "name", "path", "parent"], Table::Process),
];

/// The table of a row: registry keys first, then the shape of the columns where it is telling, then the name.
pub fn table_of(name: &str, columns: Value<'_, '_>) -> Option<Table> {
    let has = |key: &str| get(columns, key).is_some();
    let named = by_name(name);
    if has("key")
        && (has("path") || has("data") || has("name"))
        && !has("pid")
        && (named == Some(Table::Registry) || is_registry(columns))
    {
        return Some(Table::Registry);
    }
    if let Some(table) = named
        && fits(table, columns)
    {
        return Some(table);
    }
    // networks in reach are not the network that the device is on
    if ["survey", "scan", "nearby"].iter().any(|word| name.to_ascii_lowercase().contains(word)) && has("ssid")
    {
        return None;
    }
    SHAPES.iter().find(|(keys, _)| keys.iter().all(|key| has(key))).map(|(_, table)| *table)
}

fn is_registry(columns: Value<'_, '_>) -> bool {
    text_at(columns, "key").is_some_and(|key| key.to_ascii_uppercase().starts_with("HKEY_"))
}

/// The known table whose name ends the query's name, else stands in it as whole words.
fn by_name(name: &str) -> Option<Table> {
    let mut words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    while words.len() > 1
        && words.last().is_some_and(|last| {
            ["snapshot", "added", "diff", "all", "win", "windows", "macos", "darwin", "linux"]
                .contains(&last.as_str())
                || last.bytes().all(|b| b.is_ascii_digit())
        })
    {
        words.pop();
    }
    let flat = format!("_{}_", words.join("_"));
    let as_words = |known: &str, at: usize| {
        let bytes = flat.as_bytes();
        bytes.get(at.wrapping_sub(1)) == Some(&b'_') && bytes.get(at + known.len()) == Some(&b'_')
    };
    let ends = |known: &str| {
        flat.len()
            .checked_sub(known.len() + 1)
            .is_some_and(|at| flat[at..].starts_with(known) && as_words(known, at))
    };
    let long = |known: &str| known.contains('_') || known == "processes";
    let holds = |known: &str| long(known) && flat.match_indices(known).any(|(at, _)| as_words(known, at));
    let by =
        |fits: &dyn Fn(&str) -> bool| NAMES.iter().find(|(known, _)| fits(known)).map(|(_, table)| *table);
    by(&ends).or_else(|| by(&holds))
}

/// Whether a row has a column without which a table's rows say nothing.
fn fits(table: Table, columns: Value<'_, '_>) -> bool {
    let any: &[&str] = match table {
        Table::Usb | Table::Hardware => &["vendor_id", "model_id", "vendor", "model", "serial"],
        Table::Registry => &["key", "path"],
        Table::Driver => &["device_id"],
        Table::Process => &["path", "cmdline", "name", "pid"],
        Table::Software => &["name", "package", "bundle_identifier"],
        Table::Interface => &["mac", "address"],
        Table::Arp => &["mac"],
        Table::Route => &["gateway", "destination"],
        Table::Wifi => &["ssid", "bssid"],
        Table::System => &[
            "hardware_serial",
            "uuid",
            "hostname",
            "computer_name",
            "version",
            "total_seconds",
            "local_timezone",
            "timezone",
            "vendor",
            "days",
        ],
        Table::Port => &["port"],
        Table::Display => &["name", "vendor_id", "product_id", "serial_number"],
        Table::Logon => &["user", "username"],
    };
    any.iter().any(|key| get(columns, key).is_some())
}

/// Reads one row; `None` where nothing of it is to be kept.
pub fn fill(
    table: Table,
    name: &str,
    host: &Host,
    columns: Value<'_, '_>,
    change: Change,
    out: &mut Out<'_>,
) -> Option<Record> {
    let happened = is_event(name, columns).then(|| get(columns, "time").and_then(json::time)).flatten();
    let time = happened.filter(|time| time.0 > 0).or(host.time);
    let row = Row { host, columns, time, change: change.seen_as(is_event(name, columns)) };
    match table {
        Table::Usb | Table::Hardware => row.peripheral(out),
        Table::Registry => row.registry(out),
        Table::Driver => row.driver(out),
        Table::Process => row.process(out),
        Table::Software => row.software(out),
        Table::Interface => row.interface(out),
        Table::Arp => row.neighbour(out),
        Table::Route => row.route(out),
        Table::Wifi => row.wifi(out),
        Table::System => row.system(out),
        Table::Port => row.port(out),
        Table::Display => row.display(out),
        Table::Logon => row.logon(out),
    }
}

/// Rows of event tables say when they happened; those of others say what was there when the query ran.
fn is_event(name: &str, columns: Value<'_, '_>) -> bool {
    let named = name.to_ascii_lowercase().contains("_events");
    named
        || get(columns, "event_type").is_some()
        || (get(columns, "action").is_some() && get(columns, "driver").is_some())
}

struct Row<'h, 't, 'i> {
    host: &'h Host,
    columns: Value<'t, 'i>,
    time: Option<Time>,
    change: Change,
}

impl<'i> Row<'_, '_, 'i> {
    fn record(&self, table: &'static TableDef, out: &mut Out<'_>) -> Record {
        let mut record = out.record(table, self.time);
        set_host(&mut record, self.host);
        record
    }

    fn get(&self, keys: &[&str]) -> Option<std::borrow::Cow<'i, str>> {
        keys.iter().filter_map(|key| text_at(self.columns, key)).find(|text| !model::record::is_missing(text))
    }

    fn put(&self, record: &mut Record, pairs: &[(model::table::At, &[&str])]) {
        for (at, keys) in pairs {
            record.text(*at, self.get(keys).as_deref());
        }
    }

    fn int(&self, key: &str) -> Option<i64> {
        get(self.columns, key).and_then(json::int)
    }

    fn peripheral(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::peripheral as p;
        let mut record = self.record(&p::TABLE, out);
        let activity = match self.get(&["action"]).as_deref() {
            Some("add" | "attach" | "bind") => "connect",
            Some("remove" | "detach" | "unbind") => "disconnect",
            _ => self.change.connection(),
        };
        record.text(p::activity, Some(activity));
        record.text(p::vendor_id, self.get(&["vendor_id"]).and_then(|id| value::hex16(&id)).as_deref());
        record.text(
            p::product_id,
            self.get(&["model_id", "product_id"]).and_then(|id| value::hex16(&id)).as_deref(),
        );
        self.put(
            &mut record,
            &[
                (p::vendor_name, &["vendor"]),
                (p::product_name, &["model", "product"]),
                (p::peripheral_serial, &["serial"]),
                (p::device_class, &["class"]),
                (p::device_subclass, &["subclass"]),
                (p::device_protocol, &["protocol"]),
                (p::version, &["version", "revision"]),
            ],
        );
        record.bool(p::is_removable, get(self.columns, "removable").and_then(json::truth));
        let port = [self.get(&["usb_address"]), self.get(&["usb_port"])];
        let port: Vec<_> = port.iter().flatten().map(AsRef::as_ref).collect();
        record.text(p::port, Some(&port.join("-")).filter(|port| !port.is_empty()).map(String::as_str));
        Some(record)
    }

    /// Only `…\Enum\USB\VID_…`, `…\Enum\USBSTOR\…` and `…\Enum\DISPLAY\…`, and of these only what the key itself says.
    fn registry(&self, out: &mut Out<'_>) -> Option<Record> {
        let path = self.get(&["path"]).or_else(|| self.get(&["key"]))?;
        let key = self.get(&["key"]).unwrap_or_default();
        let found = enum_key(&path).or_else(|| enum_key(&key))?;
        let serial = found.instance.filter(|id| !id.contains('&'));
        let data = self.get(&["data"]);
        let named = |name: &str| self.get(&["name"]).is_some_and(|known| known.eq_ignore_ascii_case(name));
        if found.bus == "DISPLAY" {
            let data = data.filter(|_| named("EDID"));
            let edid = data.as_deref().and_then(hardware::edid::parse_hex);
            let mut record = self.registry_display(found.device, edid, out);
            let bytes = data.as_deref().and_then(hardware::hex::parse);
            record.text(t::display::edid, bytes.as_deref().map(hardware::hex::write).as_deref());
            return Some(record);
        }
        use t::peripheral as p;
        let mut record = self.record(&p::TABLE, out);
        record.text(p::activity, Some(self.change.connection()));
        if found.bus == "USB" {
            record.text(p::vendor_id, after(found.device, "VID_", 4).and_then(value::hex16).as_deref());
            record.text(p::product_id, after(found.device, "PID_", 4).and_then(value::hex16).as_deref());
            record.text(p::peripheral_serial, serial);
        } else {
            describe_drive(&mut record, found.device, found.instance.unwrap_or_default());
        }
        // `@usb.inf,%name%;USB Composite Device`: the words stand behind the last semicolon
        let words = data.as_deref().and_then(|data| data.rsplit(';').next());
        if named("FriendlyName") || named("DeviceDesc") {
            record.text(p::product_name, words);
        } else if named("Mfg") {
            record.text(p::vendor_name, words);
        }
        Some(record)
    }

    /// A USB device by its driver. Its functions have drivers of their own, which say no more than that it is there.
    fn driver(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::peripheral as p;
        let id = self.get(&["device_id"])?;
        let usb = usb_instance(&id)?;
        let mut record = self.record(&p::TABLE, out);
        record.text(p::activity, Some(self.change.connection()));
        describe_usb(&mut record, &usb);
        let name = self.get(&["device_name"]).or_else(|| self.get(&["description"])).filter(|_| !usb.is_part);
        record.text(p::product_name, name.as_deref());
        Some(record)
    }

    fn registry_display(
        &self,
        device: &str,
        edid: Option<hardware::edid::Identity>,
        out: &mut Out<'_>,
    ) -> Record {
        use t::display as d;
        let mut record = self.record(&d::TABLE, out);
        record.text(d::activity, Some(self.change.connection()));
        record.text(d::manufacturer, device.get(..3));
        record.text(d::product_id, device.get(3..).map(str::to_ascii_lowercase).as_deref());
        if let Some(edid) = edid {
            record.text(d::manufacturer, Some(&edid.manufacturer));
            record.text(d::name, edid.name.as_deref());
            record.text(d::display_serial, edid.serial.as_deref());
            record.int(d::week, edid.week.map(i64::from));
            record.int(d::year, Some(i64::from(edid.year)));
        }
        record
    }

    fn process(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::process as p;
        let path = self.get(&["path"]);
        let name = self.get(&["name"]).map(|name| name.into_owned()).or_else(|| base_name(path.as_deref()?));
        if path.is_none() && name.is_none() && self.get(&["cmdline"]).is_none() {
            return None;
        }
        let mut record = self.record(&p::TABLE, out);
        let activity = match self.get(&["event_type"]).as_deref() {
            Some("exit" | "ProcessStop") => "terminate",
            _ => self.change.process(),
        };
        record.text(p::activity, Some(activity));
        record.text(p::name, name.as_deref());
        self.put(
            &mut record,
            &[
                (p::path, &["path"]),
                (p::cmd_line, &["cmdline", "command_line"]),
                (p::parent_path, &["parent_path", "parent_name", "parent_cmdline"]),
                (p::user_name, &["username", "user_name", "user"]),
            ],
        );
        record.int(p::pid, self.int("pid"));
        Some(record)
    }

    fn software(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::software_inventory as s;
        let mut record = self.record(&s::TABLE, out);
        record.text(s::activity, Some(self.change.listing()));
        self.put(
            &mut record,
            &[
                (s::name, &["name", "display_name", "bundle_name", "package"]),
                (s::version, &["version", "bundle_short_version", "bundle_version"]),
                (s::vendor, &["publisher", "vendor", "maintainer"]),
                (s::path, &["path", "install_location"]),
                (s::bundle_id, &["bundle_identifier", "identifier", "identifying_number"]),
            ],
        );
        let installed = ["install_date", "install_time", "install_timestamp"];
        record.time(s::installed_time, self.get(&installed).and_then(|text| value::time(&text)));
        record.get(s::name).as_text().is_some().then_some(record)
    }

    fn interface(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::network_interface as n;
        let mut record = self.record(&n::TABLE, out);
        record.text(n::mac, self.get(&["mac"]).and_then(|mac| value::mac(&mac)).as_deref());
        let ip = self.get(&["address"]).and_then(|ip| value::ip(&ip)).map(|ip| ip.to_string());
        record.text(n::ip, ip.as_deref());
        self.put(
            &mut record,
            &[
                (n::interface, &["interface"]),
                (n::mask, &["mask"]),
                (n::interface_type, &["type"]),
                (n::manufacturer, &["manufacturer"]),
                (n::description, &["description", "friendly_name"]),
            ],
        );
        let says = record.get(n::mac).as_text().is_some() || ip.is_some();
        says.then_some(record)
    }

    fn neighbour(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::lan_neighbour as n;
        let mac = self.get(&["mac"]).and_then(|mac| value::mac(&mac))?;
        let mut record = self.record(&n::TABLE, out);
        record.text(n::mac, Some(&mac));
        record.text(
            n::ip,
            self.get(&["address"]).and_then(|ip| value::ip(&ip)).map(|ip| ip.to_string()).as_deref(),
        );
        record.text(n::interface, self.get(&["interface"]).as_deref());
        Some(record)
    }

    fn route(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::route as r;
        let mut record = self.record(&r::TABLE, out);
        let destination = match self.get(&["destination"]).as_deref() {
            Some("default") => Some("0.0.0.0".to_owned()),
            other => other.map(str::to_owned),
        };
        record.text(r::destination, destination.as_deref());
        self.put(
            &mut record,
            &[(r::interface, &["interface"]), (r::mask, &["netmask", "mask"]), (r::gateway, &["gateway"])],
        );
        Some(record)
    }

    fn wifi(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::wifi as w;
        let bssid = self.get(&["bssid"]).and_then(|mac| value::mac(&mac));
        let ssid = self.get(&["ssid", "network_name"]);
        if bssid.is_none() && ssid.is_none() {
            return None;
        }
        let mut record = self.record(&w::TABLE, out);
        record.text(w::interface, self.get(&["interface"]).as_deref());
        record.text(w::ssid, ssid.as_deref());
        record.text(w::bssid, bssid.as_deref());
        record.text(w::country, self.get(&["country_code"]).and_then(|code| countries::alpha2(&code)));
        Some(record)
    }

    fn system(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::device_inventory as d;
        let mut record = self.record(&d::TABLE, out);
        let fill = |record: &mut Record, at: model::table::At, keys: &[&str]| {
            if let Some(text) = self.get(keys) {
                record.text(at, Some(&text));
            }
        };
        let system =
            get(self.columns, "hardware_model").is_some() || get(self.columns, "hardware_serial").is_some();
        if system {
            if record.get(d::hostname).as_text().is_none() {
                fill(&mut record, d::hostname, &["computer_name", "hostname", "local_hostname"]);
            }
            if record.get(d::device_uid).as_text().is_none() {
                fill(&mut record, d::device_uid, &["uuid"]);
            }
            fill(&mut record, d::serial, &["hardware_serial"]);
            fill(&mut record, d::vendor, &["hardware_vendor"]);
            fill(&mut record, d::model, &["hardware_model"]);
        } else if self.get(&["platform", "platform_like", "build", "codename"]).is_some() {
            let words = [self.get(&["name", "platform"]), self.get(&["version"])];
            let words: Vec<_> = words.iter().flatten().map(AsRef::as_ref).collect();
            record.text(d::os, Some(&words.join(" ")));
        }
        record.int(d::uptime_seconds, self.int("total_seconds"));
        fill(&mut record, d::timezone, &["local_timezone"]);
        let says = [d::serial, d::vendor, d::model, d::os, d::timezone, d::hostname]
            .iter()
            .any(|at| record.get(*at).as_text().is_some());
        (says || self.int("total_seconds").is_some()).then_some(record)
    }

    fn port(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::listening_port as l;
        let port = self.int("port").filter(|port| (1..=65_535).contains(port))?;
        let mut record = self.record(&l::TABLE, out);
        record.text(l::activity, Some(self.change.listing()));
        record.int(l::port, Some(port));
        let protocol = self.get(&["protocol"]);
        record.text(
            l::protocol,
            match protocol.as_deref() {
                Some("6") => Some("tcp"),
                Some("17") => Some("udp"),
                other => other,
            },
        );
        self.put(
            &mut record,
            &[
                (l::address, &["address"]),
                (l::process_name, &["name", "process_name", "process"]),
                (l::path, &["path", "process_path"]),
            ],
        );
        Some(record)
    }

    fn display(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::display as d;
        let mut record = self.record(&d::TABLE, out);
        record.text(d::activity, Some(self.change.connection()));
        self.put(
            &mut record,
            &[
                (d::name, &["name"]),
                (d::vendor_id, &["vendor_id"]),
                (d::product_id, &["product_id"]),
                (d::connection, &["connection_type"]),
            ],
        );
        let serial = self.get(&["serial_number", "serial"]).filter(|text| text.bytes().any(|b| b != b'0'));
        record.text(d::display_serial, serial.as_deref());
        record.int(d::week, self.int("manufactured_week").filter(|week| (1..=54).contains(week)));
        record.int(d::year, self.int("manufactured_year").filter(|year| (1990..=2200).contains(year)));
        let kind = self.get(&["display_type"]).unwrap_or_default().to_ascii_lowercase();
        let connection = self.get(&["connection_type"]).unwrap_or_default().to_ascii_lowercase();
        if !kind.is_empty() || !connection.is_empty() {
            let builtin =
                kind.contains("built-in") || kind.contains("builtin") || connection.contains("internal");
            record.bool(d::is_builtin, Some(builtin));
        }
        Some(record)
    }

    fn logon(&self, out: &mut Out<'_>) -> Option<Record> {
        use t::local_logon as l;
        let mut record = self.record(&l::TABLE, out);
        self.put(
            &mut record,
            &[
                (l::user_name, &["user", "username"]),
                (l::logon_type, &["logon_type", "type_name", "type"]),
                (l::remote_host, &["host"]),
            ],
        );
        let since = ["logon_time", "time"];
        let since = since.iter().filter_map(|key| get(self.columns, key)).find_map(json::time);
        record.time(l::logon_time, since.filter(|time| time.0 > 0));
        record.get(l::user_name).as_text().is_some().then_some(record)
    }
}

fn base_name(path: &str) -> Option<String> {
    path.rsplit(['/', '\\']).next().filter(|name| !name.is_empty()).map(str::to_owned)
}
