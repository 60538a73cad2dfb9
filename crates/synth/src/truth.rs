//! The truth beside the records: who is operated by another, who hosts them, and which tells were really written.

use std::collections::BTreeSet;

use crate::calendar::Moment;
use crate::place::PlaceId;

/// Mark on a fact of the world: writing a record of it makes one tell, or several, visible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tag {
    first: u32,
    count: u8,
}

impl Tag {
    /// Marks nothing.
    pub const NONE: Self = Self { first: 0, count: 0 };
}

/// Whoever notes the public address of a person's connections.
const ADDRESSES: &[&str] = &["okta", "entra", "duo", "google", "github", "zoom", "crowdstrike"];

/// Who signs in, from which machine.
const IDENTITY: &[&str] = &["okta", "entra"];

/// What runs on a laptop and hangs on it.
const AGENTS: &[&str] = &["osquery", "crowdstrike"];
const LOOKS: &[&str] = &["osquery", "crowdstrike", "collector"];
const TOOLS: &[&str] = &["osquery", "crowdstrike", "remote"];

/// What a scheme can leave behind: id, source kinds in whose exports it can stand, the first one its main one, and what is
/// seen there.
pub const TELLS: &[(&str, &[&str], &str)] = &[
    (
        "signs_in_far_from_home",
        ADDRESSES,
        "Sign-ins come from a city far from the declared home and from where the laptop was sent",
    ),
    (
        "egress_shared",
        ADDRESSES,
        "Sign-ins come from one household's address, as those of workers who declare other homes",
    ),
    ("consumer_vpn", ADDRESSES, "Sign-ins come through a consumer VPN"),
    ("vpn_drop", IDENTITY, "In one session the VPN falls for minutes and another country shows"),
    ("vpn_rises", ADDRESSES, "From a day on sign-ins come through a consumer VPN, before they did not"),
    ("change_by_vpn", IDENTITY, "Factors or profile are changed through a consumer VPN, on several days"),
    ("device_token_shared", &["okta"], "One browser signs in to the accounts of several workers"),
    ("approval_shared", &["duo"], "One phone approves the sign-ins of several workers"),
    (
        "takes_turns",
        &["okta", "entra", "github"],
        "Workers are active by turns, an hour each, and never at once",
    ),
    (
        "works_around_the_clock",
        &["okta", "entra", "github"],
        "A team works the account in shifts: it is never at rest",
    ),
    ("many_device_tokens", &["okta"], "Six browsers or more in the first weeks"),
    ("tokens_in_session", &["okta"], "Several browsers within one session"),
    ("unmanaged_machine", IDENTITY, "Sign-ins from a machine that the company did not give"),
    (
        "two_places",
        &["okta", "entra", "google", "github"],
        "Sign-ins from home and from another country within the hour, neither through a VPN",
    ),
    (
        "approval_abroad",
        &["duo"],
        "The phone that approves stands in another country, while the sign-in comes from home",
    ),
    (
        "approval_hidden",
        &["duo"],
        "The phone that approves stands behind a VPN, while the sign-in comes from home",
    ),
    ("phone_abroad", IDENTITY, "The phone signs in from another country while the laptop is at home"),
    (
        "radio_abroad",
        &["osquery"],
        "The laptop's radio hears access points of another country than the declared one",
    ),
    (
        "account_moved",
        IDENTITY,
        "With a new factor the account moves to a computer of another kind in another region, and stays there",
    ),
    (
        "desk_changed",
        &["okta", "entra", "osquery", "crowdstrike", "zoom", "github"],
        "With a new factor the laptop stands behind another line, at another desk, and another key is used",
    ),
    ("factor_reset", IDENTITY, "Factors are reset, then a new machine signs in from a new network"),
    (
        "use_after_exit",
        &["okta", "entra", "google", "github"],
        "The account signs in after the engagement has ended",
    ),
    (
        "gateway_shared",
        AGENTS,
        "The laptop stands behind the same router as those of workers who declare other homes",
    ),
    ("access_point_shared", &["osquery"], "The laptop uses the same access point as theirs"),
    ("desk_shared", &["osquery"], "Monitors and docks go round between their laptops"),
    ("laptop_shared", AGENTS, "Two workers log on to one company laptop, day after day"),
    ("kvm_neighbour", &["osquery"], "An IP-KVM stands on the laptop's network"),
    ("kvm_usb", LOOKS, "An IP-KVM is plugged in under its own name"),
    ("kvm_usb_disguised", LOOKS, "An IP-KVM is plugged in under the name of a keyboard"),
    (
        "kvm_structure",
        &["collector"],
        "What is plugged in as a keyboard consists of what an IP-KVM consists of",
    ),
    (
        "shelved",
        &["collector"],
        "The laptop stands with its lid down and no screen, and somebody types on it",
    ),
    ("kvm_display", &["osquery", "collector"], "The monitor is the one that an IP-KVM pretends to be"),
    ("remote_tool", TOOLS, "A remote-access tool is installed and runs"),
    ("second_remote_tool", TOOLS, "A second remote-access tool"),
    ("remote_logon", AGENTS, "Sessions from another host"),
    ("vpn_software", AGENTS, "The software of a consumer VPN"),
    ("exploring_commands", AGENTS, "Commands that explore the machine, in the first hour"),
    ("tampering", AGENTS, "Commands that weaken protection or delete traces"),
    ("keep_awake", LOOKS, "Software that keeps the laptop awake"),
    ("virtual_camera", &["osquery", "crowdstrike", "zoom"], "Software that stands in for the camera"),
    ("meeting_machine", &["zoom"], "Meetings are attended on a machine that the company did not give"),
    ("meeting_machine_shared", &["zoom"], "One machine attends meetings as several workers"),
    ("meeting_latency", &["zoom"], "Meetings come with the delay of another continent"),
    (
        "code_elsewhere",
        &["github"],
        "The code host is used from another country, in which nobody signs in as the worker",
    ),
    (
        "copied_on_arrival",
        &["github"],
        "In the first days all code is cloned through an exit that the person uses for nothing else",
    ),
    (
        "other_tenants",
        &["crowdstrike"],
        "The laptop looks up where people of two other companies or more sign in, on most days",
    ),
    ("kvm_looked_up", &["crowdstrike"], "The laptop looks up the name of an IP-KVM"),
    ("kvm_card", &["osquery"], "The laptop has the network card of an IP-KVM"),
    (
        "remote_tool_by_script",
        AGENTS,
        "A command sets up a remote-access tool for use without anybody there, in the first hour",
    ),
    ("session_onward", AGENTS, "While somebody is in through a remote tool, the laptop goes on to another"),
    ("took_documents", &["google"], "Dozens of documents are downloaded in the last days before the exit"),
    ("returned_from_far", &["shipment"], "The laptop comes back from a city far from the declared home"),
    ("bulk_clone", &["github"], "Dozens of repositories are cloned within the hour"),
    ("applicant_phone_shared", &["greenhouse"], "Candidates of different names give one phone"),
    (
        "applicant_phone_voip",
        &["phone"],
        "The candidate's number is an internet phone that anybody can rent; no sign alone",
    ),
    (
        "applicant_mail_stem",
        &["greenhouse"],
        "Candidates' mail addresses are made in one way that has nothing to do with their names",
    ),
    ("applicant_address_shared", &["greenhouse"], "Candidates of different names give one home"),
    ("portfolio_shared", &["greenhouse"], "Candidates of different names show one portfolio"),
    (
        "resume_phrases",
        &["document"],
        "Résumés of different candidates share sentences that nobody else writes",
    ),
    ("reference_shared", &["document"], "Candidates name one reference"),
    ("interview_machine_shared", &["zoom"], "One machine is interviewed as several people"),
    ("interview_address_shared", &["zoom"], "Several people are interviewed from one household's address"),
    ("interview_far", &["zoom"], "The interview comes from a country far from the home that was given"),
    ("protection_removed", &["github"], "The protection of a branch is removed"),
    ("outsider_added", &["github"], "Somebody from outside gets access to a repository"),
    ("other_laptops", &["osquery"], "Laptops that are not ours stand on its network, three or more"),
    ("referred_by_ring", &["greenhouse"], "A member of a ring recommends the next"),
    (
        "interview_on_ring_machine",
        &["zoom"],
        "The interview ran on the machine on which the ring attends its meetings",
    ),
    ("ship_to_shared", &["shipment"], "Equipment goes to an address to which that of other workers goes too"),
    ("sent_to_colleague", &["shipment"], "Equipment goes to the home of another worker"),
    ("rerouted", &["shipment"], "The address is changed after dispatch"),
    ("phone_shared", &["roster"], "One phone number for several workers"),
    ("mailbox_shared", &["roster"], "One private mailbox for several workers"),
    ("account_shared", &["pay"], "Pay of several workers goes to one account"),
    ("wallet", &["pay"], "Pay goes to a wallet"),
    ("wallet_shared", &["pay"], "Pay of several workers goes to one wallet"),
    ("holder_mismatch", &["pay"], "The bank says that the account is another person's"),
    ("early_change", &["pay"], "The account is changed in the first weeks"),
];

