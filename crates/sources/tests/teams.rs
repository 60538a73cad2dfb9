//! Teams attendance reports, from the file to records.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{get, read};

#[test]
fn participants_are_read_once_each_and_a_bad_time_is_told() {
    let read = read("any name", include_bytes!("../fixtures/teams/attendance.csv"));
    assert_eq!((read.kind.as_str(), read.records.len(), read.rejects.len()), ("teams", 5, 1));
    assert_eq!(read.rejects[0].reason, "time cannot be read");
    assert_eq!(read.skipped["in-meeting activity"], 5);
    let names: Vec<String> = read.records.iter().map(|record| get(record, "display_name")).collect();
    assert_eq!(names, ["Ines Okafor", "Tomas Marsh", "Lena Brandt", "A. Visitor", "Broken Row"]);
    assert_eq!(get(&read.records[0], "joined_time"), "2026-10-08T11:57:04Z");
    assert_eq!(get(&read.records[2], "is_external"), "true");
    // the same meeting, whatever the row
    let meetings: Vec<String> = read.records.iter().map(|record| get(record, "meeting_uid")).collect();
    assert!(!meetings[0].is_empty() && meetings.iter().all(|meeting| *meeting == meetings[0]));
}

/// A report so long that what is looked at ends within its participants: the later section is told by its rows.
#[test]
fn a_long_report_is_read_to_its_end_and_no_further() {
    let mut text = String::from(
        "1. Summary\nMeeting title\tAll hands\nStart time\t10/8/26, 11:56:40 AM\n\n2. Participants\n",
    );
    text.push_str("Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n");
    let people = 4_000;
    for at in 0..people {
        text.push_str(&format!(
            "Person {at}\t10/8/26, 11:57:04 AM\t10/8/26, 12:56:30 PM\t59m 26s\tp{at}@example.com\tp{at}@example.com\tAttendee\n"
        ));
    }
    text.push_str("\n3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n");
    for at in 0..people {
        text.push_str(&format!(
            "Person {at}\t10/8/26, 11:57:04 AM\t10/8/26, 12:56:30 PM\t59m 26s\tp{at}@example.com\tAttendee\n"
        ));
    }
    let read = read("x", text.as_bytes());
    assert_eq!((read.records.len(), read.rejects.len()), (people, 0));
    assert_eq!(read.skipped["in-meeting activity"], people as u64 + 2);
}

#[test]
fn call_records_tell_who_came_from_which_computer_and_network() {
    let read = read("x", include_bytes!("../fixtures/teams/call_records.json"));
    assert_eq!((read.kind.as_str(), read.records.len(), read.rejects.len()), ("teams", 6, 1));
    assert_eq!(read.rejects[0].reason, "time cannot be read");
    let told = |at: usize, columns: &[&str]| -> Vec<String> {
        columns.iter().map(|column| get(&read.records[at], column)).collect()
    };
    let who = ["user_email", "display_name", "is_external", "hostname"];
    assert_eq!(told(0, &who), ["ines.okafor@example.com", "Ines Okafor", "", "lt-0417"]);
    assert_eq!(told(1, &who), ["", "Tomas Marsh", "true", ""], "a guest without an account");
    assert_eq!(told(2, &who), ["", "Bo Diallo", "true", "bo-mbp"], "of another tenant");
    let wherefrom = ["src_ip", "internal_ip", "mac", "camera", "microphone", "latency_ms"];
    assert_eq!(
        told(0, &wherefrom),
        ["198.51.100.7", "192.168.178.22", "84:5c:f3:54:e5:1c", "Logitech BRIO", "Jabra Evolve2 40", "41"]
    );
    assert_eq!(told(2, &wherefrom)[2], "", "what a system shows instead of its address is none");
    // of a call between two people each has their own end, and the way is of both
    assert_eq!(told(4, &wherefrom), ["203.0.113.9", "192.168.1.9", "bc:d0:74:94:c9:78", "", "", ""]);
    assert_eq!(told(0, &["meeting_number", "duration_seconds"]), ["Njk5OTA5ZTItYjFi", "1673"]);
}
