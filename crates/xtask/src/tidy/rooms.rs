//! What each room may touch. The arrows say which crate may use which; these rules say which may use the world:
//! the clock, files, chance, sockets, clear values. Most lines of ARCHITECTURE.md that speak of what is absent are
//! held here.

use super::Finding;
use crate::repo::Tree;

/// Something that only some rooms may use.
struct Guarded {
    what: &'static str,
    needles: &'static [&'static str],
    /// Beginnings of paths where it is looked for.
    within: &'static [&'static str],
    /// Beginnings of paths that may have it.
    allowed: &'static [&'static str],
    why: &'static str,
}

/// Rooms behind the sources: they know records, not vendors.
const DOWNSTREAM: &[&str] = &[
    "crates/measure/",
    "crates/lake/",
    "crates/linkage/",
    "crates/evidence/src/",
    "crates/scoring/",
    "crates/store/",
];

const GUARDED: &[Guarded] = &[
    Guarded {
        what: "the clock",
        needles: &["SystemTime::now", "Utc::now", "Local::now"],
        within: &["crates/"],
        allowed: &[
            "crates/app/src/access.rs",
            "crates/app/src/stamp.rs",
            "crates/app/src/collect.rs",
            "crates/app/src/lists.rs",
        ],
        why: "nothing reads the clock between records and assessment; app does, for the access log, to tell whether \
              a file was changed just now, when something was collected, and whether a list of facts is past its day",
    },
    Guarded {
        what: "a stopwatch",
        needles: &["Instant::now"],
        within: &["crates/"],
        allowed: &[
            "crates/app/src/check.rs",
            "crates/app/src/link/index/questions.rs",
            "crates/lake/src/vacuum.rs",
            "crates/store/src/engine/",
            "crates/web/src/wire.rs",
        ],
        why: "app times its stages, and how long an answer of an index takes; lake and store count how long they wait for another process, \
              web how fast a request comes",
    },
    Guarded {
        what: "files",
        needles: &["std::fs", "tokio::fs", "File::open", "File::create", "OpenOptions"],
        within: &["crates/"],
        allowed: &[
            "crates/app/",
            "crates/lake/",
            "crates/store/",
            "crates/collect/src/machine.rs",
            "crates/collect/tests/",
        ],
        why: "only app, lake, store and the collector open files; all else takes readers and writers",
    },
    Guarded {
        what: "chance",
        needles: &["getrandom::", "rand::rng", "thread_rng", "from_os_rng", "from_entropy"],
        within: &["crates/"],
        allowed: &["crates/lake/src/key.rs", "crates/app/src/workspace.rs", "crates/store/"],
        why: "keys, ids of workspaces and salts are random, and nothing else is; made-up companies draw from a seed",
    },
    Guarded {
        what: "sockets",
        needles: &[
            "TcpStream",
            "TcpListener",
            "UdpSocket",
            "UnixStream",
            "tokio::net",
            "std::net::ToSocketAddrs",
        ],
        within: &["crates/"],
        allowed: &["crates/web/src/serve.rs", "crates/courier/src/line.rs", "crates/courier/src/syslog.rs"],
        why: "only bonafide serve listens, and only courier dials out, for it; the store's driver dials what the user names",
    },
    Guarded {
        what: "a database",
        needles: &[
            "AnyPoolOptions",
            "AnyConnectOptions",
            "sqlx::postgres",
            "sqlx::sqlite",
            "PgPool",
            "PgConnection",
        ],
        within: &["crates/"],
        allowed: &["crates/store/src/engine/", "crates/store/src/address.rs"],
        why: "one room of the store opens databases, and dials only the one that the user names",
    },
    Guarded {
        what: "whoever dials out, and what it is made of",
        needles: &["courier::", "rustls::", "use ring::"],
        within: &["crates/"],
        allowed: &[
            "crates/courier/src/",
            "crates/web/src/post.rs",
            "crates/web/src/openid/",
            "crates/web/src/passkey/",
            "crates/web/src/tls.rs",
        ],
        why: "only bonafide serve has a courier; what judges can speak to nobody",
    },
    Guarded {
        what: "clear values behind tokens",
        needles: &[".vault("],
        within: &["crates/"],
        allowed: &[
            "crates/linkage/src/",
            "crates/app/src/erase.rs",
            "crates/app/src/people.rs",
            "crates/app/src/show.rs",
        ],
        why: "only linkage reads clear values, erasing for what it must find, the report for the work e-mail, and \
              --reveal for what it shows",
    },
    Guarded {
        what: "other programs",
        needles: &["process::Command", "Command::new("],
        within: &["crates/"],
        allowed: &["crates/collect/src/machine.rs"],
        why: "the product starts no program; the collector runs those of the system that tell of its devices",
    },
    Guarded {
        what: "a vendor's name",
        needles: &["okta", "osquery", "bamboohr", "workday", "gusto", "crowdstrike", "jamf", "greenhouse"],
        within: DOWNSTREAM,
        allowed: &[],
        why: "nothing downstream of the sources names a vendor",
    },
    Guarded {
        what: "the detector's catalogue",
        needles: &["indicators/", "explanations.toml", "schemes.toml", "facts/"],
        within: &["crates/synth/"],
        allowed: &[],
        why: "made-up companies know nothing of how they are judged",
    },
];

