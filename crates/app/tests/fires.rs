//! Every shipped indicator fires in a made-up company on somebody of whom the truth says that the tell was planted, and
//! no innocent twin opens a case. The made-up companies know nothing of the indicators: this test is where they meet.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use app::check::{self, Checked};
use app::demo::{self, Wish};
use app::workspace::Choice;

/// An indicator, the tells that it is made for, and its innocent twins.
struct Meeting {
    indicator: &'static str,
    tells: &'static [&'static str],
    twins: &'static [&'static str],
    /// Whether it keeps silent on them; otherwise it answers, and what it says is too little for a case.
    silent: bool,
}

const fn silent(
    indicator: &'static str,
    tells: &'static [&'static str],
    twins: &'static [&'static str],
) -> Meeting {
    Meeting { indicator, tells, twins, silent: true }
}

const fn weighs(
    indicator: &'static str,
    tells: &'static [&'static str],
    twins: &'static [&'static str],
) -> Meeting {
    Meeting { indicator, tells, twins, silent: false }
}

const MEETINGS: &[Meeting] = &[
    weighs("account-change-by-anonymiser", &["change_by_vpn"], &["privacy_vpn"]),
    silent("account-handed-over", &["account_moved"], &["lost_phone"]),
    weighs("anonymiser-share-rises", &["vpn_rises"], &["vpn_starter"]),
    silent("approval-device-shared", &["approval_shared"], &["lost_phone"]),
    silent("away-together", &["signs_in_far_from_home"], &["parents_house", "moved_house", "approved_nomad"]),
    silent("bank-account-shared", &["account_shared"], &["couple", "agency"]),
    weighs("bank-change-early", &["early_change", "holder_mismatch"], &["bank_switch"]),
    silent(
        "co-located-devices",
        &["gateway_shared", "access_point_shared"],
        &["couple", "flatmates", "coworking", "hot_desk", "staging_depot"],
    ),
    weighs("code-bulk-clone", &["bulk_clone"], &["migration"]),
    silent("code-copied-on-arrival", &["copied_on_arrival"], &["migration"]),
    weighs("code-from-elsewhere", &["code_elsewhere"], &["jump_host"]),
    weighs("code-opened-outside", &["outsider_added"], &["release_manager"]),
    weighs("crypto-payout", &["wallet"], &["crypto_pay"]),
    weighs("delivered-to-other-home", &["sent_to_colleague"], &["relative_colleague"]),
    silent("desk-changes-hands", &["desk_changed"], &["moved_house"]),
    weighs("device-token-churn", &["tokens_in_session"], &["clean_browser"]),
    silent("device-token-shared", &["device_token_shared"], &["couple", "same_name"]),
    silent("display-serial-shared", &["desk_shared"], &["hot_desk", "second_hand_monitor"]),
    silent("dock-serial-shared", &["desk_shared"], &["hot_desk", "replacement_dock", "cheap_hub"]),
    silent("egress-shared", &["egress_shared"], &["couple", "flatmates", "nat_town", "coworking"]),
    weighs("factor-elsewhere", &["approval_abroad"], &["roaming_phone", "phone_vpn"]),
    weighs("factor-reset-then-new-place", &["factor_reset"], &["lost_phone"]),
    weighs("first-check-in-far", &["signs_in_far_from_home"], &["parents_house"]),
    weighs("first-day-reconnaissance", &["exploring_commands"], &["curious_engineer"]),
    silent("headless-laptop", &["shelved"], &["closed_laptop"]),
    weighs("input-by-timer", &["keep_awake"], &["jiggler"]),
    weighs("interview-address-shared", &["interview_address_shared"], &["household_applies", "library"]),
    weighs("interview-elsewhere", &["interview_far"], &["interviewed_abroad"]),
    weighs("impossible-travel", &["two_places"], &["jump_host"]),
    weighs("ip-kvm-by-name", &["kvm_usb"], &["home_lab"]),
    silent("ip-kvm-by-structure", &["kvm_structure"], &["real_keyboard", "accessibility"]),
    silent("ip-kvm-in-disguise", &["kvm_usb_disguised"], &["real_keyboard", "accessibility"]),
    weighs("jiggler-software", &["keep_awake"], &["jiggler"]),
    weighs("ip-kvm-stays", &["kvm_usb"], &["home_lab"]),
    weighs("kvm-display", &["kvm_display"], &["home_lab", "streamer"]),
    silent("kvm-display-fixed-serial", &["kvm_display"], &["home_lab", "closed_laptop"]),
    weighs("kvm-name-looked-up", &["kvm_looked_up"], &["home_lab"]),
    weighs("kvm-network-card", &["kvm_card"], &["home_lab"]),
    silent("other-employers-sign-in", &["other_tenants"], &["two_jobs"]),
    silent(
        "remote-desk-on-arrival",
        &["remote_tool_by_script", "exploring_commands"],
        &["family_remote_tool", "curious_engineer"],
    ),
    silent("remote-tool-by-script", &["remote_tool_by_script"], &["family_remote_tool"]),
    silent("returned-from-elsewhere", &["returned_from_far"], &["replacement_dock"]),
    silent("session-within-session", &["session_onward"], &["family_remote_tool"]),
    silent("taken-before-exit", &["took_documents"], &["migration"]),
    weighs("kvm-neighbour", &["kvm_neighbour"], &["home_lab"]),
    weighs("many-device-tokens", &["many_device_tokens"], &["clean_browser"]),
    weighs("mail-stem-shared", &["applicant_mail_stem"], &["recruiter", "same_name_applies"]),
    silent(
        "meeting-device-shared",
        &["meeting_machine_shared", "interview_machine_shared", "interview_on_ring_machine"],
        &["meeting_room"],
    ),
    weighs("meeting-elsewhere", &["meeting_machine", "interview_far"], &["own_computer"]),
    weighs("meeting-latency", &["meeting_latency"], &["slow_line"]),
    silent("no-rest", &["works_around_the_clock"], &["night_parent"]),
    silent("one-hand", &["takes_turns"], &["couple"]),
    weighs("pay-to-another-name", &["holder_mismatch"], &["spouse_account"]),
    weighs("pay-holder-mismatch", &["holder_mismatch"], &["spouse_account", "name_change"]),
    silent("pay-set-by-anonymiser", &["early_change"], &["bank_switch"]),
    weighs("personal-email-shared", &["mailbox_shared"], &["couple"]),
    weighs("phone-shared", &["phone_shared", "applicant_phone_shared"], &["couple", "agency"]),
    weighs("post-exit-code", &["use_after_exit"], &["extension"]),
    silent("post-exit-other-machine", &["use_after_exit"], &["extension"]),
    weighs("post-exit-use", &["use_after_exit"], &["extension"]),
    weighs("profile-shared", &["portfolio_shared"], &["bootcamp"]),
    weighs("protection-tampering", &["tampering"], &["curious_engineer"]),
    silent("recommended-within-ring", &["referred_by_ring"], &["recommended"]),
    weighs("reference-shared", &["reference_shared"], &["bootcamp"]),
    silent("remote-id-shared", &["remote_tool", "second_remote_tool"], &["family_remote_tool"]),
    weighs("remote-desktop-logons", &["remote_logon"], &["own_desktop"]),
    weighs("remote-session-from-outside", &["remote_tool", "second_remote_tool"], &["family_remote_tool"]),
    weighs("remote-tool-listening", &["remote_tool", "second_remote_tool"], &["family_remote_tool"]),
    weighs("remote-tool-stays", &["remote_tool", "second_remote_tool"], &["family_remote_tool"]),
    weighs("remote-tool-new-hire", &["remote_tool", "second_remote_tool"], &["family_remote_tool"]),
    silent("resume-phrases-shared", &["resume_phrases"], &["bootcamp", "applied_again"]),
    weighs("same-device-two-workers", &["laptop_shared"], &["borrowed_laptop"]),
    weighs(
        "ship-to-differs-from-home",
        &["ship_to_shared", "sent_to_colleague"],
        &["parents_house", "agency"],
    ),
    weighs("ship-to-rerouted-late", &["rerouted"], &["rerouted"]),
    weighs("ship-to-shared", &["ship_to_shared", "rerouted"], &["mail_room", "relative_colleague", "agency"]),
    weighs("sign-ins-mostly-hidden", &["consumer_vpn"], &["privacy_vpn"]),
    weighs("two-countries-at-once", &["two_places", "phone_abroad"], &["jump_host", "approved_nomad"]),
    weighs("two-remote-tools", &["second_remote_tool"], &["family_remote_tool"]),
    weighs("unmanaged-computer", &["unmanaged_machine"], &["kiosk", "jump_host"]),
    weighs("virtual-camera", &["virtual_camera"], &["streamer"]),
    weighs("virtual-camera-in-meeting", &["virtual_camera"], &["streamer"]),
    weighs("vpn-astrill", &["consumer_vpn", "vpn_software"], &["traveller_vpn"]),
    weighs("vpn-beside-laptop", &["approval_hidden", "meeting_machine"], &["phone_vpn", "own_computer"]),
    weighs("vpn-consumer", &["consumer_vpn"], &["privacy_vpn", "vpn_starter"]),
    weighs("vpn-drop-same-device", &["vpn_drop"], &["traveller_vpn"]),
    weighs("wallet-shared", &["wallet_shared"], &["couple"]),
    weighs("wifi-country-elsewhere", &["radio_abroad"], &["traveller_vpn", "approved_nomad"]),
];

