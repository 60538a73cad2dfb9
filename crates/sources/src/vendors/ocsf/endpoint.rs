//! Classes that a device tells: processes, peripherals, inventories.

use model::{Cell, Record, TableDef, Time, tables as t};

use super::{at_text, first};
use crate::json::{self, Value, get, text_at};
use crate::reader::Out;
use crate::value;
use crate::vendors::osquery::{Host, set_host};
use crate::vendors::put;

/// Reads an event of one of these classes.
pub fn read(class: i64, event: Value<'_, '_>, time: Option<Time>, out: &mut Out<'_>) {
    let told = Told { event, time, host: host(event, time) };
    match class {
        1007 => told.process(out),
        1010 => told.peripheral(out),
        5020 => told.software(out),
        4003 => told.lookup(out),
        _ => told.inventory(out),
    }
}

fn host(event: Value<'_, '_>, time: Option<Time>) -> Host {
    let own = |paths: &[&[&str]]| first(event, paths).map(std::borrow::Cow::into_owned);
    Host {
        uid: own(&[&["device", "uid"], &["device", "uid_alt"], &["device", "agent_list", "uid"]]),
        name: own(&[&["device", "hostname"], &["device", "name"]]),
        serial: own(&[&["device", "hw_info", "serial_number"], &["device", "serial_number"]]),
        time,
    }
}

struct Told<'t, 'i> {
    event: Value<'t, 'i>,
    time: Option<Time>,
    host: Host,
}

impl Told<'_, '_> {
    fn record(&self, table: &'static TableDef, out: &mut Out<'_>) -> Record {
        let mut record = out.record(table, self.time);
        set_host(&mut record, &self.host);
        record
    }

    fn activity(&self) -> i64 {
        get(self.event, "activity_id").and_then(json::int).unwrap_or(0)
    }

    fn process(&self, out: &mut Out<'_>) {
        use t::process as p;
        let mut record = self.record(&p::TABLE, out);
        let activity = match self.activity() {
            1 => "launch",
            2 => "terminate",
            _ => "present",
        };
        record.text(p::activity, Some(activity));
        let pairs: &[(model::table::At, &[&str])] = &[
            (p::path, &["process", "path"]),
            (p::path, &["process", "file", "path"]),
            (p::cmd_line, &["process", "cmd_line"]),
            (p::parent_path, &["actor", "process", "name"]),
            (p::parent_path, &["process", "parent_process", "name"]),
            (p::parent_path, &["process", "parent_process", "file", "path"]),
            (p::user_name, &["actor", "user", "name"]),
            (p::user_name, &["process", "user", "name"]),
        ];
        put(&mut record, self.event, pairs);
        let path = record
            .get(p::path)
            .as_text()
            .map(|path| path.rsplit(['\\', '/']).next().unwrap_or_default().to_owned());
        let name = first(self.event, &[&["process", "name"], &["process", "file", "name"]]);
        record.text(p::name, name.as_deref().or(path.as_deref()));
        record.int(p::pid, json::at(self.event, &["process", "pid"]).and_then(json::int));
        out.push(record);
    }

    /// A name looked up, if it is one that may be kept.
    fn lookup(&self, out: &mut Out<'_>) {
        let told = at_text(self.event, &["query", "hostname"]).and_then(|name| crate::lookup::of(&name));
        let Some(told) = told else { return out.skip("names looked up") };
        let mut record = self.record(&t::dns_activity::TABLE, out);
        told.fill(&mut record);
        out.push(record);
    }

