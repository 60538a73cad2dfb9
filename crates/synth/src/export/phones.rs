//! Answers of Twilio's Lookup v2 with line type intelligence, one a line: every number of workers and candidates, all or none.
//!
//! Documentation: "Lookup v2 API: Line Type Intelligence", Twilio.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Value, json};

use crate::calendar::DAY_MS;
use crate::draw::{mix, text};
use crate::error::Error;
use crate::names;
use crate::truth::Truth;
use crate::world::World;

/// Name of the file.
pub const PATH: &str = "phones/lookups.jsonl";

/// Carriers in the United States: type, name, network code.
const CARRIERS: &[(&str, &str, &str)] = &[
    ("mobile", "Verizon Wireless", "480"),
    ("mobile", "T-Mobile USA, Inc.", "260"),
    ("mobile", "AT&T Wireless", "410"),
    ("mobile", "T-Mobile USA, Inc.", "240"),
    ("landline", "Lumen", ""),
];

/// Carriers of internet phones there.
const INTERNET: &[(&str, &str, &str)] = &[
    ("nonFixedVoip", "Google (Grand Central) - Bandwidth.com - SVR", ""),
    ("nonFixedVoip", "Bandwidth/13 - Bandwidth.com - SVR", ""),
    ("nonFixedVoip", "Twilio - SMS/MMS-SVR", ""),
    ("fixedVoip", "Comcast Phone", ""),
];

/// Writes every number once, in order; who has applied by the last day is asked for too.
pub fn write(world: &World, truth: &mut Truth, out: &mut dyn Write) -> Result<(), Error> {
    let mut numbers: BTreeMap<&str, i64> = BTreeMap::new();
    let from = i64::from(world.from) * DAY_MS;
    for one in &world.people {
        numbers.insert(&one.phone, from);
    }
    for one in &world.applicants {
        let Some(first) = one.applications.first().filter(|first| first.day <= world.to) else { continue };
        let at = i64::from(first.day) * DAY_MS;
        for phone in &one.phones {
            numbers.entry(phone).and_modify(|known| *known = at.min(*known)).or_insert(at);
        }
    }
    for (number, at) in numbers.into_iter().filter(|(number, _)| !number.is_empty()) {
        let marks = world.internet_phones.get(number);
        writeln!(out, "{}", line(world.seed, number, marks.is_some()))?;
        marks.into_iter().flatten().for_each(|tag| truth.wrote(*tag, at, "phone"));
    }
    Ok(())
}

/// One answer.
fn line(seed: u64, number: &str, internet: bool) -> Value {
    let (code, iso) = names::plan_of(number);
    let digits: String = number.chars().filter(char::is_ascii_digit).collect();
    let national = number.strip_prefix(&format!("+{code}")).unwrap_or(number).trim();
    let e164 = if number.starts_with('+') { format!("+{digits}") } else { format!("+{code}{digits}") };
    let chance = mix(seed, text(number));
    let (kind, carrier, network) = match (internet, iso) {
        // three in four are of those that come with no address
        (true, _) => INTERNET[(chance % INTERNET.len() as u64) as usize],
        (false, _) => CARRIERS[(chance % CARRIERS.len() as u64) as usize],
    };
    let is_american = iso == "US";
    let of_us = |value: &str| (is_american && !value.is_empty()).then(|| value.to_owned());
    json!({
        "calling_country_code": code.to_string(),
        "country_code": iso,
        "phone_number": e164,
        "national_format": national,
        "valid": true,
        "validation_errors": [],
        "caller_name": null,
        "sim_swap": null,
        "call_forwarding": null,
        "line_status": null,
        "line_type_intelligence": {
            "error_code": null,
            "mobile_country_code": of_us(if network.is_empty() { "" } else { "310" }),
            "mobile_network_code": of_us(network),
            // elsewhere the name of the carrier is often not told
            "carrier_name": of_us(carrier),
            "type": kind,
        },
        "identity_match": null,
        "reassigned_number": null,
        "sms_pumping_risk": null,
        "url": format!("https://lookups.twilio.com/v2/PhoneNumbers/{e164}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_answered_in_its_plan() {
        let us = line(1, &names::phone("US", 5), true);
        assert!(us["phone_number"].as_str().unwrap().starts_with("+1") && us["country_code"] == "US");
        assert!(us["line_type_intelligence"]["type"].as_str().unwrap().ends_with("Voip"));
        let british = line(1, &names::phone("GB", 7), false);
        assert_eq!(british["phone_number"], "+447700900007");
        assert_eq!(
            (british["calling_country_code"].as_str(), british["country_code"].as_str()),
            (Some("44"), Some("GB"))
        );
        assert_eq!(british["national_format"], "7700 900007");
        assert_eq!(line(1, &names::phone("PT", 7), false)["country_code"], "PT");
    }
}
