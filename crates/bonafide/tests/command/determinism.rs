//! Same input, same output, byte for byte, whatever the order and names of files, how records are spread over them,
//! the number of threads, the workspace, its key, and whether raw bytes are kept.

use std::io::Write;
use std::path::Path;

use crate::desk::{Desk, tree};

/// What a check and explanations of the first people say.
fn answers(desk: &Desk, arguments: &[&str]) -> Vec<String> {
    let checked = desk.check(arguments);
    assert!(checked.code <= 1, "{}", checked.err);
    let people: Vec<String> =
        checked.json().iter().map(|person| person["worker_id"].as_str().unwrap().to_owned()).collect();
    assert!(people.len() >= 30);
    let mut out = vec![format!("exit {}", checked.code), checked.out];
    for person in [&people[0], &people[1], people.last().unwrap()] {
        out.push(desk.run(&["explain", person, "--json"]).expect(0).out);
    }
    out
}

/// The same exports under other names. The date in a name stays: an undated sheet takes it.
fn rename(from: &Path, to: &Path) {
    for (at, (name, bytes)) in tree(from).into_iter().enumerate() {
        let (stem, end) = name.rsplit_once('.').unwrap();
        let date = stem.rsplit(['_', '/']).next().filter(|last| last.len() == 10).unwrap_or("log");
        let path = to.join(format!("{}/{}-{date}.{end}", at % 2, (at * 7 + 3) % 97));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// The same records spread over three files for each, two of them packed.
fn split(from: &Path, to: &Path) {
    for (name, bytes) in tree(from) {
        let text = String::from_utf8(bytes).unwrap();
        let mut lines: Vec<&str> = text.lines().collect();
        let header = if name.ends_with(".csv") { vec![lines.remove(0)] } else { Vec::new() };
        let size = lines.len().div_ceil(3).max(1);
        for (at, part) in lines.chunks(size).enumerate() {
            let all: Vec<&str> = header.iter().chain(part).copied().collect();
            let text = all.join("\n") + "\n";
            let path = to.join(format!("{}/{name}", 9 - at));
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            if at == 0 {
                std::fs::write(path, text).unwrap();
            } else {
                let file = std::fs::File::create(format!("{}.gz", path.display())).unwrap();
                let mut packed = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
                packed.write_all(text.as_bytes()).unwrap();
                packed.finish().unwrap();
            }
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let first = Desk::new();
    first.company(40, 14, "payroll_ring,hosted_farm");
    let wanted = answers(&first, &["--threads", "2"]);
    let source = first.exports();
    type Spread = fn(&Path, &Path);
    let ways: [(&str, Spread, &[&str]); 4] = [
        ("one thread, another key", |from, to| copy(from, to), &["--threads", "1"]),
        ("eight threads, other names", rename, &["--threads", "8"]),
        ("spread and packed, no raw bytes", split, &["--threads", "2", "--no-raw"]),
        (
            "twice in the folder",
            |from, to| {
                copy(from, &to.join("a"));
                split(from, &to.join("b"))
            },
            &["--threads", "8"],
        ),
    ];
    for (way, spread, arguments) in ways {
        let other = Desk::new();
        spread(&source, &other.exports());
        let found = answers(&other, arguments);
        for (found, wanted) in found.iter().zip(&wanted) {
            let first_difference = found.bytes().zip(wanted.bytes()).position(|(a, b)| a != b);
            let at = first_difference.unwrap_or_else(|| found.len().min(wanted.len()));
            let around = |text: &str| {
                String::from_utf8_lossy(&text.as_bytes()[at.saturating_sub(200)..(at + 80).min(text.len())])
                    .into_owned()
            };
            assert!(found == wanted, "{way}: differs at {at}:\n{}\n---\n{}", around(found), around(wanted));
        }
    }
    // Once more in the same workspace: nothing is read again, and nothing is said otherwise.
    let again = first.check(&["--threads", "1"]);
    assert_eq!(again.out, wanted[1]);
    assert!(again.err.contains("were read before"), "{}", again.err);
}

fn copy(from: &Path, to: &Path) {
    for (name, bytes) in tree(from) {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}
