//! What can be done about each answer.

use std::time::Duration;

use serde_json::json;

use super::*;

#[test]
fn each_refusal_has_its_remedy() {
    let cases = [
        (400, "BadRequest", "strict decoding error", Remedy::None),
        (401, "Unauthorized", "", Remedy::Halt),
        (403, "Forbidden", "secrets is forbidden", Remedy::None),
        (
            403,
            "Forbidden",
            "because it is being terminated",
            Remedy::None,
        ),
        (404, "NotFound", "namespaces \"dr\" not found", Remedy::None),
        (408, "Timeout", "", Remedy::LookThenAgain),
        (409, "AlreadyExists", "there", Remedy::Look),
        (
            409,
            "Conflict",
            "Operation cannot be fulfilled on resourcequotas",
            Remedy::Later,
        ),
        (422, "Invalid", "spec", Remedy::None),
        (429, "TooManyRequests", "", Remedy::Later),
        (
            500,
            "InternalError",
            "etcdserver: request timed out",
            Remedy::LookThenAgain,
        ),
        (
            500,
            "InternalError",
            "failed calling webhook \"v\"",
            Remedy::LookThenAgain,
        ),
        (
            500,
            "InternalError",
            "admission webhook \"v\" denied the request: no",
            Remedy::None,
        ),
        (
            409,
            "AlreadyExists",
            "admission webhook \"v\" denied the request",
            Remedy::None,
        ),
        (502, "", "", Remedy::LookThenAgain),
        (503, "ServiceUnavailable", "", Remedy::LookThenAgain),
        (504, "Timeout", "", Remedy::LookThenAgain),
    ];
    for (code, reason, message, expected) in cases {
        let refusal = Refusal {
            code,
            reason: reason.to_owned(),
            message: message.to_owned(),
            ..Refusal::default()
        };
        assert_eq!(refusal.remedy(), expected, "{code} {reason} {message}");
    }
    let asks = Refusal {
        code: 503,
        retry_after: Some(Duration::from_secs(1)),
        ..Refusal::default()
    };
    assert_eq!(asks.remedy(), Remedy::Later);
}

#[test]
fn an_answer_is_shown_without_its_object() {
    let secret = json!({"kind": "Secret", "metadata": {"name": "ci"}, "data": {"a": "czNjcjN0"}});
    let page = Page {
        items: vec![secret.clone()],
        next: None,
    };
    let shown = format!("{:?} {page:?}", Answer::Done(secret));
    assert_eq!(shown, "Done(ci) Page of 1");
}

#[test]
fn kinds_are_known_by_group_version_and_name() {
    assert_eq!(kind_of("v1", "Secret").unwrap().plural, "secrets");
    assert_eq!(
        kind_of("kubevirt.io/v1", "VirtualMachine").unwrap().plural,
        "virtualmachines"
    );
    for (api_version, kind) in [
        ("v2", "Secret"),
        ("", "Secret"),
        ("apps/v1", "Secret"),
        ("v1", "secrets"),
    ] {
        assert!(kind_of(api_version, kind).is_none(), "{api_version} {kind}");
    }
}
