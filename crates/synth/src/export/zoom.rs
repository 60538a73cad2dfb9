//! Zoom's webhooks, one a line: who joined, and what "Quality of Service Subscription" says of their hardware, network and
//! connection. Shape: "Meeting webhooks" and "Quality of Service Subscription", Zoom Developer; the public records of
//! CrowdStrike/logscale-community-content (Unlicense). A real subscription sends the quality once a minute; here it comes once.

use std::fmt::Write;

use super::json::{Guid, Id, Text};
use super::spool::Sink;
use crate::atlas::cities;
use crate::calendar::{Day, utc};
use crate::catalogue::{Os, SOFTWARE};
use crate::draw::mix;
use crate::life::Workday;
use crate::meetings::{Attendance, Machine, On, disk};
use crate::world::World;

/// Who attends, as Zoom knows them.
pub struct Guest<'a> {
    /// Number behind the ids.
    pub key: u64,
    /// E-mail address; empty for guests who are not signed in.
    pub email: &'a str,
    /// Name shown.
    pub name: &'a str,
    /// Has an account of the company.
    pub member: bool,
}

/// What the client says of its machine.
struct Hardware {
    host: String,
    mac: String,
    disk: String,
    system: &'static str,
    camera: String,
    audio: String,
}

/// Everything of a person's local day.
pub fn day(world: &World, who: usize, day: Day, work: Option<&Workday>, mut sink: Sink<'_>) {
    let Some(work) = work else { return };
    let (email, name) = (world.email(who), world.people[who].name());
    let guest =
        Guest { key: mix(world.seed, 0x2000_0000 + who as u64), email: &email, name: &name, member: true };
    for one in world.attended(who, day, work) {
        write(world, &guest, &one, &mut sink);
    }
}

/// The interviews of a day: who asks and who is asked.
pub fn interviews(world: &World, day: Day, sink: &mut Sink<'_>) {
    for (at, applicant) in world.applicants.iter().enumerate() {
        for (turn, one) in applicant.interviews.iter().enumerate().filter(|(_, one)| one.day == day) {
            let Some(work) = world.workday(one.host, day) else { continue };
            let key = mix(mix(world.seed, 0x1e00_0000 + at as u64), turn as u64);
            let (asks, asked) = world.interview(one, at, key, &work);
            let host = (world.email(one.host), world.people[one.host].name());
            let name = format!("{} {}", applicant.given, applicant.family);
            let member = Guest {
                key: mix(world.seed, 0x2000_0000 + one.host as u64),
                email: &host.0,
                name: &host.1,
                member: true,
            };
            write(world, &member, &asks, sink);
            // most guests are signed in with the mailbox to which the invitation went
            let email =
                if key.is_multiple_of(5) { "" } else { applicant.mails.first().map_or("", String::as_str) };
            write(world, &Guest { key, email, name: &name, member: false }, &asked, sink);
        }
    }
}

/// The three messages of one person in one meeting.
pub fn write(world: &World, guest: &Guest<'_>, one: &Attendance, sink: &mut Sink<'_>) {
    let hardware = hardware(world, one);
    let key = mix(mix(guest.key, one.meeting.at as u64), one.meeting.room);
    let meeting = Meeting { world, one, key };
    let (joined, left) = one.span;
    sink.line(joined, &[], |out| meeting.joined(out, guest));
    sink.line((joined + left) / 2, &[one.tags[0]], |out| meeting.quality(out, guest));
    sink.line(left, &one.tags, |out| meeting.summary(out, guest, &hardware));
}

