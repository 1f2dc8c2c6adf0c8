//! Cloud-init text inside a VM becomes a Secret that the VM refers to.
//!
//! All of it does: what looks harmless may be a password, and nothing here guesses.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use zeroize::{Zeroize as _, Zeroizing};

use crate::digest;
use crate::graph::CLOUD_INIT;
use crate::header::Note;

/// The fields of a cloud-init volume that hold text, and the reference that can take their place.
struct Text {
    plain: &'static str,
    base64: &'static str,
    reference: &'static str,
    key: &'static str,
}

const TEXTS: [Text; 2] = [
    Text {
        plain: "userData",
        base64: "userDataBase64",
        reference: "secretRef",
        key: "userdata",
    },
    Text {
        plain: "networkData",
        base64: "networkDataBase64",
        reference: "networkDataSecretRef",
        key: "networkdata",
    },
];

/// Code of the note on text that stays in its VM.
pub const KEPT: &str = "cloud-init-kept";

/// The longest name of a Secret.
const LONGEST_NAME: usize = 253;

/// More than a Secret can hold.
const TOO_LARGE: usize = 1024 * 1024;

/// Cloud-init text of one volume, taken out of its VM. It has no way to be printed.
pub(crate) struct Lifted {
    /// The Secret that holds it now.
    pub(crate) name: String,
    /// Fields that refer to it.
    pub(crate) used_by: Vec<String>,
    /// The text in base64, by key.
    data: Vec<(&'static str, Zeroizing<String>)>,
}

impl Lifted {
    /// The keys of the Secret.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.data.iter().map(|(key, _)| (*key).to_owned()).collect()
    }

    /// The Secret.
    pub(crate) fn object(&self, namespace: &str) -> Value {
        let data: Map<String, Value> = self
            .data
            .iter()
            .map(|(key, text)| ((*key).to_owned(), Value::from(text.as_str())))
            .collect();
        json!({
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": self.name, "namespace": namespace},
            "type": "Opaque",
            "data": data,
        })
    }
}

/// The fields of a VM's volumes that hold cloud-init text; `above` is the path of what they are in.
pub(crate) fn inline_fields(volumes: &Value, above: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, volume) in volumes.as_array().into_iter().flatten().enumerate() {
        for source in CLOUD_INIT {
            for text in &TEXTS {
                for field in [text.plain, text.base64] {
                    if holds_text(&volume[source][field]) {
                        found.push(path(above, at, source, field));
                    }
                }
            }
        }
    }
    found
}

/// Takes cloud-init text out of the volumes of a VM and puts references in its place.
///
/// `taken` are names of Secrets that the VM refers to already.
pub(crate) fn externalise(
    vm: &str,
    volumes: &mut Value,
    taken: &[&str],
    above: &str,
    notes: &mut Vec<Note>,
) -> Vec<Lifted> {
    let mut lifted = Vec::new();
    for (at, volume) in volumes.as_array_mut().into_iter().flatten().enumerate() {
        let name = volume["name"].as_str().unwrap_or_default().to_owned();
        for source in CLOUD_INIT {
            let Some(fields) = volume.get_mut(source).and_then(Value::as_object_mut) else {
                continue;
            };
            let mut one = Lifted {
                name: secret_name(vm, &name, taken),
                used_by: Vec::new(),
                data: Vec::new(),
            };
            for text in &TEXTS {
                let lift = Lift {
                    text,
                    volume: &name,
                    source,
                    path: |field: &str| path(above, at, source, field),
                };
                lift.run(fields, &mut one, notes);
            }
            if !one.data.is_empty() {
                lifted.push(one);
            }
        }
    }
    lifted
}

/// One text on its way out of its volume.
struct Lift<'a, P> {
    text: &'a Text,
    volume: &'a str,
    source: &'a str,
    path: P,
}

impl<P: Fn(&str) -> String> Lift<'_, P> {
    fn run(&self, fields: &mut Map<String, Value>, into: &mut Lifted, notes: &mut Vec<Note>) {
        let text = self.text;
        let mut note = |code: &str, field: &str, message: String| {
            notes.push(Note {
                code: code.to_owned(),
                path: (self.path)(field),
                message,
            });
        };
        let plain = take(fields, text.plain);
        let base64 = take(fields, text.base64);
        let (field, encoded) = match (plain, base64) {
            // KubeVirt reads the plain text if there are both.
            (Some(plain), _) => (
                text.plain,
                Zeroizing::new(STANDARD.encode(plain.as_bytes())),
            ),
            (None, Some(base64)) => {
                let encoded = recode(&base64);
                if encoded.is_none() {
                    let message = "The text is not base64, so that the guest never read it; it is kept as it is.";
                    note("cloud-init-unreadable", text.base64, message.to_owned());
                }
                let whole = || Zeroizing::new(STANDARD.encode(base64.as_bytes()));
                (text.base64, encoded.unwrap_or_else(whole))
            }
            (None, None) => return,
        };
        if holds_text(
            &fields
                .get(text.reference)
                .map_or(Value::Null, |r| r["name"].clone()),
        ) {
            let message = format!(
                "The text is left out: \"{}\" is used instead.",
                text.reference
            );
            note("cloud-init-twice", field, message);
            return;
        }
        if encoded.len() > TOO_LARGE {
            let message = format!(
                "The text is larger than the 1 MiB that the Secret \"{}\" can hold.",
                into.name
            );
            note("cloud-init-too-large", field, message);
        }
        let message = format!(
            "The text became the key \"{}\" of the Secret \"{}\".",
            text.key, into.name
        );
        note("cloud-init-externalised", field, message);
        fields.insert(text.reference.to_owned(), json!({"name": into.name}));
        into.used_by.push(format!(
            "volumes[{}].{}.{}",
            self.volume, self.source, text.reference
        ));
        into.data.push((text.key, encoded));
    }
}

fn path(above: &str, at: usize, source: &str, field: &str) -> String {
    format!("{above}.volumes[{at}].{source}.{field}")
}

fn holds_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.is_empty())
}

/// Takes text out of a field; a field that is empty stays as it is.
fn take(fields: &mut Map<String, Value>, field: &str) -> Option<Zeroizing<String>> {
    if !fields.get(field).is_some_and(holds_text) {
        return None;
    }
    match fields.remove(field) {
        Some(Value::String(text)) => Some(Zeroizing::new(text)),
        _ => None,
    }
}

/// Base64 as the API server wants it: one line, padded.
fn recode(text: &str) -> Option<Zeroizing<String>> {
    let mut compact: String = text.split_ascii_whitespace().collect();
    let bytes = STANDARD.decode(&compact).ok().map(Zeroizing::new);
    compact.zeroize();
    Some(Zeroizing::new(STANDARD.encode(bytes?.as_slice())))
}

/// `<vm>-<volume>-cloudinit`, or one like it if that is too long or in use.
fn secret_name(vm: &str, volume: &str, taken: &[&str]) -> String {
    let base = format!("{vm}-{volume}-cloudinit");
    let base = match base.len() > LONGEST_NAME {
        true => {
            let digest = digest::bytes(base.as_bytes());
            let short: String = digest.chars().skip("sha256:".len()).take(12).collect();
            format!("{}-{short}-cloudinit", &vm[..vm.len().min(200)])
        }
        false => base,
    };
    let mut name = base.clone();
    let mut count = 2;
    while taken.contains(&name.as_str()) {
        name = format!("{base}-{count}");
        count += 1;
    }
    name
}
