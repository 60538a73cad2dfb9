//! Instructions where to pay a worker: direct-deposit and payment-election reports, payout lists, wallets.

use std::sync::OnceLock;

use measure::text;
use model::tables::{TIME, pay_instruction as t};
use model::{Cell, Record};

use crate::sheet::{Plan, Role, Row, Unmade};
use crate::source::SourceDoc;

// one role a line reads better than one word a line
#[rustfmt::skip]
const ROLES: &[Role] = &[
    Role { name: "worker", anchor: false, headers: &[
        "worker id", "employee id", "employee number", "payee id", "file number", "associate id",
        "contractor id", "id",
        "person number", "personnel number", "recipient id", "payroll id", "user id", "staff id",
        "employee code",
    ] },
    Role { name: "email", anchor: false, headers: &[
        "worker email", "work email", "employee email", "email", "email address", "payee email",
        "contractor email",
        "recipient email", "user email", "work email address",
    ] },
    Role { name: "name", anchor: false, headers: &[
        "employee name", "worker", "employee", "name", "payee", "payee name", "worker name",
        "contractor name",
        "full name", "legal name", "contractor",
    ] },
    Role { name: "first", anchor: false, headers: &["first name", "employee first name", "given name"] },
    Role { name: "last", anchor: false, headers: &["last name", "employee last name", "surname", "family name"] },
    Role { name: "method", anchor: false, headers: &[
        "payment method", "method", "payout method", "payment type", "pay method", "deposit type",
        "distribution type",
        "payment election type", "pay type", "disbursement method", "payout type", "withdrawal method",
    ] },
    Role { name: "routing", anchor: true, headers: &[
        "routing number", "routing", "routing transit number", "aba", "aba number", "bank routing number",
        "transit number",
        "sort code", "bic", "swift", "swift code", "bank code", "bsb", "ifsc", "routing token", "bic swift",
        "bank id", "bank id number",
        "bank identification code", "swift bic", "branch transit number", "ifsc code", "bank routing",
        "routing no", "bank sort code",
    ] },
    Role { name: "account", anchor: true, headers: &[
        "account number", "bank account number", "account", "new account", "new bank account", "new account number", "iban", "bank account",
        "direct deposit account", "account no",
        "account token", "deposit account number", "account iban", "iban account number", "payout account",
        "beneficiary account", "direct deposit account number", "beneficiary account number",
        "checking account number", "deposit account", "payment election account number", "bank account iban",
        "direct deposit number", "payment account number", "account number iban", "kontonummer",
        // of payouts: an account or a wallet, as the row has it
        "destination", "payout destination", "withdrawal destination", "destination account", "withdrawal account", "paid to account",
    ] },
    Role { name: "account_type", anchor: true, headers: &[
        "account type", "bank account type", "type account", "deposit account type", "checking savings",
        "type of account",
    ] },
    Role { name: "bank", anchor: true, headers: &[
        "bank name", "bank", "financial institution", "processor", "institution name", "payment processor",
        "bank processor",
        "provider", "bank institution", "payout provider", "beneficiary bank", "financial institution name",
    ] },
    Role { name: "holder", anchor: true, headers: &[
        "name on account", "account holder", "account holder name", "holder name", "account name",
        "beneficiary",
        "beneficiary name", "account owner", "bank account name", "account nickname holder", "holder",
        "account owner name",
        "payee account name", "name on bank account", "bank account holder",
        "account holder on document", "holder on document", "name on document", "name on check", "name on voided check",
    ] },
    Role { name: "match", anchor: true, headers: &[
        "account holder match", "holder match", "name match", "name match result", "prenote result",
        "account name match",
        "confirmation of payee", "cop result", "vop result", "holder name match", "verification of payee",
        "name check",
        "payee verification", "prenote", "prenote status",
    ] },
    Role { name: "wallet", anchor: true, headers: &[
        "wallet address", "wallet", "crypto address", "crypto wallet", "payout address",
        "payout wallet address", "withdrawal address", "stablecoin address", "destination wallet",
        "crypto wallet address",
        "blockchain address", "usdc address", "payout wallet", "to address", "wallet id",
    ] },
    Role { name: "chain", anchor: false, headers: &[
        "chain", "network", "blockchain", "asset", "token", "coin", "crypto network", "wallet network",
        "cryptocurrency",
        "wallet chain", "wallet type", "payout asset",
    ] },
    Role { name: "currency", anchor: false, headers: &["currency", "currency code", "payout currency",
        "pay currency", "account currency"] },
    Role { name: "by", anchor: false, headers: &[
        "changed by", "updated by", "modified by", "last updated by", "entered by", "actor",
        "changed by email", "initiated by",
        "last modified by", "requested by", "edited by", "actor email", "performed by", "updated by email",
        "submitted by",
    ] },
    Role { name: "ip", anchor: false, headers: &["actor ip", "ip address", "ip", "source ip",
        "changed from ip", "client ip", "submit ip", "change ip"] },
    Role { name: "activity", anchor: false, headers: &[
        "activity", "action", "change type", "event", "operation", "transaction type", "event type",
        "change", "audit action",
    ] },
    Role { name: "changed", anchor: false, headers: &[
        "changed at", "last updated", "updated at", "last modified", "change date", "modified date",
        "updated", "date changed",
        "last changed", "created at", "last update date", "entry date", "modified at", "timestamp", "date",
        "change time",
        "added on", "last updated date", "last modified date", "created", "transaction date",
        "submitted at", "changed",
        "event time", "date added", "set at", "entered on", "entered at",
        // Workday
        "last updated moment", "last functionally updated", "entry moment", "completed on", "initiated on",
    ] },
    Role { name: "field", anchor: true, headers: &[
        "field", "field name", "changed field", "field changed", "data field", "attribute changed", "item changed", "business object",
    ] },
    Role { name: "new", anchor: true, headers: &["new value", "value after", "after", "changed to", "to value", "new"] },
    Role { name: "old", anchor: false, headers: &["old value", "old account", "old bank account", "old account number", "previous account", "value before", "before", "changed from", "previous value", "old"] },
    Role { name: "effective", anchor: false, headers: &[
        "effective date", "effective", "effective from", "start date", "effective at", "valid from",
        "effective time",
        "first pay date", "prenote date",
    ] },
    Role { name: "known", anchor: false, headers: &[
        "priority", "percent", "percentage", "amount", "split", "distribution order", "country", "order",
        "account nickname",
        "pay date", "amount band", "country of account", "bank country", "deposit amount", "status",
        "company", "department",
        "prenote status", "distribution", "balance", "remainder", "amount type",
    ] },
];

