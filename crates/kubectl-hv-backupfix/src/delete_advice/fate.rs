//! What becomes of the data of a disk when its backup is deleted.

use super::course::{Course, Way};
use super::driver::Effect;
use super::hold::{Hold, Left};
use super::outcome::Outcome;

/// How often Longhorn was seen to be asked although Harvester meant to keep it out.
pub(crate) const OBSERVED: &str = "seen in 3 of 15 deletions on 1.8.2 and in 1 of 14 on 1.9.0-rc6";

/// What becomes of the data of a disk, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fate {
    /// The outcome.
    pub(crate) outcome: Outcome,
    /// Why, in one sentence without a full stop.
    pub(crate) reason: String,
    /// Something else that the deletion deletes, or may delete.
    pub(crate) endangers: Option<String>,
}

impl Fate {
    fn new(outcome: Outcome, reason: impl Into<String>) -> Self {
        Self {
            outcome,
            reason: reason.into(),
            endangers: None,
        }
    }
}

/// A disk as its fate depends on it.
#[derive(Debug)]
pub(crate) struct Disk<'d, 'a> {
    /// What holds the data.
    pub(crate) hold: &'d Hold<'a>,
    /// The Longhorn backup that the record names, empty if it names none.
    pub(crate) own: &'d str,
    /// What the driver would do for contents that were made for the snapshot and are set to Delete.
    pub(crate) made_for: &'d [Effect],
    /// What renames left behind.
    pub(crate) left_behind: &'d [Left<'a>],
    /// Whether the force takes these contents too even without the snapshot; absent if not known.
    pub(crate) sweeps: Option<bool>,
}

impl Disk<'_, '_> {
    /// What becomes of its data.
    pub(crate) fn fate(&self, course: &Course) -> Fate {
        match course.way {
            Way::Collect => self.with_leftovers(self.collected()),
            Way::Force => self.with_leftovers(self.forced()),
            Way::Hang => {
                let then = self.with_leftovers(self.collected()).outcome.name();
                let reason = format!(
                    "{}; the backup stays in deletion until that changes, then: {then}",
                    course.reason
                );
                Fate::new(Outcome::Hangs, reason)
            }
            Way::CollectOrHang => {
                let fate = self.with_leftovers(self.collected());
                if fate.outcome != Outcome::Deleted {
                    return fate;
                }
                Fate {
                    outcome: Outcome::Unknown,
                    reason: format!("{}; if it can be reached: {}", course.reason, fate.reason),
                    ..fate
                }
            }
            Way::Unknown => {
                let one = self.with_leftovers(self.collected());
                let other = self.with_leftovers(self.forced());
                if one.outcome.stays() && other.outcome.stays() {
                    return Fate {
                        outcome: Outcome::Kept,
                        ..one
                    };
                }
                Fate::new(Outcome::Unknown, &course.reason)
            }
        }
    }

    /// What a rename left behind is deleted with the backup, and nothing keeps it from the data.
    fn with_leftovers(&self, fate: Fate) -> Fate {
        if fate.outcome == Outcome::Deleted || self.own.is_empty() {
            return fate;
        }
        let leads_here =
            |left: &&Left<'_>| matches!(&left.effect, Some(Effect::Backup(id)) if id == self.own);
        if let Some(left) = self.left_behind.iter().find(leads_here) {
            let reason = format!(
                "VolumeSnapshot {}, left behind by a rename, goes with the backup, and through it Longhorn deletes Backup {}",
                left.snapshot, self.own
            );
            return Fate {
                outcome: Outcome::Deleted,
                reason,
                ..fate
            };
        }
        let doubt = self.left_behind.iter().find_map(|left| match &left.effect {
            Some(Effect::Unknown(why)) => Some(why),
            _ => None,
        });
        match doubt {
            Some(why) if fate.outcome != Outcome::Unknown => {
                let reason = format!(
                    "{}; what renames may have left behind is not known: {why}",
                    fate.reason
                );
                Fate {
                    outcome: Outcome::Unknown,
                    reason,
                    ..fate
                }
            }
            _ => fate,
        }
    }

