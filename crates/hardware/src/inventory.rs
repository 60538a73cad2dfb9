//! What the readers find: devices as the sources describe them, before any judgement.

use crate::rhythm::Rhythm;
use crate::tools::Session;

/// A device as one source describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// How the source calls it: an instance id, a bus address, a line.
    pub label: String,
    /// What it says of itself.
    pub device: Device,
}

/// Kinds of devices.
#[derive(Debug, Clone, PartialEq)]
pub enum Device {
    /// A report descriptor without the device around it.
    Hid(HidSeen),
    /// A USB device with its functions.
    Usb(Box<UsbSeen>),
    /// A display.
    Display(Box<DisplaySeen>),
    /// A network adapter or a neighbour.
    Network(NetworkSeen),
    /// A session of a remote-access tool, from the tool's own log.
    Session(Box<Session>),
    /// A remote-access tool that is there.
    Tool(Tool),
    /// What the moments of input say.
    Rhythm(Box<Rhythm>),
    /// Lid, mains and displays.
    Posture(Posture),
    /// Something that ought to be a device and cannot be read: why.
    Unreadable(&'static str),
}

/// A report descriptor by itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HidSeen {
    /// Its bytes.
    pub descriptor: Vec<u8>,
    /// Vendor id, where the source has it.
    pub vendor_id: Option<u16>,
    /// Product id.
    pub product_id: Option<u16>,
    /// Name of the device.
    pub name: String,
    /// Reached over USB; `false` for I2C, Bluetooth and virtual buses, `true` where not said.
    pub is_usb: bool,
}

/// A USB device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UsbSeen {
    /// Vendor id.
    pub vendor_id: Option<u16>,
    /// Product id.
    pub product_id: Option<u16>,
    /// Device release.
    pub release: Option<u16>,
    /// Class of the device itself.
    pub class: Option<u8>,
    /// Manufacturer string.
    pub vendor: String,
    /// Product string.
    pub product: String,
    /// Serial string.
    pub serial: String,
    /// Configuration string.
    pub configuration: String,
    /// What the operating system calls it and its parts.
    pub descriptions: Vec<String>,
    /// Interfaces by number; alternate settings left out.
    pub interfaces: Vec<Interface>,
    /// Drives behind it: SCSI vendor and product.
    pub drives: Vec<(String, String)>,
    /// Network adapters behind it: MAC addresses.
    pub macs: Vec<String>,
}

/// One USB interface.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Interface {
    /// Number.
    pub number: u8,
    /// Class, where known.
    pub class: Option<u8>,
    /// Subclass.
    pub subclass: u8,
    /// Protocol.
    pub protocol: u8,
    /// Interface string.
    pub name: String,
    /// HID version, in binary-coded decimal.
    pub hid_version: Option<u16>,
    /// Polling interval of the first interrupt endpoint.
    pub interval: Option<u8>,
    /// Packet size of that endpoint.
    pub packet: Option<u16>,
    /// Length of the report descriptor, as the HID descriptor says.
    pub descriptor_length: Option<u16>,
    /// The report descriptor.
    pub descriptor: Vec<u8>,
    /// Top-level usages, where the source knows them without the descriptor (page, usage).
    pub usages: Vec<(u16, u16)>,
}

impl Interface {
    /// Class, subclass and protocol as the fact files write them: `03/01/01`.
    #[must_use]
    pub fn triple(&self) -> Option<String> {
        self.class.map(|class| format!("{class:02x}/{:02x}/{:02x}", self.subclass, self.protocol))
    }
}

impl UsbSeen {
    /// The interface of a number, made where it was not there.
    pub fn interface(&mut self, number: u8) -> &mut Interface {
        let place = match self.interfaces.binary_search_by_key(&number, |interface| interface.number) {
            Ok(place) => place,
            Err(place) => {
                self.interfaces.insert(place, Interface { number, ..Interface::default() });
                place
            }
        };
        &mut self.interfaces[place]
    }

    /// Adds a description once.
    pub fn describe(&mut self, text: &str) {
        let text = text.trim();
        if !text.is_empty() && !self.descriptions.iter().any(|known| known == text) {
            self.descriptions.push(text.to_owned());
        }
    }
}

/// A display.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DisplaySeen {
    /// Its EDID, where the source has it.
    pub edid: Vec<u8>,
    /// Three letters of the maker.
    pub manufacturer: String,
    /// Product code.
    pub product: Option<u16>,
    /// Name.
    pub name: String,
    /// Serial number as the source writes it.
    pub serial: String,
}

/// A network adapter, or a neighbour on the local network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkSeen {
    /// MAC address.
    pub mac: String,
    /// Host name, mDNS name.
    pub host: String,
    /// Name in a TLS certificate.
    pub certificate: String,
    /// Title of its page.
    pub title: String,
    /// Digest of its icon (MD5 or MurmurHash3).
    pub icon: String,
    /// The IP-KVM that whoever collected it already recognised.
    pub known: String,
}

/// A remote-access tool on a computer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tool {
    /// Family, as `facts/remote_tools.tsv` has it.
    pub family: String,
    /// `installed`, `running` or `listening`.
    pub how: String,
    /// Port that it listens on.
    pub port: Option<u16>,
}

/// How a computer stands there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Posture {
    /// `open`, `closed`, or empty where not known.
    pub lid: String,
    /// On mains power.
    pub on_mains: Option<bool>,
    /// Displays beside its own.
    pub displays: usize,
}
