//! The index that takes one record at a time: whatever the order, it is what one built from the records that are left would be.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod people;

use std::collections::BTreeMap;

use matching::index::{self, Added, Builder, Index, Scorer};
use matching::{Config, suggest, truth};
use people::{Draw, People, Row, table};

/// A model of some people, with few records a key, so that keys become common and rare again.
fn learnt(people: &People, limit: Option<u32>) -> Vec<u8> {
    let table = table(&people.rows);
    let mut config: Config = suggest::suggest(&table, &|_| None).unwrap().config;
    config.link.block_size = limit;
    index::learn(&table, &config, table.len()).unwrap()
}

fn values(scorer: &Scorer, row: &Row) -> Vec<String> {
    let names = ["first_name", "surname", "dob", "email", "phone", "address"];
    scorer.normal(&|name| {
        names.iter().position(|known| *known == name).map_or(String::new(), |at| row[at + 1].clone())
    })
}

type Known = BTreeMap<(String, String), Row>;

fn built(model: &[u8], known: &Known) -> Vec<u8> {
    let scorer = Scorer::read(model.to_vec()).unwrap();
    let mut builder = Builder::default();
    for ((tenant, id), row) in known {
        builder.push(tenant, id, &values(&scorer, row)).unwrap();
    }
    let mut out = Vec::new();
    index::build(&scorer, &builder, &mut out).unwrap();
    out
}

fn opened(bytes: Vec<u8>) -> Index {
    Index::open(Box::new(bytes)).unwrap()
}

fn compacted(index: &Index) -> Vec<u8> {
    let mut out = Vec::new();
    index.compact(&mut out).unwrap();
    out
}

/// Starts from a part of the records, then adds, replaces and deletes in an order of chance; kills and compacts now and then.
fn shuffled(people: &People, model: &[u8], seed: u64, steps: usize) {
    let mut draw = Draw::new(seed);
    let mut known: Known = BTreeMap::new();
    let tenants = ["", "north"];
    for row in people.rows.iter().take(draw.below(120) as usize) {
        known.insert((tenants[draw.below(2) as usize].to_owned(), row[0].clone()), row.clone());
    }
    let mut base = built(model, &known);
    let mut index = opened(base.clone());
    let mut log: Vec<u8> = Vec::new();
    for step in 0..steps {
        let row = &people.rows[draw.below(people.rows.len() as u64) as usize];
        let tenant = tenants[draw.below(2) as usize];
        let place = (tenant.to_owned(), row[0].clone());
        match draw.below(10) {
            0..=3 => {
                assert_eq!(index.delete(tenant, &row[0]).unwrap(), known.remove(&place).is_some());
            }
            kind => {
                // Some come under the id of another, with that one's values: copies, and replacements.
                let other = &people.rows[draw.below(people.rows.len() as u64) as usize];
                let of = if kind == 4 { other } else { row };
                let got = index.add(tenant, &row[0], &values(index.scorer(), of)).unwrap();
                let was = known.insert(place, of.clone());
                let is_same =
                    was.as_ref().is_some_and(|was| values(index.scorer(), was) == values(index.scorer(), of));
                let want = if is_same {
                    Added::Known
                } else if was.is_some() {
                    Added::Replaced
                } else {
                    Added::New
                };
                assert_eq!(got, want);
            }
        }
        if step % 7 == 0 {
            log.extend(index.take_changes());
        }
        if step % 41 == 40 {
            // Killed: what was kept is all there is.
            log.extend(index.take_changes());
            index = opened(base.clone());
            index.replay(&log).unwrap();
        }
        if step % 97 == 96 {
            base = compacted(&index);
            log.clear();
            index = opened(base.clone());
        }
    }
    assert_eq!(index.status().records, known.len() as u64);
    assert_eq!(compacted(&index), built(model, &known), "seed {seed}");
}

#[test]
fn any_order_of_coming_and_going_is_a_rebuild_of_what_is_left() {
    let people = People::new(21, 130);
    for limit in [Some(3), Some(6), None] {
        let model = learnt(&people, limit);
        for seed in 0..12 {
            shuffled(&people, &model, seed * 3 + u64::from(limit.unwrap_or_default()), 230);
        }
    }
}

