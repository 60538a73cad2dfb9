//! Clusters, pairs and records that say too little, as CSV or Parquet by the name of the file.

use std::borrow::Cow;
use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use lake::sheet_file::Column;
use matching::index::Member;
use matching::{Linked, Table, model};

use crate::error::{Error, Result};

/// Records of an index with their clusters; where there are tenants, each record tells its own.
pub(super) fn members(path: &Path, members: &[Member]) -> Result<()> {
    let of =
        |text: fn(&Member) -> &String| members.iter().map(|member| text(member).clone()).collect::<Vec<_>>();
    let mut columns =
        vec![("record_id", of(|member| &member.id)), ("cluster_id", of(|member| &member.cluster))];
    if members.iter().any(|member| !member.tenant.is_empty()) {
        columns.push(("tenant", of(|member| &member.tenant)));
    }
    write(path, columns)
}

/// Likely pairs of an index.
pub(super) fn near(path: &Path, pairs: &[(String, String, f64)]) -> Result<()> {
    let of = |text: &dyn Fn(&(String, String, f64)) -> String| pairs.iter().map(text).collect::<Vec<_>>();
    write(
        path,
        vec![
            ("left_id", of(&|pair| pair.0.clone())),
            ("right_id", of(&|pair| pair.1.clone())),
            ("bits", of(&|pair| format!("{:.3}", pair.2))),
            ("probability", of(&|pair| format!("{:.6}", model::stated(pair.2)))),
        ],
    )
}

/// Whether a file is to be Parquet.
fn is_parquet(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"))
}

/// A text into a file.
pub(super) fn text(path: &Path, text: &str) -> Result<()> {
    std::fs::write(path, text).map_err(Error::configuration(path))
}

/// Columns of the clusters, in the order of the input. Where there are several files, each record tells its own.
fn cluster_columns<'t>(table: &'t Table, clusters: &[u32]) -> Vec<(&'static str, Vec<Cow<'t, str>>)> {
    let names = cluster_names(table, clusters);
    let order = table.input_order();
    let ids = order.iter().map(|row| table.id(*row).into()).collect();
    let of = order.iter().map(|row| names[clusters[*row] as usize].clone()).collect();
    let mut columns = vec![("record_id", ids), ("cluster_id", of)];
    if table.files().len() > 1 {
        let file = |row: &usize| table.files()[table.file(*row)].as_str().into();
        columns.push(("file", order.iter().map(file).collect()));
    }
    columns
}

/// A record as people call it: its id, and its file where there are several.
pub(super) fn record_name(table: &Table, row: u32) -> String {
    let (row, id) = (row as usize, table.id(row as usize));
    if table.files().len() > 1 { format!("{}:{id}", table.files()[table.file(row)]) } else { id.to_owned() }
}

/// A cluster is called after the least of its records' ids, which no order of input changes.
fn cluster_names<'t>(table: &'t Table, clusters: &[u32]) -> Vec<Cow<'t, str>> {
    let several = table.files().len() > 1;
    let repeated = table.repeated_id().is_some();
    let least = |row: u32| {
        let id = table.id(row as usize);
        (table.file(row as usize), id.len(), id, row)
    };
    let mut first: Vec<Option<u32>> = vec![None; table.len()];
    for (row, cluster) in (0u32..).zip(clusters) {
        let known = &mut first[*cluster as usize];
        if known.is_none_or(|known| least(row) < least(known)) {
            *known = Some(row);
        }
    }
    let name = |row: Option<u32>| {
        let Some(row) = row else { return Cow::Borrowed("") };
        let mut name = Cow::Borrowed(table.id(row as usize));
        if several {
            name = format!("{}:{name}", table.files()[table.file(row as usize)]).into();
        }
        // Two records of one id may be in two clusters.
        if repeated { format!("{name}#{row}").into() } else { name }
    };
    first.into_iter().map(name).collect()
}

