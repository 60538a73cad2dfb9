//! Workers, and whose an account is. Rules are explicit; nothing is guessed.

use std::collections::{BTreeMap, BTreeSet};

use model::Time;

/// One worker, from the latest roster snapshot. Addresses, names, phones and e-mails are tokens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Worker {
    /// The roster's own id; of a candidate the tracking system's, with a word before it.
    pub id: String,
    /// A candidate who is not on the roster.
    pub is_applicant: bool,
    /// The first of several applications of one person.
    pub person: Option<String>,
    /// Work e-mail.
    pub work_email: Option<String>,
    /// Private e-mail.
    pub personal_email: Option<String>,
    /// Login name, lower case.
    pub user_name: Option<String>,
    /// Part of the work e-mail before the `@`, clear, lower case.
    pub local_part: Option<String>,
    /// Part of the work e-mail after the `@`, clear, lower case.
    pub domain: Option<String>,
    /// Name, clear and folded: for proposals only.
    pub folded_name: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// Declared home with its unit, as written.
    pub home: Option<String>,
    /// The token that stands for that home, however it is written.
    pub place: Option<String>,
    /// Declared home without its unit.
    pub building: Option<String>,
    /// City, region, postal code, country.
    pub area: [Option<String>; 4],
    /// Office or Remote.
    pub work_location: Option<String>,
    /// Works remotely.
    pub is_remote: Option<bool>,
    /// Works in support.
    pub is_support: bool,
    /// Agency, vendor or employer of record.
    pub agency: Option<String>,
    /// By type or status as written, a contractor or of another firm. Never written.
    pub is_contingent: bool,
    /// By type or status as written, an employee. Never written.
    pub is_employee: bool,
    /// A firm's account that the pay goes to: an agency that the roster does not name. Never written.
    pub firm: Option<String>,
    /// Department, title, manager.
    pub post: [Option<String>; 3],
    /// Start.
    pub start: Option<Time>,
    /// End.
    pub end: Option<Time>,
    /// Claimed time zone.
    pub timezone: Option<String>,
    /// When the roster said so.
    pub said: Time,
    /// Roster records.
    pub records: Vec<String>,
}

impl Worker {
    /// What stands for the person: one who applies twice is one person.
    #[must_use]
    pub fn person(&self) -> &str {
        self.person.as_deref().unwrap_or(&self.id)
    }

    /// Whether one engagement ends before the other begins.
    #[must_use]
    pub fn is_before_or_after(&self, other: &Self) -> bool {
        let before = |a: &Self, b: &Self| a.end.zip(b.start).is_some_and(|(end, start)| end <= start);
        before(self, other) || before(other, self)
    }

    /// Of two entries of one person the one whose engagement lasts, else the later; of applications the first.
    fn lasting<'a>(&'a self, other: &'a Self) -> &'a Self {
        let rank = |one: &Self| (!one.is_applicant, one.end.is_none(), one.start);
        if !other.is_applicant && rank(other) > rank(self) { other } else { self }
    }

    /// Whether the roster places the person in an office.
    #[must_use]
    pub fn is_office(&self) -> bool {
        let said = self.work_location.as_deref().map(str::to_ascii_lowercase);
        let said = said.as_deref().unwrap_or_default();
        match self.is_remote {
            Some(is_remote) => !is_remote,
            None => {
                ["office", "onsite", "on-site", "on site", "hybrid"].iter().any(|word| said.contains(word))
            }
        }
    }
}

/// Whether a title or department means that other people's devices pass through one's hands.
#[must_use]
pub fn is_support_post(title: &str, department: &str) -> bool {
    const DEPARTMENTS: &[&str] = &[
        "it",
        "information technology",
        "corporate it",
        "internal it",
        "enterprise it",
        "it services",
        "global it",
        "business technology",
        "workplace engineering",
    ];
    let folded = measure::text::fold(department);
    if DEPARTMENTS.contains(&folded.split_whitespace().collect::<Vec<_>>().join(" ").as_str()) {
        return true;
    }
    let text = format!(" {} {folded} ", measure::text::fold(title));
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = format!(" {} ", words.join(" "));
    const PHRASES: &[&str] = &[
        " it support ",
        " service desk ",
        " help desk ",
        " helpdesk ",
        " servicedesk ",
        " desktop support ",
        " endpoint ",
        " workplace technology ",
        " information security ",
        " security operations ",
        " it operations ",
        " end user computing ",
        " support technician ",
        " device engineer ",
        " systems administrator ",
        " system administrator ",
        " sysadmin ",
        " it administrator ",
        " it manager ",
        " it engineer ",
        " it specialist ",
        " it technician ",
        " it admin ",
    ];
    PHRASES.iter().any(|phrase| text.contains(phrase))
}

