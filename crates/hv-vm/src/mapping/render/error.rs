//! Why a bundle cannot be rendered.

/// Why a bundle cannot be rendered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The bundle is of something else, or its VM cannot be read.
    #[error("\"{0}\" is no bundle of a VM")]
    NoVm(String),
    /// Nobody said what becomes of a disk.
    #[error("disk \"{0}\" has no mode: map it")]
    NoChoice(String),
    /// The VM has no such disk.
    #[error("the VM has no disk \"{0}\"")]
    NoDisk(String),
    /// A volume that has no claim cannot get one.
    #[error("volume \"{0}\" has no claim: it can only stay or be skipped")]
    NoClaim(String),
    /// Two disks of the VM would be one claim.
    #[error("disks \"{0}\" and \"{1}\" would both be the claim \"{2}\"")]
    OneClaim(String, String, String),
    /// Two volumes use one claim and are mapped differently.
    #[error("volumes \"{0}\" and \"{1}\" are one claim: map them alike")]
    Split(String, String),
    /// A volume that cannot be used.
    #[error("volume \"{name}\" cannot be bound: {why}")]
    Volume {
        /// Name of the `PersistentVolume`.
        name: String,
        /// Why not.
        why: String,
    },
    /// The VM has no such interface.
    #[error("the VM has no interface \"{0}\"")]
    NoInterface(String),
    /// Values of one label would become different labels.
    #[error("node label \"{0}\": its values in one term cannot become different labels")]
    Label(String),
    /// An object that is to be created is not in the bundle.
    #[error("{0} is not in the bundle")]
    NotInBundle(String),
    /// Two objects would get one name.
    #[error("{0} and {1} would both be {2}")]
    OneName(String, String, String),
    /// Two keys of a Secret would be one.
    #[error("keys \"{0}\" and \"{1}\" of secret \"{2}\" would both be \"{3}\"")]
    OneKey(String, String, String, String),
}
