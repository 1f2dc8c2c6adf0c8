//! Reads texts for what they give away: hosts of URLs, tokens, keys, base64.

/// Handles of Longhorn, which look like URLs and name volumes; and the URL that it has for S3.
pub(super) const NO_HOST: [&str; 5] = ["bak", "bs", "snap", "bi", "s3"];

/// Fields that hold a host, with or without a scheme.
const ENDPOINTS: [&str; 10] = [
    "endpoint",
    "endpoints",
    "backuptargeturl",
    "server",
    "servers",
    "host",
    "monitors",
    "nfsserver",
    "awsendpoints",
    "httpsproxy",
];

/// Whether a field of this name holds a host.
pub(super) fn is_endpoint_field(name: &str) -> bool {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    ENDPOINTS.contains(&name.to_ascii_lowercase().as_str())
}

/// The host of an endpoint such as `https://host:port/`, `host:/export` or `host:port`.
pub(super) fn host_of_endpoint(endpoint: &str) -> Option<&str> {
    let rest = match endpoint.split_once("://") {
        Some((scheme, _)) if NO_HOST.contains(&scheme) => return None,
        Some((_, rest)) => rest,
        None => endpoint,
    };
    let authority = rest.split(['/', '?', '#', ',', ' ']).next()?;
    host_of(authority)
}

fn host_of(authority: &str) -> Option<&str> {
    let named = authority
        .rsplit_once('@')
        .map_or(authority, |(_, named)| named);
    let host = match named.strip_prefix('[') {
        Some(rest) => rest.split(']').next()?,
        None => named.split(':').next()?,
    };
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
    (!host.is_empty() && host.chars().all(fits)).then_some(host)
}

/// The hosts of all URLs in a text.
pub(super) fn hosts(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("://").filter_map(|(at, _)| {
        let before = &text[..at];
        let is_scheme = |c: char| c.is_ascii_alphanumeric() || c == '+';
        let scheme = &before[before.trim_end_matches(is_scheme).len()..];
        if scheme.is_empty() || NO_HOST.contains(&scheme) {
            return None;
        }
        let rest = &text[at + 3..];
        let end = rest.find(|c: char| c.is_whitespace() || "/?#\"'`,;<>(){}|\\".contains(c));
        host_of(&rest[..end.unwrap_or(rest.len())])
    })
}

/// Takes keys and certificates out of a text.
pub(super) fn without_keys(text: &str) -> std::borrow::Cow<'_, str> {
    const BEGIN: &str = "-----BEGIN";
    const END: &str = "-----END";
    let Some(start) = text.find(BEGIN) else {
        return text.into();
    };
    let rest = &text[start..];
    let end = rest.find(END).and_then(|at| {
        let after = at + END.len();
        rest[after..].find("-----").map(|more| after + more + 5)
    });
    let after = &rest[end.unwrap_or(rest.len())..];
    format!(
        "{}{}{}",
        &text[..start],
        hv_cli::redact::MASK,
        without_keys(after)
    )
    .into()
}

/// Whether a word is a token by its looks: of a service account, of AWS, or of Rancher.
pub(super) fn is_token(word: &str) -> bool {
    let is_word = |part: &str| {
        part.bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    };
    let parts: Vec<&str> = word.split('.').collect();
    if word.starts_with("eyJ") && parts.len() == 3 && parts.iter().all(|part| is_word(part)) {
        return true;
    }
    let upper = |text: &str| {
        text.bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
    };
    if (word.starts_with("AKIA") || word.starts_with("ASIA")) && word.len() == 20 && upper(word) {
        return true;
    }
    let secret = word
        .split_once(':')
        .filter(|(name, _)| name.starts_with("token-") || name.starts_with("kubeconfig-"));
    secret.is_some_and(|(_, secret)| secret.len() >= 16 && is_word(secret))
}

/// The text behind base64, if it is one that people could write.
pub(super) fn decoded(text: &str) -> Option<String> {
    let digits = text.trim_end_matches('=').as_bytes();
    if digits.is_empty() || digits.len() % 4 == 1 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len());
    let (mut bits, mut held) = (0_u32, 0_u32);
    for digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = ((bits << 6) | u32::from(value)) & 0xffff;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_name_their_host() {
        for (endpoint, host) in [
            ("https://s3.lan:9000/x", Some("s3.lan")),
            ("https://me:hush@s3.lan", Some("s3.lan")),
            ("nas.lan:/export", Some("nas.lan")),
            ("nfs://nas.lan:/export", Some("nas.lan")),
            ("s3.lan", Some("s3.lan")),
            ("s3://hv@eu/", None),
            ("bak://pvc-1/backup-1", None),
            ("", None),
        ] {
            assert_eq!(host_of_endpoint(endpoint), host, "{endpoint}");
        }
        let text = "Get \"https://s3.lan/hv\": dial, bak://pvc-1/b, nfs://nas.lan:/x";
        assert_eq!(hosts(text).collect::<Vec<_>>(), ["s3.lan", "nas.lan"]);
    }

    #[test]
    fn tokens_and_keys_show_what_they_are() {
        for (word, expected) in [
            ("eyJhbGciOi.eyJpc3Mi.c2lnbmF0dXJl", true),
            ("AKIAIOSFODNN7EXAMPLE", true),
            ("kubeconfig-u-abc12:0123456789abcdefghij", true),
            ("token-abcde:0123456789abcdefghij", true),
            ("token-abcde", false),
            ("AKIA-not-a-key", false),
            ("eyJhbGciOi", false),
        ] {
            assert_eq!(is_token(word), expected, "{word}");
        }
        let text = "a -----BEGIN KEY-----\nMII\n-----END KEY----- b -----BEGIN X-----\nhalf";
        assert_eq!(without_keys(text), "a <masked> b <masked>");
    }

    #[test]
    fn base64_of_text_is_read() {
        for (text, expected) in [
            ("aHVudGVyMg==", Some("hunter2")),
            ("aHVudGVyMg", Some("hunter2")),
            ("", None),
            ("a", None),
            ("not base64", None),
            ("AAAA", None),
            ("/////w==", None),
        ] {
            assert_eq!(decoded(text).as_deref(), expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text in "(.{0,20}(://|@|:|=)?){0,4}") {
            let _ = (hosts(&text).count(), host_of_endpoint(&text), decoded(&text));
            let _ = (without_keys(&text), is_token(&text));
        }
    }
}
