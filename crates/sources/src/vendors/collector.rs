//! What `bonafide collect` writes on a computer: USB devices, displays, neighbours, remote-access tools. The fields are in
//! `docs/collect.md`; the signature is checked by `bonafide collect --verify`, not here.

use hardware::edid;
use model::table::{At, TableDef};
use model::tables::{
    device_inventory as dev, display as d, lan_neighbour as lan, listening_port as port, peripheral as p,
    posture as pose, process, software_inventory as soft,
};
use model::{Record, Time};

use crate::json::{self, Value, get, text_at};
use crate::reader::{JsonSource, Out};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::{recognise, value};

/// The collector's objects.
pub struct Collector;

static DOC: SourceDoc = SourceDoc {
    title: "Collector (bonafide collect)",
    documentation: "docs/collect.md of this project",
    recognised_by: "objects whose format is bonafide-collect",
    expects: &["format, version, collected, host", "usb, hid, displays, neighbours, power, remote_tools"],
    fills: &[
        "device_inventory",
        "peripheral",
        "display",
        "lan_neighbour",
        "posture",
        "software_inventory",
        "process",
        "listening_port",
    ],
};

impl Source for Collector {
    fn kind(&self) -> &'static str {
        "collector"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "collector", "what a collector wrote")
    }
}

impl JsonSource for Collector {
    fn kind(&self) -> &'static str {
        "collector"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        let is_one = text_at(event, "format").as_deref() == Some(hardware::collected::FORMAT);
        if is_one { 99 } else { 0 }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        let time = get(event, "collected").and_then(json::time);
        if time.is_none() {
            out.reject(Some("collected"), "time cannot be read");
        }
        let host =
            |key: &str| json::at(event, &["host", key]).and_then(json::text).map(|text| text.into_owned());
        let host = Host {
            uid: host("device_uid"),
            name: host("hostname"),
            serial: host("serial"),
            os: host("os"),
            time,
        };
        if host.uid.is_none() && host.name.is_none() && host.serial.is_none() {
            return out.reject(Some("host"), "no host named");
        }
        let mut record = host.record(&dev::TABLE, out);
        record.text(dev::os, host.os.as_deref());
        out.push(record);
        for (name, read) in PARTS {
            let list = get(event, name).and_then(|list| list.as_array());
            for part in list.iter().flat_map(|list| list.iter()) {
                read(&host, part, out);
            }
        }
        posture(&host, event, out);
    }
}

struct Host {
    uid: Option<String>,
    name: Option<String>,
    serial: Option<String>,
    os: Option<String>,
    time: Option<Time>,
}

impl Host {
    /// The tables here all begin with the device's id, host name and serial number under these names.
    fn record(&self, table: &'static TableDef, out: &mut Out<'_>) -> Record {
        let mut record = out.record(table, self.time);
        for (name, value) in [("device_uid", &self.uid), ("hostname", &self.name), ("serial", &self.serial)] {
            if let Some(place) = table.position(name) {
                record.text(At(place), value.as_deref());
            }
        }
        record
    }
}

type Read = for<'h, 't, 'i, 'o, 'p> fn(&'h Host, Value<'t, 'i>, &'o mut Out<'p>);

const PARTS: &[(&str, Read)] =
    &[("usb", usb), ("displays", display), ("neighbours", neighbour), ("remote_tools", tool)];

fn usb(host: &Host, part: Value<'_, '_>, out: &mut Out<'_>) {
    let mut record = host.record(&p::TABLE, out);
    let text = |key: &str| text_at(part, key);
    record.text(p::activity, Some("present"));
    record.text(p::vendor_id, text("vendor_id").and_then(|id| value::hex16(&id)).as_deref());
    record.text(p::product_id, text("product_id").and_then(|id| value::hex16(&id)).as_deref());
    record.text(p::vendor_name, text("manufacturer").as_deref());
    record.text(p::product_name, text("product").as_deref());
    record.text(p::peripheral_serial, text("serial").as_deref());
    record.text(p::version, text("release").as_deref());
    record.text(p::port, text("path").as_deref());
    // The class of the first function stands for a device that leaves it to its functions.
    let first = get(part, "interfaces").and_then(|list| list.as_array()?.get(0));
    let of = |key: &str| first.and_then(|first| text_at(first, key));
    record.text(p::device_class, of("class").as_deref());
    record.text(p::device_subclass, of("subclass").as_deref());
    record.text(p::device_protocol, of("protocol").as_deref());
    record.text(p::composition, Some(&json::tree(part).to_string()));
    out.push(record);
}

