//! Whether a text says when a CronJob runs, as Kubernetes reads it.

use hv_cli::duration;

const WORDS: &[&str] = &[
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/// Longest day of each month.
const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// One of the five fields.
struct Field {
    what: &'static str,
    first: u32,
    last: u32,
    /// Words for the numbers, from `first` on.
    words: &'static [&'static str],
}

#[rustfmt::skip]
const FIELDS: [Field; 5] = [
    Field { what: "minute", first: 0, last: 59, words: &[] },
    Field { what: "hour", first: 0, last: 23, words: &[] },
    Field { what: "day of the month", first: 1, last: 31, words: &[] },
    Field { what: "month", first: 1, last: 12, words: MONTHS },
    Field { what: "day of the week", first: 0, last: 6, words: DAYS },
];

/// Checks a schedule; the sentence follows "… is no schedule: ".
pub(super) fn check(text: &str) -> Result<(), String> {
    if text.contains("TZ=") {
        return Err("a time zone is not part of it; --time-zone takes one".to_owned());
    }
    if text.starts_with('@') {
        return word(text);
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    let count = match fields.len() {
        5 => return times(&fields),
        0 => "it is empty".to_owned(),
        1 => "it has 1 field".to_owned(),
        count => format!("it has {count} fields"),
    };
    Err(format!(
        "{count}, and five are needed: minute, hour, day of the month, month, day of the week"
    ))
}

fn word(text: &str) -> Result<(), String> {
    if let Some(every) = text.strip_prefix("@every ") {
        return match duration::parse(every.trim()) {
            Ok(every) if every.is_positive() => Ok(()),
            _ => Err("@every takes a duration such as 6h or 1h30m".to_owned()),
        };
    }
    if WORDS.contains(&text) {
        return Ok(());
    }
    Err(format!(
        "the words are {} and @every DURATION",
        WORDS.join(", ")
    ))
}

/// The five fields, and whether there is a day at all that they mean.
fn times(fields: &[&str]) -> Result<(), String> {
    let mut sets = Vec::new();
    for (field, text) in FIELDS.iter().zip(fields) {
        sets.push(field.read(text)?);
    }
    // Where both kinds of days are told, either is enough.
    let any_weekday = !fields[4].starts_with(['*', '?']);
    let lengths = (1..).zip(LENGTHS);
    let comes = lengths
        .filter(|(month, _)| sets[3] & (1 << month) != 0)
        .any(|(_, length)| (1..=length).any(|day| sets[2] & (1 << day) != 0));
    match comes || any_weekday {
        true => Ok(()),
        false => Err("its months have no such day, so it would never run".to_owned()),
    }
}

impl Field {
    /// The numbers that a field means, as bits.
    fn read(&self, text: &str) -> Result<u64, String> {
        let mut set = 0;
        for part in text.split(',') {
            set |= self.part(part)?;
        }
        Ok(set)
    }

    fn part(&self, part: &str) -> Result<u64, String> {
        if part.starts_with('-') || part.ends_with('-') {
            return Err(self.refuse(part));
        }
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (part, None),
        };
        let (first, last) = match range.split_once('-') {
            None if matches!(range, "*" | "?") => (self.first, self.last),
            None => {
                let first = self.number(range)?;
                (first, step.map_or(first, |_| self.last))
            }
            Some((first, last)) => (self.number(first)?, self.number(last)?),
        };
        if first > last {
            return Err(format!("the {} \"{range}\" runs backwards", self.what));
        }
        let step = match step {
            None => 1,
            Some(step) => number(step).filter(|step| *step > 0).ok_or_else(|| {
                format!(
                    "the step \"{step}\" of the {} is no number above 0",
                    self.what
                )
            })?,
        };
        let steps = (first..=last).step_by(usize::try_from(step).unwrap_or(usize::MAX));
        Ok(steps.fold(0, |set, number| set | 1 << number))
    }

    fn number(&self, text: &str) -> Result<u32, String> {
        let lower = text.to_ascii_lowercase();
        let named = (self.first..)
            .zip(self.words)
            .find(|(_, word)| **word == lower);
        let found = named.map(|(number, _)| number).or_else(|| number(text));
        found
            .filter(|number| (self.first..=self.last).contains(number))
            .ok_or_else(|| self.refuse(text))
    }

    fn refuse(&self, text: &str) -> String {
        let Self {
            what,
            first,
            last,
            words,
        } = self;
        let words = match (words.first(), words.last()) {
            (Some(one), Some(other)) => format!(" or {one} to {other}"),
            _ => String::new(),
        };
        format!("the {what} is \"{text}\", and can be {first} to {last}{words}")
    }
}

