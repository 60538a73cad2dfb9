//! Loads what the pure parts need, aggregated by the engine first.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures::{StreamExt, stream};
use lake::{Lake, Vault, rows};
use model::derived::applicant_id;
use model::link::Mark;
use model::{AccountColumns, TableDef, Time, Whose, tables};

use crate::address::Book;
use crate::device::{self, Devices, Names};
use crate::household::{self, Household};
use crate::questions::{self, By, PAID, SENT};
use crate::resume::{self, Phrase};
use crate::roster::Holders;
use crate::same::Card;
use crate::token::{is_usable, note, page};
use crate::trace::{Kind, Places, Trace, is_placing_mac, retain_telling};
use crate::who::{self, Account, Directory, SeenAccount, Worker};
use crate::{Result, Settings, applicant, claim, interview, roster, thing};

/// Who is who.
pub(crate) struct Identities {
    pub(crate) workers: Vec<Worker>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) devices: Devices,
    pub(crate) households: Vec<Household>,
    pub(crate) book: Book,
    holders: Holders,
    pub(crate) proposals: Vec<(String, String, String)>,
    directory: Directory,
    /// Subject by candidate.
    candidates: BTreeMap<String, String>,
    /// Accounts whose e-mail address is not of the company.
    outsiders: BTreeSet<String>,
    /// Source and account of those whose computers are nobody's for certain.
    asides: BTreeSet<(String, String)>,
    /// Clear values, opened once.
    vault: Vault,
}

/// Rows of one key in one table of one source.
pub(crate) struct Seen {
    pub(crate) table: &'static str,
    pub(crate) source: String,
    pub(crate) key: String,
    pub(crate) worker: Option<String>,
    pub(crate) records: i64,
    pub(crate) first: Time,
    pub(crate) last: Time,
}

/// What was seen.
pub(crate) struct Traces {
    pub(crate) traces: Vec<Trace>,
    pub(crate) places: Places,
    pub(crate) seen: Vec<Seen>,
    pub(crate) phrases: Vec<Phrase>,
}

/// One row as text, with its first and last time and records where the query gives them.
pub(crate) struct Line {
    pub(crate) text: Vec<Option<String>>,
    pub(crate) first: Time,
    pub(crate) last: Time,
    pub(crate) records: Vec<String>,
}

/// Runs `SELECT <texts…>, first, last, records`: the last three columns are times and a list; without the list
/// nothing is cited. What bears no date, or a later one, was so at judgement time.
pub(crate) async fn lines(lake: &Lake, settings: &Settings, texts: usize, sql: &str) -> Result<Vec<Line>> {
    let now = settings.judgement_time;
    let mut out = Vec::new();
    for batch in lake.query(sql).await? {
        let mut columns: Vec<_> = (0..texts).map(|at| rows::texts(&batch, at)).collect();
        let (first, last) = (rows::instants(&batch, texts), rows::instants(&batch, texts + 1));
        let records = rows::lists(&batch, texts + 2);
        for (row, records) in records.into_iter().enumerate() {
            out.push(Line {
                text: columns.iter_mut().map(|column| column[row].take()).collect(),
                first: first[row].unwrap_or(now).min(now),
                last: last[row].unwrap_or(now).min(now),
                records,
            });
        }
    }
    out.sort_by(|a, b| (a.first, &a.records).cmp(&(b.first, &b.records)));
    Ok(out)
}

pub(crate) const ENDPOINT: &str = "coalesce(device_uid, serial, hostname)";
pub(crate) const TIMES: &str = "min(time), max(time)";
pub(crate) const SPAN: &str = "min(time), max(time), cite(record_id, time)";

/// An inventory is drawn up so many days after the logs that it goes with.
const INVENTORY_DAYS: i64 = 7;

