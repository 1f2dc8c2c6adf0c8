//! Since which release Harvester has each rule for VMs and what belongs to them.

/// A rule that not every release has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Cores, sockets and threads of a VM are 1 unless said.
    CpuDefaults,
    /// Interfaces without an address get one when the VM is written.
    MacsFilled,
    /// A controller keeps the addresses it saw in an annotation.
    MacsAnnotated,
    /// `maxSockets` follows the sockets, instead of being 1.
    MaxSocketsFollow,
    /// A VM needs a limit of memory or a memory of the guest.
    MemoryRequired,
    /// Claims that are shared, and not Longhorn's, may be used by several VMs.
    SharedClaims,
    /// A label of the maintenance mode must have a known value.
    MaintenanceModes,
    /// A drive without a disc must be SATA.
    EmptyDrives,
    /// A shareable disk must be able to be one.
    ShareableDisks,
    /// Nobody but a controller may ask for the label of the CPU manager.
    CpuManagerKept,
    /// Classes of claim templates that are added later must exist.
    ClassesExist,
    /// No claim may have either reserved class, whoever makes it.
    ClassesReserved,
    /// No claim may have the class of static Longhorn volumes, except for the image of an upgrade.
    StaticClassReserved,
    /// Only KubeVirt's own claims may have the class of the state of VMs.
    StateClassReserved,
    /// A claim that is in use is a conflict when it is deleted.
    InUseIsConflict,
    /// Claims named in the claim templates are in use.
    TemplatesAreUse,
    /// VMs that Forklift made get limits.
    ForkliftLimits,
}

impl Rule {
    /// The first release that has it, as minor and patch of 1.x.
    pub(crate) fn since(self) -> (u32, u32) {
        match self {
            Self::MacsAnnotated => (6, 0),
            Self::CpuDefaults
            | Self::MacsFilled
            | Self::MemoryRequired
            | Self::SharedClaims
            | Self::ClassesReserved => (7, 0),
            Self::StaticClassReserved => (7, 1),
            Self::MaintenanceModes
            | Self::EmptyDrives
            | Self::StateClassReserved
            | Self::InUseIsConflict
            | Self::TemplatesAreUse
            | Self::ForkliftLimits => (8, 0),
            Self::MaxSocketsFollow
            | Self::ShareableDisks
            | Self::CpuManagerKept
            | Self::ClassesExist => (9, 0),
        }
    }

    /// The first release that no longer has it.
    pub(crate) fn until(self) -> Option<(u32, u32)> {
        (self == Self::ClassesReserved).then_some((7, 1))
    }
}

#[cfg(test)]
mod tests {
    use super::Rule;
    use crate::admission::Release;

    #[test]
    fn rules_begin_and_end_with_their_releases() {
        for (rule, has, has_not) in [
            (Rule::MacsAnnotated, "v1.6.1", "v1.5.2"),
            (Rule::MemoryRequired, "v1.7.3", "v1.6.1"),
            (Rule::ClassesReserved, "v1.7.0", "v1.7.1"),
            (Rule::StaticClassReserved, "v1.7.3", "v1.7.0"),
            (Rule::StateClassReserved, "v1.8.2", "v1.7.3"),
            (Rule::ShareableDisks, "v1.9.0-rc6", "v1.8.2"),
        ] {
            assert!(Release::parse(has).has(rule), "{rule:?} {has}");
            assert!(!Release::parse(has_not).has(rule), "{rule:?} {has_not}");
        }
    }
}
