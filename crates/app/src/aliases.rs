//! `aliases.csv`: accounts that only the user can tie to a worker. Proposed, never applied in silence.

use std::path::Path;

use crate::error::{Error, Result};

/// Reads columns `account` and `worker_id`; others are left alone.
pub fn read(path: &Path) -> Result<Vec<(String, String)>> {
    let bad = |cause: String| Error::Configuration(format!("{}: {cause}", path.display()));
    let text = std::fs::read(path).map_err(Error::configuration(path))?;
    let mut reader =
        csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_slice());
    let headers = reader.headers().map_err(|cause| bad(cause.to_string()))?.clone();
    let column = |name: &str| {
        let found = headers
            .iter()
            .position(|header| header.trim_start_matches('\u{feff}').eq_ignore_ascii_case(name));
        found.ok_or_else(|| bad(format!("no column {name}; hint: account,worker_id")))
    };
    let (account, worker) = (column("account")?, column("worker_id")?);
    let mut out = Vec::new();
    for row in reader.records() {
        let row = row.map_err(|cause| bad(cause.to_string()))?;
        if let (Some(account), Some(worker)) = (row.get(account), row.get(worker))
            && !account.is_empty()
            && !worker.is_empty()
        {
            out.push((account.to_owned(), worker.to_owned()));
        }
    }
    Ok(out)
}

/// Writes proposals for the user to read and correct.
pub fn write(path: &Path, proposals: &[(String, String, String)]) -> Result<()> {
    let bad = |cause: csv::Error| Error::Configuration(format!("{}: {cause}", path.display()));
    let mut writer = csv::Writer::from_path(path).map_err(bad)?;
    writer.write_record(["account", "worker_id", "source"]).map_err(bad)?;
    for (source, account, worker) in proposals {
        writer.write_record([account, worker, source]).map_err(bad)?;
    }
    writer.flush().map_err(Error::configuration(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proposed_can_be_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("aliases.csv");
        write(&path, &[("okta".into(), "a,b@example.com".into(), "W-1".into())]).unwrap();
        assert_eq!(read(&path).unwrap(), [("a,b@example.com".to_owned(), "W-1".to_owned())]);
        std::fs::write(&path, "a;b\n1;2\n").unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("no column account"));
    }
}
