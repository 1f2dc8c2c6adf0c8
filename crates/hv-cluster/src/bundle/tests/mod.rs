//! Reads small bundles made in code.

mod hostile;
mod making;
mod opening;
mod reading;
mod selectors;
