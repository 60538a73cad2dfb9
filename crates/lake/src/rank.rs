//! Which of two readings of one record is kept. The same event may stand in two exports with more or less of it
//! left, or under one id with other values; a roster row is said again in every later roster. The greater rank is
//! kept, whichever came first: the fuller row, then the later one, then the one whose plain values come last in an
//! order that nothing but the values fixes. Values that are tokens in the lake do not speak: a rank must not help to
//! guess them, and a key must not change an order.

use model::{Cell, Class, TableDef, tables};

/// Rank of one row; see the module.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Rank(u128);

impl Rank {
    /// The rank of a row of a record table.
    pub(crate) fn of(table: &'static TableDef, cells: &[Cell]) -> Self {
        let filled = cells.iter().skip(1).filter(|cell| **cell != Cell::Null).count().min(0xff) as u128;
        let time = match cells.get(tables::TIME.0) {
            // milliseconds, moved so that no time at all is the least
            Some(Cell::Time(time)) => {
                time.0.div_euclid(1_000).saturating_add(1 << 54).clamp(1, (1 << 56) - 1)
            }
            _ => 0,
        };
        let number = tables::ALL.iter().position(|known| std::ptr::eq(*known, table)).unwrap_or(0xff);
        let values = u128::from(plain_values(table, cells) >> 8);
        Self((filled << 120) | ((time as u128) << 64) | (values << 8) | (number as u128 & 0xff))
    }

    /// As two whole numbers for a table.
    pub(crate) fn split(self) -> (i64, i64) {
        ((self.0 >> 64) as i64, self.0 as i64)
    }

    /// From the numbers of [`Rank::split`].
    pub(crate) fn join(high: i64, low: i64) -> Self {
        Self((u128::from(high as u64) << 64) | u128::from(low as u64))
    }

    /// The record table of the row.
    pub(crate) fn table(self) -> Option<&'static TableDef> {
        tables::ALL.get((self.0 & 0xff) as usize).copied()
    }
}

const ONE: u64 = 0x9e37_79b9_7f4a_7c15;
const TWO: u64 = 0xd6e8_feb8_6659_fd93;

/// Sixty-four bits of the plain values. No secret hangs on it, it only breaks ties, so speed decides.
fn plain_values(table: &TableDef, cells: &[Cell]) -> u64 {
    let mut sum = ONE;
    for (at, (column, cell)) in table.columns.iter().zip(cells).enumerate().skip(1) {
        if column.class != Class::Plain {
            continue;
        }
        let place = at as u64;
        match cell {
            Cell::Null => {}
            Cell::Text(text) => sum = mix_bytes(sum ^ place, text.as_bytes()),
            Cell::Int(value) => sum = mix(sum ^ place, *value as u64),
            Cell::Float(value) => sum = mix(sum ^ place, value.to_bits()),
            Cell::Bool(value) => sum = mix(sum ^ place, u64::from(*value) + 1),
            Cell::Time(value) => sum = mix(sum ^ place, value.0 as u64),
            Cell::List(values) => {
                sum = values.iter().fold(sum ^ place, |sum, value| mix_bytes(sum, value.as_bytes()));
            }
        }
    }
    sum
}

fn mix(sum: u64, value: u64) -> u64 {
    let product = u128::from(sum ^ TWO).wrapping_mul(u128::from(value ^ ONE) | 1);
    (product as u64) ^ ((product >> 64) as u64).rotate_left(23)
}

fn mix_bytes(sum: u64, bytes: &[u8]) -> u64 {
    let mut chunks = bytes.chunks_exact(8);
    let mut out = mix(sum, bytes.len() as u64);
    for chunk in &mut chunks {
        let mut eight = [0; 8];
        eight.copy_from_slice(chunk);
        out = mix(out, u64::from_le_bytes(eight));
    }
    let mut last = [0; 8];
    let rest = chunks.remainder();
    last[..rest.len()].copy_from_slice(rest);
    mix(out, u64::from_le_bytes(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Time;

    fn row(values: &[(&str, Cell)]) -> Rank {
        let table = &tables::employment::TABLE;
        let mut cells = vec![Cell::Null; table.columns.len()];
        for (name, value) in values {
            cells[table.position(name).unwrap()] = value.clone();
        }
        Rank::of(table, &cells)
    }

    fn text(value: &str) -> Cell {
        Cell::Text(value.into())
    }

    #[test]
    fn fuller_then_later_then_by_values() {
        let base = [("worker_id", text("W-1")), ("home_city", text("Salem"))];
        let early = [base[0].clone(), base[1].clone(), ("time", Cell::Time(Time(1_000_000)))];
        let late = [base[0].clone(), base[1].clone(), ("time", Cell::Time(Time(9_000_000)))];
        assert!(row(&early) > row(&base));
        assert!(row(&late) > row(&early));
        let old = [base[0].clone(), base[1].clone(), ("time", Cell::Time(Time(-9_000_000)))];
        assert!(row(&old) < row(&early) && row(&old) > row(&base));
        let fuller = [early[0].clone(), early[1].clone(), early[2].clone(), ("department", text("Ops"))];
        assert!(row(&fuller) > row(&late));
        let other = [base[0].clone(), ("home_city", text("Reno"))];
        assert_ne!(row(&other), row(&base));
        assert_eq!(row(&base), row(&base));
    }

    #[test]
    fn values_that_become_tokens_leave_no_trace() {
        let with = |mail: &str| row(&[("worker_id", text("W-1")), ("work_email", text(mail))]);
        assert_eq!(with("a@corp.example"), with("b@corp.example"));
    }

    #[test]
    fn a_rank_comes_back_from_its_numbers_and_names_its_table() {
        let rank = row(&[("worker_id", text("W-1")), ("time", Cell::Time(Time(-5)))]);
        let (high, low) = rank.split();
        assert_eq!(Rank::join(high, low), rank);
        assert_eq!(rank.table().unwrap().name, "employment");
    }
}
