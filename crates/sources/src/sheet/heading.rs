//! A report's own block above its table: one line of names and one of values (of the meeting whose participants follow), which
//! speak for every row below.

use super::HeaderMap;

/// What such a block says, for roles that the table itself does not have: role, rank, header and value.
#[must_use]
pub fn of(above: &[&[String]], map: &HeaderMap, own: &[String]) -> Vec<(usize, usize, String, String)> {
    let roles = |cells: &[String]| cells.iter().filter(|cell| map.role(cell).is_some()).count();
    let taken: Vec<usize> = own.iter().filter_map(|name| map.role(name)).map(|(role, _)| role).collect();
    let block = above.windows(2).rev().find(|pair| roles(pair[0]) >= 2 && roles(pair[1]) < 2);
    let Some([names, values]) = block else { return Vec::new() };
    let named = names.iter().zip(values.iter()).filter(|(_, value)| !value.is_empty());
    named
        .filter_map(|(name, value)| {
            let (role, rank) = map.role(name).filter(|(role, _)| !taken.contains(role))?;
            Some((role, rank, name.clone(), value.clone()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_speaks_for_what_the_table_lacks() {
        let map = crate::vendors::zoom::report::PLAN.map();
        let line = |text: &str| text.split(',').map(str::to_owned).collect::<Vec<String>>();
        let names = line("Meeting ID,Topic,User Email,Duration (Minutes)");
        let values = line("881 2345 6789,Interview,tomas@example.com,45");
        let own = line("Name (Original Name),User Email,Join Time,Duration (Minutes)");
        let told = of(&[&names, &values], map, &own);
        let told: Vec<(&str, &str)> = told.iter().map(|(_, _, name, value)| (&**name, &**value)).collect();
        assert_eq!(told, [("Meeting ID", "881 2345 6789")]);
        assert!(of(&[&values, &names], map, &own).is_empty());
    }
}
