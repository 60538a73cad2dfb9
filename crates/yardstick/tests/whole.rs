//! From sheets and JSON to every figure, by hand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use yardstick::{Evaluation, Settings, Verdict, World, evaluate, said, truth};

const WORKERS: &str = "\
worker_id,positive,observable,scheme,instance,role,identity,farm,hosts,tells,first_tell,look_alikes,group
a,1,1,hosted_farm,0,operated,stolen or made up,F-1,,2,2026-05-03T10:00:00Z,,g0
b,1,1,hosted_farm,0,operated,lent,F-1,,1,2026-05-04T10:00:00Z,,g1
c,1,1,vpn_flap,1,operated,lent,,,1,2026-05-20T10:00:00Z,,g0
d,1,0,vpn_flap,2,operated,lent,,,0,,,g1
h,0,0,hosted_farm,0,host,own,F-1,a b,0,,,g0
i,0,0,,,,own,,,0,,couple,g1
j,0,0,,,,own,,,0,,couple agency,g0
k,0,0,,,,own,,,0,,,g1
";
const TELLS: &str = "\
worker_id,scheme,instance,tell,source,records,first_seen,last_seen
a,hosted_farm,0,gateway_shared,osquery,9,2026-05-03T10:00:00Z,2026-06-29T10:00:00Z
a,hosted_farm,0,remote_tool,osquery,4,2026-05-05T10:00:00Z,2026-06-29T10:00:00Z
b,hosted_farm,0,gateway_shared,osquery,9,2026-05-04T10:00:00Z,2026-06-29T10:00:00Z
c,vpn_flap,1,consumer_vpn,okta,9,2026-05-20T10:00:00Z,2026-06-29T10:00:00Z
c,vpn_flap,1,vpn_drop,okta,0,,
";
const FARMS: &str = "farm,kind,workers\nF-1,farm,a b\n";
const PLAN: &str = r#"{"days": 60}"#;

fn line(id: &str, bits: f64, case: bool, farm: Option<&str>, evidence: &str) -> String {
    let farm = farm.map_or("null".to_owned(), |farm| format!("\"{farm}\""));
    let p = 1.0 / (1.0 + (11.0 - bits).exp2());
    format!(
        "{{\"worker_id\":\"{id}\",\"probability\":{p},\"prior_bits\":-11.0,\"bits\":{bits},\"case\":{case},\
         \"farm\":{farm},\"ring\":null,\"role\":\"unknown\",\"parts\":{{\"x\":{}}},\"evidence\":[{evidence}]}}\n",
        (bits * 1000.0) as i64
    )
}

fn finding(indicator: &str, bits: f64, other: &str) -> String {
    let other = if other.is_empty() { String::new() } else { format!("\"{other}\"") };
    format!(
        "{{\"indicator\":\"{indicator}\",\"group\":\"g\",\"bits\":{bits},\"counted\":true,\"other\":[{other}]}}"
    )
}

fn lines() -> String {
    [
        line("a", 14.0, true, Some("S"), &finding("egress-shared", 6.0, "k")),
        line("b", 12.0, true, Some("S"), &finding("egress-shared", 6.0, "a")),
        line("h", 11.0, true, Some("S"), ""),
        line("j", 10.0, true, Some("S"), &finding("ship-to-shared", 3.0, "")),
        line("c", 3.0, false, None, &finding("vpn-consumer", 0.3, "")),
        line("i", -1.0, false, None, &finding("vpn-consumer", 0.3, "")),
        line("k", -2.0, false, None, ""),
        line("stranger", 1.0, false, None, ""),
    ]
    .concat()
}

fn world(files: &[(&str, &str)], said: &str) -> yardstick::Result<World> {
    let files: BTreeMap<String, String> =
        files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
    let mut open = |name: &str| {
        Ok(files.get(name).map(|text| Box::new(Cursor::new(text.clone().into_bytes())) as Box<dyn Read>))
    };
    let mut world = truth::read("truth", &mut open)?;
    world.assess("said.jsonl", &said::read("said.jsonl", said)?)?;
    Ok(world)
}

fn whole(said: &str) -> Evaluation {
    let files = [("workers.csv", WORKERS), ("tells.csv", TELLS), ("farms.csv", FARMS), ("plan.json", PLAN)];
    evaluate(&[world(&files, said).unwrap()], &Settings::default())
}

