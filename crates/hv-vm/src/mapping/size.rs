//! Sizes of disks as numbers.

use crate::quantity;

/// A size in bytes; nothing if the text is no size, or one of parts of a byte.
pub fn size_bytes(text: &str) -> Option<u64> {
    let spelled = quantity::canonical(text)?;
    let end = spelled
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(spelled.len());
    let (number, suffix) = spelled.split_at(end);
    let factor: u64 = match suffix {
        "" => 1,
        "k" => 1_000,
        "M" => 1_000_000,
        "G" => 1_000_000_000,
        "T" => 1_000_000_000_000,
        "P" => 1_000_000_000_000_000,
        "E" => 1_000_000_000_000_000_000,
        "Ki" => 1 << 10,
        "Mi" => 1 << 20,
        "Gi" => 1 << 30,
        "Ti" => 1 << 40,
        "Pi" => 1 << 50,
        "Ei" => 1 << 60,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::size_bytes;

    #[test]
    fn sizes_are_bytes() {
        for (text, bytes) in [
            ("40Gi", Some(40 << 30)),
            ("40960Mi", Some(40 << 30)),
            ("10G", Some(10_000_000_000)),
            ("10737418240", Some(10 << 30)),
            ("1.5Gi", Some(3 << 29)),
            ("0", Some(0)),
            ("100m", None),
            ("-1Gi", None),
            ("many", None),
            ("99Ei", None),
        ] {
            assert_eq!(size_bytes(text), bytes, "{text}");
        }
    }
}