/// Up to judgement time; a roster counts whenever it was drawn up, since one that is later than the logs is all there is,
/// and an inventory shortly after them.
pub(crate) fn until_of(table: &str, settings: &Settings) -> String {
    match table {
        "employment" => "true".into(),
        "device_inventory" => up_to(settings.judgement_time.plus_days(INVENTORY_DAYS)),
        _ => until(settings),
    }
}

pub(crate) fn until(settings: &Settings) -> String {
    up_to(settings.judgement_time)
}

fn up_to(time: Time) -> String {
    format!("(time IS NULL OR time <= arrow_cast({}, 'Timestamp(Microsecond, None)'))", time.0)
}

/// What names a row's device or account; nothing, where it is about neither.
fn key_of(table: &TableDef) -> Option<String> {
    if table.is_told_by_devices() {
        return Some(ENDPOINT.to_owned());
    }
    Some(match table.name {
        "employment" => "worker_id".to_owned(),
        _ => table.account()?.key(""),
    })
}

pub(crate) async fn identities(lake: &Lake, settings: &Settings) -> Result<Identities> {
    let vault = lake.vault().await?;
    let book = roster::addresses(lake, &vault).await?;
    let mut workers = roster::workers(lake, settings, &vault, &book).await?;
    let known = applicant::read(lake, settings, &vault, &book).await?;
    let mut cards = vec![Card::default(); workers.len()];
    for (card, worker) in cards.iter_mut().zip(&workers) {
        card.take(&vault, [&worker.name, &worker.personal_email, &worker.phone, &worker.home])?;
    }
    let known = applicant::resolve(&mut workers, cards, known, (&book, &settings.aliases))?;
    workers.extend(known.people);
    let (candidates, probable) = (known.subject, known.probable);
    let directory = Directory::new(&workers, &settings.aliases);
    let seen = accounts(lake, settings, &vault).await?;
    let mut accounts = who::accounts(&directory, &seen);
    let outsiders = outsiders(&workers, &seen);
    let proposals = [who::proposals(&workers, &seen, &accounts), known.asked].concat();
    let known = (&candidates, workers.as_slice(), &outsiders);
    interview::tie(lake, settings, &vault, known, &mut accounts).await?;
    let asides = applicant::asides(&candidates, &probable, &accounts);
    accounts.extend(applicant::applications(lake, settings, &candidates, &probable).await?);
    let names = device_names(lake, settings).await?;
    let claims = claim::claims(lake, settings, &directory, &names).await?;
    let support = workers.iter().filter(|worker| worker.is_support).map(|worker| worker.id.clone()).collect();
    let devices = device::devices(&names, &claims, &support);
    let sql = format!(
        "SELECT coalesce(worker_id, worker_email, worker_name), other_worker_id, {SPAN} FROM attestation \
         WHERE kind = 'declared_household' AND {} GROUP BY 1, 2",
        until(settings)
    );
    let mut declared = Vec::new();
    for line in lines(lake, settings, 2, &sql).await? {
        if let [Some(a), Some(b)] = &line.text[..] {
            // whoever declares a colleague names them, as a rule
            let whom = |text: &String| {
                let found = directory.by_email(text).or_else(|| directory.by_name(text));
                found.map_or_else(|| text.clone(), |(worker, _)| worker)
            };
            declared.push((whom(a), whom(b)));
        }
    }
    let households = household::households(&workers, &declared, &book.bare);
    let holders = roster::holders(lake, settings, &vault, &directory, &mut workers).await?;
    Ok(Identities {
        workers,
        accounts,
        devices,
        households,
        book,
        holders,
        proposals,
        directory,
        candidates,
        outsiders,
        asides,
        vault,
    })
}

