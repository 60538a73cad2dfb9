//! What a name may not do by itself: whatever its columns are called, a name, what is made of it and what many share never make two
//! people one. And what columns hold is seen without their headers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code)]
mod people;

use std::collections::BTreeMap;

use matching::index::{self, Builder, Index, Scorer};
use matching::{Config, Kind, Table, link, suggest};
use people::Draw;

const HEADERS: [&str; 8] = ["c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8"];

/// given, surname, e-mail, phone, street, birth date, where they worked, where they learnt; under headers that say nothing.
fn rows(seed: u64, people: u32) -> Vec<[String; 9]> {
    let mut draw = Draw::new(seed);
    let word = |draw: &mut Draw, parts: u64| {
        let mut out = String::new();
        for _ in 0..parts {
            let (a, b) = ("bdfgklmnprstv", "aeiou");
            let (x, y) = (draw.below(13) as usize, draw.below(5) as usize);
            out.push_str(&a[x..=x]);
            out.push_str(&b[y..=y]);
        }
        out
    };
    let given: Vec<String> = (0..150).map(|_| word(&mut draw, 3)).collect();
    let family: Vec<String> = (0..500).map(|_| format!("{}n", word(&mut draw, 3))).collect();
    let firms: Vec<String> = (0..60).map(|_| format!("{} Works", word(&mut draw, 3))).collect();
    let mut out: Vec<[String; 9]> = Vec::new();
    for person in 0..people {
        let pick = |draw: &mut Draw, from: &[String]| from[draw.below(from.len() as u64) as usize].clone();
        let (first, last) = (pick(&mut draw, &given), pick(&mut draw, &family));
        let row = [
            String::new(),
            first.clone(),
            last.clone(),
            format!("{first}.{last}{}@mail{}.example", draw.below(9_000), draw.below(6)),
            format!("+1 217 {:03} {:04}", draw.below(1000), draw.below(10_000)),
            format!("{} {} Street", 1 + draw.below(900), word(&mut draw, 3)),
            format!("{}-{:02}-{:02}", 1960 + draw.below(40), 1 + draw.below(12), 1 + draw.below(28)),
            pick(&mut draw, &firms),
            format!("{} College", ["Elm", "Oak", "Ash", "Fir", "Yew"][draw.below(5) as usize]),
        ];
        for copy in 0..1 + draw.below(2) {
            let mut row = row.clone();
            row[0] = format!("p{person}-{copy}");
            if copy > 0 && draw.is(40) {
                row[1 + draw.below(6) as usize].clear();
            }
            out.push(row);
        }
    }
    out
}

/// Namesakes who met: nothing but a name, an address made of it, an employer and a school; the rest missing or not the same.
fn namesakes() -> Vec<[String; 9]> {
    let of = |id: &str, email: &str, phone: &str, born: &str| {
        let row =
            [id, "Zebedee", "Quillon", email, phone, "", born, "Unheard Of Industries", "Hidden Academy"];
        row.map(str::to_owned)
    };
    vec![
        of("n1", "zebedee.quillon@mail1.example", "+1 305 555 9999", ""),
        of("n2", "zquillon4638@mail2.example", "", "1973-07-05"),
        of("n3", "zebedee.quillon@mail4.example", "", ""),
        of("n4", "quillonzebedee12@mail3.example", "+1 646 555 1111", "1981-02-11"),
        of("n5", "", "", ""),
    ]
}

fn table(rows: &[[String; 9]]) -> Table {
    let mut table = Table::new(&HEADERS.map(str::to_owned));
    for row in rows {
        table.push(&row[0], row[1..].iter().map(String::as_str)).unwrap();
    }
    table.ordered()
}

fn suggested(table: &Table) -> Config {
    suggest::suggest(table, &|_| None).unwrap().config
}

fn kinds(config: &Config) -> Vec<Kind> {
    config.compare.iter().map(|comparison| comparison.kind).collect()
}

#[test]
fn columns_are_known_by_their_values() {
    let config = suggested(&table(&rows(5, 900)));
    let want = [
        Kind::GivenName,
        Kind::Surname,
        Kind::Email,
        Kind::Phone,
        Kind::Address,
        Kind::Date,
        Kind::Employer,
        Kind::School,
    ];
    assert_eq!(kinds(&config), want);
}