/// Tells that nothing asks about, and why not.
const UNHEARD: &[(&str, &str)] = &[
    (
        "applicant_address_shared",
        "households apply together; it ties personas, whose other links are asked about",
    ),
    ("applicant_phone_voip", "kinds of numbers are context (I-002)"),
    ("other_laptops", "home networks are full of laptops (I-059)"),
    ("protection_removed", "whoever releases does it (I-115)"),
];

/// A made-up company that was checked.
struct Company {
    checked: Checked,
    truth: tempfile::TempDir,
}

impl Company {
    async fn of(wish: &Wish) -> Self {
        let home = tempfile::tempdir().unwrap();
        let written = demo::world(&home.path().join("world"), wish).unwrap();
        let choice = Choice {
            workspace: Some(home.path().join("workspace")),
            key: Some(home.path().join("key")),
            ..Choice::default()
        };
        let checked = check::run(&written.exports, &choice, &check::Options::default()).await.unwrap();
        Self { checked, truth: home }
    }

    /// Rows of a truth sheet.
    fn truth(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        let path = self.truth.path().join("world/truth").join(name);
        csv::Reader::from_path(path).unwrap().deserialize().map(|row| row.unwrap()).collect()
    }

    /// What was planted on workers and candidates.
    fn tells(&self) -> Vec<BTreeMap<String, String>> {
        let mut tells = self.truth("tells.csv");
        for mut row in self.truth("applicant_tells.csv") {
            let id = row.remove("applicant_id").unwrap();
            row.insert("worker_id".to_owned(), id);
            tells.push(row);
        }
        tells
    }

