//! The folder in which the journals of one user lie, one folder a plan.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use super::record::{Begin, Event, FORMAT, Record};
use super::status::Status;
use super::{Journal, JournalError, Past};
use crate::plan::Plan;

const PLAN: &str = "plan.json";
const JOURNAL: &str = "journal.jsonl";
const LOCK: &str = "lock";

/// How often, and after how long, a lock is tried again that may be held by somebody who looks.
const LOOKS: u32 = 20;
const LOOK: Duration = Duration::from_millis(10);

/// Fewest digits of an id that name a plan.
const SHORTEST_PREFIX: usize = 4;

/// The id of a plan, and how far it is, or why that cannot be told.
pub type Listed = (String, Result<Status, JournalError>);

/// The folder in which the journals of one user lie.
#[derive(Clone, Debug)]
pub struct Journals {
    root: PathBuf,
}

impl Journals {
    /// Opens a folder, by default the one in the user's state directory; it is made if needed.
    pub fn open(folder: Option<PathBuf>) -> Result<Self, JournalError> {
        let root = match folder {
            Some(folder) => folder,
            None => default_folder().ok_or(JournalError::Homeless)?,
        };
        make_folder(&root).map_err(|error| JournalError::of_folder(&root, &error))?;
        Ok(Self { root })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Begins the journal of a plan that was not begun before.
    pub fn create(&self, plan: &Plan) -> Result<Journal, JournalError> {
        let folder = self.folder(&plan.id);
        let failed = |error: io::Error| JournalError::of_folder(&folder, &error);
        make_folder(&folder).map_err(failed)?;
        let lock = lock(&folder, &plan.id)?;
        if read(&folder)?.run.is_some() {
            return Err(JournalError::Begun(plan.id.clone()));
        }
        // The plan is whole before the journal begins, so a begun journal always has its plan.
        let half = folder.join("plan.json.new");
        plan.write(&half).map_err(failed)?;
        fs::rename(&half, folder.join(PLAN)).map_err(failed)?;
        let mut file = private()
            .truncate(true)
            .open(folder.join(JOURNAL))
            .map_err(failed)?;
        let begin = Record {
            seq: 1,
            time: jiff::Timestamp::now().to_string(),
            event: Event::Begin(Begin {
                format: FORMAT,
                plan: plan.id.clone(),
                made_by: plan.made_by.clone(),
                cluster: plan.cluster.id.clone(),
                steps: plan.steps.len(),
            }),
        };
        let mut line = serde_json::to_vec(&begin).unwrap_or_default();
        line.push(b'\n');
        file.write_all(&line)
            .and_then(|()| file.sync_all())
            .and_then(|()| sync_folder(&folder))
            .and_then(|()| sync_folder(&self.root))
            .map_err(failed)?;
        Ok(Journal::on(Box::new(file), Past::read(&line)?)?.locked(lock))
    }

    /// Opens the journal of a plan that was begun, for one run.
    pub fn reopen(&self, id: &str) -> Result<(Plan, Journal), JournalError> {
        let folder = self.folder(id);
        if !folder.join(JOURNAL).exists() {
            return Err(JournalError::Unknown(id.to_owned()));
        }
        let lock = lock(&folder, id)?;
        let past = read(&folder)?;
        let plan = self.plan(id)?;
        let begin = past.begin.as_ref();
        if begin.is_none() {
            return Err(JournalError::Unknown(id.to_owned()));
        }
        if begin.is_some_and(|begin| begin.plan != plan.id || begin.steps != plan.steps.len()) {
            return Err(JournalError::Foreign(id.to_owned()));
        }
        let failed = |error: io::Error| JournalError::of_folder(&folder, &error);
        let mut file = OpenOptions::new()
            .write(true)
            .open(folder.join(JOURNAL))
            .map_err(failed)?;
        // A line that is cut must not become a part of the next one.
        file.set_len(past.length)
            .and_then(|()| io::Seek::seek(&mut file, io::SeekFrom::End(0)))
            .and_then(|_| file.sync_all())
            .map_err(failed)?;
        Ok((plan, Journal::on(Box::new(file), past)?.locked(lock)))
    }

    /// The plan of an id.
    pub fn plan(&self, id: &str) -> Result<Plan, JournalError> {
        let plan = Plan::read(&self.folder(id).join(PLAN))
            .map_err(|error| JournalError::Plan(error.to_string()))?;
        match plan.id == id {
            true => Ok(plan),
            false => Err(JournalError::Foreign(id.to_owned())),
        }
    }

    /// The id that a person means: all of it, or a beginning of at least four digits.
    pub fn find(&self, prefix: &str) -> Result<String, JournalError> {
        let ids = self.ids()?;
        if ids.iter().any(|id| id == prefix) {
            return Ok(prefix.to_owned());
        }
        let ambiguous = |why: String| JournalError::Ambiguous {
            prefix: prefix.to_owned(),
            why,
        };
        if prefix.len() < SHORTEST_PREFIX {
            return Err(ambiguous(format!("{SHORTEST_PREFIX} digits are needed")));
        }
        let fitting: Vec<&String> = ids.iter().filter(|id| id.starts_with(prefix)).collect();
        match fitting[..] {
            [] => Err(JournalError::Unknown(prefix.to_owned())),
            [id] => Ok(id.clone()),
            _ => Err(ambiguous(format!("{} plans begin so", fitting.len()))),
        }
    }

    /// The ids of all plans that were begun here, in their order.
    pub fn ids(&self) -> Result<Vec<String>, JournalError> {
        let failed = |error: io::Error| JournalError::of_folder(&self.root, &error);
        let mut ids = Vec::new();
        for entry in fs::read_dir(&self.root).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if is_id(&name) && entry.path().join(JOURNAL).exists() {
                ids.push(name);
            }
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// How far a plan is; it may be running.
    pub fn status(&self, id: &str) -> Result<Status, JournalError> {
        let folder = self.folder(id);
        if !folder.join(JOURNAL).exists() {
            return Err(JournalError::Unknown(id.to_owned()));
        }
        let running = is_locked(&folder);
        let past = read(&folder)?;
        Ok(Status::of(id, &past, running))
    }

    /// How far each plan is, or why that cannot be told.
    pub fn list(&self) -> Result<Vec<Listed>, JournalError> {
        let with_status = |id: String| {
            let status = self.status(&id);
            (id, status)
        };
        Ok(self.ids()?.into_iter().map(with_status).collect())
    }

    fn folder(&self, id: &str) -> PathBuf {
        // An id is never a path.
        match is_id(id) {
            true => self.root.join(id),
            false => self.root.join("no-plan"),
        }
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn read(folder: &Path) -> Result<Past, JournalError> {
    match fs::read(folder.join(JOURNAL)) {
        Ok(bytes) => Past::read(&bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Past::default()),
        Err(error) => Err(JournalError::of_folder(folder, &error)),
    }
}

fn lock(folder: &Path, id: &str) -> Result<File, JournalError> {
    let file = private()
        .open(folder.join(LOCK))
        .map_err(|error| JournalError::of_folder(folder, &error))?;
    let mut looks = 0;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            // Somebody who only looks holds it for a moment.
            Err(TryLockError::WouldBlock) if looks < LOOKS => thread::sleep(LOOK),
            Err(TryLockError::WouldBlock) => return Err(JournalError::Running(id.to_owned())),
            Err(TryLockError::Error(error)) => return Err(JournalError::of_folder(folder, &error)),
        }
        looks += 1;
    }
}

/// Whether a process runs the plan; those that only look do not see each other.
fn is_locked(folder: &Path) -> bool {
    let Ok(file) = File::open(folder.join(LOCK)) else {
        return false;
    };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Files that nobody else may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A folder that nobody else may read; one that is there keeps its rights.
fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes the names in a folder survive; only Unix offers it.
fn sync_folder(path: &Path) -> io::Result<()> {
    match cfg!(unix) {
        true => File::open(path)?.sync_all(),
        false => Ok(()),
    }
}

fn default_folder() -> Option<PathBuf> {
    let absolute = |name: &str| {
        std::env::var_os(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state = absolute("XDG_STATE_HOME")
        .or_else(|| absolute("HOME").map(|home| home.join(".local/state")))
        .or_else(|| absolute("LOCALAPPDATA"))?;
    Some(state.join("kubectl-hv/journals"))
}
