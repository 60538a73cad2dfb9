//! `cargo xtask bench serve`: fifty people on a queue of ten thousand cases and a farm of 300 laptops; and how long a
//! record takes to the queue. Both are tests of the command, for only they may write a store, and say what they measured.

use crate::options::Options;
use crate::repo::Repo;
use crate::run;

/// Measures, and prints what was measured.
pub fn run(repo: &Repo, options: Options) -> anyhow::Result<()> {
    options.end()?;
    // of the whole workspace, as CI builds it: one package alone has other features, and is built anew
    let words = [
        "nextest",
        "run",
        "--release",
        "--locked",
        "--workspace",
        "--profile",
        "long",
        "--run-ignored",
        "only",
    ];
    let mut command = run::cargo(repo, &words);
    run::pass(command.args(["--no-capture", "-E", "package(bonafide) & test(/^load::/)"]))
}
