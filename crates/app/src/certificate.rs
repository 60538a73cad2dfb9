//! Certificate and key of the server, as files: whoever renews them writes them anew.

use std::path::PathBuf;

use crate::error::{Error, Result};

/// Where they stand.
#[derive(Debug, Clone)]
pub struct Files {
    /// Certificates, PEM, the server's own first.
    pub certificate: PathBuf,
    /// Its key, PEM.
    pub key: PathBuf,
}

impl Files {
    /// Bytes of both.
    pub fn read(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        let read = |path: &PathBuf| std::fs::read(path).map_err(Error::configuration(path));
        Ok((read(&self.certificate)?, read(&self.key)?))
    }

    /// Digest of both, to tell whether they were renewed.
    pub fn digest(&self) -> Result<[u8; 32]> {
        let (certificate, key) = self.read()?;
        let mut hasher = blake3::Hasher::new();
        hasher.update(&(certificate.len() as u64).to_le_bytes()).update(&certificate).update(&key);
        Ok(hasher.finalize().into())
    }
}
