//! CSV exports whose columns name devices: Defender's hunting results, osquery, Get-PnpDevice, inventories. Each row
//! is read like a JSON object with the same keys.

use serde_json::{Map, Value};

use super::{Read, Reader, json};

/// The format.
pub const READER: Reader = Reader { format: "CSV", recognises, read };

/// Columns that tell a file of devices; all of one group must be there.
const COLUMNS: [&[&str]; 13] = [
    &["additionalfields"],
    &["vendor_id", "model_id"],
    &["vendor_id", "product_id", "manufactured_week"],
    &["instanceid"],
    &["pnpdeviceid"],
    &["mac", "address"],
    &["edid"],
    &["report_descriptor"],
    &["descriptor"],
    &["hid_descriptor"],
    &["edid_hex"],
    &["vendor_id", "product_id", "serial_number", "name"],
    &["vendorid", "productid"],
];

fn head(text: &str) -> &str {
    text.lines().find(|line| !is_frame(line) && !line.starts_with("#TYPE")).unwrap_or("")
}

/// A line that only draws a table, as osqueryi does; or an empty one.
fn is_frame(line: &str) -> bool {
    line.trim().bytes().all(|byte| matches!(byte, b'+' | b'-' | b'|' | b'='))
}

/// A drawn table without its frame: cells between bars, as osqueryi also writes rows.
fn without_frame(text: &str) -> String {
    let lines = text.lines().filter(|line| !is_frame(line));
    let bare = lines.map(|line| {
        let cells = line.trim().trim_start_matches('|').trim_end_matches('|').split('|');
        cells.map(str::trim).collect::<Vec<_>>().join("|")
    });
    bare.collect::<Vec<_>>().join("\n")
}

fn recognises(text: &str) -> bool {
    let head = head(text).to_ascii_lowercase();
    let names: Vec<&str> =
        head.split([',', ';', '\t', '|']).map(|name| name.trim().trim_matches('"')).collect();
    COLUMNS.iter().any(|group| group.iter().all(|name| names.contains(name)))
}

fn read(text: &str) -> Read {
    let start = text.find(head(text)).unwrap_or(0);
    let text = text.get(start..).unwrap_or(text);
    let bare = head(text).trim_start().starts_with('|').then(|| without_frame(text));
    let text = bare.as_deref().unwrap_or(text);
    let delimiter =
        [b'\t', b';', b'|'].into_iter().find(|byte| head(text).as_bytes().contains(byte)).unwrap_or(b',');
    let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let Ok(names) = rows.headers().cloned() else {
        return Read { rejects: vec![(1, "no head line")], ..Read::default() };
    };
    let mut rejects = Vec::new();
    let mut values = Vec::new();
    for row in rows.records() {
        match row {
            Ok(row) => {
                let cells = names
                    .iter()
                    .zip(row.iter())
                    .map(|(name, cell)| (name.trim().to_owned(), Value::from(cell)));
                values.push(Value::Object(cells.collect::<Map<String, Value>>()));
            }
            Err(error) => {
                let line =
                    error.position().map_or(0, |place| usize::try_from(place.line()).unwrap_or_default());
                rejects.push((line, "not a row"));
            }
        }
    }
    let mut read = json::of_values(values);
    read.rejects = rejects;
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Device;

    #[test]
    fn hunting_results_are_read() {
        let text = "\"Timestamp\",\"DeviceName\",\"AdditionalFields\"\r\n\"2026-01-05\",\"lap-7\",\
                    \"{\"\"DeviceId\"\":\"\"USB\\\\VID_3346&PID_1009\\\\0123456789ABCDEF\"\",\"\"DeviceDescription\"\":\"\"USB Composite Device\"\"}\"\r\n";
        assert!(recognises(text));
        let read = read(text);
        assert_eq!(read.devices[0].label, "lap-7: USB\\VID_3346&PID_1009\\0123456789ABCDEF");
        let Device::Usb(usb) = &read.devices[0].device else { panic!("no device") };
        assert_eq!(usb.product_id, Some(0x1009));
    }

    #[test]
    fn rows_of_osquery_are_read_however_they_are_drawn() {
        let bars = "usb_port|vendor|vendor_id|model|model_id\n1|sipeed|3346|NanoKVM|1009\n";
        let drawn = "+----------+--------+-----------+---------+----------+\n\
                     | usb_port | vendor | vendor_id | model   | model_id |\n\
                     +----------+--------+-----------+---------+----------+\n\
                     | 1        | sipeed | 3346      | NanoKVM | 1009     |\n\
                     +----------+--------+-----------+---------+----------+\n";
        for text in [bars, drawn] {
            assert!(recognises(text), "{text}");
            let read = read(text);
            assert_eq!(read.devices.len(), 1, "{text}");
            let Device::Usb(usb) = &read.devices[0].device else { panic!("no device") };
            assert_eq!((usb.product_id, usb.product.as_str()), (Some(0x1009), "NanoKVM"));
        }
    }

    #[test]
    fn other_tables_are_not_recognised() {
        assert!(!recognises("name,email\nA,b@c\n"));
    }
}
