//! Table files, encoded and written on a thread of their own while the next rows are read. Rows come in batches and
//! leave as immutable files, each named by its content; how long the logs are does not matter for memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::file::properties::{EnabledStatistics, WriterProperties};
use datafusion::parquet::schema::types::ColumnPath;

use crate::commit::write_whole;
use crate::error::{Error, Result};
use crate::manifest::TableFile;

/// Rows of one file.
const FILE_ROWS: usize = 250_000;
/// Rows of one row group: what a query skips or reads.
const GROUP_ROWS: usize = 64 * 1024;
/// Batches that may wait.
const WAITING: usize = 4;
/// Columns without repetition: a dictionary of them is work for nothing.
const UNIQUE: &[&str] = &["record_id", "sealed"];

/// Files by table, in the order in which their rows came.
pub(crate) type Written = BTreeMap<&'static str, Vec<TableFile>>;

enum Message {
    Rows(&'static str, RecordBatch),
    Forget(&'static str),
    End,
}

/// Where batches go. Dropping it ends nothing: what was not finished is never written.
pub(crate) struct TableWriter {
    running: Option<(SyncSender<Message>, JoinHandle<Result<Written>>)>,
}

impl TableWriter {
    pub(crate) fn start(root: &Path) -> Self {
        let (sender, waiting) = sync_channel(WAITING);
        let folder = root.join("tables");
        let thread = std::thread::spawn(move || write(&folder, &waiting));
        Self { running: Some((sender, thread)) }
    }

    /// Hands over rows of a table.
    pub(crate) fn send(&mut self, table: &'static str, batch: RecordBatch) -> Result<()> {
        self.tell(Message::Rows(table, batch))
    }

    /// Drops the rows of a table that were handed over.
    pub(crate) fn forget(&mut self, table: &'static str) -> Result<()> {
        self.tell(Message::Forget(table))
    }

    fn tell(&mut self, message: Message) -> Result<()> {
        let told = self.running.as_ref().is_some_and(|(sender, _)| sender.send(message).is_ok());
        if told {
            return Ok(());
        }
        // The thread has gone: it knows why.
        self.join()?;
        Err(Error::Defect("the writer of table files ended early".into()))
    }

    /// Ends every open file and waits for the disk.
    pub(crate) fn finish(mut self) -> Result<Written> {
        self.tell(Message::End)?;
        self.join()
    }

    fn join(&mut self) -> Result<Written> {
        let Some((sender, thread)) = self.running.take() else { return Ok(Written::new()) };
        drop(sender);
        thread.join().map_err(|_| Error::Defect("writing table files panicked".into()))?
    }
}

impl Drop for TableWriter {
    fn drop(&mut self) {
        // Nobody waits for an error of what nobody will see.
        let _ = self.join();
    }
}

fn write(folder: &Path, messages: &Receiver<Message>) -> Result<Written> {
    let mut open: BTreeMap<&'static str, OpenFile> = BTreeMap::new();
    let mut written = Written::new();
    for message in messages {
        match message {
            Message::Rows(table, batch) => add(folder, table, batch, &mut open, &mut written)?,
            Message::Forget(table) => {
                open.remove(table);
                written.remove(table);
            }
            Message::End => {
                for (table, file) in open {
                    written.entry(table).or_default().push(file.finish()?);
                }
                return Ok(written);
            }
        }
    }
    Ok(Written::new())
}

fn add(
    folder: &Path,
    table: &'static str,
    mut rest: RecordBatch,
    open: &mut BTreeMap<&'static str, OpenFile>,
    written: &mut Written,
) -> Result<()> {
    while rest.num_rows() > 0 {
        let file = match open.remove(table) {
            Some(file) => file,
            None => OpenFile::start(folder, table, rest.schema())?,
        };
        let take = rest.num_rows().min(FILE_ROWS - file.rows);
        let file = file.add(&rest.slice(0, take))?;
        rest = rest.slice(take, rest.num_rows() - take);
        if file.rows < FILE_ROWS {
            open.insert(table, file);
        } else {
            written.entry(table).or_default().push(file.finish()?);
        }
    }
    Ok(())
}

struct OpenFile {
    table: &'static str,
    folder: PathBuf,
    rows: usize,
    writer: ArrowWriter<Vec<u8>>,
}

impl OpenFile {
    fn start(folder: &Path, table: &'static str, schema: SchemaRef) -> Result<Self> {
        let level = ZstdLevel::try_new(1)?;
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_max_row_group_row_count(Some(GROUP_ROWS));
        for column in UNIQUE {
            properties = properties.set_column_dictionary_enabled(ColumnPath::from(*column), false);
        }
        let writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties.build()))?;
        Ok(Self { table, folder: folder.to_path_buf(), rows: 0, writer })
    }

    fn add(mut self, batch: &RecordBatch) -> Result<Self> {
        self.writer.write(batch)?;
        self.rows += batch.num_rows();
        Ok(self)
    }

    fn finish(self) -> Result<TableFile> {
        let bytes = self.writer.into_inner()?;
        let name = format!("{}-{}.parquet", self.table, &blake3::hash(&bytes).to_hex()[..24]);
        write_whole(&self.folder.join(&name), &bytes)?;
        Ok(TableFile { path: format!("tables/{name}"), rows: self.rows as u64, bytes: bytes.len() as u64 })
    }
}
