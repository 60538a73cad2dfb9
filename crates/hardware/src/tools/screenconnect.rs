//! ScreenConnect: what its client writes into the Windows Application log (provider `ScreenConnect Client (…)`).

use super::line::{Activity, Part, Said, Tool};
use super::session::Direction;

const TOOL: Tool = Tool { slug: "screenconnect", name: "ScreenConnect" };

/// `Ines Okafor Connected`, followed by the version and the path of the client.
pub(super) fn read<'a>(provider: &str, message: &'a str) -> Option<Said<'a>> {
    if !provider.to_ascii_lowercase().starts_with("screenconnect") {
        return None;
    }
    let first = message.trim().lines().next().unwrap_or_default().trim();
    let (activity, name) = if let Some(name) = first.strip_suffix(" Disconnected") {
        (Activity::End, name)
    } else if let Some(name) = first.strip_suffix(" Connected") {
        (Activity::Start, name)
    } else {
        return Some(Said::Silent(TOOL));
    };
    let part = Part {
        tool: TOOL,
        activity,
        direction: Some(Direction::Incoming),
        remote_name: Some(name.trim()),
        ..Part::default()
    };
    Some(part.said())
}
