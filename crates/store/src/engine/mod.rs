//! What differs between the two databases, in one room: how a connection is set up, how a transaction takes its turn,
//! the shapes, and what is done so that erased text does not stay in old pages. Everything else is one SQL for both.

mod sqlite;

#[cfg(feature = "postgres")]
mod postgres;

use std::path::Path;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{AnyConnection, AnyPool, ConnectOptions as _, Connection as _};

use crate::{Address, Result};

/// How long one writer waits for another to finish.
const BUSY: Duration = Duration::from_secs(30);
/// Readers do not wait for the writer, so a few connections are worth having.
const CONNECTIONS: u32 = 4;

/// One kind of database. The texts are SQL.
#[derive(Debug)]
pub(crate) struct Engine {
    /// What every new connection is told.
    setup: &'static [&'static str],
    /// Begins a transaction that writes.
    pub(crate) write: &'static str,
    /// Said first in it where beginning does not yet keep other writers out: two that read first and write later
    /// would both have to begin anew, or fork the chain.
    pub(crate) turn: Option<&'static str>,
    /// Begins a transaction that sees one moment.
    pub(crate) view: &'static str,
    /// Every shape, oldest first. A published file is never edited: the next shape is one more file and line.
    pub(crate) shapes: &'static [(i64, &'static str)],
    /// Said after something was erased: until then old pages hold it.
    pub(crate) scrub: &'static [&'static str],
    /// Writes the whole store into a new file of the same kind, where the database can.
    pub(crate) copy: Option<&'static str>,
}

/// Opens a file, which is there.
pub(crate) async fn open(path: &Path) -> Result<(AnyPool, &'static Engine)> {
    Ok((sqlite::open(path).await?, &sqlite::ENGINE))
}

/// Opens what an address names.
#[cfg(feature = "postgres")]
pub(crate) async fn connect(address: &Address) -> Result<(AnyPool, &'static Engine)> {
    Ok((postgres::open(address).await?, &postgres::ENGINE))
}

/// Refuses an address: this program was built without what would speak to it.
#[cfg(not(feature = "postgres"))]
pub(crate) async fn connect(address: &Address) -> Result<(AnyPool, &'static Engine)> {
    Err(crate::Error::Address(format!("{address}: this program was built without PostgreSQL")))
}

/// Connections that are set up, one of which is open already. A pool tries again for a while what fails, and tells no
/// more than that it did: so that the reason is told, the first connection is made without one.
async fn pool(options: AnyConnectOptions, engine: &'static Engine) -> sqlx::Result<AnyPool> {
    sqlx::any::install_default_drivers();
    let mut first = options.connect().await?;
    say(&mut first, engine.setup).await?;
    let pool = AnyPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(BUSY)
        .after_connect(move |connection, _| Box::pin(say(connection, engine.setup)))
        .connect_with(options)
        .await?;
    first.close().await?;
    Ok(pool)
}

/// Says some sentences, one after the other.
pub(crate) async fn say(
    connection: &mut AnyConnection,
    sentences: &'static [&'static str],
) -> sqlx::Result<()> {
    for sql in sentences {
        sqlx::raw_sql(*sql).execute(&mut *connection).await?;
    }
    Ok(())
}
