//! What the user may do, as the server answers it.

use serde_json::{Value, json};

use super::server::{Reply, Server};
use crate::live::{AccessAnswer, AccessQuestion};
use crate::source::Gap;

const QUESTION: AccessQuestion<'static> = AccessQuestion {
    verb: "get",
    group: "kubevirt.io",
    resource: "virtualmachines",
    namespace: Some("prod"),
    name: Some("web"),
};

fn review(status: &Value) -> Reply {
    Reply::json(
        201,
        &json!({"kind": "SelfSubjectAccessReview", "status": status}),
    )
}

#[tokio::test]
async fn a_question_is_one_review_and_the_answer_the_servers() {
    let cases = [
        (json!({"allowed": true, "reason": "RBAC"}), true, "RBAC"),
        (json!({"allowed": false}), false, ""),
        (
            json!({"allowed": false, "evaluationError": "no such role"}),
            false,
            "no such role",
        ),
        (json!({}), false, ""),
    ];
    for (status, allowed, reason) in cases {
        let server = Server::replying(vec![review(&status)]);
        let answer = server.cluster().await.access_review(&QUESTION).await;
        let expected = AccessAnswer {
            allowed,
            reason: reason.to_owned(),
        };
        assert_eq!(answer.unwrap(), Ok(expected), "{status}");
        let [seen] = &server.seen()[..] else {
            panic!("one request");
        };
        assert_eq!(
            (seen.method.as_str(), seen.path.as_str()),
            (
                "POST",
                "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
            )
        );
        let sent: Value = serde_json::from_str(&seen.body).unwrap();
        assert_eq!(
            sent["spec"]["resourceAttributes"],
            json!({"verb": "get", "group": "kubevirt.io", "resource": "virtualmachines",
                "namespace": "prod", "name": "web"})
        );
    }
}

#[tokio::test]
async fn a_question_that_must_not_be_asked_is_not_answered() {
    let cases = [
        (403, Gap::Denied("no".to_owned())),
        (404, Gap::NotServed),
        (500, Gap::Failed("no".to_owned())),
    ];
    for (code, gap) in cases {
        let server = Server::replying(vec![Reply::status(code, "", "no")]);
        let answer = server.cluster().await.access_review(&QUESTION).await;
        assert_eq!(answer.unwrap(), Err(gap));
        assert_eq!(server.seen().len(), 1);
    }
}