    fn peripheral(&self, out: &mut Out<'_>) {
        use t::peripheral as p;
        let Some(thing) = get(self.event, "peripheral_device") else {
            return out.reject(Some("peripheral_device"), "peripheral activity without a device");
        };
        let mut record = self.record(&p::TABLE, out);
        record.text(p::activity, Some(if self.activity() == 2 { "disconnect" } else { "connect" }));
        let vendor = get(thing, "vendor_id_list").and_then(|list| {
            list.as_array().and_then(|list| list.iter().find_map(json::text)).or_else(|| json::text(list))
        });
        // the instance of Windows (`USB\VID_046D&PID_C52B\…`) names both ids
        let instance = text_at(thing, "uid").unwrap_or_default().to_ascii_uppercase();
        let after = |mark: &str| instance.split(mark).nth(1)?.get(..4).and_then(value::hex16);
        let vendor = after("VID_").or_else(|| vendor.as_deref().and_then(vendor_id));
        record.text(p::vendor_id, vendor.as_deref());
        let product = after("PID_").or_else(|| text_at(thing, "product_id").and_then(|id| value::hex16(&id)));
        record.text(p::product_id, product.as_deref());
        let pairs: &[(model::table::At, &[&str])] = &[
            (p::vendor_name, &["vendor_name"]),
            (p::product_name, &["name"]),
            (p::product_name, &["model"]),
            (p::peripheral_serial, &["serial_number"]),
            (p::device_class, &["class"]),
        ];
        put(&mut record, thing, pairs);
        out.push(record);
    }

    fn software(&self, out: &mut Out<'_>) {
        use t::software_inventory as s;
        let Some(package) = get(self.event, "package").or_else(|| get(self.event, "product")) else {
            return out.reject(Some("package"), "software inventory without a package");
        };
        let mut record = self.record(&s::TABLE, out);
        record.text(s::activity, Some("snapshot"));
        let pairs: &[(model::table::At, &[&str])] = &[
            (s::name, &["name"]),
            (s::version, &["version"]),
            (s::vendor, &["vendor_name"]),
            (s::path, &["path"]),
            (s::bundle_id, &["uid"]),
        ];
        put(&mut record, package, pairs);
        out.push(record);
    }

    fn inventory(&self, out: &mut Out<'_>) {
        use t::{device_inventory as d, network_interface as n};
        let mut record = self.record(&d::TABLE, out);
        let pairs: &[(model::table::At, &[&str])] = &[
            (d::vendor, &["device", "hw_info", "vendor_name"]),
            (d::vendor, &["device", "vendor_name"]),
            (d::model, &["device", "model"]),
            (d::os, &["device", "os", "name"]),
            (d::asset_tag, &["device", "asset_tag"]),
            (d::user_name, &["actor", "user", "name"]),
            (d::user_name, &["device", "owner", "name"]),
        ];
        put(&mut record, self.event, pairs);
        let owners: &[&[&str]] = &[&["device", "owner"], &["user"], &["actor", "user"]];
        let mail = owners.iter().filter_map(|path| json::at(self.event, path)).find_map(super::mail);
        record.text(d::user_email, mail.as_deref());
        record.text(d::public_ip, super::public(json::at(self.event, &["device", "ip"])).as_deref());
        let enrolled =
            json::at(self.event, &["device", "first_seen_time"]).or_else(|| get(self.event, "enrolled_time"));
        record.time(d::enrolled_time, enrolled.and_then(json::time));
        out.push(record);
        let cards =
            json::at(self.event, &["device", "network_interfaces"]).map(json::elements).unwrap_or_default();
        for card in cards {
            let Some(mac) = text_at(card, "mac").and_then(|mac| value::mac(&mac)) else { continue };
            let mut record = self.record(&n::TABLE, out);
            record.set(n::mac, Cell::Text(mac));
            record.text(n::ip, get(card, "ip").and_then(json::ip).map(|ip| ip.to_string()).as_deref());
            record.text(n::interface, text_at(card, "name").as_deref());
            record.text(n::interface_type, text_at(card, "type").as_deref());
            out.push(record);
        }
        if let Some(mac) = at_text(self.event, &["device", "mac"]).and_then(|mac| value::mac(&mac)) {
            let mut record = self.record(&n::TABLE, out);
            record.set(n::mac, Cell::Text(mac));
            out.push(record);
        }
    }
}

/// `VID_046D`, `0x046d` or `046d`.
fn vendor_id(text: &str) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    let bare = upper.split("VID_").nth(1).and_then(|rest| rest.get(..4)).unwrap_or(text);
    value::hex16(bare)
}
