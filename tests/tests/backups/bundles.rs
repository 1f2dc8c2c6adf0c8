//! Every code on every release, from support bundles.

use crate::expected::{Findings, table};
use crate::plugin::{NAME, desk, findings, needs_target, world, write_target};
use hv_testbed::plugin::Plugin;

#[test]
fn every_code_is_found_on_every_release_that_knows_it_and_nothing_else() {
    let mut wrong = Vec::new();
    for ((code, release), expected) in table() {
        let world = world(&format!("{release}+{code}"));
        let plugin = desk(&world);
        let mut words = "scan -A --from bundle -o json".to_owned();
        if needs_target(&code) {
            write_target(&world, &plugin);
            words += " --target-dir target";
        }
        let run = plugin.run(&words);
        let found = findings(&run);
        if found != expected {
            let missing: Vec<_> = expected.difference(&found).collect();
            let more: Vec<_> = found.difference(&expected).collect();
            wrong.push(format!(
                "{release}+{code}: missing {missing:?}, more {more:?}"
            ));
        }
        let is_error = |finding: &String| finding.starts_with("error ");
        let code_expected = i32::from(found.iter().any(is_error));
        assert_eq!(run.code, Some(code_expected), "{release}+{code}: {run:?}");
    }
    assert!(
        wrong.is_empty(),
        "{} worlds:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
fn a_sound_world_has_no_finding() {
    for release in hv_testbed::world::names() {
        let world = world(&format!("{release}+backups"));
        let plugin = desk(&world);
        write_target(&world, &plugin);
        for words in ["scan -A", "scan -A --target-dir target"] {
            let run = plugin.run(&format!("{words} --from bundle -o json"));
            assert_eq!(findings(&run), Findings::new(), "{release}: {words}");
            assert_eq!(run.code, Some(0), "{release}: {run:?}");
            let document = run.document();
            assert_eq!(document["summary"]["unknown"], 0, "{release}: {document:#}");
            assert!(document["summary"]["backups"].as_u64().unwrap() > 4);
        }
    }
}

#[test]
fn the_worlds_without_backups_have_no_finding() {
    for release in hv_testbed::world::names() {
        let plugin = desk(&world(release));
        let run = plugin.run("scan -A --from bundle -o json");
        let backups: Vec<String> = findings(&run)
            .into_iter()
            .filter(|line| !line.contains("Setting/backup-target"))
            .collect();
        assert!(backups.is_empty(), "{release}: {backups:?}");
    }
}

#[test]
fn every_finding_says_what_follows_and_what_to_do() {
    for code in hv_testbed::world::findings() {
        if needs_target(code) {
            continue;
        }
        let plugin = desk(&world(&format!("v1.8.2+{code}")));
        let document = plugin.run("scan -A --from bundle -o json").document();
        let items = document["items"].as_array().unwrap();
        for item in items.iter().filter(|item| item["severity"] != "unknown") {
            for field in ["message", "consequence", "fix"] {
                let text = item[field].as_str().unwrap_or_default();
                assert!(text.len() > 10, "{code}: {field} of {item:#}");
            }
            assert!(
                !item["evidence"].as_array().unwrap().is_empty(),
                "{code}: {item:#}"
            );
        }
    }
}

#[test]
fn an_unknown_release_gets_the_gravest_severity_and_every_consequence() {
    let mut world = world("v1.4.3+wrong-handle");
    world.remove("Setting", "server-version");
    world.remove("Deployment", "harvester");
    let plugin = desk(&world);
    let run = plugin.run("scan -A --from bundle -o json --only wrong-handle");
    let document = run.document();
    assert_eq!(document["cluster"]["harvesterRelease"], "unknown");
    let item = &document["items"][0];
    assert_eq!(item["severity"], "error");
    let consequence = item["consequence"].as_str().unwrap();
    assert!(
        consequence.contains("On before 1.5: Harmless here"),
        "{consequence}"
    );
    assert_eq!(run.code, Some(1));
}

#[test]
fn a_release_newer_than_the_rules_is_judged_as_the_newest() {
    let mut world = world("v1.9.0-rc6+wrong-handle");
    world.set_setting("server-version", "v2.1.0");
    let run = desk(&world).run("scan -A --from bundle");
    assert_eq!(run.code, Some(1));
    assert!(
        run.stderr.contains("Harvester v2.1.0 is not known here"),
        "{}",
        run.stderr
    );
}

#[test]
fn selections_narrow_what_is_looked_at() {
    let world = world("v1.8.2+wrong-handle");
    let plugin = desk(&world);
    let all = plugin.run("scan -A --from bundle -o json").document();
    let one = plugin
        .run("scan -n prod payroll-june --from bundle -o json")
        .document();
    assert_eq!(one["summary"]["backups"], 1);
    assert_eq!(one["items"], all["items"]);
    for (words, code) in [
        ("scan -n prod --from bundle --only suffix-growth -o json", 0),
        ("scan -n default --from bundle -o json", 0),
        ("scan -n prod billing-friday --from bundle -o json", 0),
        ("scan -n prod --from bundle --severity error -o json", 1),
    ] {
        let run = plugin.run(words);
        assert_eq!(run.code, Some(code), "{words}: {run:?}");
    }
    let sound = plugin
        .run("scan -n prod --from bundle --show-ok -o json")
        .document();
    let sound = sound["sound"].as_array().unwrap();
    assert!(sound.iter().all(|object| object["name"] != "payroll-june") && sound.len() > 3);
}

#[test]
fn severity_widens_what_fails() {
    let plugin = desk(&world("v1.8.2+shared-lh-backup"));
    assert_eq!(plugin.run("scan -A --from bundle").code, Some(0));
    assert_eq!(
        plugin.run("scan -A --from bundle --severity warning").code,
        Some(1)
    );
    let plugin = desk(&world("v1.8.2+interval-0"));
    assert_eq!(
        plugin.run("scan -A --from bundle --severity warning").code,
        Some(0)
    );
    assert_eq!(
        plugin.run("scan -A --from bundle --severity info").code,
        Some(1)
    );
}

#[test]
fn prometheus_reads_what_is_printed() {
    let plugin = desk(&world("v1.8.2+wrong-handle"));
    let run = plugin.run("scan -A --from bundle -o prometheus");
    let lines: Vec<&str> = run.stdout.lines().collect();
    for line in [
        "hv_backup_finding{kind=\"VirtualMachineBackup\",namespace=\"prod\",name=\"payroll-june\",disk=\"disk-0\",code=\"wrong-handle\",severity=\"error\"} 1",
        "hv_backup_findings{severity=\"error\"} 2",
    ] {
        assert!(lines.contains(&line), "{line} is not in {}", run.stdout);
    }
    let refused = Plugin::alone(NAME).run("explain wrong-handle -o prometheus");
    assert_eq!(refused.code, Some(2), "{refused:?}");
}

#[test]
fn a_bundle_that_misses_a_namespace_makes_it_unknown_not_absent() {
    let mut world = world("v1.8.2+backups");
    let network = json_network();
    let found = world.merge("VirtualMachineBackup", "prod", "payroll-june", &network);
    assert!(found);
    let run = desk(&world).run("scan -A --from bundle -o json");
    let document = run.document();
    let items = document["items"].as_array().unwrap();
    let unknown: Vec<_> = items
        .iter()
        .filter(|item| item["severity"] == "unknown")
        .collect();
    assert_eq!(unknown.len(), 1, "{items:#?}");
    assert_eq!(unknown[0]["code"], "nad-missing");
    let message = unknown[0]["message"].as_str().unwrap();
    assert!(
        message.contains("namespace \"elsewhere\" is not in this bundle"),
        "{message}"
    );
}

fn json_network() -> serde_json::Value {
    serde_json::json!({"status": {"source": {"spec": {"template": {"spec": {
        "networks": [{"name": "nic", "multus": {"networkName": "elsewhere/vlan7"}}]}}}}}})
}
