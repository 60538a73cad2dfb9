//! Somebody who is sent findings: an HTTP server of a few lines that notes what it is told, and answers as it is told.

use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

/// One request.
#[derive(Debug, Clone)]
pub struct Got {
    pub head: String,
    pub body: String,
    pub status: u16,
}

impl Got {
    pub fn header(&self, name: &str) -> String {
        let of = |line: &str| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        self.head.lines().find_map(of).unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// A receiver on a port of this machine.
pub struct Receiver {
    pub port: u16,
    got: Arc<Mutex<Vec<Got>>>,
}

impl Receiver {
    /// Answers with these statuses first, and with 200 from then on.
    pub fn at(port: u16, statuses: &[u16]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let got = Arc::new(Mutex::new(Vec::new()));
        let (kept, mut statuses) = (got.clone(), statuses.iter().copied().collect::<VecDeque<_>>());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let status = statuses.pop_front().unwrap_or(200);
                if let Some(one) = taken(stream.unwrap(), status) {
                    kept.lock().unwrap().push(one);
                }
            }
        });
        Self { port, got }
    }

    pub fn got(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// What was taken, once it is so many requests; panics where it takes longer than a minute.
    pub fn taken(&self, count: usize) -> Vec<Got> {
        let taken = || self.got().into_iter().filter(|one| one.status == 200).collect::<Vec<_>>();
        until(&format!("{count} requests"), || taken().len() >= count);
        taken()
    }
}

/// Waits for something.
pub fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < Duration::from_secs(90), "{what}: waited for in vain");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn taken(mut stream: TcpStream, status: u16) -> Option<Got> {
    let mut lines = BufReader::new(stream.try_clone().unwrap());
    let mut head = String::new();
    loop {
        let mut line = String::new();
        if lines.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut got = Got { head, body: String::new(), status };
    let mut body = vec![0; got.header("content-length").parse().unwrap_or(0)];
    lines.read_exact(&mut body).ok()?;
    got.body = String::from_utf8(body).unwrap();
    let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).ok()?;
    Some(got)
}
