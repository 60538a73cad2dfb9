//! PostgreSQL: a database that somebody runs, named by URL. The first schema of the search path holds the tables.

use sqlx::{AnyPool, Row};

use super::{Engine, pool};
use crate::{Address, Error, Result};

pub(super) static ENGINE: Engine = Engine {
    setup: &[
        "SET client_min_messages = warning",
        // as long as SQLite's writers wait
        "SET lock_timeout = '30s'",
        // whoever vanished with its turn taken does not hold up the others for hours
        "SET idle_in_transaction_session_timeout = '60s'",
        // whatever the database says by default: a statement of its own never has to be tried again …
        "SET default_transaction_isolation = 'read committed'",
        // … and an entry that was confirmed survives a crash of the server
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
    ],
    // whoever waited for its turn must see what the one before wrote
    write: "BEGIN ISOLATION LEVEL READ COMMITTED",
    turn: Some("SELECT pg_advisory_xact_lock(hashtextextended(current_schema(), 7038329013214171726))"),
    view: "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    shapes: &[
        (6, include_str!("../../migrations/postgres/0006_first.sql")),
        (7, include_str!("../../migrations/postgres/0007_copies.sql")),
        (8, include_str!("../../migrations/postgres/0008_turn.sql")),
        (9, include_str!("../../migrations/postgres/0009_actor.sql")),
        (10, include_str!("../../migrations/postgres/0010_lineage.sql")),
    ],
    // Deleted rows stay in their pages until the tables are written anew.
    scrub: &[
        "VACUUM (FULL) history_text",
        "VACUUM (FULL) alias",
        "VACUUM (FULL) lineage",
        "VACUUM (FULL) lineage_step",
        "VACUUM (FULL) matter",
        "VACUUM (FULL) opening",
        "VACUUM (FULL) drawn",
        "VACUUM (FULL) account",
        "VACUUM (FULL) reply",
        "VACUUM (FULL) letter",
        "VACUUM (FULL) actor",
        "VACUUM (FULL) pass",
        "VACUUM (FULL) passkey",
        "VACUUM (FULL) identity",
        "VACUUM (FULL) receiver",
        "VACUUM (FULL) setting",
        "VACUUM (FULL) weights",
    ],
    copy: None,
};

/// Connections to a database whose text is UTF-8.
pub(super) async fn open(address: &Address) -> Result<AnyPool> {
    if let Some(file) = &address.authorities {
        // the driver would say that a file is missing, and not which
        std::fs::File::open(file)
            .map_err(|cause| Error::Address(format!("{address}: sslrootcert={file}: {cause}")))?;
    }
    let failed = |source| match stranger(&source) {
        Some(why) => Error::Stranger { place: address.to_string(), why },
        None => Error::Open { place: address.to_string(), source },
    };
    let pool = pool(address.options().map_err(failed)?, &ENGINE).await.map_err(failed)?;
    let row = sqlx::query("SELECT current_setting('server_encoding'), COALESCE(current_schema()::text, '')")
        .fetch_one(&pool)
        .await
        .map_err(failed)?;
    let (encoding, schema): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    if encoding != "UTF8" {
        return Err(Error::Address(format!("{address}: its encoding is {encoding}; a store needs UTF8")));
    }
    if schema.is_empty() {
        return Err(Error::Address(format!("{address}: no schema of its search path is there")));
    }
    Ok(pool)
}

/// Why a certificate was refused, as far as it was. The driver keeps that in words of the library beneath it.
fn stranger(source: &sqlx::Error) -> Option<&'static str> {
    let told = match source {
        sqlx::Error::Io(cause) => cause.to_string(),
        sqlx::Error::Tls(cause) => cause.to_string(),
        _ => return None,
    };
    let refused = told.split("invalid peer certificate: ").nth(1)?;
    Some(match refused {
        _ if refused.starts_with("UnknownIssuer") => {
            "its certificate is vouched for by no authority that is trusted here; \
             hint: sslrootcert=FILE names your own, if this is the right server"
        }
        _ if refused.contains("ValidForName") || refused.contains("not valid for name") => {
            "its certificate is of another name; hint: name the server as its certificate does, \
             or say sslmode=verify-ca if only the authority matters"
        }
        _ if refused.contains("xpired") => "its certificate has expired, or a clock is wrong",
        _ => "its certificate cannot be trusted",
    })
}
