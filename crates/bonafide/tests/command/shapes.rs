//! What leaves as JSON has exactly the shape that was promised.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::desk::Desk;

const PERSON: &[&str] = &[
    "schema_version",
    "population",
    "worker_id",
    "persona_cluster",
    "email",
    "probability",
    "probability_low",
    "probability_high",
    "prior_bits",
    "bits",
    "parts",
    "case",
    "farm",
    "ring",
    "role",
    "evidence",
    "could_not_look",
];
const EVIDENCE: &[&str] = &[
    "indicator",
    "tier",
    "group",
    "bits",
    "counted",
    "explained_by",
    "first_seen",
    "last_seen",
    "sentence",
    "other",
    "records",
    "innocent",
];
const EXPLAINED: &[&str] = &[
    "in_words",
    "waterfall",
    "weights",
    "against",
    "tier_rule",
    "role_reason",
    "would_clear",
    "basis",
    "judged_as_of",
];

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

fn set(list: &'static [&'static str]) -> BTreeSet<&'static str> {
    list.iter().copied().collect()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

fn is_record(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())
}

fn is_person(person: &Value) {
    assert_eq!(person["schema_version"], "1.0");
    assert_eq!(person["population"], "worker");
    assert!(!person["worker_id"].as_str().unwrap().is_empty());
    assert!(person["persona_cluster"].is_null());
    assert!(person["email"].as_str().unwrap().contains('@'));
    let [low, middle, high] =
        ["probability_low", "probability", "probability_high"].map(|key| person[key].as_f64().unwrap());
    assert!((0.0..=1.0).contains(&middle) && low <= middle && middle <= high, "{low} {middle} {high}");
    let (bits, prior) = (person["bits"].as_f64().unwrap(), person["prior_bits"].as_f64().unwrap());
    let parts: i64 = person["parts"].as_object().unwrap().values().map(|part| part.as_i64().unwrap()).sum();
    assert_eq!(parts, (bits * 1000.0).round() as i64, "milli-bits sum exactly to the bits: {person}");
    assert!(((bits * 1000.0) - (bits * 1000.0).round()).abs() < 1e-6);
    let odds = (prior + bits).exp2();
    assert!(
        (odds / (1.0 + odds) - middle).abs() < 1e-3,
        "probability is what prior and bits make of it: {person}"
    );
    assert!(person["case"].is_boolean());
    for key in ["farm", "ring"] {
        assert!(person[key].is_null() || person[key].is_string());
    }
    assert!(
        ["operator", "facilitator", "identity_owner", "unknown"].contains(&person["role"].as_str().unwrap())
    );
    texts(&person["could_not_look"]);
    for item in person["evidence"].as_array().unwrap() {
        assert_eq!(keys(item), set(EVIDENCE));
        assert!(["T1", "T2", "T3", "T4"].contains(&item["tier"].as_str().unwrap()));
        assert!(item["bits"].is_number() && item["counted"].is_boolean());
        assert!(item["explained_by"].is_null() || item["explained_by"].is_string());
        let [first, last] = ["first_seen", "last_seen"].map(|key| item[key].as_str().unwrap());
        assert!(first.len() == 20 && first.starts_with("202") && first <= last, "{first} {last}");
        assert!(!item["sentence"].as_str().unwrap().contains("tk_"));
        texts(&item["other"]);
        let records = texts(&item["records"]);
        assert!(!records.is_empty() && records.into_iter().all(is_record), "every evidence cites a record");
        assert!(!texts(&item["innocent"]).is_empty(), "{item}");
    }
}

#[test]
fn people_and_explanations_have_the_promised_shape() {
    let desk = Desk::new();
    desk.company(40, 14, "payroll_ring,hosted_farm");
    let said = desk.check(&[]);
    let people = said.json();
    assert_eq!(people.len(), 40);
    let mut last = f64::INFINITY;
    for person in &people {
        assert_eq!(keys(person), set(PERSON));
        is_person(person);
        let probability = person["probability"].as_f64().unwrap();
        assert!(probability <= last, "most probable first");
        last = probability;
    }
    let has_case = people.iter().any(|person| person["case"] == true);
    assert_eq!(said.code, i32::from(has_case));
    for person in &people[..3] {
        let id = person["worker_id"].as_str().unwrap();
        let explained = desk.run(&["explain", id, "--json"]).expect(0).json().remove(0);
        let wanted: BTreeSet<&str> = set(PERSON).union(&set(EXPLAINED)).copied().collect();
        assert_eq!(keys(&explained), wanted);
        for key in PERSON {
            assert_eq!(explained[*key], person[*key], "explain says what check said: {key}");
        }
        let bars: f64 =
            explained["waterfall"].as_array().unwrap().iter().map(|bar| bar["bits"].as_f64().unwrap()).sum();
        assert!((bars - person["bits"].as_f64().unwrap()).abs() < 1e-9, "the bars sum to the bits");
    }
}

#[test]
fn rejects_have_the_promised_shape() {
    let desk = Desk::new();
    desk.write(
        "roster.csv",
        crate::desk::ROSTER.to_owned() + "W-3,too,few\nW-4,a,b,c,d,e,f,g,h,i,j,k,l,m,n\n",
    );
    desk.write("strange.txt", "nothing that anybody knows\n");
    desk.check(&[]).expect(0);
    let said = desk.run(&["rejects", "--json"]).expect(0);
    let rejects = said.json();
    assert_eq!(rejects.len(), 3, "{}", said.out);
    for reject in &rejects {
        let wanted = set(&["file", "source", "line", "offset", "column", "reason", "sample"]);
        assert_eq!(keys(reject), wanted);
        assert!(reject["line"].as_u64().unwrap() >= 1 && !reject["reason"].as_str().unwrap().is_empty());
    }
    let lines: Vec<_> =
        rejects.iter().map(|r| (r["file"].as_str().unwrap(), r["line"].as_u64().unwrap())).collect();
    assert_eq!(lines, [("roster.csv", 4), ("roster.csv", 5), ("strange.txt", 1)]);
    assert_eq!(rejects[0]["sample"], "W-3,too,few");
}
