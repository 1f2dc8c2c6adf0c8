//! The two rewrites the collector makes in the JSON text before it parses it.

/// Rewrites the text of a list as the collector does, blind to where strings begin and end.
///
/// Upstream: `toObjCommon` in `pkg/manager/collectors/common.go`. The keys of the first rewrite have
/// letters only, and the null must be followed by a comma; the second rewrite is `""` to `"null"`.
pub(super) fn mangle(json: &str) -> String {
    name_nulls(json).replace("\"\"", "\"null\"")
}

fn name_nulls(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 64);
    let mut copied = 0;
    for (at, found) in json.match_indices("null,") {
        let Some(quote) = quote_of_key_before(&json[..at]) else {
            continue;
        };
        out.push_str(&json[copied..at]);
        out.push_str(quote);
        out.push_str("null");
        out.push_str(quote);
        out.push(',');
        copied = at + found.len();
    }
    out.push_str(&json[copied..]);
    out
}

/// The quote around a key of letters that ends this text: plain, or escaped once.
fn quote_of_key_before(text: &str) -> Option<&'static str> {
    ["\"", "\\\""].into_iter().find(|quote| {
        let Some(open) = text
            .strip_suffix(':')
            .and_then(|rest| rest.strip_suffix(quote))
        else {
            return false;
        };
        let rest = open.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        rest.len() < open.len() && rest.ends_with(quote)
    })
}

#[cfg(test)]
mod tests {
    use super::mangle;

    #[test]
    fn empty_strings_become_the_word_null() {
        assert_eq!(
            mangle(r#"{"value":"","x":[""]}"#),
            r#"{"value":"null","x":["null"]}"#
        );
    }

    #[test]
    fn nulls_before_a_comma_become_the_word_null() {
        assert_eq!(mangle(r#"{"a":null,"b":null}"#), r#"{"a":"null","b":null}"#);
        assert_eq!(
            mangle(r#"{"a-b":null,"c":[null,1]}"#),
            r#"{"a-b":null,"c":[null,1]}"#
        );
    }

    #[test]
    fn json_inside_strings_is_rewritten_in_its_escaped_form() {
        assert_eq!(
            mangle(r#"{"x":"{\"a\":null,\"b\":\"\"}"}"#),
            r#"{"x":"{\"a\":\"null\",\"b\":\"\"}"}"#
        );
        assert_eq!(
            mangle(r#"{"x":"\\\"a\\\":null,"}"#),
            r#"{"x":"\\\"a\\\":null,"}"#
        );
    }

    #[test]
    fn a_string_that_ends_with_a_quote_gets_null_appended() {
        assert_eq!(mangle(r#"{"x":"say \"hi\""}"#), r#"{"x":"say \"hi\"null"}"#);
    }
}
