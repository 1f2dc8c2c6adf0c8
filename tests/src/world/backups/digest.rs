//! The digests that Longhorn and Harvester put into names and annotations, as lower-case hex.

use std::fmt::Write;

use sha2::{Digest, Sha224, Sha256, Sha512};

/// Of the value of the setting `backup-target`.
pub(super) fn sha224(text: &str) -> String {
    hex::<Sha224>(text)
}

/// Of names of Longhorn's objects.
pub(super) fn sha256(text: &str) -> String {
    hex::<Sha256>(text)
}

/// Of volumes' places on the backup target.
pub(super) fn sha512(text: &str) -> String {
    hex::<Sha512>(text)
}

fn hex<D: Digest>(text: &str) -> String {
    D::digest(text.as_bytes())
        .iter()
        .fold(String::new(), |mut hex, byte| {
            // Writing to memory does not fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
