//! Table files, encoded and written on a thread of their own while the next rows are read. Rows come in batches and
//! leave as immutable files, each named by its content; how long the logs are does not matter for memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;

use datafusion::arrow::record_batch::RecordBatch;

use crate::error::{Error, Result};
use crate::manifest::TableFile;
use crate::table_file::Draft;

/// Rows of one file.
const FILE_ROWS: usize = 250_000;
/// Batches that may wait.
const WAITING: usize = 4;

/// Files by table, in the order in which their rows came.
pub(crate) type Written = BTreeMap<&'static str, Vec<TableFile>>;

enum Message {
    Rows(&'static str, RecordBatch),
    Forget(&'static str),
    End,
}

/// Where batches go. What was not finished when it is dropped is never written.
pub(crate) struct TableWriter {
    root: PathBuf,
    running: Option<(SyncSender<Message>, JoinHandle<Result<Written>>)>,
}

impl TableWriter {
    /// The thread starts with the first rows.
    pub(crate) fn start(root: &Path) -> Self {
        Self { root: root.to_path_buf(), running: None }
    }

    /// Hands over rows of a table.
    pub(crate) fn send(&mut self, table: &'static str, batch: RecordBatch) -> Result<()> {
        self.tell(Message::Rows(table, batch))
    }

    /// Drops the rows of a table that were handed over.
    pub(crate) fn forget(&mut self, table: &'static str) -> Result<()> {
        if self.running.is_some() { self.tell(Message::Forget(table)) } else { Ok(()) }
    }

    fn tell(&mut self, message: Message) -> Result<()> {
        let (sender, _) = self.running.get_or_insert_with(|| {
            let (sender, waiting) = sync_channel(WAITING);
            let root = self.root.clone();
            (sender, std::thread::spawn(move || write(&root, &waiting)))
        });
        if sender.send(message).is_ok() {
            return Ok(());
        }
        // The thread has gone: it knows why.
        self.join()?;
        Err(Error::Defect("the writer of table files ended early".into()))
    }

    /// Ends every open file and waits for the disk. Rows may come again afterwards.
    pub(crate) fn finish(&mut self) -> Result<Written> {
        if self.running.is_none() {
            return Ok(Written::new());
        }
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

fn write(root: &Path, messages: &Receiver<Message>) -> Result<Written> {
    let mut open: BTreeMap<&'static str, Draft> = BTreeMap::new();
    let mut written = Written::new();
    for message in messages {
        match message {
            Message::Rows(table, batch) => add(root, table, batch, &mut open, &mut written)?,
            Message::Forget(table) => {
                open.remove(table);
                written.remove(table);
            }
            Message::End => {
                for (table, file) in open {
                    written.entry(table).or_default().push(file.finish(root)?);
                }
                return Ok(written);
            }
        }
    }
    Ok(Written::new())
}

fn add(
    root: &Path,
    table: &'static str,
    mut rest: RecordBatch,
    open: &mut BTreeMap<&'static str, Draft>,
    written: &mut Written,
) -> Result<()> {
    while rest.num_rows() > 0 {
        let mut file = match open.remove(table) {
            Some(file) => file,
            None => Draft::start(root, table, rest.schema())?,
        };
        let take = rest.num_rows().min(FILE_ROWS - file.rows);
        file.add(&rest.slice(0, take))?;
        rest = rest.slice(take, rest.num_rows() - take);
        if file.rows < FILE_ROWS {
            open.insert(table, file);
        } else {
            written.entry(table).or_default().push(file.finish(root)?);
        }
    }
    Ok(())
}
