//! Finds known secrets in a text, wherever they stand.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// Secrets shorter than this are not looked for: too many texts hold them by chance.
pub(super) const SHORTEST: usize = 6;

/// From this length on a secret is found in the middle of a word too.
const LONG: usize = 12;

/// Secrets by how they begin.
#[derive(Default)]
pub(super) struct Known {
    /// The first two bytes, which rule out most places of a text at once.
    starts: HashSet<[u8; 2]>,
    secrets: HashMap<[u8; SHORTEST], Vec<String>>,
}

impl Known {
    /// Adds a secret, unless it is too short.
    pub(super) fn add(&mut self, secret: &str) {
        let Some(start) = secret.as_bytes().first_chunk::<SHORTEST>() else {
            return;
        };
        let same = self.secrets.entry(*start).or_default();
        if !same.iter().any(|known| known == secret) {
            same.push(secret.to_owned());
            // The longest is found first.
            same.sort_by_key(|known| std::cmp::Reverse(known.len()));
            self.starts.insert([start[0], start[1]]);
        }
    }

    /// The next secret in a text from a place on.
    pub(super) fn next(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let bytes = text.as_bytes();
        (from..bytes.len().saturating_sub(SHORTEST - 1)).find_map(|at| {
            let start = bytes[at..].first_chunk::<SHORTEST>()?;
            if !self.starts.contains(&start[..2]) {
                return None;
            }
            let same = self.secrets.get(start)?.iter();
            let mut found = same.filter(|secret| bytes[at..].starts_with(secret.as_bytes()));
            let end = found.find_map(|secret| {
                let end = at + secret.len();
                (secret.len() >= LONG || is_apart(bytes, at, end)).then_some(end)
            });
            end.map(|end| at..end)
        })
    }
}

/// Whether it is no part of a longer word.
fn is_apart(bytes: &[u8], start: usize, end: usize) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    !is_word(start.checked_sub(1).and_then(|at| bytes.get(at))) && !is_word(bytes.get(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_found_and_chance_is_not() {
        let mut known = Known::default();
        for secret in [
            "hunter2",
            "hunter2 and more",
            "a-long-secret-of-a-user",
            "short",
            "äöüäöü",
        ] {
            known.add(secret);
        }
        for (text, expected) in [
            ("hunter2", Some("hunter2")),
            ("x=hunter2*y", Some("hunter2")),
            ("my hunter2 and more", Some("hunter2 and more")),
            ("hunter22", None),
            ("a hunter2s", None),
            ("xa-long-secret-of-a-userx", Some("a-long-secret-of-a-user")),
            ("short", None),
            ("ein äöüäöü da", Some("äöüäöü")),
            ("hunte", None),
            ("", None),
        ] {
            assert_eq!(
                known.next(text, 0).map(|range| &text[range]),
                expected,
                "{text}"
            );
        }
    }
}
