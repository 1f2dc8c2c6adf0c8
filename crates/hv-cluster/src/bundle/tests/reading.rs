//! Listing kinds, and telling "none" from "not there to be seen".

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::making::Made;
use crate::bundle::SupportBundle;
use crate::kinds::{
    CSI_DRIVER, Kind, PERSISTENT_VOLUME_CLAIM, SETTING, STORAGE_CLASS, Scope, VIRTUAL_MACHINE,
    VOLUME_SNAPSHOT_CLASS,
};
use crate::lenient;
use crate::source::{Gap, Query, SourceError};

const CLASSES: &str = "yamls/cluster/storage.k8s.io/v1/storageclasses.yaml";
const CLAIMS: &str = "yamls/namespaced/default/v1/persistentvolumeclaims.yaml";
const CRDS: &str = "yamls/cluster/apiextensions.k8s.io/v1/customresourcedefinitions.yaml";
const SECRET: Kind = Kind {
    group: "",
    version: "v1",
    kind: "Secret",
    plural: "secrets",
    scope: Scope::Namespaced,
};

fn names(bundle: &SupportBundle, kind: &Kind, query: &Query) -> (Vec<String>, Option<Gap>) {
    let listing = bundle.list::<Value>(kind, query).unwrap();
    let name = |value: &Value| value["metadata"]["name"].as_str().unwrap().to_owned();
    (listing.items.iter().map(name).collect(), listing.gap)
}

fn not_collected(text: &str) -> Gap {
    Gap::NotCollected(text.to_owned())
}

#[test]
fn mangled_values_are_read_as_far_as_they_can_be() {
    #[derive(Deserialize)]
    struct View {
        #[serde(deserialize_with = "lenient::text")]
        empty: String,
        #[serde(deserialize_with = "lenient::int")]
        size: Option<i64>,
        #[serde(deserialize_with = "lenient::map")]
        labels: BTreeMap<String, String>,
    }
    let item = "metadata:\n  name: a\nempty: \"null\"\nsize: 2.147483648e+10\nratio: 0.5\n\
                created: 1.7e+18\nsmall: 999999\nquantity: \"1.5e+09\"\nword: \"yes\"\n\
                labels:\n  node-role.kubernetes.io/control-plane: \"null\"\n  flag: true\n  n: 3\n\
                text: |\n  - not an item\n  kind: List\n";
    Made::new().list(CLASSES, &[item]).both(|bundle| {
        let value = bundle
            .list::<Value>(&STORAGE_CLASS, &Query::default())
            .unwrap()
            .items
            .remove(0);
        assert_eq!(value["empty"], "null");
        assert_eq!(value["size"], json!(21_474_836_480_i64));
        assert_eq!(value["created"], json!(1_700_000_000_000_000_000_i64));
        assert_eq!(value["small"], json!(999_999));
        assert_eq!(value["ratio"], json!(0.5));
        assert_eq!(value["quantity"], "1.5e+09");
        assert_eq!(value["word"], "yes");
        assert_eq!(value["text"], "- not an item\nkind: List\n");
        let view = bundle
            .list::<View>(&STORAGE_CLASS, &Query::default())
            .unwrap()
            .items
            .remove(0);
        assert_eq!((view.empty.as_str(), view.size), ("", Some(21_474_836_480)));
        assert_eq!(view.labels["node-role.kubernetes.io/control-plane"], "");
        assert_eq!(
            (view.labels["flag"].as_str(), view.labels["n"].as_str()),
            ("true", "3")
        );
    });
}

#[test]
fn selectors_namespaces_and_names_narrow_a_list() {
    let made = Made::new()
        .list(CLAIMS, &[
            "metadata:\n  labels:\n    tier: db\n  name: a\n  namespace: default",
            "metadata:\n  labels:\n    tier: web\n    empty: \"null\"\n  name: b\n  namespace: default",
        ])
        .list("yamls/namespaced/prod/v1/persistentvolumeclaims.yaml", &[
            "metadata:\n  name: \"a\"\n  namespace: prod",
        ]);
    made.both(|bundle| {
        assert_eq!(
            bundle.covered_namespaces(),
            ["default", "kube-system", "prod"]
        );
        let query = |namespace: Option<&str>, labels: Option<&str>, fields: Option<&str>| Query {
            namespace: namespace.map(str::to_owned),
            labels: labels.map(str::to_owned),
            fields: fields.map(str::to_owned),
        };
        let list = |query| names(bundle, &PERSISTENT_VOLUME_CLAIM, &query);
        let some = |names: &[&str]| (names.iter().map(ToString::to_string).collect(), None);
        assert_eq!(list(query(None, None, None)), some(&["a", "b", "a"]));
        assert_eq!(list(query(Some("prod"), None, None)), some(&["a"]));
        assert_eq!(list(query(None, Some("tier=db"), None)), some(&["a"]));
        assert_eq!(list(query(None, Some("empty="), None)), some(&["b"]));
        assert_eq!(list(query(None, Some("!tier"), None)), some(&["a"]));
        assert_eq!(
            list(query(None, None, Some("metadata.name=b"))),
            some(&["b"])
        );
        assert_eq!(
            list(query(None, None, Some("metadata.namespace!=prod"))),
            some(&["a", "b"])
        );
        assert_eq!(list(query(Some("kube-system"), None, None)), some(&[]));
        let absent =
            "namespace \"dev\" is not in this bundle; it covers default, kube-system, prod";
        assert_eq!(
            list(query(Some("dev"), None, None)),
            (vec![], Some(not_collected(absent)))
        );
        let refused = bundle
            .list::<Value>(
                &PERSISTENT_VOLUME_CLAIM,
                &query(None, None, Some("spec.x=y")),
            )
            .unwrap_err();
        assert_eq!(
            refused,
            SourceError::Selector(
                "field label not supported in a support bundle: spec.x".to_owned()
            )
        );
        let get = |namespace, name| {
            bundle
                .get::<Value>(&PERSISTENT_VOLUME_CLAIM, Some(namespace), name)
                .unwrap()
        };
        assert_eq!(
            get("prod", "a").unwrap().unwrap()["metadata"]["namespace"],
            "prod"
        );
        assert_eq!(get("prod", "b"), Ok(None));
        assert_eq!(get("dev", "a"), Err(Gap::NotCollected(absent.to_owned())));
    });
}

