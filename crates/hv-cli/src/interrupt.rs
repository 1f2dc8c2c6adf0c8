//! Ctrl-C and SIGTERM: the first one stops the run, at once or gracefully; the second one does not
//! wait for it.

use std::io;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::watch;

use crate::exit::ExitKind;

/// Tells whether the user wants the run to end.
pub(crate) struct Interrupt(watch::Receiver<Option<ExitKind>>);

impl Interrupt {
    /// Starts to listen, on a thread of its own so that busy work cannot delay the second signal.
    pub(crate) fn listen() -> io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut signals = {
            let _inside = runtime.enter();
            Signals::new()?
        };
        let (sender, receiver) = watch::channel(None);
        thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let first = signals.next().await;
                    // Nobody listens any more if the run has just ended.
                    let _ = sender.send(Some(first));
                    exit(signals.next().await);
                });
            })?;
        Ok(Self(receiver))
    }

    /// Waits for the first signal and says how the run ends.
    pub(crate) async fn requested(&self) -> ExitKind {
        let mut receiver = self.0.clone();
        match receiver.wait_for(Option::is_some).await {
            Ok(kind) => kind.unwrap_or(ExitKind::Interrupted),
            // The listening thread is gone, so no signal will come.
            Err(_) => std::future::pending().await,
        }
    }
}

#[expect(
    clippy::exit,
    clippy::disallowed_methods,
    reason = "the run did not end by itself"
)]
fn exit(kind: ExitKind) -> ! {
    std::process::exit(i32::from(kind.code()))
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> ExitKind {
        tokio::select! {
            _ = self.interrupt.recv() => ExitKind::Interrupted,
            _ = self.terminate.recv() => ExitKind::Terminated,
        }
    }
}

#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self {
            interrupt: tokio::signal::windows::ctrl_c()?,
        })
    }

    async fn next(&mut self) -> ExitKind {
        self.interrupt.recv().await;
        ExitKind::Interrupted
    }
}
