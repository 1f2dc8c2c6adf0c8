//! Who can open an encrypted secret.

use std::fmt;
use std::io::Read as _;
use std::str::FromStr as _;

use age::x25519;
use zeroize::Zeroizing;

/// Private keys of age.
pub struct Identities {
    keys: Vec<x25519::Identity>,
}

/// Why a secret cannot be opened; no key is ever repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The file holds no key.
    #[error("it holds no age identity: a line that begins with \"AGE-SECRET-KEY-1\"")]
    None,
    /// A public key.
    #[error("line {0} is a public key: the private one is needed, as age-keygen wrote it")]
    PublicKey(usize),
    /// A file that needs a passphrase.
    #[error("it is protected by a passphrase: decrypt it with age first")]
    Passphrase,
    /// A key of a plugin or of SSH.
    #[error("line {0} is a key of SSH or of an age plugin, which are not supported")]
    Unsupported(usize),
    /// Anything else.
    #[error("line {0} is no age identity")]
    NoKey(usize),
    /// It was encrypted for others.
    #[error("none of the identities fits: it was encrypted for others")]
    NoMatch,
    /// Its bytes are damaged.
    #[error("it is damaged or no age file")]
    Damaged,
}

impl Identities {
    /// Reads private keys, one a line; `#` begins a remark.
    pub fn parse(text: &str) -> Result<Self, IdentityError> {
        let mut keys = Vec::new();
        if text.starts_with("age-encryption.org/") || text.contains("BEGIN AGE ENCRYPTED FILE") {
            return Err(IdentityError::Passphrase);
        }
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            keys.push(key(at + 1, line)?);
        }
        match keys.is_empty() {
            true => Err(IdentityError::None),
            false => Ok(Self { keys }),
        }
    }

    /// Decrypts bytes; they are wiped when they are done with.
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, IdentityError> {
        let decryptor = age::Decryptor::new(sealed).map_err(|_| IdentityError::Damaged)?;
        let keys = self.keys.iter().map(|key| key as &dyn age::Identity);
        let mut reader = decryptor.decrypt(keys).map_err(|error| match error {
            age::DecryptError::NoMatchingKeys => IdentityError::NoMatch,
            _ => IdentityError::Damaged,
        })?;
        // What was decrypted is never longer, so that nothing has to move and leave a copy behind.
        let mut clear = Zeroizing::new(Vec::with_capacity(sealed.len()));
        reader
            .read_to_end(&mut clear)
            .map_err(|_| IdentityError::Damaged)?;
        Ok(clear)
    }
}

impl fmt::Debug for Identities {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Identities({})", self.keys.len())
    }
}

fn key(at: usize, line: &str) -> Result<x25519::Identity, IdentityError> {
    if let Ok(key) = x25519::Identity::from_str(line) {
        return Ok(key);
    }
    let upper = line.to_ascii_uppercase();
    Err(match () {
        () if upper.starts_with("AGE1") => IdentityError::PublicKey(at),
        () if upper.starts_with("AGE-PLUGIN-")
            || upper.contains("PRIVATE KEY")
            || upper.starts_with("SSH-") =>
        {
            IdentityError::Unsupported(at)
        }
        () => IdentityError::NoKey(at),
    })
}

#[cfg(test)]
mod tests {
    use age::secrecy::ExposeSecret as _;

    use super::*;
    use crate::secrets::Recipients;

    fn pair() -> (String, String) {
        let key = x25519::Identity::generate();
        let public = key.to_public().to_string();
        (key.to_string().expose_secret().to_owned(), public)
    }

    #[test]
    fn what_was_encrypted_opens_with_the_key_and_with_no_other() {
        let (private, public) = pair();
        let sealed = Recipients::parse(&[public])
            .unwrap()
            .encrypt(b"a secret")
            .unwrap();
        let file = format!("# created: today\n\n{private}\n");
        let mine = Identities::parse(&file).unwrap();
        assert_eq!(mine.open(&sealed).unwrap().as_slice(), b"a secret");
        let other = Identities::parse(&pair().0).unwrap();
        assert_eq!(other.open(&sealed).unwrap_err(), IdentityError::NoMatch);
        let mut damaged = sealed.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert_eq!(mine.open(&damaged).unwrap_err(), IdentityError::Damaged);
        assert_eq!(mine.open(b"text").unwrap_err(), IdentityError::Damaged);
    }

    #[test]
    fn what_is_no_identity_is_told_apart() {
        let public = pair().1;
        for (text, error) in [
            ("", IdentityError::None),
            ("# nothing\n", IdentityError::None),
            (public.as_str(), IdentityError::PublicKey(1)),
            (
                "age-encryption.org/v1\n-> scrypt",
                IdentityError::Passphrase,
            ),
            (
                "\n-----BEGIN OPENSSH PRIVATE KEY-----",
                IdentityError::Unsupported(2),
            ),
            ("AGE-PLUGIN-YUBIKEY-1AA", IdentityError::Unsupported(1)),
            ("AGE-SECRET-KEY-1AAAA", IdentityError::NoKey(1)),
        ] {
            assert_eq!(Identities::parse(text).unwrap_err(), error, "{text}");
        }
    }
}
