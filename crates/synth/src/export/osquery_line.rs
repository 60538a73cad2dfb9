//! The envelope of an osquery result. Shape: "Logging", osquery documentation; columns: osquery's table specifications.

use std::fmt::Write;

use super::json::Text;
use crate::calendar::{Moment, utc};
use crate::world::Device;

/// Cells of a row: column and value, all texts, as osquery logs them.
pub type Cells<'a> = &'a [(&'a str, &'a str)];

/// A snapshot result; `rows` are objects already.
pub fn snapshot(out: &mut String, device: &Device, user: &str, at: Moment, name: &str, rows: &str) {
    let _ = write!(out, "{{\"snapshot\":[{rows}],\"action\":\"snapshot\",");
    envelope(out, device, user, at, name, 0);
    out.push_str("}\n");
}

/// A differential or event result.
pub fn change(
    out: &mut String,
    device: &Device,
    user: &str,
    at: Moment,
    name: &str,
    added: bool,
    cells: Cells<'_>,
) {
    let mut object = String::new();
    row(&mut object, cells);
    change_of(out, device, user, at, name, added, &object);
}

/// The same, with the row as an object already.
pub fn change_of(
    out: &mut String,
    device: &Device,
    user: &str,
    at: Moment,
    name: &str,
    added: bool,
    object: &str,
) {
    out.push('{');
    envelope(out, device, user, at, name, (at / 3_600_000) as u64 % 9000 + 1);
    let action = if added { "added" } else { "removed" };
    let _ = writeln!(out, ",\"columns\":{object},\"action\":\"{action}\"}}");
}

fn envelope(out: &mut String, device: &Device, user: &str, at: Moment, name: &str, counter: u64) {
    // a String takes every write
    let _ = write!(
        out,
        "\"name\":\"pack_bonafide_{name}\",\"hostIdentifier\":\"{}\",\"calendarTime\":\"{} UTC\",\"unixTime\":{},\"epoch\":0,\"counter\":{counter},\"numerics\":false,\"decorations\":{{\"host_uuid\":\"{}\",\"hostname\":\"{}\",\"hardware_serial\":\"{}\",\"platform\":\"{}\",\"username\":\"{}\"}}",
        device.uuid,
        utc(at).format("%a %b %e %H:%M:%S %Y"),
        at / 1000,
        device.uuid,
        Text(&device.host),
        device.serial,
        device.os().platform(),
        Text(user),
    );
}

/// One row as an object; with a comma before it where it is not the first.
pub fn row(out: &mut String, cells: Cells<'_>) {
    if out.ends_with('}') {
        out.push(',');
    }
    out.push('{');
    for (at, (column, value)) in cells.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(out, "{comma}\"{column}\":\"{}\"", Text(value));
    }
    out.push('}');
}
