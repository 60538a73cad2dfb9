//! Three systems: Linux from a folder and for real, macOS and Windows from recorded output; each through `inspect`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use collect::machine::{Machine, Real};
use collect::{Asked, System, collect, signature};
use hardware::facts;
use hardware::finding::{Finding, Grade};
use hardware::{hex, judge, readers};
use serde_json::Value;

const KEY: [u8; 32] = [3; 32];

fn asked() -> Asked {
    // A timer of twenty seconds, read once a second for an hour.
    let readings = (0..3600u32).map(|second| (f64::from(second), f64::from(second % 20))).collect();
    Asked { now: "2026-03-02T10:00:00Z".to_owned(), key: Some(KEY), readings }
}

fn fact(rows: &[facts::Fact], column: &str, start: &str, bytes: &str) -> Vec<u8> {
    let row =
        rows.iter().find(|row| row.get(column).starts_with(start) && !row.get(bytes).is_empty()).unwrap();
    hex::parse(row.get(bytes)).unwrap()
}

fn judged(whole: &Value) -> Vec<Finding> {
    assert_eq!(signature::verify(whole, &KEY), Ok(()));
    let bytes = serde_json::to_vec_pretty(whole).unwrap();
    let read = readers::read(&bytes).unwrap();
    read.devices.iter().map(judge::judge).collect()
}

