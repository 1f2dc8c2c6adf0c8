//! The table of storage classes, drivers and claims.

use hv_cli::{Cell, OutputFormat, Table, Ui};
use hv_cluster::capability::Capability;

use super::footnotes::Footnotes;
use super::{cell, heading};
use crate::report::Item;

pub(super) fn show(
    items: &[&Item],
    shown: &[Capability],
    all_namespaces: bool,
    notes: &mut Footnotes<'_>,
    ui: &Ui,
) {
    let wide = ui.format() == OutputFormat::Wide;
    let claims = items
        .iter()
        .any(|item| item.target.kind == "PersistentVolumeClaim");
    let mut headers = vec![if claims {
        "NAME".to_owned()
    } else {
        "STORAGECLASS".to_owned()
    }];
    if claims {
        headers.push("STORAGECLASS".to_owned());
    }
    headers.push("DRIVER".to_owned());
    if wide {
        headers.push("ENGINE".to_owned());
    }
    headers.extend(shown.iter().map(|capability| heading(*capability)));
    if wide {
        headers.extend(["SNAPSHOT-CLASS", "BINDING", "CLONE-STRATEGY", "SIDECARS"].map(Into::into));
    }
    let mut table = Table::namespaced(claims && all_namespaces, headers);
    for item in items {
        let mut row: Vec<Cell> = vec![Cell::from(match item.target.kind {
            // A driver without a class has no name to show in this column.
            "CSIDriver" => "<none>",
            _ => item.target.name.as_str(),
        })];
        let class = item.class.as_ref();
        if claims {
            row.push(Cell::or_none(class.map(|class| class.name.clone())));
        }
        row.push(Cell::from(driver(item, wide)));
        if wide {
            row.push(Cell::or_none(item.engine.clone()));
        }
        row.extend(
            shown
                .iter()
                .map(|capability| cell(&item.capabilities[capability], notes)),
        );
        if wide {
            row.push(Cell::or_none(
                class.and_then(|class| class.snapshot_class.clone()),
            ));
            row.push(Cell::or_none(
                class.map(|class| class.volume_binding_mode.clone()),
            ));
            row.push(Cell::or_none(
                class.and_then(|class| class.clone_strategy.clone()),
            ));
            let sidecars = class
                .map(|class| class.sidecars.join(","))
                .filter(|list| !list.is_empty());
            row.push(Cell::or_none(sidecars));
        }
        table.row_in(item.target.namespace.as_deref().unwrap_or_default(), row);
    }
    ui.table(&table);
}

/// The driver, with its engine where there is no column for it.
pub(super) fn driver(item: &Item, wide: bool) -> String {
    match &item.engine {
        Some(engine) if !wide => format!("{}/{engine}", item.driver),
        _ if item.driver.is_empty() => "<unknown>".to_owned(),
        _ => item.driver.clone(),
    }
}
