//! The published JSON Schemas are those of the types that are printed. `UPDATE_SCHEMAS=1` writes them anew.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use serde_json::Value;

fn check(name: &str, now: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas").join(name);
    let mut text = serde_json::to_string_pretty(now).unwrap();
    text.push('\n');
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let published = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        published == text,
        "{name} is no longer what is printed; hint: UPDATE_SCHEMAS=1, then read the difference"
    );
}

#[test]
fn schemas_are_those_of_the_types() {
    check("check.schema.json", &app::report::person_schema());
    check("rejects.schema.json", &app::report::reject_schema());
}

#[test]
fn the_published_shape_has_every_promised_field() {
    let schema = app::report::person_schema();
    let properties = |of: &Value| {
        let fields = of.get("properties").and_then(Value::as_object);
        fields.map(|fields| fields.keys().cloned().collect::<Vec<_>>()).unwrap_or_default()
    };
    let person = properties(&schema);
    for field in [
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
    ] {
        assert!(person.iter().any(|known| known == field), "{field} is missing: {person:?}");
    }
    let finding = properties(schema.pointer("/$defs/Finding").unwrap_or(&Value::Null));
    for field in [
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
    ] {
        assert!(finding.iter().any(|known| known == field), "{field} is missing: {finding:?}");
    }
}
