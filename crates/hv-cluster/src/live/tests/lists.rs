//! Paging, repeating, and lists that break half way.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::server::{Reply, Server};
use crate::kinds::{STORAGE_CLASS, VIRTUAL_MACHINE};
use crate::source::{Gap, Query, SourceError};

type Read = (Vec<String>, Option<Gap>);

async fn list(server: &Server) -> Result<Read, SourceError> {
    let cluster = server.cluster().await;
    let listing = cluster
        .list::<Value>(&STORAGE_CLASS, &Query::default())
        .await?;
    let name = |value: &Value| value["metadata"]["name"].as_str().unwrap().to_owned();
    Ok((listing.items.iter().map(name).collect(), listing.gap))
}

fn read(names: &[&str], gap: Option<Gap>) -> Read {
    (names.iter().map(ToString::to_string).collect(), gap)
}

fn failed(text: &str) -> Gap {
    Gap::Failed(text.to_owned())
}

fn expired(token: &str) -> Reply {
    let body = json!({"kind": "Status", "code": 410, "reason": "Expired", "message": "too old",
        "metadata": {"continue": token}});
    Reply::json(410, &body)
}

#[tokio::test]
async fn pages_are_followed_to_the_end() {
    let server = Server::replying(vec![
        Reply::page(&["a", "b"], "t1"),
        Reply::page(&["c"], "t2"),
        Reply::page(&["d"], ""),
    ]);
    assert_eq!(
        list(&server).await.unwrap(),
        read(&["a", "b", "c", "d"], None)
    );
    let path = "/apis/storage.k8s.io/v1/storageclasses?limit=500";
    let wanted = [
        path.to_owned(),
        format!("{path}&continue=t1"),
        format!("{path}&continue=t2"),
    ];
    assert_eq!(server.paths(), wanted);
}

#[tokio::test]
async fn an_expired_list_goes_on_with_the_token_it_is_given() {
    let server = Server::replying(vec![
        Reply::page(&["a"], "t1"),
        expired("fresh"),
        Reply::page(&["b"], ""),
    ]);
    assert_eq!(list(&server).await.unwrap(), read(&["a", "b"], None));
    assert!(server.paths()[2].ends_with("continue=fresh"));
}

#[tokio::test]
async fn an_expired_list_without_a_token_starts_again_once() {
    let again = vec![Reply::page(&["a"], "t1"), expired("")];
    let server = Server::replying([again.clone(), vec![Reply::page(&["a", "b"], "")]].concat());
    assert_eq!(list(&server).await.unwrap(), read(&["a", "b"], None));
    let server = Server::replying([again.clone(), again].concat());
    assert_eq!(
        list(&server).await.unwrap(),
        read(&["a"], Some(failed("too old")))
    );
    assert_eq!(server.paths().len(), 4);
    let server = Server::replying(vec![expired("x")]);
    assert_eq!(
        list(&server).await.unwrap(),
        read(&[], Some(failed("too old")))
    );
}

#[tokio::test]
async fn a_server_that_repeats_itself_does_not_hold_us_forever() {
    let server = Server::replying(vec![Reply::page(&["a"], "t")]);
    let gap = Some(failed("the server repeats a page of its list"));
    assert_eq!(list(&server).await.unwrap(), read(&["a", "a"], gap));
    let server = Server::replying(vec![Reply::page(&["a"], "t"), expired("u")]);
    let (_, gap) = list(&server).await.unwrap();
    assert_eq!(gap, Some(failed("too old")));
}

