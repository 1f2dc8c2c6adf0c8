//! The VMs that are backed up, here and on the other cluster, with their claims and volumes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::sheet::{SOUND, Sheet};
use crate::world::machine::{Catalog, Table};
use crate::world::release::data_error;
use crate::world::{World, WorldError, edit};

/// Rows of VMs and how to expand them.
pub(super) struct Cast {
    classes: BTreeMap<String, Value>,
    rows: Vec<Value>,
    /// Objects of the VMs of the other cluster.
    pub(super) elsewhere: Vec<Value>,
}

impl Cast {
    /// Adds the VMs of this cluster to the world, and expands those of the other one.
    pub(super) fn of(world: &mut World, sheet: &Sheet) -> Result<Self, WorldError> {
        let mut cast = Self {
            classes: sheet.classes.clone(),
            rows: [sheet.machines.as_slice(), &sheet.elsewhere].concat(),
            elsewhere: Vec::new(),
        };
        let here = cast.expand(world, &sheet.machines)?;
        world.objects.extend(here);
        cast.elsewhere = cast.expand(world, &sheet.elsewhere)?;
        Ok(cast)
    }

    /// All objects of some VMs.
    pub(super) fn expand(&self, world: &World, rows: &[Value]) -> Result<Vec<Value>, WorldError> {
        let table: Table =
            serde_json::from_value(json!({"classes": self.classes, "machines": rows}))
                .map_err(|error| data_error(SOUND, &error.to_string()))?;
        Ok(table.expand(&Catalog::of(&world.objects, &table)))
    }

    /// The row of a VM, to make another one like it.
    pub(super) fn row(&self, namespace: &str, name: &str) -> Result<Value, WorldError> {
        let found = self.rows.iter().find(|row| {
            row["name"] == name && row["namespace"].as_str().unwrap_or("default") == namespace
        });
        found.cloned().ok_or_else(|| {
            data_error(
                SOUND,
                &format!("no row of the VM {namespace}/{name} to restore"),
            )
        })
    }
}

/// One object of a list.
pub(super) fn find<'a>(
    objects: &'a [Value],
    kind: &str,
    namespace: &str,
    name: &str,
) -> Result<&'a Value, WorldError> {
    objects
        .iter()
        .find(|object| edit::is_named(object, kind, namespace, name))
        .ok_or_else(|| data_error(SOUND, &format!("no {kind} {namespace}/{name}")))
}
