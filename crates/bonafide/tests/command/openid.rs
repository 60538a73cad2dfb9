//! Signing in by a provider: npm's certified `oidc-provider` in a process of its own, and a browser of a few lines.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::browser::{PASSWORD, Reply, Server, add_user, between, form};
use crate::desk::Desk;

/// The release that the test was written against.
const PACKAGE: &str = "oidc-provider@9.13.3";

/// Where the package stands; installed once, beside what is built.
fn package() -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("oidc-provider");
    if !folder.join("node_modules/oidc-provider/package.json").is_file() {
        std::fs::create_dir_all(&folder).unwrap();
        let said = Command::new("npm")
            .args(["install", "--prefix", ".", "--no-audit", "--no-fund", "--ignore-scripts", PACKAGE])
            .current_dir(&folder)
            .output();
        let is_there = said.as_ref().is_ok_and(|said| said.status.success());
        assert!(
            is_there,
            "signing in by OpenID Connect is NOT TESTED here: npm cannot install {PACKAGE}: {said:?}"
        );
    }
    folder
}

/// The provider, which ends with the test.
struct Provider {
    child: Child,
    port: u16,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Provider {
    fn start(back: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/openid/provider.mjs");
        let mut child = Command::new("node")
            .args([script, back])
            .current_dir(package())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("signing in by OpenID Connect is NOT TESTED here: node does not start");
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        // what it says later must find somebody who reads it, or it ends
        std::thread::spawn(move || lines.lines().for_each(drop));
        Self { child, port: line.trim().parse().unwrap() }
    }
}

/// A browser that keeps the cookies of both servers apart, and follows where it is sent.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<(u16, String), String>,
}

