//! A copy of a workspace, whole, made while others read and write; and a workspace out of a copy. The key is not in it:
//! a copy without the key shows nothing, and both together show everything. The operational store is a file in the copy,
//! wherever it was kept and wherever it will be: a copy is also the way from one to the other.

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::access::{self, Access};
use crate::address;
use crate::error::{Error, Result};
use crate::inbox;
use crate::workspace::{Choice, Workspace, settle};

/// Parts of a workspace beside the operational store.
const PARTS: [&str; 3] = ["workspace.json", "lake", inbox::FOLDER];
/// Configuration of the workspace, where there is one.
const SETTINGS: [&str; 3] = ["scope.toml", "bonafide.toml", "serve.toml"];

/// What was copied.
#[derive(Debug, Clone, Serialize)]
pub struct Copied {
    /// Files.
    pub files: u64,
    /// Bytes.
    pub bytes: u64,
    /// Head of the history in the copy: worth writing down elsewhere.
    pub head: String,
}

/// Copies a workspace into a new folder.
pub async fn make(choice: &Choice, to: &Path, purpose: Option<&str>) -> Result<Copied> {
    let workspace = Workspace::last(choice).await?;
    if to.exists() {
        return Err(Error::Configuration(format!("{}: is there already; name a new folder", to.display())));
    }
    access::record(&workspace, &Access::of("backup").purpose(purpose)).await?;
    // The lake is open: nothing of its state is removed meanwhile. The history comes last, so that it is never older.
    fs::create_dir_all(to).map_err(Error::configuration(to))?;
    let mut copied = Copied { files: 0, bytes: 0, head: String::new() };
    for name in PARTS.iter().filter(|name| workspace.root.join(name).exists()) {
        copy(&workspace.root.join(name), &to.join(name), &mut copied)?;
    }
    for name in SETTINGS.iter().filter(|name| workspace.root.join(name).is_file()) {
        copy(&workspace.root.join(name), &to.join(name), &mut copied)?;
    }
    workspace.store.copy_to(&to.join(address::FILE)).await?;
    copied.files += 1;
    copied.head = workspace.store.verify().await?.head;
    Ok(copied)
}

/// Makes a workspace out of a copy, in a new folder.
pub async fn restore(choice: &Choice, from: &Path) -> Result<Copied> {
    let Some(to) = &choice.workspace else {
        return Err(Error::Configuration("where to? hint: --workspace DIR, a new folder".into()));
    };
    if to.exists() {
        return Err(Error::Configuration(format!("{}: is there already; name a new folder", to.display())));
    }
    if !from.join(address::FILE).is_file() || !from.join("workspace.json").is_file() {
        return Err(Error::Input(format!("{}: no copy of a workspace", from.display())));
    }
    let elsewhere = address::vacant(to).await?;
    let mut copied = Copied { files: 0, bytes: 0, head: String::new() };
    fs::create_dir_all(to).map_err(Error::configuration(to))?;
    for name in PARTS.iter().chain(&SETTINGS).chain(&[address::FILE]).filter(|name| from.join(name).exists())
    {
        copy(&from.join(name), &to.join(name), &mut copied)?;
    }
    settle(to, elsewhere.is_some())?;
    if let Some(store) = elsewhere {
        address::carry_over(to, &store).await?;
        store.close().await;
    }
    let workspace = Workspace::last(choice).await?;
    let damage = workspace.lake.damage();
    if let Some(first) = damage.first() {
        return Err(Error::Input(format!("{}: the copy is damaged: {first}", from.display())));
    }
    access::record(&workspace, &Access::of("restored from a copy")).await?;
    copied.head = workspace.store.verify().await?.head;
    Ok(copied)
}

fn copy(from: &Path, to: &Path, copied: &mut Copied) -> Result<()> {
    if from.is_dir() {
        fs::create_dir_all(to).map_err(Error::configuration(to))?;
        for entry in fs::read_dir(from).map_err(Error::configuration(from))? {
            let entry = entry.map_err(Error::configuration(from))?;
            let name = entry.file_name();
            // locks, spilled rows and files half written belong to processes, not to the state
            let is_passing = name.to_str().is_none_or(|name| {
                name.ends_with(".lock")
                    || name.ends_with(".part")
                    || name == "spill"
                    || (name.starts_with('.') && !inbox::is_kept(name))
            });
            if !is_passing {
                copy(&entry.path(), &to.join(&name), copied)?;
            }
        }
        return Ok(());
    }
    copied.bytes += fs::copy(from, to).map_err(Error::configuration(from))?;
    copied.files += 1;
    Ok(())
}
