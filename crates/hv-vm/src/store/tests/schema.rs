//! The committed schemas are those of the types.

use schemars::JsonSchema;

use super::super::{Index, Marker};
use crate::header::Header;

/// Fails if a committed schema is not that of the type; `HV_BLESS=1` writes it.
fn check<T: JsonSchema>(name: &str) {
    let text = serde_json::to_string_pretty(&schemars::schema_for!(T)).unwrap() + "\n";
    let path = format!(
        "{}/../../schemas/{name}.schema.json",
        env!("CARGO_MANIFEST_DIR")
    );
    if std::env::var_os("HV_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, text,
        "{path} is stale; HV_BLESS=1 cargo test -p hv-vm writes it"
    );
}

#[test]
fn schemas_are_fresh() {
    check::<Header>("virtual-machine-bundle");
    check::<Index>("bundle-index");
    check::<Marker>("bundle-store");
}
