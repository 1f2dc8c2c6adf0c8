//! Paths of Harvester's records of VM backups and images.

use std::fmt;

use super::{PathError, SUFFIX, is_namespace_name, is_object_name};

/// The folder of the records of VM backups.
pub const RECORDS: &str = "harvester/vmbackups";
/// The folder of the records of images.
pub const IMAGES: &str = "harvester/vmimages";

/// Where the record of a VM backup lies.
///
/// Made by [`RecordPath::parse`] or [`RecordPath::new`] only, so that its names are always valid. In
/// order, the folder form comes first, by namespace and name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordPath {
    /// `harvester/vmbackups/<namespace>/<name>.cfg`, since Harvester 1.3.
    #[non_exhaustive]
    Folder {
        /// Namespace of the VM backup.
        namespace: String,
        /// Name of the VM backup.
        name: String,
    },
    /// `harvester/vmbackups/<namespace>-<name>.cfg`, up to Harvester 1.2.
    ///
    /// Where the namespace ends cannot be told: `a-b-c` is `a-b`/`c` or `a`/`b-c`.
    #[non_exhaustive]
    Flat {
        /// Namespace, dash and name.
        stem: String,
    },
}

impl RecordPath {
    /// The place of a record in the folder form.
    pub fn new(namespace: &str, name: &str) -> Result<Self, PathError> {
        checked(namespace, name)?;
        Ok(Self::Folder {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Reads a path that is relative to the root of the target.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let steps = steps_below(RECORDS, path)?;
        match steps[..] {
            [file] => {
                let stem = file.strip_suffix(SUFFIX).ok_or(PathError::Suffix)?;
                if !is_flat_stem(stem) {
                    return Err(PathError::Name);
                }
                Ok(Self::Flat {
                    stem: stem.to_owned(),
                })
            }
            [namespace, file] => Self::new(
                namespace,
                file.strip_suffix(SUFFIX).ok_or(PathError::Suffix)?,
            ),
            _ => Err(PathError::Elsewhere),
        }
    }
}

impl fmt::Display for RecordPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { namespace, name } => {
                write!(formatter, "{RECORDS}/{namespace}/{name}{SUFFIX}")
            }
            Self::Flat { stem } => write!(formatter, "{RECORDS}/{stem}{SUFFIX}"),
        }
    }
}

/// Where the record of an image lies: `harvester/vmimages/<namespace>/<name>.cfg`.
///
/// Made by [`ImagePath::parse`] or [`ImagePath::new`] only, so that its names are always valid.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct ImagePath {
    /// Namespace of the image.
    pub namespace: String,
    /// Name of the image.
    pub name: String,
}

impl ImagePath {
    /// The place of the record of an image.
    pub fn new(namespace: &str, name: &str) -> Result<Self, PathError> {
        checked(namespace, name)?;
        Ok(Self {
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        })
    }

    /// Reads a path that is relative to the root of the target.
    pub fn parse(path: &str) -> Result<Self, PathError> {
        let [namespace, file] = steps_below(IMAGES, path)?[..] else {
            return Err(PathError::Elsewhere);
        };
        Self::new(
            namespace,
            file.strip_suffix(SUFFIX).ok_or(PathError::Suffix)?,
        )
    }
}

impl fmt::Display for ImagePath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "{IMAGES}/{}/{}{SUFFIX}",
            self.namespace, self.name
        )
    }
}

/// The steps of a plain path below a folder.
fn steps_below<'p>(folder: &str, path: &'p str) -> Result<Vec<&'p str>, PathError> {
    // An absolute path begins with an empty step, and a path of Windows has a backslash.
    if path.contains(['\\', '\0']) || path.split('/').any(|step| matches!(step, "" | "." | "..")) {
        return Err(PathError::NotPlain);
    }
    let rest = path
        .strip_prefix(folder)
        .and_then(|rest| rest.strip_prefix('/'));
    Ok(rest.ok_or(PathError::Elsewhere)?.split('/').collect())
}

fn checked(namespace: &str, name: &str) -> Result<(), PathError> {
    if !is_namespace_name(namespace) {
        return Err(PathError::Namespace);
    }
    if !is_object_name(name) {
        return Err(PathError::Name);
    }
    Ok(())
}

/// Whether there is a dash at which a namespace can end and a name begin.
fn is_flat_stem(stem: &str) -> bool {
    stem.match_indices('-')
        .any(|(at, _)| is_namespace_name(&stem[..at]) && is_object_name(&stem[at + 1..]))
}