/// Plan for pay instructions.
pub static PLAN: Plan = Plan {
    kind: "pay",
    table: &t::TABLE,
    roles: ROLES,
    enough: |has| {
        let changes = has("field") && has("new") && has("changed");
        if changes && (has("worker") || has("email") || has("name") || has("last")) {
            return true;
        }
        (has("account") || has("wallet") || (has("routing") && has("bank")))
            && (has("worker") || has("email") || has("name") || has("last") || has("holder"))
            && [
                "routing",
                "account_type",
                "bank",
                "holder",
                "match",
                "wallet",
                "method",
                "chain",
                "changed",
                "effective",
            ]
            .iter()
            .any(|role| has(role))
    },
    numbered: &[
        "routing",
        "account",
        "account_type",
        "bank",
        "holder",
        "match",
        "wallet",
        "chain",
        "method",
        "known",
        "currency",
    ],
    addresses: &[],
    foreign: &[
        "user agent",
        "tracking number",
        "job title",
        "meeting id",
        "request id",
        "badge id",
        "door",
        "serial number",
        "asset tag",
        "session id",
        "resource",
        "tx hash",
    ],
    plausible: |values| {
        let mut all = values("account");
        all.extend(values("wallet"));
        let good =
            all.iter().filter(|text| text.bytes().filter(u8::is_ascii_digit).count() >= 3 || is_opaque(text));
        let good = good.count();
        // a list of changes of every kind of field is one of pay where it names an account
        let fields = values("field");
        if all.is_empty() && !fields.is_empty() {
            return fields.iter().any(|text| says_account(text));
        }
        all.is_empty() || good * 2 >= all.len()
    },
    fill,
    doc: SourceDoc {
        title: "Pay instructions (Gusto, Rippling, ADP, Workday payment elections, Deel, crypto payouts)",
        documentation: "Direct deposit or payment election report, by the payroll system's publisher",
        recognised_by: "Headers that name a worker and a bank account, IBAN or wallet.",
        expects: &[
            "Account Number*, IBAN* or Wallet Address*",
            "Employee ID*, Email* or Employee Name*",
            "Routing Number",
            "Account Type",
            "Bank Name",
            "Name on Account",
            "Account Holder Match",
            "Payment Method",
            "Network",
            "Currency",
            "Last Updated",
            "Effective Date",
            "Changed By",
            "Actor IP",
        ],
        fills: &["pay_instruction"],
    },
    map: OnceLock::new(),
};

/// The payee's name where it is all that says who it is.
fn name_alone(row: &Row<'_>, record: &mut Record) {
    if row.text("worker").is_none() && row.email("email").is_none() {
        record.text(t::worker_name, row.name("name", "first", "last").as_deref());
    }
}

