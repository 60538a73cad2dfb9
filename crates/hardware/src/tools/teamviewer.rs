//! TeamViewer: `Connections_incoming.txt`, `Connections.txt` (UTC), `TeamViewer*_Logfile.log` (local time; its head
//! says the offset).

use super::session::{Direction, Session};
use super::{Format, LOOKED_AT, Log, address, between, time};

/// The lists of connections.
pub const CONNECTIONS: Format =
    Format { name: "TeamViewer connections", recognises: is_list, read: read_list };
/// The running log.
pub const LOG: Format = Format { name: "TeamViewer log", recognises: is_log, read: read_log };

const MODES: [&str; 7] =
    ["RemoteControl", "FileTransfer", "VPN", "Meeting", "RemoteSupport", "Presentation", "AssistAR"];

/// A row: id, name, start, end, local user, mode, id of the connection. `Connections.txt` has no name.
fn row(line: &str) -> Option<Session> {
    let by_tab: Vec<&str> = line.split('\t').map(str::trim).collect();
    let by_blanks: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    let cells = if by_tab.len() >= 5 { by_tab } else { by_blanks };
    let id = cells.first().filter(|id| id.len() >= 6 && id.bytes().all(|byte| byte.is_ascii_digit()))?;
    let is_time = |cell: &&str| time::parse(cell).is_some();
    let first = cells.iter().position(is_time).filter(|place| matches!(place, 1 | 2))?;
    let cell = |place: usize| cells.get(place).copied().unwrap_or("");
    let mode = cells.iter().find(|cell| MODES.contains(cell)).copied().unwrap_or("");
    // Only what comes in has the name of the other side.
    let direction = if first == 2 { Direction::Incoming } else { Direction::Outgoing };
    Some(Session {
        tool: "TeamViewer",
        direction,
        peer: (*id).to_owned(),
        peer_name: if first == 2 { cell(1).to_owned() } else { String::new() },
        start: time::parse(cell(first)),
        end: time::parse(cell(first + 1)),
        local_user: cell(first + 2).to_owned(),
        method: mode.to_owned(),
        ..Session::default()
    })
}

fn is_list(text: &str) -> bool {
    // Numbers and times stand in many lists; the mode is TeamViewer's own word.
    text.lines().take(LOOKED_AT).any(|line| row(line).is_some_and(|session| !session.method.is_empty()))
}

fn read_list(text: &str) -> Log {
    let mut log = Log::default();
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match row(line) {
            Some(session) => log.sessions.push(Session { line: place + 1, ..session }),
            None => log.rejects.push((place + 1, "not a connection of TeamViewer")),
        }
    }
    log
}

fn is_log(text: &str) -> bool {
    let has = |word: &str| text.lines().take(4 * LOOKED_AT).any(|line| line.contains(word));
    has("TeamViewer") && (has(" S0 ") || has(" G1 ") || has(" D1 ")) && has("Logger started")
        || has("Negotiating session encryption: client hello")
}

fn read_log(text: &str) -> Log {
    let mut log = Log::default();
    let mut offset_seconds = 0;
    // The id that the partner asks for comes with the hello; the session with its end.
    let mut open: Option<usize> = None;
    for (place, line) in text.lines().enumerate() {
        let when = |line: &str| time::parse(line).map(|local| local - offset_seconds * time::SECOND);
        if let Some(zone) = line.strip_prefix("Start:").and_then(|rest| between(rest, "(UTC", ")")) {
            offset_seconds = zone_seconds(zone);
        } else if let Some(id) = between(line, "client hello received from ", ",") {
            let is_same = open
                .and_then(|place| log.sessions.get(place))
                .is_some_and(|session: &Session| session.peer == id.trim() && session.end.is_none());
            if !is_same {
                open = Some(log.sessions.len());
                log.sessions.push(Session {
                    tool: "TeamViewer",
                    peer: id.trim().to_owned(),
                    start: when(line),
                    line: place + 1,
                    ..Session::default()
                });
            }
        } else if let Some(id) =
            between(line, "DyngateID: ", ",").or_else(|| between(line, "SessionID \"", "\""))
        {
            if id != "0" && !log.own_ids.iter().any(|known| known == id) {
                log.own_ids.push(id.to_owned());
            }
        } else if let Some(session) = open.and_then(|place| log.sessions.get_mut(place)) {
            if let Some(name) = between(line, "Partner \"", " (").filter(|_| session.peer_name.is_empty()) {
                name.clone_into(&mut session.peer_name);
            }
            if let Some(from) = between(line, "punch received a=", " ").and_then(address)
                && session.address.is_empty()
            {
                session.address = from;
            }
            if line.contains(&format!("Session to {} ended", session.peer))
                || line.contains("SessionTerminate: removing session")
            {
                session.end = session.end.or_else(|| when(line));
            }
        }
    }
    log
}

