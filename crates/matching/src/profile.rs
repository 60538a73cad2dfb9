//! What a column holds, by its values first and by its header second.

use crate::compare::{self, Kind};
use crate::table::Column;

/// Values that are looked at, of those that records show.
const SAMPLE: usize = 2_000;

/// Distinct codes from which a column of short ones holds postal codes.
const POSTAL_MIN: usize = 50;

/// What was seen of a column.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// Records with a value.
    pub filled: usize,
    /// Distinct values.
    pub distinct: usize,
    /// Shares of the sampled records, 0 to 1.
    emails: f64,
    dates: f64,
    bare_dates: f64,
    numbers: f64,
    decimals: f64,
    digits_only: f64,
    phones: f64,
    marked_phones: f64,
    links: f64,
    with_digit: f64,
    codes: f64,
    years: f64,
    /// Words with a house's number before or after them; codes of the length of a postal code, all of one length.
    houses: f64,
    postal: f64,
    /// Two to five characters, all of them Han, kana or Hangul: a name, as people there write it.
    east: f64,
    /// An organisation and a span of time.
    tenures: f64,
    /// Mean characters and words.
    length: f64,
    words: f64,
}

/// Looks at a column.
#[must_use]
pub fn profile(column: &Column) -> Profile {
    let filled: Vec<u32> = column.cells.iter().copied().filter(|cell| *cell > 0).collect();
    let step = (filled.len() / SAMPLE).max(1);
    let sample: Vec<&str> = filled.iter().step_by(step).map(|cell| column.values.get(*cell)).collect();
    #[expect(clippy::cast_precision_loss, reason = "shares")]
    let count = (sample.len() as f64).max(1.0);
    #[expect(clippy::cast_precision_loss, reason = "shares")]
    let share = |is: &dyn Fn(&str) -> bool| sample.iter().filter(|text| is(text)).count() as f64 / count;
    #[expect(clippy::cast_precision_loss, reason = "means")]
    let mean = |of: &dyn Fn(&str) -> usize| sample.iter().map(|text| of(text)).sum::<usize>() as f64 / count;
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let is_phone = |text: &str| {
        (7..=15).contains(&digits(text))
            && text.chars().all(|c| c.is_ascii_digit() || "+-()./ x".contains(c))
            && compare::parse_date(text).is_none_or(|_| text.starts_with('+'))
    };
    let usual = usual_length(&sample);
    Profile {
        filled: filled.len(),
        distinct: column.values.len().saturating_sub(1),
        emails: share(&|text| {
            text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        }),
        dates: share(&|text| digits(text) >= 5 && compare::parse_date(text).is_some()),
        bare_dates: share(&|text| {
            text.len() == 8 && digits(text) == 8 && compare::parse_date(text).is_some()
        }),
        numbers: share(&|text| {
            text.bytes().any(|b| b.is_ascii_digit()) && compare::parse_number(text).is_some()
        }),
        decimals: share(&|text| compare::parse_number(text).is_some_and(|value| value.fract() != 0.0)),
        digits_only: share(&|text| digits(text) == text.len()),
        phones: share(&is_phone),
        marked_phones: share(&|text| is_phone(text) && text.contains(['+', '(', '-', ' '])),
        links: share(&|text| text.contains("://") || text.starts_with("www.") || text.contains(".com/")),
        with_digit: share(&|text| digits(text) > 0),
        codes: share(&|text| digits(text) > 0 && !text.contains(' ') && text.len() >= 5),
        years: share(&|text| text.parse::<u32>().is_ok_and(|year| (1850..=2100).contains(&year))),
        houses: share(&is_house),
        postal: share(&|text| is_postal(text, usual)),
        east: share(&is_east),
        tenures: share(&compare::is_tenure),
        length: mean(&|text| text.chars().count()),
        words: mean(&|text| text.split_whitespace().count()),
    }
}

/// The commonest number of characters.
fn usual_length(sample: &[&str]) -> usize {
    let mut lengths = [0usize; 16];
    for text in sample {
        lengths[text.chars().count().min(15)] += 1;
    }
    (0..16).max_by_key(|at| (lengths[*at], std::cmp::Reverse(*at))).unwrap_or_default()
}

