//! GitHub's audit log as it is streamed, with Git events: clones, fetches, pushes, reviews, keys, members. Shape: "Audit log
//! events" and "Streaming the audit log", GitHub Enterprise Cloud; the public records of panther-labs/panther-analysis.

use std::fmt::Write;

use super::json::{Digest, Id};
use super::spool::Sink;
use crate::atlas::cities;
use crate::calendar::{Day, Moment, moment};
use crate::draw::{Draw, mix, share};
use crate::egress::Egress;
use crate::life::Workday;
use crate::truth::Tag;
use crate::world::World;

/// Parts of the names of repositories.
const FIRST: &[&str] = &[
    "billing", "ledger", "search", "mobile", "web", "auth", "gateway", "report", "catalog", "notify",
    "infra", "data", "deploy", "design", "payments", "quote", "media", "import", "audit", "admin",
];
const SECOND: &[&str] =
    &["api", "service", "app", "ui", "jobs", "lib", "schema", "tools", "docs", "pipeline"];

/// Whether somebody has an account at the code host.
pub fn codes(world: &World, who: usize) -> bool {
    crate::found::builds(world.people[who].department) || world.people[who].department == "IT"
}

/// How many repositories the company has.
fn repositories(world: &World) -> usize {
    60 + world.people.len() / 12
}

/// Name of a repository.
fn repository(world: &World, at: usize) -> String {
    let (first, second) = (FIRST[at % FIRST.len()], SECOND[at / FIRST.len() % SECOND.len()]);
    let more = at / (FIRST.len() * SECOND.len());
    let number = if more == 0 { String::new() } else { format!("-{more}") };
    format!("{}/{first}-{second}{number}", world.org)
}

/// A repository that somebody works on: a few of the own team's, seldom another.
fn usual(world: &World, who: usize, draw: &mut Draw) -> usize {
    if draw.chance(0.06) {
        return draw.below(repositories(world));
    }
    let team = world.people[who].manager.unwrap_or(who) as u64;
    (mix(mix(world.seed, team), draw.below(5) as u64) % repositories(world) as u64) as usize
}

/// Account name: people choose them, so they follow no rule.
fn handle(world: &World, who: usize) -> String {
    let person = &world.people[who];
    let stem = person.login.replace('.', "-");
    let own = crate::names::plain(&person.family);
    match mix(world.seed, 0x91_0000 + who as u64) % 4 {
        0 => format!("{own}{}", 100 + who),
        1 => format!("{stem}-dev"),
        2 => format!("{}-{own}{who}", stem.get(..1).unwrap_or("x")),
        _ => format!("{stem}-{}", world.org.get(..3).unwrap_or("co")),
    }
}

/// How somebody reaches their repositories.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// A browser.
    Web,
    /// A key.
    Ssh,
    /// A token of so-and-so.
    Token(u64),
}

struct Seat<'s, 'w> {
    world: &'w World,
    who: usize,
    sink: Sink<'s>,
}

/// Everything of a person's local day.
pub fn day(world: &World, who: usize, day: Day, work: Option<&Workday>, sink: Sink<'_>) {
    if !codes(world, who) {
        return;
    }
    let mut draw = Draw::new(world.seed, "github", (who as u64) << 20 | day as u64);
    let mut seat = Seat { world, who, sink };
    let person = &world.people[who];
    let usual_way = if share(mix(world.seed, 0x55_0000 + who as u64)) < 0.5 {
        Access::Ssh
    } else {
        Access::Token(mix(world.seed, 0x70_0000 + who as u64))
    };
    if let Some(work) = work {
        seat.ordinary(&mut draw, work, usual_way);
        seat.joins(&mut draw, work, usual_way);
    }
    for act in person.acts.iter().filter(|act| act.day == day && !act.action.starts_with("drive.")) {
        let zone = cities()[person.city].zone;
        let Some(via) = act.via.or(work.map(|work| work.at(act.minute).via)) else { continue };
        let egress = world.egress(via, who, day, (act.minute / 240) as u64);
        let way = if act.action.starts_with("git.") { usual_way } else { Access::Web };
        let all: Vec<usize> = (0..repositories(world)).collect();
        for (step, repo) in draw.some(&all, act.count).into_iter().enumerate() {
            let at = moment(zone, day, act.minute) + step as i64 * 41_000 + draw.range(0, 30_000);
            seat.event(at, egress, &[act.tag], act.action, Some(repo), way);
        }
    }
    seat.elsewhere(&mut draw, day, work);
}

impl Seat<'_, '_> {
    /// What a day brings: fetch, push, review.
    fn ordinary(&mut self, draw: &mut Draw, work: &Workday, way: Access) {
        for _ in 0..draw.count(1.0, 3.4) {
            let minute = draw.span(work.start, work.end);
            let repo = usual(self.world, self.who, draw);
            let (action, way) = match draw.below(20) {
                0..=8 => ("git.fetch", way),
                9..=13 => ("git.push", way),
                14 => ("git.clone", way),
                15..=17 => ("pull_request.create", Access::Web),
                18 => ("pull_request_review.submit", Access::Web),
                _ => ("pull_request.merge", Access::Web),
            };
            self.at_work(draw, work, minute, action, Some(repo), way);
        }
        if draw.chance(self.world.rate("life.new_token")) {
            let minute = draw.span(work.start, work.end);
            let action =
                if way == Access::Ssh { "public_key.create" } else { "personal_access_token.access_granted" };
            self.at_work(draw, work, minute, action, None, Access::Web);
        }
    }

