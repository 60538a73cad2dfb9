//! One line of the Falcon Data Replicator: events, and rows of `aidmaster` and `managedassets`. Shape: "Falcon Data Replicator"
//! and "Events Data Dictionary", CrowdStrike; the public records of panther-labs/panther-analysis (Apache-2.0).

use std::fmt::Write;

use super::json::{Guid, Text};
use crate::calendar::Moment;
use crate::catalogue::{LAPTOPS, Os, Usb};
use crate::draw::mix;
use crate::egress::Egress;
use crate::world::{Mac, PlaceId, World};

/// The sensor of a laptop, behind an address.
pub struct Sensor<'w> {
    /// The company.
    pub world: &'w World,
    /// Position of the laptop.
    pub at: usize,
    /// Where its cloud sees it.
    pub egress: Egress,
}

/// Last part of a path.
pub fn name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

impl Sensor<'_> {
    fn os(&self) -> Os {
        self.world.devices[self.at].os()
    }

    /// Id of the sensor.
    fn aid(&self) -> String {
        let key = mix(mix(self.world.seed, 0xa1d), self.at as u64);
        format!("{key:016x}{:016x}", mix(key, 1))
    }

    fn cid(&self) -> String {
        let key = mix(self.world.seed, 0xc1d);
        format!("{key:016x}{:016x}", mix(key, 1))
    }

    /// Appends an event with fields of its own.
    pub fn event(&self, out: &mut String, at: Moment, event: &str, fields: &str) {
        let platform = ["Mac", "Win", "Lin"][self.os() as usize];
        let key = mix(mix(self.world.seed, at as u64), mix(self.at as u64, crate::draw::text(event)));
        // a String takes every write
        let _ = writeln!(
            out,
            "{{\"event_simpleName\":\"{event}\",\"name\":\"{event}{platform}V{}\",\"aid\":\"{}\",\"aip\":\"{}\",\"cid\":\"{}\",\"id\":\"{}\",\"event_platform\":\"{platform}\",\"timestamp\":\"{}\",\"ContextTimeStamp\":\"{}.{:03}\",\"ConfigBuild\":\"1007.{}.0019706.1\",\"ConfigStateHash\":\"{}\",\"EffectiveTransmissionClass\":\"{}\",\"Entitlements\":\"15\",{fields}}}",
            1 + crate::draw::text(event) % 17,
            self.aid(),
            std::net::Ipv4Addr::from(self.egress.ip),
            self.cid(),
            Guid(mix(key, crate::draw::text(fields))),
            at + 900 + (key % 2_000) as i64,
            at / 1000,
            at % 1000,
            [4, 3, 12][self.os() as usize],
            mix(self.world.seed, 0x57a7) as u32,
            2 + key % 2,
        );
    }

    /// Fields of a process that started.
    pub fn process(&self, key: u64, at: Moment, path: &str, line: &str) -> String {
        let device = &self.world.devices[self.at];
        let windows = self.os() == Os::Windows;
        let (image, parent) = match self.os() {
            Os::Windows => (path.replacen("C:", "\\Device\\HarddiskVolume3", 1), "explorer.exe"),
            Os::Darwin => (path.to_owned(), "launchd"),
            Os::Ubuntu => (path.to_owned(), "systemd"),
        };
        let user = if windows {
            format!(
                "\"UserName\":\"{}\",\"UserSid\":\"S-1-5-21-{}-{}-1001\"",
                Text(&device.user),
                mix(self.at as u64, 3) as u32,
                mix(self.at as u64, 4) as u32
            )
        } else {
            format!(
                "\"UserName\":\"{}\",\"UID\":\"{}\"",
                Text(&device.user),
                if self.os() == Os::Darwin { 501 } else { 1000 }
            )
        };
        format!(
            "\"ImageFileName\":\"{}\",\"CommandLine\":\"{}\",\"ParentBaseFileName\":\"{parent}\",\"TargetProcessId\":\"{}\",\"ParentProcessId\":\"{}\",\"RawProcessId\":\"{}\",\"ProcessStartTime\":\"{}.{:03}\",\"SHA256HashData\":\"{:016x}{:016x}{:016x}{:016x}\",{user}",
            Text(&image),
            Text(line),
            mix(key, 1) >> 20,
            mix(key, 2) >> 20,
            2000 + key % 60_000,
            at / 1000,
            at % 1000,
            // one program has one digest
            mix(crate::draw::text(path), 1),
            mix(crate::draw::text(path), 2),
            mix(crate::draw::text(path), 3),
            mix(crate::draw::text(path), 4),
        )
    }

    /// Fields of a USB device.
    pub fn usb(&self, one: &Usb, n: usize) -> String {
        let decimal = |hex: &str| u16::from_str_radix(hex, 16).unwrap_or_default();
        let instance = if one.serial.is_empty() {
            format!(
                "{}&{:x}&0&{}",
                5 + n % 3,
                mix(self.world.seed, self.at as u64) as u32 & 0xfff_ffff,
                n + 1
            )
        } else {
            one.serial.clone()
        };
        format!(
            "\"DeviceInstanceId\":\"USB\\\\VID_{}&PID_{}\\\\{}\",\"DeviceVendorId\":\"{}\",\"DeviceProductId\":\"{}\",\"DeviceManufacturer\":\"{}\",\"DeviceProduct\":\"{}\",\"DeviceSerialNumber\":\"{}\",\"DeviceVersion\":\"{}\",\"DeviceUsbClass\":\"{}\",\"DeviceUsbSubclass\":\"0\",\"DeviceProtocol\":\"0\",\"DevicePropertyClassName\":\"USB\"",
            one.vendor_id.to_uppercase(),
            one.product_id.to_uppercase(),
            Text(&instance),
            decimal(one.vendor_id),
            decimal(one.product_id),
            Text(&one.vendor),
            Text(&one.product),
            Text(&one.serial),
            one.version,
            one.class,
        )
    }

    /// Fields of a log-on.
    pub fn logon(&self, at: Moment, user: &str, remote: &str) -> String {
        let host = &self.world.devices[self.at].host;
        let from =
            if remote.is_empty() { String::new() } else { format!(",\"RemoteAddressIP4\":\"{remote}\"") };
        format!(
            "\"UserName\":\"{}\",\"LogonType\":\"{}\",\"LogonTime\":\"{}.{:03}\",\"LogonServer\":\"{}\",\"AuthenticationId\":\"{}\",\"UserIsAdmin\":\"0\"{from}",
            Text(user),
            if remote.is_empty() { 2 } else { 10 },
            at / 1000,
            at % 1000,
            Text(host),
            mix(at as u64, self.at as u64) >> 30,
        )
    }

    /// Appends a row of `aidmaster`.
    pub fn master(&self, out: &mut String, at: Moment, zone: &str, since: Moment, net: [u8; 3]) {
        let device = &self.world.devices[self.at];
        let kind = &LAPTOPS[device.model];
        let version = ["Sequoia (15.0)", "Windows 11", "Ubuntu 24.04"][self.os() as usize];
        let _ = writeln!(
            out,
            "{{\"Time\":\"{0}.000\",\"_time\":\"{0}\",\"aid\":\"{1}\",\"cid\":\"{2}\",\"aip\":\"{3}\",\"ComputerName\":\"{4}\",\"event_platform\":\"{5}\",\"MAC\":\"{6}\",\"LocalAddressIP4\":\"{7}\",\"SystemManufacturer\":\"{8}\",\"SystemProductName\":\"{9}\",\"SystemSerialNumber\":\"{10}\",\"Timezone\":\"{zone}\",\"Version\":\"{version}\",\"AgentVersion\":\"7.25.19706.0\",\"AgentLoadFlags\":\"0\",\"AgentLocalTime\":\"{0}.0\",\"AgentTimeOffset\":\"0\",\"ProductType\":\"1\",\"MachineDomain\":\"\",\"OU\":\"\",\"SiteName\":\"\",\"FirstSeen\":\"{11}\"}}",
            at / 1000,
            self.aid(),
            self.cid(),
            std::net::Ipv4Addr::from(self.egress.ip),
            Text(&device.host),
            ["Mac", "Win", "Lin"][self.os() as usize],
            dashed(device.mac),
            self.local(net),
            kind.vendor,
            kind.hardware_model,
            device.serial,
            since / 1000,
        );
    }

    /// Appends a row of `managedassets`: the card and the gateway beside it.
    pub fn asset(&self, out: &mut String, at: Moment, place: PlaceId) {
        let device = &self.world.devices[self.at];
        let lan = &self.world.places[place].lan;
        let [a, b, c] = lan.net;
        let mac = dashed(device.mac);
        let (alias, card) = match self.os() {
            Os::Darwin => ("en0", "Wi-Fi"),
            Os::Windows => ("Wi-Fi", "Intel(R) Wi-Fi 6E AX211 160MHz"),
            Os::Ubuntu => ("wlp0s20f3", "Wireless"),
        };
        let _ = writeln!(
            out,
            "{{\"_time\":\"{}\",\"aid\":\"{}\",\"cid\":\"{}\",\"GatewayIP\":\"{a}.{b}.{c}.1\",\"GatewayMAC\":\"{}\",\"InterfaceAlias\":\"{alias}\",\"InterfaceDescription\":\"{card}\",\"LocalAddressIP4\":\"{}\",\"MAC\":\"{mac}\",\"MACPrefix\":\"{}\",\"event_platform\":\"{}\"}}",
            at / 1000,
            self.aid(),
            self.cid(),
            dashed(lan.gateway),
            self.local(lan.net),
            &mac[..8],
            ["Mac", "Win", "Lin"][self.os() as usize],
        );
    }

    fn local(&self, [a, b, c]: [u8; 3]) -> String {
        format!("{a}.{b}.{c}.{}", 100 + self.world.devices[self.at].mac.0[5] % 120)
    }
}

/// A MAC address as Falcon writes it.
fn dashed(mac: Mac) -> String {
    mac.to_string().to_uppercase().replace(':', "-")
}
