//! States: seen whole or not at all, kept while somebody reads, clean afterwards.

use std::path::Path;

use crate::common::{file, files, lines, open, open_with, row};
use lake::commit::RejectRow;
use lake::{FileEntry, Lake};
use model::{Time, tables};

const EMPLOYMENT: &str = "SELECT worker_id, home_city, CAST(time AS VARCHAR) FROM employment ORDER BY 1, 2";

fn worker(commit: &mut lake::Commit, name: &str, seconds: Option<i64>, values: &[(&str, &str)]) {
    let at = file(commit, name);
    commit.append(vec![row(&tables::employment::TABLE, at, values[0].1, seconds, values)]).unwrap();
}

fn kept(root: &Path) -> Vec<String> {
    let below = |path: std::path::PathBuf| path.strip_prefix(root).unwrap().display().to_string();
    files(root).into_iter().map(below).filter(|name| !name.ends_with(".lock")).collect()
}

fn needed(lake: &Lake) -> Vec<String> {
    let state = lake.manifest();
    let mut out: Vec<String> = state.tables.values().flatten().map(|file| file.path.clone()).collect();
    out.extend(state.files.iter().filter_map(|entry| entry.raw.clone()));
    out.push(format!("manifest/{:08}.json", state.sequence));
    out.sort();
    out
}

#[tokio::test]
async fn a_state_is_seen_whole_once_it_is_published() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = open(folder.path()).await;
    writer.stage().await.unwrap();
    for city in ["Salem", "Reno"] {
        let mut commit = writer.begin_reading().await.unwrap();
        worker(&mut commit, city, Some(1), &[("worker_id", city), ("home_city", city)]);
        commit.publish().await.unwrap();
        writer.refresh().await.unwrap();
    }
    writer.note("judged", "yes").unwrap();
    assert_eq!(lines(&writer, EMPLOYMENT).await.len(), 2, "it sees what it is doing");
    let before = open(folder.path()).await;
    assert_eq!(lines(&before, EMPLOYMENT).await.len(), 0, "nobody else does");
    assert!(writer.publish().await.unwrap());
    let mut after = open(folder.path()).await;
    assert_eq!(lines(&after, EMPLOYMENT).await.len(), 2);
    assert_eq!((after.manifest().sequence, after.manifest().notes["judged"].as_str()), (1, "yes"));

    // Given up: as if it had never been.
    writer.release();
    writer.stage().await.unwrap();
    let commit = writer.begin_anew();
    commit.publish().await.unwrap();
    writer.refresh().await.unwrap();
    assert_eq!(lines(&writer, EMPLOYMENT).await.len(), 0);
    drop(writer);
    after.refresh().await.unwrap();
    assert_eq!(lines(&after, EMPLOYMENT).await.len(), 2);
}

#[tokio::test]
async fn nothing_changed_is_no_new_state() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    for _ in 0..2 {
        lake.stage().await.unwrap();
        let mut commit = lake.begin().await.unwrap();
        let cells = vec![model::Cell::Text("W-1".into()); 2];
        let wide = model::derived::site_member::TABLE.columns.len();
        let row = cells.into_iter().chain(std::iter::repeat_n(model::Cell::Null, wide - 2)).collect();
        commit.replace(&model::derived::site_member::TABLE, vec![row]).unwrap();
        commit.publish().await.unwrap();
        lake.refresh().await.unwrap();
        lake.publish().await.unwrap();
        lake.vacuum().await.unwrap();
        lake.release();
    }
    assert_eq!(lake.manifest().sequence, 1);
    assert_eq!(kept(folder.path()), needed(&lake));
}

#[tokio::test]
async fn what_no_state_needs_is_removed_unless_somebody_reads() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    for round in 0..3 {
        lake.stage().await.unwrap();
        let mut commit = lake.begin_anew();
        let name = format!("round {round}");
        let mut raw = commit.raw_writer().unwrap();
        raw.append(name.as_bytes()).unwrap();
        let kept = raw.finish().unwrap();
        worker(&mut commit, &name, Some(round), &[("worker_id", &name), ("home_city", "Salem")]);
        let at = commit.find_file(&name, &name).unwrap();
        commit.file_mut(at).unwrap().raw = Some(kept);
        commit.publish().await.unwrap();
        lake.refresh().await.unwrap();
        lake.publish().await.unwrap();
        lake.release();
    }
    // What killed processes leave.
    for name in [
        "tables/employment-dead.part",
        "raw/dead.part",
        "raw/dead.raw",
        "manifest/00000004.json#1",
        "spill/dead/x",
    ] {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, b"dead").unwrap();
    }
    let reader = open(folder.path()).await;
    lake.stage().await.unwrap();
    lake.publish().await.unwrap();
    assert!(!lake.vacuum().await.unwrap(), "a reader keeps every file");
    assert!(folder.path().join("raw/dead.raw").exists());
    assert_eq!(lines(&reader, EMPLOYMENT).await.len(), 1);
    drop(reader);
    assert!(lake.vacuum().await.unwrap());
    assert_eq!(kept(folder.path()), needed(&lake));
    assert_eq!(lake.damage(), Vec::<String>::new());
    assert_eq!(lines(&lake, EMPLOYMENT).await.len(), 1);
}

