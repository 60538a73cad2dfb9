//! Fast hashes for internal ids: fixed, so that an order taken from them is the same in every run.

/// One step: multiply and fold the high half back (after Wyhash).
#[must_use]
#[inline]
pub fn mix(a: u64, b: u64) -> u64 {
    let wide = u128::from(a ^ 0x9e37_79b9_7f4a_7c15) * u128::from(b ^ 0xd6e8_feb8_6659_fd93);
    #[expect(clippy::cast_possible_truncation, reason = "both halves are meant")]
    let folded = (wide as u64) ^ ((wide >> 64) as u64);
    folded
}

/// Hash of some bytes.
#[must_use]
#[inline]
pub fn bytes(text: &[u8]) -> u64 {
    let mut state = mix(text.len() as u64, 0x51_7c_c1_b7_27_22_0a_95);
    let mut chunks = text.chunks_exact(8);
    for chunk in &mut chunks {
        let word = u64::from_le_bytes(chunk.try_into().unwrap_or_default());
        state = mix(state, word);
    }
    mix(state, rest(chunks.remainder()))
}

/// Fewer than eight bytes as a number, the first lowest.
#[inline]
fn rest(text: &[u8]) -> u64 {
    if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        let high = u64::from(u32::from_le_bytes(*last)) << (8 * (text.len() - 4));
        return u64::from(u32::from_le_bytes(*first)) | high;
    }
    let at = |place: usize| text.get(place).map_or(0, |byte| u64::from(*byte) << (8 * place));
    at(0) | at(1) | at(2)
}

/// Entries without those whose key no other has, as far as some bits of the keys say so: most need never be kept or sorted. There are
/// `count` of them at most.
pub(crate) fn shared(entries: impl Iterator<Item = (u64, u32)> + Clone, count: usize) -> Vec<(u64, u32)> {
    // Two bits a place: one has it, another has it.
    let places = (count * 8).next_power_of_two().max(32);
    let place = |key: u64| {
        #[expect(clippy::cast_possible_truncation, reason = "cut to the number of places")]
        let at = mix(key, 2) as usize & (places - 1);
        (at / 32, 2 * (at % 32))
    };
    let mut seen = vec![0u64; places / 32];
    for (key, _) in entries.clone() {
        let (word, shift) = place(key);
        seen[word] |= (1 + (seen[word] >> shift & 1)) << shift;
    }
    let is_shared = |(key, _): &(u64, u32)| {
        let (word, shift) = place(*key);
        seen[word] >> shift & 2 != 0
    };
    entries.filter(is_shared).collect()
}

/// Entries that are sorted by themselves.
const BUCKET: usize = 256;

/// Entries in order: parted by the first bits of their keys, which are hashes, so that each part is sorted in a near cache.
pub(crate) fn sorted(mut entries: Vec<(u64, u32)>) -> Vec<(u64, u32)> {
    let bits = (entries.len() / BUCKET).max(1).ilog2().min(16);
    if bits < 2 {
        entries.sort_unstable();
        return entries;
    }
    let bucket = |key: u64| usize::try_from(key >> (64 - bits)).unwrap_or_default();
    let mut starts = vec![0usize; (1 << bits) + 1];
    for (key, _) in &entries {
        starts[bucket(*key) + 1] += 1;
    }
    for at in 1..starts.len() {
        starts[at] += starts[at - 1];
    }
    let mut free = starts.clone();
    let mut out = vec![(0, 0); entries.len()];
    for entry in &entries {
        let place = &mut free[bucket(entry.0)];
        out[*place] = *entry;
        *place += 1;
    }
    starts.windows(2).for_each(|part| out[part[0]..part[1]].sort_unstable());
    out
}

/// Builds the hasher of maps keyed by integers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Builder;

/// Hasher of integers.
#[derive(Debug, Clone, Copy, Default)]
pub struct Hasher(u64);

impl std::hash::BuildHasher for Builder {
    type Hasher = Hasher;

    fn build_hasher(&self) -> Hasher {
        Hasher(0)
    }
}

impl std::hash::Hasher for Hasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, text: &[u8]) {
        self.0 = mix(self.0, bytes(text));
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = mix(self.0, u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = mix(self.0, value);
    }
}

/// A map keyed by integers or short tuples of them.
pub type Map<K, V> = hashbrown::HashMap<K, V, Builder>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_bytes_are_read_as_one_by_one() {
        let text = b"abcdefg";
        for length in 0..=7 {
            let slowly: u64 = (0..length).map(|at| u64::from(text[at]) << (8 * at)).sum();
            assert_eq!(rest(&text[..length]), slowly);
        }
    }

    #[test]
    fn entries_are_sorted_and_those_alone_left_out() {
        let keys = (0..40_000u64).map(|at| (mix(at % 30_000, 7), u32::try_from(at).unwrap()));
        let entries: Vec<(u64, u32)> = keys.collect();
        let mut wanted = entries.clone();
        wanted.sort_unstable();
        assert_eq!(sorted(entries.clone()), wanted);
        let kept = shared(entries.iter().copied(), entries.len());
        let twice = |kept: &[(u64, u32)]| kept.iter().filter(|(_, at)| at % 30_000 < 10_000).count();
        assert_eq!(twice(&kept), 20_000);
        assert!(kept.len() < 25_000, "{}", kept.len());
    }

    #[test]
    fn lengths_and_order_count() {
        assert_ne!(bytes(b"ab"), bytes(b"ba"));
        assert_ne!(bytes(b""), bytes(b"\0"));
        assert_ne!(bytes(b"12345678"), bytes(b"123456780"));
    }
}
