//! Sheets of any origin as one table: CSV in the encodings that people have, or Parquet.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use matching::Table;
use sources::container;
use sources::value::text_of;

use super::Wish;
use crate::error::{Error, Result};

/// Rows of one file, as they come.
pub(super) trait Sink {
    /// The header.
    fn header(&mut self, names: &[String]) -> Result<()>;
    /// A row; its number counts from 1.
    fn row(&mut self, number: u64, cells: &[&str]) -> Result<()>;
}

/// All files of a wish as one table, with what is worth telling.
pub(super) fn read(wish: &Wish) -> Result<(Table, Vec<String>)> {
    let mut reading = Reading { id: wish.id.clone(), ..Reading::default() };
    if wish.files.is_empty() {
        return Err(Error::Configuration("no file is named".into()));
    }
    for path in &wish.files {
        reading.begin(path);
        let narration = each(path, &mut reading)?;
        reading.narration.extend(narration);
        reading.end(path)?;
    }
    if reading.table.is_empty() {
        return Err(Error::Input(format!("{}: no record", wish.files[0].display())));
    }
    let (table, mut narration) = (reading.table.ordered(), reading.narration);
    if let Some((id, count)) = table.repeated_id() {
        narration
            .push(format!("{count} records share their id with another of their file, among them {id:?}"));
    }
    Ok((table, narration))
}

#[derive(Default)]
struct Reading {
    table: Table,
    id: Option<String>,
    /// Column of the table of each column of the file.
    columns: Vec<Option<usize>>,
    id_column: Option<usize>,
    file: String,
    rows: u64,
    ragged: u64,
    nameless: u64,
    narration: Vec<String>,
    /// Column of the file of each column of the table.
    sources: Vec<Option<usize>>,
}

impl Reading {
    fn begin(&mut self, path: &Path) {
        self.file = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        // Two files of one name are told apart by their paths.
        if self.table.files().contains(&self.file) {
            self.file = path.display().to_string();
        }
        self.table.begin_file(&self.file);
        (self.rows, self.ragged, self.nameless) = (0, 0, 0);
        self.columns.clear();
    }

    fn end(&mut self, path: &Path) -> Result<()> {
        if self.columns.is_empty() {
            return Err(Error::Input(format!("{}: no header", path.display())));
        }
        let mut tell = |count: u64, what: &str| {
            if count > 0 {
                self.narration.push(format!("{}: {count} {what}", self.file));
            }
        };
        tell(self.ragged, "rows have more or fewer cells than the header");
        tell(self.nameless, "records have no id; they are called after their row");
        Ok(())
    }
}

impl Sink for Reading {
    fn header(&mut self, names: &[String]) -> Result<()> {
        let same = |a: &str, b: &str| a.trim().eq_ignore_ascii_case(b.trim());
        self.id_column = match &self.id {
            None => None,
            Some(id) => {
                // Files may call it differently: whichever of several names a file has.
                let whole = names.iter().position(|name| same(name, id));
                let found = whole
                    .or_else(|| id.split(',').find_map(|id| names.iter().position(|name| same(name, id))));
                Some(found.ok_or_else(|| {
                    Error::Configuration(format!(
                        "{}: no column is called {id:?}\nhint: there are {}",
                        self.file,
                        names.join(", ")
                    ))
                })?)
            }
        };
        for (at, name) in names.iter().enumerate() {
            if Some(at) == self.id_column {
                self.columns.push(None);
                continue;
            }
            let name =
                if name.trim().is_empty() { format!("column {}", at + 1) } else { name.trim().to_owned() };
            let taken = |column: usize| self.columns.contains(&Some(column));
            let mut known = self.table.column(&name);
            if known.is_some_and(taken) {
                // The same header twice in one file: two columns.
                known = self.table.column(&format!("{name} ({})", at + 1));
                let column = known.unwrap_or_else(|| self.table.add_column(&format!("{name} ({})", at + 1)));
                self.columns.push(Some(column));
                continue;
            }
            let column = known.unwrap_or_else(|| self.table.add_column(&name));
            self.columns.push(Some(column));
        }
        let of = |column: usize| self.columns.iter().position(|known| *known == Some(column));
        self.sources = (0..self.table.columns().len()).map(of).collect();
        Ok(())
    }

    fn row(&mut self, number: u64, cells: &[&str]) -> Result<()> {
        self.rows += 1;
        self.ragged += u64::from(cells.len() != self.columns.len());
        let values =
            self.sources.iter().map(|at| at.and_then(|at| cells.get(at).copied()).unwrap_or_default());
        let id = self.id_column.and_then(|at| cells.get(at)).map_or("", |id| id.trim());
        if id.is_empty() {
            self.nameless += u64::from(self.id_column.is_some());
            let called = format!("row {number}");
            self.table.push(&called, values)?;
        } else {
            self.table.push(id, values)?;
        }
        Ok(())
    }
}

