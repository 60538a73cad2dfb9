//! Rows of an example: TOML tables into records and derived rows. So that examples stay short, a record may carry
//! `worker` (then who-is-who is filled in), `times` with `every_minutes` (then it is repeated), and people whom no
//! row of `worker` describes are added.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::arrow::compute::kernels::cast_utils::string_to_timestamp_nanos;
use lake::commit::Row;
use lake::{FileEntry, Lake};
use model::{Cell, Class, Kind, Layer, RecordId, TableDef, Time, UnitKey, derived, tables};
use toml::Value;

use crate::error::Result;
use crate::facts;
use crate::indicator::{Example, Indicator};

const SOURCE: &str = "example";
/// Keys of a record that are no columns.
const HELPERS: &[&str] = &["worker", "times", "every_minutes"];
const EARLY: i64 = 1_577_836_800;
const LATE: i64 = 1_893_456_000;

/// Reads an instant: `2026-03-01`, `2026-03-01 09:30` or with seconds.
pub(crate) fn instant(text: &str) -> std::result::Result<Time, String> {
    let whole = if text.len() == 16 { format!("{text}:00") } else { text.to_owned() };
    match string_to_timestamp_nanos(&whole) {
        Ok(nanos) => Ok(Time(nanos / 1_000)),
        Err(_) => Err(format!("`{text}` is no time")),
    }
}

/// Everything that an example puts into its lake.
#[derive(Debug, Default)]
pub(crate) struct World {
    records: Vec<(&'static TableDef, Vec<Cell>)>,
    derived: BTreeMap<&'static str, (&'static TableDef, Vec<Vec<Cell>>)>,
    people: BTreeSet<String>,
    devices: BTreeMap<String, String>,
}

impl World {
    pub(crate) fn read(indicator: &Indicator, example: &Example) -> std::result::Result<Self, String> {
        let mut world = Self::default();
        for (name, rows) in &example.tables {
            let Some(table) = definition(name) else { return Err(format!("there is no table {name}")) };
            for row in rows {
                world.add(table, row).map_err(|why| format!("{name}: {why}"))?;
            }
        }
        world.who_is_who();
        world.seen(indicator);
        Ok(world)
    }

    fn add(&mut self, table: &'static TableDef, row: &toml::Table) -> std::result::Result<(), String> {
        if let Some(unknown) =
            row.keys().find(|key| table.position(key).is_none() && !HELPERS.contains(&key.as_str()))
        {
            return Err(format!("there is no column {unknown}"));
        }
        let worker = row.get("worker").and_then(Value::as_str);
        let times = row.get("times").and_then(Value::as_integer).unwrap_or(1);
        let step = row.get("every_minutes").and_then(Value::as_integer).unwrap_or(60);
        for nth in 0..times {
            let mut cells = Vec::new();
            for column in table.columns {
                let cell = row.get(column.name).map(|value| cell(column.kind, value)).transpose()?;
                cells.push(cell.unwrap_or_default());
            }
            if let Cell::Time(time) = &mut cells[1] {
                time.0 += nth * step * 60_000_000;
            }
            match table.layer {
                Layer::Record => self.record(table, cells, worker),
                Layer::Derived => self.derived_row(table, cells),
            }
        }
        Ok(())
    }

    /// Fills in what ties a record to its person.
    fn record(&mut self, table: &'static TableDef, mut cells: Vec<Cell>, worker: Option<&str>) {
        cells[tables::SOURCE.0] = Cell::Text(SOURCE.into());
        let mut fill = |name: &str, value: String| -> Option<String> {
            let at = table.position(name)?;
            if cells[at] == Cell::Null {
                cells[at] = Cell::Text(value);
            }
            cells[at].as_text().map(str::to_owned)
        };
        if let Some(worker) = worker {
            self.people.insert(worker.to_owned());
            if table.is_told_by_devices() {
                if let Some(device) = fill("device_uid", format!("device of {worker}")) {
                    self.devices.insert(device, worker.to_owned());
                }
            } else if let Some(account) = table.account() {
                fill(account.id, worker.to_owned());
            }
        }
        self.records.push((table, cells));
    }

    fn derived_row(&mut self, table: &'static TableDef, mut cells: Vec<Cell>) {
        if let Some(Cell::Text(worker)) = table.position("worker_id").map(|at| cells[at].clone()) {
            self.people.insert(worker);
        }
        let entry = self.derived.entry(table.name).or_insert_with(|| (table, Vec::new()));
        if let Some(at) = table.position("record_ids").filter(|at| cells[*at] == Cell::Null) {
            let id = RecordId::new(table.name, &UnitKey::Vendor(entry.1.len().to_string()), 0, 0);
            cells[at] = Cell::List(vec![id.to_string()]);
        }
        entry.1.push(cells);
    }

