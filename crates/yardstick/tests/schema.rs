//! The shape of an evaluation stands in `schemas/`, as the code has it. After a change that is meant, run with
//! `UPDATE_SCHEMAS=1`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

#[test]
fn the_schema_is_what_the_code_writes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../schemas/evaluate.schema.json");
    let text = serde_json::to_string_pretty(&yardstick::schema()).unwrap() + "\n";
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(stored, text, "evaluate.schema.json is not what the code writes");
}
