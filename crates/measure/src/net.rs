//! Addresses of networks.

use std::net::IpAddr;

/// Whether an address is private, loopback, link-local, carrier-grade NAT (RFC 6598) or unique-local.
/// Text that is no address counts as private: it says nothing about a place.
#[must_use]
pub fn is_private_ip(text: &str) -> bool {
    match text.parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => {
            let [a, b, ..] = ip.octets();
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || ip.is_unspecified()
                || (a == 100 && (64..128).contains(&b))
        }
        Ok(IpAddr::V6(ip)) => {
            let first = ip.segments()[0];
            ip.is_loopback() || ip.is_unspecified() || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80
        }
        Err(_) => true,
    }
}

/// The network that stands for one line of one customer: the whole IPv4 address, the /64 of IPv6.
#[must_use]
pub fn customer_prefix(text: &str) -> Option<String> {
    match text.parse::<IpAddr>().ok()? {
        IpAddr::V4(ip) => Some(ip.to_string()),
        IpAddr::V6(ip) => {
            let s = ip.segments();
            Some(format!("{:x}:{:x}:{:x}:{:x}::/64", s[0], s[1], s[2], s[3]))
        }
    }
}

/// Whether a MAC address (lower case, colons) can name one machine: neither broadcast, multicast, zero nor
/// locally administered, which phones and virtual adapters make up.
#[must_use]
pub fn is_global_mac(mac: &str) -> bool {
    let Some(first) = mac.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) else {
        return false;
    };
    mac.len() == 17 && first & 0b11 == 0 && mac != "00:00:00:00:00:00"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_public() {
        for ip in ["10.0.0.1", "192.168.1.1", "100.64.3.4", "127.0.0.1", "fe80::1", "fd00::1", "x"] {
            assert!(is_private_ip(ip), "{ip}");
        }
        for ip in ["8.8.8.8", "100.128.0.1", "2001:db8::1"] {
            assert!(!is_private_ip(ip), "{ip}");
        }
    }

    #[test]
    fn prefixes_and_macs() {
        assert_eq!(customer_prefix("2001:db8:1:2:3::4").as_deref(), Some("2001:db8:1:2::/64"));
        assert_eq!(customer_prefix("203.0.113.9").as_deref(), Some("203.0.113.9"));
        assert!(is_global_mac("30:52:53:00:00:01"));
        assert!(!is_global_mac("02:52:53:00:00:01"));
        assert!(!is_global_mac("ff:ff:ff:ff:ff:ff"));
        assert!(!is_global_mac("00:00:00:00:00:00"));
    }
}
