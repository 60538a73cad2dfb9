//! Postal addresses in one column or in parts, brought to "line1, line2, city, region postcode, country".

use model::record::is_missing;

use crate::countries::alpha2;

/// States of the United States.
const STATES: &str = "\
    AL Alabama;AK Alaska;AZ Arizona;AR Arkansas;CA California;CO Colorado;CT Connecticut;DE \
    Delaware;DC District of Columbia;FL Florida;GA Georgia;HI Hawaii;ID Idaho;IL Illinois;IN \
    Indiana;IA Iowa;KS Kansas;KY Kentucky;LA Louisiana;ME Maine;MD Maryland;MA Massachusetts;MI \
    Michigan;MN Minnesota;MS Mississippi;MO Missouri;MT Montana;NE Nebraska;NV Nevada;NH New \
    Hampshire;NJ New Jersey;NM New Mexico;NY New York;NC North Carolina;ND North Dakota;OH Ohio;OK \
    Oklahoma;OR Oregon;PA Pennsylvania;RI Rhode Island;SC South Carolina;SD South Dakota;TN \
    Tennessee;TX Texas;UT Utah;VT Vermont;VA Virginia;WA Washington;WV West Virginia;WI Wisconsin;WY \
    Wyoming;PR Puerto Rico;GU Guam;VI Virgin Islands";

/// Provinces of Canada.
const PROVINCES: &str = "\
    AB Alberta;BC British Columbia;MB Manitoba;NB New Brunswick;NL Newfoundland and Labrador;NS Nova \
    Scotia;NT Northwest Territories;NU Nunavut;ON Ontario;PE Prince Edward Island;QC Quebec;SK \
    Saskatchewan;YT Yukon";

/// Parts of an address as the roles name them, and how headers name them after the word that says whose it is.
#[rustfmt::skip]
pub const PARTS: &[(&str, &[&str])] = &[
    ("line1", &["address", "address 1", "address line 1", "line 1", "street", "street 1", "street address", "address street", "full address"]),
    ("line2", &["address 2", "address line 2", "line 2", "street 2", "unit", "suite", "apartment", "apt", "address unit"]),
    ("line3", &["address 3", "address line 3", "line 3", "street 3"]),
    ("house", &["house number", "street number", "building number"]),
    ("city", &["city", "address city", "municipality", "locality"]),
    ("region", &["state", "state province", "address state", "address state province", "county"]),
    ("postcode", &["zip", "postal code", "zip postal code", "address zip", "address postal code"]),
    ("country", &["country", "address country", "country territory"]),
];

/// An address and its parts; parts that are not clear are missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Postal {
    /// One line.
    pub line: Option<String>,
    /// City.
    pub city: Option<String>,
    /// State or region; a code in the United States and Canada.
    pub region: Option<String>,
    /// Postal code.
    pub postcode: Option<String>,
    /// ISO 3166 alpha-2 code.
    pub country: Option<String>,
}

/// What an export gives of an address.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parts<'a> {
    /// The whole address or its first line.
    pub line1: Option<&'a str>,
    /// Further lines: unit, floor, care of.
    pub more: [Option<&'a str>; 2],
    /// City.
    pub city: Option<&'a str>,
    /// State or region.
    pub region: Option<&'a str>,
    /// Postal code.
    pub postcode: Option<&'a str>,
    /// Country.
    pub country: Option<&'a str>,
}

/// An address from its parts; a lone line is taken apart where that is clear.
#[must_use]
pub fn postal(parts: Parts<'_>) -> Postal {
    let value = |text: Option<&str>| text.map(squeeze).filter(|text| !is_missing(text));
    let mut out = Postal {
        line: None,
        city: value(parts.city),
        region: value(parts.region),
        postcode: value(parts.postcode),
        country: value(parts.country).map(|text| alpha2(&text).map_or(text, str::to_owned)),
    };
    let mut lines: Vec<String> = [parts.line1, parts.more[0], parts.more[1]]
        .into_iter()
        .filter_map(|text| value(Some(&lines_joined(text?))))
        .collect();
    if let [only] = lines.as_slice()
        && out.city.is_none()
        && out.postcode.is_none()
    {
        let whole = only.clone();
        lines = take_apart(&whole, &mut out);
    }
    settle(&mut out);
    lines.retain(|line| Some(line) != out.city.as_ref());
    if !lines.is_empty() {
        out.line = Some(one_line(&lines, &out));
    }
    out
}

