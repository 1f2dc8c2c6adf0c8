//! Disks: what becomes of each, by its entry in the map or by the flag for all others.

use hv_vm::header::{CsiVolume, Disk};
use hv_vm::mapping::{BindEntry, DiskChoice, DiskMode, static_volume};

use super::class::{access_modes, class_of, volume_mode};
use super::{DiskDefault, Draft, Ground, Plug, image};
use crate::inventory::Found;
use crate::preflight::Sheet;

/// What people call a disk: its volume, or its claim.
pub(super) fn name(disk: &Disk) -> &str {
    match disk.volume.is_empty() {
        true => &disk.claim,
        false => &disk.volume,
    }
}

/// Decides what becomes of each disk, and says what is open.
pub(super) fn plug(ground: &Ground<'_>, draft: &mut Draft<'_>, sheet: &mut Sheet<'_>) {
    let disks = draft.header.disks.iter();
    for disk in disks.filter(|disk| disk.role != "firmware-state") {
        let mut case = Case {
            ground,
            draft,
            disk,
            claim: disk.claim.clone(),
            sheet,
        };
        let choice = case.choose();
        draft.plugs.push(Plug { disk, choice });
    }
    drop_others(ground, draft, sheet);
}

/// Volumes without a claim, such as a CD-ROM: they can only be left out.
fn drop_others(ground: &Ground<'_>, draft: &mut Draft<'_>, sheet: &mut Sheet<'_>) {
    let vm = &draft.header.vm;
    let entries = ground
        .map
        .disks
        .get(&format!("{}/{}", vm.namespace, vm.name));
    let volumes = &draft.vm["spec"]["template"]["spec"]["volumes"];
    let has = |wanted: &str| {
        let mut volumes = volumes.as_array().into_iter().flatten();
        volumes.any(|volume| volume["name"] == wanted)
    };
    for (wanted, entry) in entries.into_iter().flatten() {
        let mut plugs = draft.plugs.iter().map(|plug| plug.disk);
        if plugs.any(|disk| disk.volume == *wanted || disk.claim == *wanted) || !has(wanted) {
            continue;
        }
        if entry.mode == DiskMode::Skip {
            draft.dropped.push(wanted.clone());
        } else {
            draft.open = true;
            sheet.say("disk-without-claim", &[("disk", wanted.as_str())]);
        }
    }
}

/// One disk while it is decided.
pub(super) struct Case<'c, 'a, 's> {
    pub(super) ground: &'c Ground<'c>,
    pub(super) draft: &'c Draft<'a>,
    pub(super) disk: &'a Disk,
    /// The name of the new claim.
    pub(super) claim: String,
    pub(super) sheet: &'c mut Sheet<'s>,
}

