//! Servers that are down, slow, busy, broken or no API servers at all.

mod fake;
mod partial;

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::plugin::{Plugin, Run, item};
use fake::{Asked, FakeServer, Reply};

fn class(name: &str) -> Value {
    json!({
        "apiVersion": "storage.k8s.io/v1",
        "kind": "StorageClass",
        "metadata": {"name": name},
        "provisioner": "driver.longhorn.io",
        "allowVolumeExpansion": true,
    })
}

/// A small Harvester that works.
fn healthy(asked: Asked<'_>) -> Reply {
    match asked.path {
        path if path.contains("/customresourcedefinitions/") => {
            Reply::status(404, "NotFound", "not found")
        }
        path if path.contains("/storageclasses") => Reply::page(&[class("good")], ""),
        path if path.contains("harvesterhci.io/v1beta1/settings") => Reply::page(
            &[json!({"metadata": {"name": "server-version"}, "value": "v1.8.2"})],
            "",
        ),
        path if path.contains("/settings/current-longhorn-version") => {
            Reply::json(200, &json!({"metadata": {"name": "x"}, "value": "v1.11.2"}))
        }
        _ => Reply::page(&[], ""),
    }
}

fn ask(server: &FakeServer, words: &str) -> Run {
    Plugin::of_server(&server.url()).run(words)
}

/// Answers always the same.
fn always(reply: Reply) -> FakeServer {
    FakeServer::start(move |_| reply.clone())
}

#[test]
fn a_healthy_server_is_judged() {
    let server = FakeServer::start(healthy);
    let report = Plugin::of_server(&server.url()).report("--check-driver");
    assert_eq!(item(&report, "good")["driver"], "driver.longhorn.io");
    assert_eq!(report["summary"]["requests"], server.requests().len());
}

#[test]
fn a_server_that_is_down_is_named_in_kubectls_words() {
    let host = {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        listener.local_addr().unwrap().to_string()
    };
    let run = Plugin::of_server(&format!("http://{host}")).run("--check-driver");
    run.refused(
        1,
        &format!(
            "The connection to the server {host} was refused - did you specify the right host or port?"
        ),
    );
}

#[test]
fn a_slow_server_runs_into_the_request_timeout() {
    let server = FakeServer::start(|asked| healthy(asked).never_ending());
    let begun = Instant::now();
    let run = ask(&server, "--check-driver --request-timeout 1s");
    let host = server.host();
    run.refused(
        5,
        &format!("Unable to connect to the server: no answer from {host} within 1s"),
    );
    let taken = begun.elapsed();
    assert!((1..4).contains(&taken.as_secs()), "{taken:?}");
}

#[test]
fn a_proxy_that_speaks_html_is_recognised() {
    let page = "<!doctype html><html><body>Sign in</body></html>";
    let redirect = Reply::new(302, "text/plain", "")
        .with("location", "https://sso.example.org/x?state=secret");
    for (reply, what) in [
        (Reply::new(200, "text/html", page), "HTML"),
        (Reply::new(502, "text/html; charset=utf-8", page), "HTML"),
        (Reply::new(200, "", format!("\n{page}")), "HTML"),
        (Reply::new(200, "application/json", ""), "nothing"),
        (
            Reply::new(200, "application/json", "true"),
            "something else",
        ),
        (redirect, "a redirect to https://sso.example.org"),
    ] {
        let server = always(reply);
        let sentence = format!(
            "error: {} answered with {what}, not with JSON; is a proxy in between?",
            server.host()
        );
        ask(&server, "--check-driver").refused(1, &sentence);
    }
}

#[test]
fn credentials_that_are_not_accepted_end_the_run_at_once() {
    let server = always(Reply::status(401, "Unauthorized", "Unauthorized"));
    let run = ask(&server, "--check-driver");
    run.refused(
        1,
        "error: You must be logged in to the server (Unauthorized)",
    );
    let asked = server.requests();
    let mut once = asked.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), asked.len(), "asked again: {asked:?}");
}

