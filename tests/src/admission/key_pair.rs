//! Harvester's rule for a `KeyPair`: its key can be read.

use base64::Engine as _;

use super::Refusal;
use super::request::{Operation, Request};
use crate::model::machine::text;

const KINDS: [&str; 8] = [
    "ssh-rsa",
    "ssh-dss",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
];

pub(crate) fn validate(request: &Request) -> Result<(), Refusal> {
    if request.operation == Operation::Delete {
        return Ok(());
    }
    let key = text(&request.object["spec"]["publicKey"]);
    let problem = if key.is_empty() {
        "public key is required"
    } else if is_readable(key) {
        return Ok(());
    } else {
        "key is not in valid OpenSSH public key format"
    };
    Err(Refusal::invalid("spec.publicKey", problem))
}

/// A line of an `authorized_keys` file: a kind, and a blob that names the same kind; options may come first.
fn is_readable(text: &str) -> bool {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .any(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            words
                .windows(2)
                .take(2)
                .any(|pair| KINDS.contains(&pair[0]) && names_its_kind(pair[0], pair[1]))
        })
}

fn names_its_kind(kind: &str, blob: &str) -> bool {
    let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(blob) else {
        return false;
    };
    let Some((length, rest)) = bytes.split_first_chunk::<4>() else {
        return false;
    };
    let length = usize::try_from(u32::from_be_bytes(*length)).unwrap_or(usize::MAX);
    rest.get(..length) == Some(kind.as_bytes()) && rest.len() > length
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pair(key: &str) -> Value {
        json!({"kind": "KeyPair", "spec": {"publicKey": key}})
    }

    const KEY: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIMaF1tEAcgRWonSdT733NosEPj9yQZx5KdrDjWHkJ/pO";

    #[test]
    fn a_key_is_a_line_whose_blob_names_its_kind() {
        for good in [
            format!("ssh-ed25519 {KEY} ops@example.invalid"),
            format!("ssh-ed25519 {KEY}\n"),
            format!("no-pty ssh-ed25519 {KEY}"),
            format!("# a comment\nssh-ed25519 {KEY}"),
        ] {
            assert_eq!(validate(&Request::create(pair(&good))), Ok(()), "{good}");
        }
        for (bad, words) in [
            ("", "public key is required"),
            ("hello", "key is not in valid OpenSSH public key format"),
            (
                "ssh-ed25519 AAAA",
                "key is not in valid OpenSSH public key format",
            ),
            (
                "ssh-rsa AAAAC3NzaC1lZDI1NTE5AAAAIMaF1tEAcgRWonSdT733NosEPj9yQZx5KdrDjWHkJ/pO",
                "key is not in valid OpenSSH public key format",
            ),
        ] {
            let refusal = validate(&Request::create(pair(bad))).unwrap_err();
            assert_eq!(refusal, Refusal::invalid("spec.publicKey", words), "{bad}");
        }
    }
}
