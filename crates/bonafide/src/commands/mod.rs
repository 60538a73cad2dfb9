//! One file a command; this is the list.

mod catalogue;
mod check;
mod collect;
mod demo;
mod erase;
mod evaluate;
mod explain;
mod inspect;
mod keeping;
mod legal;
mod link;
mod lists;
mod query;
mod record;
mod rejects;
mod serve;
mod sources;
mod verify;
mod weights;

use app::workspace::Choice;

use crate::arguments::{Arguments, Command, Shared};
use crate::exit::Exit;

/// Runs the command that was typed.
pub fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let shared = arguments.shared;
    // Before any fact is asked for; a new update may be put in place of one that is refused.
    if !matches!(&arguments.command, Command::Lists(typed) if typed.update.is_some() || !typed.sign.is_empty())
    {
        app::lists::load()?;
    }
    let threads = choice(&shared).threads;
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    // what talks to anybody is `serve`, and a store that is a database
    builder.worker_threads(threads).enable_time().enable_io();
    let runtime = builder.build()?;
    runtime.block_on(async {
        match arguments.command {
            Command::Demo(demo) => demo::run(&shared, demo).await,
            Command::Synth(synth) => demo::synth(synth),
            Command::Check(check) => check::run(&shared, &check.input, &check.options).await,
            Command::Evaluate(evaluate) => evaluate::run(&shared, evaluate),
            Command::Explain(explain) => explain::run(&shared, explain).await,
            Command::Collect(typed) => collect::run(&shared, &typed),
            Command::Inspect(typed) => inspect::run(&shared, &typed),
            Command::Link(typed) => link::run(&shared, typed),
            Command::LegalReview(typed) => legal::run(&shared, &typed).await,
            Command::Lists(typed) => lists::run(&shared, &typed),
            Command::Record(record) => record::run(&shared, record).await,
            Command::Rejects => rejects::run(&shared).await,
            Command::Indicators(indicators) => catalogue::run(&shared, indicators).await,
            Command::Sources(sources) => sources::run(&shared, sources),
            Command::Map(map) => sources::map(map),
            Command::Query(query) => query::run(&shared, query).await,
            Command::Weights(typed) => weights::run(&shared, &typed).await,
            Command::Verify => verify::run(&shared).await,
            Command::Erase(person) => erase::run(&shared, &person).await,
            Command::Serve(typed) => serve::run(&shared, &typed).await,
            Command::User(user) => serve::user(&shared, &user).await,
            Command::Hold(hold) => keeping::hold(&shared, &hold).await,
            Command::SubjectReport(typed) => keeping::subject_report(&shared, &typed).await,
            Command::Forget(typed) => keeping::forget(&shared, &typed).await,
            Command::Findings => keeping::findings(&shared).await,
            Command::Backup(copy) => keeping::backup(&shared, &copy).await,
            Command::Restore(copy) => keeping::restore(&shared, &copy).await,
        }
    })
}

/// More than any machine has use for.
const MOST_THREADS: usize = 256;

/// How to open the workspace, from what was typed.
fn choice(shared: &Shared) -> Choice {
    let default = Choice::default();
    Choice {
        workspace: shared.workspace.clone(),
        key: shared.key.clone(),
        threads: shared.threads.unwrap_or(default.threads).clamp(1, MOST_THREADS),
        memory_bytes: default.memory_bytes,
    }
}

/// Whether to print JSON lines.
fn wants_json(shared: &Shared) -> bool {
    shared.json.is_some() || !crate::draw::on_terminal()
}
