//! What `bonafide collect` writes, and how it is read again. One JSON object a computer, documented field by field in
//! `docs/collect.md`; nothing of what anybody wrote, typed or saw.

use serde_json::{Map, Value, json};

use crate::hex;
use crate::inventory::{Device, DisplaySeen, HidSeen, Interface, NetworkSeen, Posture, Seen, Tool, UsbSeen};
use crate::rhythm::Rhythm;

/// The value of `format`.
pub const FORMAT: &str = "bonafide-collect";
/// The version that is written.
pub const VERSION: u64 = 1;

/// Whether an object is one of these.
#[must_use]
pub fn is_one(object: &Map<String, Value>) -> bool {
    object.get("format").and_then(Value::as_str) == Some(FORMAT)
}

/// Writes a USB device.
#[must_use]
pub fn usb(label: &str, seen: &UsbSeen) -> Value {
    let interface = |one: &Interface| {
        json!({
            "number": one.number, "class": one.class, "subclass": one.subclass, "protocol": one.protocol, "name": one.name,
            "hid_version": one.hid_version, "interval": one.interval, "packet": one.packet,
            "report_descriptor": hex::write(&one.descriptor),
        })
    };
    json!({
        "path": label, "vendor_id": id(seen.vendor_id), "product_id": id(seen.product_id), "release": id(seen.release),
        "class": seen.class, "manufacturer": seen.vendor, "product": seen.product, "serial": seen.serial,
        "configuration": seen.configuration, "descriptions": seen.descriptions,
        "interfaces": seen.interfaces.iter().map(interface).collect::<Vec<_>>(),
        "drives": seen.drives.iter().map(|(vendor, product)| json!([vendor, product])).collect::<Vec<_>>(),
    })
}

/// Writes a report descriptor that belongs to no USB device.
#[must_use]
pub fn hid(label: &str, seen: &HidSeen) -> Value {
    json!({
        "path": label, "vendor_id": id(seen.vendor_id), "product_id": id(seen.product_id), "name": seen.name,
        "is_usb": seen.is_usb, "report_descriptor": hex::write(&seen.descriptor),
    })
}

/// Writes a display.
#[must_use]
pub fn display(label: &str, seen: &DisplaySeen) -> Value {
    json!({
        "connector": label, "edid": hex::write(&seen.edid), "manufacturer": seen.manufacturer,
        "product_id": id(seen.product), "name": seen.name, "serial": seen.serial,
    })
}

/// Writes what a rhythm says; never the moments behind it.
#[must_use]
pub fn rhythm(found: &Rhythm) -> Value {
    json!({
        "moments": found.moments, "hours": (found.hours * 100.0).round() / 100.0,
        "period_seconds": found.period_seconds.map(|period| (period * 10.0).round() / 10.0),
        "false_alarm": found.false_alarm, "test": found.test,
    })
}

fn id(number: Option<u16>) -> Option<String> {
    number.map(|number| format!("{number:04x}"))
}

