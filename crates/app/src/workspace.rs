//! Where things live: the lake and the operational store in the workspace folder, the key outside it.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use lake::lock::Lock;
use lake::{Lake, Options, WorkspaceKey};
use serde::{Deserialize, Serialize};
use store::Store;

use crate::error::{Error, Result};
use crate::{address, file, folder};

/// One open workspace.
pub struct Workspace {
    /// Its folder.
    pub root: PathBuf,
    /// Records and derived tables.
    pub lake: Lake,
    /// Access log, aliases.
    pub store: Store,
}

/// How to open a workspace.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Folder named by the user.
    pub workspace: Option<PathBuf>,
    /// Key file named by the user.
    pub key: Option<PathBuf>,
    /// Threads for queries and parsing.
    pub threads: usize,
    /// Memory for queries, bytes.
    pub memory_bytes: usize,
}

impl Default for Choice {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        Self { workspace: None, key: None, threads, memory_bytes: 768 << 20 }
    }
}

#[derive(Serialize, Deserialize)]
struct Identity {
    id: String,
    layout: u32,
    /// Tells the right key from a wrong one; missing until there is a key.
    #[serde(default)]
    key_check: Option<String>,
    /// Whether the operational store is a database that somebody runs.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    store_elsewhere: bool,
}

const IDENTITY: &str = "workspace.json";
const LAST: &str = "last-workspace";

impl Workspace {
    /// Opens the workspace of an input folder, making it if need be: the one the user named, else one that
    /// belongs to this input folder alone, so that two companies never mix.
    pub async fn for_input(input: &Path, choice: &Choice) -> Result<Self> {
        Self::for_inputs(&[input.to_path_buf()], choice).await
    }

    /// Opens the workspace of several input folders: without a named one that of the first.
    pub async fn for_inputs(inputs: &[PathBuf], choice: &Choice) -> Result<Self> {
        let Some(input) = inputs.first() else { return Self::named_or_last(choice).await };
        let root = match &choice.workspace {
            Some(root) => root.clone(),
            None => {
                let input = input.canonicalize().map_err(Error::file(input))?;
                let digest = blake3::hash(input.as_os_str().as_encoded_bytes()).to_hex();
                data_home()?.join("workspaces").join(&digest[..16])
            }
        };
        if inputs.iter().any(|input| inside(&root, input)) {
            let text = format!("{}: the workspace may not lie in the input folder", root.display());
            return Err(Error::Configuration(text));
        }
        let workspace = Self::open(&root, choice).await?;
        if choice.workspace.is_none() {
            let last = data_home()?.join(LAST);
            file::replace(&last, root.as_os_str().as_encoded_bytes()).map_err(Error::configuration(&last))?;
        }
        Ok(workspace)
    }

    /// Opens the workspace the user named, else the one last checked.
    pub async fn last(choice: &Choice) -> Result<Self> {
        let root = match &choice.workspace {
            Some(root) => root.clone(),
            None => {
                let last = data_home()?.join(LAST);
                let text = fs::read_to_string(&last)
                    .map_err(|_| Error::Input("nothing was checked yet; hint: bonafide check DIR".into()))?;
                PathBuf::from(text)
            }
        };
        if !root.join(IDENTITY).is_file() {
            let text = format!("{}: no workspace here; hint: bonafide check DIR", root.display());
            return Err(Error::Input(text));
        }
        Self::open(&root, choice).await
    }

    /// Opens the workspace the user named, making it if need be, else the one last checked: users may be added
    /// before anything was checked.
    pub async fn named_or_last(choice: &Choice) -> Result<Self> {
        match &choice.workspace {
            Some(root) => Self::open(root, choice).await,
            None => Self::last(choice).await,
        }
    }

    async fn open(root: &Path, choice: &Choice) -> Result<Self> {
        create_private(root)?;
        let root = root.canonicalize().map_err(Error::configuration(root))?;
        // Two first openings at once would each make an identity and a key.
        let opening = Lock::exclusive(&root.join("opening.lock")).await?;
        let key = key(&root, choice)?;
        let options = Options { memory_bytes: choice.memory_bytes, threads: choice.threads };
        let lake = Lake::open(&root.join("lake"), key, options).await?;
        let mut known = identity(&root.join(IDENTITY))?;
        let (store, elsewhere) = address::open(&root, &known.id, known.store_elsewhere).await?;
        if elsewhere != known.store_elsewhere {
            known.store_elsewhere = elsewhere;
            write_identity(&root.join(IDENTITY), &known)?;
        }
        drop(opening);
        Ok(Self { root, lake, store })
    }
}

