//! Judgements remembered: the same few hundred devices stand in every day's rows, and what they are does not change. A
//! judgement is pure, so whether it was remembered or made shows in nothing but the time it took.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use datafusion::arrow::array::{Array, StringArray};

/// Bytes of questions and answers that one part of a memory holds before it begins anew.
const FULL_BYTES: usize = 8 << 20;

/// What one judgement said of rows that it saw.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    /// Parts that nobody uses just now. Whoever judges takes one and gives it back, so that threads do not wait for each
    /// other; there are as many as threads that ever judged at once.
    idle: Mutex<Vec<Part>>,
}

#[derive(Debug, Default)]
struct Part {
    answers: HashMap<Box<[u8]>, Option<String>>,
    bytes: usize,
}

impl Memory {
    /// The judgement of every row; a missing text is empty.
    pub(crate) fn judge(
        &self,
        columns: &[StringArray],
        judge: impl Fn(&[&str]) -> Option<String>,
    ) -> StringArray {
        let mut part = self.idle().pop().unwrap_or_default();
        let (mut key, mut row) = (Vec::new(), Vec::with_capacity(columns.len()));
        let length = columns.first().map_or(0, Array::len);
        let out = (0..length)
            .map(|at| {
                row.clear();
                row.extend(columns.iter().map(|texts| if texts.is_null(at) { "" } else { texts.value(at) }));
                key_of(&row, &mut key);
                part.answer(&key, || judge(&row))
            })
            .collect();
        self.idle().push(part);
        out
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Part>> {
        // Parts are taken and given back whole.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Part {
    fn answer(&mut self, key: &[u8], judge: impl FnOnce() -> Option<String>) -> Option<String> {
        if let Some(known) = self.answers.get(key) {
            return known.clone();
        }
        let answer = judge();
        self.bytes += key.len() + answer.as_ref().map_or(0, String::len);
        if self.bytes > FULL_BYTES {
            self.answers.clear();
            self.bytes = key.len();
        }
        self.answers.insert(key.into(), answer.clone());
        answer
    }
}

/// Cells with their lengths, so that no two rows have one key.
fn key_of(row: &[&str], key: &mut Vec<u8>) {
    key.clear();
    for cell in row {
        key.extend_from_slice(&(cell.len() as u64).to_le_bytes());
        key.extend_from_slice(cell.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    fn said(row: &[&str]) -> Option<String> {
        (!row[0].is_empty()).then(|| row.join("+"))
    }

    #[test]
    fn a_row_is_judged_once_and_cells_are_not_confused() {
        let memory = Memory::default();
        let asked = Cell::new(0);
        let judge = |row: &[&str]| {
            asked.set(asked.get() + 1);
            said(row)
        };
        let left = StringArray::from(vec![Some("ab"), Some("a"), None, Some("ab")]);
        let right = StringArray::from(vec![Some("c"), Some("bc"), Some("x"), Some("c")]);
        let expected = StringArray::from(vec![Some("ab+c"), Some("a+bc"), None, Some("ab+c")]);
        let columns = [left, right];
        assert_eq!(memory.judge(&columns, judge), expected);
        assert_eq!(memory.judge(&columns, judge), expected);
        assert_eq!(asked.get(), 3);
    }

    #[test]
    fn a_full_memory_begins_anew_and_says_the_same() {
        let long = "x".repeat(FULL_BYTES / 3);
        let texts: Vec<String> = (0..8).map(|n| format!("{n}{long}")).collect();
        let memory = Memory::default();
        let column = [StringArray::from_iter_values(&texts)];
        assert_eq!(memory.judge(&column, said), column[0]);
        assert_eq!(memory.judge(&column, said), column[0]);
        let held: usize = memory.idle().iter().map(|part| part.answers.len()).sum();
        assert!(held < texts.len(), "{held}");
    }
}
