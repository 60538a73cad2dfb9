//! Rows of the shipped fact files. They are tab-separated text with one comment line and one line of names.

use std::sync::LazyLock;

/// One row: cells by the names in the file's head.
#[derive(Debug, Clone)]
pub struct Fact {
    names: &'static [&'static str],
    cells: Vec<&'static str>,
}

impl Fact {
    /// The cell of a column; empty where it says nothing.
    #[must_use]
    pub fn get(&self, column: &str) -> &'static str {
        self.names
            .iter()
            .position(|name| *name == column)
            .and_then(|at| self.cells.get(at))
            .copied()
            .unwrap_or("")
    }
}

/// Reads a fact file.
#[must_use]
pub fn parse(text: &'static str) -> Vec<Fact> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let names: Vec<&'static str> = lines.next().map(|line| line.split('\t').collect()).unwrap_or_default();
    let names: &'static [&'static str] = Vec::leak(names);
    lines.map(|line| Fact { names, cells: line.split('\t').map(str::trim).collect() }).collect()
}

macro_rules! fact_file {
    ($(#[doc = $doc:literal])+ $name:ident, $file:literal) => {
        $(#[doc = $doc])+
        pub fn $name() -> &'static [Fact] {
            static ROWS: LazyLock<Vec<Fact>> =
                LazyLock::new(|| parse(include_str!(concat!("../../../facts/", $file))));
            &ROWS
        }
    };
}

fact_file!(
    /// USB devices of IP-KVMs.
    usb, "usb.tsv"
);
fact_file!(
    /// Displays of IP-KVMs.
    displays, "edid.tsv"
);
fact_file!(
    /// Traces of IP-KVMs on a local network.
    lan, "lan_fingerprints.tsv"
);
fact_file!(
    /// Report descriptors of IP-KVM firmware.
    descriptors, "hid_descriptors.tsv"
);
fact_file!(
    /// Remote-access tools.
    remote_tools, "remote_tools.tsv"
);
fact_file!(
    /// Anonymisers by operator.
    vpn, "vpn.tsv"
);
fact_file!(
    /// Commands that look around or weaken protection.
    commands, "commands.tsv"
);
fact_file!(
    /// Makers of devices that report positions as a mouse does and are no IP-KVM.
    absolute_pointers, "absolute_pointers.tsv"
);
fact_file!(
    /// Plugs that pretend to be a display, and capture cards by name.
    headless_plugs, "headless_plugs.tsv"
);
fact_file!(
    /// Makers of plain keyboards, mice and receivers.
    input_makers, "input_makers.tsv"
);
fact_file!(
    /// Virtual cameras and audio devices.
    virtual_devices, "virtual_devices.tsv"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_every_file_has_its_source_and_mark() {
        let files = [
            usb(),
            displays(),
            lan(),
            descriptors(),
            remote_tools(),
            vpn(),
            commands(),
            virtual_devices(),
            absolute_pointers(),
            headless_plugs(),
            input_makers(),
        ];
        for rows in files {
            assert!(rows.len() > 5);
            for row in rows {
                assert!(["M", "R", "K"].contains(&row.get("mark")), "{row:?}");
                assert!(!row.get("source_date").is_empty() || !row.get("source").is_empty(), "{row:?}");
                assert!(row.cells.len() <= row.names.len(), "{row:?}");
            }
        }
    }
}
