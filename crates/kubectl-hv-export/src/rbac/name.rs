//! Names that Kubernetes takes, checked before they are printed.

const LONGEST_NAME: usize = 253;
const LONGEST_LABEL: usize = 63;

/// The name of most objects.
pub(crate) fn subdomain(text: &str) -> Result<String, String> {
    if text.len() <= LONGEST_NAME && text.split('.').all(is_label) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "a name has lower-case letters, digits, '-' and '.', begins and ends with a letter or a \
         digit, and is not longer than {LONGEST_NAME}"
    ))
}

/// The name of a namespace.
pub(crate) fn label(text: &str) -> Result<String, String> {
    if text.len() <= LONGEST_LABEL && is_label(text) {
        return Ok(text.to_owned());
    }
    Err(format!(
        "the name of a namespace has lower-case letters, digits and '-', begins and ends with a \
         letter or a digit, and is not longer than {LONGEST_LABEL}"
    ))
}

fn is_label(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(is_inner) && !text.starts_with('-') && !text.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_kubernetes_takes() {
        let long = "a".repeat(64);
        let cases = [
            ("web", true, true),
            ("web-01", true, true),
            ("web.prod", true, false),
            (long.as_str(), true, false),
            ("", false, false),
            ("Web", false, false),
            ("-web", false, false),
            ("web-", false, false),
            ("web..x", false, false),
            ("a/b", false, false),
            ("a\nb", false, false),
            ("wéb", false, false),
        ];
        for (text, is_name, is_namespace) in cases {
            assert_eq!(subdomain(text).is_ok(), is_name, "{text}");
            assert_eq!(label(text).is_ok(), is_namespace, "{text}");
        }
        assert!(subdomain(&"a.".repeat(127)).is_err());
    }
}
