//! The aggregate that cites records: the earliest ids by (time, id), records without a time last. Merging does not
//! depend on order, so the answer does not depend on partitions, files or threads.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BinaryBuilder, BooleanArray, ListBuilder, StringArray,
    StringBuilder, TimestampMicrosecondArray,
};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use datafusion::common::{Result as EngineResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{
    Accumulator, AggregateUDFImpl, EmitTo, GroupsAccumulator, Signature, Volatility,
};
use model::RecordId;

use crate::functions::wrong;

/// Records cited at most by one evidence: the earliest.
const CITED: usize = 12;
/// Bytes of one entry in a partial state: time, id.
const ENTRY: usize = 24;

pub(crate) fn list_type() -> DataType {
    DataType::List(Arc::new(Field::new("item", DataType::Utf8, true)))
}

/// `cite(record_id, time)`.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cite {
    signature: Signature,
}

impl Cite {
    pub(crate) fn new() -> Self {
        let time = DataType::Timestamp(TimeUnit::Microsecond, None);
        Self { signature: Signature::exact(vec![DataType::Utf8, time], Volatility::Immutable) }
    }
}

impl AggregateUDFImpl for Cite {
    fn name(&self) -> &str {
        "cite"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> EngineResult<DataType> {
        Ok(list_type())
    }

    fn state_fields(&self, args: StateFieldsArgs<'_>) -> EngineResult<Vec<FieldRef>> {
        let name = format!("{}[cited]", args.name);
        Ok(vec![Arc::new(Field::new(name, DataType::Binary, true))])
    }

    fn accumulator(&self, _: AccumulatorArgs<'_>) -> EngineResult<Box<dyn Accumulator>> {
        Ok(Box::new(One::default()))
    }

    fn groups_accumulator_supported(&self, args: AccumulatorArgs<'_>) -> bool {
        !args.is_distinct
    }

    fn create_groups_accumulator(&self, _: AccumulatorArgs<'_>) -> EngineResult<Box<dyn GroupsAccumulator>> {
        Ok(Box::new(Many::default()))
    }
}

/// Time and id. The order of the bytes of an id is the order of its text.
type Entry = (i64, RecordId);

/// The earliest entries of one group, sorted.
#[derive(Debug, Default, Clone)]
struct Kept(Vec<Entry>);

impl Kept {
    fn add(&mut self, entry: Entry) {
        let kept = &mut self.0;
        if kept.last().is_none_or(|last| *last < entry) {
            if kept.len() < CITED {
                kept.push(entry);
            }
        } else if let Err(at) = kept.binary_search(&entry) {
            kept.truncate(CITED - 1);
            kept.insert(at, entry);
        }
    }

    fn merge(&mut self, state: &[u8]) {
        for entry in state.chunks_exact(ENTRY) {
            let (time, id) = entry.split_at(8);
            if let (Ok(time), Ok(id)) = (time.try_into(), id.try_into()) {
                self.add((i64::from_le_bytes(time), RecordId(id)));
            }
        }
    }

    fn state(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.0.len() * ENTRY);
        for (time, id) in &self.0 {
            out.extend_from_slice(&time.to_le_bytes());
            out.extend_from_slice(&id.0);
        }
        out
    }
}

/// Calls `each` with every row that names a record.
fn entries(values: &[ArrayRef], mut each: impl FnMut(usize, Entry)) -> EngineResult<()> {
    let ids: &StringArray = values[0].as_any().downcast_ref().ok_or_else(wrong)?;
    let times: &TimestampMicrosecondArray = values[1].as_any().downcast_ref().ok_or_else(wrong)?;
    for row in 0..ids.len() {
        if ids.is_valid(row)
            && let Ok(id) = ids.value(row).parse()
        {
            let time = if times.is_valid(row) { times.value(row) } else { i64::MAX };
            each(row, (time, id));
        }
    }
    Ok(())
}

fn states(values: &[ArrayRef]) -> EngineResult<&BinaryArray> {
    values[0].as_binary_opt::<i32>().ok_or_else(wrong)
}

fn lists<'a>(groups: impl Iterator<Item = &'a Kept>) -> ArrayRef {
    let mut builder = ListBuilder::new(StringBuilder::new());
    for group in groups {
        for (_, id) in &group.0 {
            builder.values().append_value(id.hex());
        }
        builder.append(true);
    }
    Arc::new(builder.finish())
}

/// One group.
#[derive(Debug, Default)]
struct One(Kept);

impl Accumulator for One {
    fn update_batch(&mut self, values: &[ArrayRef]) -> EngineResult<()> {
        entries(values, |_, entry| self.0.add(entry))
    }

    fn merge_batch(&mut self, values: &[ArrayRef]) -> EngineResult<()> {
        states(values)?.iter().flatten().for_each(|state| self.0.merge(state));
        Ok(())
    }

