//! Tables about a computer: what runs on it, who logs on, its network, what is installed.

use model::record::is_missing;
use model::table::At;
use model::tables as t;
use serde_json::Value as Tree;

use super::{Row, inner};
use crate::json::{self, get};
use crate::reader::Out;
use crate::value;
use crate::vendors::put;

/// A row of `DeviceProcessEvents`.
pub(super) fn process(row: &Row<'_, '_>, out: &mut Out<'_>) {
    use t::process as p;
    let action = row.text("ActionType").unwrap_or_default();
    if !matches!(&*action, "" | "ProcessCreated") {
        return out.skip(&format!("DeviceProcessEvents {action}"));
    }
    row.check_time(out);
    let mut record = row.record(&p::TABLE, out);
    record.text(p::activity, Some("launch"));
    let pairs: &[(At, &[&str])] = &[
        (p::name, &["FileName"]),
        (p::path, &["FolderPath"]),
        (p::cmd_line, &["ProcessCommandLine"]),
        (p::parent_path, &["InitiatingProcessFileName"]),
        (p::parent_path, &["InitiatingProcessFolderPath"]),
        (p::user_name, &["AccountName"]),
        // the directory's name of the person, where the account is one of the directory
        (p::user_name, &["AccountUpn"]),
    ];
    put(&mut record, row.body, pairs);
    record.int(p::pid, get(row.body, "ProcessId").and_then(json::int));
    out.push(record);
}

/// Logons by which a person sits at the computer, or at another one before its screen; a share that is opened, a service and a
/// task are none.
const BY_PERSON: &[&str] = &[
    "interactive",
    "remoteinteractive",
    "cachedinteractive",
    "cachedremoteinteractive",
    "unlock",
    "cachedunlock",
];

/// A row of `DeviceLogonEvents`.
pub(super) fn logon(row: &Row<'_, '_>, out: &mut Out<'_>) {
    use t::local_logon as l;
    let action = row.text("ActionType").unwrap_or_default();
    let kind = row.text("LogonType").unwrap_or_default();
    if &*action != "LogonSuccess" {
        return out.skip(&format!("DeviceLogonEvents {action}"));
    }
    let word: String =
        kind.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    if !word.is_empty() && !BY_PERSON.contains(&word.as_str()) && !word.starts_with("remoteinteractive") {
        return out.skip(&format!("DeviceLogonEvents {kind}"));
    }
    row.check_time(out);
    let mut record = row.record(&l::TABLE, out);
    let pairs: &[(At, &[&str])] = &[
        (l::user_name, &["AccountName"]),
        (l::logon_type, &["LogonType"]),
        (l::remote_host, &["RemoteDeviceName"]),
    ];
    put(&mut record, row.body, pairs);
    let from = row.ip("RemoteIP").filter(|ip| !ip.is_loopback()).map(|ip| ip.to_string());
    record.text(l::remote_host, from.as_deref());
    record.time(l::logon_time, row.host.time);
    out.push(record);
}

/// A row of `DeviceInfo`.
pub(super) fn info(row: &Row<'_, '_>, out: &mut Out<'_>) {
    use t::device_inventory as d;
    if let Some(status) =
        row.text("OnboardingStatus").filter(|status| !status.eq_ignore_ascii_case("onboarded"))
    {
        // somebody's device that stood beside one of the company
        return out.skip(&format!("DeviceInfo {status}"));
    }
    row.check_time(out);
    let mut record = row.record(&d::TABLE, out);
    let pairs: &[(At, &[&str])] =
        &[(d::vendor, &["Vendor"]), (d::model, &["Model"]), (d::os, &["OSPlatform"])];
    put(&mut record, row.body, pairs);
    let public = row.ip("PublicIP").filter(|ip| value::is_public(*ip)).map(|ip| ip.to_string());
    record.text(d::public_ip, public.as_deref());
    out.push(record);
    // Who is logged on uses the computer; whose it is, is for a register to say.
    for user in row.list("LoggedOnUsers") {
        if let Some(name) = inner(&user, "UserName") {
            use t::local_logon as l;
            let mut record = row.record(&l::TABLE, out);
            record.text(l::user_name, Some(name));
            record.text(l::logon_type, Some("logged on"));
            out.push(record);
        }
    }
}

/// A machine of the interface.
pub(super) fn machine(row: &Row<'_, '_>, out: &mut Out<'_>) {
    use t::device_inventory as d;
    if let Some(status) =
        row.text("onboardingStatus").filter(|status| !status.eq_ignore_ascii_case("onboarded"))
    {
        return out.skip(&format!("machine {status}"));
    }
    row.check_time(out);
    let mut record = row.record(&d::TABLE, out);
    record.text(d::device_uid, row.text("id").as_deref());
    record.text(d::os, row.text("osPlatform").as_deref());
    let public = row.ip("lastExternalIpAddress").filter(|ip| value::is_public(*ip)).map(|ip| ip.to_string());
    record.text(d::public_ip, public.as_deref());
    out.push(record);
    for card in row.list("ipAddresses") {
        use t::network_interface as n;
        let Some(mac) = inner(&card, "macAddress").and_then(value::mac) else { continue };
        let mut record = row.record(&n::TABLE, out);
        record.text(n::device_uid, row.text("id").as_deref());
        record.text(n::mac, Some(&mac));
        record.text(n::ip, inner(&card, "ipAddress").and_then(value::ip).map(|ip| ip.to_string()).as_deref());
        record.text(n::interface_type, inner(&card, "type"));
        out.push(record);
    }
}

