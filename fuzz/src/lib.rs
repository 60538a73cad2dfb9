//! Hostile input for every source, on stable Rust: seeds are the fixtures, mutated from a number, so that any finding
//! can be had again from its target and number.
//!
//! # Layout
//! - [`seeds`]: what mutation begins with
//! - [`mutate`]: bytes changed as damage and malice change them
//! - [`target`]: what is run, and what must hold whatever the bytes are; [`devices`]: the same for descriptors and
//!   files of devices; `linking`: sheets to link

pub mod devices;
mod linking;
pub mod mutate;
pub mod seeds;
pub mod target;

/// Random numbers that are the same everywhere (splitmix64).
#[derive(Debug, Clone)]
pub struct Draw(pub u64);

impl Draw {
    /// The next number.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 if that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { (self.number() % limit as u64) as usize }
    }
}
