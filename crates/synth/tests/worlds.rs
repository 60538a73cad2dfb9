//! What holds in every made-up company.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod company;

use std::collections::{BTreeMap, BTreeSet};

use company::{Files, LOGS};
use synth::{LOOK_ALIKES, Plan, Planted, TELLS};

fn full(seed: u64) -> Plan {
    let mut plan = Plan::demo(seed);
    plan.schemes = synth::SCHEMES.iter().map(|scheme| scheme.id.to_owned()).collect();
    // the account is passed on in three ways
    plan.schemes.push("handover".into());
    plan.every_tell = true;
    plan.difficulty = 0.0;
    plan.planted = Planted::Instances(plan.schemes.len() as u32 * 2);
    (plan.workers, plan.applicants) = (160, 300);
    plan
}

#[test]
fn a_seed_gives_the_same_bytes_and_another_seed_others() {
    let plan = Plan { days: 14, applicants: 60, ..Plan::demo(5) };
    let (one, two) = (Files::of(&plan).0, Files::of(&plan).0);
    assert!(one.0 == two.0, "the same plan gave other bytes");
    let other = Files::of(&Plan { seed: 6, ..plan }).0;
    assert!(one.text("truth/workers") != other.text("truth/workers"));
    assert!(one.0.values().map(Vec::len).sum::<usize>() > 1_000_000);
}

#[test]
fn withheld_sources_are_not_written_and_change_nothing_else() {
    let plan = Plan { days: 10, ..Plan::demo(5) };
    let whole = Files::of(&plan).0;
    let without = ["osquery", "pay"].map(str::to_owned);
    let part = Files::of(&Plan { without: BTreeSet::from(without), ..plan }).0;
    assert!(!part.0.keys().any(|path| path.starts_with("osquery") || path.starts_with("payroll")));
    for (path, bytes) in part.0.iter().filter(|(path, _)| !path.starts_with("truth/")) {
        assert!(whole.0[path] == *bytes, "{path} changed");
    }
    // what no export shows is no observable tell
    assert!(
        part.rows("truth/tells")
            .iter()
            .filter(|row| row["source"] == "osquery")
            .all(|row| row["records"] == "0")
    );
}

#[test]
fn every_tell_is_planted_and_written_somewhere() {
    let (files, _) = Files::of(&full(3));
    let mut seen: BTreeSet<(String, String)> = BTreeSet::new();
    let rows = ["truth/tells", "truth/applicant_tells"].into_iter().flat_map(|sheet| files.rows(sheet));
    for row in rows.filter(|row| row["records"] != "0") {
        seen.insert((row["tell"].clone(), row["source"].clone()));
    }
    // one company has one identity provider
    let all = TELLS.iter().flat_map(|(id, exports, _)| exports.iter().map(move |export| (*id, *export)));
    for (id, export) in all.filter(|(_, export)| *export != "entra") {
        assert!(seen.contains(&(id.to_owned(), export.to_owned())), "no record in {export} shows {id}");
    }
}

#[test]
fn every_scheme_leaves_what_its_levers_say_and_nothing_else() {
    let mut left: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // what is planted stands in the truth, whether or not an export shows it; no phone approves where nobody has Duo
    let without: BTreeSet<String> =
        synth::plan::SOURCES.iter().filter(|id| **id != "duo").map(|id| (*id).to_owned()).collect();
    for seed in 3..15 {
        let every_tell = seed % 2 == 1;
        let plan = Plan { every_tell, days: 24, workers: 240, without: without.clone(), ..full(seed) };
        let (files, _) = Files::of(&plan);
        let sheets = ["truth/tells", "truth/applicant_tells"];
        for row in
            sheets.into_iter().flat_map(|sheet| files.rows(sheet)).filter(|row| !row["scheme"].is_empty())
        {
            left.entry(row["scheme"].clone()).or_default().insert(row["tell"].clone());
        }
    }
    for scheme in synth::SCHEMES {
        let listed: BTreeSet<String> =
            scheme.levers.iter().flat_map(|lever| lever.tells).map(|tell| (*tell).to_owned()).collect();
        let mut seen = left.remove(scheme.id).unwrap_or_default();
        if !listed.contains("remote_tool") {
            // whoever would leave nothing leaves that
            seen.remove("remote_tool");
        }
        assert_eq!(seen, listed, "{}", scheme.id);
    }
}

