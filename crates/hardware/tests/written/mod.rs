//! Writes one made-up composite device in every format that the readers know, the way the systems write it.
#![allow(dead_code)]

use hardware::hex;

/// A function of a device.
#[derive(Debug, Clone)]
pub struct Function {
    pub triple: (u8, u8, u8),
    pub name: &'static str,
    /// Report descriptor; empty for what is no HID.
    pub descriptor: Vec<u8>,
    pub report_bytes: u8,
}

/// A device as it shows itself to a host.
#[derive(Debug, Clone)]
pub struct Device {
    pub vendor_id: u16,
    pub product_id: u16,
    pub vendor: String,
    pub product: String,
    pub serial: String,
    pub configuration: String,
    pub functions: Vec<Function>,
    /// SCSI vendor and product of its drives.
    pub drive: (String, String),
    /// HID version and polling interval of its HID functions.
    pub hid: (u16, u8),
}

impl Device {
    fn is_drive(function: &Function) -> bool {
        function.triple.0 == 8
    }

    fn has_drive(&self) -> bool {
        self.functions.iter().any(Self::is_drive)
    }

    fn usages(function: &Function) -> Vec<(u16, u16)> {
        let read = hardware::descriptor::parse(&function.descriptor);
        read.applications.iter().map(|usage| (usage.page, usage.id)).collect()
    }
}

/// A format: its name and how a device is written in it.
pub type Format = (&'static str, fn(&Device) -> Vec<u8>);

/// All formats.
pub const FORMATS: [Format; 16] = [
    ("hex lines of descriptors", hex_lines),
    ("hid-recorder", recorder),
    ("lsusb -v", |device| lsusb(device, false)),
    ("lsusb -v with descriptors", |device| lsusb(device, true)),
    ("usb-devices", usb_devices),
    ("sysfs", sysfs),
    ("USB descriptors in binary", configuration),
    ("ioreg -l", ioreg),
    ("ioreg -a", ioreg_plist),
    ("ioreg -l, devices only", ioreg_signature),
    ("system_profiler -json", system_profiler),
    ("osquery usb_devices", osquery),
    ("setupapi.dev.log", setupapi),
    ("event 6416 in XML", event_xml),
    ("Defender AdditionalFields in CSV", defender),
    ("registry export", registry),
];

fn hid(device: &Device) -> impl Iterator<Item = &Function> {
    device.functions.iter().filter(|function| !function.descriptor.is_empty())
}

fn hex_lines(device: &Device) -> Vec<u8> {
    hid(device).map(|function| hex::write(&function.descriptor) + "\n").collect::<String>().into_bytes()
}

fn spaced(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!(" {byte:02x}")).collect()
}

fn recorder(device: &Device) -> Vec<u8> {
    let one = |function: &Function| {
        let (count, bytes) = (function.descriptor.len(), spaced(&function.descriptor));
        let (vendor, product) = (device.vendor_id, device.product_id);
        format!(
            "R: {count}{bytes}\nN: {} {}\nI: 3 {vendor:04x} {product:04x}\n",
            device.vendor, device.product
        )
    };
    hid(device).map(one).collect::<String>().into_bytes()
}

