//! The paper trail of ordinary life: trips with approvals, parcels, pay instructions, replacement laptops.

use crate::address;
use crate::atlas::{self, Kind, cities};
use crate::calendar::Day;
use crate::catalogue;
use crate::draw::Draw;
use crate::export::okta;
use crate::names;
use crate::truth::Tag;
use crate::world::{
    ALWAYS, Account, Attested, Change, Parcel, Pay, PlaceId, PlaceKind, Seat, Span, Stay, StayTags, Tenure,
    Via, World,
};

/// Made-up banks.
const BANKS: &[&str] = &[
    "First Prairie Bank",
    "Union Harbor Bank",
    "Lone Pine Credit Union",
    "Cascade Federal Credit Union",
    "Old Mill Savings",
    "Granite State Trust",
    "Riverbend Bank",
    "Bluegrass Community Bank",
];

/// Parcels of everybody lie back this far at most: shipping exports cover about a year and a half.
const HISTORY: Day = 540;

/// Writes everybody's papers.
pub fn file(world: &mut World) {
    for at in 0..world.people.len() {
        file_one(world, at);
    }
}

fn file_one(world: &mut World, at: usize) {
    let mut draw = Draw::new(world.seed, "papers", at as u64);
    first_laptop(world, &mut draw, at);
    replacement(world, &mut draw, at);
    pay(world, &mut draw, at);
    travel(world, &mut draw, at);
    accounts(world, &mut draw, at);
    leaver(world, &mut draw, at);
}

/// Somebody was hired on another day than it seemed: their papers are written anew.
pub fn rehire(world: &mut World, at: usize, day: Day) {
    let person = &mut world.people[at];
    let first = person.laptops[0];
    person.hired = day;
    person.left = None;
    person.laptops = vec![Tenure { from: day, to: ALWAYS, ..first }];
    for program in &mut world.devices[first.device].programs {
        program.from = day;
    }
    for thing in &mut world.devices[first.device].usb {
        thing.from = day;
    }
    refile(world, at);
}

/// Writes somebody's papers anew, after they moved or were hired on another day.
pub fn refile(world: &mut World, at: usize) {
    world.strike(at);
    world.people[at].stays.truncate(1);
    world.people[at].changes.clear();
    world.people[at].laptops.truncate(1);
    if let Some(only) = world.people[at].laptops.first_mut() {
        only.to = ALWAYS;
        world.devices[only.device].staged = None;
    }
    file_one(world, at);
}

/// Somebody bears another name and always did; the login gets a number where it is taken.
pub fn rename(world: &mut World, at: usize, given: &str, family: &str) {
    let mut taken: std::collections::BTreeSet<String> =
        world.people.iter().map(|one| one.login.clone()).collect();
    let login = names::login(given, family, &mut taken);
    let mut draw = Draw::new(world.seed, "rename", at as u64);
    let person = &mut world.people[at];
    for tenure in &person.laptops {
        world.devices[tenure.device].user.clone_from(&login);
    }
    (person.given, person.family, person.login) = (given.to_owned(), family.to_owned(), login);
    person.mail = names::private_mail(&mut draw, given, family, at);
    let name = person.name();
    for pay in world.pay.iter_mut().filter(|pay| pay.worker == at && pay.answer != "No match") {
        pay.holder.clone_from(&name);
    }
}

/// Somebody lives in another city and always did.
pub fn relocate(world: &mut World, draw: &mut Draw, at: usize, city: usize) {
    let home = world.new_home(draw, city);
    settle(world, at, home, Seat::Desk(0));
}

/// Somebody lives at a place and always did.
pub fn settle(world: &mut World, at: usize, home: PlaceId, seat: Seat) {
    let city = world.city(home);
    let iso = cities()[city].iso;
    let mut draw = Draw::new(world.seed, "settle", at as u64);
    let moved = iso != world.iso(at);
    let via = mobile(&mut draw, city);
    let person = &mut world.people[at];
    (person.home, person.roster_home, person.city, person.cafe) = (home, home, city, None);
    person.stays = vec![crate::found::stay(home, seat)];
    if moved {
        person.phone = names::phone(iso, at);
    }
    for door in person.doors.iter_mut().filter(|door| matches!(door.via, Via::Mobile(..))) {
        door.via = via;
    }
    for tunnel in person.tunnels.iter_mut() {
        if let Via::Tunnel(carrier, _) = tunnel.via {
            (tunnel.via, tunnel.exits) = (Via::Tunnel(carrier, city), vec![city]);
        }
    }
    refile(world, at);
}

