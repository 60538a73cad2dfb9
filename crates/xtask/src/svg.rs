//! A terminal's text as a drawing, for a page that shows no console.

use std::fmt::Write;

/// Size of one character cell and of the frame, in pixels.
const CELL_WIDTH: usize = 8;
const CELL_HEIGHT: usize = 18;
const MARGIN: usize = 16;
const BAR: usize = 32;

/// Draws the lines below a title bar, those wider than `columns` wrapped between words.
pub fn terminal(title: &str, lines: &[String], columns: usize) -> String {
    let lines: Vec<String> = lines.iter().flat_map(|line| wrapped(line, columns)).collect();
    let (width, height) = (columns * CELL_WIDTH + 2 * MARGIN, lines.len() * CELL_HEIGHT + BAR + MARGIN);
    let mut out = String::new();
    // a String takes every write
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"{}\">",
        escaped(title)
    );
    out.push_str("<style>text{font-family:ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace;font-size:13px;white-space:pre}</style>\n");
    let _ = writeln!(out, "<rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#14181f\"/>");
    for (at, colour) in ["#6b7280", "#6b7280", "#6b7280"].iter().enumerate() {
        let _ = writeln!(
            out,
            "<circle cx=\"{}\" cy=\"{}\" r=\"5\" fill=\"{colour}\"/>",
            MARGIN + 4 + at * 18,
            BAR / 2
        );
    }
    for (at, line) in lines.iter().enumerate() {
        if line.is_empty() {
            continue;
        }
        let colour = if line.starts_with("$ ") { "#8bd5ca" } else { "#d7dce5" };
        let length = line.chars().count() * CELL_WIDTH;
        let y = BAR + at * CELL_HEIGHT + 13;
        let _ = writeln!(
            out,
            "<text x=\"{MARGIN}\" y=\"{y}\" fill=\"{colour}\" textLength=\"{length}\" xml:space=\"preserve\">{}</text>",
            escaped(line)
        );
    }
    out.push_str("</svg>\n");
    out
}

/// A line in pieces of at most so many characters; those behind the first are set in.
fn wrapped(line: &str, columns: usize) -> Vec<String> {
    const INDENT: &str = "       ";
    let mut out = Vec::new();
    let mut rest = line.to_owned();
    while rest.chars().count() > columns {
        let end = rest.char_indices().nth(columns).map_or(rest.len(), |(at, _)| at);
        let body = rest.len() - rest.trim_start().len();
        let cut = rest[..end].rfind(' ').filter(|at| *at > body).unwrap_or(end);
        let tail = format!("{INDENT}{}", rest[cut..].trim_start());
        rest.truncate(cut);
        out.push(std::mem::replace(&mut rest, tail));
    }
    out.push(rest);
    out
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_drawn_line_by_line_and_escaped() {
        let lines = ["$ bonafide check demo".to_owned(), String::new(), "a < b & c".to_owned()];
        let drawn = terminal("check", &lines, 80);
        assert!(drawn.contains(">$ bonafide check demo</text>") && drawn.contains("a &lt; b &amp; c"));
        assert_eq!(drawn.matches("<text ").count(), 2, "empty lines are gaps");
        assert!(drawn.ends_with("</svg>\n"));
    }

    #[test]
    fn long_lines_are_wrapped_between_words_and_long_words_are_cut() {
        assert_eq!(wrapped("one two three", 20), ["one two three"]);
        assert_eq!(wrapped("one two three four five", 14), ["one two three", "       four", "       five"]);
        let cut = wrapped(&"x".repeat(30), 14);
        assert_eq!(cut.iter().map(|piece| piece.trim_start().len()).sum::<usize>(), 30);
        assert!(cut.iter().all(|piece| piece.len() <= 14), "{cut:?}");
    }
}
