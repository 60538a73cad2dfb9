//! TLS to PostgreSQL: a server on a port that takes nobody in the clear, with a certificate of an authority made for this
//! test. Whoever checks it and knows the authority comes in; whoever knows another one is told why not.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use sqlx::any::AnyConnectOptions;
use sqlx::{ConnectOptions as _, Row as _};
use store::{Address, Error, Store};

use crate::history::event;
use crate::server::Server;

/// Lets nobody in from the network without TLS; the socket is as it was.
const ONLY_TLS: &str = "local all all trust\nhostssl all all 127.0.0.1/32 trust\n";

/// Runs openssl, which Debian installs with the server.
fn openssl(folder: &Path, line: &str) {
    let done = Command::new("openssl").current_dir(folder).args(line.split(' ')).output();
    let said = done.expect("openssl is needed to make certificates; hint: apt-get install openssl");
    assert!(said.status.success(), "openssl {line}: {}", String::from_utf8_lossy(&said.stderr));
}

/// An authority of one's own: `NAME.pem` and `NAME.key`.
fn authority(folder: &Path, name: &str) {
    let request = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2";
    openssl(folder, &format!("{request} -subj /CN={name} -keyout {name}.key -out {name}.pem"));
}

/// A certificate for `localhost`, which is no name of 127.0.0.1.
fn certificate(folder: &Path) {
    let request = "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost";
    openssl(folder, &format!("{request} -keyout server.key -out server.csr"));
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    let sign = "x509 -req -in server.csr -CA ours.pem -CAkey ours.key -CAcreateserial -days 2";
    openssl(folder, &format!("{sign} -extfile names -out server.pem"));
}

/// A server that speaks TLS, the port it listens on, and the folder of its certificates.
fn encrypted() -> Option<(Server, u16, tempfile::TempDir)> {
    let papers = tempfile::tempdir().unwrap();
    // free a moment ago; whoever takes it meanwhile makes the server say so
    let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
    let server = Server::start_with(|folder| {
        for name in ["ours", "other"] {
            authority(papers.path(), name);
        }
        certificate(papers.path());
        for name in ["server.pem", "server.key"] {
            std::fs::copy(papers.path().join(name), folder.join(name)).unwrap();
        }
        std::fs::write(folder.join("hba"), ONLY_TLS).unwrap();
        let file = |name: &str| folder.join(name).display().to_string();
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            "ssl=on".to_owned(),
            format!("ssl_cert_file={}", file("server.pem")),
            format!("ssl_key_file={}", file("server.key")),
            format!("hba_file={}", file("hba")),
        ];
        settings.into_iter().flat_map(|one| ["-c".to_owned(), one]).collect()
    })?;
    Some((server, port, papers))
}

async fn open(url: &str) -> Result<Store, Error> {
    Store::connect(&Address::parse(url).unwrap()).await
}

#[tokio::test]
async fn a_store_is_spoken_to_over_tls_and_a_stranger_in_its_place_is_refused() {
    let Some((server, port, papers)) = encrypted() else { return };
    let at = |host: &str, options: &str| format!("postgres://store:s3cret@{host}:{port}/postgres?{options}");
    let checked = |mode: &str, authority: &str| {
        format!("sslmode={mode}&sslrootcert={}", papers.path().join(authority).display())
    };

    // everything that is asked for holds, and entries are written
    let full = at("localhost", &checked("verify-full", "ours.pem"));
    let store = open(&full).await.unwrap();
    assert_eq!(store.append(&event(1)).await.unwrap().sequence, 1);
    for (host, options) in [
        ("localhost", checked("verify-ca", "ours.pem")),
        // the certificate is of another name, and nobody asked whose it is
        ("127.0.0.1", checked("verify-ca", "ours.pem")),
        ("127.0.0.1", checked("require", "ours.pem")),
        ("127.0.0.1", "sslmode=require".to_owned()),
    ] {
        let store =
            open(&at(host, &options)).await.unwrap_or_else(|cause| panic!("{host} {options}: {cause}"));
        assert_eq!(store.verify().await.unwrap().entries, 1, "{options}");
    }

    // and it is TLS that they spoke
    let mut plain = full.parse::<AnyConnectOptions>().unwrap().connect().await.unwrap();
    let row = sqlx::query("SELECT ssl::text, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    let row = row.fetch_one(&mut plain).await.unwrap();
    let said: (String, String) = (row.get(0), row.get(1));
    assert_eq!((said.0.as_str(), said.1.starts_with("TLSv1.")), ("true", true), "{said:?}");

    for (host, options, why) in [
        // somebody else's authority, and those of the machine
        ("localhost", checked("verify-full", "other.pem"), "no authority that is trusted here"),
        ("localhost", checked("verify-ca", "other.pem"), "no authority that is trusted here"),
        ("localhost", "sslmode=verify-full".to_owned(), "no authority that is trusted here"),
        // whoever names an authority wants it asked
        ("localhost", checked("require", "other.pem"), "no authority that is trusted here"),
        // the right authority, another name
        ("127.0.0.1", checked("verify-full", "ours.pem"), "another name"),
        ("localhost", checked("verify-full", "missing.pem"), "sslrootcert"),
        ("localhost", "sslmode=disable".to_owned(), "no encryption"),
    ] {
        let told = open(&at(host, &options)).await.map(drop).unwrap_err();
        let text = told.to_string();
        assert!(text.contains(why), "{host} {options}: {text}");
        assert!(text.contains(&format!("{host}:{port}")), "it says where: {text}");
        assert!(!format!("{text} {told:?}").contains("s3cret"), "{text}");
    }
    drop(server);
}

#[tokio::test]
async fn a_server_without_tls_is_not_spoken_to_where_tls_is_asked_for() {
    let Some(server) = Server::start() else { return };
    let url = server.url("public");
    for mode in ["require", "verify-full"] {
        let told = open(&format!("{url}&sslmode={mode}")).await.map(drop).unwrap_err().to_string();
        assert!(told.contains("TLS"), "{mode}: {told}");
    }
    open(&url).await.unwrap();
}
