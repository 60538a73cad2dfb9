//! Loads workers from rosters, and what addresses and account holders say in clear text.

use std::collections::{BTreeMap, BTreeSet};

use lake::{Lake, Vault, rows};
use model::Time;

use crate::address::{Book, Written};
use crate::read::{SPAN, lines, until};
use crate::supplement;
use crate::who::{Directory, Worker, is_support_post};
use crate::{Result, Settings};

/// Every address in rosters and shipments.
pub(crate) async fn addresses(lake: &Lake, vault: &Vault) -> Result<Book> {
    let mut tokens = BTreeSet::new();
    for (table, columns) in [
        ("employment", &["home_address"][..]),
        ("shipment", &["ship_to", "delivered_to", "ship_from"][..]),
        ("applicant", &["address"][..]),
    ] {
        for column in columns {
            for batch in lake
                .query(&format!("SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"))
                .await?
            {
                tokens.extend(rows::texts(&batch, 0).into_iter().flatten());
            }
        }
    }
    let mut written = Vec::new();
    for token in tokens {
        let Some(clear) = vault.reveal(&token)? else { continue };
        if let Some(building) = lake.building_token(&clear) {
            written.push(Written { token, building, clear });
        }
    }
    Ok(Book::new(written))
}

/// Whose accounts and wallets are, where exports name their holders.
#[derive(Debug, Default)]
pub(crate) struct Holders {
    /// Every named holder is a firm. Whoever is paid there comes through that firm.
    pub(crate) firms: BTreeSet<String>,
    /// Everybody's pay there goes to a person who is none of them: what no couple has.
    pub(crate) strangers: BTreeSet<String>,
}

/// Reads [`Holders`], and notes the firm that each worker comes through.
pub(crate) async fn holders(
    lake: &Lake,
    settings: &Settings,
    vault: &Vault,
    directory: &Directory,
    workers: &mut [Worker],
) -> Result<Holders> {
    let sql = format!(
        "SELECT coalesce(account, wallet), holder_name, worker_id, worker_email, holder_match, {SPAN} FROM pay_instruction \
         WHERE {} GROUP BY 1, 2, 3, 4, 5",
        until(settings)
    );
    let (mut all, mut strange) = (BTreeMap::new(), BTreeMap::new());
    let mut paid: BTreeMap<String, String> = BTreeMap::new();
    for line in lines(lake, settings, 5, &sql).await? {
        let [Some(account), holder, id, email, answer] = &line.text[..] else { continue };
        let is_strange = holder.is_some() && matches!(answer.as_deref(), Some("other_name" | "none"));
        *strange.entry(account.clone()).or_insert(true) &= is_strange;
        let Some(holder) = holder else { continue };
        let by_email =
            || email.as_deref().and_then(|email| directory.by_email(email)).map(|(worker, _)| worker);
        if let Some(worker) = id.clone().or_else(by_email) {
            paid.insert(worker, account.clone());
        }
        let firm = vault.reveal(holder)?.is_some_and(|holder| measure::text::is_firm(&holder));
        *all.entry(account.clone()).or_insert(true) &= firm;
        *strange.entry(account.clone()).or_insert(true) &= !firm;
    }
    all.retain(|_, firm| *firm);
    strange.retain(|_, strange| *strange);
    // (whoever is employed here comes through nobody)
    for worker in workers.iter_mut().filter(|worker| !worker.is_employee) {
        worker.firm = paid.remove(&worker.id).filter(|account| all.contains_key(account));
    }
    Ok(Holders { firms: all.into_keys().collect(), strangers: strange.into_keys().collect() })
}

/// What a snapshot of a roster is worth: the latest up to judgement time; without one, the earliest after it. Within one
/// snapshot the engagement that lasts, else the one that began last (re-hires).
fn rank(worker: &Worker, said: Option<Time>, now: Time) -> (bool, i64, bool, Option<Time>) {
    let said = said.unwrap_or(now).0;
    let is_late = said > now.0;
    (!is_late, if is_late { -said } else { said }, worker.end.is_none(), worker.start)
}

