//! Whose a device is, as each export that names a person beside one claims it.

use lake::Lake;

use crate::device::{self, Claim, Names, Rule};
use crate::read::{Line, SPAN, lines, until_of};
use crate::who::{Directory, bare};
use crate::{Result, Settings};

/// Every claim of every export.
pub(crate) async fn claims(
    lake: &Lake,
    settings: &Settings,
    directory: &Directory,
    names: &[Names],
) -> Result<Vec<Claim>> {
    let asked = [
        (
            Rule::Assignment,
            "SELECT coalesce(serial, device_uid, hostname), worker_id, coalesce(worker_email, worker_name), \
          CAST(returned_time IS NOT NULL AS VARCHAR), CAST(coalesce(is_pool, false) AS VARCHAR)",
            "device_assignment",
        ),
        (
            Rule::ShipmentSerial,
            "SELECT asset_serial, worker_id, coalesce(recipient_email, recipient_name), \
          CAST(coalesce(direction = 'return', false) AS VARCHAR), 'no' AS pool",
            "shipment",
        ),
        (
            Rule::InventoryUser,
            "SELECT coalesce(device_uid, serial, hostname), user_name, user_email, 'false' AS over_, 'no' AS pool",
            "device_inventory",
        ),
        (
            Rule::LocalUser,
            "SELECT coalesce(device_uid, serial, hostname), user_name, CAST(NULL AS VARCHAR) AS mail, 'false' AS over_, 'no' AS pool",
            "local_logon",
        ),
        (
            Rule::LocalUser,
            "SELECT coalesce(device_uid, serial, hostname), user_name, CAST(NULL AS VARCHAR) AS mail, 'false' AS over_, 'no' AS pool",
            "process",
        ),
    ];
    let mut told = Vec::new();
    for (rule, select, table) in asked {
        let before = until_of(table, settings);
        let sql = format!("{select}, {SPAN} FROM {table} WHERE {before} GROUP BY 1, 2, 3, 4, 5");
        told.extend(lines(lake, settings, 5, &sql).await?.into_iter().map(|line| (rule, line)));
    }
    let by_initials = names_by_initials(directory, &told);
    let mut out = Vec::new();
    for (rule, line) in told {
        out.extend(claim(directory, rule, line, by_initials));
    }
    out.extend(device::host_claims(directory, names));
    Ok(out)
}

/// Pairs of a login and an address from which a habit of naming is known, and in how many of a hundred it must hold.
const HABIT: (usize, usize) = (5, 80);

/// Whether the company names local accounts by initial and family name, as inventories show that have the address beside them.
fn names_by_initials(directory: &Directory, told: &[(Rule, Line)]) -> bool {
    let pair = |(rule, line): &(Rule, Line)| {
        let [_, Some(login), Some(email), ..] = &line.text[..] else { return None };
        let (worker, _) = directory.by_email(email).filter(|_| *rule == Rule::InventoryUser)?;
        Some(directory.by_initials(bare(login)) == Some(worker))
    };
    let pairs: Vec<bool> = told.iter().filter_map(pair).collect();
    let alike = pairs.iter().filter(|is_alike| **is_alike).count();
    alike >= HABIT.0 && alike * 100 >= pairs.len() * HABIT.1
}

fn claim(directory: &Directory, rule: Rule, line: Line, by_initials: bool) -> Option<Claim> {
    let [Some(alias), who, email, is_over, is_pool] = &line.text[..] else { return None };
    let mail_or_name = |text: &str| directory.by_email(text).or_else(|| directory.by_name(text));
    let by_email = email.as_deref().and_then(mail_or_name).map(|(worker, _)| worker);
    let login = who.as_deref().filter(|who| !device::is_nobody(who));
    // An asset register may number people in its own way: its id counts where the roster knows it, and
    // otherwise only where nothing else names the person.
    let register = rule < Rule::InventoryUser;
    let by_id = who.as_deref().filter(|_| register).and_then(|id| directory.by_worker_id(id));
    let by_login = login.and_then(|login| {
        let known =
            if rule == Rule::LocalUser { directory.by_local_user(login) } else { directory.by_login(login) };
        known.or_else(|| directory.by_initials(bare(login)).filter(|_| by_initials && !register))
    });
    let unknown = || who.clone().filter(|_| register);
    let by_login = by_login.filter(|_| !register || by_email.is_none());
    let worker = by_id.or(by_login).or(by_email).or_else(unknown)?;
    let weight = line.last.day() - line.first.day() + 1;
    let flag = |text: &Option<String>| text.as_deref() == Some("true");
    Some(Claim {
        alias: alias.clone(),
        worker,
        rule,
        time: line.last,
        is_over: flag(is_over),
        is_pool: flag(is_pool),
        weight,
        records: line.records,
    })
}
