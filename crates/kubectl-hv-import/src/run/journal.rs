//! Where journals lie, and the plan that a person means.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use hv_change::{JournalError, Journals};
use hv_cli::{ConnectionArgs, ExitKind, Failure};

/// Where journals lie.
#[derive(Args, Clone, Debug)]
pub(crate) struct JournalArgs {
    /// Folder of the journals, instead of the one in the user's state directory
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub(crate) journal: Option<PathBuf>,
}

impl JournalArgs {
    /// Opens the folder.
    pub(crate) fn open(&self) -> Result<Journals, Failure> {
        Journals::open(self.journal.clone()).map_err(|error| failure(&error))
    }

    /// The flags as they have to be given again, so that a command leads to the same place.
    pub(crate) fn again(&self, connection: &ConnectionArgs) -> String {
        let mut again = String::new();
        if let Some(context) = &connection.context {
            again = again + " --context " + context;
        }
        if let Some(kubeconfig) = &connection.kubeconfig {
            again = format!("{again} --kubeconfig {}", kubeconfig.display());
        }
        if let Some(folder) = &self.journal {
            again = format!("{again} --journal {}", folder.display());
        }
        again
    }
}

/// A journal that cannot be used.
pub(crate) fn failure(error: &JournalError) -> Failure {
    let kind = match error {
        JournalError::Begun(_)
        | JournalError::Running(_)
        | JournalError::Foreign(_)
        | JournalError::Damaged { .. }
        | JournalError::Newer(_)
        | JournalError::Plan(_) => ExitKind::Refused,
        _ => ExitKind::Failed,
    };
    let failure = Failure::new(kind, error.to_string());
    match error {
        JournalError::Begun(id) => failure
            .hint(format!("go on with it: {{cmd}} resume {id}"))
            .hint(format!("take it back: {{cmd}} undo {id}")),
        JournalError::Running(id) => failure.hint(format!("{{cmd}} status {id} shows how far it is")),
        JournalError::Unknown(_) | JournalError::Ambiguous { .. } => {
            failure.hint("{cmd} status lists the plans of this machine")
        }
        JournalError::Damaged { .. } => failure.hint(
            "nothing was changed; docs/journal-format.md tells what the file holds, so that it can be mended by hand",
        ),
        JournalError::Homeless | JournalError::Folder { .. } => {
            failure.hint("name another folder with --journal DIR")
        }
        _ => failure,
    }
}
