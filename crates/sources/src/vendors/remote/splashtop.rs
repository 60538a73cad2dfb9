//! Splashtop: what its streamer writes into the Windows event log (provider `Splashtop-Splashtop Streamer-Remote Session`).
//! The sentence itself is read by `hardware::tools`.

use super::line::{Part, Said};

const TOOL: &str = "splashtop";

/// `A Splashtop remote session (1018449597) was created. From: desk (203.0.113.7)`
pub fn read<'a>(provider: &str, message: &'a str) -> Option<Said<'a>> {
    if !provider.to_ascii_lowercase().starts_with("splashtop") {
        return None;
    }
    let Some(told) = hardware::tools::splashtop(message) else { return Some(Said::Silent(TOOL)) };
    let part = Part {
        tool: TOOL,
        activity: if told.has_ended { "end" } else { "start" },
        direction: Some("incoming"),
        remote_name: told.device,
        remote_ip: told.address.as_deref().and_then(|address| written(message, address)),
        session: (!told.number.is_empty()).then_some(told.number.into()),
        ..Part::default()
    };
    Some(part.said())
}

/// The address as the sentence has it.
fn written<'a>(message: &'a str, address: &str) -> Option<&'a str> {
    let place = message.find(address)?;
    message.get(place..place + address.len())
}
