//! Ordinary devices that come near: written in every format, none may be called kvm, and none suspect but where a
//! comment says why.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod written;

use hardware::finding::Grade;
use hardware::{hex, judge, readers};
use written::{Device, FORMATS, Function};

const KEYBOARD: &str = "05010906a101050719e029e71500250175019508810295017508810195057501050819012905910295017503910195067508150026ff00\
                        050719002aff008100c0";
const MEDIA: &str = "050c0901a101850119002a3c02150026 3c0295017510 8100c005010980a10185021981298315002501750195 038102950581 01c0";
const MOUSE: &str = "05010902a1010901a1000509190129031500250195037501810295017505810305010930093109381581257f7508950381 06c0c0";
const QEMU: &str = "05010902a1010901a100050919012903150025019503750181029501750581010501093009311500 26ff7f350046ff7f751095028102\
                    050109381581257f350045007508950181 06c0c0";
const PEN: &str = "05010902a10185010901a100050919012903150025019503750181029505810105010930093126ff7f950275108102050d093026ff1f9501\
                   75108102c0c0";
const TOUCH: &str = "050d0904a1010922a1020942150025017501950181029507810305010930 26ff7f751095018102093126ff7f8102c005010902a101\
                     0901a10005091901290195017501810295078103050109300931 26ff7f751095028102c0c0c0";

const RAW: &str = "0660ff0961a10109621500 26ff00952075088102096395207508 9102c0";
const SIGNED: &str = "05010902a1018503050919012905150025019505750181029501750381030501093009311601 8026ff7f751095028102\
                      0938158125 7f750895018106c0";
const FIDO: &str = "06d0f10901a1010920150026ff0075089540 8102092115 0026ff00750895409102c0";
const PAD: &str = "05010905a1010930093109320935150026ff00750895048102 0939150025073500463b01750495018142 0509\
                   1901290e15002501750195 0e8102c0";

fn hid(digits: &str, subclass: u8, protocol: u8) -> Function {
    let descriptor = hex::parse(&digits.replace(' ', "")).unwrap();
    Function { triple: (3, subclass, protocol), name: "", descriptor, report_bytes: 8 }
}

fn other(triple: (u8, u8, u8)) -> Function {
    Function { triple, name: "", descriptor: Vec::new(), report_bytes: 0 }
}

fn device(ids: (u16, u16), names: (&str, &str), functions: Vec<Function>) -> Device {
    Device {
        vendor_id: ids.0,
        product_id: ids.1,
        vendor: names.0.to_owned(),
        product: names.1.to_owned(),
        serial: String::new(),
        configuration: String::new(),
        functions,
        drive: ("Generic".to_owned(), "Flash Disk".to_owned()),
        hid: (0x0111, 10),
    }
}

