//! The whole of linking over small tables: order, threads, bad input, fairness.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod people;

use matching::block::{Plan, all_pairs};
use matching::config::{Block, Comparison, Config};
use matching::fields::Fields;
use matching::{Error, Kind, Table, inspect, link, suggest, truth};
use people::{People, table};

fn comparison(column: &str, kind: Kind) -> Comparison {
    Comparison { columns: vec![column.to_owned()], kind, term_frequency: None }
}

fn suggested(table: &Table) -> Config {
    suggest::suggest(table, &|_| None).unwrap().config
}

/// Ids of each cluster, sorted.
fn clusters(table: &Table, config: &Config) -> Vec<Vec<String>> {
    let linked = link(table, config).unwrap();
    let mut by_name = std::collections::BTreeMap::<u32, Vec<String>>::new();
    for (row, cluster) in linked.clusters_of_rows().into_iter().enumerate() {
        by_name.entry(cluster).or_default().push(table.id(row).to_owned());
    }
    let mut out: Vec<Vec<String>> = by_name.into_values().collect();
    out.iter_mut().for_each(|ids| ids.sort());
    out.sort();
    out
}

#[test]
fn made_up_people_are_found_again_with_the_suggested_configuration() {
    let people = People::new(11, 900);
    let table = table(&people.rows);
    let linked = link(&table, &suggested(&table)).unwrap();
    let labels: Vec<u32> = (0..table.len()).map(|row| people.truth[table.id(row)]).collect();
    let got = truth::compare(&linked.clusters_of_rows(), &labels);
    assert!(got.pairwise.f1 > 0.93, "{got:?}");
    assert!(got.pairwise.precision > 0.95, "{got:?}");
}

#[test]
fn order_of_input_and_threads_change_nothing() {
    let people = People::new(12, 500);
    let one = table(&people.rows);
    let config = suggested(&one);
    let wanted = clusters(&one, &config);
    let mut turned = people.rows.clone();
    turned.reverse();
    turned.rotate_left(137);
    let other = table(&turned);
    assert_eq!(suggested(&other), config);
    assert_eq!(clusters(&other, &config), wanted);
    for threads in [1, 2, 8] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let linked = link(&one, &config).unwrap();
            let again = link(&other, &config).unwrap();
            assert_eq!(linked.threshold.to_bits(), again.threshold.to_bits());
            assert_eq!(linked.edges, again.edges);
            assert_eq!(clusters(&one, &config), wanted);
        });
    }
}

#[test]
fn pairs_made_are_pairs_counted() {
    let people = People::new(13, 700);
    let table = table(&people.rows);
    let mut config = suggested(&table);
    config.link.max_pairs = Some(9_000);
    config.block = vec![
        Block { keys: vec!["surname".into()] },
        Block { keys: vec!["year(dob)".into()] },
        Block { keys: vec!["tokens(address)".into()] },
    ];
    let fields = Fields::new(&table, &config).unwrap();
    for rule in &config.block {
        let plan = Plan::new(&fields, &config, std::slice::from_ref(rule)).unwrap();
        let is_many = rule.keys[0].starts_with("tokens");
        let made: u64 = plan.walk(&fields, || 0u64, |count, _, _, _| *count += 1).into_iter().sum();
        assert!(if is_many { made <= plan.pairs() } else { made == plan.pairs() }, "{rule:?}");
    }
    let plan = Plan::new(&fields, &config, &config.block).unwrap();
    assert!(plan.report.iter().any(|rule| rule.dropped > 0), "{:?}", plan.report);
    let mut seen: Vec<(u32, u32)> =
        plan.walk(&fields, Vec::new, |pairs, left, right, _| pairs.push((left, right))).concat();
    let count = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), count, "a pair was looked at twice");
    assert!(count <= 9_000, "{count}");
}

#[test]
fn pairs_that_several_rules_find_leave_the_budget_for_others() {
    let people = People::new(19, 2_000);
    let table = table(&people.rows);
    let mut config = suggested(&table);
    config.block.clear();
    config.link.max_pairs = Some(2 * table.len() as u64);
    let linked = link(&table, &config).unwrap();
    assert!(linked.looked_at <= linked.budget);
    let counted_twice: u64 = linked.blocks.iter().map(|rule| rule.pairs).sum();
    assert!(counted_twice > linked.budget, "{:?}", linked.blocks);
    let labels: Vec<u32> = (0..table.len()).map(|row| people.truth[table.id(row)]).collect();
    let got = truth::compare(&linked.clusters_of_rows(), &labels).pairwise;
    assert!(got.recall > 0.85, "{got:?}");
}

