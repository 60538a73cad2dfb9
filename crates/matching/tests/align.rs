//! Files whose columns are called differently are linked as if they were called the same.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod people;

use matching::{Config, Table, link, suggest, truth};
use people::{People, Row};

/// Rows in turn to one of several files, each with its own headers for id, first_name, surname, dob, email, phone, address.
fn files(rows: &[Row], headers: &[[&str; 6]]) -> Table {
    let mut table = Table::default();
    for (file, names) in headers.iter().enumerate() {
        table.begin_file(&format!("file{file}"));
        let places: Vec<usize> =
            names.iter().map(|name| table.column(name).unwrap_or_else(|| table.add_column(name))).collect();
        for row in rows.iter().skip(file).step_by(headers.len()) {
            let mut cells = vec![""; table.columns().len()];
            places.iter().zip(&row[1..]).for_each(|(place, text)| cells[*place] = text);
            table.push(&row[0], cells.into_iter()).unwrap();
        }
    }
    table.ordered()
}

fn suggested(table: &Table) -> Config {
    suggest::suggest(table, &|_| None).unwrap().config
}

fn f1(people: &People, table: &Table) -> f64 {
    let linked = link(table, &suggested(table)).unwrap();
    let labels: Vec<u32> = (0..table.len()).map(|row| people.truth[table.id(row)]).collect();
    truth::compare(&linked.clusters_of_rows(), &labels).pairwise.f1
}

const PLAIN: [&str; 6] = ["first_name", "surname", "dob", "email", "phone", "address"];

#[test]
fn other_headers_change_nothing() {
    let people = People::new(31, 700);
    let wanted = f1(&people, &files(&people.rows, &[PLAIN, PLAIN, PLAIN]));
    let by_header = ["Given Name", "LastName", "birth_date", "e-mail", "tel", "street"];
    let by_value = ["c1", "c2", "c3", "c4", "c5", "c6"];
    let table = files(&people.rows, &[PLAIN, by_header, by_value]);
    let suggestion = suggest::suggest(&table, &|_| None).unwrap();
    let columns: Vec<Vec<String>> =
        suggestion.config.compare.iter().map(|comparison| comparison.columns.clone()).collect();
    for (at, name) in PLAIN.iter().enumerate() {
        let together = vec![(*name).to_owned(), by_header[at].to_owned(), by_value[at].to_owned()];
        assert!(columns.contains(&together), "{together:?} is not among {columns:?}");
    }
    assert_eq!(suggestion.aligned.len(), 6, "{:?}", suggestion.aligned);
    let got = f1(&people, &table);
    assert!(got > wanted - 0.01, "{got} {wanted}");
}

#[test]
fn columns_of_one_file_and_of_other_meanings_stay_apart() {
    let people = People::new(32, 300);
    // Two columns of one file, and one that means another thing, are never one.
    let odd = ["surname_at_birth_unknown", "first_name", "dob", "email", "phone", "address"];
    let table = files(&people.rows, &[PLAIN, PLAIN]);
    assert!(suggest::suggest(&table, &|_| None).unwrap().aligned.is_empty());
    let table = files(&people.rows, &[PLAIN, odd]);
    for comparison in &suggested(&table).compare {
        let has = |name: &str| comparison.columns.iter().any(|column| column == name);
        assert!(!(has("first_name") && has("surname")), "{:?}", comparison.columns);
    }
}

#[test]
fn a_whole_name_and_its_parts_are_one() {
    let people = People::new(33, 500);
    let mut table = Table::default();
    table.begin_file("parts");
    PLAIN.iter().for_each(|name| {
        table.add_column(name);
    });
    for row in people.rows.iter().step_by(2) {
        table.push(&row[0], row[1..].iter().map(String::as_str)).unwrap();
    }
    table.begin_file("whole");
    table.add_column("name");
    for row in people.rows.iter().skip(1).step_by(2) {
        let name = format!("{} {}", row[1], row[2]);
        let cells = ["", "", &row[3], &row[4], &row[5], &row[6], name.trim()];
        table.push(&row[0], cells.into_iter()).unwrap();
    }
    let table = table.ordered();
    let first = &suggested(&table).compare[0];
    assert_eq!(first.columns, ["first_name", "surname", "name"]);
    assert_eq!(first.kind, matching::Kind::FullName);
    let got = f1(&people, &table);
    assert!(got > 0.9, "{got}");
}
