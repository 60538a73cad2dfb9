//! Normal forms of identifiers, so that one value written twice is one value.

use std::borrow::Cow;

/// Lower case without surrounding space. The plus part stays: two addresses differ where they differ.
#[must_use]
pub fn normalise_email(value: &str) -> String {
    let lower = value.trim().trim_matches(['<', '>']).to_lowercase();
    let lower = lower.strip_prefix("mailto:").unwrap_or(&lower).to_owned();
    if lower.contains('@') { lower } else { String::new() }
}

/// Digits with a leading `+`. A North American number without country code gets `+1`.
#[must_use]
pub fn normalise_phone(value: &str) -> String {
    let before_extension = value.split(['x', 'X', ';', ',']).next().unwrap_or(value);
    let digits: String = before_extension.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("00").unwrap_or(&digits);
    match (before_extension.trim_start().starts_with(['+', '0']), digits.len()) {
        (_, 0..=6) => String::new(),
        (false, 10) => format!("+1{digits}"),
        _ => format!("+{digits}"),
    }
}

/// Letters and digits only, upper case: bank accounts, IBANs, tracking numbers. Wallets keep their case, since
/// base58 has one. Masked values (`****1234`) are no accounts.
#[must_use]
pub fn normalise_account(value: &str) -> String {
    let value = value.trim();
    if value.contains(['*', '•']) || value.to_ascii_lowercase().starts_with("xxxx") {
        return String::new();
    }
    let kept: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    let looks_hex = kept.starts_with("0x") && kept.len() == 42;
    let is_base58 = kept.len() >= 25 && kept.chars().any(|c| c.is_ascii_lowercase()) && !looks_hex;
    match (kept.len() < 4, is_base58, looks_hex) {
        (true, ..) => String::new(),
        (_, true, _) => kept,
        (.., true) => kept.to_ascii_lowercase(),
        _ => kept.to_ascii_uppercase().trim_start_matches('0').to_owned(),
    }
}

/// Words of a name in lower case, diacritics folded, sorted: order of names is a convention.
#[must_use]
pub fn normalise_name(value: &str) -> String {
    let folded = fold(value);
    let mut words: Vec<&str> = folded.split_whitespace().collect();
    words.sort_unstable();
    words.join(" ")
}

/// Lower case, common Latin diacritics folded, everything but letters and digits turned into spaces.
#[must_use]
pub fn fold(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    if value.is_ascii() {
        // As below, without the letters that are not met here.
        let kept = value.bytes().filter(|b| !matches!(b, b'\'' | b'.'));
        out.extend(
            kept.map(|b| if b.is_ascii_alphanumeric() { char::from(b.to_ascii_lowercase()) } else { ' ' }),
        );
        return out;
    }
    for c in value.chars().flat_map(char::to_lowercase) {
        match c {
            'à' | 'á' | 'â' | 'ã' | 'å' | 'ā' | 'ă' | 'ą' => out.push('a'),
            'ä' | 'æ' => out.push_str("ae"),
            'ç' | 'ć' | 'č' => out.push('c'),
            'ď' | 'đ' | 'ð' => out.push('d'),
            'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => out.push('e'),
            'ğ' | 'ģ' => out.push('g'),
            'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' => out.push('i'),
            'ł' | 'ľ' | 'ļ' => out.push('l'),
            'ñ' | 'ń' | 'ň' | 'ņ' => out.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ō' | 'ő' => out.push('o'),
            'ö' | 'ø' | 'œ' => out.push_str("oe"),
            'ř' => out.push('r'),
            'ś' | 'š' | 'ş' | 'ș' => out.push('s'),
            'ß' => out.push_str("ss"),
            'ť' | 'ţ' | 'ț' => out.push('t'),
            'ù' | 'ú' | 'û' | 'ū' | 'ů' | 'ű' => out.push('u'),
            'ü' => out.push_str("ue"),
            'ý' | 'ÿ' => out.push('y'),
            'ź' | 'ż' | 'ž' => out.push('z'),
            '\'' | '’' | '.' => {}
            // written as a letter and a mark: two dots make of a, o and u what they make of ä, ö and ü
            '\u{308}' if out.ends_with(['a', 'o', 'u']) => out.push('e'),
            '\u{300}'..='\u{36f}' => {}
            c if c.is_alphanumeric() => out.push(c),
            _ => out.push(' '),
        }
    }
    out
}

