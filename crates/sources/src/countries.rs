//! Country names as logs and forms write them, to ISO 3166 alpha-2 codes.
//!
//! The names come from the time zone database's `iso3166.tab` (public domain), the common names and the
//! three-letter codes were added by hand. A country is compared with the same person's claim only.

/// Alpha-2 code of a country given by name, alpha-2 or alpha-3 code; `None` where it is not known.
#[must_use]
pub fn alpha2(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()) {
        let upper = text.to_ascii_uppercase();
        let code = if upper == "UK" { "GB" } else { upper.as_str() };
        return NAMES.iter().map(|(_, known)| *known).find(|known| *known == code);
    }
    if text.len() > 80 {
        return None;
    }
    let name = folded(text);
    NAMES.binary_search_by(|(known, _)| (*known).cmp(name.as_str())).ok().map(|at| NAMES[at].1)
}

/// Lower case without accents, marks and the article.
fn folded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' => out.push('a'),
            'ç' => out.push('c'),
            'è'..='ë' => out.push('e'),
            'ì'..='ï' => out.push('i'),
            'ñ' => out.push('n'),
            'ò'..='ö' => out.push('o'),
            'ù'..='ü' => out.push('u'),
            '&' => out.push_str("and"),
            '\'' | '’' => {}
            c if c.is_alphanumeric() => out.push(c),
            _ => out.push(' '),
        }
    }
    out.split_whitespace().filter(|word| *word != "the").collect::<Vec<_>>().join(" ")
}

