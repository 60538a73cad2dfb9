//! What a company allows, and what that makes of a session. A session is no misconduct: support uses the same tools.

use super::{Direction, Outcome, Session};
use crate::facts;
use crate::finding::{Grade, Reasons};

/// Tools, and far sides of tools, that the company declares as its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy {
    /// Whether anything was declared: without a list nothing is outside it.
    pub is_declared: bool,
    allowed: Vec<(String, Vec<String>)>,
}

impl Policy {
    /// Reads a list: one tool a line, behind it the ids that may come in, if not all may. `#` begins a remark.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let lines = text.lines().map(|line| line.split('#').next().unwrap_or("").trim());
        let allowed = lines.filter(|line| !line.is_empty()).map(|line| {
            let (tool, ids) = split(line);
            let ids = ids.split([',', ' ', '\t', ';']).filter(|id| !id.is_empty()).map(str::to_owned);
            (family(tool), ids.collect())
        });
        Self { is_declared: true, allowed: allowed.collect() }
    }

    /// Whether a tool may be there; `None` where nothing was declared.
    #[must_use]
    pub fn allows_tool(&self, tool: &str) -> Option<bool> {
        let wanted = family(tool);
        self.is_declared.then(|| self.allowed.iter().any(|(known, _)| *known == wanted))
    }

    /// Whether a far side may come in with a tool; `None` where nothing was declared.
    #[must_use]
    pub fn allows(&self, tool: &str, peer: &str) -> Option<bool> {
        let wanted = family(tool);
        let fits = |(known, ids): &(String, Vec<String>)| {
            *known == wanted && (ids.is_empty() || ids.iter().any(|id| id.eq_ignore_ascii_case(peer)))
        };
        self.is_declared.then(|| self.allowed.iter().any(fits))
    }
}

/// The tool of a line and what stands behind it: names of tools have blanks, so a tab, colon or comma parts them, or
/// the first word that is a number or an address.
fn split(line: &str) -> (&str, &str) {
    if let Some((tool, ids)) = line.split_once(['\t', ':', ',', '=']) {
        return (tool.trim(), ids);
    }
    let is_id =
        |word: &str| word.len() >= 5 && (word.contains('@') || word.bytes().all(|b| b.is_ascii_digit()));
    let first = line.split(' ').find(|word| is_id(word)).and_then(|word| line.find(word));
    match first {
        Some(place) => (line.get(..place).unwrap_or(line).trim(), line.get(place..).unwrap_or("")),
        None => (line, ""),
    }
}

/// Tools of one maker count as one, however they are spelt.
fn family(tool: &str) -> String {
    let folded = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
    let wanted = folded(tool);
    let known = facts::remote_tools().iter().find(|fact| folded(fact.get("tool")) == wanted);
    known.map_or(wanted, |fact| folded(fact.get("family")))
}

/// What is known of a session beside its own line.
#[derive(Debug, Clone, Copy, Default)]
pub struct Around<'a> {
    /// Another session on the same computer at the same time.
    pub nested: Option<&'a Session>,
    /// Computers that the same far side came in on.
    pub hosts: usize,
}

/// Hours from which a session is a working day.
const LONG_SECONDS: i64 = 8 * 3600;

