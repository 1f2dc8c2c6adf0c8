//! What is wrong with a map file or with a file of rules, each with the entry it is in.

use std::fmt;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Path of the entry, such as `disks.prod/db01.root`; empty for the whole file.
    pub path: String,
    /// What is wrong with it, as a fragment of a sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => formatter.write_str(&self.message),
            path => write!(formatter, "{path}: {}", self.message),
        }
    }
}

/// A file that a person wrote and that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; "))]
pub struct MapError {
    /// All that is wrong, in the order of the file's fields; never empty.
    pub problems: Vec<Problem>,
}

/// Problems while a file is read.
#[derive(Debug, Default)]
pub(in crate::mapping) struct Problems(Vec<Problem>);

impl Problems {
    pub(in crate::mapping) fn add(&mut self, path: &str, message: impl Into<String>) {
        self.0.push(Problem {
            path: path.to_owned(),
            message: message.into(),
        });
    }

    pub(in crate::mapping) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(in crate::mapping) fn len(&self) -> usize {
        self.0.len()
    }

    /// All of them.
    pub(in crate::mapping) fn into_list(self) -> Vec<Problem> {
        self.0
    }

    /// What was read, if nothing is wrong with it.
    pub(in crate::mapping) fn settle<T>(self, read: T) -> Result<T, MapError> {
        match self.0.is_empty() {
            true => Ok(read),
            false => Err(MapError { problems: self.0 }),
        }
    }
}

/// The longest text that a message repeats.
const LONGEST: usize = 80;

/// A text in quotes, without what moves a cursor, and not too long.
pub(in crate::mapping) fn quoted(text: &str) -> String {
    format!("\"{}\"", shown(text))
}

/// Whether a letter breaks a line or turns the direction of those around it, without being seen.
fn turns(c: char) -> bool {
    matches!(
        c,
        '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

/// A text without what moves a cursor, and not too long.
pub(in crate::mapping) fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (at, c) in text.chars().enumerate() {
        if at == LONGEST {
            shown.push('…');
            break;
        }
        match c.is_control() || turns(c) {
            true => shown.extend(c.escape_default()),
            false => shown.push(c),
        }
    }
    shown
}