/// A tell that a scheme means to leave.
pub struct Tell {
    /// Position of the worker; behind the workers come the applicants.
    pub worker: usize,
    /// Which.
    pub id: &'static str,
    /// First and last record of it.
    pub seen: Option<(Moment, Moment)>,
    /// Records of it.
    pub records: u32,
    /// The same by export, in the order in which they were written.
    pub by_export: Vec<Shown>,
}

/// A tell in one export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// Source kind.
    pub export: &'static str,
    /// Records of it there.
    pub records: u32,
    /// First and last one.
    pub seen: (Moment, Moment),
}

impl Tell {
    /// Source kinds in whose exports it can stand.
    pub fn exports(&self) -> &'static [&'static str] {
        TELLS.iter().find(|(id, ..)| *id == self.id).map_or(&[], |(_, exports, _)| exports)
    }
}

/// What somebody is in a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Somebody else does the work: a positive.
    Operated,
    /// Houses the laptops of others and does the own work oneself.
    Host,
}

impl Role {
    /// The word of the truth sheets.
    pub fn word(self) -> &'static str {
        match self {
            Self::Operated => "operated",
            Self::Host => "host",
        }
    }
}

/// A worker who is part of a scheme.
pub struct Part {
    /// Position of the worker.
    pub worker: usize,
    /// Scheme.
    pub scheme: &'static str,
    /// What they are in it.
    pub role: Role,
    /// Whether the identity is the worker's own, lent or sold; otherwise its owner knows nothing.
    pub lent: bool,
    /// Position of the farm or ring, where there is one.
    pub group: Option<usize>,
    /// Which instance of the plan.
    pub instance: u32,
}

