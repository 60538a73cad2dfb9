//! Listens, and decides whom it may listen to.

use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use app::certificate::Files;
use app::desk::Desk;
use tokio::net::{TcpListener, TcpStream};

use crate::fault::Fault;
use crate::gate::{Gate, Place};
use crate::http::Body;
use crate::limit::Limit;
use crate::openid::OpenId;
use crate::passkey::Going;
use crate::rate::Rate;
use crate::route;
use crate::tls::{Duplex, Tls};
use crate::wire::Wire;
use crate::{answer, guard, post, round};

/// Where to listen, and under which names.
#[derive(Debug, Clone)]
pub struct Listen {
    /// Address and port; port 0 takes a free one.
    pub address: SocketAddr,
    /// Names of this server beside those of the loopback.
    pub names: BTreeSet<String>,
    /// A proxy in front speaks TLS, or we do: cookies are sent over TLS only.
    pub is_secure: bool,
    /// A proxy is in front, and says for whom it asks.
    pub is_behind_proxy: bool,
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
    pub(crate) limit: Limit,
    pub(crate) rate: Rate,
    gate: Arc<Gate>,
    pub(crate) tls: Option<Tls>,
    pub(crate) passkeys: Going,
    pub(crate) openid: Option<OpenId>,
    pub(crate) defects: AtomicU64,
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
    let (limit, rate, gate) = (Limit::default(), Rate::default(), Arc::new(Gate::default()));
    let (passkeys, defects) = (Going::default(), AtomicU64::new(0));
    post::start(&desk, carriers, tell);
    let server = Arc::new(Server { desk, listen, limit, rate, gate, tls, passkeys, openid, defects, tell });
    tokio::spawn(round::look(server.clone()));
    tokio::spawn(round::renew(server.clone()));
    tokio::spawn(round::walk(server.clone()));
    tokio::spawn(round::forget(server.clone()));
    tokio::spawn(round::count(server.clone()));
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                let peer = peer_name(peer.ip());
                // where nobody can go for them they are not served, and nobody waits
                let Some(place) = server.gate.enter(&peer, server.listen.is_behind_proxy) else { continue };
                tokio::spawn(connected(server.clone(), stream, peer, place));
            }
            // out of files, most likely: those who are served now will let go of theirs
            Err(cause) => {
                tell(&format!("a connection was not taken: {cause}"));
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

async fn connected(server: Arc<Server>, stream: TcpStream, peer: String, place: Place) {
    let _ = stream.set_nodelay(true);
    let stream: Option<Box<dyn Duplex>> = match &server.tls {
        Some(tls) => tokio::select! {
            agreed = tls.accept(stream) => agreed,
            () = place.is_sent_away() => None,
        },
        None => Some(Box::new(stream)),
    };
    if let Some(stream) = stream {
        let mut wire = Wire::new(stream, peer, server.listen.is_secure);
        connection(&server, &mut wire, &place).await;
        wire.close().await;
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

async fn connection(server: &Server, wire: &mut Wire, place: &Place) {
    loop {
        let asked = tokio::select! {
            asked = wire.request(route::most_bytes) => asked,
            () = place.is_sent_away() => return,
        };
        let mut request = match asked {
            Ok(request) => request,
            Err(None) => return,
            Err(Some((status, text))) => {
                // still one that makes room: what was refused may be read over for seconds
                let refuse = async {
                    wire.answer(Fault::new(status, text).problem(), false, false).await;
                    wire.drain().await;
                };
                tokio::select! {
                    () = refuse => {}
                    () = place.is_sent_away() => {}
                }
                return;
            }
        };
        if !place.is_answered() {
            return;
        }
        if server.listen.is_behind_proxy
            && let Some(ip) = guard::forwarded(&request)
        {
            request.peer = peer_name(ip);
        }
        let closes = request.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        let keep = !closes && !request.is_old;
        let answer = answer::answer(server, &request).await;
        if matches!(answer.body, Body::Events(_)) {
            place.follows();
        }
        let is_kept = tokio::select! {
            kept = wire.answer(answer, request.method == "HEAD", keep) => kept,
            () = place.is_sent_away() => false,
        };
        if !is_kept || !place.asks() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listen(address: &str, is_secure: bool) -> Listen {
        Listen {
            address: address.parse().unwrap(),
            names: BTreeSet::new(),
            is_secure,
            is_behind_proxy: false,
            certificate: None,
        }
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
