//! The command line: reads arguments, calls one verb of `app`, draws what comes back, sets the exit code.
//!
//! # Layout
//! - [`arguments`]: what can be typed; [`commands`]: one file a command
//! - [`draw`]: tables on a terminal, JSON lines in a pipe; [`exit`]: exit codes in one place

mod arguments;
mod commands;
mod draw;
mod exit;

use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = match arguments::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { exit::CONFIGURATION.into() } else { exit::NOTHING_OPENED.into() };
        }
    };
    exit::guarded(|| exit::from_outcome(commands::run(arguments))).into()
}
