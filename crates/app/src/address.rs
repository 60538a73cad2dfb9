//! Where the operational store of a workspace is: in a file of its folder, or in a database that the user names.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use store::{Address, Store};

use crate::error::{Error, Result};

/// The store's file in the folder of a workspace.
pub(crate) const FILE: &str = "store.sqlite";
/// Variable of the environment that names a database.
const VARIABLE: &str = "BONAFIDE_STORE";
/// File of the workspace that names one, where the variable does not.
const SETTING: &str = "store.url";

/// The database that is named for a workspace, if one is.
pub(crate) fn named(root: &Path) -> Result<Option<Address>> {
    if let Some(text) = std::env::var_os(VARIABLE).filter(|text| !text.is_empty()) {
        return Address::parse(&text.to_string_lossy()).map(Some).map_err(wrong(VARIABLE));
    }
    let path = root.join(SETTING);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(Error::configuration(&path)(cause)),
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&path).map_err(Error::configuration(&path))?.permissions().mode();
        if mode & 0o077 != 0 {
            let name = path.display();
            let text = format!("{name}: may hold a password, and others may read it; hint: chmod 600 {name}");
            return Err(Error::Configuration(text));
        }
    }
    Address::parse(&text).map(Some).map_err(wrong(&path.display().to_string()))
}

/// Says where an address stands that cannot be used; what it is may hold a password.
fn wrong(place: &str) -> impl FnOnce(store::Error) -> Error {
    let place = place.to_owned();
    move |cause| Error::Configuration(format!("{place}: {cause}"))
}

/// Opens the store of a workspace by its id. `was_elsewhere` is whether it was a database when it was opened last: an empty
/// file must never take the place of a history that is kept elsewhere, nor a database that of a file.
pub(crate) async fn open(root: &Path, id: &str, was_elsewhere: bool) -> Result<(Store, bool)> {
    let file = root.join(FILE);
    match named(root)? {
        Some(address) if file.exists() => Err(Error::Configuration(format!(
            "{}: the store of this workspace is {FILE}, and {address} is named as well; \
             hint: bonafide backup without it, then bonafide restore with it, brings the one into the other",
            root.display()
        ))),
        Some(address) => {
            let store = Store::connect(&address).await?;
            if !store.belongs_to(id).await? {
                let text = format!("{address}: holds the store of another workspace");
                return Err(Error::Configuration(text));
            }
            Ok((store, true))
        }
        None if was_elsewhere => Err(Error::Configuration(format!(
            "{}: the store of this workspace is a database, and none is named; hint: {VARIABLE}, or {SETTING} in the workspace",
            root.display()
        ))),
        None => Ok((Store::open(&file).await?, false)),
    }
}

/// The database that is named for a workspace to be made out of a copy, which must be empty.
pub(crate) async fn vacant(root: &Path) -> Result<Option<Store>> {
    let Some(address) = named(root)? else { return Ok(None) };
    let store = Store::connect(&address).await?;
    if store.length().await? > 0 {
        return Err(Error::Configuration(format!("{address}: holds a store already; name an empty one")));
    }
    Ok(Some(store))
}

/// Brings the file of a copy into a database, and removes it.
pub(crate) async fn carry_over(root: &Path, into: &Store) -> Result<()> {
    let file = root.join(FILE);
    let from = Store::open(&file).await?;
    let done = into.fill_from(&from).await;
    from.close().await;
    done?;
    for ending in ["", "-wal", "-shm"] {
        let path = root.join(format!("{FILE}{ending}"));
        match fs::remove_file(&path) {
            Err(cause) if cause.kind() != ErrorKind::NotFound => {
                return Err(Error::configuration(&path)(cause));
            }
            _ => {}
        }
    }
    Ok(())
}
