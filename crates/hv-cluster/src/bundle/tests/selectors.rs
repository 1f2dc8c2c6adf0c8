//! Label selectors without an API server to ask.

use proptest::prelude::*;

use crate::bundle::selector::parse;

fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
    parse(selector).unwrap().iter().all(|requirement| {
        let label = labels.iter().find(|(key, _)| *key == requirement.key);
        requirement.matches(label.map(|(_, value)| *value))
    })
}

#[test]
fn selectors_choose_as_an_api_server_does() {
    let labels = [
        ("tier", "db"),
        ("app.kubernetes.io/name", "web"),
        ("rank", "7"),
        ("e", ""),
    ];
    for yes in [
        "",
        "tier=db",
        "tier==db",
        "tier = db , rank",
        "tier!=web",
        "missing!=x",
        "!missing",
        "tier in (web, db)",
        "tier notin (web)",
        "missing notin (x)",
        "e=",
        "e in ()",
        "rank>6",
        "rank<8",
        "app.kubernetes.io/name=web,tier",
    ] {
        assert!(matches(yes, &labels), "{yes}");
    }
    for no in [
        "tier=web",
        "tier!=db",
        "missing",
        "!tier",
        "missing=x",
        "missing in (x)",
        "tier in ()",
        "tier notin (db)",
        "rank>7",
        "tier>1",
        "tier=",
        "missing=",
    ] {
        assert!(!matches(no, &labels), "{no}");
    }
}

#[test]
fn malformed_selectors_are_explained() {
    for (text, why) in [
        ("a=b=c", "found '=', expected: ',' or 'end of string'"),
        ("=b", "found '=', expected: identifier"),
        ("a in b", "found 'b', expected: '('"),
        ("a in (b", "found '', expected: ',' or ')'"),
        ("a,", "found '', expected: identifier"),
        ("a b", "found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a>x", "found 'x', expected: an integer"),
        ("a$=x", "invalid label key \"a$\""),
    ] {
        let error = parse(text).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("unable to parse the selector \"{text}\": {why}")
        );
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "[a-z=!,() <>\\PC]{0,40}") {
        let _ = parse(&text);
    }
}
