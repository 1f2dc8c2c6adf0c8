//! Read, judge, plan: what `preflight` and `plan` share. Nothing is written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use hv_change::{
    Action, Asked, Limits, LiveTarget, ObjectRef, Plan, Step, Stop, Target as _, TargetCluster,
    Verdict, oracle,
};
use hv_cli::{ConnectionArgs, Failure, ScopeArgs, Ui, door};
use hv_cluster::Source;
use hv_cluster::live::LiveCluster;
use hv_vm::Kind;
use hv_vm::header::VmName;
use hv_vm::mapping::{Rendered, render};
use hv_vm::store::Bundle;
use hv_vm::stored::Stored;
use serde_json::Value;

use crate::about::{self, AboutPatch};
use crate::args::ImportArgs;
use crate::bases;
use crate::bundles::Bundles;
use crate::domain::Vault;
use crate::inventory::{Inventory, Wanted};
use crate::preflight::{self, Catalog, Sheet, admission, rights};
use crate::report::{PreflightItem, PreflightReport};
use crate::resolve::{self, Candidate};
use crate::run::{MADE_BY, MANAGER};
use crate::salt::salt;
use crate::steps::{self, Part};
use crate::wishes::Wishes;

/// What came of it.
pub(crate) struct Prepared {
    /// Everything that was found.
    pub(crate) report: PreflightReport,
    /// The plan; none if something blocks.
    pub(crate) plan: Option<Plan>,
    /// VMs that are left out since their names are taken.
    pub(crate) skipped: Vec<VmName>,
}

/// Reads the bundles and the target, judges, and makes a plan if nothing blocks.
pub(crate) async fn prepare(
    args: &ImportArgs,
    scope: &ScopeArgs,
    connection: &ConnectionArgs,
    ui: &Ui,
) -> Result<Prepared, Failure> {
    let namespace = args.namespace(scope)?;
    let bundles = args.bundles.read()?;
    let wishes = Wishes::read(args, namespace, &bundles)?;
    wishes.tell_unused(&bundles, ui);
    if bundles.templates > 0 {
        let templates = hv_cli::plural::count(bundles.templates, "template");
        ui.note(&format!(
            "{templates} left out: templates of VMs are not imported"
        ));
    }
    let Source::Live(cluster) = door::open(crate::VISITOR, None, scope, connection, ui).await?
    else {
        return Err(Failure::failed("a support bundle cannot be changed"));
    };
    let wanted = Wanted::of(&bundles.vms, &wishes.map, &wishes.options);
    let inventory = Box::pin(Inventory::read(&cluster, &wanted)).await;
    let inventory = inventory.map_err(|error| door::failure(&error))?;
    let catalog = Catalog::builtin().map_err(|error| Failure::failed(error.to_string()))?;
    let (map, options) = (&wishes.map, &wishes.options);
    let candidates = resolve::resolve(&bundles.vms, map, options, &inventory, &catalog);
    let desk = Desk {
        cluster: &cluster,
        catalog: &catalog,
        inventory: &inventory,
        bundles: &bundles,
        context: connection.context.clone(),
        identity: args.identity.as_deref(),
    };
    Box::pin(desk.judge(&candidates, &wishes)).await
}

/// Everything that judging needs.
struct Desk<'a> {
    cluster: &'a LiveCluster,
    catalog: &'a Catalog,
    inventory: &'a Inventory,
    bundles: &'a Bundles,
    context: Option<String>,
    identity: Option<&'a Path>,
}

/// A bundle whose objects can be made.
struct Ready<'a> {
    candidate: &'a Candidate,
    stored: &'a Stored,
    rendered: Rendered,
}

