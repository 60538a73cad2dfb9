//! What candidates attached, as text: JSON lines with the candidate, the name of the file and its text.

use std::io::Write;

use serde_json::json;

use super::greenhouse::file_name;
use crate::applicants::resume;
use crate::calendar::DAY_MS;
use crate::error::Error;
use crate::truth::Truth;
use crate::world::World;

/// Name of the file.
pub const PATH: &str = "documents/resumes.jsonl";

/// Writes the résumé of everybody who applied by the last day.
pub fn write(world: &World, truth: &mut Truth, out: &mut dyn Write) -> Result<(), Error> {
    for one in &world.applicants {
        let Some(first) = one.applications.first().filter(|first| first.day <= world.to) else { continue };
        let at = i64::from(first.day) * DAY_MS;
        let line = json!({
            "candidate_id": one.id.to_string(),
            "file_name": file_name(one),
            "text": resume::text(world, one),
        });
        writeln!(out, "{line}")?;
        one.text_tags.iter().for_each(|tag| truth.wrote(*tag, at, "document"));
    }
    Ok(())
}
