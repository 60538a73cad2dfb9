//! One person taken out of a lake: records, what other records say of the person, clear values behind tokens, raw
//! bytes, samples of rejects, names. What identifies the person stays as keyed digests, so that the next reading of
//! the same exports leaves the person out.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::record_batch::RecordBatch;
use model::{Cell, Class, RecordId, TableDef, Whose, tables};

use crate::commit::{Commit, FileIx, Row};
use crate::error::{Error, Result};
use crate::key::Tokens;
use crate::manifest::Manifest;
use crate::raw::{self, Place};
use crate::words::Words;
use crate::{Lake, rows, session, table_file};

/// What a value names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A worker by the roster's id.
    Worker,
    /// An account by e-mail address.
    Email,
    /// An account by the vendor's id.
    Account,
    /// A device that is one person's.
    Device,
    /// A person by name.
    Name,
    /// A local login.
    Login,
    /// A candidate by the tracking system's id.
    Applicant,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::Email => "email",
            Self::Account => "account",
            Self::Device => "device",
            Self::Name => "name",
            Self::Login => "login",
            Self::Applicant => "applicant",
        }
    }
}

/// What a column says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// The row is about whom it names.
    About(Kind),
    /// The row is about somebody else and names one more.
    Names(Kind),
}

fn says(table: &TableDef, column: &str) -> Option<Says> {
    let is_endpoint = table.is_told_by_devices();
    let account = table.account().filter(|account| account.whose == Whose::Service);
    Some(match column {
        _ if account.is_some_and(|account| account.email == Some(column)) => Says::About(Kind::Email),
        _ if account.is_some_and(|account| account.id == column) => Says::About(Kind::Account),
        "worker_id" => Says::About(Kind::Worker),
        "applicant_id" => Says::About(Kind::Applicant),
        "email" | "user_email" | "work_email" | "personal_email" | "worker_email" | "recipient_email" => {
            Says::About(Kind::Email)
        }
        "user_uid" => Says::About(Kind::Account),
        "device_uid" | "serial" | "hostname" if is_endpoint => Says::About(Kind::Device),
        "other_worker_id" | "manager_id" | "referrer_uid" => Says::Names(Kind::Worker),
        "actor_email" | "changed_by" | "referrer_email" | "reference_email" => Says::Names(Kind::Email),
        "actor_uid" => Says::Names(Kind::Account),
        "recipient_name" | "worker_name" | "signed_by" | "holder_name" | "referrer_name"
        | "reference_name" => Says::Names(Kind::Name),
        "user_name" => Says::Names(Kind::Login),
        _ => return None,
    })
}

/// Whether a column holds the name by which alone a row is tied to its person.
fn is_named_only<'a>(table: &TableDef, column: &str, value: &impl Fn(usize) -> Option<&'a str>) -> bool {
    table.account().filter(|account| account.name == Some(column)).is_some_and(|account| {
        let is_empty = |name: &str| table.position(name).is_none_or(|at| value(at).is_none());
        is_empty(account.id) && account.email.is_none_or(is_empty)
    })
}

/// What is known of a person who is to be erased.
#[derive(Debug, Default)]
pub struct Person {
    /// What names the person: clear values, or tokens where the lake knows nothing else.
    pub names: BTreeSet<(Kind, String)>,
    /// Values looked for wherever text is kept.
    pub words: Words,
}

/// What was erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Count {
    /// Records.
    pub records: u64,
    /// Other people's records that named the person.
    pub mentions: u64,
    /// Clear values.
    pub clear_values: u64,
    /// Streams whose bytes were blanked in places.
    pub streams: u64,
    /// Samples of rejects.
    pub samples: u64,
    /// Ids of the records.
    pub ids: Vec<RecordId>,
}

/// Everybody who was erased from this lake, as a reading must know them.
pub(crate) struct Erased {
    tokens: Tokens,
    digests: BTreeSet<String>,
    places: BTreeMap<FileIx, Vec<Place>>,
}

/// Records that erasing touches.
#[derive(Debug, Default)]
struct Touched {
    /// About the person.
    gone: HashSet<String>,
    /// About others; the plain values by which they name the person.
    named: HashMap<String, Vec<String>>,
}

/// What a row is to an erased person.
enum Found {
    Nothing,
    /// It is about the person.
    About,
    /// These columns name the person.
    Named(Vec<usize>),
}

