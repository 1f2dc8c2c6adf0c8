//! Answers to kubectl: one candidate a line, then a directive.
//!
//! Whatever goes wrong, the answer is an empty one: standard error is the user's terminal, in the
//! middle of a line that is being typed.

use std::env::current_dir;
use std::ffi::OsString;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use clap::Command;
use clap_complete::CompletionCandidate;
use clap_complete::engine::complete;

use crate::escape::is_unsafe;

/// The hidden word that asks for completions; it is Cobra's, so existing shims work.
pub(crate) const QUESTION: &str = "__complete";

/// Cobra's directive "no file names": where files fit, they are among the candidates.
const DIRECTIVE: &str = ":4\n";

/// Somebody who pressed Tab does not wait longer for a cluster that does not answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The whole answer to `words`, which end with the one that is being typed.
pub(crate) fn answer(
    command: impl FnOnce(&[OsString]) -> Command + Send + 'static,
    words: Vec<OsString>,
) -> String {
    let (sender, receiver) = channel();
    thread::spawn(move || sender.send(lines(command(&words), words)));
    receiver.recv_timeout(PATIENCE).unwrap_or_default() + DIRECTIVE
}

fn lines(mut command: Command, words: Vec<OsString>) -> String {
    let mut arguments = vec![OsString::from(command.get_name())];
    arguments.extend(words);
    if arguments.len() == 1 {
        arguments.push(OsString::new());
    }
    let index = arguments.len() - 1;
    let folder = current_dir().ok();
    let candidates =
        complete(&mut command, arguments, index, folder.as_deref()).unwrap_or_default();
    candidates
        .iter()
        .filter(|candidate| !candidate.is_hide_set())
        .filter_map(line)
        .collect()
}

/// A value with control characters in it would be typed into the user's shell, so it is left out.
fn line(candidate: &CompletionCandidate) -> Option<String> {
    let value = candidate
        .get_value()
        .to_str()
        .filter(|value| !value.contains(is_unsafe))?;
    let help = candidate
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    let help = help
        .lines()
        .next()
        .unwrap_or_default()
        .replace(is_unsafe, " ");
    Some(if help.is_empty() {
        format!("{value}\n")
    } else {
        format!("{value}\t{help}\n")
    })
}

#[cfg(test)]
mod tests {
    use clap::Arg;
    use clap_complete::engine::ArgValueCandidates;

    use super::*;

    fn command() -> Command {
        let names = || {
            let hostile = CompletionCandidate::new("a\nb");
            vec![
                CompletionCandidate::new("prod").help(Some("a namespace\nmore".into())),
                hostile,
            ]
        };
        Command::new("kubectl hv-test")
            .arg(
                Arg::new("ns")
                    .short('n')
                    .long("namespace")
                    .add(ArgValueCandidates::new(names)),
            )
            .arg(Arg::new("out").short('o').value_parser(["json", "yaml"]))
            .subcommand(Command::new("explain").about("Explain a code"))
            .subcommand(Command::new("secret").hide(true))
    }

    fn asked(words: &[&str]) -> String {
        lines(command(), words.iter().map(OsString::from).collect())
    }

    #[test]
    fn candidates_come_with_their_description() {
        assert_eq!(asked(&["ex"]), "explain\tExplain a code\n");
        assert_eq!(asked(&["-n", ""]), "prod\ta namespace\n");
        assert_eq!(asked(&["--namespace=p"]), "--namespace=prod\ta namespace\n");
        assert_eq!(asked(&["-o", "j"]), "json\n");
        assert_eq!(asked(&["nothing-like-it"]), "");
        assert!(!asked(&[""]).contains("secret"));
        assert!(asked(&[]).contains("explain"));
    }

    #[test]
    fn trouble_is_an_empty_answer() {
        assert_eq!(
            answer(|_| panic!("in the middle of a line"), Vec::new()),
            ":4\n"
        );
    }
}
