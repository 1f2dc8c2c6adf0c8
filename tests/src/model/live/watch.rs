//! One kind listed and watched.

use std::sync::Weak;
use std::time::Duration;

use futures::{StreamExt, pin_mut};
use kube::core::WatchEvent;
use serde_json::Value;
use tokio::sync::watch;

use super::Cache;
use crate::controlplane::{Api, Error};
use crate::model::Key;
use crate::model::kind::Kind;

const PAUSE: Duration = Duration::from_millis(200);

/// Keeps one kind of the cache up until the cache is gone.
pub(super) async fn follow(
    api: Api,
    kind: Kind,
    cache: Weak<Cache>,
    mut ended: watch::Receiver<()>,
) {
    loop {
        tokio::select! {
            _ = ended.changed() => return,
            result = once(&api, kind, &cache) => {
                if result.is_ok_and(|alive| !alive) {
                    return;
                }
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Lists, then watches until the watch ends; tells whether somebody still wants it.
async fn once(api: &Api, kind: Kind, cache: &Weak<Cache>) -> Result<bool, Error> {
    let path = kind.path();
    // A kind that this release does not have is none of anything.
    let list = api.find(&path).await?.unwrap_or_default();
    let version = list["metadata"]["resourceVersion"]
        .as_str()
        .map(str::to_owned);
    {
        let Some(cache) = cache.upgrade() else {
            return Ok(false);
        };
        let items = list["items"].as_array().cloned().unwrap_or_default();
        let typed = items.into_iter().map(|item| with_type(item, kind));
        cache.replace(kind, typed.collect());
    }
    let Some(version) = version else {
        // It would have to be defined first, which no running world does.
        return Ok(false);
    };
    let path = format!("{path}?watch=true&allowWatchBookmarks=true&resourceVersion={version}");
    let events = api.watch(&path).await?;
    pin_mut!(events);
    while let Some(event) = events.next().await {
        let Some(cache) = cache.upgrade() else {
            return Ok(false);
        };
        match event {
            Ok(WatchEvent::Added(object) | WatchEvent::Modified(object)) => {
                cache.observe(with_type(object, kind));
            }
            Ok(WatchEvent::Deleted(object)) => {
                if let Some(key) = Key::of(&with_type(object, kind)) {
                    cache.forget(&key);
                }
            }
            Ok(WatchEvent::Bookmark(_)) => {}
            Ok(WatchEvent::Error(_)) | Err(_) => break,
        }
    }
    Ok(true)
}

/// Lists leave out what their items are.
fn with_type(mut object: Value, kind: Kind) -> Value {
    object["apiVersion"] = kind.api_version.into();
    object["kind"] = kind.kind.into();
    object
}