/// Where a line of text lies: an address, or a town with its state as people write where they live ("Spokane, WA").
#[must_use]
pub fn whereabouts(text: &str) -> Postal {
    let mut out = postal(Parts { line1: Some(text), ..Parts::default() });
    if out.region.is_none() && out.city.is_none() {
        let mut pieces: Vec<&str> =
            text.split(',').map(str::trim).filter(|piece| !piece.is_empty()).collect();
        if pieces.len() > 1 && pieces.last().is_some_and(|last| country_name(last).is_some()) {
            pieces.pop();
        }
        if let [.., city, state] = pieces[..]
            && let Some((code, country)) = us_state(state)
                .map(|code| (code, "US"))
                .or_else(|| ca_province(state).map(|code| (code, "CA")))
        {
            (out.city, out.region) = (Some(squeeze(city)), Some(code.to_owned()));
            out.country = out.country.take().or_else(|| Some(country.to_owned()));
        } else if let [city] = pieces[..]
            && out.country.is_some()
        {
            out.city = Some(squeeze(city));
        }
    }
    out
}

fn one_line(lines: &[String], parts: &Postal) -> String {
    let tail = [parts.region.as_deref(), parts.postcode.as_deref()];
    let tail = tail.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let mut all: Vec<&str> = lines.iter().map(String::as_str).collect();
    all.extend(parts.city.as_deref());
    all.extend(Some(tail.as_str()).filter(|tail| !tail.is_empty()));
    all.extend(parts.country.as_deref());
    all.join(", ")
}

/// `62704-1234` of `627041234`, and `02139` of `2139`: a spreadsheet takes a ZIP code for a number.
fn zip(code: &str) -> Option<String> {
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    match code.len() {
        9 if digits => Some(format!("{}-{}", &code[..5], &code[5..])),
        8 if digits => Some(format!("0{}-{}", &code[..4], &code[4..])),
        4 if digits => Some(format!("0{code}")),
        _ => None,
    }
}

/// Codes for states and provinces, and the country that a state with its postal code tells.
fn settle(out: &mut Postal) {
    let Some(region) = out.region.clone() else { return };
    // "US-CA" and "USA-IL" as some systems write states
    let bare = match region.split_once('-') {
        Some((country, rest)) if alpha2(country).is_some() && rest.len() <= 3 => rest.trim().to_owned(),
        _ => region.clone(),
    };
    let postcode = out.postcode.clone().unwrap_or_default();
    if out.country.as_deref() == Some("US") || (out.country.is_none() && is_state_code(&bare)) {
        out.postcode = zip(&postcode).or(out.postcode.take());
    }
    let postcode = out.postcode.clone().unwrap_or_default();
    match out.country.as_deref() {
        Some("US") => out.region = Some(us_state(&bare).map_or(bare, str::to_owned)),
        Some("CA") => out.region = Some(ca_province(&bare).map_or(bare, str::to_owned)),
        None if is_zip(&postcode) => {
            if let Some(state) = us_state(&bare) {
                (out.region, out.country) = (Some(state.to_owned()), Some("US".to_owned()));
            }
        }
        None if is_canadian(&postcode) => {
            if let Some(province) = ca_province(&bare) {
                (out.region, out.country) = (Some(province.to_owned()), Some("CA".to_owned()));
            }
        }
        _ => {}
    }
}

