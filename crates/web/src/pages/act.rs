//! Forms that change something. Each ends where the reader then wants to be.

use app::casework::case::{Item, Question};
use app::casework::{Command, Outcome};
use app::desk;

use super::login::own_path;
use crate::call::{Call, Fields, Outcome as Done};
use crate::fault::Fault;
use crate::http::Answer;

/// Opens the person of a case.
pub(crate) async fn open_case(call: &Call<'_>) -> Done {
    let number = call.case()?;
    call.desk.open_case(call.user()?, number, call.form()?.text("purpose")).await?;
    Ok(Answer::see(&format!("/case/C-{number}")))
}

/// Opens a person.
pub(crate) async fn open_worker(call: &Call<'_>) -> Done {
    let (name, fields) = (call.part("worker"), call.form()?);
    call.desk.open_person(call.user()?, name, fields.text("purpose")).await?;
    let next = fields.get("next").map(own_path).filter(|path| *path != "/");
    Ok(Answer::see(&next.map_or_else(|| format!("/worker/{}", crate::http::encode(name)), str::to_owned)))
}

/// Opens the person whom a record is about.
pub(crate) async fn open_record(call: &Call<'_>) -> Done {
    let record = call.part("record");
    call.desk.open_record(call.user()?, record, call.form()?.text("purpose")).await?;
    Ok(Answer::see(&format!("/record/{}", crate::http::encode(record))))
}

/// One command on one case.
pub(crate) async fn act(call: &Call<'_>) -> Done {
    let (user, number, fields) = (call.user()?, call.case()?, call.form()?);
    let version = fields.number("version")?.ok_or_else(|| Fault::new(422, "the form names no version"))?;
    let command = command(&fields, &user.actor.name)?;
    call.desk.act(user, number, version, &command).await?;
    Ok(Answer::see(&format!("/case/C-{number}?done=1")))
}

fn command(fields: &Fields, own_name: &str) -> Result<Command, Fault> {
    let text = |name: &str| fields.text(name).to_owned();
    let maybe = |name: &str| fields.get(name).map(str::to_owned);
    Ok(match fields.text("do") {
        "take" => Command::Assign { to: Some(own_name.to_owned()) },
        "give_back" => Command::Assign { to: None },
        "assign" => Command::Assign { to: maybe("to") },
        "due" => Command::Due { day: maybe("day") },
        "note" => Command::Note { text: text("text") },
        "check" => Command::Check { item: item(fields.text("item"))?, done: fields.text("done") == "yes" },
        "conclude" => Command::Conclude { question: question(fields.text("question"))?, text: text("text") },
        "wait" => Command::Wait { reason: text("reason") },
        "snooze" => Command::Snooze { until: text("until"), reason: text("reason") },
        "resume" => Command::Resume,
        "decide" => Command::Decide { outcome: outcome(fields.text("outcome"))?, reason: text("reason") },
        "approve" => Command::Approve,
        "refuse" => Command::Refuse { reason: text("reason") },
        "reopen" => Command::Reopen { reason: text("reason") },
        "hold" => Command::Hold { reason: text("reason") },
        "release" => Command::Release { reason: text("reason") },
        "undo" => Command::Undo,
        _ => return Err(Fault::new(422, "the form asks for nothing that is known here")),
    })
}

fn outcome(key: &str) -> Result<Outcome, Fault> {
    let found = Outcome::ALL.into_iter().find(|outcome| outcome.key() == key);
    found.ok_or_else(|| Fault::new(422, "an outcome is required"))
}

fn item(key: &str) -> Result<Item, Fault> {
    Item::ALL.into_iter().find(|item| item.key() == key).ok_or_else(|| Fault::new(422, "no such item"))
}

fn question(key: &str) -> Result<Question, Fault> {
    Question::ALL.into_iter().find(|one| one.key() == key).ok_or_else(|| Fault::new(422, "no such question"))
}

/// One command on every case that was selected.
pub(crate) async fn bulk(call: &Call<'_>) -> Done {
    let (user, fields) = (call.user()?, call.form()?);
    let numbers: Vec<u64> = fields.all("case").into_iter().map(desk::number).collect::<Result<_, _>>()?;
    if fields.text("do") == "merge" {
        let into = desk::number(fields.text("into"))?;
        call.desk.merge(user, &numbers, into, fields.text("reason")).await?;
        return Ok(Answer::see(&format!("/case/C-{into}")));
    }
    call.desk.act_on_all(user, &numbers, &command(&fields, &user.actor.name)?).await?;
    Ok(Answer::see("/"))
}

/// Makes a case a part of another.
pub(crate) async fn merge(call: &Call<'_>) -> Done {
    let fields = call.form()?;
    let into = desk::number(fields.text("into"))?;
    call.desk.merge(call.user()?, &[call.case()?], into, fields.text("reason")).await?;
    Ok(Answer::see(&format!("/case/C-{into}")))
}

/// Takes a merge back.
pub(crate) async fn detach(call: &Call<'_>) -> Done {
    let number = call.case()?;
    call.desk.detach(call.user()?, number).await?;
    Ok(Answer::see(&format!("/case/C-{number}")))
}
