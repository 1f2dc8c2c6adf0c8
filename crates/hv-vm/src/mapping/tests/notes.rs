//! What the guest will notice.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::header::Note;

fn told(case: &mut Case, change: impl FnOnce(&mut Assignment)) -> Vec<Note> {
    let stored = stored(case);
    let mut assignment = identity(&stored.header);
    change(&mut assignment);
    guest_notes(&stored, &assignment)
}

fn message(notes: &[Note], code: &str) -> String {
    let found = notes.iter().find(|note| note.code == code);
    found
        .unwrap_or_else(|| panic!("no {code} in {notes:?}"))
        .message
        .clone()
}

#[test]
fn a_vm_that_stays_as_it_was_loses_its_firmware_state_only() {
    let notes = told(&mut plain(), |_| {});
    assert_eq!(codes(&notes), ["efi-state-lost", "tpm-state-lost"]);
}

#[test]
fn new_addresses_are_told_and_looked_for_in_network_data() {
    let network = |text: &str| {
        let mut case = plain();
        case.world.edit(&crate::samples::secret(), |secret| {
            secret["data"]["networkdata"] = STANDARD.encode(text).into();
        });
        case
    };
    let mut named = network("ethernets:\n  a:\n    match: {macaddress: \"52-54-00-8A-11-02\"}\n");
    let notes = told(&mut named, |one| one.macs = MacChoice::New);
    assert_eq!(
        codes(&notes),
        [
            "efi-state-lost",
            "mac-changed",
            "mac-in-network-data",
            "tpm-state-lost"
        ]
    );
    assert_eq!(
        message(&notes, "mac-changed"),
        "The interface \"nic-1\" gets a new MAC address."
    );
    assert_eq!(
        message(&notes, "mac-in-network-data"),
        "The network data goes by the old MAC address of \"nic-2\": the guest may come up without that network."
    );
    let notes = told(&mut network("dhcp"), |one| {
        one.macs = MacChoice::Given(pairs(&[("nic-2", "52:54:00:00:00:02")]));
    });
    assert_eq!(
        codes(&notes),
        ["efi-state-lost", "mac-changed", "tpm-state-lost"]
    );
    assert_eq!(
        message(&notes, "mac-changed"),
        "The interface \"nic-2\" has the MAC address 52:54:00:00:00:02."
    );
    let mut same = network("dhcp");
    let notes = told(&mut same, |one| {
        one.macs = MacChoice::Given(pairs(&[("nic-2", "52:54:00:8a:11:02")]));
    });
    assert_eq!(codes(&notes), ["efi-state-lost", "tpm-state-lost"]);
    let mut sealed = network("dhcp");
    sealed.plaintext = false;
    let notes = told(&mut sealed, |one| one.macs = MacChoice::New);
    assert_eq!(
        message(&notes, "network-data-unread"),
        "Whether the network data in the Secret \"web01-f8t2z\" goes by the old MAC addresses could not be read."
    );
}

#[test]
fn another_name_is_seen_in_many_places() {
    let mut case = plain();
    case.world.spec()["subdomain"] = "web01".into();
    case.world
        .add_volume(json!({"name": "drive", "cloudInitConfigDrive": {"secretRef": {"name": "x"}}}));
    let notes = told(&mut case, |one| one.vm = name("dr", "front"));
    assert_eq!(
        codes(&notes),
        [
            "config-drive-instance-id",
            "efi-state-lost",
            "hostname-renamed",
            "nvram-renamed",
            "subdomain-renamed",
            "tpm-state-lost"
        ]
    );
    assert_eq!(
        message(&notes, "hostname-renamed"),
        "The guest is offered the host name \"front\" instead of \"web01\"."
    );
    assert_eq!(
        message(&notes, "config-drive-instance-id"),
        "The instance id of the config drive becomes \"front.dr\": cloud-init runs in full once more."
    );
    let notes = told(&mut case, |one| one.vm = name("dr", "web01"));
    assert_eq!(
        codes(&notes),
        [
            "config-drive-instance-id",
            "efi-state-lost",
            "tpm-state-lost"
        ]
    );
}

#[test]
fn disks_that_are_not_what_they_were_are_told() {
    let notes = |disk: &str, choice: fn(&Disk) -> DiskChoice| {
        let at = usize::from(disk == "data");
        let notes = told(&mut plain(), |one| {
            let header = web01().header;
            one.disks.insert(disk.to_owned(), choice(&header.disks[at]));
        });
        notes
            .into_iter()
            .filter(|note| note.code.contains("disk"))
            .map(|note| (note.code, note.message))
            .collect::<Vec<_>>()
    };
    let one = |code: &str, message: &str| vec![(code.to_owned(), message.to_owned())];
    let image = |_: &Disk| DiskChoice::Image {
        claim: "a".to_owned(),
        image: "images/noble".to_owned(),
        class: "c".to_owned(),
        size: "40Gi".to_owned(),
        access_modes: Vec::new(),
        volume_mode: "Block".to_owned(),
        cdi: false,
    };
    assert_eq!(notes("rootdisk", existing), []);
    assert_eq!(
        notes("rootdisk", blank),
        one(
            "boot-disk-blank",
            "The disk \"rootdisk\" is empty, and the VM boots from it: it will not start an operating system."
        )
    );
    assert_eq!(
        notes("data", blank),
        one("disk-blank", "The disk \"data\" is empty.")
    );
    assert_eq!(
        notes("data", |_| DiskChoice::Skip),
        one("disk-skipped", "The VM goes without the disk \"data\".")
    );
    assert_eq!(
        notes("rootdisk", |_| DiskChoice::Skip),
        one(
            "boot-disk-skipped",
            "The VM goes without \"rootdisk\", the disk that it boots from."
        )
    );
    assert_eq!(
        notes("rootdisk", image),
        one(
            "disk-from-image",
            "The disk \"rootdisk\" is a fresh copy of the image \"images/noble\" and not the disk of the source."
        )
    );
}

#[test]
fn devices_that_stay_behind_and_a_missing_serial_are_told() {
    let mut case = plain();
    let domain = &mut case.world.spec()["domain"];
    domain["devices"]["gpus"] = json!([{"name": "gpu-1", "deviceName": "nvidia.com/A100"}]);
    domain["firmware"].as_object_mut().unwrap().remove("serial");
    let instance = Key::new(Kind::VirtualMachineInstance, "prod", "web01");
    case.world.set(&instance, State::Missing);
    let notes = told(&mut case, |_| {});
    assert_eq!(
        message(&notes, "device-dropped"),
        "The guest goes without the device \"gpu-1\" (nvidia.com/A100), which is one of the source's nodes."
    );
    assert!(codes(&notes).contains(&"serial-unset"));
}

#[test]
fn an_ip_address_that_was_given_by_hand_is_named() {
    let mut case = plain();
    case.world.vm["metadata"]["annotations"]["static-ip.harvesterhci.io/nic-1"] = "10.0.0.7".into();
    let notes = told(&mut case, |_| {});
    assert_eq!(
        message(&notes, "static-ip-kept"),
        "The address 10.0.0.7 of the interface \"nic-1\" travels with the VM: the network of the target must have it, and it must be free."
    );
    let note = notes.iter().find(|note| note.code == "static-ip-kept");
    assert_eq!(
        note.unwrap().path,
        "metadata.annotations[static-ip.harvesterhci.io/nic-1]"
    );
}
