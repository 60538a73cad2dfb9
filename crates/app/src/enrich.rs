//! Network facts from an MMDB file that the user names: operator, autonomous system, anonymiser flags. They fill
//! only what the log itself leaves open, and never more than the file says.

use std::collections::HashMap;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Mutex;

use maxminddb::Reader;
use model::table::At;
use model::{Cell, Record};
use serde_json::Value;

use crate::error::{Error, Result};

/// An open MMDB file.
pub struct Networks {
    reader: Reader<Vec<u8>>,
    /// blake3 of the file.
    pub digest: String,
    known: Mutex<HashMap<IpAddr, Facts>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Facts {
    asn: Option<i64>,
    operator: Option<String>,
    is_proxy: Option<bool>,
    service: Option<String>,
}

/// A column, and the fact that fills it.
type Column = (&'static str, fn(&Facts) -> Option<Cell>);

/// Addresses remembered; logs come back to the same ones.
const REMEMBERED: usize = 200_000;

impl Networks {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self> {
        let bytes = std::fs::read(path).map_err(Error::configuration(path))?;
        let digest = blake3::hash(&bytes).to_hex().to_string();
        let reader = Reader::from_source(bytes)
            .map_err(|cause| Error::Configuration(format!("{}: no MMDB file ({cause})", path.display())))?;
        Ok(Self { reader, digest, known: Mutex::default() })
    }

    /// Fills the missing network columns of a record that has an address, and those of the device that approved.
    pub fn fill(&self, record: &mut Record) {
        self.fill_for(
            record,
            "src_ip",
            &[
                ("src_asn", |facts| facts.asn.map(Cell::Int)),
                ("src_as_org", |facts| facts.operator.clone().map(Cell::Text)),
                ("src_is_proxy", |facts| facts.is_proxy.map(Cell::Bool)),
                ("tunnel", |facts| facts.service.clone().map(Cell::Text)),
            ],
        );
        self.fill_for(
            record,
            "factor_ip",
            &[
                ("factor_asn", |facts| facts.asn.map(Cell::Int)),
                ("factor_is_proxy", |facts| facts.is_proxy.map(Cell::Bool)),
            ],
        );
    }

    fn fill_for(&self, record: &mut Record, address: &str, columns: &[Column]) {
        let at = |record: &Record, name: &str| record.table.position(name).map(At);
        let Some(ip) = at(record, address) else { return };
        let Some(ip) = record.get(ip).as_text().and_then(|text| text.parse().ok()) else { return };
        let facts = self.facts(ip);
        for (name, cell) in columns.iter().map(|(name, cell)| (*name, cell(&facts))) {
            if let (Some(at), Some(cell)) = (at(record, name), cell)
                && record.get(at) == &Cell::Null
            {
                record.set(at, cell);
            }
        }
    }

    fn facts(&self, ip: IpAddr) -> Facts {
        // A lock that a panic left behind holds nothing wrong: the facts are looked up again.
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(facts) = known.get(&ip) {
            return facts.clone();
        }
        let facts =
            self.reader.lookup::<Value>(ip).ok().flatten().map(|found| facts_of(&found)).unwrap_or_default();
        if known.len() < REMEMBERED {
            known.insert(ip, facts.clone());
        }
        facts
    }
}

/// The keys of the common editions (ASN, ISP, Anonymous-IP and privacy databases).
fn facts_of(found: &Value) -> Facts {
    let text = |keys: &[&str]| {
        keys.iter()
            .find_map(|key| found[*key].as_str())
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let asn = found["autonomous_system_number"].as_i64().or_else(|| {
        let written = text(&["asn", "as_number"])?;
        written.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().ok()
    });
    // A privacy relay of an operating system or browser is no anonymiser that anybody chose against us.
    let is_relay = truth(&found["relay"]) == Some(true);
    let flags = [
        "is_anonymous_vpn",
        "is_public_proxy",
        "is_residential_proxy",
        "is_tor_exit_node",
        "vpn",
        "proxy",
        "tor",
    ];
    let told: Vec<bool> = flags.iter().filter_map(|key| truth(&found[*key])).collect();
    let is_proxy = (!told.is_empty() && !is_relay).then(|| told.contains(&true));
    Facts {
        asn,
        operator: text(&["autonomous_system_organization", "as_name", "organization", "isp", "org"]),
        is_proxy,
        service: text(&["service", "provider", "vpn_service"]).filter(|_| is_proxy == Some(true)),
    }
}

fn truth(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| match value.as_str()? {
        "true" | "1" | "yes" => Some(true),
        "false" | "0" | "no" | "" => Some(false),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_say_the_same_in_their_own_words() {
        let asn = serde_json::json!({"autonomous_system_number": 64500, "autonomous_system_organization": "Example Net"});
        let facts = facts_of(&asn);
        assert_eq!(
            (facts.asn, facts.operator.as_deref(), facts.is_proxy),
            (Some(64500), Some("Example Net"), None)
        );
        let privacy = serde_json::json!({"vpn": "true", "proxy": "", "relay": "false", "service": "Example VPN", "asn": "AS64501"});
        let facts = facts_of(&privacy);
        assert_eq!(
            (facts.asn, facts.is_proxy, facts.service.as_deref()),
            (Some(64501), Some(true), Some("Example VPN"))
        );
        let relay = serde_json::json!({"vpn": true, "relay": true, "service": "Example Relay"});
        assert_eq!(facts_of(&relay).is_proxy, None);
        assert_eq!(facts_of(&relay).service, None);
    }
}