    /// Workers on whom an indicator fired.
    fn fired(&self, indicator: &str) -> BTreeSet<String> {
        let fits =
            |person: &&app::report::Person| person.evidence.iter().any(|one| one.indicator == indicator);
        self.checked.people.iter().filter(fits).map(|person| person.id().to_owned()).collect()
    }

    /// Who is in a case, with what counted.
    fn cases(&self) -> Vec<String> {
        let told = |person: &app::report::Person| {
            let counted = person.evidence.iter().filter(|one| one.counted);
            let why: Vec<_> = counted.map(|one| format!("{} {}", one.indicator, one.bits)).collect();
            format!("{}: {}", person.id(), why.join(", "))
        };
        self.checked.people.iter().filter(|person| person.case).map(told).collect()
    }

    fn is_read_whole(&self) {
        assert_eq!(self.checked.rejects, 0, "made-up records were rejected");
        let unread: Vec<_> = self.checked.notes.iter().filter(|note| note.contains("not read")).collect();
        assert!(unread.is_empty(), "{unread:?}");
        assert_eq!(self.checked.people.len(), self.checked.workers + self.checked.applicants);
    }
}

/// Everything shown: no lever left out, no habit hidden.
fn wish(seed: u64) -> Wish {
    Wish {
        seed,
        workers: Some(60),
        days: Some(30),
        applicants: Some(60),
        difficulty: Some(0.0),
        every_tell: true,
        ..Wish::default()
    }
}

fn look_alikes() -> impl Iterator<Item = &'static synth::LookAlike> {
    synth::LOOK_ALIKES.iter().chain(synth::APPLICANT_LOOK_ALIKES)
}

fn listed(ids: &BTreeSet<&str>) -> String {
    ids.iter().copied().collect::<Vec<_>>().join(",")
}

