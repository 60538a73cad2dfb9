//! Okta events, plain and in every wrapping, give the same record.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use model::tables::{account_change as change, authentication as auth};
use model::{Cell, Record, UnitKey};
use sources::{Block, Framing, Parsed, Sample, frame, vendors};

const EVENTS: &str = include_str!("../fixtures/okta/events.jsonl");

fn read(bytes: &[u8]) -> (&'static str, Parsed) {
    let found = sources::recognise(&Sample { name: "x", bytes }, &[]).unwrap();
    let mut all = Parsed::default();
    for block in frame::Framer::with_sizes(bytes, found.framing, 1 << 10, 1 << 20) {
        let parsed = found.reader.read(&block.unwrap());
        all.records.extend(parsed.records);
        all.rejects.extend(parsed.rejects);
        all.units.extend(parsed.units);
    }
    (found.kind, all)
}

fn text(record: &Record, at: model::table::At) -> &str {
    record.get(at).as_text().unwrap_or("")
}

fn check(records: &[Record]) {
    let [first, second] = records else { panic!("{} records", records.len()) };
    assert_eq!(first.unit, UnitKey::Vendor("5f1d7a10-0001-11f0-9b1a-0242ac120001".into()));
    for (at, expected) in [
        (auth::activity, "logon"),
        (auth::status, "success"),
        (auth::user_email, "amina.okoye@example.com"),
        (auth::src_ip, "198.51.100.7"),
        (auth::src_country, "US"),
        (auth::tunnel, "EXAMPLE_VPN"),
        (auth::device_token, "ab12"),
        (auth::device_fingerprint, "fp9"),
        (auth::session_uid, "idx1"),
        (auth::app, "Mail"),
    ] {
        assert_eq!(text(first, at), expected);
    }
    assert_eq!(first.get(auth::src_is_proxy), &Cell::Bool(true));
    assert_eq!(first.event_time().unwrap().to_string(), "2026-11-02T09:14:07Z");
    assert_eq!(second.table.name, "account_change");
    assert_eq!(text(second, change::user_email), "li.wei@example.com");
    assert_eq!(text(second, change::actor_email), "helpdesk@example.com");
    assert_eq!(text(second, change::src_ip), "203.0.114.9");
    assert_eq!(text(second, change::src_country), "DE");
    assert_eq!(text(second, change::factor), "OKTA_SOFT_TOKEN");
}

