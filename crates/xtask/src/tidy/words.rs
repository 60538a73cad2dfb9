//! What no text of ours holds: leftovers, paths of somebody's machine, names of registry hosts, invisible rubbish.

use super::{Finding, is_foreign};
use crate::repo::Tree;

/// A piece of text that may not occur.
struct Refused {
    /// The text, written in pieces so that this file does not hold it.
    pieces: &'static [&'static str],
    /// Whether it counts only as a word of its own.
    word: bool,
    why: &'static str,
    /// Files that may hold it.
    except: &'static [&'static str],
}

const fn word(pieces: &'static [&'static str], why: &'static str) -> Refused {
    Refused { pieces, word: true, why, except: &[] }
}

const fn part(
    pieces: &'static [&'static str],
    why: &'static str,
    except: &'static [&'static str],
) -> Refused {
    Refused { pieces, word: false, why, except }
}

const LEFT: &str = "finish it, or write it down in docs/gaps.md";
const MACHINE: &str = "a path of one machine; the reader has another";
const HOST: &str = "a registry's host; name the package instead";

const REFUSED: &[Refused] = &[
    word(&["TO", "DO"], LEFT),
    word(&["FIX", "ME"], LEFT),
    word(&["XX", "X"], LEFT),
    part(&["db", "g!("], "left over from a search for an error", &[]),
    part(&["to", "do!("], LEFT, &[]),
    part(&["unimple", "mented!("], LEFT, &[]),
    part(&["<<<<", "<<< "], "a merge that was not finished", &[]),
    part(&[">>>>", ">>> "], "a merge that was not finished", &[]),
    part(&["/wo", "rk/"], MACHINE, &[]),
    part(
        &["/ro", "ot/"],
        MACHINE,
        &[
            // what a tampering command names on the made-up laptop
            "crates/synth/src/schemes/day_one.rs",
        ],
    ),
    part(&["crates", ".io"], HOST, &[]),
    part(&["pypi", ".org"], HOST, &[]),
    part(&["npmjs", ".org"], HOST, &[]),
];

const TEXTS: &[&str] =
    &["rs", "toml", "md", "sql", "sh", "tsv", "csv", "yml", "json", "txt", "svg", "gitignore", "run"];

/// Words and invisible characters.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let wanted = |path: &str| {
        let ending = path.rsplit(['.', '/']).next().unwrap_or(path);
        TEXTS.contains(&ending) && !is_foreign(path)
    };
    let mut out = Vec::new();
    for (path, text) in tree.texts(wanted) {
        // not lines(), which would hide carriage returns
        for (at, line) in text.split('\n').enumerate() {
            let mut found = |what: String| out.push(Finding::new(path, at + 1, what));
            for refused in REFUSED.iter().filter(|refused| !refused.except.contains(&path)) {
                let needle = refused.pieces.concat();
                if holds(line, &needle, refused.word) {
                    found(format!("{needle}: {}", refused.why));
                }
            }
            // empty cells at the end of a row of tab-separated values are no rubbish
            let is_sheet = path.ends_with(".tsv");
            if line.ends_with(' ') || line.ends_with('\t') && !is_sheet {
                found("space at the end of the line".into());
            }
            if line.contains('\t') && !is_sheet {
                found("a tab".into());
            }
            if line.contains('\r') {
                found("a carriage return".into());
            }
        }
        // the formatter sees to the ends of Rust files
        let is_badly_ended = !text.ends_with('\n') || text.ends_with("\n\n");
        if !text.is_empty() && !path.ends_with(".rs") && is_badly_ended {
            out.push(Finding::new(
                path,
                text.lines().count(),
                "ends with one line break, neither none nor two",
            ));
        }
    }
    out.extend(idle(tree));
    out
}

/// Exceptions that nobody needs any more.
fn idle(tree: &Tree) -> Vec<Finding> {
    let mut out = Vec::new();
    for refused in REFUSED {
        let needle = refused.pieces.concat();
        for path in refused.except {
            let is_needed = |text: &String| text.lines().any(|line| holds(line, &needle, refused.word));
            let is_there = tree.files.get(*path);
            if is_there.is_some_and(|file| !file.text.as_ref().is_some_and(is_needed)) {
                out.push(Finding::new(
                    path,
                    0,
                    format!("excepted from the rule about {needle}, and free of it"),
                ));
            }
        }
    }
    out
}

fn holds(line: &str, needle: &str, is_word: bool) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(needle).any(|(at, _)| {
        let (before, after) = (line[..at].chars().next_back(), line[at + needle.len()..].chars().next());
        !is_word || !letter(before) && !letter(after)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)])).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn leftovers_and_paths_are_found_and_words_inside_words_are_not() {
        let left = ["TO", "DO"].concat();
        assert_eq!(found("a.rs", &format!("// {left}: later\n")).len(), 1);
        assert_eq!(found("a.rs", &format!("let {left}_LIST = 1;\n")), Vec::<String>::new());
        assert_eq!(found("docs/a.md", &["see /wo", "rk/main\n"].concat()).len(), 1);
        assert_eq!(found("a.rs", &["db", "g!(x);\n"].concat()).len(), 1);
        assert_eq!(found("crates/s/fixtures/a.csv", &format!("{left} \r\n")), Vec::<String>::new());
    }

    #[test]
    fn invisible_rubbish_is_found() {
        assert_eq!(found("a.md", "text \n"), ["space at the end of the line"]);
        assert_eq!(found("a.md", "text").len(), 1);
        assert_eq!(found("a.md", "text\n\n").len(), 1);
        assert_eq!(found("a.rs", "\tlet x;\n"), ["a tab"]);
        assert_eq!(found("a.tsv", "a\tb\t\n"), Vec::<String>::new());
        assert_eq!(found("a.md", "text\r\n").len(), 1);
    }
}
