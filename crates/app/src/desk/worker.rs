//! One person: claimed beside seen. What nationality, age or face could say does not stand here, because no table has
//! it.

use std::collections::BTreeMap;

use casework::Right;
use lake::{Lake, rows};
use model::{TableDef, tables};
use schemars::JsonSchema;
use serde::Serialize;

use super::farm::words;
use super::opening::{Seen, is_closed, nobody};
use super::reading::ACCURACY;
use super::{Desk, User};
use crate::error::Result;
use crate::explain::Explained;
use crate::person;

/// Records behind one cell.
const RECORDS: usize = 5;
/// Lines of one cell.
const LINES: usize = 6;

/// People whose comparison is kept.
const KEPT: usize = 200;
/// So many sign-ins, in words.
const SIGN_INS: &str = "CAST(n AS VARCHAR) || CASE WHEN n = 1 THEN ' sign-in' ELSE ' sign-ins' END";

/// What was claimed beside what was seen, of people of one state.
#[derive(Default)]
pub(crate) struct Compared {
    sequence: u64,
    people: BTreeMap<String, (Option<String>, Vec<Beside>)>,
}

/// One line of a cell, with the records that it rests on.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Line {
    /// Words.
    pub text: String,
    /// Records.
    pub records: Vec<String>,
}

/// What was claimed beside what was seen.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Beside {
    /// Place, hours, device, parcels, pay, phone, documents, checked by the company.
    pub what: &'static str,
    /// Claimed.
    pub claimed: Vec<Line>,
    /// Seen.
    pub seen: Vec<Line>,
}

/// One tie to others.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TieLine {
    /// Reason in a sentence.
    pub sentence: String,
    /// The innocent explanation, where one covers it.
    pub innocent: Option<String>,
    /// The others, by pseudonym.
    pub others: Vec<String>,
    /// Records of this person's part.
    pub records: Vec<String>,
}

/// One person as a reader may see them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WorkerFile {
    /// P-7; for whoever asked by roster id and has not opened the person, that id.
    pub person: String,
    /// Roster id; missing where the person is not open.
    pub worker_id: Option<String>,
    /// Why the reader may not open them.
    pub closed_to_you: Option<String>,
    /// The reader's purpose.
    pub purpose: Option<String>,
    /// Post, as the roster states it.
    pub post: Option<String>,
    /// The time zone that the roster states.
    pub zone: Option<String>,
    /// Claimed beside seen.
    pub beside: Vec<Beside>,
    /// Ties to others.
    pub ties: Vec<TieLine>,
    /// The assessment.
    pub assessment: Option<Explained>,
    /// F-2.
    pub farm: Option<String>,
    /// Cases of this person.
    pub cases: Vec<String>,
    /// Who has seen this person, newest first.
    pub seen_by: Vec<Seen>,
    /// Legal basis.
    pub basis: Option<String>,
    /// What the accuracy was measured on.
    pub accuracy: String,
}

