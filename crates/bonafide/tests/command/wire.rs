//! HTTP as it is on the wire: older and odder requests than browsers make, and connections that are begun and not ended.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::browser::{Server, add_user};
use crate::desk::{Desk, ROSTER};

fn served() -> (Desk, Server) {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", ROSTER);
    desk.check(&[]).expect(0);
    add_user(&desk, "lead", "lead", &[]).expect(0);
    let server = Server::start(&desk, &[]);
    (desk, server)
}

#[test]
fn half_open_requests_stop_nobody() {
    let (_desk, server) = served();
    let lea = server.sign_in("lead");
    let head = b"POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 60000\r\n\r\nname=";
    let half: Vec<TcpStream> = (0..600)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
            // one that had to go already is no surprise
            let _ = stream.write_all(head);
            stream
        })
        .collect();
    for _ in 0..20 {
        let since = Instant::now();
        server.send("GET", "/healthz", &[], b"").expect(200);
        assert!(since.elapsed() < Duration::from_secs(5), "{:?}", since.elapsed());
    }
    lea.get("/").expect(200);
    drop(half);
}

#[test]
fn a_body_that_drips_is_ended() {
    let (_desk, server) = served();
    let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    stream.write_all(b"POST /login HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 60000\r\n\r\n").unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let since = Instant::now();
    let mut said = Vec::new();
    while since.elapsed() < Duration::from_secs(40) {
        if stream.write_all(b"x").is_err() {
            break;
        }
        let mut piece = [0; 4096];
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => said.extend_from_slice(&piece[..count]),
            Err(_) if said.is_empty() => {}
            Err(_) => break,
        }
    }
    let said = String::from_utf8_lossy(&said);
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
    assert!((5..30).contains(&since.elapsed().as_secs()), "{:?}", since.elapsed());
}

#[test]
fn older_and_odder_requests_are_answered() {
    let (_desk, server) = served();
    let old = server.raw(b"GET /healthz HTTP/1.0\r\n\r\n");
    assert!(old.contains(" 200 OK") && old.contains("connection: close"), "{old}");
    let whole =
        server.raw(b"GET http://127.0.0.1/healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n");
    assert!(whole.contains(" 200 OK") && whole.contains("\r\ndate: "), "{whole}");
    let other = server
        .raw(b"GET http://evil.example/healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n");
    assert!(other.contains(" 421 "), "{other}");
    let lea = server.sign_in("lead");
    let head = server.send("HEAD", "/events", &[("cookie", &lea.cookie)], b"");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    let head = server.send("HEAD", "/healthz", &[], b"").expect(200);
    assert!(head.header("content-length").is_some() && head.body.is_empty());
}
