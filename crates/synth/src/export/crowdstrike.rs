//! What the Falcon sensor on a laptop sends on a day: that it is on and behind which address, what starts, what is plugged in
//! and installed, who logs on.

use super::crowdstrike_line::{Sensor, name};
use super::spool::Sink;
use crate::calendar::{Day, Moment, moment};
use crate::catalogue::{COMMANDS, Os, SOFTWARE, Usb};
use crate::draw::{Draw, mix};
use crate::egress::Egress;
use crate::life::Workday;
use crate::truth::Tag;
use crate::world::{Device, Fitted, Program, World};

/// What was told of a person's laptop before.
#[derive(Debug, Clone, Copy, Default)]
pub struct Told {
    device: Option<usize>,
    week: Day,
}

struct Host<'s, 'w> {
    world: &'w World,
    who: usize,
    at: usize,
    device: &'w Device,
    work: &'w Workday,
    sink: Sink<'s>,
}

/// Every event of a person's local day.
pub fn day(world: &World, who: usize, day: Day, work: Option<&Workday>, told: &mut Told, sink: Sink<'_>) {
    let Some(work) = work else { return };
    let mut draw = Draw::new(world.seed, "crowdstrike", (who as u64) << 20 | day as u64);
    let device = &world.devices[work.device];
    let mut host = Host { world, who, at: work.device, device, work, sink };
    let check_in = moment(work.zone, day, work.start) + draw.range(30_000, 400_000);
    host.addresses(&mut draw, check_in);
    host.processes(&mut draw, check_in + 20_000);
    let new = told.device != Some(work.device);
    let week = (day + 3) / 7;
    let due = new || told.week != week && draw.chance(0.4);
    if due {
        host.plugged(check_in + 60_000);
    }
    host.changes(check_in + 80_000, new);
    host.commands(&mut draw, world.people[who].department == "IT");
    host.logons(&mut draw);
    host.lookups(check_in + 140_000);
    // what lies before the window was not told
    if host.sink.spool.takes(check_in) {
        *told = Told { device: Some(work.device), week: if due { week } else { told.week } };
    }
}

impl Host<'_, '_> {
    fn egress(&self, minute: i32) -> (Egress, Tag) {
        let stretch = self.work.at(minute);
        let egress = self.world.egress(stretch.via, self.who, self.work.day, (minute / 240) as u64);
        (egress, stretch.tag)
    }

    fn event(&mut self, at: Moment, tags: &[Tag], event: &str, fields: &str) {
        let minute = ((at - moment(self.work.zone, self.work.day, 0)) / 60_000) as i32;
        let (egress, _) = self.egress(minute);
        let sensor = Sensor { world: self.world, at: self.at, egress };
        self.sink.line(at, tags, |out| sensor.event(out, at, event, fields));
    }

    /// The sensor is on; wherever the address changes it says so again.
    fn addresses(&mut self, draw: &mut Draw, check_in: Moment) {
        let agent = format!(
            "\"ComputerName\":\"{}\",\"AgentVersion\":\"7.25.19706.0\",\"AgentLoadFlags\":\"0\",\"ConfigIDBase\":\"65994763\"",
            self.device.host
        );
        let first = self.work.at(self.work.start).tag;
        self.event(check_in, &[first], "AgentOnline", &agent);
        let stretches: Vec<_> = self
            .work
            .stretches
            .iter()
            .filter(|one| one.from > self.work.start && one.from < self.work.end)
            .copied()
            .collect();
        for one in stretches {
            let at = moment(self.work.zone, self.work.day, one.from) + draw.range(20_000, 50_000);
            self.event(
                at,
                &[one.tag],
                "AgentConnect",
                "\"ConnectType\":\"1\",\"FailedConnectCount\":\"0\",\"ConnectionProtocol\":\"0\"",
            );
        }
    }

    /// Some ordinary programs and what else is on today.
    fn processes(&mut self, draw: &mut Draw, at: Moment) {
        let (day, device) = (self.work.day, self.device);
        let mut ordinary = 0;
        for (n, one) in device.programs.iter().enumerate() {
            let software = &SOFTWARE[one.what.software];
            let common = matches!(software.kind, "base" | "dev" | "extra");
            let shown = if common { ordinary < 2 && draw.chance(0.3) } else { device.is_on(one, day) };
            if !shown || !(one.from..=one.to).contains(&day) {
                continue;
            }
            ordinary += i32::from(common);
            let path = software.process(device.os());
            let at = at + n as i64 * 700;
            self.process(draw, at, &[one.tag], path, path);
            if software.port > 0 && !common && draw.chance(0.5) {
                let fields = format!(
                    "\"LocalAddressIP4\":\"0.0.0.0\",\"LocalPort\":\"{}\",\"Protocol\":\"6\",\"ContextBaseFileName\":\"{}\",\"RemoteAddressIP4\":\"0.0.0.0\",\"RemotePort\":\"0\"",
                    software.port,
                    name(path)
                );
                self.event(at + 4_000, &[one.tag], "NetworkListenIP4", &fields);
            }
        }
    }

    fn process(&mut self, draw: &mut Draw, at: Moment, tags: &[Tag], path: &str, line: &str) {
        let sensor = Sensor { world: self.world, at: self.at, egress: self.egress(self.work.start).0 };
        let fields = sensor.process(draw.bits(), at, path, line);
        self.event(at, tags, "ProcessRollup2", &fields);
    }

