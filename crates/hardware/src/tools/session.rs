//! A remote session, and what several of them tell together.

/// Which way a session goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Direction {
    /// Somebody elsewhere works on this computer.
    #[default]
    Incoming,
    /// Somebody at this computer works on another.
    Outgoing,
}

impl Direction {
    /// As rows name it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
        }
    }
}

/// How it came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Outcome {
    /// It took place.
    #[default]
    Held,
    /// It was turned away, or nobody got in.
    Refused,
}

/// One session of a remote-access tool, as its own log tells it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Session {
    /// Family of the tool, as `facts/remote_tools.tsv` has it.
    pub tool: &'static str,
    /// Which way.
    pub direction: Direction,
    /// How it came out.
    pub outcome: Outcome,
    /// The far side in the tool's own numbering, or its account.
    pub peer: String,
    /// What the far side is called.
    pub peer_name: String,
    /// Address that the far side came from.
    pub address: String,
    /// How it was let in: `user`, `password`, `token` …
    pub method: String,
    /// Account on this computer, where told.
    pub local_user: String,
    /// Beginning, microseconds UTC (local time where the log does not say its zone).
    pub start: Option<i64>,
    /// End.
    pub end: Option<i64>,
    /// Line of the log, from 1.
    pub line: usize,
}

impl Session {
    /// Length in seconds, where both ends are known.
    #[must_use]
    pub fn seconds(&self) -> Option<i64> {
        let length = self.end?.checked_sub(self.start?)?;
        (length >= 0).then_some(length / super::time::SECOND)
    }

    /// Whether somebody else worked on this computer.
    #[must_use]
    pub fn came_in(&self) -> bool {
        (self.direction, self.outcome) == (Direction::Incoming, Outcome::Held)
    }

    /// Whether two sessions ran at the same time for at least a minute: shorter overlaps are hand-overs.
    fn overlaps(&self, other: &Self) -> bool {
        const LEAST: i64 = 60 * super::time::SECOND;
        let (Some(start), Some(end)) = (self.start, self.end) else { return false };
        let (Some(other_start), Some(other_end)) = (other.start, other.end) else { return false };
        end.min(other_end).saturating_sub(start.max(other_start)) >= LEAST
    }

    fn is_same_side(&self, other: &Self) -> bool {
        self.tool == other.tool && self.peer == other.peer && self.direction == other.direction
    }
}

/// For each session of one computer, another that ran inside it or around it: somebody comes in with one tool and
/// goes on with another, or is let in twice at once by different ones. Logs of one tool tell the same session twice;
/// those are not two.
#[must_use]
pub fn nested(sessions: &[Session]) -> Vec<Option<usize>> {
    let partner = |place: usize| {
        let one = sessions.get(place)?;
        let fits = |(other_place, other): &(usize, &Session)| {
            let is_chain = one.direction != other.direction || one.tool != other.tool;
            let has_incoming = one.came_in() || other.came_in();
            *other_place != place
                && is_chain
                && has_incoming
                && (one.outcome, other.outcome) == (Outcome::Held, Outcome::Held)
                && !one.is_same_side(other)
                && one.overlaps(other)
        };
        sessions.iter().enumerate().find(fits).map(|(other_place, _)| other_place)
    };
    (0..sessions.len()).map(partner).collect()
}

/// Far sides that came in on more than one computer, with how many; computers are named by the caller.
#[must_use]
pub fn shared(sessions: &[(&str, &Session)]) -> std::collections::BTreeMap<(&'static str, String), usize> {
    let mut hosts: std::collections::BTreeMap<_, std::collections::BTreeSet<&str>> =
        std::collections::BTreeMap::new();
    for (host, session) in sessions.iter().filter(|(_, session)| session.came_in()) {
        if !session.peer.is_empty() {
            hosts.entry((session.tool, session.peer.clone())).or_default().insert(host);
        }
    }
    hosts.into_iter().map(|(peer, hosts)| (peer, hosts.len())).filter(|(_, count)| *count > 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(tool: &'static str, direction: Direction, peer: &str, minutes: (i64, i64)) -> Session {
        let micros = |minutes: i64| Some(minutes * 60 * super::super::time::SECOND);
        Session {
            tool,
            direction,
            peer: peer.to_owned(),
            start: micros(minutes.0),
            end: micros(minutes.1),
            ..Session::default()
        }
    }

    #[test]
    fn a_session_inside_another_is_seen() {
        let all = [
            session("AnyDesk", Direction::Incoming, "1", (0, 480)),
            session("Parsec", Direction::Outgoing, "2", (10, 300)),
            session("AnyDesk", Direction::Incoming, "1", (0, 480)),
            session("TeamViewer", Direction::Incoming, "3", (500, 520)),
        ];
        assert_eq!(nested(&all), [Some(1), Some(0), Some(1), None]);
    }

    #[test]
    fn hand_overs_and_refusals_are_no_chains() {
        let mut second = session("TeamViewer", Direction::Incoming, "2", (10, 40));
        let first = session("AnyDesk", Direction::Incoming, "1", (0, 10));
        assert_eq!(nested(&[first.clone(), second.clone()]), [None, None]);
        second.start = first.start;
        second.outcome = Outcome::Refused;
        assert_eq!(nested(&[first, second]), [None, None]);
    }

    #[test]
    fn one_far_side_on_two_computers_is_counted() {
        let one = session("AnyDesk", Direction::Incoming, "442226597", (0, 10));
        let refused = Session { outcome: Outcome::Refused, ..one.clone() };
        let found = shared(&[("a", &one), ("a", &one), ("b", &one), ("c", &refused)]);
        assert_eq!(found.into_iter().collect::<Vec<_>>(), [(("AnyDesk", "442226597".to_owned()), 2)]);
    }
}
