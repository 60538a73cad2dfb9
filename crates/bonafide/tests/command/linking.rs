//! `bonafide link`: any sheet, as a user would give it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use crate::desk::Desk;

/// Thirty people, each twice: once as they are, once with a slip; and what the labels say.
fn sheet(desk: &Desk, name: &str, delimiter: char) -> (String, String) {
    let first = ["ann", "bruno", "carla", "dmitri", "elena", "farid"];
    let family = ["okafor", "marsh", "lindqvist", "pereira", "novak"];
    let mut text = ["key", "given name", "family name", "born", "mail"].join(&delimiter.to_string());
    let mut labels = String::from("key,entity\n");
    text.push('\n');
    for at in 0..30 {
        let (given, surname) = (first[at % 6], family[at / 6]);
        let born = format!("19{:02}-{:02}-{:02}", 60 + at, 1 + at % 12, 1 + (at * 7) % 28);
        let mail = format!("{given}.{surname}{at}@mail.example");
        let slipped = format!("{}{}", &surname[..2], &surname[3..]);
        for (half, shown) in [("a", surname), ("b", slipped.as_str())] {
            let cells = [&format!("{half}{at}"), given, shown, &born, &mail];
            let _ = writeln!(text, "{}", cells.join(&delimiter.to_string()));
            let _ = writeln!(labels, "{half}{at},{at}");
        }
    }
    let (path, truth) = (desk.root().join(name), desk.root().join("labels.csv"));
    std::fs::write(&path, text).unwrap();
    std::fs::write(&truth, labels).unwrap();
    (path.display().to_string(), truth.display().to_string())
}

/// Cluster of each record, from a file.
fn clusters(path: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("record_id,cluster_id"));
    lines.map(|line| line.split_once(',').unwrap()).map(|(id, of)| (id.to_owned(), of.to_owned())).collect()
}

#[test]
fn from_a_sheet_to_clusters_pairs_scores_and_pictures() {
    let desk = Desk::new();
    let (people, labels) = sheet(&desk, "people.csv", ';');
    let proposed = desk.run(&["link", &people, "--id", "key", "--suggest"]).expect(0);
    assert!(proposed.out.contains("kind = \"given_name\"") && proposed.out.contains("kind = \"date\""));
    let at = |name: &str| desk.root().join(name);
    let text = |name: &str| at(name).display().to_string();
    std::fs::write(at("link.toml"), &proposed.out).unwrap();
    let arguments = [
        "link",
        &people,
        "--id",
        "key",
        "--config",
        &text("link.toml"),
        "--output",
        &text("clusters.csv"),
        "--pairs",
        &text("pairs.csv"),
        "--truth",
        &labels,
        "--charts",
        &text("charts"),
        "--unlinkables",
        &text("poor.csv"),
    ];
    let said = desk.run(&arguments).expect(0);
    assert!(said.out.contains("pairwise") && said.out.contains("F1 1.0000"), "{}", said.out);
    let made = clusters(&at("clusters.csv"));
    assert_eq!(made.len(), 60);
    assert!((0..30).all(|person| made[&format!("a{person}")] == made[&format!("b{person}")]));
    let pairs = std::fs::read_to_string(at("pairs.csv")).unwrap();
    assert!(pairs.starts_with("left_id,right_id,bits,probability\n") && pairs.lines().count() >= 31);
    for name in ["weights.svg", "thresholds.svg", "clusters.svg"] {
        assert!(std::fs::read_to_string(at("charts").join(name)).unwrap().starts_with("<svg"), "{name}");
    }
    // Without a configuration: the same.
    desk.run(&["link", &people, "--id", "key", "--output", &text("again.csv"), "--threads", "1"]).expect(0);
    assert_eq!(clusters(&at("again.csv")), made);
    let why = desk.run(&["link", &people, "--id", "key", "--explain", "a3", "b3"]).expect(0);
    assert!(why.out.contains("prior") && why.out.contains("in one cluster"), "{}", why.out);
}

#[test]
fn parquet_out_is_parquet_in() {
    let desk = Desk::new();
    let (people, _) = sheet(&desk, "people.csv", '\t');
    let path = |name: &str| desk.root().join(name).display().to_string();
    let (clusters, pairs) = (path("clusters.parquet"), path("pairs.parquet"));
    desk.run(&["link", &people, "--id", "key", "--output", &clusters, "--pairs", &pairs]).expect(0);
    assert!(std::fs::read(&pairs).unwrap().starts_with(b"PAR1"));
    let said = desk.run(&["link", &people, "--id", "key", "--truth", &clusters]).expect(0);
    assert!(said.out.contains("F1 1.0000"), "{}", said.out);
}

#[test]
fn bad_sheets_are_told_and_lose_nothing() {
    let desk = Desk::new();
    let write = |name: &str, bytes: &[u8]| {
        let path = desk.root().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let said = desk.run(&["link", &write("nothing.csv", b""), "--id", "id"]).expect(2);
    assert!(said.err.contains("no header") || said.err.contains("nothing can be read"), "{}", said.err);
    let said = desk.run(&["link", &write("header.csv", b"id,name\n"), "--id", "id"]).expect(2);
    assert!(said.err.contains("no record"), "{}", said.err);
    let said = desk.run(&["link", &write("null.csv", b"id,a,b\n1,,\n2,,\n3,,\n"), "--id", "id"]).expect(2);
    assert!(said.err.contains("it is empty"), "{}", said.err);
    let odd = write(
        "odd.csv",
        b"id,name,city\n1,Jos\xe9 Okafor,Rome\n2,Jose Okafor,Rome,more\n3,Wei\xff Li\n,Ann,Oslo\n",
    );
    let said = desk.run(&["link", &odd, "--id", "id"]).expect(0);
    assert_eq!(said.out.lines().count(), 5, "{}", said.out);
    assert!(
        said.err.contains("Windows-1252") && said.err.contains("more or fewer") && said.err.contains("no id")
    );
    let said = desk.run(&["link", &odd, "--id", "key"]).expect(3);
    assert!(said.err.contains("hint: there are id, name, city"), "{}", said.err);
    let wrong = write("wrong.toml", b"[[compare]]\ncolumns = [\"name\"]\nkind = \"shoe\"\n");
    let said = desk.run(&["link", &odd, "--id", "id", "--config", &wrong]).expect(3);
    assert!(said.err.contains("wrong.toml") && said.err.contains("shoe"), "{}", said.err);
    let labels = write("labels.csv", b"id,cluster\n1,x\n2,x\n77,y\n");
    let said = desk.run(&["link", &odd, "--id", "id", "--truth", &labels]).expect(0);
    assert!(said.err.contains("1 labels name ids that are not in the files"), "{}", said.err);
    let labels = write("strangers.csv", b"id,cluster\n88,x\n77,y\n");
    desk.run(&["link", &odd, "--id", "id", "--truth", &labels]).expect(2);
    let said = desk.run(&["link", &odd, "--id", "id", "--explain", "1", "9"]).expect(2);
    assert!(said.err.contains("no record is called"), "{}", said.err);
}
