//! Names, mail addresses and phone numbers of people who do not exist.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::draw::Draw;

static GIVEN: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../data/given.txt").split_whitespace().collect());

static FAMILY: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| include_str!("../data/family.txt").split_whitespace().collect());

/// A given and a family name, independent of each other and of anything else.
pub fn name(draw: &mut Draw) -> (&'static str, &'static str) {
    (*draw.pick(&GIVEN), *draw.pick(&FAMILY))
}

/// Letters and digits of ASCII, for mail addresses and logins.
pub fn plain(name: &str) -> String {
    let mut out = String::new();
    for c in name.to_lowercase().chars() {
        match c {
            'a'..='z' | '0'..='9' => out.push(c),
            'á' | 'à' | 'â' | 'ã' | 'å' | 'ą' | 'ă' => out.push('a'),
            'ä' => out.push_str("ae"),
            'ç' | 'ć' | 'č' => out.push('c'),
            'é' | 'è' | 'ê' | 'ë' | 'ę' => out.push('e'),
            'í' | 'î' | 'ï' => out.push('i'),
            'ł' => out.push('l'),
            'ñ' | 'ń' => out.push('n'),
            'ó' | 'ô' | 'õ' => out.push('o'),
            'ö' => out.push_str("oe"),
            'ś' | 'š' => out.push('s'),
            'ú' | 'û' => out.push('u'),
            'ü' => out.push_str("ue"),
            'ż' | 'ź' | 'ž' => out.push('z'),
            _ => {}
        }
    }
    out
}

/// `given.family`, with a number where it is taken.
pub fn login(given: &str, family: &str, taken: &mut BTreeSet<String>) -> String {
    let stem = format!("{}.{}", plain(given), plain(family));
    let mut login = stem.clone();
    let mut n = 2;
    while !taken.insert(login.clone()) {
        login = format!("{stem}{n}");
        n += 1;
    }
    login
}

/// A private mail address at a domain that cannot exist.
pub fn private_mail(draw: &mut Draw, given: &str, family: &str, n: usize) -> String {
    let (given, family) = (plain(given), plain(family));
    let host = draw.pick(&["mail.example", "inbox.example", "post.example", "letters.example"]);
    let first = given.get(..1).unwrap_or_default();
    match draw.below(4) {
        0 => format!("{given}.{family}{}@{host}", n % 97),
        1 => format!("{first}{family}{}@{host}", 1000 + n),
        2 => format!("{given}{}@{host}", 1000 + n),
        _ => format!("{family}.{given}.{}@{host}", n),
    }
}

/// Area codes of the United States; with 555-01xx the number is reserved for fiction.
const AREAS: &str = "201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 224 225 228 229 231 234 239 \
    240 248 251 252 253 254 256 260 262 267 269 270 272 276 281 301 302 303 304 305 307 308 309 310 312 313 314 315 \
    316 317 318 319 320 321 323 325 330 331 334 336 337 339 346 347 351 352 360 361 385 386 401 402 404 405 406 407 \
    408 409 410 412 413 414 415 417 419 423 424 425 430 432 434 435 440 442 443 458 463 464 469 470 475 478 479 480 \
    484 501 502 503 504 505 507 508 509 510 512 513 515 516 517 518 520 530 531 534 539 540 541 551 559 561 562 563 \
    567 570 571 573 574 575 580 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 \
    628 629 630 631 636 641 646 650 651 657 660 661 662 667 669 678 681 682 701 702 703 704 706 707 708 712 713 714 \
    715 716 717 718 719 720 724 725 726 727 730 731 732 734 737 740 743 747 754 757 760 762 763 765 769 770 772 773 \
    774 775 779 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816 817 818 828 830 831 832 843 845 847 \
    848 850 854 856 857 858 859 860 862 863 864 865 870 872 878 901 903 904 906 907 908 909 910 912 913 914 915 916 \
    917 918 919 920 925 928 929 930 931 934 936 937 938 940 941 947 949 951 952 954 956 959 970 971 972 973 978 979 980 \
    984 985 986 989";

