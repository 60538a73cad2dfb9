//! The list for counsel stands apart: it finds what it is for, and moves nobody's assessment.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use app::check::{self, Options};
use app::legal::{self, Entry};
use app::workspace::Choice;

const ROSTER: &str = "Employee ID,Name,Work Email,Start Date,Job Title,Home Address
1,Ines Okafor,ines@example.com,2025-03-03,Engineer,\"12 Elm Street, Springfield, IL 62704\"
2,Bo Diallo,bo@example.com,2025-04-03,Engineer,\"5 Oak Avenue, Dayton, OH 45402\"
";

const WALLET: &str = "0x52908400098527886E0F7030069857D2E4169EE7";

fn sign_in(number: u32, user: &str, country: &str, state: &str) -> String {
    format!(
        "{{\"uuid\":\"5f1d7a10-{number:04}-11f0-9b1a-0242ac120001\",\"published\":\"2026-11-{:02}T09:14:07.225Z\",\"eventType\":\"user.session.start\",\
         \"actor\":{{\"id\":\"00u{user}\",\"type\":\"User\",\"alternateId\":\"{user}@example.com\"}},\"client\":{{\"ipAddress\":\"198.51.100.7\",\
         \"geographicalContext\":{{\"city\":\"X\",\"state\":\"{state}\",\"country\":\"{country}\"}}}},\"outcome\":{{\"result\":\"SUCCESS\"}}}}\n",
        number + 1,
    )
}

async fn company(folder: &Path) -> (Choice, Vec<String>) {
    let input = folder.join("exports");
    std::fs::create_dir_all(&input).unwrap();
    std::fs::write(input.join("people.csv"), ROSTER).unwrap();
    let pay = format!(
        "Contractor Email,Payout Method,Wallet Address,Network,Asset,Updated At\nbo@example.com,Crypto,{WALLET},Ethereum,USDC,2026-08-01T10:00:00Z\n"
    );
    std::fs::write(input.join("payouts.csv"), pay).unwrap();
    let log = [
        sign_in(1, "ines", "United States", "Illinois"),
        sign_in(2, "ines", "Ukraine", "Kyiv City"),
        sign_in(3, "ines", "Ukraine", "Crimea"),
        sign_in(4, "ines", "Ukraine", "Autonomous Republic of Crimea"),
        sign_in(5, "bo", "Cuba", "La Habana"),
    ];
    std::fs::write(input.join("okta.jsonl"), log.concat()).unwrap();
    let choice = Choice {
        workspace: Some(folder.join("workspace")),
        key: Some(folder.join("key")),
        ..Choice::default()
    };
    (choice.clone(), people(&input, &choice).await)
}

/// Everybody as `check --json` tells them.
async fn people(input: &Path, choice: &Choice) -> Vec<String> {
    let checked = check::run(input, choice, &Options::default()).await.unwrap();
    checked.people.iter().map(|person| serde_json::to_string(person).unwrap()).collect()
}

async fn review(choice: &Choice, lists: &[PathBuf]) -> Vec<Entry> {
    legal::review(choice, lists, Some("screening")).await.unwrap()
}

fn told(entry: &Entry) -> (&str, &str, &str, u64) {
    (entry.person.as_deref().unwrap_or(""), entry.reason, entry.what.as_str(), entry.events)
}

#[tokio::test]
async fn it_finds_places_and_listed_wallets_and_moves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let (choice, before) = company(home.path()).await;
    assert_eq!(before.len(), 2);
    let list = home.path().join("sdn.csv");
    let row = format!(
        "7,\"OKAFOR, Ines\",\"individual\",\"X\",-0- ,\"Digital Currency Address - ETH {}; alt. Email Address other@example.org.\"\n",
        WALLET.to_lowercase()
    );
    std::fs::write(&list, row).unwrap();

    let places = review(&choice, &[]).await;
    let found: Vec<_> = places.iter().map(told).collect();
    let expected =
        [("1", "embargoed_place", "Crimea region of Ukraine", 2), ("2", "embargoed_place", "Cuba", 1)];
    assert_eq!(found, expected);
    assert!(places.iter().all(|entry| !entry.records.is_empty() && entry.programme.is_some()));

    // whoever bears a listed name is not on it; whoever is paid into a listed wallet is
    let with_list = review(&choice, &[list]).await;
    let found: Vec<_> = with_list.iter().map(told).collect();
    let wallet = ("2", "listed_wallet", "sdn.csv:1", 1);
    assert_eq!(found, [expected[0], expected[1], wallet]);

    assert_eq!(people(&home.path().join("exports"), &choice).await, before);
    let names = home.path().join("names.csv");
    std::fs::write(&names, "OKAFOR, Ines\n").unwrap();
    let refused = legal::review(&choice, &[names], None).await.unwrap_err().to_string();
    assert!(refused.contains("names are compared with nobody"), "{refused}");
}

#[test]
fn no_question_can_read_what_it_reads() {
    let tables = model::tables::ALL.iter().chain(model::derived::ALL);
    for table in tables {
        let words = ["embargo", "sanction", "listed"];
        assert!(!words.iter().any(|word| table.name.contains(word)), "{}", table.name);
    }
    for card in app::catalogue::indicators(None).unwrap() {
        assert!(
            !["I-105", "I-139", "I-145"].contains(&card.catalogue.as_deref().unwrap_or("")),
            "{}",
            card.id
        );
    }
}
