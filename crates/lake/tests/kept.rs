//! Answers kept: the same question over the same files, and nothing else. Parts that questions share, worked out once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use lake::{FileEntry, Lake, Options, Parts, Row, WorkspaceKey, rows};
use model::tables::authentication;
use model::{Cell, Record, RecordId, Time, UnitKey};

const QUESTION: &str =
    "SELECT user_uid, count(*), cite(record_id, time) FROM w_authentication GROUP BY user_uid";

async fn open(root: &Path) -> Lake {
    let options = Options { memory_bytes: 256 << 20, threads: 2 };
    Lake::open(root, WorkspaceKey::from_bytes([5; 32]), options).await.unwrap()
}

async fn add(lake: &mut Lake, people: std::ops::Range<i64>) {
    let mut commit = lake.begin_reading().await.unwrap();
    let file = commit.start_file(FileEntry::default());
    let row = |person: i64| {
        let unit = UnitKey::Vendor(format!("event {person}"));
        let mut record = Record::new(&authentication::TABLE, unit.clone(), 0, 0);
        record.set(authentication::time, Cell::Time(Time::from_seconds(1_760_000_000 + person)));
        record.set(authentication::source, Cell::Text("test".into()));
        record.set(authentication::user_uid, Cell::Text(format!("u{}", person % 3)));
        let id = RecordId::new("test", &unit, 0, 0);
        Row { table: record.table, id, file, offset: 0, length: 0, line: 1, cells: record.cells }
    };
    commit.append(people.map(row).collect()).unwrap();
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
}

async fn counts(lake: &Lake) -> Vec<(String, i64, usize)> {
    let mut out = Vec::new();
    for batch in lake.query_kept(QUESTION, &lake.parts([])).await.unwrap() {
        let (names, counts) = (rows::texts(&batch, 0), rows::ints(&batch, 1));
        for (row, cited) in rows::lists(&batch, 2).into_iter().enumerate() {
            out.push((names[row].clone().unwrap(), counts[row].unwrap(), cited.len()));
        }
    }
    out.sort();
    out
}

fn files(root: &Path) -> Vec<std::path::PathBuf> {
    let listed = std::fs::read_dir(root.join("kept"));
    listed.map_or_else(|_| Vec::new(), |listed| listed.map(|entry| entry.unwrap().path()).collect())
}

#[tokio::test]
async fn an_answer_is_kept_until_its_tables_change() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    add(&mut lake, 0..30).await;
    let first = counts(&lake).await;
    assert_eq!(first, [("u0".into(), 10, 10), ("u1".into(), 10, 10), ("u2".into(), 10, 10)]);
    assert_eq!(files(folder.path()).len(), 1);
    assert_eq!(counts(&lake).await, first, "as it was kept");
    add(&mut lake, 30..60).await;
    let second = counts(&lake).await;
    assert_eq!(second, [("u0".into(), 20, 12), ("u1".into(), 20, 12), ("u2".into(), 20, 12)]);
    assert_eq!(files(folder.path()).len(), 2);
}

#[tokio::test]
async fn many_may_keep_the_same_answer_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let lake = open(folder.path()).await;
    let (key, _) = lake.kept("asked by two indicators", &std::collections::BTreeSet::new());
    let key = key.unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..200).for_each(|_| lake.keep(&key, &[7; 4096]).unwrap()));
        }
    });
    let (_, found) = lake.kept("asked by two indicators", &std::collections::BTreeSet::new());
    assert_eq!((found, files(folder.path()).len()), (Some(vec![7; 4096]), 1));
}

#[tokio::test]
async fn a_damaged_answer_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    add(&mut lake, 0..9).await;
    let first = counts(&lake).await;
    let kept = files(folder.path());
    let bytes = std::fs::read(&kept[0]).unwrap();
    std::fs::write(&kept[0], &bytes[..bytes.len() / 2]).unwrap();
    assert_eq!(counts(&lake).await, first);
    assert!(std::fs::read(&kept[0]).unwrap() != bytes[..bytes.len() / 2], "and kept again");
    assert_eq!(counts(&lake).await, first);
}

#[tokio::test]
async fn what_no_check_used_goes_and_erasure_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    add(&mut lake, 0..9).await;
    counts(&lake).await;
    add(&mut lake, 9..12).await;
    drop(lake);
    let mut lake = open(folder.path()).await;
    counts(&lake).await;
    assert_eq!(files(folder.path()).len(), 2);
    lake.forget_unused().unwrap();
    assert_eq!(files(folder.path()).len(), 1);
    lake.stage().await.unwrap();
    lake.publish().await.unwrap();
    std::fs::write(folder.path().join("kept/left.1.part"), b"by a killed process").unwrap();
    assert!(lake.vacuum().await.unwrap());
    assert_eq!(files(folder.path()).len(), 1, "answers stay, halves go");
    lake.vacuum_for_good().await.unwrap();
    assert_eq!(files(folder.path()).len(), 0);
}

