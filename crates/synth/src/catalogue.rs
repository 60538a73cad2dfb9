//! What can be bought and installed: laptops, monitors, USB devices, KVMs, software, commands.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::atlas::{self, Kind};
use crate::draw::Draw;
use crate::rows::rows;

/// Operating systems, as osquery's `platform` names them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Os {
    /// macOS.
    Darwin,
    /// Windows.
    Windows,
    /// Ubuntu.
    Ubuntu,
}

impl Os {
    /// osquery's word.
    pub fn platform(self) -> &'static str {
        match self {
            Self::Darwin => "darwin",
            Self::Windows => "windows",
            Self::Ubuntu => "ubuntu",
        }
    }

    fn of(word: &str) -> Self {
        match word {
            "windows" => Self::Windows,
            "ubuntu" => Self::Ubuntu,
            _ => Self::Darwin,
        }
    }
}

/// A model of laptop.
pub struct Laptop {
    /// Operating system.
    pub os: Os,
    /// Maker as `system_info` writes it.
    pub vendor: &'static str,
    /// Name in the asset register.
    pub model: &'static str,
    /// `hardware_model`.
    pub hardware_model: &'static str,
    /// Shape of a serial number.
    pub serial: &'static str,
    /// MAC prefix.
    pub mac: &'static str,
    share: f64,
}

/// Models that the company gives out.
pub static LAPTOPS: LazyLock<Vec<Laptop>> = LazyLock::new(|| {
    rows(include_str!("../data/laptops.tsv"))
        .map(|row| Laptop {
            os: Os::of(row.text(0)),
            vendor: row.text(1),
            model: row.text(2),
            hardware_model: row.text(3),
            serial: row.text(4),
            mac: row.text(5),
            share: row.number(6),
        })
        .collect()
});

/// A model by share; `os` restricts.
pub fn laptop(draw: &mut Draw, os: Option<Os>) -> usize {
    draw.weighted(&LAPTOPS, |one| if os.is_none_or(|os| one.os == os) { one.share } else { 0.0 })
}

/// A monitor as a laptop sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Display {
    /// EDID manufacturer, three letters.
    pub maker: &'static str,
    /// Product code, four hex digits.
    pub product: &'static str,
    /// Name.
    pub name: &'static str,
    /// Serial number, eight hex digits; zeros where the maker leaves it empty.
    pub serial: String,
    /// Serial number as a text, which only some makers write.
    pub text: String,
    /// Week of manufacture.
    pub week: u8,
    /// Year of manufacture.
    pub year: u16,
}

/// A new monitor for a desk.
pub fn display(draw: &mut Draw) -> Display {
    let models: Vec<_> = rows(include_str!("../data/displays.tsv")).collect();
    let model = &models[draw.weighted(&models, |row| row.number(4))];
    let serial = match model.text(3) {
        "" => format!("{:08x}", draw.bits() as u32 | 0x1000_0000),
        generic => generic.to_owned(),
    };
    Display {
        maker: model.text(0),
        product: model.text(1),
        name: model.text(2),
        text: if serial.starts_with('0') { String::new() } else { draw.shape("??#?##?") },
        serial,
        week: draw.range(1, 52) as u8,
        year: draw.range(2018, 2025) as u16,
    }
}

/// A monitor with a serial number of its own.
pub fn telling_display(draw: &mut Draw) -> Display {
    loop {
        let one = display(draw);
        if one.serial.starts_with(|c: char| c != '0') {
            return one;
        }
    }
}

/// A dock with a serial number of its own.
pub fn telling_dock(draw: &mut Draw) -> Usb {
    loop {
        let one = usb(draw, "dock");
        if !one.serial.starts_with("000") {
            return one;
        }
    }
}

/// The HDMI side of a capture stick, as streamers have it: the laptop takes it for a monitor.
pub fn capture_stick() -> Display {
    let (maker, product, name) = ("TSB", "8888", "Toshiba-H2C");
    Display { maker, product, name, serial: "88888800".to_owned(), text: String::new(), week: 28, year: 2011 }
}

