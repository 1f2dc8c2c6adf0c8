//! What to change so that a verdict turns, found by making the change on a copy and judging again.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::change::{Change, quoted, set};
use super::conclude;
use super::configuration::online_expand_map;
use super::csi_driver_config::{Entry, EntryUse, Lookup, Parsed};
use super::judgement::{Capability, Verdict};
use super::situation::Situation;
use super::subject::{LONGHORN, Subject};
use super::workload::Use;
use crate::views::SnapshotClass;

/// A change, what it turns, and what it does besides.
#[derive(Clone, Debug)]
pub struct Step {
    /// The change; several where one is of no use without the other.
    pub changes: Vec<Change>,
    /// Verdicts that become yes or likely.
    pub turns: Vec<(Capability, Verdict, Verdict)>,
    /// What else it changes.
    pub besides: Vec<String>,
}

/// What to change for a class or driver.
#[derive(Clone, Debug, Default)]
pub struct Suggestion {
    /// The changes worth making.
    pub steps: Vec<Step>,
    /// Why something was not suggested.
    pub notes: Vec<String>,
    /// Whether nothing was suggested because the user has to choose a snapshot class.
    pub choose: bool,
}

/// Looks for changes after which a verdict is yes or likely.
///
/// `snapshot_class` chooses among several classes of the driver.
pub fn suggest(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    snapshot_class: Option<&str>,
) -> Suggestion {
    let mut suggestion = Suggestion::default();
    let mut chosen = true;
    let mut consider = |proposal: Option<Proposal>, missing: Option<String>| {
        if let Some(proposal) = proposal {
            let turns = turned(situation, subject, &proposal.changes);
            let Proposal { changes, besides } = proposal;
            if turns.is_empty() {
                suggestion
                    .notes
                    .extend(in_vain(situation, subject, &changes));
            } else {
                suggestion.steps.push(Step {
                    changes,
                    turns,
                    besides,
                });
            }
        }
        suggestion.notes.extend(missing);
    };
    match snapshot_config(situation, subject, snapshot_class) {
        Ok(proposal) => consider(proposal, None),
        Err(note) => {
            consider(None, Some(note));
            chosen = false;
        }
    }
    consider(online_expand(situation, subject), None);
    consider(allow_expansion(subject), None);
    consider(declare_modes(situation, subject), None);
    suggestion.choose = !chosen;
    suggestion
}

/// The remedy that is shown beside a verdict: given only if it leads to yes or likely.
pub(super) fn fix(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    usage: Use,
    capability: Capability,
    reason: &str,
) -> Option<String> {
    let proposal = match reason {
        reason if needs_an_entry(reason) => snapshot_config(situation, subject, None).ok()??,
        "online-expand-not-enabled" | "online-expand-not-json" => {
            online_expand(situation, subject)?
        }
        "expansion-not-allowed" => allow_expansion(subject)?,
        "export-no-target" => declare_modes(situation, subject)?,
        "no-backup-target" => return backup_target(situation, subject, usage, capability),
        _ => return None,
    };
    let after = after(situation, subject, usage, &proposal.changes, capability);
    if after < Verdict::Likely {
        return None;
    }
    if let [Change::AllowExpansion { .. }] = proposal.changes.as_slice() {
        return Some(proposal.changes[0].command());
    }
    let target = subject
        .class
        .map_or(subject.driver.as_str(), |class| &class.metadata.name);
    Some(format!(
        "kubectl hv-snapshot check-driver {} --suggest-config",
        quoted(target)
    ))
}

/// Whether a reason is one that a sound entry in `csi-driver-config` heals.
fn needs_an_entry(reason: &str) -> bool {
    matches!(
        reason,
        "not-in-csi-driver-config"
            | "hidden-by-value"
            | "config-not-json"
            | "snapshot-class-not-set"
            | "snapshot-class-missing"
            | "snapshot-class-wrong-driver"
            | "backup-class-as-snapshot-class"
    )
}

/// Why an entry in `csi-driver-config` would be of no use: what would still stand in the way.
fn in_vain(situation: &Situation<'_>, subject: &Subject<'_>, changes: &[Change]) -> Option<String> {
    let entry = |change: &Change| matches!(change, Change::SetCsiDriverConfig { .. });
    changes.iter().find(|change| entry(change))?;
    let before = conclude(situation, subject, Use::None, Capability::VmSnapshot);
    if before.verdict >= Verdict::Likely {
        return None;
    }
    let entry = matches!(
        situation
            .config
            .lookup(&subject.driver, EntryUse::VmSnapshot),
        Lookup::Entry(_)
    );
    if entry && !needs_an_entry(&before.reason) {
        let (verdict, reason, message) = (before.verdict, &before.reason, &before.message);
        return Some(format!(
            "No setting changes that vm-snapshot is {verdict} ({reason}): {message}"
        ));
    }
    let after = with(situation, subject, changes, |situation, subject| {
        conclude(situation, subject, Use::None, Capability::VmSnapshot)
    });
    Some(format!(
        "With an entry in csi-driver-config vm-snapshot would be {} ({}): {}",
        after.verdict, after.reason, after.message
    ))
}