/// Lines of a whole address, with city, region, postal code and country moved to `out` where clear.
fn take_apart(whole: &str, out: &mut Postal) -> Vec<String> {
    let mut pieces: Vec<String> =
        whole.split([',', '\n', ';', '|']).map(squeeze).filter(|piece| !piece.is_empty()).collect();
    if pieces.len() > 1
        && let Some(code) = pieces.last().and_then(|last| country_name(last))
        && !(code.len() == 2 && pieces.len() == 2)
    {
        out.country = out.country.take().or_else(|| Some(code.to_owned()));
        pieces.pop();
    }
    let Some(last) = pieces.last().cloned() else { return vec![whole.to_owned()] };
    if pieces.len() > 1 && is_zip(&last) && us_state(&pieces[pieces.len() - 2]).is_some() && pieces.len() > 2
    {
        out.postcode = pieces.pop();
        out.region = pieces.pop();
        out.city = (pieces.len() > 1).then(|| pieces.pop()).flatten();
    } else if pieces.len() > 1
        && let Some((before, postcode)) = split_postcode(&last)
    {
        pieces.pop();
        out.postcode = Some(postcode);
        tail(before, &mut pieces, out);
    }
    pieces
}

/// What stands before the postal code: region, city and region, city, or nothing.
fn tail(before: String, pieces: &mut Vec<String>, out: &mut Postal) {
    let state = us_state(&before).is_some() || ca_province(&before).is_some();
    if before.is_empty() || state {
        out.region = out.region.take().or_else(|| Some(before).filter(|text| !text.is_empty()));
        // "RALEIGH, NC 27606": a town and no street, so no place that could tie anybody
        let is_town = state && pieces.iter().all(|piece| !piece.bytes().any(|b| b.is_ascii_digit()));
        out.city = (pieces.len() > 1 || is_town).then(|| pieces.pop()).flatten();
        return;
    }
    // "Springfield IL 62704" without a comma
    if let Some((city, code)) = before.rsplit_once(' ')
        && code.len() == 2
        && (us_state(code).is_some() || ca_province(code).is_some())
    {
        (out.city, out.region) = (Some(city.to_owned()), Some(code.to_owned()));
    } else {
        out.city = Some(before);
    }
}

fn country_name(text: &str) -> Option<&'static str> {
    // two letters at the end are more often a state than a country
    if text.len() == 2 && us_state(text).is_some() { None } else { alpha2(text) }
}

/// Text and postal code, whichever stands first: "IL 62704", "10115 Berlin", "London SW1A 1AA".
fn split_postcode(text: &str) -> Option<(String, String)> {
    let words: Vec<&str> = text.split(' ').collect();
    let n = words.len();
    if n >= 2 {
        let two = format!("{} {}", words[n - 2], words[n - 1]);
        if is_canadian(&two) || is_british(&two) {
            return Some((words[..n - 2].join(" "), two.to_ascii_uppercase()));
        }
    }
    if is_zip(words[n - 1]) || is_digits(words[n - 1]) {
        return Some((words[..n - 1].join(" "), words[n - 1].to_owned()));
    }
    if n >= 2
        && (is_digits(words[0]) || words[0].split_once('-').is_some_and(|(a, b)| is_short(a) && is_short(b)))
    {
        return Some((words[1..].join(" "), words[0].to_owned()));
    }
    None
}

