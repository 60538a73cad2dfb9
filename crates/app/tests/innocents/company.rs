//! A made-up company in a folder of its own, checked in a workspace of its own.

use std::collections::{BTreeMap, BTreeSet};
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
            planted,
            difficulty: None,
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
        let rows = self.truth("workers.csv");
        let seen: BTreeSet<String> = self.truth("tells.csv").into_iter().map(|row| row[0].clone()).collect();
        rows.into_iter()
            .filter(|row| row[1] == "1" && seen.contains(&row[0]))
            .map(|row| (row[0].clone(), row[2].clone()))
            .collect()
    }

    fn truth(&self, name: &str) -> Vec<Vec<String>> {
        let path = self.folder.path().join("exports-truth").join(name);
        let mut reader = csv::Reader::from_path(path).unwrap();
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    }
}
