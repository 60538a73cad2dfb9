//! What is sent, against receivers of this machine: over TLS, in the clear, and what they may do wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::Arc;
use std::thread::JoinHandle;

use courier::{Address, Answer, Courier, Error, Message, Request};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

fn fixture(name: &str) -> String {
    format!("{}/../web/fixtures/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Takes one connection, reads until a blank line and a body of five bytes, and says what it is told to.
fn receiver(says: &'static [u8], within_tls: bool) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let one = move || {
        let (stream, _) = listener.accept().unwrap();
        if within_tls { heard(&mut shaken(stream), says) } else { heard(&mut { stream }, says) }
    };
    (port, std::thread::spawn(one))
}

fn shaken(stream: TcpStream) -> rustls::StreamOwned<rustls::ServerConnection, TcpStream> {
    let chain = vec![CertificateDer::from_pem_file(fixture("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(fixture("server.key")).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
    rustls::StreamOwned::new(rustls::ServerConnection::new(Arc::new(config)).unwrap(), stream)
}

fn heard(stream: &mut (impl Read + Write), says: &[u8]) -> String {
    let mut out = Vec::new();
    let mut piece = [0_u8; 4096];
    while !out.ends_with(b"hello") {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(count) => out.extend_from_slice(&piece[..count]),
        }
    }
    // whoever does not trust us has gone by now
    let _ = stream.write_all(says);
    let _ = stream.flush();
    String::from_utf8_lossy(&out).into_owned()
}

async fn post(courier: &Courier, url: &str) -> Result<Answer, Error> {
    let to = Address::parse(url).unwrap();
    courier.send(&Request { method: "POST", to: &to, headers: &[("x-id", "7")], body: b"hello" }).await
}

#[tokio::test]
async fn over_tls_only_to_whom_a_known_authority_vouches_for() {
    let known = Courier::new(Some(&std::fs::read(fixture("ca.pem")).unwrap())).unwrap();
    let (port, going) = receiver(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", true);
    let answer = post(&known, &format!("https://localhost:{port}/hook?x=1")).await.unwrap();
    assert_eq!((answer.status, answer.body.as_slice()), (200, &b"ok"[..]));
    let said = going.join().unwrap();
    assert!(said.starts_with("POST /hook?x=1 HTTP/1.1\r\n") && said.contains("x-id: 7\r\n"), "{said}");
    assert!(said.contains(&format!("host: localhost:{port}\r\n")), "{said}");

    let machine = Courier::new(None).unwrap();
    let (port, going) = receiver(b"", true);
    let refused = post(&machine, &format!("https://localhost:{port}/")).await.unwrap_err();
    assert!(matches!(refused, Error::Reach { .. }), "{refused}");
    assert!(!going.join().unwrap().contains("hello"), "nothing was said to a stranger");
    assert!(Courier::new(Some(b"no certificate")).is_err());
}

#[tokio::test]
async fn what_a_receiver_does_wrong_is_told() {
    let courier = Courier::new(None).unwrap();
    let moved = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/elsewhere\r\ncontent-length: 0\r\n\r\n";
    let (port, _) = receiver(moved, false);
    let answer = post(&courier, &format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.status, answer.is_taken()), (302, false), "a redirect is not followed");

    let (port, _) = receiver(b"HTTP/1.1 503 Busy\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n", false);
    let answer = post(&courier, &format!("http://127.0.0.1:{port}/")).await.unwrap();
    assert_eq!((answer.status, answer.wait_seconds()), (503, Some(7)));

    for says in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok", b"SSH-2.0-x\r\n\r\n"] {
        let (port, _) = receiver(says, false);
        let refused = post(&courier, &format!("http://127.0.0.1:{port}/")).await;
        assert!(matches!(refused, Err(Error::Answer { .. } | Error::Reach { .. })), "{refused:?}");
    }
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let refused = post(&courier, &format!("http://127.0.0.1:{closed}/")).await.unwrap_err();
    assert!(matches!(refused, Error::Reach { .. }), "{refused}");
}

#[tokio::test]
async fn syslog_arrives_as_datagram_and_as_counted_octets() {
    let courier = Courier::new(None).unwrap();
    let message = Message { severity: 5, time: "2026-06-01T08:00:00Z", kind: "finding", text: "{\"ü\":1}" };
    let written = "<85>1 2026-06-01T08:00:00Z - bonafide - finding - {\"ü\":1}";

    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let to = Address::parse(&format!("syslog+udp://{}", socket.local_addr().unwrap())).unwrap();
    courier.log(&to, &message).await.unwrap();
    let mut bytes = [0_u8; 2048];
    let count = socket.recv(&mut bytes).unwrap();
    assert_eq!(std::str::from_utf8(&bytes[..count]).unwrap(), written);
    let long = "x".repeat(70_000);
    assert!(courier.log(&to, &Message { text: &long, ..message }).await.is_err());

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = Address::parse(&format!("syslog+tcp://{}", listener.local_addr().unwrap())).unwrap();
    let going = std::thread::spawn(move || {
        let mut out = String::new();
        listener.accept().unwrap().0.read_to_string(&mut out).unwrap();
        out
    });
    courier.log(&to, &message).await.unwrap();
    assert_eq!(going.join().unwrap(), format!("{} {written}", written.len()));
}
