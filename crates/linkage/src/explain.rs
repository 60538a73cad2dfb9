//! Innocent explanations of a shared token. The tell of a farm: devices of people who declare different
//! homes *stay* at one place; whoever visits an office or a co-working space is also seen at home.

use std::collections::{BTreeMap, BTreeSet};

use crate::component::Component;
use crate::trace::{Kind, Places, Trace};
use crate::who::Worker;

/// What explanations are made from.
pub struct Context<'a> {
    /// Roster.
    pub workers: &'a [Worker],
    /// Household by worker.
    pub household_of: &'a BTreeMap<String, String>,
    /// Places.
    pub places: &'a Places,
    /// Everything seen.
    pub traces: &'a [Trace],
}

/// Share of a person's observed days from which the person stays at a network.
const RESIDENT_PERCENT: usize = 60;
/// A company's own egress: this share of staff, and at least ten people.
const VPN_PERCENT: usize = 20;
/// From so many people on, visitors make a place an office or shared space.
const CROWD: usize = 8;

struct Known<'a> {
    worker: BTreeMap<&'a str, &'a Worker>,
    days_of: BTreeMap<(&'a str, Kind), BTreeSet<i64>>,
    lan_of: BTreeMap<&'a str, BTreeSet<(Kind, &'a str)>>,
    offices: BTreeSet<String>,
}

/// Sets `explained_by` and `explanation` on every component that an innocent reason covers wholly.
pub fn explain(context: &Context<'_>, components: &mut [Component]) {
    let mut known = Known {
        worker: context.workers.iter().map(|worker| (worker.id.as_str(), worker)).collect(),
        days_of: BTreeMap::new(),
        lan_of: BTreeMap::new(),
        offices: BTreeSet::new(),
    };
    for trace in context.traces.iter().filter(|trace| trace.kind.is_network()) {
        let days = known.days_of.entry((&trace.worker, trace.kind)).or_default();
        days.extend([trace.first.day(), trace.last.day()]);
        if trace.kind.is_lan() {
            known.lan_of.entry(&trace.worker).or_default().insert((trace.kind, &trace.token));
        }
    }
    // Networks first: equipment on a desk is explained by the place where the desk stands.
    for desks in [false, true] {
        for component in components.iter_mut().filter(|component| component.kind.is_desk() == desks) {
            if let Some((id, sentence)) = reason(context, &known, component) {
                if matches!(id, "office" | "coworking") && component.kind.is_network() {
                    known.offices.extend(component.workers().map(str::to_owned));
                }
                component.explained_by = Some(id);
                component.explanation = Some(sentence);
            }
        }
    }
}

