//! Numbers as the collector writes them: every JSON number has become a 64-bit float.

use serde_json::Number;

/// Writes a number with the fewest digits that read back, in exponent form from a million on.
pub(super) fn float(number: &Number) -> String {
    let value = number.as_f64().unwrap_or(0.0);
    let scientific = format!("{value:e}");
    let Some((digits, exponent)) = scientific.split_once('e') else {
        return scientific;
    };
    match exponent.parse::<i32>() {
        Ok(power) if !(-4..6).contains(&power) => {
            let sign = if power < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", power.unsigned_abs())
        }
        _ => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_from_a_million_on_are_in_exponent_form() {
        let written = |text: &str| super::float(&serde_json::from_str(text).unwrap());
        assert_eq!(written("999999"), "999999");
        assert_eq!(written("1000000"), "1e+06");
        assert_eq!(written("1048576"), "1.048576e+06");
        assert_eq!(written("21474836480"), "2.147483648e+10");
        assert_eq!(written("1700000000000000000"), "1.7e+18");
        assert_eq!(written("-1"), "-1");
        assert_eq!(written("0.00001"), "1e-05");
        assert_eq!(written("0.25"), "0.25");
    }
}
