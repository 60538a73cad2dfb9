//! The fact files: how old, from where, how sure, when to be looked at again; and signed updates that stand in for them.
//!
//! An update is made by the company that uses it: its files are signed with a key derived from the workspace's, and
//! verified each time before they are used. What is unsigned, changed, of another key or expired is refused.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use chrono::{Months, NaiveDate, Utc};
use collect::signature;
use hardware::facts::{self, FILES, Fact};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::workspace;

/// What an update calls itself.
const FORMAT: &str = "bonafide-facts";

/// One fact file, described.
#[derive(Debug, Clone)]
pub struct List {
    /// Name.
    pub name: &'static str,
    /// Rows.
    pub rows: usize,
    /// Oldest and newest date of its sources.
    pub dates: (String, String),
    /// Rows by mark: measured at the source, reported, known but not taken from a source.
    pub marks: [usize; 3],
    /// Different sources.
    pub sources: usize,
    /// When it wants to be looked at again.
    pub expires: Option<NaiveDate>,
    /// Whether that day is past.
    pub is_expired: bool,
    /// Whether an update stands in for the shipped file.
    pub is_replaced: bool,
}

impl List {
    /// As JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({
            "file": self.name, "rows": self.rows, "oldest": self.dates.0, "newest": self.dates.1,
            "measured": self.marks[0], "reported": self.marks[1], "known": self.marks[2], "sources": self.sources,
            "expires": self.expires.map(|day| day.to_string()), "is_expired": self.is_expired, "is_replaced": self.is_replaced,
        })
    }
}

/// Describes every fact file in force.
#[must_use]
pub fn lists() -> Vec<List> {
    let today = Utc::now().date_naive();
    FILES.iter().map(|file| describe(file, today)).collect()
}

fn describe(file: &facts::File, today: NaiveDate) -> List {
    let rows = (file.rows)();
    let mut dates: Vec<&str> =
        rows.iter().map(|row| row.get("source_date")).filter(|date| day(date).is_some()).collect();
    dates.sort_by_key(|date| day(date));
    let newest = dates.last().copied().unwrap_or("");
    let expires = day(newest).and_then(|day| day.checked_add_months(Months::new(file.keeps_months)));
    let mark = |wanted: &str| rows.iter().filter(|row: &&Fact| row.get("mark") == wanted).count();
    let sources: std::collections::BTreeSet<&str> = rows.iter().map(|row| row.get("source")).collect();
    List {
        name: file.name,
        rows: rows.len(),
        dates: (dates.first().copied().unwrap_or("").to_owned(), newest.to_owned()),
        marks: [mark("M"), mark("R"), mark("K")],
        sources: sources.len(),
        expires,
        is_expired: expires.is_none_or(|expires| expires < today),
        is_replaced: file.is_replaced(),
    }
}

/// A date of a source: a day, a month or a year.
fn day(date: &str) -> Option<NaiveDate> {
    let mut parts = date.trim().splitn(3, '-').map(str::parse::<u32>);
    let year = i32::try_from(parts.next()?.ok()?).ok()?;
    let mut next = || parts.next().map_or(Some(1), std::result::Result::ok);
    NaiveDate::from_ymd_opt(year, next()?, next()?)
}

fn update_path() -> Result<PathBuf> {
    Ok(workspace::config_home()?.join("facts.json"))
}

fn key_path() -> Result<PathBuf> {
    Ok(workspace::config_home()?.join("keys").join("facts.key"))
}

fn facts_key(workspace_key: &Path) -> Result<[u8; 32]> {
    let key = parsed_key(workspace_key)?;
    Ok(blake3::derive_key("bonafide 2026-11 facts", &key))
}

fn parsed_key(path: &Path) -> Result<[u8; 32]> {
    let text = fs::read_to_string(path).map_err(Error::file(path))?;
    let wrong = || Error::Configuration(format!("{}: a key is 64 hexadecimal digits", path.display()));
    signature::parse_key(&text).ok_or_else(wrong)
}

/// Makes a signed update of files with the names of fact files.
///
/// # Errors
/// When a file cannot be read, or the expiry is no day.
pub fn sign(files: &[PathBuf], expires: &str, workspace_key: &Path) -> Result<Value> {
    if NaiveDate::parse_from_str(expires, "%Y-%m-%d").is_err() {
        return Err(Error::Configuration(format!("{expires}: an update expires on a day, as 2027-06-30")));
    }
    let mut texts = BTreeMap::new();
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("").to_owned();
        texts.insert(name, fs::read_to_string(path).map_err(Error::file(path))?);
    }
    let mut whole = json!({
        "format": FORMAT, "made": Utc::now().date_naive().to_string(), "expires": expires, "files": texts,
    });
    signature::sign(&mut whole, &facts_key(workspace_key)?);
    Ok(whole)
}

