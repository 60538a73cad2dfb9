//! Framing: however the bytes arrive, the same units come out; containers give back what was packed.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::io::{Cursor, Read, Write};

use proptest::prelude::*;
use sources::{Framing, container, frame};

/// Gives its bytes in pieces.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: Vec<usize>,
    at: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let size = self.sizes.get(self.at % self.sizes.len().max(1)).copied().unwrap_or(1).max(1);
        self.at += 1;
        let count = size.min(out.len()).min(self.bytes.len());
        out[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes = &self.bytes[count..];
        Ok(count)
    }
}

/// Offset, line and bytes of a unit.
type Cut = (u64, u64, Vec<u8>);

/// The units, and the rejects.
fn cut(bytes: &[u8], framing: Framing, sizes: Vec<usize>, block: usize) -> (Vec<Cut>, Vec<String>) {
    let (mut out, mut rejects) = (Vec::new(), Vec::new());
    for item in frame::Framer::with_sizes(Pieces { bytes, sizes, at: 0 }, framing, block, 1 << 16) {
        match item {
            Ok(block) => {
                let mut counted = (0, block.line);
                for range in frame::units(&block.bytes, framing) {
                    let unit = frame::unit_of(&block, &range, &mut counted);
                    out.push((unit.offset, unit.line, block.bytes[range].to_vec()));
                }
            }
            Err(reject) => {
                rejects.push(format!("{} {} {}", reject.unit.offset, reject.unit.line, reject.reason))
            }
        }
    }
    (out, rejects)
}

const FRAMINGS: [Framing; 5] = [
    Framing::JsonLines,
    Framing::JsonValues,
    Framing::Sheet { delimiter: b',' },
    Framing::Lines,
    Framing::Whole,
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn any_split_gives_the_same_units(
        text in r#"([\[\]{},"\\ \r\n:a1]|\{"value":\[|\{"a":1\}){0,120}"#,
        sizes in prop::collection::vec(1_usize..9, 1..6),
        block in 1_usize..64,
        at in 0_usize..120,
        depth in 1_usize..4,
    ) {
        for framing in FRAMINGS.into_iter().chain([Framing::JsonWithin { at, depth }]) {
            let whole = cut(text.as_bytes(), framing, vec![1 << 20], 1 << 20);
            let split = cut(text.as_bytes(), framing, sizes.clone(), block);
            prop_assert_eq!(&whole, &split, "{:?}", framing);
            for (offset, line, bytes) in &whole.0 {
                let at = *offset as usize;
                prop_assert_eq!(&text.as_bytes()[at..at + bytes.len()], &bytes[..]);
                prop_assert_eq!(*line, 1 + text.as_bytes()[..at].iter().filter(|b| **b == b'\n').count() as u64);
            }
        }
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let sample = sources::Sample { name: "x", bytes: &bytes };
        let _ = sources::recognise(&sample, &[]);
        for framing in FRAMINGS {
            let reader = sources::reader::JsonReader::new(framing);
            for block in frame::Framer::new(&bytes[..], framing).flatten() {
                sources::Reader::read(&reader, &block);
            }
        }
        let opened = container::open("x", Cursor::new(&bytes), |member| {
            std::io::copy(member.reader, &mut std::io::sink()).map(|_| ())
        });
        prop_assert!(opened.is_ok());
    }
}

#[test]
fn long_and_cut_units_are_rejected_and_the_rest_kept() {
    let long = format!("a\n{}\nb", "x".repeat(70_000));
    let (units, rejects) = cut(long.as_bytes(), Framing::Lines, vec![4096], 100);
    assert_eq!(units.iter().map(|u| (u.1, u.2.as_slice())).collect::<Vec<_>>(), [(1, &b"a"[..]), (3, b"b")]);
    assert_eq!(rejects, ["2 2 unit longer than the limit"]);
    let (units, rejects) = cut(b"[{\"a\":1},\n{\"b\":", Framing::JsonValues, vec![3], 100);
    assert_eq!(units.len(), 1);
    assert_eq!(rejects, ["10 2 value cut short at the end of the stream"]);
}