#[test]
fn the_parts_sum_to_the_weight_that_is_shown() {
    let people = People::new(14, 400);
    let table = table(&people.rows);
    let linked = link(&table, &suggested(&table)).unwrap();
    assert!(linked.edges.len() > 50);
    for (left, right, bits) in linked.pairs_of_rows() {
        let shown = inspect::explain(&linked, left as usize, right as usize);
        let sum: f64 = shown.bars.iter().map(|bar| bar.bits).sum();
        assert!((sum - shown.bits).abs() < 1e-9 && (sum - bits).abs() < 1e-9, "{sum} {bits} {shown:?}");
    }
    for field in &linked.model.fields {
        assert!(field.bits.windows(2).all(|pair| pair[0] <= pair[1]), "{field:?}");
    }
}

#[test]
fn columns_without_a_message_are_left_out_with_a_reason() {
    let mut table =
        Table::new(&["name".into(), "empty".into(), "same".into(), "nationality".into(), "cluster".into()]);
    for at in 0..30 {
        let (name, cluster) = (format!("Ann Person{at}"), at.to_string());
        table.push(&cluster, [name.as_str(), "N/A", "x", "y", &cluster].into_iter()).unwrap();
    }
    let suggestion = suggest::suggest(&table.ordered(), &|_| None).unwrap();
    let names: Vec<String> = suggestion.config.compare.iter().map(Comparison::name).collect();
    assert_eq!(names, ["name"]);
    assert_eq!(suggestion.left_out.len(), 4);
}

#[test]
fn nothing_to_compare_is_a_message() {
    let mut table = Table::new(&["a".into(), "b".into()]);
    for at in 0..20 {
        table.push(&at.to_string(), ["", "same"].into_iter()).unwrap();
    }
    let said = suggest::suggest(&table.ordered(), &|_| None).unwrap_err().to_string();
    assert!(said.contains("no column can be compared") && said.contains("a: it is empty"), "{said}");
}

#[test]
fn a_hundred_thousand_copies_are_one_and_a_block_of_all_is_bounded() {
    let people = People::new(15, 300);
    let mut rows = people.rows.clone();
    for at in 0..100_000 {
        let mut copy = people.rows[0].clone();
        copy[0] = format!("copy-{at}");
        rows.push(copy);
    }
    let table = table(&rows);
    let mut config = suggested(&table);
    let linked = link(&table, &config).unwrap();
    let sizes = inspect::sizes(&linked.clusters_of_rows());
    assert!(sizes.last().unwrap().0 >= 100_001, "{sizes:?}");
    assert!(linked.pairs_of_rows().len() < 400_000);
    // Every record in one block: city of one value would make a billion pairs.
    config.block = vec![Block { keys: vec!["prefix1(email)".into()] }];
    config.link.max_pairs = Some(5_000);
    let linked = link(&table, &config).unwrap();
    assert!(linked.looked_at <= 5_000);
}

#[test]
fn contradictions_are_refused() {
    let people = People::new(16, 50);
    let table = table(&people.rows);
    let base = Config { compare: vec![comparison("surname", Kind::Surname)], ..Config::default() };
    let refused = |config: &Config, part: &str| {
        let said = link(&table, config).err().map(|error| match error {
            Error::Configuration(said) => said,
            other => panic!("blames something else: {other}"),
        });
        assert!(said.as_ref().is_some_and(|said| said.contains(part)), "{part}: {said:?}");
    };
    refused(&Config::default(), "nothing is compared");
    let mut config = base.clone();
    config.compare.push(comparison("Surname", Kind::Word));
    refused(&config, "compared twice");
    config = base.clone();
    config.compare.push(comparison("shoe", Kind::Word));
    refused(&config, "no column is called");
    config = base.clone();
    config.link.threshold = Some(1.5);
    refused(&config, "no probability");
    config = base.clone();
    config.link.within_files = Some(false);
    refused(&config, "single file");
    config = base.clone();
    config.block = vec![Block { keys: vec!["half(surname)".into()] }];
    refused(&config, "not known");
    config = base.clone();
    config.block = vec![Block { keys: vec!["dob".into()] }];
    refused(&config, "not compared");
    config = base;
    config.link.max_pairs = Some(0);
    refused(&config, "nothing to look at");
}

