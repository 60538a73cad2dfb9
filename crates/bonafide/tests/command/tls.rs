//! TLS as a browser meets it: the real server, and a client that trusts one authority.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::browser::{PASSWORD, Server, add_user, form};
use crate::desk::Desk;

fn fixture(name: &str) -> String {
    format!("{}/../web/fixtures/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// What comes back to bytes sent within TLS, until the other end says that nothing more comes.
fn within(port: u16, bytes: &[u8]) -> String {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(fixture("ca.pem")).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = ClientConnection::new(Arc::new(config), ServerName::try_from("localhost").unwrap()).unwrap();
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut stream = StreamOwned::new(client, stream);
    stream.write_all(bytes).unwrap();
    let mut out = Vec::new();
    stream.read_to_end(&mut out).expect("the server ends the connection in order");
    String::from_utf8(out).unwrap()
}

#[test]
fn with_a_certificate_everything_goes_over_tls() {
    let desk = Desk::new();
    let room = desk.root().join("room");
    let room = room.to_str().unwrap();
    add_user(&desk, "ana", "analyst", &["--workspace", room]).expect(0);
    let (certificate, key) = (fixture("server.pem"), fixture("server.key"));
    let server = Server::start(&desk, &["--workspace", room, "--tls-cert", &certificate, "--tls-key", &key]);

    let healthy =
        within(server.port, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    assert!(healthy.starts_with("HTTP/1.1 200 "), "{healthy}");
    assert!(healthy.contains("strict-transport-security: max-age="), "{healthy}");

    let body = form(&[("name", "ana"), ("password", PASSWORD)]);
    let head = format!(
        "POST /login HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let signed_in = within(server.port, head.as_bytes());
    assert!(signed_in.starts_with("HTTP/1.1 303 "), "{signed_in}");
    let cookie = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    assert!(cookie.starts_with("__Host-session=") && cookie.ends_with("; Secure"), "{cookie}");
    let session = cookie.split(';').next().unwrap();
    let ask = format!("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncookie: {session}\r\n\r\n");
    assert!(within(server.port, ask.as_bytes()).starts_with("HTTP/1.1 200 "));

    // in the clear nothing is said, and the server goes on
    let plain = server.raw(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert!(!plain.contains("HTTP/1.1"), "{plain}");
    within(server.port, b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
}

#[test]
fn a_certificate_that_cannot_be_used_and_an_open_door_are_refused() {
    let desk = Desk::new();
    let room = desk.root().join("room");
    let room = room.to_str().unwrap();
    let (certificate, key) = (fixture("server.pem"), fixture("server.key"));
    let serve = |more: &[&str]| {
        let mut arguments = vec!["serve", "--workspace", room, "--listen", "127.0.0.1:0"];
        arguments.extend(more);
        desk.run(&arguments)
    };
    let other = fixture("renewed.key");
    let said = serve(&["--tls-cert", &certificate, "--tls-key", &other]).expect(3).err;
    assert!(said.contains("server.pem"), "{said}");
    let said = serve(&["--tls-cert", &certificate, "--tls-key", "nowhere.key"]).expect(3).err;
    assert!(said.contains("nowhere.key"), "{said}");
    serve(&["--tls-cert", &certificate]).expect(3);
    // beyond this machine also TLS does not help while nobody can sign in
    let beyond = ["--listen", "0.0.0.0:0", "--tls-cert", certificate.as_str(), "--tls-key", key.as_str()];
    let mut arguments = vec!["serve", "--workspace", room];
    arguments.extend(beyond);
    let said = desk.run(&arguments).expect(3).err;
    assert!(said.contains("nobody can sign in"), "{said}");
}