impl Erased {
    pub(crate) fn new(tokens: Tokens, manifest: &Manifest) -> Self {
        Self { tokens, digests: manifest.erased.clone(), places: BTreeMap::new() }
    }

    fn digest(&self, kind: Kind, value: &str) -> Option<String> {
        let class = match kind {
            Kind::Email => Class::Email,
            Kind::Name => Class::Name,
            _ => return Some(self.tokens.of_identity(kind.name(), value)),
        };
        let token = if value.starts_with(crate::TOKEN_PREFIX) {
            Some(value.to_owned())
        } else {
            self.tokens.of(class, value)
        };
        token.map(|token| self.tokens.of_identity(kind.name(), &token))
    }

    fn find<'a>(&self, table: &TableDef, value_at: impl Fn(usize) -> Option<&'a str>) -> Found {
        let mut named = Vec::new();
        for (at, column) in table.columns.iter().enumerate() {
            let (Some(says), Some(value)) = (says(table, column.name), value_at(at)) else { continue };
            let (Says::About(kind) | Says::Names(kind)) = says;
            if !self.digest(kind, value).is_some_and(|digest| self.digests.contains(&digest)) {
                continue;
            }
            match says {
                Says::About(_) => return Found::About,
                // a parcel whose label is all that says for whom it is
                Says::Names(_) if is_named_only(table, column.name, &value_at) => return Found::About,
                Says::Names(_) => named.push(at),
            }
        }
        if named.is_empty() { Found::Nothing } else { Found::Named(named) }
    }

    /// Whether a row that comes is about an erased person and must not be kept. A row that merely names one loses
    /// that value. The bytes of both are blanked when the commit is published.
    pub(crate) fn takes(&mut self, row: &mut Row) -> bool {
        if self.digests.is_empty() {
            return false;
        }
        let found = self.find(row.table, |at| row.cells.get(at).and_then(Cell::as_text));
        let is_about = matches!(found, Found::About);
        let place = |value| Place { offset: row.offset, length: u64::from(row.length), value };
        let places = match found {
            Found::Nothing => return false,
            Found::About => vec![place(None)],
            Found::Named(columns) => {
                let values = columns.into_iter().map(|at| std::mem::take(&mut row.cells[at]));
                values.map(|cell| place(Some(cell.as_text().unwrap_or_default().to_owned()))).collect()
            }
        };
        self.places.entry(row.file).or_default().extend(places);
        is_about
    }

    /// Places in streams whose bytes are to be blanked.
    pub(crate) fn take_places(&mut self) -> BTreeMap<FileIx, Vec<Place>> {
        std::mem::take(&mut self.places)
    }

    /// A sample without e-mail addresses and ids of erased people.
    pub(crate) fn redact(&self, sample: String) -> String {
        if self.digests.is_empty() {
            return sample;
        }
        let is_inside = |c: char| c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+');
        let is_erased = |piece: &str| {
            [Kind::Worker, Kind::Email, Kind::Account, Kind::Device, Kind::Login, Kind::Applicant]
                .into_iter()
                .any(|kind| self.digest(kind, piece).is_some_and(|digest| self.digests.contains(&digest)))
        };
        let mut out = String::with_capacity(sample.len());
        for piece in sample.split_inclusive(|c| !is_inside(c)) {
            let body = piece.trim_end_matches(|c| !is_inside(c));
            out.push_str(if !body.is_empty() && is_erased(body) { "•" } else { body });
            out.push_str(&piece[body.len()..]);
        }
        out
    }
}

impl Lake {
    /// Erases a person in a commit; the derived tables must be computed anew before it is published.
    pub async fn erase(&self, commit: &mut Commit, person: &Person) -> Result<Count> {
        let mut erased = Erased::new(self.tokens.clone(), &Manifest::default());
        erased.digests =
            person.names.iter().filter_map(|(kind, value)| erased.digest(*kind, value)).collect();
        let mut count = Count::default();
        let mut touched = Touched::default();
        for table in tables::ALL {
            commit.erase_rows(table, &erased, person, &mut touched, &mut count)?;
        }
        let places = self.places_of(&touched).await?;
        let gone = touched.gone;
        commit.drop_records(session::provenance::TABLE.name, &gone)?;
        commit.erase_samples(person, &mut count)?;
        commit.forget_values(&mut count)?;
        commit.erase_bytes(&places, person, &mut count)?;
        commit.manifest.erased.extend(erased.digests);
        count.records = gone.len() as u64;
        count.ids = gone.iter().filter_map(|id| id.parse().ok()).collect();
        count.ids.sort_unstable();
        Ok(count)
    }

