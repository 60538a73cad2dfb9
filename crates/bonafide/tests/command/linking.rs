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

/// Lines of an answer, as JSON.
fn answers(text: &str) -> Vec<serde_json::Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn an_index_is_built_asked_changed_and_survives() {
    let desk = Desk::new();
    let (people, _) = sheet(&desk, "people.csv", ',');
    let path = |name: &str| desk.root().join(name).display().to_string();
    let (known, made) = (path("known"), path("clusters.csv"));
    let said = desk.run(&["link", &people, "--index", &known]).expect(3);
    assert!(said.err.contains("--id COLUMN"), "{}", said.err);
    let said = desk.run(&["link", "--index", &known]).expect(3);
    assert!(said.err.contains("holds no index"), "{}", said.err);
    let built = desk.run(&["link", &people, "--id", "key", "--index", &known]).expect(0);
    assert_eq!(answers(&built.out)[0]["records"], 60, "{}", built.out);
    let said = desk.run(&["link", &people, "--id", "key", "--index", &known]).expect(3);
    assert!(said.err.contains("--rebuild"), "{}", said.err);

    // Somebody who is known, with a slip, and somebody who is not.
    let question = "{\"key\":\"q1\",\"given name\":\"ann\",\"family name\":\"okafr\",\"born\":\"1960-01-01\",\"mail\":\"ann.okafor0@mail.example\"}\nno object\n{\"shoe\":7}\n{\"key\":2,\"given name\":\"zoe\",\"family name\":\"unheard\"}\n";
    std::fs::write(path("questions.jsonl"), question).unwrap();
    let asked =
        desk.run(&["link", "--index", &known, "--id", "key", "--query", &path("questions.jsonl")]).expect(0);
    let got = answers(&asked.out);
    assert_eq!(got.len(), 4, "{}", asked.out);
    assert_eq!((&got[0]["record_id"], &got[0]["cluster_id"]), (&"q1".into(), &"a0".into()));
    let first = &got[0]["candidates"][0];
    let sum: f64 =
        first["explanation"].as_array().unwrap().iter().map(|bar| bar["bits"].as_f64().unwrap()).sum();
    assert!((sum - first["bits"].as_f64().unwrap()).abs() < 1e-9);
    assert!(got[1]["error"].is_string() && got[2]["error"].is_string());
    assert_eq!(got[3]["cluster_id"], serde_json::Value::Null);
    assert!(asked.err.contains("2 questions answered"), "{}", asked.err);
    let sheet = desk.run(&["link", "--index", &known, "--id", "key", "--query", &people]).expect(0);
    assert_eq!(answers(&sheet.out).len(), 60);
    let nobody = desk.run(&["link", "--index", &known, "--tenant", "north", "--query", &people]).expect(0);
    assert!(answers(&nobody.out).iter().all(|answer| answer["found"] == 0), "{}", nobody.out);

    // Told apart, deleted, replaced: each in a process of its own.
    let clusters_now = || {
        desk.run(&["link", "--index", &known, "--output", &made]).expect(0);
        clusters(Path::new(&made))
    };
    let before = clusters_now();
    assert!((0..30).all(|at| before[&format!("b{at}")] == format!("a{at}")), "{before:?}");
    let said = desk
        .run(&["link", "--index", &known, "--unmerge", "b3", "--delete", "a4", "--delete", "nobody"])
        .expect(0);
    assert!(
        said.err.contains("b3 is another than a3") && said.err.contains("nothing to delete"),
        "{}",
        said.err
    );
    let now = clusters_now();
    assert_eq!(
        (now.len(), &now["b3"], &now["a3"], &now["b4"]),
        (59, &"b3".into(), &"a3".into(), &"b4".into())
    );
    let header = "key,given name,family name,born,mail\n";
    std::fs::write(
        path("new.csv"),
        format!(
            "{header}a5,zoe,unheard,2001-02-03,zoe@mail.example\nz1,zoe,unheard,2001-02-03,zoe@mail.example\n"
        ),
    )
    .unwrap();
    let said = desk.run(&["link", "--index", &known, "--id", "key", "--add", &path("new.csv")]).expect(0);
    assert!(said.err.contains("1 records came, 1 replaced"), "{}", said.err);
    let now = clusters_now();
    assert_eq!((&now["b5"], &now["a5"], &now["z1"]), (&"b5".into(), &"a5".into(), &"a5".into()));

    // Killed while it wrote: what was begun is no change, and what was kept still is.
    let log = desk.root().join("known/changes-1");
    let mut torn = std::fs::read(&log).unwrap();
    torn.extend([9, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3]);
    std::fs::write(&log, torn).unwrap();
    std::fs::write(desk.root().join("known/base-2"), b"half a base").unwrap();
    assert_eq!(clusters_now(), now);
    desk.run(&["link", "--index", &known, "--delete", "z1"]).expect(0);
    let left = clusters_now();
    assert_eq!((left.len(), left.get("z1")), (59, None));
    let said = desk.run(&["link", "--index", &known, "--query", &path("labels.csv")]).expect(2);
    assert!(said.err.contains("none of the columns"), "{}", said.err);
    std::fs::write(desk.root().join("known/base-1"), b"not a base").unwrap();
    let said = desk.run(&["link", "--index", &known]).expect(2);
    assert!(said.err.contains("damaged"), "{}", said.err);
}

