//! What is to be linked: records with their columns, as numbers of distinct values.

use rayon::prelude::*;

use crate::hash;
use crate::texts::Texts;
use crate::{Error, Result};

/// Words that people and programs write where nothing is known.
const NOTHING: &[&str] = &[
    "null",
    "none",
    "nan",
    "n/a",
    "na",
    "#n/a",
    "nil",
    "<na>",
    "-",
    "--",
    "?",
    ".",
    "\\n",
    "unknown",
    "not available",
];

/// Most records: they are counted in 32 bits.
pub const RECORDS_MAX: usize = u32::MAX as usize - 1;

/// One column.
#[derive(Debug, Clone)]
pub struct Column {
    /// Its header.
    pub name: String,
    /// Number of the value of each record; 0 where there is none.
    pub cells: Vec<u32>,
    /// Distinct values.
    pub values: Texts,
}

/// Records to link. Their order is that of their content, so that no result hangs on the order of the input.
#[derive(Debug, Clone, Default)]
pub struct Table {
    columns: Vec<Column>,
    /// In the order of the input.
    ids: Texts,
    origin: Vec<u16>,
    /// Place in the input of each record.
    placed: Vec<u32>,
    files: Vec<String>,
    waiting: Waiting,
}

/// Records that are pushed together.
const TOGETHER: usize = 1024;

/// Cells of records that have no numbers yet, record by record.
#[derive(Debug, Clone, Default)]
struct Waiting {
    text: String,
    ends: Vec<usize>,
}

impl Table {
    /// An empty table with these columns.
    #[must_use]
    pub fn new(names: &[String]) -> Self {
        let columns =
            names.iter().map(|name| Column { name: name.clone(), cells: Vec::new(), values: Texts::new() });
        Self { columns: columns.collect(), ids: Texts::new(), ..Self::default() }
    }

    /// Adds a file; records pushed from now on are of it.
    pub fn begin_file(&mut self, name: &str) {
        self.files.push(name.to_owned());
    }

    /// Adds a column that earlier records do not have; returns its place.
    pub fn add_column(&mut self, name: &str) -> usize {
        self.settle();
        let cells = vec![0; self.len()];
        self.columns.push(Column { name: name.to_owned(), cells, values: Texts::new() });
        self.columns.len() - 1
    }