    fn who_is_who(&mut self) {
        let text = |value: &str| Cell::Text(value.to_owned());
        let described: BTreeSet<String> = self
            .derived
            .get("worker")
            .map(|(_, rows)| rows.iter().filter_map(|row| row[0].as_text().map(str::to_owned)).collect())
            .unwrap_or_default();
        for person in self.people.clone() {
            let uid = [text(SOURCE), text(&person), text(&person), text("worker_id")];
            self.derived_row(&derived::account::TABLE, uid.to_vec());
            if !described.contains(&person) {
                let mut cells = vec![Cell::Null; derived::worker::TABLE.columns.len()];
                cells[0] = text(&person);
                self.derived_row(&derived::worker::TABLE, cells);
            }
        }
        for (device, worker) in self.devices.clone() {
            self.derived_row(&derived::device_alias::TABLE, vec![text(&device), text(&device)]);
            let own = vec![text(&device), text(&worker), text("assignment"), Cell::Bool(false), Cell::Null];
            self.derived_row(&derived::device_worker::TABLE, own);
        }
    }

    /// In an example everybody can be seen in every table needed.
    fn seen(&mut self, indicator: &Indicator) {
        let text = |value: &str| Cell::Text(value.to_owned());
        let (first, last) = (Cell::Time(Time::from_seconds(EARLY)), Cell::Time(Time::from_seconds(LATE)));
        let count = self.people.len() as i64;
        for table in indicator.tables.iter().chain(&indicator.any_of) {
            let row = vec![
                text(SOURCE),
                text(table),
                first.clone(),
                last.clone(),
                Cell::Int(count.max(1)),
                Cell::Int(count),
                Cell::Int(count),
                Cell::Int(count),
            ];
            self.derived_row(&derived::coverage::TABLE, row);
            for person in self.people.clone() {
                let row = vec![text(&person), text(table), first.clone(), last.clone(), Cell::Int(1)];
                self.derived_row(&derived::visible::TABLE, row);
            }
        }
    }

    pub(crate) async fn write(self, lake: &mut Lake) -> Result<()> {
        let mut commit = lake.begin().await?;
        let file = commit.start_file(FileEntry::default());
        let mut rows = Vec::new();
        for (number, (table, mut cells)) in self.records.into_iter().enumerate() {
            let id = RecordId::new(SOURCE, &UnitKey::Vendor(format!("{} {number}", table.name)), 0, 0);
            cells[tables::RECORD_ID.0] = Cell::Null;
            rows.push(Row { table, id, file, offset: 0, length: 0, line: number as u64 + 1, cells });
        }
        commit.append(rows)?;
        for (table, rows) in self.derived.into_values() {
            commit.replace(table, rows.into_iter().map(|row| with_tokens(lake, table, row)).collect())?;
        }
        for (table, rows) in facts::tables() {
            commit.replace(table, rows)?;
        }
        commit.publish().await?;
        lake.refresh().await?;
        Ok(())
    }
}

fn with_tokens(lake: &Lake, table: &TableDef, row: Vec<Cell>) -> Vec<Cell> {
    let one = |(cell, class): (Cell, Class)| match cell {
        Cell::Text(value) if class.is_token() => lake.token(class, &value).map_or(Cell::Null, Cell::Text),
        other => other,
    };
    row.into_iter().zip(table.columns.iter().map(|column| column.class)).map(one).collect()
}

fn definition(name: &str) -> Option<&'static TableDef> {
    tables::ALL.iter().chain(derived::ALL).copied().find(|table| table.name == name)
}

fn cell(kind: Kind, value: &Value) -> std::result::Result<Cell, String> {
    let list =
        |values: &[Value]| values.iter().map(|v| v.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
    let cell = match (kind, value) {
        (Kind::Text, Value::String(text)) => Some(Cell::Text(text.clone())),
        (Kind::Int, Value::Integer(number)) => Some(Cell::Int(*number)),
        (Kind::Float, Value::Float(number)) => Some(Cell::Float(*number)),
        (Kind::Float, Value::Integer(number)) => Some(Cell::Float(*number as f64)),
        (Kind::Bool, Value::Boolean(truth)) => Some(Cell::Bool(*truth)),
        (Kind::Time, Value::String(text)) => Some(Cell::Time(instant(text)?)),
        (Kind::List, Value::Array(values)) => list(values).map(Cell::List),
        _ => None,
    };
    cell.ok_or_else(|| format!("`{value}` does not fit a column of kind {kind:?}"))
}
