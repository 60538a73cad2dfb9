//! What was refused, in the history: tokens and sessions that nobody has, forms of other sites, what a role may not do,
//! too many tries. The first of a kind stands there at once; those that follow within a minute are counted, so that
//! whoever tries a thousand times does not write a thousand entries. No secret that was shown is kept. (Conflicts of
//! interest name the person, and each stands there: [`Desk::refuse`].)

use std::collections::BTreeMap;

use store::Event;

use super::Desk;
use crate::access;
use crate::error::Result;

/// Those of a kind within so long are one entry more, microseconds.
const TOGETHER: i64 = 60_000_000;
/// Kinds, users and addresses counted apart.
const APART: usize = 5_000;

/// One refusal.
#[derive(Debug, Clone, Copy)]
pub struct Refused<'a> {
    /// What was refused: the action of the entry.
    pub kind: &'static str,
    /// Who is signed in.
    pub who: Option<&'a str>,
    /// Where from.
    pub address: &'a str,
    /// What they asked for, without values.
    pub what: &'a str,
}

/// Kind, user and address.
type Key = (&'static str, String, String);

/// Refusals of the last minute.
#[derive(Debug, Default)]
pub(crate) struct Ledger(BTreeMap<Key, Count>);

#[derive(Debug)]
struct Count {
    since: i64,
    more: u64,
}

impl Ledger {
    /// Takes a refusal in. Whether it is the first of its minute.
    fn add(&mut self, one: &Refused<'_>, now: i64) -> bool {
        let who = one.who.unwrap_or("nobody").to_owned();
        let mut key = (one.kind, who, one.address.to_owned());
        if self.0.len() >= APART && !self.0.contains_key(&key) {
            // so many at once come from everywhere: one line for all of them is what can still be read
            key = (one.kind, "nobody".into(), "many addresses".into());
        }
        match self.0.get_mut(&key) {
            Some(count) => {
                count.more += 1;
                false
            }
            None => {
                self.0.insert(key, Count { since: now, more: 0 });
                true
            }
        }
    }

    /// Takes out what is older than a minute, with how many came after the first.
    fn due(&mut self, now: i64) -> Vec<(Key, u64)> {
        let (due, rest) =
            std::mem::take(&mut self.0).into_iter().partition(|(_, count)| now - count.since >= TOGETHER);
        self.0 = rest;
        let due: BTreeMap<Key, Count> = due;
        due.into_iter().filter(|(_, count)| count.more > 0).map(|(key, count)| (key, count.more)).collect()
    }
}

fn event(at: i64, kind: &str, who: &str, detail: String) -> Event {
    Event { at, actor: who.to_owned(), action: kind.to_owned(), detail: Some(detail), ..Event::default() }
}

impl Desk {
    /// Records that something was refused.
    pub async fn refused(&self, one: &Refused<'_>) -> Result<()> {
        let now = access::now();
        if self.refusals.lock().await.add(one, now) {
            let detail = format!("{}, from {}", one.what, one.address);
            self.store.append(&event(now, one.kind, one.who.unwrap_or("nobody"), detail)).await?;
        }
        Ok(())
    }

    /// Records how many followed within the minute.
    pub async fn count_refusals(&self) -> Result<()> {
        let now = access::now();
        let due = self.refusals.lock().await.due(now);
        for ((kind, who, address), more) in due {
            let times = if more == 1 { "once".to_owned() } else { format!("{more} times") };
            let detail = format!("{times} more within a minute, from {address}");
            self.store.append(&event(now, kind, &who, detail)).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one<'a>(kind: &'static str, who: Option<&'a str>, address: &'a str) -> Refused<'a> {
        Refused { kind, who, address, what: "GET /" }
    }

    #[test]
    fn the_first_stands_there_and_the_others_are_counted() {
        let mut ledger = Ledger::default();
        assert!(ledger.add(&one("token refused", None, "a"), 0));
        for _ in 0..9 {
            assert!(!ledger.add(&one("token refused", None, "a"), 1));
        }
        assert!(ledger.add(&one("token refused", None, "b"), 1), "another address is another line");
        assert!(ledger.add(&one("not allowed", Some("ana"), "a"), 1));
        assert!(ledger.due(TOGETHER - 1).is_empty());
        let due = ledger.due(TOGETHER + 1);
        assert_eq!(due, [(("token refused", "nobody".into(), "a".into()), 9)]);
        assert!(ledger.add(&one("token refused", None, "a"), TOGETHER + 2), "a new minute begins");
    }

    #[test]
    fn a_flood_from_everywhere_is_a_few_lines() {
        let mut ledger = Ledger::default();
        let lines =
            (0..20_000).filter(|n| ledger.add(&one("token refused", None, &n.to_string()), 0)).count();
        assert_eq!(lines, APART + 1);
    }
}
