//! Founding the company: offices, people, their homes and habits. Nothing here knows who will be what.

use std::collections::{BTreeMap, BTreeSet};

use crate::address;
use crate::atlas::{self, Kind, cities};
use crate::calendar::{self, Day};
use crate::catalogue::Os;
use crate::draw::{Draw, mix, share};
use crate::meetings::Attends;
use crate::names;
use crate::plan::Plan;
use crate::rates::Rates;
use crate::systems::Systems;
use crate::truth::{Tag, Truth};
use crate::world::{
    ALWAYS, Door, Lease, Mode, Person, PlaceId, PlaceKind, Profile, Seat, Span, Stay, StayTags, Tenure,
    TunnelUse, Via, World,
};

/// Made-up companies: mail domain and name at Okta.
const COMPANIES: &[(&str, &str)] = &[
    ("harbourline.example", "harbourline"),
    ("northgate-systems.example", "northgate"),
    ("cedarworks.example", "cedarworks"),
    ("lumenforge.example", "lumenforge"),
    ("tidewater-apps.example", "tidewater"),
];

/// Departments with their weight, whether they build software, and titles.
const DEPARTMENTS: &[(&str, f64, bool, &[&str])] = &[
    ("Platform", 22.0, true, &["Software Engineer", "Senior Software Engineer", "Staff Engineer", "SRE"]),
    ("Product Engineering", 26.0, true, &["Software Engineer", "Frontend Engineer", "QA Engineer"]),
    ("Data", 10.0, true, &["Data Engineer", "Data Scientist", "Analyst"]),
    ("Design", 6.0, false, &["Product Designer", "UX Researcher"]),
    ("Customer Success", 12.0, false, &["Support Specialist", "Account Manager"]),
    ("Sales", 12.0, false, &["Account Executive", "Sales Engineer"]),
    ("Finance", 5.0, false, &["Accountant", "Payroll Specialist"]),
    ("People", 4.0, false, &["Recruiter", "People Partner"]),
    ("IT", 3.0, false, &["Systems Administrator", "IT Engineer"]),
];

/// Whether a department builds software.
pub fn builds(department: &str) -> bool {
    DEPARTMENTS.iter().any(|dept| dept.0 == department && dept.2)
}

/// The company of a plan, before anything is planted.
pub fn found(plan: &Plan) -> World {
    let mut draw = Draw::new(plan.seed, "company", 0);
    let (domain, org) = *draw.pick(COMPANIES);
    let to = calendar::day(plan.until);
    let mut world = World {
        seed: plan.seed,
        from: to - plan.days as i32 + 1,
        to,
        difficulty: plan.difficulty,
        rates: if plan.redraw { Rates::redrawn(plan.seed) } else { Rates::cited() },
        every_tell: plan.every_tell,
        systems: Systems::of(plan),
        domain,
        org,
        people: Vec::with_capacity(plan.workers as usize),
        applicants: vec![],
        places: vec![],
        offices: vec![],
        depot: 0,
        devices: vec![],
        machines: vec![],
        leads: vec![],
        loans: vec![],
        parcels: vec![],
        pay: vec![],
        attested: vec![],
        internet_phones: BTreeMap::new(),
        truth: Truth::default(),
        slots: vec![],
        phones: plan.workers as usize,
    };
    open_offices(&mut world, &mut draw, plan.workers);
    let mut taken = BTreeSet::new();
    for at in 0..plan.workers as usize {
        let mut draw = Draw::new(plan.seed, "person", at as u64);
        let person = person(&mut world, &mut draw, at, &mut taken);
        world.people.push(person);
        habits(&mut world, &mut draw, at);
    }
    managers(&mut world);
    world
}

fn open_offices(world: &mut World, draw: &mut Draw, workers: u32) {
    let heads = ["Austin", "Denver", "Chicago", "Boston", "Atlanta"];
    let others = ["London", "Berlin", "Toronto", "New York", "Krakow", "Bengaluru"];
    let mut names = vec![*draw.pick(&heads)];
    let more = if workers < 120 { 1 } else { 3 };
    names.extend(draw.some(&others, more));
    for name in names {
        let house = address::house(draw, atlas::city(name)).with_unit("Floor 4".to_owned());
        let office = world.new_place(draw, PlaceKind::Office, house);
        world.places[office].lan.lease = Lease::Fixed;
        world.offices.push(office);
    }
    // laptops are prepared in a warehouse near the head office
    let warehouse = address::house(draw, world.city(world.offices[0])).with_unit("Dock 3".to_owned());
    world.depot = world.new_place(draw, PlaceKind::Depot, warehouse);
}