fn hardware(world: &World, one: &Attendance) -> Hardware {
    match one.on {
        On::Laptop(at) => {
            let device = &world.devices[at];
            let (system, camera, audio) = match device.os() {
                Os::Darwin => ("Mac", "FaceTime HD Camera", "MacBook Pro Microphone"),
                Os::Windows => ("Windows", "Integrated Camera", "Microphone Array (Realtek(R) Audio)"),
                Os::Ubuntu => ("Linux", "Integrated_Webcam_HD", "Built-in Audio Analog Stereo"),
            };
            // the desk's own camera and headset where there are any
            let odd = mix(mix(world.seed, 0xca4), at as u64);
            let external = [("C920 HD Pro Webcam", 5), ("Logitech BRIO", 9), ("Jabra Evolve2 65", 4)];
            let named = external.iter().find(|(_, n)| odd.is_multiple_of(*n)).map(|(name, _)| *name);
            let camera = match (one.camera, named) {
                (Some(software), _) => match SOFTWARE[software].key {
                    "obs" => "OBS Virtual Camera",
                    key => key,
                },
                (None, Some(name)) if !name.starts_with("Jabra") => name,
                _ => camera,
            };
            let audio = named.filter(|name| name.starts_with("Jabra")).unwrap_or(audio);
            Hardware {
                host: device.host.clone(),
                mac: device.mac.to_string().to_uppercase(),
                disk: world.disk(at),
                system,
                camera: camera.to_owned(),
                audio: audio.to_owned(),
            }
        }
        On::Machine(at) => of_machine(&world.machines[at]),
        On::Phone => Hardware {
            host: "iPhone".to_owned(),
            mac: String::new(),
            disk: String::new(),
            system: "iOS",
            camera: "Front Camera".to_owned(),
            audio: "iPhone Microphone".to_owned(),
        },
    }
}

fn of_machine(machine: &Machine) -> Hardware {
    Hardware {
        host: machine.host.clone(),
        mac: machine.mac.to_string().to_uppercase(),
        disk: disk(machine.os, machine.disk),
        system: match machine.os {
            Os::Darwin => "Mac",
            Os::Windows => "Windows",
            Os::Ubuntu => "Linux",
        },
        camera: machine.camera.to_owned(),
        audio: machine.audio.to_owned(),
    }
}

struct Meeting<'w> {
    world: &'w World,
    one: &'w Attendance,
    key: u64,
}

