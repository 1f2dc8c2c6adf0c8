//! Generated files that are committed: schemas and pages of the documentation.

#![expect(
    clippy::unwrap_used,
    reason = "it serves tests, which fail by panicking"
)]

use schemars::JsonSchema;

/// Fails if a committed file is not the text; `HV_BLESS=1` writes it. The path is from the root.
pub fn page(path: &str, text: &str) {
    let full = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("HV_BLESS").is_some() {
        std::fs::write(&full, text).unwrap();
    }
    let committed = std::fs::read_to_string(&full).unwrap_or_default();
    assert_eq!(
        committed, text,
        "{path} is stale; HV_BLESS=1 cargo test writes it"
    );
}

/// Fails if a committed schema is not that of the document.
pub fn schema<T: JsonSchema>(path: &str) {
    let schema = schemars::schema_for!(T);
    page(
        path,
        &(serde_json::to_string_pretty(&schema).unwrap() + "\n"),
    );
}
