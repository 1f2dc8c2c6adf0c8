//! What is asked, what is told, and how it ends.

use hv_cli::{Manner, OutputFormat, Ui};
use hv_cluster::live::AccessAnswer;

use super::document::AccessReport;
use super::rights::{Place, RIGHTS};
use super::run::{Question, Reach, Run};
use super::{bare, place, view};
use crate::vm::SecretsMode;

fn run(reach: Reach<'_>) -> Run<'_> {
    Run {
        reach,
        templates: false,
        secrets: SecretsMode::Omit,
        shared: &[],
    }
}

/// Each question as `verb resource[/name] [-n namespace]`.
fn asked(run: &Run<'_>) -> String {
    let line = |question: Question| {
        let asked = question.ask();
        let name = asked.name.map(|name| format!("/{name}"));
        let namespace = asked.namespace.map(|name| format!(" -n {name}"));
        format!(
            "{} {}{}{}\n",
            asked.verb,
            asked.resource,
            name.unwrap_or_default(),
            namespace.unwrap_or_default()
        )
    };
    run.questions().into_iter().map(line).collect()
}

#[test]
fn a_tenant_with_names_is_never_asked_for_a_list_of_the_cluster() {
    let names = ["db01".to_owned(), "web01".to_owned()];
    let shared = ["default".to_owned(), "prod".to_owned()];
    let run = Run {
        shared: &shared,
        ..run(Reach::Named("prod", &names))
    };
    insta::assert_snapshot!(asked(&run), @"
    get virtualmachines/db01 -n prod
    get virtualmachines/web01 -n prod
    get persistentvolumeclaims -n prod
    list persistentvolumeclaims -n prod
    get virtualmachineinstances/db01 -n prod
    get virtualmachineinstances/web01 -n prod
    get configmaps -n prod
    get datavolumes -n prod
    get virtualmachineimages -n prod
    get virtualmachineimages -n default
    get network-attachment-definitions -n prod
    get network-attachment-definitions -n default
    get keypairs -n prod
    get keypairs -n default
    get serviceaccounts -n prod
    get virtualmachineinstancetypes -n prod
    get virtualmachinepreferences -n prod
    get backingimages -n longhorn-system
    list kubevirts -n harvester-system
    get persistentvolumes
    get storageclasses
    get virtualmachineclusterinstancetypes
    get virtualmachineclusterpreferences
    get namespaces/kube-system -n kube-system
    get settings/server-version
    ");
}

#[test]
fn a_namespace_is_listed_and_the_rest_read_by_name() {
    insta::assert_snapshot!(asked(&run(Reach::Beside("prod"))), @"
    list virtualmachines -n prod
    get virtualmachines -n prod
    list persistentvolumeclaims -n prod
    get virtualmachineinstances -n prod
    list virtualmachineinstances -n prod
    get configmaps -n prod
    list datavolumes -n prod
    get virtualmachineimages -n prod
    get network-attachment-definitions -n prod
    get keypairs -n prod
    get serviceaccounts -n prod
    get virtualmachineinstancetypes -n prod
    get virtualmachinepreferences -n prod
    get backingimages -n longhorn-system
    list kubevirts -n harvester-system
    get persistentvolumes
    get storageclasses
    get virtualmachineclusterinstancetypes
    get virtualmachineclusterpreferences
    get namespaces/kube-system -n kube-system
    get settings/server-version
    ");
}

#[test]
fn all_namespaces_are_asked_about_at_once() {
    let run = Run {
        secrets: SecretsMode::Encrypt,
        ..run(Reach::All)
    };
    insta::assert_snapshot!(asked(&run), @"
    list virtualmachines
    get virtualmachines
    list persistentvolumeclaims
    get secrets
    get virtualmachineinstances
    list virtualmachineinstances
    get configmaps
    list datavolumes
    list virtualmachineimages
    list network-attachment-definitions
    list keypairs
    get serviceaccounts
    get virtualmachineinstancetypes
    get virtualmachinepreferences
    list backingimages
    list kubevirts -n harvester-system
    list persistentvolumes
    list storageclasses
    get virtualmachineclusterinstancetypes
    get virtualmachineclusterpreferences
    get namespaces/kube-system -n kube-system
    get settings/server-version
    ");
}

#[test]
fn templates_need_neither_vms_nor_disks() {
    let names = ["small".to_owned()];
    let run = Run {
        templates: true,
        ..run(Reach::Named("prod", &names))
    };
    insta::assert_snapshot!(asked(&run), @"
    get virtualmachinetemplates/small -n prod
    get virtualmachinetemplateversions -n prod
    list virtualmachinetemplateversions -n prod
    get virtualmachineimages -n prod
    get network-attachment-definitions -n prod
    get keypairs -n prod
    list kubevirts -n harvester-system
    get namespaces/kube-system -n kube-system
    get settings/server-version
    ");
}

#[test]
fn secrets_are_read_by_name_and_only_if_asked_for() {
    for reach in [Reach::Named("prod", &[]), Reach::Beside("prod"), Reach::All] {
        let omit = run(reach);
        assert!(!asked(&omit).contains("secrets"));
        for secrets in [SecretsMode::Encrypt, SecretsMode::Plaintext] {
            let asked = asked(&Run { secrets, ..omit });
            assert!(asked.contains("get secrets") && !asked.contains("list secrets"));
        }
    }
}

#[test]
fn the_table_only_reads_and_says_what_is_lost() {
    for right in RIGHTS {
        let verbs = right.verbs;
        for verb in [verbs.named, verbs.beside, verbs.all].concat() {
            assert!(matches!(verb, "get" | "list"), "{verb}");
        }
        for text in [Some(right.purpose), right.lost].into_iter().flatten() {
            assert!(!text.ends_with('.'), "{text}");
        }
        assert!(right.only.is_none() || right.place == Place::Cluster);
    }
}

fn told(denied: &[&str], strict: bool, format: OutputFormat) -> (String, usize) {
    let names = ["db01".to_owned()];
    let run = run(Reach::Named("prod", &names));
    let answer = |question: Question| {
        let allowed = !denied.contains(&question.right.resource);
        let reason = match allowed {
            true => "RBAC: allowed by RoleBinding \"viewers/prod\"".to_owned(),
            false => String::new(),
        };
        (question, AccessAnswer { allowed, reason })
    };
    let answers = run.questions().into_iter().map(answer).collect();
    let report = AccessReport::new(answers, strict);
    let (ui, captured) = Ui::capture(Manner {
        format,
        ..Manner::default()
    });
    view::show(&report, &ui).unwrap();
    let text = format!("{}---\n{}", captured.stdout(), captured.stderr());
    (text, report.summary.needed_denied)
}

#[test]
fn what_is_optional_is_told_with_what_it_costs() {
    let denied = ["persistentvolumes", "storageclasses", "namespaces"];
    let (text, needed) = told(&denied, false, OutputFormat::Table);
    assert_eq!(needed, 0);
    insta::assert_snapshot!(text, @"
    VERB   RESOURCE                                                      NAMESPACE          ALLOWED   NEEDED-FOR
    get    virtualmachines.kubevirt.io/db01                              prod               yes       VMs
    get    persistentvolumeclaims                                        prod               yes       disks
    list   persistentvolumeclaims                                        prod               yes       the disk of firmware state (optional)
    get    virtualmachineinstances.kubevirt.io/db01                      prod               yes       MACs, UUIDs, serials (optional)
    get    configmaps                                                    prod               yes       config maps that VMs name (optional)
    get    datavolumes.cdi.kubevirt.io                                   prod               yes       how CDI made a disk (optional)
    get    virtualmachineimages.harvesterhci.io                          prod               yes       images of disks (optional)
    get    network-attachment-definitions.k8s.cni.cncf.io                prod               yes       networks (optional)
    get    keypairs.harvesterhci.io                                      prod               yes       SSH keys by name (optional)
    get    serviceaccounts                                               prod               yes       accounts that VMs name (optional)
    get    virtualmachineinstancetypes.instancetype.kubevirt.io          prod               yes       sizes by name (optional)
    get    virtualmachinepreferences.instancetype.kubevirt.io            prod               yes       preferences by name (optional)
    get    backingimages.longhorn.io                                     longhorn-system    yes       checksums of images (optional)
    list   kubevirts.kubevirt.io                                         harvester-system   yes       KubeVirt's release (optional)
    get    persistentvolumes                                             <none>             no        volumes behind disks (optional)
    get    storageclasses.storage.k8s.io                                 <none>             no        classes of disks (optional)
    get    virtualmachineclusterinstancetypes.instancetype.kubevirt.io   <none>             yes       sizes by name (optional)
    get    virtualmachineclusterpreferences.instancetype.kubevirt.io     <none>             yes       preferences by name (optional)
    get    namespaces/kube-system                                        <none>             no        the cluster's id (optional)
    get    settings.harvesterhci.io/server-version                       <none>             yes       Harvester's release (optional)
    ---
    Warning: without volumes behind disks: the volumes behind the disks are not named, so an import cannot bind replicated ones
    Warning: without classes of disks: storage classes become names, without driver and parameters
    Warning: without the cluster's id: the cluster is known by its certificates, and its VMs have another lineage than with the id
    20 rights asked for, all that are needed are granted, 3 optional missing
    ");
}

#[test]
fn what_is_needed_counts() {
    let (text, needed) = told(&["virtualmachines", "keypairs"], false, OutputFormat::Wide);
    assert_eq!(needed, 1);
    insta::assert_snapshot!(text, @r#"
    VERB   RESOURCE                                                      NAMESPACE          ALLOWED   NEEDED-FOR                              REASON
    get    virtualmachines.kubevirt.io/db01                              prod               no        VMs                                     <none>
    get    persistentvolumeclaims                                        prod               yes       disks                                   RBAC: allowed by RoleBinding "viewers/prod"
    list   persistentvolumeclaims                                        prod               yes       the disk of firmware state (optional)   RBAC: allowed by RoleBinding "viewers/prod"
    get    virtualmachineinstances.kubevirt.io/db01                      prod               yes       MACs, UUIDs, serials (optional)         RBAC: allowed by RoleBinding "viewers/prod"
    get    configmaps                                                    prod               yes       config maps that VMs name (optional)    RBAC: allowed by RoleBinding "viewers/prod"
    get    datavolumes.cdi.kubevirt.io                                   prod               yes       how CDI made a disk (optional)          RBAC: allowed by RoleBinding "viewers/prod"
    get    virtualmachineimages.harvesterhci.io                          prod               yes       images of disks (optional)              RBAC: allowed by RoleBinding "viewers/prod"
    get    network-attachment-definitions.k8s.cni.cncf.io                prod               yes       networks (optional)                     RBAC: allowed by RoleBinding "viewers/prod"
    get    keypairs.harvesterhci.io                                      prod               no        SSH keys by name (optional)             <none>
    get    serviceaccounts                                               prod               yes       accounts that VMs name (optional)       RBAC: allowed by RoleBinding "viewers/prod"
    get    virtualmachineinstancetypes.instancetype.kubevirt.io          prod               yes       sizes by name (optional)                RBAC: allowed by RoleBinding "viewers/prod"
    get    virtualmachinepreferences.instancetype.kubevirt.io            prod               yes       preferences by name (optional)          RBAC: allowed by RoleBinding "viewers/prod"
    get    backingimages.longhorn.io                                     longhorn-system    yes       checksums of images (optional)          RBAC: allowed by RoleBinding "viewers/prod"
    list   kubevirts.kubevirt.io                                         harvester-system   yes       KubeVirt's release (optional)           RBAC: allowed by RoleBinding "viewers/prod"
    get    persistentvolumes                                             <none>             yes       volumes behind disks (optional)         RBAC: allowed by RoleBinding "viewers/prod"
    get    storageclasses.storage.k8s.io                                 <none>             yes       classes of disks (optional)             RBAC: allowed by RoleBinding "viewers/prod"
    get    virtualmachineclusterinstancetypes.instancetype.kubevirt.io   <none>             yes       sizes by name (optional)                RBAC: allowed by RoleBinding "viewers/prod"
    get    virtualmachineclusterpreferences.instancetype.kubevirt.io     <none>             yes       preferences by name (optional)          RBAC: allowed by RoleBinding "viewers/prod"
    get    namespaces/kube-system                                        <none>             yes       the cluster's id (optional)             RBAC: allowed by RoleBinding "viewers/prod"
    get    settings.harvesterhci.io/server-version                       <none>             yes       Harvester's release (optional)          RBAC: allowed by RoleBinding "viewers/prod"
    ---
    20 rights asked for, 1 needed and 1 optional missing
    "#);
}

#[test]
fn strict_takes_everything_for_needed() {
    let (text, needed) = told(&["keypairs"], true, OutputFormat::Table);
    assert_eq!(needed, 1);
    assert!(
        !text.contains("optional)") && !text.contains("without"),
        "{text}"
    );
}

#[test]
fn the_document_tells_each_right() {
    let (text, _) = told(&["persistentvolumes"], false, OutputFormat::Json);
    let text = text.split("---\n").next().unwrap();
    let document: serde_json::Value = serde_json::from_str(text).unwrap();
    assert_eq!(document["kind"], "AccessReport");
    let denied = document["items"].as_array().unwrap().iter();
    let denied: Vec<_> = denied.filter(|item| item["allowed"] == false).collect();
    insta::assert_snapshot!(serde_json::to_string_pretty(&denied).unwrap(), @r#"
    [
      {
        "allowed": false,
        "group": "",
        "lost": "the volumes behind the disks are not named, so an import cannot bind replicated ones",
        "namespaced": false,
        "needed": false,
        "neededFor": "volumes behind disks",
        "resource": "persistentvolumes",
        "verb": "get"
      }
    ]
    "#);
    insta::assert_snapshot!(document["summary"].to_string(), @r#"{"neededDenied":0,"optionalDenied":1,"reviews":20}"#);
}

#[test]
fn names_may_have_their_type_before_them() {
    let typed = ["vm/db01", "VirtualMachine.kubevirt.io/web", "plain", "x/y"].map(str::to_owned);
    assert_eq!(bare(&typed), ["db01", "web", "plain", "x/y"]);
}

#[test]
fn the_hint_asks_rbac_for_the_same_run() {
    let shared = ["default".to_owned()];
    let run = Run {
        secrets: SecretsMode::Encrypt,
        shared: &shared,
        ..run(Reach::Beside("prod"))
    };
    assert_eq!(place(&run), "-n prod --shared default --secrets encrypt");
}

#[test]
fn the_committed_schema_is_that_of_the_document() {
    hv_testbed::generated::schema::<AccessReport>("schemas/access-report.schema.json");
}
