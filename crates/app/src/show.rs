//! What stands in the workspace: one record with its bytes, rejects, answers to queries, the history.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use lake::{Lake, StoredRecord, TOKEN_PREFIX, answer, rows};
use model::{Class, RecordId};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::access;
use crate::error::{Error, Result};
use crate::report::RejectLine;
use crate::workspace::{Choice, Workspace};

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
            out.push_str("account, tax-id and document numbers are masked; --reveal shows them and is recorded\n");
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
    let action = if reveal { "record, revealed" } else { "record" };
    access::record(&workspace, action, Some(&id.to_string()), purpose).await?;
    shown(&workspace.lake, id, found, reveal).await
}

async fn shown(lake: &Lake, id: RecordId, found: StoredRecord, reveal: bool) -> Result<Shown> {
    let vault = if reveal { Some(lake.vault().await?) } else { None };
    let mut fields = Map::new();
    let mut accounts = Vec::new();
    for (name, value) in &found.fields {
        let shown = if !value.starts_with(TOKEN_PREFIX) {
            value.clone()
        } else if let Some(clear) = vault.as_ref().map(|vault| vault.reveal(value)).transpose()?.flatten() {
            clear
        } else {
            accounts.push(value.clone());
            "•".to_owned()
        };
        fields.insert(name.clone(), shown.into());
    }
    let raw = found.bytes.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let (raw, masked) = match (raw, reveal) {
        (Some(raw), false) => {
            let hidden = mask(&raw, |piece| lake.token(Class::Account, piece).is_some_and(|t| accounts.contains(&t)));
            let masked = hidden != raw;
            (Some(hidden), masked)
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

/// The text with account and tax-id numbers hidden but for their last four characters: pieces between separators
/// that are the record's own account, and whatever is shaped like a US social security number.
fn mask(raw: &str, is_account: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(raw.len());
    let is_break = |c: char| matches!(c, '"' | ',' | ';' | '\t' | '|' | ':' | '{' | '}' | '[' | ']' | '\n');
    for piece in raw.split_inclusive(is_break) {
        let body = piece.trim_end_matches(is_break);
        let end = &piece[body.len()..];
        let inner = body.trim();
        if inner.len() >= 4 && (is_account(inner) || is_tax_id(inner)) {
            out.push_str(&body.replace(inner, &hidden(inner)));
        } else {
            out.push_str(body);
        }
        out.push_str(end);
    }
    out
}

fn is_tax_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    matches!(parts[..], [a, b, c] if digits(a, 3) && digits(b, 2) && digits(c, 4))
}

fn hidden(text: &str) -> String {
    let keep = text.chars().count().saturating_sub(4);
    text.chars().enumerate().map(|(at, c)| if at < keep && c.is_alphanumeric() { '•' } else { c }).collect()
}

/// Everything that could not be read, by file and line.
pub async fn rejects(choice: &Choice) -> Result<Vec<RejectLine>> {
    let workspace = Workspace::last(choice).await?;
    let sql = "SELECT file_name, source, line, offset, column_name, reason, sample FROM reject \
               ORDER BY file_name, line, offset, reason, sample";
    let mut out = Vec::new();
    for batch in workspace.lake.query(sql).await? {
        let [files, sources, columns, reasons, samples] = [0, 1, 4, 5, 6].map(|at| rows::texts(&batch, at));
        let [lines, offsets] = [2, 3].map(|at| rows::ints(&batch, at));
        for row in 0..batch.num_rows() {
            let text = |cells: &[Option<String>]| cells[row].clone().unwrap_or_default();
            let number = |cells: &[Option<i64>]| cells[row].unwrap_or_default().unsigned_abs();
            out.push(RejectLine {
                file: text(&files),
                source: sources[row].clone(),
                line: number(&lines),
                offset: number(&offsets),
                column: columns[row].clone(),
                reason: text(&reasons),
                sample: text(&samples),
            });
        }
    }
    Ok(out)
}

/// Rejects of one file for one reason.
#[derive(Debug, Clone, Serialize)]
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
    access::record(&workspace, "query", None, purpose).await?;
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
        std::fs::write(path, &self.parquet).map_err(Error::file(path))
    }
}

/// Outcome of checking the history.
pub struct History {
    /// Whether it is whole.
    pub whole: bool,
    /// In words.
    pub text: String,
}

/// Checks the hash chain of the history and lists it.
pub async fn verify(choice: &Choice) -> Result<History> {
    let workspace = Workspace::last(choice).await?;
    let verified = workspace.store.verify().await?;
    let mut text = String::new();
    for entry in workspace.store.history(None).await? {
        let event = entry.event;
        let about = event.subject.unwrap_or_else(|| "—".into());
        let what_for = event.purpose.unwrap_or_else(|| "no purpose given".into());
        let at = model::Time(event.at);
        let _ = writeln!(text, "{:>6}  {at}  {}  {}  {about}  {what_for}", entry.sequence, event.actor, event.action);
    }
    let _ = match verified.broken_at {
        None => writeln!(text, "whole: {} entries, head {}", verified.entries, verified.head),
        Some(at) => writeln!(text, "broken at entry {at} of {}", verified.entries),
    };
    Ok(History { whole: verified.broken_at.is_none(), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accounts_and_tax_ids_are_hidden_wherever_they_stand() {
        let is_account = |piece: &str| piece.replace(' ', "") == "DE02120300000000202051";
        let row = "W-1,DE02 1203 0000 0000 2020 51,checking,123-45-6789,2026-01-02";
        assert_eq!(mask(row, is_account), "W-1,••••  •••• •••• •••• ••20 51,checking,•••-••-6789,2026-01-02".replace("  ", " "));
        let json = r#"{"iban":"DE02120300000000202051","note":"x"}"#;
        assert_eq!(mask(json, is_account), r#"{"iban":"••••••••••••••••••2051","note":"x"}"#);
    }
}
