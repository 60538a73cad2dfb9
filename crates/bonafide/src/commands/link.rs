//! `bonafide link`

use app::link::{IndexWish, Outcome, Wish};
use serde_json::{Map, Value};

use super::{choice, wants_json};
use crate::arguments::{Link, Shared};
use crate::draw;
use crate::exit::{Exit, NOTHING_OPENED};

/// Who or what in some sheets is one and the same.
pub fn run(shared: &Shared, typed: Box<Link>) -> anyhow::Result<Exit> {
    let explain = match typed.explain.as_deref() {
        Some([left, right]) => Some((left.clone(), right.clone())),
        _ => None,
    };
    let wish = Wish {
        files: typed.files,
        id: typed.id,
        config: typed.config,
        output: typed.output,
        pairs: typed.pairs,
        truth: typed.truth,
        truth_column: typed.truth_column,
        explain,
        explain_cluster: typed.explain_cluster,
        charts: typed.charts,
        unlinkables: typed.unlinkables,
        sample: typed.sample,
        seed: typed.seed,
        sample_output: typed.sample_output,
        judged: typed.judged,
        threads: choice(shared).threads,
    };
    if let Some(folder) = typed.index.folder {
        let of = IndexWish {
            folder,
            rebuild: typed.index.rebuild,
            model_of: typed.index.model_of,
            add: typed.index.add,
            delete: typed.index.delete,
            unmerge: typed.index.unmerge,
            query: typed.index.query,
            tenant: typed.index.tenant,
        };
        return indexed(&wish, &of);
    }
    if typed.suggest {
        let (toml, narration) = app::link::suggest(&wish)?;
        narration.iter().for_each(|line| draw::tell(line));
        draw::say(&toml)?;
        if !wish.asks_to_link() {
            return Ok(NOTHING_OPENED);
        }
    }
    // Scores and waterfalls are texts also in a pipe, unless JSON is asked for; a configuration stands by itself.
    let typed_text = typed.suggest
        || wish.truth.is_some()
        || wish.explain.is_some()
        || wish.explain_cluster.is_some()
        || wish.judged.is_some();
    let outcome = app::link::link(&wish)?;
    outcome.narration.iter().for_each(|line| draw::tell(line));
    tell(&outcome);
    if let Some(sheet) = outcome.clusters.as_ref().or(outcome.sample.as_ref()) {
        draw::say(sheet)?;
    } else if shared.json.is_some() || wants_json(shared) && !typed_text {
        draw::json_lines([json(&outcome)])?;
    } else {
        if let Some(scored) = &outcome.scored {
            draw::say(&scored.text())?;
        }
        if let Some(waterfall) = &outcome.waterfall {
            draw::say(&waterfall.text())?;
        }
        if let Some(cluster) = &outcome.cluster {
            draw::say(&cluster.text())?;
        }
        if let Some(found) = &outcome.judged {
            draw::say(&app::link::judged_text(found))?;
        }
    }
    Ok(NOTHING_OPENED)
}

/// Builds, changes or asks an index.
fn indexed(wish: &Wish, of: &IndexWish) -> anyhow::Result<Exit> {
    let mut broken = None;
    let outcome = app::link::index(wish, of, &mut |answer| {
        // Each answer at once: whoever asks over a pipe waits for it.
        draw::json_lines([answer]).map_err(|cause| {
            let error = app::Error::Configuration(format!("the answer cannot be written: {cause}"));
            broken = Some(cause);
            error
        })
    });
    if let Some(cause) = broken {
        return Err(cause);
    }
    let outcome = outcome?;
    outcome.narration.iter().for_each(|line| draw::tell(line));
    if let Some(status) = &outcome.status {
        draw::json_lines([status])?;
    }
    Ok(NOTHING_OPENED)
}

/// The outcome in one line of narration.
fn tell(outcome: &Outcome) {
    let of = |name: &str| outcome.summary.get(name).cloned().unwrap_or(Value::Null);
    let share = |name: &str| of(name).as_f64();
    let mut line = format!("{} clusters, the largest of {}", of("clusters"), of("largest"));
    if let Some(threshold) = share("threshold") {
        line.push_str(&format!("; threshold {threshold:.3}"));
    }
    match (share("estimated_precision"), share("estimated_recall")) {
        (Some(precision), Some(recall)) => line
            .push_str(&format!("; estimated without labels: precision {precision:.3}, recall {recall:.3}")),
        _ => line.push_str("; no link was weighed: nothing to estimate"),
    }
    draw::tell(&line);
}

fn json(outcome: &Outcome) -> Value {
    let mut all: Map<String, Value> = outcome.summary.as_object().cloned().unwrap_or_default();
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            all.insert(name.to_owned(), value);
        }
    };
    add("scored", outcome.scored.as_ref().and_then(|scored| serde_json::to_value(scored).ok()));
    add("judged", outcome.judged.as_ref().and_then(|found| serde_json::to_value(found).ok()));
    add("cluster", outcome.cluster.as_ref().and_then(|cluster| serde_json::to_value(cluster).ok()));
    add("explained", outcome.waterfall.as_ref().and_then(|waterfall| serde_json::to_value(waterfall).ok()));
    Value::Object(all)
}
