//! A PostgreSQL server of this test's own: Debian's programs, a folder that vanishes, a socket in it and no port unless a
//! test asks for one. It ends with the process that started it, however that ends.

use std::io::Read as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Whom a server runs as where the test is root, which PostgreSQL refuses to be.
const NOBODY: (u32, u32) = (65_534, 65_534);
/// How long a server may take to start, or to come back after a crash.
const PATIENCE: Duration = Duration::from_secs(120);
/// Starts the server and waits for it and for the test: when the test is gone its end of the pipe is closed.
const KEEPER: &str = r#"
programs="$1" folder="$2"
shift 2
"$programs/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c max_connections=60 "$@" >>"$folder/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -QUIT $server 2>/dev/null
wait $server
"#;

/// A server that runs.
pub struct Server {
    programs: PathBuf,
    folder: tempfile::TempDir,
    user: Option<(u32, u32)>,
    /// What it is told beside where its files are.
    more: Vec<String>,
    keeper: Child,
}

/// Where the server's programs stand: where they can be found by name, else where Debian puts them.
fn programs() -> Option<PathBuf> {
    let has_both = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut debian: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    debian.sort();
    let links = std::env::split_paths(&path).find(has_both);
    // a link to the programs is not beside their other files
    let home =
        links.and_then(|folder| folder.join("postgres").canonicalize().ok()?.parent().map(Path::to_owned));
    home.filter(has_both).or_else(|| debian.into_iter().rev().find(has_both))
}

impl Server {
    /// Starts one; `None` where there is none and the user said that this may go untested.
    pub fn start() -> Option<Self> {
        Self::start_with(|_| Vec::new())
    }

    /// The same, told more: `prepare` puts files into its folder beside `data`, and says what it is told.
    pub fn start_with(prepare: impl FnOnce(&Path) -> Vec<String>) -> Option<Self> {
        let Some(programs) = programs() else {
            let told = "PostgreSQL is not installed, so the store on PostgreSQL is NOT TESTED here";
            assert!(
                std::env::var_os("BONAFIDE_WITHOUT_POSTGRES").is_some(),
                "{told}; hint: apt-get install postgresql, or BONAFIDE_WITHOUT_POSTGRES=1 to skip it"
            );
            eprintln!("{told}");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("pg").tempdir().unwrap();
        let is_root = std::os::unix::fs::MetadataExt::uid(&folder.path().metadata().unwrap()) == 0;
        let user = is_root.then(account);
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(folder.path(), Some(uid), Some(gid)).unwrap();
        }
        let data = folder.path().join("data");
        let words = ["-U", "store", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"];
        let said = as_user(&programs.join("initdb"), user).args(words).arg(&data).output().unwrap();
        assert!(said.status.success(), "initdb: {}", String::from_utf8_lossy(&said.stderr));
        let more = prepare(folder.path());
        if let Some((uid, gid)) = user {
            for entry in std::fs::read_dir(folder.path()).unwrap() {
                std::os::unix::fs::chown(entry.unwrap().path(), Some(uid), Some(gid)).unwrap();
            }
        }
        let keeper = keep(&programs, folder.path(), user, &more);
        let server = Self { programs, folder, user, more, keeper };
        server.wait();
        Some(server)
    }

    /// Waits until it answers.
    fn wait(&self) {
        let since = Instant::now();
        let log = self.folder.path().join("log");
        loop {
            let ready = self.pid().is_some() && {
                // the last line of the file says how far it is
                let text = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid"));
                text.is_ok_and(|text| text.lines().nth(7).is_some_and(|state| state.trim() == "ready"))
            };
            if ready {
                return;
            }
            let told = std::fs::read_to_string(&log).unwrap_or_default();
            assert!(since.elapsed() < PATIENCE, "PostgreSQL does not start:\n{told}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    fn pid(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// The address of the database that is there from the beginning, with a schema of one's own.
    pub fn url(&self, schema: &str) -> String {
        let socket = self.folder.path().display();
        format!("postgres://store@localhost/postgres?host={socket}&options=-csearch_path%3D{schema}")
    }

    /// Where it keeps its files.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Kills every process of the server at once, and starts it again from what is on the disk.
    pub fn crash(&mut self) {
        let postmaster = self.pid().unwrap();
        // stopped first, so that none starts while the others are found
        kill("-STOP", &[postmaster]);
        let mut all = children(postmaster);
        all.push(postmaster);
        kill("-KILL", &all);
        let since = Instant::now();
        while all.iter().any(|pid| is_alive(*pid)) {
            assert!(since.elapsed() < PATIENCE, "the server does not die");
            std::thread::sleep(Duration::from_millis(5));
        }
        self.end();
        // its claim names a process that is gone
        std::fs::remove_file(self.folder.path().join("data/postmaster.pid")).unwrap();
        self.keeper = keep(&self.programs, self.folder.path(), self.user, &self.more);
        self.wait();
    }

    fn end(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

fn keep(programs: &Path, folder: &Path, user: Option<(u32, u32)>, more: &[String]) -> Child {
    as_user(Path::new("/bin/sh"), user)
        .args(["-c", KEEPER, "keeper"])
        .arg(programs)
        .arg(folder)
        .args(more)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/").env("LC_ALL", "C");
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// Debian's user for the server, else nobody.
fn account() -> (u32, u32) {
    let text = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with("postgres:"));
    let ids = |line: &str| {
        let mut parts = line.split(':').skip(2);
        Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
    };
    line.and_then(ids).unwrap_or(NOBODY)
}

/// State and parent of a process.
fn status(pid: u32) -> Option<(char, u32)> {
    let mut text = String::new();
    std::fs::File::open(format!("/proc/{pid}/stat")).ok()?.read_to_string(&mut text).ok()?;
    let mut rest = text.rsplit_once(')')?.1.split_whitespace();
    Some((rest.next()?.chars().next()?, rest.next()?.parse().ok()?))
}

fn is_alive(pid: u32) -> bool {
    status(pid).is_some_and(|(state, _)| !matches!(state, 'Z' | 'X'))
}

fn children(of: u32) -> Vec<u32> {
    let names =
        std::fs::read_dir("/proc").unwrap().filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let pids = names.filter_map(|name| name.parse::<u32>().ok());
    pids.filter(|pid| status(*pid).is_some_and(|(_, parent)| parent == of)).collect()
}

fn kill(signal: &str, pids: &[u32]) {
    let pids: Vec<String> = pids.iter().map(u32::to_string).collect();
    // a process may be gone meanwhile
    let _ = Command::new("/bin/sh")
        .args(["-c", "kill \"$@\"", "kill", signal])
        .args(pids)
        .stderr(Stdio::null())
        .status()
        .unwrap();
}
