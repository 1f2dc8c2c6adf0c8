//! Times in the data are relative: `@now-2h`, `@micro-5s`, `@nanos-3d` become real ones when a world is loaded.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// Replaces every string that is a relative time, wherever it is.
pub(super) fn resolve(value: &mut Value, now: Timestamp) {
    match value {
        Value::String(text) => {
            if let Some(time) = text.strip_prefix('@').and_then(|rest| parse(rest, now)) {
                *value = time;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| resolve(item, now)),
        Value::Object(map) => map.values_mut().for_each(|item| resolve(item, now)),
        _ => {}
    }
}

/// RFC 3339 with whole seconds, as Kubernetes writes `Time`.
pub(super) fn seconds(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Reads `2h`, `15s`, `3d`.
pub(super) fn duration(text: &str) -> Option<SignedDuration> {
    let (count, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit_secs = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    Some(SignedDuration::from_secs(
        count.parse::<i64>().ok()?.checked_mul(unit_secs)?,
    ))
}

fn parse(text: &str, now: Timestamp) -> Option<Value> {
    let at = text.find(['+', '-']).unwrap_or(text.len());
    let (form, offset) = text.split_at(at);
    let time = match offset.split_at_checked(1) {
        None => now,
        Some(("-", length)) => now.checked_sub(duration(length)?).ok()?,
        Some((_, length)) => now.checked_add(duration(length)?).ok()?,
    };
    match form {
        "now" => Some(Value::from(seconds(time))),
        "micro" => Some(Value::from(
            time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string(),
        )),
        "nanos" => Some(Value::from(i64::try_from(time.as_nanosecond()).ok()?)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn relative_times_become_real_ones() {
        let now = "2026-11-21T10:00:00.25Z".parse().unwrap();
        let mut value = json!([
            "@now",
            "@now-2h",
            "@now+1h",
            "@micro-5s",
            "@nanos-1d",
            "@home",
            "x@now"
        ]);
        super::resolve(&mut value, now);
        assert_eq!(
            value,
            json!([
                "2026-11-21T10:00:00Z",
                "2026-11-21T08:00:00Z",
                "2026-11-21T11:00:00Z",
                "2026-11-21T09:59:55.250000Z",
                1_795_168_800_250_000_000_i64,
                "@home",
                "x@now"
            ])
        );
    }
}