async fn accounts(lake: &Lake, settings: &Settings, vault: &Vault) -> Result<Vec<SeenAccount>> {
    let mut seen: BTreeMap<(String, String), SeenAccount> = BTreeMap::new();
    for table in tables::ALL.iter().filter(|table| table.name != "device_assignment") {
        let Some(AccountColumns { id, email: Some(email), name, .. }) = table.account() else { continue };
        let sql = format!(
            "SELECT source, {id}, {email}, {}, CAST(count(*) AS VARCHAR), {TIMES} FROM {} WHERE {} GROUP BY 1, 2, 3, 4",
            name.unwrap_or("CAST(NULL AS VARCHAR)"),
            table.name,
            until_of(table.name, settings)
        );
        for line in lines(lake, settings, 5, &sql).await? {
            let [Some(source), uid, email, name, count] = &line.text[..] else { continue };
            let count = count.as_deref().and_then(|count| count.parse().ok()).unwrap_or(1);
            let name = name.as_ref().filter(|_| uid.is_none() && email.is_none());
            let told = [(uid.as_ref(), false, false), (email.as_ref(), true, false), (name, true, true)];
            for (account, is_token, is_name) in told {
                let Some(account) = account else { continue };
                let clear = if is_token { vault.reveal(account)? } else { Some(account.clone()) };
                let entry = seen.entry((source.clone(), account.clone())).or_insert_with(|| SeenAccount {
                    source: source.clone(),
                    account: account.clone(),
                    clear: clear.map(|clear| clear.to_lowercase()),
                    is_name,
                    is_given: false,
                    emails: Vec::new(),
                });
                entry.is_given |= table.name == tables::authentication::TABLE.name;
                if !is_token {
                    entry.emails.extend(email.clone().map(|email| (email, count)));
                }
            }
        }
    }
    // By what people wrote, never by token.
    let mut out: Vec<SeenAccount> = seen.into_values().collect();
    out.sort_by(|a, b| (&a.source, &a.clear).cmp(&(&b.source, &b.clear)));
    Ok(out)
}

/// What every tool calls each device.
async fn device_names(lake: &Lake, settings: &Settings) -> Result<Vec<Names>> {
    let mut names = BTreeSet::new();
    for table in tables::ALL.iter().filter(|table| table.names_devices()) {
        let (table, before) = (table.name, until_of(table.name, settings));
        let sql = format!(
            "SELECT device_uid, serial, hostname, source, {TIMES} FROM {table} WHERE {before} GROUP BY 1, 2, 3, 4"
        );
        for line in lines(lake, settings, 4, &sql).await? {
            let [uid, serial, hostname, source] = [0, 1, 2, 3].map(|at| line.text[at].clone());
            let days = (line.first.day(), line.last.day());
            names.insert(Names { uid, serial, hostname, source: source.unwrap_or_default(), days });
        }
    }
    Ok(names.into_iter().collect())
}

/// E-mail accounts of domains in which no worker has a work address.
fn outsiders(workers: &[Worker], seen: &[SeenAccount]) -> BTreeSet<String> {
    let own: BTreeSet<&str> = workers.iter().filter_map(|worker| worker.domain.as_deref()).collect();
    let is_out = |one: &&SeenAccount| {
        let domain = one.clear.as_deref().and_then(|clear| clear.split('@').nth(1));
        domain.is_some_and(|domain| !own.contains(domain))
    };
    seen.iter().filter(is_out).map(|one| one.account.clone()).collect()
}

/// A new laptop may be opened so many days before the first day of work.
const BEFORE_DAYS: i64 = 7;