#[tokio::test]
async fn two_writers_wait_for_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let (mut first, mut second) = (open(folder.path()).await, open(folder.path()).await);
    first.stage().await.unwrap();
    let write = async |lake: &mut Lake, id: &str| {
        let mut commit = lake.begin_reading().await.unwrap();
        worker(&mut commit, id, Some(1), &[("worker_id", id), ("home_city", "Salem")]);
        commit.publish().await.unwrap();
        lake.refresh().await.unwrap();
        lake.publish().await.unwrap();
        lake.release();
    };
    let late = async {
        second.stage().await.unwrap();
        write(&mut second, "W-2").await;
    };
    let early = async {
        tokio::time::sleep(std::time::Duration::from_millis(80)).await;
        write(&mut first, "W-1").await;
    };
    tokio::join!(late, early);
    assert_eq!(lines(&open(folder.path()).await, EMPLOYMENT).await.len(), 2, "neither lost the other's");
}

/// Worker, day, other cells.
type Reading = (&'static str, Option<i64>, Vec<(&'static str, &'static str)>);

/// Readings of two facts: a roster row said again later, and one event told more and less fully.
fn readings() -> Vec<Reading> {
    vec![
        ("june", Some(86_400), vec![("worker_id", "W-1"), ("home_city", "Salem")]),
        ("july", Some(172_800), vec![("worker_id", "W-1"), ("home_city", "Salem")]),
        ("undated", None, vec![("worker_id", "W-1"), ("home_city", "Salem")]),
        ("bare", Some(5), vec![("worker_id", "W-2")]),
        ("full", Some(5), vec![("worker_id", "W-2"), ("home_city", "Reno")]),
        ("other", Some(5), vec![("worker_id", "W-2"), ("home_city", "Boise")]),
    ]
}

#[tokio::test]
async fn which_reading_is_kept_does_not_depend_on_what_came_first() {
    let mut seen = std::collections::BTreeSet::new();
    for turn in 0..6 {
        for (key, split) in [(1, false), (2, true)] {
            let folder = tempfile::tempdir().unwrap();
            let mut lake = open_with(folder.path(), key).await;
            let mut order = readings();
            order.rotate_left(turn);
            if turn % 2 == 1 {
                order.reverse();
            }
            let mut commit = lake.begin_reading().await.unwrap();
            for (name, seconds, values) in order {
                worker(&mut commit, name, seconds, &values);
                if split {
                    commit.publish().await.unwrap();
                    lake.refresh().await.unwrap();
                    commit = lake.begin_reading().await.unwrap();
                }
            }
            commit.publish().await.unwrap();
            lake.refresh().await.unwrap();
            assert_eq!(lake.manifest().files.iter().map(|entry| entry.records).sum::<u64>(), 2);
            assert_eq!(lake.manifest().files.iter().map(|entry| entry.sightings).sum::<u64>(), 4);
            assert_eq!(lines(&lake, "SELECT count(*) FROM provenance").await, ["2"]);
            // The bytes shown are those of the reading that is kept.
            let from = "SELECT e.worker_id, CAST(p.\"file\" AS VARCHAR) FROM employment e JOIN provenance p \
                        ON p.record_id = e.record_id ORDER BY 1";
            let mut all = lines(&lake, EMPLOYMENT).await;
            for line in lines(&lake, from).await {
                let (worker, at) = line.split_once(" | ").unwrap();
                let name = &lake.manifest().files[at.parse::<usize>().unwrap()].name;
                all.push(format!("{worker} from {name}"));
            }
            seen.insert(all);
        }
    }
    let one: Vec<_> = seen.into_iter().collect();
    assert_eq!(one.len(), 1, "{one:#?}");
    assert_eq!(one[0][0], "W-1 | Salem | 1970-01-03T00:00:00", "the later roster");
    assert!(one[0][1].starts_with("W-2 | "), "{one:?}");
    assert_ne!(one[0][1], "W-2 |  | 1970-01-01T00:00:05", "never the emptier one");
    assert_eq!(one[0][2], "W-1 from july");
}

#[tokio::test]
async fn tables_are_read_as_of_an_instant() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    let mut commit = lake.begin().await.unwrap();
    for (name, day, city) in [
        // moved on day 5 and on day 9
        ("W-1", Some(1), "Salem"),
        ("W-1", Some(5), "Reno"),
        ("W-1", Some(9), "Boise"),
        // on no roster until day 7, again on day 9
        ("W-2", Some(7), "Mesa"),
        ("W-2", Some(9), "Erie"),
        // undated
        ("W-3", None, "Provo"),
    ] {
        let at = file(&mut commit, name);
        let unit = format!("{name} {city}");
        let values = [("worker_id", name), ("home_city", city)];
        let seconds = day.map(|day: i64| day * 86_400);
        commit.append(vec![row(&tables::employment::TABLE, at, &unit, seconds, &values)]).unwrap();
    }
    let at = file(&mut commit, "pay");
    let values = [("worker_id", "W-3"), ("account", "DE02120300000000202051")];
    commit.append(vec![row(&tables::pay_instruction::TABLE, at, "pay", None, &values)]).unwrap();
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
    lake.look_as_of(Time::from_seconds(6 * 86_400)).await.unwrap();
    assert_eq!(
        lines(&lake, EMPLOYMENT).await,
        [
            "W-1 | Reno | 1970-01-06T00:00:00",
            "W-1 | Salem | 1970-01-02T00:00:00",
            "W-2 | Mesa | 1970-01-07T00:00:00",
            "W-3 | Provo | 1970-01-07T00:00:00",
        ]
    );
    let pay = "SELECT worker_id, account_last4, CAST(time AS VARCHAR) FROM w_pay_instruction";
    assert_eq!(lines(&lake, pay).await, ["W-3 | 2051 | 1970-01-07T00:00:00"]);
    let again = open(folder.path()).await;
    assert_eq!(lines(&again, EMPLOYMENT).await.len(), 6, "what is stored is not changed by looking");
}

