//! One numbered manifest for all tables, published by put-if-absent: a commit is whole or absent.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use datafusion::object_store::path::Path as ObjectPath;
use datafusion::object_store::{self, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use futures::TryStreamExt;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::table_file;

/// The state of a workspace at one commit.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Number of the commit, from 1; 0 is the empty workspace.
    pub sequence: u64,
    /// Parquet files by table, in the order in which they were appended.
    pub tables: BTreeMap<String, Vec<TableFile>>,
    /// Input streams read so far, in order; [`crate::commit::FileIx`] points here.
    pub files: Vec<FileEntry>,
    /// Small texts that belong to this state, by name: how it was read and judged.
    #[serde(default)]
    pub notes: BTreeMap<String, String>,
    /// Keyed digests of what identifies people who were erased: they are left out when they come again.
    #[serde(default)]
    pub erased: BTreeSet<String>,
}

/// One immutable Parquet file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableFile {
    /// Path below the lake.
    pub path: String,
    /// Rows.
    pub rows: u64,
    /// Bytes.
    pub bytes: u64,
    /// Rows without a time, where rows have one.
    #[serde(default)]
    pub undated: u64,
}

/// One input stream: a file, or a member of an archive.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FileEntry {
    /// Name below the input folder; archive members as `archive!member`.
    pub name: String,
    /// blake3 of the input file's bytes.
    pub digest: String,
    /// Bytes of the input file.
    pub size: u64,
    /// Source kind; missing where none was recognised.
    pub source: Option<String>,
    /// Why it was taken for this source, or why for none.
    pub why: String,
    /// Raw bytes kept under this path; missing with `--no-raw`.
    pub raw: Option<String>,
    /// Units read.
    pub units: u64,
    /// Records new in this stream.
    pub records: u64,
    /// Records that another stream had given already.
    pub sightings: u64,
    /// Rejects.
    pub rejects: u64,
    /// Understood and left out on purpose, by name.
    pub skipped: BTreeMap<String, u64>,
    /// Whether rows without a date of their own took one that the file names.
    pub undated: bool,
}

fn path_of(sequence: u64) -> ObjectPath {
    ObjectPath::from(format!("manifest/{}", file_name(sequence)))
}

/// Reads the newest manifest; an empty one where there is none.
pub(crate) async fn newest(store: &Arc<dyn ObjectStore>) -> Result<Manifest> {
    let folder = ObjectPath::from("manifest");
    let listed: Vec<_> = store.list(Some(&folder)).try_collect().await?;
    let number = |name: &str| name.strip_suffix(".json").and_then(|stem| stem.parse::<u64>().ok());
    let newest = listed.iter().filter_map(|object| number(object.location.filename()?)).max();
    let Some(sequence) = newest else { return Ok(Manifest::default()) };
    let bytes = store.get(&path_of(sequence)).await?.bytes().await?;
    serde_json::from_slice(&bytes).map_err(|cause| Error::Manifest { sequence, cause: cause.to_string() })
}

/// Publishes a manifest; fails when its number was taken.
pub(crate) async fn publish(root: &Path, store: &Arc<dyn ObjectStore>, manifest: &Manifest) -> Result<()> {
    let bytes = serde_json::to_vec(manifest).map_err(|cause| Error::Defect(cause.to_string()))?;
    let options = PutOptions::from(PutMode::Create);
    let path = path_of(manifest.sequence);
    match store.put_opts(&path, PutPayload::from(bytes), options).await {
        Ok(_) => {}
        Err(object_store::Error::AlreadyExists { .. }) => return Err(Error::LostRace(manifest.sequence)),
        Err(cause) => return Err(cause.into()),
    }
    // Before anything that the state before needed is removed, this one must survive a power cut.
    let file = root.join(path.as_ref());
    File::open(&file).and_then(|file| file.sync_all()).map_err(Error::file(&file))?;
    table_file::sync_folder(&root.join("manifest"))
}

/// Name of the file of a manifest.
pub(crate) fn file_name(sequence: u64) -> String {
    format!("{sequence:08}.json")
}