/// `12 Elm Road`, `Lindenallee 85`, `Calle Mayor 174/50`.
fn is_house(text: &str) -> bool {
    let is_number = |word: &str| {
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        (1..=5).contains(&digits)
    };
    let has_letters =
        text.split_whitespace().any(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 2);
    has_letters && text.split(|c: char| c.is_whitespace() || c == ',').any(is_number)
}

/// Four or five digits of one length throughout, as most of the world numbers its post.
fn is_postal(text: &str, usual: usize) -> bool {
    (4..=5).contains(&usual) && text.len() == usual && text.bytes().all(|b| b.is_ascii_digit())
}

/// A word of Han, kana or Hangul that is as long as a name.
fn is_east(text: &str) -> bool {
    let is_one = |c: char| matches!(u32::from(c), 0x3040..=0x30ff | 0x3400..=0x9fff | 0xac00..=0xd7a3);
    (2..=5).contains(&text.chars().count()) && text.chars().all(is_one)
}

/// Whether a header names a place.
pub(crate) fn names_place(name: &str) -> bool {
    let words = header_words(name);
    HEADERS.iter().any(|(kind, known)| {
        matches!(kind, Kind::Place | Kind::Address)
            && known.iter().any(|known| words.iter().any(|word| word == known))
    })
}

/// Words of a header, lower case.
pub(crate) fn header_words(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        let parts = !c.is_alphanumeric() || c.is_uppercase() && was_lower;
        if parts {
            out.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(last) = out.last_mut()
        {
            last.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    out.retain(|word| !word.is_empty());
    out
}

/// Headers of columns that hold an answer, not a fact: they are left out of every proposal.
const ANSWERS: &[&str] = &[
    "cluster",
    "clusterid",
    "entity",
    "entityid",
    "truth",
    "groundtruth",
    "trueid",
    "trueentity",
    "label",
    "match",
    "ismatch",
    "goldid",
    "gold",
    "duplicateof",
    "dupof",
    "clericalmatchscore",
    "matchid",
    "truecluster",
    "canonicalid",
];

/// Headers of what never decides who somebody is.
const REFUSED: &[&str] = &[
    "nationality",
    "ethnicity",
    "ethnic",
    "race",
    "religion",
    "birthplace",
    "citizenship",
    "sex",
    "gender",
    "disability",
    "nativelanguage",
    "placeofbirth",
    "countryofbirth",
    "birthcountry",
    "birthcity",
    "maritalstatus",
];

/// Why a column is left out, by its header.
#[must_use]
pub fn left_out(name: &str) -> Option<&'static str> {
    let joined = header_words(name).concat();
    if ANSWERS.contains(&joined.as_str()) {
        return Some("its header names the answer that is sought");
    }
    refused(name)
}

/// Why a column is never compared, even if it is asked for.
#[must_use]
pub fn refused(name: &str) -> Option<&'static str> {
    let joined = header_words(name).concat();
    REFUSED.contains(&joined.as_str()).then_some("origin, faith, sex and health never decide who somebody is")
}

impl Profile {
    /// What the column most likely holds; `None` where it tells nothing.
    #[must_use]
    pub fn kind(&self, name: &str, records: usize) -> Option<Kind> {
        if self.filled == 0 || self.distinct < 2 {
            return None;
        }
        let words = header_words(name);
        let joined = words.concat();
        let says = |any: &[&str]| any.iter().any(|word| words.iter().any(|w| w == word) || joined == *word);
        #[expect(clippy::cast_precision_loss, reason = "shares")]
        let variety = self.distinct as f64 / self.filled as f64;
        if self.emails >= 0.5 {
            return Some(Kind::Email);
        }
        if self.links >= 0.5
            || says(&["linkedin", "github", "handle", "username", "login", "twitter", "website", "url"])
        {
            return Some(Kind::Handle);
        }
        if self.dates >= 0.8 && (self.bare_dates < 0.5 || self.bare_dates >= 0.9) {
            return Some(Kind::Date);
        }
        let names_phone =
            says(&["phone", "tel", "telephone", "mobile", "cell", "cellphone", "fax", "phonenumber"]);
        if self.phones >= 0.5 && (names_phone || self.marked_phones >= 0.5) {
            return Some(Kind::Phone);
        }
        if says(&["postcode", "zip", "zipcode", "postal", "postalcode", "plz", "pincode", "eircode"]) {
            return Some(Kind::Postcode);
        }
        if self.numbers >= 0.9 && self.with_digit >= 0.9 && self.words < 1.5 {
            return self.number_kind(&words, variety, records);
        }
        self.text_kind(&says, variety, records)
    }