    fn state(&mut self) -> EngineResult<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(self.0.state()))])
    }

    fn evaluate(&mut self) -> EngineResult<ScalarValue> {
        ScalarValue::try_from_array(&lists(std::iter::once(&self.0)), 0)
    }

    fn size(&self) -> usize {
        size_of::<Self>() + self.0.0.capacity() * size_of::<Entry>()
    }
}

/// Every group of a partition.
#[derive(Debug, Default)]
struct Many {
    groups: Vec<Kept>,
    entries: usize,
}

impl Many {
    fn grow(&mut self, total: usize) {
        self.groups.resize_with(total, Kept::default);
    }

    fn take(&mut self, emit: EmitTo) -> Vec<Kept> {
        let taken = emit.take_needed(&mut self.groups);
        self.entries = self.groups.iter().map(|group| group.0.capacity()).sum();
        taken
    }

    fn change(&mut self, group: usize, change: impl FnOnce(&mut Kept)) {
        if let Some(kept) = self.groups.get_mut(group) {
            let before = kept.0.capacity();
            change(kept);
            self.entries += kept.0.capacity() - before;
        }
    }
}

impl GroupsAccumulator for Many {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total: usize,
    ) -> EngineResult<()> {
        self.grow(total);
        let counts = |row: usize| filter.is_none_or(|filter| filter.is_valid(row) && filter.value(row));
        entries(values, |row, entry| {
            if counts(row) {
                self.change(groups[row], |kept| kept.add(entry));
            }
        })
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total: usize) -> EngineResult<()> {
        self.grow(total);
        for (state, group) in states(values)?.iter().zip(groups) {
            if let Some(state) = state {
                self.change(*group, |kept| kept.merge(state));
            }
        }
        Ok(())
    }

    fn state(&mut self, emit: EmitTo) -> EngineResult<Vec<ArrayRef>> {
        let groups = self.take(emit);
        let mut builder = BinaryBuilder::new();
        groups.iter().for_each(|group| builder.append_value(group.state()));
        Ok(vec![Arc::new(builder.finish())])
    }

    fn evaluate(&mut self, emit: EmitTo) -> EngineResult<ArrayRef> {
        Ok(lists(self.take(emit).iter()))
    }

    fn convert_to_state(
        &self,
        values: &[ArrayRef],
        filter: Option<&BooleanArray>,
    ) -> EngineResult<Vec<ArrayRef>> {
        let rows: Vec<usize> = (0..values[0].len()).collect();
        let mut each = Self::default();
        each.update_batch(values, &rows, filter, rows.len())?;
        each.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Kept>() + self.entries * size_of::<Entry>()
    }
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::ListArray;

    use super::*;

    fn columns(rows: &[(&str, Option<i64>)]) -> Vec<ArrayRef> {
        let ids: StringArray = rows.iter().map(|(id, _)| Some(format!("{id:0>32}"))).collect();
        let times: TimestampMicrosecondArray = rows.iter().map(|(_, time)| *time).collect();
        vec![Arc::new(ids), Arc::new(times)]
    }

    fn texts(array: &ArrayRef) -> Vec<Vec<String>> {
        let lists: &ListArray = array.as_list();
        let one = |list: ArrayRef| {
            let texts = list.as_string::<i32>().iter().flatten();
            texts.map(|text| text.trim_start_matches('0').to_owned()).collect()
        };
        lists.iter().flatten().map(one).collect()
    }

    #[test]
    fn the_earliest_are_kept_whatever_the_order_and_the_partition() {
        let rows: Vec<(String, Option<i64>)> =
            (1..=30).map(|n| (format!("{n:x}"), Some(100 - n % 7))).collect();
        let mut rows: Vec<(&str, Option<i64>)> = rows.iter().map(|(id, time)| (id.as_str(), *time)).collect();
        rows.push(("f0", None));
        let mut whole = One::default();
        whole.update_batch(&columns(&rows)).unwrap();
        let expected = texts(&lists(std::iter::once(&whole.0)));
        assert_eq!(expected[0].len(), CITED);
        rows.reverse();
        let (left, right) = rows.split_at(11);
        let mut merged = Many::default();
        for part in [left, right] {
            let values = columns(part);
            let state = Many::default().convert_to_state(&values, None).unwrap();
            merged.merge_batch(&state, &vec![0; part.len()], 1).unwrap();
        }
        assert_eq!(texts(&merged.evaluate(EmitTo::All).unwrap()), expected);
    }

    #[test]
    fn records_without_a_time_come_last_and_are_cited_once() {
        let mut groups = Many::default();
        let values = columns(&[("c", None), ("b", Some(-5)), ("a", Some(3)), ("b", Some(-5))]);
        groups.update_batch(&values, &[0, 0, 0, 0], None, 2).unwrap();
        assert_eq!(texts(&groups.evaluate(EmitTo::First(1)).unwrap()), [["b", "a", "c"]]);
        assert_eq!(texts(&groups.evaluate(EmitTo::All).unwrap()), [Vec::<String>::new()]);
    }
}