/// The `n`-th phone number of a country: from ranges that the regulators keep for fiction (Ofcom, Bundesnetzagentur, Arcep,
/// ComReg, ACMA, NANPA), elsewhere, and where these are used up, numbers that no plan can assign, because their national
/// part begins with 0.
pub fn phone(iso: &str, n: usize) -> String {
    let two = |n: usize| format!("{:02}", n % 100);
    match iso {
        "GB" if n < 1000 => format!("+44 7700 900{n:03}"),
        "GB" if n < 9_000 => {
            let area =
                ["20 7946", "113 496", "114 496", "115 496", "116 496", "117 496", "118 496", "121 496"];
            format!("+44 {} {:04}", area[n / 1000 % area.len()], n % 1000)
        }
        "DE" if n < 5_000 => {
            let area = ["30 23125", "40 66969", "69 90009", "221 4710", "89 99998"];
            format!("+49 {} {:03}", area[n / 1000 % area.len()], n % 1000)
        }
        "FR" if n < 10_000 => format!("+33 6 39 98 {} {}", two(n / 100), two(n)),
        "IE" if n < 100_000 => format!("+353 20 91{} {:04}", n / 10_000 % 10, n % 10_000),
        "AU" if n < 10_000 => format!("+61 2 5550 {:04}", n % 10_000),
        _ => match calling_code(iso) {
            Some(code) => format!("+{code} 00 {:04} {:04}", n / 10_000, n % 10_000),
            None => american(n),
        },
    }
}

fn american(n: usize) -> String {
    let areas: Vec<&str> = AREAS.split_whitespace().collect();
    let area = areas[(n * 37) % areas.len()];
    format!("({area}) 555-01{:02}", n / areas.len() % 100)
}

/// Calling code and country of a number of this table; numbers without a code are American.
pub fn plan_of(number: &str) -> (u16, &'static str) {
    let code = number.strip_prefix('+').and_then(|rest| rest.split(' ').next()?.parse().ok());
    let mut all = CODES.iter().chain(&FICTION);
    code.and_then(|code: u16| all.find(|(_, own)| *own == code)).map_or((1, "US"), |(iso, code)| (*code, iso))
}

/// Calling codes of countries that keep numbers for fiction.
const FICTION: [(&str, u16); 5] = [("GB", 44), ("DE", 49), ("FR", 33), ("IE", 353), ("AU", 61)];

/// Calling codes of the countries without a form of their own.
const CODES: [(&str, u16); 15] = [
    ("NL", 31),
    ("ES", 34),
    ("PT", 351),
    ("PL", 48),
    ("RO", 40),
    ("SE", 46),
    ("BR", 55),
    ("MX", 52),
    ("AR", 54),
    ("IN", 91),
    ("PH", 63),
    ("JP", 81),
    ("NG", 234),
    ("ZA", 27),
    ("UA", 380),
];

fn calling_code(iso: &str) -> Option<u16> {
    CODES.iter().chain(&FICTION).find(|(known, _)| *known == iso).map(|(_, code)| *code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_fictional_and_differ() {
        for iso in ["US", "GB", "DE", "FR", "IE", "AU", "PL"] {
            let all: BTreeSet<_> = (0..30_000).map(|n| phone(iso, n)).collect();
            assert_eq!(all.len(), 30_000, "{iso}");
        }
        assert!((0..30_000).all(|n| phone("US", n).contains("555-01")));
        assert_eq!(phone("GB", 7), "+44 7700 900007");
        assert_eq!(plain("Dąbrowski"), "dabrowski");
        assert_eq!(plain("O'Brien"), "obrien");
    }

    #[test]
    fn logins_are_unique() {
        let mut taken = BTreeSet::new();
        assert_eq!(login("Ana", "Silva", &mut taken), "ana.silva");
        assert_eq!(login("Ana", "Silva", &mut taken), "ana.silva2");
    }
}
