//! Finds hardware and network addresses in a text.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::ops::Range;

/// A hardware address, whatever its spelling.
pub(super) type Mac = [u8; 6];

/// An address in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Address {
    /// Of a network card.
    Mac(Mac),
    /// Of a machine.
    Ip(IpAddr),
}

/// The next address from a place on, with where it stands; `known` are spelled without separators too.
pub(super) fn next(
    text: &str,
    from: usize,
    known: &dyn Fn(&Mac) -> bool,
) -> Option<(Range<usize>, Address)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < bytes.len() {
        if !starts_here(bytes, at) {
            at += 1;
            continue;
        }
        let found = match continues(bytes, at) {
            true => ipv4(text, at),
            false => mac(bytes, at)
                .or_else(|| ipv6(text, at))
                .or_else(|| ipv4(text, at))
                .or_else(|| bare(bytes, at, known)),
        };
        match found {
            Some((end, address)) => return Some((at..end, address)),
            None => at += 1,
        }
    }
    None
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// Whether something of hexadecimal digits and colons can begin here.
fn starts_here(bytes: &[u8], at: usize) -> bool {
    let fits = is_hex(bytes[at]) || bytes[at] == b':';
    fits && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric() || is_prefix(bytes, at))
}

/// Whether a group of hexadecimal digits and a colon stand before it: the word before a colon is none.
fn continues(bytes: &[u8], at: usize) -> bool {
    if at == 0 || bytes[at - 1] != b':' {
        return false;
    }
    let before = &bytes[..at - 1];
    let group = before
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric());
    group.clone().count() <= 4 && group.clone().count() > 0 && group.copied().all(is_hex)
}

/// Network cards of a guest are named after their address: `enx525400aabbcc`.
fn is_prefix(bytes: &[u8], at: usize) -> bool {
    at >= 3 && &bytes[at - 3..at] == b"enx"
}

fn ends_here(bytes: &[u8], end: usize) -> bool {
    match bytes.get(end) {
        Some(b':') => !bytes.get(end + 1).copied().is_some_and(is_hex),
        Some(byte) => !byte.is_ascii_alphanumeric(),
        None => true,
    }
}

/// `52:54:00:aa:bb:cc`, with dashes, or as `5254.00aa.bbcc`.
fn mac(bytes: &[u8], at: usize) -> Option<(usize, Address)> {
    let spelled = |digits: usize, separator: &[u8]| {
        let length = 12 + 12 / digits - 1;
        let part = bytes.get(at..at + length)?;
        let sign = *part.get(digits)?;
        let fits = part.iter().enumerate().all(|(index, byte)| {
            if index % (digits + 1) == digits {
                *byte == sign
            } else {
                is_hex(*byte)
            }
        });
        (fits && separator.contains(&sign) && ends_here(bytes, at + length)).then_some(at + length)
    };
    let end = spelled(2, b":-").or_else(|| spelled(4, b"."))?;
    let digits: Vec<u8> = bytes[at..end]
        .iter()
        .copied()
        .filter(|byte| is_hex(*byte))
        .collect();
    Some((end, Address::Mac(packed(&digits)?)))
}

/// Twelve digits in a row, which are an address only if it is known as one.
fn bare(bytes: &[u8], at: usize, known: &dyn Fn(&Mac) -> bool) -> Option<(usize, Address)> {
    let end = at + 12;
    let digits = bytes.get(at..end)?;
    if !digits.iter().all(|byte| is_hex(*byte)) || !ends_here(bytes, end) {
        return None;
    }
    let mac = packed(digits)?;
    known(&mac).then_some((end, Address::Mac(mac)))
}

fn packed(digits: &[u8]) -> Option<Mac> {
    let mut mac = Mac::default();
    for (byte, pair) in mac.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(mac)
}

fn ipv6(text: &str, at: usize) -> Option<(usize, Address)> {
    let rest = &text[at..];
    let run = rest
        .find(|c: char| !c.is_ascii_hexdigit() && c != ':' && c != '.')
        .unwrap_or(rest.len());
    let run = &rest[..run];
    if run.matches(':').count() < 2 {
        return None;
    }
    // Punctuation of a sentence may follow.
    for end in [
        run.len(),
        run.trim_end_matches('.').len(),
        run.trim_end_matches([':', '.']).len(),
    ] {
        if let Ok(found) = run[..end].parse::<Ipv6Addr>() {
            let follows = rest.as_bytes().get(end);
            if follows.is_none_or(|byte| !byte.is_ascii_alphanumeric()) {
                return Some((at + end, Address::Ip(IpAddr::V6(found))));
            }
        }
    }
    None
}

