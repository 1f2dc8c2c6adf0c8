//! One VM: from what was read to the files of its bundle.

use hv_cli::Failure;
use hv_vm::change::{self, Change};
use hv_vm::export::{self, Inline, Request, Secrets};
use hv_vm::header::{Header, SecretNeed, Unread, VmName};
use hv_vm::normal::normal_form;
use hv_vm::policy::Policy;
use hv_vm::secrets::Recipients;
use hv_vm::store::{self, StoreError};
use hv_vm::stored::{FileBody, Stored};
use hv_vm::{Key, Objects};
use serde_json::{Value, json};

use super::args::{InlineMode, SecretsArgs, SecretsMode};
use super::skip::{self, Left};
use crate::place::{Before, Parcel};
use crate::read::{Around, Gathered, name_of};
use crate::receipt::Receipt;
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
    /// What is written down about a VM that is left out.
    pub(crate) left_out: Option<Receipt>,
    /// Whether its receipt was enough.
    pub(crate) same: bool,
}

impl Ready {
    /// A VM whose bundle needs not even be looked into.
    pub(crate) fn same(place: store::Place, item: Exported) -> Self {
        Self {
            same: true,
            ..nothing(place, item)
        }
    }
}

impl Exporter {
    /// Checks the recipients before anything is read.
    pub(crate) fn new(args: &SecretsArgs, include: &[Left], strict: bool) -> Result<Self, Failure> {
        let policy = Policy::builtin().map_err(|error| Failure::failed(error.to_string()))?;
        let policy = policy.without_fates();
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
        name: &VmName,
        gathered: &Gathered,
        before: Result<Option<Before>, StoreError>,
    ) -> Ready {
        let place = store::Place::vm(name);
        let Some(mut around) = gathered.around(name) else {
            return nothing(place, failed(name, "it was not read".to_owned()));
        };
        if let Some(why) = skip::reason(&around.vm, &around.objects, &self.include) {
            let item = skipped(name, &why);
            return Ready {
                left_out: gathered.receipt(name, &around, item.clone()),
                ..nothing(place, item)
            };
        }
        let before = match before {
            Ok(before) => before,
            Err(error) => return nothing(place, failed(name, error.to_string())),
        };
        let stored = before.as_ref().map(|before| &before.stored);
        let exported = match self.bundle(&mut around, gathered, stored) {
            Ok(exported) => exported,
            Err(error) => return nothing(place, failed(name, error.to_string())),
        };
        let header = &exported.header;
        if self.strict
            && let Some(unread) = header.unread.first()
        {
            return nothing(place, failed(name, why_unread(unread)));
        }
        if let Some(stored) = stored {
            if let Some(why) = self.loses_secrets(&stored.header, header) {
                return nothing(place, failed(name, why));
            }
            if reads_less(&stored.header, header) {
                let why = "this account reads less than that of the last export, which stays";
                let item = Exported {
                    reason: Some(why.to_owned()),
                    ..reported(name, &place, &exported, Some(stored))
                };
                return nothing(place, item);
            }
        }
        let receipt = |item: &Exported| {
            let repeats = !encrypts_anew(header);
            let receipt = || gathered.receipt(name, &around, item.clone());
            repeats.then(receipt).flatten()
        };
        let item = reported(name, &place, &exported, stored);
        let receipt = before.is_some().then(|| receipt(&item)).flatten();
        Ready {
            item,
            place: place.clone(),
            parcel: Some(Parcel {
                place,
                before,
                files: exported.files,
                receipt,
            }),
            left_out: None,
            same: false,
        }
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
        (gathered, objects): (&Gathered, &Objects),
        before: Result<Option<Before>, StoreError>,
    ) -> Ready {
        let name = name_of(template);
        let place = store::Place::template(&name);
        let before = match before {
            Ok(before) => before,
            Err(error) => return nothing(place, failed(&name, error.to_string())),
        };
        let stored = before.as_ref().map(|before| &before.stored);
        let request = self.request((template, None, objects), gathered, stored);
        match export::export_template(&self.policy, request, versions) {
            Ok(exported) => Ready {
                item: reported(&name, &place, &exported, stored),
                place: place.clone(),
                parcel: Some(Parcel {
                    place,
                    before,
                    files: exported.files,
                    receipt: None,
                }),
                left_out: None,
                same: false,
            },
            Err(error) => nothing(place, failed(&name, error.to_string())),
        }
    }

    /// The bundle itself.
    pub(crate) fn bundle(
        &self,
        around: &mut Around,
        gathered: &Gathered,
        before: Option<&Stored>,
    ) -> Result<export::Exported, export::ExportError> {
        loop {
            let own = (&*around.vm, around.state_claim.clone(), &around.objects);
            let exported = export::export(&self.policy, self.request(own, gathered, before))?;
            // What it looked for besides what the VM reaches counts as if it had been there.
            if !gathered.complete(around) {
                return Ok(exported);
            }
        }
    }

    fn request<'a>(
        &'a self,
        (object, state_claim, objects): (&'a Value, Option<Key>, &'a Objects),
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
            objects,
            state_claim,
            origin: &gathered.origin,
            reconstructed: gathered.reconstructed(&name_of(object)),
            secrets,
            inline: self.inline,
            before,
        }
    }
}

/// Whether a secret in the bundle is encrypted again each time, since nothing tells its versions.
fn encrypts_anew(header: &Header) -> bool {
    let mut secrets = header.requirements.secrets.iter();
    secrets.any(|secret| secret.state == "encrypted" && secret.made_of.is_none())
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
    // The header has a digest of each file.
    let header = exported.files.get("bundle.json").and_then(FileBody::bytes);
    if header == before.files.get("bundle.json").map(Vec::as_slice) {
        return Vec::new();
    }
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
        left_out: None,
        same: false,
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
