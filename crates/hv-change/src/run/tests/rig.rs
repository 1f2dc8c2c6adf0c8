//! A plan, a cluster with controllers, and a journal, all of which can be cut off at any point.

use std::io;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::domain::PlainDomain;
use crate::journal::{Begin, Event, FORMAT, Journal, Medium, Past, Record};
use crate::plan::{Action, Body, ObjectRef, Plan, Step, TargetCluster, Wait};
use crate::run::{Limits, Outcome, Run, RunError, Stop, apply, resume, undo};
use crate::target::{MemoryTarget, Power, Store};

/// Where the process dies while it writes its journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    Never,
    /// After so many records are on disk.
    After(usize),
    /// In the middle of this record, counted from 0.
    Within(usize),
    /// The disk is full from this record on.
    Full(usize),
}

/// A journal in memory.
#[derive(Clone)]
pub(super) struct Disk {
    pub(super) bytes: Arc<Mutex<Vec<u8>>>,
    written: usize,
    cut: Cut,
    power: Power,
}

impl Medium for Disk {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.power.is_cut() {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let mut disk = self.bytes.lock().unwrap();
        match self.cut {
            Cut::Within(at) if at == self.written => {
                disk.extend_from_slice(&bytes[..bytes.len() / 2]);
                self.power.cut();
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            Cut::Full(at) if self.written >= at => {
                disk.extend_from_slice(&bytes[..bytes.len() / 3]);
                return Err(io::ErrorKind::StorageFull.into());
            }
            _ => {}
        }
        disk.extend_from_slice(bytes);
        self.written += 1;
        if self.cut == Cut::After(self.written) {
            self.power.cut();
        }
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        Ok(())
    }

    fn is_slow(&self) -> bool {
        false
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Apply,
    Resume,
    Undo,
}

/// What survives a process: the cluster and the disk.
#[derive(Clone)]
pub(super) struct Rig {
    pub(super) plan: Plan,
    pub(super) store: Store,
    pub(super) bytes: Vec<u8>,
    pub(super) in_flight: usize,
    pub(super) stop: Stop,
}

/// What came of one process.
pub(super) struct Ran {
    /// None if it died.
    pub(super) outcome: Option<Result<Outcome, RunError>>,
    pub(super) requests: Vec<String>,
    /// Records that it wrote.
    pub(super) records: usize,
}

impl Rig {
    pub(super) fn new(plan: Plan) -> Self {
        let begin = Record {
            seq: 1,
            time: "2026-01-01T00:00:00Z".to_owned(),
            event: Event::Begin(Begin {
                format: FORMAT,
                plan: plan.id.clone(),
                made_by: plan.made_by.clone(),
                cluster: plan.cluster.id.clone(),
                steps: plan.steps.len(),
            }),
        };
        let mut bytes = serde_json::to_vec(&begin).unwrap();
        bytes.push(b'\n');
        Self {
            plan,
            store: Store::new(),
            bytes,
            in_flight: 1,
            stop: Stop::never(),
        }
    }

    /// Runs a process until it ends or dies; `prepare` says what goes wrong.
    pub(super) async fn run(
        &mut self,
        verb: Verb,
        cut: Cut,
        prepare: impl FnOnce(&MemoryTarget),
    ) -> Ran {
        let power = Power::default();
        let target = MemoryTarget::new(self.store.clone()).on_power(power.clone());
        controllers(&target);
        prepare(&target);
        let past = Past::read(&self.bytes).unwrap();
        self.bytes.truncate(usize::try_from(past.length).unwrap());
        let before = past.seq;
        let disk = Disk {
            bytes: Arc::new(Mutex::new(self.bytes.clone())),
            written: 0,
            cut,
            power: power.clone(),
        };
        let outcome = {
            let journal = Journal::on(Box::new(disk.clone()), past).unwrap();
            let run = Run {
                plan: &self.plan,
                journal: &journal,
                target: &target,
                domain: &PlainDomain,
                limits: Limits {
                    in_flight: self.in_flight,
                    ..Limits::default()
                },
                stop: self.stop.clone(),
                progress: &|_| {},
            };
            let work = async {
                match verb {
                    Verb::Apply => apply(&run, None).await,
                    Verb::Resume => resume(&run).await,
                    Verb::Undo => undo(&run).await,
                }
            };
            tokio::select! {
                biased;
                () = power.lost() => None,
                outcome = work => Some(outcome).filter(|_| !power.is_cut()),
            }
        };
        self.store = target.with(|store| store.clone());
        self.bytes.clone_from(&disk.bytes.lock().unwrap());
        let now = Past::read(&self.bytes).unwrap().seq;
        Ran {
            outcome,
            requests: target.requests().0,
            records: usize::try_from(now - before).unwrap(),
        }
    }