/// Reads one object: everything in it that can be judged.
#[must_use]
pub fn read(object: &Map<String, Value>) -> Vec<Seen> {
    let host = object.get("host").and_then(|host| text(host, "hostname")).unwrap_or_default();
    let label = |what: &str| if host.is_empty() { what.to_owned() } else { format!("{host}: {what}") };
    let mut seen = Vec::new();
    for (name, read) in PARTS {
        let list = object.get(*name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        for part in list {
            let (what, device) = read(part);
            seen.push(Seen { label: label(&what), device });
        }
    }
    if let Some(input) = object.get("input").filter(|input| input.is_object()) {
        seen.push(Seen {
            label: label("rhythm of input"),
            device: Device::Rhythm(Box::new(read_rhythm(input))),
        });
    }
    if let Some(power) = object.get("power").filter(|power| power.is_object()) {
        let is_own = |part: &&Value| part.get("is_builtin").and_then(Value::as_bool) != Some(true);
        let displays = object.get("displays").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let posture = Posture {
            lid: text(power, "lid").unwrap_or_default(),
            on_mains: power.get("on_mains").and_then(Value::as_bool),
            displays: displays.iter().filter(is_own).count(),
        };
        seen.push(Seen { label: label("power and lid"), device: Device::Posture(posture) });
    }
    seen
}

type Part = (&'static str, fn(&Value) -> (String, Device));

const PARTS: &[Part] = &[
    ("usb", |part| (name(part, &["path", "product"]), Device::Usb(Box::new(read_usb(part))))),
    ("hid", |part| (name(part, &["path", "name"]), Device::Hid(read_hid(part)))),
    ("displays", |part| (name(part, &["connector", "name"]), Device::Display(Box::new(read_display(part))))),
    ("neighbours", |part| ("neighbour".to_owned(), Device::Network(read_neighbour(part)))),
    ("remote_tools", |part| (name(part, &["tool"]), Device::Tool(read_tool(part)))),
];

fn text(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn name(value: &Value, keys: &[&str]) -> String {
    keys.iter().find_map(|key| text(value, key).filter(|text| !text.is_empty())).unwrap_or_default()
}

fn short(value: &Value, key: &str) -> Option<u16> {
    match value.get(key)? {
        Value::String(text) => hex::number(text),
        number => u16::try_from(number.as_u64()?).ok(),
    }
}

fn byte(value: &Value, key: &str) -> Option<u8> {
    u8::try_from(value.get(key)?.as_u64()?).ok()
}

fn bytes(value: &Value, key: &str) -> Vec<u8> {
    text(value, key).and_then(|text| hex::parse(&text)).unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Reads a USB device as [`usb`] writes it.
#[must_use]
pub fn read_usb(part: &Value) -> UsbSeen {
    let words = |key: &str| text(part, key).unwrap_or_default();
    let mut seen = UsbSeen {
        vendor_id: short(part, "vendor_id"),
        product_id: short(part, "product_id"),
        release: short(part, "release"),
        class: byte(part, "class"),
        vendor: words("manufacturer"),
        product: words("product"),
        serial: words("serial"),
        configuration: words("configuration"),
        ..UsbSeen::default()
    };
    list(part, "descriptions").iter().filter_map(Value::as_str).for_each(|text| seen.describe(text));
    for one in list(part, "interfaces") {
        let Some(number) = byte(one, "number") else { continue };
        let interface = seen.interface(number);
        interface.class = byte(one, "class");
        interface.subclass = byte(one, "subclass").unwrap_or_default();
        interface.protocol = byte(one, "protocol").unwrap_or_default();
        interface.name = text(one, "name").unwrap_or_default();
        interface.hid_version = short(one, "hid_version");
        interface.interval = byte(one, "interval");
        interface.packet = short(one, "packet");
        interface.descriptor = bytes(one, "report_descriptor");
    }
    for drive in list(part, "drives") {
        let word = |place: usize| drive.get(place).and_then(Value::as_str).unwrap_or("").to_owned();
        seen.drives.push((word(0), word(1)));
    }
    seen
}

fn read_hid(part: &Value) -> HidSeen {
    HidSeen {
        descriptor: bytes(part, "report_descriptor"),
        vendor_id: short(part, "vendor_id"),
        product_id: short(part, "product_id"),
        name: text(part, "name").unwrap_or_default(),
        is_usb: part.get("is_usb").and_then(Value::as_bool).unwrap_or(true),
    }
}

/// Reads a display as [`display`] writes it.
#[must_use]
pub fn read_display(part: &Value) -> DisplaySeen {
    let words = |key: &str| text(part, key).unwrap_or_default();
    DisplaySeen {
        edid: bytes(part, "edid"),
        manufacturer: words("manufacturer"),
        product: short(part, "product_id"),
        name: words("name"),
        serial: words("serial"),
    }
}

/// A neighbour is a match to the list of IP-KVMs, or a token that says nothing but "the same again".
fn read_neighbour(part: &Value) -> NetworkSeen {
    NetworkSeen { known: text(part, "kvm").unwrap_or_default(), ..NetworkSeen::default() }
}

fn read_tool(part: &Value) -> Tool {
    Tool {
        family: text(part, "tool").unwrap_or_default(),
        how: text(part, "how").unwrap_or_default(),
        port: short(part, "port"),
    }
}

fn read_rhythm(part: &Value) -> Rhythm {
    let number = |key: &str| part.get(key).and_then(Value::as_f64);
    Rhythm {
        moments: part
            .get("moments")
            .and_then(Value::as_u64)
            .and_then(|n| usize::try_from(n).ok())
            .unwrap_or_default(),
        hours: number("hours").unwrap_or_default(),
        period_seconds: number("period_seconds"),
        false_alarm: number("false_alarm").unwrap_or(1.0),
        test: "as the collector says",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let mut device = UsbSeen {
            vendor_id: Some(0x046d),
            product_id: Some(0xc31c),
            vendor: "Logitech".to_owned(),
            drives: vec![("A".to_owned(), "B".to_owned())],
            ..UsbSeen::default()
        };
        let interface = device.interface(1);
        (interface.class, interface.protocol, interface.descriptor) = (Some(3), 2, vec![5, 1]);
        assert_eq!(read_usb(&usb("1-1", &device)), device);
        let shown = DisplaySeen { edid: vec![0, 255], product: Some(7), ..DisplaySeen::default() };
        assert_eq!(read_display(&display("DP-1", &shown)), shown);
        let seen = HidSeen { descriptor: vec![5, 1], is_usb: false, ..HidSeen::default() };
        assert_eq!(read_hid(&hid("x", &seen)), seen);
    }

    #[test]
    fn a_whole_object_has_an_answer_for_each_part() {
        let object = json!({
            "format": FORMAT, "version": 1, "host": {"hostname": "lap-7"}, "usb": [{"path": "1-1"}], "hid": [], "displays": [{}],
            "neighbours": [{"kvm": "JetKVM"}, {"token": "00:11"}], "power": {"lid": "closed", "on_mains": true},
            "input": {"moments": 100, "period_seconds": 20.0, "false_alarm": 1e-9}, "remote_tools": [{"tool": "AnyDesk", "how": "listening", "port": 7070}],
        });
        let object = object.as_object().unwrap();
        assert!(is_one(object));
        let labels: Vec<String> = read(object).into_iter().map(|seen| seen.label).collect();
        assert_eq!(
            labels,
            [
                "lap-7: 1-1",
                "lap-7: ",
                "lap-7: neighbour",
                "lap-7: neighbour",
                "lap-7: AnyDesk",
                "lap-7: rhythm of input",
                "lap-7: power and lid"
            ]
        );
    }
}
