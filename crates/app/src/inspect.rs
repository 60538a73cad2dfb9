//! Judges hardware by files alone: no workspace, no records, no people.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use hardware::inventory::{Device, Seen};
use hardware::tools::policy::{Around, Policy};
use hardware::tools::{Session, session};
use hardware::{hex, judge, readers};
use rayon::prelude::*;
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};

/// What was found in some files.
#[derive(Debug, Default)]
pub struct Inspection {
    /// One a device, in the order of files and devices.
    pub findings: Vec<Finding>,
    /// Files that nothing could be read from: which and why.
    pub unread: Vec<(String, String)>,
    /// Files of a known format that tell of no device: which, and the format.
    pub empty: Vec<(String, &'static str)>,
    /// Lines that could not be read: file, line, reason.
    pub rejects: Vec<(String, usize, String)>,
    /// Files and folders that could not be opened: which and why. The others are judged all the same.
    pub unopened: Vec<(String, String)>,
}

/// What was found of one device.
#[derive(Debug, Clone)]
pub struct Finding {
    /// File that it stands in.
    pub file: String,
    /// The judgement.
    pub judged: hardware::finding::Finding,
}

impl Finding {
    /// As JSON: `file`, `device`, `class`, `verdict`, `reasons`, `facts`.
    #[must_use]
    pub fn json(&self) -> Value {
        let judged = &self.judged;
        let facts: Map<String, Value> = judged
            .facts
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Value::from(value.as_str())))
            .collect();
        json!({
            "file": self.file,
            "device": judged.device,
            "class": judged.class,
            "verdict": judged.grade.as_str(),
            "reasons": judged.reasons,
            "facts": facts,
        })
    }
}

impl Inspection {
    /// Whether anything is worth an analyst's time.
    #[must_use]
    pub fn has_found(&self) -> bool {
        self.findings.iter().any(|finding| finding.judged.grade.is_found())
    }

    /// Whether anything could be read: a device, or a file that plainly tells of none.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        !self.empty.is_empty() || self.findings.iter().any(|finding| !is_unreadable(finding))
    }
}

/// Whether a finding stands for something that could not be read: it has no facts at all.
fn is_unreadable(finding: &Finding) -> bool {
    finding.judged.facts.is_empty() && finding.judged.grade == hardware::finding::Grade::Unknown
}

/// The list of tools and far sides that the company declares, from a file.
///
/// # Errors
/// When the file cannot be read.
pub fn policy(path: &Path) -> Result<Policy> {
    fs::read_to_string(path).map(|text| Policy::parse(&text)).map_err(Error::file(path))
}

/// Judges every device in files, folders (of sysfs or of exports) and, for `-`, standard input.
///
/// What cannot be opened is told in [`Inspection::unopened`] and does not keep the others from being judged.
#[must_use]
pub fn inspect(paths: &[PathBuf], policy: &Policy) -> Inspection {
    let mut parts = Vec::new();
    let mut whole = Inspection::default();
    for path in paths {
        if let Err(error) = gather(path, &mut parts) {
            whole.unopened.push(unopened(path, &error));
        }
    }
    let read: Vec<(Inspection, Vec<Seen>)> = parts.into_par_iter().map(of_part).collect();
    let sessions: Vec<(String, Session)> =
        read.iter().flat_map(|(part, seen)| sessions_of(part, seen)).collect();
    let beside = Beside::new(&sessions);
    let mut place = 0;
    for (part, seen) in read {
        for (mut finding, seen) in part.findings.into_iter().zip(seen) {
            if matches!(seen.device, Device::Session(_)) {
                finding.judged = judge::judge_with(&seen, policy, beside.around(place, &sessions));
                place += 1;
            }
            whole.findings.push(finding);
        }
        whole.unread.extend(part.unread);
        whole.empty.extend(part.empty);
        whole.rejects.extend(part.rejects);
        whole.unopened.extend(part.unopened);
    }
    whole
}

/// A path that could not be opened, and why without the path again.
fn unopened(path: &Path, error: &std::io::Error) -> (String, String) {
    (path.display().to_string(), error.to_string())
}

/// The sessions of a part, each with the computer that it is told of: files of one folder are of one computer.
fn sessions_of(part: &Inspection, seen: &[Seen]) -> Vec<(String, Session)> {
    let host = |finding: &Finding| {
        Path::new(&finding.file).parent().map_or(String::new(), |at| at.display().to_string())
    };
    let pairs = part.findings.iter().zip(seen);
    let sessions = pairs.filter_map(|(finding, seen)| match &seen.device {
        Device::Session(session) => Some((host(finding), (**session).clone())),
        _ => None,
    });
    sessions.collect()
}

