//! What was typed after the task's name.

use std::str::FromStr;

use anyhow::{Context, bail};

/// Words not yet understood.
pub struct Options {
    words: Vec<String>,
}

impl Options {
    /// Of the words typed.
    pub fn new(words: Vec<String>) -> Self {
        Self { words }
    }

    /// Takes a flag; whether it was there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() < before
    }

    /// Takes `name VALUE`.
    pub fn value<T: FromStr>(&mut self, name: &str) -> anyhow::Result<Option<T>>
    where
        T::Err: std::error::Error + Send + Sync + 'static,
    {
        let Some(at) = self.words.iter().position(|word| word == name) else { return Ok(None) };
        let value = self.words.get(at + 1).cloned().with_context(|| format!("{name} wants a value"))?;
        self.words.drain(at..=at + 1);
        value.parse().map(Some).with_context(|| format!("{name} {value}"))
    }

    /// Takes the next word.
    pub fn word(&mut self) -> Option<String> {
        (!self.words.is_empty()).then(|| self.words.remove(0))
    }

    /// Takes all that is left.
    pub fn rest(self) -> Vec<String> {
        self.words
    }

    /// Fails when something is left over.
    pub fn end(self) -> anyhow::Result<()> {
        match self.words.first() {
            None => Ok(()),
            Some(word) => bail!("{word:?} is not understood; see cargo xtask --help"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_word_is_taken_once_and_leftovers_are_refused() {
        let words = ["check", "--days", "3", "--keep"].map(str::to_owned).to_vec();
        let mut options = Options::new(words);
        assert_eq!(options.value::<u32>("--days").unwrap(), Some(3));
        assert!(options.flag("--keep") && !options.flag("--keep"));
        assert_eq!(options.word().as_deref(), Some("check"));
        assert!(options.end().is_ok());
        assert!(Options::new(vec!["--dyas".into()]).end().is_err());
        assert!(Options::new(vec!["--days".into(), "many".into()]).value::<u32>("--days").is_err());
    }
}
