//! Rows of one table on their way into a file: tokens in place of what the table keeps as tokens.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;
use model::{Cell, Class, TableDef};

use crate::error::Result;
use crate::key::{Sealer, Tokens};
use crate::schema::{ColumnBuilder, arrow_schema};

/// Rows of one table that wait to be written.
pub(crate) struct Pending {
    pub(crate) table: &'static TableDef,
    columns: Vec<ColumnBuilder>,
    pub(crate) rows: usize,
}

impl Pending {
    pub(crate) fn new(table: &'static TableDef) -> Self {
        let mut columns = Vec::new();
        for column in table.columns {
            columns.push(ColumnBuilder::new(column));
            if column.class == Class::Account {
                columns.push(ColumnBuilder::Text(Default::default()));
            }
        }
        Self { table, columns, rows: 0 }
    }

    /// Adds a row as it is: classed columns hold tokens already.
    pub(crate) fn push_plain(&mut self, cells: &[Cell]) {
        let mut at = 0;
        for (column, cell) in self.table.columns.iter().zip(cells) {
            self.columns[at].push(cell);
            at += 1;
            if column.class == Class::Account {
                self.columns[at].text(None);
                at += 1;
            }
        }
        self.rows += 1;
    }

    /// Adds a row of a table whose columns are texts, then numbers.
    pub(crate) fn push_texts_and_numbers(&mut self, texts: &[&str], numbers: &[i64]) {
        let (left, right) = self.columns.split_at_mut(texts.len());
        left.iter_mut().zip(texts).for_each(|(column, text)| column.text(Some(text)));
        right.iter_mut().zip(numbers).for_each(|(column, number)| column.push(&Cell::Int(*number)));
        self.rows += 1;
    }

    /// Adds a row of clear values.
    pub(crate) fn push_clear(&mut self, cells: &[Cell], tokeniser: &mut Tokeniser) {
        let mut at = 0;
        for (column, cell) in self.table.columns.iter().zip(cells) {
            match (column.class, cell) {
                (Class::Plain, _) | (_, Cell::Null) => self.columns[at].push(cell),
                (class, Cell::Text(value)) => self.columns[at].text(tokeniser.token(class, value).as_deref()),
                // A classed column is text: anything else was refused where the record was made.
                _ => self.columns[at].push(&Cell::Null),
            }
            at += 1;
            if column.class == Class::Account {
                let last4 = cell.as_text().map(last_four);
                self.columns[at].text(last4.as_deref());
                at += 1;
            }
        }
        self.rows += 1;
    }

    /// The rows as a batch; none wait any more.
    pub(crate) fn take(&mut self) -> Result<RecordBatch> {
        let arrays = self.columns.iter_mut().map(ColumnBuilder::finish).collect();
        self.rows = 0;
        Ok(RecordBatch::try_new(arrow_schema(self.table), arrays)?)
    }
}

fn last_four(value: &str) -> String {
    let kept: Vec<char> = value.chars().filter(char::is_ascii_alphanumeric).collect();
    kept[kept.len().saturating_sub(4)..].iter().collect()
}

const CLASSES: usize = Class::Account as usize + 1;

/// Makes tokens, and remembers which clear values the vault does not hold yet.
pub(crate) struct Tokeniser {
    tokens: Tokens,
    /// By class.
    cache: [HashMap<String, Option<Arc<str>>>; CLASSES],
    known: HashSet<Arc<str>>,
    fresh: Vec<(Arc<str>, String)>,
}

impl Tokeniser {
    pub(crate) fn new(tokens: Tokens, known: HashSet<Arc<str>>) -> Self {
        Self { tokens, cache: std::array::from_fn(|_| HashMap::new()), known, fresh: Vec::new() }
    }

    fn token(&mut self, class: Class, value: &str) -> Option<Arc<str>> {
        let known = &mut self.cache[class as usize];
        // The same few values come again and again: only a new one is copied.
        let token = match known.get(value) {
            Some(token) => token.clone()?,
            None => {
                let token: Option<Arc<str>> = self.tokens.of(class, value).map(Arc::from);
                known.insert(value.to_owned(), token.clone());
                token?
            }
        };
        if class.keeps_clear() && !self.known.contains(&token) {
            self.known.insert(Arc::clone(&token));
            self.fresh.push((Arc::clone(&token), value.to_owned()));
        }
        Some(token)
    }

    /// Clear values that the vault is to hold from now on, sealed, by token.
    pub(crate) fn take_fresh(&mut self, sealer: &Sealer) -> Result<Vec<(Arc<str>, String)>> {
        let sealed = |(token, clear): (Arc<str>, String)| Ok((token, sealer.seal_text(&clear)?));
        std::mem::take(&mut self.fresh).into_iter().map(sealed).collect()
    }
}
