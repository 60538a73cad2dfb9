//! One message to a syslog receiver: RFC 5424, over UDP (RFC 5426), TCP with counted octets (RFC 6587) or TLS (RFC 5425).
//! None of these acknowledges: over UDP a message may be lost without a trace, over TCP what a receiver that dies has
//! taken in may be.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UdpSocket;
use tokio::time::timeout;

use crate::line::Courier;
use crate::{Address, Error, Result};

/// How long sending may take.
const SENDING: Duration = Duration::from_secs(20);
/// How long it is listened whether the receiver breaks the connection off.
const LISTEN: Duration = Duration::from_millis(300);
/// Facility: security and authorisation messages.
const FACILITY: u8 = 10;
/// Longest message in one datagram, bytes: what UDP over IPv4 holds.
const DATAGRAM: usize = 65_507;

/// One message.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// 0 (emergency) to 7 (debug).
    pub severity: u8,
    /// When it was sent, RFC 3339.
    pub time: &'a str,
    /// What kind of message it is.
    pub kind: &'a str,
    /// Text.
    pub text: &'a str,
}

impl Message<'_> {
    /// As it is sent.
    #[must_use]
    pub fn written(&self) -> String {
        let priority = FACILITY * 8 + self.severity.min(7);
        let word = |text: &str| -> String {
            let clean: String = text.chars().filter(char::is_ascii_graphic).take(32).collect();
            if clean.is_empty() { "-".into() } else { clean }
        };
        // a line end would be a second message to receivers that count lines
        let text: String = self.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        format!("<{priority}>1 {} - bonafide - {} - {text}", word(self.time), word(self.kind))
    }
}

impl Courier {
    /// Sends one message.
    ///
    /// # Errors
    /// Where nobody is reached, the connection breaks, or the message is too long for a datagram.
    pub async fn log(&self, to: &Address, message: &Message<'_>) -> Result<()> {
        let host = to.authority();
        let text = message.written();
        let sending = async {
            if to.scheme == "syslog+udp" { datagram(to, &text).await } else { self.stream(to, &text).await }
        };
        timeout(SENDING, sending).await.map_err(|_| Error::Late { host })?
    }

    async fn stream(&self, to: &Address, text: &str) -> Result<()> {
        let reach = |cause: std::io::Error| Error::Reach { host: to.authority(), cause };
        let mut stream = self.connect(to).await?;
        stream.write_all(format!("{} {text}", text.len()).as_bytes()).await.map_err(reach)?;
        stream.flush().await.map_err(reach)?;
        stream.shutdown().await.map_err(reach)?;
        let mut one = [0_u8; 1];
        match timeout(LISTEN, stream.read(&mut one)).await {
            Ok(Err(cause)) if cause.kind() != std::io::ErrorKind::UnexpectedEof => Err(reach(cause)),
            _ => Ok(()),
        }
    }
}

async fn datagram(to: &Address, text: &str) -> Result<()> {
    let reach = |cause: std::io::Error| Error::Reach { host: to.authority(), cause };
    if text.len() > DATAGRAM {
        let why = format!("{} bytes do not fit into one datagram; hint: syslog+tcp", text.len());
        return Err(Error::Answer { host: to.authority(), why });
    }
    let mut found = tokio::net::lookup_host((to.host.as_str(), to.port)).await.map_err(reach)?;
    let nobody = || reach(std::io::Error::new(std::io::ErrorKind::NotFound, "the name leads nowhere"));
    let there = found.next().ok_or_else(nobody)?;
    let own = if there.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
    let socket = UdpSocket::bind(own).await.map_err(reach)?;
    socket.send_to(text.as_bytes(), there).await.map_err(reach)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_of_rfc_5424() {
        let message =
            Message { severity: 4, time: "2026-06-01T08:00:00Z", kind: "finding", text: "{\"a\":\n1}" };
        assert_eq!(message.written(), "<84>1 2026-06-01T08:00:00Z - bonafide - finding - {\"a\": 1}");
    }
}
