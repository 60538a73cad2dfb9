//! How fast inventories are read and judged. By itself it takes ten thousand; `BONAFIDE_BENCH=1` takes the hundred
//! thousand of the goal: under a minute on two cores.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod written;

use std::time::{Duration, Instant};

use hardware::{hex, judge, readers};
use written::{Device, FORMATS, Function};

fn device(number: u16) -> Device {
    let keyboard = "05010906a101050719e029e715002501750195088102950175088101950575010508190129059102950175039101950675081500\
                    26ff00050719002aff008100c0";
    let mouse = "05010902a1010901a1000509190129031500250195037501810295017505810305010930093109381581257f7508950381 06c0c0";
    let hid = |digits: &str, protocol| Function {
        triple: (3, 1, protocol),
        name: "",
        descriptor: hex::parse(&digits.replace(' ', "")).unwrap(),
        report_bytes: 8,
    };
    Device {
        vendor_id: 0x1000 + number % 0x7000,
        product_id: number,
        vendor: "Maker".to_owned(),
        product: format!("Keyboard {number}"),
        serial: String::new(),
        configuration: String::new(),
        functions: vec![hid(keyboard, 1), hid(mouse, 2)],
        drive: (String::new(), String::new()),
        hid: (0x0111, 10),
    }
}

/// One computer's inventory: eight devices in one format.
fn inventory(host: u32) -> Vec<u8> {
    let formats = [
        "lsusb -v with descriptors",
        "sysfs",
        "ioreg -l",
        "event 6416 in XML",
        "Defender AdditionalFields in CSV",
    ];
    let format = formats[host as usize % formats.len()];
    let write = FORMATS.iter().find(|(name, _)| *name == format).unwrap().1;
    let devices = (0..8).map(|place| device((host.wrapping_mul(31) + place * 977) as u16));
    let mut parts: Vec<Vec<u8>> = devices.map(|device| write(&device)).collect();
    if format.starts_with("Defender") {
        for part in parts.iter_mut().skip(1) {
            let start = part.iter().position(|byte| *byte == b'\n').unwrap() + 1;
            part.drain(..start);
        }
    }
    if format == "sysfs" {
        for (place, part) in parts.iter_mut().enumerate() {
            let text = String::from_utf8(std::mem::take(part)).unwrap();
            *part = text.replace("devices/1-2", &format!("devices/1-{place}")).into_bytes();
        }
    }
    parts.concat()
}

/// Time that this thread has had a core to itself: others may be busy on the same machine.
fn on_core(start: Instant) -> Duration {
    let spent = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = spent.and_then(|text| text.split_whitespace().next()?.parse().ok());
    spent.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

#[test]
fn a_fleet_is_judged_in_time() {
    let hosts: u32 = if std::env::var_os("BONAFIDE_BENCH").is_some() { 100_000 } else { 10_000 };
    let threads = 2;
    let start = Instant::now();
    let mut spent = Duration::ZERO;
    let (mut devices, mut bytes) = (0usize, 0usize);
    std::thread::scope(|scope| {
        let work = (0..threads).map(|thread| {
            scope.spawn(move || {
                let (mut devices, mut bytes, mut spent) = (0, 0, Duration::ZERO);
                for host in (thread..hosts).step_by(threads as usize) {
                    let inventory = inventory(host);
                    let before = on_core(start);
                    let read = readers::read(&inventory).unwrap();
                    assert!(read.devices.len() >= 8, "{} devices of {host}", read.devices.len());
                    devices += read
                        .devices
                        .iter()
                        .map(judge::judge)
                        .filter(|finding| !finding.grade.is_found())
                        .count();
                    spent += on_core(start).saturating_sub(before);
                    bytes += inventory.len();
                }
                (devices, bytes, spent)
            })
        });
        for thread in work.collect::<Vec<_>>() {
            let (more, read, time) = thread.join().unwrap();
            devices += more;
            bytes += read;
            spent = spent.max(time);
        }
    });
    println!(
        "{hosts} inventories, {devices} devices, {} MB: {:.1} s of each of {threads} cores to read and judge ({:.1} s in all, with writing, beside what else ran)",
        bytes / 1_000_000,
        spent.as_secs_f64(),
        start.elapsed().as_secs_f64()
    );
    assert!(devices >= hosts as usize * 8);
    assert!(spent < Duration::from_secs(60), "{spent:?}");
}