/// Uses of the world outside the rooms that may have them.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut out = Vec::new();
    // this tool looks after the house and is no room of it
    let is_code = |path: &str| {
        path.starts_with("crates/")
            && path.contains("/src/")
            && path.ends_with(".rs")
            && !path.starts_with("crates/xtask/")
    };
    for (path, text) in tree.texts(is_code) {
        let begins = |list: &[&str]| list.iter().any(|beginning| path.starts_with(beginning));
        let of_here: Vec<&Guarded> =
            GUARDED.iter().filter(|guarded| begins(guarded.within) && !begins(guarded.allowed)).collect();
        for (at, line) in code_lines(text) {
            for guarded in &of_here {
                if guarded.needles.iter().any(|needle| holds(line, needle)) {
                    out.push(Finding::new(path, at, format!("{}: {}", guarded.what, guarded.why)));
                }
            }
        }
    }
    out
}

/// Lines of code with their numbers: comments may name anything, and so may tests at the end of a file.
fn code_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let code = text.split("\n#[cfg(test)]\n").next().unwrap_or(text);
    let numbered = code.lines().enumerate().map(|(at, line)| (at + 1, line));
    numbered.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Vendors count in any letter case, names of Rust as they are.
fn holds(line: &str, needle: &str) -> bool {
    let is_plain = needle.chars().all(|c| c.is_ascii_lowercase());
    if is_plain { line.to_ascii_lowercase().contains(needle) } else { line.contains(needle) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, line: &str) -> usize {
        check(&Tree::of(&[(path, &format!("//! A.\n{line}\n"))])).len()
    }

    #[test]
    fn the_world_is_used_only_where_it_may_be() {
        for (bad, good, line) in [
            ("crates/scoring/src/weigh.rs", "crates/app/src/access.rs", "let now = SystemTime::now();"),
            ("crates/evidence/src/ask.rs", "crates/lake/src/raw.rs", "let file = File::open(path)?;"),
            ("crates/linkage/src/ring.rs", "crates/lake/src/key.rs", "getrandom::fill(&mut bytes)?;"),
            ("crates/evidence/src/ask.rs", "crates/linkage/src/read.rs", "let vault = lake.vault().await?;"),
            ("crates/linkage/src/who.rs", "crates/sources/src/vendors/okta.rs", "if source == \"okta\" {"),
            (
                "crates/synth/src/plan.rs",
                "crates/evidence/src/catalogue.rs",
                "include_str!(\"../indicators/a\");",
            ),
            ("crates/app/src/check.rs", "crates/xtask/src/run.rs", "process::Command::new(\"curl\");"),
        ] {
            assert_eq!(found(bad, line), 1, "{bad}: {line}");
            assert_eq!(found(good, line), 0, "{good}: {line}");
        }
        assert_eq!(found("crates/app/src/check.rs", "let a = TcpStream::connect(b);"), 1);
        assert_eq!(found("crates/web/src/pages/case.rs", "let a = courier::Courier::new(None);"), 1);
        assert_eq!(found("crates/web/src/post.rs", "let a = TcpStream::connect(b);"), 1);
        assert_eq!(found("crates/app/src/address.rs", "let a = AnyPoolOptions::new();"), 1);
        assert_eq!(found("crates/store/src/engine/mod.rs", "let a = AnyPoolOptions::new();"), 0);
    }

    #[test]
    fn comments_and_tests_may_name_anything() {
        assert_eq!(found("crates/linkage/src/who.rs", "    // as okta writes it"), 0);
        assert_eq!(
            found("crates/linkage/src/who.rs", "\n#[cfg(test)]\nmod tests { const A: &str = \"okta\"; }"),
            0
        );
    }
}
