//! Tables of people, things and money in several dialects each.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::collections::BTreeMap;

use model::{Cell, Record};
use proptest::prelude::*;
use sources::vendors::{assignment, attestation, generic, pay, roster, shipment};
use sources::{Block, Parsed, Recognised, Sample, Source, mapping, value};

fn fixture(path: &str) -> Vec<u8> {
    std::fs::read(format!("{}/fixtures/{path}", env!("CARGO_MANIFEST_DIR")))
        .unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn winner(name: &str, bytes: &[u8]) -> Option<Recognised> {
    let sample = Sample { name, bytes };
    let plans = [&roster::PLAN, &shipment::PLAN, &pay::PLAN, &attestation::PLAN, &assignment::PLAN];
    plans
        .iter()
        .filter_map(|plan| generic::Sheet(plan).recognise(&sample))
        .max_by_key(|found| found.confidence)
}

fn read(kind: &str, bytes: &[u8]) -> Parsed {
    let found = winner("export.csv", bytes).unwrap_or_else(|| panic!("not recognised as {kind}"));
    assert_eq!(found.kind, kind, "{}", found.why);
    found.reader.read(&Block { offset: 0, line: 1, bytes: bytes.to_vec() })
}

fn get(record: &Record, name: &str) -> String {
    let at = record.table.position(name).unwrap_or_else(|| panic!("no column {name}"));
    match &record.cells[at] {
        Cell::Null => String::new(),
        Cell::Text(text) => text.clone(),
        Cell::Bool(truth) => truth.to_string(),
        Cell::Time(time) => time.to_string()[..10].to_owned(),
        other => format!("{other:?}"),
    }
}

fn instant(record: &Record, name: &str) -> String {
    let at = record.table.position(name).unwrap_or_else(|| panic!("no column {name}"));
    if let Cell::Time(time) = &record.cells[at] { time.to_string() } else { String::new() }
}

fn row(record: &Record, names: &[&str]) -> Vec<String> {
    names.iter().map(|name| get(record, name)).collect()
}

#[test]
fn rosters() {
    let bamboo = read("roster", &fixture("roster/bamboohr.csv"));
    assert_eq!(bamboo.rejects, []);
    let names = [
        "worker_id",
        "full_name",
        "work_email",
        "personal_email",
        "start_time",
        "home_address",
        "is_remote",
        "manager_id",
    ];
    assert_eq!(
        row(&bamboo.records[0], &names),
        [
            "00123",
            "Ines Okafor",
            "ines.okafor@example.com",
            "ines@mail.example",
            "2025-03-17",
            "12 Elm Street, Apt 4, Springfield, IL 62704, US",
            "true",
            "Tomás Lindqvist",
        ]
    );
    assert_eq!(
        row(&bamboo.records[1], &["home_address", "end_time", "is_remote"]),
        ["9 King St W, Toronto, ON M5H 1A1, CA", "2025-12-31", "false",]
    );
    let skipped: BTreeMap<_, _> = bamboo.skipped.iter().cloned().collect();
    assert_eq!(skipped.get("column refused: gender"), Some(&2));
    assert_eq!(skipped.get("column refused: ssn"), Some(&2));
    assert!(!format!("{:?}", bamboo.records).contains("1990"), "birth dates are not read");

    let bytes = fixture("roster/workday.csv");
    let workday = read("roster", &bytes);
    assert_eq!(
        row(&workday.records[0], &["worker_id", "full_name", "start_time", "home_address", "job_title"]),
        ["W7", "Amal Haddad", "2025-03-17", "12 Elm Street, Apt 4, Springfield, IL 62704, US", "Analyst",]
    );
    assert_eq!(workday.units[1].line, 7, "quoted newlines count");
    let reasons: Vec<_> =
        workday.rejects.iter().map(|r| (r.reason.as_str(), r.column.as_deref(), r.unit.line)).collect();
    assert_eq!(
        reasons,
        [
            ("date not understood", Some("Hire_Date"), 7),
            ("row has fewer columns than the header", Some("2 of 9 columns"), 8),
        ]
    );
    let found = winner("x.csv", &bytes).expect("recognised");
    assert_eq!(found.reader.snapshot_time(), value::time("2026-11-01"));

    let personio = read("roster", &fixture("roster/personio.csv"));
    assert_eq!(
        row(&personio.records[0], &["worker_id", "full_name", "start_time", "manager_id"]),
        ["j.novak@example.com", "Jana Nováková", "2025-04-03", "12",]
    );
    assert_eq!(personio.skipped[0].0, "worker without id: work e-mail used as id");

    let json = read("roster", &fixture("roster/bamboohr.json"));
    assert_eq!(
        row(&json.records[0], &["worker_id", "full_name", "home_address", "job_title"]),
        ["5", "Rui Costa", "1 High Road, London, N1 9GU, GB", "SRE",]
    );
}

#[test]
fn shipments() {
    let fedex = read("shipment", &fixture("shipment/fedex.csv"));
    let names = [
        "tracking",
        "time",
        "recipient_name",
        "ship_to_postcode",
        "delivered_city",
        "is_rerouted",
        "signed_by",
    ];
    assert_eq!(
        row(&fedex.records[0], &names),
        ["794600000001", "2026-11-03", "Ines Okafor", "62704", "Springfield", "false", "I OKAFOR",]
    );
    assert_eq!(row(&fedex.records[1], &names[4..]), ["Nashville", "true", "J DOE"]);
    let site = read("shipment", &fixture("shipment/site.jsonl"));
    let names =
        ["shipment_id", "worker_id", "asset_serial", "is_rerouted", "rerouted_time", "delivered_city"];
    assert_eq!(row(&site.records[0], &names), ["S1", "W7", "C02XX1", "true", "2026-10-02", "Dayton"]);
    assert_ne!(get(&site.records[1], "is_rerouted"), "true");
    let service = read("shipment", &fixture("shipment/servicenow.tsv"));
    assert_eq!(
        row(&service.records[0], &["shipment_id", "direction", "ship_to_city", "carrier"]),
        ["REQ1", "return", "Dayton", "DHL",]
    );
}

#[test]
fn a_header_is_understood_by_what_stands_in_brackets() {
    let ups = "Tracking Number,Manifest Date,Ship To Attention,Reference 1,Reference 2 (Serial),Ship To Address,Delivery Address,Delivered,Signed For By,Exception / Instruction\n\
        1Z0000000000000001,2026-07-08,Ines Okafor,W-7,SER0001,\"17 Birch Street, Albany, NY, 12207\",\"9 Elm Road, Macon, GA, 31201\",07/12/2026 11:57 ET,MET CUSTOMER,Deliver to another address\n\
        1Z0000000000000002,2026-07-09,Bo Larsen,W-8,SER0002,\"4 Oak Lane, Reno, NV, 89501\",\"4 Oak Lane, Reno, NV, 89501\",07/13/2026 09:02 ET,FRONT DOOR,\n";
    let read_ups = read("shipment", ups.as_bytes());
    let names = ["asset_serial", "ship_to_city", "delivered_city", "is_rerouted", "recipient_name"];
    assert_eq!(row(&read_ups.records[0], &names), ["SER0001", "Albany", "Macon", "true", "Ines Okafor"]);
    assert_eq!(row(&read_ups.records[1], &names), ["SER0002", "Reno", "Reno", "false", "Bo Larsen"]);
    // Where one column alone says "delivery address", it is where it shall go.
    let bare = "Tracking Number,Ship Date,Recipient,Serial,Delivery Address\n1Z3,2026-07-08,Ines Okafor,SER0001,\"17 Birch Street, Albany, NY, 12207\"\n";
    assert_eq!(
        row(&read("shipment", bare.as_bytes()).records[0], &["ship_to_city", "delivered_city"]),
        ["Albany", ""]
    );
    let pay = "Employee ID,Worker,Entry Moment (PT),Action,Pay Type,Bank Name,Account Number,Account Holder Matches Worker\n\
        W-7,Ines Okafor,08/06/2026 9:18 PM,Change,Regular Pay,Example Bank,XXXXXX2083,No\n\
        W-8,Bo Larsen,08/07/2026 9:18 PM,Add,Regular Pay,Example Bank,XXXXXX4784,Yes\n\
        W-9,Cy Moreau,12/07/2026 9:18 PM,Add,Regular Pay,Example Bank,XXXXXX4785,Yes\n";
    let elections = read("pay", pay.as_bytes());
    assert_eq!(row(&elections.records[0], &["worker_id", "holder_match"]), ["W-7", "none"]);
    assert_eq!(row(&elections.records[1], &["worker_id", "holder_match"]), ["W-8", "exact"]);
    // The header tells the zone, in summer and in winter.
    assert_eq!(instant(&elections.records[0], "time"), "2026-08-07T04:18:00Z");
    assert_eq!(instant(&elections.records[2], "time"), "2026-12-08T05:18:00Z");
    assert_eq!(instant(&read_ups.records[0], "delivered_time"), "2026-07-12T15:57:00Z");
}

#[test]
fn pay_instructions() {
    let gusto = read("pay", &fixture("pay/gusto.csv"));
    let names = ["worker_id", "account", "routing", "method", "holder_name", "time"];
    assert_eq!(row(&gusto.records[0], &names), ["W7", "", "021000021", "bank", "Amal Haddad", "2026-09-01"]);
    assert_eq!(row(&gusto.records[1], &names[..2]), ["W8", "000123456789"]);
    let workday = read("pay", &fixture("pay/workday.csv"));
    assert_eq!(
        row(&workday.records[0], &["account", "routing", "method", "currency", "effective_time"]),
        ["DE89370400440532013000", "COBADEFFXXX", "bank", "EUR", "2026-10-01",]
    );
    let crypto = read("pay", &fixture("pay/crypto.csv"));
    assert_eq!(
        row(&crypto.records[0], &["worker_email", "method", "wallet", "chain"]),
        ["bo@example.com", "crypto", "0x52908400098527886E0F7030069857D2E4169EE7", "Ethereum",]
    );
}

#[test]
fn attestations_and_assignments() {
    let badge = read("attestation", &fixture("attestation/badge.csv"));
    assert_eq!(badge.records.len(), 1, "a door that stayed shut proves nothing");
    assert_eq!(
        row(&badge.records[0], &["worker_id", "kind", "place", "time"]),
        ["W7", "badge_in", "Austin", "2026-10-01"]
    );
    let travel = read("attestation", &fixture("attestation/travel.csv"));
    assert_eq!(
        row(&travel.records[0], &["worker_email", "kind", "place", "place_country", "to_time"]),
        ["amal@example.com", "approved_travel", "Lisbon", "PT", "2026-10-14",]
    );
    let named = read("attestation", &fixture("attestation/trips_by_name.csv"));
    assert_eq!(
        row(&named.records[0], &["worker_name", "kind", "place", "from_time"]),
        ["Rohan Vale", "approved_travel", "Lisbon", "2026-09-25"]
    );
    assert_eq!(named.records.len(), 1, "what was declined speaks for nobody");
    let site = read("attestation", &fixture("attestation/site.csv"));
    assert_eq!(row(&site.records[0], &["kind", "other_worker_id"]), ["declared_household", "W8"]);
    assert_eq!(
        row(&site.records[1], &["kind", "item", "reference"]),
        ["approved_equipment", "USB KVM switch", "IT-2"]
    );
    let snipe = read("assignment", &fixture("assignment/snipeit.csv"));
    assert_eq!(
        row(&snipe.records[0], &["worker_id", "serial", "asset_tag", "time"]),
        ["W7", "C02XX1", "A-1", "2026-10-03"]
    );
    assert_eq!(snipe.skipped, [("device assigned to nobody".to_owned(), 1)]);
    let intune = read("assignment", &fixture("assignment/intune.csv"));
    assert_eq!(
        row(&intune.records[0], &["worker_email", "hostname", "serial"]),
        ["amal@example.com", "LT-7", "PF3A1B2C"]
    );
    let site = read("assignment", &fixture("assignment/site.csv"));
    assert_eq!(
        row(&site.records[0], &["worker_email", "returned_time", "is_pool"]),
        ["bo@example.com", "2026-02-01", "false"]
    );
}

/// What a column holds is told by what stands beside it.
#[test]
fn columns_are_understood_by_their_neighbours() {
    let parcel = read(
        "shipment",
        b"Order No,Ship To,Address 1,City,State/Prov,Zip,Serial,Carrier,Tracking,Shipped\n\
          CV-1,Renata Gowda,3029 Millrace Ln,Las Vegas,Nevada,89143,NFC44P05,FedEx,743320436198,2026-04-27\n",
    );
    assert_eq!(
        row(&parcel.records[0], &["recipient_name", "ship_to_city", "asset_serial"]),
        ["Renata Gowda", "Las Vegas", "NFC44P05"]
    );
    assert!(get(&parcel.records[0], "ship_to").contains("3029 Millrace"));
    // (a list of trips that somebody approved one by one, without a status)
    let trips = read(
        "attestation",
        b"employee_id,name,country,city,from,to,approved_by\n\
          104648,Aarav Chatterjee,CO,Medellin,2026-09-25,2026-10-10,People Ops\n\
          104245,Paige Whitfield,ES,Valencia,2026-09-23,2026-10-19,\n",
    );
    assert_eq!(
        row(&trips.records[0], &["worker_id", "kind", "place", "place_country", "to_time"]),
        ["104648", "approved_travel", "Medellin", "CO", "2026-10-10"]
    );
    assert_eq!(trips.records.len(), 1, "what nobody signed speaks for nobody");
    let changes = read(
        "pay",
        b"Date,Employee,Gusto employee ID,Old account,New account,Changed by\n\
          2026-09-10,\"Olson, Susan\",CQDM9C,Bank of America ****2592,Mercury ****2843,Employee\n",
    );
    assert_eq!(row(&changes.records[0], &["time", "account", "method"]), ["2026-09-10", "", "bank"]);
    let checked = read(
        "pay",
        b"gusto_id,employee,bank,routing,acct_last4,account holder on document,document,checked,by\n\
          CQDM9C,Susan Olson,Navy Federal CU,256074974,4993,Amelia Wu,voided check,2026-10-10,mp\n",
    );
    assert_eq!(get(&checked.records[0], "holder_match"), "other_name");
}

#[test]
fn the_order_of_columns_changes_nothing() {
    for (kind, path) in [("pay", "pay/gusto.csv"), ("assignment", "assignment/snipeit.csv")] {
        let bytes = fixture(path);
        let text = String::from_utf8(bytes.clone()).unwrap();
        let reversed: Vec<String> =
            text.lines().map(|line| line.split(',').rev().collect::<Vec<_>>().join(",")).collect();
        let (one, other) = (read(kind, &bytes), read(kind, (reversed.join("\n") + "\n").as_bytes()));
        assert_eq!(one.records, other.records, "{path}");
        assert!(!one.records.is_empty());
    }
}

/// Lists of accounts, sign-ins, meetings and invoices look like rosters and papers, and are none: a wrong guess would
/// make people up.
#[test]
fn other_tables_are_left_alone() {
    for text in [
        "name,value\nа,1\n",
        "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\na,a@example.com,1,2,3\n",
        // Slack members, Okta people, Entra users, Google users, Zoom users, GitHub members
        "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\na,a@example.com,Member,1,1,1,U1,A B,a,\n",
        "login,firstName,lastName,email,status,created,lastLogin\na@example.com,A,B,a@example.com,ACTIVE,2026-01-01,2026-02-01\n",
        "userPrincipalName,displayName,surname,mail,givenName,id,userType,jobTitle,department,accountEnabled,usageLocation,streetAddress,state,country,officeLocation,city,postalCode,telephoneNumber,mobilePhone,companyName,creationType,directorySynced,createdDateTime\na@example.com,A B,B,a@example.com,A,0-0,Member,Dev,IT,true,US,1 Elm,CA,US,HQ,LA,90001,1,2,X,,true,2026-01-01\n",
        "First Name [Required],Last Name [Required],Email Address [Required],Password [Required],Org Unit Path [Required],Status [READ ONLY],Last Sign In [READ ONLY],Recovery Email,Home Phone,Mobile Phone,Home Address,Employee ID,Employee Title,Manager Email,Department\nA,B,a@example.com,****,/,Active,2026-01-01,,,,,,Dev,m@example.com,IT\n",
        "Email,First Name,Last Name,Department,Job Title,Location,User Group,User Type,Last Login\na@example.com,A,B,IT,Dev,HQ,g,Licensed,2026-01-01\n",
        // tickets, invoices, leave, time sheets, assets of a shop
        "Key,Summary,Status,Assignee,Reporter,Created,Updated,Priority\nIT-1,Laptop,Done,A B,C D,2026-01-01,2026-01-02,High\n",
        "Invoice Number,Vendor,Invoice Date,Due Date,Amount,Status,PO Number,Account Number\n1,X,2026-01-01,2026-02-01,10,Paid,2,3\n",
        "Employee #,Employee Name,Work Email,Start Date,End Date,Type,Status\n1,A B,a@example.com,2026-01-01,2026-01-08,Vacation,Approved\n",
        "Employee #,Employee Name,Time Off Type,Start,End,Amount,Status\n1,A B,Vacation,2026-01-01,2026-01-08,5,Approved\n",
        "Employee ID,Name,Department,Course,Start Date,Completion Date,Status\n1,A B,IT,Safety,2026-01-01,2026-01-02,Complete\n",
        "Employee ID,Name,Manager,Project,Start Date,End Date,Allocation\n1,A B,C D,X,2026-01-01,2026-01-02,50%\n",
        "Hostname,Last Seen,First Seen,Platform,OS Version,Serial Number,Local IP,External IP,MAC Address,Model,Manufacturer\nh,1,2,Win,11,PF3A1B2C,1.1.1.1,2.2.2.2,0,X,Y\n",
        "Employee ID,Employee,Date,Hours,Project,Approved\n1,A B,2026-01-01,8,X,Yes\n",
        "Time,Source IP,Destination IP,Bytes,Action\n2026-01-01,1.1.1.1,2.2.2.2,3,allow\n",
        // leave with a place, rosters of shifts, whom to call, what suppliers are paid, candidates of an agency
        "Employee ID,Employee,Location,From,To,Leave Type,Status\n1,A B,\"Denver, CO\",2026-01-01,2026-01-08,Sick,Approved\n",
        "Employee ID,Employee,Location,From,To,Hours,Status\n1,A B,\"Denver, CO\",2026-01-01,2026-01-08,8,Approved\n",
        "Employee ID,Employee,Location,From,To,Status\n1,A B,HQ,2026-01-01,2026-01-08,Approved\n",
        "Employee ID,Worker,Emergency Contact,Relationship,Primary Phone,Address,City,State\n1,A B,C B,Spouse,217-555-0142,1 Elm St,Salem,OR\n",
        "Supplier,Invoice Number,Email,Amount,Remit To,Worker ID,Name\nX,1,a@example.com,10,1 Elm,7,A B\n",
        "Supplier ID,Supplier,Contact Name,Email,Remit To Address\nS1,X,A B,a@example.com,1 Elm St\n",
        "Candidate ID,Candidate,Supplier,Email,Bill Rate,Stage\n1,A B,X,a@example.com,50,Submitted\n",
    ] {
        let found = sources::recognise(&Sample { name: "roster.csv", bytes: text.as_bytes() }, &[]);
        assert!(found.is_err(), "{} for {text}", found.map(|found| found.why).unwrap_or_default());
    }
}

/// A list of absences is known as one: it is not read, and what is said of it holds nothing of anybody.
#[test]
fn absences_are_named_and_left_out() {
    for text in [
        "Employee number,Employee,Policy,Date,Hours,Status\n1,A B,Floating holiday,2026-01-01,8,Approved\n1,A B,Sick,2026-01-08,8,Approved\n",
        "Employee ID,Date,Type,Hours\nW-1,2026-01-01,Vacation,8\nW-2,2026-01-02,Sick,8\n",
        "Employee #,Employee Name,Time Off Type,Start,End,Amount,Status\n1,A B,Vacation,2026-01-01,2026-01-08,5,Approved\n",
    ] {
        let found = sources::recognise(&Sample { name: "x.csv", bytes: text.as_bytes() }, &[]);
        assert_eq!(found.err().map(|unknown| unknown.reason).as_deref(), Some(mapping::ABSENCES), "{text}");
    }
}

/// Zoom's list of meetings has names, addresses, departments, and times of start and end.
#[test]
fn meetings_are_no_roster() {
    let head = "Topic,Meeting ID,User Name,User Email,Department,Has Zoom Rooms?,Creation Time,Start Time,End Time,Duration (Minutes),Participants,Source\n";
    let row = |at: usize| {
        let (host, hour) = (at % 3, 8 + at % 9);
        format!(
            "Daily,8{at},Host {host},host{host}@example.com,Sales,No,,09/14/2026 {hour:02}:30:00 AM,09/14/2026 {hour:02}:47:00 AM,17,8,Zoom\n"
        )
    };
    let text = head.to_owned() + &(0..40).map(row).collect::<String>();
    let found = sources::recognise(&Sample { name: "meetings.csv", bytes: text.as_bytes() }, &[]);
    assert_eq!(found.err().map(|unknown| unknown.reason).as_deref(), Some(mapping::MEETINGS));
    // nor are shifts, whatever they are called; a list of every position of somebody is a roster
    let shifts = |rows: usize, start: &str| {
        let row = |at: usize| format!("W-{},A B,{start},Clerk,Sales\n", at % 3);
        "Employee ID,Name,Start Time,Job Title,Department\n".to_owned()
            + &(0..rows).map(row).collect::<String>()
    };
    let kind = |text: &str| {
        let found = sources::recognise(&Sample { name: "x.csv", bytes: text.as_bytes() }, &[]);
        found.ok().map(|found| found.kind)
    };
    assert_ne!(kind(&shifts(40, "2026-06-01 08:30:00")), Some("roster"));
    assert_ne!(kind(&shifts(40, "2026-06-01")), Some("roster"));
    assert_eq!(kind(&shifts(9, "2026-06-01")), Some("roster"));
}

#[test]
fn a_console_of_screenconnect_and_a_list_of_exceptions_are_known_by_their_own_words() {
    let kind = |text: &str| {
        let found = sources::recognise(&Sample { name: "x.csv", bytes: text.as_bytes() }, &[]);
        found.ok().map(|found| found.kind)
    };
    let sessions = "Session Name,Session Type,Guest Machine Name,Guest Logged On User,Guest Network Address,Participant (Host),Host Network Address,Connected Time,Disconnected Time,Duration,Note\n\
        PC-1,Access,PC-1,a.b,192.0.2.7,Help Desk,198.51.100.9,09/14/2026 10:09:04 AM,09/14/2026 10:33:04 AM,00:24:00,printer\n";
    assert_eq!(kind(sessions), Some("remote"));
    let exceptions =
        "Ticket,User,Software,Approved,Until\nIT-7,a.b@example.com,AnyDesk,2026-03-15,2026-12-31\n";
    assert_eq!(kind(exceptions), Some("attestation"));
    let household = "Timestamp,Email Address,Does anyone in your household also work here?,Who (name),Relationship\n8/23/2026 11:24:23,a.b@example.com,Yes,C B,Spouse\n";
    assert_eq!(kind(household), Some("attestation"));
}

#[test]
fn a_stray_quote_costs_its_own_row_only() {
    let mut text = "Employee ID,Name,Work Email,Start Date,Job Title,Department\n".to_owned();
    for n in 0..3_000 {
        let name = if n == 10 { "\"Ann" } else { "Ann" };
        text += &format!(
            "{n},{name} Lee,a{n}@example.com,2026-01-01,Engineer of large and long-winded things,Platform and more\n"
        );
    }
    assert!(text.len() > sources::frame::QUOTE_LIMIT);
    let read = common::read("x", text.as_bytes());
    assert_eq!((read.kind.as_str(), read.records.len(), read.rejects.len()), ("roster", 2_999, 1));
    assert_eq!((read.rejects[0].reason.as_str(), read.rejects[0].unit.line), ("quote without an end", 12));
    // the same in the last rows, where the stream ends before the limit
    let end = "Employee ID,Name,Work Email,Start Date,Job Title\n1,\"Ann,a@example.com,2026-01-01,Dev\n2,Bo,b@example.com,2026-01-01,Dev\n";
    let read = common::read("x", end.as_bytes());
    assert_eq!((read.records.len(), read.rejects.len()), (1, 1));
}

#[test]
fn damage_is_named_and_the_rest_is_read() {
    let text = "sep=,\nEmployee ID,Name,Work Email,Start Date,Job Title\n1,Ann,a@example.com,2026-01-01,Dev,extra\n\
        2,B\0o,b@example.com,2026-01-02,Dev\n\n3,Cy\n,,,,\n4,Déné,d@example.com,45733,Dev\n\
        Employee ID,Name,Work Email,Start Date,Job Title\n5,Eve,e@example.com,31/31/2026,Dev\nTotal,,,,\n";
    // Windows-1252, as spreadsheet programs save it
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let read = common::read("x", &bytes);
    let names: Vec<_> = read.records.iter().map(|record| get(record, "full_name")).collect();
    assert_eq!(names, ["Bo", "Déné", "Eve"]);
    assert_eq!(get(&read.records[1], "start_time"), "2025-03-17");
    let reasons: Vec<_> = read.rejects.iter().map(|r| (r.unit.line, r.reason.as_str())).collect();
    assert_eq!(
        reasons,
        [
            (3, "row has more columns than the header"),
            (6, "row has fewer columns than the header"),
            (10, "date not understood"),
        ]
    );
    let left: Vec<_> = read.skipped.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(left, [("empty row", 1), ("repeated header", 1), ("title or total below the table", 1)]);
}

#[test]
fn masked_and_rounded_accounts_never_join_people() {
    let read = |account: &str| {
        let text = format!(
            "Employee ID,Routing Number,Account Number,Account Type,Bank Name\n1,021000021,{account},Checking,First\n"
        );
        let read = common::read("x", text.as_bytes());
        assert_eq!((read.kind.as_str(), read.records.len()), ("pay", 1), "{account}");
        get(&read.records[0], "account")
    };
    for masked in [
        "****1234",
        "XXXX1234",
        "xxxxx6789",
        "x1234",
        "X-1234",
        "••••1234",
        "ending in 1234",
        "...1234",
        "1234",
        "DE89XXXXXXXXXXXX3000",
        "DE89 **** **** 3000",
        "4.48812E+11",
        "000000000",
        "123456789",
        "Account #1234",
        "(last 4) 1234",
    ] {
        assert_eq!(read(masked), "", "{masked}");
    }
    for whole in [
        "000448812345",
        "DE89370400440532013000",
        "GB29 NWBK 6016 1331 9268 19",
        "MT84MALT011000012345MTLCAST001S",
        "0044-8812345",
        "99120034",
    ] {
        assert_eq!(read(whole), whole);
    }
}

#[test]
fn mappings() {
    let text = String::from_utf8(fixture("generic/depot.toml")).unwrap();
    let source = generic::MappedSource::new(mapping::parse(&text, "depot.toml").unwrap());
    let bytes = fixture("generic/depot.csv");
    let found = source.recognise(&Sample { name: "x", bytes: &bytes }).expect("recognised");
    let parsed = found.reader.read(&Block { offset: 0, line: 1, bytes });
    assert_eq!(
        row(&parsed.records[0], &["shipment_id", "ship_to", "time", "recipient_phone"]),
        ["P-1", "Torstr. 5, 10119 Berlin", "2026-11-24", "+49301234567",]
    );
    assert_eq!(parsed.rejects.len(), 1);
    assert_eq!(parsed.rejects[0].column.as_deref(), Some("Versandt"));

    for (from, to, line, part) in [
        ("\"shipment\"", "\"parcels\"", 2, "unknown table parcels"),
        ("shipment_id =", "parcel =", 6, "unknown column parcel"),
        ("\"Sendung\"\nrec", "\"Gender\"\nrec", 6, "column refused: gender"),
        ("\"trim\"", "\"shout\"", 7, "unknown transform shout"),
    ] {
        assert!(text.contains(from), "{from}");
        let error = mapping::parse(&text.replace(from, to), "m.toml").unwrap_err();
        assert!(error.reason.contains(part) && error.line == line && error.file == "m.toml", "{error}");
    }
    assert!(mapping::parse("source = ", "m.toml").is_err());
}

#[test]
fn proposals_can_be_read_back_and_show_no_values() {
    for path in [
        "roster/bamboohr.csv",
        "shipment/fedex.csv",
        "pay/gusto.csv",
        "assignment/snipeit.csv",
        "attestation/travel.csv",
    ] {
        let text = mapping::propose(&fixture(path)).unwrap_or_else(|| panic!("{path}"));
        assert!(
            mapping::parse(&text, "p.toml").is_ok(),
            "{path}: {:?}\n{text}",
            mapping::parse(&text, "p.toml")
        );
        for value in ["Okafor", "021000021", "794600000001", "C02XX1", "amal@example.com"] {
            assert!(!text.contains(value), "{path} shows {value}");
        }
    }
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), path in 0..4_usize) {
        let paths = ["roster/workday.csv", "shipment/site.jsonl", "pay/gusto.csv", "attestation/site.csv"];
        let mut whole = fixture(paths[path]);
        whole.extend_from_slice(&bytes);
        for input in [&bytes, &whole] {
            let _ = mapping::propose(input);
            if let Some(found) = winner("x", input) {
                let parsed = found.reader.read(&Block { offset: 0, line: 1, bytes: input.clone() });
                prop_assert!(parsed.records.iter().all(|record| record.unit_index < parsed.units.len()));
            }
        }
    }
}
