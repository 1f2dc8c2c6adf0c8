//! Map files as people write them.

use proptest::prelude::{any, proptest};

use super::refusals::wrong;
use super::*;

const HEAD: &str = "apiVersion: kubectl-hv.io/v1alpha1\nkind: ImportMap\n";

pub(super) fn parse(rest: &str) -> Result<MapFile, MapError> {
    MapFile::parse(&format!("{HEAD}{rest}"))
}

#[test]
fn every_entry_is_looked_up() {
    let map = parse(
        r#"
namespaces: {prod: dr}
names: {prod/db01: copy, prod/db02: other/db}
storageClasses: {longhorn-image-8x: harvester-longhorn}
images: {default/image-7x2kd: default/image-abc}
networks: {prod/vlan100: dr/vlan7}
secrets: {prod/db01-ci: other-name}
keyPairs: {prod/ops: dr/ops}
nodeLabels: {"zone=a": "zone=b", example.com/rack: ""}
macs: {prod/db01: new, prod/db02: keep, prod/db03: {default: 52-54-00-AA-00-01}}
disks:
  prod/db01:
    root: {image: default/noble, claim: fresh}
    db01-data-x: {skip: true}
"#,
    )
    .unwrap();
    assert_eq!(map.namespace_of("prod"), Some("dr"));
    assert_eq!(map.namespace_of("dev"), None);
    for (from, to) in [
        (name("prod", "db01"), name("dr", "copy")),
        (name("prod", "db02"), name("other", "db")),
        (name("prod", "db03"), name("dr", "db03")),
        (name("dev", "db01"), name("dev", "db01")),
    ] {
        assert_eq!(map.vm_name_of(&from), to);
    }
    assert_eq!(
        map.class_of("longhorn-image-8x"),
        Some("harvester-longhorn")
    );
    assert_eq!(
        map.image_of("default/image-7x2kd"),
        Some("default/image-abc")
    );
    assert_eq!(map.network_of("prod/vlan100"), Some("dr/vlan7"));
    assert_eq!(map.secret_of("prod", "db01-ci"), Some("other-name"));
    assert_eq!(map.secret_of("dev", "db01-ci"), None);
    assert_eq!(map.key_pair_of("prod/ops"), Some("dr/ops"));
    assert_eq!(map.node_label_of("zone=a"), Some("zone=b"));
    assert_eq!(map.node_label_of("example.com/rack"), Some(""));
    let db01 = name("prod", "db01");
    assert_eq!(map.macs_of(&db01), Some(&MacChoice::New));
    assert_eq!(map.macs_of(&name("prod", "db02")), Some(&MacChoice::Keep));
    let given = MacChoice::Given(pairs(&[("default", "52:54:00:aa:00:01")]));
    assert_eq!(map.macs_of(&name("prod", "db03")), Some(&given));
    let entry = map.disk_of(&db01, "root", "db01-root-x").unwrap();
    assert_eq!(
        entry.mode,
        DiskMode::Image(Some("default/noble".to_owned()))
    );
    assert_eq!(entry.claim.as_deref(), Some("fresh"));
    assert_eq!(
        map.disk_of(&db01, "data", "db01-data-x").unwrap().mode,
        DiskMode::Skip
    );
    assert_eq!(map.disk_of(&db01, "data", "other"), None);
    assert_eq!(map.disk_of(&name("prod", "db02"), "root", ""), None);
}

#[test]
fn every_mode_of_a_disk_is_read() {
    let mode = |text: &str| {
        let map = parse(&format!("disks: {{prod/a: {{root: {text}}}}}")).unwrap();
        map.disk_of(&name("prod", "a"), "root", "")
            .unwrap()
            .mode
            .clone()
    };
    let csi = |volume, class: Option<&str>, size: Option<&str>| {
        DiskMode::Bind(BindEntry::Csi {
            volume,
            fs_type: None,
            class: class.map(str::to_owned),
            size: size.map(str::to_owned),
        })
    };
    assert_eq!(mode("{existing: c}"), DiskMode::Existing("c".to_owned()));
    assert_eq!(
        mode("{bind: {volume: pv-1}}"),
        DiskMode::Bind(BindEntry::Volume("pv-1".to_owned()))
    );
    assert_eq!(mode("{bind: {}}"), csi(None, None, None));
    assert_eq!(
        mode("{bind: {class: lh, size: 40960Mi}}"),
        csi(None, Some("lh"), Some("40Gi"))
    );
    let volume = crate::header::CsiVolume {
        driver: "driver.longhorn.io".to_owned(),
        handle: "pvc-1".to_owned(),
        attributes: pairs(&[("numberOfReplicas", "3")]),
        node_affinity: Some(json!({"required": {"nodeSelectorTerms": [{}]}})),
    };
    assert_eq!(
        mode(
            r#"{bind: {driver: driver.longhorn.io, handle: pvc-1, attributes: {numberOfReplicas: "3"}, nodeAffinity: {required: {nodeSelectorTerms: [{}]}}}}"#
        ),
        csi(Some(volume), None, None)
    );
    assert_eq!(mode("{image: \"\"}"), DiskMode::Image(None));
    assert_eq!(
        mode("{blank: {}}"),
        DiskMode::Blank {
            class: None,
            size: None
        }
    );
    assert_eq!(
        mode("{snapshot: nightly}"),
        DiskMode::Snapshot("nightly".to_owned())
    );
    assert_eq!(mode("{skip: true}"), DiskMode::Skip);
}

