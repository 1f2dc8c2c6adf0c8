//! What is to be explained, as words on the command line.

use hv_cli::nearest::nearest;
use hv_cli::{Failure, ScopeArgs};
use hv_cluster::kinds::{self, Kind};

use crate::catalog::Catalog;
use crate::scan;

/// What is to be explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Topic {
    /// Codes; all of them if none is named.
    Codes(Vec<String>),
    /// Why a backup can or cannot be restored.
    Backup(String),
    /// What a restore waits for.
    Restore(String),
    /// Whether the backup target can be changed.
    Setting,
    /// Why a VM cannot be stopped, restarted or deleted.
    Machine(String),
}

/// Types with the words that people use for them.
const TYPES: &[(&str, &[&str])] = &[
    (
        "backup",
        &[
            "backup",
            "backups",
            "vmbackup",
            "vmbackups",
            "virtualmachinebackup",
            "virtualmachinebackups",
        ],
    ),
    (
        "vmrestore",
        &[
            "vmrestore",
            "vmrestores",
            "restore",
            "restores",
            "virtualmachinerestore",
            "virtualmachinerestores",
        ],
    ),
    ("setting", &["setting", "settings"]),
    ("vm", &["vm", "vms", "virtualmachine", "virtualmachines"]),
];

/// The setting that can be explained.
const SETTING: &str = "backup-target";

/// The types to offer when a word is completed.
pub(crate) fn types() -> Vec<String> {
    let types = TYPES.iter().map(|(word, _)| format!("{word}/"));
    types
        .map(|word| {
            if word == "setting/" {
                word + SETTING
            } else {
                word
            }
        })
        .collect()
}

/// The kind whose names complete a word of this type.
pub(crate) fn listed(word: &str) -> Option<&'static Kind> {
    Some(match resolve(word)? {
        "backup" => &kinds::VIRTUAL_MACHINE_BACKUP,
        "vmrestore" => &kinds::VIRTUAL_MACHINE_RESTORE,
        "vm" => &kinds::VIRTUAL_MACHINE,
        _ => return None,
    })
}

/// The type that a word means, with its group or without.
fn resolve(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let (plain, group) = word.split_once('.').unwrap_or((&word, ""));
    let group = group
        .trim_start_matches("v1beta1.")
        .trim_start_matches("v1.");
    if !matches!(group, "" | "harvesterhci.io" | "kubevirt.io") {
        return None;
    }
    let found = TYPES.iter().find(|(_, words)| words.contains(&plain));
    found.map(|(kind, _)| *kind)
}

/// Reads the words.
///
/// A bare word that is a code is the code, unless a namespace is given with -n: backups are rarely
/// called like codes, and a code needs no cluster.
pub(crate) fn parse(
    words: &[String],
    scope: &ScopeArgs,
    catalog: &Catalog,
) -> Result<Topic, Failure> {
    let is_code = |word: &String| catalog.get(word).is_some();
    let topic = match words {
        [] => Topic::Codes(Vec::new()),
        [word] if is_code(word) && scope.namespace().is_some() => Topic::Backup(word.clone()),
        words if words.iter().all(is_code) => Topic::Codes(words.to_vec()),
        [word] if word.contains('/') => {
            let (kind, name) = word.split_once('/').unwrap_or_default();
            named(kind, name)?
        }
        [word] if resolve(word).is_some() => return Err(nameless(word)),
        [word] => Topic::Backup(word.clone()),
        [kind, name] if resolve(kind).is_some() && !name.contains('/') => named(kind, name)?,
        several => return Err(too_many(several, catalog)),
    };
    check(&topic, scope)?;
    Ok(topic)
}

fn named(kind: &str, name: &str) -> Result<Topic, Failure> {
    let Some(known) = resolve(kind) else {
        let words = TYPES.iter().flat_map(|(_, words)| words.iter().copied());
        let failure = Failure::usage(format!(
            "there is nothing to explain of the type \"{kind}\""
        ));
        return Err(match nearest(kind, words) {
            Some(near) => failure.hint(format!("did you mean \"{near}/{name}\"?")),
            None => failure.hint("the types are backup, vmrestore, vm and setting"),
        });
    };
    if name.is_empty() {
        return Err(nameless(kind));
    }
    if name.contains('/') {
        let failure = Failure::usage(format!("\"{kind}/{name}\" is not TYPE/NAME"));
        return Err(failure.hint("name the namespace with -n"));
    }
    Ok(match known {
        "backup" => Topic::Backup(name.to_owned()),
        "vmrestore" => Topic::Restore(name.to_owned()),
        "vm" => Topic::Machine(name.to_owned()),
        _ if name == SETTING => Topic::Setting,
        _ => {
            let failure = format!("the setting \"{name}\" has nothing to do with backup targets");
            return Err(Failure::usage(failure).hint(format!("{{cmd}} explain setting/{SETTING}")));
        }
    })
}

