//! One VM: from what was read to the files of its bundle.

use hv_cli::Failure;
use hv_vm::Key;
use hv_vm::change::{self, Change};
use hv_vm::export::{self, Inline, Request, Secrets};
use hv_vm::header::{Header, SecretNeed, Unread, VmName};
use hv_vm::normal::normal_form;
use hv_vm::policy::Policy;
use hv_vm::secrets::Recipients;
use hv_vm::store::{self, StoreError};
use hv_vm::stored::{FileBody, Stored};
use serde_json::{Value, json};

use super::args::{InlineMode, SecretsArgs, SecretsMode};
use super::skip::{self, Left};
use crate::place::Parcel;
use crate::read::{Gathered, name_of};
use crate::report::{Exported, Outcome};

/// Makes bundles.
pub(crate) struct Exporter {
    policy: Policy,
    mode: SecretsMode,
    recipients: Option<Recipients>,
    inline: Inline,
    include: Vec<Left>,
    strict: bool,
    drop_secrets: bool,
}

/// A VM as it is reported, and its bundle unless there is nothing to write.
pub(crate) struct Ready {
    pub(crate) item: Exported,
    pub(crate) place: store::Place,
    pub(crate) parcel: Option<Parcel>,
}

impl Exporter {
    /// Checks the recipients before anything is read.
    pub(crate) fn new(args: &SecretsArgs, include: &[Left], strict: bool) -> Result<Self, Failure> {
        let policy = Policy::builtin().map_err(|error| Failure::failed(error.to_string()))?;
        let recipients = match args.secrets {
            SecretsMode::Encrypt => {
                let recipients = Recipients::parse(&args.recipients).map_err(|error| {
                    let hint = "a recipient is a public key of age, age1…; age-keygen makes one";
                    Failure::usage(error.to_string()).hint(hint)
                })?;
                Some(recipients)
            }
            SecretsMode::Omit | SecretsMode::Plaintext => None,
        };
        Ok(Self {
            policy,
            mode: args.secrets,
            recipients,
            inline: match args.inline_secrets {
                InlineMode::Externalise => Inline::Externalise,
                InlineMode::Keep => Inline::Keep,
                InlineMode::Refuse => Inline::Refuse,
            },
            include: include.to_vec(),
            strict,
            drop_secrets: args.drop_secrets,
        })
    }

    /// Makes the bundle of a VM.
    pub(crate) fn export(
        &self,
        vm: &Value,
        gathered: &Gathered,
        before: Result<Option<Stored>, StoreError>,
    ) -> Ready {
        let name = name_of(vm);
        if let Some(why) = skip::reason(vm, &gathered.objects, &self.include) {
            return nothing((&name).into(), skipped(&name, &why));
        }
        let before = match before {
            Ok(before) => before,
            Err(error) => return nothing((&name).into(), failed(&name, error.to_string())),
        };
        let exported = match self.bundle(vm, gathered, before.as_ref()) {
            Ok(exported) => exported,
            Err(error) => return nothing((&name).into(), failed(&name, error.to_string())),
        };
        let header = &exported.header;
        if self.strict
            && let Some(unread) = header.unread.first()
        {
            let why = why_unread(unread);
            return nothing((&name).into(), failed(&name, why));
        }
        if let Some(before) = &before {
            if let Some(why) = self.loses_secrets(&before.header, &exported.header) {
                return nothing((&name).into(), failed(&name, why));
            }
            if reads_less(&before.header, &exported.header) {
                let why = "this account reads less than that of the last export, which stays";
                let item = Exported {
                    reason: Some(why.to_owned()),
                    ..reported(&name, &(&name).into(), &exported, Some(before))
                };
                return nothing((&name).into(), item);
            }
        }
        ready(&name, (&name).into(), exported, before)
    }

    /// Secrets that are in the bundle and would not be any more, for no reason that the source has.
    fn loses_secrets(&self, before: &Header, now: &Header) -> Option<String> {
        let held =
            |secret: &&SecretNeed| matches!(secret.state.as_str(), "encrypted" | "plaintext");
        for secret in before.requirements.secrets.iter().filter(held) {
            let same = |need: &&SecretNeed| {
                need.name == secret.name && need.config_map == secret.config_map
            };
            let state = now.requirements.secrets.iter().find(same);
            let name = &secret.name;
            match state.map(|need| need.state.as_str()) {
                Some("unreadable") => {
                    return Some(format!(
                        "secret \"{name}\" is in the bundle and can no longer be read"
                    ));
                }
                Some("omitted") if !self.drop_secrets => {
                    return Some(format!(
                        "its bundle holds secret \"{name}\": add --secrets {}, or --drop-secrets",
                        match secret.state.as_str() {
                            "encrypted" => "encrypt",
                            _ => "plaintext",
                        }
                    ));
                }
                _ => {}
            }
        }
        None
    }

    /// Makes the bundle of a template and some of its versions.
    pub(crate) fn template(
        &self,
        template: &Value,
        versions: &[&Value],
        gathered: &Gathered,
        before: Result<Option<Stored>, StoreError>,
    ) -> Ready {
        let name = name_of(template);
        let place = store::Place::template(&name);
        let before = match before {
            Ok(before) => before,
            Err(error) => return nothing(place, failed(&name, error.to_string())),
        };
        let request = self.request(template, gathered, before.as_ref());
        match export::export_template(&self.policy, request, versions) {
            Ok(exported) => ready(&name, place, exported, before),
            Err(error) => nothing(place, failed(&name, error.to_string())),
        }
    }

    /// The bundle itself.
    pub(crate) fn bundle(
        &self,
        vm: &Value,
        gathered: &Gathered,
        before: Option<&Stored>,
    ) -> Result<export::Exported, export::ExportError> {
        export::export(&self.policy, self.request(vm, gathered, before))
    }

