//! A server on a port of this machine, and somebody who speaks to it byte by byte, as a browser or a program would.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::desk::{Desk, Said};

/// The password of everybody here.
pub const PASSWORD: &str = "correct horse battery";

/// A server that ends with the test.
pub struct Server {
    child: Child,
    pub port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    pub fn start(desk: &Desk, more: &[&str]) -> Self {
        let mut arguments = vec!["serve"];
        if !more.contains(&"--listen") {
            arguments.extend(["--listen", "127.0.0.1:0"]);
        }
        arguments.extend(more);
        let mut child =
            desk.command(&arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .find_map(|line| line.unwrap().rsplit_once("://127.0.0.1:").map(|(_, port)| port.to_owned()));
        let port = address.expect("it listens").parse().unwrap();
        // what it says later must not fill the pipe
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }

    /// Its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// As a power cut would, while others still hold it.
    pub fn cut(&self) {
        let mut kill = std::process::Command::new("kill");
        assert!(kill.args(["-9", &self.pid().to_string()]).status().unwrap().success());
    }

    /// As a power cut would.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Bytes as they are; what comes back until the other end is done.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        // a server that refuses early may close before all is sent
        let _ = stream.write_all(bytes);
        let mut out = Vec::new();
        let _ = stream.read_to_end(&mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: close\r\n", self.port);
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if !body.is_empty() || method != "GET" {
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        head.push_str("\r\n");
        let text = self.raw(&[head.as_bytes(), body].concat());
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0);
        Reply { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Signs in; panics where that fails.
    pub fn sign_in(&self, name: &str) -> Browser<'_> {
        let reply = self.login(name, PASSWORD);
        assert_eq!(reply.status, 303, "{}", reply.body);
        let cookie = reply.header("set-cookie").unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        let mut browser = Browser {
            server: self,
            cookie: cookie.split(';').next().unwrap().to_owned(),
            mark: String::new(),
        };
        let page = browser.get("/share").body;
        browser.mark = between(&page, "name=\"mark\" value=\"", "\"").unwrap();
        browser
    }

    pub fn login(&self, name: &str, password: &str) -> Reply {
        let body = form(&[("name", name), ("password", password)]);
        self.send("POST", "/login", &[("content-type", FORM)], body.as_bytes())
    }
}

/// Somebody who may sign in.
pub fn add_user(desk: &Desk, name: &str, role: &str, more: &[&str]) -> Said {
    let mut arguments = vec!["user", "add", name, "--role", role, "--password-stdin"];
    arguments.extend(more);
    let mut child = desk
        .command(&arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).unwrap();
    Said::of(child.wait_with_output().unwrap())
}

const FORM: &str = "application/x-www-form-urlencoded";

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<String> {
        let of = |line: &str| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        self.head.lines().find_map(of)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{}\n{}", self.head, self.body))
    }

    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}\n{}", self.head, self.body);
        self
    }
}

/// Somebody who is signed in.
pub struct Browser<'a> {
    server: &'a Server,
    pub cookie: String,
    pub mark: String,
}

impl Browser<'_> {
    pub fn get(&self, path: &str) -> Reply {
        self.server.send("GET", path, &[("cookie", &self.cookie)], b"")
    }

    /// A form of a page of this session.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let mut all = vec![("mark", self.mark.as_str())];
        all.extend(fields);
        let headers = [("cookie", self.cookie.as_str()), ("content-type", FORM)];
        self.server.send("POST", path, &headers, form(&all).as_bytes())
    }

    /// JSON to the API, with this session.
    pub fn api(&self, method: &str, path: &str, body: &Value) -> Reply {
        let headers = [
            ("cookie", self.cookie.as_str()),
            ("x-form-mark", &self.mark),
            ("content-type", "application/json"),
        ];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.server.send(method, path, &headers, body.as_bytes())
    }

    /// Opens the person of a case.
    pub fn open(&self, case: &str) {
        let path = format!("/case/{case}/open");
        self.post(&path, &[("purpose", "Review of remote hires in June")]).expect(303);
    }

    pub fn version(&self, case: &str) -> String {
        let file = self.api("GET", &format!("/api/v1/cases/{case}"), &Value::Null).expect(200).json();
        file["row"]["version"].to_string()
    }
}

pub fn between(text: &str, before: &str, after: &str) -> Option<String> {
    Some(text.split_once(before)?.1.split_once(after)?.0.to_owned())
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        let one = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        };
        text.bytes().map(one).collect()
    };
    fields.iter().map(|(key, value)| format!("{key}={}", escaped(value))).collect::<Vec<_>>().join("&")
}
