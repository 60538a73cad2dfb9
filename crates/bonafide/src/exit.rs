//! Exit codes, decided in one place.

use std::io::ErrorKind;
use std::process::ExitCode;

use app::Error;

/// An exit code with its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exit(pub u8);

/// Ran; no case opened.
pub const NOTHING_OPENED: Exit = Exit(0);
/// Ran; at least one case opened.
pub const CASES: Exit = Exit(1);
/// Nothing usable could be read.
pub const INPUT: Exit = Exit(2);
/// A rule, a configuration or the arguments are wrong.
pub const CONFIGURATION: Exit = Exit(3);
/// Our defect.
pub const DEFECT: Exit = Exit(4);

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}

/// The exit code of an outcome; an error is told on stderr.
pub fn from_outcome(outcome: anyhow::Result<Exit>) -> Exit {
    let error = match outcome {
        Ok(exit) => return exit,
        Err(error) => error,
    };
    // A reader that closes the pipe (`| head`) has what it wanted.
    let is_pipe = |cause: &std::io::Error| cause.kind() == ErrorKind::BrokenPipe;
    if error.chain().any(|cause| cause.downcast_ref().is_some_and(is_pipe)) {
        return NOTHING_OPENED;
    }
    crate::draw::tell(&format!("error: {error:#}"));
    match error.downcast_ref::<Error>().map(Error::blame) {
        Some(app::Blame::Input) => INPUT,
        Some(app::Blame::Environment) => CONFIGURATION,
        Some(app::Blame::Defect) | None => DEFECT,
    }
}
