//! The files of a bundle while it is made.

use std::collections::BTreeMap;

use serde_json::Value;
use zeroize::Zeroizing;

use crate::digest;
use crate::header::Item;
use crate::key::{Key, Kind};
use crate::stored::FileBody;

/// The longest name of a file that every file system takes.
const LONGEST_FILE: usize = 255;

/// Files and what the header says of them.
#[derive(Default)]
pub(crate) struct Folder {
    pub(crate) files: BTreeMap<String, FileBody>,
    pub(crate) items: Vec<Item>,
    /// Room to write in, so that what is kept is as large as it must be.
    room: Vec<u8>,
}

impl Folder {
    /// Adds an object that is no secret.
    pub(crate) fn object(&mut self, key: Key, object: &Value) {
        let bytes = self.written(object);
        self.add(object_path(&key), key, FileBody::Bytes(bytes));
    }

    /// Adds an object that holds a secret in the clear.
    pub(crate) fn private_object(&mut self, key: Key, object: &Value) {
        let bytes = secret_json(object);
        self.add(object_path(&key), key, FileBody::Private(bytes));
    }

    /// Adds an encrypted file.
    pub(crate) fn sealed(&mut self, path: String, key: Key, bytes: Vec<u8>) {
        self.add(path, key, FileBody::Bytes(bytes));
    }

    /// Leaves an encrypted file as it is.
    pub(crate) fn kept(&mut self, item: Item) {
        self.files.insert(item.path.clone(), FileBody::Kept);
        self.items.push(item);
    }

    /// JSON as it lies in a bundle.
    pub(crate) fn written(&mut self, value: &Value) -> Vec<u8> {
        self.room.clear();
        write_pretty(&mut self.room, value);
        self.room.as_slice().to_vec()
    }

    fn add(&mut self, path: String, key: Key, body: FileBody) {
        let sha256 = digest::bytes(body.bytes().unwrap_or_default());
        self.items.push(Item {
            path: path.clone(),
            sha256,
            object: key,
        });
        self.files.insert(path, body);
    }
}

/// JSON as it lies in a bundle: sorted keys, two spaces, a final newline.
fn write_pretty(into: &mut Vec<u8>, value: &Value) {
    // Writing a value to memory cannot fail; if it could, the digests would tell.
    let _ = serde_json::to_writer_pretty(&mut *into, value);
    into.push(b'\n');
}

/// JSON that holds a secret, in bytes that are wiped when they are done with.
pub(crate) fn secret_json(value: &Value) -> Zeroizing<Vec<u8>> {
    // Bytes that had to move would leave a copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 * size(value)));
    write_pretty(&mut bytes, value);
    bytes
}

/// About how long a value is as JSON.
fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len() + 16,
        Value::Array(elements) => elements.iter().map(size).sum::<usize>() + 64,
        Value::Object(fields) => {
            let sizes = fields
                .iter()
                .map(|(key, value)| key.len() + size(value) + 32);
            sizes.sum::<usize>() + 64
        }
        _ => 32,
    }
}

/// The file of an object.
pub(crate) fn object_path(key: &Key) -> String {
    let beside = matches!(key.kind, Kind::KeyPair | Kind::NetworkAttachmentDefinition);
    let kind = key.kind.name().to_ascii_lowercase();
    let stem = match beside {
        // Only these may be in another namespace than the VM.
        true => format!("{kind}.{}.{}", key.namespace, key.name),
        false => format!("{kind}.{}", key.name),
    };
    format!("objects/{}", file_name(&stem, ".json"))
}

/// The encrypted file of a Secret or of what is as secret as one.
pub(crate) fn sealed_path(key: &Key) -> String {
    // No name of an object has an underscore.
    let stem = match key.kind {
        Kind::ConfigMap => format!("configmap_{}", key.name),
        _ => key.name.clone(),
    };
    format!("secrets/{}", file_name(&stem, ".age"))
}

/// A name of an object can be as long as that of a file, without what is around it.
fn file_name(stem: &str, extension: &str) -> String {
    if stem.len() + extension.len() <= LONGEST_FILE {
        return format!("{stem}{extension}");
    }
    let digest = digest::bytes(stem.as_bytes());
    let digest = digest.trim_start_matches("sha256:");
    format!(
        "{}_{}{extension}",
        &stem[..200.min(stem.len())],
        &digest[..16.min(digest.len())]
    )
}

/// Whether a name can be part of a file's name everywhere.
pub(crate) fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let inner = |byte: u8| allowed(byte) || matches!(byte, b'-' | b'.');
    let bytes = name.as_bytes();
    bytes.iter().all(|byte| inner(*byte))
        && bytes.first().is_some_and(|first| allowed(*first))
        && bytes.last().is_some_and(|last| allowed(*last))
        && bytes.len() <= 253
}
