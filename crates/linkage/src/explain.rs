//! Innocent explanations of a shared token. The tell of a farm: devices of people who declare different
//! homes *stay* at one place; whoever visits an office or a co-working space is also seen at home.

use std::collections::{BTreeMap, BTreeSet};

use model::derived::applicant_id;

use crate::component::{Component, Member};
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

/// Share of a person's days between first and last there from which the person stays at a network: farm laptops never
/// leave, while members of a shared office are at home on some day of every week or two.
const RESIDENT_PERCENT: usize = 85;
/// So many days there are a stay even for somebody who was elsewhere for longer; fewer are a visit or an off-site week.
const RESIDENT_DAYS: usize = 10;
/// Whoever was seen there on fewer days visited, whatever share of the known days that is: some logs tell one day a week.
const RESIDENT_LEAST: usize = 3;
/// A company's own egress: this share of staff.
const VPN_PERCENT: usize = 20;
/// From so many people on, an address that a fifth of staff comes from is the company's own.
const VPN_PEOPLE: usize = 5;
/// From so many people on, a network on which half of all stand whose networks are seen is the company's own.
const OWN_NETWORK: usize = 8;
/// From so many people on, a place that is visited is a shared space and not somebody's home.
const SHARED_SPACE: usize = 4;
/// From so many people on, visitors make a place an office or shared space.
const CROWD: usize = 8;

/// What is explained before what.
#[derive(PartialEq, Eq)]
enum Step {
    Line,
    Local,
    Thing,
}

impl Step {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::EgressIp => Self::Line,
            kind if kind.is_network() => Self::Local,
            _ => Self::Thing,
        }
    }
}

struct Known<'a> {
    worker: BTreeMap<&'a str, &'a Worker>,
    days_of: BTreeMap<(&'a str, Kind), BTreeSet<i64>>,
    lan_of: BTreeMap<&'a str, BTreeSet<(Kind, &'a str)>>,
    /// Who was in an office or shared space, however small.
    offices: BTreeSet<String>,
    /// Days on which somebody was in one of several people.
    spaces: BTreeMap<String, BTreeSet<i64>>,
    /// With whom somebody stays on a public line that nothing explains.
    on_line_with: BTreeMap<String, BTreeSet<String>>,
}

impl Known<'_> {
    /// Whether the company itself employs somebody.
    fn is_employed(&self, id: &str) -> bool {
        self.worker.get(id).is_some_and(|worker| worker.is_employee)
    }
}

/// Sets `explained_by` and `explanation` on every component that an innocent reason covers wholly.
pub fn explain(context: &Context<'_>, components: &mut [Component]) {
    let mut known = Known {
        worker: context.workers.iter().map(|worker| (worker.id.as_str(), worker)).collect(),
        days_of: BTreeMap::new(),
        lan_of: BTreeMap::new(),
        offices: BTreeSet::new(),
        spaces: BTreeMap::new(),
        on_line_with: BTreeMap::new(),
    };
    for component in components.iter_mut().filter(|one| one.kind == Kind::BankAccount) {
        // (nor does a couple have its wages paid to a firm)
        let is_firms = context.places.firms.contains(&component.token)
            && component.workers().all(|id| known.is_employed(id));
        component.is_strangers = is_firms || context.places.strangers.contains(&component.token);
    }
    for trace in context.traces.iter().filter(|trace| trace.kind.is_network()) {
        let days = known.days_of.entry((&trace.worker, trace.kind)).or_default();
        days.extend([trace.first.day(), trace.last.day()]);
        if trace.kind.is_lan() {
            known.lan_of.entry(&trace.worker).or_default().insert((trace.kind, &trace.token));
        }
    }
    // Public lines first, which are seen every day, then local networks: equipment and machines are explained by the place
    // where they stand.
    for step in [Step::Line, Step::Local, Step::Thing] {
        for component in components.iter_mut().filter(|component| Step::of(component.kind) == step) {
            if let Some((id, sentence)) = reason(context, &known, component) {
                if matches!(id, "office" | "coworking") && component.kind.is_network() {
                    known.offices.extend(component.workers().map(str::to_owned));
                    let many = id == "office" || component.members.len() >= SHARED_SPACE;
                    for member in component.members.iter().filter(|_| many) {
                        known.spaces.entry(member.worker.clone()).or_default().extend(&member.days);
                    }
                }
                component.explained_by = Some(id);
                component.explanation = Some(sentence);
            }
        }
        if step == Step::Line {
            let is_line = |one: &&Component| one.kind == Kind::EgressIp && one.explained_by.is_none();
            let mut with: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for line in components.iter().filter(is_line) {
                let stay = residents(context, &known, line);
                for worker in &stay {
                    let others =
                        stay.iter().filter(|other| *other != worker).map(|other| (*other).to_owned());
                    with.entry((*worker).to_owned()).or_default().extend(others);
                }
            }
            known.on_line_with = with;
        }
        if step == Step::Local {
            // An access point has several radios: whoever stays where nothing explains it is no visitor of an office,
            // though seen on the second radio on few days.
            for component in components.iter().filter(|c| c.kind.is_network() && c.explained_by.is_none()) {
                for worker in residents(context, &known, component) {
                    known.offices.remove(worker);
                    known.spaces.remove(worker);
                }
            }
        }
    }
    recruiters(components);
    let desks: Vec<BTreeSet<String>> = components
        .iter()
        .filter(|one| one.kind.is_desk() && one.explained_by.is_none())
        .map(|one| one.workers().map(str::to_owned).collect())
        .collect();
    for component in components.iter_mut().filter(|component| component.explained_by.is_none()) {
        // Equipment that goes round among them stands where the parcels went.
        let stands = desks.iter().any(|people| in_common(component, people) >= 2);
        component.is_paper_only =
            !(stands && component.kind.is_address()) && is_paper_only(&known, component);
    }
}

