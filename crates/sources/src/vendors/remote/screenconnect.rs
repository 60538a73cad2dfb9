//! ScreenConnect: what its client writes into the Windows Application log (provider `ScreenConnect Client (…)`).

use super::line::{Part, Said};

const TOOL: &str = "screenconnect";

/// `Ines Okafor Connected`, followed by the version and the path of the client.
pub fn read<'a>(provider: &str, message: &'a str) -> Option<Said<'a>> {
    if !provider.to_ascii_lowercase().starts_with("screenconnect") {
        return None;
    }
    let first = message.trim().lines().next().unwrap_or_default().trim();
    let (activity, name) = if let Some(name) = first.strip_suffix(" Disconnected") {
        ("end", name)
    } else if let Some(name) = first.strip_suffix(" Connected") {
        ("start", name)
    } else {
        return Some(Said::Silent(TOOL));
    };
    let part = Part {
        tool: TOOL,
        activity,
        direction: Some("incoming"),
        remote_name: Some(name.trim()),
        ..Part::default()
    };
    Some(part.said())
}