/// Judges a session.
#[must_use]
pub fn judge(session: &Session, policy: &Policy, around: Around<'_>) -> (Grade, Vec<String>) {
    let mut reasons = Reasons::default();
    let tool = session.tool;
    let allowed = policy.allows(tool, &session.peer);
    let who = if session.peer.is_empty() { "somebody elsewhere" } else { session.peer.as_str() };
    match (session.direction, session.outcome) {
        (_, Outcome::Refused) => {
            reasons.give(Grade::Ordinary, format!("{who} was not let in through {tool}"));
        }
        (Direction::Incoming, Outcome::Held) => {
            let grade = if allowed == Some(true) { Grade::Ordinary } else { Grade::Suspect };
            reasons.give(grade, format!("{who} worked on this computer through {tool}"));
        }
        (Direction::Outgoing, Outcome::Held) => {
            reasons.give(Grade::Ordinary, format!("this computer worked on {who} through {tool}"));
        }
    }
    match (allowed, session.outcome) {
        (Some(false), Outcome::Held) if policy.allows_tool(tool) == Some(true) => {
            reasons.give(Grade::Suspect, format!("{tool} is declared, this far side is not"));
        }
        (Some(false), Outcome::Held) => {
            reasons.give(Grade::Suspect, format!("{tool} is not on the list of declared tools"));
        }
        (Some(true), _) => reasons.give(Grade::Ordinary, format!("{tool} is declared by the company")),
        _ => {}
    }
    if session.came_in() {
        if matches!(session.method.as_str(), "password" | "token") {
            reasons.give(Grade::Ordinary, format!("let in by {}, with nobody asked", session.method));
        }
        if session.seconds().is_some_and(|seconds| seconds >= LONG_SECONDS) {
            reasons.give(Grade::Ordinary, "it lasted a working day");
        }
    }
    if let Some(other) = around.nested {
        let what = match other.direction {
            Direction::Incoming => "came in through",
            Direction::Outgoing => "went out through",
        };
        reasons.give(
            Grade::Suspect,
            format!(
                "a remote session inside a remote session: another {what} {} at the same time",
                other.tool
            ),
        );
    }
    if around.hosts > 1 {
        reasons.give(Grade::Suspect, format!("the same far side came in on {} computers", around.hosts));
    }
    (reasons.grade(Grade::Ordinary), reasons.into_sorted())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(peer: &str) -> Session {
        Session { tool: "AnyDesk", peer: peer.to_owned(), ..Session::default() }
    }

    #[test]
    fn a_list_says_what_is_outside_it() {
        let policy = Policy::parse(
            "# ours\nanydesk 442226597 5123456\nTeam Viewer\nChrome Remote Desktop: it@example.com\n",
        );
        assert_eq!(policy.allows("AnyDesk", "442226597"), Some(true));
        assert_eq!(policy.allows("AnyDesk", "1"), Some(false));
        assert_eq!(policy.allows("TeamViewer", "1"), Some(true));
        assert_eq!(policy.allows("Chrome Remote Desktop", "it@example.com"), Some(true));
        assert_eq!(policy.allows_tool("RustDesk"), Some(false));
        assert_eq!(Policy::default().allows("RustDesk", ""), None);
    }

    #[test]
    fn declared_support_is_ordinary_and_a_stranger_is_not() {
        let policy = Policy::parse("AnyDesk 442226597\n");
        let grade = |peer: &str, policy: &Policy| judge(&session(peer), policy, Around::default()).0;
        assert_eq!(grade("442226597", &policy), Grade::Ordinary);
        assert_eq!(grade("999999999", &policy), Grade::Suspect);
        assert_eq!(grade("442226597", &Policy::default()), Grade::Suspect, "nothing is declared");
        let refused = Session { outcome: Outcome::Refused, ..session("1") };
        assert_eq!(judge(&refused, &Policy::default(), Around::default()).0, Grade::Ordinary);
        let out = Session { direction: Direction::Outgoing, ..session("1") };
        assert_eq!(judge(&out, &Policy::default(), Around::default()).0, Grade::Ordinary);
        assert_eq!(judge(&out, &policy, Around::default()).0, Grade::Suspect);
    }

    #[test]
    fn chains_and_shared_far_sides_count_even_for_declared_tools() {
        let policy = Policy::parse("AnyDesk\nParsec\n");
        let other = Session { tool: "Parsec", direction: Direction::Outgoing, ..session("2") };
        let (grade, reasons) = judge(&session("1"), &policy, Around { nested: Some(&other), hosts: 3 });
        assert_eq!(grade, Grade::Suspect);
        assert!(
            reasons[0].contains("went out through Parsec") && reasons[1].contains("3 computers"),
            "{reasons:?}"
        );
    }
}
