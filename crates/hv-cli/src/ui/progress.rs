//! How far long work is: one line on a terminal that is written over itself.

use super::printer::Ui;
use crate::escape::escape_text;

/// Goes back to the beginning of the line and clears it.
const CLEAR: &str = "\r\x1b[K";

impl Ui {
    /// Whether progress can be shown on a line that is written over itself.
    pub fn shows_progress(&self) -> bool {
        let terminals = self.state().streams.terminals;
        terminals.stderr && !terminals.plain && !self.quiet() && self.verbosity() == 0
    }

    /// Shows how far the work is; nothing where nobody looks.
    pub fn progress(&self, text: &str) {
        if self.shows_progress() {
            let text = escape_text(text);
            self.state().streams.write_err(&format!("{CLEAR}{text}"));
        }
    }

    /// Clears the line, before anything else is said.
    pub fn progress_done(&self) {
        if self.shows_progress() {
            self.state().streams.write_err(CLEAR);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::Program;
    use crate::ui::{Captured, Manner, Terminals};

    fn said(terminals: Terminals, manner: Manner) -> String {
        let captured = Captured::default();
        let program = Program::from_argv0(Some("kubectl-hv_test".as_ref()), "");
        let ui = Ui::new(program, manner, captured.streams(terminals));
        ui.progress("3 of 7");
        ui.progress_done();
        captured.stderr()
    }

    #[test]
    fn progress_is_for_terminals_only() {
        let terminal = Terminals {
            stderr: true,
            ..Terminals::default()
        };
        let line = said(terminal, Manner::default());
        assert_eq!(line, "\r\x1b[K3 of 7\r\x1b[K");
        assert_eq!(said(Terminals::default(), Manner::default()), "");
        let quiet = Manner {
            quiet: true,
            ..Manner::default()
        };
        assert_eq!(said(terminal, quiet), "");
    }
}