    fn number_kind(&self, words: &[String], variety: f64, records: usize) -> Option<Kind> {
        let says = |any: &[&str]| any.iter().any(|word| words.iter().any(|w| w == word));
        if self.years >= 0.9 && (says(&["year", "yr"]) || self.distinct < 200) {
            return Some(Kind::Year);
        }
        if says(&["price", "amount", "cost", "salary", "value", "total", "weight", "height", "income"])
            || self.decimals >= 0.2
        {
            return Some(Kind::Number);
        }
        if self.postal >= 0.9 && self.distinct >= POSTAL_MIN {
            return Some(Kind::Postcode);
        }
        if self.digits_only >= 0.9 && self.length >= 5.0 && variety >= 0.3
            || self.codes >= 0.8 && variety >= 0.3
        {
            // A running number is nobody's.
            return (!self.is_running(records)).then_some(Kind::Identifier);
        }
        if self.distinct <= 2_000 || self.digits_only >= 0.9 {
            Some(Kind::Category)
        } else {
            Some(Kind::Number)
        }
    }

    /// Whether values are few short words each, on the mean fewer than `most`.
    pub(crate) fn is_of_words(&self, most: f64) -> bool {
        self.with_digit < 0.05 && self.words >= 0.9 && self.words < most && self.length <= 40.0
    }

    /// Whether values are of some words, hold no numbers, and are shared by many.
    pub(crate) fn is_shared(&self, words: std::ops::Range<f64>, variety: f64) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "shares")]
        let varied = self.distinct as f64 / self.filled.max(1) as f64;
        words.contains(&self.words) && self.with_digit < 0.2 && self.length < 60.0 && varied < variety
    }

    /// Whether values name organisations with the time that somebody was there.
    pub(crate) fn is_of_tenures(&self) -> bool {
        self.tenures >= 0.6
    }

    /// Whether every record has a number of its own that is no longer than counting needs.
    fn is_running(&self, records: usize) -> bool {
        #[expect(clippy::cast_precision_loss, reason = "digits")]
        let digits = (records.max(2) as f64).log10().ceil();
        self.distinct == self.filled && self.filled == records && self.length <= digits + 0.01
    }

    fn text_kind(&self, says: &dyn Fn(&[&str]) -> bool, variety: f64, records: usize) -> Option<Kind> {
        // Names of people are short words without digits; what products are called is not.
        let is_name_like = self.with_digit < 0.05 && (1.0..=4.5).contains(&self.words) && self.length <= 40.0;
        let named = HEADERS.iter().find(|(_, words)| says(words)).map(|(kind, _)| *kind);
        match named {
            Some(Kind::Address) if self.digits_only >= 0.8 => {}
            Some(Kind::Address) if self.words < 1.2 && self.with_digit < 0.2 => return Some(Kind::Place),
            Some(Kind::FullName) if !is_name_like => {}
            Some(kind) => return Some(kind),
            None => {}
        }
        if self.codes >= 0.7 && variety >= 0.3 {
            return Some(Kind::Identifier);
        }
        let is_code_of_few = self.length <= 3.5 && self.distinct <= 200 && records >= 500;
        if self.distinct <= 60 && variety < 0.2 || is_code_of_few {
            return Some(Kind::Category);
        }
        if self.east >= 0.6 && variety >= 0.3 {
            return Some(Kind::FullName);
        }
        if self.words >= 6.0 || self.length >= 60.0 {
            return Some(Kind::Text);
        }
        if self.with_digit >= 0.6 && self.words >= 2.5 {
            return Some(Kind::Address);
        }
        if self.houses >= 0.6 && self.words >= 1.6 {
            return Some(Kind::Address);
        }
        if is_name_like && (1.8..=3.2).contains(&self.words) && variety >= 0.3 {
            return Some(Kind::FullName);
        }
        Some(if self.words >= 2.5 { Kind::Text } else { Kind::Word })
    }
}

