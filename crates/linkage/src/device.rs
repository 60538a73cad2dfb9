//! Every name a device goes by, and whose it is.

use std::collections::{BTreeMap, BTreeSet};

use measure::serial::is_telling_serial;
use model::Time;

use crate::group::Groups;
use crate::who::Directory;

/// Names that stood together in one record: device id, serial, host name.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Names {
    /// Device id in a tool.
    pub uid: Option<String>,
    /// Hardware serial.
    pub serial: Option<String>,
    /// Host name.
    pub hostname: Option<String>,
    /// Source that named it so.
    pub source: String,
    /// First and last day.
    pub days: (i64, i64),
}

/// Something that ties a device to a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Any name of the device.
    pub alias: String,
    /// Worker.
    pub worker: String,
    /// Rule.
    pub rule: Rule,
    /// When.
    pub time: Time,
    /// Returned, or a pool device.
    pub is_over: bool,
    /// Loan, pool, kiosk or staging device.
    pub is_pool: bool,
    /// Days or records behind it.
    pub weight: i64,
    /// Records.
    pub records: Vec<String>,
}

/// Rules from strongest to weakest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// The company's list of who has which device.
    Assignment,
    /// A shipment names the serial.
    ShipmentSerial,
    /// The inventory names the user's e-mail address.
    InventoryUser,
    /// The user who logs on locally.
    LocalUser,
    /// The host name holds a login name.
    HostName,
}

impl Rule {
    /// Name as the tables write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Assignment => "assignment",
            Self::ShipmentSerial => "shipment_serial",
            Self::InventoryUser => "inventory_user",
            Self::LocalUser => "local_user",
            Self::HostName => "host_name",
        }
    }
}

/// Whose a device is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// Worker.
    pub worker: String,
    /// Rule.
    pub rule: Rule,
    /// Says nothing about one person.
    pub is_shared: bool,
    /// Records.
    pub records: Vec<String>,
}

/// All devices.
#[derive(Debug, Clone, Default)]
pub struct Devices {
    /// Device by every name it goes by.
    pub aliases: BTreeMap<String, String>,
    /// Owner by device.
    pub owners: BTreeMap<String, Owner>,
}

impl Devices {
    /// The one person whom what happens on this device speaks of.
    #[must_use]
    pub fn worker_of(&self, alias: &str) -> Option<&str> {
        let owner = self.owners.get(self.aliases.get(alias)?)?;
        (!owner.is_shared).then_some(owner.worker.as_str())
    }
}

/// A name that one source sees with more others of one sort than this is no identity (cloned images, board makers'
/// placeholders, re-used host names).
const ALIAS_MAX: usize = 3;

/// Local accounts that are nobody's.
#[must_use]
pub fn is_nobody(user: &str) -> bool {
    let user = user.to_lowercase();
    let bare = user.rsplit(['\\', '/']).next().unwrap_or(&user);
    const NOBODY: &[&str] = &[
        "root",
        "system",
        "administrator",
        "admin",
        "defaultuser",
        "defaultuser0",
        "local service",
        "guest",
        "network service",
        "localsystem",
        "nobody",
        "daemon",
        "reboot",
        "runlevel",
        "dwm-1",
        "umfd-0",
        "umfd-1",
    ];
    bare.is_empty() || bare.starts_with('_') || NOBODY.contains(&bare)
}

/// First and last day by id.
type Spans<'a> = BTreeMap<&'a str, (i64, i64)>;

/// Host names that two computers bear at once (`Anas-MacBook-Pro` is what the maker calls it): of two serials, or of two
/// ids of one source that are seen in the same days.
fn ambiguous(names: &[Names]) -> BTreeSet<String> {
    let mut serials: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut spans: BTreeMap<(String, &str), Spans<'_>> = BTreeMap::new();
    for name in names {
        let Some(host) = name.hostname.as_deref().map(str::to_lowercase) else { continue };
        if let Some(serial) = name.serial.as_deref().filter(|serial| is_telling_serial(serial)) {
            serials.entry(host.clone()).or_default().insert(serial.to_lowercase());
        }
        if let Some(uid) = name.uid.as_deref().filter(|uid| !uid.eq_ignore_ascii_case(&host)) {
            let span = spans.entry((host, name.source.as_str())).or_default().entry(uid).or_insert(name.days);
            *span = (span.0.min(name.days.0), span.1.max(name.days.1));
        }
    }
    let two = serials.into_iter().filter(|(_, serials)| serials.len() >= 2).map(|(host, _)| host);
    let mut out: BTreeSet<String> = two.collect();
    // An agent that was installed again has another id from that day on.
    let at_once = |a: &(i64, i64), b: &(i64, i64)| a.0 < b.1 && b.0 < a.1;
    for ((host, _), ids) in spans {
        let all: Vec<(i64, i64)> = ids.into_values().collect();
        if all.iter().enumerate().any(|(n, a)| all[n + 1..].iter().any(|b| at_once(a, b))) {
            out.insert(host);
        }
    }
    out
}

