//! Records that are asked about: rows of a sheet, or JSON objects one a line, each answered before the next is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

use matching::index::Index;
use serde_json::{Map, Value, json};

use super::super::sheets::{self, Sink};
use super::{IndexWish, Wish};
use crate::error::{Error, Result};

/// Longest line that is read: a record, not a file.
const LINE_BYTES: u64 = 1 << 20;

struct Asking<'a> {
    index: &'a Index,
    id: Option<&'a str>,
    tenant: &'a str,
    header: Vec<String>,
    answer: &'a mut dyn FnMut(Value) -> Result<()>,
    took: Vec<Duration>,
    narration: Vec<String>,
}

impl Asking<'_> {
    fn ask(&mut self, number: u64, cell: &dyn Fn(&str) -> String) -> Result<()> {
        let since = Instant::now();
        let values = self.index.scorer().normal(cell);
        let answer = self.index.ask(self.tenant, &values)?;
        self.took.push(since.elapsed());
        let id = self.id.map(cell).map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
        let mut all = Map::new();
        all.insert("record_id".into(), Value::String(id.unwrap_or_else(|| format!("row {number}"))));
        let defect = |cause: serde_json::Error| Error::Defect(cause.to_string());
        if let Value::Object(parts) = serde_json::to_value(&answer).map_err(defect)? {
            all.extend(parts);
        }
        (self.answer)(Value::Object(all))
    }

    /// How long the answers took.
    fn told(mut self) -> Vec<String> {
        self.took.sort_unstable();
        let at = |share: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss,
                reason = "a place"
            )]
            let place = (self.took.len() as f64 * share) as usize;
            self.took
                .get(place.min(self.took.len().saturating_sub(1)))
                .map_or(0.0, |took| took.as_secs_f64() * 1e3)
        };
        self.narration.push(format!(
            "{} questions answered; half within {:.2} ms, 99 of 100 within {:.2} ms, the slowest {:.2} ms",
            self.took.len(),
            at(0.5),
            at(0.99),
            at(1.0)
        ));
        self.narration
    }
}

impl Sink for Asking<'_> {
    fn header(&mut self, names: &[String]) -> Result<()> {
        self.header = names.iter().map(|name| name.trim().to_lowercase()).collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        self.narration.extend(super::absent(self.index.scorer().config(), &known)?);
        if let Some(id) = self.id
            && !self.header.contains(&id.trim().to_lowercase())
        {
            return Err(Error::Configuration(format!(
                "no column is called {id:?}\nhint: there are {}",
                names.join(", ")
            )));
        }
        Ok(())
    }

    fn row(&mut self, number: u64, cells: &[&str]) -> Result<()> {
        let header = std::mem::take(&mut self.header);
        let done = self.ask(number, &|name| {
            let at = header.iter().position(|known| *known == name.trim().to_lowercase());
            at.and_then(|at| cells.get(at)).map_or_else(String::new, |cell| (*cell).to_owned())
        });
        self.header = header;
        done
    }
}

/// Answers all questions of a file, or of standard input where it is called `-`.
pub(super) fn answered(
    index: &Index,
    wish: &Wish,
    of: &IndexWish,
    path: &Path,
    answer: &mut (dyn FnMut(Value) -> Result<()> + Send),
) -> Result<Vec<String>> {
    let mut asking = Asking {
        index,
        id: wish.id.as_deref(),
        tenant: &of.tenant,
        header: Vec::new(),
        answer,
        took: Vec::new(),
        narration: Vec::new(),
    };
    let is_stdin = path.as_os_str() == "-";
    let mut input: Box<dyn BufRead> = if is_stdin {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(path).map_err(Error::file(path))?))
    };
    let begins = input.fill_buf().map_err(Error::file(path))?.trim_ascii_start().first() == Some(&b'{');
    let narration = match (begins, is_stdin) {
        (true, _) => {
            json_lines(input.as_mut(), path, &mut asking)?;
            Vec::new()
        }
        (false, true) => {
            let mut said = Vec::new();
            sheets::csv_rows("standard input", &mut input, &mut asking, &mut said)?;
            said
        }
        (false, false) => sheets::each(path, &mut asking)?,
    };
    asking.narration.extend(narration);
    Ok(asking.told())
}

/// One object a line; a line that is none is answered with why, so that answers and lines stay together.
fn json_lines(input: &mut dyn BufRead, path: &Path, asking: &mut Asking) -> Result<()> {
    let mut number = 0;
    loop {
        let mut line = Vec::new();
        let length = io::Read::take(&mut *input, LINE_BYTES)
            .read_until(b'\n', &mut line)
            .map_err(Error::file(path))?;
        if length == 0 {
            return Ok(());
        }
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        if length as u64 == LINE_BYTES && !line.ends_with(b"\n") {
            return Err(Error::Input(format!(
                "{}:{number}: a line of more than {LINE_BYTES} bytes",
                path.display()
            )));
        }
        match serde_json::from_slice::<Map<String, Value>>(&line) {
            Err(_) => (asking.answer)(json!({ "line": number, "error": "is no JSON object" }))?,
            Ok(record) => {
                let known =
                    |name: &str| record.keys().any(|key| key.trim().eq_ignore_ascii_case(name.trim()));
                let config = asking.index.scorer().config();
                if !config
                    .compare
                    .iter()
                    .flat_map(|comparison| &comparison.columns)
                    .any(|column| known(column))
                {
                    let what = "has none of the columns that the index compares";
                    (asking.answer)(json!({ "line": number, "error": what }))?;
                    continue;
                }
                asking.ask(number, &|name| {
                    let found = record.iter().find(|(key, _)| key.trim().eq_ignore_ascii_case(name.trim()));
                    match found.map(|(_, value)| value) {
                        None | Some(Value::Null) => String::new(),
                        Some(Value::String(text)) => text.clone(),
                        Some(other) => other.to_string(),
                    }
                })?;
            }
        }
    }
}
