//! Cases as OCSF Detection Findings (class 2004), for whoever collects findings. They name nobody: a finding bears the
//! number of the case and the pseudonym of the person, and who may open them opens them here.

use casework::{Case, Status};
use serde_json::{Value, json};

use super::{Board, case_of};
use crate::access::{self, Access};
use crate::error::Result;
use crate::workspace::{Choice, Workspace};

/// Version of OCSF.
const OCSF: &str = "1.8.0";
/// Class of a Detection Finding.
const CLASS: i64 = 2004;

/// Every case as a finding, by number. Recorded.
pub async fn list(choice: &Choice, purpose: Option<&str>) -> Result<Vec<Value>> {
    let workspace = Workspace::last(choice).await?;
    access::record(&workspace, &Access::of("findings").purpose(purpose)).await?;
    let matters = workspace.store.matters().await?;
    let board = Board::read(workspace).await?;
    matters.iter().map(|matter| Ok(finding(&case_of(matter)?, &board))).collect()
}

/// One case as a finding.
#[must_use]
pub fn finding(case: &Case, board: &Board) -> Value {
    let one = board.person(&case.subject);
    let (activity_id, activity) = match case.status {
        Status::Open => (1, "Create"),
        Status::Closed => (3, "Close"),
        _ => (2, "Update"),
    };
    let (status_id, status) = match case.status {
        Status::Open => (1, "New"),
        Status::Snoozed => (3, "Suppressed"),
        Status::Closed => (4, "Resolved"),
        _ => (2, "In Progress"),
    };
    let word = one.map_or(case.found.word.as_str(), |one| scoring::words(one.person.probability));
    // a case is a question: nothing about a person is critical before somebody has looked
    let (severity_id, severity) = match word {
        "very likely" => (4, "High"),
        "likely" | "even" => (3, "Medium"),
        _ => (2, "Low"),
    };
    let last = case.decisions.last().map_or(case.opened_at, |decision| decision.at);
    let analytics: Vec<Value> = case
        .found
        .indicators
        .iter()
        .map(|id| json!({"uid": id, "name": id, "type": "Rule", "type_id": 1}))
        .collect();
    let why = one.map(|one| super::queue::reasons(one, 3).join("; ")).unwrap_or_default();
    json!({
        "activity_id": activity_id,
        "activity_name": activity,
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": CLASS,
        "class_name": "Detection Finding",
        "type_uid": CLASS * 100 + activity_id,
        "time": last / 1000,
        "severity_id": severity_id,
        "severity": severity,
        "status_id": status_id,
        "status": status,
        "status_detail": case.state(),
        "message": why,
        "finding_info": {
            "uid": case.name(),
            "title": format!("{} about {}: {word}", case.name(), board.pseudonym(&case.subject)),
            "desc": "The records fit an engagement that is not what it claims. A case is a question, not a verdict.",
            "created_time": case.opened_at / 1000,
            "modified_time": last / 1000,
            "related_analytics": analytics,
        },
        "metadata": {
            "version": OCSF,
            "uid": case.name(),
            "product": {"name": "bonafide", "vendor_name": "bonafide", "version": env!("CARGO_PKG_VERSION")},
        },
        "unmapped": {"bits": case.found.millibits as f64 / 1000.0, "prior": board.prior, "basis": board.basis},
    })
}