/// Host names behind which another source put the serial (`Inas-MacBook-Pro_C02XK1ABJG5H`, a folder of collected logs), with
/// that serial.
fn with_serials(names: &[Names]) -> Vec<Names> {
    let known: BTreeMap<String, &String> = names
        .iter()
        .filter_map(|one| one.serial.as_ref())
        .map(|serial| (serial.to_lowercase(), serial))
        .collect();
    let ends = |host: &str| {
        let (_, last) = host.rsplit_once(['_', ' ', '.'])?;
        known.get(&last.to_lowercase()).filter(|serial| is_telling_serial(serial))
    };
    let full = |one: &Names| {
        let serial =
            one.serial.clone().or_else(|| ends(one.hostname.as_deref()?).map(|serial| (*serial).clone()));
        Names { serial, ..one.clone() }
    };
    names.iter().map(full).collect()
}

/// Devices by name.
#[must_use]
pub fn aliases(names: &[Names]) -> BTreeMap<String, String> {
    let names = &with_serials(names)[..];
    // (every source has an id of its own for each device)
    let mut companions: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for name in names {
        let uid = name.uid.as_deref().or(name.serial.as_deref());
        for weak in [name.serial.as_deref(), name.hostname.as_deref()].into_iter().flatten() {
            companions.entry((weak, &name.source)).or_default().extend(uid.filter(|uid| *uid != weak));
        }
    }
    let crowded: BTreeSet<&str> = companions
        .into_iter()
        .filter(|(_, others)| others.len() > ALIAS_MAX)
        .map(|((weak, _), _)| weak)
        .collect();
    let ambiguous = ambiguous(names);
    let telling = |alias: &str, is_serial: bool| {
        (is_serial || !ambiguous.contains(&alias.to_lowercase()))
            && !crowded.contains(alias)
            && (!is_serial || is_telling_serial(alias))
            && !alias.eq_ignore_ascii_case("localhost")
    };
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    let mut rank: Vec<(u8, String)> = Vec::new();
    let mut joins = Vec::new();
    for name in names {
        let mut last = None;
        let parts = [(&name.serial, 0_u8), (&name.hostname, 1), (&name.uid, 2)];
        for (value, order) in parts {
            let Some(value) = value.as_deref().filter(|value| order == 2 || telling(value, order == 0))
            else {
                continue;
            };
            let at = *place.entry(value.to_lowercase()).or_insert_with(|| {
                rank.push((order, value.to_owned()));
                rank.len() - 1
            });
            let own = (order, value.to_owned());
            if own < rank[at] {
                rank[at] = own;
            }
            joins.extend(last.map(|last| (last, at)));
            last = Some(at);
        }
    }
    let mut groups = Groups::new(rank.len());
    for (a, b) in joins {
        groups.join(a, b);
    }
    let mut best: BTreeMap<usize, (u8, String)> = BTreeMap::new();
    for (at, own) in rank.iter().enumerate() {
        let known = best.entry(groups.of(at)).or_insert_with(|| own.clone());
        if own < known {
            *known = own.clone();
        }
    }
    let mut out = BTreeMap::new();
    for name in names {
        for value in [&name.uid, &name.serial, &name.hostname].into_iter().flatten() {
            if let Some(&at) = place.get(&value.to_lowercase()) {
                out.insert(value.clone(), best[&groups.of(at)].1.clone());
            }
        }
    }
    out
}

/// Claims from host names that hold exactly one person's login name.
#[must_use]
pub fn host_claims(directory: &Directory, names: &[Names]) -> Vec<Claim> {
    let logins = directory.logins();
    let mut out = Vec::new();
    let hosts: BTreeSet<&str> = names.iter().filter_map(|name| name.hostname.as_deref()).collect();
    for host in hosts {
        let lower = host.to_lowercase();
        let parts: Vec<&str> = lower.split(['-', '_', '.', ' ']).collect();
        let whose: BTreeSet<&str> = logins
            .iter()
            .filter(|(login, _)| {
                parts.contains(login) || (login.contains(['.', '-', '_']) && lower.contains(login))
            })
            .map(|(_, worker)| *worker)
            .collect();
        if let (1, Some(worker)) = (whose.len(), whose.first()) {
            out.push(Claim {
                alias: host.to_owned(),
                worker: (*worker).to_owned(),
                rule: Rule::HostName,
                time: Time::default(),
                is_over: false,
                is_pool: false,
                weight: 1,
                records: Vec::new(),
            });
        }
    }
    out
}

