//! What was seen or written of a person, day by day.

use std::collections::HashMap;

use model::Time;
use model::link::{Family, Mark};

/// Kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Address that equipment is sent to, delivered to or returned from; also who declares it as home.
    ShipTo,
    /// Declared home.
    HomeAddress,
    /// Bank account.
    BankAccount,
    /// Wallet.
    Wallet,
    /// Private phone.
    Phone,
    /// Private e-mail.
    PersonalEmail,
    /// The identity provider's hash of a browser.
    DeviceToken,
    /// The phone or token that approves sign-ins.
    FactorDevice,
    /// Serial of a display.
    DisplaySerial,
    /// Serial of a dock or other peripheral.
    PeripheralSerial,
    /// MAC address of the default gateway.
    GatewayMac,
    /// MAC address of the access point.
    Bssid,
    /// MAC address of a machine beside the device.
    NeighbourMac,
    /// Public address of sign-ins.
    EgressIp,
    /// A company device that several log on to.
    Device,
    /// A computer by what a meeting client says of its disk or network adapter.
    MeetingDevice,
    /// The other side of a remote-access session, by the tool's own id.
    RemoteId,
    /// Public address from which a candidate came to meetings.
    InterviewIp,
    /// A profile or portfolio page.
    Profile,
    /// Rare phrases of a résumé.
    Resume,
}

impl Kind {
    /// Name as the tables write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ShipTo => "ship_to",
            Self::HomeAddress => "home_address",
            Self::BankAccount => "bank_account",
            Self::Wallet => "wallet",
            Self::Phone => "phone",
            Self::PersonalEmail => "personal_email",
            Self::DeviceToken => "device_token",
            Self::FactorDevice => "factor_device",
            Self::DisplaySerial => "display_serial",
            Self::PeripheralSerial => "peripheral_serial",
            Self::GatewayMac => "gateway_mac",
            Self::Bssid => "bssid",
            Self::NeighbourMac => "neighbour_mac",
            Self::EgressIp => "egress_ip",
            Self::Device => "device",
            Self::MeetingDevice => "meeting_device",
            Self::RemoteId => "remote_id",
            Self::InterviewIp => "interview_ip",
            Self::Profile => "profile",
            Self::Resume => "resume",
        }
    }

    /// Family of the link.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::BankAccount | Self::Wallet => Family::Money,
            Self::Phone | Self::PersonalEmail | Self::Profile | Self::Resume => Family::Text,
            Self::DeviceToken | Self::FactorDevice | Self::Device | Self::MeetingDevice | Self::RemoteId => {
                Family::Device
            }
            _ => Family::Place,
        }
    }

    /// Whether the token stands for a local network or its way out.
    #[must_use]
    pub fn is_network(self) -> bool {
        self.is_lan() || self == Self::EgressIp
    }

    /// Whether the token stands for one local network.
    #[must_use]
    pub fn is_lan(self) -> bool {
        matches!(self, Self::GatewayMac | Self::Bssid | Self::NeighbourMac)
    }

    /// Whether the token is a postal address.
    #[must_use]
    pub fn is_address(self) -> bool {
        matches!(self, Self::ShipTo | Self::HomeAddress)
    }

    /// Whether the token is equipment on a desk.
    #[must_use]
    pub fn is_desk(self) -> bool {
        matches!(self, Self::DisplaySerial | Self::PeripheralSerial)
    }

    /// Whether the token is one machine that people sit at.
    #[must_use]
    pub fn is_machine(self) -> bool {
        matches!(self, Self::DeviceToken | Self::FactorDevice | Self::Device | Self::MeetingDevice)
    }

    /// What couples share.
    #[must_use]
    pub fn is_household_kind(self) -> bool {
        self.is_address()
            || self.is_network()
            || matches!(self, Self::Phone | Self::BankAccount | Self::InterviewIp)
    }

    /// Kinds that come from one and the same trace are one kind when independence is asked for.
    #[must_use]
    pub fn independent(self) -> &'static str {
        match self {
            _ if self.is_network() => "network",
            _ if self.is_address() => "address",
            _ if self.is_desk() => "equipment",
            Self::BankAccount | Self::Wallet => "money",
            Self::Phone => "phone",
            Self::PersonalEmail => "personal_email",
            Self::Profile => "profile",
            Self::Resume => "resume",
            Self::RemoteId => "remote_id",
            Self::InterviewIp => "network",
            _ => "device",
        }
    }
}

