//! Where sign-ins and other uses of accounts come from, held against the places under a comprehensive embargo. A place is
//! where an address was placed by the log, else for which the registries assigned it; never where somebody lives or is from.

use std::collections::BTreeSet;

use hardware::facts::{self, Fact};
use lake::Lake;

use super::{Entry, Group, groups};
use crate::error::Result;

/// A record table, and the columns that say from where: country, address, region.
struct From {
    table: &'static str,
    country: Option<&'static str>,
    address: &'static str,
    region: Option<&'static str>,
}

const fn from(table: &'static str, country: &'static str, address: &'static str) -> From {
    From { table, country: Some(country), address, region: None }
}

const FROM: &[From] = &[
    From { region: Some("src_region"), ..from("authentication", "src_country", "src_ip") },
    from("authentication", "factor_country", "factor_ip"),
    from("account_change", "src_country", "src_ip"),
    from("api_activity", "src_country", "src_ip"),
    from("meeting_participation", "src_country", "src_ip"),
    From { country: None, ..from("remote_session", "", "remote_ip") },
    From { country: None, ..from("device_inventory", "", "public_ip") },
];

pub(super) async fn review(lake: &Lake) -> Result<Vec<Entry>> {
    let places = facts::embargoed_places();
    let countries: BTreeSet<String> =
        places.iter().map(|fact| format!("'{}'", fact.get("country"))).collect();
    let countries = countries.into_iter().collect::<Vec<_>>().join(", ");
    let mut out: Vec<Entry> = Vec::new();
    for from in FROM {
        let registry = format!("registry_country({})", from.address);
        let country = match from.country {
            Some(told) => format!("coalesce(upper({told}), {registry})"),
            None => registry,
        };
        let region = from.region.map_or("CAST(NULL AS TEXT)".to_owned(), str::to_owned);
        let whose = model::tables::ALL.iter().find(|table| table.name == from.table);
        let Some((person, view)) = whose.and_then(|table| crate::person::column(table)) else { continue };
        let sql = format!(
            "SELECT {person}, country, region, min(time), max(time), count(*), cite(record_id, time) \
             FROM (SELECT *, {country} AS country, {region} AS region FROM {view}) \
             WHERE country IN ({countries}) GROUP BY 1, 2, 3"
        );
        for group in groups(lake, &sql).await? {
            out.extend(place_of(places, &group).map(|place| entry(from, place, group)));
        }
    }
    Ok(merged(out))
}

fn place_of<'a>(places: &'a [Fact], group: &Group) -> Option<&'a Fact> {
    let country = group.texts[0].as_deref()?;
    let region = group.texts[1].as_deref().map(words).unwrap_or_default();
    places.iter().find(|fact| {
        fact.get("country") == country && (fact.get("region").is_empty() || fact.get("region") == region)
    })
}

/// Lower case, signs as spaces: logs write `Donets'ka Oblast'` and `Crimea, Republic of` in every way.
fn words(region: &str) -> String {
    let plain: String = region.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    plain.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn entry(from: &From, place: &Fact, group: Group) -> Entry {
    let said = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    Entry {
        person: group.person,
        reason: "embargoed_place",
        what: place.get("place").to_owned(),
        programme: said(place.get("programme")),
        note: said(place.get("note")),
        table: from.table,
        first_seen: group.first.map(|time| time.to_string()),
        last_seen: group.last.map(|time| time.to_string()),
        events: group.events,
        records: group.records,
    }
}

/// One line for each person, place and table: a region that a log writes in two ways is one place.
fn merged(mut found: Vec<Entry>) -> Vec<Entry> {
    let key = |entry: &Entry| (entry.person.clone(), entry.what.clone(), entry.table);
    found.sort();
    let mut out: Vec<Entry> = Vec::new();
    for entry in found {
        match out.iter_mut().find(|known| key(known) == key(&entry)) {
            Some(known) => {
                known.first_seen = [known.first_seen.take(), entry.first_seen].into_iter().flatten().min();
                known.last_seen = known.last_seen.take().max(entry.last_seen);
                known.events += entry.events;
                known.records.extend(entry.records);
                known.records.truncate(RECORDS);
            }
            None => out.push(entry),
        }
    }
    out
}

/// Records that one entry names at most.
const RECORDS: usize = 12;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(country: &str, region: Option<&str>) -> Option<&'static str> {
        let texts = [Some(country.to_owned()), region.map(str::to_owned)];
        let group = Group { person: None, texts, first: None, last: None, events: 1, records: Vec::new() };
        place_of(facts::embargoed_places(), &group).map(|fact| fact.get("place"))
    }

    #[test]
    fn a_region_is_embargoed_and_the_rest_of_its_country_is_not() {
        assert_eq!(at("UA", Some("Crimea")), Some("Crimea region of Ukraine"));
        assert_eq!(at("UA", Some("Autonomous Republic of Crimea")), Some("Crimea region of Ukraine"));
        assert_eq!(at("UA", Some("Donets'ka Oblast'")), Some("Donetsk region of Ukraine"));
        assert_eq!(
            (at("UA", Some("Kyiv City")), at("UA", None), at("RU", Some("Moscow"))),
            (None, None, None)
        );
        assert_eq!(at("CU", Some("La Habana")), Some("Cuba"));
        assert_eq!(at("SY", None), None);
    }
}
