//! Who is meant: a worker by the roster's own id, a candidate by the tracking system's, or either by an e-mail address
//! that only one of them carries.

use std::collections::BTreeSet;

use lake::{Lake, rows};
use model::derived::APPLICANT_PREFIX;
use model::{Class, TableDef, Whose, tables};

use crate::error::{Error, Result};

/// Ids as a list of SQL.
pub(crate) fn quoted<'a>(ids: impl IntoIterator<Item = &'a String>) -> String {
    ids.into_iter().map(|id| format!("'{}'", id.replace('\'', "''"))).collect::<Vec<_>>().join(", ")
}

/// The roster id of whom the user names; `None` where nobody is called that.
pub async fn find(lake: &Lake, who: &str) -> Result<Option<String>> {
    let quoted = who.replace('\'', "''");
    let by_id = ids(lake, &format!("SELECT worker_id FROM employment WHERE worker_id = '{quoted}'")).await?;
    if let Some(id) = by_id.into_iter().next() {
        return Ok(Some(id));
    }
    let named = who.strip_prefix(APPLICANT_PREFIX).unwrap_or(who).replace('\'', "''");
    let sql = format!("SELECT worker_id FROM account WHERE account = '{named}' AND rule = 'applicant_id'");
    if let Some(id) = ids(lake, &sql).await?.into_iter().next() {
        return Ok(Some(id));
    }
    let Some(token) = lake.token(Class::Email, who).filter(|_| who.contains('@')) else { return Ok(None) };
    for sql in [
        format!("SELECT worker_id FROM employment WHERE work_email = '{token}'"),
        format!("SELECT worker_id FROM employment WHERE personal_email = '{token}'"),
        format!("SELECT worker_id FROM account WHERE account = '{token}'"),
        format!("SELECT worker_id FROM worker WHERE email = '{token}' AND population = 'applicant'"),
    ] {
        let found = ids(lake, &sql).await?;
        if found.len() > 1 {
            let all = found.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Error::Input(format!("{who}: carried by more than one person ({all}); use the id")));
        }
        if let Some(id) = found.into_iter().next() {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

async fn ids(lake: &Lake, sql: &str) -> Result<BTreeSet<String>> {
    let batches = lake.query(sql).await?;
    Ok(batches.iter().flat_map(|batch| rows::texts(batch, 0)).flatten().collect())
}

/// In which column of which view of a record table the person stands whom a record is about, where one is known.
pub(crate) fn column(table: &TableDef) -> Option<(&'static str, String)> {
    let whose = table.account().map(|account| account.whose);
    Some(match (table.is_told_by_devices(), whose) {
        _ if table.name == tables::employment::TABLE.name => ("worker_id", table.name.to_owned()),
        (true, _) | (_, Some(Whose::Service)) => ("worker_id", format!("w_{}", table.name)),
        (_, Some(Whose::Worker | Whose::Applicant)) => ("subject", format!("w_{}", table.name)),
        _ => return None,
    })
}

/// The roster id of the person whom a record of a table is about, where one is known.
pub async fn of_record(lake: &Lake, table: &TableDef, record: &str) -> Result<Option<String>> {
    let Some((column, from)) = column(table) else { return Ok(None) };
    let found = ids(lake, &format!("SELECT {column} FROM {from} WHERE record_id = '{record}'")).await?;
    Ok(found.into_iter().next())
}
