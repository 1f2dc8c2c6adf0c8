//! Whether the user may do what a plan does: one question for each verb, kind and namespace.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt as _, TryStreamExt as _, stream};
use hv_change::ObjectRef;
use hv_cluster::SourceError;
use hv_cluster::live::{AccessQuestion, LiveCluster};
use hv_vm::Kind;
use hv_vm::header::VmName;

use super::{Catalog, Sheet};
use crate::report::PreflightItem;

/// Reviews that are on their way at once.
const CONCURRENT: usize = 16;

/// For more namespaces than this it is asked first whether it may be done in all of them.
const FEW: usize = 4;

/// What taking back lists, by group and name: whoever may use what is deleted.
const LISTED: &[(&str, &str)] = &[
    ("", "persistentvolumeclaims"),
    ("", "pods"),
    ("cdi.kubevirt.io", "datavolumes"),
    ("kubevirt.io", "virtualmachineinstances"),
    ("kubevirt.io", "virtualmachines"),
    ("snapshot.storage.k8s.io", "volumesnapshots"),
];

/// What is done for one VM.
#[derive(Clone, Debug)]
pub(crate) struct Errand {
    /// The VM in the source.
    pub(crate) vm: VmName,
    /// Objects that are made.
    pub(crate) creates: Vec<ObjectRef>,
    /// Objects that get an owner afterwards.
    pub(crate) owns: Vec<ObjectRef>,
}

/// Something that is done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Right {
    /// Such as `create`.
    pub(crate) verb: &'static str,
    /// API group, empty for the core group.
    pub(crate) group: String,
    /// Name in URLs.
    pub(crate) resource: String,
    /// Empty for kinds of the whole cluster.
    pub(crate) namespace: String,
}

impl Right {
    fn to(verb: &'static str, object: &ObjectRef) -> Self {
        let group = object
            .api_version
            .split_once('/')
            .map_or("", |(group, _)| group);
        let kind: Option<Kind> = object.kind.parse().ok();
        let resource = kind.map_or_else(
            // The only kind that no bundle holds is the namespace.
            || format!("{}s", object.kind.to_ascii_lowercase()),
            |kind| kind.plural().to_owned(),
        );
        Self {
            verb,
            group: group.to_owned(),
            resource,
            namespace: object.namespace.clone(),
        }
    }

    /// The same in all namespaces.
    fn everywhere(&self) -> Self {
        Self {
            namespace: String::new(),
            ..self.clone()
        }
    }

    /// `create secrets in dr`.
    fn words(&self) -> String {
        let mut words = format!("{} {}", self.verb, self.resource);
        if !self.group.is_empty() {
            words = format!("{words}.{}", self.group);
        }
        match self.namespace.as_str() {
            "" => words,
            namespace => format!("{words} in {namespace}"),
        }
    }

    /// Whether an import can be finished without it.
    fn is_soft(&self) -> bool {
        self.verb != "create"
    }
}

/// The server's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It may be done.
    Allowed,
    /// It may not; the server's words, if any.
    Denied(String),
    /// Nobody knows; why.
    Unknown(String),
}

/// What one VM's errand needs, each right once.
fn rights_of(errand: &Errand) -> BTreeSet<Right> {
    let mut rights = BTreeSet::new();
    for object in &errand.creates {
        rights.insert(Right::to("create", object));
        // A lost answer is looked up, and a resumed run compares by lists.
        rights.insert(Right::to("get", object));
        rights.insert(Right::to("list", object));
        // What was made can be taken back.
        rights.insert(Right::to("delete", object));
    }
    let places = errand.creates.iter().map(|object| &object.namespace);
    for namespace in places.filter(|namespace| !namespace.is_empty()) {
        rights.extend(LISTED.iter().map(|(group, resource)| Right {
            verb: "list",
            group: (*group).to_owned(),
            resource: (*resource).to_owned(),
            namespace: namespace.clone(),
        }));
    }
    for object in &errand.owns {
        rights.insert(Right::to("patch", object));
    }
    rights
}

/// Everything that has to be asked.
pub(crate) fn questions(errands: &[Errand]) -> BTreeSet<Right> {
    errands.iter().flat_map(rights_of).collect()
}

/// Asks the server; nothing is stored.
pub(crate) async fn ask(
    cluster: &LiveCluster,
    questions: BTreeSet<Right>,
) -> Result<BTreeMap<Right, Answer>, SourceError> {
    let places: BTreeSet<&str> = questions.iter().map(|one| one.namespace.as_str()).collect();
    if places.len() <= FEW {
        return review(cluster, questions).await;
    }
    let whole: BTreeSet<Right> = questions.iter().map(Right::everywhere).collect();
    let mut answers = review(cluster, whole).await?;
    let rest = questions.iter().filter(|right| {
        let is_open = answers.get(&right.everywhere()) != Some(&Answer::Allowed);
        is_open && !right.namespace.is_empty()
    });
    let rest: BTreeSet<Right> = rest.cloned().collect();
    let rest = review(cluster, rest).await?;
    for right in &questions {
        if let Some(answer) = answers.get(&right.everywhere()).cloned() {
            answers.insert(right.clone(), answer);
        }
    }
    answers.extend(rest);
    Ok(answers)
}

async fn review(
    cluster: &LiveCluster,
    questions: BTreeSet<Right>,
) -> Result<BTreeMap<Right, Answer>, SourceError> {
    let reviews = questions.into_iter().map(|right| async move {
        let question = AccessQuestion {
            verb: right.verb,
            group: &right.group,
            resource: &right.resource,
            namespace: Some(right.namespace.as_str()).filter(|name| !name.is_empty()),
            name: None,
        };
        let answer = match cluster.access_review(&question).await? {
            Ok(answer) if answer.allowed => Answer::Allowed,
            Ok(answer) => Answer::Denied(answer.reason),
            Err(gap) => Answer::Unknown(gap.describe("the access review")),
        };
        Ok::<_, SourceError>((right, answer))
    });
    stream::iter(reviews)
        .buffer_unordered(CONCURRENT)
        .try_collect()
        .await
}

/// Judges the answers, VM by VM.
pub(crate) fn judge(
    catalog: &Catalog,
    errands: &[Errand],
    answers: &BTreeMap<Right, Answer>,
) -> Vec<PreflightItem> {
    errands
        .iter()
        .flat_map(|errand| judge_one(catalog, errand, answers))
        .collect()
}

fn judge_one(
    catalog: &Catalog,
    errand: &Errand,
    answers: &BTreeMap<Right, Answer>,
) -> Vec<PreflightItem> {
    let mut sheet = Sheet::new(catalog, &errand.vm);
    let rights = rights_of(errand);
    let mut granted = 0;
    for right in &rights {
        let words = right.words();
        match answers.get(right) {
            Some(Answer::Allowed) => granted += 1,
            Some(Answer::Denied(why)) => {
                let why = match why.as_str() {
                    "" => "you may not".to_owned(),
                    why => format!("you may not: {why}"),
                };
                let code = if right.is_soft() {
                    "right-wanted"
                } else {
                    "right-missing"
                };
                sheet.say(code, &[("right", &words), ("why", &why)]);
            }
            Some(Answer::Unknown(why)) => {
                sheet.say("unknown-right", &[("right", &words), ("why", why)]);
            }
            None => sheet.say(
                "unknown-right",
                &[("right", &words), ("why", "it was not asked")],
            ),
        }
    }
    if granted == rights.len() && granted > 0 {
        let count = hv_cli::plural::count(granted, "right");
        sheet.say("rights-granted", &[("count", &count)]);
    }
    sheet.into_items()
}
