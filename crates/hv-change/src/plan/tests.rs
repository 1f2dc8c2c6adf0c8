//! Plans that are refused, and why.

use serde_json::{Value, json};

use super::*;

fn object(kind: &str, name: &str) -> ObjectRef {
    let api_version = match kind {
        "VirtualMachine" => "kubevirt.io/v1",
        _ => "v1",
    };
    ObjectRef {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: if kind == "Namespace" {
            String::new()
        } else {
            "dr".to_owned()
        },
        name: name.to_owned(),
    }
}

fn create(kind: &str, name: &str, after: &[&str]) -> Step {
    let object = object(kind, name);
    let mut body = json!({"apiVersion": object.api_version, "kind": kind,
        "metadata": {"name": name}});
    if !object.namespace.is_empty() {
        body["metadata"]["namespace"] = "dr".into();
    }
    Step {
        id: format!("create {object}"),
        group: "g".to_owned(),
        object,
        after: after.iter().map(|id| (*id).to_owned()).collect(),
        action: Action::Create(Body::Object(body)),
        wait: None,
    }
}

fn plan(steps: Vec<Step>) -> Plan {
    let cluster = TargetCluster {
        id: "c".to_owned(),
        context: None,
    };
    Plan::new(
        "hv-import",
        cluster,
        Vec::new(),
        steps,
        json!({"vms": 1}),
        "salt".to_owned(),
    )
}

fn fault(steps: Vec<Step>) -> String {
    plan(steps)
        .check()
        .map_or_else(|error| error.to_string(), |()| "nothing".to_owned())
}

#[test]
fn a_plan_is_read_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    let written = plan(vec![
        create("Secret", "a", &[]),
        create("Secret", "b", &["create Secret dr/a"]),
    ]);
    written.write(&path).unwrap();
    assert_eq!(Plan::read(&path).unwrap(), written);
    assert_eq!(written.id.len(), 8);
    let missing = Plan::read(&folder.path().join("none")).unwrap_err();
    assert!(matches!(missing, PlanError::Unreadable { .. }));
}

#[test]
fn every_change_by_hand_is_noticed() {
    let whole = serde_json::to_value(plan(vec![create("Secret", "a", &[])])).unwrap();
    let changes: [(&str, Value); 7] = [
        ("/id", json!("00000000")),
        ("/salt", json!("other")),
        ("/madeBy", json!("hv-other")),
        ("/cluster/id", json!("other")),
        ("/about/vms", json!(2)),
        ("/steps/0/group", json!("other")),
        ("/steps/0/action/create/object/data", json!({"a": "b"})),
    ];
    for (pointer, value) in changes {
        let mut changed = whole.clone();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap()[field] = value;
        let error = Plan::parse(changed.to_string().as_bytes()).unwrap_err();
        assert!(matches!(error, PlanError::Changed(_)), "{pointer}: {error}");
    }
}

#[test]
fn what_is_no_plan_is_told_apart() {
    let whole = serde_json::to_value(plan(vec![create("Secret", "a", &[])])).unwrap();
    let with = |field: &str, value: Value| {
        let mut changed = whole.clone();
        changed[field] = value;
        Plan::parse(changed.to_string().as_bytes()).unwrap_err()
    };
    assert_eq!(with("format", json!(2)), PlanError::Newer(2));
    assert_eq!(
        with("kind", json!("List")),
        PlanError::NoPlan("List".to_owned())
    );
    assert!(matches!(with("more", json!(1)), PlanError::Broken(_)));
    assert!(matches!(
        with("apiVersion", json!("v2")),
        PlanError::Broken(_)
    ));
    let text = whole.to_string();
    for cut in [0, 1, text.len() / 2, text.len() - 1] {
        assert!(Plan::parse(&text.as_bytes()[..cut]).is_err(), "{cut}");
    }
}

#[test]
fn a_plan_made_twice_is_two_plans() {
    let one = plan(vec![create("Secret", "a", &[])]);
    let two = Plan::new(
        &one.made_by,
        one.cluster.clone(),
        Vec::new(),
        one.steps.clone(),
        one.about.clone(),
        "2".into(),
    );
    assert_ne!(one.id, two.id);
}

#[test]
fn steps_that_do_not_fit_are_named() {
    let a = "create Secret dr/a";
    let own = |owner: &str| Step {
        id: "own".to_owned(),
        action: Action::Own {
            owner: object("VirtualMachine", owner),
        },
        ..create("Secret", "a", &[])
    };
    let vm = || create("VirtualMachine", "v", &[]);
    let bad = |change: fn(&mut Step)| {
        let mut step = create("Secret", "a", &[]);
        change(&mut step);
        vec![step]
    };
    let body = |change: fn(&mut Value)| {
        let mut step = create("Secret", "a", &[]);
        if let Action::Create(Body::Object(body)) = &mut step.action {
            change(body);
        }
        vec![step]
    };
    let cases: Vec<(Vec<Step>, &str)> = vec![
        (
            vec![
                create("Secret", "a", &[]),
                create("Secret", "b", &[a]),
                vm(),
                own("v"),
            ],
            "nothing",
        ),
        (
            vec![create("Secret", "a", &[]), create("Secret", "a", &[])],
            "twice",
        ),
        (vec![create("Secret", "a", &["x"])], "not in the plan"),
        (vec![create("Secret", "a", &[a])], "waits for"),
        (
            vec![
                create("Secret", "b", &[a]),
                create("Secret", "a", &["create Secret dr/b"]),
            ],
            "which waits for it",
        ),
        (
            vec![create("Secret", "b", &[a]), create("Secret", "a", &[])],
            "stands before",
        ),
        (
            vec![create("Secret", "a", &[]), own("v")],
            "no step before makes",
        ),
        (vec![vm(), own("v")], "no step before makes"),
        (
            bad(|step| step.object.kind = "Gadget".to_owned()),
            "not known",
        ),
        (
            bad(|step| step.object.namespace = String::new()),
            "namespace",
        ),
        (bad(|step| step.object.name = "a/b".to_owned()), "no name"),
        (bad(|step| step.group = String::new()), "no group"),
        (bad(|step| step.wait = Some(Wait::Bound)), "waits for what"),
        (
            body(|body| body["metadata"]["name"] = "b".into()),
            "is not Secret dr/a",
        ),
        (
            body(|body| body["metadata"]["uid"] = "u".into()),
            "metadata.uid",
        ),
        (
            body(|body| body["metadata"]["generateName"] = "u".into()),
            "generateName",
        ),
        (body(|body| *body = json!("text")), "is not Secret dr/a"),
    ];
    for (steps, expected) in cases {
        let fault = fault(steps);
        assert!(
            fault.contains(expected),
            "{fault:?} instead of {expected:?}"
        );
    }
}

/// The test bed has the same check, but it is built on much more than this crate.
fn schema<T: schemars::JsonSchema>(name: &str) {
    let path = format!("{}/../../schemas/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = serde_json::to_string_pretty(&schemars::schema_for!(T)).unwrap() + "\n";
    if std::env::var_os("HV_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, text,
        "{name} is stale; HV_BLESS=1 cargo test writes it"
    );
}

#[test]
fn the_committed_schemas_are_those_of_the_files() {
    schema::<Plan>("plan.schema.json");
    schema::<crate::journal::Record>("journal-record.schema.json");
}
