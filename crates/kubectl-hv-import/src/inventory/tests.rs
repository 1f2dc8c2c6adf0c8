//! Reading the target from a server that forbids some of it.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use hv_cluster::live::{Connection, Events, LiveCluster};
use serde_json::{Value, json};

use super::{Found, Inventory, Machine, Wanted};

/// Answers each path with a status and a body, and remembers what was asked.
fn serve(answer: fn(&str) -> (u16, Value)) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let log = Arc::clone(&log);
            thread::spawn(move || talk(stream, &log, answer));
        }
    });
    (address, seen)
}

fn talk(stream: TcpStream, log: &Mutex<Vec<String>>, answer: fn(&str) -> (u16, Value)) {
    let mut writer = stream.try_clone().unwrap();
    let mut lines = BufReader::new(stream).lines();
    while let Some(Ok(first)) = lines.next() {
        while lines
            .next()
            .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
        {}
        let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
        let path = path.split('?').next().unwrap_or_default().to_owned();
        let (status, body) = answer(&path);
        log.lock().unwrap().push(path);
        let body = body.to_string();
        let head = format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n");
        let text = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        if writer.write_all(text.as_bytes()).is_err() {
            return;
        }
    }
}

fn list(items: &Value) -> (u16, Value) {
    (200, json!({"kind": "List", "metadata": {}, "items": items}))
}

fn forbidden() -> (u16, Value) {
    let status = json!({"kind": "Status", "code": 403, "reason": "Forbidden", "message": "no"});
    (403, status)
}

fn read(address: &str, wanted: &Wanted) -> Inventory {
    let folder = tempfile::tempdir().unwrap();
    let kubeconfig = folder.path().join("config");
    std::fs::write(&kubeconfig, "apiVersion: v1\nkind: Config\n").unwrap();
    let connection = Connection {
        kubeconfig: Some(kubeconfig),
        server: Some(format!("http://{address}")),
        user_agent: "test".to_owned(),
        ..Connection::default()
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let cluster = LiveCluster::connect(connection, Events::silent())
            .await
            .unwrap();
        Box::pin(Inventory::read(&cluster, wanted)).await.unwrap()
    })
}

fn wanted(namespaces: &[&str]) -> Wanted {
    Wanted {
        namespaces: namespaces.iter().map(|name| (*name).to_owned()).collect(),
        classes: true,
        networks: true,
        secrets: true,
        ..Wanted::default()
    }
}

/// A user of one namespace.
fn narrow(path: &str) -> (u16, Value) {
    match path {
        "/apis/kubevirt.io/v1/namespaces/dr/virtualmachines" => {
            list(&json!([{"metadata": {"namespace": "dr", "name": "a"}}]))
        }
        "/api/v1/namespaces/dr/secrets" => {
            list(&json!([{"metadata": {"namespace": "dr", "name": "ci"}}]))
        }
        "/api/v1/namespaces/dr" => (200, json!({"metadata": {"name": "dr"}})),
        path if path.contains("/namespaces/dr/") => list(&json!([])),
        _ => forbidden(),
    }
}

#[test]
fn what_is_forbidden_for_the_cluster_is_read_for_the_namespace() {
    let (address, seen) = serve(narrow);
    let inventory = read(&address, &wanted(&["dr"]));
    assert!(inventory.serves_vms);
    assert!(matches!(inventory.machines.get("dr", "a"), Found::Yes(_)));
    assert_eq!(inventory.machines.get("dr", "b"), Found::No);
    let elsewhere = Found::Unknown("you may not list virtualmachines.kubevirt.io");
    assert_eq!(inventory.machines.get("lab", "b"), elsewhere);
    assert_eq!(
        inventory.machines.all(),
        Err("you may not list virtualmachines.kubevirt.io")
    );
    assert_eq!(inventory.secrets.get("dr", "ci"), Found::Yes(&()));
    assert_eq!(inventory.secrets.get("dr", "other"), Found::No);
    assert!(matches!(inventory.namespaces.get("", "dr"), Found::Yes(_)));
    let denied = Found::Unknown("you may not list storageclasses.storage.k8s.io");
    assert_eq!(inventory.classes.get("", "longhorn"), denied);
    // What nobody needs is not asked for.
    let seen = seen.lock().unwrap();
    for kind in [
        "persistentvolumes",
        "nodes",
        "configmaps",
        "virtualmachineimages",
    ] {
        assert!(!seen.iter().any(|path| path.ends_with(kind)), "{kind}");
    }
}

fn wide(path: &str) -> (u16, Value) {
    match path {
        "/api/v1/namespaces" => list(&json!([{"metadata": {"name": "n1"}}])),
        _ => list(&json!([])),
    }
}

#[test]
fn requests_do_not_grow_with_namespaces() {
    let count = |namespaces: &[&str]| {
        let (address, seen) = serve(wide);
        let inventory = read(&address, &wanted(namespaces));
        assert_eq!(inventory.namespaces.get("", "n9"), Found::No);
        seen.lock().unwrap().len()
    };
    let many = count(&["n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"]);
    assert_eq!(count(&["n1"]), many);
    assert!(many <= 10, "{many}");
}

fn bare(path: &str) -> (u16, Value) {
    match path.contains("kubevirt.io") || path.contains("harvesterhci.io") {
        true => (
            404,
            json!({"kind": "Status", "code": 404, "reason": "NotFound", "message": "x"}),
        ),
        false => list(&json!([])),
    }
}

#[test]
fn a_cluster_without_vms_is_known_as_such() {
    let (address, _) = serve(bare);
    assert!(!read(&address, &wanted(&["dr"])).serves_vms);
}

#[test]
fn an_odd_object_hides_no_other() {
    let odd = json!({
        "metadata": {"namespace": "dr", "name": "odd", "annotations": {
            "harvesterhci.io/mac-address": "{\"nic\": \"02-00-00-00-00-01\"}",
        }},
        "spec": {"template": {"spec": {
            "domain": {"devices": {"interfaces": [null, {"name": "nic", "macAddress": null}]}},
            "networks": null,
            "volumes": [{"name": "a", "dataVolume": {"name": "dv"}}, {"name": "b"}],
        }}},
    });
    let machine: Machine = serde_json::from_value(odd).unwrap();
    let macs: Vec<String> = machine.addresses().into_iter().map(|one| one.mac).collect();
    assert_eq!(macs, ["02:00:00:00:00:01"]);
    assert_eq!(machine.claims().collect::<Vec<_>>(), ["dv"]);
    assert_eq!(machine.id(), "dr/odd");
}