fn person(world: &mut World, draw: &mut Draw, at: usize, taken: &mut BTreeSet<String>) -> Person {
    let (given, family) = names::name(draw);
    let city = atlas::home_city(draw);
    let home = world.new_home(draw, city);
    let dept = &DEPARTMENTS[draw.weighted(DEPARTMENTS, |dept| dept.1)];
    let builds = dept.2;
    let hired = hire_day(world, draw);
    let left = (draw.chance(world.rate("life.leaver") * f64::from(world.days()) / 90.0))
        .then(|| world.day_at(0.1 + 0.85 * draw.unit()))
        .filter(|left| *left > hired + 30);
    let agency = draw
        .chance(world.rate("life.contractor"))
        .then(|| (*draw.pick(&["Brightpath Staffing", "Cobalt Contracting", "Meridian Talent"])).to_owned());
    let login = names::login(given, family, taken);
    let os = (dept.0 == "Design").then_some(Os::Darwin);
    let laptop = world.new_laptop(draw, os, &login);
    world.equip(draw, laptop, hired, builds);
    let mode = mode(world, draw, city);
    let token = mix(mix(world.seed, 0xd7), at as u64);
    Person {
        id: (10_000 + at).to_string(),
        given: given.to_owned(),
        family: family.to_owned(),
        roster_name: None,
        login,
        mail: names::private_mail(draw, given, family, at),
        mail_tag: Tag::NONE,
        phone: names::phone(cities()[city].iso, at),
        phone_tag: Tag::NONE,
        stationary: false,
        home,
        roster_home: home,
        city,
        mode,
        starts: (draw.around(9.0 * 60.0, 45.0)) as i32,
        length: (draw.around(8.5 * 60.0, 40.0)) as i32,
        evening: draw.chance(world.rate("life.evening")).then_some((20 * 60 + 30, 70)),
        stays: vec![stay(home, Seat::Desk(0))],
        leave: leave(world, draw),
        hired,
        left,
        roster_left: None,
        title: draw.word(dept.3),
        department: dept.0,
        manager: None,
        agency,
        laptops: vec![Tenure { device: laptop, from: hired, to: ALWAYS }],
        profiles: profiles(world, draw, token),
        spare_profiles: None,
        agent: crate::export::agent::of_laptop(draw, world.devices[laptop].os()),
        tunnels: vec![],
        doors: vec![],
        changes: vec![],
        attends: vec![],
        acts: vec![],
        approves: vec![],
        approver: None,
        turns: None,
        shift: None,
        cafe: None,
        group: (share(mix(mix(world.seed, 0x9e), at as u64)) * 4.0) as u8,
    }
}

/// A stay for good, unmarked.
pub fn stay(place: PlaceId, seat: Seat) -> Stay {
    Stay { from: Day::MIN, to: ALWAYS, place, share: 1.0, seat, tags: StayTags::default() }
}

fn hire_day(world: &World, draw: &mut Draw) -> Day {
    if draw.chance(world.rate("life.hire_per_day") * f64::from(world.days())) {
        return calendar::monday(world.day_at(0.9 * draw.unit()));
    }
    let back = 20.0 + 1500.0 * draw.unit() * draw.unit();
    world.from - back as i32
}

/// Hybrid people live near an office; everybody else is remote.
fn mode(world: &World, draw: &mut Draw, city: usize) -> Mode {
    let near = world.offices.iter().copied().find(|office| atlas::distance(world.city(*office), city) < 80.0);
    let Some(office) = near else { return Mode::Remote };
    // only those near an office can be hybrid, so among them it is far more usual
    if draw.chance(world.rate("life.remote") * 0.3) {
        Mode::Remote
    } else if draw.chance(0.75) {
        Mode::Office(office, [0b00110, 0b01010, 0b01110, 0b00111][draw.below(4)])
    } else {
        Mode::Office(office, 0b11111)
    }
}