fn in_common(component: &Component, people: &BTreeSet<String>) -> usize {
    component.workers().filter(|worker| people.contains(*worker)).count()
}

/// Without equipment that was passed on once: a monitor that a colleague bought ties nobody, unless something else that
/// nothing explains ties the same two people.
#[must_use]
pub fn kept(mut components: Vec<Component>) -> Vec<Component> {
    let tied: Vec<BTreeSet<String>> = components
        .iter()
        .filter(|one| !one.is_passed_on && one.explained_by.is_none())
        .map(|one| one.workers().map(str::to_owned).collect())
        .collect();
    components.retain(|one| !one.is_passed_on || tied.iter().any(|people| in_common(one, people) >= 2));
    components
}

/// Whether a shared address rests on what was written or sent and has an everyday reading. A farm's laptops stand where
/// they were sent; those of an agency's people are passed on.
fn is_paper_only(known: &Known<'_>, component: &Component) -> bool {
    let contingent = |id: &str| known.worker.get(id).is_some_and(|worker| worker.is_contingent);
    let contractors = component.workers().all(contingent);
    if component.kind == Kind::Phone {
        return contractors;
    }
    let (agree, all_seen) = lan_agreement(known, component);
    component.kind.is_address()
        && component.members.iter().all(|member| !member.is_own_home)
        && !agree
        && (all_seen || contractors)
}

/// From so many candidates on, a phone that is all they have in common is that of whoever entered them.
const ENTERED: usize = 4;

/// From so many on, it is an agency's whatever else two of them share: their room, their computer.
const LISTED: usize = 8;

/// A recruiter's phone: several candidates give it, and nothing else that nothing explains ties any two of them; or many do.
fn recruiters(components: &mut [Component]) {
    let is_candidate = |id: &str| applicant_id(id).is_some();
    let tied: Vec<BTreeSet<String>> = components
        .iter()
        .filter(|one| one.kind != Kind::Phone && one.explained_by.is_none())
        .map(|one| one.workers().map(str::to_owned).collect())
        .collect();
    for one in components.iter_mut().filter(|one| one.kind == Kind::Phone && one.explained_by.is_none()) {
        let alone = |people: &BTreeSet<String>| one.workers().filter(|id| people.contains(*id)).count() < 2;
        let many = one.degree >= LISTED;
        if one.degree >= ENTERED && one.workers().all(is_candidate) && (many || tied.iter().all(alone)) {
            one.explained_by = Some("recruiter_phone");
            one.explanation = Some(
                "So many candidates give it that it is that of whoever entered or submitted them.".into(),
            );
        }
    }
}

