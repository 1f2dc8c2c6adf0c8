//! The table of what each release asks of a record.

use hv_cluster::facts::{self, FactsError};
use hv_cluster::release::{Release, Span};
use serde::Deserialize;

use crate::explain::stretches;

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Check {
    /// The record can be read.
    Readable,
    /// Nothing has its namespace and name.
    NameFree,
    /// The storage class of a disk is there.
    ClassExists,
    /// It is not being deleted.
    ClassStays,
    /// A disk names a Longhorn Backup.
    LonghornNamed,
    /// A disk names a volume.
    VolumeNamed,
    /// The backup target holds the volume and the backup.
    DataStored,
    /// Longhorn has the Backup as an object.
    LhBackupExists,
    /// It is not being deleted.
    LhBackupStays,
    /// Namespace and name are such that objects can have them.
    NamesValid,
    /// The VM's name is there.
    SourceNamed,
    /// The VM's description is there.
    SourceDescribed,
    /// VM and disks are described, or the VM exists.
    CompleteOrVm,
    /// VM and disks are described.
    Complete,
    /// A disk is on Longhorn.
    DriverIsLonghorn,
    /// A disk names a storage class.
    ClassNamed,
    /// A disk names a snapshot.
    DiskNamed,
    /// It is no snapshot.
    TypeIsBackup,
    /// The record lies where its names say.
    PathAgrees,
}

/// What follows from a `no`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Effect {
    /// The next record follows.
    Skip,
    /// The whole pass ends.
    Abort,
    /// The other rows of the round are not asked of the disk.
    IgnoreDisk,
}

/// A question of some releases.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    pub(crate) check: Check,
    #[serde(default)]
    pub(crate) round: Option<String>,
    #[serde(default, deserialize_with = "bound")]
    since: Option<Release>,
    #[serde(default, deserialize_with = "bound")]
    before: Option<Release>,
    pub(crate) effect: Effect,
    pub(crate) reason: String,
    #[serde(default)]
    pub(crate) log: Option<String>,
    pub(crate) question: String,
    #[serde(default)]
    pub(crate) help: Option<String>,
}

/// What is to be said of a record that some releases import.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Remark {
    pub(crate) check: Check,
    #[serde(default, deserialize_with = "bound")]
    since: Option<Release>,
    #[serde(default, deserialize_with = "bound")]
    before: Option<Release>,
    pub(crate) reason: String,
    pub(crate) text: String,
}

/// The table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rules {
    steps: Vec<Rule>,
    remarks: Vec<Remark>,
}

impl Rules {
    /// Reads the table that is part of the program.
    pub(crate) fn builtin() -> Result<Self, FactsError> {
        facts::table(
            "skip_rules.yaml",
            include_str!("../../../facts/skip_rules.yaml"),
        )
    }

    /// The questions of a release, in its order.
    pub(crate) fn steps(&self, release: &Release) -> impl Iterator<Item = &Rule> {
        self.steps
            .iter()
            .filter(move |rule| rule.span().contains(release))
    }

    /// The remarks of a release.
    pub(crate) fn remarks(&self, release: &Release) -> impl Iterator<Item = &Remark> {
        let spans = |remark: &Remark| Span {
            since: remark.since,
            before: remark.before,
        };
        self.remarks
            .iter()
            .filter(move |remark| spans(remark).contains(release))
    }

    /// Every release at which something changed.
    pub(crate) fn bounds(&self) -> Vec<Release> {
        let steps = self.steps.iter().flat_map(|rule| [rule.since, rule.before]);
        let remarks = self
            .remarks
            .iter()
            .flat_map(|remark| [remark.since, remark.before]);
        steps.chain(remarks).flatten().collect()
    }
}

impl Rule {
    fn span(&self) -> Span {
        Span {
            since: self.since,
            before: self.before,
        }
    }

    /// What Harvester does after a `no`, in words.
    pub(crate) fn consequence(&self) -> String {
        let what = match (self.effect, &self.log) {
            (Effect::Skip, None) => "Harvester skips this record here, silently".to_owned(),
            (Effect::Skip, Some(log)) => {
                format!("Harvester skips this record here and logs \"{log}\"")
            }
            (Effect::Abort, log) => {
                let log = log.as_deref().unwrap_or_default();
                format!(
                    "the whole pass ends here, logs \"{log}\", and starts again after 5 seconds"
                )
            }
            (Effect::IgnoreDisk, _) => "this release asks nothing else of such a disk".to_owned(),
        };
        if self.span().is_everything() {
            return what;
        }
        let releases = stretches::words(self.since.as_ref(), self.before.as_ref());
        format!("{what} ({releases})")
    }
}

fn bound<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Release>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let release = Release::parse(&text);
    release
        .map(Some)
        .ok_or_else(|| serde::de::Error::custom(format!("{text} is no release")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let rules = Rules::builtin().unwrap();
        for rule in &rules.steps {
            assert!(
                rule.reason
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b == b'-'),
                "{rule:?}"
            );
            assert!(!rule.question.ends_with('.'), "{rule:?}");
            let needs_help = rule.effect != Effect::IgnoreDisk;
            assert_eq!(rule.help.is_some(), needs_help, "{rule:?}");
            assert!(
                rule.effect != Effect::Abort || rule.log.is_some(),
                "{rule:?}"
            );
        }
        assert!(
            rules
                .remarks
                .iter()
                .all(|remark| !remark.text.ends_with('.'))
        );
    }

    #[test]
    fn each_release_has_its_own_order() {
        use Check::{
            ClassExists, ClassStays, CompleteOrVm, DataStored, LhBackupExists, LhBackupStays,
            LonghornNamed, NameFree, NamesValid, Readable, SourceDescribed, SourceNamed,
            VolumeNamed,
        };
        let rules = Rules::builtin().unwrap();
        let order = |text: &str| -> Vec<Check> {
            let release = Release::parse(text).unwrap();
            rules.steps(&release).map(|rule| rule.check).collect()
        };
        assert_eq!(
            order("1.3.2"),
            [Readable, NameFree, NamesValid, SourceNamed]
        );
        assert_eq!(
            order("1.4.1"),
            [Readable, NameFree, ClassExists, NamesValid, SourceNamed]
        );
        let middle = [
            Readable,
            ClassExists,
            ClassStays,
            LonghornNamed,
            VolumeNamed,
            DataStored,
            LhBackupExists,
            LhBackupStays,
            NameFree,
            NamesValid,
            SourceNamed,
        ];
        assert_eq!(order("1.4.2"), middle);
        assert_eq!(order("1.4.3"), middle);
        assert_eq!(order("1.6.1"), [&middle[..], &[SourceDescribed]].concat());
        for release in ["1.7.3", "1.8.2", "1.9.0-rc6"] {
            assert_eq!(
                order(release),
                [&middle[..], &[CompleteOrVm]].concat(),
                "{release}"
            );
        }
    }
}
