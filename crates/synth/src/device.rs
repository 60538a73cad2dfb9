//! Company laptops, and what is attached, installed and started on them.

use crate::calendar::Day;
use crate::catalogue::{Display, LAPTOPS, Os, SoftwareId, Usb};
use crate::draw::{mix, share};
use crate::place::{Mac, PlaceId};
use crate::truth::Tag;

/// Something attached to or installed on a laptop for some days.
#[derive(Debug, Clone)]
pub struct Fitted<T> {
    /// What.
    pub what: T,
    /// First day.
    pub from: Day,
    /// Last day.
    pub to: Day,
    /// Mark.
    pub tag: Tag,
}

/// Software on a laptop.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Which.
    pub software: SoftwareId,
    /// Share of days on which it runs.
    pub runs: f64,
}

/// A command that somebody started.
#[derive(Debug, Clone)]
pub struct Started {
    /// Local minute.
    pub minute: i32,
    /// Executable.
    pub path: String,
    /// Command line.
    pub line: String,
}

/// A log-on at a device.
#[derive(Debug, Clone)]
pub struct Logon {
    /// Local minute.
    pub minute: i32,
    /// Local user.
    pub user: String,
    /// Remote host; empty at the keyboard.
    pub host: String,
}

/// A company laptop.
#[derive(Debug, Clone)]
pub struct Device {
    /// Model.
    pub model: usize,
    /// Serial number.
    pub serial: String,
    /// Hardware UUID.
    pub uuid: String,
    /// Okta's id of the registration.
    pub okta: String,
    /// Host name.
    pub host: String,
    /// Asset tag.
    pub asset: String,
    /// Wi-Fi MAC.
    pub mac: Mac,
    /// Local user.
    pub user: String,
    /// Spare or loan device.
    pub pool: bool,
    /// USB devices that travel with it.
    pub usb: Vec<Fitted<Usb>>,
    /// Monitors that travel with it (fake ones, mostly).
    pub displays: Vec<Fitted<Display>>,
    /// Software.
    pub programs: Vec<Fitted<Program>>,
    /// Commands of note.
    pub commands: Vec<Fitted<Started>>,
    /// Log-ons of note.
    pub logons: Vec<Fitted<Logon>>,
    /// Names of note that it looks up on most days.
    pub lookups: Vec<Fitted<String>>,
    /// Network cards that something plugged in brings along.
    pub cards: Vec<Fitted<Mac>>,
    /// Minutes after which it lost its uptime (restart each day or not).
    pub restless: bool,
    /// The lid is always down: the own panel never shows.
    pub closed: bool,
    /// Closed and on a shelf, without a screen of its own, with the mark of that.
    pub shelved: Option<Tag>,
    /// Prepared at a place on a day, before it was sent.
    pub staged: Option<(Day, PlaceId)>,
}

impl Device {
    /// Whether a program is on during a day: the same in every export.
    pub fn is_on(&self, program: &Fitted<Program>, day: Day) -> bool {
        let key = mix(u64::from(self.mac.0[5]) << 8 | u64::from(self.mac.0[4]), day as u64);
        let present = program.from <= day && day <= program.to;
        present && share(mix(key, program.what.software as u64)) < program.what.runs
    }

    /// Operating system.
    pub fn os(&self) -> Os {
        LAPTOPS[self.model].os
    }
}

/// A spare laptop that somebody keeps.
#[derive(Debug, Clone, Copy)]
pub struct Loan {
    /// Position of the device.
    pub device: usize,
    /// Who keeps it.
    pub worker: usize,
    /// First day.
    pub from: Day,
}
