//! Shared tokens: two people carry what they have no reason to share.

use crate::time::Time;

/// How a token became known for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// Written on a form.
    Asserted,
    /// A system saw it.
    Observed,
    /// Somebody checked it.
    Verified,
}

/// Family of a link: the best component of each family counts once per person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Where things stand or are sent.
    Place,
    /// Things themselves.
    Device,
    /// Where pay goes.
    Money,
    /// What is written: phones, e-mails, phrases.
    Text,
}

/// One shared token and what speaks for an innocent reason, as `linkage` found it.
#[derive(Debug, Clone, PartialEq)]
pub struct Component {
    /// Id made from content.
    pub id: String,
    /// Kind of token.
    pub kind: String,
    /// Family.
    pub family: Family,
    /// Address, phone, bank account, home network: what couples share.
    pub is_household_kind: bool,
    /// People.
    pub members: u32,
    /// Distinct declared homes among them.
    pub homes: u32,
    /// Nearly all of them declare homes in one region: within reach of one workplace.
    pub is_one_area: bool,
    /// Only papers say so, and they have an everyday reading: all are contractors, whose firm may give its own address, or each
    /// of them is seen behind another router, so that what was sent there does not stand there.
    pub is_paper_only: bool,
    /// Days on which two or more were there together.
    pub days: u32,
    /// People who ever carried the token.
    pub degree: u32,
    /// First seen.
    pub first: Time,
    /// Last seen.
    pub last: Time,
    /// The innocent explanation that covers it wholly.
    pub explained_by: Option<String>,
    /// Members that the link adds nothing against, sorted.
    pub protected: Vec<String>,
}
