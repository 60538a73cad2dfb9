//! Where a URL leads.

use crate::{Error, Result};

/// A URL of `http` or `https`, or an address of a syslog receiver, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Scheme, in lower case.
    pub scheme: String,
    /// Name or number of the host, without brackets.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Path with its query; at least `/`.
    pub path: String,
}

/// Schemes that are known, with the port that is meant where none is named.
const SCHEMES: [(&str, u16); 5] =
    [("https", 443), ("http", 80), ("syslog+udp", 514), ("syslog+tcp", 601), ("syslog+tls", 6514)];

impl Address {
    /// Takes a URL apart. User names and passwords in it are refused: they would end in logs.
    ///
    /// # Errors
    /// [`Error::Address`], in words that do not repeat the URL: it may be a secret.
    pub fn parse(url: &str) -> Result<Self> {
        let bad =
            |why: &str| Error::Address(format!("an address is needed such as https://host/path: {why}"));
        if url.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(bad("it holds blanks"));
        }
        let (scheme, rest) = url.split_once("://").ok_or_else(|| bad("it has no scheme"))?;
        let scheme = scheme.to_ascii_lowercase();
        let known = SCHEMES.iter().find(|(name, _)| *name == scheme);
        let (_, standard) = *known.ok_or_else(|| bad("its scheme is not known"))?;
        let rest = rest.split('#').next().unwrap_or_default();
        let cut = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(cut);
        if authority.contains('@') {
            return Err(bad("a user name stands in it"));
        }
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => {
                let (host, after) = rest.split_once(']').ok_or_else(|| bad("a bracket is not closed"))?;
                let port = match after.strip_prefix(':') {
                    Some(port) => Some(port),
                    None if after.is_empty() => None,
                    None => return Err(bad("something stands behind the bracket")),
                };
                (host, port)
            }
            None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
        };
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        if host.is_empty() || !host.chars().all(fits) {
            return Err(bad("it names no host"));
        }
        let port = match port {
            Some(text) => {
                text.parse().ok().filter(|port| *port > 0).ok_or_else(|| bad("its port is none"))?
            }
            None => standard,
        };
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        Ok(Self { scheme, host: host.to_ascii_lowercase(), port, path })
    }

    /// Whether the way there is encrypted.
    #[must_use]
    pub fn is_secure(&self) -> bool {
        matches!(self.scheme.as_str(), "https" | "syslog+tls")
    }

    /// Whether it never leaves this machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let number = self.host.parse::<std::net::IpAddr>();
        self.host == "localhost" || number.is_ok_and(|ip| ip.is_loopback())
    }

    /// Host and port, as a header and a message name them.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let standard = SCHEMES.iter().any(|(name, port)| *name == self.scheme && *port == self.port);
        if standard { host } else { format!("{host}:{}", self.port) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let one = Address::parse("https://Hooks.Example/services/T0?x=1#part").unwrap();
        assert_eq!(
            (one.host.as_str(), one.port, one.path.as_str()),
            ("hooks.example", 443, "/services/T0?x=1")
        );
        assert_eq!(one.authority(), "hooks.example");
        let two = Address::parse("http://[::1]:8080").unwrap();
        assert_eq!((two.host.as_str(), two.port, two.path.as_str()), ("::1", 8080, "/"));
        assert!(two.is_loopback() && !two.is_secure());
        assert_eq!(two.authority(), "[::1]:8080");
        assert_eq!(Address::parse("http://host?a=b").unwrap().path, "/?a=b");
        assert_eq!(Address::parse("syslog+tls://logs.example").unwrap().port, 6514);
        for bad in [
            "host",
            "ftp://host/",
            "https://",
            "https://ana:secret@host/",
            "https://host:0/",
            "https://host:99999/",
            "https://ho st/",
            "https://host/\r\nx: y",
            "https://[::1/",
            "https://[::1]x/",
        ] {
            let said = Address::parse(bad).unwrap_err().to_string();
            assert!(!said.contains("secret"), "{said}");
        }
    }
}
