//! The import of one record, replayed in the order of a release.

use std::collections::BTreeSet;

use hv_backupstore::record::VolumeBackup;
use hv_cluster::release::Release;
use schemars::JsonSchema;
use serde::Serialize;

use super::case::{Filed, Surroundings};
use super::check::{Verdict, applies, look};
use super::rules::{Effect, Rule, Rules};
use crate::explain::walk::{Reply, Stage, Step, Walk};

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Outcome {
    /// A backup is made of it.
    Imported,
    /// The backup of it is there.
    There,
    /// It is moved to where records lie today, and imported by the next pass.
    Moved,
    /// Another record takes its place before it is read.
    Overwritten,
    /// It is skipped.
    Skipped,
    /// It ends the whole pass.
    Aborts,
    /// Another record ends the pass before it is its turn.
    NotReached,
    /// It cannot be told.
    Unknown,
}

impl Outcome {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Imported => "imported",
            Self::There => "there already",
            Self::Moved => "moved",
            Self::Overwritten => "overwritten",
            Self::Skipped => "skipped",
            Self::Aborts => "ends the pass",
            Self::NotReached => "not reached",
            Self::Unknown => "unknown",
        }
    }

    /// So many of them.
    pub(crate) fn count(self, number: usize) -> String {
        match (self, number) {
            (Self::Aborts, 1) => "1 ends the pass".to_owned(),
            (Self::Aborts, number) => format!("{number} end the pass"),
            (other, number) => format!("{number} {}", other.words()),
        }
    }

    /// Whether the record is, or will be, a backup of this cluster without anybody's help.
    pub(crate) fn is_fine(self) -> bool {
        matches!(self, Self::Imported | Self::There | Self::Moved)
    }
}

/// The import of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Replayed {
    pub(crate) steps: Vec<Step>,
    pub(crate) outcome: Outcome,
    /// Why, as a word of the table.
    pub(crate) reason: Option<String>,
    /// The step that decides.
    pub(crate) step: Option<usize>,
    /// What was found there, without what follows from it.
    pub(crate) found: Option<String>,
    /// What helps.
    pub(crate) help: Option<String>,
    /// What becomes of it after its import, each with its word of the table.
    pub(crate) remarks: Vec<(String, String)>,
}

/// Replays it.
pub(crate) fn replay(
    rules: &Rules,
    release: &Release,
    filed: &Filed,
    around: &Surroundings<'_>,
) -> Replayed {
    let mut replay = Replay::new(filed, around);
    let rules_here: Vec<&Rule> = rules.steps(release).collect();
    for round in rules_here.chunk_by(|one, other| one.round.is_some() && one.round == other.round) {
        if round.iter().all(|rule| rule.round.is_none()) {
            for rule in round {
                replay.ask(rule, None);
            }
            // Of what cannot be read nothing else can be asked.
            if filed.record().is_none() {
                break;
            }
            continue;
        }
        for disk in replay.disks() {
            for rule in round {
                if replay.ask(rule, Some(disk)) {
                    break;
                }
            }
        }
    }
    let outcome = replay.outcome();
    let remarks = match outcome {
        Outcome::Imported | Outcome::Moved | Outcome::Unknown => replay.remarks(rules, release),
        _ => Vec::new(),
    };
    let decided = replay.decided.as_ref();
    Replayed {
        reason: decided.map(|(rule, _)| rule.reason.clone()),
        step: decided.map(|(_, step)| *step),
        found: replay.found.clone(),
        help: match outcome {
            Outcome::There => None,
            _ => decided.and_then(|(rule, _)| replay.help(rule)),
        },
        outcome,
        remarks,
        steps: replay.walk.into_steps(),
    }
}

struct Replay<'a> {
    filed: &'a Filed,
    around: &'a Surroundings<'a>,
    walk: Walk,
    asked: usize,
    is_there: bool,
    is_unsure: bool,
    decided: Option<(&'a Rule, usize)>,
    found: Option<String>,
    /// The disk of the deciding question.
    disk: Option<&'a VolumeBackup>,
}

impl<'a> Replay<'a> {
    fn new(filed: &'a Filed, around: &'a Surroundings<'a>) -> Self {
        let walk = Walk::new(Stage::Import);
        Self {
            filed,
            around,
            walk,
            asked: 0,
            is_there: false,
            is_unsure: false,
            decided: None,
            found: None,
            disk: None,
        }
    }

