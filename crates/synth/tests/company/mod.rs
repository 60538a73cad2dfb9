//! A company in memory: its files by path.

#![allow(dead_code)]

use std::collections::BTreeMap;
use std::io::{self, Write};

use synth::{Folder, Plan, Summary};

/// The exports that are long, and what says who badged in: left out where only papers are looked at.
pub const LOGS: [&str; 10] = [
    "okta",
    "osquery",
    "attestation",
    "entra",
    "duo",
    "google",
    "github",
    "zoom",
    "crowdstrike",
    "inventory",
];

/// Files by path.
#[derive(Default)]
pub struct Files(pub BTreeMap<String, Vec<u8>>);

impl Folder for Files {
    fn create(&mut self, path: &str) -> io::Result<Box<dyn Write + '_>> {
        Ok(Box::new(self.0.entry(path.to_owned()).or_default()))
    }
}

/// Rows of a sheet: column name to cell.
pub type Row = BTreeMap<String, String>;

impl Files {
    /// Writes a company.
    pub fn of(plan: &Plan) -> (Self, Summary) {
        let mut files = Self::default();
        let summary = synth::write(plan, &mut files).unwrap();
        (files, summary)
    }

    /// The file whose path holds a word.
    pub fn text(&self, word: &str) -> &str {
        let found = self.0.iter().find(|(path, _)| path.contains(word));
        let (_, bytes) = found.unwrap_or_else(|| panic!("no file {word}"));
        std::str::from_utf8(bytes).unwrap()
    }

    /// Lines of all files under a folder.
    pub fn lines(&self, folder: &str) -> impl Iterator<Item = &str> {
        let of = self.0.iter().filter(move |(path, _)| path.starts_with(folder));
        of.flat_map(|(_, bytes)| std::str::from_utf8(bytes).unwrap().lines())
    }

    /// JSON of every line under a folder.
    pub fn json(&self, folder: &str) -> impl Iterator<Item = serde_json::Value> {
        self.lines(folder).map(|line| serde_json::from_str(line).unwrap())
    }

    /// Rows of a sheet.
    pub fn rows(&self, word: &str) -> Vec<Row> {
        let mut reader = csv::Reader::from_reader(self.text(word).as_bytes());
        reader.deserialize().map(|row| row.unwrap()).collect()
    }

    /// Header of a sheet.
    pub fn header(&self, word: &str) -> Vec<String> {
        let mut reader = csv::Reader::from_reader(self.text(word).as_bytes());
        reader.headers().unwrap().iter().map(str::to_owned).collect()
    }
}
