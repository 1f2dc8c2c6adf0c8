//! The words of `explain`, and the way from them to a document.

use std::path::{Path, PathBuf};

use clap::Args;
use clap_complete::engine::{ArgValueCandidates, CompletionCandidate};
use hv_cli::nearest::nearest;
use hv_cli::{ConnectionArgs, ExitKind, Failure, ScopeArgs, Ui, door};
use hv_cluster::Source;

use super::document::BackupExplanation;
use super::reading::{self, Reader};
use super::words::{self, Topic, types};
use super::{backup, codes, inquiry, machine, record, restore, setting, view};
use crate::index::{Found, Index};
use crate::inventory::{Inventory, Reach};
use crate::scan::{self, Desk};

/// Tell why a backup does not restore or is not imported, what blocks, and what a code means
///
/// The questions are those that this release of Harvester asks, in its own order; the first no
/// ends the list. A bare word that is a code is explained as one, without a cluster, unless a
/// namespace is given with -n; backup/NAME is always a backup. A record whose backup is there
/// already counts as fine.
/// Exits 1 if an answer is no or a finding is an error, 7 if something could not be answered and
/// nothing is worse, 0 otherwise.
#[derive(Args)]
#[command(after_help = "Examples:
  # Why does this backup not restore
  {cmd} explain -n prod nightly-0712

  # What does this restore wait for, and what would its deletion take along
  {cmd} explain -n prod vmrestore/web-again

  # Why can the backup target not be changed
  {cmd} explain setting/backup-target

  # Why can this VM not be stopped, restarted or deleted
  {cmd} explain -n prod vm/web

  # Why does this record on a mounted backup target not show up here
  {cmd} explain --record /mnt/backup/harvester/vmbackups/prod/nightly-0712.cfg

  # What becomes of all records on it
  {cmd} explain --target-dir /mnt/backup -A

  # What does a code mean; without one, which codes are there
  {cmd} explain wrong-handle")]
pub(crate) struct ExplainArgs {
    /// NAME of a backup, TYPE/NAME (backup, vmrestore, vm, setting), or codes
    #[arg(value_name = "NAME", conflicts_with_all = ["record", "target_dir"])]
    words: Vec<String>,
    /// Record on a mounted or copied backup target; may be relative to --target-dir
    #[arg(long, value_name = "PATH")]
    record: Option<PathBuf>,
    /// Mounted or copied backup target whose records are listed, or in which --record lies
    #[arg(long, value_name = "DIR")]
    target_dir: Option<PathBuf>,
    /// Support bundle to read instead of a cluster: a zip or its unpacked folder
    #[arg(long, value_name = "BUNDLE")]
    from: Option<PathBuf>,
}

impl ExplainArgs {
    /// The support bundle to read, if one is named.
    pub(crate) fn bundle(&self) -> Option<&Path> {
        self.from.as_deref()
    }
}

/// Words that complete without a cluster, and names that the cluster gave.
pub(crate) fn candidates(names: Vec<String>, with_codes: bool) -> ArgValueCandidates {
    ArgValueCandidates::new(move || {
        let mut words: Vec<CompletionCandidate> =
            names.iter().map(CompletionCandidate::new).collect();
        if with_codes {
            words.extend(types().into_iter().map(CompletionCandidate::new));
            words.extend(scan::codes());
        }
        words
    })
}

