//! What is masked in texts and objects, and what is not.

use serde_json::json;

use super::*;

fn learned() -> Mask {
    let mut mask = Mask::default();
    mask.learn(&mut json!({
        "password": "hunter2-x", "data": {"a": "d2lmaSBrZXk=", "b": ""}, "userData": "two words",
        "endpoint": "https://S3.lan:9000", "macAddress": "52:54:00:aa:bb:cc", "name": "web",
    }));
    mask
}

#[test]
fn the_same_value_has_the_same_mask_and_another_one_another() {
    let mut mask = learned();
    for (text, expected) in [
        ("hunter2-x", "secret-1"),
        (
            "login hunter2-x, again hunter2-x.",
            "login secret-1, again secret-1.",
        ),
        ("d2lmaSBrZXk=", "secret-2"),
        ("the wifi key here", "the secret-3 here"),
        (
            "say two words twice: two words",
            "say secret-4 twice: secret-4",
        ),
        ("password=other-one", "password=secret-5"),
        ("s3.lan and hv.s3.lan.", "host-1 and hv.host-1."),
        ("S3.LAN", "host-2"),
        ("52-54-00-AA-BB-CC, 525400aabbcc", "mac-1, mac-1"),
        ("02:00:00:00:00:01", "mac-2"),
        (
            "10.0.0.5:443, 10.0.0.6 and 10.0.0.5",
            "address-1:443, address-2 and address-1",
        ),
        ("fd00::1 is fd00:0::1", "address-3 is address-3"),
        ("web", "web"),
        ("bak://pvc-1/backup-1", "bak://pvc-1/backup-1"),
        ("harvesterhci.io/v1beta1", "harvesterhci.io/v1beta1"),
        ("v1.8.2", "v1.8.2"),
        ("2026-08-01T10:00:00Z", "2026-08-01T10:00:00Z"),
    ] {
        assert_eq!(mask.text(text), expected, "{text}");
    }
    let counts = Counts {
        secrets: 5,
        macs: 2,
        addresses: 3,
        hosts: 2,
    };
    assert_eq!(mask.counts(), counts);
}

#[test]
fn objects_keep_their_shape() {
    let mut mask = learned();
    let mut object = json!({
        "metadata": {"name": "web", "annotations": {"mac-52:54:00:aa:bb:cc": "{\"password\":\"x\",\"n\":1}"}},
        "headers": [{"name": "X-Token", "value": "abc"}, {"name": "Accept", "value": "json"}],
        "password": 1234, "data": {"k": null, "e": "", "n": "null"}, "count": 7, "on": true,
        "plain": "{ \"a\": 1 }",
    });
    mask.object(&mut object);
    let expected = json!({
        "metadata": {"name": "web", "annotations": {"mac-mac-1": "{\"n\":1,\"password\":\"secret-3\"}"}},
        "headers": [{"name": "X-Token", "value": "secret-1"}, {"name": "Accept", "value": "json"}],
        "password": "secret-4", "data": {"k": null, "e": "", "n": "null"}, "count": 7, "on": true,
        "plain": "{ \"a\": 1 }",
    });
    assert_eq!(
        object["headers"],
        json!([{"name": "X-Token", "value": object["headers"][0]["value"]}, {"name": "Accept", "value": "json"}])
    );
    for pointer in ["/data", "/count", "/on", "/plain", "/metadata/name"] {
        assert_eq!(
            object.pointer(pointer),
            expected.pointer(pointer),
            "{pointer}"
        );
    }
    let text = object.to_string();
    assert!(
        !text.contains("1234") && !text.contains("abc") && text.contains("mac-mac-1"),
        "{text}"
    );
}

proptest::proptest! {
    #[test]
    fn any_text_is_masked(text in "(.{0,12}(hunter2-x|s3\\.lan|://|@|password=|two words|10\\.0\\.0\\.5|=|:)?){0,6}") {
        learned().text(&text);
    }

    #[test]
    fn a_secret_between_any_words_is_masked(before in ".{0,20}[^a-zA-Z0-9]", after in "[^a-zA-Z0-9].{0,9}") {
        let masked = learned().text(&format!("{before}hunter2-x{after}"));
        proptest::prop_assert!(!masked.contains("hunter2"), "{}", masked);
    }
}
