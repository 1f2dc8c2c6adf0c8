//! Backups: a sound set for every release, and one broken state for every code of a finding.
//!
//! The data lie in `tests/worlds/backups.yaml` and `tests/worlds/findings/<code>.yaml`; `tests/worlds/README.md`
//! says how to write them. A row of the table becomes the `VirtualMachineBackup` and everything that Harvester, the
//! snapshot controller and Longhorn make for it, shaped as each release does.

mod cast;
mod change;
mod digest;
mod grow;
mod line;
mod longhorn;
mod names;
mod part;
mod plan;
mod pointer;
mod restore;
mod restored;
mod rows;
mod schedule;
mod setting;
mod sheet;
mod snapshot;
mod store;
#[cfg(test)]
mod tests;
mod vmbackup;
mod words;

use super::release::data_error;
use super::{World, WorldError, sources};
use cast::Cast;
use line::Line;
use plan::Plan;
use restore::Restore;
use rows::{Made, Target};
use sheet::{SOUND, Sheet};

pub(super) use grow::objects as grown;

/// What follows the `+` of a world with nothing wrong in its backups.
pub(super) const SOUND_SET: &str = "backups";

/// The codes there is a broken state for.
pub(super) fn codes() -> Vec<&'static str> {
    sources::FINDINGS.iter().map(|(code, _)| *code).collect()
}

/// Further codes that the cause of one yields.
pub(super) fn also(code: &str) -> Result<Vec<String>, WorldError> {
    Sheet::finding(code).map(|sheet| sheet.also)
}

/// Adds the sound set, or the set of a code, to a world of a release.
pub(super) fn add(world: &mut World, code: &str) -> Result<(), WorldError> {
    world.name = format!("{}+{code}", world.name);
    let line = Line::of(world);
    let mut sheet = Sheet::sound()?;
    let mut file = SOUND.to_owned();
    if code != SOUND_SET {
        let finding = Sheet::finding(code)?;
        file = format!("findings/{code}.yaml");
        if finding.releases.holds(line) {
            sheet = sheet.with(finding);
        }
    }
    let target = sheet.target()?;
    target.set(world, line);
    cover(world, &["prod".to_owned()]);
    let cast = Cast::of(world, &sheet)?;
    let plans = plans(world, &cast, &sheet, line)?;
    add_backups(world, &plans, &sheet, &target, line);
    add_restores(world, &plans, &cast, &sheet, &target, line)?;

    let mut files = store::files(&plans, &world.objects, world.now);
    for change in &sheet.changes {
        change
            .apply(world, &plans, line)
            .map_err(|reason| data_error(&file, &reason))?;
    }
    store::change(&mut files, &sheet.files).map_err(|reason| data_error(&file, &reason))?;
    world.target = files;
    Ok(())
}

fn plans(world: &World, cast: &Cast, sheet: &Sheet, line: Line) -> Result<Vec<Plan>, WorldError> {
    let mut plans: Vec<Plan> = Vec::new();
    for row in &sheet.backups {
        let plan = if let Some(key) = &row.data_of {
            let other = plans.iter().find(|plan| plan.key() == *key);
            let other = other.ok_or_else(|| data_error(SOUND, &format!("no backup {key}")))?;
            Plan::like(row, other)?
        } else {
            let objects = match row.made {
                Made::Here => &world.objects,
                Made::Elsewhere => &cast.elsewhere,
            };
            Plan::of(row, objects, &world.objects, line)?
        };
        plans.push(plan);
    }
    Ok(plans)
}

fn add_backups(world: &mut World, plans: &[Plan], sheet: &Sheet, target: &Target, line: Line) {
    let schedules = sheet
        .schedules
        .iter()
        .map(|row| schedule::object(row, plans));
    world.objects.extend(schedules);
    world
        .objects
        .extend(longhorn::objects(plans, line, &target.url()));
    for plan in plans {
        world.objects.push(vmbackup::object(plan, line, target));
        for disk in &plan.disks {
            let [content, snapshot] = snapshot::pair(plan, disk);
            // Harvester takes a content of that name, if there is one, for its own.
            if world
                .get("VolumeSnapshotContent", "", &disk.content)
                .is_none()
            {
                world.objects.push(content);
            }
            world.objects.push(snapshot);
        }
    }
}

fn add_restores(
    world: &mut World,
    plans: &[Plan],
    cast: &Cast,
    sheet: &Sheet,
    target: &Target,
    line: Line,
) -> Result<(), WorldError> {
    for row in &sheet.restores {
        let backup = plans.iter().find(|plan| plan.key() == row.of);
        let backup = backup.ok_or_else(|| data_error(SOUND, &format!("no backup {}", row.of)))?;
        let restore = Restore { row, backup, line };
        world.objects.extend(restore.pairs());
        restored::add(world, &restore, cast, &target.url())?;
        world.objects.push(restore.object());
    }
    Ok(())
}

/// Lets a support bundle cover some namespaces, as the setting for that would.
fn cover(world: &mut World, namespaces: &[String]) {
    let setting = world.get("Setting", "", "support-bundle-namespaces");
    let value = setting
        .and_then(|setting| setting["value"].as_str())
        .unwrap_or_default();
    let mut listed: Vec<String> = value.split(',').map(str::to_owned).collect();
    listed.retain(|name| !name.is_empty());
    for name in namespaces {
        for list in [&mut listed, &mut world.namespaces_in_bundle] {
            if !list.contains(name) {
                list.push(name.clone());
            }
        }
    }
    world.set_setting("support-bundle-namespaces", &listed.join(","));
}
