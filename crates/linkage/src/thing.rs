//! A serial number that is seen in three places on one day belongs to no one thing: the maker gave it to many units.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::trace::{Kind, Trace};

/// Places on one day from which on a number belongs to no one thing. A monitor may be carried to a second place.
const PLACES: usize = 3;

/// Takes out equipment whose serial number stands in several places at once.
pub fn drop_many_placed(traces: &mut Vec<Trace>) {
    let days = |trace: &Trace| [trace.first.day(), trace.last.day()];
    let mut seen: BTreeMap<(&str, i64), BTreeSet<&str>> = BTreeMap::new();
    for trace in traces.iter().filter(|trace| trace.kind.is_desk()) {
        for day in days(trace) {
            seen.entry((&trace.token, day)).or_default().insert(&trace.worker);
        }
    }
    seen.retain(|_, workers| workers.len() >= PLACES);
    // Only where these stood on these days is looked up: nearly all traces are of networks.
    let asked: HashSet<(&str, i64)> =
        seen.iter().flat_map(|((_, day), workers)| workers.iter().map(|worker| (*worker, *day))).collect();
    let mut networks: BTreeMap<(&str, i64), BTreeSet<(Kind, &str)>> = BTreeMap::new();
    for trace in traces.iter().filter(|trace| !asked.is_empty() && trace.kind.is_network()) {
        for day in days(trace) {
            let place = (trace.worker.as_str(), day);
            if asked.contains(&place) {
                networks.entry(place).or_default().insert((trace.kind, &trace.token));
            }
        }
    }
    let is_spread = |((_, day), workers): &(&(&str, i64), &BTreeSet<&str>)| {
        let mut places: Vec<&BTreeSet<(Kind, &str)>> = Vec::new();
        for worker in workers.iter() {
            if let Some(own) =
                networks.get(&(*worker, *day)).filter(|own| places.iter().all(|p| p.is_disjoint(own)))
            {
                places.push(own);
            }
        }
        places.len() >= PLACES
    };
    let many: BTreeSet<String> =
        seen.iter().filter(is_spread).map(|((token, _), _)| (*token).to_owned()).collect();
    traces.retain(|trace| !trace.kind.is_desk() || !many.contains(&trace.token));
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Time;
    use model::link::Mark;

    fn trace(worker: &str, kind: Kind, token: &str) -> Trace {
        let (worker, token) = (worker.to_owned(), token.to_owned());
        let time = Time::from_seconds(1_770_000_000);
        Trace { worker, kind, token, first: time, last: time, mark: Mark::Observed, records: vec![] }
    }

    fn left(networks: [&str; 3]) -> usize {
        let mut traces = Vec::new();
        for (worker, network) in ["a", "b", "c"].into_iter().zip(networks) {
            traces.push(trace(worker, Kind::GatewayMac, network));
            traces.push(trace(worker, Kind::PeripheralSerial, "HUB20177"));
        }
        drop_many_placed(&mut traces);
        traces.iter().filter(|trace| trace.kind.is_desk()).count()
    }

    #[test]
    fn three_places_on_one_day_are_three_things() {
        assert_eq!(left(["n1", "n2", "n3"]), 0);
    }

    #[test]
    fn one_desk_in_one_or_two_places_stays() {
        assert_eq!(left(["n1", "n1", "n1"]), 3);
        assert_eq!(left(["n1", "n1", "n2"]), 3);
    }
}
