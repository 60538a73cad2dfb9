//! What a check was judged on: scope, settings, indicators, judgement time. It belongs to the state that the check
//! published, so that `explain` judges in the same way.

use std::path::{Path, PathBuf};

use lake::Lake;
use model::Time;
use scoring::learning::Version;
use serde::{Deserialize, Serialize};

use crate::check::Options;
use crate::error::{Error, Result};
use crate::judge::{Asked, Terms};
use crate::scope::Scope;
use crate::settings::Settings;
use crate::workspace::Workspace;

/// Note of the state.
const LAST_CHECK: &str = "last_check";

/// A configuration file, and whether it must exist: limits that a company set itself are never dropped in silence.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Named {
    path: PathBuf,
    must_exist: bool,
}

/// Where the terms of a check come from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Basis {
    judgement: i64,
    scope: Named,
    settings: Named,
    indicators: Option<PathBuf>,
    /// The weights as decisions moved them, whole: an old state can be judged again whatever the store holds by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    weights: Option<Version>,
}

impl Basis {
    /// The files the user named, else those of the workspace.
    pub fn of(workspace: &Workspace, options: &Options) -> Result<Self> {
        let absolute = |path: &Path| std::path::absolute(path).map_err(Error::configuration(path));
        let named = |path: &Option<PathBuf>, default: &str| -> Result<Named> {
            match path {
                Some(path) => Ok(Named { path: absolute(path)?, must_exist: true }),
                None => {
                    let path = workspace.root.join(default);
                    Ok(Named { must_exist: path.exists(), path })
                }
            }
        };
        Ok(Self {
            judgement: 0,
            scope: named(&options.scope, "scope.toml")?,
            settings: named(&options.settings, "bonafide.toml")?,
            indicators: options.indicators.as_deref().map(absolute).transpose()?,
            weights: None,
        })
    }

    /// The same with other weights; nothing stands for those that are shipped.
    #[must_use]
    pub fn weighed(self, weights: Option<Version>) -> Self {
        Self { weights, ..self }
    }

    /// The weights.
    #[must_use]
    pub fn weights(&self) -> Option<&Version> {
        self.weights.as_ref()
    }

    /// Reads scope and settings.
    pub fn read(&self) -> Result<(Scope, Settings)> {
        let scope = Scope::read(&self.scope.path, self.scope.must_exist)?;
        Ok((scope, Settings::read(&self.settings.path, self.settings.must_exist)?))
    }

    /// Makes it a part of the next state.
    pub fn remember(mut self, lake: &mut Lake, judgement: Time) -> Result<()> {
        self.judgement = judgement.0;
        let text = serde_json::to_string(&self).map_err(|cause| Error::Defect(cause.to_string()))?;
        Ok(lake.note(LAST_CHECK, &text)?)
    }

    /// Of the last check of a workspace.
    pub fn last(lake: &Lake) -> Result<Self> {
        let Some(text) = lake.manifest().notes.get(LAST_CHECK) else {
            return Err(Error::Input("nobody was judged yet; hint: bonafide check DIR".into()));
        };
        serde_json::from_str(text).map_err(|cause| Error::Defect(format!("{LAST_CHECK}: {cause}")))
    }

    /// The same terms again, and the lake as of the same instant.
    pub async fn again(lake: &mut Lake) -> Result<Terms> {
        let last = Self::last(lake)?;
        let (scope, settings) = last.read()?;
        let asked = Asked::load(lake, &scope, last.indicators.as_deref()).await?;
        lake.look_as_of(last.judgement()).await?;
        Ok(Terms::new(last.judgement(), settings, scope, asked)?.weighed(last.weights))
    }

    /// What "now" was.
    #[must_use]
    pub fn judgement(&self) -> Time {
        Time(self.judgement)
    }
}