#[test]
fn every_figure_of_a_small_company_by_hand() {
    let of = whole(&lines());
    let data = &of.data;
    assert_eq!((data.people, data.positives, data.observable, data.hosts, data.innocents), (8, 4, 3, 1, 3));
    assert_eq!((data.positives_not_assessed, data.strangers), (1, 1), "d was not named; one is a stranger");
    assert!((data.worker_months - 3.0 * 60.0 / 30.4375).abs() < 1e-9);
    let cases = &of.cases;
    assert_eq!((cases.open, cases.recall.k, cases.recall.n, cases.wrong), (4, 2, 3, 1), "the host is a role");
    assert_eq!((cases.innocents_mentioned, cases.hosts_found.k), (1, 1), "k is named by the evidence on a");
    assert!((cases.rate.unwrap() - 10_000.0 / data.worker_months).abs() < 1e-6);
    let free = &of.recall_at[0];
    assert_eq!((free.recall.k, free.recall.n, free.threshold), (2, 3, Some(1.0)));
    // a and b come first, j is wrong, c is fourth: (1 + 1 + 3/4) / 3
    assert!((of.average_precision.unwrap() - (2.0 + 0.75) / 3.0).abs() < 1e-12);
    let farms = of.farms.as_ref().unwrap();
    // said: a b j (the host is left out); one of three pairs is right, and the only one is found
    assert_eq!((farms.pairwise.precision, farms.pairwise.recall), (Some(1.0 / 3.0), Some(1.0)));
    assert_eq!((farms.truth, farms.said), (1, 1));
    assert!(of.rings.is_none() && of.delay.is_none());
}

#[test]
fn kinds_rules_and_indicators_by_hand() {
    let of = whole(&lines());
    let scheme = |name: &str| of.schemes.iter().find(|line| line.scheme == name).unwrap();
    let (farm, flap) = (scheme("hosted_farm"), scheme("vpn_flap"));
    assert_eq!((farm.positives, farm.found.k, farm.found.n, farm.hosts), (2, 2, 2, 1));
    assert_eq!((flap.positives, flap.found.k, flap.found.n, flap.median_bits), (2, 0, 1, Some(3.0)));
    let tell = |name: &str| of.tells.iter().find(|line| line.tell == name);
    assert!(tell("vpn_drop").is_none(), "planted without records is no tell");
    let shared = tell("gateway_shared").unwrap();
    assert_eq!((shared.found.k, shared.found.n, shared.alone.n), (2, 2, 1));
    assert_eq!(shared.heard_by[0].indicator, "egress-shared");
    let couple = of.look_alikes.iter().find(|line| line.look_alike == "couple").unwrap();
    assert_eq!((couple.accused.k, couple.accused.n, couple.most_bits), (1, 2, Some(10.0)));
    assert!(of.look_alikes.iter().any(|line| line.look_alike == "ordinary" && line.accused.n == 1));
    let rule = |name: &str| of.rules.iter().find(|line| line.rule == name).unwrap();
    assert_eq!((rule("shared egress").recall.k, rule("shared egress").wrong), (2, 0));
    assert_eq!((rule("anonymiser sign-in").recall.k, rule("anonymiser sign-in").wrong), (1, 1));
    assert_eq!((rule("any of the six").recall.k, rule("any of the six").wrong), (3, 2));
    let vpn = of.indicators.iter().find(|line| line.indicator == "vpn-consumer").unwrap();
    assert_eq!((vpn.recall.k, vpn.innocents.k, vpn.precision.n), (1, 1, 2));
    let without = of.without.iter().find(|line| line.without == "x").unwrap();
    assert_eq!(without.positives, 3);
    assert!((without.average_precision.unwrap() - 0.5).abs() < 1e-12, "all tied: the share of targets");
}

#[test]
fn odds_are_exact_where_the_printed_probability_is_rounded() {
    let rounded = lines().replace("\"probability\":0.", "\"probability\":0.0");
    let (of, exact) = (whole(&rounded), whole(&lines()));
    assert_eq!(of.calibration, exact.calibration, "prior and bits say it exactly");
    let known = exact.calibration.unwrap().at_prevalence.unwrap();
    assert!(known.expected > 1.0, "{known:?}");
}

