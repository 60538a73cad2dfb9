//! What raw bytes show: account, tax-id and document numbers are hidden but for their last four characters. A number
//! is known by what the record holds, by the name beside it, or by its shape.

use sources::sheet;

/// Words in a key or column name beside which a number is an account's or a document's.
const NAMES: &[&str] = &[
    "account",
    "iban",
    "wallet",
    "ssn",
    "social",
    "tax",
    "taxpayer",
    "tin",
    "itin",
    "ein",
    "passport",
    "license",
    "licence",
    "national",
    "insurance",
    "document",
    "identity",
    "aadhaar",
    "card",
    "tracking",
];
/// Words that make such a name harmless: an account's type or a licence's name is no number.
const NO_NUMBER: &[&str] = &["type", "name", "holder", "currency", "status", "country", "date", "match"];

/// The text without account, tax-id and document numbers. `is_account` knows the numbers of the record itself.
#[must_use]
pub fn mask(raw: &str, is_account: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(raw.len());
    let is_break = |c: char| {
        matches!(c, '"' | ',' | ';' | '\t' | '|' | ':' | '{' | '}' | '[' | ']' | '<' | '>' | '\n' | '\\')
    };
    let mut name_hides = false;
    for piece in raw.split_inclusive(is_break) {
        let body = piece.trim_end_matches(is_break);
        let end = &piece[body.len()..];
        let inner = body.trim();
        let is_hidden =
            (inner.len() >= 4 && is_account(inner)) || is_number(inner) || (name_hides && has_digits(inner));
        if is_hidden {
            out.push_str(&body.replace(inner, &hidden(inner)));
        } else {
            out.push_str(body);
        }
        out.push_str(end);
        // A key speaks for its value; a cell says nothing of the next one.
        if !inner.is_empty() || end.contains([',', '\n', '}']) {
            let is_key = !end.contains([',', ';', '\t', '|', '\n', '}', ']']);
            name_hides = is_key && !is_hidden && names_number(inner);
        }
    }
    out
}

/// Whether a column or key of this name holds an account, tax-id or document number.
#[must_use]
pub fn names_number(name: &str) -> bool {
    if name.len() > 60 || sheet::refused(name).is_some_and(|why| is_document(&why)) {
        return name.len() <= 60;
    }
    let words = sheet::words(name);
    let has = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    has(NAMES) && !has(NO_NUMBER)
}

/// Refused columns that hold numbers; the others are refused for what they say of a person.
fn is_document(why: &str) -> bool {
    ["ssn", "id", "passport", "tax", "insurance", "security", "license", "aadhaar", "itin"]
        .iter()
        .any(|word| why.ends_with(word) || why.contains("social"))
}

fn has_digits(text: &str) -> bool {
    text.len() <= 60 && text.chars().filter(char::is_ascii_digit).count() >= 4
}

/// Numbers that are known by their shape wherever they stand.
fn is_number(text: &str) -> bool {
    is_tax_id(text) || is_iban(text) || is_card(text)
}

fn is_tax_id(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', ' ']).collect();
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    match parts[..] {
        [a, b, c] => digits(a, 3) && digits(b, 2) && digits(c, 4),
        [a, b] => text.contains('-') && digits(a, 2) && digits(b, 7),
        _ => false,
    }
}

/// An international account number: two letters, two check digits, and the remainder by 97 is one.
fn is_iban(text: &str) -> bool {
    let kept: Vec<u8> = text.bytes().filter(|b| *b != b' ').map(|b| b.to_ascii_uppercase()).collect();
    let fits = (15..=34).contains(&kept.len())
        && kept[..2].iter().all(u8::is_ascii_alphabetic)
        && kept[2..4].iter().all(u8::is_ascii_digit)
        && kept.iter().all(u8::is_ascii_alphanumeric);
    let rest = kept.iter().skip(4).chain(kept.iter().take(4)).fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter.saturating_sub(b'A')) + 10) % 97,
    });
    fits && rest == 1
}

/// A payment card: written in groups, with a right check digit. Long numbers without groups are ids of events.
fn is_card(text: &str) -> bool {
    let groups: Vec<&str> = text.split([' ', '-']).collect();
    let all_digits =
        groups.iter().all(|group| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit()));
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(at, digit)| if at % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { *digit })
        .sum();
    groups.len() >= 3 && all_digits && (13..=19).contains(&digits.len()) && sum.is_multiple_of(10)
}

fn hidden(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric()).count().saturating_sub(4);
    let mut seen = 0;
    let hide = |c: char| {
        seen += usize::from(c.is_alphanumeric());
        if c.is_alphanumeric() && seen <= kept { '•' } else { c }
    };
    text.chars().map(hide).collect()
}

