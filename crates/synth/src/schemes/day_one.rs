//! The first day (S11, S17): within an hour of the first sign-in the machine is explored, opened for others and tampered with.
//!
//! Levers: commands that explore, a remote tool set up by script, several device tokens, tampering, a VPN, an early
//! change of pay from behind it, all code copied through another exit.

use super::{Hired, Lever, Plot, Scheme};
use crate::atlas;
use crate::catalogue::Os;
use crate::names;
use crate::papers;
use crate::truth::Tag;
use crate::world::{ALWAYS, Act, Fitted, Span, Started, TunnelUse, Via, World};

/// Listing.
pub const SCHEME: Scheme = Scheme {
    id: "day_one",
    text: "On the first day: exploring commands, a scripted remote tool, tampering, several device tokens",
    seeds: &[11, 17],
    levers: &[
        Lever::of("dayone.recon", &["exploring_commands"], "the first hour"),
        Lever::of("dayone.remote_tool", &["remote_tool"], "the first day"),
        Lever::of("dayone.tamper", &["tampering"], "the first hour"),
        Lever::of("dayone.tokens", &["many_device_tokens", "tokens_in_session"], "the first day"),
        Lever::of("dayone.vpn", &["consumer_vpn"], "hire"),
        Lever::of("dayone.payroll", &["holder_mismatch", "early_change"], "5 to 9 days after hire"),
        Lever::of("dayone.copies", &["bulk_clone", "copied_on_arrival"], "the first day"),
        Lever::of("dayone.script", &["remote_tool_by_script"], "the first hour"),
    ],
    plant,
};

/// Commands that explore a machine.
pub const EXPLORE: &[(Os, &[&str])] = &[
    (
        Os::Darwin,
        &[
            "/usr/bin/whoami",
            "/usr/sbin/system_profiler SPHardwareDataType SPDisplaysDataType",
            "/sbin/ifconfig",
            "/usr/sbin/scutil --dns",
            "/usr/bin/dscl . list /Users",
        ],
    ),
    (
        Os::Windows,
        &[
            "C:\\Windows\\System32\\whoami.exe /all",
            "C:\\Windows\\System32\\systeminfo.exe",
            "C:\\Windows\\System32\\dxdiag.exe /t C:\\Users\\Public\\dx.txt",
            "C:\\Windows\\System32\\net.exe user",
            "C:\\Windows\\System32\\ipconfig.exe /all",
        ],
    ),
    (
        Os::Ubuntu,
        &[
            "/usr/bin/whoami",
            "/usr/bin/uname -a",
            "/usr/bin/lshw -short",
            "/usr/bin/id",
            "/usr/bin/hostnamectl",
        ],
    ),
];

/// Commands that hide or weaken.
pub const TAMPER: &[(Os, &[&str])] = &[
    (
        Os::Darwin,
        &[
            "/bin/launchctl unload /Library/LaunchDaemons/io.osquery.agent.plist",
            "/bin/rm -f /Users/Shared/.zsh_history",
            "/usr/sbin/spctl --master-disable",
        ],
    ),
    (
        Os::Windows,
        &[
            "C:\\Windows\\System32\\sc.exe stop osqueryd",
            "C:\\Windows\\System32\\wevtutil.exe cl Security",
            "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe Set-MpPreference -DisableRealtimeMonitoring $true",
        ],
    ),
    (
        Os::Ubuntu,
        &["/usr/bin/systemctl stop osqueryd", "/usr/bin/rm -f /root/.bash_history", "/usr/bin/ufw disable"],
    ),
];

/// Commands that set up a remote tool for use without anybody there.
const SCRIPT: &[(Os, &[&str])] = &[
    (
        Os::Darwin,
        &[
            "/Library/PrivilegedHelperTools/ChromeRemoteDesktopHost.app/Contents/MacOS/remoting_start_host --code=4/0AcvDMr --redirect-url=https://remotedesktop.google.com/_/oauthredirect --name=mac --pin=112233",
        ],
    ),
    (
        Os::Windows,
        &[
            "C:\\ProgramData\\remoting_start_host.exe --code=4/0AcvDMr --redirect-url=https://remotedesktop.google.com/_/oauthredirect --name=PC --pin=112233",
        ],
    ),
    (
        Os::Ubuntu,
        &[
            "/opt/google/chrome-remote-desktop/start-host --code=4/0AcvDMr --redirect-url=https://remotedesktop.google.com/_/oauthredirect --name=box --pin=112233",
        ],
    ),
];

