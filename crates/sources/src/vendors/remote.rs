//! Logs of remote-access tools: AnyDesk, TeamViewer, RustDesk, Chrome Remote Desktop, ScreenConnect, Splashtop, Parsec, and
//! the session lists of their consoles. Vendor documentation: "Connection log", AnyDesk; "Log files" and "Connection reports", TeamViewer;
//! "Report Manager", ConnectWise ScreenConnect; the messages in the published source of RustDesk and of Chromium's remoting.
//!
//! # Layout
//! - here: plain logs line by line, and lines that a collector wrapped in JSON together with the host
//! - [`console`]: sheets of sessions; `audit`: the audit of a RustDesk server
//!
//! How a tool's line reads is known by `hardware::tools`, for `inspect` and for here
//! (`docs/decisions/0042-one-reader-of-remote-logs.md`).
//!
//! A plain log does not name its host. It is taken from the collector's wrapper, the line, or the folder and name of the
//! file (`docs/decisions/0017-whose-log-it-is.md`).

mod audit;
pub mod console;

use std::collections::BTreeMap;

use hardware::tools::{self, Clock, Direction, Part, Said};
use model::tables::{self, remote_session as t};
use model::{Cell, Record, Time, UnitKey};

use crate::json::{self, Value, get, str_of, text_at};
use crate::place;
use crate::reader::{JsonSource, Out};
use crate::recognise;
use crate::sheet;
use crate::source::{Block, Framing, Parsed, Reader, Recognised, Sample, Source, SourceDoc};
use crate::{frame, value};

/// Remote-access tools.
pub struct Remote;

static DOC: SourceDoc = SourceDoc {
    title: "Remote-access tools (AnyDesk, TeamViewer, ScreenConnect, Chrome Remote Desktop, RustDesk, Splashtop, Parsec)",
    documentation: "Connection log, AnyDesk; Log files, TeamViewer; Report Manager, ScreenConnect",
    recognised_by: "lines in the form of one tool's log, alone or in a collector's object with the host; lists of sessions",
    expects: &[
        "ad.trace, ad_svc.trace, connection_trace.txt",
        "Connections_incoming.txt, Connections.txt, TeamViewer15_Logfile.log",
        "rustdesk_rCURRENT.log, log.txt of Parsec",
        "host*, line or message*",
        "Session Name, Process Type, Participant Name, Network Address, Connected Time, Disconnected Time",
    ],
    fills: &["remote_session"],
};

/// Lines looked at for recognition.
const LINE_SAMPLE: usize = 2_000;

impl Source for Remote {
    fn kind(&self) -> &'static str {
        "remote"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "remote", "lines of remote-access tools")
            .or_else(|| plain(sample))
            .or_else(|| sheet::recognise(&console::PLAN, super::generic::PLANS, sample))
    }
}

/// A plain log of one of the tools.
fn plain(sample: &Sample<'_>) -> Option<Recognised> {
    let text = value::text_of(sample.bytes);
    if recognise::json_framing(sample.bytes).is_some() {
        return None;
    }
    let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty()).take(LINE_SAMPLE);
    let clock = Clock { offset_seconds: lines().find_map(tools::offset) };
    let (mut all, mut known, mut telling) = (0, 0, 0);
    let mut tool = None;
    for line in lines() {
        all += 1;
        match tools::said(line, &clock) {
            Some(Said::Part(part)) => {
                telling += 1;
                known += 1;
                tool = tool.or(Some(part.tool));
            }
            Some(Said::Silent(silent)) => {
                known += 1;
                tool = tool.or(Some(silent));
            }
            Some(Said::Broken(..)) => known += 1,
            None => {}
        }
    }
    let confidence = match known * 100 / all.max(1) {
        50.. => 88,
        20.. if telling > 0 => 70,
        // a system log with a few lines of a tool among others
        _ if telling > 0 => 45,
        _ => return None,
    };
    let told = lines().find_map(tools::own_host).map(str::to_owned);
    let host = place::host(sample.name).or(told);
    let whose = host.as_deref().map_or_else(
        || "host not named: put it into a folder or before the name".to_owned(),
        |host| format!("host {host}"),
    );
    let why = format!(
        "{known} of {all} lines are of {}, {whose}",
        tool.map_or("a remote-access tool", |tool| tool.slug)
    );
    let user = place::user(sample.name).map(str::to_owned);
    let reader = LineReader { host, user, clock };
    Some(Recognised { kind: "remote", confidence, why, framing: Framing::Lines, reader: Box::new(reader) })
}

