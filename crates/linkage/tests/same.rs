//! One person under other spellings: who is tied, who is asked about, who stays two.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use lake::{FileEntry, Lake, Options, Row, WorkspaceKey, rows};
use linkage::{Linked, Settings, link};
use model::{Cell, Kind, RecordId, TableDef, Time, UnitKey, tables as t};

/// Midnight of the first day.
const START: i64 = 1_767_225_600;
const DAY: i64 = 86_400;

type Line = (&'static TableDef, Vec<(&'static str, String)>);

/// Names, streets and hosts of a company in which nobody is anybody else.
fn strangers(count: usize) -> Vec<Line> {
    const GIVEN: [&str; 10] =
        ["Ines", "Bruno", "Carla", "Dmitri", "Esther", "Farid", "Greta", "Hugo", "Irina", "Jonas"];
    const FAMILY: [&str; 11] = [
        "Okafor",
        "Diallo",
        "Marsh",
        "Lindqvist",
        "Pereira",
        "Novak",
        "Tanaka",
        "Haddad",
        "Kowalski",
        "Byrne",
        "Silva",
    ];
    const STREETS: [&str; 7] = ["Elm St", "Oak Ave", "Fir Rd", "Ash Ln", "Hill Rd", "Mill St", "Lake Dr"];
    (0..count)
        .map(|n| {
            let (given, family) = (GIVEN[n % 10], FAMILY[n % 11]);
            let cells = vec![
                ("worker_id", format!("W-{n:03}")),
                ("full_name", format!("{given} {family}")),
                ("work_email", format!("{given}.{family}{n}@corp.example").to_lowercase()),
                ("personal_email", format!("{family}{}@mail{}.example", 100 + n * 7, n % 4).to_lowercase()),
                ("phone", format!("+1 217 555 {:04}", 1000 + n * 37)),
                ("home_address", format!("{} {}, Salem, OR {}", 10 + n * 3, STREETS[n % 7], 97301 + n % 9)),
                ("start_time", (START - 400 * DAY).to_string()),
            ];
            (&t::employment::TABLE, cells)
        })
        .collect()
}

fn candidate(id: &str, name: &str, email: &str, phone: &str, address: &str) -> Line {
    let cells =
        [("applicant_id", id), ("full_name", name), ("email", email), ("phone", phone), ("address", address)];
    let said = cells.into_iter().filter(|(_, text)| !text.is_empty());
    (&t::applicant::TABLE, said.map(|(name, text)| (name, text.to_owned())).collect())
}

/// Links, with the user's answers; gives what was found and what a query says of it.
async fn linked(lines: &[Line], answers: &[(&str, &str)], sql: &str) -> (Linked, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { memory_bytes: 256 << 20, threads: 2 };
    let mut lake = Lake::open(folder.path(), WorkspaceKey::from_bytes([1; 32]), options).await.unwrap();
    let mut commit = lake.begin().await.unwrap();
    let file = commit.start_file(FileEntry::default());
    let made = lines.iter().enumerate().map(|(n, (table, values))| {
        let mut cells = vec![Cell::Null; table.columns.len()];
        cells[1] = Cell::Time(Time::from_seconds(START));
        cells[2] = Cell::Text("test".into());
        for (name, value) in values {
            let at = table.position(name).unwrap_or_else(|| panic!("no column {name}"));
            cells[at] = match table.columns[at].kind {
                Kind::Time => Cell::Time(Time::from_seconds(value.parse().unwrap())),
                _ => Cell::Text(value.clone()),
            };
        }
        let id = RecordId::new("test", &UnitKey::of_bytes(table.name.as_bytes()), n as u32, 0);
        Row { table, id, file, offset: 0, length: 0, line: 1, cells }
    });
    commit.append(made.collect()).unwrap();
    commit.publish().await.unwrap();
    lake.refresh().await.unwrap();
    let aliases = answers.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
    let settings = Settings { judgement_time: Time::from_seconds(START + 30 * DAY), aliases };
    let found = link(&mut lake, &settings).await.unwrap();
    let mut out = Vec::new();
    for batch in lake.query(sql).await.unwrap() {
        out.extend(rows::texts(&batch, 0).into_iter().flatten());
    }
    (found, out)
}

const TIES: &str = "SELECT concat(account, ' ', worker_id, ' ', rule) FROM account \
                    WHERE source = 'test' AND rule IN ('applicant_id', 'was_candidate') ORDER BY 1";

