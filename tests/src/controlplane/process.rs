//! A child process that cannot outlive us.

use std::ffi::OsString;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use super::Error;

/// A running program; dropping it ends the program.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    log: PathBuf,
    stop: Option<Sender<()>>,
    keeper: Option<JoinHandle<()>>,
    ended: Arc<AtomicBool>,
}

impl Process {
    /// Starts a program in a process group of its own, with its output in `log`.
    pub(crate) fn start(program: &Path, args: Vec<String>, log: PathBuf) -> Result<Self, Error> {
        let name = program
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let output = File::create(&log).map_err(Error::file(&log))?;
        let errors = output.try_clone().map_err(Error::file(&log))?;
        let mut command = dying_with_us(program);
        command
            .args(args)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .process_group(0);

        // The kernel ends the child with the *thread* that started it, so that thread waits for it.
        let (stop, stopped) = channel();
        let (report, started) = channel();
        let ended = Arc::new(AtomicBool::new(false));
        let has_ended = Arc::clone(&ended);
        let keeper = std::thread::spawn(move || match command.spawn() {
            Ok(mut child) => {
                let _ = report.send(Ok(()));
                keep(&mut child, &stopped);
                has_ended.store(true, Ordering::Release);
            }
            Err(error) => {
                let _ = report.send(Err(error));
            }
        });
        let failed = |source| Error::Start {
            program: name.clone(),
            source,
        };
        started
            .recv()
            .map_err(|e| failed(std::io::Error::other(e)))?
            .map_err(failed)?;
        Ok(Self {
            name,
            log,
            stop: Some(stop),
            keeper: Some(keeper),
            ended,
        })
    }

    /// Fails when the program has ended by itself.
    pub(crate) fn check(&self) -> Result<(), Error> {
        if !self.ended.load(Ordering::Acquire) {
            return Ok(());
        }
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let last_words = lines[lines.len().saturating_sub(5)..].join(" | ");
        Err(Error::Ended {
            program: self.name.clone(),
            last_words,
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

fn keep(child: &mut Child, stopped: &Receiver<()>) {
    loop {
        match stopped.recv_timeout(Duration::from_millis(50)) {
            Err(RecvTimeoutError::Timeout) => {
                if !matches!(child.try_wait(), Ok(None)) {
                    return;
                }
            }
            Ok(()) | Err(RecvTimeoutError::Disconnected) => {
                // Nothing worth keeping is written, and an orderly end takes a minute with open watches.
                let _ = child.kill();
                let _ = child.wait();
                return;
            }
        }
    }
}

/// Lets the kernel end the program when we die without cleaning up, where `setpriv` exists.
fn dying_with_us(program: &Path) -> Command {
    let setpriv = std::env::var_os("PATH").and_then(|path| {
        std::env::split_paths(&path)
            .map(|p| p.join("setpriv"))
            .find(|p| p.is_file())
    });
    let Some(setpriv) = setpriv else {
        return Command::new(program);
    };
    let mut command = Command::new(setpriv);
    command
        .args(["--pdeathsig", "KILL", "--"].map(OsString::from))
        .arg(program);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_ends_when_it_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        let script = "echo $$; exec sleep 60".to_owned();
        let args = vec!["-c".into(), script];
        let process = Process::start(Path::new("/bin/sh"), args, log.clone()).unwrap();
        let id = loop {
            match std::fs::read_to_string(&log).unwrap().strip_suffix('\n') {
                Some(id) => break id.to_owned(),
                None => std::thread::yield_now(),
            }
        };
        let entry = PathBuf::from(format!("/proc/{id}"));
        assert!(entry.exists());
        drop(process);
        assert!(!entry.exists());
    }

    #[test]
    fn a_program_that_ends_by_itself_is_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let process =
            Process::start(Path::new("/bin/false"), Vec::new(), dir.path().join("log")).unwrap();
        while process.check().is_ok() {
            std::thread::yield_now();
        }
        assert!(
            process
                .check()
                .unwrap_err()
                .to_string()
                .starts_with("keep false running")
        );
    }
}
