//! macOS: `ioreg` for devices and displays, a few small programs for the rest.

use serde_json::{Value, json};

use crate::Told;
use crate::machine::Machine;

/// Looks at a Mac.
pub fn look(machine: &dyn Machine) -> Told {
    let mut told = Told::default();
    let about = machine.run("system_profiler", &["-json", "SPHardwareDataType"]);
    let about: Value = about.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let word =
        |key: &str| about.pointer(&format!("/SPHardwareDataType/0/{key}")).cloned().unwrap_or_default();
    told.host.insert("device_uid".to_owned(), word("platform_UUID"));
    told.host.insert("serial".to_owned(), word("serial_number"));
    told.host.insert("hostname".to_owned(), json!(machine.word("hostname", &[])));
    told.host.insert("os".to_owned(), json!(machine.word("sw_vers", &["-productVersion"])));
    told.take("usb and hid", machine.run("ioreg", &["-a", "-l", "-w0"]));
    // The tree tells of displays only by some graphics cards; the profiler by all.
    if !told.devices.iter().any(|seen| matches!(seen.device, hardware::inventory::Device::Display(_))) {
        told.take("displays", machine.run("system_profiler", &["-json", "SPDisplaysDataType"]));
    }
    let table = machine.word("arp", &["-an"]);
    let macs =
        table.as_deref().unwrap_or("").split_whitespace().filter(|word| word.matches(':').count() == 5);
    told.neighbours = macs.map(whole).collect();
    if table.is_none() {
        told.miss("neighbours: arp tells of none");
    }
    let lid = machine.word("ioreg", &["-r", "-k", "AppleClamshellState", "-d", "1"]);
    let lid = lid.and_then(|text| {
        let state = text.split("\"AppleClamshellState\" = ").nth(1)?.trim_start();
        Some(if state.starts_with("Yes") { "closed" } else { "open" })
    });
    let supply = machine.word("pmset", &["-g", "batt"]);
    let on_mains = supply.as_deref().map(|text| text.contains("'AC Power'"));
    for (what, is_there) in [("power.lid", lid.is_some()), ("power.on_mains", on_mains.is_some())] {
        if !is_there {
            told.miss(&format!("{what}: not told"));
        }
    }
    told.power.insert("on_mains".to_owned(), json!(on_mains));
    told.power.insert("lid".to_owned(), json!(lid));
    let running = machine.word("ps", &["-axco", "command"]).unwrap_or_default();
    told.programs.running = running.lines().map(|line| line.trim().to_owned()).collect();
    told.programs.installed = machine.list("Applications").into_iter().collect();
    let listening = machine.word("lsof", &["-nP", "-iTCP", "-sTCP:LISTEN"]).unwrap_or_default();
    let ports = listening.split_whitespace().filter_map(|word| word.rsplit_once(':')?.1.parse().ok());
    told.programs.ports = ports.collect();
    told
}

/// macOS leaves out leading noughts of each part.
fn whole(mac: &str) -> String {
    mac.split(':').map(|part| format!("{part:0>2}")).collect::<Vec<_>>().join(":")
}
