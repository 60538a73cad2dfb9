//! The weight of a shared token: log2 P(pattern | farm) − log2 P(pattern | best innocent reason).
//!
//! The constants are judgements, written down so that they can be disputed one by one. They say how often,
//! of people paired with nobody in particular, an innocent reason produces the pattern that was seen.

use model::link::{Component, Family};

use crate::rates::milli;

/// P(the token is shared | the engagement stands on a farm): a judgement from public
/// indictments, where a delivery or network place is nearly always shared and accounts or numbers in part
/// of them.
fn on_farm(family: Family) -> f64 {
    match family {
        Family::Place => 0.80,
        Family::Device => 0.40,
        Family::Money => 0.35,
        Family::Text => 0.30,
    }
}

/// P(an honest person shares such a token with a colleague who declares another home): relatives, pick-up
/// points and stale forms for places; resold, loaned and kiosk devices; a partner's or parent's account;
/// family phones and recycled numbers.
fn by_chance(family: Family) -> f64 {
    match family {
        Family::Place => 0.002,
        Family::Device => 0.003,
        Family::Money => 0.002,
        Family::Text => 0.004,
    }
}

/// Colleagues who live under one roof, as a share of staff: couples and flatmates who work together.
const HOUSEHOLD: f64 = 0.03;
/// Each further member makes a household or a chance pairing this much rarer.
const FURTHER_MEMBER: f64 = 0.25;
/// One building with many units: dormitories, company flats, tower blocks.
const BUILDING: f64 = 0.01;
/// Each further member of one building.
const FURTHER_NEIGHBOUR: f64 = 0.5;
/// A colleague visited on one day.
const VISIT: f64 = 0.01;
/// Each further day together makes a visit this much rarer.
const FURTHER_DAY: f64 = 0.85;
/// A token that people outside the component carried too is a hub: at ten such people a third of this.
const HUB: f64 = 0.30;

/// The pattern under a farm and under the best innocent reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern {
    /// P(pattern | farm).
    pub farm: f64,
    /// P(pattern | best innocent reason).
    pub innocent: f64,
    /// Which reason that is.
    pub reason: &'static str,
}

impl Pattern {
    /// Milli-bits, not clamped above, never negative.
    #[must_use]
    pub fn millibits(&self) -> i64 {
        milli((self.farm / self.innocent).log2()).max(0)
    }
}

/// Kinds that a system sees day by day: for these, days together say something.
fn is_seen_daily(kind: &str) -> bool {
    matches!(kind, "gateway_mac" | "bssid" | "neighbour_mac" | "egress_ip")
}

/// Judges one component.
#[must_use]
pub fn pattern(component: &Component) -> Pattern {
    let further = f64::from(component.members.saturating_sub(2));
    let days = f64::from(component.days.max(1));
    let daily = is_seen_daily(&component.kind);
    let mut farm = on_farm(component.family);
    if daily {
        // A farm is there every day: one day together fits it badly, five fit it well.
        farm *= (0.2 + 0.2 * (days - 1.0)).min(1.0);
    }
    let chance = if daily {
        VISIT * FURTHER_DAY.powf(days - 1.0) * FURTHER_MEMBER.powf(further)
    } else {
        by_chance(component.family) * FURTHER_MEMBER.powf(further)
    };
    let mut reasons = vec![("relatives_address", chance)];
    if component.homes <= 1 {
        reasons.push(("household", HOUSEHOLD * FURTHER_MEMBER.powf(further)));
        if component.family == Family::Place {
            reasons.push(("apartment_house", BUILDING * FURTHER_NEIGHBOUR.powf(further)));
        }
    }
    let outside = f64::from(component.degree.saturating_sub(component.members));
    reasons.push(("hub", HUB * (outside / (outside + 10.0)).powi(2)));
    let mut best = ("relatives_address", 0.0);
    for reason in reasons {
        if reason.1 > best.1 {
            best = reason;
        }
    }
    Pattern { farm, innocent: best.1.max(1e-9), reason: best.0 }
}

/// A household-kind token of exactly two people: one T2 until independent conduct stands on one of them.
#[must_use]
pub fn is_household_pair(component: &Component) -> bool {
    component.is_household_kind && component.members == 2
}

/// Family as written.
#[must_use]
pub fn family_name(family: Family) -> &'static str {
    match family {
        Family::Place => "place",
        Family::Device => "device",
        Family::Money => "money",
        Family::Text => "text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Time;

    fn place(members: u32, homes: u32, days: u32, degree: u32, kind: &str) -> Component {
        Component {
            id: "c".into(),
            kind: kind.into(),
            family: Family::Place,
            is_household_kind: true,
            members,
            homes,
            days,
            degree,
            first: Time(0),
            last: Time(0),
            explained_by: None,
            protected: vec![],
        }
    }

    #[test]
    fn different_homes_are_the_tell() {
        let apart = pattern(&place(4, 4, 30, 4, "ship_to")).millibits();
        let together = pattern(&place(4, 1, 30, 4, "ship_to")).millibits();
        assert!(apart > together + 3_000, "{apart} {together}");
    }

    #[test]
    fn more_people_and_more_days_weigh_more_and_hubs_less() {
        let one_day = pattern(&place(2, 2, 1, 2, "gateway_mac")).millibits();
        let month = pattern(&place(2, 2, 20, 2, "gateway_mac")).millibits();
        let crowd = pattern(&place(12, 12, 20, 12, "gateway_mac")).millibits();
        let hub = pattern(&place(12, 12, 20, 400, "gateway_mac")).millibits();
        assert!(one_day < month && month < crowd && hub < 2_000, "{one_day} {month} {crowd} {hub}");
        assert!(crowd >= 10_000);
    }
}
