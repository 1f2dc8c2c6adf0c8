//! Judges backups: pure functions from what was read to what is wrong.

pub(crate) mod backup;
mod chain;
mod disk;
pub(crate) mod leftover;
mod record;
pub(crate) mod restore;
mod setting;
pub(crate) mod sharing;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use hv_cluster::views::Backup;

pub(crate) use chain::{Chain, Handle};
pub(crate) use leftover::{orphan, stray};
pub(crate) use sharing::{Holder, Sharing};

use crate::catalog::{Catalog, Severity};
use crate::files::TargetFiles;
use crate::finding::{Evidence, Finding, ObjectRef};
use crate::index::{Found, Index};

/// A backup that was looked at: what people count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Looked {
    /// The backup.
    pub(crate) object: ObjectRef,
    /// Its disks.
    pub(crate) disks: usize,
}

/// Everything that is wrong, and what was looked at.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    /// Findings, the gravest first.
    pub(crate) findings: Vec<Finding>,
    /// Backups that were looked at.
    pub(crate) looked: Vec<Looked>,
}

/// Which backups and objects are wanted.
#[derive(Clone, Copy, Default)]
pub(crate) struct Wanted<'a> {
    /// The only namespace, if there is one.
    pub(crate) namespace: Option<&'a str>,
    /// Names of backups; all if there are none.
    pub(crate) names: &'a [String],
    /// Labels of backups.
    pub(crate) labels: Option<&'a hv_cluster::bundle::LabelSelector>,
}

impl Wanted<'_> {
    /// Whether single backups were chosen, so that nothing else is of interest.
    pub(crate) fn is_choice(&self) -> bool {
        !self.names.is_empty() || self.labels.is_some()
    }

    fn takes_namespace(&self, namespace: &str) -> bool {
        self.namespace.is_none_or(|wanted| wanted == namespace)
    }

    fn takes(&self, backup: &Backup) -> bool {
        self.takes_namespace(&backup.metadata.namespace)
            && (self.names.is_empty() || self.names.contains(&backup.metadata.name))
            && self
                .labels
                .is_none_or(|labels| labels.matches(&backup.metadata.labels))
    }
}

/// Judges everything that is wanted.
///
/// `files` are those of the backup target, if its folder was named.
pub(crate) fn judge(
    index: &Index<'_>,
    catalog: &Catalog,
    wanted: Wanted<'_>,
    files: Option<&TargetFiles>,
) -> Verdicts {
    let sharing = Sharing::of(index);
    let backups = index.inventory.backups.items.iter();
    let backups: Vec<&Backup> = backups.filter(|backup| wanted.takes(backup)).collect();
    let looked = backups.iter().map(|backup| Looked {
        object: backup_ref(backup),
        disks: backup.disks().len(),
    });
    let looked = looked.collect();
    let judge_some = |backups: &[&Backup]| {
        let mut bench = Bench::new(index, catalog);
        for backup in backups {
            judge_one(&mut bench, &sharing, backup);
        }
        bench.findings
    };
    let mut bench = Bench::new(index, catalog);
    bench.findings = hv_cli::parallel(&backups, judge_some);
    if !wanted.is_choice() {
        for restore in &index.inventory.restores.items {
            if wanted.takes_namespace(&restore.metadata.namespace) {
                restore::judge(&mut bench, restore);
            }
        }
        leftover::judge(&mut bench, &wanted);
        setting::judge(&mut bench);
        if let Some(files) = files {
            record::judge(&mut bench, files, &wanted);
        }
    }
    let mut findings = bench.findings;
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (f.object.clone(), f.disk.clone(), f.code.clone());
        b.severity
            .cmp(&a.severity)
            .then_with(|| key(a).cmp(&key(b)))
    });
    Verdicts { findings, looked }
}

fn judge_one(bench: &mut Bench<'_>, sharing: &Sharing<'_>, backup: &Backup) {
    backup::judge(bench, backup);
    if !backup.metadata.is_deleting() {
        for record in backup.disks() {
            disk::judge(bench, backup, record);
            sharing.judge(bench, backup, record);
        }
    }
}

/// A backup as the object of findings.
pub(crate) fn backup_ref(backup: &Backup) -> ObjectRef {
    let meta = &backup.metadata;
    ObjectRef::new("VirtualMachineBackup", &meta.namespace, &meta.name)
}

/// Where findings are written down.
pub(crate) struct Bench<'a> {
    pub(crate) index: &'a Index<'a>,
    catalog: &'a Catalog,
    pub(crate) findings: Vec<Finding>,
}

/// What is said of one finding.
pub(crate) struct Said {
    pub(crate) object: ObjectRef,
    pub(crate) disk: Option<String>,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) evidence: Vec<Evidence>,
    /// The gravest that this case can be, where it is less grave than its code.
    pub(crate) at_most: Option<Severity>,
}

impl<'a> Bench<'a> {
    pub(crate) fn new(index: &'a Index<'a>, catalog: &'a Catalog) -> Self {
        Self {
            index,
            catalog,
            findings: Vec::new(),
        }
    }

    /// Whether this release knows a code at all.
    pub(crate) fn knows(&self, code: &str) -> bool {
        let row = self.catalog.get(code);
        row.is_some_and(|row| row.on(&self.index.inventory.release).is_some())
    }

    /// Writes a finding down, unless this release does not know such a state.
    pub(crate) fn say(&mut self, said: Said) {
        let row = self.catalog.get(said.code);
        let Some(row) = row else { return };
        let Some(meaning) = row.on(&self.index.inventory.release) else {
            return;
        };
        let severity = said
            .at_most
            .map_or(meaning.severity, |most| most.min(meaning.severity));
        self.findings.push(Finding {
            object: said.object,
            disk: said.disk,
            code: said.code.to_owned(),
            severity,
            message: said.message,
            evidence: said.evidence,
            consequence: meaning.consequence,
            fix: Some(row.remedy.clone()),
        });
    }

    /// Writes down that something could not be judged; where this release does not know such a
    /// state there is nothing to judge.
    pub(crate) fn unknown(
        &mut self,
        object: ObjectRef,
        disk: Option<String>,
        code: &'static str,
        why: &str,
    ) {
        if !self.knows(code) {
            return;
        }
        self.findings.push(Finding {
            object,
            disk,
            code: code.to_owned(),
            severity: Severity::Unknown,
            message: format!("not known: {why}"),
            evidence: Vec::new(),
            consequence: "It may be so or not; nothing was proven.".to_owned(),
            fix: None,
        });
    }

    /// How long ago something happened, in seconds; absent if its time cannot be read.
    pub(crate) fn age(&self, time: &str) -> Option<i64> {
        let then: jiff::Timestamp = time.parse().ok()?;
        Some(self.index.inventory.now.as_second() - then.as_second())
    }

    /// Whether something is older than some seconds; what has no time is old.
    pub(crate) fn is_older(&self, time: &str, seconds: i64) -> bool {
        self.age(time).is_none_or(|age| age >= seconds)
    }
}

/// The parts of several lookups that are missing or unknown, each once.
pub(crate) fn missing<'a, T>(
    names: impl Iterator<Item = &'a str>,
    look: impl Fn(&str) -> Found<T>,
) -> (Vec<String>, Option<String>) {
    let names: BTreeSet<&str> = names.filter(|name| !name.is_empty()).collect();
    let mut gone = Vec::new();
    let mut unknown = None;
    for name in names {
        match look(name) {
            Found::Yes(_) => {}
            Found::No => gone.push(name.to_owned()),
            Found::Unknown(why) => unknown = unknown.or(Some(format!("{name}: {why}"))),
        }
    }
    (gone, unknown)
}