impl<'a> Desk<'a> {
    async fn judge(
        &self,
        candidates: &'a [Candidate],
        wishes: &Wishes,
    ) -> Result<Prepared, Failure> {
        let mut items: Vec<PreflightItem> = Vec::new();
        let mut ready = self.rendered(candidates, &mut items);
        let patched = wishes.patch(ready.iter_mut().map(|one| &mut one.rendered))?;
        for one in &ready {
            let vm = vm_of(&one.rendered).unwrap_or(&Value::Null);
            let (header, target) = (&one.stored.header, &one.candidate.target);
            let found = preflight::machine(self.catalog, header, target, vm, self.inventory);
            items.extend(found);
        }
        let plan = self.plan(&ready, patched, &mut items).await?;
        self.ask(&plan, &ready, &mut items).await?;
        let report = PreflightReport::new(candidates.len(), items);
        let skipped = candidates.iter().filter(|one| one.skipped);
        Ok(Prepared {
            plan: (!report.is_blocked()).then_some(plan),
            skipped: skipped.map(|one| one.source.clone()).collect(),
            report,
        })
    }

    fn rendered(
        &self,
        candidates: &'a [Candidate],
        items: &mut Vec<PreflightItem>,
    ) -> Vec<Ready<'a>> {
        let mut ready = Vec::new();
        for candidate in candidates {
            items.extend(candidate.items.iter().cloned());
            let (Some(assignment), Some(stored)) =
                (&candidate.assignment, self.stored(&candidate.source))
            else {
                continue;
            };
            match render(stored, assignment) {
                Ok(rendered) => ready.push(Ready {
                    candidate,
                    stored,
                    rendered,
                }),
                Err(error) => {
                    let mut sheet = Sheet::new(self.catalog, &candidate.source);
                    sheet.say("object-unmade", &[("why", &error.to_string())]);
                    items.extend(sheet.into_items());
                }
            }
        }
        ready
    }

    fn stored(&self, vm: &VmName) -> Option<&'a Stored> {
        let mut bundles = self.bundles.vms.iter();
        let found: &Bundle = bundles.find(|bundle| bundle.place.name() == vm)?;
        found.stored.as_ref().ok()
    }

    async fn plan(
        &self,
        ready: &[Ready<'_>],
        patched: Vec<AboutPatch>,
        items: &mut Vec<PreflightItem>,
    ) -> Result<Plan, Failure> {
        let mut namespaces: Vec<String> = ready
            .iter()
            .filter(|one| one.candidate.new_namespace)
            .map(|one| one.candidate.target.namespace.clone())
            .collect();
        namespaces.sort();
        namespaces.dedup();
        let parts: Vec<Part<'_>> = ready
            .iter()
            .map(|one| Part {
                source: &one.candidate.source,
                target: &one.candidate.target,
                rendered: &one.rendered,
            })
            .collect();
        let (steps, clashes) = steps::steps(&self.bundles.root, &namespaces, &parts);
        for clash in clashes {
            let mut sheet = Sheet::new(self.catalog, &clash.vm);
            sheet.say("object-differs", &[("object", &clash.object.to_string())]);
            items.extend(sheet.into_items());
        }
        let id = LiveTarget::new(self.cluster, MANAGER).cluster_id().await;
        let cluster = TargetCluster {
            id: id.map_err(|why| unknown_cluster(&why))?,
            context: self.context.clone(),
        };
        let assignments = ready
            .iter()
            .filter_map(|one| one.candidate.assignment.as_ref());
        let builds_on = bases::bases(self.cluster, assignments).await?;
        let vms = ready
            .iter()
            .map(|one| (&one.stored.header, &one.candidate.target, &one.rendered));
        let about = about::about(vms, patched);
        Ok(Plan::new(MADE_BY, cluster, builds_on, steps, about, salt()))
    }

    /// Asks for rights, and the admission about every step.
    async fn ask(
        &self,
        plan: &Plan,
        ready: &[Ready<'_>],
        items: &mut Vec<PreflightItem>,
    ) -> Result<(), Failure> {
        let index = Index::of(plan);
        let errands: Vec<rights::Errand> = ready.iter().map(|one| index.errand(one)).collect();
        let answers = rights::ask(self.cluster, rights::questions(&errands)).await;
        let answers = answers.map_err(|error| door::failure(&error))?;
        items.extend(rights::judge(self.catalog, &errands, &answers));
        let vault = Vault::open_some(plan, self.identity)?;
        let target = LiveTarget::new(self.cluster, MANAGER);
        let (limits, stop) = (Limits::default(), Stop::never());
        let asked = oracle::ask(plan, &target, &vault, &limits, &stop).await;
        for one in ready {
            let replies = index.replies(one, &asked);
            items.extend(admission::judge(
                self.catalog,
                &one.candidate.source,
                &replies,
            ));
        }
        Ok(())
    }
}

fn unknown_cluster(why: &str) -> Failure {
    Failure::no_verdict(format!("the cluster cannot be told from others: {why}")).hint(
        "a plan is for one cluster, known by the uid of its namespace kube-system, which has to be readable",
    )
}

fn vm_of(rendered: &Rendered) -> Option<&Value> {
    let mut objects = rendered.objects.iter();
    let vm = objects.find(|one| one.key.kind == Kind::VirtualMachine)?;
    Some(&vm.object)
}

/// Where the steps of each VM are: its own, and those that they wait for.
struct Index<'a> {
    plan: &'a Plan,
    by_group: BTreeMap<&'a str, Vec<usize>>,
    by_id: BTreeMap<&'a str, usize>,
}

