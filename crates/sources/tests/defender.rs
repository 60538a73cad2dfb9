//! Microsoft Defender for Endpoint, from the file to records.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{get, read};
use model::Record;

fn of<'a>(records: &'a [Record], table: &str) -> Vec<&'a Record> {
    records.iter().filter(|record| record.table.name == table).collect()
}

#[test]
fn what_is_plugged_in_is_read_and_a_bad_time_is_told() {
    let read = read("any name", include_bytes!("../fixtures/defender/device_events.csv"));
    assert_eq!((read.kind.as_str(), read.units.len(), read.rejects.len()), ("defender", 11, 1));
    assert_eq!(read.rejects[0].reason, "time cannot be read");
    let things = of(&read.records, "peripheral");
    assert_eq!(things.len(), 6);
    assert!(things.iter().all(|one| get(one, "hostname") == "lt-0417" && get(one, "activity") == "connect"));
    let ids = ["vendor_id", "product_id", "product_name", "peripheral_serial"];
    let told = |one: &Record| ids.map(|column| get(one, column));
    // what Windows calls any such device is no name, and what it counts with is no serial number
    assert_eq!(told(things[0]), ["046d", "c52b", "", ""]);
    assert_eq!(told(things[1]), ["1d6b", "0104", "", "CAFEBABE"]);
    assert_eq!(told(things[2]), ["", "", "OPTICAL DRIVE", "CAFEBABE"]);
    assert_eq!(told(things[3]), ["05ac", "12a8", "Apple iPhone", ""]);
    assert_eq!(told(things[4]), ["", "", "Ultra USB 3.0", "4C530001230523114081"]);
    let screens = of(&read.records, "display");
    let told = |one: &Record| ["manufacturer", "product_id", "name"].map(|column| get(one, column));
    assert_eq!(told(screens[0]), ["LNX", "7772", "PiKVM V4 Mini"]);
    assert_eq!(told(screens[1]), ["DEL", "a0ec", ""]);
    assert_eq!(read.skipped["DeviceEvents UsbDriveUnmounted"], 1);
    assert_eq!(read.skipped["DeviceEvents PnpDeviceConnected PCI"], 1);
}

#[test]
fn cards_ways_out_and_wireless_networks_come_of_answers_of_graph() {
    let read = read("x", include_bytes!("../fixtures/defender/graph.json"));
    assert_eq!((read.kind.as_str(), read.rejects.len()), ("defender", 0));
    let cards = of(&read.records, "network_interface");
    assert_eq!(cards.len(), 2);
    assert_eq!(
        ["mac", "ip", "mask"].map(|column| get(cards[0], column)),
        ["84:5c:f3:54:e5:1c", "192.168.178.22", "24"]
    );
    let ways: Vec<String> = of(&read.records, "route").iter().map(|one| get(one, "gateway")).collect();
    assert_eq!(ways, ["192.168.178.1", "fe80::1"]);
    let wireless: Vec<String> = of(&read.records, "wifi").iter().map(|one| get(one, "ssid")).collect();
    assert_eq!(wireless, ["Okafor home"], "the network of a cable is no wireless one");
}

#[test]
fn programs_and_open_ports_come_of_answers_of_the_older_interface() {
    let read = read("x", include_bytes!("../fixtures/defender/api.json"));
    let programs = of(&read.records, "process");
    assert_eq!(programs.len(), 2);
    assert_eq!(get(programs[0], "user_name"), "ines.okafor@example.com");
    assert_eq!(get(programs[0], "cmd_line"), r#""C:\Program Files (x86)\AnyDesk\AnyDesk.exe" --service"#);
    assert_eq!(get(programs[0], "parent_path"), r"c:\windows\system32\services.exe");
    assert_eq!(get(programs[1], "user_name"), "system");
    assert_eq!(get(of(&read.records, "listening_port")[0], "port"), "7070");
    assert_eq!(read.skipped["DeviceNetworkEvents ConnectionSuccess"], 1);
}

#[test]
fn a_stream_of_many_tables_is_read_by_its_categories() {
    let read = read("x", include_bytes!("../fixtures/defender/stream.jsonl"));
    assert_eq!((read.kind.as_str(), read.units.len(), read.rejects.len()), ("defender", 10, 0));
    let devices = of(&read.records, "device_inventory");
    assert_eq!(devices.len(), 1, "what stands beside a device of the company is none of its devices");
    assert_eq!(get(devices[0], "public_ip"), "198.51.100.7");
    assert_eq!(get(devices[0], "time"), "2026-06-02T09:00:00Z");
    let logons = of(&read.records, "local_logon");
    assert_eq!(logons.len(), 3);
    assert_eq!(get(logons[2], "remote_host"), "192.168.178.40");
    let signed_in = of(&read.records, "authentication");
    assert_eq!(get(signed_in[0], "user_email"), "ines.okafor@example.com");
    assert_eq!(get(signed_in[0], "src_country"), "US");
    assert_eq!(of(&read.records, "software_inventory").len(), 1);
    for name in
        ["DeviceLogonEvents Network", "DeviceLogonEvents LogonFailed", "DeviceInfo Unsupported", "AlertInfo"]
    {
        assert_eq!(read.skipped[name], 1, "{name}");
    }
}

#[test]
fn tables_of_sentinel_and_lists_of_the_interface_are_read() {
    let logons = read("x", include_bytes!("../fixtures/defender/sentinel.csv"));
    assert_eq!((logons.kind.as_str(), logons.records.len()), ("defender", 3));
    assert_eq!(get(&logons.records[2], "remote_host"), "203.0.113.44");
    let machines = read("x", include_bytes!("../fixtures/defender/machines.json"));
    assert_eq!(
        (of(&machines.records, "device_inventory").len(), machines.skipped["machine InsufficientInfo"]),
        (1, 1)
    );
    let card = of(&machines.records, "network_interface")[0];
    assert_eq!(get(card, "device_uid"), get(of(&machines.records, "device_inventory")[0], "device_uid"));
    let software = read("x", include_bytes!("../fixtures/defender/software.json"));
    assert_eq!(get(&software.records[0], "path"), r"C:\Program Files\TeamViewer\TeamViewer.exe");
}

/// The same event by the portal and by the stream is one record.
#[test]
fn an_event_is_the_same_record_however_it_left() {
    let csv = "Timestamp,DeviceId,DeviceName,ActionType,LogonType,AccountName,ReportId\n\
               2026-06-02T09:00:00.25Z,d1,lt-0417,LogonSuccess,Interactive,ines,43\n";
    let line = r#"{"time":"2026-06-02T09:01:00Z","category":"AdvancedHunting-DeviceLogonEvents","properties":{"Timestamp":"2026-06-02T09:00:00.25Z","DeviceId":"d1","DeviceName":"lt-0417","ActionType":"LogonSuccess","LogonType":"Interactive","AccountName":"ines","ReportId":43}}"#;
    let (sheet, stream) = (read("x", csv.as_bytes()), read("x", line.as_bytes()));
    assert_eq!(sheet.kind, "defender");
    assert_eq!(sheet.records[0].unit, stream.records[0].unit);
}