fn is_short(text: &str) -> bool {
    (2..=4).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_digits(text: &str) -> bool {
    (4..=6).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_zip(text: &str) -> bool {
    let (zip, plus) = text.split_once('-').unwrap_or((text, "0000"));
    zip.len() == 5 && plus.len() == 4 && zip.bytes().chain(plus.bytes()).all(|b| b.is_ascii_digit())
}

fn is_canadian(text: &str) -> bool {
    let compact: Vec<u8> = text.bytes().filter(|b| !matches!(b, b' ' | b'-')).collect();
    compact.len() == 6
        && compact
            .iter()
            .enumerate()
            .all(|(at, b)| if at % 2 == 0 { b.is_ascii_alphabetic() } else { b.is_ascii_digit() })
}

fn is_british(text: &str) -> bool {
    let Some((outward, inward)) = text.split_once(' ') else { return false };
    let inward = inward.as_bytes();
    (2..=4).contains(&outward.len())
        && outward.as_bytes()[0].is_ascii_alphabetic()
        && outward.bytes().any(|b| b.is_ascii_digit())
        && outward.bytes().all(|b| b.is_ascii_alphanumeric())
        && inward.len() == 3
        && inward[0].is_ascii_digit()
        && inward[1..].iter().all(u8::is_ascii_alphabetic)
}

/// Line breaks as commas.
fn lines_joined(text: &str) -> String {
    let lines = text.lines().map(|line| line.trim().trim_end_matches(',')).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(", ")
}

/// One space between words, no comma at the end.
fn squeeze(text: &str) -> String {
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    joined.trim_matches([',', ';', ' ']).to_owned()
}

/// Letters and digits of a name in lower case, other characters as one space.
fn plain(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    spaced.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_state_code(text: &str) -> bool {
    text.len() == 2 && us_state(text).is_some()
}

fn find(list: &'static str, name: &str) -> Option<&'static str> {
    let name = plain(name);
    let entries = list.split(';').filter_map(|entry| entry.trim().split_once(' '));
    entries.into_iter().find(|(_, known)| plain(known) == name).map(|(code, _)| code)
}

fn is_code(list: &'static str, code: &str) -> Option<&'static str> {
    let entries = list.split(';').filter_map(|entry| entry.trim().split_once(' '));
    entries.into_iter().find(|(known, _)| known.eq_ignore_ascii_case(code.trim())).map(|(known, _)| known)
}

/// Code of a state in the United States, from its code or name.
#[must_use]
pub fn us_state(text: &str) -> Option<&'static str> {
    is_code(STATES, text).or_else(|| find(STATES, text))
}

/// Code of a province of Canada, from its code or name.
#[must_use]
pub fn ca_province(text: &str) -> Option<&'static str> {
    is_code(PROVINCES, text).or_else(|| find(PROVINCES, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_and_parts_agree() {
        let parts = postal(Parts {
            line1: Some("12 Elm Street"),
            more: [Some("Apt 4"), None],
            city: Some("Springfield"),
            region: Some("Illinois"),
            postcode: Some("62704"),
            country: Some("United States"),
        });
        assert_eq!(parts.line.as_deref(), Some("12 Elm Street, Apt 4, Springfield, IL 62704, US"));
        for whole in [
            "12 Elm Street, Apt 4, Springfield, IL 62704",
            "12 Elm Street, Apt 4, Springfield, IL 62704, USA",
            "12 Elm Street\nApt 4\nSpringfield IL 62704",
            "12 Elm Street, Apt 4, Springfield, IL, 62704",
        ] {
            assert_eq!(postal(Parts { line1: Some(whole), ..Parts::default() }), parts, "{whole}");
        }
    }

    #[test]
    fn other_countries() {
        let of = |whole| postal(Parts { line1: Some(whole), ..Parts::default() });
        let berlin = of("Torstr. 5, 10119 Berlin, Germany");
        assert_eq!(berlin.city.as_deref(), Some("Berlin"));
        assert_eq!(berlin.line.as_deref(), Some("Torstr. 5, Berlin, 10119, DE"));
        let london = of("1 High Road, London N1 9GU, United Kingdom");
        assert_eq!(london.postcode.as_deref(), Some("N1 9GU"));
        assert_eq!(london.city.as_deref(), Some("London"));
        let toronto = of("9 King St W, Toronto, ON M5H 1A1");
        assert_eq!(toronto.country.as_deref(), Some("CA"));
        assert_eq!(of("somewhere").line.as_deref(), Some("somewhere"));
    }

    #[test]
    fn a_town_is_no_address() {
        let of = |whole| postal(Parts { line1: Some(whole), ..Parts::default() });
        for whole in ["RALEIGH, NC 27606", "Raleigh, NC 27606-1234", "RALEIGH, NC 27606, US"] {
            let town = of(whole);
            assert_eq!((town.line.as_deref(), town.region.as_deref()), (None, Some("NC")), "{whole}");
            assert!(town.city.is_some_and(|city| city.eq_ignore_ascii_case("raleigh")), "{whole}");
        }
        assert_eq!(of("12 Elm Street, NC 27606").line.as_deref(), Some("12 Elm Street, NC 27606, US"));
    }
}
