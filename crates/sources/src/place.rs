//! Which host or person a file is about, as the folders and the name around it say. Only where a log does not say so
//! itself: what a file *is* goes by its content alone.

/// Folders and words that collectors and operating systems put around a log, none of them the name of a host.
const GENERIC: &[&str] = &[
    "ad",
    "svc",
    "trace",
    "traces",
    "connection",
    "connections",
    "incoming",
    "outgoing",
    "log",
    "logs",
    "logfile",
    "txt",
    "csv",
    "json",
    "jsonl",
    "old",
    "current",
    "rcurrent",
    "server",
    "service",
    "host",
    "hosts",
    "machine",
    "machines",
    "device",
    "devices",
    "endpoint",
    "endpoints",
    "users",
    "home",
    "root",
    "client",
    "clients",
    "anydesk",
    "teamviewer",
    "rustdesk",
    "screenconnect",
    "connectwise",
    "control",
    "chrome",
    "google",
    "chromoting",
    "remoting",
    "desktop",
    "remote",
    "access",
    "rmm",
    "tool",
    "tools",
    "splashtop",
    "parsec",
    "programdata",
    "program",
    "files",
    "x86",
    "windows",
    "system32",
    "appdata",
    "roaming",
    "local",
    "locallow",
    "library",
    "var",
    "private",
    "opt",
    "usr",
    "application",
    "support",
    "data",
    "upload",
    "uploads",
    "inbox",
    "delivered",
    "auto",
    "ntfs",
    "mft",
    "results",
    "result",
    "export",
    "exports",
    "collection",
    "collections",
    "artifacts",
    "artifact",
    "kape",
    "velociraptor",
    "triage",
    "targets",
    "target",
    "files",
    "file",
    "evidence",
    "input",
    "out",
    "output",
    "gz",
    "zst",
    "zip",
    "c",
    "d",
    "event",
    "events",
    "application",
    "syslog",
    "messages",
    "session",
    "sessions",
    "history",
    "it",
    "hr",
    "download",
    "downloads",
    "documents",
    "tmp",
    "temp",
    "all",
    "new",
    "backup",
    "part",
    "eventlog",
];

/// What may stand before a host with a hyphen; `DESKTOP-7F3K2A1` is a host as a whole.
const TOOLS: &[&str] = &[
    "anydesk",
    "teamviewer",
    "rustdesk",
    "screenconnect",
    "splashtop",
    "ad",
    "log",
    "logs",
    "trace",
    "triage",
];

/// The host named by the folders or the name of a file: `LT-0042/ad_svc.trace`, `LT-0042_ad.trace`,
/// `Collection-LT-0042_corp_local-2026-06-01T08_00_00Z.zip!uploads/auto/C%3A/ProgramData/AnyDesk/ad_svc.trace`.
#[must_use]
pub fn host(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split(['/', '\\', '!']).filter(|part| !part.is_empty()).collect();
    if let Some(found) = parts.iter().find_map(|part| collected(part)) {
        return Some(found);
    }
    // a person's folder stands below one of these
    let is_home = |at: usize| {
        at > 0
            && ["users", "home", "documents and settings"]
                .iter()
                .any(|word| parts[at - 1].eq_ignore_ascii_case(word))
    };
    // a word in the name of a file may be anything; hosts mostly bear a number or a hyphen
    let telling = |at: usize, host: &str| {
        at + 1 < parts.len() || host.contains(|c: char| c.is_ascii_digit() || c == '-' || c == '.')
    };
    let found = parts.iter().enumerate().rev().filter(|(at, _)| !is_home(*at));
    found.filter_map(|(at, part)| host_in(part).filter(|host| telling(at, host))).next()
}

/// The person whose folder a file was in.
#[must_use]
pub fn user(name: &str) -> Option<&str> {
    let parts: Vec<&str> = name.split(['/', '\\', '!']).filter(|part| !part.is_empty()).collect();
    let at = parts
        .iter()
        .position(|part| part.eq_ignore_ascii_case("users") || part.eq_ignore_ascii_case("home"))?;
    let shared = ["public", "default", "all users", "shared"];
    parts
        .get(at + 1)
        .copied()
        .filter(|user| at + 2 < parts.len() && !shared.iter().any(|word| user.eq_ignore_ascii_case(word)))
}

/// `Collection-LT-0042_corp_local-2026-06-01T08_00_00Z.zip`, as Velociraptor names what it collected.
fn collected(part: &str) -> Option<String> {
    let rest = part.strip_prefix("Collection-")?;
    let year = rest
        .match_indices("-20")
        .map(|(at, _)| at)
        .find(|at| rest[at + 1..].bytes().take(4).filter(u8::is_ascii_digit).count() == 4)?;
    let full = &rest[..year];
    host_like(full.split(['_', '.']).next().unwrap_or(full))
}

/// What is left of a name when words that say nothing are taken off both ends. A hyphen belongs to the host, unless
/// what it divides from it is one of those words.
fn host_in(part: &str) -> Option<String> {
    let is_end = |c: char| matches!(c, '_' | '.' | ' ' | '(' | ')' | '%' | ':');
    let mut rest = part.trim_matches(is_end);
    loop {
        let first = rest.split(is_end).next().unwrap_or_default();
        let last = rest.rsplit(is_end).next().unwrap_or_default();
        if is_word(first) {
            rest = rest[first.len()..].trim_start_matches(is_end);
        } else if is_word(last) {
            rest = rest[..rest.len() - last.len()].trim_end_matches(is_end);
        } else {
            break;
        }
    }
    while let Some((first, behind)) = rest.split_once('-')
        && TOOLS.contains(&first.to_ascii_lowercase().as_str())
        && host_like(behind).is_some()
    {
        rest = behind;
    }
    while let Some((before, last)) = rest.rsplit_once('-')
        && is_listed(last)
        && host_like(before).is_some()
    {
        rest = before;
    }
    host_like(rest)
}

