//! The weight of a shared token: log2 P(pattern | farm) − log2 P(pattern | best innocent reason).
//!
//! The constants are judgements, written down so that they can be disputed one by one. They say how often,
//! of people paired with nobody in particular, an innocent reason produces the pattern that was seen.

use model::link::{Component, Family};

use crate::conduct::Beside;
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

/// P(an honest person shares such a token with a colleague who declares another home): relatives, couples of whom the
/// roster does not know yet, pick-up points and stale forms for places; resold, loaned and kiosk devices; a partner's
/// or parent's account; family phones and recycled numbers. It does not fade with the days spent together.
fn by_chance(component: &Component) -> f64 {
    match (component.kind.as_str(), component.family) {
        // Counted in two independent made-up applicant pools of 840 honest people with boot camps, résumé writers and former
        // colleagues: one in eighty; in two of 105 one in twenty.
        ("resume", _) => 0.02,
        // Libraries, schools, shared offices and carriers: one in fifty of those who were interviewed.
        ("interview_ip", _) => 0.02,
        (_, Family::Place | Family::Device | Family::Money) => 0.003,
        (_, Family::Text) => 0.004,
    }
}

/// Colleagues who live under one roof, as a share of staff: couples and flatmates who work together.
const HOUSEHOLD: f64 = 0.03;
/// Farms of which just two engagements of one employer can be seen, and neither shows anything else.
const PAIR_ALONE: f64 = 0.15;
/// Contractors of one firm that gives its own address, or has what is sent to it passed on.
const AGENCY: f64 = 0.02;
/// Each further member of a home that is there already makes a household or a chance pairing this much rarer.
const FURTHER_MEMBER: f64 = 0.25;
/// Each further declared home makes a chance pairing this much rarer: a couple is two homes, seldom three.
const FURTHER_HOME: f64 = 0.10;
/// One building with many units: dormitories, company flats, tower blocks.
const BUILDING: f64 = 0.01;
/// Each further member of one building.
const FURTHER_NEIGHBOUR: f64 = 0.5;
/// A colleague visited on one day.
const VISIT: f64 = 0.01;
/// Each further day together makes a visit this much rarer.
const FURTHER_DAY: f64 = 0.85;
/// Colleagues of one area who rent desks in one place, or work in an office that no list names; however many.
const WORKPLACE: f64 = 0.01;
/// Share of farms all of whose workers declare homes in one area: identities come from wherever they can be had.
const FARM_OF_ONE_AREA: f64 = 0.3;
/// A token that people outside the component carried too is a hub: at ten such people a third of this.
const HUB: f64 = 0.30;
/// What very many share belongs to an office, depot, agency, help desk or kiosk that no list names: the farms of public
/// cases hosted many laptops, but under a dozen of one employer.
const UNLISTED: f64 = 0.30;

/// P(so many share the token because it belongs to an institution that no list names).
fn unlisted(family: Family, people: u32) -> f64 {
    let share = |half: f64| f64::from(people) / (f64::from(people) + half);
    match family {
        Family::Place | Family::Money => UNLISTED * share(50.0).powi(3),
        Family::Device => UNLISTED * share(25.0).powi(3),
        Family::Text => UNLISTED * share(20.0).powi(2),
    }
}

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

