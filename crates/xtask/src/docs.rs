//! `cargo xtask docs`: rustdoc of our own crates, private items too, without a warning.

use crate::repo::Repo;
use crate::run;

/// Builds the documentation; a broken link inside it is an error.
pub fn run(repo: &Repo) -> anyhow::Result<()> {
    let words =
        ["doc", "--release", "--locked", "--workspace", "--no-deps", "--document-private-items", "--quiet"];
    run::pass(run::cargo(repo, &words).env("RUSTDOCFLAGS", "-D warnings"))
}
