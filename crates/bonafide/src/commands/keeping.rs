//! `bonafide hold`, `forget`, `subject-report`, `findings`, `backup`, `restore`: what is kept, shown and copied.

use super::{choice, wants_json};
use crate::arguments::{Copy, Forget, Hold, Shared, SubjectReport};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// A legal hold on a case, or its end.
pub async fn hold(shared: &Shared, hold: &Hold) -> anyhow::Result<Exit> {
    let reason = shared.purpose.as_deref();
    let said = app::desk::keeping::hold(&choice(shared), &hold.case, reason, hold.release).await?;
    draw::tell(&said);
    Ok(NOTHING_OPENED)
}

/// What is held about one person.
pub async fn subject_report(shared: &Shared, typed: &SubjectReport) -> anyhow::Result<Exit> {
    let purpose = shared.purpose.as_deref();
    let report = app::desk::subject::report(&choice(shared), &typed.person, purpose).await?;
    if wants_json(shared) {
        draw::json_lines([&report])?;
    } else {
        draw::say(&report.text())?;
    }
    Ok(NOTHING_OPENED)
}

/// Detail that is due goes.
pub async fn forget(shared: &Shared, typed: &Forget) -> anyhow::Result<Exit> {
    let gone = app::desk::retention::run(&choice(shared), typed.days, typed.dry_run).await?;
    if wants_json(shared) {
        draw::json_lines([&gone])?;
    } else {
        let verb = if typed.dry_run { "would go" } else { "went" };
        draw::say(&format!(
            "the detail of {} cases {verb}, with {} texts of the history; of {} people it is kept for now, of {} on legal hold",
            gone.cases.len(),
            gone.history,
            gone.kept,
            gone.held
        ))?;
    }
    Ok(NOTHING_OPENED)
}

/// Cases as OCSF Detection Findings, one JSON object a line.
pub async fn findings(shared: &Shared) -> anyhow::Result<Exit> {
    draw::json_lines(app::desk::findings::list(&choice(shared), shared.purpose.as_deref()).await?)?;
    Ok(NOTHING_OPENED)
}

/// A copy of the workspace.
pub async fn backup(shared: &Shared, copy: &Copy) -> anyhow::Result<Exit> {
    let copied = app::backup::make(&choice(shared), &copy.folder, shared.purpose.as_deref()).await?;
    tell(shared, &copied, "the key is not in the copy: keep it elsewhere")
}

/// A workspace out of a copy.
pub async fn restore(shared: &Shared, copy: &Copy) -> anyhow::Result<Exit> {
    let copied = app::backup::restore(&choice(shared), &copy.folder).await?;
    tell(shared, &copied, "every file is whole; bonafide verify checks the history")
}

fn tell(shared: &Shared, copied: &app::backup::Copied, after: &str) -> anyhow::Result<Exit> {
    if wants_json(shared) {
        draw::json_lines([copied])?;
    } else {
        draw::say(&format!(
            "copied {} files, {} bytes; head of the history {}",
            copied.files, copied.bytes, copied.head
        ))?;
    }
    draw::tell(after);
    Ok(NOTHING_OPENED)
}
