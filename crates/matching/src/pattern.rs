//! How pairs agree: the levels of all fields in one number, three bits a field; 0 is "not known on one side".

use rayon::prelude::*;

use crate::block::Plan;
use crate::compare;
use crate::fields::Fields;
use crate::hash;
use crate::similar;

/// A pair that may be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pair {
    /// Lower node.
    pub left: u32,
    /// Higher node.
    pub right: u32,
    /// How they agree.
    pub pattern: u64,
}

/// What came of looking at all pairs.
#[derive(Debug, Default)]
pub struct Patterns {
    /// How many pairs agree in which way, in order of pattern.
    pub counts: Vec<(u64, u64)>,
    /// Pairs that may be one, in order.
    pub kept: Vec<Pair>,
    /// Pairs looked at, each once.
    pub pairs: u64,
}

/// The level of a field in a pattern; `None` where it is not known.
#[must_use]
#[inline]
pub fn level(pattern: u64, field: usize) -> Option<usize> {
    let bits = pattern >> (3 * field) & 7;
    (bits as usize).checked_sub(1)
}

/// How two nodes agree.
#[must_use]
#[inline]
pub fn pattern(fields: &Fields, a: u32, b: u32) -> u64 {
    between(fields, fields.cells(a as usize), fields.cells(b as usize))
}

/// How two rows of values agree.
#[must_use]
pub fn between(fields: &Fields, left: &[u32], right: &[u32]) -> u64 {
    let mut pattern = 0;
    for (at, field) in fields.fields.iter().enumerate() {
        let (a, b) = (left[at], right[at]);
        if a == 0 || b == 0 {
            continue;
        }
        let mut level = if a == b { field.top } else { field.dictionary.compare.level(a, b) };
        if let Some(sister) = field.sister
            && level < field.top
            && let Some(swapped) = field.dictionary.compare.swapped()
        {
            level = level.max(crossed(fields, at, (a, left[sister]), (b, right[sister]), swapped));
        }
        if let Some((named, own)) = field.dictionary.compare.named()
            && level == named
            && !is_made_of_names(fields, at, left, right)
        {
            level = own;
        }
        pattern |= u64::from(level + 1) << (3 * at);
    }
    pattern
}

/// Jaro–Winkler similarity from which letters are a name in another spelling. Judgement.
const SPELLING: f64 = 0.8;
/// Letters that may be left of what is made of names: initials, `dev`.
const LETTERS_LEFT: usize = 3;

/// Whether a handle, or what stands before an `@`, may be made of nothing but its owner's names. Where they are not known it may.
fn is_made_of_names(fields: &Fields, at: usize, left: &[u32], right: &[u32]) -> bool {
    let value = |at: usize, cell: u32| fields.fields[at].dictionary.values.get(cell);
    let mut letters: String =
        compare::stem(value(at, left[at])).chars().filter(|c| c.is_alphabetic()).collect();
    let mut names: Vec<String> = Vec::new();
    for of in (0..fields.fields.len()).filter(|of| fields.fields[*of].kind.is_name()) {
        if left[of] == 0 && right[of] == 0 {
            return true;
        }
        names.extend([left, right].into_iter().flat_map(|row| compare::words(value(of, row[of]))));
    }
    let whole: Vec<String> =
        names.iter().flat_map(|one| names.iter().map(move |other| format!("{one}{other}"))).collect();
    names.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    names.dedup();
    for name in names.iter().filter(|name| name.chars().count() >= 2) {
        if let Some(from) = letters.find(name.as_str()) {
            letters.replace_range(from..from + name.len(), "");
        }
    }
    // The rest may be a name in another spelling: `mueller` is written `muller`, too.
    let is_spelling = |name: &String| similar::jaro_winkler(letters.as_bytes(), name.as_bytes()) >= SPELLING;
    letters.chars().count() <= LETTERS_LEFT || names.iter().chain(&whole).any(is_spelling)
}

/// The level of two parts of names that stand in each other's columns; 0 where they do not.
fn crossed(
    fields: &Fields,
    at: usize,
    (a, a_sister): (u32, u32),
    (b, b_sister): (u32, u32),
    swapped: u8,
) -> u8 {
    let compare = &fields.fields[at].dictionary.compare;
    let agree = |x: u32, y: u32| match (x, y) {
        (0, _) | (_, 0) => None,
        (x, y) if x == y => Some(swapped),
        (x, y) => Some(if compare.is_slip(x, y) { swapped - 2 } else { 0 }),
    };
    match (agree(a, b_sister), agree(b, a_sister)) {
        (None, None) => 0,
        (Some(one), Some(other)) => one.min(other),
        (Some(one), None) | (None, Some(one)) => one,
    }
}

/// Pairs that are compared together.
const TOGETHER: usize = 64;

/// What a thread has looked at.
#[derive(Default)]
struct Looked {
    /// How often each pattern was seen, and whether such pairs are kept.
    counts: hash::Map<u64, (u64, bool)>,
    kept: Vec<Pair>,
    waiting: Vec<(u32, u32)>,
}

/// Reads what comparing some pairs will read first, one not waiting for another: values lie far apart.
fn read_ahead(fields: &Fields, pairs: &[(u32, u32)]) {
    let mut read = 0;
    for (left, right) in pairs {
        read ^= fields.cells(*left as usize)[0] ^ fields.cells(*right as usize)[0];
    }
    for (at, field) in fields.fields.iter().enumerate() {
        let compare = &field.dictionary.compare;
        for (left, right) in pairs {
            let (a, b) = (fields.cells(*left as usize)[at], fields.cells(*right as usize)[at]);
            if a != b && a != 0 && b != 0 {
                read ^= compare.read_ahead(a) ^ compare.read_ahead(b);
            }
        }
    }
    std::hint::black_box(read);
}

/// Looks at all pairs of a plan; keeps those whose pattern `may_be_one`.
#[must_use]
pub fn look(fields: &Fields, plan: &Plan, may_be_one: impl Fn(u64) -> bool + Sync) -> Patterns {
    let settle = |looked: &mut Looked| {
        read_ahead(fields, &looked.waiting);
        for (left, right) in looked.waiting.drain(..) {
            let pattern = pattern(fields, left, right);
            let (count, may_be) = looked.counts.entry(pattern).or_insert_with(|| (0, may_be_one(pattern)));
            *count += 1;
            if *may_be {
                looked.kept.push(Pair { left, right, pattern });
            }
        }
    };
    let made = plan.walk(fields, Looked::default, |looked, left, right, _| {
        looked.waiting.push((left, right));
        if looked.waiting.len() >= TOGETHER {
            settle(looked);
        }
    });
    let mut counts: hash::Map<u64, u64> = hash::Map::default();
    let mut out = Patterns::default();
    out.kept.reserve_exact(made.iter().map(|looked| looked.kept.len() + looked.waiting.len()).sum());
    for mut looked in made {
        settle(&mut looked);
        // Sums of whole numbers, sorted below.
        for (pattern, (count, _)) in looked.counts {
            *counts.entry(pattern).or_default() += count;
        }
        out.kept.extend(looked.kept);
    }
    out.kept.par_sort_unstable_by_key(|pair| (pair.left, pair.right));
    out.counts = counts.into_iter().collect();
    out.counts.sort_unstable();
    out.pairs = out.counts.iter().map(|(_, count)| count).sum();
    out
}
