use serde_json::{Value, json};

use super::changes;

fn shown(before: &Value, after: &Value) -> Vec<String> {
    let changes = changes(before, after);
    changes.iter().map(ToString::to_string).collect()
}

fn domain(domain: &Value) -> Value {
    json!({"spec": {"template": {"spec": {"domain": domain}}}})
}

#[test]
fn more_memory_is_one_short_line() {
    let memory = |size| domain(&json!({"resources": {"limits": {"memory": size, "cpu": "2"}}}));
    assert_eq!(
        shown(&memory("8Gi"), &memory("16Gi")),
        ["spec.template…resources.limits.memory: 8Gi -> 16Gi"]
    );
    assert!(shown(&memory("8Gi"), &memory("8Gi")).is_empty());
}

#[test]
fn entries_with_names_are_compared_by_name_and_their_order_counts() {
    let disks = |list: Value| domain(&json!({"devices": {"disks": list}}));
    let before = disks(json!([{"name": "root", "bootOrder": 1}, {"name": "data"}, {"name": "cd"}]));
    let after = disks(json!([{"name": "data"}, {"name": "root", "bootOrder": 2}, {"name": "new"}]));
    assert_eq!(
        shown(&before, &after),
        [
            "spec.template…disks[root].bootOrder: 1 -> 2",
            r#"spec.template…disks[cd]: removed {"name":"cd"}"#,
            r#"spec.template…disks[new]: added {"name":"new"}"#,
            "spec.template…disks (order): root, data -> data, root",
        ]
    );
}

#[test]
fn lists_without_names_are_compared_whole_or_by_place() {
    let before = json!({"args": ["a", "b"], "rules": [{"x": 1}, {"x": 2}]});
    let after = json!({"args": ["b"], "rules": [{"x": 1}, {"x": 3}]});
    assert_eq!(
        shown(&before, &after),
        [r#"args: ["a","b"] -> ["b"]"#, "rules[1].x: 2 -> 3"]
    );
    let twice = json!({"disks": [{"name": "a"}, {"name": "a"}]});
    assert_eq!(shown(&twice, &json!({"disks": [{"name": "a"}]})).len(), 1);
}

#[test]
fn keys_with_dots_stand_in_brackets() {
    let before = json!({"metadata": {"annotations": {"a.io/b": "1"}}});
    let after = json!({"metadata": {"annotations": {}}});
    assert_eq!(
        shown(&before, &after),
        ["metadata.annotations[a.io/b]: removed 1"]
    );
}

#[test]
fn cloud_init_text_is_never_shown_however_it_comes() {
    let volume = |data: Value| {
        json!({"spec": {"template": {"spec": {"volumes": [
            {"name": "init", "cloudInitNoCloud": {"userData": data, "networkDataBase64": "hunter2"}}
        ]}}}})
    };
    let none = json!({"spec": {"template": {"spec": {"volumes": []}}}});
    let pairs = [
        (volume(json!("hunter2")), volume(json!("hunter2 again"))),
        (
            volume(json!({"a": "hunter2"})),
            volume(json!({"a": "hunter2 again"})),
        ),
        (none.clone(), volume(json!("hunter2"))),
        (volume(json!("hunter2")), none),
    ];
    for (before, after) in pairs {
        let shown = shown(&before, &after);
        assert_eq!(shown.len(), 1, "{shown:?}");
        assert!(!shown[0].contains("hunter2"), "{shown:?}");
        assert!(shown[0].contains("(hidden)"), "{shown:?}");
    }
    let whole = shown(&volume(json!("hunter2")), &json!(null));
    assert!(!whole[0].contains("hunter2"), "{whole:?}");
}

#[test]
fn values_are_short_and_do_not_move_the_cursor() {
    let long = "x".repeat(500);
    let lines = shown(&json!({"a": "\u{1b}[2J\nb"}), &json!({"a": long}));
    assert!(!lines[0].contains(['\u{1b}', '\n']), "{lines:?}");
    assert!(lines[0].chars().count() < 120, "{lines:?}");
    assert!(lines[0].ends_with('…'));
}

#[test]
fn whatever_differs_is_told_and_nothing_else() {
    let values = [
        json!(null),
        json!(1),
        json!("1"),
        json!([]),
        json!({}),
        json!({"a": null}),
        json!({"a": [1]}),
        json!([{"name": "a"}]),
        json!([{"name": "b"}]),
        json!([{"name": 1}]),
    ];
    for before in &values {
        for after in &values {
            let none = changes(before, after).is_empty();
            assert_eq!(none, before == after, "{before} {after}");
        }
    }
}
