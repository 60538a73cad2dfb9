//! `bonafide serve`

use std::io::Read as _;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use app::certificate::Files;
use app::desk::tokens::{self, Wish};
use app::desk::{Desk, users};

use super::{choice, wants_json};
use crate::arguments::{Serve, Shared, User, UserCommand};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// Serves one workspace until the process ends.
pub async fn run(shared: &Shared, serve: &Serve) -> anyhow::Result<Exit> {
    let wrong = |cause| {
        app::Error::Configuration(format!("--listen {}: {cause}; hint: 127.0.0.1:8420", serve.listen))
    };
    let address: SocketAddr = serve.listen.parse().map_err(|cause: std::net::AddrParseError| wrong(cause))?;
    let desk = Arc::new(Desk::open(&choice(shared), &serve.watch).await?);
    if !desk.has_users().await? {
        draw::tell("nobody can sign in yet; add a user: bonafide user add NAME --role lead --password-stdin");
    }
    let certificate = serve.tls_cert.clone().zip(serve.tls_key.clone());
    let certificate = certificate.map(|(certificate, key)| Files { certificate, key });
    let scheme = if certificate.is_some() { "https" } else { "http" };
    let listen = web::Listen {
        address,
        names: serve.host.iter().map(|name| name.to_ascii_lowercase()).collect(),
        is_secure: serve.behind_tls || certificate.is_some(),
        is_behind_proxy: serve.behind_tls,
        certificate,
    };
    let ready = |address: SocketAddr| draw::tell(&format!("listening on {scheme}://{address}"));
    web::serve(desk, listen, ready, draw::tell).await?;
    Ok(NOTHING_OPENED)
}

/// Users of a workspace.
pub async fn user(shared: &Shared, user: &User) -> anyhow::Result<Exit> {
    let choice = choice(shared);
    match &user.command {
        UserCommand::Add(add) => {
            let password = if add.openid { None } else { Some(password(add.password_stdin)?) };
            users::add(&choice, &add.name, &add.role, add.worker.as_deref(), password.as_deref()).await?;
            draw::tell(&format!("{} can sign in as {}", add.name, add.role));
        }
        UserCommand::Password(one) => {
            users::set_password(&choice, &one.name, &password(one.password_stdin)?).await?;
            draw::tell(&format!("the password of {} is set, and their sessions are ended", one.name));
        }
        UserCommand::Disable(one) => {
            users::disable(&choice, &one.name).await?;
            draw::tell(&format!("{} can sign in no more", one.name));
        }
        UserCommand::Token(one) => {
            let wish = Wish { label: &one.label, scopes: &one.scope, days: one.days };
            draw::say(&format!("{}\n", tokens::make(&choice, &one.name, &wish).await?))?;
            draw::tell(&format!("it acts for {} for {} days, and is shown this once", one.name, one.days));
        }
        UserCommand::List => {
            let all = users::list(&choice).await?;
            if wants_json(shared) {
                draw::json_lines(&all)?;
            } else {
                let state = |disabled| if disabled { "disabled" } else { "may sign in" }.to_owned();
                let rows = all.iter().map(|one| {
                    vec![one.name.clone(), one.role.clone(), one.created.clone(), state(one.disabled)]
                });
                draw::say(&draw::table(&["name", "role", "since", "state"], rows))?;
            }
        }
    }
    Ok(NOTHING_OPENED)
}

/// The first line of standard input: a password on the command line would stand in the list of processes.
fn password(from_stdin: bool) -> anyhow::Result<String> {
    if !from_stdin {
        let text = "a password is read from standard input; hint: --password-stdin";
        return Err(app::Error::Configuration(text.into()).into());
    }
    let mut text = String::new();
    std::io::stdin().lock().take(4096).read_to_string(&mut text).context("standard input")?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}