impl Desk {
    /// One person, by pseudonym or roster id. Reading is recorded.
    pub async fn worker(&self, user: &User, name: &str) -> Result<WorkerFile> {
        user.needs(Right::SeeQueue)?;
        let board = self.board().await;
        let id = board.who(name).ok_or_else(nobody)?.to_owned();
        let purpose = self.purpose(user, &id).await?;
        let by_row = name.eq_ignore_ascii_case(&board.pseudonym(&id));
        if by_row && is_closed(&board, user, &id) {
            // a row of the queue that they do not see
            self.refuse(user, &id).await?;
            return Err(nobody());
        }
        let is_told = by_row || purpose.is_some();
        if !is_told {
            // who is called how would tell which row of the queue is whose: an id is a door, and nothing else
            user.needs(Right::OpenPerson).map_err(|_| nobody())?;
        }
        let closed_to_you = match user.needs(Right::OpenPerson) {
            Err(cause) => Some(cause.to_string()),
            Ok(()) => self.may_touch(user, &id).await.err().map(|cause| cause.to_string()),
        };
        let mut file = WorkerFile {
            person: if is_told { board.pseudonym(&id) } else { id.clone() },
            worker_id: None,
            closed_to_you,
            purpose,
            post: None,
            zone: None,
            beside: Vec::new(),
            ties: Vec::new(),
            assessment: None,
            farm: None,
            cases: Vec::new(),
            seen_by: Vec::new(),
            basis: board.basis.clone(),
            accuracy: ACCURACY.to_owned(),
        };
        if !is_told {
            return Ok(file);
        }
        file.farm = board.person(&id).and_then(|one| board.farm_name(one.person.farm.as_deref()?));
        file.cases = self.cases().await?.about(&id).map(|(case, _)| case.name()).collect();
        if file.purpose.is_none() {
            return Ok(file);
        }
        self.read(user, Some(&id), "worker page", &file.person).await?;
        (file.post, file.beside) = self.beside(board.sequence, &id).await?;
        file.zone = board.zones.get(&id).cloned();
        file.ties = self.ties(&board, &id);
        let opened = self.opened(user).await?;
        let guise = super::guise::Guise { board: &board, opened: &opened };
        file.assessment = board.person(&id).map(|one| guise.explained(one));
        file.seen_by = self.seen_by(&id).await?;
        file.worker_id = Some(id);
        Ok(file)
    }

    /// What was claimed beside what was seen. A state never changes, so what was asked of it once is kept for a while.
    async fn beside(&self, sequence: u64, id: &str) -> Result<(Option<String>, Vec<Beside>)> {
        let mut kept = self.compared.lock().await;
        if kept.sequence != sequence || kept.people.len() >= KEPT {
            *kept = Compared { sequence, people: BTreeMap::new() };
        }
        if let Some(found) = kept.people.get(id) {
            return Ok(found.clone());
        }
        drop(kept);
        let workspace = self.engine().await?;
        let quoted = id.replace('\'', "''");
        let (post, claims) = claims(&workspace.lake, &quoted).await?;
        let found = (post, beside(&workspace.lake, &quoted, claims).await?);
        let mut kept = self.compared.lock().await;
        if kept.sequence == sequence {
            kept.people.insert(id.to_owned(), found.clone());
        }
        Ok(found)
    }

    fn ties(&self, board: &super::Board, id: &str) -> Vec<TieLine> {
        let places = board.ties.of.get(id).cloned().unwrap_or_default();
        let line = |at: usize| {
            let tie = &board.ties.all[at];
            let own = tie.parts.iter().find(|part| part.worker == id)?;
            let others: Vec<String> = tie
                .parts
                .iter()
                .filter(|part| part.worker != id)
                .map(|part| board.pseudonym(&part.worker))
                .collect();
            Some(TieLine {
                sentence: format!(
                    "The same {} as {} others, who declare {} homes between them; {} on {} days, {} to {}.",
                    words(&tie.kind),
                    others.len(),
                    tie.homes,
                    own.mark,
                    own.days,
                    own.first,
                    own.last
                ),
                innocent: tie.explanation.clone(),
                others,
                records: own.records.clone(),
            })
        };
        places.into_iter().filter_map(line).collect()
    }
}

/// What the roster claims.
struct Claims {
    place: String,
    zone: String,
    records: Vec<String>,
}

async fn claims(lake: &Lake, quoted: &str) -> Result<(Option<String>, Claims)> {
    let sql = format!(
        "SELECT home_city, home_region, home_country, work_location, timezone, job_title, department, record_ids \
         FROM worker WHERE worker_id = '{quoted}'"
    );
    let mut claims = Claims { place: "not stated".into(), zone: "not stated".into(), records: Vec::new() };
    let mut post = None;
    for batch in lake.query(&sql).await?.iter().filter(|batch| batch.num_rows() > 0) {
        let text = |at: usize| rows::texts(batch, at).into_iter().next().flatten();
        let place = [0, 1, 2].map(text).into_iter().flatten().collect::<Vec<_>>().join(", ");
        let at_work = text(3).map(|work| format!(" ({work})")).unwrap_or_default();
        if !place.is_empty() {
            claims.place = format!("{place}{at_work}");
        }
        claims.zone = text(4).unwrap_or(claims.zone);
        post = Some([5, 6].map(text).into_iter().flatten().collect::<Vec<_>>().join(", "));
        claims.records = rows::lists(batch, 7).into_iter().flatten().take(RECORDS).collect();
    }
    Ok((post.filter(|post| !post.is_empty()), claims))
}

