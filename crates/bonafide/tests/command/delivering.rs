//! Findings on their way to real receivers of this machine: signed, tried again, lost by no kill, told once.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::net::{TcpListener, UdpSocket};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::{Value, json};

use crate::browser::Server;
use crate::desk::Desk;
use crate::receiver::{Got, Receiver, until};
use crate::serving::{office, opened};

const SECRET: &str = "a secret of more than twenty-four bytes";

/// Writes `serve.toml` and the secret that it names.
fn configure(desk: &Desk, text: &str) {
    std::fs::write(desk.root().join("secret"), format!("{SECRET}\n")).unwrap();
    let text = text.replace("SECRET", desk.root().join("secret").to_str().unwrap());
    std::fs::write(desk.workspace().join("serve.toml"), text).unwrap();
}

fn webhook(port: u16) -> String {
    format!(
        "[[delivery]]\nname = 'siem'\nkind = 'webhook'\nurl = 'http://127.0.0.1:{port}/hook'\nsecret_file = 'SECRET'\n\
         link = 'https://cases.example'\nbacklog = true\n"
    )
}

/// Fails where a request is not signed as Standard Webhooks says.
fn assert_signed(got: &Got) {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let signed = format!("{}.{}.{}", got.header("webhook-id"), got.header("webhook-timestamp"), got.body);
    let sign = format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())));
    assert_eq!(got.header("webhook-signature"), sign);
}

fn line(server: &Server, name: &str) -> Value {
    let health = server.sign_in("lead").api("GET", "/api/v1/health", &Value::Null).expect(200).json();
    let all = health["deliveries"].as_array().unwrap();
    all.iter().find(|line| line["name"] == name).unwrap().clone()
}

#[test]
fn a_finding_arrives_signed_once_its_receiver_is_back() {
    let (desk, people) = office();
    let count = opened(&people).len();
    let receiver = Receiver::at(0, &[503, 500]);
    configure(&desk, &webhook(receiver.port));
    let server = Server::start(&desk, &[]);
    let got = receiver.taken(count);
    let all = receiver.got();
    assert_eq!(all.iter().map(|one| one.status).take(3).collect::<Vec<_>>(), [503, 500, 200]);
    let id = |one: &Got| one.header("webhook-id");
    assert_eq!(id(&all[0]), id(&all[2]), "the same letter, tried again, bears the same id");
    assert_eq!(got.iter().map(id).collect::<BTreeSet<_>>().len(), count);
    for one in &got {
        assert_signed(one);
        let finding = one.json();
        assert_eq!((&finding["class_uid"], &finding["activity_id"]), (&json!(2004), &json!(1)));
        assert_eq!(finding["metadata"]["uid"].as_str().unwrap(), id(one));
        let case = finding["finding_info"]["uid"].as_str().unwrap();
        assert_eq!(finding["finding_info"]["src_url"], format!("https://cases.example/case/{case}"));
        for person in &people {
            assert!(!one.body.contains(person["email"].as_str().unwrap()), "{}", one.body);
        }
    }

    // what changes goes out, and only that
    let ana = server.sign_in("analyst");
    ana.open("C-1");
    let command =
        json!({"version": 1, "do": "decide", "outcome": "cleared", "reason": "HR approved the relocation."});
    ana.api("POST", "/api/v1/cases/C-1/commands", &command).expect(200);
    let last = receiver.taken(count + 1).pop().unwrap().json();
    assert_eq!((&last["finding_info"]["uid"], &last["status"]), (&json!("C-1"), &json!("Resolved")));
    until("the letter leaves the outbox", || line(&server, "siem")["waiting"] == 0);
    let health = line(&server, "siem");
    assert_eq!((&health["arrived"], &health["trouble"]), (&json!(count + 1), &Value::Null), "{health}");
    let page = server.sign_in("viewer").get("/health").expect(200).body;
    assert!(page.contains("Findings sent") && page.contains("siem"));

    // what was told is not told again after a restart
    server.kill();
    let server = Server::start(&desk, &[]);
    std::thread::sleep(std::time::Duration::from_secs(3));
    assert_eq!(receiver.taken(count + 1).len(), count + 1);
    assert_eq!(line(&server, "siem")["arrived"], json!(count + 1));
    let said = desk.run(&["verify"]).expect(0).out;
    assert!(said.contains("C-1: told siem by webhook."), "{said}");
}

