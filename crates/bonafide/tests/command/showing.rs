//! Every record that anything cites can be shown; what is secret stays hidden; what is read is recorded.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::desk::{Desk, ROSTER, holding, sign_in};

const PAY: &str = "\
Employee ID,Email,Bank Name,Routing Number,Account Number,Account Type,Effective Date,National ID,SSN
W-1,ann.lee@corp.example,First Bank,123000220,7771234567,checking,2026-05-03,12 345 678 901,123-45-6789
W-2,bo.ek@corp.example,Second Bank,123000220,8881234567,checking,2026-05-03,98 765 432 109,987-65-4321
";

fn small() -> Desk {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.write("pay.csv", PAY);
    let log: String = (1..12).map(|day| sign_in(day, "ann.lee@corp.example", day)).collect();
    desk.write("okta.jsonl", log);
    desk.check(&[]).expect(0);
    desk
}

fn record_of(desk: &Desk, table: &str, worker: &str) -> String {
    let sql = format!("SELECT record_id FROM {table} WHERE worker_id = '{worker}'");
    desk.run(&["query", &sql]).expect(0).json()[0]["record_id"].as_str().unwrap().to_owned()
}

#[test]
fn every_record_cited_anywhere_can_be_shown() {
    let desk = Desk::new();
    desk.company(40, 14, "payroll_ring,hosted_farm");
    let people = desk.check(&[]).json();
    let mut cited = BTreeSet::new();
    let mut cite = |value: &Value| {
        cited.extend(value.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()));
    };
    for person in &people {
        person["evidence"].as_array().unwrap().iter().for_each(|item| cite(&item["records"]));
    }
    for person in people.iter().take(5).chain(people.iter().rev().take(5)) {
        let id = person["worker_id"].as_str().unwrap();
        let explained = desk.run(&["explain", id, "--json"]).expect(0).json().remove(0);
        explained["against"].as_array().unwrap().iter().for_each(|item| cite(&item["records"]));
    }
    assert!(cited.len() > 50, "{}", cited.len());
    for id in &cited {
        let shown = desk.run(&["record", id, "--json"]).expect(0).json().remove(0);
        assert_eq!(shown["record_id"], Value::String(id.clone()));
        assert!(!shown["raw"].as_str().unwrap().trim().is_empty(), "{shown}");
        assert!(shown["line"].as_u64().unwrap() >= 1 && !shown["file"].as_str().unwrap().is_empty());
        assert!(shown["fields"].as_object().unwrap().len() >= 3, "{shown}");
        assert!(!shown.to_string().contains("tk_"), "{shown}");
    }
}

#[test]
fn numbers_are_masked_unless_revealed_and_that_is_recorded() {
    let desk = small();
    let id = record_of(&desk, "pay_instruction", "W-1");
    let masked = desk.run(&["record", &id]).expect(0).out;
    for hidden in ["7771234567", "12 345 678 901", "123-45-6789"] {
        assert!(!masked.contains(hidden), "{hidden} is shown\n{masked}");
    }
    assert!(masked.contains("••••••4567"), "the last four tell which it is\n{masked}");
    insta::assert_snapshot!(masked.replace(&id, "ID"));
    let shown = desk.run(&["record", &id, "--reveal", "--purpose", "payroll asks"]).expect(0).out;
    assert!(
        shown.contains("7771234567")
            && shown.contains("123-45-6789")
            && shown.contains("ann.lee@corp.example")
    );
    let history = desk.run(&["verify"]).expect(0).out;
    let line = history.lines().find(|line| line.contains("record, revealed")).unwrap();
    assert!(
        line.contains("tester")
            && line.contains("W-1")
            && line.contains("payroll asks")
            && line.contains(&id),
        "{line}"
    );
    assert!(desk.run(&["record", &"0".repeat(32)]).expect(2).err.contains("no record is called"));
    assert!(desk.run(&["record", "W-1"]).expect(2).err.contains("32 hexadecimal digits"));
}

#[test]
fn without_raw_bytes_a_record_still_shows_its_fields_and_place() {
    let desk = small();
    desk.check(&["--no-raw"]).expect(0);
    let id = record_of(&desk, "pay_instruction", "W-1");
    let shown = desk.run(&["record", &id, "--json"]).expect(0).json().remove(0);
    assert!(shown["raw"].is_null());
    assert_eq!((shown["file"].as_str(), shown["line"].as_u64()), (Some("pay.csv"), Some(2)));
}

#[test]
fn samples_of_rejects_are_masked_and_lie_nowhere_open() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    let row = "W-3,carol@corp.example,Third Bank,123000220,DE02120300000000202051,checking,2026-05-03,,555-44-3333,x,y,z\n";
    desk.write("pay.csv", PAY.to_owned() + row);
    desk.check(&[]).expect(0);
    let reject = desk.run(&["rejects", "--json", "--purpose", "cleaning up"]).expect(0).json().remove(0);
    assert_eq!(
        reject["sample"],
        "W-3,carol@corp.example,Third Bank,xxxxx0220,DExxxxxxxxxxxxxxxx2051,checking,2026-05-03,,•••-••-3333,x,y,z"
    );
    assert_eq!((reject["file"].as_str(), reject["line"].as_u64()), (Some("pay.csv"), Some(4)));
    for text in ["carol@corp.example", "DE02120300000000202051", "555-44-3333"] {
        assert_eq!(holding(&desk.home(), text), Vec::<String>::new());
    }
    assert!(desk.run(&["verify"]).expect(0).out.contains("cleaning up"));
    desk.check(&["--no-raw"]).expect(0);
    let shape = desk.run(&["rejects", "--json"]).expect(0).json().remove(0);
    assert!(
        shape["sample"].as_str().unwrap().starts_with("x-9,xxxxx@xxxx.xxxxxxx,xxxxx xxxx,xxxxx9999,"),
        "{shape}"
    );
}

