//! The numbered reasons below a table.

use hv_cli::Ui;
use hv_cluster::capability::{Judgement, Verdict};
use hv_cluster::facts::Reasons;

/// How much a footnote says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// What was found for this very target.
    Found,
    /// What the code means: for lists so long that each target's own words would drown them.
    General,
}

/// Reasons in the order in which a table meets them.
pub(super) struct Footnotes<'a> {
    reasons: &'a Reasons,
    numbered: bool,
    also_likely: bool,
    pub(super) words: Words,
    notes: Vec<Note>,
}

struct Note {
    reason: String,
    message: String,
    fixes: Vec<String>,
}

impl<'a> Footnotes<'a> {
    /// `numbered`: whether notes will be shown at all; `also_likely`: whether a likely is worth one.
    pub(super) fn new(reasons: &'a Reasons, numbered: bool, also_likely: bool) -> Self {
        Self {
            reasons,
            numbered,
            also_likely,
            words: Words::Found,
            notes: Vec::new(),
        }
    }

    /// The number of a judgement's reason, counted from one.
    pub(super) fn number(&mut self, judgement: &Judgement) -> Option<usize> {
        let worth = match judgement.verdict {
            Verdict::Yes => false,
            Verdict::Likely => self.also_likely,
            Verdict::No | Verdict::Unlikely | Verdict::Unknown => true,
        };
        if !worth || !self.numbered {
            return None;
        }
        let message = match self.words {
            Words::Found => without_disk(&judgement.message),
            Words::General => self.reasons.message(&judgement.reason),
        };
        let same = |note: &Note| note.reason == judgement.reason && note.message == message;
        let at = self.notes.iter().position(same).unwrap_or_else(|| {
            let (reason, message) = (judgement.reason.clone(), message.to_owned());
            self.notes.push(Note {
                reason,
                message,
                fixes: Vec::new(),
            });
            self.notes.len() - 1
        });
        let fixes = &mut self.notes[at].fixes;
        if let Some(fix) = judgement.fix.as_ref().filter(|fix| !fixes.contains(fix)) {
            fixes.push(fix.clone());
        }
        Some(at + 1)
    }

    /// Prints them, aligned.
    pub(super) fn show(&self, ui: &Ui) {
        if self.notes.is_empty() {
            return;
        }
        ui.out("");
        let width = self
            .notes
            .iter()
            .map(|note| note.reason.chars().count())
            .max()
            .unwrap_or(0);
        let margin = format!("[{}] ", self.notes.len()).len();
        for (at, note) in self.notes.iter().enumerate() {
            let number = format!("[{}]", at + 1);
            let Note {
                reason,
                message,
                fixes,
            } = note;
            ui.out(&format!("{number:<margin$}{reason:<width$}   {message}"));
            for fix in fixes {
                ui.out(&format!("{:margin$}fix: {fix}", ""));
            }
        }
    }
}

/// The message without the disk it speaks of, which the table of disks shows.
fn without_disk(message: &str) -> &str {
    let rest = message
        .strip_prefix("Disk \"")
        .and_then(|rest| rest.split_once("\": "));
    rest.map_or(message, |(_, rest)| rest)
}
