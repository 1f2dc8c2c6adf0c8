//! What is to be judged, as words on the command line.

use hv_cli::nearest::nearest;
use hv_cli::{Failure, ScopeArgs};
use hv_cluster::kinds;

/// What is to be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Every storage class.
    Classes,
    /// A storage class if there is one of that name, else a driver.
    Named(String),
    /// A storage class.
    Class(String),
    /// A driver.
    Driver(String),
    /// A claim.
    Claim(String),
    /// An image.
    Image(String),
    /// A VM.
    Vm(String),
    /// All VMs, or those that the selector names.
    Vms,
    /// All claims, or those that the selector names.
    Claims,
}

/// The kinds that can be judged, by the words people use for them.
const KINDS: &[(&str, &[&str])] = &[
    ("storageclass", &["sc", "storageclass", "storageclasses"]),
    ("csidriver", &["csidriver", "csidrivers", "driver"]),
    (
        "pvc",
        &["pvc", "persistentvolumeclaim", "persistentvolumeclaims"],
    ),
    ("vm", &["vm", "vms", "virtualmachine", "virtualmachines"]),
    (
        "image",
        &[
            "image",
            "images",
            "vmimage",
            "vmimages",
            "virtualmachineimage",
            "virtualmachineimages",
        ],
    ),
];

/// The kind whose names complete a word of this type.
pub(crate) fn listed(word: &str) -> Option<&'static kinds::Kind> {
    Some(match kind(word)? {
        "storageclass" => &kinds::STORAGE_CLASS,
        "csidriver" => &kinds::CSI_DRIVER,
        "pvc" => &kinds::PERSISTENT_VOLUME_CLAIM,
        "image" => &kinds::VIRTUAL_MACHINE_IMAGE,
        _ => &kinds::VIRTUAL_MACHINE,
    })
}

/// The types to offer when a word is completed.
pub(crate) fn types() -> Vec<String> {
    KINDS.iter().map(|(kind, _)| format!("{kind}/")).collect()
}

fn kind(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    // `virtualmachine.kubevirt.io/web`, as -o name prints it.
    let plain = word.split('.').next().unwrap_or(&word);
    let groups = ["", "storage.k8s.io", "kubevirt.io", "harvesterhci.io"];
    let group = word.split_once('.').map_or("", |(_, group)| group);
    if !groups.contains(
        &group
            .trim_start_matches("v1.")
            .trim_start_matches("v1beta1."),
    ) {
        return None;
    }
    KINDS
        .iter()
        .find(|(_, words)| words.contains(&plain))
        .map(|(kind, _)| *kind)
}

/// Reads the targets.
pub(crate) fn parse(words: &[String], scope: &ScopeArgs) -> Result<Vec<Target>, Failure> {
    let selecting = scope.selector.is_some() || scope.all_namespaces;
    let Some((first, rest)) = words.split_first() else {
        if scope.selector.is_some() {
            return Err(
                Failure::usage("a selector needs a kind").hint("{cmd} check-driver vm -l tier=db")
            );
        }
        return Ok(vec![Target::Classes]);
    };
    // TYPE, or TYPE NAME…
    if !first.contains('/')
        && let Some(kind) = kind(first)
    {
        if rest.is_empty() {
            return Ok(vec![all(kind)]);
        }
        if selecting {
            return Err(Failure::usage(
                "a name cannot be given together with -A or -l",
            ));
        }
        return rest.iter().map(|name| named(kind, name)).collect();
    }
    if scope.selector.is_some() {
        return Err(Failure::usage(
            "a selector cannot be given together with a name",
        ));
    }
    let targets: Result<Vec<_>, _> = words.iter().map(|word| one(word)).collect();
    let targets = targets?;
    let in_namespace =
        |target: &Target| matches!(target, Target::Vm(_) | Target::Claim(_) | Target::Image(_));
    if scope.all_namespaces && targets.iter().any(in_namespace) {
        return Err(
            Failure::usage("a resource cannot be retrieved by name across all namespaces")
                .hint("name the namespace with -n"),
        );
    }
    Ok(targets)
}

