//! Parsec: `log.txt` of the host, in local time without an offset. The line itself is read by `hardware::tools`.

use model::Time;

use super::line::{Part, Said};

const TOOL: &str = "parsec";

/// `[D 2026-03-14 10:37:05] Ines#1234 connected.`
pub fn read(line: &str) -> Option<Said<'_>> {
    let (time, user, what) = hardware::tools::guest(line)?;
    let activity = match what {
        "connected" => "start",
        "disconnected" => "end",
        _ => "request",
    };
    let part = Part {
        tool: TOOL,
        activity,
        time: time.map(Time),
        direction: Some("incoming"),
        remote_uid: Some(user),
        session: Some(user.into()),
        is_local_clock: true,
        ..Part::default()
    };
    Some(part.said())
}
