//! Whose line a public address is. A carrier or an anonymiser may put strangers behind one address; where nearly everybody who
//! ever came from it stands on one local network, it is the line of that place.

use std::collections::{BTreeMap, BTreeSet};

use model::Evidence;
use model::link::{Component, Family};
use model::time::DAY_MICROS;

/// Traces of one local network.
const LOCAL: [&str; 3] = ["bssid", "gateway_mac", "neighbour_mac"];

/// People with homes of their own who must stand on one network before its line says anything.
const STAND: usize = 3;

/// Days together before somebody is no visitor.
const STAY_DAYS: u32 = 5;

/// Days from the first to the last time that somebody came over the line.
const USE_DAYS: i64 = 14;

/// Records of it, at least.
const USE_RECORDS: usize = 5;

/// People who stand on one local network for which nothing innocent is known, by component.
#[derive(Debug, Default)]
pub struct Networks(Vec<BTreeSet<String>>);

impl Networks {
    /// Reads them from what links say.
    #[must_use]
    pub fn of<'a>(
        evidence: impl Iterator<Item = &'a Evidence>,
        components: &BTreeMap<&str, &Component>,
    ) -> Self {
        let mut by: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for item in evidence {
            let component = item.component.as_deref().and_then(|id| components.get(id));
            if let Some(component) = component.filter(|one| stands(one)) {
                by.entry(&component.id).or_default().insert(item.subject.clone());
            }
        }
        Self(by.into_values().filter(|people| people.len() >= STAND).collect())
    }

    /// Whether an address that somebody used for weeks is the line of a place where at least three of the others, and three
    /// quarters of all others who ever used it, stand together.
    #[must_use]
    pub fn is_their_line(&self, evidence: &Evidence, component: &Component) -> bool {
        if component.kind != "egress_ip" || component.explained_by.is_some() || component.is_one_area {
            return false;
        }
        let used = evidence.last_seen.0 - evidence.first_seen.0;
        if used < USE_DAYS * DAY_MICROS || evidence.records.len() < USE_RECORDS {
            return false;
        }
        let others = component.degree.saturating_sub(1) as usize;
        let on = |people: &BTreeSet<String>| {
            evidence.other.iter().filter(|id| **id != evidence.subject && people.contains(*id)).count()
        };
        self.0.iter().map(on).any(|on| on >= STAND && on * 4 >= others * 3)
    }
}

fn stands(component: &Component) -> bool {
    component.family == Family::Place
        && LOCAL.contains(&component.kind.as_str())
        && component.explained_by.is_none()
        && !component.is_one_area
        && component.homes as usize >= STAND
        && component.days >= STAY_DAYS
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{RecordId, Time};

    fn component(id: &str, kind: &str, members: u32, degree: u32) -> Component {
        Component {
            id: id.into(),
            kind: kind.into(),
            family: Family::Place,
            is_household_kind: true,
            members,
            homes: members,
            is_one_area: false,
            is_paper_only: false,
            days: 20,
            degree,
            first: Time(0),
            last: Time(0),
            explained_by: None,
            protected: vec![],
        }
    }

    fn evidence(subject: &str, component: &str, days: i64) -> Evidence {
        Evidence {
            indicator: "any".into(),
            subject: subject.into(),
            other: ["A", "B", "C", "D", "E"].map(str::to_owned).into(),
            component: Some(component.into()),
            first_seen: Time(0),
            last_seen: Time(days * DAY_MICROS),
            value: 1.0,
            sentence: String::new(),
            records: (0..6).map(|n| RecordId([n; 16])).collect(),
        }
    }

    /// Four of five stand on one network, and all five come from one address.
    fn farm(on_network: &[&str], degree: u32, days: i64) -> bool {
        let (network, line) = (component("n", "gateway_mac", 4, 4), component("l", "egress_ip", 5, degree));
        let by = BTreeMap::from([("n", &network), ("l", &line)]);
        let seen: Vec<Evidence> = on_network.iter().map(|id| evidence(id, "n", 30)).collect();
        Networks::of(seen.iter(), &by).is_their_line(&evidence("E", "l", days), &line)
    }

    #[test]
    fn whoever_comes_over_the_line_of_a_farm_for_weeks_stands_there() {
        assert!(farm(&["A", "B", "C", "D"], 5, 30));
    }

    #[test]
    fn a_carriers_address_is_nobodys_line() {
        assert!(!farm(&["A", "B", "C", "D"], 12, 30), "eight strangers came from it as well");
        assert!(!farm(&["A", "B"], 5, 30), "a couple within a town behind one address");
    }

    #[test]
    fn a_visitor_is_no_inmate() {
        assert!(!farm(&["A", "B", "C", "D"], 5, 3));
    }

    #[test]
    fn an_explained_network_says_nothing_of_its_line() {
        let mut office = component("n", "gateway_mac", 4, 4);
        office.explained_by = Some("office".into());
        let line = component("l", "egress_ip", 5, 5);
        let by = BTreeMap::from([("n", &office), ("l", &line)]);
        let seen: Vec<Evidence> = ["A", "B", "C", "D"].iter().map(|id| evidence(id, "n", 30)).collect();
        assert!(!Networks::of(seen.iter(), &by).is_their_line(&evidence("E", "l", 30), &line));
    }
}
