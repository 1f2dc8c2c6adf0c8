//! Node labels that a VM asks for, under a map.

use super::*;

fn labelled(spec: &Value, map: &[(&str, &str)]) -> Result<(Value, Vec<String>), RenderError> {
    let mut case = plain();
    for (key, value) in spec.as_object().unwrap() {
        case.world.spec()[key] = value.clone();
    }
    let stored = stored(&mut case);
    let mut assignment = identity(&stored.header);
    assignment.node_labels = pairs(map);
    let rendered = render(&stored, &assignment)?;
    let after = vm(&rendered).pointer(SPEC).unwrap();
    let fields = ["nodeSelector", "affinity", "topologySpreadConstraints"].iter();
    let after = fields
        .filter(|field| !after[**field].is_null())
        .map(|field| ((*field).to_owned(), after[*field].clone()))
        .collect();
    let notes = rendered
        .notes
        .into_iter()
        .filter(|note| note.code == "node-label-dropped");
    Ok((after, notes.map(|note| note.message).collect()))
}

fn required(expressions: &Value) -> Value {
    json!({"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": expressions}]}}})
}

#[test]
fn labels_become_others_by_key_or_with_their_value() {
    let expression =
        |key: &str, values: &[&str]| json!({"key": key, "operator": "In", "values": values});
    let before = json!({
        "nodeSelector": {"zone": "a", "rack": "7", "disk": "ssd"},
        "affinity": required(&json!([expression("zone", &["a", "b"]), expression("disk", &["ssd"]), {"key": "rack", "operator": "Exists"}])),
        "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone"}],
    });
    let (after, notes) = labelled(
        &before,
        &[
            ("zone=a", "zone=x"),
            ("zone=b", "zone=y"),
            ("rack", "shelf"),
        ],
    )
    .unwrap();
    assert_eq!(
        after,
        json!({
            "nodeSelector": {"zone": "x", "shelf": "7", "disk": "ssd"},
            "affinity": required(&json!([expression("zone", &["x", "y"]), expression("disk", &["ssd"]), {"key": "shelf", "operator": "Exists"}])),
            "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone"}],
        })
    );
    assert_eq!(notes, [""; 0]);
}

#[test]
fn labels_that_are_dropped_leave_no_empty_term() {
    let zone = json!({"key": "zone", "operator": "In", "values": ["a"]});
    let before = json!({
        "nodeSelector": {"zone": "a"},
        "affinity": {
            "nodeAffinity": {
                "requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [zone]}]},
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": {"matchExpressions": [zone]}}],
            },
            "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "podAffinityTerm": {"topologyKey": "zone"}}]},
        },
    });
    let (after, notes) = labelled(&before, &[("zone", "")]).unwrap();
    assert_eq!(
        after,
        json!({"affinity": {"nodeAffinity": {}, "podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": []}}})
    );
    assert_eq!(
        notes,
        [
            "The VM does not ask for the node label \"zone\" any more.",
            "The VM does not ask for the node label \"zone=a\" any more.",
        ]
    );
}

#[test]
fn values_of_one_term_cannot_become_different_labels() {
    let before = json!({"affinity": required(&json!([{"key": "zone", "operator": "In", "values": ["a", "b"]}]))});
    let error = labelled(&before, &[("zone=a", "place=x")]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "node label \"zone\": its values in one term cannot become different labels"
    );
}
