//! A coarse map of where sign-ins came from. The outlines are shipped and the places are rounded, so that nothing is asked
//! of anybody and nobody's street is shown.

use std::sync::LazyLock;

use app::desk::farm::SeenIn;
use maud::{Markup, html};

use crate::layout::counted;

/// Land of the world, and lines between the states of the United States: kind, and points as longitude,latitude in tenths
/// of a degree.
const OUTLINE: &str = include_str!("../../../facts/outline.tsv");
/// Width and height of the drawing.
const SIZE: (f64, f64) = (480.0, 300.0);
/// Least height of what is shown, degrees: a neighbourhood is nobody's business.
const LEAST: f64 = 14.0;
/// What is shown around the places, as a multiple of their own extent.
const AROUND: f64 = 1.5;

/// A point in degrees, or on the drawing.
type Point = (f64, f64);

struct Shape {
    is_land: bool,
    points: Vec<Point>,
}

static SHAPES: LazyLock<Vec<Shape>> = LazyLock::new(|| OUTLINE.lines().filter_map(shape).collect());

fn shape(line: &str) -> Option<Shape> {
    let mut cells = line.split('\t');
    let is_land = match cells.next()? {
        "land" => true,
        "state line" => false,
        _ => return None,
    };
    let point = |text: &str| {
        let (longitude, latitude) = text.split_once(',')?;
        Some((longitude.parse::<f64>().ok()? / 10.0, latitude.parse::<f64>().ok()? / 10.0))
    };
    let points: Option<Vec<Point>> = cells.next()?.split(' ').map(point).collect();
    Some(Shape { is_land, points: points? })
}

/// What part of the world is shown.
#[derive(Debug, Clone, Copy)]
struct Frame {
    centre: Point,
    /// Points of the drawing for a degree of latitude, and of longitude.
    scale: (f64, f64),
}

impl Frame {
    fn around(places: &[Point]) -> Self {
        let ends = |of: fn(&Point) -> f64| {
            let low = places.iter().map(of).fold(f64::INFINITY, f64::min);
            let high = places.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
            (low, high)
        };
        let ((west, east), (south, north)) = (ends(|place| place.0), ends(|place| place.1));
        let latitude = (south + north) / 2.0;
        // a degree of longitude is shorter far from the equator
        let narrow = latitude.to_radians().cos().max(0.2);
        let wanted_height = (north - south) * AROUND;
        let wanted_width = (east - west) * narrow * AROUND;
        let height = wanted_height.max(wanted_width * SIZE.1 / SIZE.0).max(LEAST);
        let scale = SIZE.1 / height;
        Self { centre: ((west + east) / 2.0, latitude), scale: (scale, scale * narrow) }
    }

    fn at(&self, (longitude, latitude): Point) -> Point {
        let x = SIZE.0 / 2.0 + (longitude - self.centre.0) * self.scale.1;
        (x, SIZE.1 / 2.0 - (latitude - self.centre.1) * self.scale.0)
    }
}

/// One side of the drawing: which coordinate, towards where it is inside, and from where on.
type Side = (fn(Point) -> f64, f64, f64);

/// A ring cut to the drawing and a little more, so that the cut is not seen (Sutherland and Hodgman, 1974).
fn cut(ring: Vec<Point>) -> Vec<Point> {
    let edge = 4.0;
    let sides: [Side; 4] = [
        (|point| point.0, 1.0, -edge),
        (|point| point.0, -1.0, SIZE.0 + edge),
        (|point| point.1, 1.0, -edge),
        (|point| point.1, -1.0, SIZE.1 + edge),
    ];
    sides.into_iter().fold(ring, |ring, (of, sign, limit)| {
        let inside = |point: Point| (of(point) - limit) * sign >= 0.0;
        let mut out = Vec::with_capacity(ring.len());
        for (at, point) in ring.iter().copied().enumerate() {
            let before = ring[(at + ring.len() - 1) % ring.len()];
            if inside(point) != inside(before) {
                let part = (limit - of(before)) / (of(point) - of(before));
                out.push((before.0 + (point.0 - before.0) * part, before.1 + (point.1 - before.1) * part));
            }
            if inside(point) {
                out.push(point);
            }
        }
        out
    })
}

fn path(points: &[Point], is_closed: bool) -> String {
    let mut out = String::new();
    for (at, (x, y)) in points.iter().enumerate() {
        out.push_str(&format!("{}{x:.0} {y:.0}", if at == 0 { "M" } else { "L" }));
    }
    if is_closed {
        out.push('Z');
    }
    out
}

/// Places by their number in the list, those that fall together as one; nothing where no log says where its addresses are.
fn spots(places: &[SeenIn]) -> Vec<(Point, Vec<usize>)> {
    let mut out: Vec<(Point, Vec<usize>)> = Vec::new();
    for (at, place) in places.iter().enumerate() {
        let Some(near) = &place.near else { continue };
        let point = (near.longitude, near.latitude);
        match out.iter_mut().find(|(known, _)| *known == point) {
            Some((_, numbers)) => numbers.push(at),
            None => out.push((point, vec![at])),
        }
    }
    out
}