#[test]
fn one_array_a_holder_other_names_and_missing_columns_are_read() {
    let array = "[{\"id\":\"a\",\"score\":2},{\"id\":\"k\",\"score\":\"1\",\"case\":1}]";
    let files = [("workers.csv", "worker_id,positive\na,yes\nk,no\n")];
    for said in [array.to_owned(), format!("{{\"assessments\":{array}}}"), format!("\u{feff}{array}")] {
        let of = evaluate(&[world(&files, &said).unwrap()], &Settings { days: Some(30.0), calibrator: None });
        assert_eq!((of.average_precision, of.cases.wrong, of.data.observable), (Some(1.0), 1, 1));
        assert!(of.calibration.is_none() && of.data.worker_months > 0.9);
        let told = of.missing.join("\n");
        for what in ["observable", "scheme", "tells.csv", "plan.json", "probability", "evidence"] {
            assert!(told.contains(what), "{what}: {told}");
        }
    }
    let cases_only = "{\"worker_id\":\"a\",\"case\":true}\n{\"worker_id\":\"k\",\"case\":false}\n";
    let of = evaluate(&[world(&files, cases_only).unwrap()], &Settings::default());
    assert_eq!((of.cases.recall.k, of.cases.rate), (1, None), "without days there is no rate");
    assert_eq!(of.recall_at[0].recall.k, 1);
}

#[test]
fn an_applicants_number_is_no_workers() {
    let files = [("workers.csv", "worker_id,positive\n7,1\n8,0\n")];
    let said = "{\"worker_id\":\"8\",\"score\":1,\"case\":false}\n{\"worker_id\":\"7\",\"score\":2,\"case\":true}\n\
                {\"worker_id\":null,\"applicant_id\":\"8\",\"score\":9,\"case\":true}\n";
    let of = evaluate(&[world(&files, said).unwrap()], &Settings::default());
    assert_eq!((of.cases.recall.k, of.cases.wrong, of.average_precision), (1, 0, Some(1.0)));
    let alone = [("workers.csv", "applicant_id,positive\n8,1\n")];
    let of = evaluate(&[world(&alone, said).unwrap()], &Settings::default());
    assert_eq!(of.data.observable, 1);
}

#[test]
fn what_cannot_be_measured_is_refused_with_its_line() {
    let whole = [("workers.csv", "worker_id,positive\na,1\nb,0\n")];
    let wrong = |files: &[(&str, &str)], said: &str| world(files, said).unwrap_err().to_string();
    let good = "{\"worker_id\":\"a\",\"case\":true}\n";
    assert!(wrong(&[], good).contains("workers.csv: not there"));
    assert!(wrong(&[("workers.csv", "name,positive\na,1\n")], good).contains("no column worker_id"));
    assert!(wrong(&[("workers.csv", "worker_id,positive\na,perhaps\n")], good).contains("workers.csv:2: "));
    assert!(wrong(&[("workers.csv", "worker_id,positive\na,1\na,0\n")], good).contains("twice"));
    assert!(wrong(&whole, "").contains("nobody is assessed"));
    assert!(wrong(&whole, &format!("{good}{{\"worker_id\":")).contains("said.jsonl:2: no JSON"));
    assert!(wrong(&whole, "{\"worker_id\":\"a\"}").contains("neither bits, score"));
    assert!(wrong(&whole, "{\"worker_id\":\"a\",\"probability\":7}").contains("outside 0 to 1"));
    assert!(wrong(&whole, "{\"worker_id\":\"z\",\"case\":true}").contains("none of the people"));
}

#[test]
fn companies_are_pooled_and_their_names_kept_apart() {
    let files = [("workers.csv", WORKERS), ("tells.csv", TELLS), ("farms.csv", FARMS), ("plan.json", PLAN)];
    let one = || world(&files, &lines()).unwrap();
    let both = evaluate(&[one(), one()], &Settings::default());
    assert_eq!((both.data.worlds, both.data.people), (2, 16));
    let farms = both.farms.unwrap();
    assert_eq!((farms.truth, farms.said), (2, 2), "F-1 of one company is not F-1 of another");
    assert_eq!(farms.pairwise.recall, Some(1.0));
    let verdict = |of: &Evaluation, word: &str| {
        of.targets.iter().find(|one| one.target.contains(word)).unwrap().verdict
    };
    let alone = whole(&lines());
    assert_eq!(verdict(&alone, "recall"), Verdict::Missed, "two of three is too little at any confidence");
    assert_eq!(verdict(&alone, "days"), Verdict::NotShown);
    assert_eq!(verdict(&alone, "look-alike"), Verdict::Missed);
}