type Reason = Option<(&'static str, String)>;

fn reason(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    household(context, component)
        .or_else(|| relatives(known, component))
        .or_else(|| public_computer(known, component))
        .or_else(|| support(context, known, component))
        .or_else(|| addresses(context, known, component))
        .or_else(|| agency(context, known, component))
        .or_else(|| egress(context, known, component))
        .or_else(|| network(context, known, component))
        .or_else(|| desk(context, known, component))
}

fn household(context: &Context<'_>, component: &Component) -> Reason {
    let mut homes = component.workers().map(|worker| context.household_of.get(worker));
    let first = homes.next().flatten()?;
    homes.all(|home| home == Some(first)).then(|| {
        (
            "household",
            format!("All {} declare one home or are declared to live together.", component.members.len()),
        )
    })
}

/// Two who bear one family name and have one phone, mailbox or computer, at least one of them a candidate: where they live
/// is often not said.
fn relatives(known: &Known<'_>, component: &Component) -> Reason {
    let theirs =
        matches!(component.kind, Kind::Phone | Kind::PersonalEmail | Kind::MeetingDevice | Kind::InterviewIp);
    let [a, b] = &component.members[..] else { return None };
    if !theirs || !component.workers().any(|id| applicant_id(id).is_some()) {
        return None;
    }
    let family = |id: &str| {
        known.worker.get(id)?.folded_name.as_deref()?.rsplit(' ').next().filter(|name| name.len() >= 3)
    };
    (family(&a.worker).is_some() && family(&a.worker) == family(&b.worker))
        .then(|| ("household", "Two who bear one family name share what families share.".to_owned()))
}

/// A computer or a line in a library, a school or a shared office: candidates of one neighbourhood came from it.
fn public_computer(known: &Known<'_>, component: &Component) -> Reason {
    let least = match component.kind {
        Kind::MeetingDevice => 3,
        Kind::InterviewIp => 2,
        _ => return None,
    };
    let people: BTreeSet<&str> =
        component.workers().map(|id| known.worker.get(id).map_or(id, |worker| worker.person())).collect();
    let candidates = component.workers().all(|id| applicant_id(id).is_some());
    (candidates && component.is_one_area && people.len() >= least).then(|| {
        (
            "kiosk",
            "They declare homes in one area: a library's, a school's or a neighbour's will do.".to_owned(),
        )
    })
}

fn staff(context: &Context<'_>) -> usize {
    context.workers.iter().filter(|worker| !worker.is_applicant).count()
}

fn is_support(known: &Known<'_>, worker: &str) -> bool {
    known.worker.get(worker).is_some_and(|worker| worker.is_support)
}

/// From so many people on, an id that comes in at a tenth of all staff is the company's own support.
const SUPPORT_PEOPLE: usize = 5;
/// Help comes on so many days, an operator on most.
const HELP_DAYS: usize = 3;

fn support(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    if component.kind == Kind::RemoteId {
        let reached = component.degree;
        let often = component.members.iter().filter(|member| member.days.len() > HELP_DAYS).count();
        if often < 2 {
            let sentence =
                "It came in at hardly any of them on more than three days: so comes whoever helps.";
            return Some(("it_support", sentence.into()));
        }
        return (reached >= SUPPORT_PEOPLE && reached * 10 >= staff(context)).then(|| {
            ("it_support", format!("The id came in at {reached} people: it is whoever supports them."))
        });
    }
    if !component.kind.is_machine() && !component.kind.is_desk() {
        return None;
    }
    if context.places.shared.contains(&component.token) {
        return Some(("kiosk", "The device is a pool, loan or kiosk device.".into()));
    }
    if component.kind.is_desk() {
        return None;
    }
    if component.workers().any(|worker| is_support(known, worker)) {
        return Some((
            "it_support",
            "One of them works in IT support, who sign in at and for others.".into(),
        ));
    }
    let passing = component.members.iter().filter(|member| is_set_up(known, member)).count();
    (component.members.len() >= 3 && passing + 1 >= component.members.len()).then(|| {
        (
            "it_support",
            "All but one of them were there on their first days only: accounts are set up at it.".into(),
        )
    })
}

/// Days around the first day of work on which somebody else may set up one's account.
const SET_UP_DAYS: (i64, i64) = (-7, 5);

/// Whether a person was seen there on one or two days about the first day of work, and never again.
fn is_set_up(known: &Known<'_>, member: &Member) -> bool {
    let start = known.worker.get(member.worker.as_str()).and_then(|worker| worker.start);
    start.is_some_and(|start| {
        let since = |time: model::Time| time.day() - start.day();
        member.days.len() <= 2 && since(member.first) >= SET_UP_DAYS.0 && since(member.last) <= SET_UP_DAYS.1
    })
}

/// Equipment of those who leave is sent back from so many days before the last one on.
const RETURN_DAYS: i64 = 7;

fn addresses(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    if !component.kind.is_address() {
        return None;
    }
    if context.places.bare_in_multi_unit.contains(&component.token) {
        let sentence =
            "The address names no unit in a building of several units: living in one house is no sharing.";
        return Some(("apartment_house", sentence.into()));
    }
    let left = |member: &Member| {
        let end = known.worker.get(member.worker.as_str()).and_then(|worker| worker.end);
        end.is_some_and(|end| member.first.day() >= end.day() - RETURN_DAYS)
    };
    if component.kind == Kind::ShipTo && component.members.iter().all(left) {
        return Some(("staging_depot", "All of it went there when they left: it was sent back.".into()));
    }
    // (who is in support receives the stock of laptops, at a dock or wherever it is prepared)
    let stock = component.workers().filter(|worker| is_support(known, worker)).count();
    if stock * 3 >= component.members.len() * 2 && component.members.iter().all(|member| !member.is_own_home)
    {
        let sentence = "Most of them work in IT support, who receive equipment for others.";
        return Some(("staging_depot", sentence.into()));
    }
    let id = match context.places.address_types.get(&component.token).map(String::as_str) {
        Some("office") => "mail_room",
        Some("depot") => "staging_depot",
        Some("pickup_point") => "pickup_point",
        _ if context.places.depots.contains(&component.token) => {
            return Some(("staging_depot", "The company sends equipment to others from there.".into()));
        }
        _ if component.members.iter().all(|member| !member.is_own_home)
            && let Some(place) = workplace(known, component) =>
        {
            return Some((
                "mail_room",
                format!("The roster assigns most of them to {place}, and nobody lives there."),
            ));
        }
        _ => {
            let offices = component.workers().filter(|worker| is_on_site(context, known, worker)).count();
            let nobodys = component.members.iter().all(|member| !member.is_own_home);
            return (nobodys && offices * 2 > component.members.len())
                .then(|| ("mail_room", "Most of them work on site and nobody lives there.".into()));
        }
    };
    Some((id, "Shipments or the address itself name the place as an office, depot or pick-up point.".into()))
}

fn agency(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    // (nobody pays a firm what its own employee earns)
    if context.places.firms.contains(&component.token) && !component.workers().any(|id| known.is_employed(id))
    {
        return Some(("agency", "The account is a firm's, which pays its people on.".into()));
    }
    let shared = matches!(component.kind, Kind::Phone | Kind::BankAccount | Kind::Wallet | Kind::PersonalEmail)
            || component.kind.is_address()
            || component.kind.is_desk()
            // (its office, where all of them live within reach of one; a farm's people declare homes from wherever they can be had)
            || (component.kind.is_network() && component.is_one_area)
            // (its room, its computer and its way to write papers)
            || (matches!(component.kind, Kind::MeetingDevice | Kind::InterviewIp | Kind::Resume)
                && component.workers().all(|id| applicant_id(id).is_some()));
    let agency = |worker: &&'_ Worker| worker.agency.clone().or_else(|| worker.firm.clone());
    let mut agencies = component.workers().map(|worker| known.worker.get(worker).and_then(agency));
    let first = agencies.next().flatten()?;
    let nobodys = component.members.iter().all(|member| !member.is_own_home);
    (shared && nobodys && agencies.all(|agency| agency.as_ref() == Some(&first))).then(|| {
        (
            "agency",
            "All of them come through one agency, by the roster, the firm's account that pays them, or the phone that all \
             whom one origin brings have in common."
                .into(),
        )
    })
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
        return Some((
            "carrier_nat",
            "The address belongs to a mobile carrier, which many customers share.".into(),
        ));
    }
    if all_seen && !agree {
        let sentence =
            "Each of them sits behind another router: the provider shares one address among customers.";
        return Some(("carrier_nat", sentence.into()));
    }
    let staff = staff(context);
    (component.degree >= VPN_PEOPLE && component.degree * 100 >= staff * VPN_PERCENT && !agree)
        .then(|| ("company_vpn", format!("{} of {staff} workers come from this address.", component.degree)))
}

