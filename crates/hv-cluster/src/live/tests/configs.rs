//! Kubeconfigs that are missing, malformed, incomplete or overridden.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::live::environment::Environment;
use crate::live::{Connection, Events, LiveCluster, config};

const GOOD: &str = "
clusters:
- name: one
  cluster: {server: 'https://10.0.0.1:6443', tls-server-name: inner}
- {name: two, cluster: {server: 'https://10.0.0.2:6443'}}
users:
- name: ann
  user: {token: s3cr3t-ann, client-certificate-data: ''}
contexts:
- {name: a, context: {cluster: one, user: ann, namespace: prod}}
- {name: b, context: {cluster: gone, user: ann}}
- {name: c, context: {cluster: one, user: gone}}
current-context: a
";

fn write(folder: &TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    fs::write(&path, text).unwrap();
    path
}

fn at(path: &Path) -> Connection {
    Connection {
        kubeconfig: Some(path.to_owned()),
        ..Connection::default()
    }
}

fn text(text: &str) -> String {
    text.to_owned()
}

async fn refusal(connection: &Connection, environment: &Environment) -> String {
    let outcome = LiveCluster::connect_in(connection, Events::silent(), environment).await;
    outcome.unwrap_err().kubectl_sentence()
}

#[tokio::test]
async fn what_does_not_exist_is_named() {
    let folder = TempDir::new().unwrap();
    let good = at(&write(&folder, "good", GOOD));
    let none = Environment::default();
    for (connection, sentence) in [
        (
            Connection {
                context: Some(text("x")),
                ..good.clone()
            },
            "error: context \"x\" does not exist",
        ),
        (
            Connection {
                cluster: Some(text("x")),
                ..good.clone()
            },
            "error: cluster \"x\" does not exist",
        ),
        (
            Connection {
                user: Some(text("x")),
                ..good.clone()
            },
            "error: auth info \"x\" does not exist",
        ),
        (
            Connection {
                context: Some(text("b")),
                ..good.clone()
            },
            "error: cluster \"gone\" was not found for context \"b\"",
        ),
        (
            Connection {
                context: Some(text("c")),
                ..good.clone()
            },
            "error: user \"gone\" was not found for context \"c\"",
        ),
        (
            Connection {
                insecure_skip_tls_verify: true,
                certificate_authority: Some("/ca".into()),
                ..good.clone()
            },
            "error: specifying a root certificates file with the insecure flag is not allowed",
        ),
        (
            Connection {
                impersonate_groups: vec!["g".to_owned()],
                ..good.clone()
            },
            "error: requesting uid, groups or user-extra without impersonating a user",
        ),
        (
            Connection {
                certificate_authority: Some("/no/ca".into()),
                ..good.clone()
            },
            "error: unable to read the certificate authority: open /no/ca: no such file or directory",
        ),
        (
            Connection {
                client_certificate: Some("/no/crt".into()),
                ..good.clone()
            },
            "error: unable to read the client certificate: open /no/crt: no such file or directory",
        ),
        (
            Connection {
                token_file: Some("/no/token".into()),
                ..good.clone()
            },
            "error: unable to read the token file: open /no/token: no such file or directory",
        ),
        (
            at(Path::new("/no/config")),
            "error: stat /no/config: no such file or directory",
        ),
    ] {
        assert_eq!(refusal(&connection, &none).await, sentence);
    }
    let unset = GOOD.replace("current-context: a", "");
    let unset = at(&write(&folder, "unset", &unset));
    assert_eq!(
        refusal(&unset, &none).await,
        "error: the kubeconfig has no current context; it has the contexts \"a\", \"b\", \"c\""
    );
}