    /// Where the bytes of records stand, by stream.
    async fn places_of(&self, touched: &Touched) -> Result<BTreeMap<usize, Vec<Place>>> {
        let mut out: BTreeMap<usize, Vec<Place>> = BTreeMap::new();
        let sql = "SELECT record_id, \"file\", \"offset\", \"length\" FROM provenance";
        for batch in self.query(sql).await? {
            let [files, offsets, lengths] = [1, 2, 3].map(|at| rows::ints(&batch, at));
            for (row, id) in rows::texts(&batch, 0).into_iter().enumerate() {
                let id = id.unwrap_or_default();
                let number = |cells: &[Option<i64>]| cells[row].unwrap_or_default().unsigned_abs();
                let place = |value| Place { offset: number(&offsets), length: number(&lengths), value };
                let whole = touched.gone.contains(&id).then(|| place(None));
                let values = touched.named.get(&id).into_iter().flatten();
                let all = whole.into_iter().chain(values.map(|value| place(Some(value.clone()))));
                out.entry(number(&files) as usize).or_default().extend(all);
            }
        }
        out.values_mut().for_each(|places| {
            places.sort_unstable();
            places.dedup();
        });
        Ok(out)
    }
}

impl Commit {
    /// Takes rows about the person out of a record table, and what other rows say of the person.
    fn erase_rows(
        &mut self,
        table: &'static TableDef,
        erased: &Erased,
        person: &Person,
        touched: &mut Touched,
        count: &mut Count,
    ) -> Result<()> {
        self.rewrite(table.name, |batch| {
            let mut kept = Vec::with_capacity(batch.num_rows());
            let mut blank: BTreeSet<(usize, usize)> = BTreeSet::new();
            let columns: Vec<(usize, Option<&StringArray>)> = table
                .columns
                .iter()
                .map(|column| batch.schema().index_of(column.name).unwrap_or(usize::MAX))
                .map(|at| (at, batch.columns().get(at).and_then(|array| array.as_string_opt::<i32>())))
                .collect();
            let ids = columns[tables::RECORD_ID.0].1.ok_or_else(|| damaged(table.name))?;
            for row in 0..batch.num_rows() {
                let value = |at: usize| {
                    columns[at].1.filter(|texts| texts.is_valid(row)).map(|texts| texts.value(row))
                };
                let found = erased.find(table, value);
                kept.push(!matches!(found, Found::About));
                match found {
                    Found::About => _ = touched.gone.insert(ids.value(row).to_owned()),
                    Found::Named(named) => {
                        // Values behind tokens are among the person's words.
                        let plain = named.iter().filter(|at| table.columns[**at].class == Class::Plain);
                        let values = plain.filter_map(|at| value(*at)).map(str::to_owned);
                        touched.named.insert(ids.value(row).to_owned(), values.collect());
                        blank.extend(named.into_iter().map(|at| (columns[at].0, row)));
                    }
                    Found::Nothing => {}
                }
            }
            let mut arrays = batch.columns().to_vec();
            for (at, array) in arrays.iter_mut().enumerate() {
                if let Some(new) = redacted(array, person, &kept, |row| blank.contains(&(at, row))) {
                    count.mentions += new.1;
                    *array = new.0;
                }
            }
            Ok((kept.into(), RecordBatch::try_new(batch.schema(), arrays)?))
        })
    }

    /// Writes the files of a table anew where rows are dropped or changed.
    fn rewrite(
        &mut self,
        name: &str,
        mut change: impl FnMut(&RecordBatch) -> Result<(datafusion::arrow::array::BooleanArray, RecordBatch)>,
    ) -> Result<()> {
        let mut files = Vec::new();
        for file in self.manifest.tables.remove(name).unwrap_or_default() {
            let (mut batches, mut is_changed) = (Vec::new(), false);
            for batch in table_file::read(&self.root, &file, &[])? {
                let (kept, changed) = change(&batch)?;
                is_changed |= kept.true_count() < batch.num_rows() || changed != batch;
                batches.push(datafusion::arrow::compute::filter_record_batch(&changed, &kept)?);
            }
            if is_changed {
                files.extend(table_file::write(&self.root, name, &batches)?);
            } else {
                files.push(file);
            }
        }
        if !files.is_empty() {
            self.manifest.tables.insert(name.to_owned(), files);
        }
        Ok(())
    }

