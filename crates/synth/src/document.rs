//! What is written down: parcels, pay instructions, approvals.

use crate::atlas::CityId;
use crate::calendar::Day;
use crate::person::{Span, Via};
use crate::place::PlaceId;
use crate::truth::Tag;

/// A parcel.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// Recipient.
    pub worker: usize,
    /// The laptop in it, if it is one.
    pub device: Option<usize>,
    /// What is in it.
    pub item: String,
    /// Day of dispatch.
    pub sent: Day,
    /// Day of delivery, if delivered.
    pub delivered: Option<Day>,
    /// From the worker to us.
    pub back: bool,
    /// Where it was to go.
    pub to: PlaceId,
    /// Where it went, if elsewhere.
    pub instead: Option<PlaceId>,
    /// The day on which the address was changed.
    pub changed: Option<Day>,
    /// Where it came from, for returns.
    pub from: Option<PlaceId>,
    /// Who signed, where it is not the recipient.
    pub signed: Option<String>,
    /// Phone on the label, where it is not the recipient's.
    pub phone: Option<String>,
    /// Mark of where it goes.
    pub tag: Tag,
}

/// An instruction where to pay somebody.
#[derive(Debug, Clone)]
pub struct Pay {
    /// Payee.
    pub worker: usize,
    /// Day.
    pub day: Day,
    /// Local minute.
    pub minute: i32,
    /// Account.
    pub account: Account,
    /// Holder, as the bank knows it.
    pub holder: String,
    /// The bank's answer on the name.
    pub answer: &'static str,
    /// First one or a change.
    pub is_first: bool,
    /// Network that it was set from.
    pub via: Via,
    /// Marks: the account, the holder, the change.
    pub tags: [Tag; 3],
}

/// Where money goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Account {
    /// Routing number and account number, bank.
    American(String, String, &'static str),
    /// IBAN, BIC, bank.
    Iban(String, String, &'static str),
    /// Wallet, chain.
    Wallet(String, &'static str),
}

/// A fact that the company approved.
#[derive(Debug, Clone)]
pub struct Attested {
    /// Worker.
    pub worker: usize,
    /// Kind.
    pub kind: &'static str,
    /// Day of approval.
    pub day: Day,
    /// Validity.
    pub span: Option<Span>,
    /// Place.
    pub city: Option<CityId>,
    /// The other person.
    pub other: Option<usize>,
    /// Equipment or software.
    pub item: &'static str,
}