/// A model learnt elsewhere: what is built from a part and grows is what is built from all, record by record, in any order.
#[test]
fn growing_under_one_model_is_building_with_it() {
    let people = People::new(27, 400);
    // Learnt from other people than those who come.
    let model = learnt(&People::new(28, 300), None);
    let place = |row: &Row| (String::new(), row[0].clone());
    let all: Known = people.rows.iter().map(|row| (place(row), row.clone())).collect();
    let whole = built(&model, &all);
    for (parts, turned) in [(2, false), (3, true)] {
        let first: Known = people.rows.iter().step_by(parts).map(|row| (place(row), row.clone())).collect();
        let mut index = opened(built(&model, &first));
        let mut rest: Vec<&Row> = people.rows.iter().filter(|row| !first.contains_key(&place(row))).collect();
        if turned {
            rest.reverse();
        }
        for row in rest {
            let values = values(index.scorer(), row);
            index.add("", &row[0], &values).unwrap();
        }
        assert_eq!(compacted(&index), whole);
        assert_eq!(index.members(None).unwrap(), opened(whole.clone()).members(None).unwrap());
    }
}

#[test]
fn one_by_one_finds_who_is_one_as_well_as_all_at_once() {
    let people = People::new(22, 700);
    let mut index = opened(built(&learnt(&people, None), &BTreeMap::new()));
    for row in &people.rows {
        let values = values(index.scorer(), row);
        assert_eq!(index.add("", &row[0], &values).unwrap(), Added::New);
    }
    let members = index.members(None).unwrap();
    assert_eq!(members.len(), people.rows.len());
    let mut numbers = BTreeMap::new();
    let made: Vec<u32> = members
        .iter()
        .map(|member| {
            let next = u32::try_from(numbers.len()).unwrap();
            *numbers.entry(member.cluster.clone()).or_insert(next)
        })
        .collect();
    let labels: Vec<u32> = members.iter().map(|member| people.truth[&member.id]).collect();
    let got = truth::compare(&renumbered(&made), &labels);
    assert!(got.pairwise.f1 > 0.92, "{got:?}");
}

/// Clusters named by their first row, as scores want them.
fn renumbered(made: &[u32]) -> Vec<u32> {
    let mut first = BTreeMap::new();
    (0u32..).zip(made).map(|(row, of)| *first.entry(*of).or_insert(row)).collect()
}

#[test]
fn an_answer_names_candidates_that_sum_and_the_entity_it_would_join() {
    let people = People::new(23, 400);
    let known: Known = people.rows.iter().map(|row| ((String::new(), row[0].clone()), row.clone())).collect();
    let model = learnt(&people, None);
    let index = opened(built(&model, &known));
    let of: BTreeMap<String, String> =
        index.members(None).unwrap().into_iter().map(|member| (member.id, member.cluster)).collect();
    let mut joined = 0;
    for row in people.rows.iter().take(150) {
        let answer = index.ask("", &values(index.scorer(), row)).unwrap();
        let first = &answer.candidates[0];
        assert!(answer.candidates.windows(2).all(|pair| pair[0].bits >= pair[1].bits));
        for candidate in &answer.candidates {
            let sum: f64 = candidate.explanation.iter().map(|bar| bar.bits).sum();
            assert!((sum - candidate.bits).abs() < 1e-9, "{candidate:?}");
            assert_eq!(candidate.cluster_id, of[&candidate.record_id]);
        }
        joined += usize::from(answer.cluster_id.as_ref() == Some(&of[&row[0]]) && first.bits > 0.0);
    }
    assert!(joined >= 140, "{joined}");
    // What is asked is not remembered.
    assert_eq!(compacted(&index), built(&model, &known));
    let nobody = ["", "", "", "", "", ""].map(str::to_owned).to_vec();
    let answer = index.ask("", &nobody).unwrap();
    assert_eq!((answer.candidates.len(), answer.cluster_id), (0, None));
}

#[test]
fn no_candidate_and_no_entity_crosses_tenants() {
    let people = People::new(24, 200);
    let model = learnt(&people, None);
    let mut known: Known = BTreeMap::new();
    for (at, row) in people.rows.iter().enumerate() {
        for tenant in ["north", "south"] {
            if tenant == "north" || at % 2 == 0 {
                known.insert((tenant.to_owned(), row[0].clone()), row.clone());
            }
        }
    }
    let index = opened(built(&model, &known));
    let alone: Known = known
        .iter()
        .filter(|((tenant, _), _)| tenant == "south")
        .map(|(at, row)| (at.clone(), row.clone()))
        .collect();
    let south = opened(built(&model, &alone));
    let of_south = |index: &Index| {
        index.members(None).unwrap().into_iter().filter(|member| member.tenant == "south").collect::<Vec<_>>()
    };
    assert_eq!(of_south(&index), of_south(&south));
    assert_eq!(index.members(Some("south")).unwrap(), of_south(&south));
    assert_eq!(index.pairs(Some("south")).unwrap(), south.pairs(None).unwrap());
    assert!(index.members(Some("west")).unwrap().is_empty() && index.pairs(Some("west")).unwrap().is_empty());
    for row in people.rows.iter().take(60) {
        let values = values(index.scorer(), row);
        assert_eq!(index.ask("south", &values).unwrap(), south.ask("south", &values).unwrap());
        assert!(index.ask("east", &values).unwrap().candidates.is_empty());
    }
}

