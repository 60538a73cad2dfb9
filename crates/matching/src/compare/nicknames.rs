//! Short forms of given names that no string similarity finds. Judgement: widely documented English, Spanish and Slavic ones.

use std::sync::LazyLock;

use crate::hash;

const FORMS: &[&[&str]] = &[
    &["robert", "rob", "bob", "bobby", "bert"],
    &["william", "will", "bill", "billy", "liam"],
    &["richard", "rick", "dick", "richie", "rich"],
    &["james", "jim", "jimmy", "jamie"],
    &["john", "jack", "johnny", "jon"],
    &["jonathan", "jon", "johnny"],
    &["charles", "charlie", "chuck", "chas"],
    &["edward", "ed", "eddie", "ted", "ned"],
    &["theodore", "ted", "teddy", "theo"],
    &["thomas", "tom", "tommy"],
    &["michael", "mike", "mick", "mickey"],
    &["joseph", "joe", "joey"],
    &["anthony", "tony"],
    &["daniel", "dan", "danny"],
    &["david", "dave", "davey"],
    &["matthew", "matt"],
    &["andrew", "andy", "drew"],
    &["alexander", "alex", "sasha", "sandy", "xander", "lex"],
    &["alexandra", "alex", "sasha", "sandra", "lexi"],
    &["christopher", "chris", "kit"],
    &["nicholas", "nick", "nicky"],
    &["samuel", "sam"],
    &["samantha", "sam"],
    &["benjamin", "ben"],
    &["steven", "stephen", "steve"],
    &["patrick", "pat", "paddy"],
    &["patricia", "pat", "tricia", "patty"],
    &["peter", "pete"],
    &["gregory", "greg"],
    &["lawrence", "larry"],
    &["henry", "harry", "hank"],
    &["harold", "harry", "hal"],
    &["ronald", "ron"],
    &["donald", "don"],
    &["kenneth", "ken", "kenny"],
    &["timothy", "tim"],
    &["jeffrey", "geoffrey", "jeff", "geoff"],
    &["gerald", "jerry", "gerry"],
    &["frederick", "fred", "freddie"],
    &["francis", "frank"],
    &["albert", "al", "bert"],
    &["leonard", "len", "leo"],
    &["vincent", "vince"],
    &["philip", "phil"],
    &["elizabeth", "liz", "beth", "betty", "lizzie", "eliza", "libby"],
    &["margaret", "maggie", "meg", "peggy", "greta", "madge"],
    &["katherine", "catherine", "kate", "kathy", "katie", "cathy", "kit"],
    &["jennifer", "jen", "jenny"],
    &["susan", "sue", "susie"],
    &["deborah", "debbie", "deb"],
    &["barbara", "barb", "babs"],
    &["dorothy", "dot", "dolly"],
    &["rebecca", "becky", "becca"],
    &["victoria", "vicky", "tori"],
    &["jessica", "jess", "jessie"],
    &["abigail", "abby", "gail"],
    &["amanda", "mandy"],
    &["christine", "christina", "chris", "tina"],
    &["theresa", "teresa", "terry", "tess"],
    &["pamela", "pam"],
    &["sarah", "sally", "sadie"],
    &["mary", "molly", "polly"],
    &["eleanor", "ellie", "nell", "nora"],
    &["isabella", "isabel", "bella", "izzy"],
    &["olivia", "liv", "livvy"],
    &["francisco", "paco", "pancho"],
    &["jose", "pepe"],
    &["guadalupe", "lupe"],
    &["ignacio", "nacho"],
    &["dmitri", "dmitry", "dima"],
    &["ivan", "vanya"],
    &["mikhail", "misha"],
    &["vladimir", "vova", "volodya"],
    &["yevgeny", "evgeny", "zhenya"],
    &["anastasia", "nastya"],
    &["maria", "masha"],
    &["natalia", "natasha"],
    &["mohammed", "muhammad", "mohamed", "mohammad", "muhammed"],
];

/// Rows of the table in which a name stands, one bit each.
#[must_use]
pub fn rows(name: &str) -> u128 {
    static ROWS: LazyLock<hash::Map<&str, u128>> = LazyLock::new(|| {
        let mut rows = hash::Map::default();
        for (at, forms) in FORMS.iter().enumerate() {
            forms.iter().for_each(|form| *rows.entry(*form).or_default() |= 1 << at);
        }
        rows
    });
    ROWS.get(name).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_fits_its_bits_and_short_forms_meet() {
        assert!(FORMS.len() <= 128);
        assert_ne!(rows("bob") & rows("robert"), 0);
        assert_eq!(rows("bob") & rows("william"), 0);
        assert_eq!(rows("zebedee"), 0);
    }
}
