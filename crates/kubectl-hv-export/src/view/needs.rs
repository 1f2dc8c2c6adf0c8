//! A bundle's header for people: the VM, its disks, and what a target must have.

use hv_cli::{Cell, Table, Tone, Ui};
use hv_vm::header::{Disk, Header, Requirements};

/// Shows one bundle.
pub(crate) fn show(header: &Header, ui: &Ui) {
    let vm = &header.vm;
    let release = header.source.harvester.as_deref().unwrap_or("unknown");
    ui.out(&format!(
        "{}/{}  revision {}",
        vm.namespace, vm.name, header.revision
    ));
    ui.out(&format!("  digest   {}", header.digest));
    ui.out(&format!(
        "  lineage  {}, epoch {}",
        header.lineage_id, header.epoch
    ));
    ui.out(&format!(
        "  origin   {} ({}), Harvester {release}",
        header.source.cluster_id, header.source.cluster_id_from
    ));
    if let Some(reconstructed) = &header.reconstructed {
        ui.out(&format!("  made of  a {}", reconstructed.from));
        for guess in &reconstructed.guessed {
            ui.out(&format!("  guessed  {guess}"));
        }
    }
    let mut disks = Table::new(["DISK", "CLAIM", "SIZE", "MODE", "ACCESS", "CLASS", "IMAGE"]);
    for disk in &header.disks {
        disks.row(disk_cells(disk));
    }
    if !disks.is_empty() {
        ui.table(&disks);
    }
    let mut needs = Table::new(["NEEDS", "NAME", "DETAIL", "FOR"]);
    for [kind, name, detail, used_by] in rows(&header.requirements) {
        needs.row([kind, name, detail, used_by]);
    }
    for unread in &header.unread {
        needs.row([
            Cell::from(unread.object.kind.name()),
            Cell::from(&unread.object.name),
            Cell::toned(Tone::Bad, format!("not in the bundle: {}", unread.reason)),
            Cell::from(unread.used_by.join(", ")),
        ]);
    }
    if !needs.is_empty() {
        ui.table(&needs);
    }
    for note in &header.notes {
        ui.out(&format!("  note     {}", note.message));
    }
}

fn disk_cells(disk: &Disk) -> Vec<String> {
    let or_dash = |text: Option<&str>| text.filter(|t| !t.is_empty()).unwrap_or("-").to_owned();
    let volume = match disk.role.as_str() {
        "firmware-state" => "(firmware state)",
        _ => disk.volume.as_str(),
    };
    vec![
        volume.to_owned(),
        disk.claim.clone(),
        or_dash(disk.size.as_deref()),
        or_dash(disk.volume_mode.as_deref()),
        or_dash(Some(&disk.access_modes.join(","))),
        or_dash(disk.class.as_deref()),
        or_dash(disk.image.as_deref()),
    ]
}

/// Everything that a target must have, a row each.
fn rows(needs: &Requirements) -> Vec<[Cell; 4]> {
    let mut rows = Vec::new();
    let mut row = |kind: &str, name: &str, detail: Vec<String>, used_by: &[String]| {
        let detail: Vec<String> = detail.into_iter().filter(|part| !part.is_empty()).collect();
        let dash = |text: String| {
            if text.is_empty() {
                "-".to_owned()
            } else {
                text
            }
        };
        rows.push([
            Cell::from(kind),
            Cell::from(name),
            Cell::from(dash(detail.join(", "))),
            Cell::from(dash(used_by.join(", "))),
        ]);
    };
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    for class in &needs.storage_classes {
        let detail = vec![text(&class.driver), text(&class.volume_binding_mode)];
        row("StorageClass", &class.name, detail, &class.used_by);
    }
    for image in &needs.images {
        let size = image
            .virtual_size_bytes
            .map(|bytes| format!("{bytes} bytes"));
        let detail = vec![text(&image.display_name), text(&size), text(&image.backend)];
        row("Image", &image.id, detail, &image.used_by);
    }
    for network in &needs.networks {
        let vlan = network.vlan.map(|vlan| format!("VLAN {vlan}"));
        let detail = vec![
            text(&network.r#type),
            text(&vlan),
            text(&network.cluster_network),
        ];
        row("Network", &network.id, detail, &network.used_by);
    }
    for secret in &needs.secrets {
        let detail = vec![secret.state.clone(), secret.keys.join(" ")];
        row("Secret", &secret.name, detail, &secret.used_by);
    }
    for named in &needs.named {
        row(&named.kind, &named.id, Vec::new(), &named.used_by);
    }
    for device in &needs.devices {
        let users = std::slice::from_ref(&device.name);
        row("Device", &device.device, vec![device.r#type.clone()], users);
    }
    for label in &needs.node_labels {
        let detail = vec![
            format!("{} {}", label.operator, label.values.join(" "))
                .trim()
                .to_owned(),
        ];
        row("Node label", &label.key, detail, &[]);
    }
    let machine = &needs.machine;
    let mut cpu = vec![
        text(&machine.architecture),
        text(&machine.machine_type),
        text(&machine.cpu_model),
    ];
    cpu.extend(machine.cpu_features.iter().cloned());
    cpu.extend(machine.host_features.iter().cloned());
    row("Machine", "-", cpu, &[]);
    rows
}