/// An account as a source names it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SeenAccount {
    /// Source kind.
    pub source: String,
    /// E-mail token, vendor id or roster id.
    pub account: String,
    /// The clear text where it is an e-mail address or a plain id, lower case.
    pub clear: Option<String>,
    /// It is a person's name: all that a carrier knows.
    pub is_name: bool,
    /// It signs in to a service that the company itself gives accounts for.
    pub is_given: bool,
    /// For vendor ids: e-mail tokens of the same events with their counts.
    pub emails: Vec<(String, i64)>,
}

/// Whose an account is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Source kind.
    pub source: String,
    /// Account.
    pub account: String,
    /// Worker.
    pub worker: Option<String>,
    /// Rule.
    pub rule: &'static str,
}

/// Finds workers by what identifies them; a value that two workers carry identifies nobody.
pub struct Directory {
    by_work: BTreeMap<String, Option<String>>,
    by_user: BTreeMap<String, Option<String>>,
    by_personal: BTreeMap<String, Option<String>>,
    by_name: BTreeMap<String, Option<String>>,
    by_local: BTreeMap<String, Option<String>>,
    by_spelling: BTreeMap<String, Option<String>>,
    by_initial: BTreeMap<String, Option<String>>,
    by_id: BTreeMap<String, Option<String>>,
    /// Domains of work addresses.
    domains: BTreeSet<String>,
    aliases: BTreeMap<String, Option<String>>,
}

/// Who it is, if what two entries carry is one person's.
fn joined<'a>(known: Option<&'a Worker>, worker: &'a Worker) -> Option<&'a Worker> {
    known.filter(|known| known.person() == worker.person()).map(|known| known.lasting(worker))
}

fn unique<'a>(
    workers: &'a [Worker],
    value: impl Fn(&'a Worker) -> Option<String>,
) -> BTreeMap<String, Option<String>> {
    let mut found: BTreeMap<String, Option<&Worker>> = BTreeMap::new();
    for worker in workers {
        let Some(value) = value(worker) else { continue };
        found.entry(value).and_modify(|known| *known = joined(*known, worker)).or_insert(Some(worker));
    }
    found.into_iter().map(|(value, worker)| (value, worker.map(|worker| worker.id.clone()))).collect()
}

/// A login name without the domain before it: `CORP\ines`.
pub(crate) fn bare(name: &str) -> &str {
    name.rsplit(['\\', '/']).next().unwrap_or(name)
}

