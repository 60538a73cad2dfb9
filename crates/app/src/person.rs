//! Who is meant: a worker by the roster's own id, or by an e-mail address that only one worker carries.

use std::collections::BTreeSet;

use lake::{Lake, rows};
use model::{Class, TableDef, tables};

use crate::error::{Error, Result};

/// The roster id of whom the user names; `None` where nobody is called that.
pub async fn find(lake: &Lake, who: &str) -> Result<Option<String>> {
    let quoted = who.replace('\'', "''");
    let by_id = ids(lake, &format!("SELECT worker_id FROM employment WHERE worker_id = '{quoted}'")).await?;
    if let Some(id) = by_id.into_iter().next() {
        return Ok(Some(id));
    }
    let Some(token) = lake.token(Class::Email, who).filter(|_| who.contains('@')) else { return Ok(None) };
    for sql in [
        format!("SELECT worker_id FROM employment WHERE work_email = '{token}'"),
        format!("SELECT worker_id FROM employment WHERE personal_email = '{token}'"),
        format!("SELECT worker_id FROM account WHERE account = '{token}'"),
    ] {
        let found = ids(lake, &sql).await?;
        if found.len() > 1 {
            let all = found.into_iter().collect::<Vec<_>>().join(", ");
            return Err(Error::Input(format!(
                "{who}: carried by more than one worker ({all}); use the roster id"
            )));
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

/// The roster id of the person whom a record of a table is about, where one is known.
pub async fn of_record(lake: &Lake, table: &TableDef, record: &str) -> Result<Option<String>> {
    let has = |column: &str| table.position(column).is_some();
    let is_device = has("hostname") && table.name != tables::device_assignment::TABLE.name;
    let (column, from) = if table.name == tables::employment::TABLE.name {
        ("worker_id", table.name.to_owned())
    } else if is_device || (has("user_email") && has("user_uid")) {
        ("worker_id", format!("w_{}", table.name))
    } else if has("worker_id") {
        ("subject", format!("w_{}", table.name))
    } else {
        return Ok(None);
    };
    let found = ids(lake, &format!("SELECT {column} FROM {from} WHERE record_id = '{record}'")).await?;
    Ok(found.into_iter().next())
}
