//! One person erased from a workspace: records, what others' records say of the person, clear values, raw bytes,
//! samples, the history's texts, short names. What is left is who erased how much and when, and keyed digests that
//! keep the person out when the same exports are read again. The exports themselves are the company's to change.

use std::collections::BTreeSet;

use lake::erase::{Count, Kind, Person};
use lake::{Lake, Vault, Words, rows};
use serde::Serialize;
use serde_json::Value;
use store::Event;

use crate::access::{actor, now};
use crate::basis::Basis;
use crate::error::{Error, Result};
use crate::workspace::{Choice, Workspace};
use crate::{desk, inbox, lineage, person, stamp};

/// What stands where the person stood.
const NOBODY: &str = "(erased)";

/// What was erased.
#[derive(Debug, Clone, Serialize)]
pub struct Erased {
    /// Records.
    pub records: u64,
    /// Values in other people's records.
    pub mentions: u64,
    /// Clear values behind tokens.
    pub clear_values: u64,
    /// Streams of raw bytes that were written anew.
    pub streams: u64,
    /// Samples of rejects.
    pub samples: u64,
    /// Texts in the history.
    pub history: u64,
    /// Cases.
    pub cases: u64,
    /// Accounts of users that were named after the person.
    pub accounts: u64,
}

/// Erases the person of a roster id or e-mail address.
pub async fn run(choice: &Choice, who: &str, purpose: Option<&str>) -> Result<Erased> {
    let mut workspace = Workspace::last(choice).await?;
    workspace.lake.stage().await?;
    let found = person::find(&workspace.lake, who).await?;
    let Some(id) = found else {
        // An earlier attempt may have been killed between the new state and the removal of the old one.
        workspace.lake.publish().await?;
        workspace.lake.vacuum_for_good().await?;
        return Err(Error::Input(format!("nobody is called {who}: not on the roster, or erased already")));
    };
    desk::keeping::not_held(&workspace.store, &id).await?;
    let known = Known::of(&workspace.lake, &id).await?;
    let count = take_out(&mut workspace.lake, &known).await?;
    // The history first: it is the one part that a second attempt would no longer know whose it is.
    let words = Words::new(known.words.iter().chain(&known.things).cloned())?;
    let is_name = |name: &str| known.is_name(&words, name);
    let by = Some(actor()).filter(|name| !is_name(name)).unwrap_or_else(|| NOBODY.to_owned());
    let history = forget(&workspace, &known, &words, &count, &by).await?;
    let redact = |text: &str| redacted(text, &words, &known.id);
    let leaving = desk::keeping::Leaving { id: &id, redact: &redact, is_name: &is_name, by: &by };
    let gone = desk::keeping::forget(&workspace.store, &leaving).await?;
    inbox::forget(&workspace.root, |line| words.is_in(line) || holds(line, &known.id))?;
    workspace.lake.publish().await?;
    workspace.lake.vacuum_for_good().await?;
    workspace.lake.release();
    lineage::follow(&workspace, Basis::last(&workspace.lake)?.judgement()).await?;
    let event = Event {
        at: now(),
        actor: by,
        action: "one person erased".into(),
        subject: None,
        purpose: purpose.map(str::to_owned),
        detail: Some(format!("{} records", count.records)),
    };
    workspace.store.append(&event).await?;
    Ok(Erased {
        records: count.records,
        mentions: count.mentions,
        clear_values: count.clear_values,
        streams: count.streams,
        samples: count.samples,
        history,
        cases: gone.cases,
        accounts: gone.accounts,
    })
}

/// Records out, and everything that was computed from them anew.
async fn take_out(lake: &mut Lake, known: &Known) -> Result<Count> {
    let aliases = aliases(lake).await?;
    let mut commit = lake.begin().await?;
    let person = Person { names: known.names.clone(), words: Words::new(known.words.iter().cloned())? };
    let count = lake.erase(&mut commit, &person).await?;
    commit.publish().await?;
    lake.refresh().await?;
    let judgement = Basis::last(lake)?.judgement();
    lake.look_as_of(judgement).await?;
    linkage::link(lake, &linkage::Settings { judgement_time: judgement, aliases }).await?;
    Ok(count)
}

/// Accounts that the user tied, as the last check knew them: the list itself lies outside the workspace.
async fn aliases(lake: &Lake) -> Result<Vec<(String, String)>> {
    let vault = lake.vault().await?;
    let mut out = Vec::new();
    let sql = "SELECT account, worker_id FROM account WHERE rule = 'alias' AND worker_id IS NOT NULL";
    for batch in lake.query(sql).await? {
        for (account, worker) in rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1)) {
            if let (Some(account), Some(worker)) = (account, worker) {
                out.push((vault.reveal(&account)?.unwrap_or(account), worker));
            }
        }
    }
    out.sort();
    Ok(out)
}

