//! The world outside: cities, internet providers with their address blocks, consumer VPNs.

use std::sync::LazyLock;

use chrono_tz::Tz;

use crate::draw::Draw;
use crate::rows::rows;

/// A city.
pub struct City {
    /// Name.
    pub name: &'static str,
    /// State or region, in full.
    pub region: &'static str,
    /// State or province code, where the country has one.
    pub code: &'static str,
    /// Country in English.
    pub country: &'static str,
    /// ISO 3166 alpha-2.
    pub iso: &'static str,
    /// Latitude, degrees.
    pub lat: f64,
    /// Longitude, degrees.
    pub lon: f64,
    /// Clock.
    pub zone: Tz,
    /// Shape of a postal code.
    pub postcode: &'static str,
    /// How many of the workers live here.
    pub weight: f64,
}

/// Position in [`cities`].
pub type CityId = usize;

static CITIES: LazyLock<Vec<City>> = LazyLock::new(|| {
    rows(include_str!("../data/cities.tsv"))
        .map(|row| City {
            name: row.text(0),
            region: row.text(1),
            code: row.text(2),
            country: row.text(3),
            iso: row.text(4),
            lat: row.number(5),
            lon: row.number(6),
            zone: row.text(7).parse().unwrap_or(Tz::UTC),
            postcode: row.text(8),
            weight: row.number(9),
        })
        .collect()
});

/// Every city.
pub fn cities() -> &'static [City] {
    &CITIES
}

/// The city of that name.
pub fn city(name: &str) -> CityId {
    CITIES.iter().position(|city| city.name == name).unwrap_or_default()
}

/// A city where somebody lives.
pub fn home_city(draw: &mut Draw) -> CityId {
    draw.weighted(&CITIES, |city| city.weight)
}

/// A city of a country other than `iso`, homes or not.
pub fn abroad(draw: &mut Draw, iso: &str) -> CityId {
    let all: Vec<CityId> = (0..CITIES.len()).filter(|at| CITIES[*at].iso != iso).collect();
    *draw.pick(&all)
}

/// A city of the same country at least `km` away; the same city where there is none.
pub fn far_city(draw: &mut Draw, from: CityId, km: f64) -> CityId {
    let all: Vec<CityId> = (0..CITIES.len())
        .filter(|at| CITIES[*at].iso == CITIES[from].iso && CITIES[*at].weight > 0.0)
        .filter(|at| distance(from, *at) >= km)
        .collect();
    if all.is_empty() { from } else { *draw.pick(&all) }
}

/// Great-circle distance in kilometres.
pub fn distance(a: CityId, b: CityId) -> f64 {
    let (a, b) = (&CITIES[a], &CITIES[b]);
    let (la, lb) = (a.lat.to_radians(), b.lat.to_radians());
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let h = half(lb - la) + la.cos() * lb.cos() * half((b.lon - a.lon).to_radians());
    2.0 * 6371.0 * h.sqrt().asin()
}

/// What stands behind an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A household's own address.
    Home,
    /// Households behind carrier NAT.
    Nat,
    /// A small town's only provider, behind NAT.
    Town,
    /// Phones.
    Mobile,
    /// A company's own line.
    Office,
    /// Exits of a consumer VPN.
    Vpn,
    /// Exits of a privacy relay.
    Relay,
}