/// An address in normal form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    /// With its unit.
    pub full: String,
    /// Without its unit.
    pub building: String,
    /// The unit alone.
    pub unit: Option<String>,
}

/// USPS-style normal form (Publication 28 abbreviations): case and punctuation folded, street words and
/// directions abbreviated, unit taken out wherever it stands, country words dropped, ZIP+4 cut to five digits.
#[must_use]
pub fn normalise_address(value: &str) -> Address {
    // `#` marks a unit; everything else that is no letter or digit separates words.
    let mut marked = Cow::Borrowed(value);
    for (sign, word) in [("#", " unit "), ("U.S.A", "usa"), ("U.S.", "us")] {
        if marked.contains(sign) {
            marked = Cow::Owned(marked.replace(sign, word));
        }
    }
    let folded = fold(&marked);
    let all: Vec<&str> = folded.split_whitespace().collect();
    let mut words: Vec<&str> = Vec::new();
    let mut unit = None;
    let mut at = 0;
    while let Some(word) = all.get(at) {
        let next = all.get(at + 1);
        match next {
            Some(next) if is_unit_word(word) && unit.is_none() && looks_like_unit(next) => {
                unit = Some((*next).to_owned());
                at += 2;
                // "Apt # 4" and "Unit No 4"
                while is_unit_word(unit.as_deref().unwrap_or_default()) && at < all.len() {
                    unit = all.get(at).map(|word| (*word).to_owned());
                    at += 1;
                }
                continue;
            }
            Some(next) if is_unit_word(word) && is_unit_word(next) => {
                at += 1;
                continue;
            }
            _ => {}
        }
        words.push(street_word(word));
        at += 1;
    }
    drop_country(&mut words);
    abbreviate_states(&mut words);
    cut_zip(&mut words);
    let building = words.join(" ");
    let full = match &unit {
        Some(unit) if !building.is_empty() => format!("{building} unit {unit}"),
        _ => building.clone(),
    };
    Address { full, building, unit }
}

fn is_unit_word(word: &str) -> bool {
    const WORDS: &[&str] = &[
        "apt",
        "apartment",
        "unit",
        "suite",
        "ste",
        "flat",
        "fl",
        "floor",
        "room",
        "rm",
        "no",
        "lot",
        "piso",
        "wohnung",
    ];
    WORDS.contains(&word)
}

fn looks_like_unit(word: &str) -> bool {
    word.chars().any(|c| c.is_ascii_digit()) && word.len() <= 6 || word.len() <= 2 || is_unit_word(word)
}

fn street_word(word: &str) -> &str {
    const PAIRS: &[(&str, &str)] = &[
        ("street", "st"),
        ("str", "st"),
        ("avenue", "ave"),
        ("av", "ave"),
        ("road", "rd"),
        ("drive", "dr"),
        ("lane", "ln"),
        ("boulevard", "blvd"),
        ("court", "ct"),
        ("place", "pl"),
        ("square", "sq"),
        ("terrace", "ter"),
        ("parkway", "pkwy"),
        ("highway", "hwy"),
        ("circle", "cir"),
        ("trail", "trl"),
        ("crescent", "cres"),
        ("close", "cl"),
        ("gardens", "gdns"),
        ("mount", "mt"),
        ("saint", "st"),
        ("fort", "ft"),
        ("north", "n"),
        ("south", "s"),
        ("east", "e"),
        ("west", "w"),
        ("northeast", "ne"),
        ("northwest", "nw"),
        ("southeast", "se"),
        ("southwest", "sw"),
        ("way", "way"),
        ("strasse", "st"),
    ];
    PAIRS.iter().find(|(long, _)| *long == word).map_or(word, |(_, short)| short)
}

