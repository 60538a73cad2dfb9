//! A ring keeps its short name while its members change, and says how it came to be.

use crate::desk::{Desk, sign_in};

const HEAD: &str = "Employee #,First Name,Last Name,Work Email,Home Email,Mobile Phone,Address Line 1,City,State,Zip Code,Country,Hire Date,Status\n";

/// One phone for all of these, who live in different towns.
fn roster(people: &[u32]) -> String {
    let towns = ["Salem,OR,97301", "Boise,ID,83702", "Reno,NV,89501", "Ames,IA,50010", "Mesa,AZ,85201"];
    let row = |n: &u32| {
        let town = towns[*n as usize % towns.len()];
        format!(
            "W-{n},Given{n},Family{n},g{n}@corp.example,own{n}@home.example,+1 503 555 0199,{n} Elm St,{town},US,2026-05-01,Active\n"
        )
    };
    HEAD.to_owned() + &people.iter().map(row).collect::<String>()
}

/// And one account.
fn pay(people: &[u32]) -> String {
    let row =
        |n: &u32| format!("W-{n},g{n}@corp.example,First Bank,123000220,7771234567,checking,2026-05-03\n");
    "Employee ID,Email,Bank Name,Routing Number,Account Number,Account Type,Effective Date\n".to_owned()
        + &people.iter().map(row).collect::<String>()
}

fn told(desk: &Desk, who: &str) -> (String, serde_json::Value) {
    let said = desk.run(&["explain", who, "--json"]).expect(0);
    let line = said.err.lines().find(|line| line.contains("ring R-")).unwrap_or_default().to_owned();
    (line, said.json().remove(0))
}

#[test]
fn a_ring_that_grows_by_a_smaller_id_keeps_its_name_and_an_older_judgement_changes_nothing() {
    let desk = Desk::new();
    desk.write("roster_2026-06-01.csv", roster(&[5, 6, 7]));
    desk.write("pay.csv", pay(&[5, 6, 7]));
    desk.write("okta/1.jsonl", (1..9).map(|day| sign_in(day, "g5@corp.example", day)).collect::<String>());
    let first = desk.check(&[]);
    assert!(first.code <= 1, "{}", first.err);
    let (line, json) = told(&desk, "W-5");
    assert!(
        line.contains("ring R-1 in this workspace: 2026-06-") && line.ends_with("first seen, with 3 people"),
        "{line}"
    );
    assert_eq!(json["ring"], "R-W-5-bank_account+phone");
    let sql = "SELECT DISTINCT members, independent, draws, chance_draws FROM ring";
    let row = desk.run(&["query", sql]).expect(0).json().remove(0);
    assert_eq!((&row["members"], &row["independent"]), (&3.into(), &2.into()), "{row}");
    assert!(row["draws"].as_u64().unwrap() >= 20, "{row}");
    assert!(row["chance_draws"].as_u64() <= row["draws"].as_u64(), "{row}");

    desk.write("roster_2026-06-10.csv", roster(&[1, 5, 6, 7]));
    desk.write("pay.csv", pay(&[1, 5, 6, 7]));
    desk.write("okta/2.jsonl", (10..14).map(|day| sign_in(day, "g5@corp.example", day)).collect::<String>());
    assert!(desk.check(&[]).code <= 1);
    let (line, json) = told(&desk, "W-5");
    assert_eq!(json["ring"], "R-W-1-bank_account+phone", "the id is made from content");
    assert!(line.contains("ring R-1 ") && line.ends_with("grown to 4 people; came: W-1"), "{line}");

    // a second look says nothing new, and looking back does not undo what was seen since
    assert!(desk.check(&[]).code <= 1);
    assert_eq!(told(&desk, "W-5").0, line);
    assert!(desk.check(&["--until", "2026-06-08"]).code <= 1);
    assert!(desk.check(&[]).code <= 1);
    assert_eq!(told(&desk, "W-1").0, line);

    // whoever is erased is in no history
    desk.run(&["erase", "W-1", "--purpose", "asked for"]).expect(0);
    let (line, _) = told(&desk, "W-5");
    assert!(line.contains("ring R-1 ") && !line.contains("W-1"), "{line}");
}
