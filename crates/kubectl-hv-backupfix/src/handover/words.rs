//! Takes a text apart into words and parts of words, and replaces some of them.

use super::url::NO_HOST;

/// A part of a text, to be replaced or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// A word, or a part of one.
    Word(&'t str),
    /// The value of something that is called a secret.
    Secret(&'t str),
}

/// Whether the text is one that a word of a sentence cannot hold.
pub(super) fn is_delimiter(character: char) -> bool {
    character.is_whitespace() || "\"'`,;()[]{}<>|\\".contains(character)
}

/// Replaces words, or else parts of them; nothing is replaced twice.
pub(super) fn replace(text: &str, with: &mut dyn FnMut(Part<'_>) -> Option<String>) -> String {
    let mut replaced = String::with_capacity(text.len());
    let mut rest = text;
    let mut name = "";
    while !rest.is_empty() {
        let start = rest.find(|c| !is_delimiter(c)).unwrap_or(rest.len());
        replaced.push_str(&rest[..start]);
        let quote = rest[..start]
            .chars()
            .next_back()
            .filter(|c| matches!(c, '"' | '\''));
        rest = &rest[start..];
        let mut end = rest.find(is_delimiter).unwrap_or(rest.len());
        let is_sign = rest[..end].trim_matches([':', '=']).is_empty();
        if is_introduced(name) && !is_sign {
            // In quotes a secret may have blanks.
            end = quote.and_then(|quote| rest.find(quote)).unwrap_or(end);
            let secret = &rest[..end];
            replaced.push_str(&with(Part::Secret(secret)).unwrap_or_else(|| secret.to_owned()));
            name = "";
        } else {
            let word = &rest[..end];
            replaced.push_str(&parts(word, with));
            // In `"password": "x"` the colon is a word of its own.
            name = match is_sign {
                true if bare(name).is_empty() => "",
                true => joined(text, name, word),
                false => word,
            };
        }
        rest = &rest[end..];
    }
    replaced
}

/// The stretch of a text from a name to the sign behind it.
fn joined<'t>(text: &'t str, name: &'t str, sign: &'t str) -> &'t str {
    let offset = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    text.get(offset(name)..offset(sign) + sign.len())
        .unwrap_or_default()
}

/// A name without the sign behind it and the quotes around it.
fn bare(name: &str) -> &str {
    name.trim_end_matches(|c| is_delimiter(c) || c == ':' || c == '=')
}

/// Whether the next word is a secret: after `Bearer`, or after `password:`.
fn is_introduced(name: &str) -> bool {
    if matches!(name, "Bearer" | "Basic") {
        return true;
    }
    let is_assigned = name.ends_with(':') || name.ends_with('=');
    is_assigned
        && is_secret(
            bare(name)
                .rsplit(['&', '?', '.'])
                .next()
                .unwrap_or_default(),
        )
}

/// Names after which a secret follows in a sentence; `data: not found` is none.
fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_lowercase();
    let is_soft = plain.ends_with("data") || plain.ends_with("token") || plain == "authorization";
    hv_cli::redact::is_secret(name) && !is_soft
}