/// `-8:00` behind the start of a log.
fn zone_seconds(zone: &str) -> i64 {
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.trim_start_matches(['+', '-']).split_once(':').unwrap_or((zone, "0"));
    let number = |text: &str| text.trim_start_matches(['+', '-']).parse::<i64>().ok().filter(|n| *n < 60);
    sign * (number(hours).unwrap_or(0) * 60 + number(minutes).unwrap_or(0)) * 60
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_with_and_without_names_are_read() {
        let incoming =
            "1660360496\tTestUser\t16-02-2026 14:16:32\t16-02-2026 14:18:36\tIEUser\tRemoteControl\t{b3a4}";
        assert!(is_list(incoming));
        let session = &read_list(incoming).sessions[0];
        assert_eq!((session.peer_name.as_str(), session.local_user.as_str()), ("TestUser", "IEUser"));
        assert_eq!((session.direction, session.seconds()), (Direction::Incoming, Some(124)));
        let outgoing = "\n1660360496                      20-02-2026 13:10:33             20-02-2026 13:11:52             \
                        IEUser                          RemoteControl                   {b35110b2}\n";
        assert!(is_list(outgoing));
        let session = &read_list(outgoing).sessions[0];
        assert_eq!((session.direction, session.seconds(), session.line), (Direction::Outgoing, Some(79), 2));
    }

    #[test]
    fn a_session_of_the_log_has_its_ends_and_names() {
        let text = "2026/02/16 06:05:19.349  2136       3688  0   Logger started.\n\
                    Start:              2026/02/16 06:05:19.548 (UTC-8:00)\n\
                    2026/02/16 06:07:20.820  2136 3728 S0   Adapter(): CC: 61, DyngateID: 1660388656, ProcessType: 2, TeamViewer\n\
                    2026/02/16 06:16:32.562  2216 2492 S0   Negotiating session encryption: client hello received from 1660360496, RSA\n\
                    2026/02/16 06:16:32.562  2216 2492 S0   Negotiating session encryption: client hello received from 1660360496, RSA\n\
                    2026/02/16 06:16:47.785  5276 5356 G1   VoIP: Partner \"TestAccount (1 660 360 496)\" subscribed\n\
                    2026/02/16 06:16:48.000  2216 2492 S0   UDPv4: punch received a=203.0.113.7:50123: (*)\n\
                    2026/02/16 06:18:36.136  2216 2492 S0   SessionStatistics[2] Session to 1660360496 ended.\n";
        assert!(is_log(text));
        let log = read_log(text);
        assert_eq!((log.sessions.len(), log.own_ids), (1, vec!["1660388656".to_owned()]));
        let session = &log.sessions[0];
        assert_eq!((session.peer_name.as_str(), session.address.as_str()), ("TestAccount", "203.0.113.7"));
        assert_eq!(session.seconds(), Some(123));
        assert_eq!(session.start.map(time::write).as_deref(), Some("2026-02-16T14:16:32Z"));
    }
}
