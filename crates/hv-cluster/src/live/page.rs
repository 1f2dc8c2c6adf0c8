//! Reads one page of a list, straight into the views that were asked for.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// What was read of a list, over all pages.
#[derive(Debug)]
pub(super) struct Harvest<T> {
    pub(super) items: Vec<T>,
    seen: usize,
    odd: Vec<String>,
}

/// A page that is no list of objects.
#[derive(Debug)]
pub(super) struct NotAList;

#[derive(Deserialize)]
#[serde(bound(deserialize = "T: DeserializeOwned"))]
struct Page<T> {
    #[serde(default, deserialize_with = "present")]
    items: Option<Vec<T>>,
}

/// Go writes an empty list as null; a list without the field is none.
fn present<'de, T, D>(deserializer: D) -> Result<Option<Vec<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Ok(Some(Option::deserialize(deserializer)?.unwrap_or_default()))
}

impl<T: DeserializeOwned> Harvest<T> {
    pub(super) fn new() -> Self {
        Self {
            items: Vec::new(),
            seen: 0,
            odd: Vec::new(),
        }
    }

    /// Adds a page; objects that do not fit are named in the gap and skipped.
    pub(super) fn add(&mut self, body: &[u8]) -> Result<(), NotAList> {
        match serde_json::from_slice::<Page<T>>(body) {
            Ok(page) => {
                let mut items = page.items.ok_or(NotAList)?;
                self.seen += items.len();
                self.items.append(&mut items);
                Ok(())
            }
            Err(error) if error.is_data() => self.add_one_by_one(body),
            Err(_) => Err(NotAList),
        }
    }

    fn add_one_by_one(&mut self, body: &[u8]) -> Result<(), NotAList> {
        let page: Page<Value> = serde_json::from_slice(body).map_err(|_| NotAList)?;
        for value in page.items.ok_or(NotAList)? {
            self.seen += 1;
            let name = name_of(&value);
            match serde_json::from_value(value) {
                Ok(item) => self.items.push(item),
                Err(_) => self.odd.push(name),
            }
        }
        Ok(())
    }

    /// A sentence about the objects that were skipped.
    pub(super) fn complaint(&self) -> Option<String> {
        not_understood(&self.odd, self.seen)
    }
}

/// Names at most three of the objects that were skipped.
pub(crate) fn not_understood(odd: &[String], seen: usize) -> Option<String> {
    const SHOWN: usize = 3;
    let shown: Vec<&str> = odd.iter().take(SHOWN).map(String::as_str).collect();
    let more = odd.len().saturating_sub(SHOWN);
    let rest = if more == 0 {
        String::new()
    } else {
        format!(" and {more} more")
    };
    (!odd.is_empty()).then(|| {
        format!(
            "{} of {seen} objects could not be understood: {}{rest}",
            odd.len(),
            shown.join(", ")
        )
    })
}

/// `namespace/name`, as far as there are any.
pub(crate) fn name_of(value: &Value) -> String {
    let text = |key| value.pointer(key).and_then(Value::as_str);
    let name = text("/metadata/name").unwrap_or("(without a name)");
    match text("/metadata/namespace") {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}

/// The token of the next page, without reading the objects.
pub(super) fn next_token(body: &[u8]) -> Option<String> {
    if let Some(list) = behind_items(body) {
        return list.metadata.r#continue.filter(|token| !token.is_empty());
    }
    let mut found = None;
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    // The visitor stops early by an error of its own, so the result says nothing.
    let _ = deserializer.deserialize_map(Peek {
        found: &mut found,
        life: PhantomData,
    });
    found.filter(|token| !token.is_empty())
}

/// What follows the objects, where servers write the rest of the list behind them, as for
/// custom resources.
///
/// A quote in a string is escaped, so the mark begins members of an object; that all of the rest
/// belongs to it and nothing is left shows that this object is the list itself.
fn behind_items(body: &[u8]) -> Option<Behind> {
    const MARK: &[u8] = b"],\"kind\":\"";
    const FAR: usize = 64 << 10;
    let tail = &body[body.len().saturating_sub(FAR)..];
    let start = tail
        .windows(MARK.len())
        .rposition(|window| window == MARK)?;
    let mut members = b"{".to_vec();
    members.extend_from_slice(&tail[start + "],".len()..]);
    serde_json::from_slice(&members).ok()
}

#[derive(Deserialize)]
struct Behind {
    metadata: ListMeta,
}

struct Peek<'a, 'de> {
    found: &'a mut Option<String>,
    life: PhantomData<&'de ()>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ListMeta {
    r#continue: Option<String>,
}

impl<'de> Visitor<'de> for Peek<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_map<A>(self, mut access: A) -> Result<(), A::Error>
    where
        A: MapAccess<'de>,
    {
        while let Some(key) = access.next_key::<String>()? {
            if key == "metadata" {
                *self.found = access.next_value::<ListMeta>()?.r#continue;
                return Err(serde::de::Error::custom("seen enough"));
            }
            access.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct View {
        size: u8,
    }

    #[test]
    fn one_odd_object_does_not_cost_the_page() {
        let body = br#"{"kind":"L","metadata":{"continue":"t"},"items":[{"size":1},
            {"size":"big","metadata":{"name":"web","namespace":"prod"}},{"size":3}]}"#;
        let mut harvest = Harvest::<View>::new();
        harvest.add(body).unwrap();
        assert_eq!(
            harvest
                .items
                .iter()
                .map(|view| view.size)
                .collect::<Vec<_>>(),
            [1, 3]
        );
        assert_eq!(
            harvest.complaint().unwrap(),
            "1 of 3 objects could not be understood: prod/web"
        );
        assert_eq!(next_token(body).as_deref(), Some("t"));
    }

    #[test]
    fn a_null_list_is_empty_and_a_missing_one_is_an_error() {
        let mut harvest = Harvest::<View>::new();
        harvest.add(br#"{"items":null,"metadata":{}}"#).unwrap();
        assert!(harvest.items.is_empty() && harvest.complaint().is_none());
        for odd in [
            &br#"{"metadata":{}}"#[..],
            b"{",
            b"[]",
            br#"{"items":{}}"#,
            b"\xff",
        ] {
            assert!(harvest.add(odd).is_err(), "{odd:?}");
            assert_eq!(next_token(odd), None);
        }
        assert_eq!(
            next_token(br#"{"items":[1],"metadata":{"continue":"t"}}"#).as_deref(),
            Some("t")
        );
        assert_eq!(next_token(br#"{"metadata":{"continue":""}}"#), None);
    }

    #[test]
    fn the_token_is_found_on_either_side_of_the_objects() {
        for (body, token) in [
            (
                r#"{"apiVersion":"v1","items":[{"kind":"X"}],"kind":"L","metadata":{"continue":"t"}}"#,
                Some("t"),
            ),
            (
                r#"{"items":[],"kind":"L","metadata":{"continue":""}}"#,
                None,
            ),
            (r#"{"items":[],"kind":"L","metadata":{}}"#, None),
            // What looks like the end of a list is the end of an object, or text.
            (
                r#"{"metadata":{"continue":"t"},"items":[{"a":[],"kind":"X","metadata":{"continue":"no"}}]}"#,
                Some("t"),
            ),
            (
                r#"{"metadata":{"continue":"t"},"items":[{"a":"],\"kind\":\"L\",\"metadata\":{\"continue\":\"no\"}}"}]}"#,
                Some("t"),
            ),
        ] {
            let body = format!("{body}\n");
            assert_eq!(next_token(body.as_bytes()).as_deref(), token, "{body}");
        }
    }
}
