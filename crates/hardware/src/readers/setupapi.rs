//! `setupapi.dev.log`: every device that Windows ever installed, with hardware and compatible ids.

use super::pnp::{Nodes, Record};
use super::{Read, Reader};

/// The format.
pub const READER: Reader = Reader { format: "setupapi.dev.log", recognises, read };

fn recognises(text: &str) -> bool {
    text.trim_start().starts_with("[Device Install Log]") || text.contains(">>>  [Device Install")
}

/// The device of a section head: `>>>  [Device Install (Hardware initiated) - USB\VID_…\…]`.
fn head(line: &str) -> Option<&str> {
    let inner = line.strip_prefix(">>>")?.trim().strip_prefix('[')?.strip_suffix(']')?;
    let (what, instance) = inner.split_once(" - ")?;
    what.contains("Device").then(|| instance.trim())
}

fn read(text: &str) -> Read {
    let mut nodes = Nodes::default();
    let mut current = Record::default();
    let mut is_list = false;
    for line in text.lines() {
        if let Some(instance) = head(line) {
            nodes.add(&std::mem::take(&mut current));
            instance.clone_into(&mut current.instance);
            continue;
        }
        if line.starts_with("<<<") {
            nodes.add(&std::mem::take(&mut current));
            is_list = false;
            continue;
        }
        // Lines of a section carry a mark and a sub-system: `!    dvi:      text`.
        let Some((_, text)) = line.split_once(": ") else { continue };
        let text = text.trim();
        if text.starts_with("Searching for hardware ID") || text.starts_with("Searching for compatible ID") {
            is_list = true;
        } else if let Some(description) = text.strip_prefix("Description - ") {
            current.descriptions.push(description.trim_matches(['[', ']']).to_owned());
            is_list = false;
        } else if let Some(description) = text.strip_prefix("DevDesc ") {
            current.descriptions.push(description.trim_start_matches([' ', '-', '=']).to_owned());
            is_list = false;
        } else if is_list && !text.contains(' ') {
            current.ids.push(text.to_owned());
        } else {
            is_list = false;
        }
    }
    nodes.add(&current);
    Read { devices: nodes.finish(), ..Read::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::Device;

    #[test]
    fn sections_and_lists_of_ids_are_read() {
        let text = "[Device Install Log]\n     OS Version = 10.0.22631\n\n\
                    >>>  [Device Install (Hardware initiated) - USB\\VID_258A&PID_0001&MI_00\\6&1&0&0000]\n\
                    >>>  Section start 2026/01/05 10:00:00.000\n\
                    \x20    dvi:      Searching for hardware ID(s):\n\
                    \x20    dvi:           usb\\vid_258a&pid_0001&rev_0100&mi_00\n\
                    \x20    dvi:      Searching for compatible ID(s):\n\
                    \x20    dvi:           usb\\class_03&subclass_01&prot_01\n\
                    \x20    dvi:           usb\\class_03\n\
                    \x20    dvi:      Created Driver Node:\n\
                    \x20    dvi:                     Description - [USB Input Device]\n\
                    <<<  Section end 2026/01/05 10:00:01.000\n\
                    >>>  [Device Install (Hardware initiated) - SWD\\IP_TUNNEL_VBUS\\ISATAP_0]\n";
        assert!(recognises(text));
        let read = read(text);
        assert_eq!(read.devices.len(), 1);
        let Device::Usb(usb) = &read.devices[0].device else { panic!("no device") };
        assert_eq!(usb.interfaces[0].triple().unwrap(), "03/01/01");
        assert_eq!(usb.descriptions, ["USB Input Device"]);
    }
}
