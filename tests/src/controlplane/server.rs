//! The control plane as a whole.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::apiserver::prepare;
use super::certificates::Authority;
use super::definitions::Definitions;
use super::discovery::Kinds;
use super::established::Established;
use super::etcd::{Keys, free_port};
use super::kubeconfig;
use super::process::Process;
use super::remote::Remote;
use super::user::{ADMIN, LOADER, Rule, User, VIEWER};
use super::{Api, Assets, Error, Etcd};

/// What kind of control plane is wanted.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Harvester's release, such as `v1.9.0-rc6`: it decides the definitions.
    pub release: String,
    /// API groups this release does not have.
    pub absent_groups: Vec<String>,
    /// Users besides [`User::usual`].
    pub users: Vec<User>,
    /// An etcd to share with other API servers.
    pub etcd: Option<Arc<Etcd>>,
}

/// A running API server; dropping it ends it.
pub struct ControlPlane {
    runtime: Option<Runtime>,
    controllers: Mutex<Vec<Process>>,
    apiserver: Process,
    etcd: Arc<Etcd>,
    prefix: String,
    url: String,
    authority: Authority,
    users: Vec<User>,
    pub(super) kinds: Kinds,
    pub(super) api: Api,
    pub(super) keys: Keys,
    pub(super) baseline: BTreeSet<Vec<u8>>,
    assets: Assets,
    dir: TempDir,
    started_in: Duration,
}

const PATIENCE: Duration = Duration::from_secs(90);
/// Two processes may be given the same free port; another try gets others.
const TRIES: u32 = 3;

impl ControlPlane {
    /// The user who loads worlds; the modelled admission does not look at what it writes.
    pub(crate) const LOADER: &str = LOADER;

    /// Starts etcd (unless one is given) and kube-apiserver, and waits until every definition is served.
    pub fn start(options: &Options) -> Result<Self, Error> {
        let assets = Assets::find()?;
        let mut tries = 1;
        loop {
            match Self::try_start(options, &assets) {
                Err(Error::Ended { .. }) if tries < TRIES => tries += 1,
                result => return result,
            }
        }
    }

    fn try_start(options: &Options, assets: &Assets) -> Result<Self, Error> {
        let begun = Instant::now();
        let dir = tempfile::Builder::new()
            .prefix("hv-testbed-")
            .tempdir()
            .map_err(Error::file(std::env::temp_dir()))?;
        let etcd = match &options.etcd {
            Some(etcd) => Arc::clone(etcd),
            None => Arc::new(Etcd::start(assets)?),
        };
        let mut users = User::usual();
        users.extend(options.users.iter().cloned());
        let authority = Authority::new()?;
        let port = free_port()?;
        let prefix = etcd.new_prefix();
        let args = prepare(dir.path(), port, &etcd, &prefix, &users, &authority)?;
        let definitions =
            Definitions::read(&assets.crds, &options.release, &options.absent_groups)?;
        let established = Established::of(&definitions, &assets.crds, &assets.apiserver);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(Error::Listen)?;
        let url = format!("https://127.0.0.1:{port}");
        let (api, keys) = {
            let _inside = runtime.enter();
            let token = token_of(&users, LOADER);
            (
                Api::new(&url, Some(authority.der()), token)?,
                Keys::new(etcd.url(), &prefix)?,
            )
        };
        let is_restored = wait_on(&runtime, async || {
            etcd.await_answer(&keys).await?;
            established.restore(&keys).await
        })?;
        let apiserver = Process::start(&assets.apiserver, args, dir.path().join("apiserver.log"))?;
        let mut plane = Self {
            runtime: Some(runtime),
            controllers: Mutex::default(),
            apiserver,
            etcd,
            prefix,
            url,
            authority,
            users,
            kinds: Kinds::new(),
            api,
            keys,
            baseline: BTreeSet::new(),
            assets: assets.clone(),
            dir,
            started_in: Duration::ZERO,
        };
        plane.await_answer("/apis/apiextensions.k8s.io/v1/customresourcedefinitions?limit=1")?;
        if !is_restored {
            plane.wait(async || definitions.create(&plane.api).await)?;
        }
        plane.kinds = plane.wait(async || definitions.await_served(&plane.api).await)?;
        if !is_restored {
            plane.wait(async || established.save(&plane.keys).await)?;
        }
        plane.await_answer("/readyz")?;
        plane.allow(VIEWER, None, &[Rule::read_all()])?;
        plane.baseline = plane
            .wait(async || plane.keys.names().await)?
            .into_iter()
            .collect();
        plane.started_in = begun.elapsed();
        Ok(plane)
    }

