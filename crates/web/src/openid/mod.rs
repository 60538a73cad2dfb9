//! A provider that vouches for users: OpenID Connect, authorisation code with proof of possession (PKCE, S256). Nothing is
//! asked of the provider before somebody signs in by it.

mod token;

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use app::desk::Desk;
use app::service::OpenId as Settings;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use courier::{Address, Answer, Courier, Request};
use serde_json::{Map, Value};
use token::{Expected, Refused};

use crate::http::encode;

/// Seconds that somebody may take at the provider.
const PATIENCE: i64 = 600;
/// Sign-ins under way.
const GOING: usize = 2_000;
/// Seconds that what the provider says of itself is believed.
const BELIEVED: i64 = 3600;
/// Seconds between two looks for newer keys.
const KEYS_AGAIN: i64 = 30;
/// Where the provider sends browsers back to.
pub(crate) const BACK: &str = "/login/openid/back";

/// One provider.
pub(crate) struct OpenId {
    settings: Settings,
    courier: Courier,
    known: tokio::sync::Mutex<Option<Known>>,
    going: Mutex<BTreeMap<String, Going>>,
}

/// What the provider says of itself.
#[derive(Clone)]
struct Known {
    at: i64,
    authorize: String,
    token: Address,
    userinfo: Option<Address>,
    /// Whether the secret goes into a header, not into the body.
    is_basic: bool,
    keys_from: Address,
    keys: Value,
    keys_at: i64,
}

/// One sign-in under way.
struct Going {
    nonce: String,
    verifier: String,
    next: String,
    until: i64,
}

/// What a sign-in came to: what the provider vouches for, and where the browser wanted to go.
pub(crate) struct Come {
    pub(crate) claims: Map<String, Value>,
    pub(crate) next: String,
}

impl OpenId {
    pub(crate) fn open(settings: &Settings) -> Result<Self, app::Error> {
        let wrong = |cause: &dyn std::fmt::Display| app::Error::Configuration(format!("openid: {cause}"));
        secure(&settings.issuer).map_err(|cause| wrong(&cause))?;
        let own = secure(&settings.address).map_err(|cause| wrong(&cause))?;
        if own.path != "/" {
            return Err(wrong(&"the address of this server has no path"));
        }
        Ok(Self {
            courier: Courier::new(settings.trusted.as_deref()).map_err(|cause| wrong(&cause))?,
            settings: settings.clone(),
            known: tokio::sync::Mutex::new(None),
            going: Mutex::new(BTreeMap::new()),
        })
    }

    /// Name of this server, as browsers use it.
    pub(crate) fn own_name(&self) -> String {
        Address::parse(&self.settings.address).map(|own| own.host).unwrap_or_default()
    }

    /// Name of the provider, for the button.
    pub(crate) fn provider(&self) -> String {
        Address::parse(&self.settings.issuer).map(|there| there.authority()).unwrap_or_default()
    }

    /// Whether nobody signs in by password.
    pub(crate) fn is_only(&self) -> bool {
        self.settings.only
    }

    /// Whether an answer names the provider that was asked (RFC 9207).
    pub(crate) fn is_of(&self, issuer: &str) -> bool {
        self.settings.issuer == issuer
    }

    fn back(&self) -> String {
        format!("{}{BACK}", self.settings.address.trim_end_matches('/'))
    }

