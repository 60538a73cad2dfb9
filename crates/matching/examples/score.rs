//! Links one CSV with nothing configured and scores it against labels, so that a change of the model can be judged in seconds:
//! `score FILE[,FILE…] ID TRUTH [RELATIONS GROUPS] [--neutral] [--calibrate] [--index] [--show N] [--missed N] [--explain A B]`.
//!
//! `TRUTH` is `record,entity`; `RELATIONS` is `entity,entity,what they are to each other`; `GROUPS` is `record,group`. `--neutral`
//! takes the headers away; `--show` and `--missed` explain pairs that were made one, or left two, by mistake.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

use std::collections::{BTreeMap, BTreeSet};

use matching::index::{self, Builder, Index, Scorer};
use matching::{Config, Linked, Table, inspect, link, suggest, truth};

/// Rows of a CSV with quotes.
fn rows(path: &str) -> Vec<Vec<String>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|cause| panic!("{path}: {cause}"));
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' if quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            c => cell.push(c),
        }
    }
    if !row.is_empty() || !cell.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

fn pairs(path: &str) -> BTreeMap<String, String> {
    rows(path).into_iter().map(|row| (row[0].clone(), row[1].clone())).collect()
}

fn table(path: &str, id: &str, is_neutral: bool) -> Table {
    let mut table = Table::default();
    for path in path.split(',') {
        let all = rows(path);
        let header: Vec<&str> = all[0].iter().map(|name| name.trim()).collect();
        let at = header.iter().position(|name| *name == id).expect("no such column");
        table.begin_file(path);
        let mut places: Vec<Option<usize>> = vec![None; header.len()];
        for column in (0..header.len()).filter(|column| *column != at) {
            let name = if is_neutral { format!("col{column}") } else { header[column].to_owned() };
            places[column] = Some(table.column(&name).unwrap_or_else(|| table.add_column(&name)));
        }
        for row in &all[1..] {
            let mut cells = vec![""; table.columns().len()];
            for (cell, place) in row.iter().zip(&places) {
                if let Some(place) = place {
                    cells[*place] = cell.trim();
                }
            }
            table.push(row[at].trim(), cells.into_iter()).unwrap();
        }
    }
    table.ordered()
}

struct Case {
    table: Table,
    linked: Linked,
    made: Vec<u32>,
    /// Entity of each row.
    entity: Vec<String>,
}

impl Case {
    /// Pairs of rows that were made one, and are two.
    fn wrong(&self) -> Vec<(usize, usize)> {
        let mut clusters: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (row, cluster) in self.made.iter().enumerate() {
            clusters.entry(*cluster).or_default().push(row);
        }
        let mut out = Vec::new();
        for rows in clusters.values() {
            for (place, left) in rows.iter().enumerate() {
                out.extend(rows[place + 1..].iter().map(|right| (*left, *right)));
            }
        }
        out.retain(|(left, right)| self.entity[*left] != self.entity[*right]);
        out
    }

    /// Pairs of rows that are one, and were left two.
    fn missed(&self) -> Vec<(usize, usize)> {
        let mut entities: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (row, name) in self.entity.iter().enumerate() {
            entities.entry(name).or_default().push(row);
        }
        let mut out = Vec::new();
        for rows in entities.values() {
            for (place, left) in rows.iter().enumerate() {
                out.extend(rows[place + 1..].iter().map(|right| (*left, *right)));
            }
        }
        out.retain(|(left, right)| self.made[*left] != self.made[*right]);
        out
    }

    fn score(&self) {
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        for name in &self.entity {
            let next = u32::try_from(numbers.len()).unwrap();
            numbers.entry(name).or_insert(next);
        }
        let labels: Vec<u32> = self.entity.iter().map(|name| numbers[name.as_str()]).collect();
        let got = truth::compare(&self.made, &labels);
        let estimate = inspect::estimate(&self.linked);
        println!(
            "pairs P {:.4} R {:.4} F1 {:.4}; estimated P {:.4} (off by {:+.4}) R {:.4}; threshold {:.3}; {} made, {} true",
            got.pairwise.precision,
            got.pairwise.recall,
            got.pairwise.f1,
            estimate.precision.unwrap_or(f64::NAN),
            estimate.precision.unwrap_or(f64::NAN) - got.pairwise.precision,
            estimate.recall.unwrap_or(f64::NAN),
            self.linked.threshold,
            got.entities.0,
            got.entities.1,
        );
    }

    /// What the probabilities of pairs were worth, by tenths.
    fn calibration(&self) {
        let mut bins = [(0u32, 0.0f64, 0u32); 10];
        for (left, right, bits) in self.linked.pairs_of_rows() {
            let p = matching::model::probability(bits);
            let bin = &mut bins[((p * 10.0) as usize).min(9)];
            let is_one = self.entity[left as usize] == self.entity[right as usize];
            *bin = (bin.0 + 1, bin.1 + p, bin.2 + u32::from(is_one));
        }
        for (count, sum, right) in bins.into_iter().filter(|bin| bin.0 > 0) {
            let all = f64::from(count);
            println!("{count:>6} pairs of p {:.3}: {:.3} are one", sum / all, f64::from(right) / all);
        }
    }