/// A network that addresses come from: an internet provider, or where a VPN's exits stand.
pub struct Carrier {
    /// Country, empty for exits.
    pub iso: &'static str,
    /// Kind.
    pub kind: Kind,
    /// Autonomous system number.
    pub asn: u32,
    /// Its organisation as Okta writes it.
    pub as_org: &'static str,
    /// Provider as Okta writes it.
    pub isp: &'static str,
    /// Reverse domain.
    pub domain: &'static str,
    /// First address.
    pub base: u32,
    /// Addresses, a power of two.
    pub size: u32,
    /// Weight among its like.
    pub share: f64,
    /// Name of the VPN as Okta writes it.
    pub operator: &'static str,
    /// Application bundle, bundle id and process of the VPN's own software.
    pub app: [&'static str; 3],
}

/// Position in [`carriers`].
pub type CarrierId = usize;

static CARRIERS: LazyLock<Vec<Carrier>> = LazyLock::new(|| {
    let providers = rows(include_str!("../data/providers.tsv")).map(|row| {
        let (base, size) = block(row.text(6));
        let kind = match row.text(1) {
            "nat" => Kind::Nat,
            "town" => Kind::Town,
            "mobile" => Kind::Mobile,
            "office" => Kind::Office,
            _ => Kind::Home,
        };
        Carrier {
            iso: row.text(0),
            kind,
            asn: row.number(2),
            as_org: row.text(3),
            isp: row.text(4),
            domain: row.text(5),
            base,
            size,
            share: row.number(7),
            operator: "",
            app: [""; 3],
        }
    });
    let tunnels = rows(include_str!("../data/tunnels.tsv")).map(|row| {
        let (base, size) = block(row.text(5));
        Carrier {
            iso: "",
            kind: if row.text(1) == "RELAY" { Kind::Relay } else { Kind::Vpn },
            asn: row.number(2),
            as_org: row.text(3),
            isp: row.text(3),
            domain: row.text(4),
            base,
            size,
            share: row.number(9),
            operator: row.text(0),
            app: [row.text(6), row.text(7), row.text(8)],
        }
    });
    providers.chain(tunnels).collect()
});

/// `73.128.0.0/10` as first address and size.
fn block(text: &str) -> (u32, u32) {
    let (address, bits) = text.split_once('/').unwrap_or((text, "32"));
    let base = address.parse().map_or(0, |ip: std::net::Ipv4Addr| u32::from(ip));
    (base, 1 << (32 - bits.parse::<u32>().unwrap_or(32)))
}

/// Every carrier.
pub fn carriers() -> &'static [Carrier] {
    &CARRIERS
}

/// A carrier of one of these kinds in a country, by share; any home provider where there is none.
pub fn carrier(draw: &mut Draw, iso: &str, kinds: &[Kind]) -> CarrierId {
    let fits = |carrier: &Carrier| carrier.iso == iso && kinds.contains(&carrier.kind);
    if CARRIERS.iter().any(|one| fits(one) && one.share > 0.0) {
        draw.weighted(&CARRIERS, |one| if fits(one) { one.share } else { 0.0 })
    } else {
        draw.weighted(&CARRIERS, |one| if one.iso == iso && one.kind == Kind::Home { one.share } else { 0.0 })
    }
}

/// The VPN or relay of that name.
pub fn tunnel(operator: &str) -> CarrierId {
    CARRIERS.iter().position(|one| one.operator == operator).unwrap_or_default()
}

/// A consumer VPN by market share.
pub fn any_vpn(draw: &mut Draw) -> CarrierId {
    draw.weighted(&CARRIERS, |one| if one.kind == Kind::Vpn { one.share } else { 0.0 })
}

/// The provider of the small town.
pub fn town_carrier() -> CarrierId {
    CARRIERS.iter().position(|one| one.kind == Kind::Town).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_whole() {
        for city in cities() {
            assert!(city.lat != 0.0 && city.lon != 0.0, "{}", city.name);
            assert_eq!(city.iso.len(), 2, "{}", city.name);
            assert!(city.zone != Tz::UTC, "{}", city.name);
            for kind in [Kind::Home, Kind::Mobile] {
                let has = carriers().iter().any(|one| one.iso == city.iso && one.kind == kind);
                assert!(has, "{} lacks a {kind:?} provider", city.country);
            }
        }
        for carrier in carriers() {
            assert!(carrier.size >= 256 && carrier.base > 0 && carrier.asn > 0, "{}", carrier.isp);
            assert_eq!(carrier.base % carrier.size, 0, "{} block is crooked", carrier.isp);
        }
        assert!(distance(city("Austin"), city("Dallas")) > 250.0);
    }
}
