//! Lists of sanctions that the user names, and what of them is exact: addresses of digital currency and of e-mail. Read as
//! text, so that `SDN.CSV`, `SDN.XML` and a plain list with one address a line all do: OFAC writes
//! "Digital Currency Address - XBT" before each (FAQ 563). A name is never compared: a hit on a name alone says nothing.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use lake::Lake;
use model::Class;

use super::{Entry, groups};
use crate::error::{Error, Result};

const WALLET: &str = "Digital Currency Address";
const MAIL: &str = "Email Address";
/// Wallets are at least as long; a shorter word in a plain list is a word.
const SHORTEST: usize = 20;
/// OFAC's own bound (FAQ 563).
const LONGEST: usize = 256;

/// One exact thing on a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    is_wallet: bool,
    value: String,
    at: String,
}

/// Reads a list.
pub(super) fn read(path: &Path) -> Result<Vec<Item>> {
    let bytes = fs::read(path).map_err(Error::configuration(path))?;
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let found = items(&name, &String::from_utf8_lossy(&bytes));
    if found.is_empty() {
        let text = "no address of digital currency or e-mail in it; names are compared with nobody";
        return Err(Error::Configuration(format!("{}: {text}", path.display())));
    }
    Ok(found)
}

fn items(name: &str, text: &str) -> Vec<Item> {
    let mut out = Vec::new();
    let is_labelled = text.contains(WALLET) || text.contains(MAIL);
    let mut waiting = None;
    for (number, line) in text.lines().enumerate() {
        let at = format!("{name}:{}", number + 1);
        if !is_labelled {
            // a list of one's own: an address alone on its line, or in its first cell
            let first = line.split([',', ';', '\t']).next().unwrap_or("").trim().trim_matches('"');
            out.extend(item(first.contains('@'), first, &at));
            continue;
        }
        labelled(line, &mut waiting, &at, &mut out);
    }
    out
}

/// Whether a label's value is a mail address.
type Label = Option<bool>;

/// Values behind labels; a label may stand on the line before its value, as in XML.
fn labelled(line: &str, waiting: &mut Label, at: &str, out: &mut Vec<Item>) {
    let mut rest = line;
    if let Some(is_mail) = *waiting {
        let end = [WALLET, MAIL].iter().filter_map(|label| rest.find(label)).min().unwrap_or(rest.len());
        if let Some(value) = value(&rest[..end]) {
            out.extend(item(is_mail, value, at));
            *waiting = None;
        }
    }
    loop {
        let next = [(WALLET, false), (MAIL, true)]
            .into_iter()
            .filter_map(|(label, is_mail)| Some((rest.find(label)?, label, is_mail)))
            .min();
        let Some((start, label, is_mail)) = next else { return };
        rest = &rest[start + label.len()..];
        if !is_mail {
            // " - XBT": the symbol belongs to the label
            let Some(dashed) = rest.trim_start().strip_prefix('-') else { continue };
            let dashed = dashed.trim_start();
            rest = dashed.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        }
        match value(rest) {
            Some(value) => {
                out.extend(item(is_mail, value, at));
                *waiting = None;
            }
            None => *waiting = Some(is_mail),
        }
    }
}

/// The first word that is no mark-up.
fn value(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    while let Some(tag) = rest.strip_prefix('<') {
        rest = tag.split_once('>').map_or("", |(_, behind)| behind).trim_start();
    }
    let ends = |c: char| c.is_whitespace() || [';', ',', '<', '"', ')'].contains(&c);
    let word = rest[..rest.find(ends).unwrap_or(rest.len())].trim_end_matches('.');
    (!word.is_empty()).then_some(word)
}

