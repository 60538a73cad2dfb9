//! Neighbours on the local network as text: `arp -a`, `ip neigh`, `avahi-browse`, `dns-sd`. One answer a line.

use super::{Read, Reader};
use crate::inventory::{Device, NetworkSeen, Seen};

/// The format.
pub const READER: Reader = Reader { format: "neighbours", recognises, read };

fn recognises(text: &str) -> bool {
    text.lines().take(500).any(|line| seen(line).is_some())
}

/// A MAC address, made whole: macOS leaves out leading zeros.
fn mac(token: &str) -> Option<String> {
    let separator = if token.contains('-') { '-' } else { ':' };
    let parts: Vec<&str> = token.split(separator).collect();
    let is_part =
        |part: &&str| matches!(part.len(), 1 | 2) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_mac = parts.len() == 6 && parts.iter().all(is_part);
    is_mac.then(|| {
        parts.iter().map(|part| format!("{part:0>2}").to_ascii_lowercase()).collect::<Vec<_>>().join(":")
    })
}

fn seen(line: &str) -> Option<NetworkSeen> {
    let tokens = || line.split(|c: char| c.is_whitespace() || matches!(c, ';' | '(' | ')' | '[' | ']' | ','));
    let mac = tokens().find_map(mac).unwrap_or_default();
    let is_name =
        |token: &&str| token.trim_end_matches('.').ends_with(".local") && token.len() > ".local".len();
    let host = tokens().find(is_name).unwrap_or_default().to_owned();
    (!mac.is_empty() || !host.is_empty()).then(|| NetworkSeen { mac, host, ..NetworkSeen::default() })
}

fn read(text: &str) -> Read {
    let found = text.lines().enumerate().filter_map(|(place, line)| Some((place, seen(line)?)));
    let devices = found
        .map(|(place, seen)| Seen { label: format!("line {}", place + 1), device: Device::Network(seen) });
    Read { devices: devices.collect(), ..Read::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_three_systems_are_read() {
        let text = "? (192.168.1.7) at 30:52:53:0:a:1 on en0 ifscope [ethernet]\n\
                    192.168.1.8 dev eth0 lladdr 48:da:35:6e:00:01 REACHABLE\n\
                    \x20 192.168.1.9          aa-bb-cc-dd-ee-ff     dynamic\n\
                    =;eth0;IPv4;x;_http._tcp;local;pikvm.local;192.168.1.10;443;\nInterface: x\n";
        assert!(recognises(text));
        let read = read(text);
        let macs: Vec<&str> = read
            .devices
            .iter()
            .filter_map(|seen| match &seen.device {
                Device::Network(network) => {
                    Some(if network.mac.is_empty() { &network.host } else { &network.mac })
                }
                _ => None,
            })
            .map(String::as_str)
            .collect();
        assert_eq!(macs, ["30:52:53:00:0a:01", "48:da:35:6e:00:01", "aa:bb:cc:dd:ee:ff", "pikvm.local"]);
    }
}
