//! `docs/worlds.md` lists what there is. `UPDATE_WORLDS=1` rewrites its tables.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::path::Path;

/// The text between `<!-- name -->` and `<!-- /name -->` replaced by a table.
fn replaced(page: &str, name: &str, table: &str) -> String {
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let (before, rest) = page.split_once(&open).unwrap_or_else(|| panic!("no mark {name}"));
    let (_, after) = rest.split_once(&close).unwrap();
    format!("{before}{open}\n{table}\n{close}{after}")
}

fn tables(page: &str) -> String {
    let mut schemes = String::from("| Scheme | What happens |\n|---|---|\n");
    for (id, text) in synth::schemes() {
        writeln!(schemes, "| `{id}` | {text} |").unwrap();
    }
    let mut tells = String::from("| Tell | Exports | What is seen |\n|---|---|---|\n");
    for (id, sources, text) in synth::TELLS {
        writeln!(tells, "| `{id}` | {} | {text} |", sources.join(", ")).unwrap();
    }
    let mut kinds = String::from("| Look-alike | Who | Resembles | Share of workers |\n|---|---|---|---|\n");
    for kind in synth::LOOK_ALIKES {
        let rate = synth::rates()[&*format!("look.{}", kind.id)].rate * 100.0;
        let resembles = kind.resembles.iter().map(|tell| format!("`{tell}`")).collect::<Vec<_>>().join(", ");
        writeln!(kinds, "| `{}` | {} | {resembles} | {rate:.1} % |", kind.id, kind.text).unwrap();
    }
    let mut applicants = String::from("| Look-alike | Who | Resembles |\n|---|---|---|\n");
    for kind in synth::APPLICANT_LOOK_ALIKES {
        let resembles = kind.resembles.iter().map(|tell| format!("`{tell}`")).collect::<Vec<_>>().join(", ");
        writeln!(applicants, "| `{}` | {} | {resembles} |", kind.id, kind.text).unwrap();
    }
    let page = &replaced(page, "applicants", &applicants);
    let page = replaced(page, "schemes", &schemes);
    let page = replaced(&page, "tells", &tells);
    replaced(&page, "look-alikes", &kinds)
}

#[test]
fn the_page_of_worlds_lists_what_there_is() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/worlds.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let wanted = tables(&page);
    if std::env::var_os("UPDATE_WORLDS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    assert!(
        page == wanted || std::env::var_os("UPDATE_WORLDS").is_some(),
        "docs/worlds.md is old: UPDATE_WORLDS=1 rewrites it"
    );
}