/// An applicant who is a persona of an operator.
pub struct Persona {
    /// Position of the applicant.
    pub applicant: usize,
    /// Scheme.
    pub scheme: &'static str,
    /// Name of the cluster.
    pub cluster: String,
    /// Which instance of the plan.
    pub instance: u32,
}

/// A farm or ring.
pub struct Group {
    /// Name.
    pub name: String,
    /// `farm` or `ring`.
    pub kind: &'static str,
    /// Scheme.
    pub scheme: &'static str,
    /// Where the laptops stand, for farms.
    pub place: Option<PlaceId>,
    /// The worker who hosts it; none where somebody outside does.
    pub host: Option<usize>,
}

/// Everything that the records must not say.
#[derive(Default)]
pub struct Truth {
    /// Tells, in the order in which schemes made them.
    pub tells: Vec<Tell>,
    /// Workers in schemes.
    pub parts: Vec<Part>,
    /// Farms and rings.
    pub groups: Vec<Group>,
    /// Applicants who are personas of another.
    pub personas: Vec<Persona>,
    /// Look-alike and applicant.
    pub applicants_like: Vec<(&'static str, usize)>,
    /// Look-alike and worker.
    pub innocents: Vec<(&'static str, usize)>,
    /// Workers who already are something.
    taken: BTreeSet<usize>,
}

impl Truth {
    /// A new tell, not written yet.
    pub fn tell(&mut self, worker: usize, id: &'static str) -> Tag {
        self.tells(&[(worker, id)])
    }

    /// Tells that the same records show, of one worker or of several.
    pub fn tells(&mut self, all: &[(usize, &'static str)]) -> Tag {
        let first = self.tells.len() as u32;
        self.tells.extend(all.iter().map(|(worker, id)| Tell {
            worker: *worker,
            id,
            seen: None,
            records: 0,
            by_export: vec![],
        }));
        Tag { first, count: all.len() as u8 }
    }

    /// A record bearing the mark was written to an export: it shows those of the tells that can stand there.
    pub fn wrote(&mut self, tag: Tag, at: Moment, export: &'static str) {
        let from = tag.first as usize;
        for tell in self.tells.iter_mut().skip(from).take(usize::from(tag.count)) {
            if !tell.exports().contains(&export) {
                continue;
            }
            tell.records += 1;
            tell.seen = Some(tell.seen.map_or((at, at), |(first, last)| (first.min(at), last.max(at))));
            match tell.by_export.iter_mut().find(|one| one.export == export) {
                Some(one) => {
                    one.records += 1;
                    one.seen = (one.seen.0.min(at), one.seen.1.max(at));
                }
                None => tell.by_export.push(Shown { export, records: 1, seen: (at, at) }),
            }
        }
    }

    /// A worker takes part in a scheme.
    pub fn take_part(&mut self, part: Part) {
        self.taken.insert(part.worker);
        self.parts.push(part);
    }

    /// A worker looks like a scheme and is not.
    pub fn looks_like(&mut self, id: &'static str, worker: usize) {
        self.taken.insert(worker);
        self.innocents.push((id, worker));
    }

    /// Whether a worker is part of a scheme or already a look-alike.
    pub fn is_taken(&self, worker: usize) -> bool {
        self.taken.contains(&worker)
    }

    /// The part of a worker, if any.
    pub fn part(&self, worker: usize) -> Option<&Part> {
        self.parts.iter().find(|part| part.worker == worker)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mark_can_show_several_tells() {
        let mut truth = Truth::default();
        let one = truth.tell(3, "remote_tool");
        let two = truth.tells(&[(3, "laptop_shared"), (4, "laptop_shared")]);
        truth.wrote(Tag::NONE, 5, "osquery");
        truth.wrote(two, 7, "osquery");
        truth.wrote(two, 6, "crowdstrike");
        // no sign-in shows whose log-ons a laptop has
        truth.wrote(two, 5, "okta");
        assert_eq!(truth.tells.iter().map(|tell| tell.records).collect::<Vec<_>>(), [0, 2, 2]);
        assert_eq!(truth.tells[1].seen, Some((6, 7)));
        truth.wrote(one, 1, "osquery");
        assert_eq!(truth.tells[0].seen, Some((1, 1)));
        assert_eq!(truth.tells[2].by_export[1], Shown { export: "crowdstrike", records: 1, seen: (6, 6) });
    }

    #[test]
    fn the_list_of_tells_is_the_list_of_those_planted() {
        let code: String = crate::schemes::SOURCES.concat();
        for (id, exports, text) in TELLS {
            assert!(code.contains(&format!("\"{id}\"")), "no scheme plants {id}");
            let known = exports.iter().all(|export| crate::plan::SOURCES.contains(export));
            assert!(known && !exports.is_empty() && !text.is_empty(), "{id}");
        }
    }
}