async fn beside(lake: &Lake, who: &str, claims: Claims) -> Result<Vec<Beside>> {
    let claimed = |text: String| vec![Line { text, records: claims.records.clone() }];
    let places = lines(
        lake,
        &format!(
            "SELECT coalesce(src_city, 'unknown city') || coalesce(', ' || src_region, '') || ': ' || \
             {SIGN_INS}, a, b FROM (SELECT src_city, src_region, count(*) AS n, \
             min(record_id) AS a, max(record_id) AS b FROM w_authentication WHERE worker_id = '{who}' \
             AND status = 'success' GROUP BY 1, 2) ORDER BY n DESC, a LIMIT {LINES}"
        ),
    )
    .await?;
    let hours = lines(
        lake,
        &format!(
            "SELECT CASE WHEN h < 10 THEN '0' ELSE '' END || CAST(h AS VARCHAR) || ':00 UTC: ' || \
             {SIGN_INS}, a, b FROM (SELECT CAST(date_part('hour', time) AS BIGINT) AS h, \
             count(*) AS n, min(record_id) AS a, max(record_id) AS b FROM w_authentication \
             WHERE worker_id = '{who}' AND time IS NOT NULL GROUP BY 1) ORDER BY n DESC, h LIMIT {LINES}"
        ),
    )
    .await?;
    let parcels_to = lines(
        lake,
        &format!(
            "SELECT coalesce(item, 'parcel') || ' ordered to ' || coalesce(ship_to_city, 'an unnamed city'), record_id AS a, \
             record_id AS b FROM w_shipment WHERE subject = '{who}' ORDER BY time, record_id LIMIT {LINES}"
        ),
    )
    .await?;
    let parcels_at = lines(
        lake,
        &format!(
            "SELECT 'delivered in ' || coalesce(delivered_city, 'an unnamed city') || \
             CASE WHEN is_rerouted THEN ', rerouted' ELSE '' END || coalesce(', ' || status, ''), record_id AS a, record_id AS b \
             FROM w_shipment WHERE subject = '{who}' ORDER BY time, record_id LIMIT {LINES}"
        ),
    )
    .await?;
    let assigned = lines(
        lake,
        &format!(
            "SELECT coalesce(model, 'device') || ' ' || coalesce(serial, hostname, asset_tag, ''), record_id AS a, record_id AS b \
             FROM w_device_assignment WHERE subject = '{who}' ORDER BY time, record_id LIMIT {LINES}"
        ),
    )
    .await?;
    let used = lines(
        lake,
        &format!(
            "SELECT coalesce(os, 'unknown system') || coalesce(', ' || browser, '') || ': ' || \
             {SIGN_INS}, a, b FROM (SELECT os, browser, count(*) AS n, min(record_id) AS a, \
             max(record_id) AS b FROM w_authentication WHERE worker_id = '{who}' GROUP BY 1, 2) \
             ORDER BY n DESC, a LIMIT {LINES}"
        ),
    )
    .await?;
    let (pay, checked) = (pay(lake, who).await?, checked(lake, who).await?);
    let (phone, lookup) = phone(lake, who).await?;
    let (applied, documents) = documents(lake, who).await?;
    Ok(vec![
        Beside { what: "place", claimed: claimed(claims.place.clone()), seen: places },
        Beside { what: "hours", claimed: claimed(format!("time zone: {}", claims.zone)), seen: hours },
        Beside { what: "device", claimed: assigned, seen: used },
        Beside { what: "parcels", claimed: parcels_to, seen: parcels_at },
        Beside { what: "pay", claimed: Vec::new(), seen: pay },
        Beside { what: "phone", claimed: phone, seen: lookup },
        Beside { what: "documents", claimed: applied, seen: documents },
        Beside { what: "checked by the company", claimed: Vec::new(), seen: checked },
    ])
}

