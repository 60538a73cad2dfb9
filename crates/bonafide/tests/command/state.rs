//! What was read is not read again, what changed replaces the state, and the exports are never written to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;

use crate::desk::{Desk, ROSTER, sign_in, tree};

fn sequence(desk: &Desk) -> usize {
    let manifests = std::fs::read_dir(desk.workspace().join("lake/manifest")).unwrap();
    let names = manifests.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|name| name.trim_end_matches(".json").parse().unwrap()).max().unwrap()
}

fn count(desk: &Desk, table: &str) -> u64 {
    let said = desk.run(&["query", &format!("SELECT count(*) AS n FROM {table}")]).expect(0);
    said.json()[0]["n"].as_u64().unwrap()
}

/// Raw streams by name, each with the file that keeps it.
fn streams(desk: &Desk) -> BTreeMap<String, String> {
    let folder = desk.workspace().join("lake/manifest");
    let newest = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).max().unwrap();
    let state: Value = serde_json::from_slice(&std::fs::read(newest).unwrap()).unwrap();
    let entries = state["files"].as_array().unwrap().iter();
    entries
        .map(|entry| (entry["name"].as_str().unwrap().into(), entry["raw"].as_str().unwrap().into()))
        .collect()
}

fn days(range: std::ops::Range<u32>) -> String {
    let both =
        |day| sign_in(day, "ann.lee@corp.example", day) + &sign_in(100 + day, "bo.ek@corp.example", day);
    range.map(both).collect()
}

#[test]
fn one_more_day_is_read_alone_and_an_unchanged_folder_not_at_all() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.write("okta/1.jsonl", days(1..10));
    let first = desk.check(&[]).expect(0);
    assert!(!first.err.contains("read before"), "{}", first.err);
    assert_eq!((sequence(&desk), count(&desk, "authentication")), (1, 18));
    let before = streams(&desk);

    let unchanged = desk.check(&[]).expect(0);
    assert!(unchanged.err.contains("2 of 2 files were read before"), "{}", unchanged.err);
    assert_eq!((unchanged.out, sequence(&desk)), (first.out, 1), "nothing changed, so there is no new state");

    desk.write("okta/2.jsonl", days(10..11));
    let more = desk.check(&[]).expect(0);
    assert!(more.err.contains("2 of 3 files were read before"), "{}", more.err);
    assert_eq!((sequence(&desk), count(&desk, "authentication")), (2, 20));
    let after = streams(&desk);
    assert!(before.iter().all(|(name, raw)| after[name] == *raw), "the others were left as they were");

    let cold = Desk::new();
    for (name, bytes) in tree(&desk.exports()) {
        cold.write(&name, bytes);
    }
    assert_eq!(cold.check(&[]).out, more.out, "as if all had been read at once");
}

#[test]
fn a_changed_or_missing_file_replaces_the_state() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.write("okta/1.jsonl", days(1..10));
    desk.write("okta/2.jsonl", days(10..12));
    desk.check(&[]).expect(0);
    desk.write("okta/2.jsonl", days(10..11));
    let changed = desk.check(&[]).expect(0);
    assert!(changed.err.contains("all are read anew"), "{}", changed.err);
    assert_eq!((sequence(&desk), count(&desk, "authentication")), (2, 20));
    std::fs::remove_file(desk.exports().join("okta/1.jsonl")).unwrap();
    desk.check(&[]).expect(0);
    assert_eq!((sequence(&desk), count(&desk, "authentication")), (3, 2));
    // Without the bytes behind records: another way to read, so everything again.
    desk.check(&["--no-raw"]).expect(0);
    assert_eq!(sequence(&desk), 4);
    assert_eq!(std::fs::read_dir(desk.workspace().join("lake/raw")).unwrap().count(), 0, "none is kept");
    // A folder that is not there today is no reason to forget.
    for name in tree(&desk.exports()).into_keys() {
        std::fs::remove_file(desk.exports().join(name)).unwrap();
    }
    desk.check(&["--no-raw"]).expect(2);
    assert_eq!((sequence(&desk), count(&desk, "authentication")), (4, 2));
}

