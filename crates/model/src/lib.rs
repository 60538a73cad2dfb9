//! The normal form: what every source is brought to and every later room reads.
//!
//! # Layout
//! - [`table`]: what a table is (columns, kinds, field classes) and the macro that declares one
//! - [`tables`]: the record tables, OCSF 1.8 names where it has the concept, our extension elsewhere
//! - [`derived`]: the tables that `linkage` writes: who is who, and what is shared where
//! - [`record`]: one normalised fact and its cells; [`ids`]: record ids and how they are made
//! - [`time`]: instants in microseconds since 1970, UTC
//! - [`evidence`]: one answer of one indicator; [`link`]: shared tokens; [`refusal`]: what nothing may read
//!
//! Knows nothing of files, SQL or the web.

pub mod blame;
pub mod derived;
pub mod evidence;
pub mod ids;
pub mod link;
pub mod record;
pub mod refusal;
pub mod table;
pub mod tables;
pub mod time;

pub use blame::Blame;
pub use evidence::{Evidence, Tier};
pub use ids::{RecordId, UnitKey};
pub use record::{Cell, Record};
pub use table::{AccountColumns, Class, Column, Kind, Layer, TableDef, Whose};
pub use time::Time;