fn put(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A Linux laptop with a disguised IP-KVM: other ids and strings, its own descriptor and display.
fn laptop(root: &Path) {
    let usb = "sys/bus/usb/devices";
    for (name, value) in [
        ("idVendor", "046d"),
        ("idProduct", "c31c"),
        ("manufacturer", "Logitech"),
        ("product", "USB Keyboard"),
    ] {
        put(root, &format!("{usb}/1-2/{name}"), value.as_bytes());
    }
    for (name, value) in
        [("bInterfaceClass", "03"), ("bInterfaceSubClass", "00"), ("bInterfaceProtocol", "02")]
    {
        put(root, &format!("{usb}/1-2:1.1/{name}"), value.as_bytes());
    }
    let descriptor = facts::descriptors().iter().find(|row| {
        row.get("firmware") == "JetKVM" && row.get("tier") == "T1" && row.get("axis_mode") == "absolute"
    });
    put(
        root,
        &format!("{usb}/1-2:1.1/0003:046D:C31C.0001/report_descriptor"),
        &hex::parse(descriptor.unwrap().get("descriptor")).unwrap(),
    );
    put(root, "sys/class/drm/card0-HDMI-A-1/edid", &fact(facts::displays(), "product", "PiKVM", "edid"));
    put(
        root,
        "proc/net/arp",
        b"IP address HW type Flags HW address Mask Device\n192.168.1.9 0x1 0x2 30:52:53:0a:0b:0c * eth0\n192.168.1.1 0x1 0x2 a4:91:b1:00:00:01 * eth0\n",
    );
    put(root, "proc/acpi/button/lid/LID0/state", b"state:      closed\n");
    put(root, "sys/class/power_supply/AC/type", b"Mains\n");
    put(root, "sys/class/power_supply/AC/online", b"1\n");
    put(root, "proc/77/comm", b"anydesk\n");
    put(
        root,
        "proc/net/tcp",
        b"  sl  local_address rem_address   st\n   0: 00000000:1B9E 00000000:0000 0A 0\n",
    );
    put(root, "var/lib/dpkg/status", b"Package: rustdesk\nStatus: install ok installed\n");
    put(root, "etc/hostname", b"lap-7\n");
}

#[test]
fn a_linux_laptop_is_seen_through() {
    let folder = tempfile::tempdir().unwrap();
    laptop(folder.path());
    let whole = collect(System::Linux, &Real::below(folder.path().to_path_buf()), &asked());
    let text = whole.to_string();
    for secret in ["0a:0b:0c", "a4:91:b1", "192.168.1"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert_eq!(
        (whole["power"]["lid"].as_str(), whole["power"]["on_mains"].as_bool()),
        (Some("closed"), Some(true))
    );
    let tools = whole["remote_tools"].to_string();
    assert!(tools.contains("7070") && tools.contains("RustDesk"), "{tools}");
    assert!(whole["input"]["period_seconds"].as_f64().is_some_and(|period| (period - 20.0).abs() < 0.5));
    let found = judged(&whole);
    let kvm: Vec<&str> = found.iter().filter(|one| one.grade == Grade::Kvm).map(|one| one.class).collect();
    assert_eq!(kvm, ["usb", "display", "network"], "{found:?}");
    let rhythm = found.iter().find(|one| one.device.contains("rhythm")).unwrap();
    assert_eq!(rhythm.grade, Grade::Suspect, "a rhythm is never more");
}

#[test]
fn this_computer_is_looked_at_without_failing() {
    if System::here() != Some(System::Linux) {
        return;
    }
    let whole = collect(
        System::Linux,
        &Real::here(),
        &Asked { now: "2026-03-02T10:00:00Z".to_owned(), ..Asked::default() },
    );
    assert_eq!(whole["format"], "bonafide-collect");
    assert!(whole["host"]["hostname"].as_str().is_some_and(|name| !name.is_empty()), "{whole}");
    // What a container lacks is said.
    for (part, word) in [("usb", "usb"), ("displays", "displays")] {
        let is_there = whole[part].as_array().is_some_and(|list| !list.is_empty());
        let said = whole["missing"].to_string().contains(word);
        assert!(
            is_there || said || whole["usb"].as_array().is_some_and(|list| !list.is_empty()),
            "{part}: {whole}"
        );
    }
    assert!(whole["missing"].to_string().contains("input"), "no readings were given");
    assert!(whole.get("signature").is_none());
}

#[test]
fn a_machine_without_anything_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let whole = collect(System::Linux, &Real::below(folder.path().to_path_buf()), &asked());
    let missing = whole["missing"].as_array().unwrap().len();
    assert!(missing >= 5, "{whole}");
    assert!(judged(&whole).iter().all(|one| one.class != "usb"));
    for system in [System::Macos, System::Windows] {
        let whole = collect(system, &Real::below(folder.path().to_path_buf()), &asked());
        assert!(whole["missing"].as_array().unwrap().len() >= 3, "{whole}");
    }
}

/// Output that was recorded, by program and first argument that tells it apart.
struct Recorded(BTreeMap<&'static str, Vec<u8>>);

impl Machine for Recorded {
    fn read(&self, _path: &str) -> Option<Vec<u8>> {
        None
    }

    fn list(&self, path: &str) -> Vec<String> {
        if path == "Applications" {
            vec!["RustDesk.app".to_owned(), "Safari.app".to_owned()]
        } else {
            Vec::new()
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
        let line = format!("{program} {}", arguments.join(" "));
        self.0.iter().find(|(known, _)| line.contains(**known)).map(|(_, output)| output.clone())
    }
}

#[test]
fn a_mac_is_seen_through() {
    let jetkvm = facts::descriptors()
        .iter()
        .find(|row| row.get("firmware") == "JetKVM" && row.get("axis_mode") == "absolute")
        .unwrap()
        .get("descriptor");
    let tree = format!(
        "+-o USB Keyboard@00100000  <class IOUSBHostDevice, id 0x1>\n  | {{\n  |   \"idVendor\" = 1133\n  |   \"idProduct\" = 49948\n  | }}\n  |\n\
         \x20 +-o IOUSBHostInterface@1  <class IOUSBHostInterface, id 0x2>\n    | {{\n    |   \"bInterfaceNumber\" = 1\n    |   \"bInterfaceClass\" = 3\n    | }}\n    |\n\
         \x20   +-o AppleUserUSBHostHIDDevice  <class AppleUserUSBHostHIDDevice, id 0x3>\n        {{\n          \"ReportDescriptor\" = <{jetkvm}>\n        }}\n"
    );
    let machine = Recorded(BTreeMap::from([
        ("SPHardwareDataType", br#"{"SPHardwareDataType":[{"serial_number":"C02X","platform_UUID":"AB-12"}]}"#.to_vec()),
        ("SPDisplaysDataType", br#"{"SPDisplaysDataType":[{"spdisplays_ndrvs":[{"_name":"PiKVM V3","_spdisplays_display-vendor-id":"31d8","_spdisplays_display-product-id":"7771"}]}]}"#.to_vec()),
        ("ioreg -a", tree.into_bytes()),
        ("AppleClamshellState", b"    \"AppleClamshellState\" = Yes\n".to_vec()),
        ("arp -an", b"? (192.168.1.23) at 30:52:53:a:b:c on en0 ifscope [ethernet]\n".to_vec()),
        ("pmset", b"Now drawing from 'AC Power'\n".to_vec()),
        ("ps -axco", b"COMMAND\nAnyDesk\nFinder\n".to_vec()),
        ("lsof", b"AnyDesk 5 u 7u IPv4 0x0 0t0 TCP *:7070 (LISTEN)\n".to_vec()),
        ("hostname", b"mac-1\n".to_vec()),
    ]));
    let whole = collect(System::Macos, &machine, &asked());
    assert_eq!(whole["host"]["serial"], "C02X");
    assert_eq!(whole["power"]["lid"], "closed");
    assert_eq!(whole["remote_tools"].as_array().unwrap().len(), 3, "{whole}");
    let kvm: Vec<&str> =
        judged(&whole).iter().filter(|one| one.grade == Grade::Kvm).map(|one| one.class).collect();
    assert_eq!(kvm, ["usb", "display", "network"]);
}

#[test]
fn a_windows_laptop_is_seen_through() {
    let function = |number: u8, class: &str| {
        format!(
            r#"{{"InstanceId":"USB\\VID_046D&PID_C31C&MI_{number:02}\\6&1&0&{number:04}","FriendlyName":"USB Input Device","Class":"HIDClass","HardwareID":[],"CompatibleID":["USB\\{class}"]}}"#
        )
    };
    let devices = format!(
        "[{}]",
        [
            "Class_03&SubClass_01&Prot_01",
            "Class_03&SubClass_00&Prot_02",
            "Class_03&SubClass_01&Prot_02",
            "Class_08&SubClass_06&Prot_50"
        ]
        .iter()
        .zip(0..)
        .map(|(class, number)| function(number, class))
        .collect::<Vec<_>>()
        .join(",")
    );
    let edid = hex::write(&fact(facts::displays(), "product", "PiKVM", "edid")).to_uppercase();
    let edids = format!(
        "\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Enum\\DISPLAY\\LNX7770\\5&1&0&UID1\\Device Parameters\r\n    EDID    REG_BINARY    {edid}\r\n\r\n"
    );
    let machine = Recorded(BTreeMap::from([
        ("Get-PnpDevice", devices.into_bytes()),
        ("DISPLAY /s", edids.into_bytes()),
        ("arp -a", b"  192.168.1.23          30-52-53-0a-0b-0c     dynamic\r\n".to_vec()),
        ("tasklist", b"\"AnyDesk.exe\",\"100\",\"Services\"\r\n".to_vec()),
        ("netstat", b"  TCP    0.0.0.0:7070   0.0.0.0:0   LISTENING\r\n".to_vec()),
        ("Uninstall", b"HKLM\\X\r\n    DisplayName    REG_SZ    TeamViewer\r\n".to_vec()),
        ("BatteryStatus", b"True\r\n".to_vec()),
        ("Win32_BIOS", b"5CG1\r\n".to_vec()),
    ]));
    let whole = collect(System::Windows, &machine, &asked());
    assert_eq!(
        (whole["host"]["serial"].as_str(), whole["power"]["on_mains"].as_bool()),
        (Some("5CG1"), Some(true))
    );
    let tools = whole["remote_tools"].to_string();
    assert!(tools.contains("TeamViewer") && tools.contains("7070"), "{tools}");
    let kvm: Vec<&str> =
        judged(&whole).iter().filter(|one| one.grade == Grade::Kvm).map(|one| one.class).collect();
    assert_eq!(kvm, ["usb", "display", "network"], "{whole}");
}