/// Networks, gateways and addresses of one card that are read.
const PARTS_LIMIT: usize = 16;

/// A row of `DeviceNetworkInfo`: a card, the way out, and the wireless network.
pub(super) fn network(row: &Row<'_, '_>, out: &mut Out<'_>) {
    use t::{network_interface as n, route as r, wifi as w};
    let up = row.text("NetworkAdapterStatus").is_none_or(|status| status.eq_ignore_ascii_case("up"));
    if !up {
        return out.skip("DeviceNetworkInfo (adapter not up)");
    }
    row.check_time(out);
    let interface = row.text("NetworkAdapterName");
    let kind = row.text("NetworkAdapterType").unwrap_or_default();
    let address = row.list("IPAddresses").into_iter().find_map(|one| {
        let written = inner(&one, "IPAddress").or_else(|| one.as_str())?;
        let ip = value::ip(written)?;
        let prefix = one.get("SubnetPrefix").and_then(Tree::as_i64);
        ip.is_ipv4().then_some((ip, prefix))
    });
    let mac = row.text("MacAddress").and_then(|mac| value::mac(&mac));
    let mut any = false;
    if let Some(mac) = &mac {
        let mut record = row.record(&n::TABLE, out);
        record.text(n::mac, Some(mac));
        record.text(n::interface, interface.as_deref());
        record.text(n::ip, address.map(|(ip, _)| ip.to_string()).as_deref());
        record.text(
            n::mask,
            address.and_then(|(_, prefix)| prefix).map(|prefix| prefix.to_string()).as_deref(),
        );
        record.text(n::interface_type, Some(&*kind).filter(|kind| !kind.is_empty()));
        record.text(n::manufacturer, row.text("NetworkAdapterVendor").as_deref());
        out.push(record);
        any = true;
    }
    let gateways = row.list("DefaultGateways").into_iter().take(PARTS_LIMIT);
    for gateway in gateways.filter_map(|one| one.as_str().and_then(value::ip)) {
        let mut record = row.record(&r::TABLE, out);
        record.text(r::destination, Some(if gateway.is_ipv4() { "0.0.0.0" } else { "::" }));
        record.text(r::gateway, Some(&gateway.to_string()));
        record.text(r::interface, interface.as_deref());
        out.push(record);
        any = true;
    }
    // Of a cable the system names the network by itself, or by the domain.
    let is_wireless = kind.to_ascii_lowercase().starts_with("wireless");
    let networks = row.list("ConnectedNetworks").into_iter().take(PARTS_LIMIT).filter(|_| is_wireless);
    for network in networks {
        let Some(name) = inner(&network, "Name").filter(|name| !is_missing(name)) else { continue };
        let mut record = row.record(&w::TABLE, out);
        record.text(w::ssid, Some(name));
        record.text(w::interface, interface.as_deref());
        out.push(record);
        any = true;
    }
    if !any {
        out.skip("DeviceNetworkInfo (adapter without address)");
    }
}

/// A row of `DeviceNetworkEvents`: a port that is opened. Connections are left out, as those of other sensors are.
pub(super) fn port(row: &Row<'_, '_>, out: &mut Out<'_>) {
    use t::listening_port as l;
    let action = row.text("ActionType").unwrap_or_default();
    let port = get(row.body, "LocalPort").and_then(json::int).filter(|port| (1..=65_535).contains(port));
    let Some(port) = port.filter(|_| &*action == "ListeningConnectionCreated") else {
        return out.skip(&format!("DeviceNetworkEvents {action}"));
    };
    row.check_time(out);
    let mut record = row.record(&l::TABLE, out);
    record.text(l::activity, Some("added"));
    record.int(l::port, Some(port));
    record.text(l::protocol, row.text("Protocol").map(|text| text.to_ascii_lowercase()).as_deref());
    record.text(l::address, get(row.body, "LocalIP").and_then(json::text).as_deref());
    record.text(l::process_name, row.text("InitiatingProcessFileName").as_deref());
    record.text(l::path, row.text("InitiatingProcessFolderPath").as_deref());
    out.push(record);
}

/// A row of `DeviceTvmSoftwareInventory`, or of the interface's export of it.
pub(super) fn software(row: &Row<'_, '_>, out: &mut Out<'_>) {
    use t::software_inventory as s;
    let mut record = row.record(&s::TABLE, out);
    record.text(s::activity, Some("snapshot"));
    let pairs: &[(At, &[&str])] =
        &[(s::name, &["SoftwareName"]), (s::version, &["SoftwareVersion"]), (s::vendor, &["SoftwareVendor"])];
    put(&mut record, row.body, pairs);
    let path = row.list("diskPaths").into_iter().find_map(|one| one.as_str().map(str::to_owned));
    record.text(s::path, path.as_deref());
    out.push(record);
}

#[cfg(test)]
mod tests {
    use super::super::label;

    #[test]
    fn a_computer_is_called_without_its_domain() {
        for (written, expected) in
            [("lt-0417.corp.example.com", "lt-0417"), ("lt-0417", "lt-0417"), (".odd", ".odd"), ("", "")]
        {
            assert_eq!(label(written), expected);
        }
    }
}
