//! Floors of accuracy on public sets whose truth is known: nothing configured, no threshold chosen with the labels. Where the sets are
//! not there, the test says so and measures nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

use std::path::{Path, PathBuf};

use app::link::{self, Wish};

/// A little below what was measured when they were set: .976, 1, .9992, .9999, .707. (Payments are linked within their files too here;
/// a configuration that says `within_files = false` and compares amounts does better.)
const FAKE_1000: f64 = 0.965;
const FEBRL1: f64 = 0.998;
const FEBRL2: f64 = 0.997;
const FEBRL3: f64 = 0.998;
const TRANSACTIONS: f64 = 0.70;

/// The folder of the sets, if it is there.
fn sets() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/linkage");
    let folder = std::env::var_os("BONAFIDE_LINKAGE_DATA").map_or_else(beside, PathBuf::from);
    if folder.join("fake_1000.csv").exists() {
        return Some(folder);
    }
    eprintln!(
        "NOT MEASURED: {} holds no fake_1000.csv; BONAFIDE_LINKAGE_DATA names another folder",
        folder.display()
    );
    None
}

/// F1 of pairs within clusters.
fn f1(files: Vec<PathBuf>, id: &str, truth: PathBuf, column: &str) -> f64 {
    let wish = Wish {
        files,
        id: Some(id.to_owned()),
        truth: Some(truth),
        truth_column: Some(column.to_owned()),
        threads: 2,
        ..Wish::default()
    };
    let outcome = link::link(&wish).unwrap();
    let scored = outcome.scored.unwrap().clusters.unwrap();
    eprintln!("{}: {:?}", wish.files[0].display(), scored.pairwise);
    scored.pairwise.f1
}

/// The entity of a FEBRL record stands in its id, which is not compared; here it becomes a label.
fn febrl_labels(people: &Path, folder: &Path) -> PathBuf {
    let text = std::fs::read_to_string(people).unwrap();
    let ids = text.lines().skip(1).filter_map(|line| line.split(',').next()).map(str::trim);
    let label = |id: &str| format!("{id},{}\n", id.split('-').nth(1).unwrap());
    let labels: String = std::iter::once("rec_id,entity\n".to_owned()).chain(ids.map(label)).collect();
    let path = folder.join("labels.csv");
    std::fs::write(&path, labels).unwrap();
    path
}

#[test]
fn people_of_public_sets_are_found_at_least_as_well_as_before() {
    let Some(folder) = sets() else { return };
    let fake = folder.join("fake_1000.csv");
    let got = f1(vec![fake.clone()], "unique_id", fake, "cluster");
    assert!(got >= FAKE_1000, "fake_1000: {got}");
    for (name, floor) in [("febrl1.csv", FEBRL1), ("febrl2.csv", FEBRL2), ("febrl3.csv", FEBRL3)] {
        let temporary = tempfile::tempdir().unwrap();
        let people = folder.join(name);
        let labels = febrl_labels(&people, temporary.path());
        let got = f1(vec![people], "rec_id", labels, "entity");
        assert!(got >= floor, "{name}: {got}");
    }
}

#[test]
fn payments_of_two_parquet_files_find_each_other() {
    let Some(folder) = sets() else { return };
    let [origin, destination] =
        ["transactions_origin.parquet", "transactions_destination.parquet"].map(|name| folder.join(name));
    // The truth's column is left out by its header; ids are not compared.
    let got = f1(vec![origin.clone(), destination], "unique_id", origin, "ground_truth");
    assert!(got >= TRANSACTIONS, "{got}");
}
