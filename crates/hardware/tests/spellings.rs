//! Every known descriptor and display, written in every spelling that tools have for bytes: one answer a line, the same
//! in all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use hardware::finding::Grade;
use hardware::{facts, hex, judge, readers};

type Spelling = (&'static str, fn(&[u8]) -> String);

fn joined(bytes: &[u8], write: impl Fn(u8) -> String, between: &str) -> String {
    bytes.iter().map(|byte| write(*byte)).collect::<Vec<_>>().join(between)
}

fn two(byte: u8) -> String {
    format!("{byte:02x}")
}

fn prefixed(byte: u8) -> String {
    format!("0x{byte:02X}")
}

const SPELLINGS: [Spelling; 22] = [
    ("plain", hex::write),
    ("capitals", |bytes| hex::write(bytes).to_uppercase()),
    ("blanks", |bytes| joined(bytes, two, " ")),
    ("colons", |bytes| joined(bytes, two, ":")),
    ("dashes", |bytes| joined(bytes, two, "-")),
    ("commas", |bytes| joined(bytes, two, ",")),
    ("prefixes", |bytes| joined(bytes, prefixed, ", ")),
    ("prefixes without blanks", |bytes| joined(bytes, prefixed, ",")),
    ("one prefix", |bytes| format!("0x{}", hex::write(bytes))),
    ("escapes", |bytes| joined(bytes, |byte| format!("\\x{byte:02x}"), "")),
    ("escapes of Python", |bytes| format!("b'{}'", joined(bytes, |byte| format!("\\x{byte:02x}"), ""))),
    ("braces", |bytes| format!("{{{}}};", joined(bytes, prefixed, ", "))),
    ("brackets", |bytes| format!("[{}]", joined(bytes, prefixed, ", "))),
    ("angles", |bytes| format!("<{}>", hex::write(bytes))),
    ("quotes", |bytes| format!("\"{}\",", hex::write(bytes))),
    ("decimal", |bytes| joined(bytes, |byte| byte.to_string(), " ")),
    ("decimal with commas", |bytes| joined(bytes, |byte| byte.to_string(), ", ")),
    ("label and tab", |bytes| format!("host 7\tdesk\t{}", hex::write(bytes))),
    ("label and colon", |bytes| format!("desk: {}", joined(bytes, two, " "))),
    ("label and blank", |bytes| format!("desk {}", joined(bytes, two, " "))),
    ("ids before it", |bytes| format!("1d6b:0104 {}", hex::write(bytes))),
    ("remark behind it", |bytes| format!("{}  # desk 3", hex::write(bytes))),
];

type Encoding = (&'static str, fn(&str) -> Vec<u8>);

const ENCODINGS: [Encoding; 5] = [
    ("as it is", |text| text.as_bytes().to_vec()),
    ("ends of Windows", |text| text.replace('\n', "\r\n").into_bytes()),
    ("a mark", |text| [b"\xef\xbb\xbf", text.as_bytes()].concat()),
    ("UTF-16", |text| [&[0xff, 0xfe][..], &wide(&text.replace('\n', "\r\n"))].concat()),
    ("empty lines", |text| text.replace('\n', "\n\n").into_bytes()),
];

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn known() -> Vec<Vec<u8>> {
    let rows = facts::descriptors().iter().map(|fact| fact.get("descriptor"));
    let displays = facts::displays().iter().map(|fact| fact.get("edid"));
    rows.chain(displays).filter_map(hex::parse).collect()
}

fn grades(bytes: &[u8]) -> Vec<Grade> {
    let read = readers::read(bytes).map(|read| read.devices).unwrap_or_default();
    read.iter().map(|seen| judge::judge(seen).grade).collect()
}

#[test]
fn every_spelling_has_one_answer_a_line_and_the_same() {
    let known = known();
    assert!(known.len() > 40);
    let expected: Vec<Grade> = known.iter().flat_map(|bytes| grades(bytes)).collect();
    assert_eq!(expected.len(), known.len(), "one answer a binary file");
    assert!(expected.contains(&Grade::Kvm) && expected.contains(&Grade::Ordinary));
    for (spelling, write) in SPELLINGS {
        let text: String = known.iter().map(|bytes| write(bytes) + "\n").collect();
        for (encoding, encode) in ENCODINGS {
            assert_eq!(grades(&encode(&text)), expected, "{spelling}, {encoding}");
        }
        for (bytes, expected) in known.iter().zip(&expected) {
            assert_eq!(grades(write(bytes).as_bytes()), [*expected], "{spelling}, a line by itself");
        }
    }
    println!(
        "{} descriptors and displays in {} spellings and {} encodings",
        known.len(),
        SPELLINGS.len(),
        ENCODINGS.len()
    );
}

#[test]
fn what_a_tool_padded_behind_a_descriptor_changes_nothing() {
    for fact in facts::descriptors() {
        let bytes = hex::parse(fact.get("descriptor")).unwrap();
        let expected = grades(&bytes);
        for padding in [&[0u8; 64][..], b"\n", &[0, 0, 10]] {
            assert_eq!(grades(&[&bytes, padding].concat()), expected, "{fact:?}");
        }
    }
}
