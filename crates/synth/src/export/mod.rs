//! The exports, one file per vendor format.

pub mod agent;
pub mod assignments;
pub mod attestations;
pub mod collector;
pub mod crowdstrike;
pub mod crowdstrike_assets;
mod crowdstrike_line;
pub mod documents;
pub mod duo;
pub mod entra_line;
pub mod github;
pub mod google;
pub mod greenhouse;
pub mod inventory;
pub mod json;
pub mod okta;
pub mod okta_line;
pub mod osquery;
mod osquery_hardware;
pub mod osquery_line;
mod osquery_programs;
pub mod pay;
pub mod phones;
pub mod registry;
pub mod remote;
pub mod roster;
pub mod shipments;
pub mod spool;
pub mod truth;
pub mod zoom;

use std::io::Write;

use crate::error::Error;

/// A CSV sheet: header, then rows.
pub struct Sheet<W: Write>(csv::Writer<W>);

impl<W: Write> Sheet<W> {
    /// A sheet with its header.
    pub fn new(out: W, header: &[&str]) -> Result<Self, Error> {
        let mut sheet = Self(csv::Writer::from_writer(out));
        sheet.row(header)?;
        Ok(sheet)
    }

    /// One row.
    pub fn row<T: AsRef<[u8]>>(&mut self, cells: &[T]) -> Result<(), Error> {
        Ok(self.0.write_record(cells)?)
    }

    /// Writes what is left.
    pub fn finish(mut self) -> Result<(), Error> {
        Ok(self.0.flush()?)
    }
}