struct Proposal {
    changes: Vec<Change>,
    besides: Vec<String>,
}

fn after(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    usage: Use,
    changes: &[Change],
    capability: Capability,
) -> Verdict {
    with(situation, subject, changes, |situation, subject| {
        conclude(situation, subject, usage, capability).verdict
    })
}

fn turned(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    changes: &[Change],
) -> Vec<(Capability, Verdict, Verdict)> {
    let verdicts = |situation: &Situation<'_>, subject: &Subject<'_>| -> Vec<Verdict> {
        let all = Capability::ALL.iter();
        all.map(|&capability| conclude(situation, subject, Use::None, capability).verdict)
            .collect()
    };
    let before = verdicts(situation, subject);
    let after = with(situation, subject, changes, verdicts);
    let all = Capability::ALL.iter().zip(before.into_iter().zip(after));
    all.filter(|(_, (before, after))| *after >= Verdict::Likely && before < after)
        .map(|(&capability, (before, after))| (capability, before, after))
        .collect()
}

/// Judges a copy of the situation in which the changes have been made.
fn with<T>(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    changes: &[Change],
    judge: impl FnOnce(&Situation<'_>, &Subject<'_>) -> T,
) -> T {
    let mut inventory = situation.inventory.clone();
    for change in changes {
        change.apply(&mut inventory);
    }
    let changed = Situation::new(&inventory, situation.facts);
    let class = subject
        .class
        .and_then(|class| changed.class(&class.metadata.name));
    let subject = Subject {
        driver: subject.driver.clone(),
        engine: subject.engine,
        class,
        class_unread: subject.class_unread,
    };
    judge(&changed, &subject)
}

fn backup_target(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    usage: Use,
    capability: Capability,
) -> Option<String> {
    let mut inventory = situation.inventory.clone();
    set(
        &mut inventory,
        "backup-target",
        r#"{"type":"nfs","endpoint":"nfs://x"}"#,
    );
    let changed = Situation::new(&inventory, situation.facts);
    let verdict = conclude(&changed, subject, usage, capability).verdict;
    (verdict >= Verdict::Likely)
        .then(|| "set backup-target in Harvester's settings (Advanced > Settings)".to_owned())
}

/// The entry of `csi-driver-config` that the driver needs, with a class made where none exists.
fn snapshot_config(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    wanted: Option<&str>,
) -> Result<Option<Proposal>, String> {
    let config = &situation.config;
    if config.missing || config.unread.is_some() || subject.driver.starts_with("kubernetes.io/") {
        return Ok(None);
    }
    let mut changes = Vec::new();
    let chosen = choose_class(situation, subject, wanted)?;
    let name = chosen.unwrap_or_else(|| {
        let name = format!("{}-snapshot", subject.driver.replace('.', "-"));
        changes.push(new_class(subject, name.clone()));
        name
    });
    let setting = situation.inventory.setting("csi-driver-config");
    let text = |half: fn(&crate::views::Setting) -> &String| setting.map_or("", |s| half(s));
    let read = |text: &str| {
        let mut map = serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
        map.retain(|_, entry| serde_json::from_value::<Entry>(entry.clone()).is_ok());
        map
    };
    let mut map = read(text(|s| &s.default_value));
    let value = read(text(|s| &s.value));
    let mut besides = Vec::new();
    match &config.value {
        Parsed::Invalid(_) => {
            besides.push("The present value cannot be parsed; entries that are sound stay.".to_owned());
        }
        Parsed::Empty => besides.push(
            "From then on the value stands instead of the default; it repeats the default's entries."
                .to_owned(),
        ),
        Parsed::Map(own) => {
            let missing = map.keys().filter(|driver| !own.contains_key(*driver));
            besides.extend(missing.map(|driver| {
                format!("Volume snapshots of {driver} are offered again; the present value hides them.")
            }));
        }
    }
    map.extend(value);
    let entry = map
        .entry(subject.driver.clone())
        .or_insert_with(|| json!({}));
    if !entry.is_object() {
        *entry = json!({});
    }
    if let Some(entry) = entry.as_object_mut() {
        entry.insert("volumeSnapshotClassName".to_owned(), json!(name));
    }
    changes.push(Change::SetCsiDriverConfig {
        value: Value::Object(map).to_string(),
    });
    Ok(Some(Proposal { changes, besides }))
}