#[test]
fn the_same_fact_in_a_second_export_counts_once() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.write("roster_2026-06-08.csv", ROSTER);
    desk.write("a.jsonl", days(1..8));
    desk.write("b.jsonl", days(5..12));
    let again: String = sign_in(5, "ann.lee@corp.example", 5).replace("\"severity\"", " \"severity\"");
    desk.write("c.json", format!("[{again}]"));
    desk.check(&[]).expect(0);
    assert_eq!((count(&desk, "authentication"), count(&desk, "employment")), (22, 2));
    let said = desk.run(&["query", "SELECT DISTINCT CAST(time AS VARCHAR) AS t FROM employment"]).expect(0);
    assert_eq!(
        said.out, "{\"t\":\"2026-06-08T00:00:00\"}\n",
        "a roster row that is said again is said later"
    );
}

/// Names, sizes and times of everything in a folder, the folder itself included.
fn listing(folder: &Path) -> Vec<(PathBuf, u64, SystemTime)> {
    let of = |path: PathBuf| {
        let found = std::fs::metadata(&path).unwrap();
        (path, found.len(), found.modified().unwrap())
    };
    let mut out = vec![of(folder.to_path_buf())];
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { out.extend(listing(&path)) } else { out.push(of(path)) }
    }
    out.sort();
    out
}

#[test]
fn the_folder_of_exports_is_never_written_to() {
    let desk = Desk::new();
    desk.company(20, 8, "payroll_ring");
    desk.write("broken.csv", "a;b\n1,2,3\n\u{0}");
    let mut parts: Vec<PathBuf> = listing(&desk.exports()).into_iter().map(|(path, ..)| path).collect();
    parts.reverse();
    for path in &parts {
        let mut may = std::fs::metadata(path).unwrap().permissions();
        may.set_readonly(true);
        std::fs::set_permissions(path, may).unwrap();
    }
    let before = listing(&desk.exports());
    let worker =
        desk.check(&["--propose-aliases", "aliases.csv"]).json()[0]["worker_id"].as_str().unwrap().to_owned();
    desk.run(&["explain", &worker]).expect(0);
    desk.run(&["erase", &worker]).expect(0);
    desk.check(&[]);
    assert_eq!(listing(&desk.exports()), before);
    let exports = desk.exports();
    let inside = exports.join("okta/workspace");
    let said = desk.check(&["--workspace", inside.to_str().unwrap()]).expect(3);
    assert!(said.err.contains("may not lie in the input folder"), "{}", said.err);
    assert_eq!(listing(&exports), before);
}

#[test]
fn the_key_lies_outside_and_a_wrong_or_lost_one_is_told() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.write("okta.jsonl", days(1..10));
    let first = desk.check(&[]).expect(0);
    let keys = desk.home().join(".config/keys");
    let key = std::fs::read_dir(&keys).unwrap().next().unwrap().unwrap().path();
    let text = std::fs::read_to_string(&key).unwrap();
    assert!(crate::desk::holding(&desk.workspace(), &text).is_empty());
    let bytes: Vec<u8> =
        (0..64).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
    for (name, kept) in tree(&desk.workspace()) {
        assert!(!kept.windows(32).any(|window| window == bytes), "the key lies in {name}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        for path in [&key, &desk.workspace()] {
            assert_eq!(
                std::fs::metadata(path).unwrap().permissions().mode() & 0o077,
                0,
                "{}",
                path.display()
            );
        }
    }
    std::fs::write(&key, "0".repeat(64)).unwrap();
    assert!(desk.check(&[]).expect(3).err.contains("not the key of this workspace"));
    std::fs::write(&key, "not a key").unwrap();
    assert!(desk.check(&[]).expect(3).err.contains("64 hexadecimal digits"));
    std::fs::remove_file(&key).unwrap();
    let lost = desk.check(&[]).expect(3);
    assert!(lost.err.contains("the key of this workspace is not there"), "{}", lost.err);
    assert!(!key.exists(), "no other key is made in silence");
    std::fs::write(&key, text).unwrap();
    assert_eq!(desk.check(&[]).out, first.out);
}

