//! Remote-access tools: by the names of programs and packages, and by ports they are known to listen on.

use std::collections::{BTreeMap, BTreeSet};

use hardware::facts;
use serde_json::{Value, json};

/// Ports of tools that listen on the local network.
const PORTS: [(&str, u16); 6] = [
    ("AnyDesk", 7070),
    ("TeamViewer", 5938),
    ("NoMachine", 4000),
    ("Splashtop", 6783),
    ("TightVNC", 5900),
    ("RustDesk", 21118),
];

/// What programs there are.
#[derive(Debug, Default)]
pub struct Programs {
    /// Names of running programs.
    pub running: BTreeSet<String>,
    /// Names of packages and applications.
    pub installed: BTreeSet<String>,
    /// Ports that something listens on.
    pub ports: BTreeSet<u16>,
}

fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase()
}

/// The family of a program by the names in the facts; a star stands for any end.
fn by_program(name: &str) -> Option<&'static str> {
    let name = name.trim().to_ascii_lowercase();
    let stem = name.strip_suffix(".exe").unwrap_or(&name);
    let fits = |pattern: &str| {
        let pattern = pattern.trim().to_ascii_lowercase();
        let pattern = pattern.strip_suffix(".exe").unwrap_or(&pattern);
        match pattern.strip_suffix('*') {
            Some(start) => !start.is_empty() && stem.starts_with(start),
            // Linux cuts the names of programs to fifteen letters.
            None => stem == pattern || (stem.len() == 15 && pattern.starts_with(stem)),
        }
    };
    let known = facts::remote_tools().iter().find(|fact| fact.get("process_names").split(';').any(fits));
    known.map(|fact| fact.get("family"))
}

/// The family of a package or application: its name begins with the tool's.
fn by_package(name: &str) -> Option<&'static str> {
    let name = folded(name.trim_end_matches(".app").trim_end_matches(".desktop"));
    let fits = |fact: &&facts::Fact| {
        let tool = folded(fact.get("tool").split('(').next().unwrap_or(""));
        // Short names are words of other packages too.
        tool.len() >= 5 && name.starts_with(&tool)
    };
    facts::remote_tools().iter().find(fits).map(|fact| fact.get("family"))
}

impl Programs {
    /// One object for each tool and how it is there.
    pub fn write(&self) -> Vec<Value> {
        let mut found: BTreeMap<(&str, &str), Option<u16>> = BTreeMap::new();
        for family in self.installed.iter().filter_map(|name| by_package(name)) {
            found.insert((family, "installed"), None);
        }
        let running: BTreeSet<&str> = self.running.iter().filter_map(|name| by_program(name)).collect();
        for family in &running {
            found.insert((family, "running"), None);
        }
        // A port alone is anybody's: the tool must run.
        for (family, port) in PORTS.iter().filter(|(_, port)| self.ports.contains(port)) {
            if running.contains(family) {
                found.insert((family, "listening"), Some(*port));
            }
        }
        found.into_iter().map(|((tool, how), port)| json!({"tool": tool, "how": how, "port": port})).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_told_by_program_package_and_port() {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let programs = Programs {
            running: names(&["AnyDesk.exe", "bash", "teamviewer_serv"]),
            installed: names(&["rustdesk", "Google Chrome.app", "chrome-remote-desktop", "python3-parse"]),
            ports: BTreeSet::from([7070, 4000, 22]),
        };
        let written = programs.write();
        let told: Vec<String> = written
            .iter()
            .map(|one| format!("{} {}", one["tool"].as_str().unwrap(), one["how"].as_str().unwrap()))
            .collect();
        assert_eq!(
            told,
            [
                "AnyDesk listening",
                "AnyDesk running",
                "Chrome Remote Desktop installed",
                "RustDesk installed",
                "TeamViewer running"
            ]
        );
    }
}
