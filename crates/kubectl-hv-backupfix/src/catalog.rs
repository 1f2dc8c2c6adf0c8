//! The table of findings: what each code means, how grave it is on which release, what to do.

use std::fmt;

use hv_cluster::facts::{self, FactsError};
use hv_cluster::harvester::HarvesterRelease;
use hv_cluster::release::{Release, Span};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How grave a finding is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    /// Worth knowing.
    Info,
    /// It will be an error one day, or is easily misread.
    Warning,
    /// What the finding would be about could not be read.
    Unknown,
    /// It is unusable, will lose data, or blocks others.
    Error,
}

impl Severity {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Unknown => "unknown",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a code means on some releases.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ruling {
    #[serde(default, deserialize_with = "bound")]
    since: Option<Release>,
    #[serde(default, deserialize_with = "bound")]
    before: Option<Release>,
    pub(crate) severity: Severity,
    pub(crate) consequence: String,
}

impl Ruling {
    fn span(&self) -> Span {
        Span {
            since: self.since,
            before: self.before,
        }
    }

    /// The releases in words.
    pub(crate) fn releases(&self) -> String {
        let plain = |release: Release| release.to_string().trim_start_matches('v').to_owned();
        match (self.since, self.before) {
            (None, None) => "every release".to_owned(),
            (None, Some(before)) => format!("before {}", plain(before)),
            (Some(since), None) => format!("{} and later", plain(since)),
            (Some(since), Some(before)) => format!("{} to before {}", plain(since), plain(before)),
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Code {
    /// Lower-case words joined by dashes; stable.
    #[expect(
        clippy::struct_field_names,
        reason = "the column is called so everywhere"
    )]
    pub(crate) code: String,
    /// Kind of the object that a finding is about.
    pub(crate) about: String,
    /// Whether it names a disk of a backup too.
    #[serde(default)]
    pub(crate) disk: bool,
    /// One line.
    pub(crate) title: String,
    /// What is behind it.
    pub(crate) meaning: String,
    /// Severity and consequence by release.
    pub(crate) on: Vec<Ruling>,
    /// What to do.
    pub(crate) remedy: String,
    /// Where it was read or seen.
    pub(crate) source: String,
}

/// What a code means here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meaning {
    pub(crate) severity: Severity,
    pub(crate) consequence: String,
}

impl Code {
    /// What it means on a release; nothing if that release does not know the state.
    ///
    /// An unknown release may be any: the gravest severity and every consequence are given.
    pub(crate) fn on(&self, release: &HarvesterRelease) -> Option<Meaning> {
        if let Some(number) = release.number() {
            let ruling = self
                .on
                .iter()
                .find(|ruling| ruling.span().contains(number))?;
            return Some(Meaning {
                severity: ruling.severity,
                consequence: ruling.consequence.clone(),
            });
        }
        let severity = self.on.iter().map(|ruling| ruling.severity).max()?;
        let told: Vec<String> = match self.on.as_slice() {
            [only] if only.span().is_everything() => vec![only.consequence.clone()],
            several => several
                .iter()
                .map(|ruling| format!("On {}: {}", ruling.releases(), ruling.consequence))
                .collect(),
        };
        Some(Meaning {
            severity,
            consequence: told.join(" "),
        })
    }
}

/// The table.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Catalog {
    rows: Vec<Code>,
}

impl Catalog {
    /// Reads the table that is part of the program.
    pub(crate) fn builtin() -> Result<Self, FactsError> {
        facts::table("findings.yaml", include_str!("../facts/findings.yaml"))
    }

    /// Every row, in the order of the documentation.
    pub(crate) fn all(&self) -> &[Code] {
        &self.rows
    }

    /// The table without a row.
    #[cfg(test)]
    pub(crate) fn without(&self, code: &str) -> Self {
        let rows = self.rows.iter().filter(|row| row.code != code);
        Self {
            rows: rows.cloned().collect(),
        }
    }

    /// The row of a code.
    pub(crate) fn get(&self, code: &str) -> Option<&Code> {
        self.rows.iter().find(|row| row.code == code)
    }
}

fn bound<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Release>, D::Error> {
    let text = String::deserialize(deserializer)?;
    Release::parse(&text)
        .map(Some)
        .ok_or_else(|| serde::de::Error::custom(format!("{text} is no release")))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn known(text: &str) -> HarvesterRelease {
        HarvesterRelease::Known(Release::parse(text).unwrap(), text.to_owned())
    }

    #[test]
    fn the_table_is_whole() {
        let catalog = Catalog::builtin().unwrap();
        let mut codes = BTreeSet::new();
        for row in catalog.all() {
            let well_formed = row
                .code
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            assert!(
                well_formed && codes.insert(row.code.as_str()),
                "{}",
                row.code
            );
            for text in [&row.meaning, &row.remedy] {
                assert!(text.ends_with('.'), "{}: {text}", row.code);
            }
            assert!(
                !row.title.ends_with('.') && !row.source.is_empty(),
                "{}",
                row.code
            );
            assert!(
                row.on
                    .iter()
                    .all(|ruling| ruling.consequence.ends_with('.')),
                "{}",
                row.code
            );
            assert!(
                row.on
                    .iter()
                    .all(|ruling| ruling.severity != Severity::Unknown),
                "{}",
                row.code
            );
        }
    }

    #[test]
    fn no_release_has_two_rulings_of_one_code() {
        let catalog = Catalog::builtin().unwrap();
        let releases = [
            "1.3.2",
            "1.4.1",
            "1.4.2",
            "1.4.3",
            "1.5.0-rc1",
            "1.5.2",
            "1.6.1",
            "1.7.3",
            "1.8.2",
            "1.9.0-rc6",
            "1.9.0",
            "1.10.0",
        ];
        for row in catalog.all() {
            for text in releases {
                let release = Release::parse(text).unwrap();
                let rulings = row
                    .on
                    .iter()
                    .filter(|ruling| ruling.span().contains(&release));
                assert!(rulings.count() <= 1, "{} on {text}", row.code);
            }
        }
    }

    #[test]
    fn the_same_handle_is_another_matter_on_another_release() {
        let catalog = Catalog::builtin().unwrap();
        let row = catalog.get("wrong-handle").unwrap();
        for (release, severity, words) in [
            ("1.4.3", Severity::Warning, "Harmless here"),
            ("1.8.2", Severity::Error, "A restore from it fails"),
            ("1.9.0-rc6", Severity::Error, "crash"),
        ] {
            let meaning = row.on(&known(release)).unwrap();
            assert_eq!(meaning.severity, severity);
            assert!(
                meaning.consequence.contains(words),
                "{}",
                meaning.consequence
            );
        }
        let unknown = row
            .on(&HarvesterRelease::Unknown("denied".to_owned()))
            .unwrap();
        assert_eq!(unknown.severity, Severity::Error);
        assert!(
            unknown
                .consequence
                .starts_with("On before 1.5: Harmless here")
        );
        assert!(unknown.consequence.contains("On 1.9 and later:"));
        assert_eq!(
            catalog.get("scan-blocked").unwrap().on(&known("1.9.0-rc6")),
            None
        );
    }
}
