//! `cargo xtask bench ingest`: a gigabyte of Okta's JSON lines into typed columns, ours beside DuckDB's, turn by turn in one
//! run on the same cores; the bare parser as what nobody who uses it can beat, and the whole ingest of a check beside them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};
use serde_json::{Value, json};

use crate::bench::{machine, watch};
use crate::options::Options;
use crate::picture;
use crate::repo::Repo;
use crate::run;

const SQL: &str = include_str!("ingest.sql");

/// What is measured.
struct Wish {
    megabytes: u64,
    rounds: u32,
    threads: usize,
    folder: PathBuf,
    /// A Python that has the package `duckdb`.
    python: Option<PathBuf>,
    keep: bool,
    whole: bool,
}

impl Wish {
    fn read(mut options: Options) -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        let wish = Self {
            megabytes: options.value("--megabytes")?.unwrap_or(1_000),
            rounds: options.value("--rounds")?.unwrap_or(3),
            threads: options.value("--threads")?.unwrap_or(cores),
            folder: options.value("--folder")?.unwrap_or_else(|| std::env::temp_dir().join("bonafide-bench")),
            python: options.value("--python")?,
            keep: options.flag("--keep"),
            whole: !options.flag("--no-check"),
        };
        options.end()?;
        Ok(wish)
    }
}

/// Measures, and prints what was measured.
pub fn run(repo: &Repo, options: Options) -> anyhow::Result<()> {
    let wish = Wish::read(options)?;
    std::fs::create_dir_all(&wish.folder).with_context(|| wish.folder.display().to_string())?;
    let folder = wish.folder.canonicalize()?;
    if folder.starts_with(repo.root.canonicalize()?) {
        bail!("{}: lies in the repository", folder.display());
    }
    let python = match &wish.python {
        Some(python) => python.clone(),
        None => environment()?,
    };
    let binary = picture::build(repo)?;
    let mut build =
        run::cargo(repo, &["build", "--release", "-p", "app", "-p", "bonafide", "--example", "columns"]);
    run::pass(&mut build)?;
    let columns = binary.parent().context("the binary has a folder")?.join("examples").join("columns");
    let logs = folder.join(format!("okta-{}", wish.megabytes));
    std::fs::create_dir_all(&logs)?;
    let input = logs.join("events.jsonl");
    let lines = write_events(&input, wish.megabytes << 20)?;
    let out = folder.join("columns");
    std::fs::create_dir_all(&out)?;
    let mut contenders = contenders(&wish, &columns, &python, &input, &out)?;
    if wish.whole {
        let mut check = Command::new(&binary);
        check.env("BONAFIDE_HOME", folder.join("home")).arg("check").arg(&logs).arg("--json");
        contenders.push(("whole ingest (check: raw bytes and tokens kept)", check));
    }
    let bytes = std::fs::metadata(&input)?.len();
    let runs = measure(&wish, &folder, bytes, &mut contenders)?;
    let report = json!({
        "bench": "ingest", "command": command_line(&wish), "input_bytes": bytes, "lines": lines,
        "threads": wish.threads, "duckdb": version(&python)?, "machine": machine::describe(), "runs": runs,
    });
    run::say(&report.to_string());
    for folder in [&out, &folder.join("home")] {
        if folder.exists() {
            std::fs::remove_dir_all(folder)?;
        }
    }
    if !wish.keep {
        std::fs::remove_dir_all(&logs)?;
    }
    Ok(())
}

fn command_line(wish: &Wish) -> String {
    format!(
        "cargo xtask bench ingest --megabytes {} --rounds {} --threads {}",
        wish.megabytes, wish.rounds, wish.threads
    )
}

/// A Python with DuckDB in the user's cache, made once.
fn environment() -> anyhow::Result<PathBuf> {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| std::env::home_dir().map(|home| home.join(".cache")));
    let folder = cache.context("there is no home")?.join("bonafide").join("duckdb");
    let python = folder.join("bin").join("python");
    if !python.exists() {
        run::pass(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        run::pass(Command::new(&python).args(["-m", "pip", "install", "--quiet", "duckdb"]))?;
    }
    Ok(python)
}

