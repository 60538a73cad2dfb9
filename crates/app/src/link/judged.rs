//! Pairs to judge, and what follows once somebody has: precision and recall with bounds, without labels for all.

use std::collections::BTreeMap;
use std::path::Path;

use matching::sample::{self, Drawn, Found, Interval, Judged};
use matching::{Linked, Table, hash};

use super::labels::{self, Rows};
use super::{output, sheets};
use crate::error::{Error, Result};

/// Columns that come back as they were written, but for the verdict.
const HEADER: [&str; 9] = [
    "left_id",
    "right_id",
    "left_file",
    "right_file",
    "probability",
    "stratum",
    "stratum_pairs",
    "together",
    "verdict",
];

/// Pairs to judge as CSV: what they are, an empty verdict, and the values of both sides.
pub(super) fn drawn(table: &Table, linked: &Linked, count: usize, seed: u64) -> Result<String> {
    let key = |row: u32| {
        let row = row as usize;
        hash::mix(hash::bytes(table.id(row).as_bytes()), hash::bytes(file(table, row).as_bytes()))
    };
    let pairs = sample::draw(linked, &key, count, seed);
    let columns: Vec<usize> = table
        .columns()
        .iter()
        .enumerate()
        .filter(|(_, column)| {
            linked.fields.fields.iter().any(|field| field.name.split(" + ").any(|name| name == column.name))
        })
        .map(|(at, _)| at)
        .collect();
    let mut header: Vec<String> = HEADER.map(str::to_owned).to_vec();
    for at in &columns {
        let name = &table.columns()[*at].name;
        header.extend([format!("left {name}"), format!("right {name}")]);
    }
    let rows = pairs.iter().map(|pair| row(table, &columns, pair));
    output::lines(&header, rows)
}

fn file(table: &Table, row: usize) -> &str {
    table.files().get(table.file(row)).map_or("", String::as_str)
}

fn row(table: &Table, columns: &[usize], pair: &Drawn) -> Vec<String> {
    let (left, right) = (pair.left as usize, pair.right as usize);
    let mut out = vec![
        table.id(left).to_owned(),
        table.id(right).to_owned(),
        file(table, left).to_owned(),
        file(table, right).to_owned(),
        format!("{:.4}", pair.probability),
        pair.stratum.clone(),
        format!("{}", pair.of),
        if pair.together { "yes" } else { "no" }.to_owned(),
        String::new(),
    ];
    for at in columns {
        let column = &table.columns()[*at];
        let value = |row: usize| column.values.get(column.cells[row]).to_owned();
        out.extend([value(left), value(right)]);
    }
    out
}

/// What follows of pairs that came back judged.
pub(super) fn found(path: &Path, table: &Table, clusters: &[u32]) -> Result<Found> {
    let mut sheet = Rows::default();
    sheets::each(path, &mut sheet)?;
    let place = |name: &str| {
        let at = sheet.header.iter().position(|header| header.eq_ignore_ascii_case(name));
        at.ok_or_else(|| {
            Error::Input(format!(
                "{}: no column is called {name:?}\nhint: --sample writes the file that --judged reads, with its strata; for other judged pairs there is --truth",
                path.display()
            ))
        })
    };
    let places: Vec<usize> = HEADER.iter().map(|name| place(name)).collect::<Result<_>>()?;
    let rows = labels::rows_by_id(table);
    let mut known: BTreeMap<[String; 4], (usize, bool)> = BTreeMap::new();
    let mut all = Vec::new();
    for (at, row) in sheet.rows.iter().enumerate() {
        let cell = |column: usize| row.get(places[column]).map_or("", String::as_str).trim();
        let wrong = |what: &str| Error::Input(format!("{}:{}: {what}", path.display(), at + 2));
        let find = |id: &str, of: &str| {
            let found = rows.get(id).into_iter().flatten().find(|row| file(table, **row as usize) == of);
            let any = rows.get(id).and_then(|rows| rows.first());
            found.or(any).copied().ok_or_else(|| wrong(&format!("no record is called {id:?}")))
        };
        let (left, right) = (find(cell(0), cell(2))?, find(cell(1), cell(3))?);
        let of: f64 = cell(6).parse().map_err(|_| wrong("stratum_pairs is no number"))?;
        let is_one = if cell(8).is_empty() { None } else { Some(labels::said(path, at, cell(8))?) };
        if let Some(is_one) = is_one {
            let pair = [cell(0), cell(1), cell(2), cell(3)].map(str::to_owned);
            if let Some((before, was)) = known.insert(pair, (at, is_one))
                && was != is_one
            {
                return Err(wrong(&format!("is judged otherwise than on line {}", before + 2)));
            }
        }
        let together = clusters[left as usize] == clusters[right as usize];
        all.push(Judged { stratum: cell(5).to_owned(), of, together, is_one });
    }
    let found = sample::estimate(&all);
    if found.judged == 0 {
        let what =
            "no pair has a verdict: nothing to estimate\nhint: write yes or no into the column verdict";
        return Err(Error::Input(format!("{}: {what}", path.display())));
    }
    Ok(found)
}

/// As a text.
#[must_use]
pub fn text(found: &Found) -> String {
    let line = |name: &str, of: Option<Interval>| match of {
        Some(of) => format!("{name:<22} {:.4}  (95 %: {:.4} to {:.4})\n", of.estimate, of.low, of.high),
        None => format!("{name:<22} nothing to estimate\n"),
    };
    let open = if found.open > 0 { format!(", {} not judged", found.open) } else { String::new() };
    format!(
        "{}{}{:<22} {} judged{open}; pairs that are less likely than any drawn are not among them\n",
        line("precision", found.precision),
        line("recall, of likely pairs", found.recall),
        "pairs",
        found.judged,
    )
}