fn drop_country(words: &mut Vec<&str>) {
    loop {
        let n = words.len();
        let last = words.last().copied();
        if n >= 3 && matches!(last, Some("us" | "usa")) {
            words.truncate(n - 1);
        } else if n >= 4 && words[n - 2] == "united" && matches!(last, Some("states" | "kingdom")) {
            words.truncate(n - 2);
        } else if n >= 6 && words[n - 4..] == ["united", "states", "of", "america"] {
            words.truncate(n - 4);
        } else {
            return;
        }
    }
}

fn abbreviate_states(words: &mut Vec<&str>) {
    // Only in the tail, where a state can stand: "Virginia Ave" is a street.
    let from = words.len().saturating_sub(4).max(2);
    for at in (from..words.len()).rev() {
        let two = words.get(at + 1).filter(|_| STATES_BEGIN.contains(&words[at]));
        if let Some(code) = two.and_then(|next| state_code(&format!("{} {next}", words[at]))) {
            words.splice(at..at + 2, [code]);
            return;
        }
        if let Some(code) = state_code(words[at]) {
            words[at] = code;
            return;
        }
    }
}

/// First words of states with two.
const STATES_BEGIN: &[&str] = &["new", "north", "rhode", "south", "west", "n", "s", "w"];

fn cut_zip(words: &mut Vec<&str>) {
    let n = words.len();
    let digits = |word: &str, count: usize| word.len() == count && word.bytes().all(|b| b.is_ascii_digit());
    if n >= 3 && digits(words[n - 1], 4) && digits(words[n - 2], 5) {
        words.truncate(n - 1);
    }
}

/// USPS code of a US state's name in lower case.
#[must_use]
pub fn state_code(name: &str) -> Option<&'static str> {
    const STATES: &[(&str, &str)] = &[
        ("alabama", "al"),
        ("alaska", "ak"),
        ("arizona", "az"),
        ("arkansas", "ar"),
        ("california", "ca"),
        ("colorado", "co"),
        ("connecticut", "ct"),
        ("delaware", "de"),
        ("florida", "fl"),
        ("georgia", "ga"),
        ("hawaii", "hi"),
        ("idaho", "id"),
        ("illinois", "il"),
        ("indiana", "in"),
        ("iowa", "ia"),
        ("kansas", "ks"),
        ("kentucky", "ky"),
        ("louisiana", "la"),
        ("maine", "me"),
        ("maryland", "md"),
        ("massachusetts", "ma"),
        ("michigan", "mi"),
        ("minnesota", "mn"),
        ("mississippi", "ms"),
        ("missouri", "mo"),
        ("montana", "mt"),
        ("nebraska", "ne"),
        ("nevada", "nv"),
        ("new hampshire", "nh"),
        ("new jersey", "nj"),
        ("new mexico", "nm"),
        ("new york", "ny"),
        ("north carolina", "nc"),
        ("north dakota", "nd"),
        ("ohio", "oh"),
        ("oklahoma", "ok"),
        ("oregon", "or"),
        ("pennsylvania", "pa"),
        ("rhode island", "ri"),
        ("south carolina", "sc"),
        ("south dakota", "sd"),
        ("tennessee", "tn"),
        ("texas", "tx"),
        ("utah", "ut"),
        ("vermont", "vt"),
        ("virginia", "va"),
        ("washington", "wa"),
        ("west virginia", "wv"),
        ("wisconsin", "wi"),
        ("wyoming", "wy"),
        ("n carolina", "nc"),
        ("n dakota", "nd"),
        ("s carolina", "sc"),
        ("s dakota", "sd"),
        ("w virginia", "wv"),
    ];
    // The shortest is Iowa.
    if name.len() < 4 || !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    STATES.iter().find(|(long, _)| *long == name).map(|(_, code)| *code)
}

