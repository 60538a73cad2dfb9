//! The collector: looks at the computer it runs on and writes one JSON object, because most logs lack descriptors.
//!
//! It takes no content, no keystrokes and no picture of the screen. Neighbours leave the computer as keyed tokens or as
//! matches to the list of IP-KVMs, never by name; the rhythm of input leaves it as a statistic. `docs/collect.md` has
//! every field. What is not there (a container has no displays) is said under `missing`, and is no failure.
//!
//! # Layout
//! - [`machine`]: the only place that opens files and runs programs; tests give a folder or recorded output instead
//! - `linux`, `macos`, `windows`: where each system keeps what is asked
//! - `neighbours`, `tools`: what leaves of the local network and of remote-access tools
//! - [`signature`]: signed with a key that is derived from the workspace's, and verified
//!
//! Knows nothing of records, workspaces or people; has no clock (whoever calls says when).
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod machine;
pub mod signature;

mod linux;
mod macos;
mod neighbours;
mod tools;
mod windows;

use hardware::inventory::{Device, Seen};
use hardware::{collected, readers, rhythm};
use serde_json::{Map, Value, json};

use machine::Machine;

/// Which system the collector runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// Linux: sysfs and procfs.
    Linux,
    /// macOS: `ioreg`, `system_profiler`.
    Macos,
    /// Windows: PowerShell, `reg`.
    Windows,
}

impl System {
    /// The one that this binary was built for; `None` for others.
    #[must_use]
    pub fn here() -> Option<Self> {
        match std::env::consts::OS {
            "linux" => Some(Self::Linux),
            "macos" => Some(Self::Macos),
            "windows" => Some(Self::Windows),
            _ => None,
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// When, as printed.
    pub now: String,
    /// Key for tokens and signature; without it neighbours are only matched and nothing is signed.
    pub key: Option<[u8; 32]>,
    /// Readings of idle time that a wrapper took: moment and idle, in seconds.
    pub readings: Vec<(f64, f64)>,
}

/// What a system told, before it is written.
#[derive(Debug, Default)]
pub(crate) struct Told {
    host: Map<String, Value>,
    devices: Vec<Seen>,
    /// MAC addresses of neighbours.
    neighbours: Vec<String>,
    power: Map<String, Value>,
    programs: tools::Programs,
    missing: Vec<String>,
}

impl Told {
    fn miss(&mut self, what: &str) {
        self.missing.push(what.to_owned());
    }

    /// Takes in the devices of an output that the readers of `inspect` know; says what is missing otherwise.
    fn take(&mut self, what: &str, output: Option<Vec<u8>>) {
        match output.as_deref().map(readers::read) {
            Some(Some(read)) => self.devices.extend(read.devices),
            Some(None) => self.miss(&format!("{what}: nothing that can be read")),
            None => self.miss(&format!("{what}: not there")),
        }
    }
}

/// Looks at a machine.
#[must_use]
pub fn collect(system: System, machine: &dyn Machine, asked: &Asked) -> Value {
    let mut told = match system {
        System::Linux => linux::look(machine),
        System::Macos => macos::look(machine),
        System::Windows => windows::look(machine),
    };
    let mut whole = Map::new();
    whole.insert("format".to_owned(), json!(collected::FORMAT));
    whole.insert("version".to_owned(), json!(collected::VERSION));
    whole.insert("collected".to_owned(), json!(asked.now));
    told.host.insert("system".to_owned(), json!(format!("{system:?}").to_lowercase()));
    whole.insert("host".to_owned(), Value::Object(std::mem::take(&mut told.host)));
    for (name, write) in LISTS {
        whole.insert((*name).to_owned(), told.devices.iter().filter_map(write).collect());
    }
    let (neighbours, note) = neighbours::write(&told.neighbours, asked.key.as_ref());
    whole.insert("neighbours".to_owned(), Value::Array(neighbours));
    told.missing.extend(note);
    whole.insert("power".to_owned(), Value::Object(std::mem::take(&mut told.power)));
    let input = if asked.readings.is_empty() {
        told.miss("input: no readings of idle time were given");
        Value::Null
    } else {
        collected::rhythm(&rhythm::of_readings(&asked.readings))
    };
    whole.insert("input".to_owned(), input);
    whole.insert("remote_tools".to_owned(), Value::Array(told.programs.write()));
    whole.insert("missing".to_owned(), json!(told.missing));
    let mut whole = Value::Object(whole);
    if let Some(key) = &asked.key {
        signature::sign(&mut whole, key);
    }
    whole
}

type Write = fn(&Seen) -> Option<Value>;

const LISTS: &[(&str, Write)] = &[
    ("usb", |seen| match &seen.device {
        Device::Usb(device) => Some(collected::usb(&seen.label, device)),
        _ => None,
    }),
    ("hid", |seen| match &seen.device {
        Device::Hid(device) => Some(collected::hid(&seen.label, device)),
        _ => None,
    }),
    ("displays", |seen| match &seen.device {
        Device::Display(device) => {
            let mut value = collected::display(&seen.label, device);
            let is_builtin = ["eDP", "LVDS", "DSI"].iter().any(|word| seen.label.contains(word));
            if let Some(map) = value.as_object_mut() {
                map.insert("is_builtin".to_owned(), json!(is_builtin));
            }
            Some(value)
        }
        _ => None,
    }),
];