impl Case<'_, '_, '_> {
    fn choose(&mut self) -> Option<DiskChoice> {
        let (map, disk) = (self.ground.map, self.disk);
        let entry = map.disk_of(&self.draft.header.vm, &disk.volume, &disk.claim);
        if let Some(claim) = entry.and_then(|entry| entry.claim.as_ref()) {
            self.claim.clone_from(claim);
        }
        if let Some(entry) = entry {
            return match &entry.mode {
                DiskMode::Existing(claim) => self.existing(claim),
                DiskMode::Bind(BindEntry::Volume(volume)) => self.bind_volume(volume),
                DiskMode::Bind(BindEntry::Csi {
                    volume,
                    fs_type,
                    class,
                    size,
                }) => self.bind(
                    volume.as_ref(),
                    fs_type.as_deref(),
                    class.as_deref(),
                    size.as_ref(),
                ),
                DiskMode::Image(image) => image::fresh(self, image.as_deref()),
                DiskMode::Blank { class, size } => self.blank(class.as_deref(), size.as_ref()),
                DiskMode::Snapshot(snapshot) => self.snapshot(snapshot),
                DiskMode::Skip => {
                    self.say("disk-skipped");
                    Some(DiskChoice::Skip)
                }
            };
        }
        match self.ground.options.disk_default {
            Some(DiskDefault::Existing) => self.existing(&disk.claim),
            Some(DiskDefault::Image) => image::fresh(self, None),
            Some(DiskDefault::Blank) => self.blank(None, None),
            Some(DiskDefault::Bind) => self.bind(None, None, None, None),
            None => {
                self.say("disk-open");
                // A class that is missing is told at once, not after the next try.
                class_of(self.ground, self.draft, disk, None, self.sheet);
                None
            }
        }
    }

    pub(super) fn say(&mut self, code: &str) {
        self.sheet.say(code, &[("disk", name(self.disk))]);
    }

    pub(super) fn tell(&mut self, code: &str, key: &str, value: &str) {
        self.sheet
            .say(code, &[("disk", name(self.disk)), (key, value)]);
    }

    fn existing(&mut self, claim: &str) -> Option<DiskChoice> {
        let namespace = &self.draft.target.namespace;
        match self.ground.inventory.claims.get(namespace, claim) {
            Found::Yes(found) => Some(DiskChoice::Existing {
                claim: claim.to_owned(),
                class: found.spec.storage_class_name.clone(),
                size: match found.request() {
                    "" => found.size().to_owned(),
                    request => request.to_owned(),
                },
                volume_mode: mode_or_default(&found.spec.volume_mode),
                access_modes: found.spec.access_modes.clone(),
            }),
            Found::No => {
                self.tell("claim-missing", "claim", claim);
                None
            }
            Found::Unknown(why) => {
                self.tell("unknown-claims", "why", why);
                None
            }
        }
    }

    fn bind_volume(&mut self, volume: &str) -> Option<DiskChoice> {
        match self.ground.inventory.volumes.get("", volume) {
            Found::Yes(found) => Some(DiskChoice::Bind {
                claim: self.claim.clone(),
                volume: volume.to_owned(),
                create: None,
                class: found.spec.storage_class_name.clone(),
                size: found
                    .spec
                    .capacity
                    .get("storage")
                    .cloned()
                    .unwrap_or_default(),
                volume_mode: mode_or_default(&found.spec.volume_mode),
                access_modes: found.spec.access_modes.clone(),
            }),
            Found::No => {
                self.tell("volume-missing", "volume", volume);
                None
            }
            Found::Unknown(why) => {
                self.tell("unknown-volumes", "why", why);
                None
            }
        }
    }

    fn bind(
        &mut self,
        given: Option<&CsiVolume>,
        fs_type: Option<&str>,
        class: Option<&str>,
        size: Option<&String>,
    ) -> Option<DiskChoice> {
        let csi = given.or(self.disk.csi.as_ref());
        if csi.is_none() {
            self.say("bind-without-handle");
        }
        let class = class_of(self.ground, self.draft, self.disk, class, self.sheet);
        let size = self.size(size);
        let (csi, (class, found), size) = (csi?, class?, size?);
        if let Some(found) = found.filter(|found| found.provisioner != csi.driver) {
            let values = [
                ("disk", name(self.disk)),
                ("class", found.metadata.name.as_str()),
                ("driver", csi.driver.as_str()),
                ("before", self.disk.class.as_deref().unwrap_or_default()),
            ];
            self.sheet.say("bind-class-driver", &values);
            return None;
        }
        let (volume, create) = static_volume(csi, fs_type);
        Some(DiskChoice::Bind {
            claim: self.claim.clone(),
            volume,
            create: Some(create),
            class,
            size,
            volume_mode: volume_mode(self.disk, self.sheet),
            access_modes: access_modes(self.disk, found, self.sheet),
        })
    }

    fn blank(&mut self, class: Option<&str>, size: Option<&String>) -> Option<DiskChoice> {
        let class = class_of(self.ground, self.draft, self.disk, class, self.sheet);
        let size = self.size(size);
        let ((class, found), size) = (class?, size?);
        if found.is_some_and(|found| found.parameters.contains_key("backingImage")) {
            let before = self.disk.class.clone().unwrap_or_default();
            let values = [("class", class.as_str()), ("before", &before)];
            self.sheet.say("class-of-image", &values);
            return None;
        }
        Some(DiskChoice::Blank {
            claim: self.claim.clone(),
            class,
            size,
            volume_mode: volume_mode(self.disk, self.sheet),
            access_modes: access_modes(self.disk, found, self.sheet),
        })
    }

    fn snapshot(&mut self, snapshot: &str) -> Option<DiskChoice> {
        let class = class_of(self.ground, self.draft, self.disk, None, self.sheet);
        let size = self.size(None);
        let ((class, found), size) = (class?, size?);
        Some(DiskChoice::Snapshot {
            claim: self.claim.clone(),
            snapshot: snapshot.to_owned(),
            class,
            size,
            volume_mode: volume_mode(self.disk, self.sheet),
            access_modes: access_modes(self.disk, found, self.sheet),
        })
    }

    /// The size of a new claim: as given, else that of the source.
    pub(super) fn size(&mut self, given: Option<&String>) -> Option<String> {
        let size = given.or(self.disk.size.as_ref()).cloned();
        if size.is_none() {
            self.say("disk-size-unknown");
        }
        size
    }
}

/// A claim or volume that does not say so holds a file system.
fn mode_or_default(mode: &str) -> String {
    match mode {
        "" => "Filesystem".to_owned(),
        mode => mode.to_owned(),
    }
}