/// A plain number; a sign in front makes it none.
fn number(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schedules_of_kubernetes_are_taken() {
        for text in [
            "0 2 * * *",
            "*/15 * * * *",
            "5/15 0-23/2 1,15 jan-JUN mon-fri",
            "0 0 ? * ?",
            "0 0 31 2 mon",
            "0 0 29 2 *",
            "0  3\t* * 0",
            "@daily",
            "@midnight",
            "@every 1h30m",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn others_are_refused_with_one_sentence() {
        let told = [
            "",
            "daily",
            "0 2 * *",
            "0 0 2 * * *",
            "60 2 * * *",
            "0 24 * * *",
            "0 2 0 * *",
            "0 2 * 13 *",
            "0 2 * * 7",
            "0 2 * * monday",
            "0 5-2 * * *",
            "*/0 * * * *",
            "*/x * * * *",
            "1,,2 * * * *",
            "-1 * * * *",
            "1- * * * *",
            "+1 * * * *",
            "*-5 * * * *",
            "0 0 30 feb *",
            "TZ=Europe/Berlin 0 2 * * *",
            "@dayly",
            "@every",
            "@every 0s",
            "@every 1 day",
        ]
        .iter()
        .map(|text| format!("{text}: {}", check(text).unwrap_err()));
        insta::assert_snapshot!(told.collect::<Vec<_>>().join("\n"), @r#"
        : it is empty, and five are needed: minute, hour, day of the month, month, day of the week
        daily: it has 1 field, and five are needed: minute, hour, day of the month, month, day of the week
        0 2 * *: it has 4 fields, and five are needed: minute, hour, day of the month, month, day of the week
        0 0 2 * * *: it has 6 fields, and five are needed: minute, hour, day of the month, month, day of the week
        60 2 * * *: the minute is "60", and can be 0 to 59
        0 24 * * *: the hour is "24", and can be 0 to 23
        0 2 0 * *: the day of the month is "0", and can be 1 to 31
        0 2 * 13 *: the month is "13", and can be 1 to 12 or jan to dec
        0 2 * * 7: the day of the week is "7", and can be 0 to 6 or sun to sat
        0 2 * * monday: the day of the week is "monday", and can be 0 to 6 or sun to sat
        0 5-2 * * *: the hour "5-2" runs backwards
        */0 * * * *: the step "0" of the minute is no number above 0
        */x * * * *: the step "x" of the minute is no number above 0
        1,,2 * * * *: the minute is "", and can be 0 to 59
        -1 * * * *: the minute is "-1", and can be 0 to 59
        1- * * * *: the minute is "1-", and can be 0 to 59
        +1 * * * *: the minute is "+1", and can be 0 to 59
        *-5 * * * *: the minute is "*", and can be 0 to 59
        0 0 30 feb *: its months have no such day, so it would never run
        TZ=Europe/Berlin 0 2 * * *: a time zone is not part of it; --time-zone takes one
        @dayly: the words are @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly and @every DURATION
        @every: the words are @yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly and @every DURATION
        @every 0s: @every takes a duration such as 6h or 1h30m
        @every 1 day: @every takes a duration such as 6h or 1h30m
        "#);
    }
}
