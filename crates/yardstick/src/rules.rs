//! Single rules as they are commonly used, in the same terms as the whole: what a company would have that alerts on
//! each answer of one rule. The answers are those of the tool's own indicators, so a rule here is as good as its
//! indicator: narrower, and with fewer false alarms, than most that are in use.

use schemars::JsonSchema;
use serde::Serialize;

use crate::bounds::{Share, count_upper};
use crate::input::Person;
use crate::kinds::indicators;
use crate::ranking::MONTHS;

/// A rule: its name, and the beginnings of the indicators of which one must answer.
pub type Rule = (&'static str, &'static [&'static str]);

/// Rules that are commonly used alone.
pub const RULES: &[Rule] = &[
    ("anonymiser sign-in", &["vpn-", "anonymiser-"]),
    ("impossible travel", &["impossible-travel"]),
    ("remote tool", &["remote-tool", "two-remote-tools"]),
    ("shared egress", &["egress-shared"]),
    ("shared ship-to", &["ship-to-shared"]),
    ("shared account", &["bank-account-shared", "wallet-shared"]),
];

/// One rule.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RuleLine {
    /// Rule.
    pub rule: String,
    /// Observable positives named.
    pub recall: Share,
    /// Innocents named.
    pub wrong: u64,
    /// Innocents named per 10,000 worker-months.
    pub rate: Option<f64>,
    /// One-sided 95 % upper bound of it.
    pub rate_high: Option<f64>,
    /// Of those named, how many are positives.
    pub precision: Share,
}

/// Measures who is named by a rule of any form.
#[must_use]
pub fn line(name: &str, people: &[&Person], months: f64, names: &dyn Fn(&Person) -> bool) -> RuleLine {
    let named: Vec<&Person> = people.iter().copied().filter(|one| names(one)).collect();
    let wrong = named.iter().filter(|one| one.is_innocent()).count() as u64;
    let right = named.iter().filter(|one| one.positive).count() as u64;
    let rate = |count: f64| (months > 0.0).then(|| count / months * MONTHS);
    RuleLine {
        rule: name.to_owned(),
        recall: Share::among(people.iter().filter(|one| one.is_target()), |one| names(one)),
        wrong,
        rate: rate(wrong as f64),
        rate_high: rate(count_upper(wrong)),
        precision: Share::of(right, right + wrong),
    }
}

fn fires(one: &Person, rule: &Rule) -> bool {
    indicators(one).iter().any(|id| rule.1.iter().any(|beginning| id.starts_with(beginning)))
}

/// Each rule alone, any of them, two of them.
#[must_use]
pub fn single(people: &[&Person], months: f64) -> Vec<RuleLine> {
    let of = |one: &Person| RULES.iter().filter(|rule| fires(one, rule)).count();
    let mut out: Vec<RuleLine> =
        RULES.iter().map(|rule| line(rule.0, people, months, &|one| fires(one, rule))).collect();
    out.push(line("any of the six", people, months, &|one| of(one) >= 1));
    out.push(line("two of the six", people, months, &|one| of(one) >= 2));
    out
}
