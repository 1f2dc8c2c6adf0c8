//! A run that is killed leaves each VM old or new, never between.

use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::plugin::{copy, files, ok, plugin_of, serve, world};

/// Kills that hit different moments of the writing.
const KILLS: u32 = 24;

#[test]
fn after_kill_9_every_vm_is_old_or_new() {
    let mut world = world("v1.8.2");
    let plane = serve(&world);
    let plugin = plugin_of(&plane, "viewer");
    ok(plugin.run("vm -A --to old"));
    for vm in world
        .objects
        .iter_mut()
        .filter(|o| o["kind"] == "VirtualMachine")
    {
        vm["metadata"]["annotations"]["field.cattle.io/description"] = "another text".into();
    }
    let vms: Vec<Value> = world
        .objects
        .iter()
        .filter(|object| object["kind"] == "VirtualMachine")
        .cloned()
        .collect();
    plane.fill(&vms).unwrap();
    // Long enough for the server's cache, and the time that a whole run takes.
    let deadline = Instant::now() + Duration::from_secs(10);
    let whole = loop {
        copy(&plugin.path("old"), &plugin.path("new"));
        let started = Instant::now();
        let report = ok(plugin.run("vm -A --to new -o json")).document();
        if report["summary"]["unchanged"] == 0 {
            break started.elapsed();
        }
        assert!(Instant::now() < deadline, "{report}");
    };
    let (old, new) = (files(&plugin.path("old")), files(&plugin.path("new")));
    let mut killed = 0;
    for kill in 1..=KILLS {
        copy(&plugin.path("old"), &plugin.path("torn"));
        let mut child = plugin
            .command("vm -A --to torn")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(whole * kill / KILLS);
        // Only this child is meant; one that has ended already is no failure.
        let _ = child.kill();
        killed += u32::from(child.wait().unwrap().code().is_none());
        let verified = plugin.run("verify torn");
        assert_eq!(verified.code, Some(0), "kill {kill}: {verified:?}");
        let listed = ok(plugin.run("show torn -o json")).document();
        assert_eq!(listed["items"].as_array().unwrap().len(), vms_in(&old));
        ok(plugin.run("vm -A --to torn"));
        assert_eq!(files(&plugin.path("torn")), new, "kill {kill}");
    }
    assert!(killed > 0, "no run was hit");
}

fn vms_in(files: &[(std::path::PathBuf, Vec<u8>)]) -> usize {
    files
        .iter()
        .filter(|(path, _)| path.ends_with("bundle.json"))
        .count()
}
