//! The revisions of a bundle, as far as the git history of its folder goes.

mod git;

use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use self::git::Git;
use super::layout::HEADER;
use super::read;
use super::selection::Bundle;
use crate::change::{Change, changes};
use crate::header::Header;
use crate::key::Kind;
use crate::normal;
use crate::stored::Stored;

/// The revisions of a bundle.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct History {
    /// The revisions, the newest first.
    pub revisions: Vec<Revision>,
    /// Why there is no more than the present revision; absent if the history was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_history: Option<String>,
}

/// A revision of a bundle.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// Its number.
    pub revision: u64,
    /// Its epoch.
    pub epoch: u64,
    /// Digest of its normal form.
    pub digest: String,
    /// The digest of the revision before, as it says itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_digest: Option<String>,
    /// The commit that brought it; absent if it is not committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// When that was, by the clock of who committed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// What changed since the revision that is listed after this one; absent if that is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Vec<Change>>,
}

/// Lists the revisions of a bundle.
pub fn log(bundle: &Bundle) -> Result<History, super::StoreError> {
    let stored = bundle.stored.as_ref().map_err(Clone::clone)?;
    let present = State::of(stored);
    let read = match &bundle.folder {
        Some(folder) => Git::new(folder).and_then(|git| committed(&git)),
        None => Err("an archive has no history".to_owned()),
    };
    let (mut states, no_history) = match read {
        Ok(states) => (states, None),
        Err(why) => (Vec::new(), Some(why)),
    };
    states.push(present);
    Ok(History {
        revisions: revisions(states),
        no_history,
    })
}

/// A bundle as it once was.
struct State {
    header: Header,
    normal: Option<Value>,
    commit: Option<git::Commit>,
}

impl State {
    fn of(stored: &Stored) -> Self {
        let vm = vm_path(&stored.header).and_then(|path| stored.files.get(&path));
        Self {
            normal: vm.and_then(|vm| normal_form(&stored.header, vm)),
            header: stored.header.clone(),
            commit: None,
        }
    }

    fn is_revision_of(&self, other: &Self) -> bool {
        let key = |state: &Self| {
            let header = &state.header;
            (
                header.lineage_id.clone(),
                header.epoch,
                header.revision,
                header.digest.clone(),
            )
        };
        key(self) == key(other)
    }
}

/// The bundle in each commit that changed it, the oldest first.
fn committed(git: &Git) -> Result<Vec<State>, String> {
    let commits = git.commits(HEADER)?;
    let headers = git.files(commits.iter().map(|commit| (commit, HEADER.to_owned())))?;
    let mut states = Vec::new();
    for (commit, bytes) in commits.into_iter().zip(headers) {
        // What cannot be read was never a bundle of a known format, or was removed.
        let bytes = bytes.unwrap_or_default();
        if let Ok(header) = read::header(Path::new(HEADER), &bytes) {
            states.push(State {
                header,
                normal: None,
                commit: Some(commit),
            });
        }
    }
    let named = states.iter().filter_map(|state| {
        let path = vm_path(&state.header).unwrap_or_else(|| HEADER.to_owned());
        state.commit.as_ref().map(|commit| (commit, path))
    });
    let vms = git.files(named)?;
    for (state, vm) in states.iter_mut().zip(vms) {
        state.normal = vm.and_then(|vm| normal_form(&state.header, &vm));
    }
    Ok(states)
}

/// Makes revisions of what lies in the commits: each belongs to the commit that brought it.
fn revisions(states: Vec<State>) -> Vec<Revision> {
    let mut kept: Vec<State> = Vec::new();
    for state in states {
        if !kept.last().is_some_and(|last| last.is_revision_of(&state)) {
            kept.push(state);
        }
    }
    let mut revisions = Vec::new();
    for (at, state) in kept.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| kept[at].normal.as_ref());
        let both = before.zip(state.normal.as_ref());
        revisions.push(Revision {
            revision: state.header.revision,
            epoch: state.header.epoch,
            digest: state.header.digest.clone(),
            parent_digest: state.header.parent_digest.clone(),
            commit: state.commit.as_ref().map(|commit| commit.id.clone()),
            time: state.commit.as_ref().map(|commit| commit.time.clone()),
            changes: both.map(|(before, after)| changes(before, after)),
        });
    }
    revisions.reverse();
    revisions
}

/// The file of the VM in a bundle.
fn vm_path(header: &Header) -> Option<String> {
    let mut items = header.items.iter();
    let vm = items.find(|item| item.object.kind == Kind::VirtualMachine)?;
    super::name::check_file(&vm.path).ok()?;
    Some(vm.path.clone())
}

/// The normal form, if it is of the version that is known here.
fn normal_form(header: &Header, vm: &[u8]) -> Option<Value> {
    let known = header.normal_form == normal::VERSION;
    let vm: Value = known.then(|| serde_json::from_slice(vm).ok())??;
    Some(normal::normal_form(&vm, &header.disks))
}