/// Addresses that equipment is sent from to at least two people, that two people returned something to, or through which
/// at least two devices went on their way to the person whom they were for.
async fn depots(lake: &Lake, settings: &Settings, book: &Book) -> Result<BTreeSet<String>> {
    let outbound = format!("coalesce(direction, 'outbound') <> 'return' AND {}", until(settings));
    let returned = format!("direction = 'return' AND {}", until(settings));
    let mut passed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (place, which) in [("ship_from", &outbound), ("coalesce(delivered_to, ship_to)", &returned)] {
        let sql = format!("SELECT {place}, {SENT}, {TIMES} FROM shipment WHERE {which} GROUP BY 1, 2");
        for line in lines(lake, settings, 2, &sql).await? {
            if let [Some(place), Some(person)] = &line.text[..] {
                passed.entry(book.place(place).to_owned()).or_default().insert(person.clone());
            }
        }
    }
    // With records, so that stops of one moment have an order: the last stop is the end of the way.
    let sql = format!(
        "SELECT coalesce(asset_serial, asset_tag), {SENT}, coalesce(delivered_to, ship_to), {SPAN} FROM shipment \
         WHERE {outbound} GROUP BY 1, 2, 3"
    );
    let mut ways: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for line in lines(lake, settings, 3, &sql).await? {
        if let [Some(asset), Some(to), Some(at)] = &line.text[..] {
            ways.entry((asset.clone(), to.clone())).or_default().push(book.place(at).to_owned());
        }
    }
    for ((asset, _), way) in ways {
        let end = way.last().cloned();
        for stop in way.into_iter().filter(|stop| Some(stop) != end.as_ref()) {
            passed.entry(stop).or_default().insert(asset.clone());
        }
    }
    Ok(passed.into_iter().filter(|(_, things)| things.len() >= 2).map(|(place, _)| place).collect())
}

pub(crate) async fn traces(lake: &Lake, settings: &Settings, found: &Identities) -> Result<Traces> {
    let before = until(settings);
    let account: HashMap<&str, &str> = found
        .accounts
        .iter()
        .filter(|account| !matches!(account.rule, "applicant_id" | applicant::WAS_CANDIDATE))
        .filter(|account| !found.asides.contains(&(account.source.clone(), account.account.clone())))
        .filter_map(|account| Some((account.account.as_str(), account.worker.as_deref()?)))
        .collect();
    let worker_of = |by: &By, key: &str| match by {
        By::Applicant => found.candidates.get(key).cloned(),
        By::Device => found.devices.worker_of(key).map(str::to_owned),
        By::Person => account.get(key).map(|worker| (*worker).to_owned()),
    };
    let asked = questions::traces(&before);
    let mut places = Places {
        bare_in_multi_unit: found.book.bare.clone(),
        firms: found.holders.firms.clone(),
        strangers: found.holders.strangers.clone(),
        depots: depots(lake, settings, &found.book).await?,
        ..Places::default()
    };
    let mut traces = declared(&found.workers);
    let mut products: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    // The engine answers the next question while this one's lines are sorted in.
    let answers = asked.iter().map(|one| async move {
        Ok::<_, crate::Error>((one.kind, one.mark, one.by, lines(lake, settings, 3, &one.sql).await?))
    });
    let mut answers = stream::iter(answers).buffered(2);
    while let Some(answer) = answers.next().await {
        let (kind, mark, by, told) = answer?;
        // The same keys come day after day.
        let mut owners: HashMap<String, Option<String>> = HashMap::new();
        for line in told {
            let [Some(key), Some(token), extra] = &line.text[..] else { continue };
            let extra = extra.as_deref().unwrap_or_default();
            let Some(token) = token_of(kind, token, &found.book) else { continue };
            let token = token.as_ref();
            if !is_usable(kind, token, extra) {
                continue;
            }
            note(&mut places, &mut products, kind, token, extra);
            let owner = match owners.get(key) {
                Some(owner) => owner.clone(),
                None => owners.entry(key.clone()).or_insert(worker_of(&by, key)).clone(),
            };
            let Some(worker) = owner else { continue };
            // Workers' networks are known better from elsewhere.
            if kind == Kind::InterviewIp && applicant_id(&worker).is_none() {
                continue;
            }
            traces.push(Trace {
                worker,
                kind,
                token: token.to_owned(),
                first: line.first,
                last: line.last,
                mark,
                records: line.records,
            });
        }
    }
    let classed = traces.iter().filter(|trace| trace.kind.is_address());
    for trace in classed.filter_map(|trace| Some((&trace.token, found.book.class(&trace.token)?))) {
        places.address_types.entry(trace.0.clone()).or_insert_with(|| trace.1.to_owned());
    }
    traces.retain(|trace| {
        !trace.kind.is_desk() || products.get(&trace.token).is_none_or(|names| names.len() < 3)
    });
    // What a laptop saw before the engagement, it saw with whoever had it before or who prepared it.
    let began: BTreeMap<&str, Time> =
        found.workers.iter().filter_map(|worker| Some((worker.id.as_str(), worker.start?))).collect();
    let early = |trace: &Trace| {
        let by_device = trace.kind.is_lan() || trace.kind.is_desk();
        by_device
            && began
                .get(trace.worker.as_str())
                .is_some_and(|start| trace.last < start.plus_days(-BEFORE_DAYS))
    };
    traces.retain(|trace| !early(trace));
    thing::drop_many_placed(&mut traces);
    let papers = resume::read(lake, settings, &found.vault, &found.candidates).await?;
    let twins = resume::twins(&papers, &who::person_of(&found.workers));
    traces.extend(twins.traces(&papers, settings.judgement_time));
    let met = own_machines(lake, settings, found, &traces).await?;
    places.laptops = met.iter().map(|trace| (trace.token.clone(), trace.worker.clone())).collect();
    traces.extend(met);
    log_ons(lake, settings, found, &mut traces).await?;
    retain_telling(&mut traces);
    let sql =
        format!("SELECT {PAID}, {SPAN} FROM attestation WHERE kind = 'badge_in' AND {before} GROUP BY 1");
    for line in lines(lake, settings, 1, &sql).await? {
        places.badged.extend(line.text[0].as_deref().and_then(|key| worker_of(&By::Person, key)));
    }
    let seen = seen(lake, settings, found, &worker_of).await?;
    Ok(Traces { traces, places, seen, phrases: twins.phrases })
}

