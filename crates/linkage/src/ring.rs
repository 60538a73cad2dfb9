//! Workers tied together by at least two independent kinds of unexplained links: communities of the graph of ties. Roles are
//! proposed by `scoring`.

use std::collections::{BTreeMap, BTreeSet};

use measure::community::Graph;

use crate::component::Component;
use crate::honest::Chances;
use crate::site::Site;
use crate::tie::{Ground, Ties, is_hub};
use crate::trace::Kind;

/// One member of a ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// Made from its smallest member and kinds.
    pub id: String,
    /// Member.
    pub worker: String,
    /// Kinds that hold the ring together.
    pub kinds: BTreeSet<&'static str>,
    /// Farm site.
    pub farm: Option<String>,
    /// Members in all.
    pub size: usize,
    /// Independent kinds among the kinds.
    pub independent: usize,
    /// Components that tie two or more of its members, those that say most first.
    pub held_by: Vec<String>,
    /// How often its like arises by chance.
    pub chance: Chances,
}

/// Two groups stay apart where their people are tied less surely than this on average, thousandths. One person who
/// belongs to two groups does not make them one, and a chain falls into its links.
pub(crate) const RESOLUTION: i64 = 450;
/// Any would do; the same one always.
pub(crate) const SEED: u64 = 2019;

/// Whether a component ties people at all.
pub(crate) fn holds(component: &Component, all: &[Component], people: usize) -> bool {
    if component.explained_by.is_some() || is_hub(people, component.degree) {
        return false;
    }
    // One shared egress address between two people is a bridge that breaks unless something else agrees.
    component.kind != Kind::EgressIp
        || component.members.len() > 2
        || all.iter().any(|other| {
            other.kind != Kind::EgressIp
                && other.explained_by.is_none()
                && component.workers().all(|worker| other.workers().any(|known| known == worker))
        })
}

/// Communities of at least two among people who are tied, each in ascending order.
pub(crate) fn communities(people: usize, edges: &[(usize, usize, i64)]) -> Vec<Vec<usize>> {
    gathered(&Graph::new(people, edges).communities(RESOLUTION, SEED))
}

/// The same by one run.
pub(crate) fn communities_once(people: usize, edges: &[(usize, usize, i64)]) -> Vec<Vec<usize>> {
    gathered(&Graph::new(people, edges).communities_once(RESOLUTION, SEED))
}

fn gathered(found: &[usize]) -> Vec<Vec<usize>> {
    let mut gathered: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, of) in found.iter().enumerate() {
        gathered.entry(*of).or_default().push(at);
    }
    gathered.into_values().filter(|members| members.len() >= 2).collect()
}

/// Finds rings, ordered by smallest member; how often each would arise by chance is not known yet.
pub(crate) fn rings(ground: &Ground<'_>, components: &[Component], sites: &[Site]) -> Vec<Ring> {
    let ties = ground.ties(components, |one| holds(one, components, ground.people()));
    let mut out = Vec::new();
    for members in communities(ties.people.len(), &ties.edges()) {
        out.extend(ring(&members, &ties, components, sites));
    }
    out
}

