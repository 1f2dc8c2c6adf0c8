//! The files and flags by which a person says what goes where.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use hv_cli::{Failure, Ui};
use hv_vm::header::Header;
use hv_vm::mapping::{MacChoice, MapError, MapFile, NameKind, Rendered, check_name, patch};

use crate::about::AboutPatch;
use crate::args::{ImportArgs, MacMode};
use crate::bundles::Bundles;
use crate::domain;
use crate::resolve::{Opener, Options};

/// Files and flags, read and checked.
pub(crate) struct Wishes {
    /// The map; an empty one if none is given.
    pub(crate) map: MapFile,
    /// What flags decide.
    pub(crate) options: Options,
    rules: Option<patch::Rules>,
}

impl Wishes {
    /// Reads the files, and fails for words that cannot be meant.
    pub(crate) fn read(
        args: &ImportArgs,
        namespace: Option<&str>,
        bundles: &Bundles,
    ) -> Result<Self, Failure> {
        if let Some(namespace) = namespace {
            check_name(NameKind::Namespace, namespace)
                .map_err(|why| Failure::usage(format!("--to-namespace: {why}")))?;
        }
        if let Some(name) = &args.name {
            check_name(NameKind::Vm, name)
                .map_err(|why| Failure::usage(format!("--name: {why}")))?;
            if bundles.vms.len() > 1 {
                let failure = Failure::usage("--name is for one VM, and there are several bundles");
                return Err(
                    failure.hint("choose one with --vm NAMESPACE/NAME, or name each in the map")
                );
            }
        }
        let map = match &args.map {
            Some(path) => parsed("--map", path, MapFile::parse)?,
            None => MapFile::default(),
        };
        let rules = match &args.patch {
            Some(path) => Some(parsed("--patch", path, patch::Rules::parse)?),
            None => None,
        };
        let options = Options {
            to_namespace: namespace.map(str::to_owned),
            name: args.name.clone(),
            mac: (args.mac == MacMode::New).then_some(MacChoice::New),
            disk_default: args.disk_default.map(Into::into),
            on_exists: args.on_exists.into(),
            create_namespace: args.create_namespace,
            opener: args.identity.as_deref().map(opener).transpose()?,
            tool: format!("{}/{}", crate::VISITOR.program, crate::VISITOR.version),
        };
        Ok(Self {
            map,
            options,
            rules,
        })
    }

    /// Entries of the map that no bundle has anything for: mostly slips of the pen.
    pub(crate) fn tell_unused(&self, bundles: &Bundles, ui: &Ui) {
        // A map for all bundles says more than some of them need.
        if bundles.chosen {
            return;
        }
        let stored = bundles
            .vms
            .iter()
            .filter_map(|bundle| bundle.stored.as_ref().ok());
        let headers: Vec<&Header> = stored.map(|stored| &stored.header).collect();
        for problem in self.map.unused(&headers) {
            ui.warn(&format!("--map: {problem}"));
        }
    }

    /// Changes the objects as `--patch` says.
    pub(crate) fn patch<'a>(
        &self,
        rendered: impl Iterator<Item = &'a mut Rendered>,
    ) -> Result<Vec<AboutPatch>, Failure> {
        let Some(rules) = &self.rules else {
            return Ok(Vec::new());
        };
        let mut places: Vec<&mut Rendered> = rendered.collect();
        let mut all: Vec<Rendered> = places.iter_mut().map(|one| std::mem::take(*one)).collect();
        let patched = patch::apply(rules, &mut all).map_err(|error| {
            Failure::usage(format!("--patch: {error}")).hint("docs/mapping.md explains rules")
        })?;
        for (place, one) in places.into_iter().zip(all) {
            *place = one;
        }
        let told = patched.into_iter().map(|one| AboutPatch {
            rule: one.rule,
            object: crate::steps::reference(&one.object).to_string(),
            changes: one.changes.iter().map(ToString::to_string).collect(),
        });
        Ok(told.collect())
    }
}

fn parsed<T>(
    flag: &str,
    path: &Path,
    parse: impl Fn(&str) -> Result<T, MapError>,
) -> Result<T, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("{flag} \"{shown}\" cannot be read: {error}")))?;
    parse(&text).map_err(|error| {
        let problems: Vec<String> = error.problems.iter().map(ToString::to_string).collect();
        Failure::usage(format!("{flag} \"{shown}\": {}", problems.join("\n  ")))
            .hint("docs/mapping.md has every entry")
    })
}

fn opener(path: &Path) -> Result<Opener, Failure> {
    let identities = domain::identities(path)?;
    Ok(Arc::new(move |sealed: &[u8]| {
        let opened = identities.open(sealed);
        opened.map(drop).map_err(|error| error.to_string())
    }))
}