#[test]
fn what_contradicts_itself_is_refused_and_what_is_useless_is_told() {
    let desk = Desk::new();
    let (people, labels) = sheet(&desk, "people.csv", ',');
    let write = |name: &str, text: &str| {
        std::fs::write(desk.root().join(name), text).unwrap();
        desk.root().join(name).display().to_string()
    };
    let config = |column: &str, kind: &str| {
        format!(
            "[[compare]]\ncolumns = [\"mail\"]\nkind = \"email\"\n[[compare]]\ncolumns = [\"{column}\"]\nkind = \"{kind}\"\n"
        )
    };
    let wrong = write("wrong.toml", &config("given name", "date"));
    let said = desk.run(&["link", &people, "--id", "key", "--config", &wrong]).expect(3);
    assert!(said.err.contains("not one of 60 values reads as that"), "{}", said.err);
    // One label for one id.
    let text = std::fs::read_to_string(&labels).unwrap();
    let double = write("double.csv", &format!("{text}a3,99\n"));
    let said = desk.run(&["link", &people, "--id", "key", "--truth", &double]).expect(2);
    assert!(said.err.contains("double.csv:62") && said.err.contains("line 8"), "{}", said.err);
    // Some dates among what is none.
    let mut some = String::from("key,mail,when\n");
    for at in 0..60 {
        let when = if at < 3 { format!("199{at}-01-02") } else { format!("word{at}") };
        let _ = writeln!(some, "{at},person{}@mail.example,{when}", at / 2);
    }
    let (some, odd) = (write("some.csv", &some), write("odd.toml", &config("when", "date")));
    let said = desk.run(&["link", &some, "--id", "key", "--config", &odd]).expect(0);
    assert!(said.err.contains("warning: when") && said.err.contains("only 3 of 60"), "{}", said.err);
    // All equal: one cluster, and it is said why.
    let equal = write("equal.csv", "key,name,born\n1,Ann,1990-01-02\n2,Ann,1990-01-02\n3,Ann,1990-01-02\n");
    let said = desk.run(&["link", &equal, "--id", "key"]).expect(0);
    assert_eq!(said.out, "record_id,cluster_id\n1,1\n2,1\n3,1\n");
    assert!(
        said.err.contains("every record says the same") && said.err.contains("nothing to estimate"),
        "{}",
        said.err
    );
}

#[test]
fn a_sample_comes_back_judged_and_a_cluster_is_explained() {
    let desk = Desk::new();
    let (people, _) = sheet(&desk, "people.csv", ',');
    let path = |name: &str| desk.root().join(name).display().to_string();
    let drawn = desk.run(&["link", &people, "--id", "key", "--sample", "25"]).expect(0).out;
    assert_eq!(drawn, desk.run(&["link", &people, "--id", "key", "--sample", "25"]).expect(0).out);
    let mut lines = drawn.lines();
    let header: Vec<&str> = lines.next().unwrap().split(',').collect();
    let verdict = header.iter().position(|name| *name == "verdict").unwrap();
    let mut judged = header.join(",");
    let mut count = 0;
    for line in lines {
        let mut cells: Vec<&str> = line.split(',').collect();
        cells[verdict] = if cells[0][1..] == cells[1][1..] { "yes" } else { "no" };
        let _ = write!(judged, "\n{}", cells.join(","));
        count += 1;
    }
    assert!(count > 10, "{drawn}");
    std::fs::write(path("judged.csv"), judged).unwrap();
    let found = desk.run(&["link", &people, "--id", "key", "--judged", &path("judged.csv")]).expect(0).out;
    assert!(found.contains("precision") && found.contains("95 %"), "{found}");
    std::fs::write(path("open.csv"), &drawn).unwrap();
    let said = desk.run(&["link", &people, "--id", "key", "--judged", &path("open.csv")]).expect(2);
    assert!(said.err.contains("nothing to estimate"), "{}", said.err);
    let held = desk.run(&["link", &people, "--id", "key", "--explain-cluster", "a3"]).expect(0).out;
    assert!(
        held.contains("2 records: ") && held.contains("bridge ") && held.contains("without it {"),
        "{held}"
    );
}

#[test]
fn an_index_shows_one_tenant_alone_and_is_built_with_the_model_of_another() {
    let desk = Desk::new();
    let (people, _) = sheet(&desk, "people.csv", ',');
    let path = |name: &str| desk.root().join(name).display().to_string();
    let text = std::fs::read_to_string(desk.root().join("people.csv")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let part = |range: std::ops::Range<usize>| format!("{}\n{}\n", lines[0], lines[range].join("\n"));
    std::fs::write(path("first.csv"), part(1..31)).unwrap();
    std::fs::write(path("rest.csv"), part(31..lines.len())).unwrap();
    let run = |arguments: &[&str]| desk.run(&[&["link"], arguments].concat()).expect(0);
    run(&["--index", &path("model"), &people, "--id", "key"]);
    run(&["--index", &path("grown"), &path("first.csv"), "--id", "key", "--model-of", &path("model")]);
    run(&["--index", &path("grown"), "--id", "key", "--add", &path("rest.csv")]);
    run(&["--index", &path("whole"), &people, "--id", "key", "--model-of", &path("model")]);
    run(&["--index", &path("grown"), "--output", &path("grown.csv"), "--pairs", &path("grown-pairs.csv")]);
    run(&["--index", &path("whole"), "--output", &path("whole.csv"), "--pairs", &path("whole-pairs.csv")]);
    let read = |name: &str| std::fs::read_to_string(path(name)).unwrap();
    assert_eq!(read("grown.csv"), read("whole.csv"));
    assert_eq!(read("grown-pairs.csv"), read("whole-pairs.csv"));
    assert!(read("whole-pairs.csv").lines().count() > 20);
    run(&["--index", &path("grown"), "--tenant", "north", "--id", "key", "--add", &path("first.csv")]);
    run(&["--index", &path("grown"), "--tenant", "north", "--output", &path("north.csv")]);
    assert_eq!(read("north.csv").lines().count(), 31, "{}", read("north.csv"));
    run(&["--index", &path("grown"), "--output", &path("all.csv")]);
    assert_eq!(read("all.csv").lines().count(), 91);
}
