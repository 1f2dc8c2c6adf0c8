//! The flags every plugin shares; names, letters and meanings are kubectl's.

mod connection;
mod output;
mod scope;

pub use connection::ConnectionArgs;
pub use output::OutputArgs;
pub use scope::ScopeArgs;

/// The `User-Agent` of a plugin: `kubectl-hv_snapshot/v0.1.0 (linux/amd64)`.
pub fn user_agent(file: &str, version: &str) -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{file}/v{version} ({system}/{machine})")
}

#[cfg(test)]
mod tests {
    #[test]
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    fn user_agent_names_the_platform_as_go_does() {
        let expected = "kubectl-hv_snapshot/v0.1.0 (linux/amd64)";
        assert_eq!(super::user_agent("kubectl-hv_snapshot", "0.1.0"), expected);
    }
}
