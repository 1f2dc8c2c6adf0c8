//! From `argv` to an exit code.

use std::ffi::OsString;
use std::pin::pin;
use std::process::ExitCode;

use clap::{Command, Parser};
use tokio::runtime::{Builder, Runtime};

use crate::command::{dress, with_kubectl_booleans};
use crate::completion::{QUESTION, answer};
use crate::document::OutputFormat;
use crate::exit::ExitKind;
use crate::failure::Failure;
use crate::flags::{ConnectionArgs, OutputArgs};
use crate::interrupt::Interrupt;
use crate::name::Program;
use crate::plural::count;
use crate::ui::{ColorChoice, Manner, Streams, Ui};
use crate::usage;

/// The words of a plugin, parsed.
pub trait Plugin: Parser {
    /// How it is to talk.
    fn output(&self) -> &OutputArgs;

    /// How it reaches a cluster, if it does.
    fn connection(&self) -> Option<&ConnectionArgs> {
        None
    }

    /// Whether it can answer in a format; few have anything to say to Prometheus.
    fn offers(&self, format: OutputFormat) -> bool {
        format != OutputFormat::Prometheus
    }

    /// Adds the candidates for completion that only a cluster knows, given the words so far.
    fn complete(command: Command, _words: &[OsString]) -> Command {
        command
    }
}

/// Runs a plugin: everything between `main` and the plugin's own work.
pub fn run<P, F>(argv: impl IntoIterator<Item = OsString>, body: F) -> ExitCode
where
    P: Plugin,
    F: AsyncFnOnce(P, Ui) -> Result<ExitKind, Failure>,
{
    run_on(Streams::of_process(), argv, body).into()
}

/// Like [`run`], on streams of the caller's choice.
pub fn run_on<P, F>(
    mut streams: Streams,
    argv: impl IntoIterator<Item = OsString>,
    body: F,
) -> ExitKind
where
    P: Plugin,
    F: AsyncFnOnce(P, Ui) -> Result<ExitKind, Failure>,
{
    let argv: Vec<OsString> = argv.into_iter().collect();
    let program = Program::from_argv0(
        argv.first().map(OsString::as_os_str),
        P::command().get_name(),
    );
    if let Some(words) = question(&program, &argv) {
        // A panic would be printed to the terminal; nothing else runs in this process.
        std::panic::set_hook(Box::new(|_| {}));
        let command = move |words: &[OsString]| P::complete(dress(P::command(), &program), words);
        streams.write_out(&answer(command, words.to_vec()));
        // Nobody could be told about an answer that cannot be written.
        let _ = streams.finish();
        return ExitKind::Ok;
    }
    match parse::<P>(&program, &argv) {
        Ok(plugin) => {
            let ui = Ui::new(program, plugin.output().manner(), streams);
            let strict = plugin
                .connection()
                .is_some_and(|flags| flags.warnings_as_errors);
            let result = if plugin.offers(ui.format()) {
                perform(plugin, &ui, body)
            } else {
                Err(
                    Failure::usage("this command does not offer that output format")
                        .hint("-o takes table, wide, json, yaml or name"),
                )
            };
            conclude(result, strict, &ui)
        }
        Err(error) => {
            let manner = Manner {
                color: color_of(&argv),
                ..Manner::default()
            };
            let ui = Ui::new(program, manner, streams);
            conclude(Ok(usage::report(&error, &argv, &ui)), false, &ui)
        }
    }
}

/// The words to complete, if kubectl or a shell asks for completions.
fn question<'a>(program: &Program, argv: &'a [OsString]) -> Option<&'a [OsString]> {
    match argv {
        [_, first, words @ ..] if first == QUESTION => Some(words),
        [_, words @ ..] if program.completes() => Some(words),
        _ => None,
    }
}

fn parse<P: Plugin>(program: &Program, argv: &[OsString]) -> Result<P, clap::Error> {
    let parsed = read::<P>(with_kubectl_booleans(dress(P::command(), program)), argv);
    match parsed {
        // The help shows a boolean as `--flag`, without the value that it may have.
        Err(error) if usage::is_help(&error) => {
            let shown = read::<P>(dress(P::command(), program), argv);
            Err(shown.err().filter(usage::is_help).unwrap_or(error))
        }
        parsed => parsed,
    }
}

fn read<P: Plugin>(command: Command, argv: &[OsString]) -> Result<P, clap::Error> {
    let mut command = command;
    let mut matches = command.try_get_matches_from_mut(argv)?;
    P::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut command))
}

/// What `--color` says in words that clap could not read.
fn color_of(argv: &[OsString]) -> ColorChoice {
    let says = |word: &str| argv.iter().any(|given| given == word);
    match () {
        () if says("--color=never") => ColorChoice::Never,
        () if says("--color=always") => ColorChoice::Always,
        () => ColorChoice::Auto,
    }
}

fn perform<P, F>(plugin: P, ui: &Ui, body: F) -> Result<ExitKind, Failure>
where
    F: AsyncFnOnce(P, Ui) -> Result<ExitKind, Failure>,
{
    let unable = |error| Failure::failed(format!("cannot start: {error}"));
    let runtime: Runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(unable)?;
    let interrupt = Interrupt::listen().map_err(unable)?;
    let result = runtime.block_on(async {
        let mut work = pin!(body(plugin, ui.clone()));
        let kind = tokio::select! {
            result = &mut work => return result,
            kind = interrupt.requested() => kind,
        };
        // A command that writes ends by itself, so that it knows what became of its requests.
        match ui.graceful().pass(kind) {
            true => work.await,
            false => Ok(kind),
        }
    });
    // A thread that still reads a file must not hold up the end.
    runtime.shutdown_background();
    result
}

fn conclude(result: Result<ExitKind, Failure>, strict: bool, ui: &Ui) -> ExitKind {
    let mut kind = result.unwrap_or_else(|failure| {
        ui.fail(&failure);
        failure.kind()
    });
    if strict && kind == ExitKind::Ok && ui.warnings() > 0 {
        let received = format!("{} received", count(ui.warnings(), "warning"));
        ui.fail(&Failure::failed(received));
        kind = ExitKind::Failed;
    }
    match ui.finish() {
        Ok(()) => kind,
        Err(failure) => {
            ui.fail(&failure);
            if kind == ExitKind::Ok {
                failure.kind()
            } else {
                kind
            }
        }
    }
}
