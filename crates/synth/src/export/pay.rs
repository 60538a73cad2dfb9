//! Pay instructions, as a direct deposit report. Documentation: report builder, Gusto; payment elections, Workday.

use std::io::Write;

use super::Sheet;
use crate::atlas::cities;
use crate::calendar::{iso, iso_time, moment};
use crate::draw::mix;
use crate::error::Error;
use crate::truth::Truth;
use crate::world::{Account, NOBODY, Pay, World};

/// Column labels.
pub const HEADER: &[&str] = &[
    "Employee ID",
    "Employee",
    "Work Email",
    "Payment Method",
    "Bank Name",
    "Routing Number",
    "Account Number",
    "Account Type",
    "Name on Account",
    "Account Holder Match",
    "Wallet Address",
    "Network",
    "Currency",
    "Change Type",
    "Last Updated",
    "Effective Date",
    "Changed By",
    "Actor IP",
];

/// Name of the file.
pub fn path(world: &World) -> String {
    format!("payroll/direct_deposit_{}.csv", iso(world.to))
}

/// Writes every instruction up to the last day, in order of time.
pub fn write(world: &World, truth: &mut Truth, out: &mut dyn Write) -> Result<(), Error> {
    let mut sheet = Sheet::new(out, HEADER)?;
    let mut order: Vec<usize> = (0..world.pay.len())
        .filter(|at| world.pay[*at].day <= world.to && world.pay[*at].worker != NOBODY)
        .collect();
    order.sort_by_key(|at| (world.pay[*at].day, *at));
    for at in order {
        let pay = &world.pay[at];
        sheet.row(&row(world, pay))?;
        for tag in pay.tags {
            truth.wrote(tag, i64::from(pay.day) * crate::calendar::DAY_MS, "pay");
        }
    }
    sheet.finish()
}

fn row(world: &World, pay: &Pay) -> Vec<String> {
    let person = &world.people[pay.worker];
    let city = &cities()[person.city];
    let at = moment(city.zone, pay.day, pay.minute);
    let ip = std::net::Ipv4Addr::from(world.egress(pay.via, pay.worker, pay.day, 6).ip).to_string();
    let [method, bank, routing, account, kind, wallet, chain] = match &pay.account {
        Account::American(routing, account, bank) => {
            ["Direct Deposit", bank, routing, account, "Checking", "", ""]
        }
        Account::Iban(iban, bic, bank) => ["Direct Deposit", bank, bic, iban, "Current", "", ""],
        Account::Wallet(wallet, chain) => ["Crypto", "", "", "", "", wallet, chain],
    };
    vec![
        person.id.clone(),
        person.name(),
        world.email(pay.worker),
        method.to_owned(),
        bank.to_owned(),
        routing.to_owned(),
        account.to_owned(),
        kind.to_owned(),
        pay.holder.clone(),
        answer(world, pay),
        wallet.to_owned(),
        chain.to_owned(),
        currency(city.iso, !wallet.is_empty()).to_owned(),
        if pay.is_first { "Created" } else { "Updated" }.to_owned(),
        iso_time(at),
        iso(pay.day + 1),
        world.email(pay.worker),
        ip,
    ]
}

/// Of ten instructions three are paid out unasked: no prenote, or a bank that does not tell.
fn answer(world: &World, pay: &Pay) -> String {
    let unasked = mix(mix(world.seed, 0x9a), (pay.worker as u64) << 20 | pay.day as u64) % 10 < 3;
    if unasked { String::new() } else { pay.answer.to_owned() }
}

fn currency(iso: &str, crypto: bool) -> &'static str {
    match iso {
        _ if crypto => "USDC",
        "GB" => "GBP",
        "IE" | "DE" | "FR" | "NL" | "ES" | "PT" => "EUR",
        "PL" => "PLN",
        "RO" => "RON",
        "SE" => "SEK",
        "CA" => "CAD",
        "BR" => "BRL",
        "MX" => "MXN",
        "IN" => "INR",
        "JP" => "JPY",
        "AU" => "AUD",
        _ => "USD",
    }
}