/// Verifies an update and keeps it for the runs that follow.
///
/// # Errors
/// When it is not to be used: unsigned, changed, of another key, expired.
pub fn update(file: &Path, workspace_key: &Path) -> Result<()> {
    let key = facts_key(workspace_key)?;
    let bytes = fs::read(file).map_err(Error::file(file))?;
    verified(file, &bytes, &key, Utc::now().date_naive())?;
    let (kept, key_file) = (update_path()?, key_path()?);
    for path in [&kept, &key_file] {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(Error::file(folder))?;
        }
    }
    fs::write(&key_file, hardware::hex::write(&key)).map_err(Error::file(&key_file))?;
    fs::write(&kept, bytes).map_err(Error::file(&kept))
}

/// Puts a kept update in force; nothing where there is none.
///
/// # Errors
/// When it is there and must not be used.
pub fn load() -> Result<()> {
    // Without a home folder there is nothing kept.
    let Some(path) = update_path().ok().filter(|path| path.exists()) else { return Ok(()) };
    let key = parsed_key(&key_path()?)?;
    let bytes = fs::read(&path).map_err(Error::file(&path))?;
    let files = verified(&path, &bytes, &key, Utc::now().date_naive())?;
    facts::install(files).map_err(|why| Error::Configuration(format!("{}: {why}", path.display())))
}

fn verified(path: &Path, bytes: &[u8], key: &[u8; 32], today: NaiveDate) -> Result<BTreeMap<String, String>> {
    let refuse = |why: &str| {
        let hint = "hint: sign it again (bonafide lists --sign), or remove the file";
        Error::Configuration(format!("{}: the update of the facts is refused: {why}; {hint}", path.display()))
    };
    let whole: Value = serde_json::from_slice(bytes).map_err(|_| refuse("not JSON"))?;
    if whole.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(refuse("not an update of facts"));
    }
    signature::verify(&whole, key).map_err(refuse)?;
    let expires = whole.get("expires").and_then(Value::as_str);
    let expires = expires.and_then(|day| NaiveDate::parse_from_str(day, "%Y-%m-%d").ok());
    if expires.is_none_or(|expires| expires < today) {
        return Err(refuse("expired"));
    }
    let files = whole.get("files").and_then(Value::as_object).ok_or_else(|| refuse("no files"))?;
    let texts = files.iter().filter_map(|(name, text)| Some((name.clone(), text.as_str()?.to_owned())));
    Ok(texts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_has_dates_and_an_expiry() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 25).unwrap();
        for file in FILES {
            let list = describe(file, today);
            assert!(list.expires.is_some() && !list.dates.0.is_empty(), "{list:?}");
            assert_eq!(list.marks.iter().sum::<usize>(), list.rows, "{list:?}");
        }
        let later = NaiveDate::from_ymd_opt(2040, 1, 1).unwrap();
        assert!(FILES.iter().all(|file| describe(file, later).is_expired));
    }

    #[test]
    fn an_update_is_used_only_signed_unchanged_and_in_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("w.key"), "05".repeat(32)).unwrap();
        let row =
            "operator\tpattern\tis_relay\tmark\tsource\tsource_date\nAcme\tacme%\t0\tR\tsomewhere\t2026-11\n";
        fs::write(path("vpn.tsv"), row).unwrap();
        let whole = sign(&[path("vpn.tsv")], "2027-06-30", &path("w.key")).unwrap();
        let key = facts_key(&path("w.key")).unwrap();
        let (before, after) =
            (NaiveDate::from_ymd_opt(2027, 6, 30).unwrap(), NaiveDate::from_ymd_opt(2027, 7, 1).unwrap());
        let read = |whole: &Value, key: &[u8; 32], today| {
            verified(Path::new("x"), whole.to_string().as_bytes(), key, today)
                .map_err(|error| error.to_string())
        };
        assert_eq!(read(&whole, &key, before).unwrap()["vpn.tsv"], row);
        assert!(read(&whole, &key, after).unwrap_err().contains("expired"));
        assert!(read(&whole, &[1; 32], before).unwrap_err().contains("another key"));
        let mut changed = whole.clone();
        changed["files"]["vpn.tsv"] = json!("nothing");
        assert!(read(&changed, &key, before).unwrap_err().contains("changed"));
        changed.as_object_mut().unwrap().remove("signature");
        assert!(read(&changed, &key, before).unwrap_err().contains("not signed"));
        assert!(sign(&[], "soon", &path("w.key")).is_err());
    }
}
