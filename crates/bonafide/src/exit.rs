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

/// The exit code of a run, also where it panics: that is our defect, and the system has told it already.
pub fn guarded(run: impl FnOnce() -> Exit) -> Exit {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)).unwrap_or_else(|_| {
        crate::draw::tell("error: this is a defect of bonafide; the workspace holds its last whole state");
        DEFECT
    })
}

/// The exit code of an outcome; an error is told on stderr.
pub fn from_outcome(outcome: anyhow::Result<Exit>) -> Exit {
    let error = match outcome {
        Ok(exit) => return exit,
        Err(error) => error,
    };
    // A reader that closes the pipe (`| head`) has what it wanted.
    if error.chain().any(is_closed_pipe) {
        return NOTHING_OPENED;
    }
    crate::draw::tell(&format!("error: {error:#}"));
    match error.downcast_ref::<Error>().map(Error::blame) {
        Some(app::Blame::Input) => INPUT,
        Some(app::Blame::Environment) => CONFIGURATION,
        Some(app::Blame::Defect) | None => DEFECT,
    }
}

/// Also inside what a writer of JSON or CSV makes of it.
fn is_closed_pipe(cause: &(dyn std::error::Error + 'static)) -> bool {
    let io = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
    let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
    io.or(json) == Some(ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pipe that nobody reads any more.
    struct Closed;

    impl std::io::Write for Closed {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(ErrorKind::BrokenPipe.into())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn outcomes_have_their_codes() {
        let of = |error: Error| from_outcome(Err(error.into()));
        assert_eq!(of(Error::Input("x".into())), INPUT);
        assert_eq!(of(Error::Configuration("x".into())), CONFIGURATION);
        assert_eq!(of(Error::Defect("x".into())), DEFECT);
        assert_eq!(from_outcome(Err(anyhow::anyhow!("x"))), DEFECT);
        assert_eq!(from_outcome(Err(std::io::Error::from(ErrorKind::BrokenPipe).into())), NOTHING_OPENED);
        let broken = serde_json::to_writer(Closed, &"x").map_err(anyhow::Error::from);
        assert_eq!(from_outcome(broken.map(|()| DEFECT)), NOTHING_OPENED);
        assert_eq!(from_outcome(Ok(CASES)), CASES);
        assert_eq!(guarded(|| CASES), CASES);
        #[allow(clippy::panic, reason = "this is what is tried")]
        let panics = || -> Exit { panic!("tried on purpose") };
        assert_eq!(guarded(panics), DEFECT);
    }
}
