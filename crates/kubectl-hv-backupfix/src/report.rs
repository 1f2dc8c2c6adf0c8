//! The documents that the commands print; the tables are views of them.

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Finding, ObjectRef};

/// What `scan` found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingList {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `FindingList`.
    pub(crate) kind: &'static str,
    /// What was looked at.
    pub(crate) cluster: ClusterFacts,
    /// Findings, the gravest first.
    pub(crate) items: Vec<Finding>,
    /// Backups without a finding; only with `--show-ok`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) sound: Option<Vec<ObjectRef>>,
    /// Counts.
    pub(crate) summary: Summary,
}

/// What was looked at.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterFacts {
    /// As the cluster writes it; `unknown`, or `none` where Harvester is not installed.
    pub(crate) harvester_version: String,
    /// Whether its rules are known: `known`, `assumed`, `unknown` or `not-harvester`.
    pub(crate) harvester_release: &'static str,
    /// `api-server` or `support-bundle`.
    pub(crate) source: &'static str,
    /// The moment the data speaks of.
    pub(crate) time: String,
    /// Namespaces that a support bundle covers; absent for a cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) covered_namespaces: Option<Vec<String>>,
    /// Kinds that could not be read, each with its reason.
    pub(crate) unread: Vec<String>,
}

/// Counts over the findings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Summary {
    /// Backups and snapshots that were looked at.
    pub(crate) backups: usize,
    /// Their disks.
    pub(crate) disks: usize,
    /// Findings of each severity.
    pub(crate) errors: usize,
    /// Warnings.
    pub(crate) warnings: usize,
    /// What is only worth knowing.
    pub(crate) infos: usize,
    /// What could not be judged.
    pub(crate) unknown: usize,
    /// Findings left out because of `--severity` or `--only`.
    pub(crate) not_shown: usize,
    /// Requests to the API server; absent for a support bundle.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) requests: Option<usize>,
}

#[cfg(test)]
pub(crate) mod tests {
    use hv_testbed::generated;
    use std::fmt::Write as _;

    use super::FindingList;
    use crate::catalog::Catalog;

    #[test]
    fn the_committed_schema_is_that_of_the_document() {
        generated::schema::<FindingList>("schemas/finding-list.schema.json");
    }

    #[test]
    fn the_committed_page_of_findings_is_that_of_the_table() {
        let mut page = String::from(
            "# Findings\n\nGenerated from the table that `kubectl hv-backupfix explain` prints; \
             codes keep their meaning, texts may change.\n\n\
             *Error*: it is unusable, will lose data, or blocks others. *Warning*: it will be one day, \
             or is easily misread. *Info*: worth knowing. What could not be read is *unknown*, never absent.\n",
        );
        for row in Catalog::builtin().unwrap().all() {
            let about = match row.disk {
                true => format!("a disk of a {}", row.about),
                false => format!("a {}", row.about),
            };
            write!(
                page,
                "\n## {}\n\n{}\n\n{}\n\n",
                row.code, row.title, row.meaning
            )
            .unwrap();
            page.push_str("| on | severity | what follows |\n| --- | --- | --- |\n");
            for ruling in &row.on {
                let (severity, consequence) = (ruling.severity, &ruling.consequence);
                writeln!(
                    page,
                    "| {} | {severity} | {consequence} |",
                    ruling.releases()
                )
                .unwrap();
            }
            write!(
                page,
                "\n*About:* {about}. *What to do:* {} *Source:* {}.\n",
                row.remedy, row.source
            )
            .unwrap();
        }
        generated::page("docs/findings.md", &page);
    }
}
