//! Who may do what. Rights are asked for by name, so that a page and the API cannot disagree.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Error, Result};

/// What somebody is in this workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees the queue without names, and the state of the sources.
    Viewer,
    /// Opens people with a purpose, works on cases, decides.
    Analyst,
    /// As an analyst; also assigns to others, merges, holds, reopens and works in bulk.
    Lead,
    /// Reads the history of who saw and did what; opens nobody.
    Auditor,
    /// Looks after users and tokens; opens nobody.
    Admin,
}

/// Something that a role may or may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// See the queue, without names.
    SeeQueue,
    /// Open a person or a record, with a purpose.
    OpenPerson,
    /// Change a case, and decide.
    Work,
    /// Give work to others, merge, hold, reopen, act in bulk.
    Direct,
    /// Read the history and export it.
    ReadHistory,
    /// Add and change users.
    ManageUsers,
    /// Bring records in.
    Ingest,
}

impl Right {
    /// In words, after "may not".
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SeeQueue => "see the queue",
            Self::OpenPerson => "open a person",
            Self::Work => "work on cases",
            Self::Direct => "direct the work of others",
            Self::ReadHistory => "read the history",
            Self::ManageUsers => "manage users",
            Self::Ingest => "bring records in",
        }
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 5] = [Self::Viewer, Self::Analyst, Self::Lead, Self::Auditor, Self::Admin];

    /// As it is typed and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Analyst => "analyst",
            Self::Lead => "lead",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether the role has a right.
    #[must_use]
    pub fn has(self, right: Right) -> bool {
        match right {
            Right::SeeQueue => true,
            Right::OpenPerson | Right::Work => matches!(self, Self::Analyst | Self::Lead),
            Right::Direct => self == Self::Lead,
            Right::ReadHistory => matches!(self, Self::Lead | Self::Auditor),
            Right::ManageUsers => self == Self::Admin,
            Right::Ingest => matches!(self, Self::Lead | Self::Admin),
        }
    }
}

/// Who gives a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Name of the user.
    pub name: String,
    /// Role.
    pub role: Role,
}

impl Actor {
    /// Fails where the role lacks the right.
    pub fn needs(&self, right: Right) -> Result<()> {
        if self.role.has(right) {
            return Ok(());
        }
        Err(Error::Forbidden { role: self.role.as_str(), what: right.as_str() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_administers_or_audits_opens_nobody() {
        for role in [Role::Viewer, Role::Auditor, Role::Admin] {
            assert!(!role.has(Right::OpenPerson) && !role.has(Right::Work), "{role:?}");
        }
        assert!(Role::Analyst.has(Right::OpenPerson) && !Role::Analyst.has(Right::Direct));
        assert!(Role::Auditor.has(Right::ReadHistory) && !Role::Admin.has(Right::ReadHistory));
        let viewer = Actor { name: "vi".into(), role: Role::Viewer };
        assert_eq!(
            viewer.needs(Right::OpenPerson).unwrap_err().to_string(),
            "a viewer may not open a person"
        );
    }
}