#[test]
fn the_story_of_a_late_handover_tells_of_no_first_days() {
    let mut plan = full(6);
    plan.schemes = vec!["handover".to_owned()];
    plan.planted = Planted::Instances(2);
    let (files, _) = Files::of(&plan);
    let story = files.text("truth/story").split("## Who applied").next().unwrap();
    assert!(story.contains("a remote-access tool is installed and runs"), "{story}");
    assert!(!story.contains("in remote,"), "every export has words\n{story}");
    assert!(!story.contains("first day"), "the tool came months after hire\n{story}");
}

#[test]
fn a_share_oversamples_every_look_alike() {
    let without = LOGS.map(str::to_owned).into();
    let look_alikes = Some(synth::plan::look_alike_list("all"));
    let plan =
        Plan { look_alikes, share: Some(0.0125), without, redraw: true, ..Plan::innocent(33, 2500, 14) };
    let (_, summary) = Files::of(&plan);
    for kind in LOOK_ALIKES {
        let people = summary.innocents.get(kind.id).map_or(0, Vec::len);
        // chance, and groups that are not cut in two
        assert!((20..=48).contains(&people), "{}: {people}", kind.id);
    }
}

#[test]
fn the_truth_names_everybody_once_and_its_parts_agree() {
    let (files, summary) = Files::of(&full(4));
    let workers = files.rows("truth/workers");
    assert_eq!(workers.len(), 160);
    let positive: BTreeSet<&str> =
        workers.iter().filter(|row| row["positive"] == "1").map(|row| row["worker_id"].as_str()).collect();
    let planted: BTreeSet<&str> = summary
        .planted
        .iter()
        .filter(|part| part.role == "operated")
        .map(|part| part.worker_id.as_str())
        .collect();
    assert_eq!(positive, planted);
    for row in &workers {
        assert!(row["scheme"].is_empty() == row["role"].is_empty());
        assert!(row["scheme"].is_empty() || row["look_alikes"].is_empty(), "{row:?} is guilty and innocent");
        assert_eq!(row["observable"] == "1", row["positive"] == "1" && row["tells"] != "0");
        assert_eq!(row["first_tell"].is_empty(), row["tells"] == "0");
    }
    let farms = files.rows("truth/farms");
    let hosts: Vec<_> = workers.iter().filter(|row| row["role"] == "host").collect();
    assert!(!hosts.is_empty() && farms.iter().any(|farm| farm["kind"] == "ring"));
    for host in hosts {
        let farm = farms.iter().find(|farm| farm["host"] == host["worker_id"]).unwrap();
        assert_eq!(farm["workers"], host["hosts"]);
        assert_eq!(farm["farm"], host["farm"]);
        assert_eq!(farm["serials"].split(' ').count(), farm["workers"].split(' ').count());
    }
    let plan: serde_json::Value = serde_json::from_str(files.text("truth/plan")).unwrap();
    assert_eq!((plan["seed"].as_u64(), plan["every_tell"].as_bool()), (Some(4), Some(true)));
}

#[test]
fn one_persons_records_agree_across_exports() {
    let (files, _) = Files::of(&Plan { days: 14, ..Plan::demo(8) });
    let roster = files.rows("roster/");
    let mail = if roster[0].contains_key("Work Email") { "Work Email" } else { "primaryWorkEmail" };
    let mails: BTreeSet<String> = roster.iter().map(|row| row[mail].clone()).collect();
    assert_eq!(mails.len(), roster.len());
    let serials: BTreeMap<String, String> = files
        .rows("assets/")
        .into_iter()
        .map(|row| (row["Serial"].clone(), row["Work Email"].clone()))
        .collect();
    for line in files.json("okta/") {
        let actor = line["actor"]["alternateId"].as_str().unwrap();
        assert!(mails.contains(actor), "{actor} is on no roster");
    }
    for line in files.json("osquery/").take(4000) {
        let serial = line["decorations"]["hardware_serial"].as_str().unwrap();
        assert!(serials.contains_key(serial), "{serial} is on no register");
    }
    assert!(files.rows("assets/").iter().all(|row| mails.contains(&row["Work Email"])));
    assert!(files.rows("payroll/").iter().all(|row| mails.contains(&row["Work Email"])));
}

