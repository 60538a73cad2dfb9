//! Who is connected, and who goes where there are too many: the one of the same address that has been busy with nothing
//! but sending its request for longest. A thousand requests that are begun and never ended take each other's places, and
//! nobody else's.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

/// Connections at once.
const ALL: usize = 512;
/// Connections of one address.
const OF_ONE: usize = 128;

/// Connections by number, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Gate(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    next: u64,
    held: BTreeMap<u64, Held>,
}

#[derive(Debug)]
struct Held {
    address: String,
    doing: Doing,
    gone: Arc<Notify>,
}

/// What a connection is about. Whoever is answered is never sent away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Doing {
    /// Its request is awaited.
    Asking,
    /// It is told what happens, for as long as it likes.
    Following,
    Answered,
}

/// A place at the gate, given back where it is dropped.
pub(crate) struct Place {
    gate: Arc<Gate>,
    number: u64,
    gone: Arc<Notify>,
}

impl Gate {
    /// Lets somebody in; nothing where nobody can go for them. `is_shared` is whether many come from one address: a proxy.
    pub(crate) fn enter(self: &Arc<Self>, address: &str, is_shared: bool) -> Option<Place> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = kept.held.values().filter(|held| held.address == address).count();
        if !is_shared && own >= OF_ONE {
            kept.send_away(address)?;
        } else if kept.held.len() >= ALL {
            let most = kept.most();
            kept.send_away(&most)?;
        }
        kept.next += 1;
        let (number, gone) = (kept.next, Arc::new(Notify::new()));
        let held = Held { address: address.to_owned(), doing: Doing::Asking, gone: gone.clone() };
        kept.held.insert(number, held);
        Some(Place { gate: self.clone(), number, gone })
    }
}

impl Kept {
    /// The address with the most connections.
    fn most(&self) -> String {
        let mut by: BTreeMap<&str, usize> = BTreeMap::new();
        for held in self.held.values() {
            *by.entry(&held.address).or_default() += 1;
        }
        by.into_iter().max_by_key(|(_, count)| *count).map_or_else(String::new, |(name, _)| name.to_owned())
    }

    fn send_away(&mut self, address: &str) -> Option<()> {
        let of = self.held.iter().filter(|(_, held)| held.address == address);
        let (number, held) = of.min_by_key(|(number, held)| (held.doing, **number))?;
        if held.doing == Doing::Answered {
            return None;
        }
        held.gone.notify_one();
        let number = *number;
        self.held.remove(&number);
        Some(())
    }
}

impl Place {
    fn does(&self, doing: Doing) -> bool {
        let mut kept = self.gate.0.lock().unwrap_or_else(PoisonError::into_inner);
        match kept.held.get_mut(&self.number) {
            Some(held) => {
                held.doing = doing;
                true
            }
            None => false,
        }
    }

    /// A request is there: from now on nobody sends it away. False where somebody just did.
    pub(crate) fn is_answered(&self) -> bool {
        self.does(Doing::Answered)
    }

    /// The next request is awaited.
    pub(crate) fn asks(&self) -> bool {
        self.does(Doing::Asking)
    }

    /// It is told what happens from now on.
    pub(crate) fn follows(&self) -> bool {
        self.does(Doing::Following)
    }

    /// Waits until it is sent away.
    pub(crate) async fn is_sent_away(&self) {
        self.gone.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.gate.0.lock().unwrap_or_else(PoisonError::into_inner).held.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(gate: &Gate) -> usize {
        gate.0.lock().unwrap().held.len()
    }

    #[test]
    fn half_open_ones_make_room_for_each_other_alone() {
        let gate = Arc::new(Gate::default());
        let other = gate.enter("b", false).unwrap();
        let first = gate.enter("a", false).unwrap();
        let held: Vec<Place> = (0..600).map(|_| gate.enter("a", false).unwrap()).collect();
        assert_eq!(count(&gate), OF_ONE + 1);
        assert!(!first.is_answered(), "the oldest went first");
        assert!(held[599].is_answered() && other.is_answered());
        drop(held);
        assert_eq!(count(&gate), 1);
    }

    #[test]
    fn whoever_is_answered_stays() {
        let gate = Arc::new(Gate::default());
        let mut held: Vec<Place> = (0..OF_ONE).map(|_| gate.enter("a", false).unwrap()).collect();
        assert!(held.iter().all(Place::is_answered));
        assert!(gate.enter("a", false).is_none());
        assert!(held[3].follows());
        held.push(gate.enter("a", false).unwrap());
        assert!(!held[3].is_answered(), "whoever only follows comes back by itself");
        assert!(held[4].asks());
        // many people behind one proxy are not one address
        let gate = Arc::new(Gate::default());
        let held: Vec<Place> = (0..ALL + 50).map(|_| gate.enter("proxy", true).unwrap()).collect();
        assert_eq!(count(&gate), ALL);
        drop(held);
        assert_eq!(count(&gate), 0);
    }
}