/// Reads a plain log, line by line.
struct LineReader {
    host: Option<String>,
    user: Option<String>,
    clock: Clock,
}

impl Reader for LineReader {
    fn read(&self, block: &Block) -> Parsed {
        let mut parsed = Parsed::default();
        let mut skipped: BTreeMap<&'static str, u64> = BTreeMap::new();
        let mut counted = (0, block.line);
        for range in frame::units(&block.bytes, Framing::Lines) {
            let unit = frame::unit_of(block, &range, &mut counted);
            let bytes = &block.bytes[range];
            let index = parsed.units.len();
            parsed.units.push(unit);
            let text = value::text_of(bytes);
            let part = match tools::said(&text, &self.clock) {
                Some(Said::Part(part)) => part,
                Some(Said::Broken(column, reason)) => {
                    let mut reject = frame::reject(unit, reason, bytes);
                    reject.column = Some(column.to_owned());
                    parsed.rejects.push(reject);
                    continue;
                }
                Some(Said::Silent(tool)) => {
                    *skipped.entry(tool.slug).or_default() += 1;
                    continue;
                }
                None => {
                    *skipped.entry("line of no known form").or_default() += 1;
                    continue;
                }
            };
            // One helper may visit two laptops in the same minute: the same line in two logs is two records.
            let host = part.host.or(self.host.as_deref()).unwrap_or_default();
            let key = UnitKey::of_bytes(&[host.as_bytes(), b"\x1f", bytes].concat());
            let mut record = Record::new(&t::TABLE, key, 0, index);
            record.set(tables::SOURCE, Cell::Text("remote".to_owned()));
            record.text(t::hostname, self.host.as_deref());
            record.text(t::user_name, self.user.as_deref());
            fill(&part, &mut record);
            if part.time.is_none() {
                parsed.rejects.push(frame::reject(unit, "time cannot be read", bytes));
            }
            parsed.records.push(record);
        }
        parsed.skipped = skipped.into_iter().map(|(name, count)| (name.to_owned(), count)).collect();
        parsed
    }
}

/// The cells that a line fills; what it does not say stays.
fn fill(part: &Part<'_>, record: &mut Record) {
    record.time(tables::TIME, part.time.or(part.start).map(Time));
    record.text(t::activity, Some(part.activity.as_str()));
    record.text(t::tool, Some(part.tool.slug));
    record.text(t::direction, part.direction.map(Direction::as_str));
    record.text(t::hostname, part.host);
    let mail = part.remote_name.filter(|name| {
        name.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'))
    });
    record.text(t::remote_email, mail);
    record.text(t::remote_name, part.remote_name.filter(|_| mail.is_none()));
    record.text(t::remote_uid, part.remote_uid);
    record.text(t::remote_ip, part.remote_ip.as_deref());
    record.text(t::remote_host, part.remote_host);
    record.text(t::local_uid, part.local_uid);
    record.text(t::local_ip, part.local_ip.as_deref());
    record.text(t::user_name, part.user);
    record.text(t::method, part.method);
    record.text(t::mode, part.mode);
    record.time(t::start_time, part.start.map(Time));
    record.time(t::end_time, part.end.map(Time));
    let seconds = part.start.zip(part.end).map(|(start, end)| end.saturating_sub(start) / 1_000_000);
    record.int(t::duration_seconds, seconds.filter(|seconds| *seconds >= 0));
    record.text(t::session_uid, part.session.as_deref());
    record.bool(t::is_local_clock, part.is_local_clock.then_some(true));
}