/// Words of headers, or whole ones written together, and what such columns hold; the first that fits.
const HEADERS: &[(Kind, &[&str])] = &[
    (
        Kind::Employer,
        &[
            "employer",
            "company",
            "organisation",
            "organization",
            "firm",
            "employername",
            "companyname",
            "workplace",
        ],
    ),
    (Kind::School, &["school", "university", "college", "education", "almamater", "degree", "institution"]),
    (Kind::Address, &["address", "addr", "street", "address1", "address2", "streetaddress", "addressline"]),
    (
        Kind::Place,
        &["city", "town", "suburb", "place", "county", "region", "locality", "village", "district"],
    ),
    (
        Kind::GivenName,
        &[
            "firstname",
            "first",
            "forename",
            "forenames",
            "given",
            "givenname",
            "fname",
            "middle",
            "middlename",
            "prenom",
            "vorname",
            "nombre",
        ],
    ),
    (
        Kind::Surname,
        &["surname", "lastname", "last", "family", "familyname", "lname", "nachname", "apellido", "nom"],
    ),
    (
        Kind::FullName,
        &[
            "name",
            "fullname",
            "author",
            "authors",
            "person",
            "holder",
            "applicant",
            "candidate",
            "displayname",
            "contact",
            "customer",
            "employee",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Table;

    fn kind(name: &str, values: &[&str]) -> Option<Kind> {
        let mut table = Table::new(&[name.to_owned()]);
        for (at, value) in values.iter().enumerate() {
            table.push(&at.to_string(), [*value].into_iter()).unwrap();
        }
        let table = table.ordered();
        profile(&table.columns()[0]).kind(name, table.len())
    }

    #[test]
    fn values_decide_and_headers_help() {
        assert_eq!(kind("c1", &["a@x.example", "b@y.example", ""]), Some(Kind::Email));
        assert_eq!(kind("c2", &["1990-01-02", "1985-11-30", "2001-05-06"]), Some(Kind::Date));
        assert_eq!(kind("c3", &["19900102", "19851130", "20010506"]), Some(Kind::Date));
        assert_eq!(kind("c4", &["+1 217 555 0142", "(305) 555-0199"]), Some(Kind::Phone));
        assert_eq!(kind("mobile", &["2175550142", "3055550199"]), Some(Kind::Phone));
        assert_eq!(kind("First Name", &["Ann", "Bob"]), Some(Kind::GivenName));
        assert_eq!(kind("lastName", &["Okafor", "Marsh"]), Some(Kind::Surname));
        assert_eq!(kind("company", &["Northwind Ltd", "Fabrikam"]), Some(Kind::Employer));
        assert_eq!(kind("price", &["12.50", "$99.00"]), Some(Kind::Number));
        assert_eq!(kind("year", &["1999", "2003"]), Some(Kind::Year));
        assert_eq!(kind("ssn", &["6988048", "7364009", "2635962"]), Some(Kind::Identifier));
        assert_eq!(kind("x", &["same", "same"]), None);
        assert_eq!(kind("y", &["", ""]), None);
    }

    #[test]
    fn answers_and_origin_are_left_out() {
        for name in ["cluster", "ground_truth", "Nationality", "place of birth", "gender"] {
            assert!(left_out(name).is_some(), "{name}");
        }
        for name in ["first_name", "city", "racetrack", "unionsquare"] {
            assert!(left_out(name).is_none(), "{name}");
        }
    }
}
