//! The first day (S11, S17): within an hour of the first sign-in the machine is explored, opened for others and tampered with.
//!
//! Levers: commands that explore, a remote tool set up by script, several device tokens, tampering, a VPN, an early change of pay.

use super::{Plot, Scheme, in_window};
use crate::atlas;
use crate::catalogue::Os;
use crate::names;
use crate::papers;
use crate::truth::Tag;
use crate::world::{ALWAYS, Fitted, Span, Started, TunnelUse, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "day_one",
    text: "On the first day: exploring commands, a scripted remote tool, tampering, several device tokens (S11, S17)",
    plant,
};

/// Commands that explore a machine.
const EXPLORE: &[(Os, &[&str])] = &[
    (Os::Darwin, &["/usr/bin/whoami", "/usr/sbin/system_profiler SPHardwareDataType SPDisplaysDataType", "/usr/bin/sw_vers", "/usr/sbin/scutil --dns", "/usr/bin/dscl . list /Users"]),
    (Os::Windows, &["C:\\Windows\\System32\\whoami.exe /all", "C:\\Windows\\System32\\systeminfo.exe", "C:\\Windows\\System32\\dxdiag.exe /t C:\\Users\\Public\\dx.txt", "C:\\Windows\\System32\\net.exe user", "C:\\Windows\\System32\\ipconfig.exe /all"]),
    (Os::Ubuntu, &["/usr/bin/whoami", "/usr/bin/uname -a", "/usr/bin/lshw -short", "/usr/bin/id", "/usr/bin/hostnamectl"]),
];

/// Commands that hide or weaken.
const TAMPER: &[(Os, &[&str])] = &[
    (Os::Darwin, &["/bin/launchctl unload /Library/LaunchDaemons/io.osquery.agent.plist", "/bin/rm -f /Users/Shared/.zsh_history", "/usr/sbin/spctl --master-disable"]),
    (Os::Windows, &["C:\\Windows\\System32\\sc.exe stop osqueryd", "C:\\Windows\\System32\\wevtutil.exe cl Security", "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe Set-MpPreference -DisableRealtimeMonitoring $true"]),
    (Os::Ubuntu, &["/usr/bin/systemctl stop osqueryd", "/usr/bin/rm -f /root/.bash_history", "/usr/bin/ufw disable"]),
];

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, in_window);
    let Some(worker) = crew.first().copied() else { return };
    plot.part(world, worker, "operated", None);
    let start = world.people[worker].starts;
    if plot.keeps("dayone.recon") {
        let tag = world.truth.tell(worker, "exploring_commands", "osquery");
        commands(world, plot, worker, EXPLORE, start + 12, tag);
    }
    if plot.keeps("dayone.remote_tool") {
        plot.install(world, worker, "crd", 0, 0.9, "remote_tool");
    }
    if plot.keeps("dayone.tamper") {
        let tag = world.truth.tell(worker, "tampering", "osquery");
        commands(world, plot, worker, TAMPER, start + 34, tag);
    }
    if plot.keeps("dayone.tokens") {
        let hired = world.people[worker].hired;
        let tag = world.truth.tell(worker, "many_device_tokens", "okta");
        world.people[worker].spare_profiles = Some((Span { from: hired, to: hired + 4 }, 3, tag));
    }
    if plot.keeps("dayone.vpn") {
        vpn(world, plot, worker);
    }
    if plot.keeps("dayone.payroll") {
        pay(world, plot, worker);
    }
}

fn commands(world: &mut World, plot: &mut Plot, worker: usize, table: &[(Os, &[&str])], minute: i32, tag: Tag) {
    let device = world.people[worker].laptops[0].device;
    let os = world.devices[device].os();
    let day = world.first_working_day(worker);
    let lines = table.iter().find(|(system, _)| *system == os).map_or(&[] as &[&str], |(_, lines)| lines);
    for (at, line) in lines.iter().enumerate() {
        let path = line.split(' ').next().unwrap_or(line).to_owned();
        let minute = minute + at as i32 * 2 + plot.draw.span(0, 1);
        let what = Started { minute, path, line: (*line).to_owned() };
        world.devices[device].commands.push(Fitted { what, from: day, to: day, tag });
    }
}

fn vpn(world: &mut World, plot: &mut Plot, worker: usize) {
    let vpn = if plot.draw.chance(0.5) { atlas::tunnel("ASTRILL_VPN") } else { atlas::any_vpn(&mut plot.draw) };
    let city = world.people[worker].city;
    let tag = world.truth.tell(worker, "consumer_vpn", "okta");
    let via = Via::Tunnel(vpn, city);
    world.people[worker].tunnels =
        vec![TunnelUse { from: i32::MIN, to: ALWAYS, share: 0.85, via, exits: vec![city], drop: None, tag }];
}

/// The account is changed in the first days, from behind the VPN.
fn pay(world: &mut World, plot: &mut Plot, worker: usize) {
    let (given, family) = names::name(&mut plot.draw);
    let Some(at) = world.pay.iter().rposition(|pay| pay.worker == worker && pay.is_first) else { return };
    let mut pay = world.pay[at].clone();
    pay.day = world.people[worker].hired + plot.draw.span(1, 4);
    pay.is_first = false;
    pay.account = papers::transfer_account(&mut plot.draw);
    pay.holder = format!("{given} {family}");
    pay.answer = "No match";
    pay.via = world.people[worker].tunnels.first().map_or(pay.via, |one| one.via);
    pay.tags[2] = world.truth.tell(worker, "early_change", "pay");
    world.pay.push(pay);
}
