//! Gives loaded objects the uid and the age they have in their world.
//!
//! An API server gives every new object a uid and a creation time of its own, which no client can choose. The
//! world's are written into etcd afterwards, as if a copy of a real cluster's etcd had been
//! restored: names made of uids (`pvc-<uid>`), references and ages then fit together.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

use super::Error;
use super::etcd::{Keys, after};

/// What an object is to have.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Identity {
    pub(crate) uid: Option<String>,
    pub(crate) created: Option<String>,
}

/// By the uid the API server gave.
pub(crate) type Identities = BTreeMap<String, Identity>;

impl Identity {
    pub(crate) fn of(object: &Value) -> Self {
        let text = |field: &str| object["metadata"][field].as_str().map(str::to_owned);
        Self {
            uid: text("uid").filter(|uid| uid.len() == UID_LENGTH),
            created: text("creationTimestamp"),
        }
    }
}

/// Rewrites all stored objects whose uid is known.
pub(crate) async fn restore(keys: &Keys, identities: &Identities) -> Result<(), Error> {
    let mut start = keys.prefix().as_bytes().to_vec();
    loop {
        let page = keys.page(&start).await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        start = after(last);
        let changed: Vec<_> = page
            .into_iter()
            .filter_map(|(key, value)| Some((key, rewrite(&value, identities)?)))
            .collect();
        keys.put(&changed).await?;
    }
}

fn rewrite(stored: &[u8], identities: &Identities) -> Option<Vec<u8>> {
    if stored.starts_with(PROTOBUF) {
        rewrite_protobuf(stored, identities)
    } else {
        rewrite_json(stored, identities)
    }
}

fn rewrite_json(stored: &[u8], identities: &Identities) -> Option<Vec<u8>> {
    let mut object: Value = serde_json::from_slice(stored).ok()?;
    let identity = identities.get(object["metadata"]["uid"].as_str()?)?;
    if let Some(uid) = &identity.uid {
        object["metadata"]["uid"] = uid.as_str().into();
    }
    if let Some(created) = &identity.created {
        object["metadata"]["creationTimestamp"] = created.as_str().into();
    }
    serde_json::to_vec(&object).ok()
}

const PROTOBUF: &[u8] = b"k8s\0";
const UID_LENGTH: usize = 36;
/// Tag and length of `ObjectMeta.uid`.
const UID_FIELD: &[u8] = &[0x2a, 36];
/// Tag and length of `ObjectMeta.creationTimestamp`, and the tag of its seconds.
const CREATED_FIELD: &[u8] = &[0x42, 8, 0x08];
/// Bytes of a varint of seconds from 1978 to 3058.
const SECONDS_LENGTH: usize = 5;

/// Replaces bytes in place: both values keep their length, so no other length changes.
fn rewrite_protobuf(stored: &[u8], identities: &Identities) -> Option<Vec<u8>> {
    let at = find(stored, UID_FIELD)? + UID_FIELD.len();
    let end = at + UID_LENGTH;
    let identity = identities.get(std::str::from_utf8(stored.get(at..end)?).ok()?)?;
    let mut changed = stored.to_vec();
    if let Some(uid) = &identity.uid {
        changed[at..end].copy_from_slice(uid.as_bytes());
    }
    let created = identity
        .created
        .as_ref()
        .and_then(|text| text.parse::<Timestamp>().ok());
    if let (Some(created), Some(offset)) = (created, find(&stored[end..], CREATED_FIELD)) {
        let seconds = varint(created.as_second().unsigned_abs());
        let at = end + offset + CREATED_FIELD.len();
        if seconds.len() == SECONDS_LENGTH && at + SECONDS_LENGTH <= changed.len() {
            changed[at..at + SECONDS_LENGTH].copy_from_slice(&seconds);
        }
    }
    Some(changed)
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or_default());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: &str = "11111111-1111-1111-1111-111111111111";
    const WANTED: &str = "22222222-2222-2222-2222-222222222222";

    fn identities() -> Identities {
        let identity = Identity {
            uid: Some(WANTED.into()),
            created: Some("2025-01-02T03:04:05Z".into()),
        };
        BTreeMap::from([(GIVEN.into(), identity)])
    }

    #[test]
    fn json_gets_both() {
        let stored = format!(
            r#"{{"metadata":{{"creationTimestamp":"2026-01-01T00:00:00Z","uid":"{GIVEN}"}}}}"#
        );
        let changed =
            String::from_utf8(rewrite(stored.as_bytes(), &identities()).unwrap()).unwrap();
        assert!(changed.contains(WANTED) && changed.contains("2025-01-02T03:04:05Z"));
    }

    #[test]
    fn protobuf_gets_both_and_keeps_its_length() {
        let mut stored = PROTOBUF.to_vec();
        stored.extend_from_slice(UID_FIELD);
        stored.extend_from_slice(GIVEN.as_bytes());
        stored.extend_from_slice(&[0x32, 0, 0x38, 0]);
        stored.extend_from_slice(CREATED_FIELD);
        stored.extend_from_slice(&varint(1_795_000_000));
        stored.extend_from_slice(&[0x10, 0]);
        let changed = rewrite(&stored, &identities()).unwrap();
        assert_eq!(changed.len(), stored.len());
        assert!(find(&changed, WANTED.as_bytes()).is_some());
        assert!(find(&changed, &varint(1_735_787_045)).is_some());
    }

    #[test]
    fn others_are_left_alone() {
        assert_eq!(rewrite(br#"{"metadata":{"uid":"x"}}"#, &identities()), None);
        assert_eq!(rewrite(b"k8s\0 nothing here", &identities()), None);
    }
}