/// Folded names in order.
#[rustfmt::skip]
const NAMES: &[(&str, &str)] = &[
    ("abw", "AW"), ("afg", "AF"), ("afghanistan", "AF"), ("ago", "AO"), ("aia", "AI"), ("ala", "AX"),
    ("aland islands", "AX"), ("alb", "AL"), ("albania", "AL"), ("algeria", "DZ"), ("and", "AD"),
    ("andorra", "AD"), ("angola", "AO"), ("anguilla", "AI"), ("antarctica", "AQ"),
    ("antigua and barbuda", "AG"), ("are", "AE"), ("arg", "AR"), ("argentina", "AR"), ("arm", "AM"),
    ("armenia", "AM"), ("aruba", "AW"), ("asm", "AS"), ("ata", "AQ"), ("atg", "AG"), ("aus", "AU"),
    ("australia", "AU"), ("austria", "AT"), ("aut", "AT"), ("aze", "AZ"), ("azerbaijan", "AZ"),
    ("bahamas", "BS"), ("bahrain", "BH"), ("bangladesh", "BD"), ("barbados", "BB"), ("bdi", "BI"),
    ("bel", "BE"), ("belarus", "BY"), ("belgium", "BE"), ("belize", "BZ"), ("ben", "BJ"), ("benin", "BJ"),
    ("bermuda", "BM"), ("bfa", "BF"), ("bgd", "BD"), ("bgr", "BG"), ("bhr", "BH"), ("bhs", "BS"),
    ("bhutan", "BT"), ("bih", "BA"), ("blr", "BY"), ("blz", "BZ"), ("bmu", "BM"), ("bol", "BO"),
    ("bolivia", "BO"), ("bolivia plurinational state of", "BO"), ("bosnia", "BA"),
    ("bosnia and herzegovina", "BA"), ("botswana", "BW"), ("bouvet island", "BV"), ("bra", "BR"),
    ("brasil", "BR"), ("brazil", "BR"), ("brb", "BB"), ("britain", "GB"), ("britain uk", "GB"),
    ("british indian ocean territory", "IO"), ("british virgin islands", "VG"), ("brn", "BN"),
    ("brunei", "BN"), ("brunei darussalam", "BN"), ("btn", "BT"), ("bulgaria", "BG"),
    ("burkina faso", "BF"), ("burma", "MM"), ("burundi", "BI"), ("bwa", "BW"), ("cabo verde", "CV"),
    ("caf", "CF"), ("cambodia", "KH"), ("cameroon", "CM"), ("can", "CA"), ("canada", "CA"),
    ("cape verde", "CV"), ("caribbean nl", "BQ"), ("cayman islands", "KY"), ("central african rep", "CF"),
    ("chad", "TD"), ("che", "CH"), ("chile", "CL"), ("china", "CN"), ("chl", "CL"), ("chn", "CN"),
    ("christmas island", "CX"), ("civ", "CI"), ("cmr", "CM"), ("cocos", "CC"),
    ("cocos keeling islands", "CC"), ("cod", "CD"), ("cog", "CG"), ("col", "CO"), ("colombia", "CO"),
    ("com", "KM"), ("comoros", "KM"), ("congo", "CG"), ("congo brazzaville", "CG"), ("congo dem rep", "CD"),
    ("congo democratic republic of", "CD"), ("congo kinshasa", "CD"), ("congo rep", "CG"),
    ("cook islands", "CK"), ("costa rica", "CR"), ("cote divoire", "CI"), ("cpv", "CV"), ("cri", "CR"),
    ("croatia", "HR"), ("cub", "CU"), ("cuba", "CU"), ("curacao", "CW"), ("cuw", "CW"), ("cym", "KY"),
    ("cyp", "CY"), ("cyprus", "CY"), ("cze", "CZ"), ("czech republic", "CZ"), ("czechia", "CZ"),
    ("democratic peoples republic of korea", "KP"), ("democratic republic of congo", "CD"),
    ("denmark", "DK"), ("deu", "DE"), ("deutschland", "DE"), ("dji", "DJ"), ("djibouti", "DJ"),
    ("dma", "DM"), ("dnk", "DK"), ("dom", "DO"), ("dominica", "DM"), ("dominican republic", "DO"),
    ("dr congo", "CD"), ("dza", "DZ"), ("east timor", "TL"), ("ecu", "EC"), ("ecuador", "EC"),
    ("egy", "EG"), ("egypt", "EG"), ("el salvador", "SV"), ("england", "GB"), ("equatorial guinea", "GQ"),
    ("eri", "ER"), ("eritrea", "ER"), ("esp", "ES"), ("espana", "ES"), ("est", "EE"), ("estonia", "EE"),
    ("eswatini", "SZ"), ("eswatini swaziland", "SZ"), ("eth", "ET"), ("ethiopia", "ET"),
    ("falkland islands", "FK"), ("falkland islands malvinas", "FK"), ("faroe islands", "FO"),
    ("fiji", "FJ"), ("fin", "FI"), ("finland", "FI"), ("fji", "FJ"), ("fra", "FR"), ("france", "FR"),
    ("french guiana", "GF"), ("french polynesia", "PF"), ("french s terr", "TF"), ("gab", "GA"),
    ("gabon", "GA"), ("gambia", "GM"), ("gbr", "GB"), ("geo", "GE"), ("georgia", "GE"), ("germany", "DE"),
    ("gha", "GH"), ("ghana", "GH"), ("gib", "GI"), ("gibraltar", "GI"), ("gin", "GN"), ("gmb", "GM"),
    ("gnb", "GW"), ("gnq", "GQ"), ("grc", "GR"), ("grd", "GD"), ("great britain", "GB"), ("greece", "GR"),
    ("greenland", "GL"), ("grenada", "GD"), ("grl", "GL"), ("gtm", "GT"), ("guadeloupe", "GP"),
    ("guam", "GU"), ("guatemala", "GT"), ("guernsey", "GG"), ("guinea", "GN"), ("guinea bissau", "GW"),
    ("gum", "GU"), ("guy", "GY"), ("guyana", "GY"), ("haiti", "HT"),
    ("heard island and mcdonald islands", "HM"), ("hkg", "HK"), ("hnd", "HN"), ("holland", "NL"),
    ("holy see", "VA"), ("honduras", "HN"), ("hong kong", "HK"), ("hong kong sar china", "HK"),
    ("hrv", "HR"), ("hti", "HT"), ("hun", "HU"), ("hungary", "HU"), ("iceland", "IS"), ("idn", "ID"),
    ("ind", "IN"), ("india", "IN"), ("indonesia", "ID"), ("iran", "IR"), ("iran islamic republic of", "IR"),
    ("iraq", "IQ"), ("ireland", "IE"), ("irl", "IE"), ("irn", "IR"), ("irq", "IQ"), ("isl", "IS"),
    ("islamic republic of iran", "IR"), ("isle of man", "IM"), ("isr", "IL"), ("israel", "IL"),
    ("ita", "IT"), ("italy", "IT"), ("ivory coast", "CI"), ("jam", "JM"), ("jamaica", "JM"),
    ("japan", "JP"), ("jersey", "JE"), ("jor", "JO"), ("jordan", "JO"), ("jpn", "JP"), ("kaz", "KZ"),
    ("kazakhstan", "KZ"), ("ken", "KE"), ("kenya", "KE"), ("kgz", "KG"), ("khm", "KH"), ("kiribati", "KI"),
    ("kor", "KR"), ("korea", "KP"), ("korea democratic peoples republic of", "KP"), ("korea north", "KP"),
    ("korea republic of", "KR"), ("korea south", "KR"), ("kosovo", "XK"), ("kuwait", "KW"), ("kwt", "KW"),
    ("kyrgyzstan", "KG"), ("lao", "LA"), ("lao peoples democratic republic", "LA"), ("laos", "LA"),
    ("latvia", "LV"), ("lbn", "LB"), ("lbr", "LR"), ("lby", "LY"), ("lebanon", "LB"), ("lesotho", "LS"),
    ("liberia", "LR"), ("libya", "LY"), ("lie", "LI"), ("liechtenstein", "LI"), ("lithuania", "LT"),
    ("lka", "LK"), ("lso", "LS"), ("ltu", "LT"), ("lux", "LU"), ("luxembourg", "LU"), ("lva", "LV"),
    ("mac", "MO"), ("macao", "MO"), ("macau", "MO"), ("macedonia", "MK"), ("madagascar", "MG"),
    ("malawi", "MW"), ("malaysia", "MY"), ("maldives", "MV"), ("mali", "ML"), ("malta", "MT"),
    ("mar", "MA"), ("marshall islands", "MH"), ("martinique", "MQ"), ("mauritania", "MR"),
    ("mauritius", "MU"), ("mayotte", "YT"), ("mco", "MC"), ("mda", "MD"), ("mdg", "MG"), ("mdv", "MV"),
    ("mex", "MX"), ("mexico", "MX"), ("micronesia", "FM"), ("micronesia federated states of", "FM"),
    ("mkd", "MK"), ("mli", "ML"), ("mlt", "MT"), ("mmr", "MM"), ("mne", "ME"), ("mng", "MN"),
    ("moldova", "MD"), ("moldova republic of", "MD"), ("monaco", "MC"), ("mongolia", "MN"),
    ("montenegro", "ME"), ("montserrat", "MS"), ("morocco", "MA"), ("moz", "MZ"), ("mozambique", "MZ"),
    ("mrt", "MR"), ("mus", "MU"), ("mwi", "MW"), ("myanmar", "MM"), ("myanmar burma", "MM"), ("mys", "MY"),
    ("nam", "NA"), ("namibia", "NA"), ("nauru", "NR"), ("nepal", "NP"), ("ner", "NE"),
    ("netherlands", "NL"), ("new caledonia", "NC"), ("new zealand", "NZ"), ("nga", "NG"), ("nic", "NI"),
    ("nicaragua", "NI"), ("niger", "NE"), ("nigeria", "NG"), ("niue", "NU"), ("nld", "NL"), ("nor", "NO"),
    ("norfolk island", "NF"), ("north korea", "KP"), ("north macedonia", "MK"), ("northern ireland", "GB"),
    ("northern mariana islands", "MP"), ("norway", "NO"), ("npl", "NP"), ("nzl", "NZ"), ("oman", "OM"),
    ("omn", "OM"), ("pak", "PK"), ("pakistan", "PK"), ("palau", "PW"), ("palestine", "PS"),
    ("palestine state of", "PS"), ("palestinian territory", "PS"), ("pan", "PA"), ("panama", "PA"),
    ("papua new guinea", "PG"), ("paraguay", "PY"), ("peoples republic of china", "CN"), ("per", "PE"),
    ("peru", "PE"), ("philippines", "PH"), ("phl", "PH"), ("pitcairn", "PN"), ("png", "PG"), ("pol", "PL"),
    ("poland", "PL"), ("portugal", "PT"), ("pri", "PR"), ("prk", "KP"), ("prt", "PT"), ("pry", "PY"),
    ("pse", "PS"), ("puerto rico", "PR"), ("qat", "QA"), ("qatar", "QA"), ("republic of congo", "CG"),
    ("republic of ireland", "IE"), ("republic of korea", "KR"), ("republic of moldova", "MD"),
    ("republic of serbia", "RS"), ("reunion", "RE"), ("romania", "RO"), ("rou", "RO"), ("rus", "RU"),
    ("russia", "RU"), ("russian federation", "RU"), ("rwa", "RW"), ("rwanda", "RW"),
    ("saint kitts and nevis", "KN"), ("saint lucia", "LC"), ("saint martin", "MF"),
    ("saint vincent and grenadines", "VC"), ("samoa", "WS"), ("samoa american", "AS"),
    ("samoa western", "WS"), ("san marino", "SM"), ("sao tome and principe", "ST"), ("sau", "SA"),
    ("saudi arabia", "SA"), ("scotland", "GB"), ("sdn", "SD"), ("sen", "SN"), ("senegal", "SN"),
    ("serbia", "RS"), ("seychelles", "SC"), ("sgp", "SG"), ("sierra leone", "SL"), ("singapore", "SG"),
    ("sint maarten", "SX"), ("sle", "SL"), ("slovakia", "SK"), ("slovenia", "SI"), ("slv", "SV"),
    ("solomon islands", "SB"), ("som", "SO"), ("somalia", "SO"), ("south africa", "ZA"),
    ("south georgia and south sandwich islands", "GS"), ("south korea", "KR"), ("south sudan", "SS"),
    ("spain", "ES"), ("srb", "RS"), ("sri lanka", "LK"), ("ssd", "SS"), ("st barthelemy", "BL"),
    ("st helena", "SH"), ("st kitts and nevis", "KN"), ("st lucia", "LC"), ("st maarten", "SX"),
    ("st maarten dutch", "SX"), ("st martin", "MF"), ("st martin french", "MF"),
    ("st pierre and miquelon", "PM"), ("st vincent", "VC"), ("state of palestine", "PS"), ("sudan", "SD"),
    ("sur", "SR"), ("suriname", "SR"), ("svalbard and jan mayen", "SJ"), ("svk", "SK"), ("svn", "SI"),
    ("swaziland", "SZ"), ("swe", "SE"), ("sweden", "SE"), ("switzerland", "CH"), ("swz", "SZ"),
    ("syr", "SY"), ("syria", "SY"), ("syrian arab republic", "SY"), ("taiwan", "TW"),
    ("taiwan province of china", "TW"), ("tajikistan", "TJ"), ("tanzania", "TZ"),
    ("tanzania united republic of", "TZ"), ("tcd", "TD"), ("tgo", "TG"), ("tha", "TH"), ("thailand", "TH"),
    ("timor leste", "TL"), ("tjk", "TJ"), ("tkm", "TM"), ("togo", "TG"), ("tokelau", "TK"), ("tonga", "TO"),
    ("trinidad and tobago", "TT"), ("tto", "TT"), ("tun", "TN"), ("tunisia", "TN"), ("tur", "TR"),
    ("turkey", "TR"), ("turkiye", "TR"), ("turkmenistan", "TM"), ("turks and caicos is", "TC"),
    ("tuvalu", "TV"), ("twn", "TW"), ("tza", "TZ"), ("u s", "US"), ("u s a", "US"), ("uae", "AE"),
    ("uga", "UG"), ("uganda", "UG"), ("uk", "GB"), ("ukr", "UA"), ("ukraine", "UA"),
    ("united arab emirates", "AE"), ("united kingdom", "GB"),
    ("united kingdom of great britain and northern ireland", "GB"), ("united republic of tanzania", "TZ"),
    ("united states", "US"), ("united states of america", "US"), ("uruguay", "UY"), ("ury", "UY"),
    ("us minor outlying islands", "UM"), ("us virgin islands", "VI"), ("usa", "US"), ("uzb", "UZ"),
    ("uzbekistan", "UZ"), ("vanuatu", "VU"), ("vat", "VA"), ("vatican", "VA"), ("vatican city", "VA"),
    ("ven", "VE"), ("venezuela", "VE"), ("venezuela bolivarian republic of", "VE"), ("viet nam", "VN"),
    ("vietnam", "VN"), ("virgin islands", "VG"), ("virgin islands uk", "VG"), ("virgin islands us", "VI"),
    ("vnm", "VN"), ("vut", "VU"), ("wales", "GB"), ("wallis and futuna", "WF"), ("western sahara", "EH"),
    ("yem", "YE"), ("yemen", "YE"), ("zaf", "ZA"), ("zambia", "ZM"), ("zimbabwe", "ZW"), ("zmb", "ZM"),
    ("zwe", "ZW"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes() {
        for (text, code) in [
            ("United States", "US"),
            ("us", "US"),
            ("UK", "GB"),
            ("The Netherlands", "NL"),
            ("Côte d'Ivoire", "CI"),
            ("Korea, Republic of", "KR"),
            ("DEU", "DE"),
            ("Türkiye", "TR"),
            ("Viet Nam", "VN"),
            ("Bosnia & Herzegovina", "BA"),
        ] {
            assert_eq!(alpha2(text), Some(code), "{text}");
        }
        assert_eq!(alpha2("Atlantis"), None);
        assert!(NAMES.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