#[test]
fn what_waits_outlives_a_kill() {
    let (desk, people) = office();
    let count = opened(&people).len();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = free.local_addr().unwrap().port();
    drop(free);
    configure(&desk, &webhook(port));
    let server = Server::start(&desk, &[]);
    until("the first try fails", || !line(&server, "siem")["trouble"].is_null());
    let health = line(&server, "siem");
    assert_eq!((&health["waiting"], &health["arrived"]), (&json!(count), &json!(0)), "{health}");
    server.kill();
    let receiver = Receiver::at(port, &[]);
    let server = Server::start(&desk, &[]);
    let got = receiver.taken(count);
    assert_eq!(got.iter().map(|one| one.header("webhook-id")).collect::<BTreeSet<_>>().len(), count);
    until("all arrived", || line(&server, "siem")["waiting"] == 0);
}

#[test]
fn syslog_files_and_people_are_told_too() {
    let (desk, people) = office();
    let count = opened(&people).len();
    let slack = Receiver::at(0, &[]);
    let udp = UdpSocket::bind("127.0.0.1:0").unwrap();
    let tcp = TcpListener::bind("127.0.0.1:0").unwrap();
    let (udp_port, tcp_port) = (udp.local_addr().unwrap().port(), tcp.local_addr().unwrap().port());
    let octets = std::thread::spawn(move || {
        let mut all = Vec::new();
        for stream in tcp.incoming().take(count) {
            let mut text = String::new();
            stream.unwrap().read_to_string(&mut text).unwrap();
            all.push(text);
        }
        all
    });
    configure(
        &desk,
        &format!(
            "[[delivery]]\nname = 'people'\nkind = 'slack'\nurl = 'http://127.0.0.1:{}/x'\nbacklog = true\n\
             [[delivery]]\nname = 'udp'\nkind = 'syslog'\nurl = 'syslog+udp://127.0.0.1:{udp_port}'\nbacklog = true\n\
             [[delivery]]\nname = 'tcp'\nkind = 'syslog'\nurl = 'syslog+tcp://127.0.0.1:{tcp_port}'\nbacklog = true\n\
             [[delivery]]\nname = 'lines'\nkind = 'file'\nfile = 'findings.jsonl'\nbacklog = true\n\
             [[delivery]]\nname = 'news'\nkind = 'file'\nfile = 'news.jsonl'\n",
            slack.port
        ),
    );
    let server = Server::start(&desk, &[]);
    for got in slack.taken(count) {
        let text = got.json()["text"].as_str().unwrap().to_owned();
        assert!(text.starts_with("*C-") && text.contains("A case is a question"), "{text}");
        assert!(got.header("webhook-signature").is_empty());
    }
    let finding_of = |message: &str| -> Value {
        assert!(message.starts_with("<8") && message.contains(" - bonafide - finding - {"), "{message}");
        serde_json::from_str(&message[message.find('{').unwrap()..]).unwrap()
    };
    let mut seen = BTreeSet::new();
    let mut bytes = vec![0; 70_000];
    for _ in 0..count {
        let length = udp.recv(&mut bytes).unwrap();
        let finding = finding_of(std::str::from_utf8(&bytes[..length]).unwrap());
        seen.insert(finding["metadata"]["uid"].to_string());
    }
    for text in octets.join().unwrap() {
        let (length, message) = text.split_once(' ').unwrap();
        assert_eq!(length.parse::<usize>().unwrap(), message.len());
        assert!(seen.contains(&finding_of(message)["metadata"]["uid"].to_string()));
    }
    assert_eq!(seen.len(), count);
    let written = desk.workspace().join("findings.jsonl");
    let lines = || std::fs::read_to_string(&written).unwrap_or_default().lines().count();
    until("every line", || lines() >= count);
    for line in std::fs::read_to_string(&written).unwrap().lines() {
        assert!(seen.contains(&serde_json::from_str::<Value>(line).unwrap()["metadata"]["uid"].to_string()));
    }
    // a receiver without backlog hears of what happens from now on
    until("nothing waits", || line(&server, "lines")["waiting"] == 0);
    assert!(!desk.workspace().join("news.jsonl").exists());
}

#[test]
fn a_configuration_that_would_leak_is_refused() {
    let (desk, _) = office();
    let refused = |text: &str| {
        configure(&desk, text);
        let said = desk.run(&["serve", "--listen", "127.0.0.1:0"]).expect(3).err;
        assert!(!said.contains(SECRET) && !said.contains("hidden"), "{said}");
        said
    };
    let slack = |url: &str| format!("[[delivery]]\nname = 'x'\nkind = 'slack'\nurl = '{url}'\n");
    assert!(refused(&slack("http://hooks.example/hidden")).contains("in the clear"));
    assert!(refused(&slack("https://ana:hidden@hooks.example/")).contains("delivery x"));
    assert!(
        refused("[[delivery]]\nname = 'x'\nkind = 'webhook'\nurl = 'https://siem.example'\n")
            .contains("secret_file")
    );
    assert!(refused("[delivry]\nx = 1\n").contains("serve.toml"));
}