const APPLICANTS: &str = "\
applicant_id,positive,observable,scheme,instance,cluster,worker_id,tells,first_tell,look_alikes,group,role
1,1,1,persona_cluster,0,P-1,,2,2026-05-03T10:00:00Z,,g0
2,1,1,persona_cluster,0,P-1,,1,2026-05-03T10:00:00Z,,g1
3,1,1,persona_cluster,0,P-1,k,1,2026-05-03T10:00:00Z,,g0
4,1,0,persona_cluster,0,P-1,,0,,,g0
5,1,1,persona_cluster,1,P-2,,1,2026-05-03T10:00:00Z,,g1
6,0,0,,,,,0,,library,g0,identity_owner
7,0,0,,,,,0,,library,g1
8,0,0,,,,,0,,,g0
a,0,0,,,,,0,,,g1
";
const APPLICANT_TELLS: &str = "\
applicant_id,scheme,instance,tell,source,records,first_seen,last_seen
1,persona_cluster,0,interview_machine_shared,zoom,3,2026-05-03T10:00:00Z,2026-05-04T10:00:00Z
2,persona_cluster,0,interview_machine_shared,zoom,3,2026-05-03T10:00:00Z,2026-05-04T10:00:00Z
5,persona_cluster,1,resume_phrases,document,1,2026-05-03T10:00:00Z,2026-05-04T10:00:00Z
";

fn applied(id: &str, bits: f64, case: bool, cluster: &str) -> String {
    format!(
        "{{\"applicant_id\":\"{id}\",\"prior_bits\":-9.0,\"bits\":{bits},\"case\":{case},\"persona_cluster\":\"{cluster}\"}}\n"
    )
}

#[test]
fn candidates_are_measured_apart_and_whom_nobody_assessed_is_missed() {
    let files = [
        ("workers.csv", WORKERS),
        ("applicants.csv", APPLICANTS),
        ("applicant_tells.csv", APPLICANT_TELLS),
        ("plan.json", PLAN),
    ];
    // The worker k was hired as candidate 3; candidate a is not the worker a; nothing is said of 5 and 8.
    let worker = lines().replace("\"worker_id\":\"k\",", "\"worker_id\":\"k\",\"persona_cluster\":\"C\",");
    let said = [
        worker,
        applied("1", 12.0, true, "C"),
        applied("2", 3.0, false, "C"),
        applied("4", 1.0, false, "C4"),
        applied("6", 5.0, true, "D"),
        applied("7", -1.0, false, "D"),
        applied("a", -2.0, false, "E"),
        applied("77", 0.0, false, "F"),
    ]
    .concat();
    let all = evaluate(&[world(&files, &said).unwrap()], &Settings::default());
    let of = all.candidates.unwrap();
    assert_eq!((of.people, of.hired, of.positives, of.observable, of.innocents), (8, 1, 4, 3, 4));
    assert_eq!((of.positives_not_assessed, of.innocents_not_assessed), (1, 1));
    assert_eq!((of.recall.k, of.recall.n, of.open, of.wrong, of.precision.k), (1, 3, 2, 1, 1));
    assert_eq!(of.rate, Some(2_500.0), "one of four");
    assert_eq!((of.owners_found.k, of.owners_found.n), (0, 1), "6 owns an identity, and nobody said so");
    let parts: Vec<&str> = of.roles.iter().map(|line| line.part.as_str()).collect();
    assert_eq!(parts, ["operated", "victim", "innocent"]);
    assert!(of.rate_high.unwrap() > 2_500.0);
    // ranked: 1 found, 6 wrong, 2 found; 5 comes last with 8, whom nobody named either
    let precision = (1.0 + 2.0 / 3.0 + 3.0 / 7.0) / 3.0;
    assert!((of.average_precision.unwrap() - precision).abs() < 1e-12, "{:?}", of.average_precision);
    assert_eq!((of.recall_at[0].recall.k, of.recall_at[0].wrong), (1, 0));
    let clusters = of.clusters.unwrap();
    assert_eq!((clusters.truth, clusters.said), (1, 2), "a cluster of one is none, and 4 shows nothing");
    // pairs said: 1-2, 1-3, 2-3 and 6-7; so are: the first three
    assert_eq!((clusters.pairwise.precision, clusters.pairwise.recall), (Some(0.75), Some(1.0)));
    let tell = of.tells.iter().find(|line| line.tell == "interview_machine_shared").unwrap();
    assert_eq!((tell.found.k, tell.found.n), (1, 2));
    assert_eq!((of.look_alikes[0].look_alike.as_str(), of.look_alikes[0].accused.k), ("library", 1));
    // workers are what they were; 77 and the stranger are strangers
    assert_eq!((all.data.people, all.data.strangers, all.cases.recall.k), (8, 2, 2));
    assert!(whole(&lines()).candidates.is_none());
}
