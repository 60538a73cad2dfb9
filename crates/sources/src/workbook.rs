//! Workbooks (`.xlsx`): each sheet as the CSV that a spreadsheet program would have written of it.
//!
//! Dates become ISO dates, numbers stand whole, formulas give their last value. What is hidden is read like the rest.

use std::io::{Read, Seek};

use crate::xml::{Tags, plain};

/// Most bytes of one part of a workbook.
const PART_LIMIT: u64 = 256 << 20;
/// Sheets beyond these are not looked at.
const SHEET_LIMIT: usize = 200;
/// Columns beyond these hold nothing that a table of people or things has.
const COLUMN_LIMIT: usize = 1_000;

/// Whether an archive is a workbook.
pub fn is_workbook<R: Read + Seek>(archive: &zip::ZipArchive<R>) -> bool {
    archive.index_for_name("xl/workbook.xml").is_some()
}

/// Gives each sheet with its name to `each`, in the order of the parts.
///
/// # Errors
/// Those of `each`.
pub fn sheets<R: Read + Seek, E>(
    archive: &mut zip::ZipArchive<R>,
    mut each: impl FnMut(&str, Vec<u8>) -> Result<(), E>,
) -> Result<(), E> {
    let book = part(archive, "xl/workbook.xml").unwrap_or_default();
    let words = part(archive, "xl/sharedStrings.xml").map(|xml| shared(&xml)).unwrap_or_default();
    let dated = part(archive, "xl/styles.xml").map(|xml| dates(&xml)).unwrap_or_default();
    let late = Tags::new(&book)
        .any(|tag| tag.name == "workbookPr" && matches!(tag.get("date1904"), Some("1" | "true")));
    let mut names: Vec<String> = archive
        .file_names()
        .filter(|name| {
            name.starts_with("xl/worksheets/") && name.ends_with(".xml") && !name.contains("_rels")
        })
        .map(str::to_owned)
        .collect();
    names.sort_by_key(|name| (name.len(), name.clone()));
    names.truncate(SHEET_LIMIT);
    for name in names {
        let Some(xml) = part(archive, &name) else { continue };
        let csv = Sheet { words: &words, dated: &dated, epoch: if late { 24_107 } else { 25_569 } }.csv(&xml);
        let label = name.rsplit('/').next().unwrap_or(&name).trim_end_matches(".xml");
        each(label, csv)?;
    }
    Ok(())
}

fn part<R: Read + Seek>(archive: &mut zip::ZipArchive<R>, name: &str) -> Option<String> {
    let mut bytes = Vec::new();
    archive.by_name(name).ok()?.take(PART_LIMIT).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The table of texts that cells point into.
fn shared(xml: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut phonetic = false;
    for tag in Tags::new(xml) {
        match tag.name {
            "si" if !tag.is_end => out.push(String::new()),
            // how a text is read aloud is no part of it
            "rPh" => phonetic = !tag.is_end && !tag.is_alone,
            "t" if !tag.is_end && !phonetic => {
                if let Some(last) = out.last_mut() {
                    last.push_str(&plain(tag.text));
                }
            }
            _ => {}
        }
    }
    out
}

/// By cell format: whether it shows a date.
fn dates(xml: &str) -> Vec<bool> {
    let mut own = Vec::new();
    let mut out = Vec::new();
    let mut within = false;
    for tag in Tags::new(xml) {
        match tag.name {
            "numFmt" => {
                let code = tag.get("formatCode").unwrap_or_default().to_lowercase();
                let bare: String = code.split('"').step_by(2).collect();
                let bare: String =
                    bare.split('[').map(|part| part.split(']').next_back().unwrap_or(part)).collect();
                if bare.contains(['y', 'd']) || bare.contains("h:mm") {
                    own.extend(tag.get("numFmtId").map(str::to_owned));
                }
            }
            "cellXfs" => within = !tag.is_end,
            "xf" if within && !tag.is_end => {
                let id = tag.get("numFmtId").unwrap_or_default();
                let shipped = matches!(id.parse::<u32>(), Ok(14..=22 | 27..=36 | 45..=47 | 50..=58));
                out.push(shipped || own.iter().any(|known| known == id));
            }
            _ => {}
        }
    }
    out
}

struct Sheet<'b> {
    words: &'b [String],
    dated: &'b [bool],
    /// 1970-01-01 as the workbook counts days.
    epoch: i64,
}