#[tokio::test]
async fn a_busy_server_is_asked_four_times() {
    for code in [429, 500, 503, 504] {
        let server = Server::replying(vec![Reply::status(code, "", "busy")]);
        assert_eq!(
            list(&server).await.unwrap(),
            read(&[], Some(failed("busy"))),
            "{code}"
        );
        assert_eq!(server.seen().len(), 4, "{code}");
        let server = Server::replying(vec![
            Reply::status(code, "", "busy"),
            Reply::page(&["a"], ""),
        ]);
        assert_eq!(list(&server).await.unwrap(), read(&["a"], None), "{code}");
    }
    let server = Server::replying(vec![Reply::nothing(), Reply::page(&["a"], "")]);
    assert_eq!(list(&server).await.unwrap(), read(&["a"], None));
    for code in [400, 403, 404, 409, 501] {
        let server = Server::replying(vec![Reply::status(code, "", "no")]);
        let _ = list(&server).await;
        assert_eq!(server.seen().len(), 1, "{code}");
    }
}

#[tokio::test]
async fn retry_after_is_respected_unless_it_is_long() {
    let busy = |secs| Reply::status(429, "TooManyRequests", "busy").with("Retry-After", secs);
    let started = Instant::now();
    let server = Server::replying(vec![busy("1"), Reply::page(&["a"], "")]);
    assert_eq!(list(&server).await.unwrap(), read(&["a"], None));
    assert!(started.elapsed() >= Duration::from_secs(1));
    let server = Server::replying(vec![busy("3600")]);
    assert_eq!(
        list(&server).await.unwrap(),
        read(&[], Some(failed("busy")))
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn refusals_are_gaps_and_malformed_questions_are_errors() {
    let one = |reply| Server::replying(vec![reply]);
    let denied = one(Reply::status(
        403,
        "Forbidden",
        "storageclasses is forbidden",
    ));
    let gap = Gap::Denied("storageclasses is forbidden".to_owned());
    assert_eq!(list(&denied).await.unwrap(), read(&[], Some(gap)));
    let unknown = one(Reply::text(404, "text/plain", "404 page not found\n"));
    assert_eq!(
        list(&unknown).await.unwrap(),
        read(&[], Some(Gap::NotServed))
    );
    let aggregated = one(Reply::text(503, "text/plain", "service unavailable\n"));
    let gap = Some(failed("the server answered 503 (service unavailable)"));
    assert_eq!(list(&aggregated).await.unwrap(), read(&[], gap));
    let malformed = one(Reply::status(400, "BadRequest", "found '=', expected: ','"));
    let error = list(&malformed).await.unwrap_err();
    let sentence = "Error from server (BadRequest): found '=', expected: ','";
    assert_eq!(error.kubectl_sentence(), sentence);
    let half = Server::replying(vec![Reply::page(&["a"], "t"), Reply::status(403, "", "no")]);
    assert_eq!(
        list(&half).await.unwrap(),
        read(&["a"], Some(Gap::Denied("no".to_owned())))
    );
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct View {
    metadata: std::collections::BTreeMap<String, String>,
}

#[tokio::test]
async fn an_object_is_read_by_name() {
    let server = Server::start(|_, seen| match seen.path.rsplit('/').next() {
        Some("web") => Reply::json(200, &json!({"metadata": {"name": "web"}})),
        Some("odd") => Reply::json(200, &json!({"metadata": "x"})),
        Some("secret") => Reply::status(403, "Forbidden", "no"),
        _ => Reply::status(404, "NotFound", "not found"),
    });
    let cluster = server.cluster().await;
    let get = async |name| {
        cluster
            .get::<View>(&VIRTUAL_MACHINE, Some("prod"), name)
            .await
            .unwrap()
    };
    assert_eq!(get("web").await.unwrap().unwrap().metadata["name"], "web");
    assert_eq!(get("none").await, Ok(None));
    assert_eq!(get("../x").await, Ok(None));
    assert_eq!(get("secret").await, Err(Gap::Denied("no".to_owned())));
    let odd = "virtualmachines \"odd\" could not be understood".to_owned();
    assert_eq!(get("odd").await, Err(Gap::Failed(odd)));
    let first = "/apis/kubevirt.io/v1/namespaces/prod/virtualmachines/web";
    assert_eq!(server.paths()[0], first);
    assert_eq!(cluster.requests(), 4);
}
