//! Every fixture is recognised as its own source by all of them together, and gives the records of its snapshot.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::path::{Path, PathBuf};

fn fixtures() -> Vec<(String, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut out = Vec::new();
    for folder in std::fs::read_dir(&root).unwrap() {
        let folder = folder.unwrap().path();
        for file in std::fs::read_dir(&folder).unwrap() {
            let kind = folder.file_name().unwrap().to_string_lossy().into_owned();
            out.push((kind, file.unwrap().path()));
        }
    }
    out.sort();
    out
}

#[test]
fn every_fixture_is_its_own_source_and_gives_its_snapshot() {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        for (kind, path) in fixtures() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if kind == "generic" {
                continue;
            }
            let bytes = std::fs::read(&path).unwrap();
            let read = common::read("export", &bytes);
            assert_eq!(read.kind, kind, "{name}: {:?}", read.problems);
            insta::assert_snapshot!(format!("{kind}-{}", name.replace('.', "-")), common::shown(&read));
        }
    });
}

/// A file is known by its content: neither its name nor how it was packed makes a difference.
#[test]
fn names_and_encodings_change_nothing() {
    for (kind, path) in fixtures().into_iter().filter(|(kind, _)| kind != "generic") {
        let bytes = std::fs::read(&path).unwrap();
        let Ok(text) = String::from_utf8(bytes.clone()) else { continue };
        let plain = common::shown(&common::read("export", &bytes));
        let wide = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        let forms = [
            ("misleading name", bytes.clone()),
            ("UTF-8 with a mark", [&b"\xef\xbb\xbf"[..], &bytes].concat()),
            ("UTF-16 with a mark", [&b"\xff\xfe"[..], &wide(u16::to_le_bytes)].concat()),
            ("UTF-16 without a mark", wide(u16::to_le_bytes)),
            ("UTF-16, big end first", [&b"\xfe\xff"[..], &wide(u16::to_be_bytes)].concat()),
            ("zstd", zstd::encode_all(&bytes[..], 1).unwrap()),
        ];
        for (form, packed) in forms {
            // (Which host a log is of may come from its name, and what it is does not: this name names none.)
            let name = "okta_roster_pay_shipment.json";
            let name = if kind == "document" { "export" } else { name };
            let read = common::read(name, &packed);
            assert_eq!(common::shown(&read), plain, "{kind}/{}: {form}", path.display());
        }
    }
}
