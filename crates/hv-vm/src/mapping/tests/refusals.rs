//! Map files that are refused, and what is told.

use super::file::parse;
use super::*;

pub(super) fn wrong(rest: &str) -> String {
    parse(rest).unwrap_err().to_string()
}

#[test]
fn what_is_no_map_is_refused() {
    for (text, message) in [
        (
            "",
            "nothing instead of fields; apiVersion: is missing: write \"kubectl-hv.io/v1alpha1\"",
        ),
        ("[]", "a list instead of fields"),
        (
            "kind: ImportMap",
            "apiVersion: is missing: write \"kubectl-hv.io/v1alpha1\"",
        ),
        (
            "apiVersion: kubectl-hv.io/v2\nkind: Map",
            "apiVersion: \"kubectl-hv.io/v2\" instead of \"kubectl-hv.io/v1alpha1\"; kind: \"Map\" instead of \"ImportMap\"",
        ),
    ] {
        let told = MapFile::parse(text).unwrap_err().to_string();
        assert!(told == message || message.starts_with(&told), "{told}");
    }
    let told = MapFile::parse("a: [").unwrap_err().to_string();
    assert!(
        told.starts_with("is no YAML or JSON: ") && !told.contains('\n'),
        "{told}"
    );
    let twice = wrong("namespaces: {prod: a, prod: b}");
    assert!(
        twice.starts_with("is no YAML or JSON: ") && twice.contains("duplicate"),
        "{twice}"
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    assert_eq!(
        wrong("namespaces: {prod: Dr}\nmacs: {prod/a: {nic: x}}\ndisks: {prod/a: {root: {}}}"),
        "namespaces.prod: \"Dr\" cannot be the name of a namespace: lower case letters, digits and \"-\" are allowed, a letter or digit first and last; \
         macs.prod/a.nic: \"x\" is no MAC address; \
         disks.prod/a.root: has no mode: write one of existing, bind, image, blank, snapshot or skip"
    );
}

#[test]
fn names_with_escapes_move_no_cursor() {
    let told = wrong("namespaces: {\"pr\\u001b[31mod\": \"d\\nr\"}");
    assert_eq!(
        told,
        "namespaces.pr\\u{1b}[31mod: \"pr\\u{1b}[31mod\" cannot be the name of a namespace: lower case letters, digits and \"-\" are allowed, a letter or digit first and last; \
         namespaces.pr\\u{1b}[31mod: \"d\\nr\" cannot be the name of a namespace: lower case letters, digits and \"-\" are allowed, a letter or digit first and last"
    );
    let told = wrong("\"\\u202enames\": {}");
    assert_eq!(told, "\\u{202e}names: unknown key; did you mean \"names\"?");
    let told = wrong(&format!("names: {{prod/a: {}}}", "x".repeat(500)));
    assert!(
        told.len() < 200 && told.contains("has at most 63 characters"),
        "{told}"
    );
}

#[test]
fn vms_that_the_map_and_the_namespaces_send_to_one_name_are_told() {
    assert_eq!(
        wrong("namespaces: {prod: dr, dev: dr}\nnames: {prod/a: x, dev/b: x, qa/c: dr/x}"),
        "names.prod/a: \"dev/b\" becomes \"dr/x\", too; names.qa/c: \"dev/b\" becomes \"dr/x\", too"
    );
    let map = parse("namespaces: {prod: dr, dev: dr}").unwrap();
    let all = ["prod", "dev", "qa"].map(|namespace| name(namespace, "db"));
    let found = clashes(all.into_iter().map(|vm| (vm.clone(), map.vm_name_of(&vm))));
    let sources = vec![name("dev", "db"), name("prod", "db")];
    assert_eq!(
        found,
        [Clash {
            target: name("dr", "db"),
            sources
        }]
    );
}
