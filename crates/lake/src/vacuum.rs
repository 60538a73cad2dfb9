//! Removes what no state needs any more, and says whether everything that the state needs is whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};
use crate::lock::Lock;
use crate::raw::RawReader;
use crate::{FOLDERS, Lake, lock, manifest, table_file};

/// How long erasing waits for readers.
const PATIENCE: Duration = Duration::from_secs(60);
const AGAIN: Duration = Duration::from_millis(50);

/// Which of the answers kept may stay.
#[derive(Clone, Copy)]
enum Answers {
    /// Those that were written whole.
    Whole,
    /// None: they may speak of what must go.
    None,
}

impl Answers {
    fn clean(self, lake: &Lake) -> Result<()> {
        match self {
            Self::Whole => lake.forget_halves(),
            Self::None => lake.forget_all(),
        }
    }
}

impl Lake {
    /// Removes files that the published state does not need: those of older states and those that a killed process
    /// left. Does nothing while others read, and tells whether it did. Needs the right to write.
    pub async fn vacuum(&mut self) -> Result<bool> {
        self.clean(Duration::ZERO, Answers::Whole).await
    }

    /// As [`Lake::vacuum`], but waits for readers and fails when they stay.
    pub async fn vacuum_for_good(&mut self) -> Result<()> {
        if self.clean(PATIENCE, Answers::None).await? { Ok(()) } else { Err(Error::Busy) }
    }

    async fn clean(&mut self, patience: Duration, answers: Answers) -> Result<bool> {
        if self.writing.is_none() || self.stage.is_some() {
            return Err(Error::Defect("files are removed without the right to".into()));
        }
        let path = lock::reading(&self.root);
        // Our own share would keep us out. Meanwhile nobody else can remove anything: that needs the right to write.
        self.reading = None;
        let since = Instant::now();
        let alone = loop {
            match Lock::try_exclusive(&path)? {
                None if since.elapsed() < patience => tokio::time::sleep(AGAIN).await,
                tried => break tried,
            }
        };
        let done = match &alone {
            Some(_) => remove(self).and_then(|()| answers.clean(self)).map(|()| true),
            None => Ok(false),
        };
        drop(alone);
        self.reading = Some(Lock::shared(&path).await?);
        done
    }

    /// Files of the state that are missing or whose bytes were changed, in words.
    pub fn damage(&self) -> Vec<String> {
        let mut out = Vec::new();
        for file in self.manifest.tables.values().flatten() {
            if !table_file::is_whole(&self.root, file) {
                out.push(format!("{}: missing or changed", file.path));
            }
        }
        for path in self.manifest.files.iter().filter_map(|entry| entry.raw.as_ref()) {
            let opened = RawReader::open(&self.root.join(path), &self.key);
            let read = opened
                .and_then(|mut reader| (0..reader.blocks()).try_for_each(|n| reader.block(n).map(drop)));
            if let Err(cause) = read {
                out.push(format!("{path}: {cause}"));
            }
        }
        out
    }
}

fn remove(lake: &Lake) -> Result<()> {
    let state = &lake.manifest;
    let mut kept: BTreeSet<String> = state.tables.values().flatten().map(|file| file.path.clone()).collect();
    kept.extend(state.files.iter().filter_map(|entry| entry.raw.clone()));
    if state.sequence > 0 {
        kept.insert(format!("manifest/{}", manifest::file_name(state.sequence)));
    }
    kept.extend(lake.spill.file_name().map(|name| format!("spill/{}", name.to_string_lossy())));
    for folder in FOLDERS {
        let path = lake.root.join(folder);
        for entry in fs::read_dir(&path).map_err(Error::file(&path))? {
            let entry = entry.map_err(Error::file(&path))?;
            let name = format!("{folder}/{}", entry.file_name().to_string_lossy());
            if !kept.contains(&name) {
                remove_one(&entry.path())?;
            }
        }
    }
    Ok(())
}

fn remove_one(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    removed.map_err(Error::file(path))
}