/// Names of fields that say where pay goes.
fn says_account(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words = [
        "bank",
        "account number",
        "routing",
        "iban",
        "direct deposit",
        "sort code",
        "payment election",
        "wallet",
    ];
    words.iter().any(|word| lower.contains(word))
}

/// A value that the payroll system, or whoever exported it, put in the place of a number.
fn is_opaque(text: &str) -> bool {
    text.len() >= 16 && !text.contains(' ')
}

/// A row that names one field with its old and new value.
fn changed_field(row: &mut Row<'_>, record: &mut Record, field: &str) -> Result<(), Unmade> {
    if !says_account(field) {
        return Err(Unmade::Left("change of another field"));
    }
    if ["worker", "email", "name", "last"].iter().all(|role| row.text(role).is_none()) {
        return Err(Unmade::Wrong("pay instruction without a worker"));
    }
    let lower = field.to_lowercase();
    let new = row.number("new").filter(|text| !is_masked(text) && !is_placeholder(text));
    record.text(t::worker_id, row.id_of_person());
    record.text(t::worker_email, row.mail_of_person());
    name_alone(row, record);
    record.text(t::method, Some(if lower.contains("wallet") { "crypto" } else { "bank" }));
    let at = match () {
        () if lower.contains("wallet") => t::wallet,
        () if ["routing", "sort code", "bic"].iter().any(|word| lower.contains(word)) => t::routing,
        () if ["name", "institution"].iter().any(|word| lower.contains(word)) => t::bank_name,
        () => t::account,
    };
    record.text(at, new);
    let before = row.text("old").is_some();
    record.text(t::activity, Some(if before { "update" } else { "create" }));
    record.text(t::changed_by, row.text("by"));
    record.text(t::actor_ip, row.text("ip").and_then(crate::value::ip).map(|ip| ip.to_string()).as_deref());
    record.time(TIME, row.time("changed"));
    Ok(())
}

fn fill(row: &mut Row<'_>, record: &mut Record) -> Result<(), Unmade> {
    if let Some(field) = row.text("field").filter(|_| row.text("account").is_none()) {
        return changed_field(row, record, field);
    }
    let masked = row.text("account").is_some_and(is_masked);
    let wallet = row.text("wallet").filter(|text| is_wallet(text));
    let wallet = wallet.or_else(|| row.text("account").filter(|text| is_chain_address(text)));
    let account = row
        .number("account")
        .filter(|text| !is_masked(text) && !is_placeholder(text) && !is_chain_address(text));
    if masked {
        row.note("masked account number left out");
    } else if row.text("account").is_some_and(is_placeholder) {
        row.note("placeholder account number left out");
    }
    if row.text("worker").is_none()
        && row.email("email").is_none()
        && row.text("name").is_none()
        && row.text("last").is_none()
        && row.text("holder").is_none()
    {
        return Err(Unmade::Wrong("pay instruction without a worker"));
    }
    if account.is_none()
        && wallet.is_none()
        && !masked
        && row.text("bank").is_none()
        && row.text("method").is_none()
    {
        return Err(Unmade::Wrong("pay instruction without account and wallet"));
    }
    record.text(t::worker_id, row.id_of_person());
    record.text(t::worker_email, row.mail_of_person());
    name_alone(row, record);
    record.text(t::method, method(row, wallet.is_some(), account.is_some() || masked));
    record.text(t::routing, row.text("routing").filter(|text| !is_masked(text)));
    record.text(t::account, account);
    record.text(t::account_type, row.text("account_type"));
    record.text(t::bank_name, row.text("bank"));
    record.text(t::holder_name, row.text("holder"));
    // "none" is an answer here, not a missing value
    let answer = row.text("match").map(holder_match);
    if let Some(answer) = answer.filter(|answer| *answer != "unknown") {
        record.set(t::holder_match, Cell::Text(answer.to_owned()));
    } else if let (Some(holder), Some(worker)) = (row.text("holder"), row.name("name", "first", "last"))
        && is_other_name(holder, &worker)
    {
        record.text(t::holder_match, Some("other_name"));
    } else if let Some(answer) = answer {
        record.text(t::holder_match, Some(answer));
    }
    record.text(t::wallet, wallet);
    record.text(t::chain, row.text("chain").filter(|_| wallet.is_some()));
    record.text(t::currency, row.text("currency"));
    record.text(t::changed_by, row.text("by"));
    record.text(t::actor_ip, row.text("ip").and_then(crate::value::ip).map(|ip| ip.to_string()).as_deref());
    record.text(t::activity, row.text("activity").map(activity));
    let (changed, effective) = (row.time("changed"), row.time("effective"));
    record.time(TIME, changed.or(effective));
    record.time(t::effective_time, effective);
    Ok(())
}

