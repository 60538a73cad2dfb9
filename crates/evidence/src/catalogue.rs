//! All indicators: those shipped and those of the user's own folder, under the same checks.

use std::collections::BTreeMap;

use datafusion::prelude::SessionContext;

use crate::catalogue_list::SHIPPED;
use crate::error::{Error, Problem, Result};
use crate::indicator::Indicator;
use crate::{functions, inspect};

/// A file of a user's own folder: the name to show, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserFile {
    /// Name to show.
    pub name: String,
    /// Text.
    pub text: String,
}

/// Indicators by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Catalogue {
    /// Indicators by id.
    pub indicators: BTreeMap<String, Indicator>,
}

impl Catalogue {
    /// The shipped indicators and those of the user, each one inspected against the tables of the lake.
    ///
    /// # Errors
    /// [`Error::Refused`] with everything that is wrong, in order of file.
    pub async fn load(context: &SessionContext, user: &[UserFile]) -> Result<Self> {
        let catalogue = Self::read(user)?;
        catalogue.inspect(context).await?;
        Ok(catalogue)
    }

    /// The shipped indicators, read but not inspected.
    ///
    /// # Errors
    /// As [`Catalogue::load`].
    pub fn shipped() -> Result<Self> {
        Self::read(&[])
    }

    /// Reads the files without looking at the SQL.
    ///
    /// # Errors
    /// As [`Catalogue::load`].
    pub fn read(user: &[UserFile]) -> Result<Self> {
        let shipped = SHIPPED.iter().copied();
        let own = user.iter().map(|file| (file.name.as_str(), file.text.as_str()));
        let (mut indicators, mut problems) = (BTreeMap::<String, Indicator>::new(), Vec::new());
        for (file, text) in shipped.chain(own) {
            match Indicator::parse(file, text) {
                Err(problem) => problems.push(problem),
                Ok(read) => {
                    let id = read.id.clone();
                    if let Some(twice) = indicators.insert(id, read) {
                        problems.push(Problem {
                            file: file.to_owned(),
                            what: format!("id `{}` again", twice.id),
                            why: format!("{} has it already", twice.file),
                        });
                    }
                }
            }
        }
        if problems.is_empty() { Ok(Self { indicators }) } else { Err(refused(problems)) }
    }

    /// Plans every question and walks the plans.
    ///
    /// # Errors
    /// As [`Catalogue::load`].
    pub async fn inspect(&self, context: &SessionContext) -> Result<()> {
        functions::register(context);
        let mut problems = Vec::new();
        for indicator in self.indicators.values() {
            problems.extend(inspect::indicator(context, indicator).await);
        }
        if problems.is_empty() { Ok(()) } else { Err(refused(problems)) }
    }

    /// One indicator.
    ///
    /// # Errors
    /// When there is none of that id.
    pub fn get(&self, id: &str) -> Result<&Indicator> {
        self.indicators.get(id).ok_or_else(|| Error::Unknown(id.to_owned()))
    }
}

fn refused(mut problems: Vec<Problem>) -> Error {
    problems.sort();
    problems.dedup();
    Error::Refused(problems)
}
