//! Comparisons: one file a kind of value, and this is the list. A comparison says how a value is written in normal form
//! and how far two distinct values agree, as one of a few levels that grow with agreement. It never sees a missing value.

mod across;
mod address;
mod category;
mod date;
mod email;
mod full_name;
mod handle;
mod identifier;
mod nicknames;
mod number;
mod phone;
mod script;
mod tenure;
mod tokens;
mod word;

use serde::{Deserialize, Serialize};

use crate::texts::Texts;

pub use date::{day_number, parse as parse_date};
pub(crate) use email::stem;
pub use number::parse as parse_number;
pub(crate) use tenure::is_tenure;
pub use tokens::{WordCounts, words};

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// First, middle or any other given name.
    GivenName,
    /// Family name.
    Surname,
    /// Whole name of a person in one column, in any order.
    FullName,
    /// Date, as of birth.
    Date,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// Postal address or a part of one with more than one word.
    Address,
    /// Postal code.
    Postcode,
    /// Number of a document, account, part: right or wrong but for a slip of the finger.
    Identifier,
    /// Handle or address of a profile.
    Handle,
    /// Amount.
    Number,
    /// Year.
    Year,
    /// One of a few values.
    Category,
    /// Town, suburb, region: a short text that may be misspelt.
    Place,
    /// Any other short text.
    Word,
    /// Employer or other organisation.
    Employer,
    /// School or university.
    School,
    /// Employer or school with the time there.
    Tenure,
    /// Free text: titles, descriptions, résumés.
    Text,
}

/// How far two distinct values of one kind agree.
pub trait Compare: Send + Sync {
    /// Names of the levels, weakest first; the last is that of equal values.
    fn levels(&self) -> &'static [&'static str];

    /// The level of two values, neither of them missing, not equal.
    fn level(&self, a: u32, b: u32) -> u8;

    /// Whether `level` knows of a level for a value that stands in the sister column (names swapped).
    fn swapped(&self) -> Option<u8> {
        None
    }

    /// Whether the level of two values is at least the one below that of swapped names.
    fn is_slip(&self, a: u32, b: u32) -> bool {
        self.swapped().is_some_and(|swapped| self.level(a, b) + 1 >= swapped)
    }

    /// Reads what comparing a value reads first, and returns some of it: values lie far apart, and reading several at once is quicker.
    fn read_ahead(&self, _value: u32) -> u32 {
        0
    }

    /// The level of what is the same but may be made of nothing but its owner's name, and the level where it is not.
    fn named(&self) -> Option<(u8, u8)> {
        None
    }
}

impl Kind {
    /// The value in normal form; empty where it says nothing.
    #[must_use]
    pub fn normalise(self, raw: &str) -> String {
        match self {
            Self::GivenName | Self::Surname | Self::Place | Self::Word => word::normalise(raw),
            Self::FullName => full_name::normalise(raw),
            Self::Date => date::normalise(raw),
            Self::Email => email::normalise(raw),
            Self::Phone => phone::normalise(raw),
            Self::Address => address::normalise(raw),
            Self::Postcode | Self::Identifier => identifier::normalise(raw),
            Self::Handle => handle::normalise(raw),
            Self::Number | Self::Year => number::normalise(raw),
            Self::Category => category::normalise(raw),
            Self::Employer | Self::School => tokens::normalise_organisation(raw),
            Self::Tenure => tenure::normalise(raw),
            Self::Text => tokens::normalise(raw),
        }
    }

    /// Whether words of values weigh by how common they are, so that comparing two needs to know of the others.
    #[must_use]
    pub fn weighs_words(self) -> bool {
        matches!(self, Self::FullName | Self::Address | Self::Employer | Self::School | Self::Text)
    }

    /// The comparison of some distinct values in normal form; words weigh as they were `counted`, or as these values show.
    #[must_use]
    pub fn prepare(self, values: &Texts, counted: Option<&WordCounts>) -> Box<dyn Compare> {
        match self {
            Self::GivenName | Self::Surname => Box::new(word::Words::of_names(values)),
            Self::Place | Self::Word => Box::new(word::Words::of_texts(values)),
            Self::FullName => Box::new(full_name::FullNames::new(values)),
            Self::Date => Box::new(date::Dates::new(values)),
            Self::Email => Box::new(email::Emails::new(values)),
            Self::Phone => Box::new(phone::Phones::new(values)),
            Self::Address => Box::new(address::Addresses::new(values, counted)),
            Self::Postcode => Box::new(identifier::Identifiers::of_places(values)),
            Self::Identifier => Box::new(identifier::Identifiers::new(values)),
            Self::Handle => Box::new(handle::Handles::new(values)),
            Self::Number => Box::new(number::Numbers::of_amounts(values)),
            Self::Year => Box::new(number::Numbers::of_years(values)),
            Self::Category => Box::new(category::Categories),
            Self::Tenure => Box::new(tenure::Tenures::new(values)),
            Self::Employer | Self::School | Self::Text => Box::new(tokens::TokenSets::new(values, counted)),
        }
    }

    /// Whether columns of this kind are parts of a person's name.
    #[must_use]
    pub fn is_name_part(self) -> bool {
        matches!(self, Self::GivenName | Self::Surname)
    }

    /// Whether columns of this kind hold people's names or a part of them.
    #[must_use]
    pub fn is_name(self) -> bool {
        self.is_name_part() || self == Self::FullName
    }
}
