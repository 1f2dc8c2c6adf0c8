//! `hv-testbed fetch`: the raw pages a plugin reads, fetched by the same client and dropped.
//!
//! The peer of a measurement: same connections, same concurrency, nothing parsed.

use std::collections::BTreeMap;
use std::io::{Read, stdin};

use hv_cluster::live::{Connection, Events, LiveCluster};

use super::{Failure, say};

pub(super) fn run() -> Result<(), Failure> {
    let mut text = String::new();
    stdin().read_to_string(&mut text)?;
    // Pages of one list follow each other; lists run side by side.
    let mut lists: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in text.lines().filter(|line| line.starts_with('/')) {
        lists
            .entry(path.split('?').next().unwrap_or(path))
            .or_default()
            .push(path);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let bytes: usize = runtime.block_on(async {
        let connection = Connection {
            user_agent: "hv-testbed".into(),
            ..Connection::default()
        };
        let cluster = LiveCluster::connect(connection, Events::silent()).await?;
        let list = async |paths: &Vec<&str>| {
            let mut bytes = 0;
            for path in paths {
                bytes += cluster.fetch(path).await?;
            }
            Ok::<_, hv_cluster::SourceError>(bytes)
        };
        let sums = futures::future::try_join_all(lists.values().map(list)).await?;
        Ok::<_, Failure>(sums.into_iter().sum())
    })?;
    say(&bytes.to_string())
}
