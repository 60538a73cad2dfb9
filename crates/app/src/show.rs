//! What stands in the workspace: one record with its bytes, rejects, answers to queries, the history.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use lake::{Lake, StoredRecord, StoredReject, TOKEN_PREFIX, answer};
use model::{Class, RecordId};
use serde::Serialize;
use serde_json::{Map, Value};
use sources::{Framing, Sample};

use crate::access::{self, Access};
use crate::error::{Error, Result};
use crate::report::RejectLine;
use crate::workspace::{Choice, Workspace};
use crate::{mask, person};

/// One record as it is shown.
#[derive(Debug, Clone, Serialize)]
pub struct Shown {
    /// Its id.
    pub record_id: String,
    /// Its table.
    pub table: String,
    /// Source kind.
    pub source: Option<String>,
    /// Input stream.
    pub file: String,
    /// Line, from 1.
    pub line: u64,
    /// Offset, bytes.
    pub offset: u64,
    /// Fields by column.
    pub fields: Map<String, Value>,
    /// The unit as received, numbers masked unless revealed; missing where no raw bytes are kept.
    pub raw: Option<String>,
    /// Whether anything was masked.
    pub masked: bool,
}

impl Shown {
    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let source = self.source.as_deref().unwrap_or("unknown");
        let mut out = format!("{}  {} · {source}\n", self.record_id, self.table);
        let _ = writeln!(out, "{}, line {}, byte {}\n", self.file, self.line, self.offset);
        let width = self.fields.keys().map(String::len).max().unwrap_or(0);
        for (name, value) in &self.fields {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let _ = writeln!(out, "{name:<width$}  {value}");
        }
        match &self.raw {
            Some(raw) => _ = writeln!(out, "\n{raw}"),
            None => out.push_str("\nno raw bytes were kept (--no-raw)\n"),
        }
        if self.masked {
            out.push_str(
                "account, tax-id and document numbers are masked; --reveal shows them and is recorded\n",
            );
        }
        out
    }
}

/// One record; `reveal` shows what is masked, and is recorded.
pub async fn record(choice: &Choice, id: &str, reveal: bool, purpose: Option<&str>) -> Result<Shown> {
    let id: RecordId = id.parse().map_err(|cause| Error::Input(format!("{id}: {cause}")))?;
    let workspace = Workspace::last(choice).await?;
    let found = workspace.lake.record(id).await?;
    let found = found.ok_or_else(|| Error::Input(format!("no record is called {id}")))?;
    let name = id.to_string();
    let table = model::tables::ALL.iter().find(|table| table.name == found.table);
    let about = match table {
        Some(table) => person::of_record(&workspace.lake, table, &name).await?,
        None => None,
    };
    let action = if reveal { "record, revealed" } else { "record" };
    let access = Access::of(action).about(about.as_deref()).purpose(purpose).detail(&name);
    access::record(&workspace, &access).await?;
    shown(&workspace.lake, id, found, reveal).await
}

pub(crate) async fn shown(lake: &Lake, id: RecordId, found: StoredRecord, reveal: bool) -> Result<Shown> {
    let vault = if reveal { Some(lake.vault().await?) } else { None };
    let mut fields = Map::new();
    let mut hidden = Vec::new();
    for (name, value) in &found.fields {
        let shown = if !value.starts_with(TOKEN_PREFIX) {
            value.clone()
        } else if let Some(clear) = vault.as_ref().map(|vault| vault.reveal(value)).transpose()?.flatten() {
            clear
        } else {
            hidden.push(value.clone());
            "•".to_owned()
        };
        fields.insert(name.clone(), shown.into());
    }
    let raw = found.bytes.as_ref().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let (raw, masked) = match (raw, reveal) {
        (Some(raw), false) => {
            let is_account =
                |piece: &str| lake.token(Class::Account, piece).is_some_and(|t| hidden.contains(&t));
            let shown = mask::mask(&mask_cells(&found, &raw), is_account);
            let masked = shown != raw;
            (Some(shown), masked)
        }
        (raw, _) => (raw, false),
    };
    Ok(Shown {
        record_id: id.to_string(),
        table: found.table,
        source: found.source,
        file: found.file,
        line: found.line,
        offset: found.offset,
        fields,
        raw,
        masked,
    })
}

/// A row of a sheet without the numbers that its header gives away; anything else as it is.
fn mask_cells(found: &StoredRecord, raw: &str) -> String {
    let sample = Sample { name: &found.file, bytes: &found.head };
    let Ok(Framing::Sheet { delimiter }) = sources::recognise(&sample, &[]).map(|found| found.framing) else {
        return raw.to_owned();
    };
    let width = |bytes: &[u8]| rows_of(bytes, delimiter).next().map_or(0, |cells| cells.len());
    let wanted = width(raw.as_bytes());
    let is_header =
        |cells: &Vec<String>| cells.len() == wanted && cells.iter().all(|cell| !cell.contains('@'));
    match rows_of(&found.head, delimiter).find(is_header) {
        Some(header) => mask::mask_row(raw, &header, delimiter),
        None => raw.to_owned(),
    }
}

fn rows_of(bytes: &[u8], delimiter: u8) -> impl Iterator<Item = Vec<String>> {
    sources::sheet::rows::records(bytes, delimiter).into_iter().map(|(_, cells)| cells)
}