/// The laptop goes to the home some days before the first day.
fn first_laptop(world: &mut World, draw: &mut Draw, at: usize) {
    let (hired, home) = (world.people[at].hired, world.people[at].home);
    if hired < world.to - HISTORY {
        return;
    }
    let device = world.people[at].laptops[0].device;
    let sent = hired - draw.span(4, 9);
    let parcel = parcel(world, at, Some(device), sent, home);
    if hired >= world.from && draw.chance(world.rate("life.staged")) {
        world.devices[device].staged = Some((sent - 1, world.depot));
    }
    world.parcels.push(parcel);
    if draw.chance(world.rate("life.accessory")) {
        let item = draw.pick(&["Monitor 27 inch", "USB-C dock", "Webcam", "Headset"]);
        let extra = Parcel {
            item: (*item).to_owned(),
            device: None,
            ..world.parcels[world.parcels.len() - 1].clone()
        };
        world.parcels.push(extra);
    }
}

/// A parcel to somebody, delivered in two to four days.
pub fn parcel(world: &World, worker: usize, device: Option<usize>, sent: Day, to: PlaceId) -> Parcel {
    let item = device.map_or("Accessories", |device| catalogue::LAPTOPS[world.devices[device].model].model);
    Parcel {
        worker,
        device,
        item: item.to_owned(),
        sent,
        delivered: Some(sent + 2 + (worker % 3) as Day),
        back: false,
        to,
        instead: None,
        changed: None,
        from: None,
        signed: None,
        phone: None,
        tag: Tag::NONE,
    }
}

fn replacement(world: &mut World, draw: &mut Draw, at: usize) {
    if !draw.chance(world.rate("life.replacement_laptop") * f64::from(world.days()) / 90.0) {
        return;
    }
    let day = world.day_at(0.1 + 0.8 * draw.unit());
    if world.people[at].hired < day - 200 {
        replace_laptop(world, draw, at, day);
    }
}

/// A new laptop from a day on; the old one goes back to the depot.
pub fn replace_laptop(world: &mut World, draw: &mut Draw, at: usize, day: Day) {
    let (old, home) = (world.people[at].laptops[0].device, world.people[at].home);
    let (os, user) = (world.devices[old].os(), world.devices[old].user.clone());
    let new = world.new_laptop(draw, Some(os), &user);
    // the owner's things move along
    let (usb, programs) = (world.devices[old].usb.clone(), world.devices[old].programs.clone());
    for program in programs.into_iter().filter(|one| one.tag == Tag::NONE) {
        world.install(new, program.what.software, program.from.max(day), program.what.runs, Tag::NONE);
    }
    world.devices[new].usb = usb;
    if let Some(last) = world.people[at].laptops.last_mut() {
        last.to = day - 1;
    }
    world.people[at].laptops.push(Tenure { device: new, from: day, to: ALWAYS });
    let token = crate::draw::mix(world.people[at].profile(day).token, 0x2b);
    world.people[at].profiles.push(crate::world::Profile { from: day, token, tag: Tag::NONE });
    let out = parcel(world, at, Some(new), day - 5, home);
    let back = Parcel { back: true, from: Some(home), ..parcel(world, at, Some(old), day + 6, world.depot) };
    world.parcels.extend([out, back]);
    enrol(world, at, day);
}

/// Account events of a new device: enrolment, then a factor on it.
pub fn enrol(world: &mut World, at: usize, day: Day) {
    for (minute, kind) in [(3, okta::Kind::DeviceEnroll), (6, okta::Kind::FactorActivate)] {
        let minute = world.people[at].starts + minute;
        world.people[at].changes.push(Change {
            day,
            minute,
            kind,
            actor: None,
            via: None,
            token: None,
            tag: Tag::NONE,
        });
    }
}