/// Letters and digits alone; what follows an `@` is left out.
fn squashed(text: &str) -> String {
    let local = text.split('@').next().unwrap_or(text);
    local.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Shorter than this, a name is a word that others bear.
const SPELLING_MIN: usize = 6;
/// Windows cuts the name of an account that it makes here.
const SPELLING_CUT: usize = 20;

/// How a computer spells a person: mail address and full name in one word, given name first or last.
fn spellings(workers: &[Worker]) -> BTreeMap<String, Option<String>> {
    let mut found: BTreeMap<String, Option<&Worker>> = BTreeMap::new();
    for worker in workers.iter().filter(|worker| !worker.is_applicant) {
        let name = worker.folded_name.as_deref().unwrap_or_default();
        let mut words: Vec<&str> = name.split_whitespace().collect();
        let mut all: BTreeSet<String> = worker.local_part.as_deref().map(squashed).into_iter().collect();
        if words.len() >= 2 {
            all.insert(squashed(&words.concat()));
            words.rotate_right(1);
            all.insert(squashed(&words.concat()));
            // (family name first, now; middle names stand in no address)
            if words.len() >= 3 {
                all.insert(squashed(&format!("{}{}", words[1], words[0])));
            }
        }
        let cut: Vec<String> = all.iter().map(|text| text.chars().take(SPELLING_CUT).collect()).collect();
        all.extend(cut);
        for spelling in all.into_iter().filter(|text| text.chars().count() >= SPELLING_MIN) {
            found.entry(spelling).and_modify(|known| *known = joined(*known, worker)).or_insert(Some(worker));
        }
    }
    found.into_iter().map(|(text, worker)| (text, worker.map(|worker| worker.id.clone()))).collect()
}

/// Initial and family name in one word, as many companies name accounts.
fn initials(workers: &[Worker]) -> BTreeMap<String, Option<String>> {
    unique(workers, |worker| {
        let name = worker.folded_name.as_deref().filter(|_| !worker.is_applicant)?;
        let (first, last) = (name.split_whitespace().next()?, name.split_whitespace().next_back()?);
        let word = squashed(&format!("{}{last}", first.chars().next()?));
        (first != last && last.len() >= 3).then_some(word)
    })
}

impl Directory {
    /// From the roster and the user's alias list.
    #[must_use]
    pub fn new(workers: &[Worker], aliases: &[(String, String)]) -> Self {
        let known: BTreeSet<&str> = workers.iter().map(|worker| worker.id.as_str()).collect();
        let mut alias_map: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (account, worker) in aliases.iter().filter(|(_, worker)| known.contains(worker.as_str())) {
            alias_map
                .entry(account.to_lowercase())
                .and_modify(|other| {
                    if other.as_ref() != Some(worker) {
                        *other = None;
                    }
                })
                .or_insert_with(|| Some(worker.clone()));
        }
        Self {
            by_work: unique(workers, |worker| worker.work_email.clone()),
            by_user: unique(workers, |worker| worker.user_name.clone()),
            by_personal: unique(workers, |worker| worker.personal_email.clone()),
            // a single word names nobody
            by_name: unique(workers, |worker| {
                let words = worker.folded_name.as_deref().unwrap_or_default().split_whitespace().count();
                worker.name.clone().filter(|_| words >= 2 && !worker.is_applicant)
            }),
            by_local: unique(workers, |worker| worker.local_part.clone()),
            by_spelling: spellings(workers),
            by_initial: initials(workers),
            by_id: unique(workers, |worker| Some(worker.id.to_lowercase())),
            domains: workers
                .iter()
                .filter(|one| !one.is_applicant)
                .filter_map(|one| one.domain.clone())
                .collect(),
            aliases: alias_map,
        }
    }

    /// The worker behind an e-mail token.
    #[must_use]
    pub fn by_email(&self, token: &str) -> Option<(String, &'static str)> {
        let work = self.by_work.get(token).cloned().flatten().map(|worker| (worker, "work_email"));
        let personal =
            || self.by_personal.get(token).cloned().flatten().map(|worker| (worker, "personal_email"));
        if self.by_work.contains_key(token) { work } else { personal() }
    }

    /// The one worker of a name, by its token.
    #[must_use]
    pub fn by_name(&self, token: &str) -> Option<(String, &'static str)> {
        self.by_name.get(token).cloned().flatten().map(|worker| (worker, "full_name"))
    }

    /// The worker of a roster id.
    #[must_use]
    pub fn by_worker_id(&self, id: &str) -> Option<String> {
        self.by_id.get(&id.to_lowercase()).cloned().flatten()
    }

    /// The worker behind a login name: the roster's own, else the local part of exactly one work e-mail.
    #[must_use]
    pub fn by_login(&self, name: &str) -> Option<String> {
        let name = name.to_lowercase();
        let bare = bare(&name);
        for key in [name.as_str(), bare] {
            if let Some(known) = self.by_user.get(key) {
                return known.clone();
            }
        }
        let local = bare.split('@').next().unwrap_or(bare);
        // "ines+okta@…" is the mailbox of "ines@…"
        let local = local.split('+').next().filter(|text| !text.is_empty()).unwrap_or(local);
        self.by_user.get(local).or_else(|| self.by_local.get(local)).cloned().flatten()
    }

    /// The worker who logs on to a computer by this name: as [`Self::by_login`], else whose mail address or full name it
    /// is without what stands between the words, which is how systems make the first account.
    #[must_use]
    pub fn by_local_user(&self, name: &str) -> Option<String> {
        self.by_login(name).or_else(|| self.by_spelling.get(&squashed(bare(name))).cloned().flatten())
    }

    /// The worker whose initial and family name it is: only where the company is known to name accounts so.
    pub(crate) fn by_initials(&self, name: &str) -> Option<String> {
        self.by_initial.get(&squashed(name)).cloned().flatten()
    }

    /// The worker whose full name an address of the company's own domain spells: mailboxes have several addresses, of which
    /// the roster tells one.
    fn by_own_address(&self, clear: &str) -> Option<String> {
        let (local, domain) = clear.split_once('@')?;
        let local = local.split('+').next().unwrap_or(local);
        let spelled = || self.by_spelling.get(&squashed(local)).cloned().flatten();
        self.domains.contains(domain).then(spelled).flatten()
    }

    /// Login names of at least four characters, for host names that contain one.
    #[must_use]
    pub fn logins(&self) -> Vec<(&str, &str)> {
        let both = self.by_user.iter().chain(&self.by_local);
        both.filter_map(|(name, worker)| Some((name.split('@').next()?, worker.as_deref()?)))
            .filter(|(name, _)| name.len() >= 4)
            .collect()
    }

    fn whose(&self, seen: &SeenAccount) -> Option<(String, &'static str)> {
        if seen.is_name {
            return self.by_name(&seen.account);
        }
        if let Some(found) = self.by_email(&seen.account) {
            return Some(found);
        }
        if self.by_work.contains_key(&seen.account) {
            return None;
        }
        let clear = seen.clear.as_deref().unwrap_or(&seen.account).to_lowercase();
        // Before the login rule: a roster id is the roster's own, a login name may be a coincidence.
        if let Some(Some(worker)) = self.by_id.get(&clear) {
            return Some((worker.clone(), "worker_id"));
        }
        if let Some(Some(worker)) = self.aliases.get(&clear) {
            return Some((worker.clone(), "alias"));
        }
        if let Some(worker) = self.by_login(&clear) {
            return Some((worker, "user_name"));
        }
        if let Some(worker) = self.by_own_address(&clear) {
            return Some((worker, "name_in_address"));
        }
        // A vendor id is whose e-mail address stands beside it in most of its events, if that is one person.
        let mut votes: BTreeMap<String, i64> = BTreeMap::new();
        for (token, count) in &seen.emails {
            if let Some((worker, _)) = self.by_email(token) {
                *votes.entry(worker).or_default() += count;
            }
        }
        let all: i64 = seen.emails.iter().map(|(_, count)| count).sum();
        votes.into_iter().find(|(_, count)| count * 2 > all).map(|(worker, _)| (worker, "work_email"))
    }
}

/// Ties accounts to workers.
#[must_use]
pub fn accounts(directory: &Directory, seen: &[SeenAccount]) -> Vec<Account> {
    let tie = |seen: &SeenAccount| {
        let (worker, rule) = directory.whose(seen).map_or((None, "unjoined"), |(w, rule)| (Some(w), rule));
        Account { source: seen.source.clone(), account: seen.account.clone(), worker, rule }
    };
    let mut out: Vec<Account> = seen.iter().map(tie).collect();
    tie_by_addresses(seen, &mut out);
    tie_by_initials(directory, seen, &mut out);
    crate::same_id::tie(seen, &mut out);
    out
}

/// Ids beside which one address stands that is somebody's by another rule than the roster's own entry.
fn tie_by_addresses(seen: &[SeenAccount], accounts: &mut [Account]) {
    let whose: BTreeMap<String, String> =
        accounts.iter().filter_map(|one| Some((one.account.clone(), one.worker.clone()?))).collect();
    for (at, one) in seen.iter().enumerate().filter(|(_, one)| !one.emails.is_empty()) {
        let named: BTreeSet<&String> = one.emails.iter().filter_map(|(token, _)| whose.get(token)).collect();
        let all_known = one.emails.iter().all(|(token, _)| whose.contains_key(token));
        if let (None, true, 1, Some(worker)) = (&accounts[at].worker, all_known, named.len(), named.first()) {
            (accounts[at].worker, accounts[at].rule) = (Some((*worker).clone()), "name_in_address");
        }
    }
}

/// Accounts that the company gives, named by initial and family name: of whoever alone is named so, and has no other account in
/// that service.
fn tie_by_initials(directory: &Directory, seen: &[SeenAccount], accounts: &mut [Account]) {
    let has = |one: &Account| one.worker.clone().map(|worker| (one.source.clone(), worker));
    let served: BTreeSet<(String, String)> = accounts.iter().filter_map(has).collect();
    let mut found: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (at, one) in
        seen.iter().enumerate().filter(|(at, one)| one.is_given && accounts[*at].worker.is_none())
    {
        let Some(clear) = one.clear.as_deref() else { continue };
        let own = clear.split_once('@').is_none_or(|(_, domain)| directory.domains.contains(domain));
        let known = directory.by_initials(clear).filter(|_| own);
        if let Some(worker) = known.filter(|worker| !served.contains(&(one.source.clone(), worker.clone()))) {
            found.entry((one.source.clone(), worker)).or_default().push(at);
        }
    }
    for ((_, worker), at) in found {
        for at in at {
            (accounts[at].worker, accounts[at].rule) = (Some(worker.clone()), "initial_and_name");
        }
    }
}

/// What stands for the person behind an id.
pub fn person_of(workers: &[Worker]) -> impl Fn(&str) -> String {
    let known: BTreeMap<&str, &str> =
        workers.iter().filter_map(|worker| Some((worker.id.as_str(), worker.person.as_deref()?))).collect();
    move |id| known.get(id).copied().unwrap_or(id).to_owned()
}

/// Accounts nobody could be tied to whose text holds first and last word of exactly one worker's name.
#[must_use]
pub fn proposals(
    workers: &[Worker],
    seen: &[SeenAccount],
    tied: &[Account],
) -> Vec<(String, String, String)> {
    let mut out = Vec::new();
    for (seen, _) in seen.iter().zip(tied).filter(|(_, account)| account.worker.is_none()) {
        let Some(clear) = &seen.clear else { continue };
        let local = clear.split('@').next().unwrap_or(clear);
        let fits = |worker: &&Worker| {
            let words: Vec<&str> =
                worker.folded_name.as_deref().unwrap_or_default().split_whitespace().collect();
            words.len() >= 2 && words.iter().all(|word| word.len() >= 2 && local.contains(word))
        };
        let mut fitting = workers.iter().filter(fits);
        if let (Some(worker), None) = (fitting.next(), fitting.next()) {
            out.push((seen.source.clone(), clear.clone(), worker.id.clone()));
        }
    }
    out.sort();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worker(id: &str, name: &str, local: &str) -> Worker {
        Worker {
            id: id.into(),
            name: Some(measure::text::normalise_name(name)),
            folded_name: Some(measure::text::fold(name)),
            local_part: Some(local.into()),
            ..Worker::default()
        }
    }

    fn seen(account: &str, is_name: bool) -> SeenAccount {
        SeenAccount {
            source: "shipment".into(),
            account: account.into(),
            clear: Some(account.into()),
            is_name,
            is_given: false,
            emails: Vec::new(),
        }
    }

    #[test]
    fn a_name_that_two_people_bear_ties_nobody() {
        let all = [
            worker("1", "Ines Okafor", "ines"),
            worker("2", "Bo Diallo", "bo"),
            worker("3", "Diallo, Bo", "bdiallo"),
            worker("4", "Prince", "prince"),
        ];
        let directory = Directory::new(&all, &[]);
        let name = |text: &str| seen(&measure::text::normalise_name(text), true);
        let tied = accounts(&directory, &[name("OKAFOR, INES"), name("Bo Diallo"), name("Prince")]);
        let found: Vec<_> = tied.iter().map(|one| (one.worker.as_deref(), one.rule)).collect();
        assert_eq!(found, [(Some("1"), "full_name"), (None, "unjoined"), (None, "unjoined")]);
    }

    #[test]
    fn a_computer_spells_a_person_in_one_word() {
        let all = [
            worker("1", "Ines Okafor", "ines.okafor"),
            worker("2", "Ann Alier", "ann.alier"),
            worker("3", "Anna Lier", "anna.lier"),
            worker("4", "Bo Diallo", "bdiallo"),
            worker("5", "Maximiliana Featherstonehaugh", "max.f"),
        ];
        let directory = Directory::new(&all, &[]);
        let whose = |name: &str| directory.by_local_user(name);
        assert_eq!(whose("inesokafor").as_deref(), Some("1"));
        assert_eq!(whose("AzureAD\\InesOkafor").as_deref(), Some("1"));
        assert_eq!(whose("annalier"), None, "two people are spelled so");
        assert_eq!(whose("diallobo").as_deref(), Some("4"));
        assert_eq!(whose("maximilianafeatherst").as_deref(), Some("5"));
        assert_eq!(whose("maxf"), None, "too short to be anybody's own");
        assert_eq!(directory.by_login("inesokafor"), None, "a handle elsewhere may be anybody's");
    }

    #[test]
    fn a_tag_in_an_address_and_another_domain_change_nothing() {
        let all = [worker("1", "Ines Okafor", "ines.okafor")];
        let directory = Directory::new(&all, &[]);
        for account in ["ines.okafor+okta@corp.example", "ines.okafor@other.example", "CORP\\ines.okafor"] {
            assert_eq!(
                accounts(&directory, &[seen(account, false)])[0].worker.as_deref(),
                Some("1"),
                "{account}"
            );
        }
        assert_eq!(accounts(&directory, &[seen("okafor@corp.example", false)])[0].worker, None);
    }

    #[test]
    fn another_address_of_the_own_domain_that_spells_one_full_name_is_that_persons() {
        let mut all = [
            worker("1", "Ines Okafor", "iokafor"),
            worker("2", "Maria Jose Diallo", "mdiallo"),
            worker("3", "Ann Alier", "ann1"),
            worker("4", "Anna Lier", "ann2"),
        ];
        all.iter_mut().for_each(|one| one.domain = Some("corp.example".into()));
        let directory = Directory::new(&all, &[]);
        let tied = |account: &str| accounts(&directory, &[seen(account, false)])[0].clone();
        assert_eq!(tied("ines.okafor@corp.example").worker.as_deref(), Some("1"));
        assert_eq!(tied("ines.okafor@corp.example").rule, "name_in_address");
        assert_eq!(tied("maria.diallo@corp.example").worker.as_deref(), Some("2"));
        assert_eq!(tied("ines.okafor@mail.example").worker, None, "anybody may have it");
        assert_eq!(tied("annalier@corp.example").worker, None, "two people are spelled so");
    }

    #[test]
    fn initial_and_family_name_are_an_account_of_whoever_has_no_other_one() {
        let mut all = [
            worker("1", "Ines Okafor", "ines"),
            worker("2", "Bo Diallo", "bo"),
            worker("3", "Carlos Sato", "carlos"),
            worker("4", "Chloe Sato", "chloe"),
        ];
        all.iter_mut().for_each(|one| one.domain = Some("corp.example".into()));
        let directory = Directory::new(&all, &[]);
        let given = |account: &str| SeenAccount { is_given: true, ..seen(account, false) };
        let of = |list: &[SeenAccount]| -> Vec<Option<String>> {
            accounts(&directory, list).into_iter().map(|one| one.worker).collect()
        };
        let one = Some("1".to_owned());
        assert_eq!(of(&[given("iokafor"), given("csato")]), [one.clone(), None], "two are named csato");
        assert_eq!(of(&[given("ines"), given("iokafor")]), [one, None], "she has an account");
        assert_eq!(of(&[seen("iokafor", false)]), [None], "a handle may be anybody's");
    }
}