    fn await_answer(&self, path: &str) -> Result<(), Error> {
        let deadline = Instant::now() + PATIENCE;
        while self.wait(async || self.api.get(path).await).is_err() {
            self.etcd.check()?;
            self.apiserver.check()?;
            if Instant::now() > deadline {
                return Err(Error::Timeout(format!("{path} answered")));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    /// How long [`ControlPlane::start`] took.
    pub fn started_in(&self) -> Duration {
        self.started_in
    }

    /// Address of the API server.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the programs are.
    pub fn assets(&self) -> &Assets {
        &self.assets
    }

    /// The folder of certificates, kubeconfigs and logs; it goes with the control plane.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Requests with all rights, for looking at or changing what is there.
    pub fn api(&self) -> &Api {
        &self.api
    }

    /// Requests with the rights of one of the users.
    pub fn api_as(&self, user: &str) -> Result<Api, Error> {
        let _inside = self.runtime.as_ref().map(Runtime::enter);
        Api::new(
            &self.url,
            Some(self.authority.der()),
            token_of(&self.users, user),
        )
    }

    pub(crate) fn authority(&self) -> &Authority {
        &self.authority
    }

    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) {
        if let Some(runtime) = &self.runtime {
            runtime.spawn(future);
        }
    }

    /// Runs async work to its end, also when called inside another runtime.
    pub fn wait<T: Send>(&self, work: impl AsyncFnOnce() -> T + Send) -> T {
        #[expect(clippy::expect_used, reason = "taken on drop only")]
        let runtime = self.runtime.as_ref().expect("a runtime until dropped");
        wait_on(runtime, work)
    }

    /// Writes a kubeconfig for one of the users and gives its path.
    pub fn kubeconfig(&self, user: &str) -> Result<PathBuf, Error> {
        let token = token_of(&self.users, user).unwrap_or_default();
        let text = kubeconfig::text(&self.url, &self.authority.pem(), user, token);
        let path = self.dir.path().join(format!("{user}.kubeconfig"));
        std::fs::write(&path, text).map_err(Error::file(&path))?;
        Ok(path)
    }

    /// Starts kube-controller-manager with the named controllers.
    pub fn start_controllers(&self, names: &[&str]) -> Result<(), Error> {
        let args = vec![
            format!("--kubeconfig={}", self.kubeconfig(ADMIN)?.display()),
            format!("--controllers={}", names.join(",")),
            "--leader-elect=false".into(),
            "--secure-port=0".into(),
            // A conflict while binding is otherwise tried again after fifteen seconds.
            "--pvclaimbinder-sync-period=1s".into(),
        ];
        let log = self.dir.path().join("controllers.log");
        let process = Process::start(&self.assets.controller_manager, args, log)?;
        if let Ok(mut controllers) = self.controllers.lock() {
            controllers.push(process);
        }
        Ok(())
    }

    /// What another process needs for loading into this control plane.
    pub fn remote(&self) -> Remote {
        Remote {
            url: self.url.clone(),
            ca: self.authority.der(),
            token: token_of(&self.users, LOADER).unwrap_or_default().to_owned(),
            etcd: self.etcd.url().to_owned(),
            prefix: self.prefix.clone(),
        }
    }

    /// Names of all users.
    pub fn users(&self) -> impl Iterator<Item = &str> {
        self.users.iter().map(|user| user.name.as_str())
    }
}

impl Drop for ControlPlane {
    fn drop(&mut self) {
        // Waiting for the tasks would block, which an async caller must not.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// On a thread of its own, since the caller's may belong to another runtime.
fn wait_on<T: Send>(runtime: &Runtime, work: impl AsyncFnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| runtime.block_on(work()));
        thread
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

fn token_of<'a>(users: &'a [User], name: &str) -> Option<&'a str> {
    users
        .iter()
        .find(|user| user.name == name)
        .map(|user| user.token.as_str())
}
