//! Reads `Warning` headers, in which API servers speak to people.

/// The texts of one header value; only code 299 is meant for people.
pub(super) fn texts(header: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut rest = header.trim();
    while !rest.is_empty() {
        let mut parts = rest.splitn(3, ' ');
        let (Some(code), Some(_agent), Some(quoted)) = (parts.next(), parts.next(), parts.next())
        else {
            break;
        };
        let Some((text, after)) = unquote(quoted.trim_start()) else {
            break;
        };
        if code == "299" && !text.is_empty() {
            texts.push(text);
        }
        // A date may follow the text; the next warning starts after a comma.
        rest = after
            .find(',')
            .map_or("", |comma| after[comma + 1..].trim_start());
    }
    texts
}

/// Splits a quoted string with backslash escapes from what follows it.
fn unquote(quoted: &str) -> Option<(String, &str)> {
    let inner = quoted.strip_prefix('"')?;
    let mut text = String::new();
    let mut characters = inner.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return Some((text, &inner[at + 1..])),
            '\\' => text.push(characters.next()?.1),
            other => text.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::texts;

    #[test]
    fn only_code_299_is_told_and_quotes_are_resolved() {
        assert_eq!(
            texts(r#"299 - "v1beta1 is \"old\", use v1", 199 - "noise", 299 k8s "second""#),
            ["v1beta1 is \"old\", use v1", "second"]
        );
        assert_eq!(
            texts(r#"299 - "dated" "Sat, 25 Aug 2012 23:34:45 GMT""#),
            ["dated"]
        );
        for odd in [
            "",
            "299",
            "299 -",
            "299 - open",
            "299 - \"open",
            "\"",
            "299 - \"x\\",
        ] {
            assert!(texts(odd).is_empty(), "{odd}");
        }
    }
}
