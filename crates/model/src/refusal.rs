//! What nothing may read. The normal form holds no such column, the loader refuses indicators that name one,
//! mappings refuse to fill one, and a test walks every table.

/// Words that may not occur as a part (split at `_`) of any column, mapping target or indicator column.
pub const REFUSED: &[&str] = &[
    "nationality",
    "ethnicity",
    "ethnic",
    "race",
    "birthplace",
    "religion",
    "religious",
    "language",
    "lang",
    "locale",
    "accent",
    "dialect",
    "keyboard",
    "layout",
    "face",
    "photo",
    "headshot",
    "citizenship",
    "citizen",
    "visa",
    "age",
    "birthdate",
    "birth",
    "dob",
    "sex",
    "gender",
    "pronouns",
    "disability",
    "health",
    "medical",
    "leave",
    "pregnancy",
    "pregnant",
    "union",
    "marital",
    "veteran",
    "ssn",
];

/// The refused word in a column name, if there is one.
#[must_use]
pub fn refused_word(column: &str) -> Option<&'static str> {
    let lower = column.to_ascii_lowercase();
    lower
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find_map(|part| REFUSED.iter().copied().find(|word| *word == part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{derived, tables};

    #[test]
    fn no_table_has_a_refused_column() {
        for table in tables::ALL.iter().chain(derived::ALL) {
            for column in table.columns {
                assert_eq!(refused_word(column.name), None, "{}.{}", table.name, column.name);
            }
        }
    }

    #[test]
    fn refused_words_are_found_as_parts_only() {
        assert_eq!(refused_word("keyboard_layout"), Some("keyboard"));
        assert_eq!(refused_word("Gender"), Some("gender"));
        assert_eq!(refused_word("package"), None);
        assert_eq!(refused_word("language"), Some("language"));
    }

    #[test]
    fn every_record_table_begins_alike() {
        for table in tables::ALL {
            let names: Vec<_> = table.columns.iter().take(3).map(|c| c.name).collect();
            assert_eq!(names, ["record_id", "time", "source"], "{}", table.name);
        }
    }
}