    fn disks(&self) -> &'a [VolumeBackup] {
        let record = self.filed.record();
        record
            .and_then(|record| record.volume_backups.as_deref())
            .unwrap_or_default()
    }

    /// Asks one question; tells whether the rest of the round is not asked of this disk.
    fn ask(&mut self, rule: &'a Rule, disk: Option<&'a VolumeBackup>) -> bool {
        if disk.is_some_and(|disk| !applies(rule.check, disk)) {
            return false;
        }
        let has_ended = self.walk.has_ended();
        // After the end nothing is looked at, only listed.
        let verdict = match has_ended {
            true => Verdict::NotAsked,
            false => look(rule.check, self.filed, disk, self.around),
        };
        let question = fill(&rule.question, self.filed, disk);
        let name = disk.map(|disk| disk.volume_name.as_str());
        self.asked += 1;
        let ends = matches!(verdict, Verdict::No(_) | Verdict::There);
        let is_ignored = ends && rule.effect == Effect::IgnoreDisk;
        if ends && !is_ignored {
            self.decided = Some((rule, self.asked));
            self.disk = disk;
            self.is_there = verdict == Verdict::There;
            self.found = match &verdict {
                Verdict::No(found) if !found.is_empty() => Some(found.clone()),
                _ => Some(format!("{question}: no")),
            };
        }
        self.is_unsure |= matches!(verdict, Verdict::Unknown(_));
        self.walk.ask(name, question, || reply(rule, verdict));
        is_ignored
    }

    fn outcome(&self) -> Outcome {
        match self.decided {
            Some(_) if self.is_there => Outcome::There,
            // What could not be read before it may have let the pass go on.
            Some((rule, _)) if rule.effect == Effect::Abort && self.is_unsure => Outcome::Unknown,
            Some((rule, _)) if rule.effect == Effect::Abort => Outcome::Aborts,
            Some(_) => Outcome::Skipped,
            None if self.is_unsure => Outcome::Unknown,
            None if self.filed.is_flat() => Outcome::Moved,
            None => Outcome::Imported,
        }
    }

    fn remarks(&self, rules: &Rules, release: &Release) -> Vec<(String, String)> {
        let mut told = BTreeSet::new();
        let mut remarks = Vec::new();
        for remark in rules.remarks(release) {
            let of_record = std::iter::once(None);
            for disk in of_record.chain(self.disks().iter().map(Some)) {
                if let Verdict::No(_) = look(remark.check, self.filed, disk, self.around) {
                    let text = fill(&remark.text, self.filed, disk);
                    if told.insert(text.clone()) {
                        remarks.push((remark.reason.clone(), text));
                    }
                }
            }
        }
        remarks
    }

    fn help(&self, rule: &Rule) -> Option<String> {
        rule.help
            .as_ref()
            .map(|help| fill(help, self.filed, self.disk))
    }
}

fn reply(rule: &Rule, verdict: Verdict) -> Reply {
    match verdict {
        Verdict::Yes(note) if note.is_empty() => Reply::Yes,
        Verdict::Yes(note) => Reply::YesBut(note),
        Verdict::Unknown(why) => Reply::Unknown(why),
        Verdict::There => {
            Reply::No("it is this backup, which was imported or made here before".to_owned())
        }
        // A disk that is left out does not end the list.
        Verdict::No(_) if rule.effect == Effect::IgnoreDisk => Reply::YesBut(rule.consequence()),
        Verdict::No(found) if found.is_empty() => Reply::No(rule.consequence()),
        Verdict::No(found) => Reply::No(format!("{found}; {}", rule.consequence())),
        Verdict::NotAsked => Reply::Yes,
    }
}

/// Puts names where the braces are.
fn fill(text: &str, filed: &Filed, disk: Option<&VolumeBackup>) -> String {
    let mut text = text
        .replace(
            "{record}",
            &format!("{}/{}", filed.namespace(), filed.name()),
        )
        .replace("{path}", &filed.path);
    if let Some(record) = filed.record() {
        text = text.replace(
            "{vm}",
            &format!("{}/{}", record.namespace, record.spec.source_name),
        );
    }
    let Some(disk) = disk else { return text };
    let claim = &disk.claim;
    let image = claim
        .image_id
        .as_ref()
        .map(|image| format!(" (image {image} must come first)"));
    let backup = disk.longhorn_backup_name.as_deref().unwrap_or("its backup");
    for (brace, word) in [
        (
            "{class}",
            claim.storage_class_name.as_deref().unwrap_or_default(),
        ),
        ("{image}", image.as_deref().unwrap_or_default()),
        ("{volume}", &claim.volume_name),
        (
            "{backup}",
            if backup.is_empty() {
                "a backup without a name"
            } else {
                backup
            },
        ),
        ("{disk}", &disk.volume_name),
        ("{claim}", &format!("{}/{}", claim.namespace, claim.name)),
        ("{driver}", &disk.csi_driver_name),
    ] {
        text = text.replace(brace, word);
    }
    text
}
