//! Kubernetes quantities: one spelling for one value.

/// Suffixes of powers of 1024, largest first, with the power of two.
const BINARY: &[(&str, u32)] = &[
    ("Ei", 60),
    ("Pi", 50),
    ("Ti", 40),
    ("Gi", 30),
    ("Mi", 20),
    ("Ki", 10),
];

/// Suffixes of powers of ten, largest first, with the power.
const DECIMAL: &[(&str, i32)] = &[
    ("E", 18),
    ("P", 15),
    ("T", 12),
    ("G", 9),
    ("M", 6),
    ("k", 3),
    ("", 0),
    ("m", -3),
    ("u", -6),
    ("n", -9),
];

/// A quantity is counted in parts of this power of ten: the smallest suffix.
const SMALLEST: i32 = -9;

/// The canonical spelling of a quantity: `2000m` is `2`, `4096Mi` is `4Gi`; nothing if it is none.
///
/// The same value always gets the same spelling, the one with the fewest digits.
pub fn canonical(text: &str) -> Option<String> {
    parts(text).map(spell)
}

/// The value of a quantity in parts of 1/10⁹; nothing if it is none, or cannot be told exactly.
fn parts(text: &str) -> Option<i128> {
    let (negative, unsigned) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let end = unsigned
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(end);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() && fraction.is_empty() || fraction.contains('.') {
        return None;
    }
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = i32::try_from(fraction.len()).ok()?;
    let (factor, power) = unit(suffix)?;
    let exponent = power - scale - SMALLEST;
    let magnitude = digits.checked_mul(factor)?;
    let tens = 10_i128.checked_pow(exponent.unsigned_abs())?;
    let value = if exponent >= 0 {
        magnitude.checked_mul(tens)?
    } else if magnitude % tens == 0 {
        magnitude / tens
    } else {
        return None;
    };
    Some(if negative { -value } else { value })
}

/// What a suffix multiplies with: a factor and a power of ten.
fn unit(suffix: &str) -> Option<(i128, i32)> {
    if let Some((_, power)) = BINARY.iter().find(|(name, _)| *name == suffix) {
        return Some((1 << power, 0));
    }
    if let Some((_, power)) = DECIMAL.iter().find(|(name, _)| *name == suffix) {
        return Some((1, *power));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let power: i32 = exponent.parse().ok()?;
    Some((1, power)).filter(|_| power.abs() <= 18)
}

fn spell(parts: i128) -> String {
    let in_tens = DECIMAL
        .iter()
        .map(|(name, power)| (name, 10_i128.pow((power - SMALLEST).unsigned_abs())))
        .find(|(_, size)| parts % size == 0)
        .map(|(name, size)| format!("{}{name}", parts / size));
    let whole = 10_i128.pow(SMALLEST.unsigned_abs());
    let in_twos = BINARY
        .iter()
        .map(|(name, power)| (name, whole << power))
        .find(|(_, size)| parts != 0 && parts % size == 0)
        .map(|(name, size)| format!("{}{name}", parts / size));
    match (in_tens, in_twos) {
        _ if parts == 0 => "0".to_owned(),
        (Some(tens), Some(twos)) if digits(&twos) < digits(&tens) => twos,
        (Some(tens), _) => tens,
        // Every value is a multiple of the smallest suffix.
        (None, twos) => twos.unwrap_or_default(),
    }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_value_has_one_spelling() {
        let rows = [
            (
                "2",
                &["2000m", "2.0", "+2", "2e0", "0.002k", "2000000u"][..],
            ),
            (
                "4Gi",
                &["4096Mi", "4294967296", "4Gi", "4194304Ki", "4.0Gi"],
            ),
            ("1500Mi", &["1572864000", "1.46484375Gi"]),
            ("10G", &["10G", "10000000000", "1e10", "10E9"]),
            ("100m", &["0.1", ".1", "100m"]),
            ("40Gi", &["40Gi", "40960Mi", "42949672960"]),
            ("0", &["0", "0Gi", "0.000", "-0", "0m"]),
            ("-5", &["-5", "-5000m"]),
            ("1n", &["1n", "0.000000001"]),
            ("1Ei", &["1Ei", "1024Pi"]),
            ("3E", &["3E", "3000P", "3e18"]),
            ("5k", &["5000", "5k"]),
            ("2048k", &["2000Ki", "2048000"]),
        ];
        for (canonical_form, spellings) in rows {
            for text in spellings {
                assert_eq!(canonical(text).as_deref(), Some(canonical_form), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_quantity_has_no_spelling() {
        let wrong = [
            "",
            " 1",
            "1 Gi",
            "1_000",
            "0x1f",
            "yes",
            "1gi",
            "1K",
            "Gi",
            ".",
            "-",
            "1.2.3",
            "1e",
            "1e99",
            "½",
            "1e-30",
            "0.0000000001",
            "999999999999999999999999999999999999999Ei",
        ];
        for text in wrong {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_spelling_keeps_the_value_and_is_its_own(
            number in 0_u64..=u64::MAX,
            suffix in prop::sample::select(vec!["", "m", "u", "n", "k", "M", "Ki", "Mi", "Gi"]),
        ) {
            let text = format!("{number}{suffix}");
            let found = canonical(&text).unwrap();
            prop_assert_eq!(parts(&found), parts(&text));
            prop_assert_eq!(canonical(&found), Some(found.clone()));
        }

        #[test]
        fn any_text_is_taken_or_refused(text in ".{0,40}") {
            let _ = canonical(&text);
        }
    }
}
