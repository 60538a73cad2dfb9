//! `bonafide weights`

use super::{choice, wants_json};
use crate::arguments::Shared;
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// What every indicator weighs here, and why.
pub async fn run(shared: &Shared) -> anyhow::Result<Exit> {
    let weights = app::weights::run(&choice(shared), shared.purpose.as_deref()).await?;
    for note in &weights.notes {
        draw::tell(note);
    }
    if wants_json(shared) {
        draw::json_lines(&weights.lines)?;
        return Ok(NOTHING_OPENED);
    }
    let row = |line: &app::weights::Weight| {
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
            format!("{:.1}", line.bits),
            format!("{:.1} to {:.1}", line.bits_low, line.bits_high),
        ]
    };
    draw::say(&draw::table(
        &["indicator", "tier", "fraud", "honest", "counted here", "confirmed, cleared", "bits", "80 %"],
        weights.lines.iter().map(row),
    ))?;
    let version = weights.lines.first().map_or(0, |line| line.version);
    draw::say(&format!("shown  {} indicators, weights version {version}", weights.lines.len()))?;
    Ok(NOTHING_OPENED)
}
