//! Hardware judged from files: whoever listens may go away, and a file that is missing keeps no other from being judged.

use std::io::pipe;
use std::path::Path;
use std::process::{Command, Stdio};

const MOUSE: &str = "05010902a10109010930093115 81257f750895028106c0";

fn command(words: &[&str], paths: &[&Path]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bonafide"));
    command.arg("inspect").args(words).args(paths).stdin(Stdio::null());
    command
}

#[test]
fn a_listener_that_goes_away_ends_it_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let letter = folder.path().join("letter.txt");
    std::fs::write(&letter, "Dear Sir,\n").unwrap();
    let list = folder.path().join("list.txt");
    std::fs::write(&list, format!("{}\n", MOUSE.replace(' ', "")).repeat(20_000)).unwrap();
    for words in [&["--all"][..], &["--json"]] {
        // Nobody reads the data.
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut told = command(words, &[&list]);
        let told = told.stdout(writer).stderr(Stdio::piped()).output().unwrap();
        assert_eq!((told.status.code(), told.stderr.as_slice()), (Some(0), &b""[..]), "{words:?}");
        // Nobody reads anything; there is narration, of the letter.
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut told = command(words, &[&letter, &list]);
        let status = told.stdout(writer.try_clone().unwrap()).stderr(writer).status().unwrap();
        assert_eq!(status.code(), Some(0), "{words:?}");
        // Nobody reads the narration: the data comes whole.
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        let mut told = command(words, &[&letter, &list]);
        let told = told.stdout(Stdio::piped()).stderr(writer).output().unwrap();
        assert_eq!(told.status.code(), Some(0), "{words:?}");
        assert!(told.stdout.iter().filter(|byte| **byte == b'\n').count() >= 20_000, "{words:?}");
    }
}

#[test]
fn a_missing_file_is_told_and_the_others_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("list.txt");
    std::fs::write(&list, MOUSE.replace(' ', "")).unwrap();
    let missing = folder.path().join("missing.txt");
    let told = command(&["--json"], &[&missing, &list]).output().unwrap();
    assert_eq!(told.status.code(), Some(2), "not clean: one was not read");
    assert!(String::from_utf8_lossy(&told.stderr).contains("missing.txt"));
    assert!(String::from_utf8_lossy(&told.stdout).contains("\"ordinary\""));
}
