//! Who may be one person under other spellings: [`matching`] is asked, with fixed kinds of columns. Names have to fit, and something
//! that is no name has to agree: two of one name at one employer are two. Who shows other names is another persona, not this.

use matching::config::{Block, Comparison, Config, Settings};
use matching::{Kind, Table, model, pattern};

use lake::Vault;

use crate::Result;

/// What is compared of somebody, in clear text; empty where it is not known.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Card {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) home: String,
    pub(crate) profile: String,
}

/// Two who may be one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Likely {
    /// Places in the list that was asked of, the lower first.
    pub(crate) one: usize,
    pub(crate) other: usize,
    pub(crate) bits: f64,
    /// What a couple with names that look alike does not share agrees as well.
    pub(crate) is_own: bool,
}

/// Probability from which two are one person, if the second-best is well behind.
const SURE: f64 = 0.95;
/// Probability from which an analyst is asked.
const LIKELY: f64 = 0.5;
/// Bits by which the best has to be before the second.
const BEFORE_SECOND: f64 = 5.0;

const NAME: &str = "name";
const EMAIL: &str = "email";
const PHONE: &str = "phone";
const HOME: &str = "home";
const PROFILE: &str = "profile";
/// Columns, what they hold, and the level from which agreement is more than two people of one name have. One name with an
/// initial fits; names that contradict each other do not.
const COLUMNS: [(&str, Kind, usize); 5] = [
    (NAME, Kind::FullName, 2),
    (EMAIL, Kind::Email, 3),
    (PHONE, Kind::Phone, 1),
    (HOME, Kind::Address, 3),
    (PROFILE, Kind::Handle, 4),
];
/// Level from which names are the same but for order and a middle name: `Jan` and `Jana` are below, and may be a couple.
const SAME_NAME: usize = 4;
/// Pairs that agree on one of these are looked at. A name alone never suffices, so that no rule needs common names.
const RULES: [&[&str]; 7] = [
    &[EMAIL],
    &["stem(email)"],
    &["suffix7(phone)"],
    &[HOME],
    &["tokens(name)", "digits(home)"],
    &["stem(profile)"],
    &[NAME],
];

impl Card {
    /// Takes over what is known of name, e-mail address, phone and home, given as tokens.
    pub(crate) fn take(&mut self, vault: &Vault, tokens: [&Option<String>; 4]) -> Result<()> {
        let cells = [&mut self.name, &mut self.email, &mut self.phone, &mut self.home];
        for (cell, token) in cells.into_iter().zip(tokens) {
            if let Some(clear) = token.as_deref().map(|token| vault.reveal(token)).transpose()?.flatten() {
                *cell = clear;
            }
        }
        Ok(())
    }

    fn cells(&self) -> [&str; COLUMNS.len()] {
        [&self.name, &self.email, &self.phone, &self.home, &self.profile]
    }
}

impl Likely {
    pub(crate) fn probability(&self) -> f64 {
        model::probability(self.bits)
    }

    /// Whether that much is one person, with nobody near.
    fn is_sure(&self) -> bool {
        self.is_own && self.probability() >= SURE
    }
}