#[tokio::test]
async fn a_malformed_kubeconfig_is_named_and_not_shown() {
    let folder = TempDir::new().unwrap();
    for content in [
        "users: [",
        "\u{0}s3cr3t",
        "- s3cr3t",
        "users:\n- name: s3cr3t\n  user: {token: [s3cr3t]}\n",
    ] {
        let path = write(&folder, "odd", content);
        let sentence = refusal(&at(&path), &Environment::default()).await;
        let start = format!("error: error loading config file \"{}\": ", path.display());
        assert!(
            sentence.starts_with(&start) && !sentence.contains("s3cr3t"),
            "{sentence}"
        );
        assert_eq!(sentence.lines().count(), 1);
    }
    fs::write(folder.path().join("odd"), [0xc3, 0x28]).unwrap();
    let sentence = refusal(&at(&folder.path().join("odd")), &Environment::default()).await;
    assert!(sentence.ends_with(": it is not a text file"), "{sentence}");
    let sentence = refusal(&at(folder.path()), &Environment::default()).await;
    assert!(sentence.ends_with(": is a directory"), "{sentence}");
}

#[tokio::test]
async fn without_any_kubeconfig_the_places_are_named() {
    let folder = TempDir::new().unwrap();
    let home = folder.path().to_owned();
    let environment = Environment {
        home: Some(home.clone()),
        ..Environment::default()
    };
    assert_eq!(
        refusal(&Connection::default(), &environment).await,
        format!(
            "error: no kubeconfig found: \"{}/.kube/config\" does not exist",
            home.display()
        )
    );
    assert_eq!(
        refusal(&Connection::default(), &Environment::default()).await,
        "error: no kubeconfig found: neither KUBECONFIG nor a home folder is set"
    );
    let listed = Environment {
        kubeconfig: Some("/no/a:/no/b".into()),
        ..environment
    };
    assert_eq!(
        refusal(&Connection::default(), &listed).await,
        "error: no kubeconfig found: none of \"/no/a\", \"/no/b\" exists"
    );
}

#[tokio::test]
async fn a_list_of_kubeconfigs_is_merged_and_missing_files_are_skipped() {
    let folder = TempDir::new().unwrap();
    let first = write(&folder, "first", "current-context: a\n");
    let second = write(
        &folder,
        "second",
        &GOOD.replace("current-context: a", "current-context: b"),
    );
    let list = std::env::join_paths([first, folder.path().join("none"), second]).unwrap();
    let environment = Environment {
        kubeconfig: Some(list),
        ..Environment::default()
    };
    let connection = Connection::default();
    let cluster = LiveCluster::connect_in(&connection, Events::silent(), &environment)
        .await
        .unwrap();
    assert_eq!(
        (cluster.server(), cluster.default_namespace()),
        ("10.0.0.1:6443", "prod")
    );
    assert!(!format!("{cluster:?}").contains("s3cr3t"));
}

#[tokio::test]
async fn flags_beat_the_kubeconfig() {
    let folder = TempDir::new().unwrap();
    let good = at(&write(&folder, "good", GOOD));
    let none = Environment::default();
    let build = async |connection: Connection| config::build(&connection, &none).await.unwrap();
    let plain = build(good.clone()).await;
    assert_eq!(plain.tls_server_name.as_deref(), Some("inner"));
    assert!(!plain.default_retry && plain.root_cert.is_none());
    let other = build(Connection {
        server: Some(text("https://10.0.0.9")),
        namespace: Some(text("dev")),
        insecure_skip_tls_verify: true,
        ..good.clone()
    })
    .await;
    assert_eq!(other.cluster_url, "https://10.0.0.9/");
    assert_eq!(
        (other.tls_server_name, other.default_namespace.as_str()),
        (None, "dev")
    );
    assert!(other.accept_invalid_certs);
    let second = build(Connection {
        cluster: Some(text("two")),
        ..good.clone()
    })
    .await;
    assert_eq!(second.cluster_url, "https://10.0.0.2:6443/");
    let token = build(Connection {
        token: Some("t".into()),
        ..good.clone()
    })
    .await;
    assert!(token.auth_info.token.is_some() && token.auth_info.token_file.is_none());
    let bare = Connection {
        server: Some(text("localhost:8080")),
        ..Connection::default()
    };
    assert_eq!(build(bare).await.cluster_url, "http://localhost:8080/");
    let proxied = Environment {
        https_proxy: Some(text("proxy:3128")),
        ..Environment::default()
    };
    let proxied = config::build(&good, &proxied).await.unwrap();
    assert_eq!(proxied.proxy_url.unwrap(), "http://proxy:3128/");
}
