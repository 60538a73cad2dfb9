//! `cargo xtask …`: what keeps the house in order. Data goes to stdout, narration to stderr.
//!
//! # Layout
//! - [`ci`]: everything, in order; [`run`]: one outside command, with its name and time
//! - [`tidy`]: rules that only read files; [`arrows`]: which crate may use which
//! - [`licences`]: what we depend on; [`spdx`]: licence expressions; [`engine`]: the engine is built once
//! - [`mod@bench`]: measurements; [`fuzz`]: every fuzz target for a while
//! - [`picture`]: the outputs that the README shows, taken from the binary itself; [`svg`]: the drawn one
//! - [`proof`]: a browser drives the server; [`contract`]: requests made from its description; [`served`]: the server
//! - [`repo`]: the tree as git tracks it
//!
//! Knows nothing of records: it calls `cargo` and the binary, and links neither engine nor flow.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod arrows;
mod bench;
mod ci;
mod contract;
mod docs;
mod engine;
mod fuzz;
mod licences;
mod options;
mod picture;
mod proof;
mod repo;
mod run;
mod served;
mod spdx;
mod svg;
mod tidy;

use std::process::ExitCode;

use crate::options::Options;
use crate::repo::Repo;

const USAGE: &str = "\
cargo xtask ci [--long]           format, lints, tests, docs, licences, tidy, arrows, picture; --long: hours of it
cargo xtask test CRATE [WORD…]    one crate's tests, without building the engine once more
cargo xtask tidy                  rules that only read files
cargo xtask arrows                crate dependencies against the list in ARCHITECTURE.md
cargo xtask licences              licences of everything we depend on; the engine is built once
cargo xtask docs                  rustdoc without warnings
cargo xtask picture [--check]     refresh the outputs shown in README.md, or fail when they are stale
cargo xtask bench check [--workers N] [--days N] [--seed N] [--threads N] [--folder DIR] [--keep]
cargo xtask bench ingest [--megabytes N] [--rounds N] [--threads N] [--folder DIR] [--python FILE] [--no-check] [--keep]
cargo xtask bench accuracy [--set development|report] [--cells LIST] [--quick] [--seeds N] [--results DIR]
                    [--binary FILE]
cargo xtask bench serve           ten thousand cases, a farm of 300 laptops, 50 people
cargo xtask proof [--pictures] [WORD…]    a browser works on the server, by mouse and by keyboard; axe on every page
cargo xtask contract [--seconds N] [--python FILE]    requests made from the description of the API
cargo xtask fuzz [--seconds N] [TARGET…]";

fn main() -> ExitCode {
    let mut words: Vec<String> = std::env::args().skip(1).collect();
    if words.is_empty() || words.iter().any(|word| word == "--help" || word == "-h") {
        run::say(USAGE);
        return ExitCode::SUCCESS;
    }
    let task = words.remove(0);
    match start(&task, words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            run::tell(&format!("xtask {task}: {cause:#}"));
            ExitCode::FAILURE
        }
    }
}

fn start(task: &str, words: Vec<String>) -> anyhow::Result<()> {
    let repo = Repo::here()?;
    let mut options = Options::new(words);
    match task {
        "ci" => {
            let long = options.flag("--long");
            options.end()?;
            ci::run(&repo, long)
        }
        "tidy" => options.end().and_then(|()| tidy::run(&repo)),
        "arrows" => options.end().and_then(|()| arrows::run(&repo)),
        "licences" => options.end().and_then(|()| licences::run(&repo)),
        "docs" => options.end().and_then(|()| docs::run(&repo)),
        "picture" => {
            let check = options.flag("--check");
            options.end()?;
            picture::run(&repo, check)
        }
        "test" => {
            let name = options.word().ok_or_else(|| anyhow::anyhow!("which crate?"))?;
            ci::test_one(&repo, &name, &options.rest())
        }
        "bench" => bench::run(&repo, options),
        "proof" => proof::run(&repo, options),
        "contract" => contract::run(&repo, options),
        "fuzz" => fuzz::run(&repo, options),
        other => anyhow::bail!("no task is called {other:?}\n{USAGE}"),
    }
}
