//! osquery results in every form.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use sources::{Block, Framing, Parsed, Reader, reader::JsonReader};

fn read(line: &str) -> Parsed {
    JsonReader::new(Framing::JsonLines).read(&Block { offset: 0, line: 1, bytes: line.as_bytes().to_vec() })
}

/// Table and the cells behind time and source, of each record.
fn shown(parsed: &Parsed) -> Vec<String> {
    parsed
        .records
        .iter()
        .map(|record| {
            let cells = record.table.columns.iter().zip(&record.cells).skip(3);
            let cells = cells.filter_map(|(column, cell)| match cell {
                model::Cell::Null => None,
                model::Cell::Text(text) => Some(format!("{}={text}", column.name)),
                model::Cell::Int(number) => Some(format!("{}={number}", column.name)),
                model::Cell::Bool(truth) => Some(format!("{}={truth}", column.name)),
                other => Some(format!("{}={other:?}", column.name)),
            });
            format!("{} {}", record.table.name, cells.collect::<Vec<_>>().join(" "))
        })
        .collect()
}

fn one(name: &str, columns: &str) -> String {
    let line = format!(
        r#"{{"name":"{name}","action":"added","hostIdentifier":"h1","unixTime":1790000000,"columns":{columns}}}"#
    );
    let parsed = read(&line);
    assert!(parsed.rejects.is_empty(), "{:?}", parsed.rejects);
    shown(&parsed).join(" | ")
}

#[test]
fn names_and_shapes_give_the_table() {
    let usb = r#"{"vendor":"Acme","vendor_id":"0x46D","model":"Dongle","model_id":"C52B","serial":"","removable":"1"}"#;
    let expected = "peripheral device_uid=h1 hostname=h1 activity=connect vendor_id=046d product_id=c52b vendor_name=Acme product_name=Dongle is_removable=true";
    for name in
        ["pack_x_usb_devices", "pack/x/usb_devices", "usb_devices", "pack-x-usb_devices_snapshot", "fleet_hw"]
    {
        assert_eq!(one(name, usb), expected, "{name}");
    }
    assert_eq!(
        one("arp", r#"{"address":"192.168.1.1","mac":"0:1a:2b:3:4:5","interface":"en0","permanent":0}"#),
        "lan_neighbour device_uid=h1 hostname=h1 interface=en0 ip=192.168.1.1 mac=00:1a:2b:03:04:05"
    );
    assert_eq!(
        one("pack_a_listening_ports", r#"{"pid":"7","port":"5900","protocol":"6","address":"0.0.0.0"}"#),
        "listening_port device_uid=h1 hostname=h1 activity=added port=5900 protocol=tcp address=0.0.0.0"
    );
    assert_eq!(
        one("whatever", r#"{"local_timezone":"CET","timezone":"UTC","hour":"3"}"#),
        "device_inventory device_uid=h1 hostname=h1 timezone=CET"
    );
    let driver = |id: &str, name: &str| {
        one(
            "pack/Global/drivers",
            &format!(r#"{{"device_id":"{id}","device_name":"{name}","driver_key":""}}"#),
        )
    };
    assert_eq!(
        driver(r"USB\\VID_1D6B&PID_0104\\CAFEBABE", "PiKVM"),
        "peripheral device_uid=h1 hostname=h1 activity=connect vendor_id=1d6b product_id=0104 product_name=PiKVM peripheral_serial=CAFEBABE"
    );
    assert_eq!(
        driver(r"USB\\VID_413C&PID_2011&MI_03\\7&1B&0&0003", "USB Mass Storage Device"),
        "peripheral device_uid=h1 hostname=h1 activity=connect vendor_id=413c product_id=2011"
    );
    assert_eq!(driver(r"PCI\\VEN_8086&DEV_7A70\\3&1", "Wi-Fi"), "");
    assert_eq!(one("pack_x_shell_history", r#"{"command":"ls","uid":"1000"}"#), "");
}

#[test]
fn registry_gives_devices_and_nothing_else() {
    let key = |path: &str| one("registry", &format!(r#"{{"key":"k","path":"{path}","data":"secret"}}"#));
    let base = r"HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\";
    assert_eq!(
        key(&format!(r"{base}Enum\\USB\\VID_046D&PID_C52B\\ABC123")),
        "peripheral device_uid=h1 hostname=h1 activity=connect vendor_id=046d product_id=c52b peripheral_serial=ABC123"
    );
    assert_eq!(
        key(&format!(r"{base}Enum\\DISPLAY\\LNX8000\\5&1&0&UID1")),
        "display device_uid=h1 hostname=h1 activity=connect manufacturer=LNX product_id=8000"
    );
    assert_eq!(key(&format!(r"{base}Control\\Keyboard Layouts\\00000409")), "");
    assert_eq!(key(r"HKEY_CURRENT_USER\\Keyboard Layout\\Preload\\1"), "");
}

#[test]
fn snapshots_and_batches_are_read_row_by_row() {
    let snapshot = r#"{"name":"apps","action":"snapshot","calendarTime":"Tue Nov 24 13:43:54 2026 UTC","decorations":{"host_uuid":"U-1","hostname":"lt-7","hardware_serial":"S1"},"snapshot":[{"name":"A.app","bundle_identifier":"a.b"},{"name":"B.app","bundle_identifier":"c.d"}]}"#;
    let parsed = read(snapshot);
    assert_eq!(
        shown(&parsed),
        [
            "software_inventory device_uid=U-1 hostname=lt-7 serial=S1 activity=snapshot name=A.app bundle_id=a.b",
            "software_inventory device_uid=U-1 hostname=lt-7 serial=S1 activity=snapshot name=B.app bundle_id=c.d",
        ]
    );
    assert_eq!(parsed.records.iter().map(|r| r.ordinal).collect::<Vec<_>>(), [0, 1]);
    assert_eq!(parsed.records[0].event_time().unwrap().to_string(), "2026-11-24T13:43:54Z");
    let batch = r#"{"name":"processes","hostIdentifier":"h","unixTime":"1790000000","diffResults":{"added":[{"name":"anydesk","path":"/a/anydesk","pid":"4"}],"removed":[{"name":"x","path":"/x","pid":"5"}]}}"#;
    let parsed = read(batch);
    assert_eq!(
        shown(&parsed),
        [
            "process device_uid=h hostname=h activity=launch name=anydesk path=/a/anydesk pid=4",
            "process device_uid=h hostname=h activity=terminate name=x path=/x pid=5",
        ]
    );
}