#[tokio::test]
async fn a_candidate_in_another_spelling_is_the_worker_and_a_namesake_is_not() {
    let mut lines = strangers(60);
    // One slip in the phone, a middle name, the address without its state.
    lines.push(candidate(
        "31",
        "Okafor, Ines Maria",
        "okafor100@mail0.example.org",
        "+1 217 555 1000",
        "10 Elm Street, Salem, 97301",
    ));
    // A namesake: the name, and an address made of it.
    lines.push(candidate(
        "32",
        "Bruno Diallo",
        "bruno.diallo@mail9.example",
        "",
        "77 Far Rd, Boise, ID 83702",
    ));
    // Another name, the same phone: another persona, not the same person.
    lines.push(candidate("33", "Oscar Wendt", "oscar@mail9.example", "+1 217 555 1074", ""));
    let (found, ties) = linked(&lines, &[], TIES).await;
    assert_eq!(
        ties,
        ["31 W-000 was_candidate", "32 applicant:32 applicant_id", "33 applicant:33 applicant_id"]
    );
    assert_eq!(found.applicants, 2);
    assert_eq!(found.proposals, []);
}

#[tokio::test]
async fn what_is_not_certain_is_asked_and_an_answer_ties() {
    let mut lines = strangers(60);
    let home = "10 Elm St, Salem, OR 97301";
    // A name that differs by a letter at one home: a couple has that in common, too.
    lines.push(candidate("41", "Inas Okafor", "inas@mail9.example", "", home));
    let (found, ties) = linked(&lines, &[], TIES).await;
    assert_eq!(ties, ["41 applicant:41 applicant_id"]);
    let asked: Vec<(&str, &str)> =
        found.proposals.iter().map(|(_, who, whom)| (who.as_str(), whom.as_str())).collect();
    assert_eq!(asked, [("applicant:41", "W-000")], "{:?}", found.proposals);
    assert!(found.proposals[0].0.starts_with("one person? 0."));
    let (found, ties) = linked(&lines, &[("applicant:41", "W-000")], TIES).await;
    assert_eq!(ties, ["41 W-000 applicant_id"]);
    assert_eq!(found.proposals, []);
}

#[tokio::test]
async fn who_came_back_under_another_number_shares_nothing_with_themselves() {
    let mut lines = strangers(60);
    let back = |id: &str, start: i64| -> Line {
        let cells = [
            ("worker_id", id),
            ("full_name", "Ines M. Okafor"),
            ("phone", "+1 217 555 1000"),
            ("personal_email", "okafor100@mail0.example"),
            ("home_address", "10 Elm St, Salem, OR 97301"),
        ];
        let mut cells: Vec<(&'static str, String)> =
            cells.into_iter().map(|(name, text)| (name, text.to_owned())).collect();
        cells.push(("start_time", start.to_string()));
        (&t::employment::TABLE, cells)
    };
    let shared = "SELECT kind FROM component WHERE kind IN ('phone', 'personal_email') ORDER BY 1";
    // Both work at the same time: a question, and what they share is shown.
    lines.push(back("W-900", START - 300 * DAY));
    let (found, kinds) = linked(&lines, &[], shared).await;
    assert_eq!(kinds, ["personal_email", "phone"]);
    assert!(found.proposals.iter().any(|(_, a, b)| (a.as_str(), b.as_str()) == ("W-900", "W-000")));
    // The first has left before.
    lines[0].1.push(("end_time", (START - 310 * DAY).to_string()));
    let (found, kinds) = linked(&lines, &[], shared).await;
    assert_eq!((kinds, found.proposals), (Vec::<String>::new(), Vec::new()));
}

#[tokio::test]
async fn who_applies_again_in_another_spelling_is_no_cluster_of_personas() {
    let mut lines = strangers(40);
    let phone = "+49 30 5550142";
    lines.push(candidate("51", "Jörg Müller", "jm@mail7.example", phone, "5 Ring 2, Bonn"));
    lines.push(candidate("52", "Mueller Joerg", "joerg77@mail8.example", phone, "5 Ring 2, Bonn"));
    lines.push(candidate("53", "Anton Reiter", "anton@mail8.example", phone, ""));
    let sql = "SELECT concat(cluster_id, ' ', worker_id) FROM persona ORDER BY 1";
    let (_, only_two) = linked(&lines[..42], &[], sql).await;
    assert_eq!(only_two, Vec::<String>::new());
    let (_, all) = linked(&lines, &[], sql).await;
    assert!(all.iter().any(|line| line.ends_with("applicant:53")), "{all:?}");
}
