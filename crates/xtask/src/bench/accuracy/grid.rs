//! The fixed grid: which companies are written and judged. It stands in `data/accuracy.toml`, seeds of development and
//! of reports apart.

use anyhow::{Context, bail, ensure};

const GRID: &str = include_str!("../../../data/accuracy.toml");

/// The cell that look-alikes are counted on.
pub const LOOK_ALIKES: &str = "look-alikes";

/// Which seeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    /// May be looked at and tuned on.
    Development,
    /// Never tuned on.
    Report,
}

impl Set {
    /// By its name.
    pub fn named(name: &str) -> anyhow::Result<Self> {
        match name {
            "development" => Ok(Self::Development),
            "report" => Ok(Self::Report),
            other => bail!("seeds are of development or of report, not {other:?}"),
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Report => "report",
        }
    }
}

/// One kind of company.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Name.
    pub name: String,
    /// What it shows.
    pub why: String,
    /// Workers.
    pub workers: i64,
    /// Days of records.
    pub days: i64,
    /// How careful schemes are.
    pub difficulty: f64,
    /// Share planted.
    pub planted: String,
    /// People who apply.
    pub applicants: i64,
    /// Schemes planted; all that a company has without a name.
    pub schemes: Option<String>,
    /// Look-alikes that are oversampled.
    pub look_alikes: Option<String>,
    /// Share of the workers that each of these gets.
    pub share: Option<String>,
    /// Sources not written.
    pub without: Option<String>,
    /// Seeds.
    pub seeds: Vec<i64>,
    /// Companies that are judged every few days.
    pub series: usize,
    /// Companies that are judged without each group of indicators.
    pub groups: usize,
    /// Companies that are judged without each source.
    pub sources: usize,
    /// Whether every rate is redrawn.
    pub redraw: bool,
}

impl Cell {
    /// What `bonafide synth` is told, besides seed and folder.
    pub fn words(&self) -> Vec<String> {
        let mut out = vec![
            "--workers".into(),
            self.workers.to_string(),
            "--days".into(),
            self.days.to_string(),
            "--planted".into(),
            self.planted.clone(),
            "--difficulty".into(),
            self.difficulty.to_string(),
        ];
        if self.applicants > 0 {
            out.extend(["--applicants".into(), self.applicants.to_string()]);
        }
        out.extend(self.schemes.iter().flat_map(|list| ["--schemes".into(), list.clone()]));
        out.extend(self.look_alikes.iter().flat_map(|list| ["--look-alikes".into(), list.clone()]));
        out.extend(self.share.iter().flat_map(|share| ["--share".into(), share.clone()]));
        out.extend(self.without.iter().flat_map(|sources| ["--without".into(), sources.clone()]));
        if self.redraw {
            out.push("--redraw-rates".into());
        }
        out
    }
}

/// How much of the grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Extent {
    /// Smaller companies, and fewer.
    pub quick: bool,
    /// At most so many seeds of each cell.
    pub most_seeds: Option<usize>,
}

/// Every cell of a set.
pub fn cells(set: Set, extent: Extent) -> anyhow::Result<Vec<Cell>> {
    let grid: toml::Table = toml::from_str(GRID).context("data/accuracy.toml")?;
    let table =
        |name: &str| grid.get(name).and_then(toml::Value::as_table).with_context(|| format!("no [{name}]"));
    let (of_set, base) = (table(set.name())?, table("base")?);
    let mut seed = of_set.get("first_seed").and_then(toml::Value::as_integer).context("no first_seed")?;
    let redraw = of_set.get("redraw_rates").and_then(toml::Value::as_bool).unwrap_or(false);
    let mut out = Vec::new();
    for cell in grid.get("cell").and_then(toml::Value::as_array).context("no [[cell]]")? {
        let name = cell.get("name").and_then(toml::Value::as_str).context("a cell without a name")?;
        let quick = grid.get("quick").filter(|_| extent.quick);
        let own = |key: &str| {
            let of_cell = quick.and_then(|quick| quick.get(name)?.get(key));
            of_cell.or_else(|| quick?.get(key)).or_else(|| cell.get(key)).or_else(|| base.get(key))
        };
        let text = |key: &str| own(key).and_then(toml::Value::as_str).map(str::to_owned);
        let whole = |key: &str| own(key).and_then(toml::Value::as_integer);
        let count = whole("seeds").context("no seeds")?;
        ensure!((1..=1000).contains(&count), "{count} seeds");
        // Seeds stay the same when fewer are wished for: what was measured once is kept.
        let seeds: Vec<i64> = (seed..seed + count).collect();
        seed += 100;
        out.push(Cell {
            name: name.to_owned(),
            why: text("why").unwrap_or_default(),
            workers: whole("workers").context("no workers")?,
            days: whole("days").context("no days")?,
            difficulty: own("difficulty").and_then(toml::Value::as_float).context("no difficulty")?,
            planted: text("planted").context("no planted")?,
            applicants: whole("applicants").unwrap_or(0),
            schemes: text("schemes"),
            look_alikes: text("look_alikes"),
            share: text("share"),
            without: text("without"),
            seeds: seeds.into_iter().take(extent.most_seeds.unwrap_or(usize::MAX)).collect(),
            series: usize::try_from(whole("series").unwrap_or(0))?,
            groups: usize::try_from(whole("groups").unwrap_or(0))?,
            sources: usize::try_from(whole("sources").unwrap_or(0))?,
            redraw,
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_seed_is_of_development_and_of_reports_and_none_is_used_twice() {
        let seeds = |set| {
            cells(set, Extent::default())
                .unwrap()
                .into_iter()
                .flat_map(|cell| cell.seeds)
                .collect::<Vec<i64>>()
        };
        let mut all = [seeds(Set::Development), seeds(Set::Report)].concat();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn every_look_alike_has_six_hundred_people_and_more_over_the_report_seeds() {
        let cells = cells(Set::Report, Extent::default()).unwrap();
        let cell = cells.iter().find(|cell| cell.name == LOOK_ALIKES).unwrap();
        let share: f64 = cell.share.as_ref().unwrap().parse().unwrap();
        let people = cell.workers as f64 * share * cell.seeds.len() as f64;
        assert!(people >= 660.0, "{people}: chance takes some of them away");
        assert_eq!(cell.planted, "0%");
    }

    #[test]
    fn the_first_cell_is_the_one_of_the_targets() {
        let one = Extent { most_seeds: Some(1), quick: false };
        let cells = cells(Set::Report, one).unwrap();
        let base = &cells[0];
        assert_eq!((base.name.as_str(), base.difficulty, base.planted.as_str()), ("base", 0.5, "1%"));
        assert!(base.without.is_none() && base.redraw && base.seeds.len() == 1);
        let quick = super::cells(Set::Report, Extent { quick: true, ..one }).unwrap();
        assert!(quick[0].workers < base.workers && quick[1].workers < cells[1].workers);
        assert!(quick.iter().zip(&cells).all(|(small, large)| small.seeds == large.seeds), "the same seeds");
        assert!(base.words().contains(&"--redraw-rates".to_owned()));
        let words = cells.iter().find(|cell| cell.name == "candidates").unwrap().words();
        assert!(words.windows(2).any(|pair| pair[0] == "--applicants" && pair[1] != "0"), "{words:?}");
        assert!(!base.words().contains(&"--applicants".to_owned()));
        let words = cells.iter().find(|cell| cell.name == LOOK_ALIKES).unwrap().words();
        assert!(words.windows(4).any(|four| four[..3] == ["--look-alikes", "all", "--share"]), "{words:?}");
    }
}