fn lsusb(device: &Device, with_items: bool) -> Vec<u8> {
    let (vendor, product) = (device.vendor_id, device.product_id);
    let mut out = format!(
        "Bus 001 Device 003: ID {vendor:04x}:{product:04x} {}\nDevice Descriptor:\n  bLength                18\n  \
         bDeviceClass            0\n  idVendor           0x{vendor:04x}\n  idProduct          0x{product:04x}\n  \
         bcdDevice            1.00\n  iManufacturer           1 {}\n  iProduct                2 {}\n  \
         iSerial                 3 {}\n  Configuration Descriptor:\n    iConfiguration          4 {}\n",
        device.product, device.vendor, device.product, device.serial, device.configuration
    );
    for (number, function) in device.functions.iter().enumerate() {
        let (class, subclass, protocol) = function.triple;
        out += &format!(
            "    Interface Descriptor:\n      bInterfaceNumber        {number}\n      bAlternateSetting       0\n      \
             bInterfaceClass         {class}\n      bInterfaceSubClass      {subclass}\n      bInterfaceProtocol      \
             {protocol}\n      iInterface              {} {}\n",
            5 + number,
            function.name
        );
        if function.descriptor.is_empty() {
            continue;
        }
        out += &format!(
            "        HID Device Descriptor:\n          bcdHID               {:x}.{:02x}\n          wDescriptorLength      {}\n",
            device.hid.0 >> 8,
            device.hid.0 & 0xff,
            function.descriptor.len()
        );
        if with_items {
            out += "          Report Descriptor: (length is ";
            out += &format!("{})\n", function.descriptor.len());
            out += &items(&function.descriptor);
        }
        out += &format!(
            "      Endpoint Descriptor:\n          Transfer Type            Interrupt\n        wMaxPacketSize     0x{:04x}  1x\n        \
             bInterval               {}\n",
            function.report_bytes, device.hid.1
        );
    }
    out.into_bytes()
}

/// Items as lsusb spells them out.
fn items(bytes: &[u8]) -> String {
    let mut out = String::new();
    let mut rest = bytes;
    while let [head, tail @ ..] = rest {
        let size = [0, 1, 2, 4][usize::from(head & 3)];
        let (data, after) = tail.split_at(size);
        let (kind, name) = match head & 0xfc {
            0x80 => ("Main  ", "Input"),
            0x90 => ("Main  ", "Output"),
            0xa0 => ("Main  ", "Collection"),
            0xc0 => ("Main  ", "End Collection"),
            0x04 => ("Global", "Usage Page"),
            0x14 => ("Global", "Logical Minimum"),
            0x24 => ("Global", "Logical Maximum"),
            0x34 => ("Global", "Physical Minimum"),
            0x44 => ("Global", "Physical Maximum"),
            0x74 => ("Global", "Report Size"),
            0x84 => ("Global", "Report ID"),
            0x94 => ("Global", "Report Count"),
            0x08 => ("Local ", "Usage"),
            0x18 => ("Local ", "Usage Minimum"),
            0x28 => ("Local ", "Usage Maximum"),
            other => panic!("item {other:#x}"),
        };
        let shown = if data.is_empty() {
            "none".to_owned()
        } else {
            format!("[{} ] 0", data.iter().map(|byte| format!(" 0x{byte:02x}")).collect::<String>())
        };
        out += &format!(
            "            Item({kind}): {name}, data= {shown}\n                            what it means\n"
        );
        rest = after;
    }
    out
}

fn usb_devices(device: &Device) -> Vec<u8> {
    let mut out = format!(
        "T:  Bus=01 Lev=01 Prnt=01 Port=00 Cnt=01 Dev#=  3 Spd=480 MxCh= 0\nD:  Ver= 2.00 Cls=00(>ifc ) Sub=00 Prot=00 MxPS=64 #Cfgs=  1\n\
         P:  Vendor={:04x} ProdID={:04x} Rev=01.00\nS:  Manufacturer={}\nS:  Product={}\nS:  SerialNumber={}\n",
        device.vendor_id, device.product_id, device.vendor, device.product, device.serial
    );
    for (number, function) in device.functions.iter().enumerate() {
        let (class, subclass, protocol) = function.triple;
        out += &format!(
            "I:  If#=0x{number:x} Alt= 0 #EPs= 1 Cls={class:02x}(x) Sub={subclass:02x} Prot={protocol:02x} Driver=x\n"
        );
    }
    out.into_bytes()
}

