//! Accounts that bear the id of somebody's account in another source. A directory gives each person one id, and all that
//! builds on it writes that id, often without an address beside it: a call record, a log of a service.

use std::collections::{BTreeMap, BTreeSet};

use crate::who::{Account, SeenAccount};

/// Whether a text is an id that is given once in the world.
fn is_unique(text: &str) -> bool {
    let bytes = text.as_bytes();
    let telling = bytes.iter().any(|b| !matches!(b, b'0' | b'-' | b'f' | b'F'));
    bytes.len() == 36
        && telling
        && bytes.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Ties them, where all sources that know the id say the same.
pub(crate) fn tie(seen: &[SeenAccount], accounts: &mut [Account]) {
    let id = |one: &SeenAccount| one.clear.clone().filter(|text| !one.is_name && is_unique(text));
    let mut whose: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (one, account) in seen.iter().zip(&*accounts) {
        if let (Some(id), Some(worker)) = (id(one), &account.worker) {
            whose.entry(id).or_default().insert(worker.clone());
        }
    }
    for (one, account) in seen.iter().zip(accounts).filter(|(_, account)| account.worker.is_none()) {
        let known = id(one).and_then(|id| whose.get(&id));
        if let Some(worker) = known.filter(|all| all.len() == 1).and_then(BTreeSet::first) {
            (account.worker, account.rule) = (Some(worker.clone()), "same_id");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(source: &str, account: &str) -> SeenAccount {
        SeenAccount {
            source: source.into(),
            account: account.into(),
            clear: Some(account.into()),
            is_name: false,
            is_given: false,
            emails: Vec::new(),
        }
    }

    fn account(one: &SeenAccount, worker: Option<&str>) -> Account {
        let (source, account) = (one.source.clone(), one.account.clone());
        Account { source, account, worker: worker.map(str::to_owned), rule: "unjoined" }
    }

    #[test]
    fn one_id_in_two_services_is_one_person() {
        let id = "1a1f6af9-cba4-4cba-ba63-01f467c6f815";
        let all = [seen("entra", id), seen("teams", id), seen("zoom", "u-1"), seen("teams", "u-1")];
        let mut accounts = [
            account(&all[0], Some("W-1")),
            account(&all[1], None),
            account(&all[2], Some("W-2")),
            account(&all[3], None),
        ];
        tie(&all, &mut accounts);
        assert_eq!((accounts[1].worker.as_deref(), accounts[1].rule), (Some("W-1"), "same_id"));
        assert_eq!(accounts[3].worker, None, "a number that a service counts up is another's elsewhere");
    }

    #[test]
    fn an_id_that_two_people_bear_ties_nobody() {
        let id = "1a1f6af9-cba4-4cba-ba63-01f467c6f815";
        let all = [seen("entra", id), seen("m365", id), seen("teams", id)];
        let mut accounts =
            [account(&all[0], Some("W-1")), account(&all[1], Some("W-2")), account(&all[2], None)];
        tie(&all, &mut accounts);
        assert_eq!(accounts[2].worker, None);
        assert!(!is_unique("00000000-0000-0000-0000-000000000000"));
    }
}