impl Sheet<'_> {
    fn csv(&self, xml: &str) -> Vec<u8> {
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut row: Vec<String> = Vec::new();
        let (mut at, mut kind, mut style) = (0, "", 0);
        for tag in Tags::new(xml) {
            match tag.name {
                "row" if tag.is_end => rows.push(std::mem::take(&mut row)),
                "c" if !tag.is_end => {
                    at = tag.get("r").and_then(column).unwrap_or(row.len());
                    kind = tag.get("t").unwrap_or("n");
                    style = tag.get("s").and_then(|text| text.parse().ok()).unwrap_or(0);
                }
                "v" | "t" if !tag.is_end && at < COLUMN_LIMIT => {
                    let text = match (tag.name, kind) {
                        ("v", "s") => {
                            let index: Option<usize> = tag.text.trim().parse().ok();
                            index.and_then(|index| self.words.get(index)).cloned().unwrap_or_default()
                        }
                        ("v", "b") => if tag.text.trim() == "1" { "TRUE" } else { "FALSE" }.to_owned(),
                        ("v", "n") => self.number(tag.text.trim(), style),
                        ("v", "e") => String::new(),
                        _ => plain(tag.text),
                    };
                    if row.len() <= at {
                        row.resize(at + 1, String::new());
                    }
                    row[at].push_str(&text);
                }
                _ => {}
            }
        }
        rows.push(row);
        // empty cells at the end of a row are not written: the rows of a table are all as wide as its header
        let width = rows.iter().map(Vec::len).max().unwrap_or(0);
        let mut out = Vec::new();
        for row in rows.iter().filter(|row| row.iter().any(|cell| !cell.is_empty())) {
            line(row, width, &mut out);
        }
        out
    }

    fn number(&self, text: &str, style: usize) -> String {
        let Ok(value) = text.parse::<f64>() else { return text.to_owned() };
        if self.dated.get(style) == Some(&true) && (0.0..200_000.0).contains(&value) {
            let seconds = (value * 86_400.0).round() as i64 - self.epoch * 86_400;
            let time = model::Time::from_seconds(seconds).to_string();
            let day = time.get(..10).unwrap_or(&time);
            return if value.fract() == 0.0 { day.to_owned() } else { time };
        }
        // an account number must not come out as 1.2E11
        if value.fract() == 0.0 && value.abs() < 9.0e15 { format!("{value:.0}") } else { text.to_owned() }
    }
}

/// Index of the column in `AB12`.
fn column(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take_while(u8::is_ascii_alphabetic);
    let number =
        letters.take(4).fold(0_usize, |sum, b| sum * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1);
    number.checked_sub(1)
}

fn line(row: &[String], width: usize, out: &mut Vec<u8>) {
    for (at, cell) in row.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        if cell.contains([',', '"', '\n', '\r', ';', '\t']) {
            out.push(b'"');
            out.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            out.push(b'"');
        } else {
            out.extend_from_slice(cell.as_bytes());
        }
    }
    out.extend(std::iter::repeat_n(b',', width.saturating_sub(row.len().max(1))));
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_of_every_kind_become_text() {
        let words = shared(
            "<sst><si><t>Name</t></si><si><r><t>Hire </t></r><r><t>Date</t></r><rPh><t>x</t></rPh></si></sst>",
        );
        assert_eq!(words, ["Name", "Hire Date"]);
        let dated = dates(
            "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy\"/></numFmts>\
             <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>",
        );
        assert_eq!(dated, [false, true, true]);
        let xml = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"C1\" t=\"s\"><v>1</v></c></row>\
                   <row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>Okafor, Ines &amp; Co</t></is></c><c r=\"B3\"><v>1.23456789012E11</v></c>\
                   <c r=\"C3\" s=\"1\"><v>45719</v></c><c r=\"D3\" t=\"b\"><v>1</v></c><c r=\"E3\" s=\"2\"><v>45719.5</v></c></row></sheetData></worksheet>";
        let csv = Sheet { words: &words, dated: &dated, epoch: 25_569 }.csv(xml);
        assert_eq!(
            String::from_utf8(csv).unwrap(),
            "Name,,Hire Date,,\n\"Okafor, Ines & Co\",123456789012,2025-03-03,TRUE,2025-03-03T12:00:00Z\n"
        );
    }

    #[test]
    fn a_damaged_part_ends_where_it_ends() {
        let csv = Sheet { words: &[], dated: &[], epoch: 25_569 }
            .csv("<row><c r=\"A1\"><v>7</v></c><c r=\"ZZZZ1\"><v>8</v></c><c t=\"s\"><v>9</v>");
        assert_eq!(String::from_utf8(csv).unwrap(), "7,\n");
    }
}
