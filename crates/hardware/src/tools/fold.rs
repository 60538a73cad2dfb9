//! From lines to sessions: what the lines of one log say one after the other, put together by what they share.

use super::Log;
use super::line::{Activity, Part, Said};
use super::session::{Direction, Outcome, Session};
use super::time;

/// Lines of one session that name nothing of it follow one another within this time.
const TOGETHER: i64 = 180 * time::SECOND;
/// What stayed for so long was let in, whatever the level of the log left out.
const STAYED_SECONDS: i64 = 60;

/// Sessions in the making, in the order in which they began.
#[derive(Default)]
pub(super) struct Fold {
    log: Log,
    building: Vec<Building>,
}

#[derive(Default)]
struct Building {
    session: Session,
    direction: Option<Direction>,
    key: Option<String>,
    threads: Vec<String>,
    last: Option<i64>,
    has_uid: bool,
    is_whole: bool,
    has_begun: bool,
    has_far_side: bool,
    is_denied: bool,
    is_over: bool,
}

/// How surely a line belongs to a session: the later, the surer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tie {
    /// Nothing speaks against it.
    Loose,
    Thread,
    FarSide,
    Key,
}

impl Fold {
    /// Takes what a line says.
    pub fn take(&mut self, line: usize, said: Said<'_>) {
        match said {
            Said::Silent(_) => {}
            Said::Broken(_, reason) => self.reject(line, reason),
            Said::Part(part) => self.part(line, &part),
        }
    }

    /// A line that cannot be read.
    pub fn reject(&mut self, line: usize, reason: &'static str) {
        self.log.rejects.push((line, reason));
    }

    /// Sessions, own ids and rejects of the log.
    pub fn finish(mut self) -> Log {
        self.log.sessions = self.building.into_iter().map(Building::finish).collect();
        self.log
    }

    fn part(&mut self, line: usize, part: &Part<'_>) {
        if part.activity == Activity::Own {
            let id = part.local_uid.filter(|id| !self.log.own_ids.iter().any(|known| known == id));
            self.log.own_ids.extend(id.map(str::to_owned));
            return;
        }
        let is_whole = part.activity == Activity::Session;
        let found = if is_whole { None } else { self.find(part) };
        let names_somebody = far(part).is_some() || part.direction.is_some();
        let begins = match part.activity {
            Activity::End => false,
            Activity::Denied => far(part).is_some(),
            Activity::Start | Activity::Session => true,
            _ => names_somebody,
        };
        let place = match found {
            Some(place) => place,
            None if begins => {
                self.building.push(Building::of(line, part));
                self.building.len() - 1
            }
            None => return,
        };
        if let Some(building) = self.building.get_mut(place) {
            building.add(part);
        }
    }

    /// The session that a line belongs to: the surest, of those the latest.
    fn find(&self, part: &Part<'_>) -> Option<usize> {
        let tied = self.building.iter().enumerate();
        let tied = tied.filter_map(|(place, building)| Some((building.tie(part)?, place)));
        tied.max().map(|(_, place)| place)
    }
}

/// The far side as a line names it: by id, else by account, else by its computer.
fn far<'a>(part: &Part<'a>) -> Option<&'a str> {
    part.remote_uid.or(part.remote_name).or(part.remote_host)
}

impl Building {
    fn of(line: usize, part: &Part<'_>) -> Self {
        let session =
            Session { tool: part.tool.name, line, start: part.start.or(part.time), ..Session::default() };
        Self { session, is_whole: part.activity == Activity::Session, ..Self::default() }
    }

    fn tie(&self, part: &Part<'_>) -> Option<Tie> {
        if self.is_over || self.is_whole || self.session.tool != part.tool.name {
            return None;
        }
        match (self.key.as_deref(), part.session.as_deref()) {
            (Some(own), Some(other)) => return (own == other).then_some(Tie::Key),
            _ if self.direction.zip(part.direction).is_some_and(|(own, other)| own != other) => return None,
            _ => {}
        }
        let is_end = part.activity == Activity::End;
        let since = match (part.time, self.last) {
            (Some(now), Some(last)) => now.saturating_sub(last),
            (None, None) => 0,
            // A line whose time cannot be read is not of the moment that happens to be told beside it.
            _ => return None,
        };
        if !is_end && since > TOGETHER {
            return None;
        }
        // An id and a name cannot be compared: the one may be called the other.
        let known = !self.session.peer.is_empty();
        match far(part) {
            Some(far) if known && self.has_uid == part.remote_uid.is_some() => {
                (self.session.peer == far).then_some(Tie::FarSide)
            }
            _ if part
                .thread
                .as_deref()
                .is_some_and(|thread| self.threads.iter().any(|own| own == thread)) =>
            {
                Some(Tie::Thread)
            }
            _ => Some(Tie::Loose),
        }
    }

    fn add(&mut self, part: &Part<'_>) {
        self.direction = self.direction.or(part.direction);
        self.last = part.time.or(self.last);
        self.key = self.key.take().or_else(|| part.session.as_deref().map(str::to_owned));
        if let Some(thread) =
            part.thread.as_deref().filter(|thread| !self.threads.iter().any(|own| own == thread))
        {
            self.threads.push(thread.to_owned());
        }
        self.name(part);
        let session = &mut self.session;
        let fill = |cell: &mut String, text: Option<&str>| {
            if let Some(text) = text.filter(|_| cell.is_empty()) {
                text.clone_into(cell);
            }
        };
        fill(&mut session.address, part.remote_ip.as_deref());
        fill(&mut session.local_user, part.user);
        if part.activity != Activity::Denied {
            fill(&mut session.method, part.method.or(part.mode.filter(|_| self.is_whole)));
        }
        match part.activity {
            Activity::Start => {
                self.has_begun = true;
                session.start = part.start.or(session.start);
            }
            Activity::Session => {
                self.has_begun = true;
                session.end = part.end;
                self.is_over = true;
            }
            Activity::Peer => self.has_far_side = true,
            Activity::End => {
                session.end = session.end.or(part.time);
                self.is_over = true;
            }
            // Nobody came, and nothing lasted.
            Activity::Denied => (self.is_denied, self.is_over) = (true, true),
            Activity::Own | Activity::Request => {}
        }
    }

    /// Who is on the other side; an id takes the place of a name.
    fn name(&mut self, part: &Part<'_>) {
        let session = &mut self.session;
        let name = part.remote_name.or(part.remote_host);
        match (part.remote_uid, self.has_uid) {
            (Some(uid), false) => {
                let called = std::mem::replace(&mut session.peer, uid.to_owned());
                session.peer_name = name.map_or(called, str::to_owned);
                self.has_uid = true;
            }
            (None, false) if session.peer.is_empty() => {
                session.peer = name.unwrap_or_default().to_owned();
                let host = part.remote_host.filter(|host| *host != session.peer);
                session.peer_name = host.unwrap_or_default().to_owned();
            }
            _ if session.peer_name.is_empty() => {
                let called = name.filter(|name| *name != session.peer);
                session.peer_name = called.unwrap_or_default().to_owned();
            }
            _ => {}
        }
    }

    fn finish(self) -> Session {
        let mut session = self.session;
        session.direction = self.direction.unwrap_or_default();
        let stayed = session.seconds().is_some_and(|seconds| seconds >= STAYED_SECONDS);
        let was_let_in =
            self.has_begun || self.has_far_side || stayed || session.direction == Direction::Outgoing;
        session.outcome = if self.is_denied || !was_let_in { Outcome::Refused } else { Outcome::Held };
        session
    }
}