#[test]
fn a_record_told_apart_stays_apart_and_the_rest_stays_together() {
    let people = People::new(25, 300);
    let known: Known = people.rows.iter().map(|row| ((String::new(), row[0].clone()), row.clone())).collect();
    let model = learnt(&people, None);
    let mut index = opened(built(&model, &known));
    let mut by_cluster: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for member in index.members(None).unwrap() {
        by_cluster.entry(member.cluster).or_default().push(member.id);
    }
    let three = by_cluster.values().find(|ids| ids.len() >= 3).unwrap().clone();
    let others = index.unmerge("", &three[0]).unwrap();
    assert_eq!(others.len(), three.len() - 1);
    let cluster = |index: &Index, id: &str| {
        index.members(None).unwrap().into_iter().find(|member| member.id == id).unwrap().cluster
    };
    let check = |index: &Index| {
        assert_ne!(cluster(index, &three[0]), cluster(index, &three[1]));
        assert_eq!(cluster(index, &three[1]), cluster(index, &three[2]));
    };
    check(&index);
    // Kept over a kill, over compaction, and when others come and go.
    let log = index.take_changes();
    let mut again = opened(built(&model, &known));
    again.replay(&log).unwrap();
    check(&again);
    let mut kept = opened(compacted(&index));
    check(&kept);
    let copy = people.rows.iter().find(|row| row[0] == three[1]).unwrap();
    let copied = values(kept.scorer(), copy);
    kept.add("", "copy", &copied).unwrap();
    check(&kept);
    assert!(kept.unmerge("", &three[0]).is_err());
    // Once it is gone, so is what was said of it.
    assert!(kept.delete("", &three[0]).unwrap() && kept.delete("", "copy").unwrap());
    let mut left = known.clone();
    left.remove(&(String::new(), three[0].clone()));
    assert_eq!(compacted(&kept), built(&model, &left));
    // A copy can be told apart from its copies.
    kept.add("", "copy", &copied).unwrap();
    assert!(kept.unmerge("", "copy").unwrap().contains(&three[1]));
    assert_ne!(cluster(&kept, "copy"), cluster(&kept, &three[1]));
    assert!(kept.unmerge("", "nobody").is_err());
}

#[test]
fn a_hundred_thousand_copies_stay_one_node() {
    let people = People::new(26, 100);
    let mut index = opened(built(&learnt(&people, None), &BTreeMap::new()));
    let of = values(index.scorer(), &people.rows[0]);
    for at in 0..100_000 {
        index.add("", &format!("copy-{at}"), &of).unwrap();
    }
    assert_eq!((index.status().records, index.status().nodes), (100_000, 1));
    let index = opened(compacted(&index));
    let answer = index.ask("", &of).unwrap();
    assert_eq!((answer.candidates.len(), answer.candidates[0].copies), (1, 100_000));
    assert_eq!(answer.cluster_id.as_deref(), Some("copy-0"));
}

#[test]
fn damaged_bytes_are_a_message() {
    let people = People::new(27, 60);
    let known: Known = people.rows.iter().map(|row| ((String::new(), row[0].clone()), row.clone())).collect();
    let bytes = built(&learnt(&people, None), &known);
    let mut draw = Draw::new(5);
    let question = values(opened(bytes.clone()).scorer(), &people.rows[0]);
    for length in [0, 1, 15, 16, 100, bytes.len() - 1] {
        assert!(Index::open(Box::new(bytes[..length].to_vec())).is_err());
    }
    for _ in 0..3_000 {
        let mut hurt = bytes.clone();
        let at = draw.below(hurt.len() as u64) as usize;
        hurt[at] ^= 1 << draw.below(8);
        // No answer, or one; never a panic, never a loop.
        if let Ok(index) = Index::open(Box::new(hurt)) {
            let _ = index.ask("", &question);
        }
    }
}
