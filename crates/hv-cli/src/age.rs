//! Ages as kubectl prints them in the AGE column.

use jiff::{SignedDuration, Timestamp};

const DAYS_OF_YEAR: i64 = 365;

/// The age of something made at `then`, seen at `now`.
pub fn since(then: Timestamp, now: Timestamp) -> String {
    human(now.duration_since(then))
}

/// Shortens a duration to one or two units, by the rules of Kubernetes' `duration.HumanDuration`.
pub fn human(duration: SignedDuration) -> String {
    let seconds = duration.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        // Clocks differ a little: less than two seconds in the future is now.
        ..=-2 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two(minutes, 'm', seconds % 60, 's'),
        600..10_800 => format!("{minutes}m"),
        10_800..28_800 => two(hours, 'h', minutes % 60, 'm'),
        28_800..172_800 => format!("{hours}h"),
        172_800..691_200 => two(days, 'd', hours % 24, 'h'),
        691_200..63_072_000 => format!("{days}d"),
        63_072_000..252_288_000 => two(days / DAYS_OF_YEAR, 'y', days % DAYS_OF_YEAR, 'd'),
        _ => format!("{}y", days / DAYS_OF_YEAR),
    }
}

fn two(large: i64, large_unit: char, small: i64, small_unit: char) -> String {
    if small == 0 {
        format!("{large}{large_unit}")
    } else {
        format!("{large}{large_unit}{small}{small_unit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_read_like_kubectls() {
        const MINUTE: i64 = 60;
        const HOUR: i64 = 60 * MINUTE;
        const DAY: i64 = 24 * HOUR;
        const YEAR: i64 = 365 * DAY;
        let cases = [
            (-3, "<invalid>"),
            (-2, "<invalid>"),
            (-1, "0s"),
            (0, "0s"),
            (119, "119s"),
            (120, "2m"),
            (5 * MINUTE, "5m"),
            (9 * MINUTE + 59, "9m59s"),
            (10 * MINUTE, "10m"),
            (179 * MINUTE + 59, "179m"),
            (3 * HOUR, "3h"),
            (7 * HOUR + 59 * MINUTE + 59, "7h59m"),
            (8 * HOUR, "8h"),
            (47 * HOUR + 59 * MINUTE, "47h"),
            (2 * DAY, "2d"),
            (3 * DAY + 4 * HOUR + 30 * MINUTE, "3d4h"),
            (8 * DAY - 1, "7d23h"),
            (8 * DAY, "8d"),
            (2 * YEAR - 1, "729d"),
            (2 * YEAR, "2y"),
            (2 * YEAR + DAY, "2y1d"),
            (8 * YEAR - 1, "7y364d"),
            (8 * YEAR, "8y"),
            (30 * YEAR + 200 * DAY, "30y"),
        ];
        for (seconds, expected) in cases {
            assert_eq!(
                human(SignedDuration::from_secs(seconds)),
                expected,
                "{seconds} s"
            );
        }
        assert_eq!(human(SignedDuration::from_millis(-1_900)), "0s");
    }

    #[test]
    fn age_is_counted_to_the_given_now() {
        let then: Timestamp = "2026-01-01T00:00:00Z".parse().unwrap();
        let now: Timestamp = "2026-01-03T05:00:00Z".parse().unwrap();
        assert_eq!(since(then, now), "2d5h");
    }
}
