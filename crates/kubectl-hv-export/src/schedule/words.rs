//! Words of `schedule` that have a form of their own.

use crate::rbac::name;

/// Longest name of a CronJob: its jobs have names that are longer.
const LONGEST_CRONJOB: usize = 52;

/// `pvc/NAME`.
pub(super) fn claim(text: &str) -> Result<String, String> {
    match text.split_once('/') {
        Some(("pvc" | "persistentvolumeclaim" | "persistentvolumeclaims", claim)) => {
            name::subdomain(claim)
        }
        _ => Err("write it as pvc/NAME: a job keeps its bundles in a volume claim".to_owned()),
    }
}

/// The reference of an image, as far as it can be told without a registry.
pub(super) fn image(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:@".contains(&byte);
    if text.bytes().all(is_plain) && text.starts_with(|first: char| first.is_ascii_alphanumeric()) {
        return Ok(text.to_owned());
    }
    Err("write it as registry/name:tag or registry/name@sha256:…".to_owned())
}

/// The name of a CronJob.
pub(super) fn job(text: &str) -> Result<String, String> {
    match name::subdomain(text) {
        Ok(name) if name.len() > LONGEST_CRONJOB => Err(format!(
            "the name of a CronJob is not longer than {LONGEST_CRONJOB}"
        )),
        result => result,
    }
}

/// Checks a key to encrypt for; a secret key that was mistaken for one is never repeated.
pub(super) fn recipient(text: &str) -> Result<(), String> {
    /// Of `age1`, 32 bytes and their checksum.
    const LENGTH: usize = 62;
    let is_key = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    if text.to_ascii_uppercase().starts_with("AGE-SECRET-KEY-") {
        return Err(
            "--recipient takes a public key, which begins with age1; this is a secret one"
                .to_owned(),
        );
    }
    if text.starts_with("age1") && text.len() == LENGTH && text.bytes().all(is_key) {
        return Ok(());
    }
    Err(format!(
        "\"{text}\" is no recipient: age1 and {} more letters and digits",
        LENGTH - 4
    ))
}

/// A time zone's name, such as `Europe/Berlin`.
pub(super) fn time_zone(text: &str) -> Result<String, String> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-+/".contains(&byte);
    if text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(is_plain) {
        return Ok(text.to_owned());
    }
    Err("write it as Europe/Berlin or Etc/UTC".to_owned())
}