/// The latest that rosters say of each worker.
pub(crate) async fn workers(
    lake: &Lake,
    settings: &Settings,
    vault: &Vault,
    book: &Book,
) -> Result<Vec<Worker>> {
    let sql = format!(
        "SELECT worker_id, work_email, personal_email, user_name, full_name, phone, home_address, home_city, \
         home_region, home_postcode, home_country, work_location, CAST(is_remote AS VARCHAR), job_title, department, \
         manager_id, employer_of_record, timezone, CAST(CAST(start_time AS BIGINT) AS VARCHAR), \
         CAST(CAST(end_time AS BIGINT) AS VARCHAR), concat_ws(' ', worker_type, status), coalesce(roster_kind, ''), CAST(CAST(max(time) AS BIGINT) AS VARCHAR) AS said, {SPAN} \
         FROM employment WHERE worker_id IS NOT NULL \
         GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22"
    );
    let now = settings.judgement_time;
    let [mut best, mut agency, mut contacts] =
        [const { BTreeMap::<String, (Option<Time>, Worker)>::new() }; 3];
    for line in lines(lake, settings, 23, &sql).await? {
        let number = |at: usize| line.text[at].as_deref().and_then(|text| text.parse().ok()).map(Time);
        let said = number(22);
        let mut worker = worker(vault, book, &line.text)?;
        (worker.start, worker.end, worker.said, worker.records) =
            (number(18), number(19), line.last, line.records.clone());
        // Who is hired after judgement time is nobody's colleague yet.
        if said.is_some_and(|said| said > now) && worker.start.is_some_and(|start| start > now) {
            continue;
        }
        let list = match line.text[21].as_deref() {
            Some("agency") => &mut agency,
            Some("contacts") => &mut contacts,
            _ => &mut best,
        };
        match list.get(&worker.id) {
            Some((known, kept)) if rank(kept, *known, now) > rank(&worker, said, now) => {}
            _ => _ = list.insert(worker.id.clone(), (said, worker)),
        }
    }
    let [best, agency, contacts] = [best, agency, contacts]
        .map(|list| list.into_values().map(|(_, worker)| worker).collect::<Vec<Worker>>());
    let mut workers = supplement::of(best, agency, contacts);
    forget_own_company(&mut workers);
    Ok(workers)
}

/// Whether what stands for the agency says that there is none: `Self (independent contractor)`.
fn is_oneself(agency: &str) -> bool {
    let folded = measure::text::fold(agency);
    let words: Vec<&str> = folded.split_whitespace().collect();
    let first = words.first().copied().unwrap_or_default();
    if words == ["n", "a"] {
        return true;
    }
    ["self", "selfemployed", "freelance", "freelancer", "none", "direct", "1099", "independent"]
        .contains(&first)
        || words.windows(2).any(|pair| {
            pair == ["independent", "contractor"]
                || pair == ["sole", "trader"]
                || pair == ["sole", "proprietor"]
        })
}

/// Many rosters name the company itself as everybody's employer, by each of its legal entities: that is no agency through
/// which people come. One that a fifth of all work for is the company's; so is whatever bears the first word of such a name.
fn forget_own_company(workers: &mut [Worker]) {
    let mut named: BTreeMap<&str, usize> = BTreeMap::new();
    for agency in workers.iter().filter_map(|worker| worker.agency.as_deref()) {
        *named.entry(agency).or_default() += 1;
    }
    let brand = |name: &str| measure::text::fold(name).split(' ').next().unwrap_or_default().to_owned();
    let large = named
        .iter()
        .filter(|(_, count)| **count * 2 > workers.len() || **count >= 5 && **count * 5 > workers.len());
    let own: BTreeSet<String> = large.map(|(name, _)| brand(name)).filter(|word| word.len() >= 3).collect();
    for worker in workers.iter_mut() {
        if worker.agency.as_deref().is_some_and(|agency| own.contains(&brand(agency))) {
            worker.agency = None;
        }
    }
}