    /// Where the browser goes, and the state that it must bring back.
    pub(crate) async fn begin(&self, desk: &Desk, next: &str) -> Result<(String, String), String> {
        let now = desk.now() / 1_000_000;
        let known = self.known(now).await?;
        let secret = || desk.fresh_secret().map_err(|cause| cause.to_string());
        let (state, nonce, verifier) = (secret()?, secret()?, secret()?);
        let challenge = ring::digest::digest(&ring::digest::SHA256, verifier.as_bytes());
        let challenge = URL_SAFE_NO_PAD.encode(challenge);
        let mut scopes = vec!["openid".to_owned()];
        scopes.extend(self.settings.scopes.iter().filter(|scope| *scope != "openid").cloned());
        let query = [
            ("response_type", "code"),
            ("client_id", &self.settings.client_id),
            ("redirect_uri", &self.back()),
            ("scope", &scopes.join(" ")),
            ("state", &state),
            ("nonce", &nonce),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        let joint = if known.authorize.contains('?') { "&" } else { "?" };
        let url = format!("{}{joint}{}", known.authorize, form(&query));
        let mut going = self.going.lock().unwrap_or_else(PoisonError::into_inner);
        going.retain(|_, one| one.until > now);
        if going.len() >= GOING {
            return Err("too many sign-ins are under way: try again in some minutes".into());
        }
        going.insert(state.clone(), Going { nonce, verifier, next: next.to_owned(), until: now + PATIENCE });
        Ok((url, state))
    }

    /// What comes of a browser that came back. A state counts once.
    pub(crate) async fn finish(&self, desk: &Desk, state: &str, code: &str) -> Result<Come, String> {
        let now = desk.now() / 1_000_000;
        let going = self.going.lock().unwrap_or_else(PoisonError::into_inner).remove(state);
        let going = going.filter(|one| one.until > now);
        let going = going.ok_or("this sign-in was not begun here, took too long, or was finished already")?;
        let known = self.known(now).await?;
        let answer = self.exchange(&known, code, &going.verifier).await?;
        let part = |name: &str| answer.get(name).and_then(Value::as_str);
        let id_token = part("id_token").ok_or("the provider gave no ID token")?;
        let expected = Expected {
            issuer: &self.settings.issuer,
            client: &self.settings.client_id,
            nonce: &going.nonce,
            now,
        };
        let mut claims = match token::checked(id_token, &known.keys, &expected) {
            // a provider changes its keys, and publishes the new ones first
            Err(Refused::UnknownKey) => {
                let keys = self.newer_keys(now).await?;
                token::checked(id_token, &keys, &expected).map_err(|cause| cause.to_string())?
            }
            other => other.map_err(|cause| cause.to_string())?,
        };
        if self.misses(&claims)
            && let (Some(to), Some(access)) = (&known.userinfo, part("access_token"))
        {
            let more = self.userinfo(to, access).await?;
            if more.get("sub") != claims.get("sub") {
                return Err("the provider speaks of somebody else".into());
            }
            for (name, value) in more {
                claims.entry(name).or_insert(value);
            }
        }
        Ok(Come { claims, next: going.next })
    }

    fn misses(&self, claims: &Map<String, Value>) -> bool {
        let has = |name: &str| claims.contains_key(name);
        !has(&self.settings.name_claim) || self.settings.role_claim.as_deref().is_some_and(|name| !has(name))
    }

    /// What the provider says of itself, not older than an hour.
    async fn known(&self, now: i64) -> Result<Known, String> {
        let mut kept = self.known.lock().await;
        if let Some(known) = kept.as_ref().filter(|known| now - known.at < BELIEVED) {
            return Ok(known.clone());
        }
        let url = format!("{}/.well-known/openid-configuration", self.settings.issuer.trim_end_matches('/'));
        let said = self.get(&secure(&url)?, &[]).await?;
        let part = |name: &str| said.get(name).and_then(Value::as_str);
        if part("issuer") != Some(self.settings.issuer.as_str()) {
            return Err("the provider calls itself by another name than serve.toml does".into());
        }
        let needed = |name: &str| part(name).ok_or_else(|| format!("the provider names no {name}"));
        let keys_from = secure(needed("jwks_uri")?)?;
        let ways = said.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
        let takes = |way: &str| ways.is_none_or(|all| all.iter().any(|one| one == way));
        let known = Known {
            at: now,
            authorize: needed("authorization_endpoint")
                .and_then(|url| secure(url).map(|_| url.to_owned()))?,
            token: secure(needed("token_endpoint")?)?,
            userinfo: part("userinfo_endpoint").map(secure).transpose()?,
            is_basic: takes("client_secret_basic"),
            keys: Value::Object(self.get(&keys_from, &[]).await?),
            keys_from,
            keys_at: now,
        };
        *kept = Some(known.clone());
        Ok(known)
    }

    /// The provider's keys of this moment; tokens with invented keys do not make us ask all the time.
    async fn newer_keys(&self, now: i64) -> Result<Value, String> {
        let mut kept = self.known.lock().await;
        let Some(known) = kept.as_mut() else { return Ok(Value::Null) };
        if now - known.keys_at >= KEYS_AGAIN {
            known.keys = Value::Object(self.get(&known.keys_from, &[]).await?);
            known.keys_at = now;
        }
        Ok(known.keys.clone())
    }

    /// The code for tokens.
    async fn exchange(
        &self,
        known: &Known,
        code: &str,
        verifier: &str,
    ) -> Result<Map<String, Value>, String> {
        let (id, back) = (&self.settings.client_id, self.back());
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &back),
            ("code_verifier", verifier),
        ];
        let mut headers =
            vec![("content-type", "application/x-www-form-urlencoded"), ("accept", "application/json")];
        let basic = match &self.settings.client_secret {
            Some(secret) if known.is_basic => {
                let both = format!("{}:{}", encode(id), encode(secret));
                Some(format!("Basic {}", STANDARD.encode(both)))
            }
            Some(secret) => {
                fields.extend([("client_id", id.as_str()), ("client_secret", secret)]);
                None
            }
            None => {
                fields.push(("client_id", id));
                None
            }
        };
        headers.extend(basic.as_deref().map(|value| ("authorization", value)));
        let body = form(&fields);
        let request = Request { method: "POST", to: &known.token, headers: &headers, body: body.as_bytes() };
        json(self.courier.send(&request).await)
    }

    async fn userinfo(&self, to: &Address, access: &str) -> Result<Map<String, Value>, String> {
        let bearer = format!("Bearer {access}");
        self.get(to, &[("authorization", &bearer)]).await
    }

    async fn get(&self, to: &Address, more: &[(&str, &str)]) -> Result<Map<String, Value>, String> {
        let headers = [&[("accept", "application/json")], more].concat();
        let request = Request { method: "GET", to, headers: &headers, body: b"" };
        json(self.courier.send(&request).await)
    }
}