    /// The first days: a member, a key, the team's repositories.
    fn joins(&mut self, draw: &mut Draw, work: &Workday, way: Access) {
        let hired = self.world.people[self.who].hired;
        if work.day > hired + 9 || hired < self.world.from - 9 {
            return;
        }
        let first = self.world.first_working_day(self.who);
        if work.day == first {
            self.at_work(draw, work, work.start + 31, "org.add_member", None, Access::Web);
            self.at_work(draw, work, work.start + 70, "public_key.create", None, Access::Web);
        }
        if (first..first + 4).contains(&work.day) {
            let from = draw.span(work.start + 80, work.start + 300);
            for step in 0..draw.span(1, 4) {
                let repo = usual(self.world, self.who, draw);
                self.at_work(draw, work, from + step * 3, "git.clone", Some(repo), way);
            }
        }
    }

    fn at_work(
        &mut self,
        draw: &mut Draw,
        work: &Workday,
        minute: i32,
        action: &str,
        repo: Option<usize>,
        way: Access,
    ) {
        let stretch = work.at(minute);
        let egress = self.world.egress(stretch.via, self.who, work.day, (minute / 240) as u64);
        let at = moment(work.zone, work.day, minute) + draw.range(0, 59_999);
        let (at, turn_tag) = self.world.people[self.who].in_turn(at);
        self.event(at, egress, &[stretch.tag, turn_tag], action, repo, way);
    }

    /// Work on another machine, with a token of its own.
    fn elsewhere(&mut self, draw: &mut Draw, day: Day, work: Option<&Workday>) {
        let (world, who) = (self.world, self.who);
        let person = &world.people[who];
        for visit in world.visits(who, day, work) {
            let door = &person.doors[visit.door];
            if !door.works {
                continue;
            }
            let egress = world.visited_from(who, day, visit);
            let zone = cities()[person.city].zone;
            for step in 0..draw.span(1, 3) {
                let repo = usual(world, who, draw);
                let at = moment(zone, day, visit.minute + 6 + step * 17) + draw.range(0, 59_999);
                let at = person.in_turn(at).0;
                let action = ["git.fetch", "git.push", "git.clone"][draw.below(3)];
                self.event(at, egress, &[door.tag], action, Some(repo), Access::Token(mix(door.token, 0x70)));
            }
        }
    }

    fn event(
        &mut self,
        at: Moment,
        egress: Egress,
        tags: &[Tag],
        action: &str,
        repo: Option<usize>,
        way: Access,
    ) {
        let (world, who) = (self.world, self.who);
        let is_member = action == "org.add_member";
        let author = if is_member { world.help_desk() } else { who };
        self.sink.line(at, tags, |out| {
            let key = mix(mix(world.seed, at as u64), mix(who as u64, repo.unwrap_or(0) as u64));
            let number = |who: usize| 1_000_000 + mix(world.seed, 0x6c00_0000 + who as u64) % 180_000_000;
            // a String takes every write
            let _ = write!(
                out,
                "{{\"@timestamp\":{at},\"_document_id\":\"{}\",\"action\":\"{action}\",\"actor\":\"{}\",\"actor_id\":{},\"actor_ip\":\"{}\",\"actor_is_bot\":false,\"actor_location\":{{\"country_code\":\"{}\"}},\"business\":\"{}\",\"business_id\":{},\"created_at\":{at},\"external_identity_nameid\":\"{}\",\"operation_type\":\"{}\",\"org\":\"{}\",\"org_id\":{}",
                Id("", key, 22),
                handle(world, author),
                number(author),
                std::net::Ipv4Addr::from(egress.ip),
                cities()[usize::from(egress.city)].iso,
                world.org,
                mix(world.seed, 0x81) % 90_000,
                world.email(author),
                match action {
                    "git.clone" | "git.fetch" => "access",
                    "git.push" | "pull_request.merge" => "modify",
                    "protected_branch.destroy" => "remove",
                    _ => "create",
                },
                world.org,
                mix(world.seed, 0x82) % 90_000_000,
            );
            if let Some(repo) = repo {
                let name = repository(world, repo);
                let _ = write!(
                    out,
                    ",\"repo\":\"{name}\",\"repo_id\":{},\"repository\":\"{name}\",\"repository_public\":false,\"public_repo\":false",
                    mix(world.seed, 0x83_0000 + repo as u64) % 700_000_000,
                );
            }
            if action == "org.add_outside_collaborator" {
                let guest = mix(key, 3);
                let _ = write!(out, ",\"user\":\"guest-{:06}\",\"user_id\":{}", guest % 1_000_000, guest % 180_000_000);
            } else if repo.is_none() {
                let _ = write!(out, ",\"user\":\"{}\",\"user_id\":{}", handle(world, who), number(who));
            }
            let agent = &super::agent::AGENTS[world.people[author].agent];
            let version = agent.version(crate::calendar::day_of(at), author);
            let _ = match way {
                Access::Web => write!(out, ",\"user_agent\":\"{}{version}{}\"", agent.raw[0], agent.raw[1]),
                Access::Ssh => write!(out, ",\"transport_protocol\":2,\"transport_protocol_name\":\"ssh\",\"user_agent\":\"git/2.49.0\""),
                Access::Token(token) => write!(
                    out,
                    ",\"hashed_token\":\"{}\",\"programmatic_access_type\":\"{}\",\"token_id\":{},\"transport_protocol\":1,\"transport_protocol_name\":\"http\",\"user_agent\":\"git/2.49.0\"",
                    Digest(token),
                    ["Personal access token (classic)", "Fine-grained personal access token", "OAuth access token"][(token % 3) as usize],
                    token % 2_000_000_000,
                ),
            };
            out.push_str("}\n");
        });
    }
}
