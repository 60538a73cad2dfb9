//! Laptops at one place see each other on its network.

use std::collections::BTreeMap;

use crate::truth::Tag;
use crate::world::{Neighbour, PlaceKind, World};

/// A crowded network shows only so many of its laptops at a time.
const CROWD: usize = 8;

/// Enters every laptop as a neighbour wherever others stay too.
pub fn meet(world: &mut World) {
    let mut at: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for person in &world.people {
        let Some(device) = person.laptops.last().map(|one| one.device) else { continue };
        for stay in &person.stays {
            if matches!(world.places[stay.place].kind, PlaceKind::Home | PlaceKind::Coworking) {
                at.entry(stay.place).or_default().push(device);
            }
        }
    }
    for (place, mut devices) in at {
        devices.sort_unstable();
        devices.dedup();
        if devices.len() < 2 {
            continue;
        }
        for device in devices.into_iter().take(CROWD) {
            let mac = world.devices[device].mac;
            world.places[place].lan.neighbours.push(Neighbour {
                mac,
                host: 100 + mac.0[5] % 120,
                share: 0.6,
                device: Some(device),
                tag: Tag::NONE,
            });
        }
    }
}
