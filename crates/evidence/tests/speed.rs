//! What every question costs over a company of 2,000 people and 60 days, beside one look at its sign-ins in the same run. Run
//! with `--run-ignored all`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr, missing_docs)]

use std::time::Instant;

use evidence::Catalogue;
use lake::commit::Row;
use lake::{FileEntry, Lake, Options, WorkspaceKey};
use model::tables::{authentication, process};
use model::{Cell, Record, RecordId, Time, UnitKey, derived};

const PEOPLE: u64 = 2_000;
const DAYS: u64 = 60;

fn text(value: String) -> Cell {
    Cell::Text(value)
}

fn row(record: Record, number: u64, file: lake::FileIx) -> Row {
    let unit = UnitKey::Vendor(format!("{} {number}", record.table.name));
    let id = RecordId::new("speed", &unit, 0, 0);
    Row { table: record.table, id, file, offset: 0, length: 0, line: number, cells: record.cells }
}

fn sign_in(person: u64, day: u64, nth: u64) -> Record {
    let mut record = Record::new(&authentication::TABLE, UnitKey::Vendor(String::new()), 0, 0);
    let seconds = day * 86_400 + 30_000 + nth * 5_000 + person % 977;
    record.set(authentication::time, Cell::Time(Time::from_seconds(1_767_225_600 + seconds as i64)));
    record.set(authentication::source, text("speed".into()));
    record.set(authentication::activity, text("logon".into()));
    record.set(authentication::status, text("success".into()));
    record.set(authentication::user_uid, text(format!("W-{person}")));
    record.set(authentication::src_ip, text(format!("198.51.{}.{}", person / 200, person % 200)));
    record.set(authentication::src_asn, Cell::Int((person % 40 + nth % 2) as i64));
    record.set(authentication::src_as_org, text(format!("Operator {}", person % 40)));
    record.set(authentication::src_is_proxy, Cell::Bool(person.is_multiple_of(10) && day > 45));
    record.set(authentication::src_country, text("XX".into()));
    record.set(authentication::src_lat, Cell::Float((person % 50) as f64));
    record.set(authentication::src_lon, Cell::Float((person % 90) as f64));
    record.set(authentication::device_token, text(format!("token {person} {}", nth % 2)));
    record.set(authentication::session_uid, text(format!("session {person} {day}")));
    record
}

fn command(person: u64, day: u64, nth: u64) -> Record {
    let mut record = Record::new(&process::TABLE, UnitKey::Vendor(String::new()), 0, 0);
    let seconds = day * 86_400 + 30_000 + nth * 977;
    record.set(process::time, Cell::Time(Time::from_seconds(1_767_225_600 + seconds as i64)));
    record.set(process::source, text("speed".into()));
    record.set(process::device_uid, text(format!("device {person}")));
    record.set(process::name, text(format!("program {}", (person * 7 + nth) % 400)));
    record.set(process::cmd_line, text(format!("/usr/bin/program --number {}", person * 31 + day + nth)));
    record
}

async fn company(lake: &mut Lake) {
    let mut commit = lake.begin().await.unwrap();
    let file = commit.start_file(FileEntry::default());
    let mut number = 0;
    for day in 0..DAYS {
        let mut rows = Vec::new();
        for person in 0..PEOPLE {
            for nth in 0..4 {
                number += 1;
                rows.push(row(sign_in(person, day, nth), number, file));
                rows.push(row(command(person, day, nth), number, file));
            }
        }
        commit.append(rows).unwrap();
    }
    let ids: Vec<String> = (0..PEOPLE).map(|person| format!("W-{person}")).collect();
    let of = |table: &'static model::TableDef, make: &dyn Fn(&str) -> Vec<(&'static str, Cell)>| {
        let mut rows = Vec::new();
        for id in &ids {
            let mut cells = vec![Cell::Null; table.columns.len()];
            for (name, cell) in make(id) {
                cells[table.position(name).unwrap()] = cell;
            }
            rows.push(cells);
        }
        (table, rows)
    };
    let start = Cell::Time(Time::from_seconds(1_767_225_600 + 86_400));
    let device = |id: &str| text(id.replace("W-", "device "));
    let written = [
        of(&derived::worker::TABLE, &|id| {
            vec![("worker_id", text(id.into())), ("start_time", start.clone())]
        }),
        of(&derived::account::TABLE, &|id| {
            vec![
                ("source", text("speed".into())),
                ("account", text(id.into())),
                ("worker_id", text(id.into())),
            ]
        }),
        of(&derived::device_alias::TABLE, &|id| vec![("alias", device(id)), ("device_id", device(id))]),
        of(&derived::device_worker::TABLE, &|id| {
            vec![("device_id", device(id)), ("worker_id", text(id.into())), ("is_shared", Cell::Bool(false))]
        }),
    ];
    for (table, rows) in written {
        commit.replace(table, rows).unwrap();
    }
    let mut coverage = Vec::new();
    for table in model::tables::ALL {
        let all = Cell::Int(PEOPLE as i64);
        coverage.push(vec![
            text("speed".into()),
            text(table.name.into()),
            start.clone(),
            start.clone(),
            all.clone(),
            all.clone(),
            all.clone(),
            all,
        ]);
    }
    commit.replace(&derived::coverage::TABLE, coverage).unwrap();
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
    evidence::facts::install(lake).await.unwrap();
}

/// What one look at everybody's sign-ins costs here and now: days on which each person used each address.
const LOOK: &str =
    "SELECT worker_id, date_trunc('day', time), src_ip, count(*) FROM w_authentication GROUP BY 1, 2, 3";
/// No question costs more than so many looks.
const LOOKS: u128 = 15;

/// The quickest of three looks, in microseconds.
async fn look(lake: &Lake) -> u128 {
    let mut quickest = u128::MAX;
    for _ in 0..3 {
        let begun = Instant::now();
        assert!(!lake.query(LOOK).await.unwrap().is_empty());
        quickest = quickest.min(begun.elapsed().as_micros());
    }
    quickest
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "half a million records of each kind: a minute"]
async fn no_question_costs_more_than_a_few_looks_at_the_records() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { memory_bytes: 1 << 30, threads: 2 };
    let mut lake = Lake::open(folder.path(), WorkspaceKey::from_bytes([3; 32]), options).await.unwrap();
    company(&mut lake).await;
    let catalogue = Catalogue::load(lake.session(), &[]).await.unwrap();
    let until = Time::from_seconds(1_767_225_600 + (DAYS as i64) * 86_400);
    let one_look = look(&lake).await;
    eprintln!("{:>6} ms one look", one_look / 1_000);
    let mut slow = Vec::new();
    for indicator in catalogue.indicators.values() {
        let one = Catalogue { indicators: [(indicator.id.clone(), indicator.clone())].into() };
        let begun = Instant::now();
        let answers = evidence::ask(&lake, &one, until, None).await.unwrap();
        let taken = begun.elapsed();
        eprintln!("{:>6} ms {:>5} fired  {}", taken.as_millis(), answers[0].fired.len(), indicator.id);
        if taken.as_micros() > LOOKS * one_look {
            slow.push(format!("{}: {} looks", indicator.id, taken.as_micros() / one_look));
        }
    }
    assert!(slow.is_empty(), "{slow:?}");
}
