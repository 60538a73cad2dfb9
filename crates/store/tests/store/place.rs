//! Where a test keeps its store: the same test runs on both kinds of database.

use std::path::{Path, PathBuf};

use sqlx::any::AnyConnectOptions;
use sqlx::{AnyConnection, ConnectOptions as _};
use store::{Address, Store};

/// A store that does not exist yet, and vanishes with the test.
pub struct Place {
    /// A folder for whatever else the test writes.
    pub folder: tempfile::TempDir,
    base: Option<Base>,
}

/// A schema of a server.
#[derive(Clone)]
struct Base {
    url: String,
    schema: String,
    data: PathBuf,
}

/// Opens a store by its path or its URL.
pub async fn open(named: &str) -> store::Result<Store> {
    match named.starts_with("postgres:") {
        true => Store::connect(&Address::parse(named)?).await,
        false => Store::open(Path::new(named)).await,
    }
}

impl Place {
    /// In a file.
    pub fn file() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), base: None }
    }

    /// In a new schema.
    #[cfg(all(unix, feature = "postgres"))]
    pub async fn base(server: &crate::server::Server, schema: &str) -> Self {
        Self::within(&Base { url: server.url(schema), data: server.data(), schema: schema.into() }).await
    }

    async fn within(base: &Base) -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), base: Some(base.clone()) };
        say(&mut place.plain().await, &format!("CREATE SCHEMA {}", base.schema)).await.unwrap();
        place
    }

    /// One more of the same kind, by a number.
    pub async fn another(&self, number: usize) -> Self {
        let Some(base) = &self.base else { return Self::file() };
        let schema = format!("{}_{number}", base.schema);
        let url = base.url.replace(&base.schema, &schema);
        Self::within(&Base { url, schema, data: base.data.clone() }).await
    }

    pub fn is_file(&self) -> bool {
        self.base.is_none()
    }

    /// Path or URL, as [`open`] takes it.
    pub fn named(&self) -> String {
        match &self.base {
            None => self.folder.path().join("store").display().to_string(),
            Some(base) => base.url.clone(),
        }
    }

    pub async fn open(&self) -> Store {
        open(&self.named()).await.unwrap()
    }

    /// A connection that knows nothing of stores.
    pub async fn plain(&self) -> AnyConnection {
        sqlx::any::install_default_drivers();
        let url = match &self.base {
            None => format!("sqlite:{}?mode=rwc", self.named()),
            Some(base) => base.url.clone(),
        };
        url.parse::<AnyConnectOptions>().unwrap().connect().await.unwrap()
    }

    /// Someone who holds the database, knows its shape, and has removed the triggers.
    pub async fn intruder(&self) -> AnyConnection {
        let mut connection = self.plain().await;
        let triggers = [
            ("history", "history_no_update"),
            ("history", "history_no_delete"),
            ("head", "head_no_delete"),
            ("head", "head_by_one"),
        ];
        for (table, trigger) in triggers {
            let on = if self.is_file() { String::new() } else { format!(" ON {table}") };
            say(&mut connection, &format!("DROP TRIGGER IF EXISTS {trigger}{on}")).await.unwrap();
        }
        let loosen = match self.is_file() {
            true => "PRAGMA foreign_keys = OFF",
            false => "ALTER TABLE history_text DROP CONSTRAINT history_text_sequence_fkey",
        };
        // the second intruder finds it gone
        let _ = say(&mut connection, loosen).await;
        connection
    }

    /// Files that hold a text, of all that the database keeps but the log of changes, which a server keeps for itself.
    pub async fn holding(&self, text: &str) -> Vec<String> {
        let folder = match &self.base {
            None => self.folder.path(),
            Some(base) => {
                say(&mut self.plain().await, "CHECKPOINT").await.unwrap();
                &base.data
            }
        };
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    if !path.ends_with("pg_wal") {
                        folders.push(path);
                    }
                    continue;
                }
                // a server removes files while they are looked at
                let bytes = std::fs::read(&path).unwrap_or_default();
                if bytes.windows(text.len()).any(|window| window == text.as_bytes()) {
                    found.push(path.display().to_string());
                }
            }
        }
        found
    }
}

/// Sends some SQL as it is.
pub async fn say(connection: &mut AnyConnection, sql: &str) -> sqlx::Result<()> {
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(connection).await.map(drop)
}

/// Makes tests of functions that take a place: each of its own on SQLite, and all of a file on one PostgreSQL server, for
/// starting one takes longer than any of them.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod on_sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
                async fn $name() {
                    super::$name(&crate::place::Place::file()).await;
                }
            )+
        }

        #[cfg(all(unix, feature = "postgres"))]
        mod on_postgresql {
            #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn all_of_this_file() {
                let Some(server) = crate::server::Server::start() else { return };
                $(
                    eprintln!("on PostgreSQL: {}", stringify!($name));
                    super::$name(&crate::place::Place::base(&server, stringify!($name)).await).await;
                )+
            }
        }
    };
}

pub(crate) use on_both;
