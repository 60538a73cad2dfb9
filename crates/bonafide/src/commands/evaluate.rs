//! `bonafide evaluate`

use std::fmt::Write as _;

use app::evaluate::{Candidates, Evaluation, Wish};

use super::wants_json;
use crate::arguments::{Evaluate, Shared};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// Measures assessments against the truth: one screen, or one JSON object.
pub fn run(shared: &Shared, typed: Evaluate) -> anyhow::Result<Exit> {
    let wish = Wish {
        truth: typed.truth,
        assessments: typed.assessments,
        days: typed.days,
        calibrator: typed.calibrator,
    };
    let evaluation = app::evaluate::run(&wish)?;
    let file = typed.json.filter(|path| path.as_os_str() != "-");
    if let Some(path) = &file {
        app::evaluate::write(path, &evaluation)?;
    }
    for line in &evaluation.missing {
        draw::tell(&format!("missing: {line}"));
    }
    if wants_json(shared) && file.is_none() {
        draw::json_lines([&evaluation])?;
    } else {
        draw::say(&screen(&evaluation))?;
    }
    Ok(NOTHING_OPENED)
}

fn number(value: Option<f64>) -> String {
    value.map_or("—".into(), |value| format!("{value:.3}"))
}

fn screen(of: &Evaluation) -> String {
    let mut text = String::new();
    let data = &of.data;
    let _ = writeln!(
        text,
        "data   {} people: {} operated by another ({} can be seen), {} hosts, {} innocents for {:.0} worker-months",
        data.people, data.positives, data.observable, data.hosts, data.innocents, data.worker_months
    );
    let cases = &of.cases;
    let _ = writeln!(
        text,
        "cases  {} open: {} of {} found, {} innocents accused ({} per 10,000 worker-months, at most {})",
        cases.open,
        cases.recall.k,
        cases.recall.n,
        cases.wrong,
        number(cases.rate),
        number(cases.rate_high)
    );
    for at in &of.recall_at {
        let claimed = at.claimed.map_or("nothing can be claimed with so few months".into(), |claimed| {
            format!("{} claimed with 95 % confidence", number(claimed.recall.value))
        });
        let _ = writeln!(
            text,
            "recall {} at {} false accusations per 10,000 worker-months; {claimed}",
            number(at.recall.value),
            at.price
        );
    }
    let _ = writeln!(text, "order  average precision {}", number(of.average_precision));
    if let Some(all) = &of.calibration {
        let printed = &all.as_printed;
        let line = printed.line.map_or("no slope: a threshold parts all".into(), |line| {
            format!("slope {:.2}, intercept {:.2}", line.slope, line.intercept)
        });
        let _ = writeln!(
            text,
            "odds   {line}; observed per expected {}; log-loss skill {}",
            number(printed.observed_per_expected),
            number(printed.log_loss_skill)
        );
    }
    for (name, clusters) in [("farms", &of.farms), ("rings", &of.rings)] {
        if let Some(clusters) = clusters {
            let (pairs, cubed) = (number(clusters.pairwise.f1), number(clusters.b_cubed.f1));
            let _ = writeln!(
                text,
                "{name}  {} of {}: F1 {pairs} over pairs, {cubed} B-cubed",
                clusters.said, clusters.truth
            );
        }
    }
    let _ = writeln!(
        text,
        "roles  {} of {} hosts found (case or role); {} of {} owners of identities proposed as such",
        cases.hosts_found.k, cases.hosts_found.n, cases.owners_found.k, cases.owners_found.n
    );
    if let Some(of) = &of.candidates {
        candidates(of, &mut text);
    }
    if let Some(delay) = &of.delay {
        let days = number(delay.median_days);
        let _ = writeln!(
            text,
            "days   {days} from first tell to case (median of {} found of {})",
            delay.found, delay.people
        );
    }
    text + &tables(of)
}

/// People who applied, apart from workers.
fn candidates(of: &Candidates, text: &mut String) {
    let _ = writeln!(
        text,
        "apply  {} candidates ({} more were hired): {} personas ({} can be seen), {} honest; nothing was said of {} and {}",
        of.people,
        of.hired,
        of.positives,
        of.observable,
        of.innocents,
        of.positives_not_assessed,
        of.innocents_not_assessed
    );
    let _ = writeln!(
        text,
        "       {} cases: {} of {} found, {} honest accused ({} per 10,000 candidates, at most {}); average precision {}",
        of.open,
        of.recall.k,
        of.recall.n,
        of.wrong,
        number(of.rate),
        number(of.rate_high),
        number(of.average_precision)
    );
    if let Some(clusters) = &of.clusters {
        let (pairs, cubed) = (number(clusters.pairwise.f1), number(clusters.b_cubed.f1));
        let _ = writeln!(
            text,
            "       {} of {} clusters of personas: F1 {pairs} over pairs, {cubed} B-cubed",
            clusters.said, clusters.truth
        );
    }
}

/// By scheme, against single rules, against what should hold.
fn tables(of: &Evaluation) -> String {
    let mut text = String::from("\n");
    text.push_str(&draw::table(
        &["scheme", "found", "of", "median bits"],
        of.schemes.iter().map(|line| {
            let bits = line.median_bits.map_or("—".into(), |bits| format!("{bits:.1}"));
            vec![line.scheme.clone(), line.found.k.to_string(), line.found.n.to_string(), bits]
        }),
    ));
    text.push('\n');
    text.push_str(&draw::table(
        &["rule", "found", "of", "innocents named", "per 10,000 worker-months"],
        of.rules.iter().map(|line| {
            let (found, of) = (line.recall.k.to_string(), line.recall.n.to_string());
            vec![line.rule.clone(), found, of, line.wrong.to_string(), number(line.rate)]
        }),
    ));
    text.push('\n');
    text.push_str(&draw::table(
        &["target", "measured", ""],
        of.targets
            .iter()
            .map(|one| vec![one.target.clone(), one.measured.clone(), one.verdict.word().into()]),
    ));
    text
}