/// The snapshot class to name: the one wanted, the one named already, the only one, the default.
fn choose_class(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    wanted: Option<&str>,
) -> Result<Option<String>, String> {
    let snapshots = |class: &&SnapshotClass| {
        class.driver == subject.driver
            && (class.driver != LONGHORN
                || class
                    .parameters
                    .get("type")
                    .is_some_and(|kind| kind == "snap"))
    };
    let own: Vec<&SnapshotClass> = situation
        .inventory
        .snapshot_classes
        .items
        .iter()
        .filter(snapshots)
        .collect();
    let named = |name: &str| own.iter().any(|class| class.metadata.name == name);
    if let Some(wanted) = wanted {
        return if named(wanted) {
            Ok(Some(wanted.to_owned()))
        } else {
            Err(format!(
                "The snapshot class \"{wanted}\" is none of {}.",
                subject.driver
            ))
        };
    }
    if let Lookup::Entry(entry) = situation
        .config
        .lookup(&subject.driver, EntryUse::VolumeSnapshot)
        && named(&entry.volume_snapshot_class_name)
    {
        return Ok(Some(entry.volume_snapshot_class_name.clone()));
    }
    if let [only] = own.as_slice() {
        return Ok(Some(only.metadata.name.clone()));
    }
    let annotation = "snapshot.storage.kubernetes.io/is-default-class";
    let default: Vec<_> = own
        .iter()
        .filter(|class| class.metadata.annotation(annotation) == "true")
        .collect();
    match (own.len(), default.as_slice()) {
        (0, _) => Ok(None),
        (_, [default]) => Ok(Some(default.metadata.name.clone())),
        _ => {
            let names: Vec<_> = own
                .iter()
                .map(|class| class.metadata.name.as_str())
                .collect();
            Err(format!(
                "Several snapshot classes belong to {} ({}); choose one with --snapshot-class.",
                subject.driver,
                names.join(", ")
            ))
        }
    }
}

/// A snapshot class for a driver that has none; what the driver needs is taken from its class.
fn new_class(subject: &Subject<'_>, name: String) -> Change {
    const SECRET: &str = "csi.storage.k8s.io/";
    let mut parameters = BTreeMap::new();
    if let Some(class) = subject.class {
        for (key, value) in &class.parameters {
            if let Some(rest) = key
                .strip_prefix(SECRET)
                .and_then(|k| k.strip_prefix("provisioner-"))
            {
                parameters.insert(format!("{SECRET}snapshotter-{rest}"), value.clone());
            } else if key == "clusterID" {
                parameters.insert(key.clone(), value.clone());
            }
        }
    }
    if subject.driver == LONGHORN {
        parameters.insert("type".to_owned(), "snap".to_owned());
    }
    Change::CreateSnapshotClass {
        name,
        driver: subject.driver.clone(),
        parameters,
    }
}

fn online_expand(situation: &Situation<'_>, subject: &Subject<'_>) -> Option<Proposal> {
    let setting = situation
        .inventory
        .setting("csi-online-expand-validation")?;
    let map = online_expand_map(&setting.default_value, &setting.value);
    if map
        .as_ref()
        .is_ok_and(|map| map.get(&subject.driver) == Some(&true))
    {
        return None;
    }
    let mut besides = Vec::new();
    let mut map = map.unwrap_or_else(|_| {
        besides.push("The present value is not JSON; it is replaced.".to_owned());
        online_expand_map(&setting.default_value, "").unwrap_or_default()
    });
    map.insert(subject.driver.clone(), true);
    let value = serde_json::to_string(&map).ok()?;
    Some(Proposal {
        changes: vec![Change::SetOnlineExpand { value }],
        besides,
    })
}

fn allow_expansion(subject: &Subject<'_>) -> Option<Proposal> {
    let class = subject
        .class
        .filter(|class| class.allow_volume_expansion != Some(true))?;
    let change = Change::AllowExpansion {
        class: class.metadata.name.clone(),
    };
    Some(Proposal {
        changes: vec![change],
        besides: Vec::new(),
    })
}

fn declare_modes(situation: &Situation<'_>, subject: &Subject<'_>) -> Option<Proposal> {
    let class = &subject.class?.metadata.name;
    let empty = situation
        .profile(class)?
        .status
        .claim_property_sets
        .is_empty();
    let modes = subject.key(situation)?.modes.clone().filter(|_| empty)?;
    let change = Change::DeclareModes {
        class: class.clone(),
        modes,
    };
    let besides =
        vec!["CDI then takes this class for images and for disks made from them.".to_owned()];
    Some(Proposal {
        changes: vec![change],
        besides,
    })
}