#[test]
fn namesakes_at_one_employer_and_school_stay_two() {
    let mut table = Table::new(&["name".into(), "employer".into(), "school".into(), "phone".into()]);
    for at in 0..200 {
        let letter = |number: usize| char::from(b'a' + u8::try_from(number % 26).unwrap());
        let cells = [
            format!("P{}n{}el Fam{}l{}o", letter(at), letter(at / 26), letter(at * 7), letter(at * 3 / 26)),
            format!("Firm {} Works", at % 40),
            format!("College of Town{}", at % 25),
            format!("+1 217 555 {at:04}"),
        ];
        table.push(&format!("p{at}"), cells.iter().map(String::as_str)).unwrap();
    }
    // A rare name, a rare employer, a rare school; phones missing or not the same.
    for (id, phone) in [("x1", ""), ("x2", "+1 305 555 9999"), ("x3", "+1 646 555 1111")] {
        table
            .push(id, ["Zebedee Quill", "Unheard Of Industries", "Hidden Academy", phone].into_iter())
            .unwrap();
    }
    let table = table.ordered();
    let config = suggested(&table);
    let of = |kind: Kind| config.compare.iter().any(|comparison| comparison.kind == kind);
    assert!(of(Kind::Employer) && of(Kind::School) && of(Kind::FullName), "{config:?}");
    let mut config = config;
    config.link.threshold = Some(0.2);
    let found = clusters(&table, &config);
    for id in ["x1", "x2", "x3"] {
        assert!(found.contains(&vec![id.to_owned()]), "{id} was merged");
    }
}

#[test]
fn a_house_with_one_phone_keeps_its_people_apart() {
    let people = People::new(17, 900);
    let table = table(&people.rows);
    let linked = link(&table, &suggested(&table)).unwrap();
    let made = linked.clusters_of_rows();
    let row = |id: &str| table.rows_of(id)[0];
    let merged = people.housemates.iter().filter(|(a, b)| made[row(a)] == made[row(b)]).count();
    assert!(people.housemates.len() >= 40);
    assert!(merged * 20 <= people.housemates.len(), "{merged} of {}", people.housemates.len());
}

#[test]
fn few_pairs_fit_in_all_pairs() {
    assert_eq!(all_pairs(0), 0);
    assert_eq!(all_pairs(1), 0);
    assert_eq!(all_pairs(5), 10);
}

#[test]
fn a_block_of_a_billion_pairs_is_counted_split_and_bounded() {
    let mut table = Table::new(&["name".into(), "city".into()]);
    for at in 0..46_000u32 {
        table
            .push(
                &at.to_string(),
                [format!("Person {at}").as_str(), if at == 0 { "Oslo" } else { "Rome" }].into_iter(),
            )
            .unwrap();
    }
    let table = table.ordered();
    let config = Config {
        compare: vec![comparison("name", Kind::Word), comparison("city", Kind::Place)],
        block: vec![Block { keys: vec!["city".into()] }],
        ..Config::default()
    };
    assert!(all_pairs(45_999) > 1_000_000_000);
    let linked = link(&table, &config).unwrap();
    assert!(linked.looked_at <= linked.budget);
    assert_eq!(
        (linked.blocks[0].split, linked.blocks[0].dropped),
        (1, all_pairs(45_999)),
        "{:?}",
        linked.blocks
    );
}

#[test]
fn one_name_in_two_scripts_is_found_and_other_scripts_are_not_confused() {
    let people = People::new(18, 400);
    let mut rows = people.rows.clone();
    let row = |id: &str, first: &str, surname: &str, dob: &str| {
        [id, first, surname, dob, "", "+1 305 555 0177", ""].map(str::to_owned)
    };
    rows.push(row("latin", "Sergei", "Ivanov", "1981-04-05"));
    rows.push(row("cyrillic", "Сергей", "Иванов", "1981-04-05"));
    rows.push(["han", "伟", "王", "1983-09-10", "wang@mail1.example", "", ""].map(str::to_owned));
    rows.push(["han2", "强", "李", "1971-02-11", "li@mail2.example", "", ""].map(str::to_owned));
    let table = table(&rows);
    let found = clusters(&table, &suggested(&table));
    assert!(found.contains(&vec!["cyrillic".to_owned(), "latin".to_owned()]));
    assert!(found.contains(&vec!["han".to_owned()]) && found.contains(&vec!["han2".to_owned()]));
}

