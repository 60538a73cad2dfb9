//! What asking may fail with.

use std::fmt;

use datafusion::error::DataFusionError;
use model::Blame;

/// One thing that is wrong with an indicator file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// File as the catalogue names it.
    pub file: String,
    /// What is wrong.
    pub what: String,
    /// Why it is refused, or what to do.
    pub why: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.file, self.what, self.why)
    }
}

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// An error of `evidence`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Indicator files that are refused.
    #[error("{}", lines(.0))]
    Refused(Vec<Problem>),
    /// No such indicator.
    #[error("no indicator is called {0}; `bonafide indicators` lists them")]
    Unknown(String),
    /// The lake.
    #[error(transparent)]
    Lake(#[from] lake::Error),
    /// The engine stumbled over an indicator's SQL.
    #[error("indicator {indicator}: {cause}")]
    Engine {
        /// Its id.
        indicator: String,
        /// What the engine says.
        cause: DataFusionError,
    },
    /// An indicator answered without citing a record.
    #[error("indicator {indicator} says something of {subject} and cites no record")]
    Uncited {
        /// Its id.
        indicator: String,
        /// Of whom.
        subject: String,
    },
    /// An example that cannot be set up.
    #[error("{0}")]
    Example(Problem),
}

/// Result of `evidence`.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Whose fault it is.
    #[must_use]
    pub fn blame(&self) -> Blame {
        match self {
            Self::Refused(_) | Self::Unknown(_) | Self::Example(_) | Self::Uncited { .. } => {
                Blame::Environment
            }
            Self::Lake(error) => error.blame(),
            Self::Engine { .. } => Blame::Defect,
        }
    }

    /// Whether the engine reached its limit of memory.
    pub(crate) fn is_out_of_memory(&self) -> bool {
        match self {
            Self::Engine { cause, .. } => matches!(cause.find_root(), DataFusionError::ResourcesExhausted(_)),
            _ => false,
        }
    }

    pub(crate) fn engine(indicator: &str) -> impl Fn(DataFusionError) -> Self {
        let indicator = indicator.to_owned();
        move |cause| Self::Engine { indicator: indicator.clone(), cause }
    }
}
