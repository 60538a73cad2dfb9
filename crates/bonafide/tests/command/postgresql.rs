//! Casework on PostgreSQL: what holds in a file holds there, nothing takes its place by mistake, and a copy is the way
//! from one to the other.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::browser::{Browser, Server};
use crate::desk::{Desk, Said, holding};
use crate::serving::{REASON, office_at};
use crate::{browser, database};

const CASE: &str = "/api/v1/cases/C-1";

/// The command with another store than that of the desk, or with none named.
fn elsewhere(desk: &Desk, store: Option<&str>, arguments: &[&str]) -> Said {
    let mut command = desk.command(arguments);
    match store {
        Some(url) => command.env("BONAFIDE_STORE", url),
        None => command.env_remove("BONAFIDE_STORE"),
    };
    Said::of(command.output().unwrap())
}

/// Two decide from the same version at the same moment; what each is told.
fn at_once(one: &Browser<'_>, two: &Browser<'_>) -> Vec<u16> {
    let decide = |who: &Browser<'_>, outcome: &str| {
        let command = json!({"version": 1, "do": "decide", "outcome": outcome, "reason": REASON});
        who.api("POST", &format!("{CASE}/commands"), &command).status
    };
    let mut codes = std::thread::scope(|scope| {
        let other = scope.spawn(|| decide(two, "undetermined"));
        vec![decide(one, "cleared"), other.join().unwrap()]
    });
    codes.sort_unstable();
    codes
}

#[test]
fn casework_on_postgresql_from_the_first_user_to_erasing() {
    let Some(mut database) = database::Server::start() else { return };
    let (desk, _) = office_at(Desk::on(&database));
    assert!(!desk.workspace().join("store.sqlite").exists());
    let server = Server::start(&desk, &[]);
    let (ana, ben) = (server.sign_in("analyst"), server.sign_in("ben"));
    ana.open("C-1");
    ben.open("C-1");
    assert_eq!(at_once(&ana, &ben), [200, 409], "one wins, and the other is told");
    // every process of the database dies, and nothing that was acknowledged is lost
    database.crash();
    let file = ana.api("GET", CASE, &Value::Null).expect(200).json();
    assert_eq!(file["row"]["version"], 2);
    let verified = desk.run(&["verify"]).expect(0).out;
    assert!(verified.contains(REASON) && verified.contains("whole:"), "{verified}");
    // a name with a character that the database does not keep is nobody's
    let odd = server.login("analyst\0", browser::PASSWORD);
    assert!((400..500).contains(&odd.status), "{}", odd.status);
    server.kill();

    let data = database.data();
    let kept = |text: &str| -> Vec<String> {
        holding(&data, text).into_iter().filter(|name| !name.starts_with("pg_wal/")).collect()
    };
    let who = file["row"]["worker_id"].as_str().unwrap();
    assert!(!kept(REASON).is_empty(), "it was there");
    desk.run(&["erase", who, "--purpose", "request of 12 June"]).expect(0);
    for text in [REASON, "Review of remote hires in June"] {
        assert_eq!(kept(text), Vec::<String>::new(), "{text} is left in a file");
    }
    desk.run(&["verify"]).expect(0);
}

#[test]
fn a_database_is_never_forgotten_and_a_copy_is_the_way_to_and_fro() {
    let Some(database) = database::Server::start() else { return };
    let desk = Desk::on(&database);
    desk.write("roster.csv", crate::desk::ROSTER);
    desk.check(&[]).expect(0);
    let workspace = desk.workspace();

    // who names no database is told, and no empty file takes its place
    let told = elsewhere(&desk, None, &["verify"]).expect(3);
    assert!(told.err.contains("BONAFIDE_STORE") && !workspace.join("store.sqlite").exists(), "{}", told.err);
    let other = database::Server::start().unwrap();
    let named = workspace.join("store.url");
    std::fs::write(&named, database.url("public")).unwrap();
    std::fs::set_permissions(&named, std::fs::Permissions::from_mode(0o644)).unwrap();
    let told = elsewhere(&desk, None, &["verify"]).expect(3).err;
    assert!(told.contains("chmod 600") && !told.contains("postgres:"), "{told}");
    std::fs::set_permissions(&named, std::fs::Permissions::from_mode(0o600)).unwrap();
    elsewhere(&desk, None, &["verify"]).expect(0);

    // from the database into a file
    let copy = desk.root().join("copy");
    elsewhere(&desk, None, &["backup", text(&copy)]).expect(0);
    assert!(!copy.join("store.url").exists(), "a copy knows no password");
    let file = desk.root().join("file");
    let to_file = ["--workspace", text(&file)];
    elsewhere(&desk, None, &[&["restore", text(&copy)], &to_file[..]].concat()).expect(0);
    let said = elsewhere(&desk, None, &[&["verify"], &to_file[..]].concat()).expect(0);
    assert!(said.out.contains("restored from a copy") && said.out.contains("check"), "{}", said.out);
    let told = elsewhere(&desk, Some(&other.url("public")), &[&["verify"], &to_file[..]].concat()).expect(3);
    assert!(told.err.contains("named as well"), "{}", told.err);

    // from a file into another database, once
    let third = desk.root().join("third");
    let to_third = ["--workspace", text(&third)];
    let url = other.url("public");
    elsewhere(&desk, Some(&url), &[&["restore", text(&copy)], &to_third[..]].concat()).expect(0);
    assert!(!third.join("store.sqlite").exists());
    let said = elsewhere(&desk, Some(&url), &[&["verify"], &to_third[..]].concat()).expect(0);
    assert!(said.out.contains("restored from a copy"), "{}", said.out);
    let fourth = desk.root().join("fourth");
    let told =
        elsewhere(&desk, Some(&url), &["restore", text(&copy), "--workspace", text(&fourth)]).expect(3);
    assert!(told.err.contains("holds a store already") && !fourth.exists(), "{}", told.err);

    // a workspace of another company does not get in
    let stranger = desk.root().join("stranger");
    let told = elsewhere(&desk, Some(&url), &["user", "list", "--workspace", text(&stranger)]).expect(3);
    assert!(told.err.contains("another workspace"), "{}", told.err);
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