    fn request<'a>(
        &'a self,
        object: &'a Value,
        gathered: &'a Gathered,
        before: Option<&'a Stored>,
    ) -> Request<'a> {
        let secrets = match (self.mode, &self.recipients) {
            (SecretsMode::Encrypt, Some(recipients)) => Secrets::Encrypt(recipients),
            (SecretsMode::Plaintext, _) => Secrets::Plaintext,
            _ => Secrets::Omit,
        };
        Request {
            vm: object,
            objects: &gathered.objects,
            state_claim: gathered.state_claims.get(&name_of(object)).cloned(),
            origin: &gathered.origin,
            reconstructed: gathered.reconstructed(&name_of(object)),
            secrets,
            inline: self.inline,
            before,
        }
    }
}

fn ready(
    name: &VmName,
    place: store::Place,
    exported: export::Exported,
    before: Option<Stored>,
) -> Ready {
    let item = reported(name, &place, &exported, before.as_ref());
    let files = exported.files;
    Ready {
        item,
        place: place.clone(),
        parcel: Some(Parcel {
            place,
            before,
            files,
        }),
    }
}

fn reported(
    name: &VmName,
    place: &store::Place,
    exported: &export::Exported,
    before: Option<&Stored>,
) -> Exported {
    let header = &exported.header;
    Exported {
        disks: header.disks.len(),
        nics: nics(&exported.normal),
        secrets: header.requirements.secrets.len(),
        secrets_state: secrets_state(header),
        revision: Some(header.revision),
        digest: Some(header.digest.clone()),
        path: Some(place.path().to_owned()),
        changes: changes(exported, before),
        unread: header.unread.iter().map(why_unread).collect(),
        notes: header
            .notes
            .iter()
            .map(|note| note.message.clone())
            .collect(),
        ..empty(name, Outcome::Unchanged)
    }
}

/// Whether the very same configuration was described better before, by somebody with more rights.
fn reads_less(before: &Header, now: &Header) -> bool {
    let was_open = |key: &Key| before.unread.iter().any(|unread| unread.object == *key);
    let refused = now.unread.iter().filter(|one| one.reason == "Unreadable");
    let mut fewer = refused.map(|one| &one.object).filter(|key| !was_open(key));
    let release = before.source.harvester.is_some() && now.source.harvester.is_none();
    before.digest == now.digest && (fewer.next().is_some() || release)
}

/// What changed, in words; of the configuration, else of what a target must have.
fn changes(exported: &export::Exported, before: Option<&Stored>) -> Vec<String> {
    let Some(before) = before else {
        return Vec::new();
    };
    let mut listed = Vec::new();
    if before.header.digest == exported.header.digest {
        let needs =
            |header: &Header| json!({"requirements": header.requirements, "disks": header.disks});
        listed = change::changes(&needs(&before.header), &needs(&exported.header));
        if listed.is_empty() {
            listed = beside_the_digest(exported, before);
        }
    } else if let Some(then) = stored_normal(before) {
        listed = change::changes(&then, &exported.normal);
    }
    listed.iter().map(ToString::to_string).collect()
}

/// What is in the stored VM and no part of its digest, such as the strategy of a start.
fn beside_the_digest(exported: &export::Exported, before: &Stored) -> Vec<Change> {
    let path = format!("objects/virtualmachine.{}.json", exported.header.vm.name);
    let now = exported.files.get(&path).and_then(FileBody::bytes);
    let now = now.and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
    match (before.json(&path), now) {
        (Some(then), Some(now)) => change::changes(&then, &now),
        _ => Vec::new(),
    }
}

/// The normal form of a bundle that was read.
pub(crate) fn stored_normal(stored: &Stored) -> Option<Value> {
    let vm = stored.json(&format!(
        "objects/virtualmachine.{}.json",
        stored.header.vm.name
    ))?;
    Some(normal_form(&vm, &stored.header.disks))
}

/// An object that is not in the bundle, and why.
fn why_unread(unread: &Unread) -> String {
    let why = match unread.message.as_str() {
        "" => unread.reason.as_str(),
        message => message,
    };
    format!("{}: {why}", unread.object)
}

fn nics(normal: &Value) -> usize {
    let spec = &normal["spec"]["template"]["spec"];
    let interfaces = &spec["domain"]["devices"]["interfaces"];
    interfaces.as_array().map_or(0, Vec::len)
}

fn secrets_state(header: &Header) -> Option<String> {
    let mut states = header
        .requirements
        .secrets
        .iter()
        .map(|secret| &secret.state);
    let first = states.next()?;
    Some(match states.all(|state| state == first) {
        true => first.clone(),
        false => "partly".to_owned(),
    })
}

fn nothing(place: store::Place, item: Exported) -> Ready {
    Ready {
        item,
        place,
        parcel: None,
    }
}

/// A VM that is left out.
pub(crate) fn skipped(vm: &VmName, why: &str) -> Exported {
    Exported {
        reason: Some(why.to_owned()),
        ..empty(vm, Outcome::Skipped)
    }
}

/// A VM that could not be exported.
pub(crate) fn failed(vm: &VmName, why: String) -> Exported {
    Exported {
        reason: Some(why),
        ..empty(vm, Outcome::Failed)
    }
}

fn empty(vm: &VmName, result: Outcome) -> Exported {
    Exported {
        vm: vm.clone(),
        result,
        reason: None,
        disks: 0,
        nics: 0,
        secrets: 0,
        secrets_state: None,
        revision: None,
        digest: None,
        path: None,
        changes: Vec::new(),
        unread: Vec::new(),
        notes: Vec::new(),
    }
}