fn display(host: &Host, part: Value<'_, '_>, out: &mut Out<'_>) {
    let mut record = host.record(&d::TABLE, out);
    let text = |key: &str| text_at(part, key).filter(|text| !text.is_empty());
    record.text(d::activity, Some("present"));
    record.text(d::connection, text("connector").as_deref());
    let builtin = get(part, "is_builtin").and_then(json::truth);
    record.bool(d::is_builtin, builtin);
    let bytes = text("edid").and_then(|edid| hardware::hex::parse(&edid));
    record.text(d::edid, bytes.as_deref().map(hardware::hex::write).as_deref());
    if let Some(read) = bytes.as_deref().and_then(edid::parse) {
        record.text(d::manufacturer, Some(&read.manufacturer));
        record.text(d::product_id, Some(&format!("{:04x}", read.product)));
        record.text(d::name, Some(&read.name).filter(|name| !name.is_empty()).map(String::as_str));
        let number = (read.serial_number != 0).then(|| read.serial_number.to_string());
        let serial = Some(read.serial).filter(|serial| !serial.is_empty()).or(number);
        record.text(d::display_serial, serial.as_deref());
        record.int(d::week, Some(i64::from(read.week)).filter(|week| (1..=54).contains(week)));
        record.int(d::year, Some(i64::from(read.year)).filter(|year| (1990..=2200).contains(year)));
    } else {
        record.text(d::manufacturer, text("manufacturer").as_deref());
        record.text(d::product_id, text("product_id").as_deref());
        record.text(d::name, text("name").as_deref());
        record.text(d::display_serial, text("serial").as_deref());
    }
    out.push(record);
}

/// Power, lid and the statistic of input, which belong together: how the computer stands there.
fn posture(host: &Host, event: Value<'_, '_>, out: &mut Out<'_>) {
    let part = |name: &str| get(event, name).filter(|part| part.is_object());
    let (power, input) = (part("power"), part("input"));
    if power.is_none() && input.is_none() {
        return;
    }
    let mut record = host.record(&pose::TABLE, out);
    let lid = power.and_then(|power| text_at(power, "lid"));
    record.text(pose::lid, lid.as_deref().filter(|lid| ["open", "closed"].contains(lid)));
    record.bool(pose::on_mains, power.and_then(|power| get(power, "on_mains")).and_then(json::truth));
    // Without the list nobody counted, which is not the same as none.
    if let Some(list) = get(event, "displays").and_then(|list| list.as_array()) {
        let is_own = |part: &Value<'_, '_>| get(*part, "is_builtin").and_then(json::truth) == Some(true);
        let count = list.iter().filter(|part| !is_own(part)).count();
        record.int(pose::displays, i64::try_from(count).ok());
    }
    let number = |key: &str| input.and_then(|input| get(input, key)).and_then(json::float);
    record.int(pose::input_moments, input.and_then(|input| get(input, "moments")).and_then(json::int));
    record.float(pose::input_hours, number("hours"));
    record.float(pose::input_period_seconds, number("period_seconds"));
    record.float(pose::input_false_alarm, number("false_alarm"));
    out.push(record);
}

/// A token has the form of an address and is the same for the same neighbour: what compares addresses compares tokens.
fn neighbour(host: &Host, part: Value<'_, '_>, out: &mut Out<'_>) {
    let Some(mac) = text_at(part, "token").and_then(|token| value::mac(&token)) else { return };
    let mut record = host.record(&lan::TABLE, out);
    record.text(lan::mac, Some(&mac));
    out.push(record);
}

fn tool(host: &Host, part: Value<'_, '_>, out: &mut Out<'_>) {
    let Some(name) = text_at(part, "tool") else { return };
    match text_at(part, "how").as_deref() {
        Some("installed") => {
            let mut record = host.record(&soft::TABLE, out);
            record.text(soft::activity, Some("snapshot"));
            record.text(soft::name, Some(&name));
            out.push(record);
        }
        Some("running") => {
            let mut record = host.record(&process::TABLE, out);
            record.text(process::activity, Some("present"));
            // The program by which the tool is known, so that whatever looks for programs finds it.
            record.text(process::name, Some(&program(&name)));
            out.push(record);
        }
        Some("listening") => {
            let mut record = host.record(&port::TABLE, out);
            record.text(port::activity, Some("snapshot"));
            record.int(port::port, get(part, "port").and_then(json::int));
            record.text(port::protocol, Some("tcp"));
            record.text(port::process_name, Some(&program(&name)));
            out.push(record);
        }
        _ => out.reject(Some("remote_tools"), "neither installed nor running nor listening"),
    }
}

fn program(family: &str) -> String {
    let fact = hardware::facts::remote_tools().iter().find(|fact| fact.get("family") == family);
    let first = fact.and_then(|fact| {
        fact.get("process_names").split(';').map(str::trim).find(|name| !name.contains('*'))
    });
    first.unwrap_or(family).to_owned()
}
