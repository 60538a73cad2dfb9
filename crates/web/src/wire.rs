//! HTTP/1.1 on the wire, as narrow as it can be: what is unclear is refused, and whoever is slow is left. Heads are
//! read by `httparse`. A body has either a length or is chunked, never both.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::http::{Answer, Body, Request, date, reason};
use crate::tls::Duplex;

/// Largest head, bytes.
const HEAD: usize = 16 << 10;
/// Most headers.
const HEADERS: usize = 64;
/// How long a head may take, from its first byte or from the answer before.
const HEAD_TIME: Duration = Duration::from_secs(20);
/// A body has so long to begin with …
const BODY_TIME: Duration = Duration::from_secs(10);
/// … and a second more for so many bytes of it …
const LEAST_RATE: usize = 16 << 10;
/// … but never longer than this.
const BODY_MOST: Duration = Duration::from_secs(600);
/// How long the end of a connection may take.
const CLOSE_TIME: Duration = Duration::from_secs(20);
/// How long the other end may take to read a piece of an answer.
const WRITE_TIME: Duration = Duration::from_secs(30);
/// Such a piece, bytes.
const PIECE: usize = 256 << 10;
/// A sign of life on a silent stream of events.
const ALIVE: Duration = Duration::from_secs(15);
/// Sent with every answer. Nothing may run, load or frame but our own.
const ALWAYS: &str = "content-security-policy: default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
    connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'\r\n\
    x-content-type-options: nosniff\r\nreferrer-policy: same-origin\r\nx-frame-options: DENY\r\n\
    cross-origin-opener-policy: same-origin\r\ncross-origin-resource-policy: same-origin\r\n\
    permissions-policy: camera=(), geolocation=(), microphone=()\r\n";

