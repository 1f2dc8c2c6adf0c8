//! Planted secrets are looked for in every byte that is written or printed.

use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use hv_testbed::controlplane::{Rule, User};
use hv_testbed::plugin::Plugin;
use hv_testbed::world::World;
use serde_json::{Value, json};

use crate::plugin::{files, ok, plugin_of, secret, serve, serve_to, world};

/// Texts that nobody may find again, plain or as base64.
const PLANTED: &[&str] = &[
    "pl4nted-userdata",
    "pl4nted-inline",
    "pl4nted-sysprep",
    "pl4nted-access",
];

/// web01 with everything that can hold a secret.
fn planted() -> World {
    let mut world = world("v1.8.2");
    let vm = world
        .objects
        .iter_mut()
        .find(|object| object["kind"] == "VirtualMachine" && object["metadata"]["name"] == "web01");
    let vm = vm.unwrap();
    vm["metadata"]["annotations"]["kubectl.kubernetes.io/last-applied-configuration"] =
        json!({"spec": {"userData": "pl4nted-inline"}})
            .to_string()
            .into();
    let spec = &mut vm["spec"]["template"]["spec"];
    let volumes = spec["volumes"].as_array_mut().unwrap();
    volumes.push(json!({"name": "inline", "cloudInitConfigDrive": {
        "userData": "#cloud-config\npassword: pl4nted-inline\n",
        "networkDataBase64": base64("pl4nted-inline"),
    }}));
    volumes.push(json!({"name": "sysprep", "sysprep": {"secret": {"name": "sysprep"}}}));
    let disks = spec["domain"]["devices"]["disks"].as_array_mut().unwrap();
    disks.push(json!({"name": "inline", "disk": {"bus": "virtio"}}));
    disks.push(json!({"name": "sysprep", "cdrom": {"bus": "sata"}}));
    spec["accessCredentials"] = json!([{"userPassword": {
        "source": {"secret": {"secretName": "access"}},
        "propagationMethod": {"qemuGuestAgent": {}},
    }}]);
    world.objects.retain(|object| {
        !(object["kind"] == "Secret" && object["metadata"]["name"] == "web01-cloudinit")
    });
    world.objects.extend([
        secret("prod", "web01-cloudinit", "userdata", "pl4nted-userdata"),
        secret("prod", "sysprep", "autounattend.xml", "pl4nted-sysprep"),
        secret("prod", "access", "root", "pl4nted-access"),
    ]);
    world
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// Which of the planted texts are in some bytes, in any form.
fn found(bytes: &[u8]) -> Vec<&'static str> {
    let text = String::from_utf8_lossy(bytes);
    let holds = |planted: &str| {
        let encoded = base64(planted);
        // Without its last group base64 does not depend on what follows.
        text.contains(planted) || text.contains(&encoded[..encoded.len() - 4])
    };
    PLANTED
        .iter()
        .copied()
        .filter(|planted| holds(planted))
        .collect()
}

fn nothing_found(plugin: &Plugin, folder: &str) {
    for (path, bytes) in files(&plugin.path(folder)) {
        assert!(
            found(&bytes).is_empty(),
            "{}: {:?}",
            path.display(),
            found(&bytes)
        );
    }
}