fn item(is_mail: bool, value: &str, at: &str) -> Option<Item> {
    let is_word = |c: char| c.is_ascii_alphanumeric();
    let fits = if is_mail {
        value.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
    } else {
        let bare = value.rsplit(':').next().unwrap_or(value);
        (SHORTEST..=LONGEST).contains(&bare.len())
            && bare.chars().all(is_word)
            && bare.chars().any(|c| c.is_ascii_digit())
    };
    fits.then(|| Item { is_wallet: !is_mail, value: value.to_owned(), at: at.to_owned() })
}

/// Where each thing on the lists is found, exactly.
pub(super) async fn review(lake: &Lake, items: &[Item]) -> Result<Vec<Entry>> {
    let mut out = Vec::new();
    for (is_wallet, places) in [(true, WALLETS), (false, MAILS)] {
        let class = if is_wallet { Class::Account } else { Class::Email };
        let known: BTreeMap<String, &Item> = items
            .iter()
            .filter(|item| item.is_wallet == is_wallet)
            .filter_map(|item| Some((lake.token(class, &item.value)?, item)))
            .collect();
        for (table, column) in places {
            let Some(whose) = model::tables::ALL.iter().find(|one| one.name == *table) else { continue };
            let Some((person, view)) = crate::person::column(whose) else { continue };
            // a list may be long: the tokens that are there are few
            let sql = format!(
                "SELECT {person}, {column}, CAST(NULL AS TEXT), min(time), max(time), count(*), cite(record_id, time) \
                 FROM {view} WHERE {column} IS NOT NULL GROUP BY 1, 2"
            );
            if known.is_empty() {
                continue;
            }
            for group in groups(lake, &sql).await? {
                let Some(item) = group.texts[0].as_ref().and_then(|token| known.get(token)) else { continue };
                out.push(Entry {
                    person: group.person,
                    reason: if is_wallet { "listed_wallet" } else { "listed_email" },
                    what: item.at.clone(),
                    programme: None,
                    note: None,
                    table: whose.name,
                    first_seen: group.first.map(|time| time.to_string()),
                    last_seen: group.last.map(|time| time.to_string()),
                    events: group.events,
                    records: group.records,
                });
            }
        }
    }
    Ok(out)
}

const WALLETS: &[(&str, &str)] = &[("pay_instruction", "wallet"), ("pay_instruction", "account")];
/// A candidate is not screened: whoever is not paid is owed nothing that could be blocked.
const MAILS: &[(&str, &str)] = &[
    ("employment", "personal_email"),
    ("pay_instruction", "worker_email"),
    ("remote_session", "remote_email"),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Vec<(bool, String, String)> {
        items("l", text).into_iter().map(|item| (item.is_wallet, item.value, item.at)).collect()
    }

    #[test]
    fn addresses_are_read_out_of_every_shape_of_the_list() {
        let wallet = "1AbcDEFghijkLMNopqrst23456789uvwx";
        let csv = format!(
            "1,\"DOE, John\",\"individual\",\"DPRK3\",-0- ,\"Digital Currency Address - XBT {wallet}; Email Address j@example.com; alt. Digital Currency Address - ETH 0x00112233445566778899aabbccddeeff00112233.\""
        );
        let found = values(&csv);
        assert_eq!(found.len(), 3, "{found:?}");
        assert_eq!(found[0], (true, wallet.to_owned(), "l:1".to_owned()));
        assert_eq!(found[1], (false, "j@example.com".to_owned(), "l:1".to_owned()));
        assert_eq!(found[2].1, "0x00112233445566778899aabbccddeeff00112233");
        let xml = format!(
            "<id><idType>Digital Currency Address - XBT</idType>\n<idNumber>{wallet}</idNumber></id>\n<lastName>DOE</lastName>"
        );
        assert_eq!(values(&xml), [(true, wallet.to_owned(), "l:2".to_owned())]);
        assert_eq!(
            values(&format!("address,chain\n{wallet},XBT\n")),
            [(true, wallet.to_owned(), "l:2".to_owned())]
        );
        assert!(values("DOE, John\nInternationalization of everything\n").is_empty());
    }
}