/// What phone the roster states, and what a look-up says of that number. The number itself stands in the record.
async fn phone(lake: &Lake, who: &str) -> Result<(Vec<Line>, Vec<Line>)> {
    let stated = lines(
        lake,
        &format!(
            "SELECT 'a number is stated', min(record_id), max(record_id) FROM employment \
             WHERE worker_id = '{who}' AND phone IS NOT NULL GROUP BY phone ORDER BY 2 LIMIT {LINES}"
        ),
    )
    .await?;
    let looked_up = lines(
        lake,
        &format!(
            "SELECT replace(coalesce(l.line_type, 'unknown line'), '_', ' ') || coalesce(', ' || l.carrier, ''), \
             min(l.record_id), max(l.record_id) FROM phone_lookup l JOIN employment e ON e.phone = l.phone \
             WHERE e.worker_id = '{who}' GROUP BY 1 ORDER BY 2 LIMIT {LINES}"
        ),
    )
    .await?;
    Ok((stated, looked_up))
}

/// What was applied for, and what was handed in.
async fn documents(lake: &Lake, who: &str) -> Result<(Vec<Line>, Vec<Line>)> {
    let view = |table: &'static TableDef| person::column(table);
    let (Some((of_applicant, applicants)), Some((of_document, documents))) =
        (view(&tables::applicant::TABLE), view(&tables::document::TABLE))
    else {
        return Ok((Vec::new(), Vec::new()));
    };
    let applied = lines(
        lake,
        &format!(
            "SELECT 'applied' || coalesce(' for ' || job, '') || coalesce(', ' || stage, ''), record_id AS a, record_id AS b \
             FROM {applicants} WHERE {of_applicant} = '{who}' ORDER BY time, record_id LIMIT {LINES}"
        ),
    )
    .await?;
    let handed_in = lines(
        lake,
        &format!(
            "SELECT coalesce(document_type, 'document') || coalesce(' of ' || CAST(characters AS VARCHAR) || ' characters', ''), \
             record_id AS a, record_id AS b FROM {documents} WHERE {of_document} = '{who}' ORDER BY time, record_id LIMIT {LINES}"
        ),
    )
    .await?;
    Ok((applied, handed_in))
}

/// Where the pay goes.
async fn pay(lake: &Lake, who: &str) -> Result<Vec<Line>> {
    lines(
        lake,
        &format!(
            "SELECT coalesce(method, 'account') || ' ending in ' || coalesce(account_last4, wallet_last4, '?') || \
             coalesce(' at ' || bank_name, '') || ', holder name match: ' || coalesce(holder_match, 'unknown'), \
             record_id AS a, record_id AS b FROM w_pay_instruction WHERE subject = '{who}' ORDER BY time, record_id LIMIT {LINES}"
        ),
    )
    .await
}

/// What the company itself has checked or approved.
async fn checked(lake: &Lake, who: &str) -> Result<Vec<Line>> {
    lines(
        lake,
        &format!(
            "SELECT replace(kind, '_', ' ') || coalesce(', ' || place, '') || coalesce(', ' || reference, ''), \
             record_id AS a, record_id AS b FROM w_attestation WHERE subject = '{who}' ORDER BY time DESC, record_id LIMIT {LINES}"
        ),
    )
    .await
}

/// Rows of a text and two records.
async fn lines(lake: &Lake, sql: &str) -> Result<Vec<Line>> {
    let mut out = Vec::new();
    for batch in lake.query(sql).await? {
        let [texts, first, last] = [0, 1, 2].map(|at| rows::texts(&batch, at));
        for ((text, first), last) in texts.into_iter().zip(first).zip(last) {
            let mut records: Vec<String> = first.into_iter().chain(last).collect();
            records.dedup();
            out.extend(text.map(|text| Line { text, records }));
        }
    }
    Ok(out)
}
