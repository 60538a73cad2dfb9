//! The last fairness table, as the page about health shows it. Groups are read and forgotten: what is kept has letters in
//! place of their names, and no share of a handful of people.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use store::Store;

use super::version::{Share, Tested};
use crate::error::{Error, Result};

/// Setting that holds it.
const LAST: &str = "last fairness table";
/// A share of fewer people than this would tell of each of them.
const FEWEST: u64 = 10;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counted {
    /// Hit.
    pub hit: u64,
    /// People.
    pub people: u64,
}

/// One group against all others in one outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FairnessLine {
    /// A letter in place of the group's name.
    pub group: String,
    /// `top`: among the top 5 % by weight; `case`: in a case; `same`: taken for one person with somebody else.
    pub outcome: String,
    /// Of this group; missing where it is a handful of people.
    pub of_group: Option<Counted>,
    /// Of the others; missing likewise.
    pub of_others: Option<Counted>,
    /// Fisher's exact test: in how many of all ways to deal the same outcomes out to the same people the groups would
    /// stand at least as far apart. An exact permutation test.
    pub p: f64,
    /// Corrected by Holm for all lines.
    pub p_holm: f64,
    /// Chance of rejecting at 5 % if this group's share were twice that of the others.
    pub power: f64,
}

/// A fairness table as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Fairness {
    /// Version of the weights that was tested.
    pub version: u32,
    /// When, ISO 8601.
    pub at: String,
    /// Whether the version was applied: it was where nothing was rejected.
    pub applied: bool,
    /// People whose group was told, and people judged.
    pub people: [u64; 2],
    /// Lines.
    pub lines: Vec<FairnessLine>,
}

/// Keeps what a test found, in place of what was kept before.
pub(crate) async fn keep(store: &Store, tested: &Tested, at: i64) -> Result<()> {
    let mut names: Vec<&String> = tested.table.lines.iter().map(|line| &line.group).collect();
    names.sort();
    names.dedup();
    let letter = |name: &String| {
        let at = names.iter().position(|known| *known == name).unwrap_or_default();
        let letter = char::from(b'A' + u8::try_from(at % 26).unwrap_or_default());
        if at < 26 { letter.to_string() } else { format!("{letter}{}", at / 26) }
    };
    let counted = |share: &Share| (share.n >= FEWEST).then_some(Counted { hit: share.k, people: share.n });
    let line = |line: &yardstick::groups::ImpactLine| FairnessLine {
        group: letter(&line.group),
        outcome: line.outcome.clone(),
        of_group: counted(&line.of_group),
        of_others: counted(&line.of_others),
        p: line.p,
        p_holm: line.p_holm,
        power: line.power,
    };
    let table = Fairness {
        version: tested.version,
        at: model::Time(at).to_string(),
        applied: tested.applied,
        people: tested.people,
        lines: tested.table.lines.iter().map(line).collect(),
    };
    let text = serde_json::to_string(&table).map_err(|cause| Error::Defect(cause.to_string()))?;
    Ok(store.set(LAST, &text).await?)
}

/// What the last test found.
pub(crate) async fn last(store: &Store) -> Result<Option<Fairness>> {
    let Some(text) = store.get(LAST).await? else { return Ok(None) };
    let read = serde_json::from_str(&text);
    read.map(Some).map_err(|cause| Error::Defect(format!("the last fairness table: {cause}")))
}

#[cfg(test)]
mod tests {
    use yardstick::groups::{Impact, ImpactLine};

    use super::*;

    #[tokio::test]
    async fn no_name_of_a_group_is_kept_and_no_share_of_a_handful() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("store")).await.unwrap();
        let line = |group: &str, n: u64| ImpactLine {
            group: group.into(),
            outcome: "case".into(),
            of_group: Share::of(1, n),
            of_others: Share::of(3, 90),
            p: 0.5,
            p_holm: 1.0,
            power: 0.2,
            ratio: None,
        };
        let tested = Tested {
            version: 3,
            applied: true,
            people: [95, 100],
            cases: [4, 5],
            table: Impact { passes: true, lines: vec![line("Zwickau", 9), line("Ambridge", 10)] },
            notes: Vec::new(),
            refused: None,
        };
        assert_eq!(last(&store).await.unwrap(), None);
        keep(&store, &tested, 7).await.unwrap();
        let kept = last(&store).await.unwrap().unwrap();
        let told: Vec<(&str, Option<u64>)> =
            kept.lines.iter().map(|line| (&*line.group, line.of_group.map(|one| one.people))).collect();
        assert_eq!(told, [("B", None), ("A", Some(10))]);
        assert!(!store.get(LAST).await.unwrap().unwrap().contains("Ambridge"));
    }
}
