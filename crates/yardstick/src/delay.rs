//! How long it takes from the first tell to an open case.

use schemars::JsonSchema;
use serde::Serialize;

use crate::input::World;
use crate::kinds::median;

/// Days from when the first tell could be seen to the first judgement at which a case is open.
///
/// A tell can be seen from its first record on, and no earlier than the first day of records: a parcel of March that stands in the exports
/// of a window from June on is there from its first day. Where the truth tells no first day, that of the first judgement stands for it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Delay {
    /// Observable positives whose first tell can be seen by the last judgement.
    pub people: u64,
    /// Of these, whose first tell is there from the first day of records on.
    pub from_first_day: u64,
    /// Of these, in a case at some judgement.
    pub found: u64,
    /// Median days of those found. Judgements are some days apart, so each is an upper bound.
    pub median_days: Option<f64>,
    /// Days within which nine in ten of those found were.
    pub ninth_decile_days: Option<f64>,
    /// Median over everybody, those never found counted as longest; missing where that half is never found.
    pub median_days_of_all: Option<f64>,
    /// Largest gap between two judgements, days.
    pub resolution_days: i64,
}

/// Measures it over companies with a series of judgements.
#[must_use]
pub fn measure(worlds: &[World]) -> Option<Delay> {
    let (mut days, mut people, mut from_first_day, mut resolution) = (Vec::new(), 0, 0, 0);
    for world in worlds.iter().filter(|world| world.series.len() >= 2) {
        let gaps = world.series.windows(2).map(|pair| pair[1].0 - pair[0].0);
        resolution = gaps.max().unwrap_or(0).max(resolution);
        let last = world.series.last().map_or(0, |(day, _)| *day);
        let start = world.first_day.or(world.series.first().map(|(day, _)| *day)).unwrap_or(i64::MIN);
        for one in world.people.iter().filter(|one| one.is_target()) {
            let Some(first) = one.first_tell.filter(|first| *first <= last) else { continue };
            people += 1;
            from_first_day += u64::from(first <= start);
            let opened = world.series.iter().find(|(_, open)| open.contains(&one.id));
            days.extend(opened.map(|(day, _)| (day - first.max(start)).max(0) as f64));
        }
    }
    if people == 0 {
        return None;
    }
    let found = days.len() as u64;
    let everybody = days.iter().copied().chain((found..people).map(|_| f64::INFINITY));
    let of_all = median(everybody.collect()).filter(|days| days.is_finite());
    days.sort_by(f64::total_cmp);
    let rank = (days.len() * 9).div_ceil(10).saturating_sub(1);
    Some(Delay {
        people,
        from_first_day,
        found,
        ninth_decile_days: days.get(rank).copied(),
        median_days: median(days),
        median_days_of_all: of_all,
        resolution_days: resolution,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::Person;

    fn person(id: &str, first: i64) -> Person {
        Person {
            id: id.into(),
            positive: true,
            observable: true,
            first_tell: Some(first),
            ..Person::default()
        }
    }

    fn open(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn days_count_from_the_first_tell_to_the_first_open_case() {
        let world = World {
            first_day: Some(0),
            people: vec![person("a", 2), person("b", 9), person("c", 3), person("late", 99)],
            series: vec![(5, open(&["a"])), (10, open(&["a", "b"])), (15, open(&["b"]))],
            ..World::default()
        };
        let delay = measure(&[world]).unwrap();
        assert_eq!((delay.people, delay.found, delay.resolution_days), (3, 2, 5));
        assert_eq!((delay.median_days, delay.ninth_decile_days), (Some(2.0), Some(3.0)));
        assert_eq!(delay.median_days_of_all, Some(3.0), "of 3, 1 and never the middle one is 3");
        assert_eq!(measure(&[World::default()]), None);
    }

    #[test]
    fn what_was_there_before_the_first_day_of_records_counts_from_that_day() {
        let mut world = World {
            first_day: Some(100),
            people: vec![person("parcel of spring", 20), person("seen on the third day", 103)],
            series: vec![(110, open(&[])), (115, open(&["parcel of spring", "seen on the third day"]))],
            ..World::default()
        };
        let delay = measure(std::slice::from_ref(&world)).unwrap();
        assert_eq!((delay.people, delay.from_first_day, delay.found), (2, 1, 2));
        assert_eq!((delay.median_days, delay.ninth_decile_days), (Some(13.5), Some(15.0)));
        world.first_day = None;
        let delay = measure(&[world]).unwrap();
        assert_eq!(
            delay.ninth_decile_days,
            Some(5.0),
            "without a plan, nothing before the first judgement counts"
        );
    }
}
