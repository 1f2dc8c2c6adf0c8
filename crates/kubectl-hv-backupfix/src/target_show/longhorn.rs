//! What Longhorn makes of the backup target.

use hv_cluster::views::{LonghornBackupTarget, Setting, condition};
use hv_cluster::{Gap, Listing};

use super::document::LonghornFacts;
use super::places::shown;
use super::setting::named;
use crate::index::Index;
use crate::target::TargetSetting;

/// Whether the target has to be looked up among Longhorn's settings, as up to Harvester 1.4.
pub(super) fn needs_settings(index: &Index<'_>) -> bool {
    let is_old = index
        .inventory
        .release
        .number()
        .is_none_or(|release| (release.major, release.minor) < (1, 5));
    is_old && default(index).is_none_or(|found| found.spec.backup_target_url.is_empty())
}

fn default<'a>(index: &Index<'a>) -> Option<&'a LonghornBackupTarget> {
    let targets = &index.inventory.lh_targets.items;
    targets
        .iter()
        .find(|found| found.metadata.name == "default")
}

/// The object, filled up from Longhorn's settings where it lacks something.
pub(super) fn longhorn(index: &Index<'_>, settings: Option<&Listing<Setting>>) -> LonghornFacts {
    let mut facts = match default(index) {
        Some(found) => of_object(found),
        None => without_object(index),
    };
    if let (None, Some(settings)) = (&facts.url, settings) {
        fill(&mut facts, settings);
    }
    if let (TargetSetting::Set(target), Some(url)) = (&index.target, &facts.url) {
        let plain = |url: &str| url.trim_end_matches('/').to_owned();
        let expected = shown(&target.url());
        facts.expected_url = (plain(url) != plain(&expected)).then_some(expected);
    }
    facts
}

fn of_object(found: &LonghornBackupTarget) -> LonghornFacts {
    let filled = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let unavailable = condition(&found.status.conditions, "Unavailable");
    let words = unavailable.filter(|condition| condition.status == "True");
    let (state, message) = match found.status.available {
        Some(true) => ("available", None),
        Some(false) => {
            let message = words
                .or(unavailable)
                .and_then(|condition| filled(&condition.message));
            ("unavailable", message)
        }
        None => (
            "unknown",
            Some("Longhorn does not say whether it is available".to_owned()),
        ),
    };
    LonghornFacts {
        state,
        source: "BackupTarget",
        url: filled(&shown(&found.spec.backup_target_url)),
        message,
        poll_interval: filled(&found.spec.poll_interval),
        last_synced_at: filled(&found.status.last_synced_at),
        ..LonghornFacts::default()
    }
}

fn without_object(index: &Index<'_>) -> LonghornFacts {
    let (state, message) = match &index.inventory.lh_targets.gap {
        None => ("absent", "there is no BackupTarget \"default\"".to_owned()),
        Some(gap @ Gap::NotServed) => ("absent", gap.describe("backuptargets.longhorn.io")),
        Some(gap) => ("unknown", gap.describe("backuptargets.longhorn.io")),
    };
    LonghornFacts {
        state,
        source: "none",
        message: Some(message),
        ..LonghornFacts::default()
    }
}

fn fill(facts: &mut LonghornFacts, settings: &Listing<Setting>) {
    if let Some(url) = named(&settings.items, "backup-target") {
        facts.url = Some(shown(url));
        facts.source = "Settings";
        // Its settings tell where it lies, not whether it can be reached.
        if facts.state == "absent" {
            facts.state = "unknown";
        }
    }
    if facts.poll_interval.is_none() {
        let seconds = named(&settings.items, "backupstore-poll-interval");
        facts.poll_interval = seconds.map(|seconds| format!("{seconds}s"));
    }
    if let (None, Some(gap)) = (&facts.url, &settings.gap) {
        facts.state = "unknown";
        facts.message = Some(gap.describe("settings.longhorn.io"));
    }
}