fn parts(word: &str, with: &mut dyn FnMut(Part<'_>) -> Option<String>) -> String {
    if let Some(mask) = with(Part::Word(word)) {
        return mask;
    }
    let signs = word.match_indices([':', '=', '/']).map(|(at, _)| at + 1);
    let mut replaced = String::with_capacity(word.len());
    let mut at = 0;
    for start in signs {
        let Some(end) = secret(word, start).filter(|end| start >= at && *end > start) else {
            continue;
        };
        replaced.push_str(&names(&word[at..start], word, with));
        let secret = &word[start..end];
        replaced.push_str(&with(Part::Secret(secret)).unwrap_or_else(|| secret.to_owned()));
        at = end;
    }
    replaced + &names(&word[at..], word, with)
}

/// Replaces names in a part of a word; the word itself was looked at already.
fn names(part: &str, word: &str, with: &mut dyn FnMut(Part<'_>) -> Option<String>) -> String {
    let mut replaced = String::with_capacity(part.len());
    let mut at = 0;
    for (start, end) in bounds(part) {
        let name = &part[start..end];
        let mask = if name.len() < word.len() {
            with(Part::Word(name))
        } else {
            None
        };
        replaced.push_str(&part[at..start]);
        replaced.push_str(mask.as_deref().unwrap_or(name));
        at = end;
    }
    replaced + &part[at..]
}

/// The parts of a word: what a name can be made of.
fn bounds(word: &str) -> Vec<(usize, usize)> {
    let is_part = |c: char| c.is_alphanumeric() || ".-_+".contains(c);
    let mut bounds = Vec::new();
    let mut at = 0;
    while let Some(start) = word[at..].find(is_part).map(|more| at + more) {
        let end = word[start..]
            .find(|c| !is_part(c))
            .map_or(word.len(), |more| start + more);
        bounds.push((start, end));
        at = end;
    }
    bounds
}

/// Where the secret ends that begins here, if one does: a value such as in `password=x`, or the
/// credentials of a URL.
fn secret(word: &str, start: usize) -> Option<usize> {
    if let Some(end) = credentials(word, start) {
        return Some(end);
    }
    let name = word[..start]
        .strip_suffix('=')
        .or_else(|| word[..start].strip_suffix(':'))?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let name = &name[name.trim_end_matches(is_name).len()..];
    let is_signed = name.to_ascii_lowercase().ends_with("signature");
    let is_secret = is_signed || (hv_cli::redact::is_secret(name) && !name.ends_with("data"));
    let rest = &word[start..];
    is_secret.then(|| start + rest.find(['&', '#']).unwrap_or(rest.len()))
}

fn credentials(word: &str, start: usize) -> Option<usize> {
    let at = word.find("://")?;
    let scheme = word[..at]
        .rsplit(|c: char| !c.is_ascii_alphanumeric())
        .next()?;
    let begin = at + 3;
    if NO_HOST.contains(&scheme) || start != begin {
        return None;
    }
    let authority = &word[begin..];
    let authority = &authority[..authority.find(['/', '?', '#']).unwrap_or(authority.len())];
    authority
        .rfind('@')
        .map(|end| begin + end)
        .filter(|end| *end > begin)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let mut with = |part: Part<'_>| match part {
            Part::Word(word) => (word == "known").then(|| "K".to_owned()),
            Part::Secret(_) => Some("S".to_owned()),
        };
        replace(text, &mut with)
    }

    #[test]
    fn words_and_parts_are_replaced_where_they_stand() {
        for (text, expected) in [
            ("known", "K"),
            ("the known one, (known)", "the K one, (K)"),
            ("x=known/y", "x=K/y"),
            ("known*, $known", "K*, $K"),
            ("unknown known-not", "unknown known-not"),
            ("https://known:9000/x?y=known", "https://K:9000/x?y=K"),
            ("", ""),
            ("::", "::"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn values_of_secret_names_are_secrets() {
        for (text, expected) in [
            ("password=hunter/2=x", "password=S"),
            ("password=$hunter:2", "password=S"),
            ("password=\"hunter 2\", x", "password=\"S\", x"),
            ("password='hunter", "password='S"),
            ("password= next", "password= S"),
            ("password:", "password:"),
            ("https://h/x?token=a/b&y=1", "https://h/x?token=S&y=1"),
            (
                "https://h/?X-Amz-Signature=ab",
                "https://h/?X-Amz-Signature=S",
            ),
            ("https://me:hush@h/x", "https://S@h/x"),
            ("s3://bucket@region/", "s3://bucket@region/"),
            ("Authorization: Bearer abc.def", "Authorization: Bearer S"),
            ("password: hunter2, user: me", "password: S, user: me"),
            ("{\"secretAccessKey\":\"hush", "{\"secretAccessKey\":\"S"),
            (
                "{\"secretAccessKey\" : \"hush\"",
                "{\"secretAccessKey\" : \"S\"",
            ),
            ("AWS_SECRET_ACCESS_KEY=x", "AWS_SECRET_ACCESS_KEY=S"),
            (
                "failed to get data: not found",
                "failed to get data: not found",
            ),
            ("a token: expired", "a token: expired"),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn texts_without_anything_stay(text in "(.{0,20}(password=|://|: )?){0,4}", more in "[a-z:=/@&?\\[\\]\" ]{0,40}") {
            let mut never = |_: Part<'_>| None;
            proptest::prop_assert_eq!(replace(&text, &mut never), &text[..]);
            proptest::prop_assert_eq!(replace(&more, &mut never), &more[..]);
        }
    }
}