/// Everything that could not be read, by file and line. Samples may name people, so that is recorded as well.
pub async fn rejects(choice: &Choice, purpose: Option<&str>) -> Result<Vec<RejectLine>> {
    let workspace = Workspace::last(choice).await?;
    let found = workspace.lake.rejects().await?;
    access::record(&workspace, &Access::of("rejects").purpose(purpose)).await?;
    let line = |one: StoredReject| RejectLine {
        file: one.file,
        source: one.source,
        line: one.line,
        offset: one.offset,
        column: one.column,
        reason: one.reason,
        sample: one.sample,
    };
    Ok(found.into_iter().map(line).collect())
}

/// Rejects of one file for one reason.
#[derive(Debug, Clone, Serialize, schemars::JsonSchema)]
pub struct RejectGroup {
    /// How many.
    pub count: u64,
    /// File.
    pub file: String,
    /// Source.
    pub source: Option<String>,
    /// Reason.
    pub reason: String,
    /// First line.
    pub line: u64,
    /// Sample of the first.
    pub sample: String,
}

/// Groups of rejects, the largest first.
#[must_use]
pub fn group_rejects(rejects: &[RejectLine]) -> Vec<RejectGroup> {
    let mut by: BTreeMap<(&str, &str), RejectGroup> = BTreeMap::new();
    for reject in rejects {
        let group = by.entry((&reject.file, &reject.reason)).or_insert_with(|| RejectGroup {
            count: 0,
            file: reject.file.clone(),
            source: reject.source.clone(),
            reason: reject.reason.clone(),
            line: reject.line,
            sample: reject.sample.clone(),
        });
        group.count += 1;
    }
    let mut out: Vec<RejectGroup> = by.into_values().collect();
    out.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.file, &a.reason).cmp(&(&b.file, &b.reason))));
    out
}

/// The answer to a query.
pub struct Answer {
    /// Columns in order.
    pub columns: Vec<String>,
    rows: Vec<Map<String, Value>>,
    parquet: Vec<u8>,
}

/// Runs one read-only `SELECT` over the normal form. Tokens come back masked, and the reading is recorded.
pub async fn query(choice: &Choice, sql: &str, purpose: Option<&str>) -> Result<Answer> {
    let workspace = Workspace::last(choice).await?;
    let batches = workspace.lake.query_user(sql).await?;
    access::record(&workspace, &Access::of("query").purpose(purpose).detail(sql)).await?;
    let mut found = Vec::new();
    for batch in &batches {
        found.extend(answer::objects(batch)?);
    }
    Ok(Answer { columns: answer::columns(&batches), rows: found, parquet: answer::parquet(&batches)? })
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    }
}

impl Answer {
    /// Rows.
    #[must_use]
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Rows as JSON objects.
    #[must_use]
    pub fn objects(&self) -> &[Map<String, Value>] {
        &self.rows
    }

    /// Rows as text.
    pub fn text_rows(&self) -> impl Iterator<Item = Vec<String>> + '_ {
        self.rows.iter().map(|row| row.values().map(plain).collect())
    }

    /// CSV with a header line.
    pub fn csv(&self) -> Result<String> {
        let wrong = |cause: String| Error::Defect(cause);
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.columns).map_err(|cause| wrong(cause.to_string()))?;
        for row in self.text_rows() {
            writer.write_record(&row).map_err(|cause| wrong(cause.to_string()))?;
        }
        let bytes = writer.into_inner().map_err(|cause| wrong(cause.to_string()))?;
        String::from_utf8(bytes).map_err(|cause| wrong(cause.to_string()))
    }

    /// A Parquet file.
    pub fn write_parquet(&self, path: &Path) -> Result<()> {
        std::fs::write(path, &self.parquet).map_err(Error::configuration(path))
    }
}

/// Outcome of checking a workspace.
pub struct Verified {
    /// Whether history and files are whole.
    pub whole: bool,
    /// In words.
    pub text: String,
}

/// Checks the hash chain of the history and lists it, and every file that the state needs.
pub async fn verify(choice: &Choice) -> Result<Verified> {
    let workspace = Workspace::last(choice).await?;
    let verified = workspace.store.verify().await?;
    let mut text = String::new();
    for entry in workspace.store.history(None).await? {
        let event = entry.event;
        let about = event.subject.unwrap_or_else(|| "—".into());
        let what_for = event.purpose.unwrap_or_else(|| "no purpose given".into());
        let at = model::Time(event.at);
        let action = match event.detail {
            Some(detail) => format!("{} ({detail})", event.action),
            None => event.action,
        };
        let _ = writeln!(text, "{:>6}  {at}  {}  {action}  {about}  {what_for}", entry.sequence, event.actor);
    }
    let damage = workspace.lake.damage();
    for line in &damage {
        let _ = writeln!(text, "file   {line}");
    }
    for sequence in &verified.unaccounted {
        let _ = writeln!(
            text,
            "entry {sequence}: its text was taken away, and no later entry says that it was erased"
        );
    }
    let _ = match verified.broken_at {
        None => writeln!(text, "whole: {} entries, head {}", verified.entries, verified.head),
        Some(at) => writeln!(text, "broken at entry {at}: {} entries before it hold", verified.entries),
    };
    let whole = verified.broken_at.is_none() && verified.unaccounted.is_empty() && damage.is_empty();
    Ok(Verified { whole, text })
}