fn ipv4(text: &str, at: usize) -> Option<(usize, Address)> {
    let rest = &text[at..];
    let before = at.checked_sub(1).map(|before| text.as_bytes()[before]);
    if before == Some(b'.') {
        return None;
    }
    let run = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let end = rest[..run].trim_end_matches('.').len();
    let found: Ipv4Addr = rest[..end].parse().ok()?;
    Some((at + end, Address::Ip(IpAddr::V4(found))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<&str> {
        let known = |mac: &Mac| *mac == [0x52, 0x54, 0, 0xaa, 0xbb, 0xcc];
        let mut found = Vec::new();
        let mut from = 0;
        while let Some((range, _)) = next(text, from, &known) {
            found.push(&text[range.clone()]);
            from = range.end;
        }
        found
    }

    #[test]
    fn addresses_are_found_whatever_stands_around_them() {
        for (text, expected) in [
            ("52:54:00:aa:bb:cc", vec!["52:54:00:aa:bb:cc"]),
            ("mac 52-54-00-AA-BB-CC.", vec!["52-54-00-AA-BB-CC"]),
            (
                "duplicate 52:54:00:aa:bb:cc: in use",
                vec!["52:54:00:aa:bb:cc"],
            ),
            ("mac:52:54:00:aa:bb:cc", vec!["52:54:00:aa:bb:cc"]),
            ("8080:10.0.0.5", vec!["10.0.0.5"]),
            ("ip:fd00::1", vec!["fd00::1"]),
            ("5254.00aa.bbcc", vec!["5254.00aa.bbcc"]),
            ("enx525400aabbcc", vec!["525400aabbcc"]),
            ("nic-525400AABBCC", vec!["525400AABBCC"]),
            (
                "{\"default\":\"52:54:00:aa:bb:cc\"}",
                vec!["52:54:00:aa:bb:cc"],
            ),
            ("10.0.0.5", vec!["10.0.0.5"]),
            ("dial tcp 10.0.0.5:443: refused", vec!["10.0.0.5"]),
            ("10.0.0.0/24, 10.0.1.0/24", vec!["10.0.0.0", "10.0.1.0"]),
            ("at 10.0.0.5.", vec!["10.0.0.5"]),
            ("http://10.0.0.5/x", vec!["10.0.0.5"]),
            ("fd00::1", vec!["fd00::1"]),
            ("[fd00::1]:443", vec!["fd00::1"]),
            (
                "fe80::1%eth0 and fd00:0:0:1::/64",
                vec!["fe80::1", "fd00:0:0:1::"],
            ),
            ("::ffff:10.0.0.5", vec!["::ffff:10.0.0.5"]),
            ("lookup s3.lan on fd00::a: no such host", vec!["fd00::a"]),
            ("at fd00::a.", vec!["fd00::a"]),
            ("2001:db8:0:0:0:0:0:1", vec!["2001:db8:0:0:0:0:0:1"]),
        ] {
            assert_eq!(all(text), expected, "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_one_is_left_alone() {
        for text in [
            "v1.8.2",
            "1.8.2",
            "v1.2.3.4",
            "1.2.3.4.5",
            "256.1.1.1",
            "2026-08-01T10:00:00Z",
            "10:00:00",
            "@ 10:00:00.123",
            "0b1c2d3e-1111-4222-8333-123456789abc",
            "pvc-0b1c2d3e-1111-4222-8333-123456789abc",
            "backup-0123456789abcdef",
            "bak://pvc-1/backup-1",
            "std::io::Error",
            "sha256:0123456789abcdef",
            "52:54:00:aa:bb",
            "52:54:00:aa:bb:cc:dd",
            "prod/web:80",
            "",
        ] {
            assert_eq!(all(text), Vec::<&str>::new(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_searched(text in ".{0,60}", more in "[0-9a-f:.%-]{0,40}") {
            all(&text);
            all(&more);
        }

        #[test]
        fn every_address_is_found(v4: [u8; 4], v6: [u16; 8], mac: [u8; 6]) {
            let v6 = Ipv6Addr::from(v6).to_string();
            let v4 = Ipv4Addr::from(v4).to_string();
            let mac = mac.map(|byte| format!("{byte:02x}")).join(":");
            for address in [v4, v6, mac] {
                let text = format!("a {address}, b");
                proptest::prop_assert_eq!(all(&text), [address.as_str()]);
            }
        }
    }
}
