//! What runs on a laptop, what is installed and what was started by hand.

use super::osquery::Host;
use super::osquery_line::row;
use crate::calendar::{Moment, moment};
use crate::catalogue::{COMMANDS, Os, SOFTWARE};
use crate::draw::{Draw, mix};
use crate::life::Workday;
use crate::world::{Fitted, Program};

impl Host<'_> {
    /// A few of the processes that run: three ordinary ones and what else is on today.
    pub(super) fn processes(&mut self, draw: &mut Draw, at: Moment) {
        let (os, day) = (self.device.os(), self.day);
        let present: Vec<_> =
            self.device.programs.iter().filter(|one| one.from <= day && day <= one.to).cloned().collect();
        let mut rows = String::new();
        let mut ordinary = 0;
        for one in present {
            let software = &SOFTWARE[one.what.software];
            let common = matches!(software.kind, "base" | "dev" | "extra");
            if common && (ordinary >= 3 || !draw.chance(0.35)) || !common && !self.device.is_on(&one, day) {
                continue;
            }
            ordinary += i32::from(common);
            let path = software.process(os);
            let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
            let pid = draw.range(400, 9000).to_string();
            row(
                &mut rows,
                &[
                    ("pid", &pid),
                    ("name", name),
                    ("path", path),
                    ("cmdline", path),
                    ("parent", "1"),
                    ("uid", "501"),
                    ("state", "S"),
                    ("threads", "12"),
                    ("on_disk", "1"),
                ],
            );
            self.mark(one.tag, at);
            if software.port > 0 && !common && draw.chance(0.5) {
                self.listens(&one, at + 2000, &pid);
            }
        }
        if !rows.is_empty() {
            self.snapshot(at, "processes", &rows);
        }
    }

    fn listens(&mut self, one: &Fitted<Program>, at: Moment, pid: &str) {
        let software = &SOFTWARE[one.what.software];
        let path = software.process(self.device.os());
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let port = software.port.to_string();
        self.change(
            at,
            "listening_ports",
            true,
            &[
                ("pid", pid),
                ("port", &port),
                ("protocol", "6"),
                ("family", "2"),
                ("address", "0.0.0.0"),
                ("path", path),
                ("name", name),
            ],
        );
        self.mark(one.tag, at);
    }

    pub(super) fn inventory_name(&self) -> &'static str {
        match self.device.os() {
            Os::Darwin => "apps",
            Os::Windows => "programs",
            Os::Ubuntu => "deb_packages",
        }
    }

    /// The whole list of applications, once for each laptop.
    pub(super) fn software(&mut self, at: Moment) {
        let (device, day) = (self.device, self.day);
        let mut rows = String::new();
        for one in device.programs.iter().filter(|one| one.from < day && day <= one.to) {
            self.program_row(&mut rows, one);
            self.mark(one.tag, at);
        }
        self.snapshot(at, self.inventory_name(), &rows);
    }

    pub(super) fn program_row(&self, rows: &mut String, one: &Fitted<Program>) {
        let software = &SOFTWARE[one.what.software];
        let os = self.device.os();
        let (name, version) = (software.name(os), software.version);
        match os {
            Os::Darwin => row(
                rows,
                &[
                    ("name", name),
                    ("path", &format!("/Applications/{name}")),
                    ("bundle_identifier", software.bundle),
                    ("bundle_executable", name.trim_end_matches(".app")),
                    ("bundle_short_version", version),
                    ("bundle_version", version),
                ],
            ),
            Os::Windows => row(
                rows,
                &[
                    ("name", name),
                    ("version", version),
                    ("publisher", software.publisher),
                    ("install_location", ""),
                    ("install_date", &crate::calendar::iso(one.from.min(self.day)).replace('-', "")),
                    ("identifying_number", ""),
                ],
            ),
            Os::Ubuntu => row(
                rows,
                &[
                    ("name", name),
                    ("version", version),
                    ("source", ""),
                    ("size", "204800"),
                    ("arch", "amd64"),
                    ("status", "install ok installed"),
                    ("maintainer", software.publisher),
                ],
            ),
        }
    }

    /// Commands that people start, ordinary ones and those of note, and log-ons.
    pub(super) fn commands(&mut self, draw: &mut Draw, work: &Workday, supports: bool) {
        let (os, day, device) = (self.device.os(), self.day, self.device);
        let who = |who: &str| who == "all" || who == "dev" || (who == "it" && supports);
        let fits: Vec<_> = COMMANDS.iter().filter(|one| one.os == os && who(one.who)).collect();
        for _ in 0..draw.count(1.0, 0.5) {
            let one = fits[draw.weighted(&fits, |one| one.weight)];
            let at = moment(work.zone, day, draw.span(work.start, work.end)) + draw.range(0, 59_000);
            self.process_event(draw, at, one.path, one.line);
        }
        for one in device.commands.iter().filter(|one| one.from == day) {
            let at = moment(work.zone, day, one.what.minute) + draw.range(0, 50_000);
            self.process_event(draw, at, &one.what.path, &one.what.line);
            self.mark(one.tag, at);
        }
        for one in device.logons.iter().filter(|one| one.from == day) {
            let at = moment(work.zone, day, one.what.minute);
            let since = (at / 1000).to_string();
            self.change(
                at + 40_000,
                "logged_in_users",
                true,
                &[
                    ("type", "user"),
                    ("user", &one.what.user),
                    ("tty", if one.what.host.is_empty() { "console" } else { "rdp-tcp#3" }),
                    ("host", &one.what.host),
                    ("time", &since),
                    ("pid", "2117"),
                ],
            );
            self.mark(one.tag, at + 40_000);
        }
    }

    /// A command in the event table of the system, with the columns of that table.
    fn process_event(&mut self, draw: &mut Draw, at: Moment, path: &str, line: &str) {
        let (pid, parent) = (draw.range(3000, 60_000).to_string(), draw.range(300, 3000).to_string());
        let seconds = (at / 1000).to_string();
        let number = mix(at as u64, u64::from(self.device.mac.0[5])) % 10_000_000;
        let eid = number.to_string();
        match self.device.os() {
            Os::Darwin => self.change(
                at,
                "es_process_events",
                true,
                &[
                    ("event_type", "exec"),
                    ("pid", &pid),
                    ("parent", &parent),
                    ("original_parent", &parent),
                    ("path", path),
                    ("cmdline", line),
                    ("username", self.user),
                    ("uid", "501"),
                    ("euid", "501"),
                    ("gid", "20"),
                    ("egid", "20"),
                    ("platform_binary", if path.starts_with("/usr/") { "1" } else { "0" }),
                    ("time", &seconds),
                    ("eid", &eid),
                ],
            ),
            Os::Windows => self.change(
                at,
                "process_etw_events",
                true,
                &[
                    ("type", "ProcessStart"),
                    ("pid", &pid),
                    ("ppid", &parent),
                    ("path", path),
                    ("cmdline", line),
                    ("username", self.user),
                    ("session_id", "1"),
                    ("token_elevation_type", "TokenElevationTypeLimited"),
                    ("time", &seconds),
                    ("eid", &eid),
                ],
            ),
            Os::Ubuntu => self.change(
                at,
                "bpf_process_events",
                true,
                &[
                    ("pid", &pid),
                    ("tid", &pid),
                    ("parent", &parent),
                    ("uid", "1000"),
                    ("gid", "1000"),
                    ("exit_code", "0"),
                    ("syscall", "execve"),
                    ("path", path),
                    ("cmdline", line),
                    ("cwd", "/home"),
                    ("time", &seconds),
                    ("eid", &eid),
                ],
            ),
        }
    }
}
