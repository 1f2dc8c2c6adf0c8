//! A run of an export, and what it would ask the API server for.

use clap::Args;
use hv_cluster::live::AccessQuestion;

use super::rights::{Part, Place, RIGHTS, Right};
use crate::vm::SecretsMode;

/// Flags that decide what a run reads.
#[derive(Args, Clone, Debug, Default)]
pub(crate) struct RunArgs {
    /// What becomes of Secrets: with omit none is read
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub(crate) secrets: SecretsMode,
    /// Namespace that holds images, networks or SSH keys of VMs elsewhere; can be repeated
    #[arg(long, value_name = "NAMESPACE")]
    pub(crate) shared: Vec<String>,
}

/// What a run is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach<'a> {
    /// Names in a namespace.
    Named(&'a str, &'a [String]),
    /// A namespace.
    Beside(&'a str),
    /// All namespaces.
    All,
}

/// A run of an export.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run<'a> {
    /// What it is asked for.
    pub(crate) reach: Reach<'a>,
    /// Whether it exports templates, not VMs.
    pub(crate) templates: bool,
    /// What it does with Secrets.
    pub(crate) secrets: SecretsMode,
    /// Namespaces that others share.
    pub(crate) shared: &'a [String],
}

/// One question to the API server.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    /// The row of the table that it is about.
    pub(crate) right: &'static Right,
    /// The verb.
    pub(crate) verb: &'static str,
    /// The namespace; none for all of them, and for kinds of the whole cluster.
    pub(crate) namespace: Option<String>,
    /// The object; none for all of them.
    pub(crate) name: Option<String>,
}

impl Run<'_> {
    /// Whether the run reads this at all.
    pub(crate) fn reads(&self, right: &Right) -> bool {
        match right.part {
            Part::Always => true,
            Part::Machines => !self.templates || right.place == Place::Shared,
            Part::Templates => self.templates,
            Part::Secrets => self.secrets != SecretsMode::Omit,
        }
    }

    /// Every question that the run depends on.
    pub(crate) fn questions(&self) -> Vec<Question> {
        let mut questions = Vec::new();
        for right in RIGHTS.iter().filter(|right| self.reads(right)) {
            let names = self.names(right);
            for &verb in self.verbs(right) {
                for namespace in self.namespaces(right) {
                    questions.extend(names.iter().map(|name| Question {
                        right,
                        verb,
                        namespace: namespace.clone(),
                        name: name.clone().filter(|_| verb != "list"),
                    }));
                }
            }
        }
        questions
    }

    fn verbs(&self, right: &Right) -> &'static [&'static str] {
        match self.reach {
            Reach::Named(..) => right.verbs.named,
            Reach::Beside(_) => right.verbs.beside,
            Reach::All => right.verbs.all,
        }
    }

    fn namespaces(&self, right: &Right) -> Vec<Option<String>> {
        let own = match self.reach {
            Reach::Named(own, _) | Reach::Beside(own) => Some(own.to_owned()),
            Reach::All => None,
        };
        match (right.place, own) {
            (Place::Only(namespace), _) | (Place::System(namespace), Some(_)) => {
                vec![Some(namespace.to_owned())]
            }
            (Place::Own, Some(own)) => vec![Some(own)],
            (Place::Shared, Some(own)) => {
                let others = self.shared.iter().filter(|&other| *other != own);
                let mut all: Vec<_> = others.map(|other| Some(other.clone())).collect();
                all.insert(0, Some(own));
                all.dedup();
                all
            }
            _ => vec![None],
        }
    }

    /// VMs and templates are asked for by name, since a role may name its objects too.
    fn names(&self, right: &Right) -> Vec<Option<String>> {
        let asked = matches!(
            right.resource,
            "virtualmachines" | "virtualmachineinstances" | "virtualmachinetemplates"
        );
        match (right.only, self.reach) {
            (Some(only), _) => vec![Some(only.to_owned())],
            (None, Reach::Named(_, names)) if asked && !names.is_empty() => {
                names.iter().cloned().map(Some).collect()
            }
            _ => vec![None],
        }
    }
}

impl Question {
    /// As the API server is asked.
    pub(crate) fn ask(&self) -> AccessQuestion<'_> {
        let name = self.name.as_deref();
        AccessQuestion {
            verb: self.verb,
            group: self.right.group,
            resource: self.right.resource,
            // To the server a namespace is an object in itself.
            namespace: match self.right.resource {
                "namespaces" => name,
                _ => self.namespace.as_deref(),
            },
            name,
        }
    }
}