fn version(python: &Path) -> anyhow::Result<String> {
    let text = run::output(Command::new(python).args(["-c", "import duckdb; print(duckdb.__version__)"]))?;
    Ok(text.trim().to_owned())
}

fn contenders(
    wish: &Wish,
    columns: &Path,
    python: &Path,
    input: &Path,
    out: &Path,
) -> anyhow::Result<Vec<(&'static str, Command)>> {
    let ours = |bare: bool| {
        let mut command = Command::new(columns);
        command.arg(input).arg(out).arg(wish.threads.to_string());
        command.args(bare.then_some("--bare"));
        command
    };
    let script = out.join("copy_events.py");
    let sql = SQL
        .replace("{input}", &input.display().to_string())
        .replace("{output}", &out.join("duckdb.parquet").display().to_string());
    std::fs::write(
        &script,
        format!(
            "import duckdb\nduckdb.sql('SET threads = {}')\nduckdb.sql(r\"\"\"{sql}\"\"\")\n",
            wish.threads
        ),
    )?;
    let mut duckdb = Command::new(python);
    duckdb.arg(script);
    Ok(vec![
        ("ours: lines to typed columns", ours(false)),
        ("DuckDB: COPY (read_json) TO parquet", duckdb),
        ("ceiling: simd-json, parse only", ours(true)),
    ])
}