#[test]
fn a_cluster_is_explained_and_falls_apart_where_it_is_said() {
    use matching::hold;
    let people = People::new(41, 400);
    let table = table(&people.rows);
    let linked = link(&table, &suggested(&table)).unwrap();
    let clusters = linked.clusters_of_rows();
    let name = |row: u32| table.id(row as usize).to_owned();
    let (mut bridged, mut seen) = (0, 0);
    for row in 0..table.len() {
        let members = clusters.iter().filter(|of| **of == clusters[row]).count();
        if members < 3 || clusters[row] as usize != row {
            continue;
        }
        seen += 1;
        let of = hold::cluster(&linked, row, &name);
        assert_eq!(of.records.len(), members);
        for broken in of.bridges.iter().chain(&of.weakest) {
            // The parts are the whole, and the link goes from one to another.
            let mut all: Vec<String> = broken.parts.concat();
            all.sort();
            let mut records = of.records.clone();
            records.sort();
            assert!(all.iter().all(|id| records.contains(id)) && broken.parts.len() >= 2, "{of:?}");
            let part = |id: &String| broken.parts.iter().position(|part| part.contains(id)).unwrap();
            assert_ne!(part(&broken.link.left), part(&broken.link.right));
        }
        for bridge in &of.bridges {
            bridged += 1;
            let part = |id: &String| bridge.parts.iter().position(|part| part.contains(id)).unwrap();
            let across = of.links.iter().filter(|link| part(&link.left) != part(&link.right)).count();
            assert!(across <= 1, "{bridge:?} is no bridge");
        }
        assert_eq!(
            of.text().contains(" bits"),
            !of.links.is_empty() || of.weakest.is_some(),
            "{}",
            of.text()
        );
    }
    assert!(seen > 20 && bridged > 0, "{seen} {bridged}");
}

#[test]
fn where_there_is_no_link_there_is_nothing_to_estimate() {
    let mut alone = Table::new(&["name".into(), "dob".into()]);
    for (at, name) in ["Ann Okafor", "Bruno Marsh", "Carla Lindqvist", "Dmitri Novak"].iter().enumerate() {
        alone
            .push(&at.to_string(), [*name, &format!("19{}0-0{}-1{at}", 6 + at, 1 + at)].into_iter())
            .unwrap();
    }
    let alone = alone.ordered();
    let linked = link(&alone, &suggested(&alone)).unwrap();
    let estimate = inspect::estimate(&linked);
    assert_eq!((estimate.precision, estimate.recall), (None, None));
    let people = People::new(42, 300);
    let table = table(&people.rows);
    let linked = link(&table, &suggested(&table)).unwrap();
    // A sample judged by the truth holds the true figures within its bounds.
    let key = |row: u32| matching::hash::bytes(table.id(row as usize).as_bytes());
    let drawn = matching::sample::draw(&linked, &key, 200, 1);
    assert_eq!(drawn, matching::sample::draw(&linked, &key, 200, 1));
    assert_ne!(drawn, matching::sample::draw(&linked, &key, 200, 2));
    let judged: Vec<matching::sample::Judged> = drawn
        .iter()
        .map(|pair| matching::sample::Judged {
            stratum: pair.stratum.clone(),
            of: pair.of,
            together: pair.together,
            is_one: Some(
                people.truth[table.id(pair.left as usize)] == people.truth[table.id(pair.right as usize)],
            ),
        })
        .collect();
    let found = matching::sample::estimate(&judged);
    let labels: Vec<u32> = (0..table.len()).map(|row| people.truth[table.id(row)]).collect();
    let truth = truth::compare(&linked.clusters_of_rows(), &labels).pairwise.precision;
    let precision = found.precision.unwrap();
    assert!(precision.low <= truth && truth <= precision.high, "{precision:?} {truth}");
}