#[test]
fn json_is_read_like_yaml() {
    let text = "{\n\t\"apiVersion\": \"kubectl-hv.io/v1alpha1\",\n\t\"kind\": \"ImportMap\",\n\t\"namespaces\": {\"prod\": \"dr\"}\n}\n";
    assert_eq!(MapFile::parse(text), parse("namespaces: {prod: dr}"));
    assert_eq!(
        MapFile::parse(&format!("\u{feff}{HEAD}")),
        Ok(MapFile::default())
    );
}

#[test]
fn addresses_are_texts_with_and_without_quotes() {
    for address in [
        "52:54:00:12:34:56",
        "\"52:54:00:12:34:56\"",
        "52-54-00-12-34-56",
        "525400123456a".trim_end_matches('a'),
    ] {
        let read = parse(&format!("macs: {{prod/a: {{nic: {address}}}}}"));
        match address {
            "525400123456" => assert_eq!(
                read.unwrap_err().to_string(),
                "macs.prod/a.nic: 525400123456 is no text: write it in quotes"
            ),
            _ => assert_eq!(
                read.unwrap().macs_of(&name("prod", "a")),
                Some(&MacChoice::Given(pairs(&[("nic", "52:54:00:12:34:56")])))
            ),
        }
    }
}

#[test]
fn entries_that_fit_no_bundle_are_told() {
    let stored = web01();
    let map = parse(
        "names: {prod/web1: x}\nstorageClasses: {lvm-nod1: lvm}\nnetworks: {prod/vlan1oo: dr/x}\n\
         keyPairs: {prod/opskey: dr/x}\nimages: {default/nothing: dr/x}\nnamespaces: {prd: dr, prod: dr}\nmacs: {team/mail: new}\n\
         disks: {prod/web01: {rotdisk: {blank: {}}, cdrom: {skip: true}, web01-data-m2v7c: {blank: {}}}}",
    )
    .unwrap();
    let told: Vec<String> = map
        .unused(&[&stored.header])
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        told,
        [
            "names.prod/web1: no bundle is of this VM; did you mean \"prod/web01\"?",
            "macs.team/mail: no bundle is of this VM",
            "disks.prod/web01.rotdisk: the VM has no such disk; did you mean \"rootdisk\"?",
            "storageClasses.lvm-nod1: no bundle uses this class; did you mean \"lvm-node1\"?",
            "networks.prod/vlan1oo: no bundle uses this network; did you mean \"prod/vlan100\"?",
            "images.default/nothing: no bundle names this image",
            "keyPairs.prod/opskey: no bundle names this key pair; did you mean \"prod/ops-key\"?",
            "namespaces.prd: no bundle names this namespace; did you mean \"prod\"?",
        ]
    );
}

#[test]
fn what_is_read_is_what_the_schema_describes() {
    let schema = serde_json::to_value(schemars::schema_for!(Form)).unwrap();
    let known: Vec<&str> = schema["properties"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    for section in known
        .iter()
        .filter(|key| !matches!(**key, "apiVersion" | "kind"))
    {
        assert_eq!(
            parse(&format!("{section}: {{}}")),
            Ok(MapFile::default()),
            "{section}"
        );
        let empty = wrong(&format!("{section}: 7"));
        assert_eq!(empty, format!("{section}: a number instead of fields"));
    }
    assert_eq!(known.len(), 12);
    for (form, entry) in [
        ("DiskForm", ""),
        ("BindForm", "bind"),
        ("BlankForm", "blank"),
    ] {
        for key in schema["$defs"][form]["properties"]
            .as_object()
            .unwrap()
            .keys()
        {
            let fields = format!("{{{key}: 7}}");
            let entry = if entry.is_empty() {
                fields
            } else {
                format!("{{{entry}: {fields}}}")
            };
            let told = parse(&format!("disks: {{prod/a: {{root: {entry}}}}}"));
            assert!(
                !told.is_err_and(|told| told.to_string().contains("unknown")),
                "{form}.{key}"
            );
        }
    }
}

proptest! {
    #[test]
fn any_text_is_read_or_refused(text in "\\PC{0,60}", key in any::<String>()) {
        let _ = MapFile::parse(&text);
        let _ = parse(&text);
        let odd = json!({"apiVersion": "kubectl-hv.io/v1alpha1", "kind": "ImportMap", "names": {key.clone(): text}, "disks": {key.clone(): {key: {"existing": ""}}}});
        let told = MapFile::parse(&odd.to_string()).unwrap_err().to_string();
        assert!(!told.contains(char::is_control), "{told:?}");
    }
}
