//! The page and the schema of the map file are true.

use super::file::parse;
use super::*;

fn read(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR")))
        .unwrap_or_default()
}

/// Blocks of YAML of the page.
fn blocks(page: &str) -> Vec<&str> {
    page.split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

#[test]
fn the_committed_schema_is_that_of_the_map_file() {
    let text = serde_json::to_string_pretty(&schemars::schema_for!(Form)).unwrap() + "\n";
    let path = format!(
        "{}/../../schemas/import-map.schema.json",
        env!("CARGO_MANIFEST_DIR")
    );
    if std::env::var_os("HV_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    assert_eq!(
        read("schemas/import-map.schema.json"),
        text,
        "{path} is stale; HV_BLESS=1 cargo test -p hv-vm writes it"
    );
}

#[test]
fn examples_of_the_page_are_read() {
    let page = read("docs/mapping.md");
    let blocks = blocks(&page);
    assert!(blocks.len() > 8, "{}", blocks.len());
    for block in blocks {
        if block.starts_with("- kind") {
            crate::mapping::patch::Rules::parse(block).unwrap();
        } else if block.starts_with("apiVersion") {
            let map = MapFile::parse(block).unwrap();
            let is_empty = [
                map.namespaces.is_empty(),
                map.names.is_empty(),
                map.storage_classes.is_empty(),
                map.images.is_empty(),
                map.networks.is_empty(),
                map.secrets.is_empty(),
                map.key_pairs.is_empty(),
                map.node_labels.is_empty(),
                map.macs.is_empty(),
                map.disks.is_empty(),
            ];
            assert_eq!(is_empty, [false; 10]);
        } else {
            parse(block).unwrap();
        }
    }
}

#[test]
fn messages_of_the_page_are_those_that_are_told() {
    let page = read("docs/mapping.md");
    let rows: Vec<(&str, &str)> = page
        .lines()
        .filter_map(|line| {
            line.strip_prefix("| `")?
                .strip_suffix("` |")?
                .split_once("` | `")
        })
        .collect();
    assert!(rows.len() > 30, "{}", rows.len());
    for (written, told) in rows {
        let error = match written.strip_prefix('[') {
            Some(_) => crate::mapping::patch::Rules::parse(written).unwrap_err(),
            None => parse(written).unwrap_err(),
        };
        assert_eq!(error.to_string(), told, "{written}");
    }
}

#[test]
fn notes_of_the_page_are_all_that_there_are() {
    let page = read("docs/mapping.md");
    for code in [
        "boot-disk-blank",
        "boot-disk-skipped",
        "claim-template-dropped",
        "claim-templates-unreadable",
        "config-drive-instance-id",
        "device-dropped",
        "disk-blank",
        "disk-from-image",
        "disk-from-snapshot",
        "disk-skipped",
        "efi-state-lost",
        "hostname-renamed",
        "mac-changed",
        "mac-in-network-data",
        "network-data-unread",
        "node-label-dropped",
        "nvram-renamed",
        "serial-unset",
        "static-ip-kept",
        "subdomain-renamed",
        "tpm-state-lost",
    ] {
        assert!(page.contains(&format!("| `{code}` |")), "{code}");
    }
}