/// A USB device as a laptop sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usb {
    /// Vendor id, four hex digits.
    pub vendor_id: &'static str,
    /// Product id, four hex digits.
    pub product_id: &'static str,
    /// Manufacturer string.
    pub vendor: String,
    /// Product string.
    pub product: String,
    /// Serial string; most mice have none.
    pub serial: String,
    /// USB class of the device.
    pub class: &'static str,
    /// Revision.
    pub version: &'static str,
}

/// A USB device of one kind (`desk`, `dock`, `key`, `phone`, `storage`, `odd`, `cheap`, `access`, `real`).
pub fn usb(draw: &mut Draw, kind: &str) -> Usb {
    let all: Vec<_> = rows(include_str!("../data/usb.tsv")).collect();
    let one = &all[draw.weighted(&all, |row| if row.text(0) == kind { row.number(9) } else { 0.0 })];
    Usb {
        vendor_id: one.text(1),
        product_id: one.text(2),
        vendor: one.text(3).to_owned(),
        product: one.text(4).to_owned(),
        serial: draw.shape(one.text(6)),
        class: one.text(5),
        version: one.text(7),
    }
}

/// What a USB device consists of: `class/subclass/protocol:report descriptor` for each of its interfaces.
pub fn composition(one: &Usb) -> &'static str {
    static TABLE: LazyLock<BTreeMap<&'static str, &'static str>> = LazyLock::new(|| {
        rows(include_str!("../data/compositions.tsv")).map(|row| (row.text(0), row.text(1))).collect()
    });
    static KVMS: LazyLock<Vec<Kvm>> = LazyLock::new(kvms);
    let is_same = |kvm: &&Kvm| {
        (kvm.usb.vendor_id, kvm.usb.product_id) == (one.vendor_id, one.product_id)
            && (&kvm.usb.vendor, &kvm.usb.product) == (&one.vendor, &one.product)
            // what a console plays may have the very ids and strings, and its own revision
            && kvm.usb.version == one.version
    };
    let ids = format!("{}:{}", one.vendor_id, one.product_id);
    let key = KVMS.iter().find(is_same).map_or(ids.as_str(), |kvm| kvm.key);
    // what is not in the table is a hub, or a dock, which is one
    TABLE.get(key).copied().unwrap_or("09/00/00:")
}

/// An IP-KVM: what the laptop sees of it.
pub struct Kvm {
    /// Key in the tables.
    pub key: &'static str,
    /// Its USB device with factory strings.
    pub usb: Usb,
    /// Its fake monitor.
    pub display: Display,
    /// Prefix of its MAC on the home network.
    pub mac: &'static str,
}

/// The KVMs of the table.
pub fn kvms() -> Vec<Kvm> {
    rows(include_str!("../data/kvm.tsv"))
        .map(|row| Kvm {
            key: row.text(0),
            usb: Usb {
                vendor_id: row.text(1),
                product_id: row.text(2),
                vendor: row.text(3).to_owned(),
                product: row.text(4).to_owned(),
                serial: row.text(5).to_owned(),
                class: "0",
                version: "01.00",
            },
            display: Display {
                maker: row.text(6),
                product: row.text(7),
                name: row.text(8),
                serial: row.text(9).to_owned(),
                text: row.text(14).to_owned(),
                week: row.number(10),
                year: row.number(11),
            },
            mac: row.text(12),
        })
        .collect()
}

/// A piece of software under its name on each system.
pub struct Software {
    /// Our key; the operator's name for VPN software.
    pub key: &'static str,
    /// base, dev, extra, remote, camera, awake, access or vpn.
    pub kind: &'static str,
    /// Version.
    pub version: &'static str,
    /// Bundle on macOS, program on Windows, package on Ubuntu.
    names: [String; 3],
    /// Process on each.
    processes: [String; 3],
    /// Bundle id.
    pub bundle: &'static str,
    /// Publisher.
    pub publisher: &'static str,
    /// Port that it listens on; 0 for none.
    pub port: u16,
}

