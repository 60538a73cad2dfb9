//! The shipped catalogue: every indicator's own examples, its form, and what the loader refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use evidence::catalogue::UserFile;
use evidence::{Catalogue, Error, IndicatorKind};
use lake::{Lake, Options, WorkspaceKey};
use model::Tier;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

async fn lake(folder: &Path) -> Lake {
    let options = Options { memory_bytes: 64 << 20, threads: 2 };
    Lake::open(folder, WorkspaceKey::from_bytes([3; 32]), options).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_example_names_its_subjects_and_every_innocent_twin_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let only = std::env::var("INDICATOR").ok();
    let mut catalogue = Catalogue::shipped().unwrap();
    catalogue.indicators.retain(|id, _| only.as_ref().is_none_or(|wanted| wanted == id));
    let report = evidence::test_all(&catalogue, folder.path()).await.unwrap();
    let examples: usize =
        catalogue.indicators.values().map(|i| i.example.len() + i.counter_example.len()).sum();
    assert_eq!(report.outcomes.len(), examples);
    let wrong: Vec<_> = report.wrong().collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    for outcome in report.outcomes {
        for sentence in outcome.sentences {
            assert!(
                !sentence.contains(['{', '}']) && !sentence.contains("  "),
                "{}: {sentence}",
                outcome.indicator
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shipped_catalogue_passes_its_own_inspection() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let catalogue = Catalogue::load(lake.session(), &[]).await.unwrap();
    assert!(catalogue.indicators.len() >= 20);
    let strong = catalogue.indicators.values().filter(|i| i.tier <= Tier::T2).count();
    assert!(strong >= 20, "{strong} of T1 and T2");
    for (id, indicator) in &catalogue.indicators {
        assert!(indicator.file.ends_with(&format!("{}/{id}.toml", indicator.stage)), "{}", indicator.file);
        assert!(!indicator.fraud_rate.source.is_empty() && !indicator.honest_rate.source.is_empty(), "{id}");
        if indicator.kind == IndicatorKind::Link {
            assert!(indicator.sql.contains("explained_by IS NULL"), "{id} counts what is explained");
        }
    }
}

#[test]
fn every_file_is_listed() {
    let mut files = BTreeSet::new();
    for stage in std::fs::read_dir(root().join("indicators")).unwrap() {
        let stage = stage.unwrap().path();
        for file in std::fs::read_dir(&stage).into_iter().flatten() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|ext| ext == "toml") {
                let name = file.file_name().unwrap().to_string_lossy().into_owned();
                files.insert(format!("indicators/{}/{name}", stage.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    let listed: BTreeSet<String> =
        Catalogue::shipped().unwrap().indicators.values().map(|i| i.file.clone()).collect();
    assert_eq!(files, listed);
}

#[test]
fn every_innocent_explanation_has_its_text_in_scoring() {
    let text = std::fs::read_to_string(root().join("crates/scoring/data/explanations.toml"))
        .expect("the vocabulary of scoring must be there");
    for indicator in Catalogue::shipped().unwrap().indicators.values() {
        for id in &indicator.innocent {
            assert!(text.contains(&format!("id = \"{id}\"")), "{}: {id} has no text", indicator.id);
        }
    }
}

#[test]
fn no_file_names_people_by_origin() {
    for indicator in Catalogue::shipped().unwrap().indicators.values() {
        let text = std::fs::read_to_string(root().join(&indicator.file)).unwrap().to_lowercase();
        for word in ["suspect", "nationalit", "ethnic", "accent", "guilt"] {
            assert!(!text.contains(word), "{}: {word}", indicator.file);
        }
    }
}

/// What a check may not ask of one person: papers that show who somebody is, where they live or whether they may work.
const PAPERS: &[&str] = &[
    "passport",
    "identity document",
    "identity card",
    "id card",
    "visa",
    "work permit",
    "residence permit",
    "utility bill",
    "i-9",
    "driving licence",
    "driver's license",
    "birth certificate",
    "proof of residence",
    "proof of address",
    "social security",
    "selfie",
    "work authori",
    "citizen",
    "ask them",
    "ask the person",
    "ask the worker",
    "ask him",
    "ask her",
];

#[test]
fn no_check_asks_one_person_for_papers() {
    for (id, indicator) in &Catalogue::shipped().unwrap().indicators {
        let said = indicator.check.to_lowercase();
        for word in PAPERS {
            assert!(!said.contains(word), "{id} asks: {word}");
        }
    }
    let text =
        std::fs::read_to_string(root().join("crates/scoring/data/explanations.toml")).unwrap().to_lowercase();
    for line in text.lines().filter(|line| line.starts_with("clears")) {
        for word in PAPERS {
            assert!(!line.contains(word), "{line}: {word}");
        }
    }
}

#[test]
fn habits_and_cameras_never_open_and_lists_of_names_are_never_read() {
    for (id, indicator) in &Catalogue::shipped().unwrap().indicators {
        let is_habit = ["camera", "keep_awake"].contains(&indicator.group.as_str());
        assert!(!is_habit || !indicator.opens && indicator.tier == Tier::T4, "{id}");
        for word in ["sanction", "watchlist", "screening", "embargo", "idle"] {
            assert!(!indicator.sql.to_lowercase().contains(word), "{id} reads {word}");
        }
    }
}

#[test]
fn every_indicator_states_where_its_figures_come_from_and_how_it_ages() {
    for (id, indicator) in &Catalogue::shipped().unwrap().indicators {
        for source in [&indicator.fraud_rate.source, &indicator.honest_rate.source] {
            assert!(source.len() > 20, "{id}: {source}");
        }
        let fades = ["vpn", "location"].contains(&indicator.group.as_str());
        assert!(!fades || indicator.half_life_days.is_some(), "{id}: what networks show fades");
        assert!(indicator.references.iter().all(|one| one.date.len() >= 4), "{id}");
    }
}

/// An indicator that is right but for its SQL.
fn with_sql(sql: &str) -> UserFile {
    let text = format!(
        r#"
id = "own"
title = "t"
stage = "employment"
tier = "T3"
kind = "subject"
group = "g"
tables = ["authentication"]
uses = ["attestation"]
window_days = 30
scope = "subject"
sees = "s"
why = "w"
innocent = ["travel"]
check = "c"
references = [{{ title = "t", publisher = "p", date = "2026" }}]
fraud_rate = {{ alpha = 1, beta = 9, source = "assumed: test", date = "2026" }}
honest_rate = {{ mean = 0.01, source = "assumed: test", date = "2026" }}
sentence = "{{subject}} {{value}}"
sql = '''{sql}'''
[[example]]
name = "e"
expect = ["W-1"]
[[counter_example]]
name = "c"
"#
    );
    UserFile { name: "own.toml".into(), text }
}

/// A question about authentication with one column and one condition of the test's choice.
fn question(value: &str, condition: &str) -> String {
    format!(
        "SELECT worker_id AS subject, min(time) AS first_seen, max(time) AS last_seen, {value} AS value, \
         cite(record_id, time) AS record_ids FROM w_authentication WHERE {condition} GROUP BY worker_id"
    )
}

async fn refusal(lake: &Lake, file: UserFile) -> Option<String> {
    let shipped = Catalogue::shipped().unwrap();
    let mut own = match Catalogue::read(std::slice::from_ref(&file)) {
        Ok(own) => own,
        Err(error) => return Some(error.to_string()),
    };
    own.indicators.retain(|id, _| !shipped.indicators.contains_key(id));
    own.inspect(lake.session()).await.err().map(|error| {
        assert!(matches!(error, Error::Refused(_)));
        assert_eq!(error.blame(), model::Blame::Environment);
        error.to_string()
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_deterministic_or_not_lawful_is_refused_and_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let count = "CAST(count(*) AS DOUBLE)";
    assert_eq!(
        refusal(&lake, with_sql(&question(count, "status = 'success' AND time <= $until"))).await,
        None
    );
    let is_own = "NOT same_country(src_country, coalesce(src_country, ''))";
    assert_eq!(refusal(&lake, with_sql(&question(count, is_own))).await, None);
    let refused = [
        (question("sum(src_lat)", "true"), "sum() of floats"),
        (question("avg(src_asn)", "true"), "avg() of floats"),
        (question("stddev(src_lat)", "true"), "of floats"),
        (question("sum(src_lat) OVER (PARTITION BY worker_id)", "true"), "own.toml"),
        (question("approx_distinct(src_ip)", "true"), "approx_distinct()"),
        (question("max(random())", "true"), "random()"),
        (question(count, "time < now()"), "now()"),
        (question(count, "time < current_date()"), "own.toml"),
        (question("max(uuid())", "true"), "uuid()"),
        (question("first_value(src_asn)", "true"), "first_value() without ORDER BY"),
        (question("last_value(src_asn)", "true"), "last_value() without ORDER BY"),
        (question("array_agg(src_asn)", "true"), "array_agg() without ORDER BY"),
        (format!("{} LIMIT 3", question(count, "true")), "LIMIT without ORDER BY"),
        (question(count, "src_country = 'KP'"), "no judgement by country"),
        (question(count, "src_country IN ('AA', 'BB')"), "no judgement by country"),
        (question(count, "lower(src_country) LIKE 'k%'"), "no judgement by country"),
        (question(count, "same_country(src_country, 'KP')"), "no judgement by country"),
        (question("max(CASE WHEN src_country = 'KP' THEN 1 ELSE 0 END)", "true"), "no judgement by country"),
        (
            "WITH a AS (SELECT *, upper(src_country) AS c FROM w_authentication) SELECT worker_id AS subject, \
             min(time) AS first_seen, max(time) AS last_seen, 1 AS value, cite(record_id, time) AS record_ids \
             FROM a WHERE c <> 'US' GROUP BY worker_id"
                .to_owned(),
            "no judgement by country",
        ),
        (question(count, "src_country IN (SELECT c FROM (VALUES ('KP')) v(c))"), "country"),
        (question(count, "EXISTS (SELECT 1 FROM worker x WHERE x.timezone <> 'UTC')"), "never above T4"),
        (question("1 AS nationality, 2", "true"), "nothing may read that"),
        (question(count, "EXISTS (SELECT 1 FROM vault)"), "table vault"),
        (question(count, "EXISTS (SELECT 1 FROM provenance)"), "table provenance"),
        (question(count, "EXISTS (SELECT 1 FROM w_wifi)"), "table wifi"),
        ("DROP TABLE worker".to_owned(), "own.toml"),
        ("INSERT INTO worker SELECT * FROM worker".to_owned(), "own.toml"),
        ("COPY worker TO 'file.csv'".to_owned(), "own.toml"),
        ("SELECT worker_id AS subject FROM w_authentication".to_owned(), "no column value"),
        ("SELECT nothing FROM w_authentication".to_owned(), "cannot be planned"),
        ("SELEC".to_owned(), "cannot be read"),
    ];
    for (sql, reason) in refused {
        let found = refusal(&lake, with_sql(&sql)).await.unwrap_or_else(|| panic!("not refused: {sql}"));
        assert!(found.contains(reason) && found.starts_with("own.toml: "), "{sql}\n{found}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_are_checked() {
    let folder = tempfile::tempdir().unwrap();
    let lake = lake(folder.path()).await;
    let right = with_sql(&question("CAST(count(*) AS DOUBLE)", "true"));
    let changes = [
        ("tier = \"T3\"", "tier = \"T9\"", "no tier"),
        ("innocent = [\"travel\"]", "innocent = [\"bad_luck\"]", "closed vocabulary"),
        ("innocent = [\"travel\"]", "innocent = []", "required"),
        ("stage = \"employment\"", "stage = \"someday\"", "no such stage"),
        ("id = \"own\"", "id = \"Own one\"", "lower-case"),
        ("id = \"own\"", "id = \"my-jiggler\"", "never do"),
        ("id = \"own\"", "id = \"ship-to-shared\"", "has it already"),
        ("mean = 0.01", "mean = 0.0", "rate out of range"),
        ("source = \"assumed: test\"", "source = \"\"", "without source"),
        ("{subject} {value}", "{subject} {other_thing}", "no column of that name"),
        ("expect = [\"W-1\"]", "", "innocent twin"),
        ("uses = [\"attestation\"]", "uses = [\"atestation\"]", "no such table"),
        ("window_days", "windowdays", "unknown field"),
    ];
    for (from, to, reason) in changes {
        assert!(right.text.contains(from), "{from}");
        let file = UserFile { name: "own.toml".into(), text: right.text.replace(from, to) };
        let found = refusal(&lake, file).await.unwrap_or_else(|| panic!("not refused: {to}"));
        assert!(found.contains(reason), "{to}\n{found}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_lake_says_what_is_missing_and_finds_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let mut lake = lake(folder.path()).await;
    assert!(evidence::facts::install(&mut lake).await.unwrap());
    assert!(!evidence::facts::install(&mut lake).await.unwrap(), "the same facts are not written twice");
    let catalogue = Catalogue::load(lake.session(), &[]).await.unwrap();
    let answers = evidence::ask(&lake, &catalogue, model::Time(0), None).await.unwrap();
    assert_eq!(answers.len(), catalogue.indicators.len());
    for answer in answers {
        assert!(answer.fired.is_empty() && answer.able.is_empty() && !answer.missing.is_empty());
    }
    let why =
        evidence::explain_why(&lake, &catalogue, model::Time(0), "ship-to-shared", "W-1").await.unwrap();
    assert_eq!(why.verdict, "it could not look: no records in shipment");
    assert!(evidence::explain_why(&lake, &catalogue, model::Time(0), "nothing", "W-1").await.is_err());
}

/// `docs/catalogue.md` says of every row of the domain catalogue what asks it, or why nothing does.
#[test]
fn every_row_of_the_domain_catalogue_is_asked_or_said_why_not() {
    let text = std::fs::read_to_string(root().join("docs/catalogue.md")).unwrap();
    let mut asked: std::collections::BTreeMap<String, BTreeSet<String>> = std::collections::BTreeMap::new();
    let mut rows = vec![];
    for line in text.lines().filter(|line| line.starts_with("| I-")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        assert!(cells.len() == 3 && cells[2].len() > 6, "{line}");
        rows.push(cells[0].to_owned());
        // a row that is asked holds names and nothing else
        let names: Vec<&str> = cells[2].split(", ").collect();
        if names.iter().all(|name| name.starts_with('`') && name.ends_with('`')) {
            let names = names.iter().map(|name| name.trim_matches('`').to_owned());
            asked.insert(cells[0].to_owned(), names.collect());
        }
    }
    let all: Vec<String> = (1..=150).map(|number| format!("I-{number:03}")).collect();
    assert_eq!(rows, all);
    let mut shipped: std::collections::BTreeMap<String, BTreeSet<String>> = std::collections::BTreeMap::new();
    for (id, indicator) in Catalogue::shipped().unwrap().indicators {
        let row = indicator.catalogue.unwrap_or_else(|| panic!("{id} names no row"));
        shipped.entry(row).or_default().insert(id);
    }
    assert_eq!(asked, shipped);
}
