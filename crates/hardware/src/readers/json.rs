//! JSON and JSON lines: Defender's device events, event 6416 as shippers send it, `system_profiler -json`, osquery
//! rows, Get-PnpDevice, monitors by WMI. Objects are recognised by their keys, wherever they stand.

use serde_json::{Map, Value};

use super::pnp::{self, Nodes, Record};
use super::{Read, Reader, hex_lines, pnp_text, windows_event};
use crate::inventory::{Device, DisplaySeen, HidSeen, NetworkSeen, Seen, UsbSeen};
use crate::rhythm::{self, Rhythm};
use crate::{collected, edid, hex};

/// The format.
pub const READER: Reader = Reader { format: "JSON", recognises, read };

fn recognises(text: &str) -> bool {
    let head = text.trim_start();
    let next = head.get(1..).map(str::trim_start).unwrap_or_default();
    match head.as_bytes().first() {
        // What else stands in braces is an array of some programming language.
        Some(b'{') => next.is_empty() || next.starts_with(['"', '}']),
        Some(b'[') if head.starts_with("[HKEY") => false,
        Some(b'[') => next.starts_with(['{', '"']) || serde_json::from_str::<Value>(text).is_ok(),
        _ => false,
    }
}

fn read(text: &str) -> Read {
    if let Ok(whole) = serde_json::from_str::<Value>(text) {
        return of_values(vec![whole]);
    }
    // Lines are judged as they come: a fleet's export is too large to be held as values.
    let mut found = Found::default();
    let mut rejects = Vec::new();
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match serde_json::from_str::<Value>(line.trim().trim_end_matches(',')) {
            Ok(value) => found.value(&value, "", 0),
            Err(_) => rejects.push((place + 1, "not JSON")),
        }
    }
    found.finish(rejects)
}

/// Finds the devices of values that are already read.
#[must_use]
pub fn of_values(values: Vec<Value>) -> Read {
    let mut found = Found::default();
    for value in &values {
        found.value(value, "", 0);
    }
    found.finish(Vec::new())
}

/// Deepest nesting that is followed.
const DEPTH_MAX: usize = 100;

#[derive(Default)]
struct Found {
    nodes: Nodes,
    devices: Vec<Seen>,
}

type Object = Map<String, Value>;

/// A value as text, numbers written out; empty where it is missing.
fn text(object: &Object, keys: &[&str]) -> String {
    keys.iter().find_map(|key| plain(object.get(*key)?)).unwrap_or_default()
}

fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        // WMI gives strings as lists of character codes.
        Value::Array(codes) if codes.iter().all(Value::is_u64) && !codes.is_empty() => {
            let codes = codes.iter().filter_map(|code| u8::try_from(code.as_u64()?).ok());
            Some(codes.take_while(|code| *code != 0).map(char::from).collect())
        }
        _ => None,
    }
}

/// The first number in hex of a text such as `0x1d6b  (Linux Foundation)`.
fn id(object: &Object, keys: &[&str]) -> Option<u16> {
    let text = text(object, keys);
    hex::number(text.split_whitespace().next()?)
}

