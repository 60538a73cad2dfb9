//! `bonafide verify`

use super::choice;
use crate::arguments::Shared;
use crate::draw;
use crate::exit::{CONFIGURATION, Exit, NOTHING_OPENED};

/// Checks the hash chain of the access history, and the files of the workspace.
pub async fn run(shared: &Shared) -> anyhow::Result<Exit> {
    let verified = app::show::verify(&choice(shared)).await?;
    draw::say(&verified.text)?;
    Ok(if verified.whole { NOTHING_OPENED } else { CONFIGURATION })
}
