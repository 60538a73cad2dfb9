//! Facts are data with a source and a date; none of them is about people's origin.

use model::refusal::refused_word;

use super::Finding;
use crate::repo::Tree;

/// Origin of people, beside what nothing may read anyway: a table of facts needs no country.
const ORIGIN: &[&str] = &["country", "nation", "iso", "region", "origin", "ethnic", "people"];

/// The one list of places: for the legal-review list, which weighs nothing and which no indicator can read (decision 0047).
const COUNSEL: (&str, &[&str]) = ("facts/embargoed_places.tsv", &["country", "region"]);

/// Tables of facts, and the table of rates behind made-up companies.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut out = Vec::new();
    for (path, text) in tree.texts(|path| path.starts_with("facts/") && path.ends_with(".tsv")) {
        table(path, text, ["source", "source_date"], &mut out);
    }
    for (path, text) in tree.texts(|path| path == "crates/synth/data/rates.tsv") {
        // its header is a comment
        let text = text.replacen("# key\t", "key\t", 1);
        table(path, &text, ["source", "date"], &mut out);
    }
    out
}

fn table(path: &str, text: &str, required: [&str; 2], out: &mut Vec<Finding>) {
    let mut rows = text.lines().enumerate().filter(|(_, line)| !line.starts_with('#') && !line.is_empty());
    let Some((at, header)) = rows.next() else {
        return out.push(Finding::new(path, 0, "a table without a header"));
    };
    let names: Vec<&str> = header.split('\t').collect();
    for name in &names {
        if path == COUNSEL.0 && COUNSEL.1.contains(name) {
            continue;
        }
        let is_origin = name.split('_').any(|part| ORIGIN.contains(&part));
        if let Some(word) = refused_word(name).or_else(|| is_origin.then_some("origin")) {
            out.push(Finding::new(path, at + 1, format!("column {name} ({word}): nothing may read that")));
        }
    }
    let place = |wanted: &str| names.iter().position(|name| *name == wanted);
    let [Some(source), Some(date)] = required.map(place) else {
        return out.push(Finding::new(
            path,
            at + 1,
            format!("needs the columns {} and {}", required[0], required[1]),
        ));
    };
    for (at, row) in rows {
        let cells: Vec<&str> = row.split('\t').collect();
        if cells.len() != names.len() {
            out.push(Finding::new(
                path,
                at + 1,
                format!("{} cells under {} headers", cells.len(), names.len()),
            ));
            continue;
        }
        if cells[source].trim().is_empty() {
            out.push(Finding::new(path, at + 1, "no source"));
        }
        if !is_date(cells[date]) {
            out.push(Finding::new(
                path,
                at + 1,
                format!("no date YYYY, YYYY-MM or YYYY-MM-DD: {:?}", cells[date]),
            ));
        }
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    (1..=3).contains(&parts.len()) && digits(parts[0], 4) && parts[1..].iter().all(|part| digits(part, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stand_in_the_list_for_counsel_alone() {
        let text = "country\tregion\tsource\tsource_date\nXX\t\ta\t2026\n";
        let of = |path: &'static str| check(&Tree::of(&[(path, text)])).len();
        assert_eq!((of(COUNSEL.0), of("facts/other.tsv")), (0, 2));
    }

    fn found(text: &str) -> Vec<String> {
        check(&Tree::of(&[("facts/a.tsv", text)])).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn every_row_has_a_source_and_a_date() {
        assert_eq!(found("# A.\nname\tsource\tsource_date\nx\tsomebody\t2026-08\n"), Vec::<String>::new());
        assert_eq!(found("name\tsource\tsource_date\nx\t\t2026-08\n"), ["no source"]);
        assert_eq!(found("name\tsource\tsource_date\nx\tsomebody\tlast year\n").len(), 1);
        assert_eq!(found("name\tsource\tsource_date\nx\tsomebody\n").len(), 1);
        assert_eq!(found("name\tsource\nx\tsomebody\n").len(), 1);
    }

    #[test]
    fn no_column_is_about_origin() {
        for bad in ["nationality", "country", "operator_country", "language", "keyboard_layout"] {
            let text = format!("name\t{bad}\tsource\tsource_date\nx\ty\tsomebody\t2026\n");
            assert_eq!(found(&text).len(), 1, "{bad}");
        }
    }
}
