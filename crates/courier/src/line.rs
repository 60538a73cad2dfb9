//! A connection to somewhere else, in the clear or within TLS.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::{Address, Error, Result};

/// How long it may take to be connected.
const CONNECT: Duration = Duration::from_secs(10);

/// Both ways of a connection.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// Who dials out. Holds the authorities that are trusted, and nothing else.
#[derive(Clone)]
pub struct Courier {
    tls: TlsConnector,
}

impl Courier {
    /// With the authorities that this machine trusts, or in their place with those of a PEM file.
    ///
    /// # Errors
    /// [`Error::Configuration`] where the PEM cannot be used.
    pub fn new(authorities: Option<&[u8]>) -> Result<Self> {
        let wrong = |cause: &dyn std::fmt::Display| Error::Configuration(cause.to_string());
        let mut roots = RootCertStore::empty();
        match authorities {
            Some(pem) => {
                for one in CertificateDer::pem_slice_iter(pem) {
                    let one = one.map_err(|cause| wrong(&cause))?;
                    roots.add(one).map_err(|cause| wrong(&cause))?;
                }
                if roots.is_empty() {
                    return Err(wrong(&"no certificate of an authority in it"));
                }
            }
            // where none is found, nobody is trusted, and the message of a connection says so
            None => drop(roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs)),
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|cause| wrong(&cause))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Connects, in the clear or within TLS as the address says.
    pub(crate) async fn connect(&self, to: &Address) -> Result<Box<dyn Duplex>> {
        let host = to.authority();
        let late = || Error::Late { host: host.clone() };
        let reach = |cause: std::io::Error| Error::Reach { host: host.clone(), cause };
        let dialled = timeout(CONNECT, TcpStream::connect((to.host.as_str(), to.port))).await;
        let stream = dialled.map_err(|_| late())?.map_err(reach)?;
        let _ = stream.set_nodelay(true);
        if !to.is_secure() {
            return Ok(Box::new(stream));
        }
        let name =
            ServerName::try_from(to.host.clone()).map_err(|cause| Error::Address(cause.to_string()))?;
        let agreed = timeout(CONNECT, self.tls.connect(name, stream)).await;
        Ok(Box::new(agreed.map_err(|_| late())?.map_err(reach)?))
    }
}
