//! `hv-testbed fetch`: the pages of the lists a plugin reads, fetched by the same client and dropped.
//!
//! The peer of a measurement: same connections, same concurrency, nothing parsed.

use std::io::{Read, stdin};

use hv_cluster::live::{Connection, Events, LiveCluster};

use super::{Failure, say};

pub(super) fn run() -> Result<(), Failure> {
    let mut text = String::new();
    stdin().read_to_string(&mut text)?;
    // Lists run side by side; the pages after the first are asked for by their own tokens.
    let lists: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with('/') && !line.contains("continue="))
        .collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let bytes: usize = runtime.block_on(async {
        let connection = Connection {
            user_agent: "hv-testbed".into(),
            ..Connection::default()
        };
        let cluster = LiveCluster::connect(connection, Events::silent()).await?;
        let reads = lists.iter().map(|path| cluster.fetch(path));
        let sums = futures::future::try_join_all(reads).await?;
        Ok::<_, Failure>(sums.into_iter().sum())
    })?;
    say(&bytes.to_string())
}
