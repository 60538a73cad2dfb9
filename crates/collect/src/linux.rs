//! Linux: everything from sysfs and procfs, nothing is run.

use hardware::{hex, readers};
use serde_json::json;

use crate::Told;
use crate::machine::Machine;

const DEVICES: &str = "sys/bus/usb/devices";

/// Looks at a Linux computer.
pub fn look(machine: &dyn Machine) -> Told {
    let mut told = Told::default();
    host(machine, &mut told);
    let text = attributes(machine);
    if text.is_empty() {
        told.miss("usb, hid and displays: sysfs tells of none");
    } else if let Some(read) = readers::read(text.as_bytes()) {
        told.devices = read.devices;
    }
    neighbours(machine, &mut told);
    power(machine, &mut told);
    programs(machine, &mut told);
    told
}

fn host(machine: &dyn Machine, told: &mut Told) {
    let release = machine.line("etc/os-release").unwrap_or_default();
    let os = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let serial = machine.line("sys/class/dmi/id/product_serial");
    if serial.is_none() {
        told.miss("host.serial: only an administrator may read it");
    }
    let uid = machine
        .line("sys/class/dmi/id/product_uuid")
        .or_else(|| machine.line("etc/machine-id"))
        .map(|id| id.to_lowercase());
    let hostname = machine.line("proc/sys/kernel/hostname").or_else(|| machine.line("etc/hostname"));
    for (name, value) in [
        ("device_uid", uid),
        ("hostname", hostname),
        ("serial", serial),
        ("os", os.map(|os| os.trim_matches('"').to_owned())),
    ] {
        told.host.insert(name.to_owned(), json!(value));
    }
}

/// Attributes as `path:value` lines, the form in which `inspect` reads a copy of sysfs.
fn attributes(machine: &dyn Machine) -> String {
    let mut text = String::new();
    let mut add =
        |path: &str, value: &str| text.push_str(&format!("/{path}:{}\n", value.replace(['\n', '\r'], " ")));
    for device in machine.list(DEVICES) {
        let folder = format!("{DEVICES}/{device}");
        for name in readers::SYSFS_ATTRIBUTES {
            if let Some(value) = machine.line(&format!("{folder}/{name}")) {
                add(&format!("{folder}/{name}"), &value);
            }
        }
        if let Some(bytes) = machine.read(&format!("{folder}/descriptors")).filter(|bytes| !bytes.is_empty())
        {
            add(&format!("{folder}/descriptors"), &hex::write(&bytes));
        }
        if !device.contains(':') {
            continue;
        }
        for below in machine.list(&folder) {
            let path = format!("{folder}/{below}/report_descriptor");
            if let Some(bytes) = machine.read(&path).filter(|bytes| !bytes.is_empty()) {
                add(&path, &hex::write(&bytes));
            }
        }
        for card in machine.list(&format!("{folder}/net")) {
            let path = format!("{folder}/net/{card}/address");
            if let Some(address) = machine.line(&path) {
                add(&path, &address);
            }
        }
    }
    // What hangs on other buses: I2C, Bluetooth. Those on USB stand with their device already.
    for device in machine.list("sys/bus/hid/devices").iter().filter(|name| !name.starts_with("0003:")) {
        let path = format!("sys/bus/hid/devices/{device}/report_descriptor");
        if let Some(bytes) = machine.read(&path).filter(|bytes| !bytes.is_empty()) {
            add(&path, &hex::write(&bytes));
        }
    }
    for connector in machine.list("sys/class/drm") {
        let path = format!("sys/class/drm/{connector}/edid");
        if let Some(bytes) = machine.read(&path).filter(|bytes| !bytes.is_empty()) {
            add(&path, &hex::write(&bytes));
        }
    }
    text
}

fn neighbours(machine: &dyn Machine, told: &mut Told) {
    match machine.line("proc/net/arp") {
        // IP address, type, flags, address, mask, card; the first line is a head.
        Some(text) => {
            let macs = text.lines().skip(1).filter_map(|line| line.split_whitespace().nth(3));
            told.neighbours = macs.map(str::to_owned).collect();
        }
        None => told.miss("neighbours: /proc/net/arp is not there"),
    }
}

fn power(machine: &dyn Machine, told: &mut Told) {
    let folder = "sys/class/power_supply";
    let mut on_mains = None;
    let mut batteries = 0;
    for supply in machine.list(folder) {
        match machine.line(&format!("{folder}/{supply}/type")).as_deref() {
            Some("Mains" | "USB") => {
                let online = machine.line(&format!("{folder}/{supply}/online"));
                on_mains = Some(on_mains == Some(true) || online.as_deref() == Some("1"));
            }
            Some("Battery") => batteries += 1,
            _ => {}
        }
    }
    if on_mains.is_none() {
        told.miss("power.on_mains: no supply is told of");
    }
    let states = machine.list("proc/acpi/button/lid");
    let state = states.iter().find_map(|lid| machine.line(&format!("proc/acpi/button/lid/{lid}/state")));
    let lid = state.and_then(|state| state.split_whitespace().last().map(str::to_owned));
    if lid.is_none() {
        told.miss("power.lid: no lid is told of");
    }
    told.power.insert("on_mains".to_owned(), json!(on_mains));
    told.power.insert("batteries".to_owned(), json!(batteries));
    told.power.insert("lid".to_owned(), json!(lid));
}

/// State of a socket that listens, in `/proc/net/tcp`.
const LISTEN: &str = "0A";

fn programs(machine: &dyn Machine, told: &mut Told) {
    let processes = machine.list("proc");
    let numbers = processes.iter().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    told.programs.running = numbers.filter_map(|id| machine.line(&format!("proc/{id}/comm"))).collect();
    if told.programs.running.is_empty() {
        told.miss("remote_tools: no running programs are told of");
    }
    for table in ["proc/net/tcp", "proc/net/tcp6"] {
        for line in machine.line(table).unwrap_or_default().lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            let port = words.get(1).and_then(|local| local.rsplit_once(':')).map(|(_, port)| port);
            if words.get(3) == Some(&LISTEN) {
                told.programs.ports.extend(port.and_then(|port| u16::from_str_radix(port, 16).ok()));
            }
        }
    }
    let status = machine.line("var/lib/dpkg/status").unwrap_or_default();
    told.programs
        .installed
        .extend(status.lines().filter_map(|line| line.strip_prefix("Package: ")).map(str::to_owned));
    for folder in ["usr/share/applications", "opt", "var/lib/flatpak/app"] {
        told.programs.installed.extend(machine.list(folder));
    }
}
