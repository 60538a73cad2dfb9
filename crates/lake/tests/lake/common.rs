//! A small lake to try things on.

use std::path::{Path, PathBuf};

use lake::{Commit, FileEntry, FileIx, Lake, Options, Row, WorkspaceKey, rows};
use model::{Cell, RecordId, TableDef, Time, UnitKey, tables};

pub async fn open(root: &Path) -> Lake {
    open_with(root, 1).await
}

pub async fn open_with(root: &Path, key: u8) -> Lake {
    let options = Options { memory_bytes: 128 << 20, threads: 2 };
    Lake::open(root, WorkspaceKey::from_bytes([key; 32]), options).await.unwrap()
}

/// A record of a table; `unit` names the fact, whatever its values say.
pub fn row(
    table: &'static TableDef,
    file: FileIx,
    unit: &str,
    seconds: Option<i64>,
    values: &[(&str, &str)],
) -> Row {
    let mut cells = vec![Cell::Null; table.columns.len()];
    cells[tables::TIME.0] = seconds.map_or(Cell::Null, |seconds| Cell::Time(Time::from_seconds(seconds)));
    cells[tables::SOURCE.0] = Cell::Text("test".into());
    for (name, value) in values {
        cells[table.position(name).unwrap()] = Cell::Text((*value).to_owned());
    }
    let id = RecordId::new("test", &UnitKey::Vendor(unit.to_owned()), 0, 0);
    Row { table, id, file, offset: 0, length: 0, line: 1, cells }
}

pub fn file(commit: &mut Commit, name: &str) -> FileIx {
    commit.start_file(FileEntry { name: name.into(), digest: name.into(), ..FileEntry::default() })
}

/// Everything that a query gives, a line a row, cells as text.
pub async fn lines(lake: &Lake, sql: &str) -> Vec<String> {
    let mut out = Vec::new();
    for batch in lake.query(sql).await.unwrap() {
        let columns: Vec<_> = (0..batch.num_columns()).map(|at| rows::texts(&batch, at)).collect();
        for row in 0..batch.num_rows() {
            let cells: Vec<String> =
                columns.iter().map(|column| column[row].clone().unwrap_or_default()).collect();
            out.push(cells.join(" | "));
        }
    }
    out
}

/// Every file below a folder.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(files(&path)) } else { out.push(path) }
    }
    out.sort();
    out
}

/// Files that hold a text as it is written.
pub fn holding(folder: &Path, text: &str) -> Vec<PathBuf> {
    let wanted = text.as_bytes();
    let holds =
        |path: &PathBuf| std::fs::read(path).unwrap().windows(wanted.len()).any(|window| window == wanted);
    files(folder).into_iter().filter(holds).collect()
}
