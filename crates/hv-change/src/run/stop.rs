//! Asks a run to end: nothing new is begun, what is on its way is awaited.

use std::future::pending;

use tokio::sync::watch;

/// Asks a run to end: nothing new is begun, what is on its way is awaited.
#[derive(Clone, Debug, Default)]
pub struct Stop(Option<watch::Receiver<bool>>);

impl Stop {
    /// One that is never asked for.
    pub fn never() -> Self {
        Self(None)
    }

    /// Whether it was asked for.
    pub fn is_set(&self) -> bool {
        self.0.as_ref().is_some_and(|receiver| *receiver.borrow())
    }

    /// Waits until it is asked for.
    pub(crate) async fn wait(&self) {
        let Some(receiver) = &self.0 else {
            return pending().await;
        };
        if receiver.clone().wait_for(|set| *set).await.is_err() {
            // Whoever could have asked is gone.
            pending::<()>().await;
        }
    }
}

impl From<watch::Receiver<bool>> for Stop {
    fn from(receiver: watch::Receiver<bool>) -> Self {
        Self(Some(receiver))
    }
}
