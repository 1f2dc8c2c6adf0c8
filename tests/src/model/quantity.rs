//! Quantities of Kubernetes, in thousandths.

use std::fmt;

/// An amount and how it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quantity {
    /// Thousandths of a unit.
    pub(crate) milli: i128,
    is_binary: bool,
}

const BINARY: [(&str, i128); 6] = [
    ("Ei", 1 << 60),
    ("Pi", 1 << 50),
    ("Ti", 1 << 40),
    ("Gi", 1 << 30),
    ("Mi", 1 << 20),
    ("Ki", 1 << 10),
];
const DECIMAL: [(&str, i128); 7] = [
    ("E", 1_000_000_000_000_000_000),
    ("P", 1_000_000_000_000_000),
    ("T", 1_000_000_000_000),
    ("G", 1_000_000_000),
    ("M", 1_000_000),
    ("k", 1_000),
    ("", 1),
];

impl Quantity {
    /// Reads a number or a text such as `4Gi`, `250m`, `1.5G`.
    pub(crate) fn read(value: &serde_json::Value) -> Option<Self> {
        match value {
            serde_json::Value::String(text) => Self::parse(text),
            serde_json::Value::Number(number) => Self::parse(&number.to_string()),
            _ => None,
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let end = text
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '+' | '-')))
            .unwrap_or(text.len());
        let (number, suffix) = text.split_at(end);
        let (factor, is_binary) = if suffix == "m" {
            (1, false)
        } else if let Some((_, factor)) = BINARY.iter().find(|(unit, _)| *unit == suffix) {
            (factor * 1000, true)
        } else if let Some((_, factor)) = DECIMAL.iter().find(|(unit, _)| *unit == suffix) {
            (factor * 1000, false)
        } else {
            let exponent: u32 = suffix.strip_prefix(['e', 'E'])?.parse().ok()?;
            (10_i128.checked_pow(exponent)?.checked_mul(1000)?, false)
        };
        Some(Self {
            milli: scaled(number, factor)?,
            is_binary,
        })
    }

    /// The same form of writing, another amount.
    pub(crate) fn with(self, milli: i128) -> Self {
        Self { milli, ..self }
    }

    /// Whole units, rounded up as Kubernetes does.
    pub(crate) fn value(self) -> i128 {
        (self.milli + 999).div_euclid(1000)
    }

    pub(crate) fn is_zero(self) -> bool {
        self.milli == 0
    }
}

/// `1.5` times a factor, rounded up.
fn scaled(number: &str, factor: i128) -> Option<i128> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let is_negative = whole.starts_with('-');
    let whole: i128 = match whole.trim_start_matches(['+', '-']) {
        "" => 0,
        digits => digits.parse().ok()?,
    };
    let mut total = whole.checked_mul(factor)?;
    if !fraction.is_empty() {
        let digits: i128 = fraction.parse().ok()?;
        let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        let part = digits.checked_mul(factor)?;
        total += (part + scale - 1) / scale;
    }
    Some(if is_negative { -total } else { total })
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.milli % 1000 != 0 {
            return write!(f, "{}m", self.milli);
        }
        let units = self.milli / 1000;
        // Binary units are for amounts of 1024 and more.
        let table: &[(&str, i128)] = if self.is_binary && units.abs() >= 1024 {
            &BINARY
        } else {
            &DECIMAL
        };
        let found = table
            .iter()
            .find(|(_, factor)| units != 0 && units % factor == 0);
        match found {
            Some((unit, factor)) => write!(f, "{}{unit}", units / factor),
            None => write!(f, "{units}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Quantity;

    #[test]
    fn quantities_are_read_and_written_as_kubernetes_does() {
        for (text, milli, written) in [
            ("4Gi", 4_294_967_296_000, "4Gi"),
            ("4096Mi", 4_294_967_296_000, "4Gi"),
            ("0.5Gi", 536_870_912_000, "512Mi"),
            ("2", 2_000, "2"),
            ("250m", 250, "250m"),
            ("2000m", 2_000, "2"),
            ("1.5", 1_500, "1500m"),
            ("1e3", 1_000_000, "1k"),
            ("1000M", 1_000_000_000_000, "1G"),
            ("0", 0, "0"),
        ] {
            let quantity = Quantity::parse(text).unwrap();
            assert_eq!(quantity.milli, milli, "{text}");
            assert_eq!(quantity.to_string(), written, "{text}");
        }
        for text in ["", "Gi", "4gi", "x", "1.2.3"] {
            assert_eq!(Quantity::parse(text), None, "{text}");
        }
    }
}