#[test]
fn applicants_have_documents_interviews_and_a_truth_of_their_own() {
    let mut plan = Plan { days: 30, workers: 120, applicants: 400, ..Plan::demo(7) };
    plan.schemes = vec!["persona_cluster".to_owned()];
    plan.planted = Planted::Instances(1);
    let (files, _) = Files::of(&plan);
    let candidates: Vec<serde_json::Value> = serde_json::from_str(files.text("greenhouse/")).unwrap();
    let truth = files.rows("truth/applicants.csv");
    assert!(truth.len() == 400 && candidates.len() > 350, "{}", candidates.len());
    let personas: Vec<_> = truth.iter().filter(|row| row["positive"] == "1").collect();
    assert!((3..=7).contains(&personas.len()), "{}", personas.len());
    assert!(personas.iter().all(|row| row["observable"] == "1" && row["look_alikes"].is_empty()));
    let hired: Vec<_> = truth.iter().filter(|row| !row["worker_id"].is_empty()).collect();
    assert!(!hired.is_empty(), "nobody was hired");
    let texts: BTreeMap<String, String> = files
        .json("documents/")
        .map(|line| {
            (line["candidate_id"].as_str().unwrap().to_owned(), line["text"].as_str().unwrap().to_owned())
        })
        .collect();
    assert_eq!(texts.len(), candidates.len());
    let lines = |id: &str| texts[id].lines().filter(|line| line.starts_with("- ")).count();
    assert!(texts.keys().all(|id| lines(id) >= 4));
    // who was interviewed is an external participant, with hardware that is none of ours
    let known: BTreeSet<&str> =
        candidates.iter().filter_map(|one| one["email_addresses"][0]["value"].as_str()).collect();
    let guests = files.json("zoom/").filter(|line| {
        let email = line["payload"]["object"]["participant"]["email"].as_str().unwrap_or_default();
        known.contains(email) && line["event"] == "meeting.participant_data_summary"
    });
    assert!(guests.count() > 30);
}

#[test]
fn careful_schemes_leave_fewer_tells() {
    let count = |difficulty: f64| -> usize {
        (0..6)
            .map(|seed| {
                let plan = Plan { difficulty, days: 20, workers: 80, ..Plan::demo(100 + seed) };
                Files::of(&plan).0.rows("truth/tells").len()
            })
            .sum()
    };
    let (plain, half, careful) = (count(0.0), count(0.5), count(1.0));
    assert!(plain > half && half > careful && careful * 2 < plain, "{plain} {half} {careful}");
    assert!(careful > 0);
}

#[test]
fn the_planted_share_is_met() {
    for share in [0.0, 0.01, 0.05, 0.2, 0.6] {
        let without =
            ["okta", "osquery", "entra", "duo", "google", "github", "zoom", "crowdstrike", "inventory"]
                .map(str::to_owned)
                .into();
        let mut plan =
            Plan { workers: 300, days: 7, planted: Planted::Share(share), without, ..Plan::demo(9) };
        plan.difficulty = 0.5;
        let (_, summary) = Files::of(&plan);
        let operated = summary.planted.iter().filter(|part| part.role == "operated").count() as f64;
        // the last instance may be a whole farm
        assert!((300.0 * share..=300.0 * share + 8.0).contains(&operated), "{share}: {operated}");
    }
}

#[test]
fn every_look_alike_occurs_in_a_company_of_two_thousand() {
    let without = LOGS.map(str::to_owned).into();
    let (_, summary) = Files::of(&Plan { without, ..Plan::innocent(31, 2000, 30) });
    for kind in LOOK_ALIKES {
        let people = summary.innocents.get(kind.id).map_or(0, Vec::len);
        let least = (synth::rates()[&*format!("look.{}", kind.id)].rate * 2000.0 * 0.8) as usize;
        assert!(people >= least.max(1), "{}: {people}, by its rate {least}", kind.id);
    }
    let labelled: usize = summary.innocents.values().map(Vec::len).sum();
    assert!(labelled < 1400, "most people are ordinary, not {labelled} odd ones");
}

#[test]
fn every_look_alike_can_be_forced_in_a_small_company() {
    for kind in LOOK_ALIKES {
        let plan = Plan {
            look_alikes: Some(vec![kind.id.to_owned()]),
            every_tell: true,
            ..Plan::innocent(2, 40, 10)
        };
        let (_, summary) = Files::of(&plan);
        assert!(summary.innocents.contains_key(kind.id), "no {}", kind.id);
        assert!(summary.planted.is_empty());
    }
}

/// Digits of a phone number, with the code that Americans leave out.
fn digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    if phone.starts_with('+') { digits } else { format!("1{digits}") }
}

