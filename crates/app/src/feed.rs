//! What a workspace is checked from: the folders that the user named, and its own inbox of deliveries. It is kept with
//! the workspace, so that a server can check again what was checked before when something is delivered.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use store::Store;

use crate::check::Options;
use crate::error::{Error, Result};
use crate::folder::{Listing, Place};
use crate::workspace::Workspace;
use crate::{inbox, stamp};

/// Setting of the workspace.
const LAST: &str = "checked_from";

/// Where records come from, and how they are read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Feed {
    /// Folders, absolute.
    pub folders: Vec<PathBuf>,
    /// Keep the bytes behind records.
    keep_raw: bool,
    scope: Option<PathBuf>,
    settings: Option<PathBuf>,
    indicators: Option<PathBuf>,
    mappings: Vec<PathBuf>,
    aliases: Option<PathBuf>,
    mmdb: Option<PathBuf>,
}

impl Feed {
    /// What the user named, wherever a later check is started from.
    pub fn of(folders: &[PathBuf], options: &Options) -> Result<Self> {
        let absolute = |path: &PathBuf| std::path::absolute(path).map_err(Error::configuration(path));
        let maybe = |path: &Option<PathBuf>| path.as_ref().map(absolute).transpose();
        Ok(Self {
            folders: folders.iter().map(absolute).collect::<Result<_>>()?,
            keep_raw: options.keep_raw,
            scope: maybe(&options.scope)?,
            settings: maybe(&options.settings)?,
            indicators: maybe(&options.indicators)?,
            mappings: options.mappings.iter().map(absolute).collect::<Result<_>>()?,
            aliases: maybe(&options.aliases)?,
            mmdb: maybe(&options.mmdb)?,
        })
    }

    /// Of the last check of a workspace; nothing where there was none.
    pub async fn last(store: &Store) -> Result<Option<Self>> {
        let text = store.get(LAST).await?;
        // one that cannot be understood was written by another version: the next check writes it anew
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The same from other folders.
    #[must_use]
    pub fn from(self, folders: &[PathBuf]) -> Self {
        Self { folders: folders.to_vec(), ..self }
    }

    /// Keeps it for the next check.
    pub async fn remember(&self, store: &Store) -> Result<()> {
        let text = serde_json::to_string(self).map_err(|cause| Error::Defect(cause.to_string()))?;
        if store.get(LAST).await?.as_ref() != Some(&text) {
            store.set(LAST, &text).await?;
        }
        Ok(())
    }

    /// The options that it was checked with, as of now.
    #[must_use]
    pub fn options(&self, purpose: &str) -> Options {
        Options {
            keep_raw: self.keep_raw,
            scope: self.scope.clone(),
            settings: self.settings.clone(),
            indicators: self.indicators.clone(),
            mappings: self.mappings.clone(),
            aliases: self.aliases.clone(),
            mmdb: self.mmdb.clone(),
            purpose: Some(purpose.to_owned()),
            ..Options::default()
        }
    }

    /// What is there to be read now.
    pub async fn list(&self, workspace: &Workspace) -> Result<Listing> {
        let (mut places, gone): (Vec<Place>, Vec<Place>) =
            places(&self.folders).into_iter().partition(|place| place.path.exists());
        places.extend(inbox::place(&workspace.root));
        let mut listing = stamp::list(&workspace.store, &places).await?;
        listing.lacks_a_folder = !gone.is_empty();
        for place in gone {
            listing.notes.push(format!("{}: not there, and left as it was read", place.path.display()));
        }
        Ok(listing)
    }
}

/// Folders with what stands before the names of their files: nothing for the first, for the others the name of the
/// folder with a mark that no folder of an export begins with.
fn places(folders: &[PathBuf]) -> Vec<Place> {
    let mut used = BTreeSet::new();
    let mut under = |at: usize, path: &Path| {
        if at == 0 {
            return String::new();
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let free = (1..).map(|n| if n == 1 { format!("+{name}/") } else { format!("+{name} {n}/") });
        free.into_iter().find(|name| used.insert(name.clone())).unwrap_or_default()
    };
    folders
        .iter()
        .enumerate()
        .map(|(at, path)| Place { under: under(at, path), path: path.clone() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_name_in_two_folders_are_two_files() {
        let names = |folders: &[&str]| -> Vec<String> {
            places(&folders.iter().map(PathBuf::from).collect::<Vec<_>>())
                .into_iter()
                .map(|place| place.under)
                .collect()
        };
        assert_eq!(names(&["/a/logs", "/b/logs", "/c/logs", "/d"]), ["", "+logs/", "+logs 2/", "+d/"]);
    }
}
