//! Secrets, config maps, key pairs.

use std::sync::Arc;

use hv_vm::Kind;
use hv_vm::header::{NamedNeed, SecretNeed};
use serde_json::json;

use super::super::bed::{Bed, deny, known, put};
use super::super::{Case, case};
use crate::resolve::OnExists;

fn need(bed: &mut Bed, state: &str) {
    bed.needs().secrets = vec![SecretNeed {
        name: "db01-ci".to_owned(),
        state: state.to_owned(),
        ..SecretNeed::default()
    }];
}

/// A Secret that the bundle holds.
fn held(bed: &mut Bed, state: &str) {
    need(bed, state);
    bed.guest().hold(Kind::Secret, "db01-ci", b"sealed");
}

/// One that `--identity` opens.
fn opened(bed: &mut Bed) {
    bed.options.opener = Some(Arc::new(|bytes| match bytes {
        b"sealed" => Ok(()),
        _ => Err("no file".to_owned()),
    }));
}

fn other(bed: &mut Bed) {
    bed.map["secrets"] = json!({"prod/db01-ci": "other"});
}

/// The one that is there is meant.
fn own_name(bed: &mut Bed) {
    bed.map["secrets"] = json!({"prod/db01-ci": "db01-ci"});
}

fn key_pair(bed: &mut Bed, key: Option<&str>) {
    bed.needs().named = vec![NamedNeed {
        kind: "KeyPair".to_owned(),
        id: "prod/ops".to_owned(),
        used_by: Vec::new(),
    }];
    if let Some(key) = key {
        let object = json!({"spec": {"publicKey": key}}).to_string();
        bed.guest().hold(Kind::KeyPair, "ops", object.as_bytes());
    }
    let there = json!({
        "metadata": {"namespace": "dr", "name": "ops2"}, "spec": {"publicKey": "ssh-ed25519 A"},
    });
    put(&mut bed.inventory.key_pairs, there);
}

fn map_key_pair(bed: &mut Bed) {
    bed.map["keyPairs"] = json!({"prod/ops": "dr/ops2"});
}

pub(super) const CASES: &[Case] = &[
    case(
        "secret-missing",
        |bed| need(bed, "omitted"),
        |bed| {
            bed.inventory.secrets.put("dr", "other", ());
            other(bed);
        },
    ),
    case(
        "secret-exists",
        |bed| {
            held(bed, "plaintext");
            bed.inventory.secrets.put("dr", "db01-ci", ());
            bed.options.on_exists = OnExists::Skip;
        },
        own_name,
    ),
    case(
        "secret-kept",
        |bed| {
            held(bed, "plaintext");
            bed.inventory.secrets.put("dr", "db01-ci", ());
            own_name(bed);
        },
        other,
    ),
    case("secret-locked", |bed| held(bed, "encrypted"), opened),
    case(
        "identity-wrong",
        |bed| {
            held(bed, "encrypted");
            bed.options.opener = Some(Arc::new(|_| Err("no matching keys found".to_owned())));
        },
        opened,
    ),
    case(
        "secret-plaintext",
        |bed| held(bed, "plaintext"),
        |bed| held(bed, "encrypted"),
    ),
    case(
        "unknown-secrets",
        |bed| {
            need(bed, "omitted");
            deny(&mut bed.inventory.secrets);
        },
        other,
    ),
    case(
        "key-pair-created",
        |bed| key_pair(bed, Some("ssh-ed25519 A")),
        map_key_pair,
    ),
    case("key-pair-missing", |bed| key_pair(bed, None), map_key_pair),
    case(
        "key-pair-differs",
        |bed| {
            key_pair(bed, Some("ssh-ed25519 B"));
            map_key_pair(bed);
        },
        |bed| bed.map["keyPairs"] = json!({"prod/ops": "dr/ops3"}),
    ),
    case(
        "unknown-key-pairs",
        |bed| {
            key_pair(bed, None);
            deny(&mut bed.inventory.key_pairs);
        },
        |bed| {
            bed.inventory.key_pairs =
                known(json!([{"metadata": {"namespace": "dr", "name": "ops"}}]));
        },
    ),
];