/// Everybody in turn, so that a busy moment of the machine falls on all.
fn measure(
    wish: &Wish,
    folder: &Path,
    bytes: u64,
    contenders: &mut [(&'static str, Command)],
) -> anyhow::Result<Vec<Value>> {
    let mut seen: Vec<(Vec<f64>, u64)> = vec![(Vec::new(), 0); contenders.len()];
    for _ in 0..wish.rounds.max(1) {
        for ((name, command), (seconds, peak)) in contenders.iter_mut().zip(&mut seen) {
            let home = folder.join("home");
            if home.exists() {
                std::fs::remove_dir_all(&home)?;
            }
            let run = watch::run(command).with_context(|| (*name).to_owned())?;
            // a folder without a roster judges nobody: exit code 2 is right for the check
            if !matches!(run.exit, Some(0 | 2)) {
                bail!("{name}: {}", run.narration);
            }
            seconds.push(run.seconds);
            *peak = run.peak_kib.unwrap_or(0).max(*peak);
        }
    }
    run::tell(&format!("{:<48} {:>8} {:>8} {:>9}", "run", "median s", "MB/s", "peak MB"));
    let mut out = Vec::new();
    for ((name, _), (mut seconds, peak)) in contenders.iter().zip(seen) {
        seconds.sort_by(f64::total_cmp);
        let median = seconds[seconds.len() / 2];
        let speed = bytes as f64 / 1e6 / median;
        run::tell(&format!("{name:<48} {median:>8.2} {speed:>8.0} {:>9}", peak / 1000));
        out.push(json!({ "run": name, "seconds": seconds, "median_seconds": median, "megabytes_per_second": speed, "peak_kib": peak }));
    }
    Ok(out)
}

/// Lines in the shape of Okta's System Log, about 2.6 kB each as real ones are, until there are enough bytes.
fn write_events(path: &Path, bytes: u64) -> anyhow::Result<u64> {
    let (mut written, mut number) = (0, 0_u64);
    let mut file = BufWriter::new(File::create(path).with_context(|| path.display().to_string())?);
    while written < bytes {
        let line = event(number);
        file.write_all(line.as_bytes())?;
        written += line.len() as u64;
        number += 1;
    }
    file.flush()?;
    Ok(number)
}

fn event(number: u64) -> String {
    // a multiplier with an odd factor spreads the numbers; nothing here needs more
    let spread = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let (person, minute) = (spread % 2_000, number / 20);
    let (hour, day) = (minute / 60 % 24, 1 + minute / 1_440 % 28);
    let kind = [
        "user.session.start",
        "user.authentication.sso",
        "user.authentication.auth_via_mfa",
        "policy.evaluate_sign_on",
    ][(spread >> 32) as usize % 4];
    let (a, b) = ((spread >> 8) % 4, (spread >> 16) % 250);
    let hops: Vec<String> = (0..3)
        .map(|hop| {
            format!(
                r#"{{"ip":"198.51.{a}.{hop}","geographicalContext":{{"city":"Springfield","state":"Illinois","country":"United States","postalCode":"62704","geolocation":{{"lat":39.8,"lon":-89.64}}}},"version":"V4","source":null}}"#
            )
        })
        .collect();
    format!(
        r#"{{"actor":{{"id":"00u{person:08}","type":"User","alternateId":"person{person}@example.com","displayName":"Person {person}","detailEntry":null}},"client":{{"userAgent":{{"rawUserAgent":"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36","os":"Windows 10","browser":"CHROME"}},"zone":"null","device":"Computer","id":null,"ipAddress":"198.51.{a}.{b}","geographicalContext":{{"city":"Springfield","state":"Illinois","country":"United States","postalCode":"62704","geolocation":{{"lat":39.8,"lon":-89.64}}}}}},"device":{{"id":"guo{person:08}","name":"LT-{person:04}","os_platform":"WINDOWS","os_version":"10.0.22631","managed":true,"registered":true,"device_integrator":null,"disk_encryption_type":"ALL_INTERNAL_VOLUMES","screen_lock_type":"BIOMETRIC","jailbreak":null,"secure_hardware_present":true}},"authenticationContext":{{"authenticationProvider":"FACTOR_PROVIDER","credentialProvider":"OKTA_CREDENTIAL_PROVIDER","credentialType":"SIGNED_NONCE","issuer":null,"interface":null,"authenticationStep":0,"rootSessionId":"idx{:016x}","externalSessionId":"idx{:016x}"}},"displayMessage":"User login to Okta","eventType":"{kind}","outcome":{{"result":"SUCCESS","reason":null}},"published":"2026-06-{day:02}T{hour:02}:{:02}:{:02}.{:03}Z","securityContext":{{"asNumber":64500,"asOrg":"example broadband","isp":"example isp","domain":"example.net","isProxy":false}},"severity":"INFO","debugContext":{{"debugData":{{"requestId":"{:032x}","dtHash":"{:064x}","deviceFingerprint":"{:032x}","requestUri":"/idp/idx/identify","url":"/idp/idx/identify?","threatSuspected":"false","risk":"{{reasons=Anomalous Device, level=LOW}}","behaviors":"{{New Geo-Location=NEGATIVE, New Device=NEGATIVE, New IP=POSITIVE, New State=NEGATIVE, New Country=NEGATIVE, Velocity=NEGATIVE, New City=NEGATIVE}}","oktaUserAgentExtended":"okta-auth-js/7.0.1 okta-signin-widget-7.16.1","authnRequestId":"{:032x}","origin":"https://login.example.com","factorIntent":"AUTHENTICATION","audience":"https://login.example.com"}}}},"legacyEventType":"core.user_auth.login_success","transaction":{{"type":"WEB","id":"{:032x}","detail":{{}}}},"uuid":"{:08x}-{:04x}-11f0-9b1a-{:012x}","version":"0","request":{{"ipChain":[{}]}},"target":[{{"id":"0oa{person:08}","type":"AppInstance","alternateId":"Mail","displayName":"Mail","detailEntry":{{"signOnModeType":"SAML_2_0"}}}},{{"id":"0ua{person:08}","type":"AppUser","alternateId":"person{person}@example.com","displayName":"Person {person}","detailEntry":null}}]}}
"#,
        120 + spread % 8,
        spread,
        spread ^ minute,
        minute % 60,
        number % 60,
        spread % 1_000,
        spread,
        person,
        person * 7,
        spread,
        spread,
        number,
        (spread >> 48) & 0xffff,
        spread & 0xffff_ffff_ffff,
        hops.join(","),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_are_json_of_a_real_length_and_differ() {
        let lines: Vec<String> = (0..50).map(event).collect();
        for line in &lines {
            let value: Value = serde_json::from_str(line).unwrap();
            assert!(value["uuid"].as_str().unwrap().len() == 36, "{line}");
            assert!((2_300..3_400).contains(&line.len()), "{}", line.len());
        }
        assert!(lines.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
