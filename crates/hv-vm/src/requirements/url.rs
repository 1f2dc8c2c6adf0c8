//! Addresses without what may be a password or a token.

use std::borrow::Cow;

/// A URL or the address of a container image without user, password, query and fragment.
pub(crate) fn without_credentials(url: &str) -> Cow<'_, str> {
    let end = url.find(['?', '#']).unwrap_or(url.len());
    let whole = &url[..end];
    let start = whole.find("://").map_or(0, |at| at + 3);
    // The digest of a container image comes after the first slash and stays.
    let host_end = whole[start..]
        .find('/')
        .map_or(whole.len(), |at| start + at);
    let authority = &whole[start..host_end];
    match authority.rfind('@') {
        // An image without a registry, such as `fedora@sha256:…`, has its digest here.
        Some(at) if start == 0 && authority[at + 1..].starts_with("sha") => Cow::Borrowed(whole),
        Some(at) => {
            let mut clean = whole[..start].to_owned();
            clean.push_str(&whole[start + at + 1..]);
            Cow::Owned(clean)
        }
        None => Cow::Borrowed(whole),
    }
}
