//! Paths of the API, built from fixed data instead of discovery.

use crate::kinds::{Kind, Scope};
use crate::source::Query;

/// Objects a page, kubectl's own size.
pub(super) const PAGE_SIZE: usize = 500;

/// The path of a collection.
pub(super) fn collection(kind: &Kind, namespace: Option<&str>) -> String {
    let mut path = if kind.group.is_empty() {
        format!("/api/{}", kind.version)
    } else {
        format!("/apis/{}/{}", kind.group, kind.version)
    };
    if let (Scope::Namespaced, Some(namespace)) = (kind.scope, namespace) {
        path.push_str("/namespaces/");
        path.push_str(&encode(namespace));
    }
    path.push('/');
    path.push_str(kind.plural);
    path
}

/// The path of one object.
pub(super) fn object(kind: &Kind, namespace: Option<&str>, name: &str) -> String {
    format!("{}/{}", collection(kind, namespace), encode(name))
}

/// The path and query of one page.
pub(super) fn page(kind: &Kind, query: &Query, token: Option<&str>) -> String {
    let size = PAGE_SIZE.to_string();
    with_query(kind, query, &[("limit", Some(&size)), ("continue", token)])
}

/// The path and query of a whole list in one answer.
pub(super) fn all(kind: &Kind, query: &Query) -> String {
    with_query(kind, query, &[])
}

fn with_query(kind: &Kind, query: &Query, more: &[(&str, Option<&str>)]) -> String {
    let selectors = [
        ("labelSelector", query.labels.as_deref()),
        ("fieldSelector", query.fields.as_deref()),
    ];
    // The limit stands first and the token last, as people read them.
    let first = more.iter().take(1);
    let last = more.iter().skip(1);
    let mut path = collection(kind, query.namespace.as_deref());
    let mut mark = '?';
    for (name, value) in first.chain(&selectors).chain(last) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            path = format!("{path}{mark}{name}={}", encode(value));
            mark = '&';
        }
    }
    path
}

/// The path of the page after one of a list's first page.
pub(super) fn following(first: &str, token: &str) -> String {
    format!("{first}&continue={}", encode(token))
}

/// Whether a text can be a name in a path at all; others name nothing.
pub(super) fn is_segment(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && !name.contains(['/', '%'])
}

const HEX: &[u8; 16] = b"0123456789ABCDEF";

fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                encoded.push('%');
                encoded
                    .extend([byte >> 4, byte & 15].map(|half| char::from(HEX[usize::from(half)])));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{PERSISTENT_VOLUME_CLAIM, STORAGE_CLASS, VIRTUAL_MACHINE};

    #[test]
    fn a_path_follows_group_scope_and_namespace() {
        let all = Query::default();
        assert_eq!(
            page(&VIRTUAL_MACHINE, &all, None),
            "/apis/kubevirt.io/v1/virtualmachines?limit=500"
        );
        let query = Query {
            namespace: Some("prod".to_owned()),
            labels: Some("tier in (db,web)".to_owned()),
            fields: Some("metadata.name=x".to_owned()),
        };
        assert_eq!(
            page(&PERSISTENT_VOLUME_CLAIM, &query, Some("a+b=")),
            "/api/v1/namespaces/prod/persistentvolumeclaims?limit=500\
             &labelSelector=tier%20in%20%28db%2Cweb%29&fieldSelector=metadata.name%3Dx\
             &continue=a%2Bb%3D"
        );
        assert_eq!(
            collection(&STORAGE_CLASS, Some("prod")),
            "/apis/storage.k8s.io/v1/storageclasses"
        );
        assert_eq!(
            object(&STORAGE_CLASS, None, "a b"),
            "/apis/storage.k8s.io/v1/storageclasses/a%20b"
        );
    }
}