    /// Adds a record; `cells` gives a text for each column, in their order.
    ///
    /// # Errors
    /// When there are more records than can be counted.
    pub fn push<'t>(&mut self, id: &str, cells: impl Iterator<Item = &'t str>) -> Result<()> {
        if self.len() >= RECORDS_MAX {
            return Err(Error::Input(format!("more than {RECORDS_MAX} records")));
        }
        let mut cells = cells;
        for _ in &self.columns {
            self.waiting.text.push_str(something(cells.next().unwrap_or_default()));
            self.waiting.ends.push(self.waiting.text.len());
        }
        self.ids.append(id);
        #[expect(clippy::cast_possible_truncation, reason = "counted above; files are few")]
        {
            self.placed.push(self.placed.len() as u32);
            self.origin.push(self.files.len().saturating_sub(1) as u16);
        }
        if self.waiting.ends.len() >= TOGETHER * self.columns.len() {
            self.settle();
        }
        Ok(())
    }

    /// Gives what waits its numbers, column by column.
    fn settle(&mut self) {
        let Waiting { text, ends } = &mut self.waiting;
        let width = self.columns.len();
        for (at, column) in self.columns.iter_mut().enumerate() {
            let cell = |place: usize| {
                let from = if place == 0 { 0 } else { ends[place - 1] };
                &text[from..ends[place]]
            };
            let cells = (at..ends.len()).step_by(width).map(cell);
            column.values.intern_all(cells, &mut column.cells);
        }
        text.clear();
        ends.clear();
    }

    /// Puts the records into the order of their content and numbers the values anew in that order.
    #[must_use]
    pub fn ordered(mut self) -> Self {
        self.settle();
        let hashes: Vec<Vec<u64>> = self
            .columns
            .par_iter()
            .map(|column| {
                let of = |number: usize| {
                    hash::bytes(column.values.get(u32::try_from(number).unwrap_or_default()).as_bytes())
                };
                (0..column.values.len()).map(of).collect()
            })
            .collect();
        let names: Vec<u64> = self.columns.iter().map(|column| hash::bytes(column.name.as_bytes())).collect();
        // A sum, so that the order of columns says nothing either.
        let content = |row: usize| {
            let cells = self.columns.iter().zip(&hashes).zip(&names);
            let sum = cells.fold(0u64, |sum, ((column, of), name)| {
                let cell = column.cells[row] as usize;
                if cell == 0 { sum } else { sum.wrapping_add(hash::mix(of[cell], *name)) }
            });
            hash::mix(sum, 1)
        };
        let mut order: Vec<(u64, u64, u32)> = (0..self.len())
            .into_par_iter()
            .map(|row| {
                let id = hash::bytes(self.id(row).as_bytes());
                #[expect(clippy::cast_possible_truncation, reason = "records are counted in 32 bits")]
                let row_number = row as u32;
                (content(row), hash::mix(id, u64::from(self.origin[row])), row_number)
            })
            .collect();
        order.par_sort_unstable();
        self.placed = order.iter().map(|(_, _, row)| self.placed[*row as usize]).collect();
        self.origin = order.iter().map(|(_, _, row)| self.origin[*row as usize]).collect();
        self.columns.par_iter_mut().for_each(|column| {
            column.cells = order.iter().map(|(_, _, row)| column.cells[*row as usize]).collect();
            column.values = renumber(&mut column.cells, &column.values);
        });
        self
    }

    /// The first records by themselves: a fair sample, since their order is that of a hash of their content.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let count = count.min(self.len());
        let column = |column: &Column| {
            let mut cells = column.cells[..count].to_vec();
            let values = renumber(&mut cells, &column.values);
            Column { name: column.name.clone(), cells, values }
        };
        let mut order: Vec<u32> = self.placed[..count].to_vec();
        order.sort_unstable();
        let mut ids = Texts::new();
        order.iter().for_each(|placed| _ = ids.append(self.ids.get(placed + 1)));
        let place = |placed: &u32| order.partition_point(|other| other < placed);
        Self {
            columns: self.columns.iter().map(column).collect(),
            ids,
            origin: self.origin[..count].to_vec(),
            placed: self.placed[..count]
                .iter()
                .map(|placed| u32::try_from(place(placed)).unwrap_or(u32::MAX))
                .collect(),
            files: self.files.clone(),
            waiting: Waiting::default(),
        }
    }

    /// Records.
    #[must_use]
    pub fn len(&self) -> usize {
        self.placed.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.placed.is_empty()
    }

    /// Whether every record says the same as every other, and says something.
    #[must_use]
    pub fn is_of_one(&self) -> bool {
        let is_one = |column: &Column| column.cells.windows(2).all(|pair| pair[0] == pair[1]);
        let says = |column: &Column| column.cells.first().is_some_and(|cell| *cell > 0);
        self.columns.iter().all(is_one) && self.columns.iter().any(says)
    }

    /// Columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// A column by its header, letter case and surrounding space aside.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<usize> {
        let wanted = name.trim();
        let exact = self.columns.iter().position(|column| column.name == wanted);
        exact.or_else(|| self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(wanted)))
    }

    /// The id of a record.
    #[must_use]
    pub fn id(&self, row: usize) -> &str {
        self.placed.get(row).map_or("", |placed| self.ids.get(placed + 1))
    }

    /// Which file a record comes from.
    #[must_use]
    pub fn file(&self, row: usize) -> usize {
        self.origin.get(row).map_or(0, |origin| *origin as usize)
    }

    /// Names of the files.
    #[must_use]
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// Rows in the order of the input.
    #[must_use]
    pub fn input_order(&self) -> Vec<usize> {
        let mut rows = vec![0; self.len()];
        for (row, placed) in self.placed.iter().enumerate() {
            rows[*placed as usize] = row;
        }
        rows
    }

    /// Rows that bear this id.
    #[must_use]
    pub fn rows_of(&self, id: &str) -> Vec<usize> {
        (0..self.len()).filter(|row| !id.is_empty() && self.id(*row) == id).collect()
    }

    /// An id that occurs twice in one file, if there is one, and how many records share an id with another.
    #[must_use]
    pub fn repeated_id(&self) -> Option<(String, usize)> {
        let hashed = |row: usize| {
            let id = hash::bytes(self.id(row).as_bytes());
            (hash::mix(id, u64::from(self.origin[row])), u32::try_from(row).unwrap_or(u32::MAX))
        };
        let seen = hash::shared((0..self.len()).map(hashed), self.len());
        let mut seen: Vec<(&str, usize)> =
            seen.iter().map(|(_, row)| (self.id(*row as usize), self.file(*row as usize))).collect();
        seen.par_sort_unstable();
        let repeats = seen.windows(2).filter(|pair| pair[0] == pair[1]);
        let first = repeats.clone().map(|pair| pair[0].0).next()?;
        Some((first.to_owned(), repeats.count()))
    }
}

/// The text without surrounding space, empty where it says that nothing is known.
pub(crate) fn something(text: &str) -> &str {
    let text = text.trim();
    // Most values begin with what none of these words does.
    let may_be = text.as_bytes().first().is_some_and(|first| b"nNuU#<-?.\\".contains(first));
    if may_be && text.len() <= 13 && NOTHING.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        ""
    } else {
        text
    }
}

/// Numbers the values in the order in which the cells show them, and returns them in it.
fn renumber(cells: &mut [u32], old_values: &Texts) -> Texts {
    let mut new = vec![0u32; old_values.len()];
    let mut values = Texts::new();
    for cell in cells {
        let old = *cell as usize;
        if old > 0 && new[old] == 0 {
            new[old] = values.append(old_values.get(*cell));
        }
        *cell = new[old];
    }
    values.seal();
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[[&str; 3]]) -> Table {
        let mut table = Table::new(&["name".into(), "city".into()]);
        for [id, name, city] in rows {
            table.push(id, [*name, *city].into_iter()).unwrap();
        }
        table.ordered()
    }

    #[test]
    fn order_of_input_is_forgotten_and_remembered() {
        let rows = [["1", "ann", "rome"], ["2", "bob", "N/A"], ["3", "ann", "oslo"]];
        let (one, other) = (table(&rows), table(&[rows[2], rows[0], rows[1]]));
        let ids = |table: &Table| (0..3).map(|row| table.id(row).to_owned()).collect::<Vec<_>>();
        assert_eq!(ids(&one), ids(&other));
        assert_eq!(one.columns()[0].cells, other.columns()[0].cells);
        let first = other.input_order()[0];
        assert_eq!(other.id(first), "3");
        let bob = one.rows_of("2")[0];
        assert_eq!(one.columns()[1].cells[bob], 0);
    }

    #[test]
    fn a_repeated_id_is_told() {
        assert_eq!(table(&[["1", "a", "b"], ["1", "c", "d"]]).repeated_id(), Some(("1".into(), 1)));
        assert_eq!(table(&[["1", "a", "b"], ["2", "a", "b"]]).repeated_id(), None);
    }
}