/// Whether an account holder is a firm, by a word that no person's name ends in.
#[must_use]
pub fn is_firm(holder: &str) -> bool {
    const ENDS: &[&str] = &[
        "ltd",
        "limited",
        "llc",
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "gmbh",
        "bv",
        "sarl",
        "srl",
        "plc",
        "pty",
        "pte",
        "pvt",
        "llp",
        "company",
    ];
    const WORDS: &[&str] = &[
        "services",
        "solutions",
        "consulting",
        "staffing",
        "recruiting",
        "recruitment",
        "agency",
        "holdings",
        "payroll",
        "technologies",
        "workforce",
        "outsourcing",
        "employment",
        "international",
    ];
    let folded = fold(holder);
    let words: Vec<&str> = folded.split_whitespace().collect();
    words.len() >= 2
        && (words.last().is_some_and(|last| ENDS.contains(last))
            || words.iter().any(|word| WORDS.contains(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_and_its_mark_are_one_letter() {
        assert_eq!(fold("Jose\u{301} Mu\u{308}ller"), fold("José Müller"));
        assert_eq!(fold("İzmir"), "izmir");
    }

    #[test]
    fn one_address_written_in_many_ways() {
        let want = normalise_address("12 North Main Street, Apt 4B, Springfield, Illinois 62704");
        for other in [
            "12 N. Main St. #4B, Springfield, IL 62704-1234",
            "12 N Main St Unit 4b, SPRINGFIELD IL 62704, USA",
            "Apt 4B, 12 N Main Street, Springfield, IL, 62704, United States",
            "12 N Main St, Apt # 4B, Springfield, IL 62704",
            "12 N Main St Apt. 4B Springfield IL 62704 U.S.A.",
        ] {
            assert_eq!(normalise_address(other), want, "{other}");
        }
        assert_eq!(want.unit.as_deref(), Some("4b"));
        let other_unit = normalise_address("12 N Main St Apt 5, Springfield, IL 62704");
        assert_eq!(other_unit.building, want.building);
        assert_ne!(other_unit.full, want.full);
        assert_ne!(normalise_address("14 N Main St, Springfield, IL 62704").building, want.building);
        assert_eq!(
            normalise_address("9 Elm Rd, Raleigh, North Carolina 27601"),
            normalise_address("9 Elm Road, Raleigh, NC 27601")
        );
    }

    #[test]
    fn phones_and_accounts() {
        assert_eq!(normalise_phone("(217) 555-0142"), "+12175550142");
        assert_eq!(normalise_phone("+1 217 555 0142"), "+12175550142");
        assert_eq!(normalise_phone("1-217-555-0142 x7"), "+12175550142");
        assert_eq!(normalise_phone("0044 20 7946 0000"), "+442079460000");
        assert_eq!(normalise_phone("n/a"), "");
        assert_eq!(normalise_account("DE02 1203 0000 0000 2020 51"), "DE02120300000000202051");
        assert_eq!(normalise_account("000123456789"), normalise_account("123456789"));
        assert_eq!(normalise_account("****6789"), "");
    }

    #[test]
    fn names_fold_and_sort() {
        assert_eq!(normalise_name("Müller, José"), "jose mueller");
        assert_eq!(normalise_name("José Müller"), "jose mueller");
        assert_eq!(normalise_email(" <A.B@X.example> "), "a.b@x.example");
    }

    #[test]
    fn firms_and_people() {
        for firm in ["Meridian Talent LLC", "Acme Staffing B.V.", "Nordwind GmbH", "Blue Payroll Services"] {
            assert!(is_firm(firm), "{firm}");
        }
        for person in ["Maria Sá", "Inc", "Co Nguyen", "Ana Limeira", "John Agnew", "Li Company Wang"] {
            assert!(!is_firm(person), "{person}");
        }
    }
}