fn events() -> Vec<serde_json::Value> {
    EVENTS.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn lines(wrap: impl Fn(&serde_json::Value) -> serde_json::Value) -> Vec<u8> {
    events().iter().map(|event| format!("{}\r\n", wrap(event))).collect::<String>().into_bytes()
}

#[test]
fn every_wrapping_gives_the_same_records() {
    let all = serde_json::Value::Array(events());
    let text = |event: &serde_json::Value| serde_json::Value::String(event.to_string());
    let forms: Vec<(&str, Vec<u8>)> = vec![
        ("lines", EVENTS.as_bytes().to_vec()),
        ("array", all.to_string().into_bytes()),
        ("pretty array", serde_json::to_vec_pretty(&all).unwrap()),
        (
            "pretty wrapper",
            serde_json::to_vec_pretty(&serde_json::json!({"n": 2, "value": all, "next": [1]})).unwrap(),
        ),
        ("one line wrapper", serde_json::json!({ "events": all }).to_string().into_bytes()),
        ("records", serde_json::json!({ "Records": all }).to_string().into_bytes()),
        (
            "splunk raw",
            lines(|e| serde_json::json!({"preview": false, "result": {"_raw": text(e), "host": "h"}})),
        ),
        ("splunk export", lines(|e| serde_json::json!({"result": e}))),
        (
            "elastic source",
            lines(|e| serde_json::json!({"_index": "i", "_source": {"event": {"original": text(e)}}})),
        ),
        ("elastic message", lines(|e| serde_json::json!({"_source": {"message": text(e)}}))),
        (
            "search",
            serde_json::json!({"took": 1, "hits": {"total": 2, "hits":
            events().iter().map(|e| serde_json::json!({"_source": e})).collect::<Vec<_>>()}})
            .to_string()
            .into_bytes(),
        ),
        ("event bridge", lines(|e| serde_json::json!({"detail-type": "SystemLog", "detail": e}))),
    ];
    for (name, bytes) in forms {
        let (kind, parsed) = read(&bytes);
        assert_eq!((name, kind, parsed.rejects.as_slice()), (name, "okta", [].as_slice()));
        check(&parsed.records);
    }
}

#[test]
fn sheets_of_a_siem_are_read() {
    let mut csv = "_time,_raw\n".to_owned();
    for line in EVENTS.lines() {
        csv.push_str(&format!("2026-11-02,\"{}\"\n", line.replace('"', "\"\"")));
    }
    let (kind, parsed) = read(csv.as_bytes());
    assert_eq!(kind, "okta");
    check(&parsed.records);
    let flat = "uuid,published,eventType,actor.alternateId,actor.id,client.ipAddress,outcome.result\n\
        aaaaaaaa-1,2026-11-02T09:14:07Z,user.session.start,a@example.com,1,198.51.100.7,SUCCESS\n";
    let (_, parsed) = read(flat.as_bytes());
    assert_eq!(text(&parsed.records[0], auth::user_email), "a@example.com");
}

#[test]
fn log_analytics_columns_are_read() {
    let v1 = r#"{"TenantId":"t","uuid_g":"aaaaaaaa-1","published_t":"2026-11-02T09:14:07Z","eventType_s":"user.session.start","actor_alternateId_s":"a@example.com","client_ipAddress_s":"198.51.100.7","outcome_result_s":"SUCCESS","debugContext_debugData_dtHash_s":"x1"}"#;
    let v2 = r#"{"EventOriginalType":"user.session.start","EventOriginalUid":"aaaaaaaa-2","TimeGenerated":"2026-11-02T09:14:07Z","ActorUsername":"a@example.com","SrcIpAddr":"198.51.100.7","OriginalOutcomeResult":"SUCCESS","DebugData":"{\"dtHash\":\"x1\"}"}"#;
    for line in [v1, v2] {
        let (kind, parsed) = read(line.as_bytes());
        assert_eq!(kind, "okta");
        assert_eq!(text(&parsed.records[0], auth::user_email), "a@example.com");
        assert_eq!(text(&parsed.records[0], auth::device_token), "x1");
        assert_eq!(text(&parsed.records[0], auth::status), "success");
    }
}

#[test]
fn damage_is_rejected_with_its_line_and_kinds_may_be_mixed() {
    let osquery = r#"{"name":"pack_x_usb_devices","action":"added","hostIdentifier":"h","unixTime":"1790000000","columns":{"vendor_id":"046d","model_id":"c52b"}}"#;
    let text = format!(
        "{}\n{osquery}\n\n{{\"eventType\":\"a.b\"\n\0\0\0\n{{\"a\":1}}\n",
        EVENTS.lines().next().unwrap()
    );
    let (_, parsed) = read(text.as_bytes());
    let kinds: Vec<_> =
        parsed.records.iter().map(|r| r.get(model::tables::SOURCE).as_text().unwrap()).collect();
    assert_eq!(kinds, ["okta", "osquery"]);
    let rejects: Vec<_> = parsed.rejects.iter().map(|r| (r.unit.line, r.reason.as_str())).collect();
    assert_eq!(rejects, [(4, "not valid JSON"), (5, "binary data"), (6, "object of no known kind")]);
}

#[test]
fn hostile_bytes_never_panic() {
    let mut seed = 7_u64;
    for _ in 0..2_000 {
        let mut bytes: Vec<u8> = EVENTS.as_bytes().to_vec();
        for _ in 0..8 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let at = (seed >> 33) as usize % bytes.len();
            bytes[at] = (seed >> 17) as u8;
        }
        for framing in [Framing::JsonLines, Framing::JsonValues] {
            let reader = sources::reader::JsonReader::new(framing);
            let parsed = sources::Reader::read(&reader, &Block { offset: 0, line: 1, bytes: bytes.clone() });
            assert!(parsed.records.len() + parsed.rejects.len() + parsed.skipped.len() > 0);
        }
    }
    assert!(vendors::ALL.iter().any(|source| source.kind() == "okta"));
}

#[test]
fn a_sheet_of_events_over_several_lines_is_known_though_the_sample_is_cut() {
    let event = serde_json::from_str::<serde_json::Value>(EVENTS.lines().next().unwrap()).unwrap();
    let pretty = serde_json::to_string_pretty(&event).unwrap().replace('"', "\"\"");
    let mut csv = "_time,_raw\n".to_owned();
    for n in 0..40 {
        let filled = pretty.replace("Mozilla", &format!("Mozilla {}", "x".repeat(9_000 + n)));
        csv.push_str(&format!("2026-11-02,\"{filled}\"\n"));
    }
    assert!(csv.len() > frame::SAMPLE_BYTES);
    let (head, _) = frame::sample(csv.as_bytes());
    let found = sources::recognise(&Sample { name: "x", bytes: &head }, &[]).unwrap();
    assert_eq!(found.kind, "okta");
}
