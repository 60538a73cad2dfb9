//! Whose fault an error is: it fixes the exit code and the HTTP status.

/// Whose fault an error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Blame {
    /// What the user gave cannot be used: exit 2.
    Input,
    /// A rule, a configuration or the environment is wrong: exit 3.
    Environment,
    /// We are wrong: exit 4.
    Defect,
}
