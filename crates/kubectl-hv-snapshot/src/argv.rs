//! `--check-driver` as a word anywhere on the line is the command `check-driver`.

use std::ffi::OsString;

/// Turns the flag into the command, so that both have the same targets and flags.
pub(crate) fn spelled_out(argv: impl IntoIterator<Item = OsString>) -> Vec<OsString> {
    let mut argv: Vec<OsString> = argv.into_iter().collect();
    let end = argv
        .iter()
        .position(|word| word == "--")
        .unwrap_or(argv.len());
    let is_flag = |word: &OsString| word == "--check-driver" || word == "--check-driver=true";
    let Some(at) = argv[..end].iter().position(is_flag) else {
        return argv;
    };
    // A request for completions begins with its own word, and the command comes after it.
    let first = if argv.get(1).is_some_and(|word| word == "__complete") {
        2
    } else {
        1
    };
    if at < first || at + 1 == argv.len() && first == 2 {
        return argv;
    }
    argv.remove(at);
    if !argv[..end - 1].iter().any(|word| word == "check-driver") {
        argv.insert(first, OsString::from("check-driver"));
    }
    argv
}

#[cfg(test)]
mod tests {
    use super::spelled_out;

    #[test]
    fn the_flag_is_the_command_wherever_it_stands() {
        for (typed, meant) in [
            ("x --check-driver", "x check-driver"),
            (
                "x -n prod --check-driver vm/web01",
                "x check-driver -n prod vm/web01",
            ),
            (
                "x --check-driver=true --from b.zip",
                "x check-driver --from b.zip",
            ),
            ("x check-driver --check-driver", "x check-driver"),
            ("x --check-driver=false", "x --check-driver=false"),
            ("x explain -- --check-driver", "x explain -- --check-driver"),
            (
                "x __complete --check-driver vm/",
                "x __complete check-driver vm/",
            ),
            ("x __complete --check-driver", "x __complete --check-driver"),
            ("x", "x"),
        ] {
            let argv = typed.split(' ').map(Into::into);
            let words: Vec<_> = meant.split(' ').map(std::ffi::OsString::from).collect();
            assert_eq!(spelled_out(argv), words, "{typed}");
        }
    }
}
