//! Parsec: `log.txt` of the host, in local time without an offset.

use super::line::{Activity, Part, Said, Tool};
use super::session::Direction;
use super::time;

const TOOL: Tool = Tool { slug: "parsec", name: "Parsec" };

/// `[D 2026-03-14 10:37:05] Ines#1234 connected.`
pub(super) fn read(line: &str) -> Option<Said<'_>> {
    let (head, said) = line.trim().strip_prefix('[')?.split_once("] ")?;
    // The first line of each start names the version; a log without a guest is a log all the same.
    if said.starts_with("log: Parsec ") {
        return Some(Said::Silent(TOOL));
    }
    let when = time::parse(head.trim_start_matches(|c: char| c.is_ascii_alphanumeric()).trim_start())
        .or_else(|| time::parse(head));
    let place = said.find('#')?;
    let digits = said.get(place + 1..)?.bytes().take_while(u8::is_ascii_digit).count();
    let (user, what) = said.split_at_checked(place + 1 + digits)?;
    let activity = match what.trim().trim_end_matches('.') {
        _ if digits == 0 => return None,
        "connected" => Activity::Start,
        "disconnected" => Activity::End,
        "is trying to connect to your computer" => Activity::Request,
        _ => return None,
    };
    let part = Part {
        tool: TOOL,
        activity,
        time: when,
        // whoever knocked is there from here on
        start: when.filter(|_| activity == Activity::Start),
        direction: Some(Direction::Incoming),
        remote_uid: Some(user),
        session: Some(user.into()),
        is_local_clock: true,
        ..Part::default()
    };
    Some(part.said())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::{Outcome, read};

    #[test]
    fn guests_come_and_go_or_are_not_let_in() {
        let text = "[D 2026-03-14 10:37:03] Some One#1234 is trying to connect to your computer.\n\
                    [D 2026-03-14 10:37:05] Some One#1234 connected.\n[I 2026-03-14 10:37:06] encoder ready\n\
                    [D 2026-03-14 12:37:05] Some One#1234 disconnected.\n\
                    [D 2026-03-14 13:00:00] Other#77 is trying to connect to your computer.\n";
        let log = read(text).unwrap();
        assert_eq!(log.sessions.len(), 2);
        assert_eq!((log.sessions[0].peer.as_str(), log.sessions[0].seconds()), ("Some One#1234", Some(7200)));
        assert_eq!((log.sessions[0].outcome, log.sessions[1].outcome), (Outcome::Held, Outcome::Refused));
        let alone =
            "[I 2026-03-14 10:37:03] log: Parsec release150-93b (8e8a6c1)\n[I 2026-03-14 10:37:09] exit: 0\n";
        assert!(read(alone).unwrap().sessions.is_empty());
    }
}
