//! What cannot be read, and words that make no sense.

use hv_testbed::plugin::Plugin;

use crate::plugin::{NAME, desk, world};

#[test]
fn wrong_words_get_one_sentence() {
    let plugin = Plugin::alone(NAME);
    for (words, code, sentence) in [
        (
            "scan -A --only wrong-handel",
            2,
            "error: unknown code \"wrong-handel\"",
        ),
        (
            "scan -A nightly",
            2,
            "error: a resource cannot be retrieved by name across all namespaces",
        ),
        (
            "scan -l a=b nightly",
            2,
            "error: a selector cannot be given together with a name",
        ),
    ] {
        plugin.run(words).refused(code, sentence);
    }
    assert_eq!(plugin.run("scan -A --severity grave").code, Some(2));
    assert_eq!(plugin.run("scan -A -l =").code, Some(2));
    let near = plugin.run("scan -A --only wrong-handel");
    assert!(
        near.stderr.contains("hint: did you mean \"wrong-handle\"?"),
        "{near:?}"
    );
}

#[test]
fn a_backup_that_is_not_there_is_named() {
    let plugin = desk(&world("v1.8.2+backups"));
    let run = plugin.run("scan -n prod payrol-june --from bundle");
    run.refused(1, "Error from server (NotFound): virtualmachinebackups.harvesterhci.io \"payrol-june\" not found");
    assert!(
        run.stderr.contains("did you mean \"payroll-june\"?"),
        "{run:?}"
    );
    let run = plugin.run("scan -n default payroll-june --from bundle");
    assert!(
        run.stderr.contains("there is one in namespace \"prod\""),
        "{run:?}"
    );
}

#[test]
fn a_namespace_outside_of_the_bundle_has_no_verdict() {
    let plugin = desk(&world("v1.8.2+backups"));
    plugin
        .run("scan -n nowhere --from bundle")
        .refused(7, "error: namespace \"nowhere\" is not in this bundle");
}

#[test]
fn a_cluster_without_harvester_has_no_verdict() {
    let mut world = world("v1.8.2+backups");
    world.objects.retain(|object| {
        !object["apiVersion"]
            .as_str()
            .unwrap_or_default()
            .starts_with("harvesterhci.io/")
    });
    world.absent_groups.push("harvesterhci.io".to_owned());
    let run = desk(&world).run("scan -A --from bundle");
    assert_eq!(run.code, Some(7), "{run:?}");
    assert_eq!(run.stdout, "");
}
