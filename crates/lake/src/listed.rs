//! A list of values for questions of one moment: a question joins it instead of naming thousands of values in each of its
//! sentences, which would be read and planned anew for every column.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::datasource::MemTable;
use datafusion::prelude::SessionContext;

use crate::error::Result;
use crate::{Lake, rows};

/// Two who ask at once have lists of their own.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A list that questions may join under its name, as long as this is there.
pub struct Listed {
    name: String,
    context: SessionContext,
}

impl Listed {
    /// Its name in SQL; it has the columns `kind` and `value`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Listed {
    fn drop(&mut self) {
        let _ = self.context.deregister_table(self.name.as_str());
    }
}

impl Lake {
    /// Makes a list known to questions of our own: kinds of values, and values.
    pub fn list(&self, values: &[(&str, &str)]) -> Result<Listed> {
        let text = |name: &str| Field::new(name, DataType::Utf8, false);
        let schema = Arc::new(Schema::new(vec![text("kind"), text("value")]));
        let column = |all: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from_iter_values(all)) };
        let (kinds, values) = values.iter().copied().unzip();
        let batch = RecordBatch::try_new(schema.clone(), vec![column(kinds), column(values)])?;
        let table = MemTable::try_new(schema, vec![vec![batch]])?;
        let name = format!("listed_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        self.context.register_table(name.as_str(), Arc::new(table))?;
        Ok(Listed { name, context: self.context.clone() })
    }

    /// Which columns of a table hold values of a list, each of its kind: one question for all of them.
    pub async fn columns_with(
        &self,
        table: &str,
        columns: &[(&str, &str)],
        listed: &Listed,
    ) -> Result<Vec<String>> {
        let one = |(column, kind): &(&str, &str)| {
            format!(
                "SELECT '{column}' AS name, count(*) AS hits FROM {table} t JOIN {} l ON t.\"{column}\" = l.value \
                 WHERE l.kind = '{kind}'",
                listed.name
            )
        };
        let all: Vec<String> = columns.iter().map(one).collect();
        if all.is_empty() {
            return Ok(Vec::new());
        }
        let sql = format!("SELECT name FROM ({}) WHERE hits > 0 ORDER BY name", all.join(" UNION ALL "));
        let batches = self.query(&sql).await?;
        Ok(batches.iter().flat_map(|batch| rows::texts(batch, 0)).flatten().collect())
    }
}