#[test]
fn many_first_checks_at_once_wait_for_each_other() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.write("okta.jsonl", days(1..10));
    let exports = desk.exports();
    let start = || {
        let mut command = desk.command(&["check", exports.to_str().unwrap(), "--json"]);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..5).map(|_| start()).collect();
    let said: Vec<_> = children
        .into_iter()
        .map(|child| crate::desk::Said::of(child.wait_with_output().unwrap()).expect(0))
        .collect();
    assert!(said.iter().all(|one| one.out == said[0].out));
    assert_eq!(sequence(&desk), 1);
    desk.run(&["verify"]).expect(0);
}

#[test]
fn nothing_after_until_is_seen() {
    let desk = Desk::new();
    desk.write("roster_2026-06-20.csv", ROSTER);
    desk.write("okta.jsonl", days(1..19));
    let judged = |arguments: &[&str]| {
        desk.check(arguments).expect(0);
        desk.run(&["explain", "W-1", "--json"]).expect(0).json()[0]["judged_as_of"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert!(judged(&[]).starts_with("2026-06-18"), "the roster is later than the last log and moves nothing");
    assert_eq!(judged(&["--until", "2026-06-05"]), "2026-06-05T23:59:59Z");
    let said =
        desk.run(&["query", "SELECT max(last_time) AS t FROM coverage WHERE source = 'okta'"]).expect(0);
    assert!(said.out.contains("2026-06-05T"), "{}", said.out);
    assert!(desk.check(&["--until", "soon"]).expect(3).err.contains("--until"));
}

#[test]
fn one_line_of_the_year_9999_does_not_become_now() {
    let desk = Desk::new();
    desk.write("roster_2026-06-20.csv", ROSTER);
    let far = sign_in(999, "ann.lee@corp.example", 1).replace("2026-06-01", "9999-06-01");
    let many: String = (0..1200).map(|id| sign_in(id, "ann.lee@corp.example", 1 + id % 18)).collect();
    desk.write("okta.jsonl", many + &far);
    desk.check(&[]).expect(0);
    let judged = desk.run(&["explain", "W-1", "--json"]).expect(0);
    assert!(judged.json()[0]["judged_as_of"].as_str().unwrap().starts_with("2026-06-18"));
}

#[test]
fn an_undated_roster_weighs_as_much_as_a_dated_one() {
    let shared = "\
Employee #,First Name,Last Name,Work Email,Home Email,Mobile Phone,Address Line 1,City,State,Zip Code,Country,Hire Date,Status
";
    let rows: String = (1..=12)
        .map(|n| {
            let home = if n <= 3 { "77 Farm Rd".to_owned() } else { format!("{n} Elm St") };
            format!("W-{n},First{n},Last{n},w{n}@corp.example,p{n}@home.example,+1 503 555 01{n:02},{home},Salem,OR,97301,US,2026-05-01,Active\n")
        })
        .collect();
    let logs: String = (1..=12)
        .flat_map(|n| (1..18).map(move |day| sign_in(n * 100 + day, &format!("w{n}@corp.example"), day)))
        .collect();
    let found = |name: &str| {
        let desk = Desk::new();
        desk.write(name, shared.to_owned() + &rows);
        desk.write("okta.jsonl", &logs);
        let said = desk.check(&[]);
        let people = said.json();
        let bits = |person: &Value| {
            (person["worker_id"].to_string(), person["bits"].to_string(), person["case"].to_string())
        };
        (people.iter().map(bits).collect::<Vec<_>>(), said.err)
    };
    let (dated, _) = found("roster_2026-06-17.csv");
    let (undated, told) = found("roster.csv");
    assert_eq!(dated.len(), 12, "everybody is judged");
    assert_eq!(undated, dated);
    assert!(told.contains("records without a date (12 of employment) are taken as of 2026-06-17"), "{told}");
}
