//! What candidates handed in, as text: JSON lines with the candidate's id, or plain-text files. Documentation: none of a
//! vendor; `docs/exports/document.md` says how to make them of an applicant tracking system's attachments.

use model::tables::document as doc;
use model::{Cell, Record, UnitKey, tables};

use super::put;
use crate::frame;
use crate::json::{self, Value, get, str_of, text_at};
use crate::place;
use crate::reader::{JsonSource, Out};
use crate::recognise;
use crate::source::{Block, Framing, Parsed, Reader, Recognised, Sample, Source, SourceDoc};

/// Documents of candidates.
pub struct Document;

static DOC: SourceDoc = SourceDoc {
    title: "Documents of candidates (JSON lines with text, plain-text résumés)",
    documentation: "docs/exports/document.md",
    recognised_by: "objects with a candidate's id and a text, or plain text with the headings of a résumé",
    expects: &["candidate_id*", "file_name", "text*", "email", "uploaded_at"],
    fills: &["document"],
};

/// Characters of a text that are kept: a résumé has a tenth of it.
const TEXT_LIMIT: usize = 60_000;

const IDS: &[&str] = &["candidate_id", "applicant_id", "application_id", "person_id", "candidate"];
const FILES: &[&str] = &["file_name", "filename", "file", "document_name", "attachment_name", "name"];
const TEXTS: &[&str] =
    &["text", "content", "resume_text", "document_text", "extracted_text", "plain_text", "body", "resume"];
const KINDS: &[&str] = &["document_type", "type", "kind", "category", "attachment_type"];
const TIMES: &[&str] =
    &["uploaded_at", "created_at", "submitted_at", "received_at", "timestamp", "time", "date"];
const MAILS: &[&str] = &["email", "candidate_email", "applicant_email"];

impl Source for Document {
    fn kind(&self) -> &'static str {
        "document"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "document", "documents of candidates").or_else(|| plain(sample))
    }
}

fn first<'i>(event: Value<'_, 'i>, keys: &[&str]) -> Option<std::borrow::Cow<'i, str>> {
    keys.iter().find_map(|key| text_at(event, key))
}

fn body<'i>(event: Value<'_, 'i>) -> Option<&'i str> {
    TEXTS.iter().find_map(|key| get(event, key).and_then(str_of))
}

impl JsonSource for Document {
    fn kind(&self) -> &'static str {
        "document"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        let whose = first(event, IDS).is_some() || first(event, MAILS).is_some();
        let named = first(event, FILES).is_some() || first(event, KINDS).is_some();
        // a text that is an object in a string is an envelope, not a document
        let text =
            whose && named && body(event).is_some_and(|text| !text.trim_start().starts_with(['{', '[']));
        match text {
            true if first(event, IDS).is_some() => 88,
            true if body(event).is_some_and(|text| headings(text) >= 2) => 70,
            _ => 0,
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        if let Some(id) = first(event, &["document_id", "attachment_id"]) {
            out.identify(&id);
        }
        let Some(text) = body(event).map(str::trim).filter(|text| !text.is_empty()) else {
            return out.reject(Some("text"), "document without a text");
        };
        let time = TIMES.iter().filter_map(|key| get(event, key)).find_map(json::time);
        let mut record = out.record(&doc::TABLE, time);
        fill(text, &mut record);
        put(&mut record, event, &[(doc::email, &["candidate_email"]), (doc::email, &["email"])]);
        record.text(doc::applicant_id, first(event, IDS).as_deref());
        record.text(doc::file_name, first(event, FILES).as_deref());
        record.text(doc::document_type, first(event, KINDS).as_deref());
        out.push(record);
    }
}

/// The text and what stands in it.
fn fill(text: &str, record: &mut Record) {
    let mut kept = String::new();
    let mut characters = 0_i64;
    let mut is_cut = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let count = line.chars().count();
        characters += count as i64;
        if kept.len() + line.len() < TEXT_LIMIT {
            if !kept.is_empty() {
                kept.push('\n');
            }
            kept.extend(line.chars().filter(|c| !c.is_control()));
        } else {
            is_cut = true;
        }
    }
    record.text(doc::email, mail_in(&kept));
    record.text(doc::phone, phone_in(&kept).as_deref());
    if let Some(below) = references(&kept) {
        let own = mail_in(&kept);
        record.text(doc::reference_email, mail_in(below).filter(|mail| Some(*mail) != own));
        record.text(doc::reference_phone, phone_in(below).as_deref());
    }
    record.text(doc::document_type, Some(if is_letter(&kept) { "cover_letter" } else { "resume" }));
    record.text(doc::text, Some(&kept));
    record.int(doc::characters, Some(characters));
    record.bool(doc::is_cut, Some(is_cut));
}

/// What stands below the heading of the references, or behind it on its own line ("References: Ines Okafor, …").
fn references(text: &str) -> Option<&str> {
    let is_heading = |words: &str| {
        let bare = words.trim().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        HEADINGS.contains(&bare.as_str())
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let behind =
            line.split_once(':').filter(|(heading, rest)| is_heading(heading) && !rest.trim().is_empty());
        if let Some((heading, _)) = behind {
            return text.get(at + heading.len() + 1..);
        }
        at += line.len();
        if is_heading(line) {
            return text.get(at..);
        }
    }
    None
}

/// What the references stand under.
const HEADINGS: [&str; 5] = ["references", "reference", "professional references", "referees", "referenzen"];