fn pay(world: &mut World, draw: &mut Draw, at: usize) {
    let (hired, iso) = (world.people[at].hired, world.iso(at));
    let group = if world.people[at].group == 3 { world.rate("group.factor") } else { 1.0 };
    let transfer = draw.chance(world.rate("life.transfer_account") * group / 1.75);
    let first = Pay {
        worker: at,
        day: hired - 1 + draw.span(0, 4),
        minute: 10 * 60 + draw.span(0, 300),
        account: if transfer { transfer_account(draw) } else { account(draw, iso) },
        holder: world.people[at].name(),
        answer: if draw.chance(world.rate("life.holder_close")) { "Close match" } else { "Match" },
        is_first: true,
        via: Via::Place(world.people[at].home),
        tags: [Tag::NONE; 3],
    };
    let change = draw.chance(world.rate("life.bank_change") * f64::from(world.days()) / 60.0);
    if change && hired < world.from - 60 {
        let day = world.day_at(draw.unit());
        world.pay.push(Pay { day, account: account(draw, iso), is_first: false, ..first.clone() });
    }
    world.pay.push(first);
}

/// A bank account as the country writes it.
pub fn account(draw: &mut Draw, iso: &str) -> Account {
    let bank = *draw.pick(BANKS);
    let bban = match iso {
        "DE" => draw.shape("##################"),
        "FR" => draw.shape("#######################"),
        "NL" => format!("{}{}", draw.pick(&["TEST", "FICT"]), draw.shape("##########")),
        "ES" => draw.shape("####################"),
        "PT" => draw.shape("#####################"),
        "PL" => draw.shape("########################"),
        "IE" | "GB" => format!("{}{}", draw.pick(&["TEST", "FICT"]), draw.shape("##############")),
        "SE" => draw.shape("####################"),
        "RO" => format!("TEST{}", draw.shape("################")),
        _ => return Account::American(routing(draw), draw.shape("1#########"), bank),
    };
    Account::Iban(iban(iso, &bban), format!("TEST{iso}2X"), bank)
}

/// An account at a transfer service: its one public routing number (domain.md 2.7).
pub fn transfer_account(draw: &mut Draw) -> Account {
    Account::American("084009519".to_owned(), draw.shape("96##########"), "Community Federal Savings Bank")
}

/// A wallet.
pub fn wallet(draw: &mut Draw) -> Account {
    let hex = format!("{:016x}{:016x}{:08x}", draw.bits(), draw.bits(), draw.bits() as u32);
    Account::Wallet(format!("0x{hex}"), "Ethereum")
}

/// Nine digits with a correct check digit.
fn routing(draw: &mut Draw) -> String {
    let stem =
        format!("{}{}", draw.pick(&["1119", "0719", "0639", "1079", "0319", "0529"]), draw.shape("####"));
    let sum: u32 =
        stem.bytes().zip([3, 7, 1].into_iter().cycle()).map(|(b, w)| u32::from(b - b'0') * w).sum();
    format!("{stem}{}", (10 - sum % 10) % 10)
}

/// An IBAN with its check digits.
fn iban(iso: &str, bban: &str) -> String {
    let number = |text: &str| {
        text.bytes().fold(0_u32, |rest, b| match b {
            b'0'..=b'9' => (rest * 10 + u32::from(b - b'0')) % 97,
            letter => (rest * 100 + u32::from(letter - b'A' + 10)) % 97,
        })
    };
    format!("{iso}{:02}{bban}", 98 - number(&format!("{bban}{iso}00")))
}

/// A trip now and then; longer ones need an approval, which most people get.
fn travel(world: &mut World, draw: &mut Draw, at: usize) {
    if !draw.chance(world.rate("life.trip") * f64::from(world.days()) / 60.0) {
        return;
    }
    let home = world.people[at].city;
    let city = if draw.chance(0.7) {
        atlas::far_city(draw, home, 200.0)
    } else {
        atlas::abroad(draw, cities()[home].iso)
    };
    if city == home {
        return;
    }
    let from = world.day_at(draw.unit());
    let span = Span { from, to: from + draw.span(1, 9) };
    let approved = span.to - span.from >= 3 && draw.chance(world.rate("life.trip_approved"));
    trip(world, draw, at, city, span, approved);
}

