//! Rows of the shipped fact files. They are tab-separated text with one comment line and one line of names. A signed
//! update may stand in for some of them; whoever installs it has verified it.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

/// Files of an update, by name; asked before the shipped ones.
static INSTALLED: OnceLock<BTreeMap<String, &'static str>> = OnceLock::new();

/// Puts files in place of shipped ones, before any fact is asked for.
///
/// # Errors
/// When a file is not one of ours, lacks a column, has a row without source, or facts were asked for already.
pub fn install(files: BTreeMap<String, String>) -> Result<(), String> {
    for (name, text) in &files {
        let shipped =
            FILES.iter().find(|file| file.name == name).ok_or(format!("{name}: no fact file of ours"))?;
        check(shipped, text).map_err(|why| format!("{name}: {why}"))?;
    }
    let files = files.into_iter().map(|(name, text)| (name, &*text.leak())).collect();
    INSTALLED.set(files).map_err(|_| "facts were installed before".to_owned())
}

/// Whether a text can stand in for a shipped file.
fn check(shipped: &File, text: &str) -> Result<(), String> {
    let head = |text: &str| {
        let line = text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty());
        line.unwrap_or("").split('\t').map(str::to_owned).collect::<Vec<_>>()
    };
    let names = head(text);
    if let Some(missing) = head(shipped.text).iter().find(|name| !names.contains(name)) {
        return Err(format!("no column {missing}"));
    }
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.trim().is_empty())
        .skip(1)
        .map(|line| line.split('\t').collect())
        .collect();
    let place = |name: &str| names.iter().position(|known| known == name);
    for (number, row) in rows.iter().enumerate() {
        let cell = |name: &str| place(name).and_then(|at| row.get(at)).map_or("", |cell| cell.trim());
        if !["M", "R", "K"].contains(&cell("mark")) || cell("source").is_empty() {
            return Err(format!("row {}: no mark or no source", number + 1));
        }
    }
    if rows.is_empty() { Err("no rows".to_owned()) } else { Ok(()) }
}

/// A fact file as it is shipped.
#[derive(Debug, Clone, Copy)]
pub struct File {
    /// Name below `facts/`.
    pub name: &'static str,
    /// Its text.
    text: &'static str,
    /// Rows that are in force.
    pub rows: fn() -> &'static [Fact],
    /// Months after its newest source until it wants to be looked at again: firmware changes by the year, tools and
    /// networks by the half-year (judgement).
    pub keeps_months: u32,
}

impl File {
    /// Whether an update stands in for it.
    #[must_use]
    pub fn is_replaced(&self) -> bool {
        INSTALLED.get().is_some_and(|files| files.contains_key(self.name))
    }
}

macro_rules! files {
    ($($file:literal $rows:ident $months:literal),* $(,)?) => {
        /// Every fact file.
        pub const FILES: &[File] = &[
            $(File {
                name: $file,
                text: include_str!(concat!("../../../facts/", $file)),
                rows: $rows,
                keeps_months: $months,
            }),*
        ];
    };
}

files!(
    "usb.tsv" usb 12,
    "edid.tsv" displays 12,
    "hid_descriptors.tsv" descriptors 12,
    "lan_fingerprints.tsv" lan 6,
    "remote_tools.tsv" remote_tools 6,
    "vpn.tsv" vpn 6,
    "networks.tsv" networks 12,
    "vpn_exits.tsv" vpn_exits 6,
    "commands.tsv" commands 12,
    "absolute_pointers.tsv" absolute_pointers 24,
    "headless_plugs.tsv" headless_plugs 24,
    "input_makers.tsv" input_makers 24,
    "virtual_devices.tsv" virtual_devices 12,
    "embargoed_places.tsv" embargoed_places 12,
    "sign_in_hosts.tsv" sign_in_hosts 24,
);

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
                LazyLock::new(|| {
                    let update = INSTALLED.get().and_then(|files| files.get($file).copied());
                    parse(update.unwrap_or(include_str!(concat!("../../../facts/", $file))))
                });
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
    /// Networks of VPN exits and rented servers.
    networks, "networks.tsv"
);
fact_file!(
    /// Addresses of VPN providers.
    vpn_exits, "vpn_exits.tsv"
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
fact_file!(
    /// Places under a comprehensive embargo: for the legal-review list alone, and no table of the lake.
    embargoed_places, "embargoed_places.tsv"
);
fact_file!(
    /// Names by which customers of identity providers and of device managements are reached.
    sign_in_hosts, "sign_in_hosts.tsv"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_every_file_has_its_source_and_mark() {
        for file in FILES {
            let rows = (file.rows)();
            assert!(rows.len() > 5);
            assert_eq!(check(file, file.text), Ok(()), "{}", file.name);
            for row in rows {
                assert!(["M", "R", "K"].contains(&row.get("mark")), "{row:?}");
                assert!(!row.get("source_date").is_empty() || !row.get("source").is_empty(), "{row:?}");
                assert!(row.cells.len() <= row.names.len(), "{row:?}");
            }
        }
    }

    #[test]
    fn what_cannot_stand_in_is_refused() {
        let vpn = FILES.iter().find(|file| file.name == "vpn.tsv").unwrap();
        let head = "operator\tpattern\tis_relay\tmark\tsource\tsource_date\n";
        assert_eq!(check(vpn, &format!("# x\n{head}Acme\tacme%\t0\tR\tsomewhere\t2026-11\n")), Ok(()));
        assert!(check(vpn, &format!("{head}Acme\tacme%\t0\tR\t\t2026-11\n")).unwrap_err().contains("source"));
        assert!(check(vpn, "operator\tmark\nAcme\tR\n").unwrap_err().contains("no column"));
        assert!(check(vpn, head).unwrap_err().contains("no rows"));
        assert!(install(BTreeMap::from([("passwords.tsv".to_owned(), String::new())])).is_err());
    }
}
