//! Who can read an encrypted secret.

use std::fmt;
use std::io::Write as _;
use std::str::FromStr as _;

use age::x25519;

/// Keys that encrypted files are written for; the order they were given in does not matter.
#[derive(Clone)]
pub struct Recipients {
    /// Sorted by name, each once.
    keys: Vec<(String, x25519::Recipient)>,
}

/// Words that are no recipient.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecipientError {
    /// There is none.
    #[error("encryption needs at least one recipient")]
    None,
    /// A private key; its text is not repeated.
    #[error("recipient {0} is a private key: give its public key, which begins with \"age1\"")]
    PrivateKey(usize),
    /// A key of an age plugin.
    #[error("recipient \"{0}\" needs an age plugin, which is not supported")]
    Plugin(String),
    /// A key of SSH.
    #[error("recipient {0} is an SSH key: give an age key, which begins with \"age1\"")]
    Ssh(usize),
    /// Anything else.
    #[error("recipient \"{0}\" is no age public key")]
    NoKey(String),
}

impl Recipients {
    /// Reads public keys.
    pub fn parse<T: AsRef<str>>(texts: &[T]) -> Result<Self, RecipientError> {
        let mut keys = Vec::with_capacity(texts.len());
        for (at, text) in texts.iter().enumerate() {
            keys.push(parse(at + 1, text.as_ref().trim())?);
        }
        keys.sort_by(|a, b| a.0.cmp(&b.0));
        keys.dedup_by(|a, b| a.0 == b.0);
        match keys.is_empty() {
            true => Err(RecipientError::None),
            false => Ok(Self { keys }),
        }
    }

    /// The keys as text, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.keys.iter().map(|(name, _)| name.as_str())
    }

    /// Whether these are exactly the given names, which are sorted.
    pub fn are(&self, names: &[String]) -> bool {
        self.names().eq(names.iter().map(String::as_str))
    }

    /// Encrypts bytes for all of them; no two results are alike.
    pub(crate) fn encrypt(&self, clear: &[u8]) -> Result<Vec<u8>, String> {
        let keys = self.keys.iter().map(|(_, key)| key as &dyn age::Recipient);
        let encryptor = age::Encryptor::with_recipients(keys).map_err(|e| e.to_string())?;
        let mut sealed = Vec::with_capacity(clear.len() + 512);
        let mut writer = encryptor
            .wrap_output(&mut sealed)
            .map_err(|e| e.to_string())?;
        writer.write_all(clear).map_err(|e| e.to_string())?;
        writer.finish().map_err(|e| e.to_string())?;
        Ok(sealed)
    }
}

impl fmt::Debug for Recipients {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.names()).finish()
    }
}

fn parse(at: usize, text: &str) -> Result<(String, x25519::Recipient), RecipientError> {
    if let Ok(key) = x25519::Recipient::from_str(text) {
        return Ok((key.to_string(), key));
    }
    // A slip of the hand must not end in a log.
    let upper = text.to_ascii_uppercase();
    if upper.contains("SECRET-KEY") || upper.contains("PRIVATE KEY") || upper.contains("PLUGIN-") {
        return Err(RecipientError::PrivateKey(at));
    }
    if text.starts_with("ssh-") || text.starts_with("ecdsa-") {
        return Err(RecipientError::Ssh(at));
    }
    let shown: String = text.chars().take(80).collect();
    // A plugin's key names the plugin between two digits of its prefix: age1NAME1….
    let rest = text.strip_prefix("age1").unwrap_or_default();
    Err(match rest.contains('1') && rest.is_ascii() {
        true => RecipientError::Plugin(shown),
        false => RecipientError::NoKey(shown),
    })
}