impl<'a> Index<'a> {
    fn of(plan: &'a Plan) -> Self {
        let mut by_group: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut by_id = BTreeMap::new();
        for (place, step) in plan.steps.iter().enumerate() {
            by_group.entry(&step.group).or_default().push(place);
            by_id.insert(step.id.as_str(), place);
        }
        Self {
            plan,
            by_group,
            by_id,
        }
    }

    fn steps(&self, ready: &Ready<'_>) -> impl Iterator<Item = (usize, &'a Step)> {
        let group = steps::text_of(&ready.candidate.target);
        let own = self
            .by_group
            .get(group.as_str())
            .cloned()
            .unwrap_or_default();
        let mut places: BTreeSet<usize> = own.iter().copied().collect();
        for place in own {
            let after = self.plan.steps[place].after.iter();
            places.extend(after.filter_map(|id| self.by_id.get(id.as_str())));
        }
        let plan = self.plan;
        places.into_iter().map(|place| (place, &plan.steps[place]))
    }

    /// What is done for a VM, with what it shares with others.
    fn errand(&self, ready: &Ready<'_>) -> rights::Errand {
        let mut errand = rights::Errand {
            vm: ready.candidate.source.clone(),
            creates: Vec::new(),
            owns: Vec::new(),
        };
        for (_, step) in self.steps(ready) {
            match step.action {
                Action::Create(_) => errand.creates.push(step.object.clone()),
                Action::Own { .. } => errand.owns.push(step.object.clone()),
            }
        }
        errand
    }

    /// What a dry run said of the objects of a VM.
    fn replies(&self, ready: &Ready<'_>, asked: &[Asked]) -> Vec<(ObjectRef, admission::Reply)> {
        let created = self
            .steps(ready)
            .filter(|(_, step)| matches!(step.action, Action::Create(_)));
        created
            .map(|(place, step)| (step.object.clone(), reply(&asked[place].verdict)))
            .collect()
    }
}

fn reply(verdict: &Verdict) -> admission::Reply {
    match verdict {
        Verdict::Accepted(_) => admission::Reply::Accepted,
        Verdict::Later(_) => admission::Reply::Later,
        Verdict::Unavailable(why) => admission::Reply::Unavailable(why.clone()),
        Verdict::Refused(refusal) => admission::Reply::Refused {
            code: refusal.code,
            reason: refusal.reason.clone(),
            message: refusal.sentence(),
        },
    }
}
