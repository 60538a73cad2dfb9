//! Device descriptors and the files that tell of devices.

use hardware::inventory::{Device, Seen};
use hardware::{configuration, descriptor, edid, judge, readers};

/// Names of the targets here.
pub const ALL: &[&str] = &["hid_descriptor", "usb_descriptors", "edid", "device_files"];

/// Runs one of them.
///
/// # Errors
/// A sentence that says what does not hold.
pub fn run(target: &str, bytes: &[u8]) -> Result<(), String> {
    match target {
        "hid_descriptor" => hid(bytes),
        "usb_descriptors" => {
            if let Some(seen) = configuration::parse(bytes) {
                judged(&Seen { label: String::new(), device: Device::Usb(Box::new(seen)) })?;
            }
            Ok(())
        }
        "edid" => display(bytes),
        _ => files(bytes),
    }
}

fn hid(bytes: &[u8]) -> Result<(), String> {
    let read = descriptor::parse(bytes);
    if read.fields.len() > bytes.len() || read.applications.len() > bytes.len() {
        return Err("more fields than bytes".to_owned());
    }
    let outside =
        |field: &descriptor::Field| field.application.is_some_and(|place| place >= read.applications.len());
    if read.fields.iter().any(outside) {
        return Err("a field of a collection that is not there".to_owned());
    }
    let seen =
        hardware::inventory::HidSeen { descriptor: bytes.to_vec(), is_usb: true, ..Default::default() };
    judged(&Seen { label: String::new(), device: Device::Hid(seen) })
}

/// What a setup page can change leaves the shape as it is.
fn display(bytes: &[u8]) -> Result<(), String> {
    let Some(read) = edid::parse(bytes) else { return Ok(()) };
    let letters = |text: &str| text.chars().count() == 3;
    if !letters(&read.manufacturer) {
        return Err(format!("a maker of {} letters", read.manufacturer.len()));
    }
    let mut changed = bytes.to_vec();
    changed[8..18].fill(0x5a);
    changed[127] ^= 0xff;
    if edid::shape(bytes) != edid::shape(&changed) {
        return Err("ids change the shape".to_owned());
    }
    let seen = hardware::inventory::DisplaySeen { edid: bytes.to_vec(), ..Default::default() };
    judged(&Seen { label: String::new(), device: Device::Display(Box::new(seen)) })
}

fn files(bytes: &[u8]) -> Result<(), String> {
    let once = readers::read(bytes);
    if once != readers::read(bytes) {
        return Err("the same bytes are read in two ways".to_owned());
    }
    for seen in once.iter().flat_map(|read| &read.devices) {
        judged(seen)?;
    }
    Ok(())
}

fn judged(seen: &Seen) -> Result<(), String> {
    let finding = judge::judge(seen);
    if finding != judge::judge(seen) {
        return Err("the same device is judged in two ways".to_owned());
    }
    if finding.grade.is_found() && finding.reasons.is_empty() {
        return Err(format!("{} without a reason", finding.grade.as_str()));
    }
    Ok(())
}
