//! Secrets that are written so that only their recipients can read them.

mod collect;
mod identities;
mod recipients;

pub(crate) use collect::Collector;
pub use identities::{Identities, IdentityError};
pub use recipients::{RecipientError, Recipients};
