//! A made-up company in a folder of its own, checked in a workspace of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;

use app::check::{self, Checked};
use app::demo::{self, Wish};
use app::workspace::Choice;

pub struct Company {
    folder: tempfile::TempDir,
}

impl Company {
    pub fn new(seed: u64, workers: u32, days: u32, schemes: Option<&str>, planted: Option<u32>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let company = Self { folder };
        let wish = Wish {
            seed,
            workers: Some(workers),
            days: Some(days),
            schemes: schemes.map(str::to_owned),
            planted: planted.map(|count| count.to_string()),
            ..Wish::default()
        };
        demo::write(&company.exports(), &wish).unwrap();
        company
    }

    pub fn exports(&self) -> PathBuf {
        self.folder.path().join("exports")
    }

    pub async fn check(&self) -> Checked {
        let choice = Choice {
            workspace: Some(self.folder.path().join("workspace")),
            key: Some(self.folder.path().join("key")),
            ..Choice::default()
        };
        let options = check::Options::default();
        check::run(&self.exports(), &choice, &options).await.unwrap()
    }

    /// Scheme of everybody who is operated by another and of whom a tell was written.
    pub fn positives(&self) -> BTreeMap<String, String> {
        self.planted(|row| row["observable"] == "1")
    }

    /// Scheme of everybody who has a part in one, hosts included: nobody of these is an innocent.
    pub fn guilty(&self) -> BTreeMap<String, String> {
        self.planted(|row| !row["role"].is_empty())
    }

    fn planted(&self, wanted: impl Fn(&BTreeMap<String, String>) -> bool) -> BTreeMap<String, String> {
        let rows = self.truth("workers.csv").into_iter().filter(wanted);
        rows.map(|row| (row["worker_id"].clone(), row["scheme"].clone())).collect()
    }

    fn truth(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let path = self.folder.path().join("exports-truth").join(name);
        csv::Reader::from_path(path).unwrap().deserialize().map(|row| row.unwrap()).collect()
    }
}