fn csv_text(columns: &[(&'static str, Vec<impl AsRef<str>>)]) -> Result<Vec<u8>> {
    let defect = |cause: csv::Error| Error::Defect(format!("csv: {cause}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(columns.iter().map(|(name, _)| *name)).map_err(defect)?;
    let rows = columns.first().map_or(0, |(_, texts)| texts.len());
    for row in 0..rows {
        writer.write_record(columns.iter().map(|(_, texts)| texts[row].as_ref())).map_err(defect)?;
    }
    writer.into_inner().map_err(|cause| Error::Defect(format!("csv: {cause}")))
}

/// A header and rows as CSV.
pub(super) fn lines(header: &[String], rows: impl Iterator<Item = Vec<String>>) -> Result<String> {
    let defect = |cause: csv::Error| Error::Defect(format!("csv: {cause}"));
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(header).map_err(defect)?;
    for row in rows {
        writer.write_record(row).map_err(defect)?;
    }
    let bytes = writer.into_inner().map_err(|cause| Error::Defect(format!("csv: {cause}")))?;
    String::from_utf8(bytes).map_err(|cause| Error::Defect(format!("csv: {cause}")))
}

fn write<T: AsRef<str> + Into<String>>(path: &Path, columns: Vec<(&'static str, Vec<T>)>) -> Result<()> {
    if is_parquet(path) {
        let file = File::create(path).map_err(Error::configuration(path))?;
        let owned = |texts: Vec<T>| Column::Text(texts.into_iter().map(Into::into).collect());
        let columns = columns.into_iter().map(|(name, texts)| (name, owned(texts))).collect();
        return Ok(lake::sheet_file::write(file, columns)?);
    }
    std::fs::write(path, csv_text(&columns)?).map_err(Error::configuration(path))
}

/// Writes `record_id,cluster_id`.
pub(super) fn clusters(path: &Path, table: &Table, clusters: &[u32]) -> Result<()> {
    write(path, cluster_columns(table, clusters))
}

/// The same as a text.
pub(super) fn clusters_text(table: &Table, clusters: &[u32]) -> Result<String> {
    let bytes = csv_text(&cluster_columns(table, clusters))?;
    String::from_utf8(bytes).map_err(|cause| Error::Defect(format!("csv: {cause}")))
}

/// Writes the ids of records that say too little.
pub(super) fn unlinkables(path: &Path, table: &Table, linked: &Linked) -> Result<()> {
    let rows = linked.unlinkable();
    let mut ids: Vec<String> = rows.iter().map(|row| table.id(*row as usize).to_owned()).collect();
    ids.sort_unstable();
    write(path, vec![("record_id", ids)])
}

/// Writes `left_id,right_id,bits,probability`, the surest first.
pub(super) fn pairs(path: &Path, table: &Table, linked: &Linked) -> Result<()> {
    let mut rows: Vec<(u32, u32, f64)> = linked.pairs_of_rows();
    for (left, right, _) in &mut rows {
        let key = |row: u32| {
            (table.file(row as usize), table.id(row as usize).len(), table.id(row as usize).to_owned())
        };
        if key(*left) > key(*right) {
            std::mem::swap(left, right);
        }
    }
    let ids = |row: &(u32, u32, f64)| (table.id(row.0 as usize), table.id(row.1 as usize));
    rows.sort_by(|a, b| b.2.total_cmp(&a.2).then_with(|| ids(a).cmp(&ids(b))));
    let several = table.files().len() > 1;
    let file = |row: u32| table.files()[table.file(row as usize)].as_str();
    if is_parquet(path) {
        let of = |side: fn(&(u32, u32, f64)) -> u32, what: &dyn Fn(u32) -> String| {
            Column::Text(rows.iter().map(|row| what(side(row))).collect())
        };
        let id = |row: u32| table.id(row as usize).to_owned();
        let mut columns = vec![
            ("left_id", of(|row| row.0, &id)),
            ("right_id", of(|row| row.1, &id)),
            ("bits", Column::Number(rows.iter().map(|row| row.2).collect())),
            ("probability", Column::Number(rows.iter().map(|row| model::stated(row.2)).collect())),
        ];
        if several {
            columns.push(("left_file", of(|row| row.0, &|row| file(row).to_owned())));
            columns.push(("right_file", of(|row| row.1, &|row| file(row).to_owned())));
        }
        let out = File::create(path).map_err(Error::configuration(path))?;
        return Ok(lake::sheet_file::write(out, columns)?);
    }
    let out = File::create(path).map_err(Error::configuration(path))?;
    let mut writer = csv::Writer::from_writer(BufWriter::new(out));
    let wrong = |cause: csv::Error| Error::Configuration(format!("{}: {cause}", path.display()));
    let mut header = vec!["left_id", "right_id", "bits", "probability"];
    if several {
        header.extend(["left_file", "right_file"]);
    }
    writer.write_record(&header).map_err(wrong)?;
    for (left, right, bits) in &rows {
        let (bits, probability) = (format!("{bits:.3}"), format!("{:.6}", model::stated(*bits)));
        let mut cells = vec![table.id(*left as usize), table.id(*right as usize), &bits, &probability];
        if several {
            cells.extend([file(*left), file(*right)]);
        }
        writer.write_record(&cells).map_err(wrong)?;
    }
    writer.flush().map_err(Error::configuration(path))
}
