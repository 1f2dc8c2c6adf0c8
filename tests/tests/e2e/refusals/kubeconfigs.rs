//! Kubeconfigs that lead nowhere.

use std::fs;

use crate::plugin::Plugin;

#[test]
fn kubeconfigs_that_lead_nowhere_are_told_apart() {
    let plugin = Plugin::alone();
    let home = plugin.path(".kube/config").display().to_string();
    plugin.run("--check-driver").refused(
        1,
        &format!("error: no kubeconfig found: \"{home}\" does not exist"),
    );

    let file = plugin.path("config").display().to_string();
    let says = |text: &str, words: &str, sentence: &str| {
        fs::write(&file, text).unwrap();
        let run = plugin.run(&format!("--check-driver --kubeconfig {file} {words}"));
        run.refused(1, sentence);
        assert!(!run.stderr.contains("hunter2"), "{run:?}");
    };
    let context = "contexts: [{name: here, context: {cluster: c, user: u}}]";
    let cluster = "clusters: [{name: c, cluster: {server: 'http://127.0.0.1:1'}}]";
    let user = "users: [{name: u, user: {token: hunter2}}]";
    let whole = format!("{context}\n{cluster}\n{user}\n");
    says(
        &whole,
        "--context away",
        "error: context \"away\" does not exist",
    );
    says(
        &whole,
        "--context here --cluster away",
        "error: cluster \"away\" does not exist",
    );
    says(
        &whole,
        "--context here --user away",
        "error: auth info \"away\" does not exist",
    );
    says(
        &format!("current-context: gone\n{whole}"),
        "",
        "error: the current context \"gone\" does not exist in the kubeconfig",
    );
    says(
        &whole,
        "",
        "error: the kubeconfig has no current context; it has the contexts \"here\"",
    );
    says("", "", "error: the kubeconfig has no contexts");
    says(
        "users: [{name: u, user: {token: hunter2]}",
        "",
        &format!(
            "error: error loading config file \"{file}\": line 1 is not what a kubeconfig may hold"
        ),
    );
    let missing = plugin.path("missing").display().to_string();
    let run = plugin.run(&format!("--check-driver --kubeconfig {missing}"));
    run.refused(
        1,
        &format!("error: stat {missing}: no such file or directory"),
    );
}
