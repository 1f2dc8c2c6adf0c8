//! Which release's rules apply.

use super::since::Rule;

/// A Harvester release, as far as its admission differs from others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Release {
    /// The second number, such as 8 of `v1.8.2`.
    pub minor: u32,
    /// The third number, such as 2 of `v1.8.2`.
    pub patch: u32,
    /// The number of the release candidate.
    pub candidate: Option<u32>,
}

const NEWEST: Release = Release {
    minor: 9,
    patch: 0,
    candidate: None,
};

impl Release {
    /// Reads the setting `server-version`; what is no version counts as the newest release.
    pub fn parse(version: &str) -> Self {
        Self::read(version).unwrap_or(NEWEST)
    }

    fn read(version: &str) -> Option<Self> {
        let rest = version
            .strip_prefix('v')
            .unwrap_or(version)
            .strip_prefix("1.")?;
        let mut numbers = rest.split(['.', '-']);
        let minor = numbers.next()?.parse().ok()?;
        let patch = numbers.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let candidate = rest.split_once("-rc").and_then(|(_, number)| {
            number
                .split(|c: char| !c.is_ascii_digit())
                .next()?
                .parse()
                .ok()
        });
        Some(Self {
            minor,
            patch,
            candidate,
        })
    }

    /// Whether this release knows a rule for VMs and what belongs to them.
    pub fn has(self, rule: Rule) -> bool {
        (self.minor, self.patch) >= rule.since()
            && rule
                .until()
                .is_none_or(|end| (self.minor, self.patch) < end)
    }

    /// Up to 1.4 nothing about storage was checked.
    pub(crate) fn checks_storage(self) -> bool {
        self.minor >= 5
    }

    /// 1.5 and 1.6 treat Longhorn v2 as a driver that supports nothing.
    pub(crate) fn refuses_v2_by_engine(self) -> bool {
        matches!(self.minor, 5 | 6)
    }

    /// Since 1.9.0-rc4 a VM with a Longhorn v2 volume is refused (PR 11223).
    pub(crate) fn refuses_v2_by_volume(self) -> bool {
        self.is_9_or_later() && !matches!(self.candidate, Some(1..=3))
    }

    /// Up to 1.8 only Longhorn volumes can be backed up.
    pub(crate) fn backs_up_longhorn_only(self) -> bool {
        !self.is_9_or_later()
    }

    pub(crate) fn is_9_or_later(self) -> bool {
        self.minor >= 9
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_and_branches_are_read() {
        assert_eq!(
            Release::parse("v1.8.2"),
            Release {
                minor: 8,
                patch: 2,
                candidate: None
            }
        );
        assert_eq!(
            Release::parse("v1.9.0-rc6"),
            Release {
                minor: 9,
                patch: 0,
                candidate: Some(6)
            }
        );
        assert_eq!(Release::parse("master-0abc-head"), NEWEST);
    }
}
