//! Texts as a reader may see them: whoever they have not opened stands in them under a pseudonym. A sentence of one
//! person's evidence names others, and these were opened by nobody.

use std::collections::BTreeSet;

use super::Board;
use super::opening::without_ids;
use crate::explain::Explained;

/// Whom a reader may see by name.
pub(crate) struct Guise<'a> {
    pub(crate) board: &'a Board,
    pub(crate) opened: &'a BTreeSet<String>,
}

impl Guise<'_> {
    /// The name under which a reader may see somebody.
    pub(crate) fn name(&self, id: &str) -> String {
        if self.opened.contains(id) { id.to_owned() } else { self.board.pseudonym(id) }
    }

    /// A text that may name people: those whom it is known to name, and whoever else stands in it by roster id.
    pub(crate) fn text(&self, text: &str, named: &[String]) -> String {
        let is_known = |id: &str| self.board.at.contains_key(id) || self.board.kin.contains_key(id);
        let words = text.split_whitespace().flat_map(|word| {
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            [bare, bare.trim_end_matches("'s")]
        });
        let found = words.filter(|word| is_known(word)).map(str::to_owned);
        let ids: BTreeSet<String> = found.chain(named.iter().cloned()).collect();
        let hidden: Vec<String> = ids.into_iter().filter(|id| !self.opened.contains(id)).collect();
        if hidden.is_empty() { text.to_owned() } else { without_ids(text, &hidden, self.board) }
    }

    /// An assessment of an opened person.
    pub(crate) fn explained(&self, one: &Explained) -> Explained {
        let mut out = one.clone();
        // ids of sites and rings are made of members: a site goes by its short name, a ring without roster ids
        out.person.farm = out.person.farm.and_then(|site| self.board.farm_name(&site));
        out.person.ring = out.person.ring.map(|ring| {
            let members = self.board.rings.members.get(&ring).map_or(&[][..], Vec::as_slice);
            without_ids(&ring, members, self.board)
        });
        if let Some((_, history)) = &mut out.ring_history {
            history.iter_mut().for_each(|line| *line = self.text(line, &[]));
        }
        let named: Vec<String> = out.person.evidence.iter().flat_map(|item| item.other.clone()).collect();
        for item in &mut out.person.evidence {
            item.sentence = self.text(&item.sentence, &item.other);
            item.other = item.other.iter().map(|id| self.name(id)).collect();
        }
        let rest = out.against.iter_mut().map(|item| &mut item.text);
        let rest = rest.chain(out.would_clear.iter_mut().map(|item| &mut item.text));
        let rest = rest.chain(out.weights.iter_mut().map(|item| &mut item.text));
        for text in rest.chain([&mut out.tier_rule, &mut out.role_reason]) {
            *text = self.text(text, &named);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_is_not_open_has_no_name_in_a_sentence() {
        let mut board = Board::default();
        for (number, id) in [(1, "10049"), (2, "10010"), (3, "W-7"), (4, "100")] {
            board.pseudonyms.insert(id.into(), number);
            board.at.insert(id.into(), 0);
        }
        let opened = BTreeSet::from(["10049".to_owned()]);
        let guise = Guise { board: &board, opened: &opened };
        let text = "Pay of 10049 goes to the account of 10010 and W-7's (W-7, 10010); 10010.5 and 100100 are numbers.";
        let said = guise.text(text, &[]);
        assert_eq!(
            said,
            "Pay of 10049 goes to the account of P-2 and P-3's (P-3, P-2); P-2.5 and 100100 are numbers."
        );
        assert_eq!(guise.name("10049"), "10049");
        assert_eq!(guise.name("100"), "P-4");
    }
}