    fn erase_samples(&mut self, person: &Person, count: &mut Count) -> Result<()> {
        let sealer = self.key.clear_values();
        let mut samples = 0;
        self.rewrite(session::reject::TABLE.name, |batch| {
            let mut arrays = batch.columns().to_vec();
            for (array, field) in arrays.iter_mut().zip(batch.schema().fields()) {
                let Some(texts) = array.as_string_opt::<i32>() else { continue };
                let is_sample = field.name() == "sample";
                let mut out: Vec<Option<String>> = Vec::with_capacity(texts.len());
                for text in texts.iter() {
                    let Some(text) = text else {
                        out.push(None);
                        continue;
                    };
                    let clear = if is_sample { sealer.open_text(text)? } else { text.to_owned() };
                    let redacted = person.words.redact(&clear);
                    if redacted == clear {
                        out.push(Some(text.to_owned()));
                    } else {
                        samples += 1;
                        out.push(Some(if is_sample { sealer.seal_text(&redacted)? } else { redacted }));
                    }
                }
                *array = Arc::new(StringArray::from(out));
            }
            let all = vec![true; batch.num_rows()].into();
            Ok((all, RecordBatch::try_new(batch.schema(), arrays)?))
        })?;
        count.samples = samples;
        Ok(())
    }

    /// Takes clear values out of the vault that no record leads to any more.
    fn forget_values(&mut self, count: &mut Count) -> Result<()> {
        let mut needed: HashSet<String> = HashSet::new();
        for table in tables::ALL.iter() {
            let classed = table.columns.iter().filter(|column| column.class.keeps_clear());
            let names: Vec<&str> = classed.map(|column| column.name).collect();
            for file in
                self.manifest.tables.get(table.name).into_iter().flatten().filter(|_| !names.is_empty())
            {
                for batch in table_file::read(&self.root, file, &names)? {
                    let texts = batch.columns().iter().filter_map(|array| array.as_string_opt::<i32>());
                    needed.extend(texts.flat_map(|texts| texts.iter().flatten().map(str::to_owned)));
                }
            }
        }
        let mut forgotten = 0;
        self.rewrite(session::vault::TABLE.name, |batch| {
            let tokens = batch.column(0).as_string_opt::<i32>().ok_or_else(|| damaged("vault"))?;
            let kept: Vec<bool> =
                tokens.iter().map(|token| token.is_some_and(|token| needed.contains(token))).collect();
            forgotten += kept.iter().filter(|kept| !**kept).count() as u64;
            Ok((kept.into(), batch.clone()))
        })?;
        count.clear_values = forgotten;
        Ok(())
    }

    fn erase_bytes(
        &mut self,
        places: &BTreeMap<usize, Vec<Place>>,
        person: &Person,
        count: &mut Count,
    ) -> Result<()> {
        for (at, entry) in self.manifest.files.iter_mut().enumerate() {
            for text in [&mut entry.name, &mut entry.why] {
                *text = person.words.redact(text);
            }
            let Some(path) = &entry.raw else { continue };
            let own = places.get(&at).map_or(&[][..], Vec::as_slice);
            if let Some(blanked) = raw::blank(&self.root, &self.key, path, own, &person.words)? {
                entry.raw = Some(blanked);
                count.streams += 1;
            }
        }
        Ok(())
    }
}

/// A text column without the values of some rows and without the person's words, and how many cells changed.
fn redacted(
    array: &ArrayRef,
    person: &Person,
    kept: &[bool],
    is_blank: impl Fn(usize) -> bool,
) -> Option<(ArrayRef, u64)> {
    if *array.data_type() != DataType::Utf8 {
        return None;
    }
    let texts = array.as_string_opt::<i32>()?;
    let mut changed = 0;
    let mut out: Vec<Option<String>> = Vec::with_capacity(texts.len());
    for (row, text) in texts.iter().enumerate() {
        let new = match text {
            Some(text) if !kept[row] => Some(text.to_owned()),
            Some(_) if is_blank(row) => None,
            Some(text) => Some(person.words.redact(text)),
            None => None,
        };
        changed += u64::from(new.as_deref() != text);
        out.push(new);
    }
    (changed > 0).then(|| (Arc::new(StringArray::from(out)) as ArrayRef, changed))
}

fn damaged(table: &str) -> Error {
    Error::Defect(format!("{table} is not as it was written"))
}
