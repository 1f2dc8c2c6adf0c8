//! Which names Kubernetes and Longhorn allow.

/// Whether a text can be the name of a namespace: a DNS label.
pub fn is_namespace_name(text: &str) -> bool {
    text.len() <= 63 && is_label(text)
}

/// Whether a text can be the name of a VM backup or an image: a DNS subdomain.
pub fn is_object_name(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_label)
}

/// Whether a text can be the name of a volume or a backup in Longhorn's part of a target.
pub fn is_longhorn_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 2
        && bytes[0].is_ascii_alphanumeric()
        && bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(byte))
}

/// Lower-case letters, digits and inner dashes; Kubernetes limits the length of namespaces only.
fn is_label(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    bytes
        .iter()
        .all(|byte| is_alphanumeric(byte) || *byte == b'-')
        && bytes.first().is_some_and(is_alphanumeric)
        && bytes.last().is_some_and(is_alphanumeric)
}