#[test]
fn a_busy_server_is_asked_again_when_it_says() {
    let server = FakeServer::start(|asked| {
        if asked.before == 0 && asked.path.contains("/storageclasses") {
            return Reply::status(429, "TooManyRequests", "busy").with("retry-after", "1");
        }
        healthy(asked)
    });
    let begun = Instant::now();
    let report = Plugin::of_server(&server.url()).report("--check-driver");
    assert!(begun.elapsed() >= Duration::from_secs(1));
    item(&report, "good");
    let asked = server.requests();
    let again = asked.iter().filter(|path| path.contains("/storageclasses"));
    assert_eq!(again.count(), 2);
    assert_eq!(report["summary"]["requests"], asked.len());
}

#[test]
fn a_server_that_stays_busy_or_broken_gives_no_verdict() {
    let busy = || Reply::status(429, "TooManyRequests", "too many requests");
    for (reply, words, tries) in [
        (busy(), "too many requests", 4),
        // Nobody waits an hour for a table.
        (busy().with("retry-after", "3600"), "too many requests", 1),
        (
            Reply::status(500, "InternalError", "etcd is gone"),
            "etcd is gone",
            4,
        ),
        (
            Reply::new(503, "text/plain", "no leader"),
            "the server answered 503 (no leader)",
            4,
        ),
    ] {
        let server = always(reply);
        let begun = Instant::now();
        let run = ask(&server, "--check-driver");
        run.refused(7, &format!("Error from server: {words}"));
        assert!(begun.elapsed() < Duration::from_secs(10));
        let asked = server.requests();
        let classes = asked.iter().filter(|path| path.contains("/storageclasses"));
        assert_eq!(classes.count(), tries, "{words}");
    }
}

#[test]
fn a_warning_is_told_once_and_can_fail_the_run() {
    let server =
        FakeServer::start(|asked| healthy(asked).with("warning", "299 - \"this version is old\""));
    let run = ask(&server, "--check-driver");
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(
        run.stderr.matches("this version is old").count(),
        1,
        "{run:?}"
    );
    assert!(
        run.stderr.contains("Warning: this version is old\n"),
        "{run:?}"
    );

    let strict = ask(&server, "--check-driver --warnings-as-errors");
    assert_eq!(strict.code, Some(1), "{strict:?}");
    assert_eq!(strict.stdout, run.stdout);
    assert!(
        strict.stderr.ends_with("error: 1 warning received\n"),
        "{strict:?}"
    );
}

#[test]
fn an_answer_that_breaks_off_is_asked_for_again() {
    let server = FakeServer::start(|asked| match asked.before {
        0 => healthy(asked).cut_off(),
        _ => healthy(asked),
    });
    item(
        &Plugin::of_server(&server.url()).report("--check-driver"),
        "good",
    );

    let server = FakeServer::start(|asked| healthy(asked).cut_off());
    let run = ask(&server, "--check-driver");
    run.refused(1, "Unable to connect to the server: EOF");
}

#[test]
fn a_signal_ends_a_slow_read_at_once() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let server = FakeServer::start(|asked| healthy(asked).never_ending());
        let plugin = Plugin::of_server(&server.url());
        let mut command = plugin.command("--check-driver");
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        server.next_request();
        let begun = Instant::now();
        send(signal, &child);
        let run = Run::of(child.wait_with_output().unwrap());
        let taken = begun.elapsed();
        assert!(taken < Duration::from_secs(1), "{taken:?}");
        assert_eq!((run.code, run.stdout.as_str()), (Some(code), ""), "{run:?}");
    }
}

fn send(signal: &str, child: &Child) {
    let id = child.id().to_string();
    let sent = Command::new("kill").args(["-s", signal, &id]).status();
    assert!(sent.unwrap().success());
}