impl Meeting<'_> {
    fn id(&self) -> u64 {
        80_000_000_000 + self.one.meeting.room % 9_999_999_999
    }

    fn head(&self, out: &mut String, event: &str) {
        // a String takes every write
        let _ = write!(
            out,
            "{{\"event\":\"{event}\",\"payload\":{{\"account_id\":\"{}\",\"object\":{{\"id\":\"{}\",\"uuid\":\"{}==\"",
            Id("", mix(self.world.seed, 0x20), 22),
            self.id(),
            Id("", mix(self.one.meeting.room, self.one.meeting.at as u64), 22),
        );
    }

    fn user(&self, guest: &Guest<'_>) -> String {
        if guest.member { Id("", guest.key, 22).to_string() } else { String::new() }
    }

    fn joined(&self, out: &mut String, guest: &Guest<'_>) {
        self.head(out, "meeting.participant_joined");
        let host = self.one.meeting.host;
        let _ = writeln!(
            out,
            ",\"host_id\":\"{}\",\"topic\":\"{}\",\"type\":8,\"start_time\":\"{}\",\"timezone\":\"{}\",\"duration\":{},\"participant\":{{\"user_id\":\"{}\",\"participant_user_id\":\"{}\",\"id\":\"{}\",\"participant_uuid\":\"{}\",\"user_name\":\"{}\",\"email\":\"{}\",\"join_time\":\"{}\",\"public_ip\":\"{}\"}}}}}},\"event_ts\":{}}}",
            Id("", mix(self.world.seed, 0x2000_0000 + host as u64), 22),
            if self.one.meeting.minutes < 50 { "Sync" } else { "Interview" },
            utc(self.one.meeting.at).format("%Y-%m-%dT%H:%M:%SZ"),
            cities()[self.world.people[host].city].zone.name(),
            self.one.meeting.minutes,
            16_778_240 + self.key % 40_000,
            self.user(guest),
            self.user(guest),
            Guid(self.key).to_string().to_uppercase(),
            Text(guest.name),
            guest.email,
            utc(self.one.span.0).format("%Y-%m-%dT%H:%M:%SZ"),
            std::net::Ipv4Addr::from(self.one.egress.ip),
            self.one.span.0,
        );
    }

    fn quality(&self, out: &mut String, guest: &Guest<'_>) {
        self.head(out, "meeting.participant_qos");
        let _ = write!(
            out,
            ",\"participant\":{{\"participant_id\":\"{}\",\"participant_user_id\":\"{}\",\"email\":\"{}\",\"date_time\":\"{}\",\"qos\":[",
            16_778_240 + self.key % 40_000,
            self.user(guest),
            guest.email,
            utc((self.one.span.0 + self.one.span.1) / 2).format("%Y-%m-%dT%H:%M:00Z"),
        );
        for (at, kind) in ["audio_input", "video_input"].iter().enumerate() {
            let latency = self.one.latency + at as f64 * 4.0;
            let jitter = 2.0 + (mix(self.key, at as u64) % 9) as f64;
            let comma = if at == 0 { "" } else { "," };
            let _ = write!(
                out,
                "{comma}{{\"type\":\"{kind}\",\"details\":{{\"min_latency\":\"{:.0} ms\",\"avg_latency\":\"{latency:.0} ms\",\"max_latency\":\"{:.0} ms\",\"avg_jitter\":\"{jitter:.0} ms\",\"max_jitter\":\"{:.0} ms\",\"avg_bitrate\":\"{} kbps\",\"avg_loss\":\"0%\",\"max_loss\":\"{}%\"}}}}",
                latency * 0.8,
                latency * 1.7,
                jitter * 3.0,
                if at == 0 { 62 } else { 740 },
                mix(self.key, 5) % 3,
            );
        }
        let _ = writeln!(out, "]}}}}}},\"event_ts\":{}}}", (self.one.span.0 + self.one.span.1) / 2 + 30_000);
    }

    fn summary(&self, out: &mut String, guest: &Guest<'_>, hardware: &Hardware) {
        self.head(out, "meeting.participant_data_summary");
        let city = &cities()[usize::from(self.one.egress.city)];
        let [a, b, c, d] = self.one.local;
        let local = format!("{a}.{b}.{c}.{d}");
        let port = 49_200 + self.key % 15_000;
        let version = crate::catalogue::SOFTWARE[crate::catalogue::software("zoom")].version;
        let _ = writeln!(
            out,
            ",\"participant\":{{\"participant_id\":\"{}\",\"participant_user_id\":\"{}\",\"email\":\"{}\",\"data\":{{\"pc_name\":\"{}\",\"domain\":\"{}\",\"mac_addr\":\"{}\",\"harddisk_id\":\"{}\",\"device\":\"{}\",\"version\":\"{version}.{}\",\"microphone\":\"{}\",\"speaker\":\"{}\",\"camera\":\"{}\",\"connection_type\":\"UDP\",\"network_type\":\"{}\",\"data_center\":\"{}\",\"location\":\"{}({})\",\"destination_ip_domain\":\"zoomva{}mmr.va.zoom.us\",\"destination_ip_port\":\"8801\",\"signaling_ip_address\":\"170.114.{}.{}\",\"signaling_internal_ip_address\":\"{local}\",\"signaling_internal_ip_port\":\"{port}\",\"audio_internal_ip_address\":\"{local}\",\"audio_internal_ip_port\":\"{}\",\"video_internal_ip_address\":\"{local}\",\"video_internal_ip_port\":\"{}\"}}}}}}}},\"event_ts\":{}}}",
            16_778_240 + self.key % 40_000,
            self.user(guest),
            guest.email,
            Text(&hardware.host),
            if hardware.system == "Windows" { "WORKGROUP" } else { "" },
            hardware.mac,
            hardware.disk,
            hardware.system,
            41_000 + self.one.meeting.at / 86_400_000 % 900,
            Text(&hardware.audio),
            Text(&hardware.audio.replace("Microphone", "Speakers")),
            Text(&hardware.camera),
            if self.one.on == On::Phone && self.one.local == [192, 0, 0, 4] {
                "Cellular"
            } else if self.one.wired {
                "Wired"
            } else {
                "Wifi"
            },
            if city.iso == "US" { "VA (US)" } else { "FR (DE)" },
            city.name,
            city.iso,
            self.key % 90 + 10,
            self.key % 200,
            mix(self.key, 2) % 250 + 1,
            port + 7,
            port + 9,
            self.one.span.1 + 45_000,
        );
    }
}
