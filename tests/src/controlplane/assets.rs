//! Where the programs and definitions of the test bed lie.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::Error;

/// What `scripts/testbed` built or found installed.
#[derive(Clone, Debug)]
pub struct Assets {
    /// The folder of definitions, one JSON file each.
    pub crds: PathBuf,
    /// The program etcd.
    pub etcd: PathBuf,
    /// The program kube-apiserver.
    pub apiserver: PathBuf,
    /// The program kube-controller-manager; missing if others installed only the first two.
    pub controller_manager: PathBuf,
    /// The program kubectl.
    pub kubectl: PathBuf,
    /// The program kubectl-krew.
    pub krew: PathBuf,
    /// The program validate-krew-manifest.
    pub validate_krew: PathBuf,
}

impl Assets {
    /// Asks `scripts/testbed env`, which builds what is missing.
    pub fn find() -> Result<Self, Error> {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scripts/testbed");
        let output = Command::new(&script)
            .arg("env")
            .stderr(std::process::Stdio::inherit())
            .output()
            .map_err(Error::file(&script))?;
        if !output.status.success() {
            return Err(Error::Assets(format!(
                "scripts/testbed env: {}",
                output.status
            )));
        }
        Self::parse(&String::from_utf8_lossy(&output.stdout))
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let values: BTreeMap<&str, String> = text
            .lines()
            .filter_map(|line| line.split_once('='))
            .map(|(name, value)| (name, value.replace('\\', "")))
            .collect();
        let path = |name: &str| {
            values
                .get(name)
                .map(PathBuf::from)
                .ok_or_else(|| Error::Assets(format!("scripts/testbed env did not print {name}")))
        };
        Ok(Self {
            crds: path("HV_TESTBED_CRDS")?,
            etcd: path("HV_TESTBED_ETCD")?,
            apiserver: path("HV_TESTBED_APISERVER")?,
            controller_manager: path("HV_TESTBED_CONTROLLER_MANAGER")?,
            kubectl: path("HV_TESTBED_KUBECTL")?,
            krew: path("HV_TESTBED_KREW")?,
            validate_krew: path("HV_TESTBED_VALIDATE_KREW")?,
        })
    }
}