/// Notes in a workspace made out of a copy whether its store is a database now.
pub(crate) fn settle(root: &Path, elsewhere: bool) -> Result<()> {
    let at = root.join(IDENTITY);
    write_identity(&at, &Identity { store_elsewhere: elsewhere, ..identity(&at)? })
}

/// A folder that only its owner reads: it will hold what the company's logs say of people.
fn create_private(root: &Path) -> Result<()> {
    folder::make_private(root).map_err(Error::configuration(root))
}

/// Whether a folder that may not exist yet would lie in the input folder.
fn inside(root: &Path, input: &Path) -> bool {
    let Ok(input) = input.canonicalize() else { return false };
    let root = std::path::absolute(root).unwrap_or_else(|_| root.to_path_buf());
    root.ancestors()
        .find_map(|there| there.canonicalize().ok())
        .is_some_and(|there| there.starts_with(&input))
}

fn identity(path: &Path) -> Result<Identity> {
    match fs::read_to_string(path) {
        Ok(text) => {
            let bad = |cause| Error::Configuration(format!("{}: {cause}", path.display()));
            serde_json::from_str(&text).map_err(bad)
        }
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            let identity =
                Identity { id: hex(&random::<8>()?), layout: 1, key_check: None, store_elsewhere: false };
            write_identity(path, &identity)?;
            Ok(identity)
        }
        Err(cause) => Err(Error::configuration(path)(cause)),
    }
}

fn write_identity(path: &Path, identity: &Identity) -> Result<()> {
    let text = serde_json::to_string(identity).map_err(|cause| Error::Defect(cause.to_string()))?;
    file::replace(path, text.as_bytes()).map_err(Error::configuration(path))
}

/// The key of a workspace. It is made once; a workspace whose key is gone cannot be read with another one.
fn key(root: &Path, choice: &Choice) -> Result<WorkspaceKey> {
    let at = root.join(IDENTITY);
    let mut identity = identity(&at)?;
    let path = match &choice.key {
        Some(path) => path.clone(),
        None => config_home()?.join("keys").join(format!("{}.key", identity.id)),
    };
    if !path.exists() {
        if identity.key_check.is_some() {
            let text =
                format!("{}: the key of this workspace is not there: {}", root.display(), path.display());
            return Err(Error::Configuration(text));
        }
        if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            create_private(parent)?;
        }
        file::create(&path, hex(&random::<32>()?).as_bytes()).map_err(Error::configuration(&path))?;
    }
    let text = fs::read_to_string(&path).map_err(Error::configuration(&path))?;
    let wrong = || Error::Configuration(format!("{}: a key is 64 hexadecimal digits", path.display()));
    let key = parse_key(text.trim()).ok_or_else(wrong)?;
    match &identity.key_check {
        Some(check) if *check != key.check() => {
            let text = format!("{}: not the key of this workspace ({})", path.display(), root.display());
            Err(Error::Configuration(text))
        }
        Some(_) => Ok(key),
        None => {
            identity.key_check = Some(key.check());
            write_identity(&at, &identity)?;
            Ok(key)
        }
    }
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|cause| Error::Defect(format!("no randomness: {cause}")))?;
    Ok(bytes)
}

fn parse_key(text: &str) -> Option<WorkspaceKey> {
    let mut bytes = [0_u8; 32];
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    for (at, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(WorkspaceKey::from_bytes(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn home(variable: &str, fallback: &str) -> Result<PathBuf> {
    let named = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    if let Some(home) = named("BONAFIDE_HOME") {
        return Ok(home.join(fallback.rsplit('/').next().unwrap_or(fallback)));
    }
    if let Some(home) = named(variable) {
        return Ok(home.join("bonafide"));
    }
    let user = named("HOME").or_else(|| named("USERPROFILE"));
    let user = user.ok_or_else(|| Error::Configuration("no home folder; hint: set BONAFIDE_HOME".into()))?;
    Ok(user.join(fallback).join("bonafide"))
}

fn data_home() -> Result<PathBuf> {
    let path = home("XDG_DATA_HOME", ".local/share")?;
    fs::create_dir_all(&path).map_err(Error::configuration(&path))?;
    Ok(path)
}

pub(crate) fn config_home() -> Result<PathBuf> {
    home("XDG_CONFIG_HOME", ".config")
}
