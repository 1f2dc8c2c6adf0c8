//! The test bed for people: an API server with a world in it, worlds as support bundles.

mod cli;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let Err(error) = cli::Command::parse().run() else {
        return ExitCode::SUCCESS;
    };
    let _ = writeln!(std::io::stderr().lock(), "error: {error}");
    ExitCode::FAILURE
}
