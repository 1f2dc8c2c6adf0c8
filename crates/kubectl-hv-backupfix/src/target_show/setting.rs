//! What Harvester was told, and when it last looked at what is there.

use hv_cluster::Gap;
use hv_cluster::release::Release;
use hv_cluster::views::{Setting, condition};

use super::document::{PassFacts, SettingFacts};
use super::places::shown;
use crate::index::Index;
use crate::target::{HASH, LAST_REFRESH, Pass, TargetSetting, hash, pass, without_value};

/// The setting without its credentials.
pub(super) fn setting(index: &Index<'_>) -> SettingFacts {
    let found = index.inventory.setting("backup-target");
    let configured = found.and_then(|found| condition(&found.status.conditions, "configured"));
    let message = configured
        .map(|found| without_value(&found.message))
        .filter(|text| !text.is_empty());
    let facts = SettingFacts {
        configured: configured.map_or_else(|| "absent".to_owned(), |found| found.status.clone()),
        configured_message: message,
        ..SettingFacts::default()
    };
    let filled = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    match &index.target {
        TargetSetting::Set(target) => SettingFacts {
            state: "set",
            kind: Some(target.kind.clone()),
            endpoint: Some(shown(&target.endpoint)),
            bucket_name: filled(&target.bucket_name),
            bucket_region: filled(&target.bucket_region),
            refresh_interval_in_seconds: Some(target.refresh_interval_in_seconds),
            ..facts
        },
        TargetSetting::Unset => SettingFacts {
            state: "unset",
            ..facts
        },
        TargetSetting::Unreadable(why) => SettingFacts {
            state: "unreadable",
            reason: Some(format!("the value is no JSON object ({why})")),
            ..facts
        },
        TargetSetting::Unknown(why) => SettingFacts {
            state: "unknown",
            reason: Some(why.clone()),
            ..facts
        },
    }
}

/// The last pass over the records, and the next.
pub(super) fn passes(index: &Index<'_>) -> PassFacts {
    let setting = index.inventory.setting("backup-target");
    let (TargetSetting::Set(target), Some(setting)) = (&index.target, setting) else {
        return PassFacts {
            state: "none",
            ..PassFacts::default()
        };
    };
    let release = index.inventory.release.number();
    let bound = Release::parse("1.4.2");
    if release
        .zip(bound)
        .is_some_and(|(release, bound)| !release.at_least(&bound))
    {
        let reason =
            "this release looks at the target whenever the setting changes, and writes no time";
        return PassFacts {
            state: "untracked",
            reason: Some(reason.to_owned()),
            ..PassFacts::default()
        };
    }
    let written =
        |key| Some(setting.metadata.annotation(key).to_owned()).filter(|text| !text.is_empty());
    let facts = PassFacts {
        last: written(LAST_REFRESH),
        saw_this_value: written(HASH).map(|written| written == hash(&setting.value)),
        ..PassFacts::default()
    };
    match pass(setting, target) {
        Pass::Due(since, why) => PassFacts {
            state: "due",
            reason: Some(why.to_owned()),
            next: since.map(|since| since.to_string()),
            ..facts
        },
        Pass::Next(next) if next <= index.inventory.now => PassFacts {
            state: "due",
            reason: Some("the interval is over".to_owned()),
            next: Some(next.to_string()),
            ..facts
        },
        Pass::Next(next) => PassFacts {
            state: "next",
            next: Some(next.to_string()),
            ..facts
        },
        Pass::Never => PassFacts {
            state: "never",
            reason: Some(
                "the interval is 0, so only a change of the setting brings a pass".to_owned(),
            ),
            ..facts
        },
    }
}

/// Whether the setting could be read at all.
pub(super) fn gap<'a>(index: &Index<'a>) -> Option<&'a Gap> {
    match (&index.target, &index.inventory.settings.gap) {
        (TargetSetting::Unknown(_), Some(gap)) | (_, Some(gap @ Gap::NotServed)) => Some(gap),
        _ => None,
    }
}

/// Settings of Longhorn by name, for releases that keep the target there.
pub(super) fn named<'a>(settings: &'a [Setting], name: &str) -> Option<&'a str> {
    let found = settings
        .iter()
        .find(|setting| setting.metadata.name == name)?;
    Some(found.in_force()).filter(|value| !value.is_empty())
}
