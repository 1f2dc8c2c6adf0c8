//! Names that are those of files and folders on every system, and what a file's name says of it.

use super::error::StoreError;
use super::layout::{HEADER, OBJECTS, SECRETS};

/// The longest name of a bundle's folder, so that its siblings can be named too.
pub(super) const LONGEST_NAME: usize = 240;
/// The longest name of a file.
const LONGEST_FILE: usize = 255;

/// Fails if a path is not that of a file of a bundle.
pub(crate) fn check_file(path: &str) -> Result<(), StoreError> {
    match path.split('/').collect::<Vec<_>>()[..] {
        [HEADER] => Ok(()),
        [OBJECTS | SECRETS, file] => check_name(file, LONGEST_FILE),
        _ => Err(StoreError::BadName {
            name: path.to_owned(),
            why: "a bundle holds \"bundle.json\", \"objects/…\" and \"secrets/…\" only",
        }),
    }
}

/// Whether a file holds a secret in the clear and is for its owner only.
pub(crate) fn is_private(path: &str) -> bool {
    path.starts_with("objects/secret.")
}

/// Whether file browsers left a file behind, which nobody misses.
pub(crate) fn is_litter(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini")
}

/// How a path is compared with others.
pub(crate) fn folded(path: &str) -> String {
    path.to_ascii_lowercase()
}

/// Fails if a name cannot be that of a file or folder on every system.
pub(super) fn check_name(name: &str, longest: usize) -> Result<(), StoreError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let why = if name.is_empty() {
        "it is empty"
    } else if name.len() > longest {
        "it is too long"
    } else if !name.chars().all(allowed) {
        "only letters, digits, \"-\", \"_\" and \".\" are allowed"
    } else if !name.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        "it does not begin with a letter or digit"
    } else if name.ends_with('.') {
        "it ends with a dot"
    } else if cfg!(windows) && is_device(name) {
        "Windows has a device of that name"
    } else {
        return Ok(());
    };
    Err(StoreError::BadName {
        name: name.to_owned(),
        why,
    })
}

/// Whether Windows takes a name for a device, with or without an extension.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).to_ascii_lowercase();
    let numbered = stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt"));
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || (numbered && stem.ends_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_no_path_are_refused() {
        for name in [
            "", ".", "..", "a/b", "a\\b", ".hidden", "-x", "a:b", "a b", "ü", "a\0", "a.", "a\n",
        ] {
            assert!(check_name(name, LONGEST_NAME).is_err(), "{name:?}");
        }
        assert!(check_name(&"a".repeat(241), LONGEST_NAME).is_err());
        assert!(check_name(&"a".repeat(240), LONGEST_NAME).is_ok());
        assert!(check_name("db-01.example", LONGEST_NAME).is_ok());
    }

    #[test]
    fn files_outside_of_the_two_folders_are_refused() {
        for path in [
            "../bundle.json",
            "objects",
            "objects/",
            "objects/a/b",
            "/objects/a",
            "objects/..",
            "x.json",
            "objects//a",
            "objects/.a",
            "secrets/a/../b",
            "",
        ] {
            assert!(check_file(path).is_err(), "{path:?}");
        }
        for path in [
            "bundle.json",
            "objects/virtualmachine.a.json",
            "secrets/a.age",
        ] {
            assert!(check_file(path).is_ok(), "{path:?}");
        }
    }

    #[test]
    fn devices_of_windows_are_known_with_and_without_an_extension() {
        assert!(is_device("con") && is_device("NUL") && is_device("com1.json"));
        assert!(!is_device("console") && !is_device("com") && !is_device("comx"));
    }
}