impl Found {
    fn finish(self, rejects: Vec<(usize, &'static str)>) -> Read {
        let mut devices = self.nodes.finish();
        devices.extend(self.devices);
        Read { devices, rejects, ..Read::default() }
    }

    fn value(&mut self, value: &Value, host: &str, depth: usize) {
        if depth > DEPTH_MAX {
            return;
        }
        match value {
            Value::Array(list) => {
                if let Some(bytes) = numbers(value).filter(|bytes| hex_lines::is_telling(bytes)) {
                    let label = format!("entry {}", self.devices.len() + 1);
                    self.devices.push(Seen { label, device: hex_lines::of_bytes(bytes) });
                    return;
                }
                for (place, inside) in list.iter().enumerate() {
                    match inside {
                        // A list of bytes written as text: one answer each.
                        Value::String(text) => self.devices.extend(written(text, place)),
                        _ => self.value(inside, host, depth + 1),
                    }
                }
            }
            Value::Object(object) => self.object(object, host, depth),
            _ => {}
        }
    }

    fn object(&mut self, object: &Object, host: &str, depth: usize) {
        if collected::is_one(object) {
            self.devices.extend(collected::read(object));
            return;
        }
        if let Some(rhythm) = rhythm(object) {
            let label = if host.is_empty() {
                "rhythm of input".to_owned()
            } else {
                format!("{host}: rhythm of input")
            };
            self.devices.push(Seen { label, device: Device::Rhythm(Box::new(rhythm)) });
        }
        const HOSTS: [&str; 8] = [
            "DeviceName",
            "Computer",
            "computer_name",
            "hostIdentifier",
            "host_identifier",
            "hostname",
            "PSComputerName",
            "MachineName",
        ];
        // A neighbour's name is no computer of ours; only wrapping objects name the host.
        let named = text(object, &HOSTS);
        let host = if named.is_empty() { host } else { named.as_str() };
        let label = |what: &str| if host.is_empty() { what.to_owned() } else { format!("{host}: {what}") };
        if !self.windows(object, host)
            && let Some((name, device)) = device(object)
        {
            self.devices.push(Seen { label: label(&name), device });
        }
        for (key, value) in object {
            match value {
                // Defender and many shippers put JSON into strings.
                Value::String(inside) if inside.trim_start().starts_with('{') => {
                    if let Ok(inside) = serde_json::from_str::<Value>(inside) {
                        self.value(&inside, host, depth + 1);
                    }
                }
                Value::String(inside) if inside.contains("<EventData") || inside.contains("<Event ") => {
                    self.devices.extend(windows_event::inside(inside, host));
                }
                Value::String(inside)
                    if matches!(key.as_str(), "Message" | "message" | "RenderedDescription") =>
                {
                    self.devices.extend(pnp_text::inside(inside, host));
                }
                _ if key == "Media" => {}
                _ => self.value(value, host, depth + 1),
            }
        }
    }

    /// Takes in an object that names a device node of Windows.
    fn windows(&mut self, object: &Object, host: &str) -> bool {
        let mut record = Record { host: host.to_owned(), ..Record::default() };
        for (key, value) in object {
            let one = plain(value).unwrap_or_default();
            match key.as_str() {
                "DeviceId" | "DeviceID" | "PNPDeviceID" | "InstanceId" | "InstanceID" | "deviceId"
                | "device_id"
                    if pnp::is_instance(&one) =>
                {
                    record.instance = one;
                }
                "FriendlyName" | "Caption" | "Description" | "Name" => record.descriptions.push(one),
                "Class" | "PNPClass" => record.class_name = one,
                "HardwareID" | "CompatibleID" | "VendorIds" | "CompatibleIds" | "HardwareIds"
                    if value.is_array() =>
                {
                    let list = value.as_array().map_or(&[][..], Vec::as_slice);
                    record.ids.extend(list.iter().filter_map(Value::as_str).map(str::to_owned));
                }
                "Data" => named_values(&mut record, value),
                _ => windows_event::add(&mut record, key, &one),
            }
        }
        pnp::is_instance(&record.instance) && self.nodes.add(&record)
    }
}

/// A series of input: `input_times` in seconds, or `idle_readings` as pairs of time and idle seconds.
fn rhythm(object: &Object) -> Option<Rhythm> {
    let list = |keys: &[&str]| keys.iter().find_map(|key| object.get(*key)?.as_array());
    if let Some(times) = list(&["input_times", "input_resets"]) {
        return Some(rhythm::of_moments(&times.iter().filter_map(Value::as_f64).collect::<Vec<_>>()));
    }
    let pair = |part: &Value| match part {
        Value::Array(two) => Some((two.first()?.as_f64()?, two.get(1)?.as_f64()?)),
        Value::Object(map) => Some((map.get("time")?.as_f64()?, map.get("idle_seconds")?.as_f64()?)),
        _ => None,
    };
    let readings = list(&["idle_readings", "idle_samples"])?;
    Some(rhythm::of_readings(&readings.iter().filter_map(pair).collect::<Vec<_>>()))
}

/// Event data as a list of names and texts.
fn named_values(record: &mut Record, value: &Value) {
    for part in value.as_array().map_or(&[][..], Vec::as_slice).iter().filter_map(Value::as_object) {
        let (name, value) =
            (text(part, &["Name", "@Name", "name"]), text(part, &["#text", "Value", "text", "value"]));
        windows_event::add(record, &name, &value);
    }
}

/// A device other than a node of Windows, by the keys of an object.
fn device(object: &Object) -> Option<(String, Device)> {
    let has = |key: &str| object.contains_key(key);
    if has("_spdisplays_display-vendor-id") || has("_spdisplays_edid") {
        return Some(profiler_display(object));
    }
    let is_screen =
        ["pixels", "resolution", "manufactured_year", "connection_type", "ambient_brightness_enabled"];
    if has("vendor_id") && has("product_id") && is_screen.iter().any(|key| has(key)) {
        return Some(osquery_display(object));
    }
    if has("manufactured_week") || (has("display_type") && has("product_id")) {
        return Some(osquery_display(object));
    }
    if has("ManufacturerName") && (has("ProductCodeID") || has("UserFriendlyName")) {
        return Some(wmi_monitor(object));
    }
    if has("vendor_id") && has("model_id") {
        return Some(osquery_usb(object));
    }
    if (has("vendor_id") && has("product_id") && has("_name")) || has("USBDeviceKeyVendorID") {
        return Some(profiler_usb(object));
    }
    if let Some(seen) = named_usb(object) {
        return Some(seen);
    }
    if let Some(bytes) = bytes(object, &["edid", "EDID", "edid_hex", "edid_base64"]) {
        let seen = DisplaySeen { edid: bytes, ..DisplaySeen::default() };
        return Some((text(object, &["connector", "name", "id"]), Device::Display(Box::new(seen))));
    }
    if let Some(descriptor) = bytes(object, &DESCRIPTOR_KEYS) {
        let seen = HidSeen {
            descriptor,
            vendor_id: id(object, &["vendor_id", "VendorID"]),
            product_id: id(object, &["product_id", "ProductID"]),
            name: text(object, &["name", "Product"]),
            is_usb: !matches!(
                text(object, &["bus", "Transport"]).to_ascii_lowercase().as_str(),
                "i2c" | "spi" | "bluetooth"
            ),
        };
        return Some((text(object, &["path", "name", "id"]), Device::Hid(seen)));
    }
    // A field of that name that holds something else is told, not passed over.
    let is_broken =
        |key: &&str| object.get(*key).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if DESCRIPTOR_KEYS.iter().take(3).any(is_broken) {
        let name = text(object, &["path", "name", "id"]);
        return Some((name, Device::Unreadable("its report descriptor is neither hex nor base64")));
    }
    network(object)
}

/// Names under which tools keep a report descriptor; the last ones are too plain to complain about.
const DESCRIPTOR_KEYS: [&str; 5] =
    ["report_descriptor", "ReportDescriptor", "reportDescriptor", "hid_descriptor", "descriptor"];

/// A descriptor or EDID that stands by itself in a list.
fn written(text: &str, place: usize) -> Option<Seen> {
    let bytes = hex::parse(text).or_else(|| hex::base64(text)).filter(|bytes| bytes.len() >= 16)?;
    let device = hex_lines::of_bytes(bytes);
    (!matches!(device, Device::Unreadable(_))).then(|| Seen { label: format!("entry {}", place + 1), device })
}

/// A USB device in the words of an endpoint agent: ids as `vendorId`, `DeviceVendorId`, strings beside them.
fn named_usb(object: &Object) -> Option<(String, Device)> {
    let of = |names: &[&str]| text(object, names);
    let vendor = of(&["vendorId", "vendorID", "VendorId", "DeviceVendorId", "vendor_id_hex", "idVendor"]);
    let product =
        of(&["productId", "productID", "ProductId", "DeviceProductId", "product_id_hex", "idProduct"]);
    let strings = [
        of(&["vendorName", "VendorName", "DeviceManufacturer", "manufacturer", "Manufacturer"]),
        of(&["productName", "ProductName", "DeviceProduct", "product", "Product"]),
        of(&["serialNumber", "SerialNumber", "DeviceSerialNumber", "serial"]),
    ];
    if vendor.is_empty() || product.is_empty() {
        // A drive that was mounted: Defender gives its SCSI names only.
        let is_drive = object.contains_key("BusType") && !strings[1].is_empty();
        let [maker, model, serial] = strings;
        return is_drive.then(|| {
            let seen = UsbSeen { serial, drives: vec![(maker, model.clone())], ..UsbSeen::default() };
            (model, Device::Usb(Box::new(seen)))
        });
    }
    // Whether a bare number is decimal is told by its digits alone: `0x046d`, `046d` and `1133` all occur.
    let number = |text: &str, value: Option<&Value>| match value {
        Some(Value::Number(number)) => number.as_u64().and_then(|number| u16::try_from(number).ok()),
        _ if text.len() > 4 && text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok(),
        _ => hex::number(text.split_whitespace().next()?),
    };
    let raw = |names: [&str; 3]| names.iter().find_map(|name| object.get(*name));
    let [maker, model, serial] = strings;
    let seen = UsbSeen {
        vendor_id: number(&vendor, raw(["vendorId", "DeviceVendorId", "idVendor"])),
        product_id: number(&product, raw(["productId", "DeviceProductId", "idProduct"])),
        vendor: maker,
        product: model,
        serial,
        ..UsbSeen::default()
    };
    seen.vendor_id?;
    let name = if seen.product.is_empty() { format!("{vendor}:{product}") } else { seen.product.clone() };
    Some((name, Device::Usb(Box::new(seen))))
}

/// A list of numbers as bytes.
fn numbers(value: &Value) -> Option<Vec<u8>> {
    let list = value.as_array().filter(|list| list.len() >= 8)?;
    list.iter().map(|number| u8::try_from(number.as_u64()?).ok()).collect()
}

fn bytes(object: &Object, keys: &[&str]) -> Option<Vec<u8>> {
    if let Some(bytes) = keys.iter().find_map(|key| numbers(object.get(*key)?)) {
        return Some(bytes);
    }
    let text = text(object, keys);
    let inner = text.trim_start_matches('<').trim_end_matches('>');
    hex::parse(inner).or_else(|| hex::base64(inner)).filter(|bytes| bytes.len() >= 8)
}

fn profiler_display(object: &Object) -> (String, Device) {
    let number = |key: &str| {
        let text = text(object, &[key]);
        let first = text.split_whitespace().next().unwrap_or("").to_owned();
        u32::from_str_radix(first.trim_start_matches("0x"), 16).ok()
    };
    let maker = number("_spdisplays_display-vendor-id").and_then(|packed| u16::try_from(packed).ok());
    let serial = number("_spdisplays_display-serial-number").map(|number| number.to_string());
    let seen = DisplaySeen {
        manufacturer: maker.map(edid::letters).unwrap_or_default(),
        product: number("_spdisplays_display-product-id").and_then(|code| u16::try_from(code).ok()),
        name: text(object, &["_name"]),
        serial: Some(text(object, &["spdisplays_display-serial-number"]))
            .filter(|text| !text.is_empty())
            .or(serial)
            .unwrap_or_default(),
        edid: bytes(object, &["_spdisplays_edid"]).unwrap_or_default(),
    };
    (seen.name.clone(), Device::Display(Box::new(seen)))
}

fn osquery_display(object: &Object) -> (String, Device) {
    // osquery hands on what macOS writes, hex without a mark; other tools write the packed letters in decimal.
    let maker = text(object, &["vendor_id"]);
    let letters = |packed: u16| Some(edid::letters(packed)).filter(|letters| !letters.contains('?'));
    let by_hex = hex::number(&maker).and_then(letters);
    let by_decimal = || maker.parse().ok().and_then(letters);
    let product = text(object, &["product_id"]);
    let is_hex = by_hex.is_some();
    let code =
        if is_hex { hex::number(&product) } else { product.parse().ok().or_else(|| hex::number(&product)) };
    let seen = DisplaySeen {
        manufacturer: by_hex.or_else(by_decimal).unwrap_or_default(),
        product: code.or_else(|| product.parse().ok()),
        name: text(object, &["name"]),
        serial: text(object, &["serial_number"]),
        edid: Vec::new(),
    };
    (seen.name.clone(), Device::Display(Box::new(seen)))
}

fn wmi_monitor(object: &Object) -> (String, Device) {
    let seen = DisplaySeen {
        manufacturer: text(object, &["ManufacturerName"]),
        product: id(object, &["ProductCodeID"]),
        name: text(object, &["UserFriendlyName"]),
        serial: text(object, &["SerialNumberID"]),
        edid: Vec::new(),
    };
    let label = Some(text(object, &["InstanceName"])).filter(|label| !label.is_empty());
    (label.unwrap_or_else(|| seen.name.clone()), Device::Display(Box::new(seen)))
}

fn osquery_usb(object: &Object) -> (String, Device) {
    let mut seen = UsbSeen {
        vendor_id: id(object, &["vendor_id"]),
        product_id: id(object, &["model_id"]),
        vendor: text(object, &["vendor"]),
        product: text(object, &["model"]),
        serial: text(object, &["serial"]),
        ..UsbSeen::default()
    };
    let byte = |key: &str| hex::number(&text(object, &[key])).and_then(|number| u8::try_from(number).ok());
    seen.class = byte("class");
    // A class at the device itself is that of its only interface; 0 and 239 send the reader to the interfaces.
    if let Some(class) = seen.class.filter(|class| !matches!(class, 0 | 0xef | 0xff)) {
        let interface = seen.interface(0);
        interface.class = Some(class);
        interface.subclass = byte("subclass").unwrap_or_default();
        interface.protocol = byte("protocol").unwrap_or_default();
    }
    let place = format!("USB {}-{}", text(object, &["usb_address"]), text(object, &["usb_port"]));
    let name = if seen.product.is_empty() { place } else { seen.product.clone() };
    (name, Device::Usb(Box::new(seen)))
}

fn profiler_usb(object: &Object) -> (String, Device) {
    let mut seen = UsbSeen {
        vendor_id: id(object, &["vendor_id", "USBDeviceKeyVendorID"]),
        product_id: id(object, &["product_id", "USBDeviceKeyProductID"]),
        vendor: text(object, &["manufacturer", "USBDeviceKeyVendorName"]),
        product: text(object, &["_name"]),
        serial: text(object, &["serial_num", "USBDeviceKeySerialNumber"]),
        ..UsbSeen::default()
    };
    for media in object.get("Media").and_then(Value::as_array).map_or(&[][..], Vec::as_slice) {
        let name = media.as_object().map(|media| text(media, &["_name"])).unwrap_or_default();
        // "Glinet Flash Drive Media": vendor and product of the drive.
        let name = name.trim_end_matches(" Media");
        let (vendor, product) = name.split_once(' ').unwrap_or((name, ""));
        seen.drives.push((vendor.to_owned(), product.trim().to_owned()));
    }
    (seen.product.clone(), Device::Usb(Box::new(seen)))
}

fn network(object: &Object) -> Option<(String, Device)> {
    let mac = text(object, &["mac", "mac_address", "MACAddress"]);
    let seen = NetworkSeen {
        host: text(object, &["mdns", "mdns_hostname", "dns_name", "host"]),
        certificate: text(object, &["tls_subject", "certificate_subject", "subject"]),
        title: text(object, &["http_title", "title"]),
        icon: text(object, &["favicon_mmh3", "favicon_md5", "favicon"]),
        known: String::new(),
        mac,
    };
    let is_scan = !seen.title.is_empty() || !seen.certificate.is_empty() || !seen.icon.is_empty();
    let is_neighbour = seen.mac.len() >= 11 && (object.contains_key("address") || object.contains_key("ip"));
    let has_name = seen.host.ends_with(".local");
    (is_scan || is_neighbour || has_name)
        .then(|| (text(object, &["address", "ip", "host"]), Device::Network(seen)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Device {
        assert!(recognises(text), "{text}");
        let mut read = read(text);
        assert_eq!(read.devices.len(), 1, "{read:?}");
        read.devices.remove(0).device
    }

    #[test]
    fn defender_events_are_read_through_their_inner_json() {
        let inner = r#"{\"ClassName\":\"HIDClass\",\"DeviceId\":\"USB\\\\VID_1234&PID_0104&MI_00\\\\6&1&0&0000\",\"DeviceDescription\":\"USB Input Device\",\"VendorIds\":\"[\\\"USB\\\\\\\\VID_1234&PID_0104\\\"]\",\"CompatibleIds\":\"[\\\"USB\\\\\\\\Class_03&SubClass_01&Prot_01\\\"]\"}"#;
        let text = format!(
            r#"{{"DeviceName":"lap-7","DeviceId":"0f3c","ActionType":"PnpDeviceConnected","AdditionalFields":"{inner}"}}"#
        );
        let Device::Usb(usb) = one(&text) else { panic!("no device") };
        assert_eq!((usb.vendor_id, usb.interfaces[0].triple().unwrap().as_str()), (Some(0x1234), "03/01/01"));
    }

    #[test]
    fn event_6416_is_read_in_the_forms_of_shippers() {
        let beat = r#"{"winlog":{"event_id":"6416","event_data":{"ClassName":"USB","DeviceId":"USB\\VID_046D&PID_C077\\5&1","CompatibleIds":"\n\tUSB\\Class_03&SubClass_01&Prot_02"}}}"#;
        let Device::Usb(usb) = one(beat) else { panic!("no device") };
        assert_eq!(usb.interfaces[0].triple().unwrap(), "03/01/02");
        let list = r##"{"Event":{"EventData":{"Data":[{"@Name":"DeviceId","#text":"USB\\VID_046D&PID_C077\\5&1"}]}}}"##;
        assert!(matches!(one(list), Device::Usb(_)));
    }

    #[test]
    fn osquery_rows_and_lists_are_read() {
        let usb = r#"{"name":"usb","hostIdentifier":"h","columns":{"vendor":"Logitech","vendor_id":"046d","model":"Mouse","model_id":"c077","serial":"","class":"0"}}"#;
        let Device::Usb(seen) = one(usb) else { panic!("no device") };
        assert_eq!((seen.vendor_id, seen.interfaces.len()), (Some(0x046d), 0));
        let display = r#"[{"name":"PiKVM","vendor_id":"12760","product_id":"30577","serial_number":"CAFEBABE","manufactured_week":"35","manufactured_year":"2016"}]"#;
        let Device::Display(seen) = one(display) else { panic!("no display") };
        assert_eq!((seen.manufacturer.as_str(), seen.product), ("LNX", Some(0x7771)));
        let arp =
            r#"[{"address":"192.168.1.7","mac":"30:52:53:00:00:01","interface":"en0","permanent":"0"}]"#;
        assert!(matches!(one(arp), Device::Network(_)));
    }

    #[test]
    fn system_profiler_is_read() {
        let text = r#"{"SPUSBDataType":[{"_name":"USB31Bus","_items":[{"_name":"USB Keyboard","vendor_id":"0x046d  (Logitech Inc.)","product_id":"0xc31c","manufacturer":"Logitech","Media":[{"_name":"Glinet Flash Drive Media"}]}]}]}"#;
        let Device::Usb(usb) = one(text) else { panic!("no device") };
        assert_eq!(
            (usb.vendor_id, usb.drives[0].0.as_str(), usb.drives[0].1.as_str()),
            (Some(0x046d), "Glinet", "Flash Drive")
        );
        let text = r#"{"SPDisplaysDataType":[{"_name":"M1","spdisplays_ndrvs":[{"_name":"PiKVM V3","_spdisplays_display-vendor-id":"31d8","_spdisplays_display-product-id":"7771","_spdisplays_display-serial-number":"1010101"}]}]}"#;
        let Device::Display(display) = one(text) else { panic!("no display") };
        assert_eq!((display.manufacturer.as_str(), display.product), ("LNX", Some(0x7771)));
    }

    #[test]
    fn lines_that_are_no_json_are_counted() {
        let read = read("{\"a\":1}\n{broken\n");
        assert_eq!(read.rejects, vec![(2, "not JSON")]);
    }
}
