//! What is said of the backup target, state by state.

mod longhorn;
mod places;
mod setting;

use crate::delete_advice::stage::Stage;
use crate::index::Index;

const BACKUP: &str = "VirtualMachineBackup";

fn with<T>(stage: &Stage, look: impl FnOnce(&Index<'_>) -> T) -> T {
    let inventory = stage.inventory();
    look(&Index::new(&inventory))
}

fn sound() -> Stage {
    Stage::on("v1.8.2")
}