/// An address over TLS, or of this machine.
fn secure(url: &str) -> Result<Address, String> {
    let address = Address::parse(url).map_err(|cause| cause.to_string())?;
    let is_web = matches!(address.scheme.as_str(), "https" | "http");
    if is_web && (address.is_secure() || address.is_loopback()) {
        Ok(address)
    } else {
        Err(format!("{}: an address that begins with https:// is needed", address.authority()))
    }
}

fn form(fields: &[(&str, &str)]) -> String {
    let pairs: Vec<String> = fields.iter().map(|(key, value)| format!("{key}={}", encode(value))).collect();
    pairs.join("&")
}

fn json(answer: courier::Result<Answer>) -> Result<Map<String, Value>, String> {
    let answer = answer.map_err(|cause| format!("the provider is not reached: {cause}"))?;
    let said: Option<Map<String, Value>> = serde_json::from_slice(&answer.body).ok();
    if answer.is_taken() {
        return said.ok_or_else(|| "the provider's answer is no JSON".into());
    }
    // a code of a fixed list; the description may hold anything
    let code = said.as_ref().and_then(|said| said.get("error")).and_then(Value::as_str).unwrap_or_default();
    let code: String = code.chars().filter(|c| c.is_ascii_lowercase() || *c == '_').take(40).collect();
    Err(format!("the provider answered {} {code}", answer.status).trim_end().to_owned())
}
