//! What the company runs: which exports there are at all follows from the seed.

use std::collections::BTreeSet;

use crate::draw::Draw;
use crate::plan::Plan;

/// What of these a company has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Systems {
    /// Source kinds that are written.
    written: BTreeSet<&'static str>,
}

/// What every company has.
const ALWAYS: &[&str] =
    &["google", "github", "zoom", "inventory", "roster", "shipment", "pay", "attestation", "assignment"];

impl Systems {
    /// Those of a plan. Where every tell is asked for, the company has whatever tells something.
    pub fn of(plan: &Plan) -> Self {
        let mut draw = Draw::new(plan.seed, "systems", 0);
        let (entra, agents, duo) = (draw.chance(0.35), draw.below(3), draw.chance(0.35));
        let logs = draw.chance(0.5);
        let every = plan.every_tell;
        let mut written: BTreeSet<&'static str> = ALWAYS.iter().copied().collect();
        written.insert(if entra && !every { "entra" } else { "okta" });
        if agents != 2 || every {
            written.insert("osquery");
        }
        if agents != 0 || every {
            written.insert("crowdstrike");
        }
        if duo || every {
            written.insert("duo");
        }
        if logs || every {
            written.insert("remote");
        }
        // a draw of its own: companies that were made before it came stay as they are
        if Draw::new(plan.seed, "systems", 1).chance(0.25) || every {
            written.insert("collector");
        }
        // all numbers are looked up, or none
        if Draw::new(plan.seed, "systems", 2).chance(0.5) || every {
            written.insert("phone");
        }
        if plan.applicants > 0 {
            written.extend(["greenhouse", "document"]);
        }
        written.retain(|source| plan.writes(source));
        Self { written }
    }

    /// Whether a source is written.
    pub fn has(&self, source: &str) -> bool {
        self.written.contains(source)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn companies_differ_in_what_they_run_and_all_have_an_identity_provider() {
        let all: Vec<Systems> = (0..60).map(|seed| Systems::of(&Plan::innocent(seed, 20, 10))).collect();
        for source in ["okta", "entra", "duo", "osquery", "crowdstrike", "collector", "remote", "phone"] {
            let have = all.iter().filter(|one| one.has(source)).count();
            assert!((10..55).contains(&have), "{source}: {have} of 60");
        }
        assert!(all.iter().all(|one| one.has("okta") != one.has("entra")));
        assert!(all.iter().all(|one| one.has("osquery") || one.has("crowdstrike")));
        let withheld = Plan { without: ["zoom".to_owned()].into(), ..Plan::innocent(1, 20, 10) };
        assert!(!Systems::of(&withheld).has("zoom"));
    }
}
