//! Whether a text can be the name that it stands for.

use super::problem::quoted;
use crate::effective::mac;
use crate::quantity;

/// What a name is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameKind {
    /// A namespace.
    Namespace,
    /// A VM, whose name is also the value of a label.
    Vm,
    /// Any other object.
    Object,
}

/// Fails with what is wrong if an object cannot have this name.
pub fn check_name(kind: NameKind, text: &str) -> Result<(), String> {
    let (what, longest, dots) = match kind {
        NameKind::Namespace => ("a namespace", 63, false),
        NameKind::Vm => ("a VM", 63, true),
        NameKind::Object => ("an object", 253, true),
    };
    if text.is_empty() {
        return Err(format!("the name of {what} is empty"));
    }
    if text.len() > longest {
        return Err(format!(
            "{} is too long: the name of {what} has at most {longest} characters",
            quoted(text)
        ));
    }
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let fits = match dots {
        true => text.split('.').all(label),
        false => label(text),
    };
    let allowed = match dots {
        true => "lower case letters, digits, \"-\" and \".\"",
        false => "lower case letters, digits and \"-\"",
    };
    match fits {
        true => Ok(()),
        false => Err(format!(
            "{} cannot be the name of {what}: {allowed} are allowed, a letter or digit first and last",
            quoted(text)
        )),
    }
}

/// Fails if a text is no `namespace/name` of such an object.
pub(super) fn check_id(kind: NameKind, text: &str) -> Result<(), String> {
    let Some((namespace, name)) = text.split_once('/') else {
        return Err(format!("{} is no \"namespace/name\"", quoted(text)));
    };
    check_name(NameKind::Namespace, namespace)?;
    check_name(kind, name)
}

/// The one spelling of the address of an interface.
pub(super) fn mac_of(text: &str) -> Result<String, String> {
    let Some(spelled) = mac::canonical(text) else {
        return Err(format!("{} is no MAC address", quoted(text)));
    };
    let first = u8::from_str_radix(&spelled[..2], 16).unwrap_or_default();
    if first & 1 == 1 {
        return Err(format!(
            "{} is a group address, which no interface can have",
            quoted(text)
        ));
    }
    match spelled == "00:00:00:00:00:00" {
        true => Err(format!("{} is no address of an interface", quoted(text))),
        false => Ok(spelled),
    }
}

/// The one spelling of a size.
pub(super) fn size_of(text: &str) -> Result<String, String> {
    let Some(size) = quantity::canonical(text) else {
        return Err(format!("{} is no size such as 40Gi", quoted(text)));
    };
    let whole = !size.ends_with(['m', 'u', 'n']);
    match whole && size != "0" && !size.starts_with('-') {
        true => Ok(size),
        false => Err(format!("{} is no size of a disk", quoted(text))),
    }
}

/// Fails if a text is neither `key` nor `key=value` of a node's label.
pub(super) fn check_label(text: &str) -> Result<(), String> {
    let (key, value) = match text.split_once('=') {
        Some((key, value)) => (key, Some(value)),
        None => (text, None),
    };
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let whole = !name.is_empty()
        && is_label_text(name)
        && prefix.is_none_or(|prefix| check_name(NameKind::Object, prefix).is_ok())
        && value.is_none_or(is_label_text);
    match whole {
        true => Ok(()),
        false => Err(format!(
            "{} is no label: write \"key\" or \"key=value\"",
            quoted(text)
        )),
    }
}

fn is_label_text(text: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| c.is_ascii_alphanumeric());
    text.len() <= 63
        && edge(text.chars().next())
        && edge(text.chars().next_back())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}