/// Gives header and rows of a file, whatever it is, and returns what is worth telling.
pub(super) fn each(path: &Path, sink: &mut dyn Sink) -> Result<Vec<String>> {
    let file = File::open(path).map_err(Error::file(path))?;
    if path.is_dir() {
        return Err(Error::Input(format!("{}: is a folder, not a file", path.display())));
    }
    let mut head = [0; 4];
    let mut peek = File::open(path).map_err(Error::file(path))?;
    let got = peek.read(&mut head).map_err(Error::file(path))?;
    if got == 4 && &head == b"PAR1" {
        parquet(path, sink)?;
        return Ok(Vec::new());
    }
    let mut narration = Vec::new();
    let name = path.display().to_string();
    let mut members = 0;
    let problems = container::open(&name, BufReader::new(file), |member| {
        members += 1;
        if members > 1 {
            return Err(Error::Input(format!(
                "{name}: holds several files\nhint: unpack it and name them one by one"
            )));
        }
        csv_rows(&name, member.reader, sink, &mut narration)
    })?;
    narration.extend(problems.into_iter().map(|problem| format!("{}: {}", problem.name, problem.reason)));
    if members == 0 {
        let why = narration.pop().unwrap_or_else(|| format!("{name}: nothing can be read"));
        return Err(Error::Input(why));
    }
    Ok(narration)
}

fn parquet(path: &Path, sink: &mut dyn Sink) -> Result<()> {
    let unread = |cause: lake::Error| Error::Input(format!("{}: {cause}", path.display()));
    let open = || File::open(path).map_err(Error::file(path));
    let names = lake::sheet_file::columns(open()?).map_err(unread)?;
    sink.header(&names)?;
    let mut number = 0;
    let mut failed = None;
    lake::sheet_file::rows(open()?, |cells| {
        number += 1;
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        if failed.is_none() {
            failed = sink.row(number, &cells).err();
        }
    })
    .map_err(unread)?;
    failed.map_or(Ok(()), Err)
}

/// What parts cells: whichever of the usual ones the first line holds most of.
fn delimiter(head: &[u8]) -> u8 {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or(head);
    let count = |wanted: u8| line.iter().filter(|byte| **byte == wanted).count();
    let most = [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|byte| count(*byte));
    most.filter(|byte| count(*byte) > 0).unwrap_or(b',')
}

pub(super) fn csv_rows(
    name: &str,
    mut reader: &mut dyn Read,
    sink: &mut dyn Sink,
    narration: &mut Vec<String>,
) -> Result<()> {
    let mut head = Vec::new();
    let unread = |cause: std::io::Error| Error::Input(format!("{name}: {cause}"));
    (&mut reader).take(64 << 10).read_to_end(&mut head).map_err(unread)?;
    let from = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let delimiter = delimiter(&head[from..]);
    let whole = std::io::Cursor::new(head.split_off(from)).chain(reader);
    let mut rows = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .buffer_capacity(1 << 18)
        .from_reader(whole);
    let mut record = csv::ByteRecord::new();
    let mut number = 0u64;
    let mut recoded = 0u64;
    let mut give = |cells: &[&str]| {
        number += 1;
        if number == 1 {
            let names: Vec<String> = cells.iter().map(|cell| cell.trim().to_owned()).collect();
            return sink.header(&names);
        }
        sink.row(number - 1, cells)
    };
    loop {
        match rows.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(cause) => return Err(Error::Input(format!("{name}: {cause}"))),
        }
        // A row is looked through once for whether it is UTF-8, not cell by cell.
        record = match csv::StringRecord::from_byte_record(record) {
            Ok(row) => {
                give(&row.iter().collect::<Vec<&str>>())?;
                row.into_byte_record()
            }
            Err(wrong) => {
                let row = wrong.into_byte_record();
                let cells: Vec<std::borrow::Cow<'_, str>> = row.iter().map(text_of).collect();
                recoded += 1;
                give(&cells.iter().map(AsRef::as_ref).collect::<Vec<&str>>())?;
                row
            }
        };
    }
    if recoded > 0 {
        narration.push(format!("{name}: {recoded} lines are not UTF-8; they were read as Windows-1252"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_parts_cells_is_seen() {
        for (line, want) in
            [("a,b,c\n", b','), ("a;b;c,d\n", b';'), ("a\tb\n", b'\t'), ("a|b|c\n", b'|'), ("a\n", b',')]
        {
            assert_eq!(delimiter(line.as_bytes()), want, "{line}");
        }
    }
}
