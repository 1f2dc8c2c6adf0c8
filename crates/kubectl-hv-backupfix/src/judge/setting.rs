//! What can be wrong with the backup target as a whole.

use hv_cluster::views::condition;
use jiff::SignedDuration;

use super::{Bench, Said};
use crate::finding::{Evidence, ObjectRef};
use crate::target::{LAST_REFRESH, Pass, Target, TargetSetting, failure, pass};

/// An interval below this leaves no time between two passes, in seconds.
const RESTLESS: i64 = 10;
/// A pass may be late by this, or by its own interval, in seconds.
const LATE: i64 = 120;

/// Judges the settings and Longhorn's backup target.
pub(super) fn judge(bench: &mut Bench<'_>) {
    driver_config(bench);
    match bench.index.target.clone() {
        TargetSetting::Set(target) => {
            interval(bench, &target);
            passes(bench, &target);
            configured(bench);
            longhorn(bench, &target);
        }
        TargetSetting::Unset => {}
        TargetSetting::Unreadable(why) => {
            let message = format!("the value is no JSON object ({why})");
            let evidence = Evidence::new(
                "Setting/backup-target",
                "value",
                "not shown, it may hold credentials",
            );
            say(
                bench,
                "Setting",
                "backup-target",
                "setting-unreadable",
                message,
                vec![evidence],
            );
        }
        TargetSetting::Unknown(why) => {
            bench.unknown(
                ObjectRef::new("Setting", "", "backup-target"),
                None,
                "setting-failed",
                &why,
            );
        }
    }
}

fn say(
    bench: &mut Bench<'_>,
    kind: &str,
    name: &str,
    code: &'static str,
    message: String,
    evidence: Vec<Evidence>,
) {
    let namespace = if kind == "BackupTarget" {
        "longhorn-system"
    } else {
        ""
    };
    bench.say(Said {
        object: ObjectRef::new(kind, namespace, name),
        disk: None,
        code,
        message,
        evidence,
        at_most: None,
    });
}

fn driver_config(bench: &mut Bench<'_>) {
    let Some(setting) = bench.index.inventory.setting("csi-driver-config") else {
        return;
    };
    let value = setting.in_force();
    let read = serde_json::from_str::<serde_json::Value>(value);
    if !value.trim().is_empty() && !read.is_ok_and(|value| value.is_object() || value.is_null()) {
        let evidence = Evidence::new("Setting/csi-driver-config", "value", value);
        let message = "the value is no JSON object".to_owned();
        say(
            bench,
            "Setting",
            "csi-driver-config",
            "driver-config-unreadable",
            message,
            vec![evidence],
        );
    }
}

fn interval(bench: &mut Bench<'_>, target: &Target) {
    let seconds = target.refresh_interval_in_seconds;
    let code = match seconds {
        ..=0 => "interval-0",
        1..RESTLESS => "interval-1",
        _ => return,
    };
    let message = format!("refreshIntervalInSeconds is {seconds}");
    let evidence = Evidence::new(
        "Setting/backup-target",
        "value.refreshIntervalInSeconds",
        seconds.to_string(),
    );
    say(
        bench,
        "Setting",
        "backup-target",
        code,
        message,
        vec![evidence],
    );
}

fn passes(bench: &mut Bench<'_>, target: &Target) {
    let Some(setting) = bench.index.inventory.setting("backup-target") else {
        return;
    };
    let now = bench.index.inventory.now;
    let last = setting.metadata.annotation(LAST_REFRESH);
    let message = match pass(setting, target) {
        Pass::Never => return,
        // One that was finished a moment ago cannot be late.
        Pass::Due(..) if bench.age(last).is_some_and(|age| age < LATE) => return,
        Pass::Due(_, why) => why.to_owned(),
        Pass::Next(due) => {
            let grace = LATE.max(target.refresh_interval_in_seconds);
            match due.checked_add(SignedDuration::from_secs(grace)) {
                Ok(late) if now > late => format!("a pass was due at {due}"),
                _ => return,
            }
        }
    };
    let shown = if last.is_empty() { "absent" } else { last };
    let field = format!("metadata.annotations[{LAST_REFRESH}]");
    let evidence = Evidence::new("Setting/backup-target", field, shown);
    say(
        bench,
        "Setting",
        "backup-target",
        "scan-overdue",
        message,
        vec![evidence],
    );
}

fn configured(bench: &mut Bench<'_>) {
    let Some(setting) = bench.index.inventory.setting("backup-target") else {
        return;
    };
    if let Some(message) = failure(setting) {
        let words = match message.as_str() {
            "" => "the condition configured is False".to_owned(),
            message => message.to_owned(),
        };
        let evidence = Evidence::new(
            "Setting/backup-target",
            "status.conditions[configured].message",
            message,
        );
        say(
            bench,
            "Setting",
            "backup-target",
            "setting-failed",
            words,
            vec![evidence],
        );
    }
}

fn longhorn(bench: &mut Bench<'_>, target: &Target) {
    let inventory = bench.index.inventory;
    let object = || ObjectRef::new("BackupTarget", "longhorn-system", "default");
    let found = inventory
        .lh_targets
        .items
        .iter()
        .find(|found| found.metadata.name == "default");
    let Some(found) = found else {
        let gap = inventory.lh_targets.gap.as_ref();
        if let Some(gap) = gap.filter(|gap| **gap != hv_cluster::Gap::NotServed) {
            let why = gap.describe("backuptargets.longhorn.io");
            bench.unknown(object(), None, "lh-target-down", &why);
        }
        return;
    };
    let path = "BackupTarget/longhorn-system/default";
    if found.status.available == Some(false) {
        let unavailable = condition(&found.status.conditions, "Unavailable");
        let words = unavailable
            .map(|condition| condition.message.clone())
            .filter(|m| !m.is_empty());
        let mut evidence = vec![Evidence::new(path, "status.available", "false")];
        if let Some(words) = &words {
            evidence.push(Evidence::new(
                path,
                "status.conditions[Unavailable].message",
                words,
            ));
        }
        let message = words.unwrap_or_else(|| "status.available is false".to_owned());
        say(
            bench,
            "BackupTarget",
            "default",
            "lh-target-down",
            message,
            evidence,
        );
    }
    let url = found.spec.backup_target_url.as_str();
    let plain = |url: &str| url.trim_end_matches('/').to_owned();
    if !url.is_empty() && plain(url) != plain(&target.url()) {
        let message = format!("Longhorn uses {url}, the setting means {}", target.url());
        let evidence = vec![
            Evidence::new(path, "spec.backupTargetURL", url),
            Evidence::new("Setting/backup-target", "value", target.url()),
        ];
        say(
            bench,
            "BackupTarget",
            "default",
            "lh-target-differs",
            message,
            evidence,
        );
    }
}