impl Browser {
    fn ask(&mut self, method: &str, port: u16, path: &str, body: &str) -> Reply {
        let jar: Vec<String> = self
            .cookies
            .iter()
            .filter(|((at, _), _)| *at == port)
            .map(|((_, name), value)| format!("{name}={value}"))
            .collect();
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nconnection: close\r\naccept: text/html\r\n"
        );
        if !jar.is_empty() {
            head.push_str(&format!("cookie: {}\r\n", jar.join("; ")));
        }
        if method == "POST" {
            head.push_str("content-type: application/x-www-form-urlencoded\r\n");
            head.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(format!("{head}\r\n{body}").as_bytes()).unwrap();
        let mut text = Vec::new();
        stream.read_to_end(&mut text).unwrap();
        let text = String::from_utf8_lossy(&text).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let set = head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        for (_, cookie) in set {
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert((port, name.to_owned()), value.to_owned());
        }
        Reply { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// Follows redirects, also from one server to the other, until a page is shown. Its address and the page.
    fn follow(&mut self, port: u16, mut reply: Reply) -> (u16, String, Reply) {
        let (mut port, mut path) = (port, String::new());
        while let Some(to) = reply.header("location").filter(|_| (300..400).contains(&reply.status)) {
            match to.strip_prefix("http://127.0.0.1:") {
                Some(rest) => {
                    let (digits, rest) = rest.split_at(rest.find('/').unwrap());
                    (port, path) = (digits.parse().unwrap(), rest.to_owned());
                }
                None => path = to,
            }
            reply = self.ask("GET", port, &path, "");
        }
        (port, path, reply)
    }

    /// From the button of our page, through the provider's two forms, and back. What the page says in the end.
    fn sign_in(&mut self, server: u16, who: &str) -> Reply {
        let first = self.ask("GET", server, "/login/openid?next=/farms", "").expect(303);
        assert!(first.header("location").unwrap().contains("code_challenge_method=S256"));
        let (port, path, mut page) = self.follow(server, first);
        let mut at = (port, path);
        for fields in
            [vec![("prompt", "login"), ("login", who), ("password", "any")], vec![("prompt", "consent")]]
        {
            if at.0 == server {
                break;
            }
            assert_eq!(page.status, 200, "{}", page.body);
            let action = between(&page.body, "action=\"", "\"").unwrap_or_else(|| at.1.clone());
            let action =
                action.split_once(&format!(":{}", at.0)).map_or(action.clone(), |(_, path)| path.to_owned());
            let sent = self.ask("POST", at.0, &action, &form(&fields));
            let (port, path, reply) = self.follow(at.0, sent);
            (at, page) = ((port, path), reply);
        }
        assert_eq!(at.0, server, "{}", page.body);
        page
    }

    fn session(&self, server: u16) -> Option<&str> {
        self.cookies
            .get(&(server, "session".to_owned()))
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

fn role_of(desk: &Desk, room: &str, name: &str) -> Option<String> {
    let all = desk.run(&["user", "list", "--workspace", room, "--json"]).expect(0).json();
    let one = all.iter().find(|one| one["name"] == name)?;
    Some(one["role"].as_str().unwrap().to_owned())
}

#[test]
#[ignore = "long"]
fn whom_the_provider_vouches_for_comes_in_with_the_role_that_is_mapped() {
    let desk = Desk::new();
    let room = desk.root().join("room");
    let name = room.to_str().unwrap().to_owned();
    add_user(&desk, "local@corp.example", "analyst", &["--workspace", &name]).expect(0);
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("http://127.0.0.1:{free}");
    let provider = Provider::start(&address);
    std::fs::write(desk.root().join("client-secret"), "a secret + of & this test\n").unwrap();
    let settings = |more: &str| {
        format!(
            "[openid]\nissuer = 'http://127.0.0.1:{}'\nclient_id = 'bonafide'\nclient_secret_file = '../client-secret'\n\
             address = '{address}'\nscopes = ['email', 'groups']\n{more}\n",
            provider.port
        )
    };
    let mapped = "role_claim = 'groups'\n[openid.roles]\nreviewers = 'analyst'";
    std::fs::write(room.join("serve.toml"), settings(mapped)).unwrap();
    let serve = || Server::start(&desk, &["--workspace", &name, "--listen", &format!("127.0.0.1:{free}")]);
    let server = serve();
    assert!(server.send("GET", "/login", &[], b"").body.contains("Sign in with 127.0.0.1"));

    let mut ana = Browser::default();
    let page = ana.sign_in(free, "ana").expect(200);
    assert!(page.head.to_lowercase().contains("refresh: 0; url=/farms"), "{}", page.head);
    assert_eq!(ana.ask("GET", free, "/farms", "").status, 200);
    assert_eq!(role_of(&desk, &name, "ana.lopez@corp.example").as_deref(), Some("analyst"));

    // no role, no verified address, or the name of somebody who signs in by password: nobody comes in
    for (who, why) in
        [("bob", "gives you no role"), ("eve", "not verified"), ("mallory", "signs in otherwise")]
    {
        let mut browser = Browser::default();
        let page = browser.sign_in(free, who).expect(403);
        assert!(page.body.contains(why), "{who}: {}", page.body);
        assert_eq!(browser.session(free), None, "{who}");
    }
    assert_eq!(role_of(&desk, &name, "bob@corp.example"), None);
    assert_eq!(server.login("local@corp.example", PASSWORD).status, 303, "passwords still count");

    // a start forgives the failures of this address
    drop(server);
    let server = serve();
    // a state counts once, and in the browser that began it
    let mut thief = Browser::default();
    assert_eq!(thief.ask("GET", free, "/login/openid/back?code=x&state=y", "").status, 403);
    let begun = Browser::default().ask("GET", free, "/login/openid", "");
    let state = between(&begun.header("location").unwrap(), "&state=", "&").unwrap();
    let reply = thief.ask("GET", free, &format!("/login/openid/back?code=x&state={state}"), "").expect(403);
    assert!(reply.body.contains("another browser"), "{}", reply.body);
    let mut invented = Browser::default();
    let begun = invented.ask("GET", free, "/login/openid", "");
    let state = between(&begun.header("location").unwrap(), "&state=", "&").unwrap();
    let back = format!("/login/openid/back?code=invented&state={state}");
    let reply = invented.ask("GET", free, &back, "").expect(403);
    assert!(reply.body.contains("invalid_grant"), "{}", reply.body);
    invented.cookies.insert((free, "openid".into()), state);
    assert!(invented.ask("GET", free, &back, "").expect(403).body.contains("finished already"));
    let said = desk.run(&["verify", "--workspace", &name]).expect(0).out;
    assert!(said.contains("sign-in failed") && said.contains("user tied"), "{said}");
    drop(server);

    // without a mapping only whom somebody added comes in, and passwords may be shut out
    std::fs::write(room.join("serve.toml"), settings("only = true")).unwrap();
    desk.run(&["user", "add", "bob@corp.example", "--role", "lead", "--openid", "--workspace", &name])
        .expect(0);
    let server = serve();
    assert_eq!(server.login("local@corp.example", PASSWORD).status, 401);
    let mut bob = Browser::default();
    bob.sign_in(free, "bob").expect(200);
    assert_eq!(bob.ask("GET", free, "/history", "").status, 200, "a lead reads the history");
    assert_eq!(ana.sign_in(free, "ana").status, 200, "who is known stays known");
    assert_eq!(Browser::default().sign_in(free, "eve").status, 403);
}