/// Somebody works from a hotel in another city.
pub fn trip(world: &mut World, draw: &mut Draw, at: usize, city: usize, span: Span, approved: bool) {
    let house = address::house(draw, city);
    let place = world.new_place(draw, PlaceKind::Hotel, house);
    let Span { from, to } = span;
    world.people[at].stays.push(Stay {
        from,
        to,
        place,
        share: 1.0,
        seat: Seat::Loose,
        tags: StayTags::default(),
    });
    if approved {
        world.attested.push(Attested {
            worker: at,
            kind: "approved_travel",
            day: from - draw.span(3, 12),
            span: Some(span),
            city: Some(city),
            other: None,
            item: "",
        });
    }
}

/// Password resets, factors on new phones, changed profiles.
fn accounts(world: &mut World, draw: &mut Draw, at: usize) {
    let (hired, from, to) = (world.people[at].hired, world.from, world.to);
    if (from..=to).contains(&hired) {
        let admin = Some(world.help_desk());
        let starts = world.people[at].starts;
        world.people[at].changes.push(Change {
            day: hired,
            minute: starts - 5,
            kind: okta::Kind::Activate,
            actor: admin,
            via: None,
            token: None,
            tag: Tag::NONE,
        });
        enrol(world, at, hired);
    }
    for week in 0..world.days() / 7 {
        let reset = draw.chance(world.rate("life.password_reset"));
        let phone = draw.chance(world.rate("life.new_phone"));
        let profile = draw.chance(world.rate("life.profile_change"));
        let kinds: &[okta::Kind] = match (reset, phone, profile) {
            (true, ..) => &[okta::Kind::ResetPassword],
            (_, true, _) => &[okta::Kind::FactorReset, okta::Kind::FactorActivate],
            (.., true) => &[okta::Kind::UpdateProfile],
            _ => &[],
        };
        for (turn, kind) in kinds.iter().enumerate() {
            let minute = world.people[at].starts + draw.span(10, 200) + turn as i32 * 15;
            let day = from + week * 7 + 1;
            let actor = (*kind == okta::Kind::FactorReset).then_some(world.help_desk());
            world.people[at].changes.push(Change {
                day,
                minute,
                kind: *kind,
                actor,
                via: None,
                token: None,
                tag: Tag::NONE,
            });
        }
    }
}

/// Who leaves sends the laptop back.
fn leaver(world: &mut World, draw: &mut Draw, at: usize) {
    let Some(left) = world.people[at].left else { return };
    if draw.chance(world.rate("life.no_return")) {
        return; // forgets it
    }
    let home = world.people[at].home;
    let device = world.people[at].laptop(left);
    let back = parcel(world, at, device, left + draw.span(1, 6), world.depot);
    world.parcels.push(Parcel { back: true, from: Some(home), ..back });
}

/// Who has an internet phone: newcomers and the private more often than others, whatever else they are.
pub fn internet_phones(world: &mut World) {
    let mut draw = Draw::new(world.seed, "internet phones", 0);
    let (rate, factor) = (world.rate("life.internet_phone"), world.rate("group.factor"));
    let workers = world.people.iter().map(|one| (one.group, &one.phone));
    let applicants = world.applicants.iter().filter(|one| one.worker.is_none());
    let all = workers.chain(applicants.flat_map(|one| one.phones.iter().map(|phone| (one.group, phone))));
    let mut new = Vec::new();
    for (group, phone) in all {
        if draw.chance(rate * if group == 3 { factor } else { 1.0 } / 1.75) {
            new.push(phone.clone());
        }
    }
    for phone in new {
        world.internet_phones.entry(phone).or_default();
    }
}

/// A phone number that nobody of the roster has.
pub fn another_phone(world: &mut World, iso: &str) -> String {
    world.phones += 1;
    names::phone(iso, world.phones)
}

/// A mobile network of a country, seen at a city.
pub fn mobile(draw: &mut Draw, city: usize) -> Via {
    Via::Mobile(atlas::carrier(draw, cities()[city].iso, &[Kind::Mobile]), city)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_are_right() {
        assert_eq!(iban("DE", "370400440532013000"), "DE89370400440532013000");
        let mut draw = Draw::new(1, "routing", 0);
        let number = routing(&mut draw);
        let sum: u32 =
            number.bytes().zip([3, 7, 1].into_iter().cycle()).map(|(b, w)| u32::from(b - b'0') * w).sum();
        assert_eq!((number.len(), sum % 10), (9, 0));
    }
}
