//! What a company can be asked: a folder with a roster, sign-ins that are tied, an inventory that is not, and no more.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write as _;
use std::path::Path;

use app::check::Options;
use app::coverage::{self, Line};
use app::workspace::Choice;

const ROSTER: &str = "Employee ID,Name,Work Email,Start Date,Job Title,Home Address
1,Ines Okafor,ines@example.com,2025-03-03,Engineer,\"12 Elm Street, Springfield, IL 62704\"
2,Bo Diallo,bo@example.com,2025-04-03,Engineer,\"5 Oak Avenue, Dayton, OH 45402\"
";

const PAY: &str = "Employee ID,Bank Name,Routing Number,Account Number,Last Updated
1,First Bank,011000015,000123456781,2025-03-04
2,First Bank,011000015,000123456782,2025-04-04
";

fn duo(user: &str) -> String {
    format!(
        "{{\"timestamp\":1748779200,\"username\":\"{user}\",\"email\":\"{user}@example.com\",\"factor\":\"Duo Push\",\
         \"result\":\"SUCCESS\",\"integration\":\"VPN\",\"eventtype\":\"authentication\",\"ip\":\"203.0.113.9\"}}\n"
    )
}

async fn lines(folder: &Path) -> Vec<Line> {
    let input = folder.join("exports");
    std::fs::create_dir_all(&input).unwrap();
    std::fs::write(input.join("people.csv"), ROSTER).unwrap();
    std::fs::write(input.join("pay.csv"), PAY).unwrap();
    // four accounts, of which two are nobody's
    let log: String = ["ines", "bo", "guest1", "guest2"].into_iter().map(duo).collect();
    std::fs::write(input.join("duo.jsonl"), log).unwrap();
    let choice = Choice {
        workspace: Some(folder.join("workspace")),
        key: Some(folder.join("key")),
        ..Choice::default()
    };
    coverage::run(&input, &choice, &Options::default()).await.unwrap().lines
}

#[tokio::test]
async fn what_looks_and_why_the_rest_does_not() {
    let home = tempfile::tempdir().unwrap();
    let found = lines(home.path()).await;
    let asked = |id: &str| {
        found
            .iter()
            .find_map(|line| match line {
                Line::Indicator(one) if one.indicator == id => Some(one.clone()),
                _ => None,
            })
            .unwrap()
    };
    let pay = asked("pay-holder-mismatch");
    assert!(pay.looks, "{pay:?}");
    assert_eq!(pay.people, 2);
    assert!(pay.empty_columns.contains(&"pay_instruction.holder_match".to_owned()), "{pay:?}");

    let hidden = asked("vpn-consumer");
    assert!(!hidden.looks);
    let gap = &hidden.missing[0];
    assert_eq!((gap.table.as_str(), gap.why.as_str()), ("authentication", "not_joined"));
    assert!(gap.joined * 10 < gap.accounts * 9 && gap.joined > 0, "{gap:?}");

    let sent = asked("ship-to-rerouted-late");
    assert_eq!((sent.looks, sent.missing[0].why.as_str()), (false, "no_records"));
    assert_eq!(sent.missing[0].sources, ["shipment"]);

    let mut text = String::new();
    for line in &found {
        if let Line::Source(one) = line {
            let adds: Vec<String> = one.adds.iter().map(|(tier, count)| format!("{count} {tier}")).collect();
            writeln!(text, "{} adds {}, at most {:.1} bits", one.source, adds.join(", "), one.bits_at_most)
                .unwrap();
            assert!(one.indicators.iter().all(|id| !asked(id).looks), "{one:?}");
            assert_eq!(one.adds.values().sum::<u64>(), one.indicators.len() as u64);
        }
    }
    let first: Vec<&str> = text.lines().map(|line| line.split(' ').next().unwrap()).collect();
    assert!(first.contains(&"shipment") && first.contains(&"zoom"), "{text}");
    // what is there and merely not tied is not sold again: Duo's other log would add changes of accounts, and nothing else
    let sold = found.iter().find_map(|line| match line {
        Line::Source(one) if one.source == "duo" => Some(one),
        _ => None,
    });
    for id in sold.into_iter().flat_map(|one| &one.indicators) {
        assert!(asked(id).missing.iter().any(|gap| gap.table == "account_change"), "{id}");
    }
    let bits: Vec<f64> = found
        .iter()
        .filter_map(|line| match line {
            Line::Source(one) => Some(one.bits_at_most),
            Line::Indicator(_) => None,
        })
        .collect();
    assert!(bits.windows(2).all(|pair| pair[0] >= pair[1]), "{bits:?}");
}
