//! Parquet files of others as JSON lines, row by row, so that they are read like any other log. `sources` cannot see the
//! engine, and the engine knows no vendor: this is the door between them.

use std::io::{self, Read};

use bytes::Bytes;
use datafusion::arrow::json::LineDelimitedWriter;
use datafusion::parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use crate::error::Result;

/// How a Parquet file begins, and ends.
pub const MARK: &[u8] = b"PAR1";

/// Rows turned into lines at a time.
const ROWS: usize = 1_024;

/// The rows of a Parquet file, one JSON object a line, columns without a value left out.
pub struct Lines {
    reader: ParquetRecordBatchReader,
    /// Lines not yet given away.
    buffer: Vec<u8>,
    at: usize,
}

impl Lines {
    /// The lines of a whole file.
    ///
    /// # Errors
    /// When it is no Parquet file, or its end is damaged.
    pub fn open(file: Vec<u8>) -> Result<Self> {
        let builder = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(file))?.with_batch_size(ROWS);
        Ok(Self { reader: builder.build()?, buffer: Vec::new(), at: 0 })
    }

    /// Makes the next lines; false at the end.
    fn fill(&mut self) -> io::Result<bool> {
        let Some(batch) = self.reader.next().transpose().map_err(io::Error::other)? else { return Ok(false) };
        self.buffer.clear();
        self.at = 0;
        let mut writer = LineDelimitedWriter::new(&mut self.buffer);
        writer.write(&batch).and_then(|()| writer.finish()).map_err(io::Error::other)?;
        Ok(true)
    }
}

impl Read for Lines {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.buffer.len() {
            if !self.fill()? {
                return Ok(0);
            }
        }
        let count = out.len().min(self.buffer.len() - self.at);
        out[..count].copy_from_slice(&self.buffer[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use datafusion::arrow::array::{ArrayRef, Int64Array, StringArray, StructArray};
    use datafusion::arrow::datatypes::{DataType, Field};
    use datafusion::arrow::record_batch::RecordBatch;

    use super::*;

    #[test]
    fn rows_become_lines_and_a_torn_file_is_told() {
        let ip: ArrayRef = Arc::new(StringArray::from(vec![Some("198.51.100.7"), None]));
        let endpoint = StructArray::from(vec![(Arc::new(Field::new("ip", DataType::Utf8, true)), ip)]);
        let time: ArrayRef = Arc::new(Int64Array::from(vec![1_780_300_800_000, 1]));
        let batch =
            RecordBatch::try_from_iter([("time", time), ("src_endpoint", Arc::new(endpoint) as ArrayRef)])
                .unwrap();
        let bytes = crate::answer::parquet(&[batch]).unwrap();
        let mut text = String::new();
        Lines::open(bytes.clone()).unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(
            text,
            "{\"time\":1780300800000,\"src_endpoint\":{\"ip\":\"198.51.100.7\"}}\n{\"time\":1,\"src_endpoint\":{}}\n"
        );
        assert!(Lines::open(bytes[..bytes.len() - 8].to_vec()).is_err());
    }
}