/// Texts of the history and short names that name the person.
async fn forget(workspace: &Workspace, known: &Known, words: &Words, count: &Count, by: &str) -> Result<u64> {
    let ids: BTreeSet<String> = count.ids.iter().map(ToString::to_string).collect();
    let accounts = workspace.store.accounts().await?.into_iter().map(|one| one.name);
    let accounts: Vec<String> = accounts.filter(|name| known.is_name(words, name)).collect();
    let names = |text: &Option<String>| {
        text.as_ref().is_some_and(|text| {
            words.is_in(text)
                || ids.contains(text)
                || holds(text, &known.id)
                || accounts.iter().any(|name| holds(text, name))
        })
    };
    let is_about = |event: &Event| names(&event.subject) || names(&event.purpose) || names(&event.detail);
    let erased = workspace.store.erase(is_about, now(), by).await?;
    stamp::forget(&workspace.store).await?;
    workspace.store.forget_aliases(|id| holds(id, &known.id)).await?;
    Ok(erased)
}

/// A text without the person. In JSON only what stands in quotes is touched: a roster id may look like a number.
fn redacted(text: &str, words: &Words, id: &str) -> String {
    let plain = |text: &str| without(&words.redact(text), id);
    match serde_json::from_str::<Value>(text) {
        Ok(mut value @ (Value::Object(_) | Value::Array(_))) => {
            redact_json(&mut value, &plain);
            value.to_string()
        }
        _ => plain(text),
    }
}

