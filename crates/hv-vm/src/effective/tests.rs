//! Where effective values come from.

use serde_json::{Value, json};

use super::fill;

fn vm(interface: &Value, firmware: &Value) -> Value {
    json!({
        "metadata": {"name": "web01", "annotations": {}},
        "spec": {"template": {"spec": {"domain": {
            "devices": {"interfaces": [interface]}, "firmware": firmware,
        }}}},
    })
}

fn instance(mac: &Value, status: &Value, firmware: &Value) -> Value {
    json!({
        "spec": {"domain": {
            "devices": {"interfaces": [{"name": "other", "macAddress": "02:ff:ff:ff:ff:ff"}, {"name": "a", "macAddress": mac}]},
            "firmware": firmware,
        }},
        "status": {"interfaces": [{"mac": "02:ee:ee:ee:ee:ee"}, {"name": "a", "mac": status}]},
    })
}

fn mac_of(vm: &Value) -> &Value {
    &vm["spec"]["template"]["spec"]["domain"]["devices"]["interfaces"][0]["macAddress"]
}

#[test]
fn an_address_is_taken_from_the_first_that_knows_it() {
    let at = |digit: u8| Value::from(format!("02-00-00-00-00-0{digit}"));
    let (none, no_firmware) = (Value::Null, Value::Null);
    for first in 1..=6_u8 {
        let known = |place: u8| {
            if place >= first {
                at(place)
            } else {
                none.clone()
            }
        };
        let mut stored = vm(&json!({"name": "a", "macAddress": known(1)}), &no_firmware);
        if first <= 2 {
            let remembered = json!({"a": at(2), "gone": at(9)}).to_string();
            stored["metadata"]["annotations"]["harvesterhci.io/mac-address"] = remembered.into();
        }
        let running = instance(&known(3), &known(4), &no_firmware);
        let before = vm(&json!({"name": "a", "macAddress": known(5)}), &no_firmware);
        let notes = fill(&mut stored, Some(&running), Some(&before));
        let codes: Vec<&str> = notes.iter().map(|note| note.code.as_str()).collect();
        if first <= 5 {
            assert_eq!(
                *mac_of(&stored),
                format!("02:00:00:00:00:0{first}"),
                "{first}"
            );
            assert_eq!(codes, ["firmware-uuid-from-name"]);
        } else {
            assert_eq!(*mac_of(&stored), Value::Null);
            assert_eq!(codes, ["mac-unknown", "firmware-uuid-from-name"]);
        }
        assert_eq!(stored["metadata"]["annotations"], json!({}), "{first}");
    }
}

#[test]
fn firmware_ids_are_taken_from_the_first_that_knows_them() {
    let interface = json!({"name": "a", "macAddress": "02:00:00:00:00:01"});
    let ids =
        |place: u8| json!({"uuid": format!("uuid-{place}"), "serial": format!("serial-{place}")});
    let empty = json!({"uuid": "", "bootloader": {"efi": {}}});
    for first in 1..=3_u8 {
        let known = |place: u8| {
            if place >= first {
                ids(place)
            } else {
                empty.clone()
            }
        };
        let mut stored = vm(&interface, &known(1));
        let running = instance(&Value::Null, &Value::Null, &known(2));
        let before = vm(&interface, &known(3));
        let notes = fill(&mut stored, Some(&running), Some(&before));
        let firmware = &stored["spec"]["template"]["spec"]["domain"]["firmware"];
        assert_eq!(firmware["uuid"], format!("uuid-{first}"));
        assert_eq!(firmware["serial"], format!("serial-{first}"));
        assert!(notes.is_empty(), "{notes:?}");
        if first > 1 {
            assert_eq!(firmware["bootloader"], json!({"efi": {}}));
        }
    }
}

#[test]
fn a_vm_without_a_firmware_uuid_gets_that_of_its_name() {
    let interface = json!({"name": "a", "macAddress": "02:00:00:00:00:01"});
    let mut stored = vm(&interface, &Value::Null);
    let notes = fill(&mut stored, None, None);
    let expected = json!({"uuid": "8521b45e-38d5-5e52-aebd-e6fb975b5614"});
    assert_eq!(
        stored["spec"]["template"]["spec"]["domain"]["firmware"],
        expected
    );
    assert_eq!(notes[0].code, "firmware-uuid-from-name");

    // The same notes and values once they are written.
    let mut again = stored.clone();
    assert_eq!(fill(&mut again, None, None), notes);
    assert_eq!(again, stored);
}

#[test]
fn what_is_no_address_stays_and_is_noted() {
    let mut stored = vm(
        &json!({"name": "a", "macAddress": "nonsense"}),
        &json!({"uuid": "u"}),
    );
    stored["metadata"]["annotations"]["harvesterhci.io/mac-address"] = "{".into();
    let notes = fill(&mut stored, None, None);
    assert_eq!(*mac_of(&stored), "nonsense");
    let codes: Vec<&str> = notes.iter().map(|note| note.code.as_str()).collect();
    assert_eq!(codes, ["mac-annotation-unreadable", "mac-unreadable"]);
    assert_eq!(
        notes[1].path,
        "spec.template.spec.domain.devices.interfaces[0].macAddress"
    );
}

#[test]
fn an_address_of_digits_only_is_an_address() {
    let mut stored = vm(
        &json!({"name": "a", "macAddress": "52:54:00:12:34:56"}),
        &json!({"uuid": "u"}),
    );
    assert_eq!(fill(&mut stored, None, None), []);
    assert_eq!(*mac_of(&stored), "52:54:00:12:34:56");
}

#[test]
fn a_vm_without_the_parts_stays_as_it_is() {
    for vm in [
        json!({}),
        json!({"spec": {"template": {}}}),
        json!(null),
        json!({"metadata": {"annotations": []}}),
    ] {
        let mut stored = vm.clone();
        assert_eq!(fill(&mut stored, Some(&json!({})), Some(&json!(1))), []);
        assert_eq!(stored, vm);
    }
}
