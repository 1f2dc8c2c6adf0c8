//! The commands of `hv-testbed`.

mod ask;
mod bundle;
mod down;
mod fetch;
mod load;
mod parse;
mod up;

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Parser};

/// An error in words.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// A real API server with a world in it.
#[derive(Debug, Parser)]
#[command(name = "hv-testbed")]
pub(crate) enum Command {
    /// Start an API server and load a world.
    Up(up::UpArgs),
    /// Load more objects into a running API server.
    Load(load::LoadArgs),
    /// End a running API server.
    Down(FolderArgs),
    /// Write a world as a support bundle.
    Bundle(bundle::BundleArgs),
    /// List the worlds.
    List,
    /// Read the paths on standard input with the plugin's own client and drop the answers.
    Fetch,
    /// Send the objects of a plan as dry runs with the plugin's own client.
    Ask(ask::AskArgs),
    /// Parse what a scan of backups needs of a support bundle, and drop it.
    Parse(parse::ParseArgs),
}

/// Where a running API server leaves its files.
#[derive(Args, Debug)]
pub(crate) struct FolderArgs {
    /// Folder of kubeconfigs, log and process id [default: hv-testbed in the folder for temporary files].
    #[arg(long)]
    dir: Option<PathBuf>,
}

impl FolderArgs {
    fn path(&self) -> PathBuf {
        self.dir
            .clone()
            .unwrap_or_else(|| std::env::temp_dir().join("hv-testbed"))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }
}

impl Command {
    pub(crate) fn run(&self) -> Result<(), Failure> {
        match self {
            Self::Up(args) => up::run(args),
            Self::Load(args) => load::run(args),
            Self::Down(args) => down::run(args),
            Self::Bundle(args) => bundle::run(args),
            Self::Fetch => fetch::run(),
            Self::Ask(args) => ask::run(args),
            Self::Parse(args) => parse::run(args),
            Self::List => {
                let pair = hv_testbed::world::pair();
                let names = hv_testbed::world::names().into_iter().chain(pair);
                say(&names.collect::<Vec<_>>().join("\n"))
            }
        }
    }
}

fn say(text: &str) -> Result<(), Failure> {
    Ok(writeln!(std::io::stdout().lock(), "{text}")?)
}