/// The rows of one ring; none where one kind alone holds these people together.
fn ring(members: &[usize], ties: &Ties<'_>, components: &[Component], sites: &[Site]) -> Vec<Ring> {
    let inside: BTreeSet<usize> = members.iter().copied().collect();
    let is_inside = |at: usize| inside.contains(&at);
    let (mut kinds, mut independent) = (BTreeSet::new(), BTreeSet::new());
    let mut held: BTreeMap<usize, i64> = BTreeMap::new();
    for tie in ties.all.iter().filter(|tie| is_inside(tie.ends.0) && is_inside(tie.ends.1)) {
        kinds.insert(tie.kind.name());
        // An agency gives its own address and its own phone: papers of one firm are one kind.
        let is_paper = components[tie.component].is_paper_only;
        independent.insert(if is_paper { "papers" } else { tie.kind.independent() });
        *held.entry(tie.component).or_default() += tie.millibits;
    }
    if independent.len() < 2 {
        return Vec::new();
    }
    let mut held: Vec<(usize, i64)> = held.into_iter().collect();
    held.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let names: Vec<&str> = kinds.iter().copied().collect();
    let people: Vec<&str> = members.iter().map(|at| ties.people[*at]).collect();
    let id = format!("R-{}-{}", people.first().copied().unwrap_or_default(), names.join("+"));
    let farm = |worker: &str| {
        let stands = sites.iter().find(|site| site.kind == "farm" && site.members.contains_key(worker));
        stands.map(|site| site.id.clone())
    };
    let one = |worker: &&str| Ring {
        id: id.clone(),
        worker: (*worker).to_owned(),
        kinds: kinds.clone(),
        farm: farm(worker),
        size: people.len(),
        independent: independent.len(),
        held_by: held.iter().map(|(at, _)| components[*at].id.clone()).collect(),
        chance: Chances::default(),
    };
    people.iter().map(one).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::component;
    use crate::explain::Context;
    use crate::honest;
    use crate::trace::{Places, Trace};
    use crate::who::Worker;
    use measure::chance::Chance;
    use model::Time;
    use model::link::Mark;

    /// A company of so many, and who carried what.
    pub(crate) struct Company {
        pub(crate) workers: Vec<Worker>,
        pub(crate) traces: Vec<Trace>,
    }

    impl Company {
        pub(crate) fn new(people: usize) -> Self {
            let worker = |at: usize| Worker {
                id: format!("W-{at:05}"),
                place: Some(format!("home {at}")),
                building: Some(format!("home {at}")),
                ..Worker::default()
            };
            Self { workers: (0..people).map(worker).collect(), traces: Vec::new() }
        }

        fn carry(&mut self, kind: Kind, token: &str, people: impl IntoIterator<Item = usize>) -> &mut Self {
            let days = if kind.is_network() || kind.is_desk() { 0..12 } else { 0..1 };
            self.carry_on(days, kind, token, people)
        }

        pub(crate) fn carry_on(
            &mut self,
            days: std::ops::Range<i64>,
            kind: Kind,
            token: &str,
            people: impl IntoIterator<Item = usize>,
        ) -> &mut Self {
            for at in people {
                let days = days.clone();
                self.traces.extend(days.map(|day| {
                    let time = Time(0).plus_days(20_000 + day);
                    Trace {
                        worker: format!("W-{at:05}"),
                        kind,
                        token: token.to_owned(),
                        first: time,
                        last: time,
                        mark: Mark::Observed,
                        records: vec![format!("r{at}")],
                    }
                }));
            }
            self
        }

        /// Members of each ring, and of each farm.
        fn found(&self) -> (Vec<Ring>, Vec<Vec<String>>) {
            self.look(|context, mut components| {
                let ground = Ground::new(&self.workers, &self.traces);
                let sites = crate::site::sites(context, &ground, &mut components);
                let farms = sites.iter().filter(|site| site.kind == "farm");
                let farms = farms.map(|site| site.members.keys().cloned().collect()).collect();
                (rings(&ground, &components, &sites), farms)
            })
        }

        /// What is seen in what its people share, unexplained as yet.
        pub(crate) fn look<T>(&self, see: impl FnOnce(&Context<'_>, Vec<Component>) -> T) -> T {
            let (households, places) = (BTreeMap::new(), Places::default());
            let context = Context {
                workers: &self.workers,
                household_of: &households,
                places: &places,
                traces: &self.traces,
            };
            see(&context, component::build(&self.workers, &self.traces))
        }

        fn sizes(&self) -> Vec<usize> {
            let (found, _) = self.found();
            let ids: BTreeMap<&str, usize> = found.iter().map(|one| (one.id.as_str(), one.size)).collect();
            ids.into_values().collect()
        }
    }

    /// A farm with a router and an address.
    fn farm(company: &mut Company, name: &str, people: std::ops::Range<usize>) {
        company.carry(Kind::GatewayMac, &format!("router {name}"), people.clone());
        company.carry(Kind::ShipTo, &format!("house {name}"), people);
    }

    #[test]
    fn two_farms_that_one_person_or_one_thing_joins_are_two() {
        let mut company = Company::new(200);
        farm(&mut company, "a", 0..5);
        farm(&mut company, "b", 5..10);
        assert_eq!(company.sizes(), [5, 5]);
        // a laptop of the first was sent to the second, too
        company.carry(Kind::ShipTo, "house b", [4]);
        let (_, farms) = company.found();
        assert_eq!((company.sizes(), farms.len()), (vec![5, 5], 2), "{farms:?}");
        assert!(farms.iter().all(|members| members.len() < 10), "{farms:?}");
        // and a monitor went from one to the other
        company.carry(Kind::DisplaySerial, "monitor", [0, 9]);
        let (_, farms) = company.found();
        assert_eq!((company.sizes(), farms.len()), (vec![5, 5], 2), "{farms:?}");
    }

    #[test]
    fn a_chain_swallows_nobody_and_a_hub_ties_nobody() {
        let mut company = Company::new(1_000);
        company.carry(Kind::BankAccount, "account", 0..3).carry(Kind::DeviceToken, "browser", 0..3);
        // each of these is tied to the next by one thing
        for at in 2..12 {
            let kind = if at % 2 == 0 { Kind::Phone } else { Kind::PersonalEmail };
            company.carry(kind, &format!("thing {at}"), [at, at + 1]);
        }
        assert_eq!(company.sizes(), [3]);
        // two hundred lawful clients of a mail forwarder and of one bank
        let mut company = Company::new(1_000);
        company.carry(Kind::ShipTo, "forwarder", 0..200).carry(Kind::BankAccount, "agency", 0..200);
        assert_eq!(company.sizes(), [0_usize; 0]);
        // with a farm among them
        farm(&mut company, "a", 20..26);
        assert_eq!(company.sizes(), [6]);
    }

    #[test]
    fn one_kind_is_no_ring_and_two_are() {
        let mut company = Company::new(50);
        company.carry(Kind::BankAccount, "account", 0..4).carry(Kind::Wallet, "wallet", 0..4);
        assert_eq!(company.sizes(), [0_usize; 0], "account and wallet are both money");
        company.carry(Kind::Phone, "phone", 0..2);
        assert_eq!(company.sizes(), [4]);
    }

    #[test]
    fn papers_of_one_firm_are_one_kind() {
        let mut company = Company::new(50);
        company.carry(Kind::Phone, "the firm's", 0..3).carry(Kind::ShipTo, "the firm's", 0..3);
        let rings = |is_paper: bool| {
            let mut components = component::build(&company.workers, &company.traces);
            components.iter_mut().for_each(|one| one.is_paper_only = is_paper);
            rings(&Ground::new(&company.workers, &company.traces), &components, &[]).len()
        };
        assert_eq!((rings(false), rings(true)), (3, 0));
    }

    #[test]
    fn no_order_of_records_shows() {
        let mut company = Company::new(60);
        farm(&mut company, "a", 0..6);
        farm(&mut company, "b", 5..11);
        for at in 0..30 {
            company.carry(Kind::Phone, &format!("phone {at}"), [at, (at * 7 + 3) % 60]);
            company.carry(Kind::Profile, &format!("page {at}"), [at, (at * 5 + 1) % 60]);
        }
        let all = |company: &Company| {
            let mut rings = company.found().0;
            honest::count(&company.workers, &company.traces, &[], &mut rings);
            rings
        };
        let first = all(&company);
        assert!(first.len() >= 10, "{first:?}");
        for seed in 0..5 {
            Chance::new(seed).shuffle(&mut company.traces);
            Chance::new(seed).shuffle(&mut company.workers);
            assert_eq!(all(&company), first);
        }
    }

    #[test]
    fn chance_makes_small_rings_now_and_then_and_large_ones_not_in_bounded_time() {
        let since = std::time::Instant::now();
        for people in [2_000, 20_000] {
            let mut company = Company::new(people);
            farm(&mut company, "a", 0..6);
            company.carry(Kind::BankAccount, "account", 0..2).carry(Kind::Phone, "phone", 0..2);
            // couples, who share two things each
            for at in (100..people - 1).step_by(10) {
                let couple = [at, at + 1];
                company.carry(Kind::Phone, &format!("phone {at}"), couple);
                company.carry(Kind::BankAccount, &format!("account {at}"), couple);
            }
            let mut rings = company.found().0;
            rings.retain(|one| one.id.starts_with("R-00000") || one.id.starts_with("R-W-00000"));
            honest::count(&company.workers, &company.traces, &[], &mut rings);
            let chance = rings[0].chance;
            assert_eq!((rings[0].size, chance.hits), (6, 0), "{chance:?}");
            assert!(chance.draws >= 20, "{chance:?}");
            let mut pair = Company::new(people);
            pair.traces.clone_from(&company.traces);
            let mut small = vec![Ring { size: 2, independent: 2, ..rings[0].clone() }];
            honest::count(&pair.workers, &pair.traces, &[], &mut small);
            assert!(small[0].chance.hits > 0, "{:?}", small[0].chance);
            assert!(small[0].chance.rings >= small[0].chance.hits);
        }
        assert!(since.elapsed().as_secs() < 60, "{:?}", since.elapsed());
    }
}