/// Judges one component; `bare`: no independent conduct of any member stands beside it.
#[must_use]
pub fn pattern(component: &Component, bare: bool) -> Pattern {
    let days = f64::from(component.days.max(1));
    let mut farm = on_farm(component.family);
    let mut reasons = vec![("relatives_address", by_chance(component))];
    if is_seen_daily(&component.kind) {
        // A farm is there every day: one day together fits it badly, five fit it well.
        farm *= (0.2 + 0.2 * (days - 1.0)).min(1.0);
        reasons.push(("visit", VISIT * FURTHER_DAY.powf(days - 1.0)));
    }
    let is_pair_at_a_place = component.family == Family::Place && component.members == 2;
    if bare && (is_household_pair(component) || is_pair_at_a_place) {
        farm *= PAIR_ALONE;
    }
    let further = component.members.saturating_sub(2);
    let homes = component.homes.saturating_sub(2).min(further);
    let rarer = FURTHER_HOME.powf(f64::from(homes)) * FURTHER_MEMBER.powf(f64::from(further - homes));
    reasons.iter_mut().for_each(|(_, chance)| *chance *= rarer);
    if component.homes <= 1 {
        reasons.push(("household", HOUSEHOLD * FURTHER_MEMBER.powf(f64::from(further))));
        if component.family == Family::Place {
            reasons.push(("apartment_house", BUILDING * FURTHER_NEIGHBOUR.powf(f64::from(further))));
        }
    }
    if is_workplace_of_neighbours(component) {
        farm *= FARM_OF_ONE_AREA;
        reasons.push(("coworking", WORKPLACE));
    }
    if component.is_paper_only {
        reasons.push(("agency", AGENCY));
    }
    let outside = f64::from(component.degree.saturating_sub(component.members));
    reasons.push(("hub", HUB * (outside / (outside + 10.0)).powi(2)));
    reasons.push(("unlisted institution", unlisted(component.family, component.members)));
    let mut best = ("none", 1e-9);
    for reason in reasons {
        if reason.1 > best.1 {
            best = reason;
        }
    }
    Pattern { farm, innocent: best.1, reason: best.0 }
}

/// A household-kind token of exactly two people: one T2 until independent conduct stands on one of them.
#[must_use]
pub fn is_household_pair(component: &Component) -> bool {
    component.is_household_kind && component.members == 2
}

/// What needs independent conduct of one of them before it is more than a T2.
#[must_use]
pub fn needs_conduct(component: &Component) -> bool {
    is_household_pair(component) || component.is_paper_only
}

/// A place of several people who declare homes within reach of one workplace.
#[must_use]
pub fn is_workplace_of_neighbours(component: &Component) -> bool {
    component.is_one_area && component.family == Family::Place && component.members >= 3
}

/// Others at one place who must show that somebody else works their machines before that place is a farm for whoever stands
/// there as well.
const OPERATED: usize = 2;

/// Whether a place that several people with homes of their own share is one where the machines of others are worked by somebody
/// else. A friend of one of them visits; nobody stays on the line of two such machines and lives elsewhere by chance.
#[must_use]
pub fn is_operated(component: &Component, beside: Beside) -> bool {
    component.family == Family::Place
        && component.members >= 3
        && component.homes >= 3
        && !component.is_one_area
        && beside.others >= OPERATED
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
            is_one_area: false,
            is_paper_only: false,
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
        let apart = pattern(&place(4, 4, 30, 4, "ship_to"), false).millibits();
        let together = pattern(&place(4, 1, 30, 4, "ship_to"), false).millibits();
        assert!(apart > together + 3_000, "{apart} {together}");
    }

    #[test]
    fn more_people_and_more_days_weigh_more_and_hubs_less() {
        let one_day = pattern(&place(2, 2, 1, 2, "gateway_mac"), false).millibits();
        let month = pattern(&place(2, 2, 20, 2, "gateway_mac"), false).millibits();
        let crowd = pattern(&place(12, 12, 20, 12, "gateway_mac"), false).millibits();
        let hub = pattern(&place(12, 12, 20, 400, "gateway_mac"), false).millibits();
        assert!(one_day < month && month < crowd && hub < 2_000, "{one_day} {month} {crowd} {hub}");
        assert!(pattern(&place(6, 6, 20, 6, "gateway_mac"), false).millibits() >= 10_000);
    }

    #[test]
    fn homes_within_reach_of_one_workplace_weigh_less() {
        let far = place(4, 4, 20, 4, "gateway_mac");
        let near = Component { is_one_area: true, ..far.clone() };
        assert!(pattern(&near, false).millibits() < pattern(&far, false).millibits() - 1_000);
        assert_eq!(pattern(&near, false).reason, "coworking");
    }

    #[test]
    fn three_homes_are_no_couple_and_sixty_people_are_an_office() {
        let bits =
            |people, homes| pattern(&place(people, homes, 20, people, "gateway_mac"), false).millibits();
        assert!(bits(3, 3) >= 10_000 && bits(3, 2) < bits(3, 3) - 1_000, "{} {}", bits(3, 3), bits(3, 2));
        assert!(bits(2, 2) < 8_500 && bits(60, 60) < 4_500, "{} {}", bits(2, 2), bits(60, 60));
    }
}
