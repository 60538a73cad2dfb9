//! Passkeys over HTTP against the real server, with an authenticator of a few lines.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};

use crate::browser::{Browser, Reply, Server, add_user, form};
use crate::desk::Desk;

/// An authenticator with one key, as a phone would hold it.
struct Phone {
    pair: EcdsaKeyPair,
    chance: SystemRandom,
    user: String,
}

fn coded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Present and verified.
fn data(host: &str, more: u8, count: u32) -> Vec<u8> {
    let mut out = digest(&SHA256, host.as_bytes()).as_ref().to_vec();
    out.push(0x05 | more);
    out.extend(count.to_be_bytes());
    out
}

fn client(kind: &str, asked: &Value, server: &Server) -> String {
    let origin = format!("http://127.0.0.1:{}", server.port);
    json!({"type": kind, "challenge": asked["challenge"], "origin": origin, "crossOrigin": false}).to_string()
}

impl Phone {
    fn new(asked: &Value) -> Self {
        let chance = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &chance).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref(), &chance).unwrap();
        Self { pair, chance, user: asked["user"]["id"].as_str().unwrap().to_owned() }
    }

    fn attestation(&self, host: &str) -> Vec<u8> {
        let point = self.pair.public_key().as_ref();
        let key = [
            &[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 0x20][..],
            &point[1..33],
            &[0x22, 0x58, 0x20],
            &point[33..],
        ];
        let told = [&data(host, 0x40, 0)[..], &[0; 16], &[0, 5], b"key-1", &key.concat()[..]].concat();
        let head =
            [&[0xa3, 0x63][..], b"fmt", &[0x64], b"none", &[0x67], b"attStmt", &[0xa0, 0x68], b"authData"];
        [&head.concat()[..], &[0x58, u8::try_from(told.len()).unwrap()], &told[..]].concat()
    }

    fn answer(&self, server: &Server, asked: &Value, count: u32) -> Vec<(&'static str, String)> {
        let client = client("webauthn.get", asked, server);
        let says = data("127.0.0.1", 0, count);
        let whole = [&says[..], digest(&SHA256, client.as_bytes()).as_ref()].concat();
        let sign = self.pair.sign(&self.chance, &whole).unwrap();
        vec![
            ("id", coded("key-1")),
            ("client", coded(&client)),
            ("data", coded(&says)),
            ("sign", coded(sign)),
            ("user", self.user.clone()),
            ("next", "/farms".into()),
        ]
    }
}

fn post(server: &Server, path: &str, fields: &[(&str, String)]) -> Reply {
    let plain: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    server.send("POST", path, &headers, form(&plain).as_bytes())
}

fn asked(server: &Server) -> Value {
    post(server, "/login/passkey/begin", &[]).expect(200).json()
}

fn add(by: &Browser<'_>, server: &Server) -> Phone {
    let asked = by.post("/account/passkeys/begin", &[]).expect(200).json();
    assert_eq!((&asked["rp"]["id"], &asked["attestation"]), (&json!("127.0.0.1"), &json!("none")));
    let phone = Phone::new(&asked);
    let (client, told) = (client("webauthn.create", &asked, server), coded(phone.attestation("127.0.0.1")));
    let fields = [("label", "my <b>phone</b>"), ("client", &coded(client)), ("attestation", &told)];
    by.post("/account/passkeys", &fields).expect(200);
    by.post("/account/passkeys", &fields).expect(422);
    phone
}

#[test]
fn a_passkey_signs_in_once_a_touch() {
    let desk = Desk::new();
    let room = desk.root().join("room");
    let room = room.to_str().unwrap();
    add_user(&desk, "ana", "analyst", &["--workspace", room]).expect(0);
    let server = Server::start(&desk, &["--workspace", room]);
    let ana = server.sign_in("ana");
    let phone = add(&ana, &server);
    assert!(ana.get("/account").expect(200).body.contains("my &lt;b&gt;phone&lt;/b&gt;"));

    let first = asked(&server);
    let fields = phone.answer(&server, &first, 1);
    let reply = post(&server, "/login/passkey", &fields).expect(200);
    assert_eq!(reply.json()["next"], "/farms");
    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.starts_with("session=") && cookie.contains("HttpOnly"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    server.send("GET", "/farms", &[("cookie", &cookie)], b"").expect(200);

    // the same answer again, an answer to no question, a key that counts backwards
    post(&server, "/login/passkey", &fields).expect(401);
    post(&server, "/login/passkey", &phone.answer(&server, &json!({"challenge": "invented"}), 2)).expect(401);
    let second = asked(&server);
    post(&server, "/login/passkey", &phone.answer(&server, &second, 1)).expect(401);
    let third = asked(&server);
    post(&server, "/login/passkey", &phone.answer(&server, &third, 2)).expect(200);
    // an ended key signs nobody in, and neither does one of somebody who may sign in no more
    let id = coded("key-1");
    ana.post(&format!("/account/passkeys/{id}/end"), &[]).expect(303);
    let fourth = asked(&server);
    post(&server, "/login/passkey", &phone.answer(&server, &fourth, 3)).expect(401);
    server.kill();

    let server = Server::start(&desk, &["--workspace", room]);
    let phone = add(&server.sign_in("ana"), &server);
    desk.run(&["user", "disable", "ana", "--workspace", room]).expect(0);
    let fifth = asked(&server);
    post(&server, "/login/passkey", &phone.answer(&server, &fifth, 9)).expect(401);
    let said = desk.run(&["verify", "--workspace", room]).expect(0).out;
    for text in ["passkey added", "passkey ended", "browser, by passkey", "the key was copied"] {
        assert!(said.contains(text), "{text}: {said}");
    }
}

#[test]
fn guessing_passkeys_becomes_slow() {
    let desk = Desk::new();
    let room = desk.root().join("room");
    let room = room.to_str().unwrap();
    add_user(&desk, "ana", "analyst", &["--workspace", room]).expect(0);
    let server = Server::start(&desk, &["--workspace", room]);
    let codes: Vec<u16> =
        (0..24).map(|_| post(&server, "/login/passkey", &[("id", "x".into())]).status).collect();
    assert!(codes[..20].iter().all(|code| *code == 401) && codes[20..].contains(&429), "{codes:?}");
}
