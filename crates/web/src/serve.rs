//! Listens, and decides whom it may listen to.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use app::certificate::Files;
use app::desk::Desk;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::call::{Call, Outcome, segments};
use crate::fault::Fault;
use crate::http::{Answer, Body, Request};
use crate::limit::Limit;
use crate::openid::OpenId;
use crate::passkey::Going;
use crate::route::{self, Access};
use crate::tls::{Duplex, Tls};
use crate::wire::Wire;
use crate::{guard, pages, post, round};

/// Connections at once.
const CONNECTIONS: usize = 512;

/// Where to listen, and under which names.
#[derive(Debug, Clone)]
pub struct Listen {
    /// Address and port; port 0 takes a free one.
    pub address: SocketAddr,
    /// Names of this server beside those of the loopback.
    pub names: BTreeSet<String>,
    /// A proxy in front speaks TLS, or we do: cookies are sent over TLS only.
    pub is_secure: bool,
    /// Certificate and key, where we speak TLS ourselves.
    pub certificate: Option<Files>,
}

impl Listen {
    pub(crate) fn knows(&self, name: &str) -> bool {
        self.names.contains(&name.to_ascii_lowercase())
    }

    /// Fails where somebody could listen in, or come in without a name.
    fn is_allowed(&self, has_users: bool) -> Result<(), String> {
        if self.address.ip().is_loopback() {
            return Ok(());
        }
        if !has_users {
            return Err(format!(
                "{}: not listened on while nobody can sign in; hint: bonafide user add NAME --role ROLE --password-stdin",
                self.address
            ));
        }
        if !self.is_secure {
            return Err(format!(
                "{}: beyond this machine, passwords and records would travel in the clear; hint: --tls-cert FILE \
                 --tls-key FILE --host NAME, or a proxy with TLS in front and --behind-tls --host NAME",
                self.address
            ));
        }
        Ok(())
    }
}

pub(crate) struct Server {
    pub(crate) desk: Arc<Desk>,
    pub(crate) listen: Listen,
    limit: Limit,
    pub(crate) tls: Option<Tls>,
    passkeys: Going,
    openid: Option<OpenId>,
    defects: AtomicU64,
    pub(crate) tell: fn(&str),
}

/// Serves until the process ends. `ready` is told the address; `tell` what goes wrong on our side.
///
/// # Errors
/// When the address may not be listened on, or cannot.
pub async fn serve(
    desk: Arc<Desk>,
    listen: Listen,
    ready: impl FnOnce(SocketAddr),
    tell: fn(&str),
) -> Result<(), app::Error> {
    let has_users = desk.has_users().await?;
    listen.is_allowed(has_users).map_err(app::Error::Configuration)?;
    let tls = listen.certificate.clone().map(Tls::open).transpose()?;
    let carriers = post::carriers(desk.service())?;
    let openid = desk.service().openid.as_ref().map(OpenId::open).transpose()?;
    let mut listen = listen;
    listen.names.extend(openid.as_ref().map(OpenId::own_name));
    let cannot = |cause: std::io::Error| app::Error::Configuration(format!("{}: {cause}", listen.address));
    let listener = TcpListener::bind(listen.address).await.map_err(cannot)?;
    ready(listener.local_addr().map_err(cannot)?);
    let (limit, passkeys, defects) = (Limit::default(), Going::default(), AtomicU64::new(0));
    post::start(&desk, carriers, tell);
    let server = Arc::new(Server { desk, listen, limit, tls, passkeys, openid, defects, tell });
    tokio::spawn(round::look(server.clone()));
    tokio::spawn(round::renew(server.clone()));
    tokio::spawn(round::walk(server.clone()));
    tokio::spawn(round::forget(server.clone()));
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return Ok(()) };
        match listener.accept().await {
            Ok((stream, peer)) => {
                let _ = stream.set_nodelay(true);
                let server = server.clone();
                tokio::spawn(async move {
                    let stream: Option<Box<dyn Duplex>> = match &server.tls {
                        Some(tls) => tls.accept(stream).await,
                        None => Some(Box::new(stream)),
                    };
                    if let Some(stream) = stream {
                        let mut wire = Wire::new(stream, peer_name(peer.ip()), server.listen.is_secure);
                        connection(&server, &mut wire).await;
                        wire.close().await;
                    }
                    drop(place);
                });
            }
            // out of files, most likely: those who are served now will let go of theirs
            Err(cause) => {
                tell(&format!("a connection was not taken: {cause}"));
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// The address that counts for limits: of IPv6 the network, for a household has many addresses.
fn peer_name(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let parts = ip.segments();
            format!("{:x}:{:x}:{:x}:{:x}::", parts[0], parts[1], parts[2], parts[3])
        }
    }
}

