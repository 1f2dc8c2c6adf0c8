//! Reads what a map says of a disk.

use std::collections::BTreeMap;

use serde_json::Value;

use super::form::{BindForm, BlankForm, DiskForm};
use super::name::{NameKind, check_id, check_name, size_of};
use super::problem::{Problems, quoted};
use super::shape::{Shape, below};
use super::{BindEntry, DiskEntry, DiskMode};
use crate::header::CsiVolume;

pub(super) const DISK: Shape = Shape::Fields(&[
    ("existing", Shape::Text),
    (
        "bind",
        Shape::Fields(&[
            ("volume", Shape::Text),
            ("driver", Shape::Text),
            ("handle", Shape::Text),
            ("attributes", Shape::Named(&Shape::Text)),
            ("fsType", Shape::Text),
            ("nodeAffinity", Shape::Anything),
            ("class", Shape::Text),
            ("size", Shape::Text),
        ]),
    ),
    ("image", Shape::Text),
    (
        "blank",
        Shape::Fields(&[("class", Shape::Text), ("size", Shape::Text)]),
    ),
    ("snapshot", Shape::Text),
    ("skip", Shape::Flag),
    ("claim", Shape::Text),
]);

/// What one entry says; nothing if it is wrong, which is told then.
pub(super) fn entry(path: &str, form: DiskForm, problems: &mut Problems) -> Option<DiskEntry> {
    let given: Vec<&str> = [
        ("existing", form.existing.is_some()),
        ("bind", form.bind.is_some()),
        ("image", form.image.is_some()),
        ("blank", form.blank.is_some()),
        ("snapshot", form.snapshot.is_some()),
        ("skip", form.skip.is_some()),
    ]
    .into_iter()
    .filter_map(|(mode, is_given)| is_given.then_some(mode))
    .collect();
    if given.len() != 1 {
        let all = "existing, bind, image, blank, snapshot or skip";
        let message = match given.is_empty() {
            true => format!("has no mode: write one of {all}"),
            false => format!("has several modes ({}): write one", given.join(", ")),
        };
        problems.add(path, message);
        return None;
    }
    let mut reader = Reader { path, problems };
    if let Some(claim) = &form.claim {
        reader.object("claim", claim);
        if form.existing.is_some() || form.skip.is_some() {
            let message = format!("no claim is made with {}", quoted(given[0]));
            reader.problems.add(&below(path, "claim"), message);
        }
    }
    let mode = reader.mode(
        form.existing,
        form.bind,
        form.image,
        form.blank,
        form.snapshot,
        form.skip,
    )?;
    Some(DiskEntry {
        mode,
        claim: form.claim,
    })
}

struct Reader<'a> {
    path: &'a str,
    problems: &'a mut Problems,
}

impl Reader<'_> {
    fn mode(
        &mut self,
        existing: Option<String>,
        bind: Option<BindForm>,
        image: Option<String>,
        blank: Option<BlankForm>,
        snapshot: Option<String>,
        skip: Option<bool>,
    ) -> Option<DiskMode> {
        if let Some(claim) = existing {
            self.object("existing", &claim);
            return Some(DiskMode::Existing(claim));
        }
        if let Some(bind) = bind {
            return self.bind(bind).map(DiskMode::Bind);
        }
        if let Some(image) = image {
            if image.is_empty() {
                return Some(DiskMode::Image(None));
            }
            self.told("image", check_id(NameKind::Object, &image));
            return Some(DiskMode::Image(Some(image)));
        }
        if let Some(BlankForm { class, size }) = blank {
            self.class("blank", class.as_deref());
            let size = self.size("blank", size.as_deref());
            return Some(DiskMode::Blank { class, size });
        }
        if let Some(snapshot) = snapshot {
            self.object("snapshot", &snapshot);
            return Some(DiskMode::Snapshot(snapshot));
        }
        if skip == Some(false) {
            self.told(
                "skip",
                Err("false says nothing: leave the entry out".to_owned()),
            );
        }
        Some(DiskMode::Skip)
    }

    fn bind(&mut self, form: BindForm) -> Option<BindEntry> {
        if let Some(volume) = form.volume.clone() {
            self.object("bind.volume", &volume);
            if form
                != (BindForm {
                    volume: form.volume.clone(),
                    ..BindForm::default()
                })
            {
                let wrong =
                    "the volume is there and says all else: write nothing beside \"volume\"";
                self.told("bind", Err(wrong.to_owned()));
            }
            return Some(BindEntry::Volume(volume));
        }
        self.class("bind", form.class.as_deref());
        let size = self.size("bind", form.size.as_deref());
        let volume = match (form.driver, form.handle) {
            (Some(driver), Some(handle)) => {
                self.told("bind.driver", check_name(NameKind::Object, &driver));
                let printable = |c: char| !c.is_control() && !c.is_whitespace();
                if handle.is_empty() || !handle.chars().all(printable) {
                    let wrong = format!("{} is no handle of a volume", quoted(&handle));
                    self.told("bind.handle", Err(wrong));
                }
                if form
                    .node_affinity
                    .as_ref()
                    .is_some_and(|one| !is_affinity(one))
                {
                    let wrong = "is none of a PersistentVolume: write required.nodeSelectorTerms";
                    self.told("bind.nodeAffinity", Err(wrong.to_owned()));
                }
                Some(CsiVolume {
                    driver,
                    handle,
                    attributes: form.attributes.unwrap_or_default(),
                    node_affinity: form.node_affinity,
                })
            }
            (None, None) => {
                if form.attributes.is_some() || form.node_affinity.is_some() {
                    let wrong = "says how to reach a volume, and not which: write \"driver\" and \"handle\"";
                    self.told("bind", Err(wrong.to_owned()));
                }
                None
            }
            (driver, _) => {
                let missing = if driver.is_some() { "handle" } else { "driver" };
                self.told("bind", Err(format!("{} is missing", quoted(missing))));
                return None;
            }
        };
        Some(BindEntry::Csi {
            volume,
            fs_type: form.fs_type,
            class: form.class,
            size,
        })
    }

    fn told(&mut self, field: &str, result: Result<(), String>) {
        if let Err(wrong) = result {
            self.problems.add(&format!("{}.{field}", self.path), wrong);
        }
    }

    fn object(&mut self, field: &str, name: &str) {
        self.told(field, check_name(NameKind::Object, name));
    }

    fn class(&mut self, mode: &str, class: Option<&str>) {
        if let Some(class) = class {
            self.object(&format!("{mode}.class"), class);
        }
    }

    /// The one spelling of a size.
    fn size(&mut self, mode: &str, size: Option<&str>) -> Option<String> {
        match size_of(size?) {
            Ok(size) => Some(size),
            Err(wrong) => {
                self.told(&format!("{mode}.size"), Err(wrong));
                None
            }
        }
    }
}

fn is_affinity(value: &Value) -> bool {
    let terms = value["required"]["nodeSelectorTerms"].as_array();
    terms.is_some_and(|terms| !terms.is_empty() && terms.iter().all(Value::is_object))
}

/// Tells disks of one VM that would be the same claim.
pub(super) fn same_claims(
    path: &str,
    entries: &BTreeMap<String, DiskEntry>,
    problems: &mut Problems,
) {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for (disk, entry) in entries {
        let named = (&entry.mode, &entry.claim);
        let ((DiskMode::Existing(claim), _) | (_, Some(claim))) = named else {
            continue;
        };
        if let Some(other) = seen.insert(claim, disk) {
            let (other, claim) = (quoted(other), quoted(claim));
            problems.add(
                &below(path, disk),
                format!("{other} has the claim {claim}, too"),
            );
        }
    }
}