/// Why a request could not be read: a status and words, or nothing where the other end is gone.
pub(crate) type Refused = Option<(u16, &'static str)>;

/// One connection.
pub(crate) struct Wire {
    stream: Box<dyn Duplex>,
    peer: String,
    /// Whether the other end came over TLS, to us or to a proxy in front.
    is_secure: bool,
    /// Bytes read and not used yet.
    kept: Vec<u8>,
}

/// How a body comes.
#[derive(Debug)]
enum Length {
    Known(usize),
    Chunked,
}

/// How fast a body comes.
struct Pace {
    since: Instant,
    taken: usize,
}

impl Pace {
    fn start() -> Self {
        Self { since: Instant::now(), taken: 0 }
    }

    /// How long the next piece may take.
    fn left(&self) -> Duration {
        let allowed = BODY_TIME + Duration::from_secs((self.taken / LEAST_RATE) as u64);
        allowed.min(BODY_MOST).saturating_sub(self.since.elapsed())
    }
}

impl Wire {
    pub(crate) fn new(stream: Box<dyn Duplex>, peer: String, is_secure: bool) -> Self {
        Self { stream, peer, is_secure, kept: Vec::new() }
    }

    /// The next request; `limit` says how large its body may be, going by its head.
    pub(crate) async fn request(&mut self, limit: impl Fn(&Request) -> usize) -> Result<Request, Refused> {
        let head = timeout(HEAD_TIME, self.head()).await.map_err(|_| self.late())?;
        let (mut request, length, waits) = head?;
        let most = limit(&request);
        if let Length::Known(known) = length
            && known > most
        {
            return Err(Some((413, "the body is too large")));
        }
        if waits && !matches!(length, Length::Known(0)) {
            self.write(b"HTTP/1.1 100 Continue\r\n\r\n").await.map_err(|_| None)?;
        }
        let mut pace = Pace::start();
        request.body = match length {
            Length::Known(known) => self.take(known, &mut pace).await?,
            Length::Chunked => self.chunks(most, &mut pace).await?,
        };
        Ok(request)
    }

    /// A connection that never said anything is closed in silence.
    fn late(&self) -> Refused {
        (!self.kept.is_empty()).then_some((408, "the request took too long"))
    }

    async fn head(&mut self) -> Result<(Request, Length, bool), Refused> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; HEADERS];
            let mut parsed = httparse::Request::new(&mut headers);
            match parsed.parse(&self.kept) {
                Ok(httparse::Status::Complete(end)) => {
                    let found = understood(&parsed, &self.peer);
                    self.kept.drain(..end);
                    return found.map_err(Some);
                }
                Ok(httparse::Status::Partial) if self.kept.len() >= HEAD => {
                    return Err(Some((431, "the head of the request is too large")));
                }
                Ok(httparse::Status::Partial) => self.more().await?,
                Err(httparse::Error::TooManyHeaders) => return Err(Some((431, "too many headers"))),
                Err(httparse::Error::Version) => return Err(Some((505, "HTTP/1.1 is spoken here"))),
                Err(_) => return Err(Some((400, "this is no request of HTTP/1.1"))),
            }
        }
    }

    async fn more(&mut self) -> Result<(), Refused> {
        let mut piece = [0_u8; 16 << 10];
        match self.stream.read(&mut piece).await {
            Ok(0) | Err(_) => Err(None),
            Ok(count) => {
                self.kept.extend_from_slice(&piece[..count]);
                Ok(())
            }
        }
    }

    async fn more_in_time(&mut self, pace: &mut Pace) -> Result<(), Refused> {
        let before = self.kept.len();
        timeout(pace.left(), self.more()).await.map_err(|_| Some((408, "the body took too long")))??;
        pace.taken += self.kept.len() - before;
        Ok(())
    }

    async fn take(&mut self, count: usize, pace: &mut Pace) -> Result<Vec<u8>, Refused> {
        while self.kept.len() < count {
            self.more_in_time(pace).await?;
        }
        let rest = self.kept.split_off(count);
        Ok(std::mem::replace(&mut self.kept, rest))
    }

    async fn line(&mut self, pace: &mut Pace) -> Result<String, Refused> {
        let bad = || Some((400, "a chunk is malformed"));
        loop {
            if let Some(end) = self.kept.windows(2).position(|two| two == b"\r\n") {
                let line = self.take(end + 2, pace).await?;
                return String::from_utf8(line[..end].to_vec()).map_err(|_| bad());
            }
            if self.kept.len() > 1024 {
                return Err(bad());
            }
            self.more_in_time(pace).await?;
        }
    }

    async fn chunks(&mut self, most: usize, pace: &mut Pace) -> Result<Vec<u8>, Refused> {
        let bad = || Some((400, "a chunk is malformed"));
        let mut body = Vec::new();
        loop {
            let line = self.line(pace).await?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let is_size = (1..=8).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
            let size = usize::from_str_radix(digits, 16).ok().filter(|_| is_size).ok_or_else(bad)?;
            if size == 0 {
                break;
            }
            if body.len() + size > most {
                return Err(Some((413, "the body is too large")));
            }
            body.extend(self.take(size, pace).await?);
            if self.take(2, pace).await? != b"\r\n" {
                return Err(bad());
            }
        }
        // trailers are read over
        for _ in 0..HEADERS {
            if self.line(pace).await?.is_empty() {
                return Ok(body);
            }
        }
        Err(bad())
    }

    async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        for piece in bytes.chunks(PIECE) {
            let sent = timeout(WRITE_TIME, async {
                self.stream.write_all(piece).await?;
                self.stream.flush().await
            });
            sent.await.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))?;
        }
        Ok(())
    }

    /// Sends an answer. Whether the connection may be used again.
    pub(crate) async fn answer(&mut self, answer: Answer, is_head: bool, keep: bool) -> bool {
        let seconds = app::access::now().max(0) as u64 / 1_000_000;
        let (status, date) = (answer.status, date(seconds));
        let mut text = format!("HTTP/1.1 {status} {}\r\ndate: {date}\r\n{ALWAYS}", reason(status));
        if self.is_secure {
            text.push_str("strict-transport-security: max-age=31536000\r\n");
        }
        for (name, value) in &answer.headers {
            // a value made of what somebody typed must not begin another header
            let clean: String = value.chars().filter(|c| !c.is_control()).collect();
            text.push_str(&format!("{name}: {clean}\r\n"));
        }
        if !answer.headers.iter().any(|(name, _)| *name == "cache-control") {
            text.push_str("cache-control: no-store\r\n");
        }
        match answer.body {
            Body::Bytes(bytes) => {
                text.push_str(if keep { "connection: keep-alive\r\n" } else { "connection: close\r\n" });
                // what never has a body has no length either
                if status != 204 && status != 304 {
                    text.push_str(&format!("content-length: {}\r\n", bytes.len()));
                }
                text.push_str("\r\n");
                let mut out = text.into_bytes();
                if !is_head {
                    out.extend(bytes);
                }
                self.write(&out).await.is_ok() && keep
            }
            Body::Events(mut changes) => {
                text.push_str("connection: close\r\n\r\n");
                let mut send = text.into_bytes();
                if is_head {
                    let _ = self.write(&send).await;
                    return false;
                }
                send.extend(b"retry: 5000\n\n");
                while self.write(&send).await.is_ok() {
                    send = match timeout(ALIVE, changes.changed()).await {
                        Ok(Ok(())) => {
                            let count = *changes.borrow_and_update();
                            format!("event: changed\ndata: {count}\n\n").into_bytes()
                        }
                        Ok(Err(_)) => break,
                        Err(_) => b": alive\n\n".to_vec(),
                    };
                }
                false
            }
        }
    }

    /// Says that nothing more comes: within TLS, an end without it looks as if somebody had cut the line.
    pub(crate) async fn close(&mut self) {
        let _ = timeout(CLOSE_TIME, self.stream.shutdown()).await;
    }

    /// Reads over what still comes, so that an answer to a refused body is not lost by a reset.
    pub(crate) async fn drain(&mut self) {
        let _ = self.stream.shutdown().await;
        let mut piece = [0_u8; 16 << 10];
        let mut left = 8_usize << 20;
        let read = async {
            while let Ok(count) = self.stream.read(&mut piece).await {
                left = left.saturating_sub(count);
                if count == 0 || left == 0 {
                    break;
                }
            }
        };
        let _ = timeout(Duration::from_secs(2), read).await;
    }
}

