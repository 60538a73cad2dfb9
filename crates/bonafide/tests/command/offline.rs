//! `check` and `explain` need no network, and what they are made of links nothing that speaks to one by itself.

use std::process::Command;

use crate::desk::{Desk, Said};

/// How to run a command without any network, as far as this machine lets us.
fn without_network() -> Option<Vec<&'static str>> {
    let ways: [&[&str]; 2] = [&["unshare", "-n"], &["unshare", "-rn"]];
    let works = |way: &&[&str]| {
        Command::new(way[0]).args(&way[1..]).arg("true").output().is_ok_and(|said| said.status.success())
    };
    ways.into_iter().find(works).map(<[&str]>::to_vec)
}

#[test]
fn check_and_explain_run_without_a_network() {
    let Some(way) = without_network() else {
        let told = "the network cannot be taken away on this machine (unshare -n), so this promise is NOT TESTED here";
        assert!(
            std::env::var_os("BONAFIDE_WITHOUT_UNSHARE").is_some(),
            "{told}; BONAFIDE_WITHOUT_UNSHARE=1 skips it"
        );
        return;
    };
    let desk = Desk::new();
    desk.company(20, 8, "payroll_ring");
    let alone = |arguments: &[&str]| {
        let command = desk.command(arguments);
        let mut shut = Command::new(way[0]);
        shut.args(&way[1..]).arg(command.get_program()).args(command.get_args()).env_clear();
        for (name, value) in command.get_envs() {
            shut.env(name, value.unwrap());
        }
        Said::of(shut.output().unwrap())
    };
    let exports = desk.exports();
    let checked = alone(&["check", exports.to_str().unwrap(), "--json"]);
    assert!(checked.code <= 1 && !checked.json().is_empty(), "{}", checked.err);
    let worker = checked.json()[0]["worker_id"].as_str().unwrap().to_owned();
    assert!(!alone(&["explain", &worker]).expect(0).out.is_empty());
    assert_eq!(desk.check(&[]).out, checked.out, "with a network it says the same");
}

/// Whatever speaks to a network by itself.
const REFUSED: &[&str] = &[
    "reqwest",
    "hyper",
    "h2",
    "ureq",
    "curl",
    "isahc",
    "surf",
    "native-tls",
    "openssl",
    "openssl-sys",
    "rustls",
    "ring",
    "courier",
    "tungstenite",
    "tonic",
    "quinn",
    "hickory-resolver",
    "trust-dns-resolver",
    "tokio-rustls",
    "tokio-postgres",
    "sqlx-postgres",
    "sqlx-mysql",
    "opentelemetry",
    "sentry",
];

#[test]
fn nothing_that_speaks_to_a_network_is_linked() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let said = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--locked", "--edges", "normal", "--prefix", "none", "--package", "app"])
        .current_dir(root)
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let text = String::from_utf8(said.stdout).unwrap();
    let linked: Vec<&str> = text.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(linked.contains(&"datafusion"));
    for name in REFUSED {
        assert!(!linked.contains(name), "{name} is linked");
    }
}
