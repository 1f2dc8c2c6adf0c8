//! Compares generated files with those that are committed.

use schemars::JsonSchema;

/// Fails if the committed schema is not that of the document; `HV_BLESS=1` writes it.
pub(crate) fn schema<T: JsonSchema>(path: &str) {
    let text = serde_json::to_string_pretty(&schemars::schema_for!(T)).unwrap() + "\n";
    let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("HV_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, text,
        "{path} is stale; HV_BLESS=1 cargo test writes it"
    );
}
