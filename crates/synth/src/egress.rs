//! Which public address a sign-in comes from.

use crate::atlas::{self, CarrierId, CityId, Kind, carriers, cities};
use crate::calendar::Day;
use crate::draw::{mix, share};
use crate::world::{Lease, PlaceId, Via, World};

/// A public address as the identity provider sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Egress {
    /// IPv4 address.
    pub ip: u32,
    /// Network.
    pub carrier: u16,
    /// City of the geography database.
    pub city: u16,
    /// The vendor calls it a proxy.
    pub is_proxy: bool,
    /// The vendor names the VPN.
    pub is_named: bool,
    /// Through the company's own gateway.
    pub is_corporate: bool,
}

/// Leases before a home meets an old address again.
const LEASES: u32 = 16;

impl World {
    /// The address behind `via` for a person on a day; `turn` tells apart the connections of a day.
    pub fn egress(&self, via: Via, who: usize, day: Day, turn: u64) -> Egress {
        let key = mix(self.seed, mix(who as u64, (day as u64) << 8 | turn));
        match via {
            Via::Place(place) => self.line(place, day, turn),
            Via::Corporate => {
                let head = self.line(self.offices[0], day, 0);
                Egress { ip: head.ip + 8 + (who % 4) as u32, is_corporate: true, ..head }
            }
            Via::Mobile(carrier, city) => {
                let (base, size) = (carriers()[carrier].base, carriers()[carrier].size);
                // a connection keeps its address for some hours; the database knows the operator's hub
                let hub = if share(mix(key, 1)) < 0.7 { city } else { hub(city, key) };
                address(carrier, base + (mix(key, 2) as u32 & (size - 1)), hub)
            }
            Via::Tunnel(carrier, city) => self.exit(carrier, city, who, day, turn),
        }
    }

    fn line(&self, place: PlaceId, day: Day, turn: u64) -> Egress {
        let lan = &self.places[place].lan;
        let carrier = &carriers()[lan.carrier];
        let mask = carrier.size - 1;
        let key = mix(self.seed, place as u64);
        let offset = if matches!(carrier.kind, Kind::Nat | Kind::Town) {
            // carrier NAT: the whole town leaves by a handful of addresses
            let town = (self.city(place) as u32).wrapping_mul(8);
            town + (mix(key, (day as u64) << 2 | turn & 3) & 3) as u32
        } else {
            let lease = match lan.lease {
                Lease::Fixed => 0,
                Lease::Days(days) => ((day + (key & 31) as i32) / days.max(1)) as u32 % LEASES,
            };
            // one number for each customer and lease, scattered over the block without meeting
            (lan.slot * LEASES + lease).wrapping_mul(2_654_435_769).wrapping_add(77) & mask
        };
        address(lan.carrier, carrier.base + (offset & mask), lan.seen_at)
    }

    fn exit(&self, carrier: CarrierId, city: CityId, who: usize, day: Day, turn: u64) -> Egress {
        let vpn = &carriers()[carrier];
        let relay = vpn.kind == Kind::Relay;
        // an exit city has a dozen servers; a person tends to come back to one for some days
        let servers = if relay { 64 } else { 12 };
        let turn = if relay { turn } else { 0 };
        let choice = mix(mix(who as u64, (day / 5) as u64), turn) % servers;
        let offset = (city as u64 * 128 + choice * 5) as u32 & (vpn.size - 1);
        let found = address(carrier, vpn.base + offset, city);
        let known = share(u64::from(found.ip));
        Egress { is_proxy: known < 0.86, is_named: relay || known < 0.94, ..found }
    }
}

fn address(carrier: CarrierId, ip: u32, city: CityId) -> Egress {
    Egress {
        ip,
        carrier: carrier as u16,
        city: city as u16,
        is_proxy: false,
        is_named: false,
        is_corporate: false,
    }
}

/// Another large city of the country, where a mobile operator's traffic comes out.
fn hub(city: CityId, key: u64) -> CityId {
    let iso = cities()[city].iso;
    let hubs: Vec<CityId> =
        (0..cities().len()).filter(|at| cities()[*at].iso == iso && cities()[*at].weight >= 8.0).collect();
    if hubs.is_empty() { city } else { hubs[(mix(key, 3) % hubs.len() as u64) as usize] }
}

/// Where databases put a line of this city: mostly there, for some lines in a city nearby.
pub fn seen_at(city: CityId, key: u64) -> CityId {
    if share(key) > 0.1 {
        return city;
    }
    let near: Vec<CityId> =
        (0..cities().len()).filter(|at| *at != city && atlas::distance(*at, city) < 130.0).collect();
    near.get((mix(key, 4) % near.len().max(1) as u64) as usize).copied().unwrap_or(city)
}