#[test]
fn a_person_is_found_by_e_mail_where_that_names_one() {
    let desk = small();
    let by_id = desk.run(&["explain", "W-1"]).expect(0).out;
    for mail in ["ann.lee@corp.example", "Ann.Lee@CORP.example", "ann@home.example"] {
        assert_eq!(desk.run(&["explain", mail]).expect(0).out, by_id, "{mail}");
    }
    assert!(
        desk.run(&["explain", "nobody@corp.example"])
            .expect(2)
            .err
            .contains("no worker and no candidate is called")
    );
    assert!(desk.run(&["explain", "w-1"]).expect(2).err.contains("did you mean W-1?"));
    assert!(
        desk.run(&["explain", "x' OR '1'='1"]).expect(2).err.contains("no worker and no candidate is called")
    );
    let two = ROSTER.replace("bo@home.example", "ann@home.example");
    desk.write("roster_2026-06-01.csv", two);
    desk.check(&[]).expect(0);
    let said = desk.run(&["explain", "ann@home.example"]).expect(2);
    assert!(said.err.contains("more than one person (W-1, W-2)"), "{}", said.err);
    desk.run(&["explain", "ann.lee@corp.example"]).expect(0);
}

#[test]
fn reading_is_recorded_and_told_beside_the_explanation() {
    let desk = small();
    let first = desk.run(&["explain", "W-1", "--purpose", "case 7"]).expect(0);
    let second = desk.run(&["explain", "W-1", "--json"]).expect(0);
    assert!(second.err.contains("read before:") && second.err.contains("tester explain"), "{}", second.err);
    assert_eq!(
        desk.run(&["explain", "W-1"]).expect(0).out,
        first.out,
        "what was read before changes no explanation"
    );
    desk.run(&["query", "SELECT 1 AS one", "--purpose", "counting"]).expect(0);
    let history = desk.run(&["verify"]).expect(0).out;
    for told in ["check", "explain  W-1  case 7", "query (SELECT 1 AS one)  —  counting", "whole: "] {
        assert!(history.contains(told), "{told} is not in\n{history}");
    }
}

#[test]
fn a_changed_byte_is_found() {
    let desk = small();
    let path = desk.workspace().join("store.sqlite");
    // Whether what was written stands in the file itself or still beside it depends on how the last process ended.
    let written = (0..20).find_map(|_| {
        desk.run(&["verify"]).expect(0);
        let whole = std::fs::read(&path).unwrap();
        whole.windows(6).position(|window| window == b"tester").map(|at| (whole, at))
    });
    let (whole, at) = written.unwrap();
    let mut bytes = whole.clone();
    bytes[at] = b'T';
    for name in ["store.sqlite-wal", "store.sqlite-shm"] {
        let _ = std::fs::remove_file(desk.workspace().join(name));
    }
    std::fs::write(&path, &bytes).unwrap();
    let said = desk.run(&["verify"]).expect(3);
    assert!(said.out.contains("broken at entry"), "{}", said.out);
    std::fs::write(&path, &whole).unwrap();
    let tables = desk.workspace().join("lake/tables");
    let table = std::fs::read_dir(tables).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&table).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&table, bytes).unwrap();
    let said = desk.run(&["verify"]).expect(3);
    assert!(said.out.contains("missing or changed"), "{}", said.out);
}

#[test]
fn queries_answer_as_lines_csv_and_parquet_and_refuse_the_rest() {
    let desk = small();
    let sql = "SELECT worker_id, work_email, is_remote, start_time FROM employment ORDER BY worker_id";
    let lines = desk.run(&["query", sql]).expect(0);
    insta::assert_snapshot!(lines.shown(&desk));
    insta::assert_snapshot!(desk.run(&["query", sql, "--csv"]).expect(0).shown(&desk));
    let said = desk.run(&["query", sql, "--parquet", "out.parquet"]).expect(0);
    assert!(said.err.contains("2 rows in out.parquet") && said.out.is_empty());
    let bytes = std::fs::read(desk.root().join("out.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    for (sql, told) in [
        ("DROP TABLE employment", "DDL not supported"),
        ("DELETE FROM employment", "DML not supported"),
        ("COPY employment TO 'x.csv'", "DML not supported: COPY"),
        ("SELECT * FROM vault", "table vault is not for queries"),
        ("SELECT upper(work_email) FROM employment", "tokens can be compared"),
        ("SELECT * FROM 'pay.csv'", "not found"),
        ("SELEC", "query:"),
    ] {
        let said = desk.run(&["query", sql]).expect(2);
        assert!(said.err.contains(told) && said.out.is_empty(), "{sql}: {}", said.err);
    }
    assert!(!desk.root().join("x.csv").exists());
}

#[test]
fn a_mapping_is_proposed_under_both_names_and_works() {
    let desk = Desk::new();
    let path = desk.write(
        "people.csv",
        ROSTER.replace("Employee #", "Personalnummer").replace("Work Email", "Dienstmail"),
    );
    let path = path.to_str().unwrap();
    let first = desk.run(&["map", path]).expect(0);
    assert_eq!(desk.run(&["sources", "map", path]).expect(0).out, first.out);
    assert!(first.out.contains("table = \"employment\"") && !first.out.contains("ann.lee"), "{}", first.out);
    assert!(desk.run(&["sources", "okta"]).expect(0).out.contains("okta"));
    assert!(desk.run(&["sources", "nothing"]).expect(3).err.contains("no source is called nothing"));
    desk.run(&["map", "nowhere.csv"]).expect(2);
}