async fn connection(server: &Server, wire: &mut Wire) {
    loop {
        let request = match wire.request(route::most_bytes).await {
            Ok(request) => request,
            Err(None) => return,
            Err(Some((status, text))) => {
                let answer = Fault::new(status, text).problem();
                wire.answer(answer, false, false).await;
                wire.drain().await;
                return;
            }
        };
        let keep = !request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let answer = answer(server, &request).await;
        if !wire.answer(answer, request.method == "HEAD", keep).await {
            return;
        }
    }
}

async fn answer(server: &Server, request: &Request) -> Answer {
    let is_api = !route::is_page(&request.path);
    let mut call = Call {
        desk: &server.desk,
        listen: &server.listen,
        limit: &server.limit,
        passkeys: &server.passkeys,
        openid: server.openid.as_ref(),
        request,
        parts: Vec::new(),
        user: None,
    };
    match dispatch(&mut call).await {
        Ok(answer) => answer,
        Err(mut fault) => {
            if let Some(inner) = fault.inner.take() {
                let number = server.defects.fetch_add(1, Ordering::Relaxed) + 1;
                // an address may name somebody: what it is for is enough to find the place
                let what = request.path.split('/').nth(1).unwrap_or_default();
                (server.tell)(&format!("error {number}: {} /{what}: {inner}", request.method));
                fault.text = format!("{}; quote error {number}", fault.text);
            }
            if is_api { fault.problem() } else { pages::fault::page(&call, fault) }
        }
    }
}

async fn dispatch(call: &mut Call<'_>) -> Outcome {
    guard::host(call.request, call.listen)?;
    let parts = segments(&call.request.path).ok_or_else(|| Fault::new(404, "there is no such page"))?;
    let (route, found) = route::find(&call.request.method, &parts)?;
    call.parts = found;
    match route.access {
        Access::Anybody => {
            if call.request.method == "POST" {
                guard::same_site(call.request)?;
            }
            call.user = guard::by_cookie(call.desk, call.request, call.listen).await?;
        }
        Access::Page => {
            call.user = guard::by_cookie(call.desk, call.request, call.listen).await?;
            if call.user.is_none() {
                return Ok(pages::login::to_login(call.request));
            }
            if call.request.method == "POST" {
                guard::same_site(call.request)?;
                let mark = call.form()?.text("mark").to_owned();
                if mark != call.user()?.form_mark {
                    return Err(Fault::new(403, "this form is of another session: load the page again"));
                }
            }
        }
        Access::Api => call.user = Some(guard::by_api(call.desk, call.request, call.listen).await?),
    }
    let key = call.request.header("idempotency-key").map(str::to_owned);
    match key
        .filter(|_| route.access == Access::Api && call.request.method == "POST" && route.is_repeatable())
    {
        Some(key) => once(call, route, &key).await,
        None => (route.run)(call).await,
    }
}

/// A request with a key: what was answered to it before is answered again, and nothing is done twice.
async fn once(call: &Call<'_>, route: &route::Route, key: &str) -> Outcome {
    let user = call.user()?;
    let request = [call.request.path.as_bytes(), b"\n", &call.request.body].concat();
    if let Some((status, body)) = call.desk.replay(user, key, &request).await? {
        return Ok(Answer::new(status, "application/json", body).with("idempotent-replayed", "true".into()));
    }
    let answer = (route.run)(call).await?;
    if let Body::Bytes(bytes) = &answer.body {
        let text = String::from_utf8_lossy(bytes);
        call.desk.keep(user, key, &request, answer.status, &text).await?;
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listen(address: &str, is_secure: bool) -> Listen {
        Listen { address: address.parse().unwrap(), names: BTreeSet::new(), is_secure, certificate: None }
    }

    #[test]
    fn beyond_the_loopback_there_are_users_and_tls() {
        assert!(listen("127.0.0.1:0", false).is_allowed(false).is_ok());
        assert!(listen("[::1]:0", false).is_allowed(false).is_ok());
        assert!(listen("0.0.0.0:80", true).is_allowed(false).is_err());
        assert!(listen("0.0.0.0:80", false).is_allowed(true).is_err());
        assert!(listen("192.0.2.1:80", true).is_allowed(true).is_ok());
    }

    #[test]
    fn a_household_counts_as_one_address() {
        let name = |ip: &str| peer_name(ip.parse().unwrap());
        assert_eq!(name("2001:db8:1:2:3::4"), name("2001:db8:1:2:ffff::1"));
        assert_ne!(name("198.51.100.1"), name("198.51.100.2"));
    }
}