/// Whether the roster or a badge places the person on site.
fn is_on_site(context: &Context<'_>, known: &Known<'_>, worker: &str) -> bool {
    context.places.badged.contains(worker)
        || known.worker.get(worker).is_some_and(|worker| worker.is_office())
}

/// Who stays in a network. Local networks are looked at now and then, once a week or less: of people who stay on one public line
/// day by day, one look is enough.
fn residents<'a>(context: &Context<'_>, known: &Known<'_>, component: &'a Component) -> Vec<&'a str> {
    // A laptop goes with its owner: that it is wherever it was seen says nothing about who stays there, and whoever met it
    // on few days met a person and not a place.
    let owner = context.places.laptops.get(&component.token).filter(|_| component.kind.is_lan());
    let on_a_line = |worker: &str| {
        let with = known.on_line_with.get(worker);
        with.is_some_and(|with| component.workers().any(|other| with.contains(other)))
    };
    let stays = |member: &Member| {
        let least = match owner {
            Some(_) => RESIDENT_DAYS,
            None if component.kind.is_lan() && on_a_line(&member.worker) => 1,
            None => RESIDENT_LEAST,
        };
        let none = BTreeSet::new();
        let all = known.days_of.get(&(member.worker.as_str(), component.kind)).unwrap_or(&none);
        let (first, last) = (member.days.first().copied(), member.days.last().copied());
        let between = all.iter().filter(|day| first <= Some(**day) && Some(**day) <= last).count();
        let there = member.days.len();
        there >= least
            && there * 100 >= between * RESIDENT_PERCENT
            && (there >= RESIDENT_DAYS || there * 2 >= all.len())
            && owner != Some(&member.worker)
    };
    component.members.iter().filter(|member| stays(member)).map(|member| member.worker.as_str()).collect()
}

