//! Servers that are down, slow, closed, or no API server.

use std::net::TcpListener;
use std::time::Duration;

use serde_json::{Value, json};

use super::server::{Reply, Server, connect};
use crate::kinds::{STORAGE_CLASS, VIRTUAL_MACHINE_BACKUP};
use crate::live::{Connection, DryRun, Events};
use crate::source::{Query, SourceError};

async fn sentence(connection: &Connection) -> String {
    let cluster = connect(connection, Events::silent()).await;
    let outcome = cluster
        .list::<Value>(&STORAGE_CLASS, &Query::default())
        .await;
    outcome.unwrap_err().kubectl_sentence()
}

async fn sentence_for(reply: Reply) -> String {
    let server = Server::replying(vec![reply]);
    sentence(&server.connection())
        .await
        .replace(&server.address, "HOST")
}

#[tokio::test]
async fn a_closed_port_is_told_in_kubectls_words() {
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    for scheme in ["http", "https"] {
        let connection = Connection {
            server: Some(format!("{scheme}://{address}")),
            ..Connection::default()
        };
        assert_eq!(
            sentence(&connection).await,
            format!(
                "The connection to the server {address} was refused - \
                 did you specify the right host or port?"
            )
        );
    }
}

#[tokio::test]
async fn a_name_without_an_address_is_told() {
    let server = Some("https://no-such-host.invalid:6443".to_owned());
    let connection = Connection {
        server,
        ..Connection::default()
    };
    assert_eq!(
        sentence(&connection).await,
        "Unable to connect to the server: dial tcp: lookup no-such-host.invalid: no such host"
    );
}

#[tokio::test]
async fn a_slow_server_is_not_waited_for_longer_than_asked() {
    let server = Server::replying(vec![Reply::page(&[], "").after(Duration::from_secs(20))]);
    let connection = Connection {
        request_timeout: Some(Duration::from_millis(200)),
        ..server.connection()
    };
    assert_eq!(
        sentence(&connection).await,
        format!(
            "Unable to connect to the server: no answer from {} within 200ms",
            server.address
        )
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn what_is_no_api_server_is_told() {
    let html = "<!doctype html><title>Login</title>";
    let proxy = "error: HOST answered with HTML, not with JSON; is a proxy in between?";
    for code in [200, 403, 404, 502] {
        assert_eq!(
            sentence_for(Reply::text(code, "text/html", html)).await,
            proxy,
            "{code}"
        );
    }
    assert_eq!(
        sentence_for(Reply::text(302, "", "").with("Location", "https://sso.example/?state=x"))
            .await,
        "error: HOST answered with a redirect to https://sso.example, not with JSON; is a proxy in between?"
    );
    assert_eq!(
        sentence_for(Reply::text(200, "text/plain", "ok")).await,
        "error: HOST answered with something else, not with JSON; is a proxy in between?"
    );
    for body in [
        "{",
        "{\"items\":",
        "{\"kind\":\"Status\"}",
        "{\"items\":[{}]",
    ] {
        assert_eq!(
            sentence_for(Reply::text(200, "application/json", body)).await,
            "error: HOST answered with something that is no Kubernetes list, not with JSON; \
             is a proxy in between?"
        );
    }
}

#[tokio::test]
async fn unaccepted_credentials_are_told() {
    let told = "error: You must be logged in to the server (Unauthorized)";
    assert_eq!(
        sentence_for(Reply::status(401, "Unauthorized", "Unauthorized")).await,
        told
    );
    assert_eq!(
        sentence_for(Reply::text(401, "text/html", "<html>")).await,
        told
    );
}

#[tokio::test]
async fn a_server_that_hangs_up_is_asked_again_and_then_told() {
    assert_eq!(
        sentence_for(Reply::nothing()).await,
        "Unable to connect to the server: EOF"
    );
}

#[tokio::test]
async fn plain_text_where_tls_is_expected_is_told() {
    let server = Server::replying(vec![Reply::page(&[], "")]);
    let connection = Connection {
        server: Some(format!("https://{}", server.address)),
        insecure_skip_tls_verify: true,
        ..Connection::default()
    };
    assert_eq!(
        sentence(&connection).await,
        "Unable to connect to the server: http: server gave HTTP response to HTTPS client"
    );
}

#[tokio::test]
async fn a_dry_run_tells_the_object_from_the_question() {
    let ask = async |reply| {
        let server = Server::replying(vec![reply]);
        let cluster = server.cluster().await;
        let object = json!({"kind": "VirtualMachineBackup"});
        let asked = cluster
            .dry_run_create(&VIRTUAL_MACHINE_BACKUP, Some("prod"), &object)
            .await;
        let seen = server.seen();
        assert_eq!(seen.len(), 1, "a POST is never repeated");
        assert_eq!(
            (seen[0].method.as_str(), seen[0].body.as_str()),
            ("POST", object.to_string().as_str())
        );
        assert_eq!(
            seen[0].path,
            "/apis/harvesterhci.io/v1beta1/namespaces/prod/virtualmachinebackups\
             ?dryRun=All&fieldManager=kubectl-hv-snapshot&fieldValidation=Strict"
        );
        asked
    };
    assert_eq!(
        ask(Reply::json(201, &json!({}))).await,
        Ok(DryRun::Accepted)
    );
    let webhook = "admission webhook \"v.harvesterhci.io\" denied the request: no";
    for code in [400, 403, 422, 500] {
        let refused = DryRun::Refused {
            code,
            message: webhook.to_owned(),
            causes: Vec::new(),
        };
        assert_eq!(ask(Reply::status(code, "", webhook)).await, Ok(refused));
    }
    let missing = "namespaces \"prod\" not found".to_owned();
    let refused = DryRun::Refused {
        code: 404,
        message: missing.clone(),
        causes: Vec::new(),
    };
    assert_eq!(
        ask(Reply::status(404, "NotFound", &missing)).await,
        Ok(refused)
    );
    let causes = json!({"kind": "Status", "message": "invalid", "details": {"causes": [
        {"field": "spec.x", "message": "Required value"}]}});
    let refused = DryRun::Refused {
        code: 422,
        message: "invalid".to_owned(),
        causes: vec!["spec.x: Required value".to_owned()],
    };
    assert_eq!(ask(Reply::json(422, &causes)).await, Ok(refused));
    let rbac = "virtualmachinebackups is forbidden: User \"ann\" cannot create resource \"x\"";
    for (code, message) in [(403, rbac), (500, "failed calling webhook"), (503, "busy")] {
        let unavailable = DryRun::Unavailable(message.to_owned());
        assert_eq!(
            ask(Reply::status(code, "", message)).await,
            Ok(unavailable),
            "{code}"
        );
    }
    let unserved =
        DryRun::Unavailable("the cluster does not serve virtualmachinebackups".to_owned());
    assert_eq!(
        ask(Reply::text(404, "text/plain", "404 page not found")).await,
        Ok(unserved)
    );
    assert_eq!(
        ask(Reply::status(401, "", "")).await,
        Err(SourceError::Unauthorized)
    );
}