#[test]
fn without_a_flag_no_secret_is_read_written_or_printed() {
    let plane = serve(&planted());
    let plugin = plugin_of(&plane, "admin");
    let run = ok(plugin.run("vm -n prod web01 --to bundles -v=9"));
    assert!(
        found(run.stdout.as_bytes()).is_empty(),
        "{:?}",
        found(run.stdout.as_bytes())
    );
    assert!(
        found(run.stderr.as_bytes()).is_empty(),
        "{:?}",
        found(run.stderr.as_bytes())
    );
    assert!(!run.stderr.contains("/secrets/"), "a Secret was read");
    nothing_found(&plugin, "bundles");
    ok(plugin.run("verify bundles"));
    let header = plugin.run("show bundles -o json").document();
    let needed = &header["items"][0]["requirements"]["secrets"];
    let states: Vec<&str> = needed
        .as_array()
        .unwrap()
        .iter()
        .map(|need| need["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["omitted"; 4], "{needed}");
}

#[test]
fn encrypted_secrets_are_readable_by_their_recipient_only() {
    let plane = serve(&planted());
    let plugin = plugin_of(&plane, "admin");
    let key = age::x25519::Identity::generate();
    let words = format!(
        "vm -n prod web01 --to bundles --secrets encrypt --recipient {} -v=9",
        key.to_public()
    );
    let run = ok(plugin.run(&words));
    assert!(
        found(run.stderr.as_bytes()).is_empty(),
        "{:?}",
        found(run.stderr.as_bytes())
    );
    nothing_found(&plugin, "bundles");
    ok(plugin.run("verify bundles"));
    let folder = plugin.path("bundles/prod/web01/secrets");
    let mut planted = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let sealed = std::fs::read(entry.unwrap().path()).unwrap();
        let clear = age::decrypt(&key, &sealed).unwrap();
        let object: Value = serde_json::from_slice(&clear).unwrap();
        assert_eq!(object["kind"], "Secret");
        planted.extend(found(&clear));
    }
    planted.sort_unstable();
    planted.dedup();
    assert_eq!(planted.len(), PLANTED.len(), "{planted:?}");
    // The same secrets for the same people are the same files, although encryption is random.
    let before = files(&plugin.path("bundles"));
    ok(plugin.run(&words));
    assert_eq!(files(&plugin.path("bundles")), before);
    let other = age::x25519::Identity::generate().to_public();
    ok(plugin.run(&format!(
        "vm -n prod web01 --to bundles --secrets encrypt --recipient {other}"
    )));
    for entry in std::fs::read_dir(&folder).unwrap() {
        let sealed = std::fs::read(entry.unwrap().path()).unwrap();
        assert!(age::decrypt(&key, &sealed).is_err());
    }
}

#[test]
fn plaintext_is_for_its_owner_only_and_never_for_the_terminal() {
    let plane = serve(&planted());
    let plugin = plugin_of(&plane, "admin");
    let run = ok(plugin.run("vm -n prod web01 --to bundles --secrets plaintext -v=9"));
    assert!(
        run.stderr
            .contains("Warning: secrets are written as they are"),
        "{run:?}"
    );
    assert!(found(run.stdout.as_bytes()).is_empty() && found(run.stderr.as_bytes()).is_empty());
    let mut planted = 0;
    for (path, bytes) in files(&plugin.path("bundles")) {
        if found(&bytes).is_empty() {
            continue;
        }
        planted += 1;
        let meta = std::fs::metadata(plugin.path("bundles").join(&path)).unwrap();
        assert_eq!(
            meta.permissions().mode() & 0o777,
            0o600,
            "{}",
            path.display()
        );
    }
    assert_eq!(planted, 4);
    assert_eq!(plugin.run("verify bundles").code, Some(1));
    ok(plugin.run("verify bundles --allow-plaintext"));
    // A run that forgets the flag drops nothing; taken back, nothing is left of them.
    let forgot = plugin.run("vm -n prod web01 --to bundles");
    assert_eq!(forgot.code, Some(4), "{forgot:?}");
    assert!(forgot.stdout.contains("--drop-secrets"), "{forgot:?}");
    ok(plugin.run("vm -n prod web01 --to bundles --drop-secrets"));
    nothing_found(&plugin, "bundles");
}

#[test]
fn text_inside_a_vm_is_kept_or_refused_on_demand() {
    let plane = serve(&planted());
    let plugin = plugin_of(&plane, "admin");
    let refused = plugin.run("vm -n prod web01 web02 --to bundles --inline-secrets refuse");
    assert_eq!(refused.code, Some(4), "{refused:?}");
    assert!(refused.stdout.contains("Failed"), "{refused:?}");
    assert!(plugin.path("bundles/prod/web02").is_dir());
    assert!(!plugin.path("bundles/prod/web01").exists());
    let kept = ok(plugin.run("vm -n prod web01 --to kept --inline-secrets keep"));
    assert!(found(kept.stdout.as_bytes()).is_empty());
    let holds = files(&plugin.path("kept"))
        .iter()
        .any(|(_, bytes)| !found(bytes).is_empty());
    assert!(holds, "the text is gone");
}

#[test]
fn secrets_that_must_not_be_read_are_said() {
    let plane = serve_to(&planted(), vec![User::new("careful", &[])]);
    let rules = [
        Rule::read("kubevirt.io", "virtualmachines"),
        Rule::read("kubevirt.io", "virtualmachineinstances"),
        Rule::read("", "persistentvolumeclaims"),
    ];
    plane.allow("careful", Some("prod"), &rules).unwrap();
    let plugin = plugin_of(&plane, "careful");
    let deadline = Instant::now() + Duration::from_secs(20);
    let words = "vm -n prod web01 --to bundles --secrets plaintext -o json";
    let run = loop {
        let run = plugin.run(words);
        if run.code == Some(0) || Instant::now() > deadline {
            break run;
        }
    };
    assert_eq!(run.code, Some(0), "{run:?}");
    let header = plugin.run("show bundles -o json").document();
    let text = header.to_string();
    assert!(
        text.contains("unreadable") && text.contains("forbidden"),
        "{text}"
    );
    let strict = plugin.run("vm -n prod web01 --to strict --secrets plaintext --strict");
    assert_eq!(strict.code, Some(4), "{strict:?}");
}
