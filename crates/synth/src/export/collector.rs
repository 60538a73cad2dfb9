//! What the project's own collector writes on a laptop every other working day: what hangs on it and what that consists
//! of, how it stands there, whether its input has a beat. Shape: `docs/collect.md`.

use std::fmt::Write;

use super::json::Text;
use super::osquery_hardware::fitted;
use super::spool::Sink;
use crate::calendar::{Day, Moment, moment, utc};
use crate::catalogue::{self, Display, Os, SOFTWARE, Usb, pnp};
use crate::draw::Draw;
use crate::life::Workday;
use crate::world::{Device, World};

/// A person's laptop on a day.
pub fn day(world: &World, who: usize, day: Day, work: Option<&Workday>, mut sink: Sink<'_>) {
    let Some(work) = work else { return };
    // by turns, so that half of the laptops write on a day
    if (day + who as i32).rem_euclid(2) == 1 {
        return;
    }
    let device = &world.devices[work.device];
    let mut draw = Draw::new(world.seed, "collector", (who as u64) << 20 | day as u64);
    let at = moment(work.zone, day, work.start) + draw.range(1_800_000, 5_400_000);
    let (usb, displays) = fitted(world, device, day, work);
    let mut tags: Vec<_> = usb.iter().map(|(_, tag)| *tag).collect();
    tags.extend(displays.iter().map(|(_, tag)| *tag));
    let awake = device
        .programs
        .iter()
        .find(|one| SOFTWARE[one.what.software].kind == "awake" && device.is_on(one, day));
    tags.extend(awake.map(|one| one.tag));
    let is_closed = match device.shelved {
        Some(tag) => {
            tags.push(tag);
            true
        }
        // docked, with the lid down as often as not
        None => device.closed || (!displays.is_empty() && draw.chance(0.4)),
    };
    let stand = Stand {
        is_closed,
        on_mains: is_closed || work.desk.is_some() || draw.chance(0.5),
        moments: draw.range(20, 240),
        timer: awake.is_some(),
    };
    let false_alarm = if stand.timer { 1e-9 } else { 0.05 + 0.9 * draw.unit() };
    let period = if stand.timer { 60.0 } else { 10.0 + 100.0 * draw.unit() };
    sink.line(at, &tags, |out| {
        // a String takes every write
        let _ = write(out, device, at, &usb, &displays, &stand, (period, false_alarm));
    });
}

struct Stand {
    is_closed: bool,
    on_mains: bool,
    moments: i64,
    timer: bool,
}

fn write<T>(
    out: &mut String,
    device: &Device,
    at: Moment,
    usb: &[(Usb, T)],
    displays: &[(Display, T)],
    stand: &Stand,
    (period, false_alarm): (f64, f64),
) -> std::fmt::Result {
    let system = match device.os() {
        Os::Darwin => "macos",
        Os::Windows => "windows",
        Os::Ubuntu => "linux",
    };
    write!(
        out,
        "{{\"format\":\"bonafide-collect\",\"version\":1,\"collected\":\"{}\",\"host\":{{\"device_uid\":\"{}\",\"hostname\":\"{}\",\
         \"serial\":\"{}\",\"os\":\"{}\",\"system\":\"{system}\"}},\"usb\":[",
        utc(at).format("%Y-%m-%dT%H:%M:%SZ"),
        device.uuid,
        Text(&device.host),
        device.serial,
        device.os().platform(),
    )?;
    for (n, (one, _)) in usb.iter().enumerate() {
        out.push_str(if n == 0 { "" } else { "," });
        write_usb(out, one, n + 1)?;
    }
    out.push_str("],\"hid\":[],\"displays\":[");
    let mut count = 0;
    if !stand.is_closed {
        out.push_str("{\"connector\":\"eDP-1\",\"edid\":\"\",\"is_builtin\":true}");
        count = 1;
    }
    for (n, (one, _)) in displays.iter().enumerate() {
        out.push_str(if count == 0 { "" } else { "," });
        count += 1;
        write!(out, "{{\"connector\":\"DP-{}\",\"edid\":\"", n + 1)?;
        edid(one).iter().try_for_each(|byte| write!(out, "{byte:02x}"))?;
        out.push_str("\",\"is_builtin\":false}");
    }
    let lid = if stand.is_closed { "closed" } else { "open" };
    writeln!(
        out,
        "],\"neighbours\":[],\"power\":{{\"on_mains\":{},\"batteries\":1,\"lid\":\"{lid}\"}},\"input\":{{\"moments\":{},\
         \"hours\":0.17,\"period_seconds\":{period:.1},\"false_alarm\":{false_alarm:e},\"test\":\"line in the spectrum\"}},\
         \"remote_tools\":[],\"missing\":[]}}",
        stand.on_mains, stand.moments,
    )
}