/// One delimited row, with the cells of columns hidden whose header names such a number.
#[must_use]
pub fn mask_row(raw: &str, header: &[String], delimiter: u8) -> String {
    let hides: Vec<bool> = header.iter().map(|name| names_number(name)).collect();
    let delimiter = char::from(delimiter);
    let (mut out, mut cell, mut column, mut quoted) =
        (String::with_capacity(raw.len()), String::new(), 0, false);
    let give = |cell: &mut String, column: usize, out: &mut String| {
        let hide = hides.get(column).copied().unwrap_or(false) && has_digits(cell);
        out.push_str(&if hide { hidden(cell) } else { cell.clone() });
        cell.clear();
    };
    for c in raw.chars() {
        quoted ^= c == '"';
        if c == delimiter && !quoted {
            give(&mut cell, column, &mut out);
            out.push(c);
            column += 1;
        } else {
            cell.push(c);
        }
    }
    give(&mut cell, column, &mut out);
    out
}

/// The sample of a reject as it is kept: masked, or where no bytes may be kept only its shape.
#[must_use]
pub fn sample(text: &str, keeps_bytes: bool) -> String {
    let text = text.trim();
    if keeps_bytes {
        // A reject has no fields to know its numbers by: whatever is long enough to be one is hidden.
        return long_numbers(&mask(text, |_| false));
    }
    let shape = |c: char| match c {
        c if c.is_numeric() => '9',
        c if c.is_alphabetic() => 'x',
        c => c,
    };
    text.chars().map(shape).collect()
}

/// Hides runs of eight digits or more, in groups or not, but for the last four. Times and addresses have shorter ones.
fn long_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = String::new();
    let give = |run: &mut String, out: &mut String| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        let longest = run.split(' ').map(str::len).max().unwrap_or(0);
        let is_long = longest >= 8 || (digits >= 12 && run.contains(' '));
        out.push_str(&if is_long { hidden(run) } else { run.clone() });
        run.clear();
    };
    for c in text.chars() {
        let goes_on = c.is_ascii_digit() || (c == ' ' && !run.is_empty());
        if !goes_on {
            give(&mut run, &mut out);
            out.push(c);
        } else {
            run.push(c);
        }
    }
    give(&mut run, &mut out);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_hidden_wherever_they_stand() {
        let is_account = |piece: &str| piece.replace(' ', "") == "0202051";
        let row = "W-1,DE02 1203 0000 0000 2020 51,checking,0202051,123-45-6789,2026-01-02";
        assert_eq!(
            mask(row, is_account),
            "W-1,•••• •••• •••• •••• ••20 51,checking,•••2051,•••-••-6789,2026-01-02"
        );
        let json =
            r#"{"iban":"DE02120300000000202051","passportNumber":"X1234567","note":"x","uuid":"0f3c-88"}"#;
        let shown =
            r#"{"iban":"••••••••••••••••••2051","passportNumber":"••••4567","note":"x","uuid":"0f3c-88"}"#;
        assert_eq!(mask(json, |_| false), shown);
        assert_eq!(mask("5500 0055 5555 5559 at 2026-01-02", |_| false), "5500 0055 5555 5559 at 2026-01-02");
        assert_eq!(mask("a,5500 0055 5555 5559,b", |_| false), "a,•••• •••• •••• 5559,b");
    }

    #[test]
    fn elements_hide_what_their_names_say() {
        let xml = "<wd:Account_Number>4417200931</wd:Account_Number><wd:Hire_Date>2026-01-02</wd:Hire_Date>";
        let shown = mask(xml, |_| false);
        assert!(
            !shown.contains("4417200931") && shown.contains("0931") && shown.contains("2026-01-02"),
            "{shown}"
        );
    }

    #[test]
    fn what_is_no_number_stays() {
        let line = r#"{"published":"2026-06-30T12:00:00.000Z","ip":"203.0.113.5","accountType":"checking","id":"00u1234567"}"#;
        assert_eq!(mask(line, |_| false), line);
    }

    #[test]
    fn a_header_tells_what_a_cell_is() {
        let header: Vec<String> =
            ["Employee #", "National ID", "Start", "Bank Account"].map(str::to_owned).to_vec();
        let row = r#"10442,"12 345 678 901",2026-01-02,77712345"#;
        assert_eq!(mask_row(row, &header, b','), r#"10442,"•• ••• ••8 901",2026-01-02,••••2345"#);
    }

    #[test]
    fn samples_hide_long_numbers_or_keep_their_shape_alone() {
        assert_eq!(sample("W-1,12030000,checking", true), "W-1,••••0000,checking");
        assert_eq!(sample("2026-06-30T12:00:00Z 203.0.113.5", true), "2026-06-30T12:00:00Z 203.0.113.5");
        assert_eq!(sample("Ann,DE02 1203", false), "xxx,xx99 9999");
    }
}