fn mail_in(text: &str) -> Option<&str> {
    let edge = |c: char| {
        c.is_whitespace() || matches!(c, '|' | ',' | ';' | '(' | ')' | '<' | '>' | '[' | ']' | '•' | '·')
    };
    let words = text.split(edge).map(|word| word.trim_end_matches(['.', ':']).trim_start_matches("mailto:"));
    words.map(|word| word.rsplit(':').next().unwrap_or(word)).find(|word| {
        word.split_once('@').is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@') && host.len() > 3 && word.is_ascii()
        })
    })
}

/// A run of 10 to 15 digits with what people write between them, on one of the first lines.
fn phone_in(text: &str) -> Option<String> {
    let joins =
        |c: char| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | '-' | '.' | ' ' | '\u{a0}' | '–');
    for line in text.lines().take(25) {
        for run in line.split(|c| !joins(c)) {
            let run = run.trim_matches([' ', '.', '-', '–', '\u{a0}']);
            let digits = run.bytes().filter(u8::is_ascii_digit).count();
            // years of a job are no number: "2019 - 2023" has eight digits
            if (10..=15).contains(&digits) {
                return Some(run.to_owned());
            }
        }
    }
    None
}

fn is_letter(text: &str) -> bool {
    let head: String = text.chars().take(600).collect::<String>().to_lowercase();
    headings(text) < 2 && (head.contains("dear ") || head.contains("to whom it may concern"))
}

/// Headings of a résumé that stand alone on a line, or before a colon and what belongs to them.
fn headings(text: &str) -> usize {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "experience", "work experience", "professional experience", "employment", "employment history", "work history",
        "education", "skills", "technical skills", "core skills", "key skills", "summary", "professional summary", "profile",
        "objective", "projects", "certifications", "about me", "contact", "references", "career history", "qualifications",
        "publications", "achievements", "core competencies", "relevant experience", "academic background", "technologies",
        "berufserfahrung", "ausbildung", "kenntnisse", "experiencia", "formación", "educación", "habilidades",
        "expérience", "formation", "compétences", "career", "languages", "tools", "education and training", "about",
    ];
    let mut seen = std::collections::BTreeSet::new();
    let heads = text.lines().map(|line| line.split_once(": ").map_or(line, |(head, _)| head));
    for line in heads.filter(|line| line.len() <= 60) {
        let bare = line.trim().trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
        if let Some(word) = WORDS.iter().find(|word| **word == bare) {
            seen.insert(*word);
        }
    }
    seen.len()
}

/// A plain-text file that reads as a résumé or a letter of application.
fn plain(sample: &Sample<'_>) -> Option<Recognised> {
    let text = std::str::from_utf8(sample.bytes)
        .ok()
        .map_or_else(|| crate::value::text_of(sample.bytes), Into::into);
    if text.trim_start().starts_with(['{', '[', '<']) || text.len() < 120 {
        return None;
    }
    let found = headings(&text);
    let reached = mail_in(&text).is_some() || phone_in(&text).is_some();
    let letter = is_letter(&text) && text.to_lowercase().contains("sincerely") && reached;
    let confidence = match (found, reached) {
        (3.., _) => 60,
        (2, true) => 55,
        _ if letter => 40,
        _ => return None,
    };
    let why = match found {
        0 => "a letter of application".to_owned(),
        _ => format!("plain text with {found} headings of a résumé"),
    };
    let name = sample.name.rsplit(['/', '\\', '!']).next().unwrap_or_default().to_owned();
    let reader = PlainReader { candidate: place::candidate(sample.name), name };
    Some(Recognised { kind: "document", confidence, why, framing: Framing::Whole, reader: Box::new(reader) })
}

/// Reads a whole file as one document.
struct PlainReader {
    candidate: Option<String>,
    name: String,
}

impl Reader for PlainReader {
    fn read(&self, block: &Block) -> Parsed {
        let mut parsed = Parsed::default();
        let mut counted = (0, block.line);
        for range in frame::units(&block.bytes, Framing::Whole) {
            let unit = frame::unit_of(block, &range, &mut counted);
            let bytes = &block.bytes[range];
            parsed.units.push(unit);
            // two candidates may hand in the same file, word for word: that is two records
            let whose = self.candidate.as_deref().unwrap_or_default();
            let key = UnitKey::of_bytes(&[whose.as_bytes(), b"\x1f", bytes].concat());
            let mut record = Record::new(&doc::TABLE, key, 0, parsed.units.len() - 1);
            record.set(tables::SOURCE, Cell::Text("document".to_owned()));
            fill(&crate::value::text_of(bytes), &mut record);
            record.text(doc::applicant_id, self.candidate.as_deref());
            record.text(doc::file_name, Some(&self.name));
            parsed.records.push(record);
        }
        parsed
    }
}

#[cfg(test)]
mod tests {
    use super::{mail_in, references};

    #[test]
    fn references_stand_below_a_heading_or_behind_it() {
        let mail = |text: &'static str| references(text).and_then(mail_in);
        assert_eq!(mail("Skills\nReferences\nGordon Pell, g.pell@example.net"), Some("g.pell@example.net"));
        assert_eq!(
            mail("Skills\nReferences: Gordon Pell, CTO, g.pell@example.net"),
            Some("g.pell@example.net")
        );
        assert_eq!(mail("Wrote references: for nobody\nSkills"), None);
        assert_eq!(mail("References available upon request\nSkills"), None);
    }
}