/// The host that an address names, if it does, and the rest of it. Proxies are sent whole addresses, and whoever is asked
/// must understand one.
fn target(target: &str) -> Result<(Option<String>, &str), (u16, &'static str)> {
    if target.starts_with('/') {
        return Ok((None, target));
    }
    let scheme = ["http://", "https://"]
        .iter()
        .find(|scheme| target.get(..scheme.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(scheme)));
    let rest = scheme.map(|scheme| &target[scheme.len()..]).ok_or((400, "the address must begin with /"))?;
    let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if authority.is_empty() || authority.contains('@') {
        return Err((400, "the address names no host"));
    }
    match path {
        "" => Ok((Some(authority.to_owned()), "/")),
        path if path.starts_with('/') => Ok((Some(authority.to_owned()), path)),
        _ => Err((400, "the address has no path")),
    }
}

fn understood(
    parsed: &httparse::Request<'_, '_>,
    peer: &str,
) -> Result<(Request, Length, bool), (u16, &'static str)> {
    let mut request = Request { peer: peer.to_owned(), ..Request::default() };
    request.method = parsed.method.unwrap_or_default().to_owned();
    request.is_old = parsed.version == Some(0);
    let (authority, target) = target(parsed.path.unwrap_or_default())?;
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    request.path = path.to_owned();
    request.query = query.to_owned();
    for header in parsed.headers.iter() {
        let name = header.name.to_ascii_lowercase();
        let value = String::from_utf8(header.value.to_vec()).map_err(|_| (400, "a header is no text"))?;
        let value = value.trim().to_owned();
        match request.headers.entry(name) {
            std::collections::btree_map::Entry::Vacant(free) => {
                free.insert(value);
            }
            std::collections::btree_map::Entry::Occupied(taken)
                if matches!(
                    taken.key().as_str(),
                    "host" | "content-length" | "transfer-encoding" | "authorization"
                ) =>
            {
                return Err((400, "a header that may come once came twice"));
            }
            std::collections::btree_map::Entry::Occupied(mut taken) => {
                let joint = if taken.key() == "cookie" { "; " } else { ", " };
                let both = format!("{}{joint}{value}", taken.get());
                taken.insert(both);
            }
        }
    }
    match (authority, request.header("host")) {
        // who names it in the address means that one, whatever the header says
        (Some(authority), _) => drop(request.headers.insert("host".into(), authority)),
        (None, Some(_)) => {}
        // HTTP/1.0 knows no other than the one that it has reached
        (None, None) if request.is_old => drop(request.headers.insert("host".into(), "localhost".into())),
        (None, None) => return Err((400, "a request names its host")),
    }
    if request.is_old && request.header("transfer-encoding").is_some() {
        return Err((400, "HTTP/1.0 has no transfer codings"));
    }
    let length = match (request.header("content-length"), request.header("transfer-encoding")) {
        (Some(_), Some(_)) => return Err((400, "a body has a length or is chunked, not both")),
        (Some(digits), None) => {
            let is_number = (1..=12).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
            let known = digits.parse().ok().filter(|_| is_number);
            Length::Known(known.ok_or((400, "the length of the body is no number"))?)
        }
        (None, Some(coding)) if coding.eq_ignore_ascii_case("chunked") => Length::Chunked,
        (None, Some(_)) => return Err((501, "only the chunked transfer coding is understood")),
        (None, None) => Length::Known(0),
    };
    let waits = !request.is_old
        && request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue"));
    Ok((request, length, waits))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn asked(bytes: &[u8]) -> Result<Request, Refused> {
        let (near, mut far) = tokio::io::duplex(64 << 10);
        far.write_all(bytes).await.unwrap();
        Wire::new(Box::new(near), "peer".into(), false).request(|_| 100).await
    }

    #[tokio::test]
    async fn addresses_come_in_two_forms() {
        let whole =
            asked(b"GET http://cases.example:80/case/C-1?x=1 HTTP/1.1\r\nhost: evil\r\n\r\n").await.unwrap();
        assert_eq!((whole.path.as_str(), whole.query.as_str()), ("/case/C-1", "x=1"));
        assert_eq!(whole.header("host"), Some("cases.example:80"));
        assert_eq!(asked(b"GET http://a HTTP/1.1\r\nhost: a\r\n\r\n").await.unwrap().path, "/");
        for bad in ["ftp://a/", "*", "a:1", "http:///x", "http://ana@a/", "http://a?x"] {
            let said = asked(format!("GET {bad} HTTP/1.1\r\nhost: a\r\n\r\n").as_bytes()).await;
            assert_eq!(said.unwrap_err().map(|(status, _)| status), Some(400), "{bad}");
        }
    }

    #[tokio::test]
    async fn the_older_form_is_understood() {
        let old = asked(b"POST / HTTP/1.0\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
        assert!(old.is_old && old.body == b"ok" && old.header("host") == Some("localhost"));
        let odd = asked(b"POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n").await;
        assert_eq!(odd.unwrap_err().map(|(status, _)| status), Some(400));
    }

    #[test]
    fn a_body_that_drips_is_not_waited_for() {
        let mut pace = Pace::start();
        assert!(pace.left() <= BODY_TIME);
        pace.taken = LEAST_RATE * 50;
        assert!(pace.left() > BODY_TIME + Duration::from_secs(49));
        pace.taken = usize::MAX;
        assert!(pace.left() <= BODY_MOST);
    }

    async fn answered(answer: Answer, is_head: bool) -> String {
        let (near, mut far) = tokio::io::duplex(64 << 10);
        let mut wire = Wire::new(Box::new(near), "peer".into(), false);
        wire.answer(answer, is_head, false).await;
        drop(wire);
        let mut said = String::new();
        far.read_to_string(&mut said).await.unwrap();
        said
    }

    #[tokio::test]
    async fn answers_have_a_date_and_a_length_where_they_have_a_body() {
        let said = answered(Answer::new(200, "text/plain", "ok"), false).await;
        assert!(
            said.contains("\r\ndate: ") && said.contains("content-length: 2\r\n") && said.ends_with("ok")
        );
        let said =
            answered(Answer { status: 204, headers: Vec::new(), body: Body::Bytes(Vec::new()) }, false).await;
        assert!(!said.contains("content-length") && said.ends_with("\r\n\r\n"), "{said}");
        let (_keep, changes) = tokio::sync::watch::channel(1);
        let events = Answer { body: Body::Events(changes), ..Answer::new(200, "text/event-stream", "") };
        let said = answered(events, true).await;
        assert!(said.ends_with("\r\n\r\n") && said.contains("text/event-stream"), "{said}");
    }
}
