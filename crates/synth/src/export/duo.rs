//! Duo's authentication log as Log Sync writes it: one line for each second factor. Shape: "Admin API: Authentication Logs",
//! Duo Security.

use std::fmt::Write;

use super::agent::AGENTS;
use super::json::{Guid, Text};
use super::okta::{Event, Kind};
use crate::atlas::{Kind as Line, carriers, cities};
use crate::calendar::{day_of, utc};
use crate::draw::mix;
use crate::egress::Egress;
use crate::truth::Tag;
use crate::world::{Via, World};

/// Appends the line of a second factor, with what its phone tells; other events are none of Duo's.
pub fn write(out: &mut String, world: &World, event: &Event) -> Option<Tag> {
    let (result, reason) = match event.kind {
        Kind::Mfa => ("success", "user_approved"),
        Kind::MfaFailed => ("denied", "no_response"),
        _ => return None,
    };
    let who = event.who as usize;
    let person = &world.people[who];
    let key = mix(mix(world.seed, event.at as u64), u64::from(event.who));
    let agent = &AGENTS[usize::from(event.agent)];
    let version = agent.version(day_of(event.at), who);
    let host = event.device.map_or("", |at| world.devices[at as usize].host.as_str());
    let (browser, system) = match (agent.browser, agent.os) {
        ("CHROME", os) => ("Chrome", os),
        ("EDGE", os) => ("Edge Chromium", os),
        (_, os) => ("Safari", os),
    };
    // the phone lies beside its owner, on the same line or on its own network
    let (phone, mut tag) = phone(world, event);
    let lent = person.approver.filter(|lent| lent.during.has(day_of(event.at)));
    let holder = lent.map_or(who, |lent| lent.who);
    if let Some(lent) = lent.filter(|lent| lent.tag != Tag::NONE) {
        tag = lent.tag;
    }
    // a String takes every write
    let _ = write!(
        out,
        "{{\"access_device\":{{\"browser\":\"{browser}\",\"browser_version\":\"{version}.0\",\"epkey\":{},\"flash_version\":\"uninstalled\",\"hostname\":{},\"ip\":\"{}\",\"is_encryption_enabled\":{},\"is_firewall_enabled\":{},\"is_password_set\":true,\"java_version\":\"uninstalled\",\"location\":{},\"os\":\"{}\",\"os_version\":\"{}\"}},",
        event
            .device
            .map_or("null".to_owned(), |at| format!("\"EP{:018X}\"", mix(world.seed, 0xe9 + u64::from(at)))),
        if host.is_empty() { "null".to_owned() } else { format!("\"{}\"", Text(host)) },
        std::net::Ipv4Addr::from(event.egress.ip),
        event.device.is_some(),
        event.device.is_some(),
        Place(event.egress),
        system.split(' ').next().unwrap_or(system),
        if system.contains("10") { "10" } else { "" },
    );
    let _ = write!(
        out,
        "\"adaptive_trust_assessments\":{{}},\"alias\":\"unknown\",\"application\":{{\"key\":\"DI{:018X}\",\"name\":\"{}\"}},\"auth_device\":{{\"ip\":\"{}\",\"key\":\"DP{:018X}\",\"location\":{},\"name\":\"{}\"}},\"email\":\"{mail}\",\"event_type\":\"authentication\",\"factor\":\"duo_push\",\"isotimestamp\":\"{}\",\"ood_software\":null,\"reason\":\"{reason}\",\"result\":\"{result}\",\"timestamp\":{},\"trusted_endpoint_status\":\"{}\",\"txid\":\"{}\",\"user\":{{\"groups\":[\"Staff ({})\"],\"key\":\"DU{:018X}\",\"name\":\"{mail}\"}}}}",
        mix(world.seed, 0xd1),
        if world.systems.has("okta") { "Okta" } else { "Microsoft Entra ID" },
        std::net::Ipv4Addr::from(phone.ip),
        mix(world.seed, 0xd2_0000 + holder as u64),
        Place(phone),
        Text(&world.people[holder].phone),
        utc(event.at).format("%Y-%m-%dT%H:%M:%S%.6f+00:00"),
        event.at / 1000,
        if event.device.is_some() { "trusted" } else { "not trusted" },
        Guid(key),
        world.org,
        mix(world.seed, 0xd3_0000 + u64::from(event.who)),
        mail = world.email(who),
    );
    out.push('\n');
    // an address that approved nothing tells nothing of who holds the phone
    Some(if matches!(event.kind, Kind::Mfa) { tag } else { Tag::NONE })
}

/// Where the phone that approves is seen, and what that tells.
fn phone(world: &World, event: &Event) -> (Egress, Tag) {
    let who = event.who as usize;
    let (person, day) = (&world.people[who], day_of(event.at));
    if let Some(lies) = person.approves.iter().find(|lies| lies.from <= day && day <= lies.to) {
        return (world.egress(lies.via, who, day, 9), lies.tag);
    }
    let mobile = person.doors.iter().map(|door| door.via).find(|via| matches!(via, Via::Mobile(..)));
    match mobile {
        Some(via) if mix(event.session, 0x9f).is_multiple_of(3) => {
            (world.egress(world.by_phone(who, day, via), who, day, 9), Tag::NONE)
        }
        // a VPN hides the computer on which it runs, not the phone beside it
        _ if carriers()[usize::from(event.egress.carrier)].kind == Line::Vpn => {
            (world.egress(Via::Place(world.stands(who, day)), who, day, 9), Tag::NONE)
        }
        _ => (event.egress, Tag::NONE),
    }
}

/// Where the database puts an address.
struct Place(Egress);

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let city = &cities()[usize::from(self.0.city)];
        write!(
            f,
            "{{\"city\":\"{}\",\"country\":\"{}\",\"state\":\"{}\"}}",
            city.name, city.country, city.region
        )
    }
}
