//! The plugins that are shipped, and what each of them says without a cluster.

use std::path::PathBuf;

/// A plugin; words of a command line are parted by one blank, so that the last one can be empty.
pub(super) struct Shipped {
    pub(super) name: &'static str,
    /// A line of its help.
    pub(super) help: &'static str,
    /// What explains a code, and the first line of the answer.
    pub(super) explain: (&'static str, &'static str),
    /// A command with a mistyped code, and the answer.
    pub(super) typo: (&'static str, &'static str),
    /// Words before the tab key, and how a line of the answer begins.
    pub(super) completions: &'static [(&'static str, &'static str)],
}

pub(super) const SNAPSHOT: Shipped = Shipped {
    name: "hv-snapshot",
    help: "  kubectl hv-snapshot check-driver vm/web01 -n prod",
    explain: ("explain node-local", "node-local"),
    typo: (
        "explain node-locl",
        "error: unknown reason code \"node-locl\"\n\nhint: did you mean \"node-local\"?\n",
    ),
    completions: &[
        ("check-driver ", "vm/"),
        ("check-driver ", ":4"),
        ("explain node-l", "node-local\t"),
    ],
};

pub(super) const BACKUPFIX: Shipped = Shipped {
    name: "hv-backupfix",
    help: "  kubectl hv-backupfix scan -A",
    explain: ("explain wrong-handle", "wrong-handle"),
    typo: (
        "scan -A --only wrong-handel",
        "error: unknown code \"wrong-handel\"\n\nhint: did you mean \"wrong-handle\"?\n",
    ),
    completions: &[
        ("explain ", "backup/"),
        ("explain ", ":4"),
        ("explain wrong-h", "wrong-handle\t"),
        ("scan --only wrong-h", "wrong-handle\t"),
    ],
};

/// In the order of their names.
pub(super) const EXPORT: Shipped = Shipped {
    name: "hv-export",
    help: "  kubectl hv-export vm -A -l backup=yes --to ./bundles",
    // It has no codes to explain; this needs no cluster either.
    explain: ("rbac -n prod -o name", "serviceaccount/kubectl-hv-export"),
    typo: (
        "schedule --cron @dayly --image x --to pvc/b -n prod",
        "error: \"@dayly\" is no schedule: the words are @yearly, @annually, @monthly, @weekly, @daily, \
         @midnight, @hourly and @every DURATION\n\nhint: '0 2 * * *' is every night at two, @daily every midnight\n",
    ),
    completions: &[("check-a", "check-access"), ("rbac --secrets e", "encrypt")],
};

pub(super) const IMPORT: Shipped = Shipped {
    name: "hv-import",
    help: "  kubectl hv-import preflight bundles --context dr --map map.yaml",
    explain: ("explain class-missing", "class-missing"),
    typo: (
        "explain class-mising",
        "error: unknown code \"class-mising\"\n\nhint: did you mean \"class-missing\"?\n",
    ),
    completions: &[
        ("prefl", "preflight"),
        ("explain class-mis", "class-missing\t"),
    ],
};

pub(super) const ALL: [Shipped; 4] = [BACKUPFIX, EXPORT, IMPORT, SNAPSHOT];

impl Shipped {
    /// The file that kubectl looks for.
    pub(super) fn program(&self) -> String {
        format!("kubectl-{}", self.name.replace('-', "_"))
    }

    /// The plugin as the workspace built it.
    pub(super) fn binary(&self) -> PathBuf {
        hv_testbed::plugin::binary(&self.program())
    }

    /// Its archive of this version.
    pub(super) fn archive(&self, platform: &str) -> String {
        let version = env!("CARGO_PKG_VERSION");
        format!("kubectl-{}_v{version}_{platform}.tar.gz", self.name)
    }

    /// Its manifest, as a file name.
    pub(super) fn manifest(&self) -> String {
        format!("{}.yaml", self.name)
    }
}
