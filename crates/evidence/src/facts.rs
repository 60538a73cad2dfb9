//! Shipped facts as tables of the lake, so that questions and users' own queries join them like records.

use hardware::facts as shipped;
use lake::{Lake, rows};
use model::derived::{
    FACTS, fact_command, fact_kvm, fact_network, fact_remote_tool, fact_vpn, fact_vpn_exits,
};
use model::{Cell, TableDef};

use crate::error::Result;

/// Kinds of remote-access software that count. Overlay networks, and what the operating system brings, are every
/// developer's tools.
const REMOTE_KINDS: &[&str] = &["remote control", "RMM"];

/// Rows of every fact table, in a fixed order.
#[must_use]
pub fn tables() -> Vec<(&'static TableDef, Vec<Vec<Cell>>)> {
    let sorted = |rows: Vec<Vec<String>>| {
        let mut rows = rows;
        rows.sort();
        rows.dedup();
        rows
    };
    let cells = |rows: Vec<Vec<String>>| -> Vec<Vec<Cell>> {
        rows.into_iter().map(|row| row.into_iter().map(text_or_missing).collect()).collect()
    };
    let vpn = shipped::vpn().iter().map(|fact| {
        let is_relay = Cell::Bool(fact.get("is_relay") == "1");
        vec![text(fact.get("operator")), text(fact.get("pattern")), is_relay]
    });
    let networks = shipped::networks().iter().filter_map(|fact| {
        let asn = fact.get("asn").parse().ok()?;
        Some(vec![Cell::Int(asn), text(fact.get("kind")), text(fact.get("name"))])
    });
    vec![
        (&fact_remote_tool::TABLE, cells(sorted(remote_tools()))),
        (&fact_kvm::TABLE, cells(sorted(kvms()))),
        (&fact_vpn::TABLE, vpn.collect()),
        (&fact_network::TABLE, networks.collect()),
        (&fact_vpn_exits::TABLE, vpn_exits()),
        (&fact_command::TABLE, cells(sorted(commands()))),
    ]
}

/// Ranges of addresses, each within one block. What cannot be read in an update of the list is left out, as nothing can
/// be known of it.
fn vpn_exits() -> Vec<Vec<Cell>> {
    let place = |text: &str| {
        let (high, low) = text.split_once('.')?;
        Some(i64::from(high.parse::<u8>().ok()?) * 256 + i64::from(low.parse::<u8>().ok()?))
    };
    let mut out = Vec::new();
    for fact in shipped::vpn_exits() {
        for range in fact.get("ranges").split(' ') {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            if let (Some(first), Some(last)) = (place(first), place(last)) {
                out.push(vec![text(fact.get("block")), Cell::Int(first), Cell::Int(last)]);
            }
        }
    }
    out
}

/// Writes the facts into the lake unless it holds the same already; says whether it wrote.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn install(lake: &mut Lake) -> Result<bool> {
    let wanted = tables();
    let mut is_same = true;
    for (table, expected) in &wanted {
        is_same &= stored(lake, table).await? == printed(expected);
    }
    if is_same {
        return Ok(false);
    }
    let mut commit = lake.begin().await?;
    for (table, cells) in wanted {
        commit.replace(table, cells)?;
    }
    commit.publish().await?;
    lake.refresh().await?;
    Ok(true)
}

fn printed(rows: &[Vec<Cell>]) -> Vec<String> {
    let one = |cell: &Cell| match cell {
        Cell::Text(text) => text.clone(),
        Cell::Bool(value) => value.to_string(),
        Cell::Int(value) => value.to_string(),
        _ => String::new(),
    };
    let mut out: Vec<String> =
        rows.iter().map(|row| row.iter().map(one).collect::<Vec<_>>().join("\t")).collect();
    out.sort();
    out
}

async fn stored(lake: &Lake, table: &TableDef) -> Result<Vec<String>> {
    let mut out = Vec::new();
    for batch in lake.query(&format!("SELECT * FROM {}", table.name)).await? {
        let columns: Vec<Vec<Option<String>>> =
            (0..table.columns.len()).map(|column| rows::texts(&batch, column)).collect();
        for row in 0..batch.num_rows() {
            let cells: Vec<String> =
                columns.iter().map(|column| column[row].clone().unwrap_or_default()).collect();
            out.push(cells.join("\t"));
        }
    }
    out.sort();
    debug_assert!(FACTS.iter().any(|fact| fact.name == table.name));
    Ok(out)
}

fn text(value: &str) -> Cell {
    Cell::Text(value.to_owned())
}

fn text_or_missing(value: String) -> Cell {
    if value.is_empty() { Cell::Null } else { Cell::Text(value) }
}