/// A word of the list, perhaps with a number behind it, as in "TeamViewer15"; or several with hyphens between them.
fn is_listed(word: &str) -> bool {
    word.to_ascii_lowercase().split('-').all(|part| {
        let bare = part.trim_end_matches(|c: char| c.is_ascii_digit());
        !part.is_empty() && (GENERIC.contains(&part) || (bare.len() > 1 && GENERIC.contains(&bare)))
    })
}

/// A word that names no host: one of the list, a number, or a date.
fn is_word(word: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '-' | 'T' | 'Z' | 'A');
    !word.is_empty()
        && (is_listed(word) || (word.starts_with(|c: char| c.is_ascii_digit()) && word.chars().all(digits)))
}

fn host_like(text: &str) -> Option<String> {
    let good = |c: char| c.is_alphanumeric() || matches!(c, '-' | '.' | '_' | '$');
    let lasting = (2..=63).contains(&text.len()) && text.chars().all(good);
    (lasting && text.chars().any(char::is_alphabetic)).then(|| text.to_owned())
}

/// Words in the names of documents that are no id of a person.
const PAPERS: &[&str] = &[
    "resume",
    "resumes",
    "cv",
    "cvs",
    "cover",
    "letter",
    "coverletter",
    "candidate",
    "applicant",
    "application",
    "document",
    "documents",
    "final",
    "updated",
    "copy",
    "txt",
    "md",
    "text",
    "pdf",
    "docx",
    "file",
    "files",
    "attachment",
    "v",
];

/// The candidate's id in the name of a document or of its folder: a word with a digit that is no date and no version
/// (`C-1042_resume.txt`, `candidates/88121/resume.txt`).
#[must_use]
pub fn candidate(name: &str) -> Option<String> {
    let parts: Vec<&str> = name.split(['/', '\\', '!']).filter(|part| !part.is_empty()).collect();
    parts.iter().rev().take(2).find_map(|part| {
        let words = part.split(['_', '.', ' ', '(', ')', ',', '[', ']']);
        words.filter_map(id_in).next().map(str::to_owned)
    })
}

fn id_in(word: &str) -> Option<&str> {
    let mut rest = word.trim_matches('-');
    while let Some((first, behind)) = rest.split_once('-')
        && PAPERS.contains(&first.to_ascii_lowercase().as_str())
    {
        rest = behind;
    }
    while let Some((before, last)) = rest.rsplit_once('-')
        && PAPERS.contains(&last.to_ascii_lowercase().as_str())
    {
        rest = before;
    }
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    let lower = rest.to_ascii_lowercase();
    let version = lower.strip_prefix('v').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    let all_digits = digits == rest.len();
    // a bare number of up to two digits counts copies; four that begin with 19 or 20 are a year
    let counts =
        all_digits && (digits < 3 || (digits == 4 && (lower.starts_with("19") || lower.starts_with("20"))));
    let dated = crate::value::date_in_name(rest).is_some();
    (digits > 0 && !version && !counts && !dated).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_around_a_log() {
        for (name, expected) in [
            ("LT-0042/ad_svc.trace", Some("LT-0042")),
            ("remote/LT-0042_ad.trace", Some("LT-0042")),
            ("LT-0042.ad_svc.trace.gz", Some("LT-0042")),
            ("anydesk/lt0042-connection_trace.txt", Some("lt0042")),
            ("logs/LT-0042/C/ProgramData/AnyDesk/ad_svc.trace", Some("LT-0042")),
            ("LT-0042/C/Users/ines/AppData/Roaming/AnyDesk/ad.trace", Some("LT-0042")),
            ("x.zip!LT-0042.corp.example.com/TeamViewer15_Logfile.log", Some("LT-0042.corp.example.com")),
            (
                "Collection-LT-0042_corp_local-2026-06-01T08_00_00Z.zip!uploads/auto/C%3A/ProgramData/AnyDesk/ad_svc.trace",
                Some("LT-0042"),
            ),
            ("atlas/ad.trace", Some("atlas")),
            ("2026-06-01_LT-0042_ad.trace", Some("LT-0042")),
            ("IT-0042/ad.trace", Some("IT-0042")),
            ("DESKTOP-7F3K2A1/ad.trace", Some("DESKTOP-7F3K2A1")),
            ("ines-macbook-pro/anydesk.trace", Some("ines-macbook-pro")),
            ("anydesk_of_somebody.txt", None),
            ("ad.trace", None),
            ("exports/Connections_incoming.txt", None),
            ("teamviewer_connections_incoming_2026-06-01.txt", None),
        ] {
            assert_eq!(host(name).as_deref(), expected, "{name}");
        }
        assert_eq!(user("LT-0042/C/Users/ines/AppData/Roaming/AnyDesk/ad.trace"), Some("ines"));
        assert_eq!(user("LT-0042/ad.trace"), None);
    }

    #[test]
    fn candidates_are_found_around_a_document() {
        for (name, expected) in [
            ("C-1042_resume.txt", Some("C-1042")),
            ("resume-C-1042.txt", Some("C-1042")),
            ("candidates/88121/resume.txt", Some("88121")),
            ("Ines_Okafor_resume_2026.txt", None),
            ("resume v2 (3).txt", None),
            ("resume_2026-03-04.txt", None),
        ] {
            assert_eq!(candidate(name).as_deref(), expected, "{name}");
        }
    }
}
