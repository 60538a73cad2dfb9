//! `bonafide weights`, and what decisions teach them

use app::weights::sample::DrawnLine;
use app::weights::version::{Proposed, Tested};
use app::weights::{self, Weight};

use super::{choice, wants_json};
use crate::arguments::{Shared, Weights, WeightsApply, WeightsCommand, WeightsFound, WeightsSample};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// What every indicator weighs here, and why; or one step of learning.
pub async fn run(shared: &Shared, typed: &Weights) -> anyhow::Result<Exit> {
    match &typed.command {
        None => show(shared).await,
        Some(WeightsCommand::Learn) => learn(shared).await,
        Some(WeightsCommand::Apply(typed)) => apply(shared, typed).await,
        Some(WeightsCommand::Sample(typed)) => sample(shared, typed).await,
        Some(WeightsCommand::Found(typed)) => found(shared, typed).await,
    }
}

async fn show(shared: &Shared) -> anyhow::Result<Exit> {
    let weights = weights::run(&choice(shared), shared.purpose.as_deref()).await?;
    tell(&weights.notes);
    if wants_json(shared) {
        draw::json_lines(&weights.lines)?;
        return Ok(NOTHING_OPENED);
    }
    let row = |line: &Weight| {
        let counted = match (line.showed, line.could_show) {
            (Some(showed), Some(could)) => format!("{showed} of {could}"),
            _ => "—".to_owned(),
        };
        vec![
            line.indicator.clone(),
            line.tier.clone(),
            format!("{:.2}", line.fraud_mean),
            format!("{:.4}", line.honest_mean),
            counted,
            format!("{} and {}", line.decisions[0], line.decisions[1]),
            format!("{:+.1}", line.learned_bits),
            format!("{:.1}", line.bits),
            format!("{:.1} to {:.1}", line.bits_low, line.bits_high),
        ]
    };
    let header = [
        "indicator",
        "tier",
        "fraud",
        "honest",
        "counted here",
        "confirmed, cleared",
        "they say",
        "bits",
        "80 %",
    ];
    draw::say(&draw::table(&header, weights.lines.iter().map(row)))?;
    let version = weights.lines.first().map_or(0, |line| line.version);
    draw::say(&format!("shown  {} indicators, weights version {version}", weights.lines.len()))?;
    Ok(NOTHING_OPENED)
}

fn tell(notes: &[String]) {
    notes.iter().for_each(|note| draw::tell(note));
}

async fn learn(shared: &Shared) -> anyhow::Result<Exit> {
    let learned = weights::version::learn(&choice(shared), shared.purpose.as_deref()).await?;
    tell(&learned.notes);
    if wants_json(shared) {
        draw::json_lines([&learned])?;
    } else {
        draw::say(&learned_text(&learned))?;
    }
    if let Some(version) = learned.version {
        draw::next(&format!("bonafide weights apply {version} --groups FILE.csv"));
    }
    Ok(NOTHING_OPENED)
}

fn learned_text(learned: &Proposed) -> String {
    let of = |[people, answered]: [u64; 2]| format!("{answered} of {people}");
    let row = |one: &weights::version::Moved| {
        vec![
            one.indicator.clone(),
            of(one.confirmed),
            of(one.cleared),
            format!("{:+.2}", one.shift_bits),
            format!("{:+.2}", one.unheld_bits),
        ]
    };
    let mut text = draw::table(
        &["indicator", "answered on confirmed", "on cleared", "moves by, bits", "before it was held back"],
        learned.moved.iter().map(row),
    );
    let [confirmed, cleared] = learned.decisions;
    let version = match learned.version {
        Some(version) => format!("version {version} is kept and not applied yet"),
        None => "no version was made".to_owned(),
    };
    text.push_str(&format!(
        "learned from {confirmed} people confirmed by two and {cleared} cleared; {version}\n"
    ));
    text
}

async fn apply(shared: &Shared, typed: &WeightsApply) -> anyhow::Result<Exit> {
    let purpose = shared.purpose.as_deref();
    let (Some(version), Some(groups)) = (typed.version, &typed.groups) else {
        weights::version::ship(&choice(shared), purpose).await?;
        draw::tell("the shipped weights judge from now on");
        return Ok(NOTHING_OPENED);
    };
    let tested = weights::version::apply(&choice(shared), version, groups, purpose).await?;
    tell(&tested.notes);
    if wants_json(shared) {
        draw::json_lines([&tested])?;
    } else {
        draw::say(&tested_text(&tested))?;
    }
    if let Some(why) = &tested.refused {
        return Err(app::Error::Configuration(why.clone()).into());
    }
    draw::tell(&format!(
        "weights version {version} judges from now on; bonafide weights apply --shipped goes back"
    ));
    Ok(NOTHING_OPENED)
}

fn tested_text(tested: &Tested) -> String {
    let share = |share: &weights::version::Share| format!("{} of {}", share.k, share.n);
    let row = |line: &weights::version::ImpactLine| {
        vec![
            line.group.clone(),
            line.outcome.clone(),
            share(&line.of_group),
            share(&line.of_others),
            line.ratio.map_or_else(|| "—".to_owned(), |ratio| format!("{ratio:.2}")),
            format!("{:.3}", line.p),
            format!("{:.3}", line.p_holm),
            format!("{:.2}", line.power),
        ]
    };
    let mut text = draw::table(
        &["group", "outcome", "of it", "of the others", "ratio", "p", "p (Holm)", "power"],
        tested.table.lines.iter().map(row),
    );
    let [told, judged] = tested.people;
    let [now, before] = tested.cases;
    text.push_str(&format!(
        "tested on {told} of {judged} people judged; {now} cases open with it, {before} before; {}\n",
        if tested.applied { "it passes" } else { "it does not pass" }
    ));
    text
}

async fn sample(shared: &Shared, typed: &WeightsSample) -> anyhow::Result<Exit> {
    let purpose = shared.purpose.as_deref();
    let lines = match typed.people {
        Some(people) => {
            let drawn = weights::sample::draw(&choice(shared), people, typed.seed, purpose).await?;
            tell(&drawn.notes);
            drawn.lines
        }
        None => weights::sample::list(&choice(shared), purpose).await?,
    };
    if wants_json(shared) {
        draw::json_lines(&lines)?;
        return Ok(NOTHING_OPENED);
    }
    let row = |line: &DrawnLine| {
        vec![
            line.draw.to_string(),
            line.worker_id.clone(),
            format!("{:.1}", line.stands_for),
            line.state.clone(),
        ]
    };
    draw::say(&draw::table(&["draw", "person", "stands for", "found"], lines.iter().map(row)))?;
    Ok(NOTHING_OPENED)
}

async fn found(shared: &Shared, typed: &WeightsFound) -> anyhow::Result<Exit> {
    let reason = shared.purpose.as_deref();
    let said = weights::sample::found(&choice(shared), &typed.person, &typed.outcome, reason).await?;
    draw::tell(&said);
    Ok(NOTHING_OPENED)
}
