//! Versions as clusters report them: `v1.8.2`, `v1.9.0-rc6`, `v1.8-head`, `master-abc123-head`.

use std::cmp::Ordering;
use std::fmt;

/// A version number read leniently; orders as releases follow each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// First number.
    pub major: u32,
    /// Second number.
    pub minor: u32,
    /// Third number; absent in bounds such as `1.5` and in branch builds such as `v1.8-head`.
    pub patch: Option<u32>,
    /// Number of the release candidate; absent for a final release.
    pub candidate: Option<u32>,
}

impl Release {
    /// Reads a version out of what a cluster says of itself.
    ///
    /// Accepts a leading `v`, a missing patch number and any suffix; of suffixes only `-rcN` is
    /// understood. Returns `None` where no `X.Y` leads the text (branch builds of master).
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let (number, suffix) = match text.find(['-', '+']) {
            Some(at) => (&text[..at], &text[at + 1..]),
            None => (text, ""),
        };
        let mut parts = number.split('.');
        let major = parts.next()?.parse().ok()?;
        let minor = parts.next()?.parse().ok()?;
        let patch = match parts.next() {
            Some(patch) => Some(patch.parse().ok()?),
            None => None,
        };
        if parts.next().is_some() {
            return None;
        }
        let candidate = suffix
            .split(['-', '.', '+'])
            .find_map(|word| word.strip_prefix("rc"))
            .and_then(|digits| digits.parse().ok());
        Some(Self {
            major,
            minor,
            patch,
            candidate,
        })
    }

    /// Whether this release lies at or after `bound`.
    ///
    /// A bound without a patch number speaks of a whole minor line, candidates included:
    /// `1.9.0-rc1` is at least `1.9`. A bound with one is exact.
    pub fn at_least(&self, bound: &Self) -> bool {
        let minor = (self.major, self.minor).cmp(&(bound.major, bound.minor));
        let Some(patch) = bound.patch else {
            return minor != Ordering::Less;
        };
        // A branch build without a patch number stands at the end of its line.
        let own = (
            self.patch.unwrap_or(u32::MAX),
            self.candidate.unwrap_or(u32::MAX),
        );
        minor.then(own.cmp(&(patch, bound.candidate.unwrap_or(u32::MAX)))) != Ordering::Less
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}", self.major, self.minor)?;
        if let Some(patch) = self.patch {
            write!(f, ".{patch}")?;
        }
        if let Some(candidate) = self.candidate {
            write!(f, "-rc{candidate}")?;
        }
        Ok(())
    }
}

/// A stretch of releases, from `since` on and before `before`; open where absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Span {
    /// First release it speaks of.
    pub since: Option<Release>,
    /// First release it no longer speaks of.
    pub before: Option<Release>,
}

impl Span {
    /// Whether `release` lies in the stretch.
    pub fn contains(&self, release: &Release) -> bool {
        self.since.is_none_or(|since| release.at_least(&since))
            && self.before.is_none_or(|before| !release.at_least(&before))
    }

    /// Whether it speaks of every release.
    pub fn is_everything(&self) -> bool {
        self.since.is_none() && self.before.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::{Release, Span};
    use proptest::prelude::*;

    fn release(text: &str) -> Release {
        Release::parse(text).unwrap()
    }

    #[test]
    fn versions_are_read_leniently() {
        for (text, shown) in [
            ("v1.8.2", "v1.8.2"),
            ("1.8.2", "v1.8.2"),
            (" v1.9.0-rc6 ", "v1.9.0-rc6"),
            ("v1.9.0-rc10", "v1.9.0-rc10"),
            ("v1.8-head", "v1.8"),
            ("v1.8-0a1b2c3d-head", "v1.8"),
            ("v1.8.2-dirty", "v1.8.2"),
            ("v1.7.1+build.5", "v1.7.1"),
            ("v1.9.0-rc.3", "v1.9.0"),
        ] {
            assert_eq!(release(text).to_string(), shown, "{text}");
        }
        for text in [
            "",
            "null",
            "master-abc-head",
            "v1",
            "dev",
            "v1.x.2",
            "1.2.3.4",
            "-",
            "v.1.2",
        ] {
            assert_eq!(Release::parse(text), None, "{text}");
        }
    }

    #[test]
    fn bounds_compare_as_releases_follow_each_other() {
        for (one, bound, expected) in [
            ("v1.9.0-rc3", "1.9.0-rc4", false),
            ("v1.9.0-rc4", "1.9.0-rc4", true),
            ("v1.9.0-rc10", "1.9.0-rc4", true),
            ("v1.9.0", "1.9.0-rc4", true),
            ("v1.9.0-rc1", "1.9", true),
            ("v1.9.0-rc1", "1.9.0", false),
            ("v1.8.2", "1.9", false),
            ("v1.8-head", "1.8.2", true),
            ("v1.10.0", "1.9", true),
            ("v2.0.0", "1.9", true),
            ("v1.4.3", "1.5", false),
        ] {
            assert_eq!(
                release(one).at_least(&release(bound)),
                expected,
                "{one} >= {bound}"
            );
        }
    }

    #[test]
    fn spans_hold_their_start_and_not_their_end() {
        let span = Span {
            since: Some(release("1.5")),
            before: Some(release("1.7")),
        };
        assert!(span.contains(&release("1.5.0-rc1")) && span.contains(&release("1.6.1")));
        assert!(!span.contains(&release("1.7.0-rc1")) && !span.contains(&release("1.4.3")));
        assert!(Span::default().contains(&release("0.1.0")) && Span::default().is_everything());
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text in ".{0,40}") {
            if let Some(release) = Release::parse(&text) {
                prop_assert!(release.at_least(&release));
            }
        }
    }
}