fn sysfs(device: &Device) -> Vec<u8> {
    let root = "/sys/bus/usb/devices/1-2";
    let mut out = format!(
        "{root}/idVendor:{:04x}\n{root}/idProduct:{:04x}\n{root}/bcdDevice:0100\n{root}/bDeviceClass:00\n{root}/manufacturer:{}\n\
         {root}/product:{}\n{root}/serial:{}\n{root}/configuration:{}\n",
        device.vendor_id,
        device.product_id,
        device.vendor,
        device.product,
        device.serial,
        device.configuration
    );
    for (number, function) in device.functions.iter().enumerate() {
        let (class, subclass, protocol) = function.triple;
        let folder = format!("{root}:1.{number}");
        out += &format!(
            "{folder}/bInterfaceClass:{class:02x}\n{folder}/bInterfaceSubClass:{subclass:02x}\n\
             {folder}/bInterfaceProtocol:{protocol:02x}\n{folder}/interface:{}\n",
            function.name
        );
        if !function.descriptor.is_empty() {
            let digits = hex::write(&function.descriptor);
            out += &format!(
                "{folder}/0003:{:04X}:{:04X}.0001/report_descriptor:{digits}\n",
                device.vendor_id, device.product_id
            );
        }
    }
    out.into_bytes()
}

fn configuration(device: &Device) -> Vec<u8> {
    let mut out = vec![18, 1, 0, 2, 0, 0, 0, 64];
    out.extend(device.vendor_id.to_le_bytes());
    out.extend(device.product_id.to_le_bytes());
    out.extend([0, 1, 1, 2, 3, 1]);
    out.extend([9, 2, 0, 0, device.functions.len() as u8, 1, 4, 0x80, 125]);
    for (number, function) in device.functions.iter().enumerate() {
        let (class, subclass, protocol) = function.triple;
        out.extend([9, 4, number as u8, 0, 1, class, subclass, protocol, 5]);
        if !function.descriptor.is_empty() {
            let [low, high] = device.hid.0.to_le_bytes();
            out.extend([9, 0x21, low, high, 0, 1, 0x22]);
            out.extend((function.descriptor.len() as u16).to_le_bytes());
            out.extend([7, 5, 0x81, 3, function.report_bytes, 0, device.hid.1]);
        }
    }
    out
}

fn ioreg_properties(device: &Device) -> Vec<(&'static str, String)> {
    vec![
        ("idVendor", device.vendor_id.to_string()),
        ("idProduct", device.product_id.to_string()),
        ("bDeviceClass", "0".to_owned()),
        ("kUSBVendorString", format!("\"{}\"", device.vendor)),
        ("kUSBProductString", format!("\"{}\"", device.product)),
        ("kUSBSerialNumberString", format!("\"{}\"", device.serial)),
    ]
}

fn ioreg(device: &Device) -> Vec<u8> {
    let mut out = format!(
        "+-o Root  <class IORegistryEntry>\n  +-o {}@00100000  <class IOUSBHostDevice, id 0x1>\n    | {{\n",
        device.product
    );
    for (key, value) in ioreg_properties(device) {
        out += &format!("    |   \"{key}\" = {value}\n");
    }
    out += "    | }\n    |\n";
    for (number, function) in device.functions.iter().enumerate() {
        let (class, subclass, protocol) = function.triple;
        out += &format!(
            "    +-o {}@{number}  <class IOUSBHostInterface, id 0x2>\n      | {{\n      |   \"bInterfaceNumber\" = {number}\n      |   \
             \"bInterfaceClass\" = {class}\n      |   \"bInterfaceSubClass\" = {subclass}\n      |   \"bInterfaceProtocol\" = {protocol}\n      | }}\n",
            function.name
        );
        if !function.descriptor.is_empty() {
            let digits = hex::write(&function.descriptor);
            out += &format!(
                "      +-o AppleUserUSBHostHIDDevice  <class AppleUserUSBHostHIDDevice, id 0x3>\n            \"ReportDescriptor\" = <{digits}>\n"
            );
        }
        if Device::is_drive(function) {
            out += &format!(
                "      +-o IOSCSIPeripheralDeviceNub  <class IOSCSIPeripheralDeviceNub>\n            \"Device Characteristics\" = \
                 {{\"Vendor Name\"=\"{}\",\"Product Name\"=\"{}\"}}\n",
                device.drive.0, device.drive.1
            );
        }
    }
    out.into_bytes()
}

