//! Lines of some days, kept until their day is over, then written in order of time.

use std::collections::BTreeMap;
use std::io::Write;

use crate::calendar::{Day, Moment, day_of};
use crate::truth::{Tag, Truth};

/// Lines by UTC day: local days reach into two of them.
pub struct Spool {
    from: Day,
    to: Day,
    days: BTreeMap<Day, Lines>,
}

#[derive(Default)]
struct Lines {
    text: String,
    index: Vec<(Moment, u32, u32)>,
}

impl Spool {
    /// Takes lines of the UTC days from `from` to `to`.
    pub fn new(from: Day, to: Day) -> Self {
        Self { from, to, days: BTreeMap::new() }
    }

    /// Whether a line of that moment will be written.
    pub fn takes(&self, at: Moment) -> bool {
        (self.from..=self.to).contains(&day_of(at))
    }

    /// Adds a line, unless it lies outside the window.
    pub fn line(&mut self, at: Moment, write: impl FnOnce(&mut String)) {
        if !self.takes(at) {
            return;
        }
        let lines = self.days.entry(day_of(at)).or_default();
        let start = lines.text.len();
        write(&mut lines.text);
        lines.index.push((at, start as u32, (lines.text.len() - start) as u32));
    }

    /// Writes and forgets a day.
    pub fn flush(&mut self, day: Day, out: &mut dyn Write) -> std::io::Result<()> {
        let Some(mut lines) = self.days.remove(&day) else { return Ok(()) };
        // lines of one moment keep the order in which they were made
        lines.index.sort_by_key(|(at, start, _)| (*at, *start));
        for (_, start, length) in lines.index {
            out.write_all(&lines.text.as_bytes()[start as usize..(start + length) as usize])?;
        }
        Ok(())
    }
}

/// Where the lines of one export go, with what they give away.
pub struct Sink<'s> {
    /// Lines.
    pub spool: &'s mut Spool,
    /// Truth.
    pub truth: &'s mut Truth,
    /// Source kind.
    pub export: &'static str,
}

impl Sink<'_> {
    /// Adds a line that shows what its marks say, unless it lies outside the window.
    pub fn line(&mut self, at: Moment, tags: &[Tag], write: impl FnOnce(&mut String)) {
        if self.spool.takes(at) {
            self.spool.line(at, write);
            tags.iter().for_each(|tag| self.truth.wrote(*tag, at, self.export));
        }
    }
}
