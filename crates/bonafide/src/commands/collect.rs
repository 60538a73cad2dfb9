//! `bonafide collect`

use app::collect::{Options, collect, deploy_key, verify};

use crate::arguments::{Collect, Shared};
use crate::draw;
use crate::exit::{Exit, INPUT, NOTHING_OPENED};

/// Looks at this computer, or at what another sent.
pub fn run(shared: &Shared, typed: &Collect) -> anyhow::Result<Exit> {
    if typed.deploy_key {
        let Some(key) = &shared.key else {
            anyhow::bail!("name the workspace's key: bonafide collect --deploy-key --key FILE");
        };
        draw::say(&deploy_key(key)?)?;
        return Ok(NOTHING_OPENED);
    }
    if let Some(file) = &typed.verify {
        let Some(key) = &typed.collector_key else {
            anyhow::bail!("name the collector's key: bonafide collect --verify FILE --collector-key FILE");
        };
        let why = verify(file, key)?;
        draw::tell(&format!("{}: {}", file.display(), why.unwrap_or("signed with this key, and unchanged")));
        return Ok(if why.is_none() { NOTHING_OPENED } else { INPUT });
    }
    let options =
        Options { key: typed.collector_key.clone(), readings: typed.idle.clone(), root: typed.root.clone() };
    let whole = collect(&options)?;
    for what in whole["missing"].as_array().into_iter().flatten().filter_map(|what| what.as_str()) {
        draw::tell(what);
    }
    draw::say(&serde_json::to_string(&whole)?)?;
    Ok(NOTHING_OPENED)
}