/// Process and application names as LIKE patterns. On macOS and Linux a process has no `.exe`; an application is
/// listed by its title, often with a version behind it.
fn remote_tools() -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for fact in shipped::remote_tools() {
        if !REMOTE_KINDS.contains(&fact.get("kind")) {
            continue;
        }
        let family = fact.get("family");
        let mut patterns = Vec::new();
        for name in fact.get("process_names").split(';').map(str::trim).filter(|name| !name.is_empty()) {
            let like = name.to_lowercase().replace('*', "%");
            if let Some(bare) = like.strip_suffix(".exe").filter(|bare| bare.len() >= 6) {
                patterns.push(bare.to_owned());
            }
            patterns.push(like);
        }
        let title = fact.get("tool").to_lowercase();
        // A title that is an everyday word would name other software as well.
        if title.len() >= 6
            && !["level.io", "remotely", "supremo", "syncro", "aspia"].contains(&title.as_str())
        {
            patterns.extend([title.clone(), format!("{title}.app"), format!("{title} %")]);
        }
        out.extend(patterns.into_iter().map(|pattern| vec![family.to_owned(), pattern]));
    }
    out
}

fn kvms() -> Vec<Vec<String>> {
    let row = |parts: [&str; 5]| parts.iter().map(|part| (*part).to_owned()).collect::<Vec<String>>();
    let mut out = Vec::new();
    for fact in shipped::usb() {
        let (vendor, product) = (fact.get("vendor_id").to_lowercase(), fact.get("product_id").to_lowercase());
        let name =
            format!("{} {}", fact.get("manufacturer"), fact.get("product_string")).trim().to_lowercase();
        if vendor.len() == 4 && !name.is_empty() {
            let kind = if fact.get("tier") == "T1" { "usb_spoof" } else { "usb" };
            let product = if product.len() == 4 { product.as_str() } else { "" };
            out.push(row([fact.get("product"), kind, &vendor, product, &name]));
        }
    }
    for fact in shipped::displays() {
        let (name, serial) =
            (fact.get("name_string").to_lowercase(), fact.get("serial_string").to_lowercase());
        if fact.get("match_rule") == "exact serial string" {
            out.push(row([fact.get("product"), "display_serial", "", "", &serial]));
        } else if !name.is_empty() {
            out.push(row([fact.get("product"), "display", "", "", &name]));
        }
    }
    for fact in shipped::lan() {
        if fact.get("kind") == "mac_prefix" && fact.get("tier") == "T2" {
            let pattern = format!("{}%", fact.get("value").to_lowercase());
            out.push(row([fact.get("product"), "mac_prefix", "", "", &pattern]));
        }
    }
    out
}

/// Reconnaissance facts name a program: it is recognised at the start of a command line or behind a path.
fn commands() -> Vec<Vec<String>> {
    let mut out = Vec::new();
    for fact in shipped::commands() {
        let (class, name, pattern) = (fact.get("class"), fact.get("name"), fact.get("pattern"));
        let patterns = if class == "reconnaissance" {
            let (program, rest) = pattern.split_once(' ').map_or((pattern, ""), |(p, r)| (p, r));
            let tail = if rest.is_empty() { String::new() } else { format!(" {rest}") };
            let mut patterns = Vec::new();
            for program in [
                program.to_owned(),
                format!("{program}.exe"),
                format!("%/{program}"),
                format!("%{program}.exe"),
            ] {
                patterns.push(format!("{program}{tail}"));
                patterns.push(format!("{program}{tail} %"));
            }
            patterns
        } else {
            vec![pattern.to_owned()]
        };
        out.extend(patterns.into_iter().map(|pattern| vec![class.to_owned(), pattern, name.to_owned()]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_fill_every_fact_table_and_fit_their_columns() {
        let tables = tables();
        assert_eq!(tables.len(), FACTS.len());
        for (table, rows) in tables {
            assert!(rows.len() > 10, "{}", table.name);
            for row in rows {
                assert_eq!(row.len(), table.columns.len());
                for (cell, column) in row.iter().zip(table.columns) {
                    assert!(cell.fits(column.kind), "{}.{}", table.name, column.name);
                }
            }
        }
    }

    #[test]
    fn everyday_tools_are_no_remote_tools() {
        let patterns: Vec<String> = remote_tools().into_iter().map(|row| row[1].clone()).collect();
        assert!(patterns.iter().any(|pattern| pattern == "anydesk"));
        for everyday in
            ["tailscaled.exe", "cloudflared", "mstsc.exe", "connect.exe", "tmate", "agent", "syncro"]
        {
            assert!(!patterns.iter().any(|pattern| pattern == everyday), "{everyday}");
        }
    }
}