/// Pairs of likely one person, in order.
pub(crate) fn ask(cards: &[Card]) -> Result<Vec<Likely>> {
    let said: Vec<usize> =
        (0..COLUMNS.len()).filter(|at| cards.iter().any(|card| !card.cells()[*at].is_empty())).collect();
    if cards.len() < 2 || said.first() != Some(&0) || said.len() < 2 {
        return Ok(Vec::new());
    }
    let names: Vec<String> = said.iter().map(|at| COLUMNS[*at].0.to_owned()).collect();
    let mut table = Table::new(&names);
    for (at, card) in cards.iter().enumerate() {
        table.push(&at.to_string(), said.iter().map(|column| card.cells()[*column]))?;
    }
    let table = table.ordered();
    let compare = said.iter().map(|at| Comparison {
        columns: vec![COLUMNS[*at].0.to_owned()],
        kind: COLUMNS[*at].1,
        term_frequency: None,
    });
    let asks =
        |key: &str| COLUMNS.iter().all(|(name, ..)| !key.contains(name) || names.iter().any(|n| n == name));
    let rules = RULES.iter().filter(|keys| keys.iter().all(|key| asks(key)));
    let config = Config {
        link: Settings { threshold: Some(LIKELY), ..Settings::default() },
        compare: compare.collect(),
        block: rules.map(|keys| Block { keys: keys.iter().map(|key| (*key).to_owned()).collect() }).collect(),
    };
    let linked = matching::link(&table, &config)?;
    let node = linked.fields.node_of_rows();
    let person = |row: u32| table.id(row as usize).parse::<usize>().unwrap_or_default();
    let mut out = Vec::new();
    for (left, right, bits) in linked.pairs_of_rows() {
        if model::probability(bits) < LIKELY {
            continue;
        }
        let how = pattern::pattern(&linked.fields, node[left as usize], node[right as usize]);
        if let Some(is_own) = fits(&said, how) {
            let (a, b) = (person(left), person(right));
            out.push(Likely { one: a.min(b), other: a.max(b), bits, is_own });
        }
    }
    out.sort_by_key(|pair| (pair.one, pair.other));
    Ok(out)
}

/// Whether names fit and more than a name agrees, and whether that is more than a couple of like names has in common.
fn fits(said: &[usize], how: u64) -> Option<bool> {
    let level = |wanted: &str| {
        let at = said.iter().position(|at| COLUMNS[*at].0 == wanted)?;
        pattern::level(how, at).filter(|level| *level >= COLUMNS[said[at]].2)
    };
    let named = level(NAME)?;
    let own = [EMAIL, PHONE, PROFILE].iter().any(|column| level(column).is_some());
    (own || level(HOME).is_some()).then_some(own || named >= SAME_NAME)
}

/// Of the pairs that somebody is in: who is certainly the same person, or whom it may be. `person` says who is a worker, by place;
/// two places may be one.
pub(crate) fn verdict(pairs: &[Likely], who: usize, person: impl Fn(usize) -> Option<usize>) -> Verdict {
    let other = |pair: &Likely| if pair.one == who { pair.other } else { pair.one };
    let mut found: Vec<&Likely> = pairs.iter().filter(|pair| person(other(pair)).is_some()).collect();
    found.sort_by(|a, b| b.bits.total_cmp(&a.bits).then(other(a).cmp(&other(b))));
    let Some(best) = found.first() else { return Verdict::Nobody };
    let second = found.iter().find(|pair| person(other(pair)) != person(other(best)));
    if best.is_sure() && second.is_none_or(|second| best.bits - second.bits >= BEFORE_SECOND) {
        return Verdict::One(other(best));
    }
    Verdict::Ask(other(best), best.probability())
}

/// What probability says of somebody.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict {
    Nobody,
    One(usize),
    /// Whom it may be, and how likely: for an analyst.
    Ask(usize, f64),
}

/// Groups of people who are one, of those whom `may_join` allows: a chain that holds two whose names do not fit, or who are not even
/// likely one, falls apart altogether.
pub(crate) fn groups(
    pairs: &[Likely],
    count: usize,
    may_join: impl Fn(usize, usize) -> bool,
) -> Vec<Vec<usize>> {
    let mut groups = crate::group::Groups::new(count);
    for pair in pairs.iter().filter(|pair| pair.is_sure() && may_join(pair.one, pair.other)) {
        groups.join(pair.one, pair.other);
    }
    let mut members = vec![Vec::new(); count];
    for at in 0..count {
        members[groups.of(at)].push(at);
    }
    let is_likely = |a: usize, b: usize| {
        may_join(a, b) && pairs.binary_search_by_key(&(a, b), |pair| (pair.one, pair.other)).is_ok()
    };
    let holds = |group: &Vec<usize>| {
        group.len() > 1
            && group.iter().enumerate().all(|(at, a)| group[at + 1..].iter().all(|b| is_likely(*a, *b)))
    };
    members.into_iter().filter(holds).collect()
}
