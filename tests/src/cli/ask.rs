//! `hv-testbed ask`: the dry runs of a plan, sent by the same client with nothing judged.
//!
//! The peer of a measurement, together with the lists: same connections, same concurrency.

use std::path::PathBuf;

use clap::Args;
use futures::StreamExt as _;
use hv_cluster::kinds::{self, Kind};
use hv_cluster::live::{Change, Connection, Events, LiveCluster, Written};
use serde_json::{Value, json};

use super::{Failure, say};

#[derive(Args, Debug)]
pub(crate) struct AskArgs {
    /// Plan that hv-import wrote.
    plan: PathBuf,
    /// Requests on their way at the same time.
    #[arg(long, default_value_t = 16)]
    in_flight: usize,
}

pub(super) fn run(args: &AskArgs) -> Result<(), Failure> {
    let plan: Value = serde_json::from_slice(&std::fs::read(&args.plan)?)?;
    let steps = plan["steps"].as_array().ok_or("no steps")?;
    let created: Vec<(&Value, Value)> = steps.iter().filter_map(created).collect();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let taken = runtime.block_on(async {
        let connection = Connection {
            user_agent: "hv-testbed".into(),
            ..Connection::default()
        };
        let cluster = LiveCluster::connect(connection, Events::silent()).await?;
        let asked = created.iter().map(|(step, body)| ask(&cluster, step, body));
        let asked = futures::stream::iter(asked).buffer_unordered(args.in_flight);
        Ok::<_, Failure>(
            asked
                .filter(|taken| std::future::ready(*taken))
                .count()
                .await,
        )
    })?;
    say(&format!(
        "{taken} of {} objects would be taken",
        created.len()
    ))
}

/// The step and its object; of one that is sealed, an object of the same shape.
fn created(step: &Value) -> Option<(&Value, Value)> {
    let body = &step["action"]["create"];
    if let Some(object) = body.get("object") {
        return Some((step, object.clone()));
    }
    let edits = body.get("sealed")?.get("edits")?;
    let object = &step["object"];
    let mut made = json!({
        "apiVersion": object["apiVersion"], "kind": object["kind"],
        "metadata": {"name": object["name"], "namespace": object["namespace"]},
    });
    made["metadata"]["labels"] = edits["metadata"]["labels"].clone();
    Some((step, made))
}

async fn ask(cluster: &LiveCluster, step: &Value, body: &Value) -> bool {
    let object = &step["object"];
    let Some(kind) = kind_of(object) else {
        return false;
    };
    let change = Change {
        kind,
        namespace: object["namespace"].as_str(),
        name: object["name"].as_str().unwrap_or_default(),
        manager: "hv-testbed",
        dry_run: true,
    };
    let answer = cluster.create(&change, body.to_string().into_bytes()).await;
    matches!(answer, Written::Done(_))
}

fn kind_of(object: &Value) -> Option<&'static Kind> {
    let version = object["apiVersion"].as_str()?;
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let fits = |kind: &&Kind| {
        object["kind"] == kind.kind && kind.group == group && kind.version == version
    };
    kinds::ALL.iter().find(fits)
}
