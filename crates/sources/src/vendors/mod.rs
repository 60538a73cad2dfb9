//! One file per vendor, and the list of all.

pub mod applicants;
pub mod assignment;
pub mod attestation;
pub mod collector;
pub mod contacts;
pub mod contingent;
pub mod crowdstrike;
pub mod defender;
pub mod document;
pub mod duo;
pub mod entra;
pub mod generic;
pub mod github;
pub mod google;
pub mod greenhouse;
pub mod inventory;
pub mod m365;
pub mod ocsf;
pub mod okta;
pub mod osquery;
pub mod osquery_tables;
pub mod pay;
pub mod phone;
pub mod remote;
pub mod roster;
pub mod shipment;
pub mod teams;
pub(crate) mod windows_device;
pub mod workday;
pub mod zoom;

use std::net::IpAddr;

use model::Record;
use model::table::At;

use crate::json::{self, Value};
use crate::mapping::Mapping;
use crate::reader::JsonSource;
use crate::source::{Recognised, Sample, Source};
use crate::{countries, value};
use generic::Sheet;

/// Every source, in the order in which ties are settled.
pub const ALL: &[&dyn Source] = &[
    &okta::Okta,
    &osquery::Osquery,
    &crowdstrike::Crowdstrike,
    &entra::Entra,
    &google::Google,
    &github::Github,
    &zoom::Zoom,
    &duo::Duo,
    &inventory::Inventory,
    &collector::Collector,
    &greenhouse::Greenhouse,
    &document::Document,
    &phone::Phone,
    &remote::Remote,
    &m365::M365,
    &workday::Workday,
    &ocsf::Ocsf,
    &teams::Teams,
    &defender::Defender,
    &Sheet(&contingent::PLAN),
    &Sheet(&roster::PLAN),
    &Sheet(&contacts::PLAN),
    &Sheet(&applicants::PLAN),
    &Sheet(&shipment::PLAN),
    &Sheet(&pay::PLAN),
    &Sheet(&attestation::PLAN),
    &Sheet(&assignment::PLAN),
];

/// Every source of JSON objects, for dispatch by unit.
pub const JSON: &[&dyn JsonSource] = &[
    &okta::Okta,
    &osquery::Osquery,
    &crowdstrike::Crowdstrike,
    &entra::Entra,
    &google::Google,
    &github::Github,
    &zoom::Zoom,
    &duo::Duo,
    &inventory::Inventory,
    &collector::Collector,
    &greenhouse::Greenhouse,
    &document::Document,
    &phone::Phone,
    &remote::Remote,
    &m365::M365,
    &workday::Workday,
    &ocsf::Ocsf,
    &teams::Teams,
    &defender::Defender,
];

/// Fills columns with the text at paths of an event; where a column is named twice, the later path wins.
pub(crate) fn put(record: &mut Record, event: Value<'_, '_>, pairs: &[(At, &[&str])]) {
    for (at, path) in pairs {
        record.text(*at, json::at(event, path).and_then(json::text).as_deref());
    }
}

/// Country of an address as the log names it, else as the registries assigned its block.
pub(crate) fn country(named: Option<&str>, address: Option<IpAddr>) -> Option<&'static str> {
    let assigned = || address.filter(|ip| value::is_public(*ip)).and_then(iptocc::country_code);
    named.and_then(countries::alpha2).or_else(assigned)
}

/// A stream read by a mapping that the user wrote.
#[must_use]
pub fn mapped(sample: &Sample<'_>, mapping: &Mapping) -> Option<Recognised> {
    generic::MappedSource::new(mapping.clone()).recognise(sample)
}
