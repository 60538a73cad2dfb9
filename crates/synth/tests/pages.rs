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
    let mut schemes = String::from("| Scheme | Cases | What happens |\n|---|---|---|\n");
    for scheme in synth::SCHEMES {
        writeln!(schemes, "| `{}` | {} | {} |", scheme.id, cases(scheme), scheme.text).unwrap();
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
    let page = replaced(&page, "levers", &levers());
    replaced(&page, "look-alikes", &kinds)
}

/// The numbers of a scheme's cases.
fn cases(scheme: &synth::Scheme) -> String {
    scheme.seeds.iter().map(|seed| format!("S{seed}")).collect::<Vec<_>>().join(", ")
}

/// What every lever of every scheme leaves, where, from when, how often, and who leaves the same in innocence.
fn levers() -> String {
    let mut out = String::from(
        "| Scheme | Cases | Lever | Tells | Exports | From | Rate | Source of the rate | Innocent twins |\n|---|---|---|---|---|---|---|---|---|\n",
    );
    let rates = synth::rates();
    for (scheme, lever) in
        synth::SCHEMES.iter().flat_map(|one| one.levers.iter().map(move |lever| (one, lever)))
    {
        let (name, rate, source) = match rates.get(lever.rate) {
            Some(one) => (format!("`{}`", lever.rate), format!("{:.2}", one.rate), one.source),
            None => ("always".to_owned(), "1".to_owned(), "what the scheme is"),
        };
        let tells: Vec<String> = lever.tells.iter().map(|tell| format!("`{tell}`")).collect();
        let of_tells =
            |id: &&str| synth::TELLS.iter().find(|(tell, ..)| tell == id).map(|(_, exports, _)| *exports);
        let mut exports: Vec<&str> = Vec::new();
        for export in lever.tells.iter().filter_map(of_tells).flatten().filter(|one| **one != "entra") {
            if !exports.contains(export) {
                exports.push(export);
            }
        }
        let kinds = synth::LOOK_ALIKES.iter().chain(synth::APPLICANT_LOOK_ALIKES);
        let twins: Vec<String> = kinds
            .filter(|kind| kind.resembles.iter().any(|tell| lever.tells.contains(tell)))
            .map(|kind| format!("`{}`", kind.id))
            .collect();
        assert!(!twins.is_empty(), "{}: nobody innocent leaves {:?}", scheme.id, lever.tells);
        writeln!(
            out,
            "| `{}` | {} | {name} | {} | {} | {} | {rate} | {source} | {} |",
            scheme.id,
            cases(scheme),
            tells.join(", "),
            exports.join(", "),
            lever.from,
            twins.join(", ")
        )
        .unwrap();
    }
    out
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