#[test]
fn internet_phones_are_of_some_groups_more_often_and_of_personas() {
    let mut plan = Plan { workers: 60, days: 20, applicants: 2500, ..Plan::demo(12) };
    plan.schemes = vec!["persona_cluster".to_owned()];
    (plan.planted, plan.difficulty, plan.every_tell) = (Planted::Instances(4), 0.0, true);
    let (files, _) = Files::of(&plan);
    let internet: BTreeSet<String> = files
        .json("phones/")
        .filter(|line| line["line_type_intelligence"]["type"].as_str().unwrap().ends_with("Voip"))
        .map(|line| digits(line["phone_number"].as_str().unwrap()))
        .collect();
    let candidates: Vec<serde_json::Value> = serde_json::from_str(files.text("greenhouse/")).unwrap();
    let has: BTreeMap<String, bool> = candidates
        .iter()
        .map(|one| {
            let phone = one["phone_numbers"][0]["value"].as_str().unwrap_or_default();
            (one["id"].to_string(), internet.contains(&digits(phone)))
        })
        .collect();
    let truth = files.rows("truth/applicants.csv");
    let share = |is_so: &dyn Fn(&company::Row) -> bool| {
        let known: Vec<bool> = truth
            .iter()
            .filter(|row| is_so(row))
            .filter_map(|row| has.get(&row["applicant_id"]).copied())
            .collect();
        known.iter().filter(|has| **has).count() as f64 / known.len() as f64
    };
    assert!((share(&|row| row["positive"] == "1") - 1.0).abs() < 1e-9, "every persona rents its number");
    let honest = |row: &company::Row| row["positive"] == "0" && row["look_alikes"].is_empty();
    let (some, others) = (
        share(&|row| honest(row) && row["group"] == "g3"),
        share(&|row| honest(row) && row["group"] != "g3"),
    );
    assert!(others > 0.01 && (2.5..7.0).contains(&(some / others)), "{some} against {others}");
}

#[test]
fn the_owner_of_a_persona_s_identity_applies_too_and_is_innocent() {
    let mut plan = Plan { workers: 60, days: 30, applicants: 600, ..Plan::demo(5) };
    plan.schemes = vec!["persona_cluster".to_owned()];
    plan.planted = Planted::Instances(3);
    let (files, _) = Files::of(&plan);
    let truth = files.rows("truth/applicants.csv");
    let victims: Vec<_> = truth.iter().filter(|row| row["role"] == "identity_owner").collect();
    assert!(!victims.is_empty());
    let candidates: Vec<serde_json::Value> = serde_json::from_str(files.text("greenhouse/")).unwrap();
    let of = |id: &str| candidates.iter().find(|one| one["id"].as_u64() == id.parse().ok());
    let name = |one: &serde_json::Value| format!("{} {}", one["first_name"], one["last_name"]);
    for victim in victims {
        assert_eq!((victim["positive"].as_str(), victim["look_alikes"].as_str()), ("0", "victim_applies"));
        let Some(own) = of(&victim["applicant_id"]) else { continue };
        let personas =
            truth.iter().filter(|row| row["positive"] == "1").filter_map(|row| of(&row["applicant_id"]));
        let used: Vec<_> = personas.filter(|one| name(one) == name(own)).collect();
        assert!(!used.is_empty(), "nobody uses the identity of {}", name(own));
        assert!(used.iter().all(|one| one["phone_numbers"] != own["phone_numbers"]), "the own phone");
        assert!(used.iter().all(|one| one["email_addresses"] != own["email_addresses"]), "the own mailbox");
    }
}

#[test]
fn the_late_shift_begins_on_a_day_and_stays() {
    let look_alikes = Some(vec!["night_shift".to_owned()]);
    let plan = Plan { look_alikes, share: Some(0.1), every_tell: true, ..Plan::innocent(14, 60, 30) };
    let (files, summary) = Files::of(&plan);
    let id = &summary.innocents["night_shift"][0];
    let roster = files.rows("roster/");
    let own = roster.iter().find(|row| row.values().any(|value| value == id)).unwrap();
    let mail = own.get("Work Email").or(own.get("primaryWorkEmail")).unwrap();
    // the middle minute of all that the account does in a week, by the clock of the world
    let middle = |days: std::ops::RangeInclusive<&str>| -> i32 {
        let of = files.json("okta/").filter(|line| line["actor"]["alternateId"] == mail.as_str());
        let times = of.map(|line| line["published"].as_str().unwrap().to_owned());
        let mut minutes: Vec<i32> = times
            .filter(|time| days.contains(&&time[..10]))
            .map(|time| time[11..13].parse::<i32>().unwrap() * 60 + time[14..16].parse::<i32>().unwrap())
            .collect();
        minutes.sort_unstable();
        minutes[minutes.len() / 2]
    };
    let (before, after) = (middle("2026-06-01"..="2026-06-08"), middle("2026-06-23"..="2026-06-30"));
    let moved = (after - before).rem_euclid(24 * 60);
    assert!((180..480).contains(&moved), "{before} to {after}");
}
