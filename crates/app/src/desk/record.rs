//! One record with its bytes, masked, for whoever has opened a person whom it is about or against whom it is cited.

use casework::Right;
use lake::Lake;
use model::{RecordId, tables};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::opening::{Seen, nobody};
use super::{Desk, User};
use crate::error::{Error, Result};
use crate::{person, show};

/// Evidence that cites a record.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Citation {
    /// Roster id of somebody whom the reader has opened.
    pub worker: String,
    /// What it says.
    pub sentence: String,
}

/// One record as a page shows it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordFile {
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
    /// Fields by column; numbers of accounts and documents masked.
    pub fields: Map<String, Value>,
    /// The unit as received, masked; missing where no raw bytes are kept.
    pub raw: Option<String>,
    /// blake3 of the bytes as received.
    pub digest: Option<String>,
    /// About whom, by roster id.
    pub about: Option<String>,
    /// When it happened, ISO 8601, where the record says so.
    pub time: Option<String>,
    /// The time zone that the roster states for the person whom it is about.
    pub zone: Option<String>,
    /// Who has seen that person, newest first.
    pub seen_by: Vec<Seen>,
    /// Where it is cited, of people whom the reader has opened.
    pub cited: Vec<Citation>,
    /// Place in the history of this reading.
    pub entry: u64,
}

/// The roster id of the person whom a record is about, where one is known.
async fn about(lake: &Lake, table: &str, record: &str) -> Result<Option<String>> {
    match tables::ALL.iter().find(|one| one.name == table) {
        Some(table) => person::of_record(lake, table, record).await,
        None => Ok(None),
    }
}

impl Desk {
    /// The roster id of the person whom a record is about, where one is known.
    pub(crate) async fn about(&self, record: &str) -> Result<Option<String>> {
        let missing = || Error::Missing("no record is called that".into());
        let id: RecordId = record.parse().map_err(|_| missing())?;
        let workspace = self.engine().await?;
        let found = workspace.lake.record(id).await?.ok_or_else(missing)?;
        about(&workspace.lake, &found.table, &id.to_string()).await
    }

    /// One record.
    ///
    /// # Errors
    /// [`Error::Closed`] where the person whom it is about is not open: being cited against another makes nobody's
    /// records everybody's.
    pub async fn record(&self, user: &User, id: &str) -> Result<RecordFile> {
        user.needs(Right::OpenPerson)?;
        let missing = || Error::Missing("no record is called that".into());
        let id: RecordId = id.parse().map_err(|_| missing())?;
        let name = id.to_string();
        let opened = self.opened(user).await?;
        let board = self.board().await;
        let guise = super::guise::Guise { board: &board, opened: &opened };
        let cited: Vec<Citation> = opened
            .iter()
            .filter_map(|who| Some((who, board.person(who)?)))
            .flat_map(|(who, one)| one.person.evidence.iter().map(move |item| (who, item)))
            .filter(|(_, item)| item.records.contains(&name))
            .map(|(who, item)| Citation {
                worker: who.clone(),
                sentence: guise.text(&item.sentence, &item.other),
            })
            .collect();
        let workspace = self.engine().await?;
        let Some(found) = workspace.lake.record(id).await? else {
            let first = || Error::Forbidden("open a person with a purpose first".into());
            return Err(if opened.is_empty() { first() } else { missing() });
        };
        let about = about(&workspace.lake, &found.table, &name).await?;
        if let Some(who) = &about {
            self.may_touch(user, who).await?;
            if !opened.contains(who) {
                // no pseudonym: who found the record by a name would learn which row of the queue is whose
                return Err(Error::Closed);
            }
        } else if cited.is_empty() && !opened.iter().any(|who| board.person(who).is_some()) {
            return Err(nobody());
        }
        let subject = about.clone().or_else(|| cited.first().map(|one| one.worker.clone()));
        let entry = self.read(user, subject.as_deref(), "record", &name).await?;
        let digest = found.bytes.as_ref().map(|bytes| blake3::hash(bytes).to_hex().to_string());
        let shown = show::shown(&workspace.lake, id, found, false).await?;
        let time = shown.fields.get("time").and_then(Value::as_str).map(str::to_owned);
        let seen_by = match &about {
            Some(who) => self.seen_by(who).await?,
            None => Vec::new(),
        };
        Ok(RecordFile {
            time,
            zone: about.as_ref().and_then(|who| board.zones.get(who).cloned()),
            seen_by,
            record_id: shown.record_id,
            table: shown.table,
            source: shown.source,
            file: shown.file,
            line: shown.line,
            offset: shown.offset,
            fields: shown.fields,
            raw: shown.raw,
            digest,
            about,
            cited,
            entry,
        })
    }
}
