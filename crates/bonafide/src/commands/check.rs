//! `bonafide check`

use std::fmt::Write as _;
use std::path::Path;

use app::check::{Checked, Options, SourceLine};
use app::report::Person;

use super::{choice, wants_json};
use crate::arguments::{CheckOptions, Shared};
use crate::draw;
use crate::exit::{CASES, Exit, INPUT, NOTHING_OPENED};

/// The whole flow on one folder: one screen, or one JSON object per person in scope.
pub async fn run(shared: &Shared, input: &Path, typed: &CheckOptions) -> anyhow::Result<Exit> {
    let options = Options {
        until: typed.until.clone(),
        keep_raw: !typed.no_raw,
        scope: typed.scope.clone(),
        settings: typed.settings.clone(),
        indicators: typed.indicators.clone(),
        mappings: typed.mapping.clone(),
        aliases: typed.aliases.clone(),
        propose: typed.propose_aliases.clone(),
        mmdb: typed.mmdb.clone(),
        weights: typed.weights,
        purpose: shared.purpose.clone(),
    };
    let checked = app::check::run(input, &choice(shared), &options).await?;
    for line in &checked.notes {
        draw::tell(line);
    }
    if typed.timings {
        for (name, seconds) in &checked.timings {
            draw::tell(&format!("time   {name:<12} {seconds:>7.2} s"));
        }
    }
    if checked.records == 0 {
        draw::tell(&format!("{}: nothing usable could be read", input.display()));
        return Ok(INPUT);
    }
    if checked.workers + checked.applicants == 0 {
        return Ok(INPUT);
    }
    if wants_json(shared) {
        draw::json_lines(&checked.people)?;
    } else {
        draw::say(&screen(&checked))?;
    }
    let opened = checked.people.iter().find(|person| person.case);
    match opened.map(Person::id) {
        Some(person) => draw::next(&format!("bonafide explain {person}")),
        None if checked.rejects > 0 => draw::next("bonafide rejects"),
        None => {}
    }
    Ok(if opened.is_some() { CASES } else { NOTHING_OPENED })
}

fn screen(checked: &Checked) -> String {
    let mut text = String::new();
    let _ = writeln!(
        text,
        "read   {} files, {} records; {} rejected{}",
        checked.files,
        thousands(checked.records),
        thousands(checked.rejects),
        if checked.rejects > 0 { " (see: bonafide rejects)" } else { "" }
    );
    let _ = writeln!(text, "guess  {}", checked.guesses);
    let _ = writeln!(text, "asked  {} indicators, judged as of {}", checked.indicators, checked.judgement);
    for basis in &checked.basis {
        let _ = writeln!(text, "basis  {basis}");
    }
    text.push('\n');
    text.push_str(&draw::table(
        &["source", "table", "first", "last", "accounts or devices joined", "workers"],
        checked.sources.iter().map(source_row),
    ));
    text.push('\n');
    let cases: Vec<&Person> = checked.people.iter().filter(|person| person.case).collect();
    if cases.is_empty() {
        let _ = writeln!(text, "no case opened out of {} people in scope", checked.people.len());
    } else {
        text.push_str(&draw::table(&["case", "person", "why", "against"], cases.iter().map(|p| case_row(p))));
    }
    let _ = writeln!(
        text,
        "shown  {} cases open out of {} people; of these {} about {:.1} are expected to be innocent (prior {})",
        cases.len(),
        checked.people.len(),
        cases.len(),
        checked.expected_innocent,
        checked.prior
    );
    if !checked.farms.is_empty() {
        text.push('\n');
        text.push_str(&draw::table(
            &["farm", "laptops", "workers", "homes declared", "traces"],
            checked.farms.iter().map(|farm| {
                vec![
                    farm.alias.clone(),
                    farm.devices.to_string(),
                    farm.members.to_string(),
                    farm.homes.to_string(),
                    farm.traces.join(", "),
                ]
            }),
        ));
    }
    for line in &checked.more {
        let _ = writeln!(text, "more   {line}");
    }
    text
}

fn source_row(line: &SourceLine) -> Vec<String> {
    vec![
        line.source.clone(),
        line.table.clone(),
        line.first.clone(),
        line.last.clone(),
        format!("{} of {}", thousands(line.joined), thousands(line.accounts)),
        thousands(line.workers),
    ]
}

fn case_row(person: &Person) -> Vec<String> {
    let sentences: Vec<&str> = person
        .evidence
        .iter()
        .filter(|e| e.counted && e.bits > 0.0 && e.tier != "T4")
        .take(2)
        .map(|e| e.sentence.as_str())
        .collect();
    vec![
        app::check::word(person.probability).to_owned(),
        person.id().to_owned(),
        sentences.join("; "),
        person.against.clone().unwrap_or_else(|| "—".to_owned()),
    ]
}

/// Digits grouped by commas.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn digits_are_grouped() {
        assert_eq!(super::thousands(0), "0");
        assert_eq!(super::thousands(999), "999");
        assert_eq!(super::thousands(1_204_331), "1,204,331");
    }
}
