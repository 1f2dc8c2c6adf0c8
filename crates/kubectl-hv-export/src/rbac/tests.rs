//! The roles, and that they allow what `check-access` asks for and nothing else.

use hv_cli::OutputFormat;
use hv_cli::document;
use serde_json::Value;

use super::Grant;
use crate::access::{Reach, Run};
use crate::vm::SecretsMode;

const NAMESPACE: Grant<'static> = Grant {
    account: "kubectl-hv-export",
    namespace: "prod",
    all_namespaces: false,
    cluster: true,
    templates: false,
    secrets: SecretsMode::Omit,
    shared: &[],
};

const EVERYWHERE: Grant<'static> = Grant {
    namespace: "backup",
    all_namespaces: true,
    ..NAMESPACE
};

fn yaml(grant: &Grant<'_>) -> String {
    document::objects(OutputFormat::Table, &grant.objects()).unwrap()
}

#[test]
fn a_namespace_has_a_role_and_the_cluster_another() {
    insta::assert_snapshot!(yaml(&NAMESPACE), @r#"
    apiVersion: v1
    kind: ServiceAccount
    metadata:
      labels:
        app.kubernetes.io/name: kubectl-hv-export
      name: kubectl-hv-export
      namespace: prod
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata:
      labels:
        app.kubernetes.io/name: kubectl-hv-export
      name: kubectl-hv-export
      namespace: prod
    rules:
    - apiGroups:
      - ""
      resources:
      - configmaps
      - serviceaccounts
      verbs:
      - get
    - apiGroups:
      - ""
      resources:
      - persistentvolumeclaims
      verbs:
      - get
      - list
    - apiGroups:
      - cdi.kubevirt.io
      resources:
      - datavolumes
      verbs:
      - get
      - list
    - apiGroups:
      - harvesterhci.io
      resources:
      - keypairs
      - virtualmachineimages
      verbs:
      - get
    - apiGroups:
      - instancetype.kubevirt.io
      resources:
      - virtualmachineinstancetypes
      - virtualmachinepreferences
      verbs:
      - get
    - apiGroups:
      - k8s.cni.cncf.io
      resources:
      - network-attachment-definitions
      verbs:
      - get
    - apiGroups:
      - kubevirt.io
      resources:
      - virtualmachineinstances
      - virtualmachines
      verbs:
      - get
      - list
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata:
      labels:
        app.kubernetes.io/name: kubectl-hv-export
      name: kubectl-hv-export
      namespace: prod
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: Role
      name: kubectl-hv-export
    subjects:
    - kind: ServiceAccount
      name: kubectl-hv-export
      namespace: prod
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRole
    metadata:
      labels:
        app.kubernetes.io/name: kubectl-hv-export
      name: kubectl-hv-export:prod
    rules:
    - apiGroups:
      - ""
      resources:
      - persistentvolumes
      verbs:
      - get
    - apiGroups:
      - ""
      resourceNames:
      - kube-system
      resources:
      - namespaces
      verbs:
      - get
    - apiGroups:
      - harvesterhci.io
      resourceNames:
      - server-version
      resources:
      - settings
      verbs:
      - get
    - apiGroups:
      - instancetype.kubevirt.io
      resources:
      - virtualmachineclusterinstancetypes
      - virtualmachineclusterpreferences
      verbs:
      - get
    - apiGroups:
      - kubevirt.io
      resources:
      - kubevirts
      verbs:
      - list
    - apiGroups:
      - longhorn.io
      resources:
      - backingimages
      verbs:
      - get
    - apiGroups:
      - storage.k8s.io
      resources:
      - storageclasses
      verbs:
      - get
    ---
    apiVersion: rbac.authorization.k8s.io/v1
    kind: ClusterRoleBinding
    metadata:
      labels:
        app.kubernetes.io/name: kubectl-hv-export
      name: kubectl-hv-export:prod
    roleRef:
      apiGroup: rbac.authorization.k8s.io
      kind: ClusterRole
      name: kubectl-hv-export:prod
    subjects:
    - kind: ServiceAccount
      name: kubectl-hv-export
      namespace: prod
    "#);
}

/// Each rule as `verbs: resources`, with the group behind them.
fn rules(objects: &[Value]) -> Vec<String> {
    let words = |list: &Value| -> String {
        let words = list.as_array().into_iter().flatten();
        let words: Vec<_> = words.filter_map(Value::as_str).collect();
        words.join(",")
    };
    let rules = objects
        .iter()
        .filter_map(|object| object["rules"].as_array())
        .flatten();
    let line = |rule: &Value| {
        let [verbs, resources, names, group] =
            ["verbs", "resources", "resourceNames", "apiGroups"].map(|field| words(&rule[field]));
        format!("{verbs}: {resources} {names} ({group})").replace("  ", " ")
    };
    rules.map(line).collect()
}

#[test]
fn all_namespaces_are_one_cluster_role() {
    let grant = Grant {
        secrets: SecretsMode::Encrypt,
        ..EVERYWHERE
    };
    let objects = grant.objects();
    let names = document::objects(OutputFormat::Name, &objects).unwrap();
    insta::assert_snapshot!(names, @"
    serviceaccount/kubectl-hv-export
    clusterrole.rbac.authorization.k8s.io/kubectl-hv-export:backup:all
    clusterrolebinding.rbac.authorization.k8s.io/kubectl-hv-export:backup:all
    ");
    insta::assert_snapshot!(rules(&objects).join("\n"), @"
    get: configmaps,secrets,serviceaccounts ()
    get,list: persistentvolumeclaims,persistentvolumes ()
    get: namespaces kube-system ()
    get,list: datavolumes (cdi.kubevirt.io)
    get,list: keypairs,virtualmachineimages (harvesterhci.io)
    get: settings server-version (harvesterhci.io)
    get: virtualmachineclusterinstancetypes,virtualmachineclusterpreferences,virtualmachineinstancetypes,virtualmachinepreferences (instancetype.kubevirt.io)
    get,list: network-attachment-definitions (k8s.cni.cncf.io)
    get,list: virtualmachineinstances,virtualmachines (kubevirt.io)
    list: kubevirts (kubevirt.io)
    get,list: backingimages (longhorn.io)
    get,list: storageclasses (storage.k8s.io)
    ");
}

#[test]
fn somebody_who_owns_a_namespace_gets_roles_only() {
    let shared = ["default".to_owned(), "prod".to_owned()];
    let grant = Grant {
        cluster: false,
        shared: &shared,
        ..NAMESPACE
    };
    let names = document::objects(OutputFormat::Name, &grant.objects()).unwrap();
    insta::assert_snapshot!(names, @"
    serviceaccount/kubectl-hv-export
    role.rbac.authorization.k8s.io/kubectl-hv-export
    rolebinding.rbac.authorization.k8s.io/kubectl-hv-export
    role.rbac.authorization.k8s.io/kubectl-hv-export:prod
    rolebinding.rbac.authorization.k8s.io/kubectl-hv-export:prod
    ");
    insta::assert_snapshot!(document::yaml(&grant.objects()[3]).unwrap(), @"
    apiVersion: rbac.authorization.k8s.io/v1
    kind: Role
    metadata:
      labels:
        app.kubernetes.io/name: kubectl-hv-export
      name: kubectl-hv-export:prod
      namespace: default
    rules:
    - apiGroups:
      - harvesterhci.io
      resources:
      - keypairs
      - virtualmachineimages
      verbs:
      - get
    - apiGroups:
      - k8s.cni.cncf.io
      resources:
      - network-attachment-definitions
      verbs:
      - get
    ");
}

/// Whether a role among the objects allows something, as the API server would judge it.
fn allows(objects: &[Value], question: &hv_cluster::live::AccessQuestion<'_>) -> bool {
    let roles = objects.iter().filter(|object| {
        let place = object["metadata"]["namespace"].as_str();
        match object["kind"].as_str() {
            Some("ClusterRole") => true,
            Some("Role") => place.is_some() && place == question.namespace,
            _ => false,
        }
    });
    let has = |list: &Value, word: &str| {
        list.as_array()
            .is_some_and(|all| all.iter().any(|one| one == word))
    };
    roles
        .flat_map(|role| role["rules"].as_array().unwrap())
        .any(|rule| {
            let named = rule["resourceNames"].is_null()
                || question
                    .name
                    .is_some_and(|name| has(&rule["resourceNames"], name));
            has(&rule["apiGroups"], question.group)
                && has(&rule["resources"], question.resource)
                && has(&rule["verbs"], question.verb)
                && named
        })
}

#[test]
fn a_role_allows_every_right_of_its_runs() {
    let names = ["db01".to_owned()];
    let shared = ["default".to_owned()];
    let here = [Reach::Named("prod", &names), Reach::Beside("prod")];
    let everywhere = [here[0], here[1], Reach::All];
    for secrets in [
        SecretsMode::Omit,
        SecretsMode::Encrypt,
        SecretsMode::Plaintext,
    ] {
        for templates in [false, true] {
            let cases = [(NAMESPACE, &here[..]), (EVERYWHERE, &everywhere[..])];
            for (grant, reaches) in cases {
                let grant = Grant {
                    secrets,
                    templates,
                    shared: &shared,
                    ..grant
                };
                let objects = grant.objects();
                for &reach in reaches {
                    let run = Run {
                        reach,
                        templates,
                        secrets,
                        shared: &shared,
                    };
                    for question in run.questions() {
                        assert!(allows(&objects, &question.ask()), "{question:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_role_only_reads_and_secrets_only_by_name() {
    for secrets in [SecretsMode::Omit, SecretsMode::Encrypt] {
        for grant in [NAMESPACE, EVERYWHERE] {
            let grant = Grant {
                secrets,
                templates: true,
                ..grant
            };
            let mut with_secrets = 0;
            for rule in rules(&grant.objects()) {
                let (verbs, rest) = rule.split_once(':').unwrap();
                assert!(["get", "list", "get,list"].contains(&verbs), "{rule}");
                if rest.contains("secrets") {
                    with_secrets += 1;
                    assert_eq!(verbs, "get");
                }
            }
            assert_eq!(with_secrets, usize::from(secrets == SecretsMode::Encrypt));
        }
    }
}
