//! Records go in, derived tables come out.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lake::{FileEntry, Lake, Options, Row, WorkspaceKey, rows};
use linkage::{Settings, link};
use model::{Cell, RecordId, TableDef, Time, UnitKey, tables};

fn row(table: &'static TableDef, n: u32, values: &[(&str, &str)]) -> (RecordId, Vec<Cell>) {
    let mut cells = vec![Cell::Null; table.columns.len()];
    cells[1] = Cell::Time(Time::from_seconds(1_760_000_000 + i64::from(n)));
    cells[2] = Cell::Text("test".into());
    for (name, value) in values {
        cells[table.position(name).unwrap()] = Cell::Text((*value).to_owned());
    }
    (RecordId::new("test", &UnitKey::of_bytes(table.name.as_bytes()), n, 0), cells)
}

async fn run(key: u8) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { memory_bytes: 256 << 20, threads: 2 };
    let mut lake = Lake::open(folder.path(), WorkspaceKey::from_bytes([key; 32]), options).await.unwrap();
    let mut commit = lake.begin().await.unwrap();
    let file = commit.start_file(FileEntry::default());
    let mut all = Vec::new();
    for (n, (id, home)) in [("W-1", "1 Elm St, Salem, OR 97301"), ("W-2", "2 Oak St, Boise, ID 83702"),
        ("W-3", "3 Fir St, Reno, NV 89501"), ("W-4", "3 Fir St, Reno, NV 89501")].into_iter().enumerate() {
        let n = n as u32;
        let mail = format!("{id}@corp.example");
        all.push((&tables::employment::TABLE, row(&tables::employment::TABLE, n,
            &[("worker_id", id), ("work_email", &mail), ("home_address", home)])));
        let account = if n < 2 { "DE02120300000000202051" } else { "DE02500105170137075030" };
        all.push((&tables::pay_instruction::TABLE, row(&tables::pay_instruction::TABLE, n,
            &[("worker_id", id), ("account", account)])));
        if n < 2 {
            all.push((&tables::shipment::TABLE, row(&tables::shipment::TABLE, n,
                &[("worker_id", id), ("delivered_to", "9 Hill Rd, Mesa, AZ 85201")])));
        }
    }
    let made = all.into_iter().map(|(table, (id, cells))| Row { table, id, file, offset: 0, length: 0, line: 1, cells });
    commit.append(made.collect()).unwrap();
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
    let settings = Settings { judgement_time: Time::from_seconds(1_800_000_000), aliases: vec![] };
    let linked = link(&mut lake, &settings).await.unwrap();
    assert_eq!((linked.workers, linked.households, linked.rings), (4, 1, 1), "{linked:?}");
    let mut out = Vec::new();
    for sql in [
        "SELECT component_id || ' ' || coalesce(explained_by, '') FROM component ORDER BY 1",
        "SELECT ring_id || ' ' || worker_id FROM ring ORDER BY 1",
        "SELECT household_id || ' ' || worker_id FROM household ORDER BY 1",
    ] {
        for batch in lake.query(sql).await.unwrap() {
            out.extend(rows::texts(&batch, 0).into_iter().flatten());
        }
    }
    out
}

#[tokio::test]
async fn a_pair_of_strangers_is_a_ring_and_a_couple_is_a_household() {
    let found = run(1).await;
    assert_eq!(found, [
        "C-bank_account-W-1-1 ", "C-bank_account-W-3-1 household", "C-home_address-W-3-1 household",
        "C-ship_to-W-1-1 ", "R-W-1-bank_account+ship_to W-1", "R-W-1-bank_account+ship_to W-2",
        "H-W-3 W-3", "H-W-3 W-4",
    ]);
    assert_eq!(found, run(7).await, "the workspace key shows nowhere");
}
