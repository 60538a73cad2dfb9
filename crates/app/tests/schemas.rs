//! The shapes that leave as JSON stand in `schemas/`, as the code has them. A change there is a change for everybody
//! who reads our output; after looking at it, run with `UPDATE_SCHEMAS=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use serde_json::Value;

fn holds(name: &str, schema: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(name);
    let text = serde_json::to_string_pretty(schema).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()));
    assert_eq!(stored, text, "{name} is not what the code writes");
}

#[test]
fn schemas_are_what_the_code_writes() {
    holds("check.schema.json", &app::report::person_schema());
    holds("coverage.schema.json", &app::coverage::schema());
    holds("explain.schema.json", &app::explain::schema());
    holds("legal-review.schema.json", &app::legal::schema());
    holds("reject.schema.json", &app::report::reject_schema());
    holds("weights.schema.json", &app::weights::schema());
    holds("learning.schema.json", &app::weights::step_schema());
}

#[test]
fn the_schema_of_a_person_names_every_promised_key() {
    let schema = app::report::person_schema();
    let has = |schema: &Value, keys: &[&str]| {
        for key in keys {
            assert!(schema["properties"][key].is_object(), "{key}");
        }
        assert_eq!(schema["properties"].as_object().unwrap().len(), keys.len());
    };
    has(
        &schema,
        &[
            "schema_version",
            "population",
            "worker_id",
            "applicant_id",
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
        ],
    );
    has(
        &schema["$defs"]["Finding"],
        &[
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
        ],
    );
}
