//! The record of an image.

use super::{RecordError, namespace_or_default};
use crate::json::{Texts, object, read};

/// The record of an image, `harvester/vmimages/<namespace>/<name>.cfg`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImageRecord {
    /// Name of the image.
    pub name: String,
    /// Namespace of the image; `default` if the record names none.
    pub namespace: String,
    /// The name that people see.
    pub display_name: String,
    /// Where its data lies: the address of the target with `backingImage=` in it.
    pub url: String,
    /// Names of the parameters of its storage class, in order.
    pub storage_class_parameters: Vec<String>,
}

impl ImageRecord {
    /// Reads the content of a record, by the rules of [`VmRecord::from_slice`].
    ///
    /// [`VmRecord::from_slice`]: super::VmRecord::from_slice
    pub fn from_slice(content: &[u8]) -> Result<Self, RecordError> {
        let wire = read::<WireImage>(content)?.value;
        Ok(Self {
            name: wire.name,
            namespace: namespace_or_default(wire.namespace),
            display_name: wire.display_name,
            url: wire.url,
            storage_class_parameters: wire.parameters.0.into_keys().collect(),
        })
    }
}

#[derive(Default)]
struct WireImage {
    name: String,
    namespace: String,
    display_name: String,
    url: String,
    parameters: Texts,
    description: String,
    checksum: String,
}

// The last two are read for their type only.
object!(WireImage {
    "name" => name,
    "namespace" => namespace,
    "displayName" => display_name,
    "url" => url,
    "storageClassParameters" => parameters,
    "description" => description,
    "checksum" => checksum,
});
