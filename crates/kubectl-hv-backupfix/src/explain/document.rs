//! The document of `explain`; what people read is a view of it.

use hv_cli::ExitKind;
use schemars::JsonSchema;
use serde::Serialize;

use super::record::{PassSummary, RecordLine};
use super::stretches::Otherwise;
use super::walk::{Answer, Step};
use crate::catalog::Severity;
use crate::finding::{Finding, ObjectRef};
use crate::report::ClusterFacts;

/// Why something is as it is.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BackupExplanation {
    /// Always `kubectl-hv.io/v1alpha1`.
    pub(crate) api_version: &'static str,
    /// Always `BackupExplanation`.
    pub(crate) kind: &'static str,
    /// What was asked about; a record is named by its path below the root of its target.
    pub(crate) subject: ObjectRef,
    /// What was looked at; absent if no cluster could be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cluster: Option<ClusterFacts>,
    /// The release whose list is shown, where the cluster's own is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) judged_as: Option<String>,
    /// `yes` if nothing stands in the way, `no` if something does.
    pub(crate) answer: Answer,
    /// The same in one sentence without a full stop.
    pub(crate) conclusion: String,
    /// Questions in the order in which they are asked.
    pub(crate) steps: Vec<Step>,
    /// What other releases decide; only where the cluster's own is not known.
    pub(crate) otherwise: Vec<Otherwise>,
    /// Objects that play a part.
    pub(crate) concerned: Vec<Concern>,
    /// What is worth knowing besides.
    pub(crate) remarks: Vec<String>,
    /// What helps.
    pub(crate) help: Vec<String>,
    /// What is wrong with it, the gravest first.
    pub(crate) findings: Vec<Finding>,
    /// Every record that was listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) records: Option<Vec<RecordLine>>,
    /// The pass over the whole backup target in which a record is met.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pass: Option<PassSummary>,
}

/// What part an object plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Part {
    /// It makes Harvester refuse.
    Blocks,
    /// It makes a deletion hang.
    Holds,
    /// It is deleted along with what was asked about.
    GoesAlong,
    /// Its deletion, which hangs, comes to its end.
    Released,
    /// It loses its readiness.
    Demoted,
}

impl Part {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Holds => "holds up",
            Self::GoesAlong => "goes along",
            Self::Released => "is released",
            Self::Demoted => "is demoted",
        }
    }
}

/// An object that plays a part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Concern {
    /// The object.
    pub(crate) object: ObjectRef,
    /// Which part.
    pub(crate) part: Part,
    /// Why.
    pub(crate) why: String,
}

impl BackupExplanation {
    /// A document in which nothing is told yet.
    pub(crate) fn of(subject: ObjectRef) -> Self {
        Self {
            api_version: "kubectl-hv.io/v1alpha1",
            kind: "BackupExplanation",
            subject,
            cluster: None,
            judged_as: None,
            answer: Answer::Yes,
            conclusion: String::new(),
            steps: Vec::new(),
            otherwise: Vec::new(),
            concerned: Vec::new(),
            remarks: Vec::new(),
            help: Vec::new(),
            findings: Vec::new(),
            records: None,
            pass: None,
        }
    }

    /// How the run ends.
    pub(crate) fn exit(&self) -> ExitKind {
        let is_error = |finding: &Finding| finding.severity == Severity::Error;
        match self.answer {
            Answer::No => ExitKind::Failed,
            _ if self.findings.iter().any(is_error) => ExitKind::Failed,
            Answer::Unknown => ExitKind::NoVerdict,
            Answer::Yes | Answer::NotReached => ExitKind::Ok,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hv_testbed::generated;

    #[test]
    fn the_committed_schema_is_that_of_the_document() {
        generated::schema::<BackupExplanation>("schemas/backup-explanation.schema.json");
    }

    #[test]
    fn the_exit_code_follows_the_answer_and_the_findings() {
        let object = ObjectRef::new("VirtualMachineBackup", "prod", "one");
        let mut told = BackupExplanation::of(object.clone());
        assert_eq!(told.exit(), ExitKind::Ok);
        told.answer = Answer::Unknown;
        assert_eq!(told.exit(), ExitKind::NoVerdict);
        let finding = |severity| Finding {
            object: object.clone(),
            disk: None,
            code: "vmb-error".to_owned(),
            severity,
            message: String::new(),
            evidence: Vec::new(),
            consequence: String::new(),
            fix: None,
        };
        told.findings = vec![finding(Severity::Unknown), finding(Severity::Warning)];
        assert_eq!(told.exit(), ExitKind::NoVerdict);
        told.findings.push(finding(Severity::Error));
        assert_eq!(told.exit(), ExitKind::Failed);
        told.findings.clear();
        told.answer = Answer::No;
        assert_eq!(told.exit(), ExitKind::Failed);
    }
}