fn plant(world: &mut World, plot: &mut Plot) {
    let crew = plot.crew(world, 1, Hired::InWindow);
    let Some(worker) = crew.first().copied() else { return };
    plot.operated(world, worker, false);
    plot.take_away(world, worker);
    let start = world.people[worker].starts;
    let day = world.first_working_day(worker);
    if plot.keeps("dayone.recon") {
        let tag = world.truth.tell(worker, "exploring_commands");
        commands(world, worker, EXPLORE, (day, start + 12), tag);
    }
    if plot.keeps("dayone.remote_tool") {
        plot.install(world, worker, "crd", 0, 0.9, "remote_tool");
    }
    if plot.keeps("dayone.tamper") {
        let tag = world.truth.tell(worker, "tampering");
        commands(world, worker, TAMPER, (day, start + 34), tag);
    }
    if plot.keeps("dayone.tokens") {
        let tag = world.truth.tells(&[(worker, "many_device_tokens"), (worker, "tokens_in_session")]);
        world.people[worker].spare_profiles = Some((Span { from: day, to: day + 6 }, 5, tag));
    }
    if plot.keeps("dayone.vpn") {
        vpn(world, plot, worker);
    }
    if plot.keeps("dayone.payroll") {
        pay(world, plot, worker);
    }
    if plot.keeps("dayone.copies") {
        plot.engineer(world, worker);
        copies(world, plot, worker, day);
    }
    if plot.keeps("dayone.script") {
        let tag = world.truth.tell(worker, "remote_tool_by_script");
        commands(world, worker, SCRIPT, (day, start + 47), tag);
    }
}

/// All code is pulled within the hour by a fresh token, through an exit in another city.
fn copies(world: &mut World, plot: &mut Plot, worker: usize, day: i32) {
    if !crate::export::github::codes(world, worker) {
        return;
    }
    let tag = world.truth.tells(&[(worker, "bulk_clone"), (worker, "copied_on_arrival")]);
    let vpn = atlas::any_vpn(&mut plot.draw);
    let via = Some(Via::Tunnel(vpn, atlas::far_city(&mut plot.draw, world.people[worker].city, 0.0)));
    let minute = world.people[worker].starts + plot.draw.span(60, 300);
    let count = plot.draw.span(60, 140) as usize;
    world.people[worker].acts.push(Act { day, minute, action: "git.clone", count, via, tag });
}

/// Commands of a table on a day, two minutes apart.
pub fn commands(world: &mut World, worker: usize, table: &[(Os, &[&str])], when: (i32, i32), tag: Tag) {
    let (day, minute) = when;
    let Some(device) = world.people[worker].laptop(day) else { return };
    let os = world.devices[device].os();
    let lines = table.iter().find(|(system, _)| *system == os).map_or(&[] as &[&str], |(_, lines)| lines);
    for (at, line) in lines.iter().enumerate() {
        let path = line.split(' ').next().unwrap_or(line).to_owned();
        let what = Started { minute: minute + at as i32 * 2, path, line: (*line).to_owned() };
        world.devices[device].commands.push(Fitted { what, from: day, to: day, tag });
    }
}

fn vpn(world: &mut World, plot: &mut Plot, worker: usize) {
    let vpn =
        if plot.draw.chance(0.5) { atlas::tunnel("ASTRILL_VPN") } else { atlas::any_vpn(&mut plot.draw) };
    let city = world.people[worker].city;
    let tag = world.truth.tell(worker, "consumer_vpn");
    let via = Via::Tunnel(vpn, city);
    world.people[worker].tunnels =
        vec![TunnelUse { from: i32::MIN, to: ALWAYS, share: 0.85, via, exits: vec![city], drop: None, tag }];
}

/// The account is changed in the first days, from behind the VPN.
fn pay(world: &mut World, plot: &mut Plot, worker: usize) {
    let (given, family) = names::name(&mut plot.draw);
    let Some(at) = world.pay.iter().rposition(|pay| pay.worker == worker && pay.is_first) else { return };
    let mut pay = world.pay[at].clone();
    pay.day = world.people[worker].hired + plot.draw.span(5, 9);
    pay.is_first = false;
    pay.account = papers::transfer_account(&mut plot.draw);
    pay.holder = format!("{given} {family}");
    pay.answer = "No match";
    pay.via = world.people[worker].tunnels.first().map_or(pay.via, |one| one.via);
    pay.tags[1] = world.truth.tell(worker, "holder_mismatch");
    pay.tags[2] = world.truth.tell(worker, "early_change");
    world.pay.push(pay);
}
