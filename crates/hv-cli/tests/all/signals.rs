//! Ctrl-C and SIGTERM.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use crate::process::Installed;

/// Starts the plugin and waits until it says that it is at work.
fn started(plugin: &Installed, verb: &str) -> Child {
    let mut child = plugin
        .command(plugin.link())
        .arg(verb)
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut line = String::new();
    let stderr = child.stderr.as_mut().expect("a pipe");
    BufReader::new(stderr).read_line(&mut line).expect("a line");
    assert!(line.ends_with("ing\n"), "{line}");
    child
}

fn send(child: &Child, signal: &str) {
    let status = Command::new("kill")
        .args([signal, &child.id().to_string()])
        .status();
    assert!(status.expect("kill runs").success());
}

#[test]
fn first_signal_stops_the_run() {
    let plugin = Installed::new();
    for (signal, code) in [("-INT", 130), ("-TERM", 143)] {
        let mut child = started(&plugin, "sleep");
        send(&child, signal);
        assert_eq!(
            child.wait().expect("it ends").code(),
            Some(code),
            "{signal}"
        );
    }
}

#[test]
fn second_signal_does_not_wait_for_busy_work() {
    let plugin = Installed::new();
    let mut child = started(&plugin, "spin");
    send(&child, "-INT");
    // Two signals that are pending at once count as one, so they are sent until it ends.
    while child.try_wait().expect("it can be asked").is_none() {
        send(&child, "-INT");
        std::thread::yield_now();
    }
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}