fn all(kind: &str) -> Target {
    match kind {
        "vm" => Target::Vms,
        "pvc" => Target::Claims,
        "image" => Target::Image(String::new()),
        _ => Target::Classes,
    }
}

fn one(word: &str) -> Result<Target, Failure> {
    let Some((typed, name)) = word.split_once('/') else {
        return if word.is_empty() {
            Err(Failure::usage("a name must not be empty"))
        } else {
            Ok(Target::Named(word.to_owned()))
        };
    };
    match kind(typed) {
        Some(kind) => named(kind, name),
        None => Err(unknown_type(typed)),
    }
}

fn named(kind: &str, name: &str) -> Result<Target, Failure> {
    if name.is_empty() || name.contains('/') {
        let failure = Failure::usage(format!("\"{kind}/{name}\" is no TYPE/NAME"));
        return Err(failure.hint("name the namespace with -n, and give every target as TYPE/NAME"));
    }
    let name = name.to_owned();
    Ok(match kind {
        "storageclass" => Target::Class(name),
        "csidriver" => Target::Driver(name),
        "pvc" => Target::Claim(name),
        "image" => Target::Image(name),
        _ => Target::Vm(name),
    })
}

fn unknown_type(typed: &str) -> Failure {
    let words = KINDS.iter().flat_map(|(_, words)| words.iter().copied());
    let near = nearest(typed, words);
    let kinds: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
    Failure::no_resource_type(typed)
        .with_kind(hv_cli::ExitKind::Usage)
        .hint(match near {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => format!("one of {}", kinds.join(", ")),
        })
}

#[cfg(test)]
mod tests {
    use super::{Target, parse};
    use hv_cli::ScopeArgs;

    fn scope(namespace: Option<&str>, all_namespaces: bool, selector: Option<&str>) -> ScopeArgs {
        ScopeArgs {
            namespace: namespace.map(Into::into),
            all_namespaces,
            selector: selector.map(Into::into),
        }
    }

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(Into::into).collect()
    }

    #[test]
    fn words_name_targets() {
        let plain = scope(None, false, None);
        for (text, expected) in [
            ("", vec![Target::Classes]),
            ("ceph-rbd", vec![Target::Named("ceph-rbd".into())]),
            ("sc/ceph-rbd", vec![Target::Class("ceph-rbd".into())]),
            (
                "StorageClass.storage.k8s.io/x",
                vec![Target::Class("x".into())],
            ),
            ("csidriver/a.b", vec![Target::Driver("a.b".into())]),
            ("vm/web01", vec![Target::Vm("web01".into())]),
            (
                "virtualmachine.kubevirt.io/web",
                vec![Target::Vm("web".into())],
            ),
            (
                "vm web01 web02",
                vec![Target::Vm("web01".into()), Target::Vm("web02".into())],
            ),
            ("vm", vec![Target::Vms]),
            ("pvc/data", vec![Target::Claim("data".into())]),
            ("image/image-1", vec![Target::Image("image-1".into())]),
        ] {
            assert_eq!(parse(&words(text), &plain).unwrap(), expected, "{text}");
        }
        let all = scope(None, true, Some("tier=db"));
        assert_eq!(parse(&words("vm"), &all).unwrap(), [Target::Vms]);
    }

    #[test]
    fn wrong_words_are_refused_with_one_sentence() {
        for (text, scope, sentence) in [
            (
                "vmm/web",
                scope(None, false, None),
                "error: the server doesn't have a resource type \"vmm\"",
            ),
            (
                "vm/",
                scope(None, false, None),
                "error: \"vm/\" is no TYPE/NAME",
            ),
            (
                "",
                scope(None, false, Some("a=b")),
                "error: a selector needs a kind",
            ),
            (
                "ceph",
                scope(None, false, Some("a=b")),
                "error: a selector cannot be given together with a name",
            ),
            (
                "vm/web",
                scope(None, true, None),
                "error: a resource cannot be retrieved by name across all namespaces",
            ),
        ] {
            let failure = parse(&words(text), &scope).unwrap_err();
            assert_eq!(failure.to_string(), sentence, "{text}");
            assert_eq!(failure.kind().code(), 2, "{text}");
        }
    }
}
