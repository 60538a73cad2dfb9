//! Passkeys: told on the account page, shown to sign in. The browser speaks to the authenticator; what comes of that is
//! checked here.

use maud::{Markup, html};
use serde_json::{Value, json};

use super::login::{TRIES, begun, own_path};
use crate::call::{Call, Outcome};
use crate::fault::Fault;
use crate::http::Answer;
use crate::layout::{mark, time};
use crate::passkey::{self, Key, Place};

/// How long a browser may take, milliseconds.
const PATIENCE: u32 = 300_000;

/// Where this server is, as the browser that asks sees it; `guard` has seen to it that the name is ours.
fn place(call: &Call<'_>) -> Place {
    let host = call.request.header("host").unwrap_or_default().to_ascii_lowercase();
    let scheme = if call.listen.is_secure { "https" } else { "http" };
    let name = host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name).to_owned();
    Place { origin: format!("{scheme}://{host}"), host: name }
}

fn json_answer(value: &Value) -> Answer {
    Answer::new(200, "application/json", value.to_string())
}

/// A challenge, given out for a user's new key or for a sign-in.
fn challenge(call: &Call<'_>, user: Option<&str>) -> Result<String, Fault> {
    let challenge = passkey::text(call.desk.fresh_secret()?.as_bytes());
    if call.passkeys.give(&challenge, user, call.desk.now()) {
        Ok(challenge)
    } else {
        Err(Fault::new(503, "too many sign-ins are under way: try again in some minutes"))
    }
}

/// The part of the account page about them.
pub(crate) async fn section(call: &Call<'_>) -> Result<Markup, Fault> {
    let user = call.user()?;
    let all = call.desk.passkeys(user).await?;
    Ok(html! {
        section .sheet aria-labelledby="passkeys" {
            h2 #passkeys { "Passkeys" }
            @if all.is_empty() { p .soft { "You have none." } }
            ul .bare { @for one in &all { li {
                form .inline method="post" action=(format!("/account/passkeys/{}/end", one.id)) { (mark(user))
                    span { strong { (one.label) } " · since " (time(&one.created)) @if let Some(seen) = &one.seen { " · used " (time(seen)) } } button { "End" } } } } }
            form method="post" action="/account/passkeys" data-passkey="add" {
                (mark(user))
                div .field { label for="passkey-label" { "On which device it is" } input #passkey-label type="text" name="label" required maxlength="80"; }
                button { "Add a passkey" }
                p .small role="status" data-said="" {}
            }
            p .small.soft { "A passkey stays on your device and signs you in there, after a touch or a number. It needs JavaScript, and a name for this server that is no number." }
        }
    })
}

/// The button of the sign-in page; a script shows it where the browser has passkeys.
pub(crate) fn button(next: &str) -> Markup {
    html! {
        form method="post" action="/login/passkey" data-passkey="get" hidden {
            input type="hidden" name="next" value=(next);
            button { "Sign in with a passkey" }
            p .small role="status" data-said="" {}
        }
    }
}

/// What the browser asks the authenticator for, for a new key.
pub(crate) async fn begin_add(call: &Call<'_>) -> Outcome {
    let user = call.user()?;
    let name = &user.actor.name;
    let known = call.desk.passkeys(user).await?;
    let known: Vec<Value> = known.iter().map(|one| json!({"type": "public-key", "id": one.id})).collect();
    let way = |number: i64| json!({"type": "public-key", "alg": number});
    Ok(json_answer(&json!({
        "challenge": challenge(call, Some(name))?,
        "rp": {"id": place(call).host, "name": "bonafide"},
        "user": {"id": passkey::handle(name), "name": name, "displayName": name},
        "pubKeyCredParams": [way(-7), way(-8), way(-257)],
        "timeout": PATIENCE,
        "attestation": "none",
        "authenticatorSelection": {"residentKey": "required", "requireResidentKey": true, "userVerification": "required"},
        "excludeCredentials": known,
    })))
}

/// A new key.
pub(crate) async fn add(call: &Call<'_>) -> Outcome {
    let user = call.user()?;
    let fields = call.form()?;
    let read = || -> Result<Key, passkey::Refused> {
        let client = passkey::bytes(fields.text("client"))?;
        if !call.passkeys.take(&passkey::challenge(&client)?, Some(&user.actor.name), call.desk.now()) {
            return Err("it took too long, or was not begun here");
        }
        passkey::registered(&client, &passkey::bytes(fields.text("attestation"))?, &place(call))
    };
    let key = read().map_err(|why| Fault::new(422, format!("the passkey is not accepted: {why}")))?;
    let told = app::desk::passkeys::Told { id: key.id, key: key.key, count: key.count };
    call.desk.add_passkey(user, fields.text("label"), &told).await?;
    Ok(json_answer(&json!({"next": "/account"})))
}

/// A key that is used no more.
pub(crate) async fn end(call: &Call<'_>) -> Outcome {
    call.desk.end_passkey(call.user()?, call.part("passkey")).await?;
    Ok(Answer::see("/account"))
}

/// What the browser asks the authenticator for, for a sign-in: any key of this server.
pub(crate) async fn begin(call: &Call<'_>) -> Outcome {
    if let Some(seconds) = call.limit.wait(&call.request.peer, call.desk.now()) {
        return Err(Fault::too_often(TRIES, seconds));
    }
    Ok(json_answer(&json!({
        "challenge": challenge(call, None)?,
        "rpId": place(call).host,
        "timeout": PATIENCE,
        "userVerification": "required",
    })))
}

/// Signs in whose key signed.
pub(crate) async fn sign_in(call: &Call<'_>) -> Outcome {
    let (now, peer) = (call.desk.now(), call.request.peer.as_str());
    call.limit.begin(None, peer, now).map_err(|seconds| Fault::too_often(TRIES, seconds))?;
    match come(call).await? {
        Ok(secret) => {
            call.limit.succeeded(None, peer, now);
            let next = own_path(call.form()?.text("next")).to_owned();
            let cookie = begun(call, &secret).await?;
            Ok(json_answer(&json!({"next": next})).with("set-cookie", cookie))
        }
        Err(why) => {
            call.desk.sign_in_refused(&format!("passkey: {why}")).await?;
            Err(Fault::new(401, "this passkey does not sign you in here"))
        }
    }
}

async fn come(call: &Call<'_>) -> Result<Result<String, passkey::Refused>, Fault> {
    let fields = call.form()?;
    let client = match passkey::bytes(fields.text("client")) {
        Ok(client) => client,
        Err(why) => return Ok(Err(why)),
    };
    let asked = passkey::challenge(&client).unwrap_or_default();
    if !call.passkeys.take(&asked, None, call.desk.now()) {
        return Ok(Err("it took too long, or was not begun here"));
    }
    let Some(kept) = call.desk.passkey(fields.text("id")).await? else {
        return Ok(Err("the key is not known"));
    };
    let user = fields.text("user");
    if !user.is_empty() && user.trim_end_matches('=') != passkey::handle(&kept.name) {
        return Ok(Err("the key is of another user"));
    }
    let key = Key { id: kept.id.clone(), key: kept.key.clone(), count: kept.count };
    let check = || -> Result<u32, passkey::Refused> {
        let (data, sign) = (passkey::bytes(fields.text("data"))?, passkey::bytes(fields.text("sign"))?);
        passkey::signed(&client, &data, &sign, &key, &place(call))
    };
    let count = match check() {
        Ok(count) => count,
        Err(why) => return Ok(Err(why)),
    };
    let secret = call.desk.sign_in_by_passkey(&kept, count).await?;
    Ok(secret.ok_or("its owner may sign in no more"))
}