/// What stands beside each session: another inside it, and the computers that its far side came in on.
struct Beside {
    nested: Vec<Option<usize>>,
    shared: BTreeMap<(&'static str, String), usize>,
}

impl Beside {
    fn new(sessions: &[(String, Session)]) -> Self {
        let mut nested = vec![None; sessions.len()];
        let mut hosts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (place, (host, _)) in sessions.iter().enumerate() {
            hosts.entry(host).or_default().push(place);
        }
        for places in hosts.values() {
            let own: Vec<Session> = places.iter().map(|place| sessions[*place].1.clone()).collect();
            for (place, other) in places.iter().zip(session::nested(&own)) {
                nested[*place] = other.map(|other| places[other]);
            }
        }
        let named: Vec<(&str, &Session)> = sessions.iter().map(|(host, one)| (host.as_str(), one)).collect();
        Self { nested, shared: session::shared(&named) }
    }

    fn around<'a>(&self, place: usize, sessions: &'a [(String, Session)]) -> Around<'a> {
        let nested = self.nested.get(place).copied().flatten().and_then(|other| sessions.get(other));
        let key =
            sessions.get(place).filter(|(_, one)| one.came_in()).map(|(_, one)| (one.tool, one.peer.clone()));
        let hosts = key.and_then(|key| self.shared.get(&key).copied()).unwrap_or_default();
        Around { nested: nested.map(|(_, other)| other), hosts }
    }
}

/// Something to read: a file, bytes that were put together from many, or what could not be opened.
enum Part {
    File(PathBuf),
    Bytes(String, Vec<u8>),
    /// A folder below a folder that could not be opened, and why.
    Closed((String, String)),
}

fn gather(path: &Path, parts: &mut Vec<Part>) -> std::io::Result<()> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        std::io::stdin().lock().read_to_end(&mut bytes)?;
        parts.push(Part::Bytes("-".to_owned(), bytes));
    } else if path.is_dir() {
        let mut folder = Folder::default();
        folder.walk(path, 0)?;
        if !folder.attributes.is_empty() {
            parts.push(Part::Bytes(path.display().to_string(), folder.attributes.into_bytes()));
        }
        parts.extend(folder.files.into_iter().map(Part::File));
        parts.extend(folder.unopened.into_iter().map(Part::Closed));
    } else {
        parts.push(Part::File(path.to_path_buf()));
    }
    Ok(())
}

fn of_part(part: Part) -> (Inspection, Vec<Seen>) {
    let mut found = Inspection::default();
    let (file, bytes) = match part {
        Part::File(path) => match fs::read(&path) {
            Ok(bytes) => (path.display().to_string(), bytes),
            Err(error) => {
                found.unopened.push(unopened(&path, &error));
                return (found, Vec::new());
            }
        },
        Part::Bytes(name, bytes) => (name, bytes),
        Part::Closed(which) => {
            found.unopened.push(which);
            return (found, Vec::new());
        }
    };
    let Some(read) = readers::read(&bytes) else {
        let why = if bytes.is_empty() { "empty" } else { "no format that is known" };
        found.unread.push((file, why.to_owned()));
        return (found, Vec::new());
    };
    if read.devices.is_empty() && read.rejects.is_empty() {
        found.empty.push((file.clone(), read.format));
    } else if read.devices.is_empty() {
        found.unread.push((file.clone(), format!("begins like {}, and no line can be read", read.format)));
    }
    found.rejects.extend(read.rejects.iter().map(|(line, why)| (file.clone(), *line, (*why).to_owned())));
    let judged =
        read.devices.par_iter().map(|seen| Finding { file: file.clone(), judged: judge::judge(seen) });
    found.findings = judged.collect();
    (found, read.devices)
}

/// A folder on its way: attributes of sysfs become one text, other files stay files.
#[derive(Default)]
struct Folder {
    attributes: String,
    files: Vec<PathBuf>,
    unopened: Vec<(String, String)>,
}

/// Attributes of sysfs that are written in hex, beside those that are text.
const BINARY: [&str; 3] = ["report_descriptor", "edid", "descriptors"];