    /// Runs without anything going wrong.
    pub(super) async fn calm(&mut self, verb: Verb) -> Outcome {
        let ran = self.run(verb, Cut::Never, |_| {}).await;
        ran.outcome.unwrap().unwrap()
    }
}

/// Binds claims, activates namespaces, and notes things in VMs as real controllers do.
fn controllers(target: &MemoryTarget) {
    target.controller(|store| {
        let objects: Vec<(ObjectRef, Value)> = store
            .objects()
            .map(|(object, value)| (object.clone(), value.clone()))
            .collect();
        for (object, value) in objects {
            let going = !value["metadata"]["deletionTimestamp"].is_null();
            let finalizers = value["metadata"]["finalizers"].is_null();
            match object.kind.as_str() {
                "PersistentVolumeClaim" if value["status"].is_null() => {
                    store.edit(&object, |claim| {
                        claim["status"] = json!({"phase": "Bound"});
                        claim["spec"]["volumeName"] = format!("pv-{}", object.name).into();
                        claim["metadata"]["annotations"]["pv.kubernetes.io/bind-completed"] =
                            "yes".into();
                    });
                }
                "Namespace" if value["status"].is_null() => {
                    store.edit(&object, |namespace| {
                        namespace["status"] = json!({"phase": "Active"});
                    });
                }
                "VirtualMachine" if value["status"].is_null() && !going => {
                    store.edit(&object, |vm| {
                        vm["status"] = json!({"printableStatus": "Stopped"});
                        vm["metadata"]["finalizers"] =
                            json!(["kubevirt.io/virtualMachineControllerFinalize"]);
                    });
                }
                "VirtualMachine" if going && !finalizers => {
                    store.edit(&object, |vm| {
                        vm["metadata"].as_object_mut().unwrap().remove("finalizers");
                    });
                }
                _ => {}
            }
        }
    });
}

pub(super) fn object(api_version: &str, kind: &str, namespace: &str, name: &str) -> ObjectRef {
    ObjectRef {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    }
}

pub(super) fn claim(name: &str) -> ObjectRef {
    object("v1", "PersistentVolumeClaim", "dr", name)
}

pub(super) fn secret(name: &str) -> ObjectRef {
    object("v1", "Secret", "dr", name)
}

pub(super) fn vm(name: &str) -> ObjectRef {
    object("kubevirt.io/v1", "VirtualMachine", "dr", name)
}

pub(super) fn namespace() -> ObjectRef {
    object("v1", "Namespace", "", "dr")
}

pub(super) fn body(object: &ObjectRef, more: &Value) -> Value {
    let mut body = json!({
        "apiVersion": object.api_version,
        "kind": object.kind,
        "metadata": {"name": object.name},
    });
    if !object.namespace.is_empty() {
        body["metadata"]["namespace"] = object.namespace.clone().into();
    }
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    body
}

pub(super) fn creation(
    group: &str,
    object: ObjectRef,
    more: &Value,
    after: &[&str],
    wait: Option<Wait>,
) -> Step {
    Step {
        id: format!("create {object}"),
        group: group.to_owned(),
        after: after.iter().map(|id| (*id).to_owned()).collect(),
        action: Action::Create(Body::Object(body(&object, more))),
        object,
        wait,
    }
}

pub(super) fn owning(group: &str, object: ObjectRef, owner: ObjectRef) -> Step {
    Step {
        id: format!("own {object}"),
        group: group.to_owned(),
        after: Vec::new(),
        action: Action::Own { owner },
        object,
        wait: None,
    }
}

/// A namespace, a network, a key pair, and VMs with two claims and a secret each.
pub(super) fn steps(vms: usize) -> Vec<Step> {
    let nad = object(
        "k8s.cni.cncf.io/v1",
        "NetworkAttachmentDefinition",
        "dr",
        "vlan7",
    );
    let key = object("harvesterhci.io/v1beta1", "KeyPair", "dr", "ops");
    let nad_id = format!("create {nad}");
    let key_id = format!("create {key}");
    let mut steps = vec![
        creation("dr", namespace(), &json!({}), &[], Some(Wait::Active)),
        creation("dr", nad, &json!({"spec": {"config": "{}"}}), &[], None),
        creation("dr", key, &json!({"spec": {"publicKey": "k"}}), &[], None),
    ];
    for number in 0..vms {
        let name = format!("vm{number}");
        let root = format!("{name}-root");
        let data = format!("{name}-data");
        let size = json!({"spec": {"resources": {"requests": {"storage": "1Gi"}}}});
        let volume = |claim: &str| json!({"persistentVolumeClaim": {"claimName": claim}});
        let spec = json!({"spec": {"runStrategy": "Halted", "template": {"spec": {
            "volumes": [volume(&root), volume(&data)]}}}});
        let needs = [
            format!("create {}", claim(&root)),
            format!("create {}", claim(&data)),
            format!("create {}", secret(&name)),
            nad_id.clone(),
            key_id.clone(),
        ];
        let needs: Vec<&str> = needs.iter().map(String::as_str).collect();
        steps.extend([
            creation(&name, claim(&root), &size, &[], Some(Wait::Bound)),
            creation(&name, claim(&data), &size, &[], None),
            creation(
                &name,
                secret(&name),
                &json!({"data": {"userdata": "eA=="}}),
                &[],
                None,
            ),
            creation(&name, vm(&name), &spec, &needs, None),
            owning(&name, secret(&name), vm(&name)),
        ]);
    }
    steps
}

pub(super) fn plan_of(steps: Vec<Step>) -> Plan {
    let cluster = TargetCluster {
        id: "cluster".to_owned(),
        context: Some("dr".to_owned()),
    };
    let plan = Plan::new(
        "hv-import",
        cluster,
        Vec::new(),
        steps,
        Value::Null,
        "1".to_owned(),
    );
    plan.check().unwrap();
    plan
}

pub(super) fn plan(vms: usize) -> Plan {
    plan_of(steps(vms))
}
