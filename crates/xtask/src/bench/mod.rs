//! `cargo xtask bench …`: measurements, each with its command, its seed and its machine. One file per subject; this is
//! the list. Figures are printed as one JSON object on stdout, and as a table on stderr.

mod accuracy;
mod check;
mod company;
mod index;
mod ingest;
mod linkage;
mod machine;
mod persons;
mod serve;
mod watch;

use anyhow::bail;

use crate::options::Options;
use crate::repo::Repo;

/// A subject: its name, and what measures it.
type Bench = (&'static str, fn(&Repo, Options) -> anyhow::Result<()>);

const BENCHES: &[Bench] = &[
    ("check", check::run),
    ("ingest", ingest::run),
    ("accuracy", accuracy::run),
    ("linkage", linkage::run),
    ("serve", serve::run),
];

/// Runs the bench that was named.
pub fn run(repo: &Repo, mut options: Options) -> anyhow::Result<()> {
    let known = || BENCHES.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let Some(name) = options.word() else { bail!("which one? known: {}", known()) };
    match BENCHES.iter().find(|(bench, _)| *bench == name) {
        Some((_, bench)) => bench(repo, options),
        None => bail!("no bench is called {name:?}; known: {}", known()),
    }
}
