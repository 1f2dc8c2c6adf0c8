//! Which release a world is of, as far as backups differ.

use serde::Deserialize;

use crate::world::World;

/// Minor versions of a world's Harvester and Longhorn; the major ones are 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    harvester: u32,
    longhorn: u32,
}

impl Line {
    pub(super) fn of(world: &World) -> Self {
        let longhorn = world
            .get("Setting", "longhorn-system", "current-longhorn-version")
            .and_then(|setting| setting["value"].as_str());
        Self {
            harvester: minor(world.release()),
            longhorn: minor(longhorn.unwrap_or_default()),
        }
    }

    /// Whether Harvester is `1.<minor>` or later.
    pub(super) fn harvester(self, minor: u32) -> bool {
        self.harvester >= minor
    }

    /// Whether Longhorn is `1.<minor>` or later.
    pub(super) fn longhorn(self, minor: u32) -> bool {
        self.longhorn >= minor
    }
}

/// Releases from one line up to before another, such as `{since: "1.6", before: "1.9"}`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Span {
    since: Option<String>,
    before: Option<String>,
}

impl Span {
    pub(super) fn holds(&self, line: Line) -> bool {
        let since = self.since.as_deref().map_or(0, minor);
        let before = self.before.as_deref().map_or(u32::MAX, minor);
        (since..before).contains(&line.harvester)
    }
}

/// The 8 of `v1.8.2` and of `1.8`.
fn minor(version: &str) -> u32 {
    let second = version.split('.').nth(1);
    second.and_then(|text| text.parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_hold_whole_lines() {
        let span: Span = serde_json::from_str(r#"{"since": "1.6", "before": "1.9"}"#).unwrap();
        let line = |harvester| Line {
            harvester,
            longhorn: 0,
        };
        assert_eq!(
            [5, 6, 8, 9].map(|harvester| span.holds(line(harvester))),
            [false, true, true, false]
        );
        assert_eq!(
            [minor("v1.9.0-rc6"), minor("v1.10.2"), minor("1.6")],
            [9, 10, 6]
        );
    }
}
