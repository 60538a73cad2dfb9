//! What a token is worth, and what its row says of the place or the thing.

use std::collections::{BTreeMap, BTreeSet};

use measure::serial::is_telling_serial;

use crate::trace::{Kind, Places, is_placing_mac, is_virtual_interface};

/// One page, however its address is written.
pub(crate) fn page(url: &str) -> String {
    let url = url.trim().to_lowercase();
    let bare = url.split(['?', '#']).next().unwrap_or_default();
    let bare = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://")).unwrap_or(bare);
    bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/').to_owned()
}

/// Whether a token can tie anybody, given what its row says of it.
pub(crate) fn is_usable(kind: Kind, token: &str, extra: &str) -> bool {
    match kind {
        Kind::GatewayMac | Kind::NeighbourMac => is_placing_mac(token) && !is_virtual_interface(extra),
        Kind::MeetingDevice => token.len() != 17 || !token.contains(':') || is_placing_mac(token),
        // The front page of a site is everybody's.
        Kind::Profile => token.contains('/') || token.split('.').count() >= 3,
        Kind::Bssid => token.len() == 17 && token != "00:00:00:00:00:00" && token != "ff:ff:ff:ff:ff:ff",
        // Manuals mask the keys of phones.
        Kind::FactorDevice => token.len() >= 6,
        Kind::DisplaySerial | Kind::PeripheralSerial => is_telling_serial(token),
        Kind::EgressIp => {
            let operator = extra.to_ascii_lowercase();
            let hosting = [
                "hosting",
                "amazon",
                "google cloud",
                "microsoft",
                "digitalocean",
                "ovh",
                "hetzner",
                "linode",
                "akamai",
                "cloudflare",
                "m247",
                "datacamp",
                "leaseweb",
                "vultr",
                "choopa",
                "zscaler",
                "netskope",
            ];
            !hosting.iter().any(|word| operator.contains(word))
        }
        _ => true,
    }
}

/// Keeps what a row says of places and products.
pub(crate) fn note(
    places: &mut Places,
    products: &mut BTreeMap<String, BTreeSet<String>>,
    kind: Kind,
    token: &str,
    extra: &str,
) {
    let words = extra.to_ascii_lowercase();
    let says = |list: &[&str]| list.iter().any(|word| words.contains(word));
    match kind {
        Kind::EgressIp if says(&["mobile", "wireless", "cellular", "cgnat", "starlink"]) => {
            places.carrier.insert(token.to_owned());
        }
        Kind::ShipTo => {
            let place =
                if says(&["office", "mail_room", "mailroom"]) && !says(&["post_office", "post office"]) {
                    "office"
                } else if says(&["depot", "warehouse", "staging"]) {
                    "depot"
                } else if says(&[
                    "pickup",
                    "pick-up",
                    "pick up",
                    "locker",
                    "post_office",
                    "post office",
                    "parcel_shop",
                ]) {
                    "pickup_point"
                } else {
                    return;
                };
            places.address_types.insert(token.to_owned(), place.to_owned());
        }
        Kind::DisplaySerial | Kind::PeripheralSerial if !extra.is_empty() => {
            products.entry(token.to_owned()).or_default().insert(words);
        }
        _ => {}
    }
}
