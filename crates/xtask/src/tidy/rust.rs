//! Form of Rust files: their length, their functions, their first line, their slow tests.

use super::Finding;
use crate::repo::Tree;

/// Lines of a file.
const FILE_LINES: usize = 600;
/// Lines of a function, from its name to its last brace.
const FUNCTION_LINES: usize = 80;
/// Characters of a comment line; the formatter sees to code.
const COMMENT_CHARS: usize = 140;

/// Longer files, with the most lines they may have and why they are one file.
const LONGER: &[(&str, usize, &str)] = &[];

/// Longer functions: file, name and the most lines it may have. Cut them when next you are there.
const LONGER_FUNCTIONS: &[(&str, &str, usize)] =
    &[("crates/linkage/src/read.rs", "traces", 100), ("crates/sources/src/container.rs", "open_stream", 90)];

/// Form of every Rust file.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut out = Vec::new();
    for (path, text) in tree.texts(|path| path.ends_with(".rs")) {
        length(path, text, &mut out);
        first_line(path, text, &mut out);
        functions(path, text, &mut out);
        for (at, line) in text.lines().enumerate() {
            let body = line.trim_start();
            if body.starts_with("//") && line.chars().count() > COMMENT_CHARS {
                out.push(Finding::new(
                    path,
                    at + 1,
                    format!("a comment of more than {COMMENT_CHARS} characters"),
                ));
            }
            if body == "#[ignore]" {
                out.push(Finding::new(
                    path,
                    at + 1,
                    "a test is not ignored without a reason: #[ignore = \"long\"]",
                ));
            }
        }
    }
    out
}

fn length(path: &str, text: &str, out: &mut Vec<Finding>) {
    let lines = text.lines().count();
    let longer = LONGER.iter().find(|(longer, _, _)| *longer == path);
    let most = longer.map_or(FILE_LINES, |(_, most, _)| *most);
    if lines > most {
        out.push(Finding::new(
            path,
            0,
            format!("{lines} lines; at most {most}: cut it where the subject changes"),
        ));
    } else if longer.is_some() && lines <= FILE_LINES {
        out.push(Finding::new(path, 0, "no longer needs its exception in crates/xtask/src/tidy/rust.rs"));
    }
}

fn first_line(path: &str, text: &str, out: &mut Vec<Finding>) {
    if !text.starts_with("//! ") {
        out.push(Finding::new(path, 1, "begins with //! and a sentence that says what it is"));
    }
}

/// Functions by their indentation, as the formatter writes them. Those of tests may hold a long list of cases.
fn functions(path: &str, text: &str, out: &mut Vec<Finding>) {
    if path.contains("/tests/") {
        return;
    }
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let body = line.trim_start();
        let Some(name) = function_name(body) else { continue };
        let indent = &line[..line.len() - body.len()];
        let longer = LONGER_FUNCTIONS.iter().find(|(file, function, _)| *file == path && *function == name);
        let most = longer.map_or(FUNCTION_LINES, |(_, _, most)| *most);
        let end = lines[at..].iter().position(|next| next.strip_prefix(indent) == Some("}"));
        // a function on one line, or a declaration without a body, ends where it begins
        let is_short = line.ends_with('}') || line.ends_with(';');
        if let Some(length) = end.filter(|_| !is_short).map(|end| end + 1)
            && length > most
        {
            out.push(Finding::new(path, at + 1, format!("{name} has {length} lines; at most {most}")));
        }
    }
}

fn function_name(line: &str) -> Option<&str> {
    let mut rest = line;
    for word in ["pub(crate) ", "pub(super) ", "pub ", "const ", "async "] {
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    rest.strip_prefix("fn ")?.split(['(', '<']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        check(&Tree::of(&[("crates/a/src/a.rs", text)])).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn long_files_and_long_functions_are_found() {
        let head = "//! A file.\n";
        assert_eq!(found(head), Vec::<String>::new());
        assert_eq!(found(&format!("{head}{}", "//\n".repeat(FILE_LINES))).len(), 1);
        let body = "        x();\n".repeat(FUNCTION_LINES - 2);
        let whole = format!("{head}impl A {{\n    pub(crate) async fn go(&self) {{\n{body}    }}\n}}\n");
        assert_eq!(found(&whole), Vec::<String>::new());
        let longer = whole.replace("        x();\n    }", "        x();\n        y();\n    }");
        assert_eq!(
            found(&longer),
            [format!("go has {} lines; at most {FUNCTION_LINES}", FUNCTION_LINES + 1)]
        );
    }

    #[test]
    fn files_say_what_they_are_and_slow_tests_say_that_they_are() {
        assert_eq!(found("use a;\n").len(), 1);
        assert_eq!(found("//! A.\n#[ignore]\nfn a() {}\n").len(), 1);
        assert_eq!(found("//! A.\n#[ignore = \"long\"]\nfn a() {}\n"), Vec::<String>::new());
        assert_eq!(found(&format!("//! A.\n// {}\n", "long ".repeat(30))).len(), 1);
    }
}
