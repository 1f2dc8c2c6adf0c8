//! What clap has to say: help, version, and wrong usage.

use std::ffi::OsString;

use clap::error::ErrorKind;

use crate::escape::{escape_text, is_unsafe};
use crate::exit::ExitKind;
use crate::ui::Ui;

/// Whether clap stopped because the user asked for help.
pub(crate) fn is_help(error: &clap::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    )
}

/// Prints clap's message where it belongs; wrong usage ends with 2, as does no usage at all.
///
/// It repeats words from `argv`, which may hold escape sequences of their own; then no colour is
/// safe.
pub(crate) fn report(error: &clap::Error, argv: &[OsString], ui: &Ui) -> ExitKind {
    let text = error.render();
    let plain = escape_text(&text.to_string()).into_owned();
    let is_safe = !argv
        .iter()
        .any(|word| word.to_string_lossy().contains(is_unsafe));
    let colored = if is_safe {
        text.ansi().to_string()
    } else {
        plain.clone()
    };
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            ui.help(&plain, &colored);
            ExitKind::Ok
        }
        _ => {
            ui.usage(&plain, &colored);
            ExitKind::Usage
        }
    }
}