/// One page or place however it is written; nothing where it says no more than a town.
fn token_of<'a>(kind: Kind, written: &'a str, book: &'a Book) -> Option<Cow<'a, str>> {
    match kind {
        Kind::Profile => Some(Cow::Owned(page(written))),
        _ if kind.is_address() => book.house(written).map(Cow::Borrowed),
        _ => Some(Cow::Borrowed(written)),
    }
}

/// What the roster states of each worker.
fn declared(workers: &[Worker]) -> Vec<Trace> {
    let mut out = Vec::new();
    for worker in workers {
        let stated = [
            (Kind::HomeAddress, &worker.place),
            (Kind::ShipTo, &worker.place),
            (Kind::Phone, &worker.phone),
            (Kind::PersonalEmail, &worker.personal_email),
        ];
        for (kind, token) in stated {
            out.extend(token.clone().map(|token| Trace {
                worker: worker.id.clone(),
                kind,
                token,
                first: worker.said,
                last: worker.said,
                mark: Mark::Asserted,
                records: worker.records.clone(),
            }));
        }
    }
    out
}

/// A company laptop seen beside another one: its own worker was there on that day, too.
async fn own_machines(
    lake: &Lake,
    settings: &Settings,
    found: &Identities,
    traces: &[Trace],
) -> Result<Vec<Trace>> {
    let before = until(settings);
    let sql = format!("SELECT {ENDPOINT}, mac, {SPAN} FROM network_interface WHERE {before} GROUP BY 1, 2");
    let mut owner: BTreeMap<String, (BTreeSet<String>, Vec<String>)> = BTreeMap::new();
    for line in lines(lake, settings, 2, &sql).await? {
        let [Some(key), Some(mac)] = &line.text[..] else { continue };
        if let Some(worker) = found.devices.worker_of(key).filter(|_| is_placing_mac(mac)) {
            let entry = owner.entry(mac.clone()).or_default();
            entry.0.insert(worker.to_owned());
            entry.1 = line.records;
        }
    }
    let mut more = Vec::new();
    for trace in traces.iter().filter(|trace| trace.kind == Kind::NeighbourMac) {
        let Some((workers, records)) = owner.get(&trace.token).filter(|(workers, _)| workers.len() == 1)
        else {
            continue;
        };
        more.extend(workers.iter().filter(|worker| **worker != trace.worker).map(|worker| Trace {
            worker: worker.clone(),
            records: records.clone(),
            ..trace.clone()
        }));
    }
    Ok(more)
}