#[test]
fn every_indicator_meets_a_tell_and_a_twin() {
    let shipped: BTreeSet<String> =
        app::catalogue::indicators(None).unwrap().into_iter().map(|card| card.id).collect();
    let met: BTreeSet<String> = MEETINGS.iter().map(|meeting| meeting.indicator.to_owned()).collect();
    assert_eq!(
        met, shipped,
        "an indicator without a made-up company in which it can be seen, or the other way round"
    );
    let heard = |tell: &str| MEETINGS.iter().any(|meeting| meeting.tells.contains(&tell));
    let excused = |tell: &str| UNHEARD.iter().any(|(id, _)| *id == tell);
    for (tell, ..) in synth::TELLS {
        assert!(
            heard(tell) != excused(tell),
            "{tell}: planted and asked about by nothing, or excused without need"
        );
    }
    for meeting in MEETINGS {
        for tell in meeting.tells {
            assert!(synth::TELLS.iter().any(|(id, ..)| id == tell), "{}: no tell {tell}", meeting.indicator);
        }
        for twin in meeting.twins {
            let kind = look_alikes().find(|kind| kind.id == *twin).expect(twin);
            let near = meeting.tells.iter().any(|tell| kind.resembles.contains(tell));
            assert!(near, "{}: {twin} resembles none of its tells", meeting.indicator);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_indicator_fires_on_somebody_planted() {
    let demo = synth::Plan::demo(0);
    let mut schemes: Vec<&str> = demo.schemes.iter().map(String::as_str).collect();
    // each scheme once more for its other ways, the KVM for a third one
    schemes.extend(schemes.clone());
    schemes.push("hardware_kvm");
    schemes.extend([
        "persona_cluster",
        "persona_cluster",
        "referral_ring",
        "slow_burn",
        "abroad",
        "abroad",
        "vendor_layer",
    ]);
    let wish = Wish {
        workers: Some(90),
        schemes: Some(schemes.join(",")),
        look_alikes: Some("none".into()),
        ..wish(11)
    };
    // habits show only in time
    let patient = Wish {
        workers: Some(24),
        days: Some(60),
        schemes: Some("payroll_ring,payroll_ring,several_jobs,after_exit".into()),
        seed: 12,
        ..wish.clone()
    };
    // and a desk, by whose keys are made at the code host, where not everybody is
    let desks =
        Wish { schemes: Some(["handover"; 12].join(",")), workers: Some(40), seed: 13, ..patient.clone() };
    let companies = [Company::of(&wish).await, Company::of(&patient).await, Company::of(&desks).await];
    let mut missed = vec![];
    for meeting in MEETINGS {
        let mut fired = BTreeSet::new();
        let is_met = companies.iter().any(|company| {
            let here = company.fired(meeting.indicator);
            let planted = |row: &BTreeMap<String, String>| {
                here.contains(&row["worker_id"])
                    && row["records"] != "0"
                    && meeting.tells.contains(&row["tell"].as_str())
            };
            let is_met = company.tells().iter().any(planted);
            fired.extend(here);
            is_met
        });
        if !is_met {
            missed.push(format!("{} (fired on {fired:?})", meeting.indicator));
        }
    }
    companies.iter().for_each(Company::is_read_whole);
    assert!(missed.is_empty(), "not fired where it was planted: {missed:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_innocent_twin_opens_a_case() {
    // Twins among candidates are cast by their rates, beside these.
    let of_workers = |id: &&str| synth::LOOK_ALIKES.iter().any(|kind| kind.id == *id);
    let twins = MEETINGS.iter().flat_map(|meeting| meeting.twins.iter().copied());
    let twins: BTreeSet<&str> = twins.filter(of_workers).collect();
    let others: BTreeSet<&str> =
        synth::LOOK_ALIKES.iter().map(|kind| kind.id).filter(|id| !twins.contains(id)).collect();
    // too many for one small company, of which most people must be ordinary
    let (first, second): (Vec<&str>, Vec<&str>) = twins.iter().partition(|id| id.as_bytes()[0] < b'i');
    let mut loud = vec![];
    for (seed, kinds) in [(3, first), (4, second), (5, others.into_iter().collect())] {
        let kinds: BTreeSet<&str> = kinds.into_iter().collect();
        let wish = Wish { schemes: Some("none".into()), look_alikes: Some(listed(&kinds)), ..wish(seed) };
        let company = Company::of(&wish).await;
        company.is_read_whole();
        assert!(Path::new(company.truth.path()).exists());
        let mut of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for row in company.truth("look_alikes.csv") {
            of.entry(row["look_alike"].clone()).or_default().insert(row["worker_id"].clone());
        }
        let absent: Vec<_> = kinds.iter().filter(|kind| !of.contains_key(**kind)).collect();
        assert!(absent.is_empty(), "no room for {absent:?}");
        assert!(company.cases().is_empty(), "innocents in a case (seed {seed}): {:#?}", company.cases());
        for meeting in MEETINGS.iter().filter(|meeting| meeting.silent) {
            let fired = company.fired(meeting.indicator);
            for twin in meeting.twins.iter().filter(|twin| kinds.contains(**twin)) {
                let hit: Vec<_> = fired.intersection(&of[*twin]).collect();
                if !hit.is_empty() {
                    loud.push(format!("{} on {twin} {hit:?} (seed {seed})", meeting.indicator));
                }
            }
        }
    }
    assert!(loud.is_empty(), "fired on an innocent twin: {loud:#?}");
}
