//! Quantities as numbers that can be added and compared.

use hv_vm::quantity;

/// Suffixes of canonical quantities, with what they are in thousandths.
const UNITS: &[(&str, i128)] = &[
    ("m", 1),
    ("", 1000),
    ("k", 1_000_000),
    ("M", 1_000_000_000),
    ("G", 1_000_000_000_000),
    ("T", 1_000_000_000_000_000),
    ("P", 1_000_000_000_000_000_000),
    ("E", 1_000_000_000_000_000_000_000),
    ("Ki", 1000 << 10),
    ("Mi", 1000 << 20),
    ("Gi", 1000 << 30),
    ("Ti", 1000 << 40),
    ("Pi", 1000 << 50),
    ("Ei", 1000 << 60),
];

/// The value of a quantity in thousandths; nothing if it is none, or finer than that.
pub(super) fn milli(text: &str) -> Option<i128> {
    let text = quantity::canonical(text)?;
    let end = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '-')
        .unwrap_or(text.len());
    let (number, suffix) = text.split_at(end);
    let (_, unit) = UNITS.iter().find(|(name, _)| *name == suffix)?;
    number.parse::<i128>().ok()?.checked_mul(*unit)
}

/// A number of thousandths as a quantity.
pub(super) fn text(milli: i128) -> String {
    quantity::canonical(&format!("{milli}m")).unwrap_or_default()
}

/// Whether a quantity is less than another; not if one of them is none.
pub(super) fn is_less(one: &str, other: &str) -> bool {
    matches!((milli(one), milli(other)), (Some(one), Some(other)) if one < other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_are_compared_by_their_value() {
        let cases = [
            ("40Gi", 42_949_672_960_000),
            ("40960Mi", 42_949_672_960_000),
            ("2", 2000),
            ("1500m", 1500),
            ("10G", 10_000_000_000_000),
            ("-1", -1000),
            ("0", 0),
        ];
        for (text, value) in cases {
            assert_eq!(milli(text), Some(value), "{text}");
        }
        assert_eq!(milli("1n"), None);
        assert_eq!(milli("much"), None);
        assert_eq!(text(42_949_672_960_000), "40Gi");
        assert!(is_less("10G", "10Gi") && !is_less("10Gi", "10240Mi") && !is_less("?", "1"));
    }
}