fn nameless(kind: &str) -> Failure {
    let failure = Failure::usage(format!("a name is missing after \"{kind}\""));
    failure.hint(format!(
        "{{cmd}} explain {}/NAME",
        kind.trim_end_matches('/')
    ))
}

fn too_many(words: &[String], catalog: &Catalog) -> Failure {
    // Among codes a word that is none is a slip.
    let slip = words.iter().find(|word| catalog.get(word).is_none());
    match slip {
        Some(slip) if words.iter().any(|word| catalog.get(word).is_some()) => {
            scan::unknown_code(slip, catalog)
        }
        _ => {
            Failure::usage("only one object is explained at a time").hint("{cmd} explain TYPE/NAME")
        }
    }
}

fn check(topic: &Topic, scope: &ScopeArgs) -> Result<(), Failure> {
    if scope.selector.is_some() {
        return Err(Failure::usage("explain takes names, not a selector"));
    }
    match topic {
        Topic::Backup(_) | Topic::Restore(_) | Topic::Machine(_) if scope.all_namespaces => {
            let failure = "a resource cannot be retrieved by name across all namespaces";
            Err(Failure::usage(failure).hint("name the namespace with -n"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &str, namespace: Option<&str>) -> Result<Topic, Failure> {
        let catalog = Catalog::builtin().unwrap();
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let scope = ScopeArgs {
            namespace: namespace.map(str::to_owned),
            ..ScopeArgs::default()
        };
        parse(&words, &scope, &catalog)
    }

    #[test]
    fn words_mean_one_thing() {
        let backup = |name: &str| Topic::Backup(name.to_owned());
        let codes =
            |codes: &[&str]| Topic::Codes(codes.iter().map(|&code| code.to_owned()).collect());
        for (words, expected) in [
            ("", codes(&[])),
            ("nightly-0712", backup("nightly-0712")),
            ("backup/nightly-0712", backup("nightly-0712")),
            ("vmbackup/wrong-handle", backup("wrong-handle")),
            ("VirtualMachineBackup/one", backup("one")),
            ("virtualmachinebackup.harvesterhci.io/one", backup("one")),
            ("vmbackup nightly", backup("nightly")),
            ("wrong-handle", codes(&["wrong-handle"])),
            ("wrong-handle demoted", codes(&["wrong-handle", "demoted"])),
            ("vmrestore/r", Topic::Restore("r".to_owned())),
            ("restore r", Topic::Restore("r".to_owned())),
            ("setting/backup-target", Topic::Setting),
            (
                "settings.v1beta1.harvesterhci.io/backup-target",
                Topic::Setting,
            ),
            ("vm/web", Topic::Machine("web".to_owned())),
            (
                "virtualmachine.kubevirt.io/web",
                Topic::Machine("web".to_owned()),
            ),
        ] {
            assert_eq!(read(words, None).unwrap(), expected, "{words}");
        }
    }

    #[test]
    fn a_namespace_makes_a_code_the_name_of_a_backup() {
        let named = read("wrong-handle", Some("prod")).unwrap();
        assert_eq!(named, Topic::Backup("wrong-handle".to_owned()));
        let several = read("wrong-handle demoted", Some("prod")).unwrap();
        assert!(matches!(several, Topic::Codes(codes) if codes.len() == 2));
    }

    #[test]
    fn wrong_words_say_what_is_wrong() {
        for (words, expected, hint) in [
            (
                "pod/x",
                "there is nothing to explain of the type \"pod\"",
                "",
            ),
            (
                "vmrestor/x",
                "there is nothing to explain of the type",
                "vmrestore/x",
            ),
            ("vm/", "a name is missing after \"vm\"", "explain vm/NAME"),
            (
                "backup",
                "a name is missing after \"backup\"",
                "explain backup/NAME",
            ),
            ("vm/prod/web", "is not TYPE/NAME", "-n"),
            (
                "setting/overcommit-config",
                "has nothing to do with",
                "setting/backup-target",
            ),
            ("setting/", "a name is missing", ""),
            ("one two", "only one object", "TYPE/NAME"),
            (
                "wrong-handle wrong-hadle",
                "unknown code \"wrong-hadle\"",
                "wrong-handle",
            ),
            ("vm a b", "only one object", ""),
        ] {
            let failure = read(words, None).unwrap_err();
            assert_eq!(failure.kind(), hv_cli::ExitKind::Usage, "{words}");
            assert!(
                failure.message().contains(expected),
                "{words}: {}",
                failure.message()
            );
            let hints = failure.hints().join(" ");
            assert!(hints.contains(hint), "{words}: {hints}");
        }
        let catalog = Catalog::builtin().unwrap();
        let everywhere = ScopeArgs {
            all_namespaces: true,
            ..ScopeArgs::default()
        };
        let name = ["vm/web".to_owned()];
        assert!(parse(&name, &everywhere, &catalog).is_err());
        assert!(parse(&["demoted".to_owned()], &everywhere, &catalog).is_ok());
    }
}
