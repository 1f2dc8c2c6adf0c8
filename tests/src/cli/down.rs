//! `hv-testbed down`: ends what `up` started.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use super::{Failure, FolderArgs, say};

const PATIENCE: Duration = Duration::from_secs(20);

pub(super) fn run(args: &FolderArgs) -> Result<(), Failure> {
    let Some(id) = running(args) else {
        return say(&format!("Nothing is up in \"{}\".", args.path().display()));
    };
    let status = Command::new("kill").args(["-TERM", &id]).status()?;
    let deadline = Instant::now() + PATIENCE;
    while status.success() && running(args).is_some() {
        if Instant::now() > deadline {
            return Err(format!("process {id} does not end").into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// The id of the process that is up, if one is.
pub(super) fn running(args: &FolderArgs) -> Option<String> {
    let id = std::fs::read_to_string(args.file("pid")).ok()?;
    let name = std::fs::read_to_string(PathBuf::from("/proc").join(&id).join("comm")).ok()?;
    // The number may belong to somebody else by now.
    name.starts_with("hv-testbed").then_some(id)
}
