//! Names and times that the controllers choose.

use super::digest::{sha256, sha512};
use crate::world::{identity, times};

/// A moment so many seconds before loading.
pub(super) fn ago(secs: i64) -> String {
    format!("@now-{secs}s")
}

/// The same as a number of nanoseconds.
pub(super) fn nanos_ago(secs: i64) -> String {
    format!("@nanos-{secs}s")
}

/// Seconds of a length such as `3d`.
pub(super) fn secs(length: &str) -> Option<i64> {
    times::duration(length).map(|length| length.as_secs())
}

/// A duration as Go writes it.
pub(super) fn go_duration(secs: u64) -> String {
    match (secs / 3_600, secs / 60 % 60, secs % 60) {
        (0, 0, secs) => format!("{secs}s"),
        (0, minutes, secs) => format!("{minutes}m{secs}s"),
        (hours, minutes, secs) => format!("{hours}h{minutes}m{secs}s"),
    }
}

/// Some digits that look random and are the same in every run.
pub(super) fn digits(what: &str, namespace: &str, name: &str, count: usize) -> String {
    let uid = identity::uid(what, namespace, name).replace('-', "");
    uid.chars().take(count).collect()
}

/// The first digits of the folder of a Longhorn volume on a backup target.
pub(super) fn store_folder(volume: &str) -> String {
    let digest = sha512(volume);
    format!(
        "backupstore/volumes/{}/{}/{volume}",
        &digest[..2],
        &digest[2..4]
    )
}

/// Parts joined by dashes, cut to 63 characters as Harvester does it.
pub(super) fn joined(parts: &[&str]) -> String {
    let full = parts.join("-");
    if full.len() < 64 {
        return full;
    }
    let digest = sha256(&full);
    let ends_well =
        full.as_bytes()[56].is_ascii_lowercase() || full.as_bytes()[56].is_ascii_digit();
    if ends_well {
        format!("{}-{}", &full[..57], &digest[..5])
    } else {
        format!("{}-{}", &full[..56], &digest[..6])
    }
}

/// Bytes of a quantity such as `20Gi`.
pub(super) fn bytes(quantity: &str) -> u64 {
    let units = [("Gi", 1 << 30), ("Mi", 1 << 20), ("Ki", 1 << 10)];
    let (number, unit) = units
        .iter()
        .find_map(|(suffix, unit)| Some((quantity.strip_suffix(suffix)?, *unit)))
        .unwrap_or((quantity, 1));
    number.parse::<u64>().unwrap_or(0) * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_as_harvester_does() {
        let backup = "nightly-2026-08-01-volume-web-disk-0-abcde";
        assert_eq!(
            joined(&["restore", "prod", "restore-web-20260801", backup]),
            "restore-prod-restore-web-20260801-nightly-2026-08-01-volu-53a8c"
        );
        let backup = format!("nightly-volume-web{}", "x".repeat(20));
        assert_eq!(
            joined(&["restore", "prod", &"r".repeat(28), &backup]),
            "restore-prod-rrrrrrrrrrrrrrrrrrrrrrrrrrrr-nightly-volume-724da6"
        );
        assert_eq!(joined(&["restore", "a", "b"]), "restore-a-b");
    }

    #[test]
    fn durations_read_as_in_go() {
        assert_eq!(
            [1, 60, 600, 3_604].map(go_duration),
            ["1s", "1m0s", "10m0s", "1h0m4s"]
        );
    }

    #[test]
    fn volumes_lie_under_their_digest() {
        assert_eq!(
            store_folder("pvc-example-lz4"),
            "backupstore/volumes/89/d4/pvc-example-lz4"
        );
    }
}
