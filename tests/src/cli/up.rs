//! `hv-testbed up`: starts an API server, loads a world, stays until told to end.

use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use clap::Args;
use hv_testbed::admission;
use hv_testbed::controlplane::{ControlPlane, Options, Rule};
use hv_testbed::model::{Parts, Site};
use hv_testbed::world::{self, World};
use jiff::Timestamp;
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, FolderArgs, say};

#[derive(Args, Debug)]
pub(crate) struct UpArgs {
    /// World to load, such as "v1.8.2" or "v1.8.2+backups"; "source" or "dr", which have controllers as well; "empty" for none.
    #[arg(long, default_value = "v1.8.2")]
    world: String,
    #[command(flatten)]
    folder: FolderArgs,
    /// Namespace the user "tenant" may read.
    #[arg(long, value_name = "NAMESPACE")]
    tenant: Option<String>,
    /// Return when it is up and leave it running; "down" ends it.
    #[arg(long)]
    detach: bool,
}

pub(super) fn run(args: &UpArgs) -> Result<(), Failure> {
    std::fs::create_dir_all(args.folder.path())?;
    if super::down::running(&args.folder).is_some() {
        let path = args.folder.path();
        return Err(format!(
            "one is up already in \"{}\"; \"down\" ends it",
            path.display()
        )
        .into());
    }
    // Its presence says that everything is up.
    let _ = std::fs::remove_file(args.folder.file("remote.json"));
    if args.detach {
        detach(args)
    } else {
        stay(args)
    }
}

fn stay(args: &UpArgs) -> Result<(), Failure> {
    let world = read(&args.world)?;
    std::fs::write(args.folder.file("pid"), std::process::id().to_string())?;
    let is_pair = world::pair().contains(&args.world.split('@').next().unwrap_or_default());
    let site = if is_pair {
        Site::start(world)?
    } else {
        let parts = Parts {
            admission: false,
            controllers: false,
        };
        let site = Site::start_with(world, Options::default(), parts)?;
        admission::start(&site.plane)?;
        site
    };
    let (plane, loaded) = (&site.plane, site.world.objects.len());
    plane.keep_leases()?;
    if let Some(namespace) = &args.tenant {
        plane.allow("tenant", Some(namespace), &[Rule::read_all()])?;
    }
    for user in plane.users() {
        std::fs::copy(
            plane.kubeconfig(user)?,
            args.folder.file(&format!("{user}.kubeconfig")),
        )?;
    }
    plane.remote().save(&args.folder.file("remote.json"))?;
    say(&welcome(args, plane, loaded))?;
    await_signal()?;
    drop(site);
    std::fs::remove_file(args.folder.file("pid"))?;
    Ok(())
}

fn read(name: &str) -> Result<World, Failure> {
    let now = Timestamp::now();
    Ok(if name == "empty" {
        world::empty(now)
    } else {
        world::load(name, now)?
    })
}

fn welcome(args: &UpArgs, plane: &ControlPlane, loaded: usize) -> String {
    let folder = args.folder.path();
    format!(
        "{url} is up after {seconds:.1} s, with {loaded} objects of the world {world}.\n\
         \n  export KUBECONFIG={admin}\n\n\
         Other users: {folder}/viewer.kubeconfig, {folder}/tenant.kubeconfig, {folder}/nobody.kubeconfig\n\
         To end it: Ctrl-C, or \"scripts/testbed down\" with the same --dir.",
        url = plane.url(),
        seconds = plane.started_in().as_secs_f64(),
        world = args.world,
        admin = args.folder.file("admin.kubeconfig").display(),
        folder = folder.display(),
    )
}

fn await_signal() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            result = tokio::signal::ctrl_c() => result,
            _ = terminate.recv() => Ok(()),
        }
    })
}

/// Starts the same command again as a process of its own and waits until it is up.
fn detach(args: &UpArgs) -> Result<(), Failure> {
    let log = args.folder.file("log");
    let output = File::create(&log)?;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["up", "--world", &args.world, "--dir"])
        .arg(args.folder.path());
    if let Some(namespace) = &args.tenant {
        command.args(["--tenant", namespace]);
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output)
        .process_group(0)
        .spawn()?;
    let is_up = args.folder.file("remote.json");
    while !is_up.exists() {
        if child.try_wait()?.is_some() {
            return Err(tell(&log).into());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    // The file comes a moment before the words.
    std::thread::sleep(Duration::from_millis(100));
    say(tell(&log).trim_end())
}

fn tell(log: &Path) -> String {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    text.trim_start_matches("error: ").to_owned()
}