fn write_usb(out: &mut String, one: &Usb, n: usize) -> std::fmt::Result {
    write!(
        out,
        "{{\"path\":\"1-{n}\",\"vendor_id\":\"{}\",\"product_id\":\"{}\",\"manufacturer\":\"{}\",\"product\":\"{}\",\
         \"serial\":\"{}\",\"interfaces\":[",
        one.vendor_id,
        one.product_id,
        Text(&one.vendor),
        Text(&one.product),
        Text(&one.serial),
    )?;
    for (number, part) in catalogue::composition(one).split_whitespace().enumerate() {
        let (triple, descriptor) = part.split_once(':').unwrap_or((part, ""));
        let mut numbers = triple.split('/').map(|part| u8::from_str_radix(part, 16).unwrap_or_default());
        let mut next = || numbers.next().unwrap_or_default();
        let (class, subclass, protocol) = (next(), next(), next());
        out.push_str(if number == 0 { "" } else { "," });
        write!(
            out,
            "{{\"number\":{number},\"class\":{class},\"subclass\":{subclass},\"protocol\":{protocol},\"name\":\"\",\
             \"report_descriptor\":\"{descriptor}\"}}"
        )?;
    }
    out.push_str("],\"drives\":[]}");
    Ok(())
}

/// The base block of a display's EDID 1.4: who made it, which one it is, one mode, name and serial number.
fn edid(one: &Display) -> [u8; 128] {
    let mut out = [0_u8; 128];
    out[..8].copy_from_slice(&[0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]);
    let number = |text: &str| u32::from_str_radix(text, 16).unwrap_or_default();
    out[8..10].copy_from_slice(&(number(&pnp(one.maker)) as u16).to_be_bytes());
    out[10..12].copy_from_slice(&(number(one.product) as u16).to_le_bytes());
    out[12..16].copy_from_slice(&number(&one.serial).to_le_bytes());
    out[16] = one.week;
    out[17] = one.year.saturating_sub(1990) as u8;
    // version 1.4, digital, 60 by 34 cm, gamma 2.2
    out[18..24].copy_from_slice(&[1, 4, 0xb5, 60, 34, 120]);
    out[38..54].fill(1);
    // 2560 by 1440 at 60 Hz
    out[54..72].copy_from_slice(&[
        0x56, 0x5e, 0x00, 0xa0, 0xa0, 0xa0, 0x29, 0x50, 0x30, 0x20, 0x35, 0x00, 0x55, 0x50, 0x21, 0x00, 0x00,
        0x1a,
    ]);
    let mut words = |place: usize, tag: u8, text: &str| {
        out[place + 3] = tag;
        let bytes = text.bytes().chain(*b"\n").chain(std::iter::repeat(b' '));
        for (at, byte) in bytes.take(13).enumerate() {
            out[place + 5 + at] = byte;
        }
    };
    words(72, 0xfc, one.name);
    words(90, if one.text.is_empty() { 0xfe } else { 0xff }, &one.text);
    words(108, 0x10, "");
    out[127] = out[..127].iter().fold(0_u8, |sum, byte| sum.wrapping_sub(*byte));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edid_adds_up_and_names_its_display() {
        let mut draw = Draw::new(1, "edid", 0);
        let bytes = edid(&catalogue::telling_display(&mut draw));
        assert_eq!(bytes.iter().fold(0_u8, |sum, byte| sum.wrapping_add(*byte)), 0);
        assert_eq!((bytes[75], bytes[93]), (0xfc, 0xff));
    }

    #[test]
    fn every_usb_device_consists_of_something_and_a_console_of_more_than_what_it_plays() {
        for kind in ["desk", "dock", "key", "phone", "storage", "odd", "cheap", "access", "real"] {
            for seed in 0..40 {
                let one = catalogue::usb(&mut Draw::new(seed, "usb", 0), kind);
                assert!(!catalogue::composition(&one).is_empty(), "{one:?}");
            }
        }
        for kvm in catalogue::kvms() {
            let parts = catalogue::composition(&kvm.usb).split_whitespace().count();
            assert!(parts >= 2, "{:?}", kvm.usb);
        }
        let consoles: Vec<_> = catalogue::kvms().iter().map(|kvm| catalogue::composition(&kvm.usb)).collect();
        for seed in 0..200 {
            let one = catalogue::usb(&mut Draw::new(seed, "real", 0), "real");
            assert!(!consoles.contains(&catalogue::composition(&one)), "{one:?}");
        }
        let real = catalogue::Usb {
            vendor: "Logitech".into(),
            product: "USB Receiver".into(),
            ..catalogue::kvms()[5].usb.clone()
        };
        assert_ne!(catalogue::composition(&real), catalogue::composition(&catalogue::kvms()[5].usb));
    }
}
