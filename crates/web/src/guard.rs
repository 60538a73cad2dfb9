//! Who asks, and whether a form is ours.

use app::desk::{Desk, User};

use crate::fault::{self, Fault};
use crate::http::Request;
use crate::serve::Listen;

/// Name of the cookie. With TLS it bears the prefix by which browsers accept it from a secure page of this host only.
pub(crate) fn cookie_name(is_secure: bool) -> &'static str {
    if is_secure { "__Host-session" } else { "session" }
}

/// The cookie that begins a session, or with an empty secret ends it.
pub(crate) fn cookie(secret: &str, is_secure: bool) -> String {
    let name = cookie_name(is_secure);
    let secure = if is_secure { "; Secure" } else { "" };
    let ends = if secret.is_empty() { "; Max-Age=0" } else { "" };
    format!("{name}={secret}; Path=/; HttpOnly; SameSite=Strict{secure}{ends}")
}

/// Fails where a request came under a name that is not ours: another page's name may lead to this machine.
pub(crate) fn host(request: &Request, listen: &Listen) -> Result<(), Fault> {
    let host = request.header("host").unwrap_or_default();
    let name = if host.starts_with('[') {
        host.split_inclusive(']').next().unwrap_or(host)
    } else {
        host.split(':').next().unwrap_or(host)
    };
    let is_local = ["localhost", "127.0.0.1", "[::1]"].contains(&name.to_ascii_lowercase().as_str());
    if is_local || listen.knows(name) {
        return Ok(());
    }
    Err(Fault::new(421, "this server is not called that; hint: --host NAME"))
}

/// Fails where another site's page sends a form here. Browsers say where a form comes from in one way or two; a program
/// says neither, and has no cookie of somebody else to misuse.
pub(crate) fn same_site(request: &Request) -> Result<(), Fault> {
    let host = request.header("host").unwrap_or_default();
    let site = request.header("sec-fetch-site");
    let is_ours = match (request.header("origin"), site) {
        // a browser hides the origin where a page asks it to: then the other header decides
        (Some("null"), site) => matches!(site, Some("same-origin")),
        (Some(origin), site) => {
            let name = origin.split_once("://").map_or(origin, |(_, rest)| rest);
            name == host && site.is_none_or(|site| site == "same-origin")
        }
        (None, site) => site.is_none_or(|site| matches!(site, "same-origin" | "none")),
    };
    if is_ours {
        Ok(())
    } else {
        Err(Fault::new(403, "this form was sent from another site").of(fault::FORM))
    }
}

/// Said by our own script where a page follows what others do.
const FOLLOWS: &str = "x-follows";

/// Who shows a session cookie; nobody where there is none, or it has ended.
pub(crate) async fn by_cookie(
    desk: &Desk,
    request: &Request,
    listen: &Listen,
) -> Result<Option<User>, Fault> {
    let Some(secret) = request.cookie(cookie_name(listen.is_secure)) else { return Ok(None) };
    // a page that is open and follows keeps no session alive
    match request.header(FOLLOWS) {
        Some(_) => Ok(desk.by_idle_session(secret).await?),
        None => Ok(desk.by_session(secret).await?),
    }
}

/// As [`by_cookie`], without using the session: for pages that anybody may see.
pub(crate) async fn by_cookie_unused(
    desk: &Desk,
    request: &Request,
    listen: &Listen,
) -> Result<Option<User>, Fault> {
    match request.cookie(cookie_name(listen.is_secure)) {
        Some(secret) => Ok(desk.by_idle_session(secret).await?),
        None => Ok(None),
    }
}

/// What the history calls it that a request shows something that nobody has; nothing where it shows nothing.
pub(crate) fn shows(request: &Request, listen: &Listen) -> Option<&'static str> {
    match (request.header("authorization"), request.cookie(cookie_name(listen.is_secure))) {
        (Some(_), _) => Some(fault::TOKEN),
        (None, Some(secret)) if !secret.is_empty() => Some(fault::SESSION),
        _ => None,
    }
}

/// Who asks the API: by a token, else by the cookie; the cookie alone changes nothing without the mark of its forms.
pub(crate) async fn by_api(desk: &Desk, request: &Request, listen: &Listen) -> Result<User, Fault> {
    let nobody = || Fault {
        kind: shows(request, listen),
        ..Fault::new(401, "a token is needed: Authorization: Bearer …")
            .with("www-authenticate", "Bearer".into())
    };
    if let Some(header) = request.header("authorization") {
        let secret =
            header.strip_prefix("Bearer ").or_else(|| header.strip_prefix("bearer ")).ok_or_else(nobody)?;
        return desk.by_token(secret.trim()).await?.ok_or_else(nobody);
    }
    let user = by_cookie(desk, request, listen).await?.ok_or_else(nobody)?;
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        same_site(request)?;
        if request.header("x-form-mark") != Some(user.form_mark.as_str()) {
            let text = "a session changes something only with the header X-Form-Mark of its pages";
            return Err(Fault::new(403, text).of(fault::FORM));
        }
    }
    Ok(user)
}

/// The address that a proxy in front of us saw: the last one that it wrote, for those before came with the request.
pub(crate) fn forwarded(request: &Request) -> Option<std::net::IpAddr> {
    let last = request.header("x-forwarded-for")?.rsplit(',').next()?.trim();
    let plain = last.strip_prefix('[').and_then(|rest| rest.split(']').next());
    let without_port = last.split_once(':').filter(|(_, port)| !port.contains(':')).map(|(ip, _)| ip);
    plain.or(without_port).unwrap_or(last).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(headers: &[(&str, &str)]) -> bool {
        let mut request = Request::default();
        request.headers.insert("host".into(), "127.0.0.1:8420".into());
        request.headers.extend(headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        same_site(&request).is_ok()
    }

    #[test]
    fn forms_of_other_sites_are_refused() {
        assert!(sent(&[]));
        assert!(sent(&[("origin", "http://127.0.0.1:8420"), ("sec-fetch-site", "same-origin")]));
        assert!(sent(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(!sent(&[("origin", "null")]));
        assert!(!sent(&[("origin", "null"), ("sec-fetch-site", "cross-site")]));
        assert!(!sent(&[("origin", "http://127.0.0.1:9999"), ("sec-fetch-site", "same-site")]));
        assert!(!sent(&[("origin", "https://evil.example")]));
        assert!(!sent(&[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn the_proxy_is_believed_and_not_what_came_before() {
        let of = |value: &str| {
            let mut request = Request::default();
            request.headers.insert("x-forwarded-for".into(), value.into());
            forwarded(&request).map(|ip| ip.to_string())
        };
        assert_eq!(of("203.0.113.9, 198.51.100.7").as_deref(), Some("198.51.100.7"));
        assert_eq!(of("198.51.100.7:4711").as_deref(), Some("198.51.100.7"));
        assert_eq!(of("a, [2001:db8::1]:443").as_deref(), Some("2001:db8::1"));
        assert_eq!(of("2001:db8::1").as_deref(), Some("2001:db8::1"));
        assert_eq!(of("198.51.100.7, unknown"), None);
        assert_eq!(forwarded(&Request::default()), None);
    }

    #[test]
    fn the_cookie_is_for_this_server_alone() {
        assert_eq!(cookie("s", false), "session=s; Path=/; HttpOnly; SameSite=Strict");
        assert_eq!(cookie("s", true), "__Host-session=s; Path=/; HttpOnly; SameSite=Strict; Secure");
    }
}