fn innocents() -> Vec<(Device, Grade)> {
    let keyboard = || hid(KEYBOARD, 1, 1);
    let storage = || other((8, 6, 0x50));
    vec![
        (
            device((0x046d, 0xc31c), ("Logitech", "USB Keyboard"), vec![keyboard(), hid(MEDIA, 0, 0)]),
            Grade::Ordinary,
        ),
        (
            device(
                (0x046d, 0xc52b),
                ("Logitech", "USB Receiver"),
                vec![keyboard(), hid(MOUSE, 1, 2), hid(MEDIA, 0, 0)],
            ),
            Grade::Ordinary,
        ),
        (
            device((0x046d, 0xc077), ("Logitech", "USB Optical Mouse"), vec![hid(MOUSE, 1, 2)]),
            Grade::Ordinary,
        ),
        // A virtual machine's tablet.
        (device((0x0627, 0x0001), ("QEMU", "QEMU USB Tablet"), vec![hid(QEMU, 0, 2)]), Grade::Ordinary),
        // A drawing tablet, one with its driver on a disc, and a touch kiosk.
        (device((0x2feb, 0x0001), ("Veikk", "S640"), vec![hid(PEN, 0, 0)]), Grade::Ordinary),
        (
            device(
                (0x08f2, 0x6811),
                ("PING-IT", "Driver Inside Tablet"),
                vec![storage(), hid(PEN, 0, 0), hid(MOUSE, 1, 2)],
            ),
            Grade::Ordinary,
        ),
        (device((0x1870, 0x0100), ("Nexio", "Touch"), vec![hid(TOUCH, 0, 0)]), Grade::Ordinary),
        // A programmable keyboard: keys, media keys, mouse keys and a serial line to program it.
        (
            device(
                (0x239a, 0x80f2),
                ("Adafruit", "MacroPad RP2040"),
                vec![other((2, 2, 0)), other((10, 0, 0)), hid(KEYBOARD, 0, 1), hid(MOUSE, 0, 2)],
            ),
            Grade::Ordinary,
        ),
        // A KVM switch without a network, and its emulated keyboard and mouse.
        (
            device((0x0557, 0x2419), ("ATEN", "CS782DP KVM Switch"), vec![keyboard(), hid(MOUSE, 1, 2)]),
            Grade::Ordinary,
        ),
        // A capture card: video, audio and a control channel.
        (
            device(
                (0x534d, 0x2109),
                ("MACROSILICON", "USB Video"),
                vec![
                    other((14, 1, 0)),
                    other((14, 2, 0)),
                    other((1, 1, 0)),
                    other((1, 2, 0)),
                    hid(MEDIA, 0, 0),
                ],
            ),
            Grade::Ordinary,
        ),
        // A dock: network and audio with buttons.
        (
            device(
                (0x17e9, 0x6006),
                ("DisplayLink", "Dell Universal Dock"),
                vec![
                    other((255, 0, 0)),
                    other((1, 1, 0)),
                    other((1, 2, 0)),
                    other((2, 0x0d, 0)),
                    other((10, 0, 1)),
                    hid(MEDIA, 0, 0),
                ],
            ),
            Grade::Ordinary,
        ),
        // A phone that shares its connection, and one that shows its files.
        (
            device((0x18d1, 0x4eec), ("Google", "Pixel 7"), vec![other((0xe0, 1, 3)), other((10, 0, 0))]),
            Grade::Ordinary,
        ),
        (
            device(
                (0x04e8, 0x6860),
                ("SAMSUNG", "SAMSUNG_Android"),
                vec![other((6, 1, 1)), other((255, 66, 1))],
            ),
            Grade::Ordinary,
        ),
        // A switch interface for people who cannot use a mouse.
        (
            device(
                (0x25d9, 0x0001),
                ("Inclusive Technology", "Simply Works Receive"),
                vec![keyboard(), hid(MOUSE, 1, 2)],
            ),
            Grade::Ordinary,
        ),
        // A signature pad with a drive, a headset with a drive for its settings.
        (
            device(
                (0x0c76, 0x1607),
                ("JMTek", "USB Headset"),
                vec![other((1, 1, 0)), other((1, 2, 0)), hid(MEDIA, 0, 0), storage()],
            ),
            Grade::Ordinary,
        ),
        // Tablets of two more virtual machines.
        (
            device((0x0e0f, 0x0003), ("VMware", "VMware Virtual USB Mouse"), vec![hid(QEMU, 0, 0)]),
            Grade::Ordinary,
        ),
        (device((0x80ee, 0x0021), ("VirtualBox", "USB Tablet"), vec![hid(QEMU, 0, 0)]), Grade::Ordinary),
        // A keyboard under QMK: boot keyboard, raw HID for its editor, a second function with mouse and media keys.
        (
            device(
                (0x3434, 0x0223),
                ("Keychron", "Keychron Q2"),
                vec![keyboard(), hid(RAW, 0, 0), hid(&format!("{MOUSE}{MEDIA}"), 0, 0)],
            ),
            Grade::Ordinary,
        ),
        // An Arduino that types, moves a mouse to positions (signed, as the library does) and talks over serial.
        (
            device(
                (0x2341, 0x8036),
                ("Arduino LLC", "Arduino Leonardo"),
                vec![other((2, 2, 0)), other((10, 0, 0)), hid(&format!("{KEYBOARD}{SIGNED}"), 0, 0)],
            ),
            // Whatever the range, this is what a remote hand is built of.
            Grade::Suspect,
        ),
        // A security key that types passwords; a bar-code scanner; a presenter; a game controller.
        (
            device(
                (0x1050, 0x0407),
                ("Yubico", "YubiKey OTP+FIDO+CCID"),
                vec![keyboard(), hid(FIDO, 0, 0), other((11, 0, 0))],
            ),
            Grade::Ordinary,
        ),
        (
            device((0x0c2e, 0x0b61), ("Honeywell", "Barcode Scanner"), vec![keyboard(), hid(RAW, 0, 0)]),
            Grade::Ordinary,
        ),
        (
            device((0x046d, 0xc538), ("Logitech", "USB Receiver"), vec![keyboard(), hid(MOUSE, 1, 2)]),
            Grade::Ordinary,
        ),
        (device((0x054c, 0x09cc), ("Sony", "Wireless Controller"), vec![hid(PAD, 0, 0)]), Grade::Ordinary),
        // A developer's board that shares its network over USB under the ids of any Linux gadget.
        (
            device(
                (0x1d6b, 0x0104),
                ("BeagleBoard.org", "BeagleBone"),
                vec![other((0xe0, 1, 3)), other((10, 0, 0)), other((2, 2, 1)), other((10, 0, 0)), storage()],
            ),
            Grade::Suspect,
        ),
        // A keyboard that carries a drive is rare enough to look at; it is no kvm.
        (device((0x1209, 0xbabe), ("hobby", "pad"), vec![keyboard(), storage()]), Grade::Suspect),
    ]
}

#[test]
fn none_is_called_kvm_and_few_suspect() {
    for (device, most) in innocents() {
        for (format, write) in FORMATS {
            let bytes = write(&device);
            let Some(read) = readers::read(&bytes) else { continue };
            for seen in &read.devices {
                let finding = judge::judge(seen);
                // Bytes without ids cannot tell a virtual machine's tablet from NanoKVM's pointer.
                let is_bare = format == "hex lines of descriptors"
                    && [0x0627, 0x0e0f, 0x80ee].contains(&device.vendor_id);
                let most = if is_bare { Grade::Suspect } else { most };
                assert!(finding.grade <= most, "{} in {format}: {finding:?}", device.product);
            }
        }
    }
}
