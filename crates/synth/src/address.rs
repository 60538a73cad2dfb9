//! Postal addresses.

use std::sync::LazyLock;

use crate::atlas::{CityId, cities};
use crate::draw::Draw;
use crate::rows::rows;

/// An address, with its unit where the house has several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub line: String,
    /// Flat, apartment, suite; may be empty.
    pub unit: String,
    /// City.
    pub city: CityId,
    /// Postal code.
    pub postcode: String,
}

impl Address {
    /// In one line, as carriers write it.
    pub fn one_line(&self) -> String {
        let city = &cities()[self.city];
        let unit = if self.unit.is_empty() { String::new() } else { format!(", {}", self.unit) };
        let region = if city.code.is_empty() { city.region } else { city.code };
        match city.iso {
            "US" | "CA" | "AU" => {
                format!("{}{unit}, {}, {region} {}", self.line, city.name, self.postcode)
            }
            _ => format!("{}{unit}, {} {}, {}", self.line, self.postcode, city.name, city.country),
        }
    }

    /// State code where the country has them, else the region.
    pub fn region(&self) -> &'static str {
        let city = &cities()[self.city];
        if city.code.is_empty() { city.region } else { city.code }
    }

    /// The same house with another unit.
    pub fn with_unit(&self, unit: String) -> Self {
        Self { unit, ..self.clone() }
    }
}

struct Style {
    iso: &'static str,
    form: &'static str,
    streets: Vec<&'static str>,
}

static STYLES: LazyLock<Vec<Style>> = LazyLock::new(|| {
    rows(include_str!("../data/streets.tsv"))
        .map(|row| Style { iso: row.text(0), form: row.text(1), streets: row.text(2).split('|').collect() })
        .collect()
});

/// A house in a city, without a unit.
pub fn house(draw: &mut Draw, city: CityId) -> Address {
    let place = &cities()[city];
    let kin = match place.iso {
        "CA" | "AU" => "US",
        "IE" | "ZA" => "GB",
        other => other,
    };
    let style = STYLES.iter().find(|style| style.iso == kin).unwrap_or(&STYLES[0]);
    let high = if kin == "US" { 9800 } else { 180 };
    let number = draw.range(1, high).to_string();
    let line = style.form.replace("{n}", &number).replace("{s}", draw.word(&style.streets));
    Address { line, unit: String::new(), city, postcode: draw.shape(place.postcode) }
}

/// A home: most people in cities live in a flat.
pub fn home(draw: &mut Draw, city: CityId) -> Address {
    let house = house(draw, city);
    if draw.chance(0.45) { house.with_unit(unit(draw, city)) } else { house }
}

/// A unit of a house.
pub fn unit(draw: &mut Draw, city: CityId) -> String {
    let n = draw.range(1, 40);
    match cities()[city].iso {
        "US" | "CA" if draw.chance(0.8) => format!("Apt {n}"),
        "US" | "CA" => format!("Unit {n}{}", ["A", "B", "C"][draw.below(3)]),
        "GB" | "IE" | "AU" | "IN" | "ZA" => format!("Flat {n}"),
        "DE" => format!("Wohnung {n}"),
        "PL" => format!("m. {n}"),
        _ => format!("Apt {n}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_look_like_their_country() {
        let mut draw = Draw::new(3, "address", 0);
        for (at, city) in cities().iter().enumerate() {
            let home = home(&mut draw, at);
            assert!(home.line.bytes().any(|b| b.is_ascii_digit()), "{}: {}", city.name, home.line);
            assert!(home.one_line().contains(city.name));
        }
    }
}
