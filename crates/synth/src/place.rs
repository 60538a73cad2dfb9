//! Places: homes, offices, cafés, with their networks and desks.

use std::fmt;

use crate::address::Address;
use crate::atlas::{CarrierId, CityId};
use crate::catalogue::{Display, Usb};
use crate::truth::Tag;

/// A MAC address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mac(pub [u8; 6]);

impl Mac {
    /// A prefix of the maker, the rest from a number.
    pub fn new(prefix: &str, bits: u64) -> Self {
        let mut mac = [0; 6];
        mac.copy_from_slice(&bits.to_be_bytes()[..6]);
        for (octet, part) in mac.iter_mut().zip(prefix.split(':')) {
            *octet = u8::from_str_radix(part, 16).unwrap_or_default();
        }
        Self(mac)
    }

    /// The neighbouring address, as access points use for their second radio.
    pub fn next(self, n: u8) -> Self {
        let mut mac = self.0;
        mac[5] = mac[5].wrapping_add(n);
        Self(mac)
    }
}

impl fmt::Display for Mac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

/// How long a place keeps its public address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lease {
    /// For good.
    Fixed,
    /// So many days.
    Days(i32),
}

/// A machine that stands on a local network.
#[derive(Debug, Clone, Copy)]
pub struct Neighbour {
    /// Its MAC.
    pub mac: Mac,
    /// Last octet of its address.
    pub host: u8,
    /// How often it is seen.
    pub share: f32,
    /// Whose device of ours it is, if any: it does not see itself.
    pub device: Option<usize>,
    /// Mark.
    pub tag: Tag,
}

/// The network of a place.
#[derive(Debug, Clone)]
pub struct Lan {
    /// Provider.
    pub carrier: CarrierId,
    /// Which customer of the provider.
    pub slot: u32,
    /// Where databases put its addresses: mostly its city, sometimes one nearby.
    pub seen_at: CityId,
    /// How long addresses last.
    pub lease: Lease,
    /// Router.
    pub gateway: Mac,
    /// Access point, 5 GHz; the next MAC is its 2.4 GHz radio.
    pub bssid: Mac,
    /// Network name.
    pub ssid: String,
    /// First three octets of its addresses.
    pub net: [u8; 3],
    /// Milliseconds that the line itself adds: satellites, radio links.
    pub delay: u16,
    /// What stands beside a laptop.
    pub neighbours: Vec<Neighbour>,
}

/// What a place is, in the words of shipping sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceKind {
    /// A home.
    Home,
    /// Our office.
    Office,
    /// A rented desk.
    Coworking,
    /// A café.
    Cafe,
    /// A hotel or holiday flat.
    Hotel,
    /// Where laptops are prepared.
    Depot,
    /// A parcel shop or locker.
    PickupPoint,
}

impl PlaceKind {
    /// The word of shipping sheets.
    pub fn word(self) -> &'static str {
        match self {
            Self::Home => "residential",
            Self::Office => "office",
            Self::Depot => "warehouse",
            Self::Coworking => "coworking",
            Self::Cafe => "business",
            Self::Hotel => "hotel",
            Self::PickupPoint => "pickup_point",
        }
    }
}

/// What stands on a desk.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// Monitors.
    pub displays: Vec<Display>,
    /// Dock, mouse, webcam …
    pub usb: Vec<Usb>,
}

/// Somewhere to work.
#[derive(Debug, Clone)]
pub struct Place {
    /// Kind.
    pub kind: PlaceKind,
    /// Address.
    pub address: Address,
    /// Network.
    pub lan: Lan,
    /// Desks.
    pub desks: Vec<Desk>,
}

/// Position in `World::places`.
pub type PlaceId = usize;