#[test]
fn a_missing_file_means_none_unless_something_says_otherwise() {
    let with_crds = Made::new()
        .list(
            CRDS,
            &[
                "metadata:\n  name: virtualmachines.kubevirt.io",
                "metadata:\n  name: 'x.y'",
            ],
        )
        .list(CLAIMS, &[]);
    with_crds.both(|bundle| {
        let all = Query::default();
        assert_eq!(names(bundle, &CSI_DRIVER, &all), (vec![], None));
        assert_eq!(names(bundle, &VIRTUAL_MACHINE, &all), (vec![], None));
        assert_eq!(
            names(bundle, &VOLUME_SNAPSHOT_CLASS, &all),
            (vec![], Some(Gap::NotServed))
        );
        assert_eq!(
            names(bundle, &SETTING, &all),
            (vec![], Some(Gap::NotServed))
        );
        assert_eq!(
            bundle
                .get::<Value>(&SETTING, None, "server-version")
                .unwrap(),
            Ok(None)
        );
        let secrets = "a support bundle never holds secrets";
        assert_eq!(
            names(bundle, &SECRET, &all),
            (vec![], Some(not_collected(secrets)))
        );
    });
    Made::new().list(CLAIMS, &[]).both(|bundle| {
        let nothing = "this bundle holds no cluster-scoped objects";
        assert_eq!(
            names(bundle, &STORAGE_CLASS, &Query::default()),
            (vec![], Some(not_collected(nothing)))
        );
    });
}

#[test]
fn old_kits_collected_no_settings() {
    let made = Made::new().list(CLASSES, &[]).list(
        "yamls/namespaced/default/harvesterhci.io/v1beta1/virtualmachineimages.yaml",
        &["metadata:\n  name: image"],
    );
    made.clone().both(|bundle| {
        let gap = Some(not_collected("this bundle's kit collected no settings"));
        assert_eq!(names(bundle, &SETTING, &Query::default()), (vec![], gap));
    });
    let settings = "yamls/cluster/harvesterhci.io/v1beta1/settings.yaml";
    made.list(
        settings,
        &["metadata:\n  name: server-version\nvalue: v1.8.2"],
    )
    .both(|bundle| {
        assert_eq!(
            names(bundle, &SETTING, &Query::default()).0,
            ["server-version"]
        );
        assert_eq!(
            bundle.get::<Value>(&SETTING, None, "nonexistent").unwrap(),
            Ok(None)
        );
        assert_eq!(
            bundle
                .get::<Value>(&SETTING, None, "additional-ca")
                .unwrap(),
            Err(Gap::NotCollected(
                "a support bundle never holds the setting \"additional-ca\"".to_owned()
            ))
        );
    });
}

#[test]
fn what_the_collector_could_not_get_is_a_gap() {
    let log = "Failed to get /apis/storage.k8s.io/v1/csidrivers: csidrivers.storage.k8s.io is forbidden: no\n\
               Failed to get /api/v1/namespaces/default/persistentvolumeclaims: the server is busy\n";
    let made = Made::new()
        .with("bundleGenerationError.log", log)
        .list(CLASSES, &[]);
    made.both(|bundle| {
        let all = Query::default();
        let denied = "csidrivers.storage.k8s.io is forbidden: no".to_owned();
        assert_eq!(
            names(bundle, &CSI_DRIVER, &all),
            (vec![], Some(Gap::Denied(denied)))
        );
        let busy = "the server is busy".to_owned();
        assert_eq!(
            names(bundle, &PERSISTENT_VOLUME_CLAIM, &all),
            (vec![], Some(Gap::Failed(busy)))
        );
        assert_eq!(names(bundle, &STORAGE_CLASS, &all), (vec![], None));
    });
}

#[test]
fn another_preferred_version_and_another_layout_are_read_too() {
    let object = "apiVersion: v1\nkind: List\nitems:\n  - metadata:\n      name: a\n\n  # note\n  -\n    metadata: {name: b}\nextra: 1\n";
    let flow = "{\"kind\": \"List\", \"items\": [{\"metadata\": {\"name\": \"a\"}}, {\"metadata\": {\"name\": \"b\"}}]}";
    let inline = "kind: List\nitems: [{metadata: {name: a}}, {metadata: {name: b}}]\n";
    let marked = "\u{feff}---\r\nitems:\r\n- metadata:\r\n    name: a\r\n- metadata:\r\n    name: b\r\nkind: List\r\n";
    for text in [object, flow, inline, marked] {
        let path = "yamls/cluster/storage.k8s.io/v1beta1/storageclasses.yaml";
        Made::new().with(path, text).both(|bundle| {
            let read = names(bundle, &STORAGE_CLASS, &Query::default());
            assert_eq!(read, (vec!["a".to_owned(), "b".to_owned()], None), "{text}");
        });
    }
    for empty in [
        "",
        "---\n",
        "kind: List\n",
        "items: []\n",
        "items:\nkind: List\n",
        "items: null\n",
    ] {
        Made::new().with(CLASSES, empty).both(|bundle| {
            assert_eq!(
                names(bundle, &STORAGE_CLASS, &Query::default()),
                (vec![], None),
                "{empty}"
            );
        });
    }
}