/// The workplace to which the roster assigns most of them, unless it means remote work or names but a country or region.
fn workplace<'a>(known: &Known<'a>, component: &Component) -> Option<&'a str> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for worker in component.workers().filter_map(|id| known.worker.get(id)) {
        let Some(place) = worker.work_location.as_deref().filter(|_| worker.is_remote != Some(true)) else {
            continue;
        };
        let folded = measure::text::fold(place);
        let [city, region, _, country] =
            worker.area.each_ref().map(|text| text.as_deref().map(measure::text::fold));
        let is_wide = folded.len() <= 3
            || (city != region && region.as_ref() == Some(&folded))
            || country == Some(folded);
        if !is_wide {
            *places.entry(place).or_default() += 1;
        }
    }
    places.into_iter().find(|(_, people)| people * 2 > component.members.len()).map(|(place, _)| place)
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
    if let Some(place) = workplace(known, component) {
        return Some(("office", format!("The roster assigns most of them to {place}.")));
    }
    let seen = known.days_of.keys().filter(|(_, kind)| *kind == component.kind).count();
    if component.kind.is_lan() && members >= OWN_NETWORK && members * 2 >= seen {
        let sentence = format!(
            "{members} of {seen} people whose networks are seen stand there: it is the company's own."
        );
        return Some(("office", sentence));
    }
    let residents = residents(context, known, component);
    let visitors = members - residents.len();
    if residents.len() < 2 {
        let sentence = format!(
            "{visitors} of {members} are mostly seen on other networks: they visit, they do not stay."
        );
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
    homes
        .all(|home| home == Some(first))
        .then(|| ("household", "Those who stay there declare one home; the others visit.".to_owned()))
}

fn desk(context: &Context<'_>, known: &Known<'_>, component: &Component) -> Reason {
    let is_machine = component.kind.is_machine();
    if !component.kind.is_desk() && !is_machine {
        return None;
    }
    // One off-site in a hotel, or a visit to a colleague, shares no machine: its days must be days in a shared space.
    let used_there = |member: &Member| {
        let there = known.spaces.get(&member.worker);
        let days = member.days.iter().filter(|day| there.is_some_and(|days| days.contains(day))).count();
        days > 0 && days * 2 >= member.days.len()
    };
    let at_desks = |member: &Member| {
        let there = if is_machine { used_there(member) } else { known.offices.contains(&member.worker) };
        there || is_on_site(context, known, &member.worker)
    };
    let reason = if is_machine {
        ("kiosk", "All of them work in an office or shared space, where machines are shared.")
    } else {
        ("hot_desk", "All of them work in an office or shared space, where desks are shared.")
    };
    component.members.iter().all(at_desks).then(|| (reason.0, reason.1.into()))
}

#[cfg(test)]
mod tests;
