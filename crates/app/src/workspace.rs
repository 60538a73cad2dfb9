//! Where things live: the lake and the operational store in the workspace folder, the key outside it.

use std::fs;
use std::path::{Path, PathBuf};

use lake::{Lake, Options, WorkspaceKey};
use serde::{Deserialize, Serialize};
use store::Store;

use crate::error::{Error, Result};

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
}

const IDENTITY: &str = "workspace.json";
const LAST: &str = "last-workspace";

impl Workspace {
    /// Opens the workspace of an input folder, making it if need be: the one the user named, else one that
    /// belongs to this input folder alone, so that two companies never mix.
    pub async fn for_input(input: &Path, choice: &Choice) -> Result<Self> {
        let root = match &choice.workspace {
            Some(root) => root.clone(),
            None => {
                let input = input.canonicalize().map_err(Error::file(input))?;
                let digest = blake3::hash(input.as_os_str().as_encoded_bytes()).to_hex();
                data_home()?.join("workspaces").join(&digest[..16])
            }
        };
        if inside(&root, input) {
            let text = format!("{}: the workspace may not lie in the input folder", root.display());
            return Err(Error::Configuration(text));
        }
        let workspace = Self::open(&root, choice).await?;
        if choice.workspace.is_none() {
            let last = data_home()?.join(LAST);
            fs::write(&last, root.as_os_str().as_encoded_bytes()).map_err(Error::file(&last))?;
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

    async fn open(root: &Path, choice: &Choice) -> Result<Self> {
        fs::create_dir_all(root).map_err(Error::file(root))?;
        let root = root.canonicalize().map_err(Error::file(root))?;
        let identity = identity(&root)?;
        let key = key(&identity, choice)?;
        let options = Options { memory_bytes: choice.memory_bytes, threads: choice.threads };
        let lake = Lake::open(&root.join("lake"), key, options).await?;
        let store = Store::open(&root.join("store.sqlite")).await?;
        Ok(Self { root, lake, store })
    }

    /// Throws away what was ingested, because the input folder no longer holds it.
    pub async fn start_over(self, choice: &Choice) -> Result<Self> {
        let Self { root, lake, store } = self;
        drop(lake);
        drop(store);
        let folder = root.join("lake");
        fs::remove_dir_all(&folder).map_err(Error::file(&folder))?;
        Self::open(&root, choice).await
    }
}

fn inside(root: &Path, input: &Path) -> bool {
    let Ok(input) = input.canonicalize() else { return false };
    let root = std::path::absolute(root).unwrap_or_else(|_| root.to_path_buf());
    root.canonicalize().unwrap_or(root).starts_with(input)
}

fn identity(root: &Path) -> Result<Identity> {
    let path = root.join(IDENTITY);
    if let Ok(text) = fs::read_to_string(&path) {
        let bad = |cause| Error::Configuration(format!("{}: {cause}", path.display()));
        return serde_json::from_str(&text).map_err(bad);
    }
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|cause| Error::Defect(format!("no randomness: {cause}")))?;
    let identity = Identity { id: hex(&bytes), layout: 1 };
    let text = serde_json::to_string(&identity).map_err(|cause| Error::Defect(cause.to_string()))?;
    fs::write(&path, text).map_err(Error::file(&path))?;
    Ok(identity)
}

fn key(identity: &Identity, choice: &Choice) -> Result<WorkspaceKey> {
    let path = match &choice.key {
        Some(path) => path.clone(),
        None => config_home()?.join("keys").join(format!("{}.key", identity.id)),
    };
    if let Ok(text) = fs::read_to_string(&path) {
        return parse_key(text.trim()).ok_or_else(|| {
            Error::Configuration(format!("{}: a key is 64 hexadecimal digits", path.display()))
        });
    }
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|cause| Error::Defect(format!("no randomness: {cause}")))?;
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).map_err(Error::file(parent))?;
    }
    write_private(&path, &hex(&bytes))?;
    Ok(WorkspaceKey::from_bytes(bytes))
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

fn write_private(path: &Path, text: &str) -> Result<()> {
    use std::io::Write;
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(Error::file(path))?;
    file.write_all(text.as_bytes()).map_err(Error::file(path))
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
    fs::create_dir_all(&path).map_err(Error::file(&path))?;
    Ok(path)
}

fn config_home() -> Result<PathBuf> {
    home("XDG_CONFIG_HOME", ".config")
}
