//! Lines of `bundleGenerationError.log`.

/// What the server says of kinds that can be created but not listed, such as token reviews.
pub(super) const NOT_LISTABLE: &str =
    "the server does not allow this method on the requested resource";

/// One list that could not be read.
pub(super) fn line(url: &str, sentence: &str) -> String {
    format!("Failed to get {url}: {sentence}\n")
}
