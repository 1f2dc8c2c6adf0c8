//! The table of images.

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
    let mut headers: Vec<String> = [
        "NAME",
        "BACKEND",
        "STORAGECLASS",
        "VIRTUAL-SIZE",
        "CLONE-STRATEGY",
    ]
    .map(Into::into)
    .to_vec();
    if wide {
        headers.extend(shown.iter().map(|capability| heading(*capability)));
    }
    let mut table = Table::namespaced(all_namespaces, headers);
    for item in items {
        let Some(image) = &item.image else { continue };
        let mut row: Vec<Cell> = vec![
            Cell::from(item.target.name.as_str()),
            Cell::from(image.backend.as_str()),
            Cell::or_none(Some(image.storage_class.clone()).filter(|class| !class.is_empty())),
            Cell::from(
                image
                    .virtual_size_bytes
                    .map_or("<unknown>".to_owned(), size),
            ),
            Cell::from(image.clone_strategy.as_str()),
        ];
        if wide {
            row.extend(
                shown
                    .iter()
                    .map(|capability| cell(&item.capabilities[capability], notes)),
            );
        }
        table.row_in(item.target.namespace.as_deref().unwrap_or_default(), row);
    }
    ui.table(&table);
    if ui.headers() {
        ui.out("");
        for item in items {
            let Some(image) = &item.image else { continue };
            let name = &item.target.name;
            ui.out(&format!(
                "{name}: a disk is made by {}. {}",
                image.clone_strategy, image.clone_cost
            ));
            if !image.ready {
                ui.out(&format!("{name}: the image has not been imported."));
            }
        }
    }
}

/// Bytes in the unit that fits, as Kubernetes writes quantities.
fn size(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["", "Ki", "Mi", "Gi", "Ti"];
    let (mut whole, mut rest, mut unit) = (bytes, 0, 0);
    while whole >= 1024 && unit + 1 < UNITS.len() {
        rest = whole % 1024;
        whole /= 1024;
        unit += 1;
    }
    let tenth = rest * 10 / 1024;
    if tenth == 0 {
        format!("{whole}{}", UNITS[unit])
    } else {
        format!("{whole}.{tenth}{}", UNITS[unit])
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    #[test]
    fn sizes_are_shown_in_the_unit_that_fits() {
        for (bytes, text) in [
            (0, "0"),
            (1023, "1023"),
            (1024, "1Ki"),
            (3_758_096_384, "3.5Gi"),
            (21_474_836_480, "20Gi"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }
}
