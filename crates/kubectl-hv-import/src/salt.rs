//! Random digits, so that a plan made twice is two plans.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

/// Sixteen random hexadecimal digits.
pub(crate) fn salt() -> String {
    // The seed of a hash map is random in each process, and grows by one with each map.
    format!("{:016x}", RandomState::new().build_hasher().finish())
}
