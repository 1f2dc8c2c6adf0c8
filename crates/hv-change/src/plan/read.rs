//! Makes, reads and writes plans, and computes their ids.

use std::io::{self, Write as _};
use std::path::Path;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{API_VERSION, Base, FORMAT, Plan, PlanError, Step, TargetCluster};
use crate::digest::Hasher;

/// Digits of an id.
const ID_DIGITS: usize = 8;

/// What is read first, so that a newer plan is told from a broken one.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    format: u32,
}

impl Plan {
    /// Makes a plan and computes its id.
    pub fn new(
        made_by: &str,
        cluster: TargetCluster,
        builds_on: Vec<Base>,
        steps: Vec<Step>,
        about: Value,
        salt: String,
    ) -> Self {
        let mut plan = Self {
            api_version: API_VERSION.to_owned(),
            kind: "Plan".to_owned(),
            format: FORMAT,
            id: String::new(),
            made_by: made_by.to_owned(),
            salt,
            cluster,
            builds_on,
            steps,
            about,
        };
        plan.id = plan.identity();
        plan
    }

    /// Reads a plan from a file.
    pub fn read(path: &Path) -> Result<Self, PlanError> {
        let unreadable = |error: io::Error| PlanError::Unreadable {
            path: path.display().to_string(),
            why: error.to_string(),
        };
        Self::parse(&std::fs::read(path).map_err(unreadable)?)
    }

    /// Reads a plan, and refuses one that is broken, newer, or was changed by hand.
    pub fn parse(bytes: &[u8]) -> Result<Self, PlanError> {
        let broken = |error: serde_json::Error| PlanError::Broken(error.to_string());
        let head: Head = serde_json::from_slice(bytes).map_err(broken)?;
        if head.kind != "Plan" {
            return Err(PlanError::NoPlan(head.kind));
        }
        if head.format > FORMAT {
            return Err(PlanError::Newer(head.format));
        }
        let plan: Self = serde_json::from_slice(bytes).map_err(broken)?;
        if plan.api_version != API_VERSION || plan.format != FORMAT {
            return Err(PlanError::Broken(format!(
                "{} in format {} is not known",
                plan.api_version, plan.format
            )));
        }
        if plan.id != plan.identity() {
            return Err(PlanError::Changed(plan.id));
        }
        plan.check()?;
        Ok(plan)
    }

    /// Writes the plan as JSON that people can read; nobody else may read the file.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = io::BufWriter::new(options.open(path)?);
        serde_json::to_writer_pretty(&mut out, self)?;
        out.write_all(b"\n")?;
        out.into_inner()
            .map_err(io::IntoInnerError::into_error)?
            .sync_all()
    }

    /// The beginning of the digest of all fields but the id itself, one step after the other.
    fn identity(&self) -> String {
        let mut hasher = Hasher::default();
        hasher.add(&json!([
            self.api_version,
            self.kind,
            self.format,
            self.made_by,
            self.salt,
            self.cluster,
            self.builds_on,
            self.about,
        ]));
        for step in &self.steps {
            // A step is plain data with texts as keys.
            hasher.add(&serde_json::to_value(step).unwrap_or_default());
        }
        let mut id = hasher.finish();
        id.truncate(ID_DIGITS);
        id
    }
}
