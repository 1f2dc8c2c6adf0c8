//! What can go wrong in the test bed.

use std::path::PathBuf;

use super::load::LoadReport;

/// Why the control plane could not do what it was asked for.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The programs or the definitions could not be found or built.
    #[error("find the programs of the test bed: {0}")]
    Assets(String),
    /// A program did not start.
    #[error("start {program}: {source}")]
    Start {
        /// Its name.
        program: String,
        /// Why.
        source: std::io::Error,
    },
    /// A program ended although it should run on.
    #[error("keep {program} running; its last words: {last_words}")]
    Ended {
        /// Its name.
        program: String,
        /// The end of its log.
        last_words: String,
    },
    /// A file could not be read or written.
    #[error("use \"{}\": {source}", path.display())]
    File {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the test bed does not hold what it should.
    #[error("read \"{}\": {reason}", path.display())]
    Content {
        /// Which one.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A certificate could not be made.
    #[error("make a certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS could not be set up.
    #[error("set up TLS: {0}")]
    Tls(#[from] rustls::Error),
    /// No answer came.
    #[error("{method} {path}: {source}")]
    Request {
        /// HTTP method.
        method: http::Method,
        /// Path of the URL.
        path: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An answer other than success.
    #[error("{method} {path} answered {status}: {message}")]
    Refused {
        /// HTTP method.
        method: http::Method,
        /// Path of the URL.
        path: String,
        /// HTTP status.
        status: u16,
        /// The server's message.
        message: String,
    },
    /// Something did not happen in time.
    #[error("see {0} within the time allowed")]
    Timeout(String),
    /// Objects were refused.
    #[error("load all objects: {0}")]
    Load(LoadReport),
    /// A socket could not be opened.
    #[error("listen on loopback: {0}")]
    Listen(std::io::Error),
}

impl Error {
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }
}
