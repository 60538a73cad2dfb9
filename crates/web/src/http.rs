//! Requests and answers as values.

use std::collections::BTreeMap;

use tokio::sync::watch;

/// A request, whole.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path, not decoded.
    pub(crate) path: String,
    pub(crate) query: String,
    /// Names in lower case; a header that comes twice keeps both, joined by a comma.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
    /// Address of the other end, without its port.
    pub(crate) peer: String,
    /// HTTP/1.0: it is answered, and that is the end of the connection.
    pub(crate) is_old: bool,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }

    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.header("cookie")?.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

/// What goes back.
#[derive(Debug)]
pub(crate) enum Body {
    Bytes(Vec<u8>),
    /// Server-sent events: one whenever something changed.
    Events(watch::Receiver<u64>),
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

impl Answer {
    pub(crate) fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("content-type", kind.to_owned())], body: Body::Bytes(body.into()) }
    }

    pub(crate) fn html(status: u16, markup: maud::Markup) -> Self {
        Self::new(status, "text/html; charset=utf-8", markup.into_string())
    }

    pub(crate) fn see(path: &str) -> Self {
        Self::new(303, "text/plain; charset=utf-8", "see the other page\n").with("location", path.to_owned())
    }

    pub(crate) fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// Text of a status.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        303 => "See Other",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        411 => "Length Required",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        502 => "Bad Gateway",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        _ => "Internal Server Error",
    }
}

/// A moment as headers write it (RFC 9110, 5.6.7), from seconds since 1970.
pub(crate) fn date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // years from 1 March, so that a leap day is the last one (Howard Hinnant, "chrono-compatible low-level date algorithms")
    let shifted = days + 719_468;
    let (era, of_era) = (shifted / 146_097, shifted % 146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let year = year + era * 400 + u64::from(month >= 10);
    format!(
        "{}, {day:02} {} {year} {:02}:{:02}:{:02} GMT",
        DAYS[(days % 7) as usize],
        MONTHS[((month + 2) % 12) as usize],
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

/// Percent-decoded text; `None` where it is no valid UTF-8 or badly escaped.
pub(crate) fn decode(text: &str, plus_is_space: bool) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let digits = text.get(at + 1..at + 3)?;
                if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
                    return None;
                }
                out.push(u8::from_str_radix(digits, 16).ok()?);
                at += 3;
                continue;
            }
            b'+' if plus_is_space => out.push(b' '),
            byte => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8(out).ok()
}

/// Percent-encoded, for an address.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Pairs of a query or a form, in their order; `None` where they cannot be decoded.
pub(crate) fn pairs(text: &str) -> Option<Vec<(String, String)>> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            Some((decode(key, true)?, decode(value, true)?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_as_headers_write_them() {
        assert_eq!(date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(date(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(date(951_827_696), "Tue, 29 Feb 2000 12:34:56 GMT");
        assert_eq!(date(1_798_761_599), "Thu, 31 Dec 2026 23:59:59 GMT");
    }

    #[test]
    fn what_is_encoded_comes_back() {
        let text = "a b&c=ü/../%<script>";
        assert_eq!(decode(&encode(text), false).as_deref(), Some(text));
        assert_eq!(decode("a+b", true).as_deref(), Some("a b"));
        for bad in ["%", "%2", "%zz", "%ff", "%+1", "%é"] {
            assert_eq!(decode(bad, false), None, "{bad}");
        }
        let two = pairs("x=1&y=%20&x=2&z").unwrap();
        assert_eq!(two.len(), 4);
        assert_eq!(two[1], ("y".into(), " ".into()));
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let mut request = Request::default();
        request.headers.insert("cookie".into(), "xsession=1; session=2; theme=dark".into());
        assert_eq!(request.cookie("session"), Some("2"));
        assert_eq!(request.cookie("sess"), None);
    }
}