fn opened(bytes: Vec<u8>) -> (Vec<(String, String)>, Vec<String>) {
    let mut out = Vec::new();
    let problems = container::open("in", Cursor::new(bytes), |member| {
        let mut text = Vec::new();
        member.reader.read_to_end(&mut text)?;
        out.push((member.name, String::from_utf8_lossy(&text).into_owned()));
        Ok::<_, std::io::Error>(())
    });
    (out, problems.unwrap().into_iter().map(|problem| problem.reason).collect())
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn containers_are_opened_by_their_bytes() {
    let plain = |text: &str| (vec![("in".to_owned(), text.to_owned())], Vec::<String>::new());
    assert_eq!(opened(b"hello".to_vec()), plain("hello"));
    assert_eq!(opened([gzip(b"he"), gzip(b"llo")].concat()), plain("hello"));
    assert_eq!(opened(zstd::encode_all(&b"hello"[..], 1).unwrap()), plain("hello"));
    assert_eq!(opened(b"\xff\xfeh\0\xe9\0".to_vec()), plain("hé"));
    assert_eq!(opened(b"\xfe\xff\0h\0i".to_vec()), plain("hi"));
    assert_eq!(opened(b"\xef\xbb\xbfhi".to_vec()), plain("hi"));
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in [("a.csv", b"x".to_vec()), ("../b", gzip(b"y"))] {
        archive.start_file(name, options).unwrap();
        archive.write_all(&bytes).unwrap();
    }
    let (members, problems) = opened(archive.finish().unwrap().into_inner());
    assert_eq!(members, [("in!a.csv".into(), "x".into()), ("in!../b".into(), "y".into())]);
    assert!(problems.is_empty());
}

#[test]
fn damaged_archives_give_what_can_be_read_and_a_problem() {
    let text = (0..20_000).map(|n| format!("{n}\n")).collect::<String>();
    let mut cut = gzip(text.as_bytes());
    cut.truncate(cut.len() / 2);
    let (members, problems) = opened(cut);
    assert!(members[0].1.len() > 1_000 && text.starts_with(&members[0].1));
    assert_eq!(problems, ["compressed stream is cut short"]);
    assert_eq!(opened(b"PK\x03\x04broken".to_vec()).1, ["zip archive is damaged or cut short"]);
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn nested_encrypted_and_foreign_archives_are_told_apart() {
    let inner = zipped(&[("b.csv", b"x")]);
    let (members, problems) = opened(zipped(&[("inner.zip", &inner), ("a.csv", b"y")]));
    assert_eq!(members, [("in!inner.zip!b.csv".into(), "x".into()), ("in!a.csv".into(), "y".into())]);
    assert_eq!(problems, Vec::<String>::new());
    let deep = (0..8).fold(inner, |inner, _| zipped(&[("inner.zip", &inner)]));
    assert_eq!(opened(deep).1, ["zip within an archive is nested too deep or too large"]);

    // the flag for encryption, in the local header and in the directory
    let mut locked = zipped(&[("a.csv", b"y")]);
    let directory = locked.windows(4).position(|w| w == b"PK\x01\x02").unwrap();
    locked[6] |= 1;
    locked[directory + 8] |= 1;
    assert_eq!(opened(locked).1, ["zip member is encrypted"]);
    let book = zipped(&[("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<document/>")]);
    assert_eq!(opened(book).1, ["office document, not a log or table"]);
}

#[test]
fn bombs_are_bounded_over_all_layers() {
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..300 {
        bomb.write_all(&zeros).unwrap();
    }
    let twice = gzip(&bomb.finish().unwrap());
    let mut total = 0;
    let problems = container::open("in", Cursor::new(twice), |member| {
        total += std::io::copy(member.reader, &mut std::io::sink())?;
        Ok::<_, std::io::Error>(())
    });
    assert_eq!(problems.unwrap()[0].reason, "unpacks to more than its size allows");
    assert!(total <= container::RATIO_FREE + (1 << 20), "{total}");
}

#[test]
fn every_cut_of_a_packed_stream_gives_a_beginning_and_never_fails() {
    let text = (0..3_000).map(|n| format!("{n},{}\n", n * 7_919 % 1_000)).collect::<String>();
    for packed in [gzip(text.as_bytes()), zstd::encode_all(text.as_bytes(), 3).unwrap()] {
        for cut in (0..packed.len()).step_by(97) {
            let (members, problems) = opened(packed[..cut].to_vec());
            let got = members.first().map_or("", |(_, text)| text.as_str());
            let told = problems
                .first()
                .is_some_and(|reason| reason.contains("cut short") || reason.contains("damaged"));
            // the first bytes of a stream are not yet known to be packed
            assert!(cut < 8 || (text.starts_with(got) && told), "{cut}: {problems:?}");
        }
    }
}

#[test]
fn a_line_of_any_length_takes_bounded_memory() {
    struct Endless(usize);
    impl Read for Endless {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            let count = out.len().min(self.0);
            out[..count].fill(b'x');
            self.0 -= count;
            Ok(count)
        }
    }
    let long = Endless(200 << 20).chain(&b"\nlast\n"[..]);
    let found: Vec<_> = frame::Framer::new(long, Framing::Lines).collect();
    let [Err(reject), Ok(block)] = &found[..] else { panic!("{} items", found.len()) };
    assert_eq!((reject.reason.as_str(), reject.unit.length), ("unit longer than the limit", (200 << 20) + 1));
    assert_eq!((block.bytes.as_slice(), block.line), (&b"last\n"[..], 2));
}

/// An answer of an interface in one line, longer than what is looked at, is read whatever its rows are called.
#[test]
fn rows_of_a_long_answer_are_found_under_any_key() {
    let row = |number: usize| {
        serde_json::json!({
            "access_device": {"ip": "198.51.100.7"}, "auth_device": {"ip": "203.0.113.9"}, "factor": "duo_push",
            "isotimestamp": "2026-09-21T14:13:20+00:00", "result": "success", "reason": "user_approved",
            "txid": format!("340a23e3-23f3-23c1-87dc-{number:012}"), "user": {"name": "ines.okafor"},
        })
        .to_string()
    };
    for (head, tail, count) in [
        ("{\"response\":{\"authlogs\":[", "],\"metadata\":{\"next_offset\":null}},\"stat\":\"OK\"}", 2_000),
        ("{\"authlogs\":[", "]}", 2_000),
        (
            "\n{\"note\":{\"people\":[{\"a\":1}]},\"answer\":{\"pushes\":[",
            "],\"more\":[[1]]},\"n\":2}\n",
            2_000,
        ),
        ("{\"stat\":\"OK\",\"answer\":{\"pushes\":[", "],\"metadata\":{\"total\":2}}}", 2),
    ] {
        let rows: Vec<String> = (0..count).map(row).collect();
        let page = format!("{head}{}{tail}", rows.join(","));
        // a second page behind the first, as tools append them
        let pages = if head.contains("note") {
            vec![page.clone()]
        } else {
            vec![page.clone(), format!("{page}\n{page}")]
        };
        for pages in pages {
            let (head, reader) = frame::sample(pages.as_bytes());
            let found = sources::recognise(&sources::Sample { name: "x", bytes: &head }, &[]);
            let found = found.unwrap_or_else(|unknown| panic!("{page:.80}: {unknown}"));
            let (mut records, mut rejects) = (0, Vec::new());
            for framed in frame::Framer::new(reader, found.framing) {
                match framed {
                    Ok(block) => {
                        let parsed = found.reader.read(&block);
                        records += parsed.records.len();
                        rejects.extend(parsed.rejects.into_iter().map(|reject| reject.reason));
                    }
                    Err(reject) => rejects.push(reject.reason),
                }
            }
            assert_eq!((found.kind, records), ("duo", count * pages.len() / page.len()), "{page:.80}");
            assert_eq!(rejects, Vec::<String>::new(), "{page:.80}");
        }
    }
}

/// A list within an object that no source knows is no page of rows: its elements are parts of one event.
#[test]
fn a_list_within_an_event_is_no_page() {
    let event = r#"{"subject":"standup","guests":[{"access_device":{"ip":"198.51.100.7"},"user":{"name":"a"},"result":"success","factor":"duo_push"}]}"#;
    let reader = sources::reader::JsonReader::new(Framing::JsonLines);
    let block = sources::Block { offset: 0, line: 1, bytes: event.into() };
    let parsed = sources::Reader::read(&reader, &block);
    assert_eq!((parsed.records.len(), parsed.rejects.len()), (0, 1));
}

/// Events written one after the other over several lines, as tools print them, stay whole though they hold a list.
#[test]
fn printed_events_with_lists_of_their_own_stay_whole() {
    let page: serde_json::Value =
        serde_json::from_slice(include_bytes!("../fixtures/google/activities.json")).unwrap();
    let events = page["items"].as_array().unwrap();
    let printed: Vec<String> =
        events.iter().map(|event| serde_json::to_string_pretty(event).unwrap()).collect();
    let one = common::read("x", printed.join("\n").as_bytes());
    let whole = common::read("x", include_bytes!("../fixtures/google/activities.json"));
    assert_eq!((one.kind.as_str(), one.units.len()), ("google", events.len()));
    assert_eq!((one.records.len(), one.rejects.len()), (whole.records.len(), whole.rejects.len()));
}