#[test]
fn a_name_and_what_is_made_of_it_never_make_two_one_whatever_the_columns_are_called() {
    let mut all = rows(6, 900);
    all.extend(namesakes());
    let table = table(&all);
    let proposed = suggested(&table);
    // As proposed; as somebody might have written it; and as free text.
    for (employer, school) in
        [(Kind::Employer, Kind::School), (Kind::Word, Kind::Text), (Kind::Text, Kind::Category)]
    {
        let mut config = proposed.clone();
        config.compare[6].kind = employer;
        config.compare[7].kind = school;
        config.link.threshold = Some(0.2);
        let linked = link(&table, &config).unwrap();
        let made = linked.clusters_of_rows();
        let mut ids: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        made.iter().enumerate().for_each(|(row, of)| ids.entry(*of).or_default().push(table.id(row)));
        for name in ["n1", "n2", "n3", "n4", "n5"] {
            let together = &ids[&made[table.rows_of(name)[0]]];
            assert_eq!(together.len(), 1, "{employer:?} {school:?}: {together:?}");
        }
        // A linker that never links says nothing.
        assert!(ids.values().filter(|together| together.len() > 1).count() > 300);
    }
}

#[test]
fn the_index_says_the_same_of_namesakes() {
    let mut all = rows(7, 900);
    all.extend(namesakes());
    let table = table(&all);
    let mut config = suggested(&table);
    config.block = vec![matching::config::Block { keys: vec!["c2".into()] }];
    let linked = link(&table, &config).unwrap();
    let model = index::learn(&table, &config, table.len()).unwrap();
    let scorer = Scorer::read(model).unwrap();
    let values = |row: &[String; 9]| {
        scorer.normal(&|name| {
            HEADERS.iter().position(|known| *known == name).map_or(String::new(), |at| row[at + 1].clone())
        })
    };
    let mut builder = Builder::default();
    all.iter().for_each(|row| builder.push("", &row[0], &values(row)).unwrap());
    let mut bytes = Vec::new();
    index::build(&scorer, &builder, &mut bytes).unwrap();
    let index = Index::open(Box::new(bytes)).unwrap();
    let row = |id: &str| table.rows_of(id)[0];
    let mut seen = 0;
    for asked in &all {
        let answer = index.ask("", &values(asked)).unwrap();
        for candidate in &answer.candidates {
            if candidate.record_id == asked[0] || candidate.copies > 1 {
                continue;
            }
            let batch = matching::inspect::explain(&linked, row(&asked[0]), row(&candidate.record_id));
            assert!((batch.bits - candidate.bits).abs() < 1e-3, "{} {}", batch.text(), candidate.bits);
            seen += 1;
        }
        let is_namesake = asked[0].starts_with('n');
        // Of a name and no more, not even the record itself is found again.
        let joins = answer.cluster_id.as_deref().filter(|id| *id != asked[0]);
        assert!(!is_namesake || joins.is_none() && answer.would_merge.is_empty(), "{answer:?}");
    }
    assert!(seen > 300, "{seen}");
}

/// Twelve rows, each of six people written twice, in two scripts or with other marks, with equal birth dates.
#[test]
fn one_name_in_two_scripts_is_found_in_a_table_of_twelve() {
    let born = ["1990-01-02", "1988-05-06", "1985-11-20", "1965-11-21", "1979-03-14", "1992-07-08"];
    let whole = [
        ["김민준", "Kim Minjun"],
        ["박지호", "Park Ji-ho"],
        ["محمد حسن", "Mohammed Hassan"],
        ["Björk", "BJORK"],
        ["Madonna", "Madonna Ciccone"],
        ["王伟", "Wang Wei"],
    ];
    let parts = [
        ["지호|박", "Ji-ho|Park"],
        ["민준|김", "Minjoon|Kim"],
        ["يوسف|عمر", "Youssef|Omar"],
        ["Jürgen|Müller", "Jurgen|Muller"],
        ["Олена|Шевченко", "Olena|Shevchenko"],
        ["伟|王", "Wei|Wang"],
    ];
    for (headers, people) in [(vec!["name", "dob"], whole), (vec!["first_name", "last_name", "dob"], parts)] {
        let mut table = Table::new(&headers.iter().map(|header| (*header).to_owned()).collect::<Vec<_>>());
        for (person, ways) in people.iter().enumerate() {
            for way in ways {
                table.push(&format!("{person} {way}"), way.split('|').chain([born[person]])).unwrap();
            }
        }
        let table = table.ordered();
        let made = link(&table, &suggested(&table)).unwrap().clusters_of_rows();
        let mut clusters: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
        made.iter().enumerate().for_each(|(row, of)| clusters.entry(*of).or_default().push(table.id(row)));
        assert_eq!(clusters.len(), 6, "{clusters:?}");
        for ids in clusters.values() {
            assert!(ids.len() == 2 && ids[0][..1] == ids[1][..1], "{clusters:?}");
        }
    }
}