/// `****1234`, `XXXX1234`, `x1234`, `••1234`, `ending in 1234`: the last digits alone say nothing about sameness.
fn is_masked(text: &str) -> bool {
    let lower = text.to_lowercase();
    if has_mask_signs(text) || lower.contains("ending") || lower.contains("...") || lower.contains("last 4") {
        return true;
    }
    let told: Vec<char> = lower.chars().filter(char::is_ascii_alphanumeric).collect();
    // a country and check digits may stand before the signs, as in DE89XXXXXXXXXXXX3000
    let inner = if told.len() > 4 && told[..2].iter().all(char::is_ascii_alphabetic) && told[0] != 'x' {
        &told[4..]
    } else {
        &told
    };
    let signs = inner.iter().filter(|c| **c == 'x').count();
    let rest = inner.len() - signs;
    let only_digits = inner.iter().all(|c| *c == 'x' || c.is_ascii_digit());
    told.len() <= 4 || (only_digits && signs > 0 && (rest <= 6 || signs >= 3))
}

fn has_mask_signs(text: &str) -> bool {
    text.contains(['*', '•', '●', '·', '#', '…', '█', '×'])
}

/// `000000000`, `123456789`: what people type into a field that must be filled.
fn is_placeholder(text: &str) -> bool {
    let told: Vec<u8> = text.bytes().filter(u8::is_ascii_alphanumeric).collect();
    let same = told.windows(2).all(|pair| pair[0] == pair[1]);
    let rising =
        told.windows(2).all(|pair| pair[1] == pair[0].wrapping_add(1) || (pair[0], pair[1]) == (b'9', b'0'));
    same || rising
}

/// The shortest addresses of any chain have about 26 characters; what is shortened for reading is none.
fn is_wallet(text: &str) -> bool {
    text.len() >= 20 && !has_mask_signs(text) && !text.contains("...") && !text.contains(' ')
}

/// Whether a value that may be an account's number is an address on a chain: hexadecimal, Bech32, or digits with letters of
/// both cases (which no IBAN has).
fn is_chain_address(text: &str) -> bool {
    let hex = text
        .strip_prefix("0x")
        .is_some_and(|rest| rest.len() == 40 && rest.bytes().all(|b| b.is_ascii_hexdigit()));
    let any = |test: fn(&u8) -> bool| text.as_bytes().iter().any(test);
    let mixed = (26..=44).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && any(u8::is_ascii_lowercase)
        && any(u8::is_ascii_uppercase)
        && any(u8::is_ascii_digit);
    hex || mixed || text.starts_with("bc1") && text.len() >= 26
}

fn method<'a>(row: &Row<'a>, wallet: bool, account: bool) -> Option<&'a str> {
    let written = row.text("method");
    let lower = written.unwrap_or_default().to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["crypto", "wallet", "usdc", "usdt", "bitcoin", "btc", "stablecoin", "coinbase"])
        || (wallet && !account)
    {
        Some("crypto")
    } else if has(&["direct deposit", "bank", "ach", "wire", "sepa", "eft", "transfer", "deposit", "bacs"]) {
        Some("bank")
    } else if has(&["check", "cheque"]) && !has(&["checking"]) {
        Some("check")
    } else if has(&["card"]) {
        Some("card")
    } else {
        // "Full" or "Remainder" say how much, not how
        if account { Some("bank") } else { written }
    }
}

/// Whether two names of people have no word in common: neither a spouse's family name, nor an initial that would fit. Names
/// in other letters than Latin are not compared, since banks write them in a way of their own; firms are no people.
fn is_other_name(holder: &str, worker: &str) -> bool {
    if text::is_firm(holder) {
        return false;
    }
    let (holder, worker) = (text::fold(holder), text::fold(worker));
    if !holder.is_ascii() || !worker.is_ascii() {
        return false;
    }
    let [holder, worker] = [&holder, &worker].map(|name| name.split_whitespace().collect::<Vec<_>>());
    let fits = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
    holder.len() >= 2 && worker.len() >= 2 && !holder.iter().any(|a| worker.iter().any(|b| fits(a, b)))
}

/// What a bank answered about the holder. That a test payment passed says that there is such an account, and not whose it is.
fn holder_match(text: &str) -> &'static str {
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["close", "partial", "near"]) {
        "close"
    } else if has(&["no match", "no_match", "mismatch", "none", "not match", "fail"])
        || lower == "no"
        || lower == "false"
    {
        "none"
    } else if has(&["exact", "full", "match"]) || lower == "yes" || lower == "true" {
        "exact"
    } else {
        "unknown"
    }
}

fn activity(text: &str) -> &str {
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["add", "creat", "new", "insert"]) {
        "create"
    } else if has(&["delet", "remov"]) {
        "delete"
    } else if has(&["updat", "chang", "modif", "edit"]) {
        "update"
    } else {
        text
    }
}