impl Software {
    /// Name in the inventory of a system.
    pub fn name(&self, os: Os) -> &str {
        &self.names[os as usize]
    }

    /// Path of its main process.
    pub fn process(&self, os: Os) -> &str {
        &self.processes[os as usize]
    }
}

/// Position in [`SOFTWARE`].
pub type SoftwareId = usize;

/// All software: the table, then the VPNs' own.
pub static SOFTWARE: LazyLock<Vec<Software>> = LazyLock::new(|| {
    let table = rows(include_str!("../data/software.tsv")).map(|row| Software {
        key: row.text(0),
        kind: row.text(1),
        version: row.text(2),
        names: [row.text(3), row.text(6), row.text(9)].map(str::to_owned),
        processes: [row.text(5), row.text(8), row.text(10)].map(str::to_owned),
        bundle: row.text(4),
        publisher: row.text(7),
        port: row.number(11),
    });
    let vpns = atlas::carriers().iter().filter(|one| one.kind == Kind::Vpn).map(|one| {
        let name = one.app[0].trim_end_matches(".app");
        let lower = name.to_lowercase().replace(' ', "-");
        Software {
            key: one.operator,
            kind: "vpn",
            version: "7.2.1",
            names: [one.app[0].to_owned(), name.to_owned(), lower.clone()],
            processes: [
                one.app[2].to_owned(),
                format!("C:\\Program Files\\{name}\\{name}.exe"),
                format!("/opt/{lower}/{lower}"),
            ],
            bundle: one.app[1],
            publisher: name.split(' ').next().unwrap_or(name),
            port: 0,
        }
    });
    table.chain(vpns).collect()
});

/// The software of that key.
pub fn software(key: &str) -> SoftwareId {
    SOFTWARE.iter().position(|one| one.key == key).unwrap_or_default()
}

/// Everything of one kind.
pub fn software_of(kind: &str) -> Vec<SoftwareId> {
    (0..SOFTWARE.len()).filter(|at| SOFTWARE[*at].kind == kind).collect()
}

/// An ordinary command.
pub struct Command {
    /// all, dev or it.
    pub who: &'static str,
    /// System.
    pub os: Os,
    /// Executable.
    pub path: &'static str,
    /// Command line.
    pub line: &'static str,
    /// Weight.
    pub weight: f64,
}

/// The ordinary commands.
pub static COMMANDS: LazyLock<Vec<Command>> = LazyLock::new(|| {
    rows(include_str!("../data/commands.tsv"))
        .map(|row| Command {
            who: row.text(0),
            os: Os::of(row.text(1)),
            path: row.text(2),
            line: row.text(3),
            weight: row.number(4),
        })
        .collect()
});

/// EDID manufacturer letters as the two-byte number that macOS shows, in hex.
pub fn pnp(maker: &str) -> String {
    let letters = maker.bytes().map(|b| u16::from(b.saturating_sub(b'A') + 1) & 0x1f);
    format!("{:04x}", letters.fold(0_u16, |all, one| (all << 5) | one))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        assert_eq!(pnp("DEL"), "10ac");
        assert_eq!(pnp("TSB"), "5262");
        assert!(kvms().iter().all(|kvm| kvm.mac.len() == 8 && kvm.display.serial.len() == 8));
        for one in SOFTWARE.iter() {
            for os in [Os::Darwin, Os::Windows, Os::Ubuntu] {
                assert!(!one.name(os).is_empty() && !one.process(os).is_empty(), "{}", one.key);
            }
        }
        let mut draw = Draw::new(1, "kinds", 0);
        for kind in ["desk", "dock", "key", "phone", "storage", "odd", "cheap", "access", "real"] {
            assert_eq!(usb(&mut draw, kind).vendor_id.len(), 4);
        }
    }
}
