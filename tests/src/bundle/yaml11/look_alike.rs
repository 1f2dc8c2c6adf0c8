//! Strings that YAML 1.1 would read as a boolean, a number, a time or nothing.

const WORDS: &[&str] = &[
    "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON", "n", "N", "no", "No",
    "NO", "false", "False", "FALSE", "off", "Off", "OFF", "", "~", "null", "Null", "NULL", ".nan",
    ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
];

/// Tells whether the string needs quotes to stay a string.
///
/// The merge key `<<` is not among them: go-yaml v2 does not look it up when it writes.
pub(super) fn is_not_a_string(text: &str) -> bool {
    if WORDS.contains(&text) {
        return true;
    }
    match text.as_bytes().first() {
        Some(b'.') => is_finite_float(text),
        Some(b'0'..=b'9' | b'+' | b'-') => {
            let plain = text.replace('_', "");
            is_timestamp(text) || is_integer(&plain) || is_float(&plain) || is_base_60(text)
        }
        _ => false,
    }
}

fn is_finite_float(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn is_float(text: &str) -> bool {
    let plausible = |c: char| c.is_ascii_digit() || matches!(c, '.' | 'e' | 'E' | '+' | '-');
    text.chars().all(plausible) && is_finite_float(text)
}

fn is_integer(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let signed = unsigned.len() != text.len();
    let lower = unsigned.to_ascii_lowercase();
    let (digits, radix) = match lower.get(..2) {
        Some("0x") => (&lower[2..], 16),
        Some("0o") => (&lower[2..], 8),
        Some("0b") => (&lower[2..], 2),
        _ => (lower.as_str(), 10),
    };
    if digits.starts_with('+') {
        return false;
    }
    let limit = match (signed, text.starts_with('-')) {
        (true, true) => 1 << 63,
        (true, false) => i64::MAX.unsigned_abs(),
        (false, _) => u64::MAX,
    };
    u64::from_str_radix(digits, radix).is_ok_and(|magnitude| magnitude <= limit)
}

/// Times of day such as `12:30:45` are numbers of base 60 in YAML 1.1.
fn is_base_60(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let whole = unsigned
        .split_once('.')
        .map_or(unsigned, |(whole, fraction)| {
            if fraction.chars().all(|c| c.is_ascii_digit() || c == '_') {
                whole
            } else {
                ""
            }
        });
    let mut parts = whole.split(':');
    let head = parts.next().unwrap_or_default();
    let mut places = 0;
    let sixties = parts.all(|part| {
        places += 1;
        matches!(part.as_bytes(), [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9'])
    });
    let digits = |c: char| c.is_ascii_digit() || c == '_';
    head.starts_with(|c: char| c.is_ascii_digit())
        && head.chars().all(digits)
        && sixties
        && places > 0
}

/// Dates, and dates with a time after `T`, `t` or a space; one digit is enough for each part but the year.
fn is_timestamp(text: &str) -> bool {
    let (date, time) = match text.find(['T', 't', ' ']) {
        Some(at) => (&text[..at], Some((&text[at..=at], &text[at + 1..]))),
        None => (text, None),
    };
    let mut parts = date.splitn(3, '-');
    let (Some(year), Some(month), Some(day)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let short = |part: &str| {
        ((1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()))
            .then(|| part.parse::<i8>().ok())
            .flatten()
    };
    let year = if year.len() == 4 {
        year.parse::<i16>().ok()
    } else {
        None
    };
    let (Some(year), Some(month), Some(day)) = (year, short(month), short(day)) else {
        return false;
    };
    if jiff::civil::Date::new(year, month, day).is_err() {
        return false;
    }
    match time {
        None => true,
        Some((" ", clock)) => is_clock(clock),
        Some((_, clock)) => match clock.strip_suffix('Z') {
            Some(clock) => is_clock(clock),
            None => clock
                .rfind(['+', '-'])
                .is_some_and(|at| is_clock(&clock[..at]) && is_offset(&clock.as_bytes()[at + 1..])),
        },
    }
}

fn is_offset(offset: &[u8]) -> bool {
    matches!(
        offset,
        [b'0'..=b'2', b'0'..=b'9', b':', b'0'..=b'5', b'0'..=b'9']
    )
}

fn is_clock(clock: &str) -> bool {
    let (whole, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let parts: Vec<Option<u8>> = whole
        .split(':')
        .map(|part| {
            if part.len() > 2 {
                None
            } else {
                part.parse().ok()
            }
        })
        .collect();
    matches!(parts[..], [Some(0..=23), Some(0..=59), Some(0..=59)])
        && !fraction.is_empty()
        && fraction.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::is_not_a_string;

    #[test]
    fn strings_that_look_like_something_else_are_found() {
        for text in [
            "yes",
            "1e3",
            "0x1f",
            "12:30:45",
            "null",
            "",
            "~",
            "007",
            "0o17",
            "1_000",
            "+.inf",
            "y",
            "2026-11-21T09:37:30Z",
            "2026-11-21",
            ".5",
            "-1",
            "1.30",
            "2026-1-2 3:4:5",
            "0b11",
        ] {
            assert!(is_not_a_string(text), "{text}");
        }
    }

    #[test]
    fn ordinary_strings_are_left_alone() {
        for text in [
            "v1.8.2",
            "node1",
            "10Gi",
            "1.2.3.4",
            "10.0.0.0/24",
            "0x",
            "1e999",
            "12:75",
            "-",
            ".",
            "2026-13-01",
            "52:54:00:8a:11:01",
            "100m",
            "1h",
            "True1",
            "e5",
            "<<",
        ] {
            assert!(!is_not_a_string(text), "{text}");
        }
    }
}