    /// Everything on the USB ports: the sensor tells of each as it starts.
    fn plugged(&mut self, at: Moment) {
        let (day, device) = (self.work.day, self.device);
        if device.os() == Os::Ubuntu {
            return;
        }
        let own: Vec<&Fitted<Usb>> =
            device.usb.iter().filter(|one| one.from <= day && day <= one.to).collect();
        for (n, one) in own.iter().enumerate() {
            self.usb(&one.what, n, true, at + n as i64 * 300, one.tag);
        }
        let desk = self.work.desk.and_then(|at| self.world.places[self.work.place].desks.get(at));
        for (n, one) in desk.map_or(&[][..], |desk| &desk.usb[..]).iter().enumerate() {
            self.usb(one, 20 + n, true, at + 9_000 + n as i64 * 300, Tag::NONE);
        }
    }

    fn usb(&mut self, one: &Usb, n: usize, added: bool, at: Moment, tag: Tag) {
        let sensor = Sensor { world: self.world, at: self.at, egress: self.egress(self.work.start).0 };
        let fields = sensor.usb(one, n);
        self.event(
            at,
            &[tag],
            if added { "DcUsbDeviceConnected" } else { "DcUsbDeviceDisconnected" },
            &fields,
        );
    }

    /// What is installed: all of a laptop not told of before, then what comes.
    fn changes(&mut self, at: Moment, new: bool) {
        let (day, device) = (self.work.day, self.device);
        let fresh = |one: &&Fitted<Program>| one.from == day || new && one.from < day && day <= one.to;
        let programs: Vec<&Fitted<Program>> = device.programs.iter().filter(fresh).collect();
        for (n, one) in programs.iter().enumerate() {
            let software = &SOFTWARE[one.what.software];
            let fields = format!(
                "\"AppName\":\"{}\",\"AppVersion\":\"{}\",\"AppVendor\":\"{}\",\"AppSource\":\"1\",\"UpdateFlag\":\"{}\"",
                software.name(device.os()),
                software.version,
                software.publisher,
                i32::from(one.from == day),
            );
            self.event(at + n as i64 * 90, &[one.tag], "InstalledApplication", &fields);
        }
        if device.os() == Os::Ubuntu {
            return;
        }
        for (n, one) in device.usb.iter().enumerate().filter(|(_, one)| one.from == day || one.to == day - 1)
        {
            self.usb(&one.what, n, one.from == day, at + 30_000 + n as i64 * 300, one.tag);
        }
    }

    fn commands(&mut self, draw: &mut Draw, supports: bool) {
        let (os, work, device) = (self.device.os(), self.work, self.device);
        let who = |who: &str| who == "all" || who == "dev" || (who == "it" && supports);
        let fits: Vec<_> = COMMANDS.iter().filter(|one| one.os == os && who(one.who)).collect();
        for _ in 0..draw.count(1.0, 0.5) {
            let one = fits[draw.weighted(&fits, |one| one.weight)];
            let at = moment(work.zone, work.day, draw.span(work.start, work.end)) + draw.range(0, 59_000);
            self.process(draw, at, &[], one.path, one.line);
        }
        for one in device.commands.iter().filter(|one| one.from == work.day) {
            // the same second as in every other export
            let at = moment(work.zone, work.day, one.what.minute)
                + (mix(one.what.minute as u64, 7) % 50_000) as i64;
            self.process(draw, at, &[one.tag], &one.what.path, &one.what.line);
        }
    }

    /// Names that the laptop looks up: where it signs in, and others of note.
    fn lookups(&mut self, at: Moment) {
        let (day, world) = (self.work.day, self.world);
        // a chance of its own: companies that were made before it came stay as they are
        let mut draw = Draw::new(world.seed, "looked up", (self.who as u64) << 20 | day as u64);
        let own = if world.systems.has("okta") {
            format!("{}.okta.com", world.org)
        } else {
            "login.microsoftonline.com".to_owned()
        };
        self.lookup(at, &[], &own);
        let known = self.device.lookups.iter().enumerate();
        for (n, one) in known.filter(|(_, one)| (one.from..=one.to).contains(&day)) {
            if draw.chance(0.8) {
                self.lookup(at + draw.range(60_000, 9_000_000) + n as i64, &[one.tag], &one.what);
            }
        }
    }

    fn lookup(&mut self, at: Moment, tags: &[Tag], name: &str) {
        let fields =
            format!("\"DomainName\":\"{name}\",\"RequestType\":\"1\",\"ContextBaseFileName\":\"chrome.exe\"");
        self.event(at, tags, "DnsRequest", &fields);
    }

    /// At the keyboard in the morning, and whatever else is of note.
    fn logons(&mut self, draw: &mut Draw) {
        let (work, device) = (self.work, self.device);
        let at = moment(work.zone, work.day, work.start) + draw.range(0, 20_000);
        let sensor = Sensor { world: self.world, at: self.at, egress: self.egress(work.start).0 };
        if draw.chance(0.5) {
            self.event(at, &[], "UserLogon", &sensor.logon(at, &device.user, ""));
        }
        for one in device.logons.iter().filter(|one| one.from == work.day) {
            let at = moment(work.zone, work.day, one.what.minute) + 40_000;
            let fields = sensor.logon(at, &one.what.user, &one.what.host);
            self.event(at, &[one.tag], "UserLogon", &fields);
        }
    }
}