/// Several workers who log on to one device.
async fn log_ons(
    lake: &Lake,
    settings: &Settings,
    found: &Identities,
    traces: &mut Vec<Trace>,
) -> Result<()> {
    let before = until(settings);
    let sql = format!(
        "SELECT {ENDPOINT}, user_name, {SPAN} FROM local_logon WHERE {before} GROUP BY 1, 2, date_trunc('day', time)"
    );
    for line in lines(lake, settings, 2, &sql).await? {
        let [Some(key), Some(user)] = &line.text[..] else { continue };
        let Some(device) = found.devices.aliases.get(key) else { continue };
        let is_shared = found.devices.owners.get(device).is_some_and(|owner| owner.is_shared);
        let login =
            (!device::is_nobody(user) && !is_shared).then(|| found.directory.by_local_user(user)).flatten();
        traces.extend(login.map(|worker| Trace {
            worker,
            kind: Kind::Device,
            token: device.clone(),
            first: line.first,
            last: line.last,
            mark: Mark::Observed,
            records: line.records,
        }));
    }
    Ok(())
}

async fn seen(
    lake: &Lake,
    settings: &Settings,
    found: &Identities,
    worker_of: &impl Fn(&By, &str) -> Option<String>,
) -> Result<Vec<Seen>> {
    let listed: BTreeSet<&str> = found.workers.iter().map(|worker| worker.id.as_str()).collect();
    let mut out = Vec::new();
    for table in tables::ALL {
        let Some(key) = key_of(table) else { continue };
        let sql = format!(
            "SELECT source, {key}, CAST(count(*) AS VARCHAR), {TIMES} FROM {} WHERE {} GROUP BY 1, 2",
            table.name,
            until_of(table.name, settings)
        );
        let by = match table.account().map(|account| account.whose) {
            _ if table.is_told_by_devices() => By::Device,
            Some(Whose::Applicant) => By::Applicant,
            _ => By::Person,
        };
        let is_about_workers = table.account().is_some_and(|account| account.whose == Whose::Worker)
            && !table.is_told_by_devices();
        // Guests come to meetings, and programs work at code hosts: neither is a worker who could not be tied.
        let is_guest = |key: &str| match table.name {
            "meeting_participation" => found.outsiders.contains(key) || !key.starts_with(lake::TOKEN_PREFIX),
            "api_activity" => key.ends_with("[bot]"),
            _ => false,
        };
        let told = lines(lake, settings, 3, &sql).await?;
        let names_nobody =
            |source| told.iter().all(|line| line.text[1].is_none() || line.text[0].as_ref() != Some(source));
        for line in &told {
            let [Some(source), key, count] = &line.text[..] else { continue };
            let key = match key {
                Some(key) => key.as_str(),
                // papers about workers that name none of them are told of as one account that is nobody's
                None if is_about_workers && names_nobody(source) => "",
                None => continue,
            };
            if worker_of(&by, key).is_none() && is_guest(key) {
                continue;
            }
            let own = (table.name == "employment" && listed.contains(key)).then(|| key.to_owned());
            out.push(Seen {
                table: table.name,
                source: source.clone(),
                worker: own.or_else(|| worker_of(&by, key)),
                key: if table.is_told_by_devices() {
                    found.devices.aliases.get(key).cloned().unwrap_or_else(|| key.to_owned())
                } else {
                    key.to_owned()
                },
                records: count.as_deref().and_then(|count| count.parse().ok()).unwrap_or_default(),
                first: line.first,
                last: line.last,
            });
        }
    }
    Ok(out)
}