#[tokio::test]
async fn a_record_and_its_bytes_come_back_and_so_do_rejects() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    let mut commit = lake.begin().await.unwrap();
    let bytes = b"id,city\nW-1,Salem\nbroken;line of ann@corp.example\n";
    let mut raw = commit.raw_writer().unwrap();
    raw.append(bytes).unwrap();
    let entry = FileEntry {
        name: "roster.csv".into(),
        digest: "d".into(),
        source: Some("roster".into()),
        raw: Some(raw.finish().unwrap()),
        ..FileEntry::default()
    };
    let at = commit.start_file(entry);
    let mut one = row(
        &tables::employment::TABLE,
        at,
        "W-1",
        Some(1),
        &[("worker_id", "W-1"), ("full_name", "Ann Lee")],
    );
    (one.offset, one.length, one.line) = (8, 9, 2);
    let id = one.id;
    commit.append(vec![one]).unwrap();
    let sample = "broken;line of ann@corp.example";
    let reject = RejectRow {
        line: 3,
        offset: 18,
        column: Some("1 of 2 columns".into()),
        reason: "row has fewer columns".into(),
        sample: sample.into(),
    };
    commit.reject(at, [reject]).unwrap();
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
    let found = lake.record(id).await.unwrap().unwrap();
    assert_eq!(found.bytes.as_deref(), Some(&b"W-1,Salem"[..]));
    assert_eq!(
        (found.file.as_str(), found.line, found.offset, found.table.as_str()),
        ("roster.csv", 2, 8, "employment")
    );
    assert_eq!(found.head, bytes);
    assert_eq!(
        lake.record("00000000000000000000000000000000".parse().unwrap()).await.unwrap().map(|r| r.file),
        None
    );
    let rejects = lake.rejects().await.unwrap();
    assert_eq!(rejects.len(), 1);
    assert_eq!(
        (rejects[0].file.as_str(), rejects[0].line, rejects[0].sample.as_str()),
        ("roster.csv", 3, sample)
    );
    for text in ["ann@corp.example", "Ann Lee", "W-1,Salem"] {
        assert_eq!(
            crate::common::holding(folder.path(), text),
            Vec::<std::path::PathBuf>::new(),
            "{text} lies open"
        );
    }
}

#[tokio::test]
async fn every_changed_or_missing_file_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    let mut commit = lake.begin().await.unwrap();
    let mut raw = commit.raw_writer().unwrap();
    raw.append(b"one line\n").unwrap();
    let kept = raw.finish().unwrap();
    worker(&mut commit, "one", Some(1), &[("worker_id", "W-1"), ("full_name", "Ann Lee")]);
    let at = commit.find_file("one", "one").unwrap();
    commit.file_mut(at).unwrap().raw = Some(kept);
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
    assert_eq!(lake.damage(), Vec::<String>::new());
    for name in needed(&lake).into_iter().filter(|name| !name.starts_with("manifest")) {
        let path = folder.path().join(&name);
        let whole = std::fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        assert_eq!(lake.damage().len(), 1, "{name} changed");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(lake.damage().len(), 1, "{name} missing");
        std::fs::write(&path, &whole).unwrap();
    }
}