type Reason = Option<(&'static str, String)>;

fn reason(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    household(context, component)
        .or_else(|| support(context, known, component))
        .or_else(|| addresses(context, known, component))
        .or_else(|| agency(known, component))
        .or_else(|| egress(context, known, component))
        .or_else(|| network(context, known, component))
        .or_else(|| desk(context, known, component))
}

fn household(context: &Context<'_>, component: &Component) -> Reason {
    let mut homes = component.workers().map(|worker| context.household_of.get(worker));
    let first = homes.next().flatten()?;
    homes.all(|home| home == Some(first)).then(|| {
        ("household", format!("All {} declare one home or are declared to live together.", component.members.len()))
    })
}

fn is_support(known: &Known<'_>, worker: &str) -> bool {
    known.worker.get(worker).is_some_and(|worker| worker.is_support)
}

fn support(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    if !matches!(component.kind, Kind::DeviceToken | Kind::Device) && !component.kind.is_desk() {
        return None;
    }
    if context.places.shared.contains(&component.token) {
        return Some(("kiosk", "The device is a pool, loan or kiosk device.".into()));
    }
    let others = component.workers().filter(|worker| !is_support(known, worker)).count();
    (others < 2 && !component.kind.is_desk())
        .then(|| ("it_support", "All but one of them work in IT support, who set devices up.".into()))
}

fn addresses(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    if !component.kind.is_address() {
        return None;
    }
    if context.places.bare_in_multi_unit.contains(&component.token) {
        let sentence = "The address names no unit in a building of several units: living in one house is no sharing.";
        return Some(("apartment_house", sentence.into()));
    }
    let id = match context.places.address_types.get(&component.token).map(String::as_str) {
        Some("office") => "mail_room",
        Some("depot") => "staging_depot",
        Some("pickup_point") => "pickup_point",
        _ => {
            let offices = component.workers().filter(|worker| is_on_site(context, known, worker)).count();
            let nobodys = component.members.iter().all(|member| !member.is_own_home);
            return (nobodys && offices * 2 > component.members.len())
                .then(|| ("mail_room", "Most of them work on site and nobody lives there.".into()));
        }
    };
    Some((id, "Shipments name the place as an office, depot or pick-up point, not as a home.".into()))
}

fn agency(known: &Known<'_>, component: &Component) -> Reason {
    let shared = matches!(component.kind, Kind::Phone | Kind::BankAccount | Kind::PersonalEmail)
        || component.kind.is_address();
    let mut agencies = component.workers().map(|worker| known.worker.get(worker)?.agency.as_deref());
    let first = agencies.next().flatten()?;
    let nobodys = component.members.iter().all(|member| !member.is_own_home);
    (shared && nobodys && agencies.all(|agency| agency == Some(first)))
        .then(|| ("agency", "All of them come through one agency, which gives its own details.".into()))
}

/// Whether any two members have a trace of one local network in common, and whether each has any.
fn lan_agreement(known: &Known<'_>, component: &Component) -> (bool, bool) {
    let sets: Vec<_> = component.workers().map(|worker| known.lan_of.get(worker)).collect();
    let all = sets.iter().all(Option::is_some);
    let mut seen = BTreeSet::new();
    let agree = sets.iter().flatten().flat_map(|set| set.iter()).any(|token| !seen.insert(token));
    (agree, all)
}

fn egress(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    if component.kind != Kind::EgressIp {
        return None;
    }
    let (agree, all_seen) = lan_agreement(known, component);
    if context.places.carrier.contains(&component.token) && !agree {
        return Some(("carrier_nat", "The address belongs to a mobile carrier, which many customers share.".into()));
    }
    if all_seen && !agree {
        let sentence = "Each of them sits behind another router: the provider shares one address among customers.";
        return Some(("carrier_nat", sentence.into()));
    }
    let staff = context.workers.len();
    (component.degree >= 10 && component.degree * 100 >= staff * VPN_PERCENT && !agree)
        .then(|| ("company_vpn", format!("{} of {staff} workers come from this address.", component.degree)))
}

/// Whether the roster or a badge places the person on site.
fn is_on_site(context: &Context<'_>, known: &Known<'_>, worker: &str) -> bool {
    context.places.badged.contains(worker) || known.worker.get(worker).is_some_and(|worker| worker.is_office())
}

fn residents<'a>(known: &Known<'_>, component: &'a Component) -> Vec<&'a str> {
    let stays = |worker: &str, days: usize| {
        let all = known.days_of.get(&(worker, component.kind)).map_or(0, BTreeSet::len);
        days * 100 >= all * RESIDENT_PERCENT
    };
    let mut out = Vec::new();
    for member in &component.members {
        if stays(&member.worker, member.days.len()) {
            out.push(member.worker.as_str());
        }
    }
    out
}

fn network(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    if !component.kind.is_network() {
        return None;
    }
    let members = component.members.len();
    let on_site = component.workers().filter(|worker| is_on_site(context, known, worker)).count();
    if on_site * 2 > members {
        return Some(("office", format!("{on_site} of {members} work on site, by roster or badge.")));
    }
    let residents = residents(known, component);
    let visitors = members - residents.len();
    if residents.len() < 2 {
        let sentence = format!("{visitors} of {members} are mostly seen on other networks: they visit, they do not stay.");
        return Some(("coworking", sentence));
    }
    let crowd = members >= CROWD && visitors * 5 >= members * 3;
    if crowd {
        let sentence = format!("{visitors} of {members} are mostly seen on networks of their own.");
        return Some(("coworking", sentence));
    }
    // Visitors aside: whoever stays lives together.
    let mut homes = residents.iter().map(|worker| context.household_of.get(*worker));
    let first = homes.next().flatten()?;
    homes.all(|home| home == Some(first)).then(|| {
        ("household", "Those who stay there declare one home; the others visit.".to_owned())
    })
}

fn desk(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    if !component.kind.is_desk() {
        return None;
    }
    let at_desks = |worker: &str| known.offices.contains(worker) || is_on_site(context, known, worker);
    component
        .workers()
        .all(at_desks)
        .then(|| ("hot_desk", "All of them work in an office or shared space, where desks are shared.".into()))
}
