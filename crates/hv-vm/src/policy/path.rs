//! Paths of fields: how rows write them and how they are shown.

use std::fmt::Write as _;

/// One step of a row's path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A key of a map.
    Key(String),
    /// Every key of a map that begins so.
    Prefix(String),
    /// Every element of a list.
    Each,
}

/// A path that a row cannot have.
#[derive(Debug, thiserror::Error)]
#[error("\"{0}\" is no path")]
pub(super) struct PathError(String);

/// The paths that a row's text stands for.
pub(super) fn parse(text: &str) -> Result<Vec<Vec<Step>>, PathError> {
    let full = match text.strip_prefix("T.") {
        Some(rest) => format!("spec.template.spec.{rest}"),
        None => text.to_owned(),
    };
    expand(&full).iter().map(|one| steps(one)).collect()
}

/// `a.{b,c}.d` is `a.b.d` and `a.c.d`.
fn expand(text: &str) -> Vec<String> {
    let parts = text.split_once('{').and_then(|(head, rest)| {
        rest.split_once('}')
            .map(|(names, tail)| (head, names, tail))
    });
    let Some((head, names, tail)) = parts else {
        return vec![text.to_owned()];
    };
    names
        .split(',')
        .flat_map(|name| expand(&format!("{head}{name}{tail}")))
        .collect()
}

fn steps(text: &str) -> Result<Vec<Step>, PathError> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(tail) = rest.strip_prefix("[]") {
            found.push(Step::Each);
            rest = tail;
        } else if let Some(quoted) = rest.strip_prefix("[\"") {
            let (key, tail) = quoted
                .split_once("\"]")
                .ok_or_else(|| PathError(text.to_owned()))?;
            found.push(match key.strip_suffix('*') {
                Some(prefix) => Step::Prefix(prefix.to_owned()),
                None => Step::Key(key.to_owned()),
            });
            rest = tail;
        } else {
            let bare = rest.strip_prefix('.').unwrap_or(rest);
            let end = bare.find(['.', '[']).unwrap_or(bare.len());
            let (key, tail) = bare.split_at(end);
            if key.is_empty() || key.contains([']', '*', '"']) {
                return Err(PathError(text.to_owned()));
            }
            found.push(Step::Key(key.to_owned()));
            rest = tail;
        }
    }
    Ok(found)
}

/// Adds a key to a path that is shown.
pub(crate) fn push_key(path: &mut String, key: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if key.is_empty() || !key.bytes().all(plain) {
        let _ = write!(path, "[{key:?}]");
        return;
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(key);
}

/// Adds the place in a list to a path that is shown.
pub(crate) fn push_index(path: &mut String, index: usize) {
    let _ = write!(path, "[{index}]");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(name: &str) -> Step {
        Step::Key(name.to_owned())
    }

    #[test]
    fn a_row_can_name_several_fields() {
        let found = parse("T.volumes[].{a,b}.x").unwrap();
        let volumes = [
            key("spec"),
            key("template"),
            key("spec"),
            key("volumes"),
            Step::Each,
        ];
        for (path, name) in found.iter().zip(["a", "b"]) {
            assert_eq!(path[..5], volumes);
            assert_eq!(path[5..], [key(name), key("x")]);
        }
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn quoted_keys_hold_dots_and_end_in_a_star() {
        let found = parse(r#"metadata.{annotations,labels}["a.io/{x,y}*"]"#).unwrap();
        assert_eq!(found.len(), 4);
        assert_eq!(
            found[3][1..],
            [key("labels"), Step::Prefix("a.io/y".into())]
        );
        assert_eq!(parse(r#"m["a.b"]"#).unwrap()[0][1], key("a.b"));
    }

    #[test]
    fn a_path_that_is_none_is_refused() {
        for text in ["a..b", "a[\"b", "a.*", "a[0]", "."] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn shown_paths_quote_what_needs_it() {
        let mut path = String::new();
        push_key(&mut path, "spec");
        push_key(&mut path, "disks");
        push_index(&mut path, 2);
        push_key(&mut path, "a.io/b");
        assert_eq!(path, r#"spec.disks[2]["a.io/b"]"#);
    }
}