fn ioreg_signature(device: &Device) -> Vec<u8> {
    let mut signature: Vec<u8> = Vec::new();
    signature.extend(device.vendor_id.to_le_bytes());
    signature.extend(device.product_id.to_le_bytes());
    signature.extend([0, 1]);
    signature.extend(device.serial.bytes());
    signature.extend([0, 0, 0]);
    let mut seen = Vec::new();
    for function in &device.functions {
        if !seen.contains(&function.triple) {
            seen.push(function.triple);
            signature.extend([function.triple.0, function.triple.1, function.triple.2]);
        }
    }
    let mut out = format!("+-o {}@00100000  <class IOUSBHostDevice, id 0x1>\n    {{\n", device.product);
    for (key, value) in ioreg_properties(device) {
        out += &format!("      \"{key}\" = {value}\n");
    }
    out += &format!("      \"UsbDeviceSignature\" = <{}>\n    }}\n", hex::write(&signature));
    out.into_bytes()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    bytes
        .chunks(3)
        .map(|part| {
            let held =
                part.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
            let digit = |shift: u32| char::from(DIGITS[(held >> shift & 63) as usize]);
            let mut text: String = [18, 12, 6, 0].into_iter().map(digit).collect();
            text.truncate(part.len() + 1);
            format!("{text:=<4}")
        })
        .collect()
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

fn ioreg_plist(device: &Device) -> Vec<u8> {
    let integer = |key: &str, value: u64| format!("<key>{key}</key><integer>{value}</integer>");
    let string = |key: &str, value: &str| format!("<key>{key}</key><string>{}</string>", xml(value));
    let mut functions = String::new();
    for (number, function) in device.functions.iter().enumerate() {
        let (class, subclass, protocol) = function.triple;
        functions += "<dict>";
        functions += &string("IORegistryEntryName", function.name);
        functions += &integer("bInterfaceNumber", number as u64);
        functions += &integer("bInterfaceClass", class.into());
        functions += &integer("bInterfaceSubClass", subclass.into());
        functions += &integer("bInterfaceProtocol", protocol.into());
        if !function.descriptor.is_empty() {
            functions += &format!(
                "<key>IORegistryEntryChildren</key><array><dict><key>ReportDescriptor</key><data>\n\t{}\n\t</data></dict></array>",
                base64(&function.descriptor)
            );
        }
        functions += "</dict>";
    }
    let mut out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE plist PUBLIC \"x\" \"y\">\n<plist version=\"1.0\"><dict>".to_owned();
    out += &string("IORegistryEntryName", "Root");
    out += "<key>IORegistryEntryChildren</key><array><dict>";
    out += &string("IORegistryEntryName", &device.product);
    out += &integer("idVendor", device.vendor_id.into());
    out += &integer("idProduct", device.product_id.into());
    out += &string("kUSBVendorString", &device.vendor);
    out += &string("kUSBProductString", &device.product);
    out += &string("kUSBSerialNumberString", &device.serial);
    out += &format!(
        "<key>IORegistryEntryChildren</key><array>{functions}</array></dict></array></dict></plist>\n"
    );
    out.into_bytes()
}

fn system_profiler(device: &Device) -> Vec<u8> {
    let media = if device.has_drive() {
        format!(",\"Media\":[{{\"_name\":\"{} {} Media\"}}]", device.drive.0, device.drive.1)
    } else {
        String::new()
    };
    format!(
        "{{\"SPUSBDataType\":[{{\"_name\":\"USB31Bus\",\"_items\":[{{\"_name\":\"{}\",\"manufacturer\":\"{}\",\"vendor_id\":\"0x{:04x}\",\
         \"product_id\":\"0x{:04x}\",\"serial_num\":\"{}\"{media}}}]}}]}}",
        device.product, device.vendor, device.vendor_id, device.product_id, device.serial
    )
    .into_bytes()
}

fn osquery(device: &Device) -> Vec<u8> {
    format!(
        "[{{\"usb_address\":\"3\",\"usb_port\":\"1\",\"vendor\":\"{}\",\"vendor_id\":\"{:04x}\",\"version\":\"1.00\",\"model\":\"{}\",\
         \"model_id\":\"{:04x}\",\"serial\":\"{}\",\"class\":\"0\",\"subclass\":\"0\",\"protocol\":\"0\",\"removable\":\"1\"}}]",
        device.vendor, device.vendor_id, device.product, device.product_id, device.serial
    )
    .into_bytes()
}

/// A device node of Windows: instance, class, description, hardware ids, compatible ids.
struct Node {
    instance: String,
    class: &'static str,
    description: String,
    hardware: Vec<String>,
    compatible: Vec<String>,
}

fn nodes(device: &Device) -> Vec<Node> {
    let ids = format!("VID_{:04X}&PID_{:04X}", device.vendor_id, device.product_id);
    let serial = if device.serial.is_empty() { "6&1f2e3d4c&0&2".to_owned() } else { device.serial.clone() };
    let mut nodes = vec![Node {
        instance: format!("USB\\{ids}\\{serial}"),
        class: "USB",
        description: "USB Composite Device".to_owned(),
        hardware: vec![format!("USB\\{ids}&REV_0100"), format!("USB\\{ids}")],
        compatible: vec!["USB\\COMPOSITE".to_owned()],
    }];
    for (number, function) in device.functions.iter().enumerate() {
        let (class, subclass, protocol) = function.triple;
        let (setup, description) = match class {
            3 => ("HIDClass", "USB Input Device"),
            8 => ("USB", "USB Mass Storage Device"),
            _ => ("Net", "USB Function"),
        };
        nodes.push(Node {
            instance: format!("USB\\{ids}&MI_{number:02X}\\7&2a3b4c5d&0&{number:04}"),
            class: setup,
            description: description.to_owned(),
            hardware: vec![
                format!("USB\\{ids}&REV_0100&MI_{number:02X}"),
                format!("USB\\{ids}&MI_{number:02X}"),
            ],
            compatible: vec![
                format!("USB\\Class_{class:02x}&SubClass_{subclass:02x}&Prot_{protocol:02x}"),
                format!("USB\\Class_{class:02x}"),
            ],
        });
        // Windows makes a node of every top-level collection, and numbers them where there are several.
        let usages = Device::usages(function);
        for (place, (page, usage)) in usages.iter().enumerate() {
            let (setup, description) = match (page, usage) {
                (1, 6) => ("Keyboard", "HID Keyboard Device"),
                (1, 2) => ("Mouse", "HID-compliant mouse"),
                _ => ("HIDClass", "HID-compliant device"),
            };
            let column = if usages.len() > 1 { format!("&Col{:02X}", place + 1) } else { String::new() };
            nodes.push(Node {
                instance: format!("HID\\{ids}&MI_{number:02X}{column}\\8&3b4c5d6e&0&{place:04}"),
                class: setup,
                description: description.to_owned(),
                hardware: vec![
                    format!("HID\\{ids}&MI_{number:02X}{column}"),
                    format!("HID_DEVICE_UP:{page:04X}_U:{usage:04X}"),
                ],
                compatible: Vec::new(),
            });
        }
        if Device::is_drive(function) {
            let folded = |text: &str| text.replace(' ', "_").to_uppercase();
            nodes.push(Node {
                instance: format!(
                    "USBSTOR\\CDROM&VEN_{}&PROD_{}&REV_1.00\\8&24467633&0&{serial}&0",
                    folded(&device.drive.0),
                    folded(&device.drive.1)
                ),
                class: "CDROM",
                description: "CD-ROM Drive".to_owned(),
                hardware: Vec::new(),
                compatible: Vec::new(),
            });
        }
    }
    nodes
}

fn setupapi(device: &Device) -> Vec<u8> {
    let mut out = "[Device Install Log]\r\n     OS Version = 10.0.22631\r\n\r\n[BeginLog]\r\n\r\n".to_owned();
    for node in nodes(device) {
        out += &format!(
            ">>>  [Device Install (Hardware initiated) - {}]\r\n>>>  Section start 2026/03/02 09:00:00.000\r\n     dvi:      Searching for hardware ID(s):\r\n",
            node.instance
        );
        for id in &node.hardware {
            out += &format!("     dvi:           {}\r\n", id.to_lowercase());
        }
        out += "     dvi:      Searching for compatible ID(s):\r\n";
        for id in &node.compatible {
            out += &format!("     dvi:           {}\r\n", id.to_lowercase());
        }
        out += &format!(
            "     dvi:      Created Driver Node:\r\n     dvi:                     Description - [{}]\r\n<<<  Section end 2026/03/02 09:00:01.000\r\n<<<  [Exit status: SUCCESS]\r\n\r\n",
            node.description
        );
    }
    out.into_bytes()
}

fn event_xml(device: &Device) -> Vec<u8> {
    let list = |ids: &[String]| ids.iter().map(|id| format!("\n\t\t{}", xml(id))).collect::<String>();
    nodes(device)
        .iter()
        .map(|node| {
            format!(
                "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><EventID>6416</EventID>\
                 <Computer>LAP-7</Computer></System><EventData><Data Name='DeviceId'>{}</Data><Data Name='DeviceDescription'>{}</Data>\
                 <Data Name='ClassName'>{}</Data><Data Name='VendorIds'>{}</Data><Data Name='CompatibleIds'>{}</Data></EventData></Event>\n",
                xml(&node.instance), node.description, node.class, list(&node.hardware), list(&node.compatible)
            )
        })
        .collect::<String>()
        .into_bytes()
}

fn defender(device: &Device) -> Vec<u8> {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
    let list = |ids: &[String]| {
        let quoted: Vec<String> = ids.iter().map(|id| format!("\"{}\"", id.replace('\\', "\\\\"))).collect();
        escape(&format!("[{}]", quoted.join(",")))
    };
    let mut out = "Timestamp,DeviceId,DeviceName,ActionType,AdditionalFields\r\n".to_owned();
    for node in nodes(device) {
        let fields = format!(
            "{{\"ClassName\":\"{}\",\"DeviceId\":\"{}\",\"DeviceDescription\":\"{}\",\"VendorIds\":\"{}\",\"CompatibleIds\":\"{}\"}}",
            node.class,
            escape(&node.instance),
            node.description,
            list(&node.hardware),
            list(&node.compatible)
        );
        out += &format!(
            "2026-03-02T09:00:00Z,0f3c,lap-7,PnpDeviceConnected,\"{}\"\r\n",
            fields.replace('"', "\"\"")
        );
    }
    out.into_bytes()
}

fn registry(device: &Device) -> Vec<u8> {
    let list = |ids: &[String]| {
        let text: String = ids.iter().map(|id| format!("{id}\0")).collect::<String>() + "\0";
        let bytes: Vec<String> =
            text.encode_utf16().flat_map(u16::to_le_bytes).map(|byte| format!("{byte:02x}")).collect();
        bytes.chunks(25).map(|part| part.join(",")).collect::<Vec<_>>().join(",\\\r\n  ")
    };
    let mut out = "Windows Registry Editor Version 5.00\r\n".to_owned();
    for node in nodes(device) {
        out += &format!(
            "\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Enum\\{}]\r\n\"DeviceDesc\"=\"@x.inf,%y%;{}\"\r\n\"HardwareID\"=hex(7):{}\r\n\"CompatibleIDs\"=hex(7):{}\r\n",
            node.instance,
            node.description,
            list(&node.hardware),
            list(&node.compatible)
        );
    }
    let wide: Vec<u8> = [0xfeff].into_iter().chain(out.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    wide
}
