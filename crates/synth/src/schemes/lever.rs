//! What a scheme leaves, by lever: the listing that `docs/worlds.md` prints. Tests hold it against what is planted.

/// One lever of a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lever {
    /// Name of its rate in `data/rates.tsv`; empty where the scheme cannot do without it.
    pub rate: &'static str,
    /// What it leaves.
    pub tells: &'static [&'static str],
    /// From which day on, in words.
    pub from: &'static str,
}

impl Lever {
    /// A lever that is pulled at a rate.
    pub const fn of(rate: &'static str, tells: &'static [&'static str], from: &'static str) -> Self {
        Self { rate, tells, from }
    }

    /// What the scheme leaves in any case.
    pub const fn always(tells: &'static [&'static str], from: &'static str) -> Self {
        Self { rate: "", tells, from }
    }
}

/// The phone that approves.
pub const PHONE: Lever = Lever::of("operator.phone", &["approval_abroad"], "hire");
/// The same phone behind a VPN, in the worker's own country.
pub const PHONE_HIDDEN: Lever = Lever::of("operator.phone_hidden", &["approval_hidden"], "hire");

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::{ALL, SOURCES};
    use crate::rates::table;
    use crate::truth::TELLS;

    #[test]
    fn every_lever_has_a_rate_tells_and_a_day() {
        for scheme in ALL {
            assert!(!scheme.levers.is_empty(), "{}", scheme.id);
            for lever in scheme.levers {
                let known = lever.rate.is_empty() || table().contains_key(lever.rate);
                assert!(known && !lever.from.is_empty(), "{}: {lever:?}", scheme.id);
                let tells = lever.tells.iter().all(|tell| TELLS.iter().any(|(id, ..)| id == tell));
                assert!(tells && !lever.tells.is_empty(), "{}: {lever:?}", scheme.id);
            }
        }
    }

    #[test]
    fn every_rate_that_a_scheme_asks_for_is_listed() {
        let listed: BTreeSet<&str> = ALL.iter().flat_map(|one| one.levers).map(|one| one.rate).collect();
        // another provider, and one that hides where an interview comes from
        let without_a_tell = ["flap.other_vpn", "persona.vpn"];
        let code = SOURCES.concat();
        let asked = ["keeps(\"", "either(\"", "either_of(\"", "rate(\""].into_iter().flat_map(|call| {
            code.split(call).skip(1).filter_map(|rest| rest.split('"').next()).collect::<Vec<_>>()
        });
        let asked: BTreeSet<&str> = asked.filter(|rate| table().contains_key(rate)).collect();
        assert!(asked.len() > 60, "{asked:?}");
        for rate in asked {
            assert!(listed.contains(rate) || without_a_tell.contains(&rate), "{rate} is no listed lever");
        }
    }
}
