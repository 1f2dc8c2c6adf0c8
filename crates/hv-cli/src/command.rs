//! Makes a clap command behave as users of kubectl expect.

use clap::builder::{StyledStr, ValueParser};
use clap::{Arg, ArgAction, Command};

use crate::name::{PLACEHOLDER, Program};

/// Longer help lines are hard to read.
const HELP_WIDTH: usize = 100;

/// Gives a command the name the user typed, in every text of it, and kubectl's habits.
pub(crate) fn dress(command: Command, program: &Program) -> Command {
    let version = command
        .get_version()
        .map(|version| format!("v{}", version.trim_start_matches('v')));
    let name = program.command().to_owned();
    // With `bin_name` alone `--version` would print the name of the package.
    let command = command
        .name(name.clone())
        .bin_name(name.clone())
        .display_name(name)
        .max_term_width(HELP_WIDTH)
        // As in kubectl, a flag that is given twice counts as given last.
        .args_override_self(true);
    let command = match version {
        Some(version) => command.version(version),
        None => command,
    };
    fill(command, program)
}

/// Lets every boolean flag take `--flag=false`, as all flags of kubectl do.
pub(crate) fn with_kubectl_booleans(command: Command) -> Command {
    command
        .mut_args(boolean)
        .mut_subcommands(with_kubectl_booleans)
}

fn boolean(arg: Arg) -> Arg {
    if !matches!(arg.get_action(), ArgAction::SetTrue) {
        return arg;
    }
    arg.action(ArgAction::Set)
        .num_args(0..=1)
        .require_equals(true)
        .value_name("BOOL")
        .default_value("false")
        .default_missing_value("true")
        .hide_default_value(true)
        .value_parser(ValueParser::new(parse_boolean))
}

/// The spellings that kubectl accepts.
fn parse_boolean(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Ok(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Ok(false),
        _ => Err("write true or false".to_owned()),
    }
}

fn fill(mut command: Command, program: &Program) -> Command {
    let filled = |text: Option<&StyledStr>| {
        let text = text?.ansi().to_string();
        text.contains(PLACEHOLDER).then(|| program.fill(&text))
    };
    if let Some(text) = filled(command.get_about()) {
        command = command.about(text);
    }
    if let Some(text) = filled(command.get_long_about()) {
        command = command.long_about(text);
    }
    if let Some(text) = filled(command.get_after_help()) {
        command = command.after_help(text);
    }
    if let Some(text) = filled(command.get_after_long_help()) {
        command = command.after_long_help(text);
    }
    command
        .mut_args(|arg| {
            let (help, long_help) = (filled(arg.get_help()), filled(arg.get_long_help()));
            let arg = match help {
                Some(help) => arg.help(help),
                None => arg,
            };
            match long_help {
                Some(help) => arg.long_help(help),
                None => arg,
            }
        })
        .mut_subcommands(|subcommand| fill(subcommand, program))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use clap::{FromArgMatches as _, Parser};

    use super::*;

    /// Show things
    #[derive(Debug, Parser)]
    #[command(version = "1.2.3", after_help = "Examples:\n  {cmd} --wait")]
    struct Words {
        /// Wait; see {cmd} --help
        #[arg(short = 'w', long, global = true)]
        wait: bool,
        #[arg(short = 'A', long)]
        all: bool,
        #[arg(long)]
        group: Vec<String>,
        #[arg(long)]
        name: Option<String>,
        #[command(subcommand)]
        verb: Option<Verb>,
    }

    #[derive(Debug, clap::Subcommand)]
    enum Verb {
        /// Like {cmd} show
        Show,
    }

    fn dressed() -> Command {
        let program = Program::from_argv0(Some("/x/kubectl-hv_test".as_ref()), "");
        dress(Words::command(), &program)
    }

    fn parse(words: &str) -> Result<Words, clap::Error> {
        let matches = with_kubectl_booleans(dressed()).try_get_matches_from(words.split(' '))?;
        Words::from_arg_matches(&matches)
    }

    #[test]
    fn booleans_are_kubectls() {
        let cases = [
            ("x", false, false),
            ("x --wait", true, false),
            ("x --wait=true", true, false),
            ("x --wait=false", false, false),
            ("x --wait --wait=0", false, false),
            ("x --wait=F --wait=T", true, false),
            ("x -Aw", true, true),
            ("x -wA", true, true),
            ("x -A=false -w=1", true, false),
            ("x show --wait", true, false),
            ("x --wait show --wait=false", false, false),
            ("x --wait show", true, false),
        ];
        for (words, wait, all) in cases {
            let parsed = parse(words).unwrap();
            assert_eq!((parsed.wait, parsed.all), (wait, all), "{words}");
        }
        let error = parse("x --wait=maybe").unwrap_err().to_string();
        assert!(error.contains("write true or false"), "{error}");
        assert!(
            parse("x --wait true").is_err(),
            "a value needs the equals sign"
        );
    }

    #[test]
    fn last_flag_wins_and_repeatable_flags_add_up() {
        let parsed = parse("x --name a --group a --name b --group b").unwrap();
        assert_eq!(parsed.name.as_deref(), Some("b"));
        assert_eq!(parsed.group, ["a", "b"]);
        assert!(parsed.verb.is_none());
    }

    #[test]
    fn every_text_has_the_name_the_user_typed() {
        let mut command = dressed();
        let help = command.render_long_help().to_string();
        assert!(
            help.contains("Usage: kubectl hv-test [OPTIONS] [COMMAND]"),
            "{help}"
        );
        assert!(help.contains("see kubectl hv-test --help"), "{help}");
        assert!(help.contains("Like kubectl hv-test show"), "{help}");
        assert!(help.contains("  kubectl hv-test --wait"), "{help}");
        assert!(!help.contains("{cmd}"), "{help}");
        assert_eq!(command.render_version(), "kubectl hv-test v1.2.3\n");
    }
}
