//! How the definitions of one release differ from the set that is built.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::Error;

/// A file `tests/crds/overlay/<major>.<minor>.yaml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Overlay {
    set: Vec<Set>,
}

/// One schema that is set in all versions of a definition.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    crd: String,
    /// Fields from the object down, such as `spec.type`.
    field: String,
    schema: Value,
}

impl Overlay {
    /// Reads the overlay of a release such as `1.9.0-rc6`; most have none.
    pub(crate) fn of(release: &str) -> Result<Self, Error> {
        let path = file_of(release);
        if !path.is_file() {
            return Ok(Self::default());
        }
        let text = std::fs::read_to_string(&path).map_err(Error::file(&path))?;
        serde_saphyr::from_str(&text).map_err(|error| Error::Content {
            path,
            reason: error.to_string(),
        })
    }

    /// Changes a definition; a field whose parent does not exist is an error.
    pub(crate) fn apply(&self, name: &str, definition: &mut Value) -> Result<(), Error> {
        for set in self.set.iter().filter(|set| set.crd == name) {
            let versions = definition["spec"]["versions"]
                .as_array_mut()
                .into_iter()
                .flatten();
            for version in versions {
                let field = set.field.replace('.', "/properties/");
                let pointer = format!("/schema/openAPIV3Schema/properties/{field}");
                let Some((parent, last)) = pointer.rsplit_once('/') else {
                    continue;
                };
                let Some(Value::Object(properties)) = version.pointer_mut(parent) else {
                    return Err(Error::Content {
                        path: PathBuf::from(name),
                        reason: format!("no parent of the field {}", set.field),
                    });
                };
                properties.insert(last.to_owned(), set.schema.clone());
            }
        }
        Ok(())
    }
}

fn file_of(release: &str) -> PathBuf {
    let minor: Vec<&str> = release
        .trim_start_matches('v')
        .splitn(3, '.')
        .take(2)
        .collect();
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("crds/overlay")
        .join(format!("{}.yaml", minor.join(".")))
}
