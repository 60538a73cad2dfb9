//! The real command on a workspace of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

use crate::database::Server;

/// With `postgresql` in it every desk keeps its store on a server of its own: the tests that open the store's file
/// themselves, or have two workspaces, do not run so.
const STORE: &str = "BONAFIDE_TEST_STORE";

/// A folder for exports, a home for workspaces and keys, and the command.
pub struct Desk {
    folder: tempfile::TempDir,
    /// Address of the store, where it is no file.
    store: Option<String>,
    /// Runs as long as the desk stands.
    _database: Option<Server>,
}

/// What a command said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub out: String,
    pub err: String,
    pub code: i32,
}

impl Said {
    pub fn of(output: Output) -> Self {
        Self {
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        }
    }

    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.err, self.out);
        self
    }

    /// One JSON value a line.
    pub fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"))).collect()
    }

    /// As a snapshot shows it: paths of this run taken out.
    pub fn shown(&self, desk: &Desk) -> String {
        let root = desk.root().display().to_string();
        let text = format!("exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.out, self.err);
        text.replace(&root, "DESK")
    }
}

impl Desk {
    pub fn new() -> Self {
        let is_wanted = std::env::var(STORE).is_ok_and(|kind| kind == "postgresql");
        let database = is_wanted.then(Server::start).flatten();
        Self { store: database.as_ref().map(|one| one.url("public")), _database: database, ..Self::plain() }
    }

    /// With its store on a server.
    pub fn on(database: &Server) -> Self {
        Self { store: Some(database.url("public")), ..Self::plain() }
    }

    fn plain() -> Self {
        let desk = Self { folder: tempfile::tempdir().unwrap(), store: None, _database: None };
        std::fs::create_dir(desk.exports()).unwrap();
        desk
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    pub fn exports(&self) -> PathBuf {
        self.folder.path().join("exports")
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// Folder of the one workspace under the home.
    pub fn workspace(&self) -> PathBuf {
        let all = self.home().join("share/workspaces");
        let all = std::fs::read_dir(all).unwrap().map(|entry| entry.unwrap().path());
        let mut found: Vec<_> = all.filter(|path| path.is_dir()).collect();
        assert_eq!(found.len(), 1);
        found.remove(0)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("BONAFIDE_HOME", self.home())
            .env("USER", "tester")
            .env("COLUMNS", "118");
        if let Some(url) = &self.store {
            command.env("BONAFIDE_STORE", url);
        }
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Said {
        Said::of(self.command(arguments).output().unwrap())
    }

    /// Checks the folder of exports.
    pub fn check(&self, arguments: &[&str]) -> Said {
        let exports = self.exports();
        let mut all = vec!["check", exports.to_str().unwrap(), "--json"];
        all.extend(arguments);
        self.run(&all)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.exports().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// A made-up company in the folder of exports.
    pub fn company(&self, workers: u32, days: u32, schemes: &str) {
        let exports = self.exports();
        std::fs::remove_dir_all(&exports).unwrap();
        let (workers, days) = (workers.to_string(), days.to_string());
        let arguments = [
            "demo",
            exports.to_str().unwrap(),
            "--seed",
            "11",
            "--workers",
            &workers,
            "--days",
            &days,
            "--schemes",
            schemes,
        ];
        self.run(&arguments).expect(0);
        std::fs::remove_file(exports.join(".bonafide-demo")).unwrap();
    }
}

/// Every file below a folder with its bytes.
pub fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut out = BTreeMap::new();
    walk(folder, folder, &mut out);
    out
}

fn walk(base: &Path, folder: &Path, out: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(base, &path, out);
        } else {
            // a server that works there removes files of its own meanwhile
            let bytes = std::fs::read(&path).unwrap_or_default();
            out.insert(path.strip_prefix(base).unwrap().display().to_string(), bytes);
        }
    }
}

/// Files that hold a text as it is written.
pub fn holding(folder: &Path, text: &str) -> Vec<String> {
    let wanted = text.as_bytes();
    let holds =
        |bytes: &Vec<u8>| bytes.windows(wanted.len()).any(|window| window.eq_ignore_ascii_case(wanted));
    tree(folder).into_iter().filter(|(_, bytes)| holds(bytes)).map(|(name, _)| name).collect()
}

/// A roster of two, in the shape that a personnel system exports.
pub const ROSTER: &str = "\
Employee #,First Name,Last Name,Work Email,Home Email,Mobile Phone,Address Line 1,City,State,Zip Code,Country,Hire Date,Status
W-1,Ann,Lee,ann.lee@corp.example,ann@home.example,+1 503 555 0101,1 Elm St,Salem,OR,97301,US,2026-05-01,Active
W-2,Bo,Ek,bo.ek@corp.example,bo@home.example,+1 208 555 0102,2 Oak St,Boise,ID,83702,US,2026-05-02,Active
";

/// A sign-in as Okta's system log tells it.
pub fn sign_in(id: u32, mail: &str, day: u32) -> String {
    format!(
        concat!(
            r#"{{"uuid":"{id:08}-aaaa-bbbb-cccc-000000000000","published":"2026-06-{day:02}T15:04:05.000Z","#,
            r#""eventType":"user.session.start","version":"0","severity":"INFO","#,
            r#""displayMessage":"User login to Okta","actor":{{"id":"00u{id:06}","type":"User","alternateId":"{mail}","#,
            r#""displayName":"Somebody"}},"client":{{"userAgent":{{"rawUserAgent":"Mozilla/5.0","os":"Mac OS X","#,
            r#""browser":"CHROME"}},"ipAddress":"203.0.113.{low}","geographicalContext":{{"city":"Salem","state":"Oregon","#,
            r#""country":"United States","geolocation":{{"lat":44.94,"lon":-123.03}}}}}},"#,
            r#""outcome":{{"result":"SUCCESS"}},"authenticationContext":{{"externalSessionId":"s{id}"}},"#,
            r#""securityContext":{{"asNumber":64500,"asOrg":"example","isp":"example","domain":".","isProxy":false}},"#,
            r#""target":[]}}"#,
            "\n"
        ),
        id = id,
        mail = mail,
        day = day,
        low = id % 250,
    )
}
