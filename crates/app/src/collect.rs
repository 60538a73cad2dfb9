//! The collector on this computer, its key, and what came back from other computers.

use std::fs;
use std::path::{Path, PathBuf};

use chrono::{SecondsFormat, Utc};
use collect::machine::Real;
use collect::{Asked, System, signature};
use serde_json::Value;

use crate::error::{Error, Result};

/// What to collect and with what.
#[derive(Debug, Default)]
pub struct Options {
    /// File with the collector's key.
    pub key: Option<PathBuf>,
    /// File with readings of idle time: moment and idle in seconds, one pair a line.
    pub readings: Option<PathBuf>,
    /// Folder that holds a copy of a Linux computer's files, to be looked at in place of this computer.
    pub root: Option<PathBuf>,
}

/// Looks at this computer.
///
/// # Errors
/// When a named file cannot be read or is not what it should be, or the system is not one that can be looked at.
pub fn collect(options: &Options) -> Result<Value> {
    let unknown =
        || Error::Configuration(format!("{}: this system cannot be looked at", std::env::consts::OS));
    let (system, machine) = match &options.root {
        Some(root) => (System::Linux, Real::below(root.clone())),
        None => (System::here().ok_or_else(unknown)?, Real::here()),
    };
    let asked = Asked {
        now: Utc::now().to_rfc3339_opts(SecondsFormat::Secs, true),
        key: options.key.as_deref().map(key).transpose()?,
        readings: options.readings.as_deref().map(readings).transpose()?.unwrap_or_default(),
    };
    Ok(::collect::collect(system, &machine, &asked))
}

/// The key to hand out to computers, derived from the workspace's: it signs and makes tokens, and opens nothing.
///
/// # Errors
/// When the file of the workspace's key is not one.
pub fn deploy_key(workspace_key: &Path) -> Result<String> {
    key(workspace_key).map(|key| hardware::hex::write(&signature::collector_key(&key)))
}

/// Whether a file was written by a collector with this key: nothing, or why not.
///
/// # Errors
/// When a file cannot be read.
pub fn verify(file: &Path, key_file: &Path) -> Result<Option<&'static str>> {
    let key = key(key_file)?;
    let bytes = fs::read(file).map_err(Error::file(file))?;
    Ok(match serde_json::from_slice::<Value>(&bytes) {
        Ok(whole) => signature::verify(&whole, &key).err(),
        Err(_) => Some("not one JSON object"),
    })
}

fn key(path: &Path) -> Result<[u8; 32]> {
    let text = fs::read_to_string(path).map_err(Error::file(path))?;
    signature::parse_key(&text)
        .ok_or_else(|| Error::Configuration(format!("{}: a key is 64 hexadecimal digits", path.display())))
}

fn readings(path: &Path) -> Result<Vec<(f64, f64)>> {
    let text = fs::read_to_string(path).map_err(Error::file(path))?;
    let mut pairs = Vec::new();
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let mut numbers =
            line.split([' ', '\t', ',', ';']).filter_map(|word| word.trim().parse::<f64>().ok());
        match (numbers.next(), numbers.next()) {
            (Some(time), Some(idle)) => pairs.push((time, idle)),
            _ => {
                let what = format!("{}:{}: not a moment and idle seconds", path.display(), place + 1);
                return Err(Error::Configuration(what));
            }
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_is_collected_signed_and_verified() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("workspace.key"), "07".repeat(32)).unwrap();
        fs::write(path("collector.key"), deploy_key(&path("workspace.key")).unwrap()).unwrap();
        fs::write(path("idle.txt"), "0 7\n60 7\n").unwrap();
        fs::create_dir_all(path("root/etc")).unwrap();
        fs::write(path("root/etc/hostname"), "lap-7\n").unwrap();
        let options = Options {
            key: Some(path("collector.key")),
            readings: Some(path("idle.txt")),
            root: Some(path("root")),
        };
        let whole = collect(&options).unwrap();
        assert_eq!(whole["host"]["hostname"], "lap-7");
        fs::write(path("out.json"), whole.to_string()).unwrap();
        assert_eq!(verify(&path("out.json"), &path("collector.key")).unwrap(), None);
        assert!(verify(&path("out.json"), &path("workspace.key")).unwrap().is_some());
        fs::write(path("idle.txt"), "yesterday\n").unwrap();
        assert!(collect(&options).is_err());
    }
}
