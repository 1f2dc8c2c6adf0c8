//! What is said about the work, on standard error.

use jiff::Timestamp;

use super::printer::Ui;
use super::tone::Opening;
use crate::escape::escape_text;
use crate::failure::Failure;

/// From this level on a log line tells when it was written.
const LEVEL_OF_TIMES: u8 = 4;

impl Ui {
    /// Remarks on the work; silent with `-q`.
    pub fn note(&self, text: &str) {
        if !self.quiet() {
            self.say(&self.filled(text));
        }
    }

    /// Says what the user can do; silent with `-q`.
    pub fn hint(&self, text: &str) {
        if !self.quiet() {
            self.say(&self.opened(Opening::Hint, &self.filled(text)));
        }
    }

    /// Warns.
    pub fn warn(&self, text: &str) {
        self.say(&self.opened(Opening::Warning, &self.filled(text)));
    }

    /// Passes on a warning of the server, the same text once only.
    pub fn warning_once(&self, text: &str) {
        let first = self.state().warnings.insert(text.to_owned());
        if first {
            self.say(&self.opened(Opening::Warning, &escape_text(text)));
        }
    }

    /// Says that a list is empty, in kubectl's words.
    pub fn none_found(&self, namespace: Option<&str>) {
        self.say(&match namespace {
            Some(name) => format!("No resources found in {} namespace.", escape_text(name)),
            None => "No resources found".to_owned(),
        });
    }

    /// Prints a failure with its hints; `run` does so with the one that ends a run.
    pub fn fail(&self, failure: &Failure) {
        let message = self.filled(failure.message());
        let mut lines = vec![if failure.is_verbatim() {
            message
        } else {
            self.opened(Opening::Error, &message)
        }];
        if !failure.hints().is_empty() {
            lines.push(String::new());
        }
        let hints = failure.hints().iter();
        lines.extend(hints.map(|hint| self.opened(Opening::Hint, &self.filled(hint))));
        self.say(&lines.join("\n"));
    }

    /// Logs for `-v level` and above.
    pub fn log(&self, level: u8, text: &str) {
        match self.verbosity() {
            given if given < level => {}
            ..LEVEL_OF_TIMES => self.say(&escape_text(text)),
            _ => self.say(&format!("{:.3} {}", Timestamp::now(), escape_text(text))),
        }
    }

    pub(crate) fn usage(&self, plain: &str, colored: &str) {
        let text = if self.color_err() { colored } else { plain };
        self.state().streams.write_err(text);
    }

    fn say(&self, text: &str) {
        self.state().streams.write_err(&format!("{text}\n"));
    }

    fn filled(&self, text: &str) -> String {
        escape_text(&self.program().fill(text)).into_owned()
    }

    fn opened(&self, opening: Opening, text: &str) -> String {
        format!("{} {text}", opening.word(self.color_err()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::Manner;

    #[test]
    fn remarks_have_their_opening_and_are_escaped() {
        let (ui, captured) = Ui::capture(Manner::default());
        ui.note("{cmd} did \x1b[2J");
        ui.warn("careful");
        ui.hint("{cmd} again");
        ui.warning_once("old API");
        ui.warning_once("old API");
        ui.none_found(Some("prod"));
        ui.log(1, "not asked for");
        let expected = "kubectl hv-test did ^[[2J\nWarning: careful\nhint: kubectl hv-test again\n\
            Warning: old API\nNo resources found in prod namespace.\n";
        assert_eq!(captured.stderr(), expected);
        assert_eq!(captured.stdout(), "");
        assert_eq!(ui.warnings(), 1);
    }

    #[test]
    fn quiet_keeps_results_warnings_and_failures() {
        let (ui, captured) = Ui::capture(Manner {
            quiet: true,
            ..Manner::default()
        });
        ui.note("a");
        ui.hint("b");
        ui.warn("c");
        ui.fail(&Failure::failed("d").hint("e").hint("f"));
        ui.fail(&Failure::connection_refused("h:1"));
        ui.out("g");
        let expected = "Warning: c\nerror: d\n\nhint: e\nhint: f\n\
            The connection to the server h:1 was refused - did you specify the right host or port?\n";
        assert_eq!(captured.stderr(), expected);
        assert_eq!(captured.stdout(), "g\n");
    }

    #[test]
    fn log_lines_have_a_time_from_level_four_on() {
        for (verbosity, length) in [(0, 0), (1, 5), (3, 5), (4, 30), (8, 30)] {
            let (ui, captured) = Ui::capture(Manner {
                verbosity,
                ..Manner::default()
            });
            ui.log(1, "step");
            assert_eq!(captured.stderr().len(), length, "{}", captured.stderr());
        }
    }
}