/// One token of one person on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Person.
    pub worker: String,
    /// Kind.
    pub kind: Kind,
    /// The token itself: compared, never ordered by in results.
    pub token: String,
    /// First and last time.
    pub first: Time,
    /// Last time.
    pub last: Time,
    /// How it became known.
    pub mark: Mark,
    /// Records behind it.
    pub records: Vec<String>,
}

/// Whether anybody else carries the token of each trace.
pub(crate) fn are_shared(traces: &[Trace]) -> Vec<bool> {
    // The only carrier of a token, or nobody where there are several.
    let mut carriers: HashMap<(Kind, &str), Option<&str>> = HashMap::with_capacity(traces.len() / 8);
    for trace in traces {
        let first = carriers.entry((trace.kind, &trace.token)).or_insert(Some(&trace.worker));
        if first.is_some_and(|first| first != trace.worker) {
            *first = None;
        }
    }
    traces.iter().map(|trace| carriers.get(&(trace.kind, trace.token.as_str())) == Some(&None)).collect()
}

/// Drops what links nobody: tokens of one person, except networks, whose days tell where a person stays.
pub(crate) fn retain_telling(traces: &mut Vec<Trace>) {
    let shared = are_shared(traces).into_iter();
    let telling: Vec<bool> =
        shared.zip(&*traces).map(|(shared, trace)| shared || trace.kind.is_network()).collect();
    let mut telling = telling.into_iter();
    traces.retain(|_| telling.next().unwrap_or(true));
}

/// What is known of places beyond people.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// Innocent place types by address token: (token, explanation id).
    pub address_types: std::collections::BTreeMap<String, String>,
    /// Addresses written without a unit in a building where others give units.
    pub bare_in_multi_unit: std::collections::BTreeSet<String>,
    /// Egress addresses of mobile carriers.
    pub carrier: std::collections::BTreeSet<String>,
    /// Workers who badged in at an office.
    pub badged: std::collections::BTreeSet<String>,
    /// Device tokens, serials and devices of pool devices.
    pub shared: std::collections::BTreeSet<String>,
    /// Addresses that the company sends equipment from.
    pub depots: std::collections::BTreeSet<String>,
    /// Accounts and wallets whose every named holder is a firm.
    pub firms: std::collections::BTreeSet<String>,
    /// Accounts and wallets of a person who is none of those paid there.
    pub strangers: std::collections::BTreeSet<String>,
    /// Company laptops that others saw beside theirs: whose a hardware address is.
    pub laptops: std::collections::BTreeMap<String, String>,
}

/// Prefixes of virtual machines, virtual routers and VPN adapters.
const VIRTUAL: &[&str] = &[
    "00:50:56",
    "00:0c:29",
    "00:05:69",
    "00:1c:14",
    "08:00:27",
    "00:15:5d",
    "52:54:00",
    "00:16:3e",
    "00:1c:42",
    "00:00:5e:00:01",
    "00:00:5e:00:02",
    "00:00:0c:07:ac",
    "00:00:0c:9f:f",
    "00:07:b4:00",
    // adapters of VPN clients, the same on every machine
    "00:05:9a:3c:7",
    "00:09:0f:aa:00:01",
    "00:09:0f:fe:00:01",
    "00:ff:",
    "00:11:22:33:44",
];

/// Whether a MAC address names one machine at one place: no broadcast, no made-up address, no virtual
/// machine, no virtual router.
#[must_use]
pub fn is_placing_mac(mac: &str) -> bool {
    measure::net::is_global_mac(mac) && !VIRTUAL.iter().any(|prefix| mac.starts_with(prefix))
}

/// [`is_placing_mac`] as a condition on a column.
pub(crate) fn placing_mac_sql(column: &str) -> String {
    let prefixes: String =
        VIRTUAL.iter().map(|prefix| format!(" AND {column} NOT LIKE '{prefix}%'")).collect();
    format!("is_global_mac({column}){prefixes}")
}

/// Whether an interface is a tunnel or belongs to containers or virtual machines.
#[must_use]
pub fn is_virtual_interface(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    [
        "utun", "tun", "tap", "wg", "docker", "veth", "br-", "virbr", "vmnet", "vboxnet", "ppp", "ipsec",
        "bridge1",
    ]
    .iter()
    .any(|prefix| name.starts_with(prefix))
}