/// The map; its values stand in the table beside it. Nothing where no place is known.
pub(crate) fn map(places: &[SeenIn]) -> Option<Markup> {
    let spots = spots(places);
    if spots.is_empty() {
        return None;
    }
    let frame = Frame::around(&spots.iter().map(|(point, _)| *point).collect::<Vec<_>>());
    let (mut land, mut lines) = (String::new(), String::new());
    for shape in SHAPES.iter() {
        let points: Vec<Point> = shape.points.iter().map(|point| frame.at(*point)).collect();
        if shape.is_land {
            let ring = cut(points);
            if ring.len() > 2 {
                land.push_str(&path(&ring, true));
            }
        } else if points.iter().any(|(x, y)| (0.0..=SIZE.0).contains(x) && (0.0..=SIZE.1).contains(y)) {
            lines.push_str(&path(&points, false));
        }
    }
    let most = places.iter().map(|place| place.sign_ins).max().unwrap_or(1).max(1) as f64;
    // small ones last, so that none is hidden beneath another
    let mut drawn: Vec<(Point, f64, String, String)> = spots
        .iter()
        .map(|(point, numbers)| {
            let all = numbers.iter().map(|at| &places[*at]);
            let count: u64 = all.clone().map(|place| place.sign_ins).sum();
            let radius = 8.0 + 10.0 * (count as f64 / most).min(1.0).sqrt();
            let label = numbers.iter().map(|at| (at + 1).to_string()).collect::<Vec<_>>().join(", ");
            let told = all.map(|place| format!("{}: {}", place.place, counted(place.sign_ins, "sign-in")));
            (frame.at(*point), radius, label, told.collect::<Vec<_>>().join("; "))
        })
        .collect();
    drawn.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some(html! {
        figure .map {
            svg .chart role="img" viewBox=(format!("0 0 {} {}", SIZE.0, SIZE.1)) aria-labelledby="mp-title mp-desc" {
                title #mp-title { "Roughly where sign-ins came from" }
                desc #mp-desc { "Numbered circles on outlines of land, larger for more sign-ins; the same values stand in the table beside it." }
                path .land d=(land) {}
                path .border d=(lines) {}
                @for ((x, y), radius, label, told) in &drawn {
                    g {
                        circle .spot cx=(format!("{x:.0}")) cy=(format!("{y:.0}")) r=(format!("{radius:.0}")) {}
                        text .number x=(format!("{x:.0}")) y=(format!("{:.0}", y + 4.0)) text-anchor="middle" { (label) }
                        title { (told) }
                    }
                }
            }
            figcaption .meta { "Where the logs place the addresses, to half a degree (about 50 km). A provider's or a relay's town may be far from its user. Outlines: Natural Earth; US Census Bureau." }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::desk::farm::Near;

    fn seen(place: &str, longitude: f64, latitude: f64) -> SeenIn {
        let near = Some(Near { latitude, longitude });
        SeenIn { place: place.into(), sign_ins: 10, people: 2, near }
    }

    #[test]
    fn every_row_of_the_outline_is_read() {
        let rows = OUTLINE.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(SHAPES.len(), rows);
        assert!(
            SHAPES.iter().flat_map(|shape| &shape.points).all(|(x, y)| x.abs() <= 180.0 && y.abs() <= 90.0)
        );
        assert!(SHAPES.iter().filter(|shape| shape.is_land).all(|shape| shape.points.len() > 3));
    }

    #[test]
    fn places_are_within_the_drawing_and_land_is_around_them() {
        for places in [
            vec![seen("Phoenix", -112.0, 33.5)],
            vec![seen("Denver", -105.0, 39.5), seen("Oslo", 10.5, 60.0)],
            vec![seen("Suva", 178.5, -18.0), seen("Honolulu", -158.0, 21.5)],
        ] {
            let text = map(&places).unwrap().into_string();
            assert_eq!(text.matches("<circle").count(), places.len());
            for part in text.split(" cx=\"").skip(1) {
                let x: f64 = part.split('"').next().unwrap().parse().unwrap();
                assert!((0.0..=SIZE.0).contains(&x), "{x}");
            }
            let land = text.split("class=\"land\" d=\"").nth(1).unwrap().split('"').next().unwrap();
            assert!(land.starts_with('M') && !land.contains("NaN"), "{land}");
            for number in land.split(['M', 'L', 'Z', ' ']).filter(|part| !part.is_empty()) {
                assert!((-5.0..=SIZE.0 + 5.0).contains(&number.parse::<f64>().unwrap()), "{number}");
            }
            assert!(text.len() < 40_000, "{} bytes", text.len());
        }
    }

    #[test]
    fn places_in_one_spot_are_one_circle_and_none_is_no_map() {
        let two = [seen("Mesa", -112.0, 33.5), seen("Tempe", -112.0, 33.5)];
        let text = map(&two).unwrap().into_string();
        assert!(text.contains(">1, 2<") && text.matches("<circle").count() == 1, "{text}");
        let nowhere = SeenIn { near: None, ..seen("an unknown region", 0.0, 0.0) };
        assert!(map(&[nowhere]).is_none() && map(&[]).is_none());
    }
}
