//! Whatever lies in the folder: a clear message with file and line, the right exit code, nothing lost, no panic.

use std::io::{Cursor, Write};

use crate::desk::{Desk, ROSTER, Said, sign_in};

const NOTHING: i32 = 0;
const INPUT: i32 = 2;
const CONFIGURATION: i32 = 3;

fn log() -> String {
    (1..12).map(|day| sign_in(day, "ann.lee@corp.example", day)).collect()
}

/// A folder in which somebody can be judged.
fn usable() -> Desk {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.write("okta.jsonl", log());
    desk
}

/// The check goes on: the same people are judged as without the odd file, and the odd file is told of.
#[track_caller]
fn goes_on(name: &str, bytes: impl AsRef<[u8]>, told: &str) -> (Desk, Said) {
    let plain = usable().check(&[]).expect(NOTHING);
    let desk = usable();
    desk.write(name, bytes);
    let said = desk.check(&[]).expect(NOTHING);
    assert_eq!(said.out, plain.out, "{name}");
    let rejects = desk.run(&["rejects", "--json"]).expect(NOTHING);
    let all = format!("{}\n{}", said.err, rejects.out);
    let line = all.lines().find(|line| line.contains(told));
    assert!(line.is_some_and(|line| line.contains(name)), "{name}: {told} is not told with the file:\n{all}");
    (desk, said)
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

#[test]
fn folders_in_which_nobody_can_be_judged() {
    let desk = Desk::new();
    let mut shown = vec![("an empty folder", desk.check(&[]).expect(INPUT).shown(&desk))];
    desk.write("okta.jsonl", log());
    shown.push(("no roster", desk.check(&[]).expect(INPUT).shown(&desk)));
    let desk = Desk::new();
    desk.write("notes.txt", "nothing that anybody knows\n");
    desk.write("empty.csv", "");
    desk.write("picture.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0");
    shown.push(("unknown files alone", desk.check(&[]).expect(INPUT).shown(&desk)));
    shown.push(("their rejects", desk.run(&["rejects", "--json"]).expect(NOTHING).shown(&desk)));
    let desk = Desk::new();
    shown.push(("no such folder", desk.run(&["check", "nowhere"]).expect(INPUT).shown(&desk)));
    shown.push(("nothing checked yet", desk.run(&["explain", "W-1"]).expect(INPUT).shown(&desk)));
    shown.push(("no such command", desk.run(&["chek"]).expect(CONFIGURATION).shown(&desk)));
    let text: Vec<String> = shown.into_iter().map(|(name, text)| format!("# {name}\n{text}\n")).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn a_roster_alone_judges_everybody_on_nothing() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    let said = desk.check(&[]).expect(NOTHING);
    let people = said.json();
    assert_eq!(people.len(), 2);
    for person in people {
        assert_eq!(person["case"], false);
        assert!(
            person["could_not_look"].as_array().unwrap().iter().any(|source| source == "okta"),
            "{person}"
        );
    }
    let screen = desk.run(&["check", desk.exports().to_str().unwrap(), "--json"]);
    assert_eq!(screen.out, said.out);
    assert!(
        desk.run(&["explain", "W-1", "--json"])
            .expect(NOTHING)
            .out
            .contains("\"judged_as_of\":\"2026-06-01T00:00:00Z\"")
    );
}

#[test]
fn one_file_in_place_of_a_folder() {
    let desk = usable();
    let file = desk.exports().join("roster_2026-06-01.csv");
    assert_eq!(desk.run(&["check", file.to_str().unwrap(), "--json"]).expect(NOTHING).json().len(), 2);
    let said = desk.check(&["--workspace", file.to_str().unwrap()]).expect(CONFIGURATION);
    assert!(said.err.contains("roster_2026-06-01.csv"), "{}", said.err);
}

#[test]
fn damaged_and_strange_files_are_told_and_hinder_nothing() {
    goes_on("strange.bin", [0_u8, 159, 146, 150, 0, 1, 2, 3].repeat(50), "binary data of no known kind");
    goes_on("notes.md", "# what we did\n\nwords\n", "text of no known source");
    goes_on("other.json", "{\"alpha\": 1, \"beta\": 2}\n", "JSON of no known source");
    goes_on("cut.jsonl.gz", &gzipped(log().repeat(20).as_bytes())[..300], "cut short");
    goes_on(
        "cut.zip",
        &zipped(&[("a.jsonl", log().as_bytes())])[..200],
        "zip archive is damaged or cut short",
    );
    goes_on("cut.jsonl", sign_in(1, "ann.lee@corp.example", 1) + &sign_in(2, "x", 2)[..90], "not valid JSON");
    goes_on(
        "cut.json",
        "[".to_owned() + &sign_in(1, "ann.lee@corp.example", 1) + ",{\"uuid\": \"x",
        "cut short",
    );
    goes_on("wide.csv", ROSTER.to_owned() + "W-3,one,two\n", "fewer columns");
    // Twice the same bytes: read once, told.
    goes_on("zz.jsonl", log(), "the same bytes as another file");
}

#[test]
fn a_line_without_end_is_one_reject() {
    let mut bytes = sign_in(1, "ann.lee@corp.example", 1).into_bytes();
    bytes.extend(b"{\"uuid\": \"");
    bytes.extend(std::iter::repeat_n(b'x', 20 << 20));
    bytes.extend(b"\n");
    bytes.extend(sign_in(2, "ann.lee@corp.example", 2).into_bytes());
    let (desk, _) = goes_on("huge.jsonl", bytes, "unit longer than the limit");
    let rejects = desk.run(&["rejects", "--json"]).json();
    assert_eq!((rejects.len(), rejects[0]["line"].as_u64()), (1, Some(2)));
}

#[test]
fn other_encodings_are_read() {
    let desk = Desk::new();
    let utf16: Vec<u8> = "\u{feff}"
        .chars()
        .chain(ROSTER.replace("Ann", "Zoë").chars())
        .flat_map(|c| {
            let mut two = [0; 2];
            c.encode_utf16(&mut two).iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<u8>>()
        })
        .collect();
    desk.write("roster_2026-06-01.csv", utf16);
    desk.write("okta.jsonl", log());
    assert_eq!(desk.check(&[]).expect(NOTHING).json().len(), 2);
    let desk = Desk::new();
    let latin: Vec<u8> =
        ROSTER.replace("Ann", "Zoe").bytes().map(|b| if b == b'Z' { 0xcb } else { b }).collect();
    desk.write("roster_2026-06-01.csv", latin);
    desk.write("okta.jsonl", log());
    assert_eq!(desk.check(&[]).expect(NOTHING).json().len(), 2);
}

#[test]
fn hostile_archives_do_no_harm() {
    let inner = zipped(&[("log.jsonl", log().as_bytes())]);
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.write("nested.zip", zipped(&[("inner.zip", &inner)]));
    desk.check(&[]).expect(NOTHING);
    let n = desk.run(&["query", "SELECT count(*) AS n FROM authentication"]).json()[0]["n"].as_u64();
    assert_eq!(n, Some(log().lines().count() as u64), "an archive within an archive is read");
    let zeros = vec![b' '; 80 << 20];
    goes_on(
        "bomb.jsonl.gz",
        gzipped(&[log().as_bytes(), &zeros[..], &zeros[..]].concat()),
        "unpacks to more than",
    );
    let mut secret = zipped(&[("log.jsonl", log().as_bytes())]);
    // The flag that says "encrypted", in the local header and in the directory.
    secret[6] |= 1;
    let directory = secret.windows(4).position(|window| window == b"PK\x01\x02").unwrap();
    secret[directory + 8] |= 1;
    goes_on("secret.zip", secret, "zip member is encrypted");
    // Names that lead out of the folder are labels, nothing is ever unpacked to a path.
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    let out = desk.root().join("evil.jsonl");
    desk.write(
        "names.zip",
        zipped(&[
            ("../../evil.jsonl", log().as_bytes()),
            (out.to_str().unwrap(), log().replace("00000001-", "10000001-").as_bytes()),
            ("..\\..\\evil.jsonl", b""),
            ("\u{1b}[31mred.jsonl", b"{}"),
        ]),
    );
    let said = desk.check(&[]).expect(NOTHING);
    assert!(!out.exists() && !desk.root().parent().unwrap().join("evil.jsonl").exists());
    assert!(!said.err.contains('\u{1b}'), "no control characters reach the terminal");
    let n = desk.run(&["query", "SELECT count(*) AS n FROM authentication"]).json()[0]["n"].as_u64();
    assert_eq!(n, Some(12), "eleven, and one of another id");
}

#[cfg(unix)]
#[test]
fn links_pipes_and_what_may_not_be_read() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let desk = usable();
    let exports = desk.exports();
    symlink("..", exports.join("up")).unwrap();
    symlink("loop", exports.join("loop")).unwrap();
    symlink("gone.csv", exports.join("dangling.csv")).unwrap();
    // A regular file whose bytes cannot be read, whoever asks.
    symlink("/proc/self/mem", exports.join("memory.jsonl")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(exports.join("pipe.jsonl")).status().unwrap().success());
    let shut = desk.write("shut.jsonl", log());
    std::fs::set_permissions(&shut, std::fs::Permissions::from_mode(0o000)).unwrap();
    std::fs::create_dir(exports.join("closed")).unwrap();
    std::fs::set_permissions(exports.join("closed"), std::fs::Permissions::from_mode(0o000)).unwrap();
    let said = desk.check(&[]).expect(NOTHING);
    let rejects = desk.run(&["rejects", "--json"]).expect(NOTHING).out;
    for (name, why) in [
        ("up", "a link to a folder"),
        ("loop", "a link that leads nowhere"),
        ("dangling.csv", "a link that leads nowhere"),
        ("memory.jsonl", "cannot be read"),
        ("pipe.jsonl", "no regular file"),
    ] {
        let line = said.err.lines().find(|line| line.starts_with(&format!("{name}: ")));
        assert!(line.is_some_and(|line| line.contains(why)), "{name}: {why}\n{}", said.err);
    }
    assert!(rejects.contains("memory.jsonl"), "what cannot be read is a reject\n{rejects}");
    // Whoever is root may read everything; anybody else is told.
    let is_root = std::fs::read(&shut).is_ok();
    assert_eq!(said.err.contains("shut.jsonl: not read: cannot be read"), !is_root, "{}", said.err);
    assert_eq!(said.err.contains("closed: not read"), !is_root, "{}", said.err);
    let again = desk.check(&[]).expect(NOTHING);
    assert_eq!(again.out, said.out, "and the next check says the same");
    assert!(!again.err.contains("read anew"), "{}", again.err);
    std::fs::set_permissions(exports.join("closed"), std::fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_mistake_of_the_user_is_told_by_its_class() {
    let desk = usable();
    let root = desk.root();
    std::fs::write(root.join("bad.toml"), "source = \"x\"\ntable = \"nowhere\"\n[columns]\na = \"b\"\n")
        .unwrap();
    std::fs::write(root.join("bad.csv"), "a;b\n").unwrap();
    std::fs::write(root.join("prior.toml"), "prior_worker = 2.0\n").unwrap();
    std::fs::create_dir(root.join("own")).unwrap();
    std::fs::write(root.join("own/mine.toml"), "id = \"mine\"\n").unwrap();
    for (arguments, told) in [
        (["--mapping", "bad.toml"], "bad.toml:2: unknown table nowhere"),
        (["--mapping", "nowhere.toml"], "nowhere.toml"),
        (["--aliases", "bad.csv"], "no column account"),
        (["--aliases", "nowhere.csv"], "nowhere.csv"),
        (["--mmdb", "bad.csv"], "no MMDB file"),
        (["--mmdb", "nowhere.mmdb"], "nowhere.mmdb"),
        (["--settings", "prior.toml"], "prior_worker must lie between 0 and 1"),
        (["--settings", "nowhere.toml"], "nowhere.toml"),
        (["--indicators", "own"], "mine.toml"),
        (["--indicators", "nowhere"], "nowhere"),
        (["--until", "2026-13-01"], "--until"),
        (["--key", "prior.toml"], "64 hexadecimal digits"),
        (["--threads", "many"], "invalid value"),
    ] {
        let said = desk.check(&arguments).expect(CONFIGURATION);
        assert!(said.err.contains(told) && said.out.is_empty(), "{arguments:?}: {}", said.err);
    }
    desk.check(&[]).expect(NOTHING);
}
