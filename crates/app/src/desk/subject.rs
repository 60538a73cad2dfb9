//! What is held about one person, for that person: records, assessment, cases, and who has seen them. Others stand in it
//! under the names of the queue.

use std::collections::BTreeMap;

use lake::rows;
use model::tables;
use schemars::JsonSchema;
use serde::Serialize;

use super::opening::{Seen, seen, without_ids};
use super::{Board, case_of};
use crate::access::{self, Access};
use crate::error::{Error, Result};
use crate::explain::Explained;
use crate::person;
use crate::workspace::{Choice, Workspace};

/// Records of one table.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Held {
    /// Table.
    pub table: String,
    /// Records about the person.
    pub records: u64,
    /// First, ISO 8601.
    pub first: Option<String>,
    /// Last, ISO 8601.
    pub last: Option<String>,
    /// Their ids: `bonafide record ID` shows each.
    pub ids: Vec<String>,
}

/// What a case says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CaseSaid {
    /// C-7.
    pub case: String,
    /// Status or outcome in words.
    pub state: String,
    /// When it opened, ISO 8601.
    pub opened_at: String,
    /// Decisions with their reasons.
    pub decisions: Vec<String>,
    /// Notes.
    pub notes: Vec<String>,
}

/// What is held about one person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SubjectReport {
    /// Roster id.
    pub worker_id: String,
    /// Legal basis as the scope states it.
    pub basis: Option<String>,
    /// Records by table.
    pub records: Vec<Held>,
    /// The assessment of the last check.
    pub assessment: Option<Explained>,
    /// Cases.
    pub cases: Vec<CaseSaid>,
    /// Who has seen or done what, oldest first.
    pub seen_by: Vec<Seen>,
}

/// What is held about the person of a roster id or e-mail address. Recorded.
pub async fn report(choice: &Choice, who: &str, purpose: Option<&str>) -> Result<SubjectReport> {
    let mut workspace = Workspace::last(choice).await?;
    if let Ok(basis) = crate::basis::Basis::last(&workspace.lake) {
        workspace.lake.look_as_of(basis.judgement()).await?;
    }
    let found = person::find(&workspace.lake, who).await?;
    let id =
        found.ok_or_else(|| Error::Input(format!("nobody is called {who}: not on the roster, or erased")))?;
    access::record(&workspace, &Access::of("subject report").about(Some(&id)).purpose(purpose)).await?;
    let records = records(&workspace, &id).await?;
    let mut cases = Vec::new();
    for matter in workspace.store.matters().await?.iter().filter(|one| one.subject == id) {
        let case = case_of(matter)?;
        cases.push(CaseSaid {
            case: case.name(),
            state: case.state().to_owned(),
            opened_at: model::Time(case.opened_at).to_string(),
            decisions: case
                .decisions
                .iter()
                .map(|one| format!("{}: {}", one.outcome.as_str(), one.reason))
                .collect(),
            notes: case.notes.iter().map(|note| note.text.clone()).collect(),
        });
    }
    let seen_by = workspace.store.history(Some(&id)).await?.into_iter().map(seen).collect();
    let board = Board::read(workspace).await?;
    Ok(SubjectReport {
        basis: board.basis.clone(),
        assessment: board.person(&id).cloned().map(|one| without_others(one, &board)),
        records,
        cases,
        seen_by,
        worker_id: id,
    })
}

/// The same assessment, naming nobody else.
fn without_others(mut one: Explained, board: &Board) -> Explained {
    for item in &mut one.person.evidence {
        item.sentence = without_ids(&item.sentence, &item.other, board);
        item.other = item.other.iter().map(|id| board.pseudonym(id)).collect();
    }
    one
}

async fn records(workspace: &Workspace, id: &str) -> Result<Vec<Held>> {
    let quoted = id.replace('\'', "''");
    let mut out = Vec::new();
    for table in tables::ALL {
        let Some((who, from)) = person::column(table) else { continue };
        if !workspace.lake.manifest().tables.contains_key(table.name) {
            continue;
        }
        let sql =
            format!("SELECT record_id, time FROM {from} WHERE {who} = '{quoted}' ORDER BY time, record_id");
        let mut held =
            Held { table: table.name.to_owned(), records: 0, first: None, last: None, ids: Vec::new() };
        for batch in workspace.lake.query(&sql).await? {
            for (id, time) in rows::texts(&batch, 0).into_iter().zip(rows::instants(&batch, 1)) {
                held.ids.extend(id);
                if let Some(time) = time.map(|time| time.to_string()) {
                    held.first.get_or_insert_with(|| time.clone());
                    held.last = Some(time);
                }
            }
        }
        held.records = held.ids.len() as u64;
        if held.records > 0 {
            out.push(held);
        }
    }
    Ok(out)
}

impl SubjectReport {
    /// For people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut lines = vec![
            format!("What is held about {}", self.worker_id),
            format!("basis   {}", self.basis.as_deref().unwrap_or("none stated in scope.toml")),
            String::new(),
        ];
        let mut total = BTreeMap::new();
        for held in &self.records {
            *total.entry("records").or_insert(0) += held.records;
            let span = [&held.first, &held.last].map(|day| day.as_deref().unwrap_or("undated").to_owned());
            lines.push(format!("{:>8}  {}  {} to {}", held.records, held.table, span[0], span[1]));
        }
        lines.push(format!("{:>8}  in all", total.get("records").copied().unwrap_or(0)));
        if let Some(one) = &self.assessment {
            lines.extend([String::new(), one.in_words.clone()]);
            lines.extend(
                one.person.evidence.iter().map(|item| format!("   {} ({})", item.sentence, item.indicator)),
            );
        }
        for case in &self.cases {
            lines
                .extend([String::new(), format!("{}  {}; opened {}", case.case, case.state, case.opened_at)]);
            lines.extend(case.decisions.iter().chain(&case.notes).map(|text| format!("   {text}")));
        }
        lines.extend([String::new(), "Who has seen or done what".into()]);
        for one in &self.seen_by {
            let purpose = one.purpose.as_deref().unwrap_or("no purpose given");
            let detail = one.detail.as_deref().unwrap_or_default();
            lines.push(format!("   {}  {}  {}  {detail}  ({purpose})", one.at, one.by, one.action));
        }
        lines.join("\n")
    }
}
