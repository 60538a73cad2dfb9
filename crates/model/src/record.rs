//! One normalised fact from one line of one export.

use crate::ids::{RecordId, UnitKey};
use crate::table::{At, Kind, Layer, TableDef};
use crate::tables;
use crate::time::Time;

/// One value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// Missing. Missing is missing, not different.
    #[default]
    Null,
    /// Text.
    Text(String),
    /// Integer.
    Int(i64),
    /// Float.
    Float(f64),
    /// True or false.
    Bool(bool),
    /// Instant.
    Time(Time),
    /// List of text.
    List(Vec<String>),
}

impl Cell {
    /// Whether the value may stand in a column of this kind.
    #[must_use]
    pub fn fits(&self, kind: Kind) -> bool {
        matches!(
            (self, kind),
            (Self::Null, _)
                | (Self::Text(_), Kind::Text)
                | (Self::Int(_), Kind::Int)
                | (Self::Float(_), Kind::Float)
                | (Self::Bool(_), Kind::Bool)
                | (Self::Time(_), Kind::Time)
                | (Self::List(_), Kind::List)
        )
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// One record of a [`Layer::Record`] table. `record_id` and `source` are filled by `ingest` from `unit`
/// and the source kind; `time` is set by the source, or by `ingest` for undated snapshots.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its table.
    pub table: &'static TableDef,
    /// What identifies the unit that it came from.
    pub unit: UnitKey,
    /// Position of this record among those of the same unit.
    pub ordinal: u32,
    /// Index of its unit in the block that was parsed: ties the record to its bytes.
    pub unit_index: usize,
    /// Values, aligned with `table.columns`.
    pub cells: Vec<Cell>,
}

impl Record {
    /// A record with every cell missing.
    #[must_use]
    pub fn new(table: &'static TableDef, unit: UnitKey, ordinal: u32, unit_index: usize) -> Self {
        debug_assert_eq!(table.layer, Layer::Record);
        Self { table, unit, ordinal, unit_index, cells: vec![Cell::Null; table.columns.len()] }
    }

    /// Sets a cell. A value that does not fit its column is a defect of the source.
    pub fn set(&mut self, at: At, value: Cell) {
        debug_assert!(
            value.fits(self.table.columns[at.0].kind),
            "{} cannot hold {value:?}",
            self.table.columns[at.0].name
        );
        self.cells[at.0] = value;
    }

    /// Sets text unless it is empty, `null`, `-` or `unknown`: vendors write these for "missing".
    pub fn text(&mut self, at: At, value: Option<&str>) {
        let Some(value) = value else { return };
        let value = value.trim();
        if !is_missing(value) {
            self.set(at, Cell::Text(value.to_owned()));
        }
    }

    /// Sets the instant.
    pub fn time(&mut self, at: At, value: Option<Time>) {
        if let Some(value) = value {
            self.set(at, Cell::Time(value));
        }
    }

    /// Sets an integer.
    pub fn int(&mut self, at: At, value: Option<i64>) {
        if let Some(value) = value {
            self.set(at, Cell::Int(value));
        }
    }

    /// Sets a float; not-a-number and infinities are missing.
    pub fn float(&mut self, at: At, value: Option<f64>) {
        if let Some(value) = value.filter(|v| v.is_finite()) {
            self.set(at, Cell::Float(value));
        }
    }

    /// Sets a truth value.
    pub fn bool(&mut self, at: At, value: Option<bool>) {
        if let Some(value) = value {
            self.set(at, Cell::Bool(value));
        }
    }

    /// The value of a cell.
    #[must_use]
    pub fn get(&self, at: At) -> &Cell {
        &self.cells[at.0]
    }

    /// Event time, if the source knew it. Every record table has `time` as its second column.
    #[must_use]
    pub fn event_time(&self) -> Option<Time> {
        match self.cells[tables::TIME.0] {
            Cell::Time(time) => Some(time),
            _ => None,
        }
    }

    /// The id, given the source kind and the occurrence number of the unit in its file.
    #[must_use]
    pub fn id(&self, source: &str, occurrence: u32) -> RecordId {
        RecordId::new(source, &self.unit, occurrence, self.ordinal)
    }
}

/// Whether a text stands for a missing value.
#[must_use]
pub fn is_missing(value: &str) -> bool {
    // most values are longer than any such word
    value.is_empty()
        || value == "-"
        || value.len() <= 9
            && ["null", "none", "n/a", "na", "nil", "unknown", "undefined"]
                .iter()
                .any(|word| value.eq_ignore_ascii_case(word))
}
