//! Lists come in parts: `limit` says how large one is, and `next` is sent back as `cursor` for the one after it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::call::{Call, Fields};
use crate::fault::Fault;

/// Most items of a part.
pub(crate) const MOST: u64 = 200;
/// Items of a part where nothing is said.
const USUAL: u64 = 100;

/// A part of a list.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "{T}List")]
pub(super) struct Listed<T> {
    /// What is in it.
    pub(super) items: Vec<T>,
    /// To be sent as `cursor` for the next part; missing at the end.
    pub(super) next: Option<String>,
}

/// How many items are asked for.
pub(super) fn limit(query: &Fields, most: u64) -> Result<usize, Fault> {
    let limit = query.number("limit")?.unwrap_or(USUAL.min(most));
    if !(1..=most).contains(&limit) {
        return Err(Fault::new(422, format!("limit is no number from 1 to {most}")));
    }
    Ok(usize::try_from(limit).unwrap_or(usize::MAX))
}

/// The part of a list that a request asks for. `name` is what tells an item from the others, with its place.
pub(super) fn part<T>(
    call: &Call<'_>,
    all: Vec<T>,
    name: impl Fn(usize, &T) -> String,
) -> Result<Listed<T>, Fault> {
    let query = call.query()?;
    cut(all, limit(&query, MOST)?, query.get("cursor"), name)
}

fn cut<T>(
    all: Vec<T>,
    limit: usize,
    cursor: Option<&str>,
    name: impl Fn(usize, &T) -> String,
) -> Result<Listed<T>, Fault> {
    let begin = match cursor {
        None => 0,
        Some(cursor) => {
            let at = all.iter().enumerate().position(|(at, one)| name(at, one) == cursor);
            at.ok_or_else(|| Fault::new(422, "the cursor names nothing in this list"))? + 1
        }
    };
    let is_last = begin + limit >= all.len();
    let items: Vec<T> = all.into_iter().skip(begin).take(limit).collect();
    let last = items.len().checked_sub(1).map(|at| name(begin + at, &items[at]));
    Ok(Listed { items, next: last.filter(|_| !is_last) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_the_whole() {
        let all = || vec!["a", "b", "c", "d", "e"];
        let name = |_: usize, one: &&str| (*one).to_owned();
        let (mut seen, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let part = cut(all(), 2, cursor.as_deref(), name).unwrap();
            seen.extend(part.items);
            match part.next {
                Some(next) => cursor = Some(next),
                None => break,
            }
        }
        assert_eq!(seen, all());
        let whole = cut(all(), 5, None, name).unwrap();
        assert_eq!((whole.items.len(), whole.next), (5, None));
        assert!(cut(Vec::<&str>::new(), 5, None, name).unwrap().next.is_none());
        assert_eq!(cut(all(), 5, Some("x"), name).err().map(|fault| fault.status), Some(422));
    }
}