/// Whose the devices are: the strongest rule that speaks; within it the latest current claim of a list, or
/// whoever is there on at least four fifths of the days.
#[must_use]
pub fn devices(names: &[Names], claims: &[Claim], support: &BTreeSet<String>) -> Devices {
    let aliases = aliases(names);
    let mut of: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
    for claim in claims {
        if let Some(device) = aliases.get(&claim.alias) {
            of.entry(device).or_default().push(claim);
        }
    }
    let mut owners = BTreeMap::new();
    for (device, mut claims) in of {
        claims.sort_by(|a, b| (a.rule, b.time, &a.worker).cmp(&(b.rule, a.time, &b.worker)));
        let users: BTreeSet<&str> = claims
            .iter()
            .filter(|claim| claim.rule == Rule::LocalUser && !support.contains(&claim.worker))
            .map(|claim| claim.worker.as_str())
            .collect();
        let is_shared = users.len() >= 3 || claims.iter().any(|claim| claim.is_pool);
        let Some(chosen) = choose(&claims) else { continue };
        let records: BTreeSet<&String> = claims
            .iter()
            .filter(|claim| claim.rule == chosen.rule && claim.worker == chosen.worker)
            .flat_map(|claim| &claim.records)
            .collect();
        owners.insert(
            device.to_owned(),
            Owner {
                worker: chosen.worker.clone(),
                rule: chosen.rule,
                is_shared,
                records: records.into_iter().take(12).cloned().collect(),
            },
        );
    }
    Devices { aliases, owners }
}

fn choose<'a>(claims: &[&'a Claim]) -> Option<&'a Claim> {
    let current: Vec<&&Claim> = claims.iter().filter(|claim| !claim.is_over).collect();
    let pool = if current.is_empty() { claims.iter().collect() } else { current };
    let rule = pool.first()?.rule;
    let same: Vec<&&&Claim> = pool.iter().filter(|claim| claim.rule == rule).collect();
    if rule < Rule::LocalUser {
        return same
            .first()
            .map(|claim| **claim as &Claim)
            .and_then(|c| claims.iter().find(|o| **o == c).copied());
    }
    let mut votes: BTreeMap<&str, i64> = BTreeMap::new();
    for claim in &same {
        *votes.entry(&claim.worker).or_default() += claim.weight.max(1);
    }
    let all: i64 = votes.values().sum();
    let (worker, _) = votes.into_iter().find(|(_, votes)| votes * 5 >= all * 4)?;
    claims.iter().find(|claim| claim.rule == rule && claim.worker == worker).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(uid: &str, serial: Option<&str>, host: &str, source: &str, days: (i64, i64)) -> Names {
        Names {
            uid: Some(uid.into()),
            serial: serial.map(str::to_owned),
            hostname: Some(host.into()),
            source: source.into(),
            days,
        }
    }

    #[test]
    fn a_host_name_that_two_computers_bear_at_once_ties_nothing() {
        let host = "Anas-MacBook-Pro";
        let both = [
            named("u1", Some("C02XK1ABJG5H"), host, "osquery", (0, 40)),
            named("u2", Some("C02XK2CDJG5J"), host, "osquery", (0, 40)),
        ];
        let known = aliases(&both);
        assert_ne!(known["u1"], known["u2"]);
        assert_eq!(known.get(host), None, "the name alone says nothing");
        let without =
            [named("u1", None, host, "falcon", (0, 40)), named("u2", None, host, "falcon", (3, 40))];
        let known = aliases(&without);
        assert_ne!(known["u1"], known["u2"]);
    }

    #[test]
    fn every_tool_has_an_id_of_its_own_for_one_computer() {
        let tools = ["osquery", "crowdstrike", "inventory", "duo", "collector"];
        let names = tools.map(|tool| named(&format!("{tool} 1"), Some("PF2ABCXK"), "LT-0417", tool, (0, 40)));
        let known = aliases(&names);
        assert!(tools.iter().all(|tool| known[&format!("{tool} 1")] == "PF2ABCXK"), "{known:?}");
        let cloned =
            [1, 2, 3, 4].map(|n| named(&format!("u{n}"), Some("PF2ABCXK"), "LT", "osquery", (0, 40)));
        assert_ne!(aliases(&cloned)["u1"], aliases(&cloned)["u2"], "an image that was copied");
    }

    #[test]
    fn a_host_name_with_the_serial_behind_it_is_the_device_of_that_serial() {
        let folder = Names { hostname: Some("Anas-MacBook-Pro_C02XK1ABJG5H".into()), ..Names::default() };
        let names = [
            named("u1", Some("C02XK1ABJG5H"), "Anas-MacBook-Pro", "osquery", (0, 40)),
            named("u2", Some("C02XK2CDJG5J"), "Anas-MacBook-Pro", "osquery", (0, 40)),
            folder,
        ];
        let known = aliases(&names);
        assert_eq!(known["Anas-MacBook-Pro_C02XK1ABJG5H"], known["u1"]);
    }

    #[test]
    fn a_host_name_ties_the_ids_of_two_agents_and_an_agent_that_was_installed_again() {
        let names = [
            named("u1", Some("PF2ABCXK"), "LT-0417", "osquery", (0, 40)),
            named("a1", None, "LT-0417", "falcon", (0, 20)),
            named("a2", None, "LT-0417", "falcon", (20, 40)),
        ];
        let known = aliases(&names);
        assert_eq!((&known["u1"], &known["a1"]), (&known["a1"], &known["a2"]));
    }
}
