//! Views of what configures a cluster: settings, profiles, operators, webhooks.

use serde::Deserialize;

use super::Meta;
use crate::lenient;

/// A Harvester or Longhorn setting: both keep their text at the top level.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Setting {
    /// Metadata.
    pub metadata: Meta,
    /// What the user set; empty means that the default is in force.
    #[serde(deserialize_with = "lenient::text")]
    pub value: String,
    /// What the release ships.
    #[serde(rename = "default", deserialize_with = "lenient::text")]
    pub default_value: String,
    /// What came of it.
    #[serde(deserialize_with = "lenient::part")]
    pub status: SettingStatus,
}

impl Setting {
    /// The text that is in force.
    pub fn in_force(&self) -> &str {
        match self.value.as_str() {
            "" => &self.default_value,
            set => set,
        }
    }
}

/// What came of a setting.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SettingStatus {
    /// Conditions; `configured` tells whether it took effect.
    #[serde(deserialize_with = "lenient::parts")]
    pub conditions: Vec<super::Condition>,
}

/// CDI's view of one storage class.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StorageProfile {
    /// Metadata; the name is the storage class's.
    pub metadata: Meta,
    /// What is in force.
    pub status: StorageProfileStatus,
}

/// What CDI will do with volumes of a class.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct StorageProfileStatus {
    /// Access and volume modes in the order of preference.
    #[serde(deserialize_with = "super::list")]
    pub claim_property_sets: Vec<ClaimPropertySet>,
    /// `copy`, `snapshot` or `csi-clone`.
    #[serde(deserialize_with = "lenient::text")]
    pub clone_strategy: String,
    /// The snapshot class CDI chose.
    #[serde(deserialize_with = "lenient::text")]
    pub snapshot_class: String,
}

/// One way in which a class can be used.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ClaimPropertySet {
    /// Access modes.
    #[serde(deserialize_with = "super::list")]
    pub access_modes: Vec<String>,
    /// `Block` or `Filesystem`.
    #[serde(deserialize_with = "lenient::text")]
    pub volume_mode: String,
}

/// The CDI operator's object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cdi {
    /// Wishes.
    pub spec: CdiSpec,
}

/// The part of CDI's spec that decides about clones.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CdiSpec {
    /// Overrides every profile when set.
    #[serde(deserialize_with = "lenient::text")]
    pub clone_strategy_override: String,
}

/// The KubeVirt operator's object.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KubeVirt {
    /// Wishes.
    pub spec: KubeVirtSpec,
    /// What runs.
    pub status: KubeVirtStatus,
}

/// The part of KubeVirt's spec that is read.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KubeVirtSpec {
    /// Configuration.
    pub configuration: KubeVirtConfiguration,
}

/// KubeVirt's configuration.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KubeVirtConfiguration {
    /// Holds the feature gates.
    pub developer_configuration: DeveloperConfiguration,
}

/// KubeVirt's feature gates.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeveloperConfiguration {
    /// Names of the gates that are on.
    #[serde(deserialize_with = "super::list")]
    pub feature_gates: Vec<String>,
}

/// What of KubeVirt runs.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KubeVirtStatus {
    /// Version, such as `v1.7.4`.
    #[serde(deserialize_with = "lenient::text")]
    pub observed_kube_virt_version: String,
}

/// A deployment, for the tags of its images.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Deployment {
    /// Metadata.
    pub metadata: Meta,
    /// Spec.
    pub spec: DeploymentSpec,
}

/// A deployment's spec.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DeploymentSpec {
    /// Pod template.
    pub template: PodTemplate,
}

/// A pod template.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PodTemplate {
    /// Spec of the pods.
    pub spec: TemplateSpec,
}

/// The containers of a pod template.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TemplateSpec {
    /// Containers.
    #[serde(deserialize_with = "super::list")]
    pub containers: Vec<Container>,
}

/// A container.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Container {
    /// Image with its tag.
    #[serde(deserialize_with = "lenient::text")]
    pub image: String,
}

/// Webhooks that can refuse objects.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ValidatingWebhookConfiguration {
    /// Metadata.
    pub metadata: Meta,
    /// Webhooks.
    #[serde(deserialize_with = "super::list")]
    pub webhooks: Vec<Webhook>,
}

/// One webhook.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Webhook {
    /// What it is asked about.
    #[serde(deserialize_with = "super::list")]
    pub rules: Vec<WebhookRule>,
    /// `Ignore` lets everything pass while the webhook is down.
    #[serde(deserialize_with = "lenient::text")]
    pub failure_policy: String,
}

/// What a webhook is asked about.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct WebhookRule {
    /// API groups.
    #[serde(deserialize_with = "super::list")]
    pub api_groups: Vec<String>,
    /// Plurals.
    #[serde(deserialize_with = "super::list")]
    pub resources: Vec<String>,
    /// Verbs in capitals.
    #[serde(deserialize_with = "super::list")]
    pub operations: Vec<String>,
}

impl ValidatingWebhookConfiguration {
    /// Whether one of its webhooks is asked when such an object is created.
    pub fn covers_create(&self, group: &str, plural: &str) -> bool {
        let holds = |words: &[String], word: &str| words.iter().any(|w| w == "*" || w == word);
        self.webhooks
            .iter()
            .flat_map(|webhook| &webhook.rules)
            .any(|rule| {
                holds(&rule.api_groups, group)
                    && (holds(&rule.resources, plural) || holds(&rule.resources, "*/*"))
                    && holds(&rule.operations, "CREATE")
            })
    }
}