fn redact_json(value: &mut Value, plain: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = plain(text),
        Value::Array(all) => all.iter_mut().for_each(|one| redact_json(one, plain)),
        Value::Object(all) => {
            for (key, mut one) in std::mem::take(all) {
                redact_json(&mut one, plain);
                all.insert(plain(&key), one);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Where a name stands in a text as a word of its own, in any case.
fn places(text: &str, name: &str) -> Vec<(usize, usize)> {
    let is_free = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    let mut out = Vec::new();
    let mut at = 0;
    while !name.is_empty() && at + name.len() <= text.len() {
        let end = at + name.len();
        let is_here = text.get(at..end).is_some_and(|part| part.eq_ignore_ascii_case(name));
        if is_here && is_free(text[..at].chars().next_back()) && is_free(text[end..].chars().next()) {
            out.push((at, end));
            at = end;
        } else {
            at += 1;
        }
    }
    out
}

/// Whether a text holds a name as a word of its own.
fn holds(text: &str, name: &str) -> bool {
    !places(text, name).is_empty()
}

/// A text without a roster id, where it stands as a word of its own.
fn without(text: &str, id: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, end) in places(text, id) {
        out.push_str(&text[from..at]);
        out.push_str(NOBODY);
        from = end;
    }
    out.push_str(&text[from..]);
    out
}

/// What identifies the person, in records and in texts.
struct Known {
    id: String,
    names: BTreeSet<(Kind, String)>,
    words: BTreeSet<String>,
    /// Serial numbers and tags of what was sent to nobody else: looked for in what people wrote, and in no other records.
    things: BTreeSet<String>,
}

impl Known {
    /// Whether a user's name is this person's: their roster id, an address, a login.
    fn is_name(&self, words: &Words, name: &str) -> bool {
        let lower = name.to_lowercase();
        words.is_in(name) || holds(name, &self.id) || self.names.contains(&(Kind::Login, lower))
    }

    async fn of(lake: &Lake, id: &str) -> Result<Self> {
        let vault = lake.vault().await?;
        let mut known = Self {
            id: id.to_owned(),
            names: BTreeSet::from([(Kind::Worker, id.to_owned())]),
            words: BTreeSet::new(),
            things: BTreeSet::new(),
        };
        known.add_roster(lake, &vault).await?;
        known.add_accounts(lake, &vault).await?;
        known.add_devices(lake).await?;
        known.add_things(lake).await?;
        Ok(known)
    }

    async fn add_things(&mut self, lake: &Lake) -> Result<()> {
        let quoted = self.id.replace('\'', "''");
        for column in ["asset_serial", "asset_tag"] {
            let sql = format!(
                "SELECT {column} FROM w_shipment WHERE {column} IS NOT NULL GROUP BY {column} \
                 HAVING min(subject) = '{quoted}' AND max(subject) = '{quoted}' AND count(*) = count(subject)"
            );
            for batch in lake.query(&sql).await? {
                self.things.extend(rows::texts(&batch, 0).into_iter().flatten());
            }
        }
        Ok(())
    }

    async fn add_roster(&mut self, lake: &Lake, vault: &Vault) -> Result<()> {
        let quoted = self.id.replace('\'', "''");
        let sql = format!(
            "SELECT work_email, personal_email, full_name, phone, home_address, user_name FROM employment \
             WHERE worker_id = '{quoted}'"
        );
        for batch in lake.query(&sql).await? {
            let mut columns = [0, 1, 2, 3, 4, 5].map(|at| rows::texts(&batch, at).into_iter());
            for _ in 0..batch.num_rows() {
                let [work, personal, name, phone, home, login] =
                    columns.each_mut().map(|one| one.next().flatten());
                for token in [work, personal].into_iter().flatten() {
                    self.email(&token, vault)?;
                }
                // What a spouse or a namesake states as well stays: it is theirs.
                for (column, token) in [("full_name", name), ("phone", phone), ("home_address", home)] {
                    let Some(token) = token else { continue };
                    if is_only_one(lake, &self.id, column, &token).await? {
                        self.words.extend(vault.reveal(&token)?);
                        if column == "full_name" {
                            self.names.insert((Kind::Name, token));
                        }
                    }
                }
                self.names.extend(login.map(|login| (Kind::Login, login)));
            }
        }
        Ok(())
    }

    fn email(&mut self, token: &str, vault: &Vault) -> Result<()> {
        if let Some(clear) = vault.reveal(token)? {
            let local = clear.split('@').next().unwrap_or_default().to_lowercase();
            self.names.insert((Kind::Login, local));
            self.words.insert(clear);
        }
        self.names.insert((Kind::Email, token.to_owned()));
        Ok(())
    }

    async fn add_accounts(&mut self, lake: &Lake, vault: &Vault) -> Result<()> {
        let quoted = self.id.replace('\'', "''");
        let sql = format!("SELECT account, rule FROM account WHERE worker_id = '{quoted}'");
        for batch in lake.query(&sql).await? {
            for (account, rule) in rows::texts(&batch, 0).into_iter().zip(rows::texts(&batch, 1)) {
                let Some(account) = account else { continue };
                if matches!(rule.as_deref(), Some("applicant_id" | "was_candidate")) {
                    self.names.insert((Kind::Applicant, account));
                } else if account.starts_with(lake::TOKEN_PREFIX) {
                    self.email(&account, vault)?;
                } else if account != self.id {
                    self.names.insert((Kind::Account, account.clone()));
                    self.words.insert(account);
                }
            }
        }
        Ok(())
    }

    async fn add_devices(&mut self, lake: &Lake) -> Result<()> {
        let quoted = self.id.replace('\'', "''");
        let sql = format!(
            "SELECT a.alias FROM device_worker d JOIN device_alias a ON a.device_id = d.device_id \
             WHERE d.worker_id = '{quoted}' AND NOT d.is_shared"
        );
        for batch in lake.query(&sql).await? {
            for alias in rows::texts(&batch, 0).into_iter().flatten() {
                self.words.insert(alias.clone());
                self.names.insert((Kind::Device, alias));
            }
        }
        Ok(())
    }
}

/// Whether no other worker states the same.
async fn is_only_one(lake: &Lake, id: &str, column: &str, token: &str) -> Result<bool> {
    let quoted = id.replace('\'', "''");
    let sql =
        format!("SELECT count(*) FROM employment WHERE {column} = '{token}' AND worker_id <> '{quoted}'");
    let batches = lake.query(&sql).await?;
    Ok(batches.iter().flat_map(|batch| rows::ints(batch, 0)).flatten().sum::<i64>() == 0)
}

#[cfg(test)]
mod tests {
    use lake::Words;

    use super::{holds, redacted, without};

    #[test]
    fn an_id_is_taken_out_of_a_text() {
        assert_eq!(without("W-1 and W-10, like w-1.", "W-1"), "(erased) and W-10, like (erased).");
    }

    #[test]
    fn json_stays_json_where_an_id_looks_like_a_number() {
        let words = Words::new(["Ann Lee".to_owned()]).unwrap();
        let text = redacted(r#"{"number":7,"notes":["7 knows ann lee","77"],"7":1}"#, &words, "7");
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&text), read(r#"{"(erased)":1,"notes":["(erased) knows •","77"],"number":7}"#));
        assert_eq!(redacted("of 7, Ann Lee", &words, "7"), "of (erased), •");
    }

    #[test]
    fn an_id_is_a_word_of_its_own() {
        assert!(holds("R-W-1-bank_account+ship_to", "W-1"));
        assert!(holds("W-1", "W-1"));
        assert!(!holds("R-W-10-bank_account", "W-1"));
        assert!(!holds("nothing", "W-1"));
    }
}
