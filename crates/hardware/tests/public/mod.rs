//! Public data that the measures need and the repository does not hold.
#![allow(dead_code, clippy::print_stderr)]

use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    let default = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    std::env::var_os("BONAFIDE_PUBLIC_DATA").map_or_else(default, PathBuf::from)
}

/// Bytes of a file below the folder of public data; `None`, said loudly, where it is not there.
fn bytes(path: &str) -> Option<Vec<u8>> {
    let path = folder().join(path);
    match std::fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) => {
            let line = "=".repeat(100);
            eprintln!(
                "{line}\nNOT MEASURED: {}: {error}\nBONAFIDE_PUBLIC_DATA=DIR names the folder of public data\n{line}",
                path.display()
            );
            None
        }
    }
}

/// EDIDs of linuxhw/EDID: connection, maker, model, id, EDID in hex.
///
/// # Panics
/// When there is public data and this is not among it, unless `BONAFIDE_WITHOUT_SAMPLES` says that it is meant.
pub fn displays() -> Option<String> {
    let packed = bytes("displays/edid.tsv.xz");
    let is_meant = std::env::var_os("BONAFIDE_WITHOUT_SAMPLES").is_some() || !folder().is_dir();
    assert!(packed.is_some() || is_meant, "the list of displays is missing in {}", folder().display());
    let mut plain = Vec::new();
    lzma_rs::xz_decompress(&mut packed?.as_slice(), &mut plain)
        .expect("the list of displays can be unpacked");
    Some(String::from_utf8(plain).expect("the list of displays is text"))
}

/// Report descriptors of real devices: source, name, bus, vendor id, product id, descriptor in hex.
pub fn descriptors() -> Option<String> {
    Some(String::from_utf8(bytes("hid/descriptors.tsv")?).expect("the list of descriptors is text"))
}

/// `lsusb -v` of real computers, one after the other.
pub fn inventories() -> Option<Vec<u8>> {
    bytes("hid/lsusb.txt")
}