pub(crate) async fn perform(
    args: &ExplainArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<ExitKind, Failure> {
    let desk = Desk::open()?;
    let reader = Reader {
        from: args.bundle(),
        scope,
        connection,
        desk: &desk,
        ui,
    };
    let told = if args.record.is_some() || args.target_dir.is_some() {
        Box::pin(files(args, &reader)).await?
    } else {
        match words::parse(&args.words, scope, &desk.catalog)? {
            Topic::Codes(codes) => {
                codes::show(&desk.catalog, &codes, ui)?;
                return Ok(ExitKind::Ok);
            }
            topic => {
                let told = Box::pin(object(&topic, &reader)).await;
                told.map_err(|failure| slip(failure, &topic, &desk))?
            }
        }
    };
    view::show(&told, scope.all_namespaces, ui)?;
    Ok(told.exit())
}

/// A mistyped code looks like the name of a backup.
fn slip(failure: Failure, topic: &Topic, desk: &Desk) -> Failure {
    let Topic::Backup(name) = topic else {
        return failure;
    };
    if desk.catalog.get(name).is_some() {
        return failure.hint("it is a code too, and is explained as one without -n");
    }
    match nearest(name, desk.catalog.all().iter().map(|row| row.code.as_str())) {
        Some(code) => failure.hint(format!("did you mean the code? {{cmd}} explain {code}")),
        None => failure,
    }
}

async fn object(topic: &Topic, reader: &Reader<'_>) -> Result<BackupExplanation, Failure> {
    let source = reader.open().await?;
    let namespace = door::namespace(&source, reader.scope).to_owned();
    let newest = reader.newest()?;
    let catalog = &reader.desk.catalog;
    let (near, machines, claims) = match topic {
        Topic::Setting | Topic::Codes(_) => (None, false, false),
        Topic::Backup(_) => (Some(namespace.as_str()), false, false),
        Topic::Machine(_) => (Some(namespace.as_str()), false, true),
        Topic::Restore(_) => (Some(namespace.as_str()), true, true),
    };
    let machine = match topic {
        Topic::Machine(name) => Some(reading::machine(&source, &namespace, name).await?),
        _ => None,
    };
    let reach = Reach {
        namespace: near,
        machines,
        claims,
    };
    let inventory = reader.inventory(&source, reach).await?;
    scan::readable(&source, &inventory, near)?;
    let index = Index::new(&inventory);
    let mut told = match topic {
        Topic::Backup(name) => match index.backup(&namespace, name) {
            Found::Yes(found) => {
                let schedule = reading::schedule(&source, found).await?;
                backup::explain(&index, catalog, found, &schedule, newest)
            }
            _ => return Err(scan::not_found(name, &inventory, &namespace)),
        },
        Topic::Restore(name) => {
            let found = reading::restore(&inventory, &namespace, name)?;
            restore::explain(&index, catalog, found, newest)
        }
        Topic::Setting | Topic::Codes(_) => setting::explain(&index, catalog, newest),
        Topic::Machine(_) => match &machine {
            Some(machine) => machine::explain(&index, machine, newest),
            None => return Err(Failure::failed("the VM was not read")),
        },
    };
    told.cluster = Some(scan::cluster(&inventory, &source));
    Ok(told)
}

/// Records need no cluster, but tell more with one.
async fn files(args: &ExplainArgs, reader: &Reader<'_>) -> Result<BackupExplanation, Failure> {
    if reader.scope.selector.is_some() {
        return Err(Failure::usage("records have no labels"));
    }
    let (folder, path) = record::open(args.record.as_deref(), args.target_dir.as_deref())?;
    let files = record::read(&folder);
    let read = read(reader).await;
    let rules = record::Rules::builtin().map_err(|error| Failure::failed(error.to_string()))?;
    let index = read.as_ref().map(|(inventory, _)| Index::new(inventory));
    let why = read
        .as_ref()
        .err()
        .map(Failure::message)
        .unwrap_or_default();
    if read.is_err() {
        reader.ui.warn(&format!(
            "the cluster cannot be read, so only the files tell: {why}"
        ));
    }
    let around = record::Surroundings {
        index: index.as_ref().map_err(|_| "the cluster cannot be read"),
        stored: &folder,
    };
    let release = read.as_ref().ok().map(|(inventory, _)| &inventory.release);
    let (release, judged_as) = inquiry::judged(release, reader.newest()?);
    let desk = record::Desk {
        rules: &rules,
        catalog: &reader.desk.catalog,
        around,
        release,
        is_known: judged_as.is_none(),
    };
    let mut told = if let Some(path) = &path {
        record::explain(&desk, &files, path).ok_or_else(|| {
            Failure::usage(format!(
                "Harvester does not look at \"{path}\"; it is no record"
            ))
        })?
    } else {
        let namespace = match (reader.scope.all_namespaces, &read) {
            (true, _) => None,
            (false, Ok((_, source))) => Some(door::namespace(source, reader.scope)),
            (false, Err(_)) => Some(reader.scope.namespace().unwrap_or("default")),
        };
        let told = record::list(&desk, &files, namespace);
        if told.records.as_ref().is_some_and(Vec::is_empty) {
            reader.ui.none_found(namespace);
        }
        told
    };
    told.cluster = read
        .as_ref()
        .ok()
        .map(|(inventory, source)| scan::cluster(inventory, source));
    Ok(told)
}

async fn read(reader: &Reader<'_>) -> Result<(Inventory, Source), Failure> {
    let source = reader.open().await?;
    // Which namespaces and VMs matter is in the records.
    let reach = Reach {
        machines: true,
        ..Reach::default()
    };
    let inventory = reader.inventory(&source, reach).await?;
    Ok((inventory, source))
}
