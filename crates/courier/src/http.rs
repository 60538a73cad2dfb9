//! One request over HTTP/1.1 and its answer. No redirect is followed: a receiver that moved is named anew.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::line::{Courier, Duplex};
use crate::{Address, Error, Result};

/// How long request and answer may take together.
const WHOLE: Duration = Duration::from_secs(30);
/// Largest answer, bytes.
const MOST: usize = 1 << 20;
/// Most headers of an answer.
const HEADERS: usize = 100;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Method.
    pub method: &'a str,
    /// Where.
    pub to: &'a Address,
    /// Headers beside host, length and connection.
    pub headers: &'a [(&'a str, &'a str)],
    /// Body.
    pub body: &'a [u8],
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// First header of a name in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether the receiver took it.
    #[must_use]
    pub fn is_taken(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Seconds after which the receiver asks to be tried again.
    #[must_use]
    pub fn wait_seconds(&self) -> Option<i64> {
        self.header("retry-after")?.trim().parse().ok().filter(|seconds| *seconds >= 0)
    }
}

impl Courier {
    /// Sends one request.
    ///
    /// # Errors
    /// Where nobody is reached, nothing comes in time, or what comes is no answer.
    pub async fn send(&self, request: &Request<'_>) -> Result<Answer> {
        let host = request.to.authority();
        let whole = timeout(WHOLE, self.exchange(request, &host)).await;
        whole.map_err(|_| Error::Late { host: host.clone() })?
    }

    async fn exchange(&self, request: &Request<'_>, host: &str) -> Result<Answer> {
        let mut stream = self.connect(request.to).await?;
        let reach = |cause: std::io::Error| Error::Reach { host: host.to_owned(), cause };
        stream.write_all(&written(request, host)).await.map_err(reach)?;
        stream.flush().await.map_err(reach)?;
        let bytes = read(&mut *stream, host).await?;
        parsed(&bytes, request.method == "HEAD").map_err(|why| Error::Answer { host: host.to_owned(), why })
    }
}

fn written(request: &Request<'_>, host: &str) -> Vec<u8> {
    let mut head = format!(
        "{} {} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\nuser-agent: bonafide\r\n",
        request.method, request.to.path
    );
    for (name, value) in request.headers {
        // a value must not begin another header
        let clean: String = value.chars().filter(|c| !c.is_control()).collect();
        head.push_str(&format!("{name}: {clean}\r\n"));
    }
    if !request.body.is_empty() || request.method == "POST" {
        head.push_str(&format!("content-length: {}\r\n", request.body.len()));
    }
    head.push_str("\r\n");
    [head.as_bytes(), request.body].concat()
}

/// Everything until the other end is done, or until the answer is whole by its own length.
async fn read(stream: &mut dyn Duplex, host: &str) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut piece = vec![0_u8; 16 << 10];
    loop {
        match stream.read(&mut piece).await {
            Ok(0) => return Ok(out),
            Ok(count) => out.extend_from_slice(&piece[..count]),
            // some ends cut the line within TLS; what is missing shows by the length
            Err(cause) if cause.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(out),
            Err(cause) => return Err(Error::Reach { host: host.to_owned(), cause }),
        }
        if out.len() > MOST {
            return Err(Error::Answer { host: host.to_owned(), why: "the answer is too large".into() });
        }
        if is_whole(&out) {
            return Ok(out);
        }
    }
}

/// Whether head and body are there, for an answer that says how long it is.
fn is_whole(bytes: &[u8]) -> bool {
    parsed(bytes, false).is_ok() && {
        let head = String::from_utf8_lossy(bytes).to_ascii_lowercase();
        let head = head.split("\r\n\r\n").next().unwrap_or_default().to_owned();
        head.contains("\r\ncontent-length:") || head.contains("\r\ntransfer-encoding:")
    }
}

fn parsed(bytes: &[u8], is_head: bool) -> std::result::Result<Answer, String> {
    let mut from = 0;
    loop {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut head = httparse::Response::new(&mut headers);
        let rest = bytes.get(from..).unwrap_or_default();
        let end = match head.parse(rest) {
            Ok(httparse::Status::Complete(end)) => end,
            Ok(httparse::Status::Partial) => return Err("the answer is cut off".into()),
            Err(cause) => return Err(format!("no answer of HTTP/1.1: {cause}")),
        };
        let status = head.code.unwrap_or_default();
        if (100..200).contains(&status) {
            // an interim answer; the real one follows
            from += end;
            continue;
        }
        let text = |value: &[u8]| String::from_utf8_lossy(value).trim().to_owned();
        let headers: Vec<(String, String)> =
            head.headers.iter().map(|one| (one.name.to_ascii_lowercase(), text(one.value))).collect();
        let mut answer = Answer { status, headers, body: Vec::new() };
        if !is_head && status != 204 && status != 304 {
            answer.body = body(&answer, &rest[end..])?;
        }
        return Ok(answer);
    }
}

fn body(answer: &Answer, rest: &[u8]) -> std::result::Result<Vec<u8>, String> {
    if let Some(coding) = answer.header("transfer-encoding") {
        if !coding.eq_ignore_ascii_case("chunked") {
            return Err("only the chunked transfer coding is understood".into());
        }
        return chunks(rest);
    }
    match answer.header("content-length").map(str::parse::<usize>) {
        None => Ok(rest.to_vec()),
        Some(Ok(length)) => rest.get(..length).map(<[u8]>::to_vec).ok_or("the answer is cut off".into()),
        Some(Err(_)) => Err("the length of the answer is no number".into()),
    }
}

fn chunks(mut rest: &[u8]) -> std::result::Result<Vec<u8>, String> {
    let cut = || "the answer is cut off".to_owned();
    let mut out = Vec::new();
    loop {
        let (size, begin) = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete((begin, size))) => (size, begin),
            Ok(httparse::Status::Partial) => return Err(cut()),
            Err(_) => return Err("a chunk is malformed".into()),
        };
        if size == 0 {
            return Ok(out);
        }
        let size = usize::try_from(size).map_err(|_| cut())?;
        let end = begin.checked_add(size).ok_or_else(cut)?;
        out.extend_from_slice(rest.get(begin..end).ok_or_else(cut)?);
        rest = rest.get(end + 2..).ok_or_else(cut)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_as(text: &str) -> std::result::Result<(u16, String), String> {
        parsed(text.as_bytes(), false).map(|answer| (answer.status, String::from_utf8(answer.body).unwrap()))
    }

    #[test]
    fn answers_are_read_whole_or_not_at_all() {
        let ok = |status, body: &str| Ok((status, body.to_owned()));
        assert_eq!(read_as("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"), ok(200, "ok"));
        assert_eq!(read_as("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Yes\r\n\r\nlater"), ok(202, "later"));
        assert_eq!(read_as("HTTP/1.1 204 No Content\r\n\r\n"), ok(204, ""));
        let chunked =
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
        assert_eq!(read_as(chunked), ok(200, "abcde"));
        for bad in [
            "",
            "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok",
            "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\nok",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nab",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffff\r\nab",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\nab",
            "SSH-2.0-OpenSSH\r\n\r\n",
        ] {
            assert!(read_as(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_value_begins_no_header() {
        let to = Address::parse("http://localhost/a").unwrap();
        let request = Request { method: "POST", to: &to, headers: &[("x", "1\r\ny: 2")], body: b"" };
        let text = String::from_utf8(written(&request, "localhost")).unwrap();
        assert!(text.contains("x: 1y: 2\r\n") && text.ends_with("content-length: 0\r\n\r\n"), "{text}");
    }
}
