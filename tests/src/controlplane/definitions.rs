//! The definitions of custom resources, read from the built set and given to an API server.

use std::path::Path;
use std::time::{Duration, Instant};

use futures::{StreamExt, TryStreamExt, stream};
use http::{Method, StatusCode};
use serde_json::Value;

use super::discovery::{self, Kinds};
use super::overlay::Overlay;
use super::{Api, Error, manifest};

const PATH: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const PATIENCE: Duration = Duration::from_mins(1);

/// All definitions of a release.
#[derive(Hash)]
pub(crate) struct Definitions {
    all: Vec<Value>,
}

impl Definitions {
    /// Reads the built set, without the groups a release lacks, changed by the release's overlay.
    pub(crate) fn read(
        crds: &Path,
        release: &str,
        absent_groups: &[String],
    ) -> Result<Self, Error> {
        let overlay = Overlay::of(release)?;
        let mut all = manifest::permissive()?;
        for entry in std::fs::read_dir(crds).map_err(Error::file(crds))? {
            let path = entry.map_err(Error::file(crds))?.path();
            let text = std::fs::read(&path).map_err(Error::file(&path))?;
            let mut definition: Value =
                serde_json::from_slice(&text).map_err(|error| Error::Content {
                    path,
                    reason: error.to_string(),
                })?;
            let name = definition["metadata"]["name"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            overlay.apply(&name, &mut definition)?;
            all.push(definition);
        }
        all.retain(|definition| {
            !absent_groups
                .iter()
                .any(|group| definition["spec"]["group"] == group.as_str())
        });
        all.sort_by_cached_key(|definition| definition["metadata"]["name"].to_string());
        Ok(Self { all })
    }

    /// Creates all definitions at once.
    pub(crate) async fn create(&self, api: &Api) -> Result<(), Error> {
        stream::iter(&self.all)
            .map(|definition| create(api, definition))
            .buffer_unordered(16)
            .try_collect::<()>()
            .await
    }

    /// Waits until every definition is served.
    pub(crate) async fn await_served(&self, api: &Api) -> Result<Kinds, Error> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let kinds = discovery::kinds(api).await?;
            let missing = self
                .all
                .iter()
                .find(|definition| !is_served(definition, &kinds));
            match missing {
                None => return Ok(kinds),
                Some(one) if Instant::now() > deadline => {
                    return Err(Error::Timeout(format!(
                        "{} served",
                        one["metadata"]["name"]
                    )));
                }
                Some(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    }
}

async fn create(api: &Api, definition: &Value) -> Result<(), Error> {
    let answer = api.post(PATH, definition).await?;
    if answer.status != StatusCode::CONFLICT {
        return answer.success(&Method::POST, PATH).map(drop);
    }
    let path = format!(
        "{PATH}/{}",
        definition["metadata"]["name"].as_str().unwrap_or_default()
    );
    api.apply(&path, definition)
        .await?
        .success(&Method::PATCH, &path)
        .map(drop)
}

/// An API server serves a definition as soon as it is Established.
fn is_served(definition: &Value, kinds: &Kinds) -> bool {
    let spec = &definition["spec"];
    let group = spec["group"].as_str().unwrap_or_default();
    let kind = spec["names"]["kind"].as_str().unwrap_or_default();
    spec["versions"]
        .as_array()
        .into_iter()
        .flatten()
        .all(|version| {
            version["served"] == false
                || kinds.contains_key(&(
                    format!("{group}/{}", version["name"].as_str().unwrap_or_default()),
                    kind.to_owned(),
                ))
        })
}