/// The weeks of vacation and the days of illness in the window.
fn leave(world: &World, draw: &mut Draw) -> Vec<Span> {
    let mut left =
        (f64::from(world.days()) * 5.0 / 7.0 * world.rate("life.leave") * (0.3 + 1.4 * draw.unit())) as i32;
    let mut out = vec![];
    while left > 0 {
        let length = draw.span(1, 7).min(left);
        let from = world.day_at(draw.unit());
        out.push(Span { from, to: from + length - 1 });
        left -= length;
    }
    out
}

fn profiles(world: &World, draw: &mut Draw, token: u64) -> Vec<Profile> {
    let mut out = vec![Profile { from: Day::MIN, token, tag: Tag::NONE }];
    let weeks = world.days() / 7 + 1;
    for week in 0..weeks {
        if draw.chance(world.rate("life.new_browser")) {
            let from = world.from + week * 7 + draw.span(0, 6);
            out.push(Profile { from, token: mix(token, week as u64 + 1), tag: Tag::NONE });
        }
    }
    out
}

/// Phone, café, VPN: what makes one network a day too simple.
fn habits(world: &mut World, draw: &mut Draw, at: usize) {
    let (city, os) = (world.people[at].city, world.devices[world.people[at].laptops[0].device].os());
    let iso = cities()[city].iso;
    let token = mix(mix(world.seed, 0xf0), at as u64);
    if draw.chance(world.rate("life.phone_use")) {
        let via = Via::Mobile(atlas::carrier(draw, iso, &[Kind::Mobile]), city);
        world.people[at].doors.push(Door {
            from: Day::MIN,
            to: ALWAYS,
            per_day: 0.25,
            hours: (7 * 60 + 30, 22 * 60),
            token,
            agent: crate::export::agent::of_phone(draw),
            via,
            tag: Tag::NONE,
            ..Door::PLAIN
        });
    }
    if draw.chance(world.rate("life.cafe")) {
        let house = address::house(draw, city);
        world.people[at].cafe = Some(world.new_place(draw, PlaceKind::Cafe, house));
    }
    if os == Os::Darwin && draw.chance(world.rate("life.private_relay")) {
        let relay = atlas::tunnel("APPLE_ICLOUD_RELAY_PROXY");
        world.people[at].tunnels.push(tunnel(Via::Tunnel(relay, city), 0.9));
    }
    if draw.chance(world.rate("life.own_computer")) {
        let os = if draw.chance(0.5) { Os::Windows } else { Os::Darwin };
        let machine = world.new_machine(draw, os);
        world.people[at].attends.push(Attends {
            from: Day::MIN,
            to: ALWAYS,
            share: 0.12,
            machine,
            via: None,
            at: None,
            delay: 0,
            tag: Tag::NONE,
        });
    }
    let team = works_by_vpn(world, world.people[at].department);
    if draw.chance(if team { 0.6 } else { world.rate("life.corporate_vpn") / 4.0 }) {
        world.people[at].tunnels.push(tunnel(Via::Corporate, 0.5));
        let device = world.people[at].laptops[0].device;
        let hired = world.people[at].hired;
        world.install(device, crate::catalogue::software("corpvpn"), hired, 1.0, Tag::NONE);
    }
}

/// Whether a department works through the company's VPN.
fn works_by_vpn(world: &World, department: &str) -> bool {
    share(mix(world.seed, crate::draw::text(department))) < world.rate("life.corporate_vpn")
}

/// A VPN used on a share of days, for good.
pub fn tunnel(via: Via, share: f64) -> TunnelUse {
    let exits = match via {
        Via::Tunnel(_, city) => vec![city],
        _ => vec![],
    };
    TunnelUse { from: Day::MIN, to: ALWAYS, share, via, exits, drop: None, tag: Tag::NONE }
}

/// Everybody but the first reports to somebody of the same department who was there before.
fn managers(world: &mut World) {
    for at in 1..world.people.len() {
        let mut draw = Draw::new(world.seed, "manager", at as u64);
        let department = world.people[at].department;
        let near =
            (0..40).map(|_| draw.below(at)).find(|other| world.people[*other].department == department);
        world.people[at].manager = Some(near.unwrap_or(0));
    }
    world.leads = vec![false; world.people.len()];
    for at in 0..world.people.len() {
        if let Some(manager) = world.people[at].manager {
            world.leads[manager] = true;
        }
    }
}