    /// Related entities that were made one, by relation and by group.
    fn relations(&self, relations: &str, groups: &str) {
        let groups = pairs(groups);
        let mut clusters: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
        let mut group: BTreeMap<&str, &str> = BTreeMap::new();
        for (row, name) in self.entity.iter().enumerate() {
            clusters.entry(name).or_default().insert(self.made[row]);
            group.insert(name, &groups[self.table.id(row)]);
        }
        let mut by: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for row in rows(relations) {
            let (one, other) = (row[0].as_str(), row[1].as_str());
            let is_merged = u32::from(!clusters[one].is_disjoint(&clusters[other]));
            for name in [format!("= {}", row[2]), format!("  {}", group[one])] {
                let sums = by.entry(name).or_default();
                (sums.0, sums.1) = (sums.0 + is_merged, sums.1 + 1);
            }
        }
        for (name, (merged, all)) in by {
            println!("{name:<18} {merged:>4} of {all:>4}  {:.3}", f64::from(merged) / f64::from(all));
        }
    }
}

/// The same records in an index, scored.
fn indexed(case: &Case, config: &Config) {
    let table = &case.table;
    let mut config = config.clone();
    config.block.clear();
    let scorer = Scorer::read(index::learn(table, &config, table.len()).unwrap()).unwrap();
    let mut builder = Builder::default();
    for row in 0..table.len() {
        let cell = |name: &str| {
            let column = &table.columns()[table.column(name).unwrap()];
            column.values.get(column.cells[row]).to_owned()
        };
        builder.push("", table.id(row), &scorer.normal(&cell)).unwrap();
    }
    let mut bytes = Vec::new();
    index::build(&scorer, &builder, &mut bytes).unwrap();
    let index = Index::open(Box::new(bytes)).unwrap();
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    let of: BTreeMap<String, String> =
        index.members(None).unwrap().into_iter().map(|member| (member.id, member.cluster)).collect();
    let mut number = |name: &str| {
        let next = u32::try_from(names.len()).unwrap();
        *names.entry(name.to_owned()).or_insert(next)
    };
    let made: Vec<u32> = (0..table.len()).map(|row| number(&of[table.id(row)])).collect();
    let labels: Vec<u32> = case.entity.iter().map(|name| number(&format!("true {name}"))).collect();
    let got = truth::compare(&made, &labels).pairwise;
    let keys: Vec<String> = scorer.config().block.iter().map(|block| block.keys.join("+")).collect();
    println!("index P {:.4} R {:.4} F1 {:.4}; keys {}", got.precision, got.recall, got.f1, keys.join(", "));
}

/// So many of all, evenly.
fn spread(all: Vec<(usize, usize)>, count: usize) -> Vec<(usize, usize)> {
    let step = (all.len() / count.max(1)).max(1);
    all.into_iter().step_by(step).take(count).collect()
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut flag = |name: &str, values: usize| {
        let at = arguments.iter().position(|argument| argument == name)?;
        Some(arguments.drain(at..=at + values).skip(1).collect::<Vec<String>>())
    };
    let is_neutral = flag("--neutral", 0).is_some();
    let show: usize = flag("--show", 1).map_or(0, |values| values[0].parse().unwrap());
    let explain = flag("--explain", 2);
    let missed: usize = flag("--missed", 1).map_or(0, |values| values[0].parse().unwrap());
    let calibrate = flag("--calibrate", 0).is_some();
    let is_index = flag("--index", 0).is_some();
    let table = table(&arguments[0], &arguments[1], is_neutral);
    let suggestion = suggest::suggest(&table, &|_| None).unwrap();
    for comparison in &suggestion.config.compare {
        eprint!("{} as {:?}, ", comparison.name(), comparison.kind);
    }
    eprintln!();
    let linked = link(&table, &suggestion.config).unwrap();
    for (one, other, bits) in &linked.model.together {
        let fields = &linked.fields.fields;
        eprint!("{} with {} {bits:.1}, ", fields[*one].name, fields[*other].name);
    }
    for other in &linked.model.others {
        eprint!("{} {:.2e}, ", other.name, other.share);
    }
    eprintln!("prior {:.2e}", linked.model.prior);
    let labels = pairs(&arguments[2]);
    let entity = (0..table.len()).map(|row| labels[table.id(row)].clone()).collect();
    let case = Case { made: linked.clusters_of_rows(), table, linked, entity };
    case.score();
    if is_index {
        indexed(&case, &suggestion.config);
    }
    if calibrate {
        case.calibration();
    }
    if let [_, _, _, relations, groups] = arguments.as_slice() {
        case.relations(relations, groups);
    }
    let mut shown: Vec<(usize, usize)> = spread(case.wrong(), show);
    shown.extend(spread(case.missed(), missed));
    if let Some(ids) = explain {
        shown.push((case.table.rows_of(&ids[0])[0], case.table.rows_of(&ids[1])[0]));
    }
    for (left, right) in shown {
        println!("\n{} {}", case.table.id(left), case.table.id(right));
        println!("{}", inspect::explain(&case.linked, left, right).text());
    }
}