    /// The garbage collector deletes the snapshot, and the snapshot controller what it is bound to.
    fn collected(&self) -> Fate {
        match self.hold {
            Hold::NoSnapshot => Fate::new(
                Outcome::Leaked,
                "its VolumeSnapshot is gone, so the deletion does not reach the data, which stays",
            ),
            Hold::Unbound => Fate::new(
                Outcome::Leaked,
                "its VolumeSnapshot is bound to no content, so no driver is asked and the data stays",
            ),
            Hold::Unfinished => Fate::new(
                Outcome::Unknown,
                "the backup is not ready, and its parts may still be made",
            ),
            Hold::Foreign(content) => {
                let reason = format!(
                    "its content {} belongs to another VolumeSnapshot and stays",
                    content.metadata.name
                );
                Fate::new(Outcome::Leaked, reason)
            }
            Hold::Retained(content, _) => {
                Fate::new(Outcome::Kept, retained(&content.metadata.name))
            }
            Hold::Asked(content, effect) => match effect {
                Effect::Nothing(why) => Fate::new(
                    Outcome::Leaked,
                    format!("{why}; what data there is stays, and no snapshot leads to it"),
                ),
                Effect::Refused(why) => {
                    let reason = format!(
                        "{why}; content {} stays in deletion, the data too",
                        content.metadata.name
                    );
                    Fate::new(Outcome::Leaked, reason)
                }
                _ => self.asked(effect, Outcome::Deleted, Outcome::Leaked, ""),
            },
            Hold::Unknown(why) => Fate::new(Outcome::Unknown, why),
        }
    }

    /// Harvester takes the finalizers away and deletes; the sidecar may ask the driver before.
    fn forced(&self) -> Fate {
        match self.hold {
            Hold::NoSnapshot | Hold::Unbound => self.swept(),
            Hold::Unfinished => self.collected(),
            Hold::Foreign(content) => {
                let reason = format!(
                    "its content {} belongs to another VolumeSnapshot",
                    content.metadata.name
                );
                Fate::new(Outcome::Kept, reason)
            }
            Hold::Retained(content, _) => {
                let reason = format!(
                    "its content {} is on Retain: the driver is not asked",
                    content.metadata.name
                );
                Fate::new(Outcome::Kept, reason)
            }
            Hold::Asked(_, Effect::Nothing(why) | Effect::Refused(why)) => {
                Fate::new(Outcome::Kept, why)
            }
            Hold::Asked(_, effect) => self.asked(effect, Outcome::Race, Outcome::Kept, OBSERVED),
            Hold::Unknown(why) => Fate::new(Outcome::Unknown, why),
        }
    }

    /// Without the snapshot, releases before 1.9 leave contents alone; later ones take them all.
    fn swept(&self) -> Fate {
        let harmless =
            |effect: &&Effect| !matches!(effect, Effect::Nothing(_) | Effect::Refused(_));
        let Some(effect) = self.made_for.iter().find(harmless) else {
            return Fate::new(Outcome::Kept, "no VolumeSnapshot leads to the data");
        };
        match self.sweeps {
            Some(true) => self.asked(effect, Outcome::Race, Outcome::Kept, OBSERVED),
            Some(false) => Fate::new(
                Outcome::Kept,
                "its VolumeSnapshot is gone, so its content is left alone, with the policy Delete",
            ),
            None => Fate::new(
                Outcome::Unknown,
                "its VolumeSnapshot is gone; only from 1.9 on its content is deleted all the same, and the release is not known",
            ),
        }
    }

    /// The outcome if the driver is asked: `own` for the data of this disk, `other` if it is not meant.
    fn asked(&self, effect: &Effect, own: Outcome, other: Outcome, seen: &str) -> Fate {
        let asked = match own {
            Outcome::Race => format!(
                "Harvester tries to keep Longhorn out of it, which fails now and then ({seen})"
            ),
            _ => String::new(),
        };
        let told = |what: String| match asked.is_empty() {
            true => what,
            false => format!("{asked}; then {what}"),
        };
        match effect {
            Effect::Backup(id) if id == self.own || self.own.is_empty() => Fate::new(
                own,
                told(format!(
                    "Longhorn deletes Backup {id} with its data on the backup target"
                )),
            ),
            Effect::Backup(id) => Fate {
                endangers: Some(id.clone()),
                ..Fate::new(
                    other,
                    told(format!(
                        "Longhorn deletes Backup {id} instead, which the handle names"
                    )),
                )
            },
            Effect::Snapshot(what) => {
                Fate::new(own, told(format!("Longhorn deletes its snapshot {what}")))
            }
            Effect::Other(driver) => Fate::new(
                own,
                told(format!("the driver {driver} deletes its snapshot")),
            ),
            Effect::Nothing(why) | Effect::Refused(why) => Fate::new(other, why),
            Effect::Unknown(why) => Fate::new(Outcome::Unknown, why),
        }
    }
}

fn retained(content: &str) -> String {
    format!("its content {content} is on Retain: the driver is not asked, and {content} stays")
}
