//! SQLite: one file, its write-ahead file beside it.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::AnyPool;
use sqlx::any::AnyConnectOptions;

use super::{BUSY, Engine, pool};
use crate::{Error, Result};

/// How long to sleep between two tries to open.
const AGAIN: Duration = Duration::from_millis(15);

pub(super) static ENGINE: Engine = Engine {
    setup: &[
        // first, for setting the others may already have to wait
        "PRAGMA busy_timeout = 30000",
        "PRAGMA journal_mode = WAL",
        // an entry that was confirmed survives a power cut
        "PRAGMA synchronous = FULL",
        "PRAGMA foreign_keys = ON",
        // what is erased is overwritten, not merely unlinked
        "PRAGMA secure_delete = ON",
    ],
    write: "BEGIN IMMEDIATE",
    turn: None,
    view: "BEGIN",
    shapes: &[
        (1, include_str!("../../migrations/sqlite/0001_history.sql")),
        (2, include_str!("../../migrations/sqlite/0002_head.sql")),
        (3, include_str!("../../migrations/sqlite/0003_casework.sql")),
        (4, include_str!("../../migrations/sqlite/0004_outbox.sql")),
        (5, include_str!("../../migrations/sqlite/0005_weights.sql")),
        (6, include_str!("../../migrations/sqlite/0006_passkey.sql")),
        (7, include_str!("../../migrations/sqlite/0007_copies.sql")),
        (8, include_str!("../../migrations/sqlite/0008_turn.sql")),
        (9, include_str!("../../migrations/sqlite/0009_actor.sql")),
        (10, include_str!("../../migrations/sqlite/0010_lineage.sql")),
    ],
    // the write-ahead file still holds the old pages: writes them back and empties it
    scrub: &["PRAGMA wal_checkpoint(TRUNCATE)"],
    copy: Some("VACUUM INTO $1"),
};

/// Connections to a file. The first opening switches it to its write-ahead mode, and whoever comes at that moment is
/// turned away at once, whatever it would wait for.
pub(super) async fn open(path: &Path) -> Result<AnyPool> {
    let failed = |source| Error::Open { place: path.display().to_string(), source };
    let options = options(path).map_err(failed)?;
    let since = Instant::now();
    loop {
        match pool(options.clone(), &ENGINE).await {
            Ok(pool) => return Ok(pool),
            Err(cause) if is_busy(&cause) && since.elapsed() < BUSY => tokio::time::sleep(AGAIN).await,
            Err(cause) => return Err(failed(cause)),
        }
    }
}

/// A path as the driver takes it, with every byte written so that none means anything else.
fn options(path: &Path) -> sqlx::Result<AnyConnectOptions> {
    let mut url = String::from("sqlite:");
    for byte in path.as_os_str().as_encoded_bytes() {
        let _ = write!(url, "%{byte:02X}");
    }
    url.push_str("?mode=rw");
    url.parse()
}

/// Whether the database is in another's hands.
fn is_busy(error: &sqlx::Error) -> bool {
    // Extended codes keep the plain one, 5 (busy) or 6 (locked), in their last byte.
    let code = error.as_database_error().and_then(|cause| cause.code());
    code.and_then(|code| code.parse::<u32>().ok()).is_some_and(|code| matches!(code & 0xff, 5 | 6))
}