#[tokio::test]
async fn like_takes_its_patterns_from_a_column() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    add(&mut lake, 0..3).await;
    let sql = "SELECT u.user_uid FROM w_authentication u JOIN (VALUES ('u1'), ('%2')) p (pattern) \
               ON u.user_uid LIKE p.pattern ORDER BY 1";
    let batches = lake.query(sql).await.unwrap();
    let names: Vec<String> = batches.iter().flat_map(|batch| rows::texts(batch, 0)).flatten().collect();
    assert_eq!(names, ["u1", "u2"]);
    let plan = lake.query(&format!("EXPLAIN {sql}")).await.unwrap();
    let text: Vec<String> = plan.iter().flat_map(|batch| rows::texts(batch, 1)).flatten().collect();
    assert!(text.concat().contains("like_pattern"), "{text:?}");
}

/// Answers in an order of their own, as text.
async fn answer(lake: &Lake, sql: &str, parts: &Parts<'_>) -> Vec<String> {
    let batches = lake.query_kept(sql, parts).await.unwrap();
    let shown = |batch: &datafusion::arrow::record_batch::RecordBatch| -> Vec<String> {
        let columns: Vec<_> = (0..batch.num_columns()).map(|column| rows::texts(batch, column)).collect();
        let cell = |row: usize, column: &Vec<Option<String>>| column[row].clone().unwrap_or_default();
        let row = |row: usize| columns.iter().map(|column| cell(row, column)).collect::<Vec<_>>().join("|");
        (0..batch.num_rows()).map(row).collect()
    };
    let mut out: Vec<String> = batches.iter().flat_map(shown).collect();
    out.sort();
    out
}

/// Parts that are tables now.
fn tables(lake: &Lake) -> usize {
    let catalog = lake.session().catalog("datafusion").unwrap();
    let names = catalog.schema("public").unwrap().table_names();
    names.iter().filter(|name| name.starts_with("part_")).count()
}

const SEEN: &str = "seen AS (SELECT user_uid, time, row_number() OVER (PARTITION BY user_uid ORDER BY time) AS place \
                    FROM authentication WHERE user_uid <> 'u2')";

#[tokio::test]
async fn what_questions_share_is_worked_out_once_and_changes_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    add(&mut lake, 0..30).await;
    // Named twice by one; named by two; a part behind a part; one without rows; one that is used once.
    let questions = [
        format!(
            "WITH {SEEN} SELECT a.user_uid, count(*) FROM seen a JOIN seen b ON b.place = a.place GROUP BY 1"
        ),
        format!(
            "WITH {SEEN}, late AS (SELECT user_uid, max(time) AS last FROM seen GROUP BY 1) \
             SELECT l.user_uid, m.last FROM late l JOIN late m ON m.user_uid > l.user_uid"
        ),
        "WITH once AS (SELECT user_uid FROM authentication) SELECT user_uid, count(*) FROM once GROUP BY 1"
            .into(),
        "WITH nobody AS (SELECT user_uid FROM authentication WHERE user_uid = 'x') \
         SELECT count(*) FROM nobody a FULL JOIN nobody b ON a.user_uid = b.user_uid"
            .into(),
        "SELECT user_uid FROM authentication GROUP BY 1".into(),
    ];
    let alone = lake.parts([]);
    let mut expected = Vec::new();
    for sql in &questions {
        expected.push(answer(&lake, sql, &alone).await);
    }
    assert_eq!(expected[0], ["u0|20", "u1|20"]);
    assert_eq!(tables(&lake), 0);
    drop(alone);
    std::fs::remove_dir_all(folder.path().join("kept")).unwrap();
    let parts = lake.parts(questions.iter().map(String::as_str));
    for (sql, expected) in questions.iter().zip(&expected) {
        assert_eq!(answer(&lake, sql, &parts).await, *expected, "{sql}");
    }
    // `seen`, `late` and `nobody`: what is used once stays in its question.
    assert_eq!(tables(&lake), 3);
    drop(parts);
    assert_eq!(tables(&lake), 0);
}

#[tokio::test]
async fn one_row_is_enough_for_exists() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = open(folder.path()).await;
    add(&mut lake, 0..30).await;
    let parts = lake.parts([]);
    let count = |which: &'static str| {
        let sql = format!("SELECT count(*) FROM authentication a WHERE {which}");
        let (lake, parts) = (&lake, &parts);
        async move { answer(lake, &sql, parts).await }
    };
    assert_eq!(count("EXISTS (SELECT 1 FROM authentication WHERE user_uid = 'u1')").await, ["30"]);
    assert_eq!(count("EXISTS (SELECT 1 FROM authentication WHERE user_uid = 'x')").await, ["0"]);
    assert_eq!(count("NOT EXISTS (SELECT 1 FROM authentication WHERE user_uid = 'x')").await, ["30"]);
    let about_the_row =
        "EXISTS (SELECT 1 FROM authentication b WHERE b.user_uid = a.user_uid AND b.user_uid = 'u1')";
    assert_eq!(count(about_the_row).await, ["10"]);
    let sql = "SELECT user_uid FROM authentication WHERE EXISTS (SELECT 1 FROM authentication WHERE user_uid = 'u1')";
    let plan = lake.session().sql(sql).await.unwrap().into_optimized_plan().unwrap();
    assert!(plan.display_indent().to_string().contains("fetch=1"), "{}", plan.display_indent());
}
