//! Durations as Go writes them, because every kubectl flag does.

use std::time::Duration;

use jiff::SignedDuration;

/// What a wrong duration is answered with; it follows "invalid value '…' for '--timeout'".
const EXPECTED: &str =
    "a duration is a number and a unit (ms, s, m or h; no days), such as 90s, 5m30s or 1.5h";

/// Units and their length in nanoseconds; the two letters for micro look alike.
const UNITS: &[(&str, i128)] = &[
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60 * 1_000_000_000),
    ("h", 3_600 * 1_000_000_000),
];

/// Reads a Go duration: `90s`, `5m30s`, `1.5h`, `-1s`, `0`. Meant as a clap `value_parser`.
pub fn parse(text: &str) -> Result<SignedDuration, String> {
    nanoseconds(text)
        .map(SignedDuration::from_nanos)
        .ok_or_else(|| EXPECTED.to_owned())
}

/// Reads `--request-timeout`: a Go duration or a bare number of seconds, nothing for no limit.
pub fn parse_timeout(text: &str) -> Result<Option<Duration>, String> {
    let length = match text.parse::<u32>() {
        Ok(seconds) => SignedDuration::from_secs(seconds.into()),
        Err(_) => parse(text)?,
    };
    match Duration::try_from(length) {
        Ok(length) => Ok((!length.is_zero()).then_some(length)),
        Err(_) => Err("a timeout is not negative; 0 means none".to_owned()),
    }
}

fn nanoseconds(text: &str) -> Option<i64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if unsigned == "0" {
        return Some(0);
    }
    let mut rest = unsigned;
    let mut total: i128 = 0;
    loop {
        let (length, after) = quantity(rest)?;
        total = total
            .checked_add(length)
            .filter(|total| *total <= i128::from(i64::MAX))?;
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    i64::try_from(if text.starts_with('-') { -total } else { total }).ok()
}

/// One number with its unit, and what follows it.
fn quantity(text: &str) -> Option<(i128, &str)> {
    let (whole, rest) = digits(text);
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => digits(rest),
        None => ("", rest),
    };
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let end = rest.find(|character: char| character == '.' || character.is_ascii_digit());
    let (unit, rest) = rest.split_at(end.unwrap_or(rest.len()));
    let length = UNITS.iter().find(|(name, _)| *name == unit)?.1;
    Some((
        number(whole)?.checked_mul(length)? + part(fraction, length)?,
        rest,
    ))
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(
        text.find(|character: char| !character.is_ascii_digit())
            .unwrap_or(text.len()),
    )
}

fn number(digits: &str) -> Option<i128> {
    if digits.is_empty() {
        Some(0)
    } else {
        digits.parse().ok()
    }
}

/// What the digits behind the point are worth; more than fifteen are below a nanosecond.
fn part(fraction: &str, length: i128) -> Option<i128> {
    let fraction = &fraction[..fraction.len().min(15)];
    let scale = 10_i128.pow(u32::try_from(fraction.len()).ok()?);
    Some(number(fraction)? * length / scale)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        let cases = [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("0s", Some(0)),
            ("90s", Some(90_000_000_000)),
            ("5m30s", Some(330_000_000_000)),
            ("1h30m", Some(5_400_000_000_000)),
            ("1.5h", Some(5_400_000_000_000)),
            ("-1s", Some(-1_000_000_000)),
            ("+2s", Some(2_000_000_000)),
            ("100ms", Some(100_000_000)),
            ("3us", Some(3_000)),
            ("3\u{b5}s", Some(3_000)),
            ("3\u{3bc}s", Some(3_000)),
            ("7ns", Some(7)),
            (".5s", Some(500_000_000)),
            ("1.s", Some(1_000_000_000)),
            ("0.25000000000000000000000000000h", Some(900_000_000_000)),
            ("30s1h", Some(3_630_000_000_000)),
            ("2562047h47m16.854775807s", Some(i64::MAX)),
            ("2562047h47m16.854775808s", None),
            ("99999999999999999999999999999999999999999h", None),
            ("", None),
            ("-", None),
            ("5", None),
            ("3d", None),
            ("1w", None),
            (".s", None),
            ("s", None),
            ("1 h", None),
            (" 1h", None),
            ("1H", None),
            ("1h ", None),
            ("--1s", None),
            ("1h-5m", None),
            ("PT1H", None),
            ("1e3s", None),
            ("٣s", None),
        ];
        for (text, expected) in cases {
            assert_eq!(nanoseconds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn timeouts_may_be_bare_seconds() {
        assert_eq!(parse_timeout("0"), Ok(None));
        assert_eq!(parse_timeout("0s"), Ok(None));
        assert_eq!(parse_timeout("5"), Ok(Some(Duration::from_secs(5))));
        assert_eq!(parse_timeout("1m"), Ok(Some(Duration::from_mins(1))));
        assert!(parse_timeout("-1s").unwrap_err().contains("not negative"));
        assert!(parse_timeout("3d").unwrap_err().contains("no days"));
    }

    proptest! {
        #[test]
        fn every_duration_survives_being_written(hours in 0_i64..200_000, minutes in 0_i64..60, nanos in 0_i64..60_000_000_000) {
            let text = format!("{hours}h{minutes}m{}.{:09}s", nanos / 1_000_000_000, nanos % 1_000_000_000);
            prop_assert_eq!(nanoseconds(&text), Some((hours * 60 + minutes) * 60_000_000_000 + nanos));
            prop_assert_eq!(nanoseconds(&format!("-{text}")), Some(-((hours * 60 + minutes) * 60_000_000_000 + nanos)));
        }

        #[test]
        fn no_text_is_too_strange(text in any::<String>(), close in "[-+]?[0-9.]{0,40}(h|m|s|ms|µs|d)?[0-9.]{0,3}s?") {
            let _ = parse(&text);
            let _ = parse(&close);
        }
    }
}
