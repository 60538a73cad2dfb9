//! Answers of phone look-up services. Vendor documentation: "Lookup v2: phone numbers" and "Line Type Intelligence",
//! Twilio; "Number Insight", Vonage; "numverify API", APILayer.

use model::tables::phone_lookup as look;

use super::put;
use crate::json::{self, Value, get, text_at};
use crate::reader::{JsonSource, Out};
use crate::source::{Recognised, Sample, Source, SourceDoc};
use crate::{countries, recognise};

/// Phone look-up answers.
pub struct Phone;

static DOC: SourceDoc = SourceDoc {
    title: "Phone look-up answers (Twilio Lookup v2 and v1, Vonage Number Insight, numverify)",
    documentation: "Lookup v2 API: Line Type Intelligence, Twilio",
    recognised_by: "objects with phone_number and line_type_intelligence, carrier or calling_country_code",
    expects: &[
        "phone_number*",
        "country_code",
        "valid",
        "line_type_intelligence.type",
        "line_type_intelligence.carrier_name",
    ],
    fills: &["phone_lookup"],
};

impl Source for Phone {
    fn kind(&self) -> &'static str {
        "phone"
    }

    fn doc(&self) -> &'static SourceDoc {
        &DOC
    }

    fn recognise(&self, sample: &Sample<'_>) -> Option<Recognised> {
        recognise::json(sample, "phone", "phone look-up answers")
    }
}

const NUMBERS: &[&str] = &[
    "phone_number",
    "international_format_number",
    "international_format",
    "number",
    "phone",
    "e164",
    "msisdn",
];

/// What a list calls the kind of line.
const LINES: &[&str] =
    &["line_type", "phone_type", "number_type", "phone_line_type", "carrier_type", "type_of_line"];

impl JsonSource for Phone {
    fn kind(&self) -> &'static str {
        "phone"
    }

    fn matches(&self, event: Value<'_, '_>) -> u8 {
        let has = |key: &str| get(event, key).is_some();
        let object = |key: &str| get(event, key).is_some_and(|part| part.is_object());
        let twilio = has("phone_number")
            && (object("line_type_intelligence") || object("carrier") || has("calling_country_code"));
        let vonage = has("international_format_number") && object("current_carrier");
        let numverify = has("number") && has("line_type") && has("carrier") && has("country_code");
        let listed = NUMBERS.iter().any(|key| has(key))
            && LINES.iter().any(|key| has(key))
            && ["carrier", "carrier_name", "valid", "country", "country_code"].iter().any(|key| has(key));
        if twilio && (has("country_code") || has("url") || has("national_format")) || vonage {
            90
        } else if numverify || listed {
            75
        } else {
            0
        }
    }

    fn read(&self, event: Value<'_, '_>, out: &mut Out<'_>) {
        let number = NUMBERS.iter().find_map(|key| text_at(event, key));
        let Some(number) = number.filter(|text| text.bytes().filter(u8::is_ascii_digit).count() >= 6) else {
            return out.reject(Some("phone_number"), "answer without a phone number");
        };
        let times = ["looked_up_at", "date_created", "created_at", "timestamp", "time", "@timestamp"];
        let time = times.iter().filter_map(|key| get(event, key)).find_map(json::time);
        let mut record = out.record(&look::TABLE, time);
        record.text(look::phone, Some(&number));
        // where a key is an object its text is none
        let pairs: &[(model::table::At, &[&str])] = &[
            (look::carrier, &["carrier_name"]),
            (look::carrier, &["carrier"]),
            (look::carrier, &["current_carrier", "name"]),
            (look::carrier, &["carrier", "name"]),
            (look::carrier, &["line_type_intelligence", "carrier_name"]),
            (look::applicant_id, &["Candidate_ID"]),
            (look::applicant_id, &["applicant_id"]),
            (look::applicant_id, &["candidate_id"]),
        ];
        put(&mut record, event, pairs);
        let kinds: &[&[&str]] = &[
            &["line_type_intelligence", "type"],
            &["carrier", "type"],
            &["current_carrier", "network_type"],
            &["line_type"],
        ];
        let kind = kinds.iter().find_map(|path| json::at(event, path).and_then(json::text));
        let kind = kind.or_else(|| LINES.iter().find_map(|key| text_at(event, key)));
        record.text(look::line_type, kind.map(|kind| snake(&kind)).as_deref());
        let country = text_at(event, "country_code").or_else(|| text_at(event, "country"));
        let country = country.as_deref().and_then(countries::alpha2);
        record.text(look::country_code, country);
        record.bool(look::is_valid, get(event, "valid").and_then(json::truth));
        out.push(record);
    }
}

/// `nonFixedVoip` and `Fixed VoIP` as `non_fixed_voip`, `fixed_voip`; version 1 says no more than `voip`.
fn snake(text: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for c in text.trim().replace("VoIP", "Voip").replace("VOIP", "Voip").chars() {
        let begins = c.is_uppercase() && before.is_lowercase() || !c.is_alphanumeric();
        if begins && !out.ends_with('_') && !out.is_empty() {
            out.push('_');
        }
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        }
        before = c;
    }
    out.trim_end_matches('_').to_owned()
}