impl Folder {
    fn walk(&mut self, folder: &Path, depth: u32) -> std::io::Result<()> {
        if depth > 16 {
            return Ok(());
        }
        let mut entries = fs::read_dir(folder)?.collect::<std::io::Result<Vec<_>>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            let kind = entry.file_type()?;
            // `/sys/bus/usb/devices` is made of links; deeper ones lead in circles.
            if kind.is_dir() || (kind.is_symlink() && depth == 0 && path.is_dir()) {
                if let Err(error) = self.walk(&path, depth + 1) {
                    self.unopened.push(unopened(&path, &error));
                }
            } else if kind.is_file() {
                self.add(&path);
            }
        }
        Ok(())
    }

    fn add(&mut self, path: &Path) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("");
        // Many attributes of sysfs can only be written or belong to root: what cannot be read is not there.
        let value = if BINARY.contains(&name) {
            fs::read(path).ok().filter(|bytes| !bytes.is_empty()).map(|bytes| hex::write(&bytes))
        } else if hardware::readers::SYSFS_ATTRIBUTES.contains(&name) {
            fs::read_to_string(path).ok()
        } else {
            if !path.starts_with("/sys") && !name.starts_with('.') {
                self.files.push(path.to_path_buf());
            }
            None
        };
        if let Some(value) = value {
            let value = value.trim().replace(['\n', '\r'], " ");
            // The reader tells attributes by their slash; a relative path gets one.
            let shown = path.display().to_string();
            let slash = if shown.starts_with(['/', '.']) { "" } else { "./" };
            self.attributes.push_str(&format!("{slash}{shown}:{value}\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUSE: &str = "05010902a1010901a1000509190129031500250195037501810295017505810305010930093109381581257f7508950381\
                         06c0c0";
    const JETKVM: &str = "05010902a10185010901a1000509190129031500250175019503810295017505810305010930093116000026ff7f3600004\
                          6ff7f751095028102c0850209381581257f350045007508950181 06c0";

    #[test]
    fn a_file_of_lines_has_one_answer_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("descriptors.txt");
        fs::write(&path, format!("{MOUSE}\n{}\nnonsense\n", JETKVM.replace(' ', ""))).unwrap();
        let found = inspect(&[path], &Policy::default());
        let verdicts: Vec<&str> =
            found.findings.iter().map(|finding| finding.judged.grade.as_str()).collect();
        assert_eq!(verdicts, ["ordinary", "kvm", "unknown"]);
        assert!(found.has_found() && found.is_usable());
        let json = found.findings[1].json();
        assert_eq!((json["class"].as_str(), json["verdict"].as_str()), (Some("hid"), Some("kvm")));
        assert!(json["reasons"][0].as_str().unwrap().contains("JetKVM"));
    }

    #[test]
    fn a_folder_of_attributes_is_one_inventory() {
        let folder = tempfile::tempdir().unwrap();
        let device = folder.path().join("1-2");
        let interface = device.join("1-2:1.0");
        let descriptor = interface.join("0003:1234:5678.0001");
        fs::create_dir_all(&descriptor).unwrap();
        fs::write(device.join("idVendor"), "1234\n").unwrap();
        fs::write(device.join("idProduct"), "5678\n").unwrap();
        fs::write(interface.join("bInterfaceClass"), "03\n").unwrap();
        fs::write(descriptor.join("report_descriptor"), hex::parse(MOUSE).unwrap()).unwrap();
        let found = inspect(&[folder.path().to_path_buf()], &Policy::default());
        assert_eq!(found.findings.len(), 1, "{found:?}");
        assert_eq!(found.findings[0].judged.class, "usb");
        assert_eq!(found.findings[0].judged.grade.as_str(), "ordinary");
    }

    #[test]
    fn sessions_are_judged_with_what_stands_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let write = |host: &str, name: &str, text: &str| {
            let host = folder.path().join(host);
            fs::create_dir_all(&host).unwrap();
            fs::write(host.join(name), text).unwrap();
        };
        write(
            "a",
            "Connections_incoming.txt",
            "1660360496\tIT\t02-03-2026 08:00:00\t02-03-2026 16:30:00\tu\tRemoteControl\t{b}",
        );
        write(
            "a",
            "log.txt",
            "[D 2026-03-02 09:00:00] X#12 connected.\n[D 2026-03-02 10:00:00] X#12 disconnected.\n",
        );
        write(
            "b",
            "Connections_incoming.txt",
            "1660360496\tIT\t03-03-2026 08:00:00\t03-03-2026 08:30:00\tu\tRemoteControl\t{b}",
        );
        let policy = Policy::parse("TeamViewer\nParsec\n");
        let found = inspect(&[folder.path().to_path_buf()], &policy);
        let told: Vec<(&str, bool, bool)> = found
            .findings
            .iter()
            .map(|finding| {
                let has = |word: &str| finding.judged.reasons.iter().any(|reason| reason.contains(word));
                (finding.judged.class, has("inside a remote session"), has("2 computers"))
            })
            .collect();
        assert_eq!(told, [("tool", true, true), ("tool", true, false), ("tool", false, true)]);
        let alone = inspect(&[folder.path().join("a/log.txt")], &policy);
        assert!(!alone.has_found(), "declared, and nothing beside it");
    }

    #[test]
    fn what_cannot_be_read_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("letter.txt");
        fs::write(&path, "Dear Sir\n").unwrap();
        let found = inspect(&[path], &Policy::default());
        assert!(!found.is_usable());
        assert_eq!(found.unread[0].1, "no format that is known");
    }

    #[test]
    fn a_file_that_is_missing_keeps_no_other_from_being_judged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("descriptors.txt");
        fs::write(&path, format!("{MOUSE}\n")).unwrap();
        let missing = folder.path().join("missing");
        let found = inspect(&[missing.clone(), path], &Policy::default());
        assert_eq!((found.findings.len(), found.unopened.len()), (1, 1), "{found:?}");
        assert_eq!(found.unopened[0].0, missing.display().to_string());
        assert!(!inspect(&[missing], &Policy::default()).is_usable());
    }
}
