//! TLS for whoever comes: a certificate and its key as PEM, taken in again when they were renewed.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use app::certificate::Files;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

/// How long the other end may take to agree on a key.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// Both ways of a connection, in the clear or within TLS.
pub(crate) trait Duplex: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Duplex for T {}

/// What this server shows.
pub(crate) struct Tls {
    files: Files,
    now: RwLock<Shown>,
}

struct Shown {
    digest: [u8; 32],
    config: Arc<ServerConfig>,
}

impl Tls {
    /// Reads certificate and key.
    pub(crate) fn open(files: Files) -> Result<Self, app::Error> {
        let shown = Shown::read(&files)?;
        Ok(Self { files, now: RwLock::new(shown) })
    }

    /// Takes in a renewed certificate. Whether there was one; where it cannot be used, the one before stays.
    pub(crate) fn renew(&self) -> Result<bool, app::Error> {
        let digest = self.files.digest()?;
        if self.now.read().unwrap_or_else(PoisonError::into_inner).digest == digest {
            return Ok(false);
        }
        let shown = Shown::read(&self.files)?;
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = shown;
        Ok(true)
    }

    /// Agrees on a key; nothing where the other end does not.
    pub(crate) async fn accept(&self, stream: impl Duplex + 'static) -> Option<Box<dyn Duplex>> {
        let config = self.now.read().unwrap_or_else(PoisonError::into_inner).config.clone();
        let agreed = timeout(HANDSHAKE, TlsAcceptor::from(config).accept(stream)).await;
        agreed.ok()?.ok().map(|stream| Box::new(stream) as Box<dyn Duplex>)
    }
}

impl Shown {
    fn read(files: &Files) -> Result<Self, app::Error> {
        let digest = files.digest()?;
        let bad = |path: &std::path::Path, cause: &dyn std::fmt::Display| {
            app::Error::Configuration(format!("{}: {cause}", path.display()))
        };
        let (chain, key) = files.read()?;
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&chain)
            .collect::<Result<_, _>>()
            .map_err(|cause| bad(&files.certificate, &cause))?;
        if chain.is_empty() {
            return Err(bad(&files.certificate, &"no certificate in it; hint: PEM, the server's own first"));
        }
        let key = PrivateKeyDer::from_pem_slice(&key).map_err(|cause| bad(&files.key, &cause))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|cause| app::Error::Defect(cause.to_string()))?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(|cause| bad(&files.certificate, &cause))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { digest, config: Arc::new(config) })
    }
}

#[cfg(test)]
mod tests {
    use rustls::RootCertStore;
    use rustls::pki_types::ServerName;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio_rustls::TlsConnector;

    use super::*;

    fn fixture(name: &str) -> Vec<u8> {
        std::fs::read(format!("{}/fixtures/tls/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    fn put(files: &Files, certificate: &str, key: &str) {
        std::fs::write(&files.certificate, fixture(certificate)).unwrap();
        std::fs::write(&files.key, fixture(key)).unwrap();
    }

    fn client(knows_authority: bool) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        if knows_authority {
            roots.add(CertificateDer::from_pem_slice(&fixture("ca.pem")).unwrap()).unwrap();
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(config))
    }

    /// The certificate that a client is shown, once it has agreed and heard its own words again.
    async fn shown(tls: &Tls, client: TlsConnector, name: &'static str) -> Option<Vec<u8>> {
        let (near, far) = tokio::io::duplex(64 << 10);
        let name = ServerName::try_from(name).unwrap();
        let (said, heard) = tokio::join!(
            async {
                let mut stream = client.connect(name, near).await.ok()?;
                stream.write_all(b"hello").await.ok()?;
                let mut back = [0_u8; 5];
                stream.read_exact(&mut back).await.ok()?;
                assert_eq!(&back, b"hello");
                Some(stream.get_ref().1.peer_certificates()?[0].to_vec())
            },
            async {
                let mut stream = tls.accept(far).await?;
                let mut said = [0_u8; 5];
                stream.read_exact(&mut said).await.ok()?;
                stream.write_all(&said).await.ok()
            }
        );
        heard.and(said)
    }

    #[tokio::test]
    async fn a_renewed_certificate_is_shown_and_a_broken_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let files = Files { certificate: at("cert.pem"), key: at("key.pem") };
        put(&files, "server.pem", "server.key");
        let tls = Tls::open(files.clone()).unwrap();
        let first = shown(&tls, client(true), "localhost").await.unwrap();
        assert!(shown(&tls, client(false), "localhost").await.is_none(), "an authority that nobody knows");
        assert!(shown(&tls, client(true), "elsewhere.example").await.is_none(), "another name");
        assert!(!tls.renew().unwrap());

        put(&files, "renewed.pem", "server.key");
        assert!(tls.renew().is_err(), "a key of another certificate");
        assert_eq!(shown(&tls, client(true), "localhost").await.unwrap(), first);
        put(&files, "renewed.pem", "renewed.key");
        assert!(tls.renew().unwrap());
        assert_ne!(shown(&tls, client(true), "localhost").await.unwrap(), first);
    }

    #[test]
    fn files_that_cannot_be_used_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let files = Files { certificate: at("cert.pem"), key: at("key.pem") };
        let said = |files: &Files| Tls::open(files.clone()).err().unwrap().to_string();
        assert!(said(&files).contains("cert.pem"));
        std::fs::write(&files.certificate, "no certificate").unwrap();
        std::fs::write(&files.key, fixture("server.key")).unwrap();
        assert!(said(&files).contains("no certificate in it"), "{}", said(&files));
        put(&files, "server.pem", "server.pem");
        assert!(said(&files).contains("key.pem"), "{}", said(&files));
    }
}
