//! Windows: Plug and Play through PowerShell, EDIDs from the registry.

use serde_json::json;

use crate::Told;
use crate::machine::Machine;

/// Present devices with the ids that tell their class; no other property.
const DEVICES: &str = "Get-PnpDevice -PresentOnly | Select-Object InstanceId,FriendlyName,Class,HardwareID,CompatibleID | ConvertTo-Json -Depth 3";
const MAINS: &str =
    "(Get-CimInstance -Namespace root/wmi -ClassName BatteryStatus | Select-Object -First 1).PowerOnline";

fn shell(machine: &dyn Machine, command: &str) -> Option<Vec<u8>> {
    machine.run("powershell", &["-NoProfile", "-NonInteractive", "-Command", command])
}

/// Looks at a computer with Windows.
pub fn look(machine: &dyn Machine) -> Told {
    let mut told = Told::default();
    let word = |command: &str| {
        let bytes = shell(machine, command)?;
        let text = hardware::encoding::decode(&bytes).trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    told.host.insert("hostname".to_owned(), json!(machine.word("hostname", &[])));
    told.host.insert("serial".to_owned(), json!(word("(Get-CimInstance Win32_BIOS).SerialNumber")));
    told.host
        .insert("device_uid".to_owned(), json!(word("(Get-CimInstance Win32_ComputerSystemProduct).UUID")));
    told.host.insert("os".to_owned(), json!(word("(Get-CimInstance Win32_OperatingSystem).Caption")));
    told.take("usb and hid", shell(machine, DEVICES));
    // Displays come with the registry's EDID; without it Plug and Play has their maker and code.
    let key = "HKLM\\SYSTEM\\CurrentControlSet\\Enum\\DISPLAY";
    let edids = machine.run("reg", &["query", key, "/s", "/v", "EDID"]);
    if edids.is_some() {
        told.devices.retain(|seen| !matches!(seen.device, hardware::inventory::Device::Display(_)));
    }
    told.take("displays", edids);
    let table = machine.word("arp", &["-a"]);
    let macs =
        table.as_deref().unwrap_or("").split_whitespace().filter(|word| word.matches('-').count() == 5);
    told.neighbours = macs.map(str::to_owned).collect();
    if table.is_none() {
        told.miss("neighbours: arp tells of none");
    }
    let on_mains = word(MAINS).map(|text| text.eq_ignore_ascii_case("true"));
    if on_mains.is_none() {
        told.miss("power.on_mains: no battery is told of");
    }
    told.miss("power.lid: Windows does not tell");
    told.power.insert("on_mains".to_owned(), json!(on_mains));
    told.power.insert("lid".to_owned(), json!(null));
    programs(machine, &mut told);
    told
}

fn programs(machine: &dyn Machine, told: &mut Told) {
    let running = machine.word("tasklist", &["/fo", "csv", "/nh"]).unwrap_or_default();
    let first = |line: &str| line.split("\",\"").next().map(|name| name.trim_matches('"').to_owned());
    told.programs.running = running.lines().filter_map(first).collect();
    for root in ["HKLM\\SOFTWARE", "HKLM\\SOFTWARE\\WOW6432Node"] {
        let key = format!("{root}\\Microsoft\\Windows\\CurrentVersion\\Uninstall");
        let listed = machine.word("reg", &["query", &key, "/s", "/v", "DisplayName"]).unwrap_or_default();
        let names = listed.lines().filter_map(|line| line.split_once("REG_SZ").map(|(_, name)| name.trim()));
        told.programs.installed.extend(names.map(str::to_owned));
    }
    let sockets = machine.word("netstat", &["-an", "-p", "TCP"]).unwrap_or_default();
    for line in sockets.lines().filter(|line| line.contains("LISTENING")) {
        let local = line.split_whitespace().nth(1).and_then(|local| local.rsplit_once(':'));
        told.programs.ports.extend(local.and_then(|(_, port)| port.parse::<u16>().ok()));
    }
}