/// Words by which rosters tell whom somebody else employs or who employs themselves.
const CONTINGENT: [&str; 14] = [
    "contract",
    "contingent",
    "agency",
    "temp",
    "freelanc",
    "consultant",
    "vendor",
    "external",
    "1099",
    "c2c",
    "outsourced",
    "staffing",
    "subcontract",
    "self-employed",
];

/// Whether a worker type or a status, as written, tells of somebody who comes through another firm or alone. `Contract` is
/// also part of "fixed-term contract", which employees have.
fn is_contingent(written: &str) -> bool {
    let written = written.to_lowercase();
    CONTINGENT.iter().any(|word| written.contains(word))
        && !["fixed", "permanent", "indefinite", "temporary leave"].iter().any(|word| written.contains(word))
}

/// Whether it tells of somebody whom the company itself employs.
fn is_employee(written: &str) -> bool {
    let folded = written.to_lowercase().replace('-', " ");
    let words = ["employee", "full time", "fulltime", "regular", "permanent", "salaried", "fte"];
    !is_contingent(written) && words.iter().any(|word| folded.contains(word))
}

fn worker(vault: &Vault, book: &Book, cells: &[Option<String>]) -> Result<Worker> {
    let text = |at: usize| cells[at].clone();
    let clear = |token: Option<String>| token.map_or(Ok(None), |token| vault.reveal(&token));
    let home = text(6);
    let mail = clear(text(1))?;
    Ok(Worker {
        id: text(0).unwrap_or_default(),
        work_email: text(1),
        personal_email: text(2),
        user_name: text(3).map(|name| name.to_lowercase()),
        local_part: mail.as_deref().and_then(|mail| mail.split('@').next().map(str::to_lowercase)),
        domain: mail.as_deref().and_then(|mail| mail.split('@').nth(1).map(str::to_lowercase)),
        folded_name: clear(text(4))?.map(|name| measure::text::fold(&name)),
        name: text(4),
        phone: text(5),
        place: home.as_deref().and_then(|home| book.house(home)).map(str::to_owned),
        building: home.as_deref().and_then(|home| book.building(home)).map(str::to_owned),
        home,
        area: [text(7), text(8), text(9), text(10)],
        work_location: text(11),
        is_remote: text(12).map(|said| said == "true"),
        is_support: is_support_post(&text(13).unwrap_or_default(), &text(14).unwrap_or_default()),
        agency: text(16).filter(|agency| !is_oneself(agency)),
        is_contingent: is_contingent(&text(20).unwrap_or_default()),
        is_employee: is_employee(&text(20).unwrap_or_default()),
        post: [text(14), text(13), text(15)],
        timezone: text(17),
        ..Worker::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_works_for_themselves_comes_through_no_agency() {
        for own in [
            "Self (independent contractor)",
            "Self-Employed",
            "Independent Contractor",
            "N/A",
            "Acme sole trader",
        ] {
            assert!(is_oneself(own), "{own}");
        }
        for agency in ["Selfridge Staffing", "Softrakt Sp. z o.o.", "Northern Direct Staffing"] {
            assert!(!is_oneself(agency), "{agency}");
        }
    }

    #[test]
    fn an_employer_of_most_is_the_company_and_of_few_an_agency() {
        let named = |agency: &str| Worker { agency: Some(agency.into()), ..Worker::default() };
        let mut all =
            vec![named("Example Inc"), named("Example Inc"), named("Example Inc"), named("Staff Ltd")];
        forget_own_company(&mut all);
        let left: Vec<_> = all.iter().map(|one| one.agency.as_deref()).collect();
        assert_eq!(left, [None, None, None, Some("Staff Ltd")]);
    }
}