const LINES: &[&str] = &["line", "message", "_raw", "raw", "log", "content", "msg", "text", "entry"];
const HOSTS: &[&str] = &[
    "host",
    "hostname",
    "host_name",
    "computer",
    "computer_name",
    "fqdn",
    "machine",
    "machine_name",
    "device_name",
    "device",
    "hostIdentifier",
    "endpoint",
    "asset",
];
const NESTED: &[&[&str]] = &[
    &["host", "name"],
    &["host", "hostname"],
    &["winlog", "computer_name"],
    &["decorations", "hostname"],
    &["agent", "hostname"],
    &["agent", "name"],
    &["beat", "hostname"],
    &["Event", "System", "Computer"],
    &["device", "hostname"],
    &["device", "name"],
];
const PROVIDERS: &[&[&str]] = &[
    &["provider_name"],
    &["SourceName"],
    &["ProviderName"],
    &["Provider"],
    &["source_name"],
    &["winlog", "provider_name"],
    &["Provider", "Name"],
    &["Event", "System", "Provider", "Name"],
    &["Event", "System", "Provider", "#attributes", "Name"],
    &["log", "syslog", "appname"],
    &["program"],
    &["appname"],
    &["process", "name"],
];

/// The line within a collector's object, and what it says; or what a console's own object says.
fn wrapped<'i>(event: Value<'_, 'i>) -> Option<Said<'i>> {
    if let Some(found) = tools::splashtop_console(|name| get(event, name).and_then(str_of)) {
        return Some(found);
    }
    let columns = get(event, "columns").filter(|columns| columns.is_object());
    let texts = [Some(event), columns]
        .into_iter()
        .flatten()
        .flat_map(|at| LINES.iter().filter_map(move |key| get(at, key).and_then(str_of)));
    let clock = Clock { offset_seconds: None };
    for text in texts.filter(|text| !text.starts_with('{') && text.len() < 4_096) {
        if let Some(found) = tools::said(text, &clock) {
            return Some(found);
        }
        let provider = PROVIDERS.iter().find_map(|path| json::at(event, path).and_then(str_of));
        if let Some(found) = provider.and_then(|name| tools::of_provider(name, text)) {
            return Some(found);
        }
    }
    None
}

/// Whether an osquery row is a line of a log that is read here.
pub(crate) fn is_row_of_lines(event: Value<'_, '_>) -> bool {
    json::at(event, &["columns", "line"]).is_some() && wrapped(event).is_some()
}

fn host_of(event: Value<'_, '_>) -> Option<String> {
    let nested = NESTED.iter().find_map(|path| json::at(event, path).and_then(str_of));
    let flat = || HOSTS.iter().find_map(|key| get(event, key).and_then(str_of));
    nested.or_else(flat).map(str::trim).filter(|host| !model::record::is_missing(host)).map(str::to_owned)
}

impl JsonSource for Remote {
    fn kind(&self) -> &'static str {
        "remote"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        if audit::matches(event) {
            85
        } else if wrapped(event).is_some() {
            94
        } else {
            0
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if audit::matches(event) {
            return audit::read(event, out);
        }
        let part = match wrapped(event) {
            Some(Said::Part(part)) => part,
            Some(Said::Silent(tool)) => return out.skip(tool.slug),
            Some(Said::Broken(column, reason)) => return out.reject(Some(column), reason),
            None => return,
        };
        let times = [
            "@timestamp",
            "_time",
            "TimeCreated",
            "time_created",
            "timestamp",
            "unixTime",
            "TimeGenerated",
            "time",
        ];
        let collected = times.iter().filter_map(|key| get(event, key)).find_map(json::time);
        let mut record = out.record(&t::TABLE, collected);
        fill(&part, &mut record);
        // a line in local time without an offset is worse than the time at which the collector saw it
        if part.time.is_none() || part.is_local_clock {
            record.time(tables::TIME, collected.or(part.time.map(Time)));
        }
        let path = ["path", "OSPath", "file", "source", "filename"].iter().find_map(|key| {
            get(event, key).and_then(str_of).or_else(|| json::at(event, &["columns", key]).and_then(str_of))
        });
        let around = host_of(event).or_else(|| path.and_then(place::host));
        record.text(t::hostname, around.as_deref().or(part.host));
        for (at, keys) in [
            (t::serial, &["serial", "serial_number", "hardware_serial"][..]),
            (t::device_uid, &["device_uid", "device_id", "host_uuid", "aid", "ClientId"][..]),
            (t::user_name, &["user_name", "local_user"][..]),
        ] {
            let decorated = |key: &&str| json::at(event, &["decorations", key]).and_then(json::text);
            let found = keys.iter().find_map(|key| text_at(event, key).or_else(|| decorated(key)));
            record.text(at, found.as_deref());
        }
        if record.event_time().is_none() {
            out.reject(None, "time cannot be read");
        }
        out.push(record);
    }
}
