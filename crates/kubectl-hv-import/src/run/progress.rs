//! How far a run is.

use std::cell::Cell;
use std::time::{Duration, Instant};

use hv_change::Progress;
use hv_cli::Ui;

/// On a terminal a line is written over itself.
const BLINK: Duration = Duration::from_millis(100);

/// In a log each line stays.
const LINE: Duration = Duration::from_secs(10);

/// Says how far a run is, as often as somebody can read it.
pub(super) fn show<'a>(ui: &'a Ui, what: &'a str) -> impl Fn(&Progress) + 'a {
    let last = Cell::new(Instant::now());
    move |progress| {
        let is_line = ui.shows_progress();
        let pause = if is_line { BLINK } else { LINE };
        if last.get().elapsed() < pause {
            return;
        }
        last.set(Instant::now());
        match is_line {
            true => ui.progress(&text(what, progress)),
            false => ui.note(&text(what, progress)),
        }
    }
}

fn text(what: &str, progress: &Progress) -> String {
    let Progress { done, total, .. } = progress;
    let rate = progress
        .per_second
        .map_or(String::new(), |rate| format!(", {rate:.0}/s"));
    let waiting = match progress.waiting {
        0 => String::new(),
        waiting => format!(", {waiting} waiting"),
    };
    format!("{what}: {done} of {total} steps{rate}{waiting}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_one_line() {
        let mut progress = Progress {
            done: 98,
            total: 171,
            ..Progress::default()
        };
        assert_eq!(text("apply", &progress), "apply: 98 of 171 steps");
        progress.per_second = Some(123.4);
        progress.waiting = 2;
        assert_eq!(
            text("apply", &progress),
            "apply: 98 of 171 steps, 123/s, 2 waiting"
        );
    }
}
