//! The backup target in Harvester's setting and in Longhorn.

use serde_json::{Value, json};

use super::digest::sha224;
use super::line::Line;
use super::names::{ago, go_duration};
use super::rows::Target;
use crate::world::World;

const NAMESPACE: &str = "longhorn-system";
const SECRET: &str = "harvester-backup-target-secret";

impl Target {
    /// The value of Harvester's setting, its keys in Harvester's order and its credentials blanked.
    pub(super) fn value(&self) -> String {
        let Self {
            endpoint,
            bucket,
            region,
            interval,
            ..
        } = self;
        format!(
            "{{\"type\":\"s3\",\"endpoint\":\"{endpoint}\",\"accessKeyId\":\"\",\
             \"secretAccessKey\":\"\",\"bucketName\":\"{bucket}\",\"bucketRegion\":\"{region}\",\
             \"cert\":\"\",\"virtualHostedStyle\":false,\"refreshIntervalInSeconds\":{interval}}}"
        )
    }

    /// The same place as Longhorn calls it.
    pub(super) fn url(&self) -> String {
        format!("s3://{}@{}/", self.bucket, self.region)
    }

    /// Longhorn's own interval, which Harvester sets only if it has one itself.
    fn poll_secs(&self) -> u64 {
        if self.interval == 0 {
            300
        } else {
            self.interval
        }
    }

    /// Sets the target in the setting, which exists, and adds Longhorn's side.
    pub(super) fn set(&self, world: &mut World, line: Line) {
        let value = self.value();
        world.set_setting("backup-target", &value);
        let patch = json!({
            "metadata": {"annotations": {
                "harvesterhci.io/hash": sha224(&value),
                "harvesterhci.io/lastRefreshTime": format!("@now-{}", self.refreshed),
            }},
            "status": {"conditions": [
                {"type": "configured", "status": "True", "lastUpdateTime": ago(40 * 86_400)},
            ]},
        });
        world.merge("Setting", "", "backup-target", &patch);
        world.objects.push(self.object());
        if !line.longhorn(8) {
            world.objects.extend(self.settings());
        }
    }

    fn object(&self) -> Value {
        json!({
            "apiVersion": "longhorn.io/v1beta2",
            "kind": "BackupTarget",
            "metadata": {
                "name": "default", "namespace": NAMESPACE, "finalizers": ["longhorn.io"],
                "creationTimestamp": ago(45 * 86_400),
            },
            "spec": {
                "backupTargetURL": self.url(),
                "credentialSecret": SECRET,
                "pollInterval": go_duration(self.poll_secs()),
                "syncRequestedAt": ago(40 * 86_400),
            },
            "status": {
                "available": true,
                "conditions": [{
                    "type": "Unavailable", "status": "False", "reason": "", "message": "",
                    "lastProbeTime": "", "lastTransitionTime": ago(40 * 86_400),
                }],
                "lastSyncedAt": ago(180),
                "ownerID": "node1",
            },
        })
    }

    /// Longhorn's settings, from which it makes the object itself before 1.8.
    fn settings(&self) -> Vec<Value> {
        let setting = |name: &str, value: String| {
            json!({
                "apiVersion": "longhorn.io/v1beta2",
                "kind": "Setting",
                "metadata": {"name": name, "namespace": NAMESPACE},
                "value": value,
                "status": {"applied": true},
            })
        };
        vec![
            setting("backup-target", self.url()),
            setting("backup-target-credential-secret", SECRET.into()),
            setting("backupstore-poll-interval", self.poll_secs().to_string()),
        ]
    }
}
