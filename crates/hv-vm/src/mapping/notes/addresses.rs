//! MAC addresses, and what of the guest's network goes by them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use zeroize::Zeroizing;

use super::Move;
use crate::effective::mac;
use crate::graph::{CLOUD_INIT, list};
use crate::key::{Key, Kind};
use crate::mapping::MacChoice;

const INTERFACES: &str = "spec.template.spec.domain.devices.interfaces";

/// Annotation with the IP address that an interface is given.
const STATIC: &str = "static-ip.harvesterhci.io/";

/// Notes on addresses that change, and on those that stay and may not fit.
pub(super) fn notes(one: &mut Move<'_>) {
    fixed(one);
    let mut changed: Vec<(String, String)> = Vec::new();
    let interfaces = list(&one.spec()["domain"]["devices"]["interfaces"]).to_vec();
    for (at, interface) in interfaces.iter().enumerate() {
        let name = interface["name"].as_str().unwrap_or_default();
        let before = interface["macAddress"].as_str().and_then(mac::canonical);
        let given = match &one.names.assignment.macs {
            MacChoice::Given(given) => given.get(name),
            MacChoice::Keep | MacChoice::New => None,
        };
        let path = format!("{INTERFACES}[{at}].macAddress");
        let message = match (&one.names.assignment.macs, given, &before) {
            (_, Some(given), before) if before.as_ref() != Some(given) => {
                format!("The interface \"{name}\" has the MAC address {given}.")
            }
            (MacChoice::New, ..) | (_, None, None) => {
                format!("The interface \"{name}\" gets a new MAC address.")
            }
            _ => continue,
        };
        one.note("mac-changed", &path, message);
        changed.extend(before.map(|before| (name.to_owned(), before)));
    }
    if !changed.is_empty() {
        network_data(one, &changed);
    }
}

/// IP addresses that were given by hand: they are of the source's network.
fn fixed(one: &mut Move<'_>) {
    let annotations = one.vm["metadata"]["annotations"].as_object();
    let fixed: Vec<(String, String, String)> = annotations
        .into_iter()
        .flatten()
        .filter_map(|(key, address)| {
            let interface = key.strip_prefix(STATIC)?.to_owned();
            Some((key.clone(), interface, address.as_str()?.to_owned()))
        })
        .collect();
    for (key, interface, address) in fixed {
        let path = format!("metadata.annotations[{key}]");
        let message = format!(
            "The address {address} of the interface \"{interface}\" travels with the VM: the network of the target must have it, and it must be free."
        );
        one.note("static-ip-kept", &path, message);
    }
}

/// Network data that goes by the old addresses.
fn network_data(one: &mut Move<'_>, changed: &[(String, String)]) {
    let volumes = list(&one.spec()["volumes"]).to_vec();
    for (at, volume) in volumes.iter().enumerate() {
        for source in CLOUD_INIT
            .iter()
            .filter(|source| volume[**source].is_object())
        {
            let path = format!("spec.template.spec.volumes[{at}].{source}");
            match text(one, &volume[*source]) {
                Data::None => {}
                Data::Unread(secret) => {
                    let message = format!(
                        "Whether the network data in the Secret \"{secret}\" goes by the old MAC addresses could not be read."
                    );
                    one.note("network-data-unread", &path, message);
                }
                Data::Text(text) => {
                    let named = changed
                        .iter()
                        .filter(|(_, address)| text.contains(address.as_str()));
                    for (name, _) in named {
                        let message = format!(
                            "The network data goes by the old MAC address of \"{name}\": the guest may come up without that network."
                        );
                        one.note("mac-in-network-data", &path, message);
                    }
                }
            }
        }
    }
}

enum Data {
    None,
    /// In this Secret, which is sealed or not there.
    Unread(String),
    /// In lower case, with colons.
    Text(Zeroizing<String>),
}

/// The network data of a volume.
fn text(one: &Move<'_>, source: &Value) -> Data {
    let spelled =
        |text: &str| Data::Text(Zeroizing::new(text.to_ascii_lowercase().replace('-', ":")));
    if let Some(text) = source["networkData"].as_str() {
        return spelled(text);
    }
    if let Some(encoded) = source["networkDataBase64"].as_str() {
        return decoded(encoded).map_or(Data::None, |text| spelled(&text));
    }
    let Some(name) = source["networkDataSecretRef"]["name"].as_str() else {
        return Data::None;
    };
    let key = Key::new(Kind::Secret, &one.header.vm.namespace, name);
    let item = one.header.items.iter().find(|item| item.object == key);
    let bytes = item
        .filter(|item| item.path.starts_with("objects/"))
        .and_then(|item| one.stored.files.get(&item.path));
    let Some(secret) = bytes.and_then(|bytes| serde_json::from_slice::<Secret<'_>>(bytes).ok())
    else {
        return Data::Unread(name.to_owned());
    };
    match secret.data.networkdata.and_then(decoded) {
        Some(text) => spelled(&text),
        None => Data::None,
    }
}

/// The part of a Secret that is looked at; it is not copied and cannot be printed.
#[derive(serde::Deserialize)]
struct Secret<'a> {
    #[serde(default, borrow)]
    data: SecretData<'a>,
}

#[derive(Default, serde::Deserialize)]
struct SecretData<'a> {
    #[serde(default, borrow)]
    networkdata: Option<&'a str>,
}

fn decoded(encoded: &str) -> Option<Zeroizing<String>> {
    let bytes = STANDARD.decode(encoded.trim()).ok();
    let text = String::from_utf8(bytes?).ok()?;
    Some(Zeroizing::new(text))
}
