//! One file per vendor, and the list of all.

pub mod assignment;
pub mod attestation;
pub mod generic;
pub mod okta;
pub mod osquery;
pub mod osquery_tables;
pub mod pay;
pub mod roster;
pub mod shipment;

use crate::mapping::Mapping;
use crate::reader::JsonSource;
use crate::source::{Recognised, Sample, Source};

/// Every source, in the order in which ties are settled.
pub const ALL: &[&dyn Source] = &[
    &okta::Okta,
    &osquery::Osquery,
    &roster::Roster,
    &shipment::Shipment,
    &pay::Pay,
    &attestation::Attestation,
    &assignment::Assignment,
];

/// Every source of JSON objects, for dispatch by unit.
pub const JSON: &[&dyn JsonSource] = &[&okta::Okta, &osquery::Osquery];

/// A stream read by a mapping that the user wrote.
#[must_use]
pub fn mapped(sample: &Sample<'_>, mapping: &Mapping) -> Option<Recognised> {
    generic::MappedSource::new(mapping.clone()).recognise(sample)
}
