//! The findings as one page that needs nothing else: no script, no font, no request.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use hv_cli::escape::escape_text;
use hv_cli::plural;

use crate::catalog::Severity;
use crate::finding::{Finding, ObjectRef};
use crate::report::{ClusterFacts, FindingList};

const STYLE: &str = include_str!("page.css");

/// Nothing may be loaded from anywhere, whatever stands in the page.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/// Writes the page of findings that are masked already.
pub(super) fn page(report: &FindingList, version: &str) -> String {
    let mut page = String::new();
    let known = || {
        report
            .items
            .iter()
            .filter(|finding| finding.severity != Severity::Unknown)
    };
    let title = match known().count() {
        0 => "Backups of Harvester: no findings".to_owned(),
        count => format!("Backups of Harvester: {}", plural::count(count, "finding")),
    };
    let cluster = &report.cluster;
    // Writing to memory does not fail, here and below.
    let _ = write!(
        page,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"robots\" content=\"noindex\">\n<title>{title}</title>\n<style>\n{STYLE}</style>\n\
         </head>\n<body>\n<h1>{title}</h1>\n<p class=\"faint\">Harvester {}, seen at {}, written by kubectl hv-backupfix {}</p>\n",
        text(&cluster.harvester_version),
        text(&cluster.time),
        text(version),
    );
    counts(&mut page, report);
    unread(&mut page, report);
    page.push_str("<h2>Findings</h2>\n");
    if known().next().is_none() {
        page.push_str("<p>Nothing was found in what could be read.</p>\n");
    } else {
        page.push_str(
            "<table>\n<thead><tr><th scope=\"col\">Severity</th><th scope=\"col\">Object</th>\
             <th scope=\"col\">Disk</th><th scope=\"col\">Code</th><th scope=\"col\">What was found</th></tr></thead>\n",
        );
        known().for_each(|item| finding(&mut page, item));
        page.push_str("</table>\n");
    }
    sound(&mut page, report);
    facts(&mut page, cluster, report);
    page.push_str("</body>\n</html>\n");
    page
}

/// Text as a browser shows it: nothing of it is markup, and no character acts on the line.
fn text(plain: &str) -> String {
    let plain = escape_text(plain);
    let mut escaped = String::with_capacity(plain.len());
    for character in plain.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn counts(page: &mut String, report: &FindingList) {
    let summary = &report.summary;
    page.push_str("<ul class=\"counts\">\n");
    for (count, word, class) in [
        (summary.errors, "error", "error"),
        (summary.warnings, "warning", "warning"),
        (summary.infos, "note", "info"),
    ] {
        let words = plural::count(count, word);
        let word = words.split_once(' ').map_or(word, |(_, word)| word);
        let _ = writeln!(page, "<li class=\"{class}\"><b>{count}</b>{word}</li>");
    }
    let _ = writeln!(
        page,
        "<li class=\"unknown\"><b>{}</b>not known</li>",
        summary.unknown
    );
    let _ = writeln!(
        page,
        "<li><b>{}</b>{}, {}</li>\n</ul>",
        summary.backups,
        if summary.backups == 1 {
            "backup"
        } else {
            "backups"
        },
        plural::count(summary.disks, "disk"),
    );
}

/// What could not be read, and what is not known because of it.
fn unread(page: &mut String, report: &FindingList) {
    let unknown = report
        .items
        .iter()
        .filter(|finding| finding.severity == Severity::Unknown);
    let mut groups: BTreeMap<(&str, &str), BTreeSet<&ObjectRef>> = BTreeMap::new();
    for finding in unknown {
        let why = finding
            .message
            .strip_prefix("not known: ")
            .unwrap_or(&finding.message);
        groups
            .entry((&finding.code, why))
            .or_default()
            .insert(&finding.object);
    }
    page.push_str("<h2>What could not be read</h2>\n");
    let cluster = &report.cluster;
    if cluster.unread.is_empty() && groups.is_empty() && cluster.covered_namespaces.is_none() {
        page.push_str("<p>Everything was read.</p>\n");
        return;
    }
    page.push_str("<ul>\n");
    for line in &cluster.unread {
        let _ = writeln!(page, "<li>{}</li>", text(line));
    }
    if let Some(covered) = &cluster.covered_namespaces {
        let covered = text(&covered.join(", "));
        let _ = writeln!(
            page,
            "<li>The support bundle covers only the namespaces {covered}.</li>"
        );
    }
    for ((code, why), objects) in groups {
        let shown: Vec<String> = objects.iter().take(3).map(|object| name(object)).collect();
        let more = match objects.len() {
            count @ 4.. => format!(" and {} more", count - 3),
            _ => String::new(),
        };
        let _ = writeln!(
            page,
            "<li><span class=\"unknown\">not known</span> <code>{}</code>: {} ({}{more})</li>",
            text(code),
            text(why),
            text(&shown.join(", ")),
        );
    }
    page.push_str("</ul>\n");
}

fn name(object: &ObjectRef) -> String {
    match object.namespace() {
        "" => format!("{} {}", object.kind, object.name),
        namespace => format!("{} {namespace}/{}", object.kind, object.name),
    }
}

fn finding(page: &mut String, finding: &Finding) {
    let severity = finding.severity.name();
    let namespace = match finding.object.namespace() {
        "" => String::new(),
        namespace => format!("{}/", text(namespace)),
    };
    let _ = writeln!(
        page,
        "<tbody class=\"finding\">\n<tr class=\"what\"><td class=\"severity {severity}\">{severity}</td>\
         <td class=\"object\"><span class=\"faint\">{}</span><span>{namespace}{}</span></td><td class=\"disk\">{}</td>\
         <td class=\"code\">{}</td><td>{}</td></tr>",
        text(&finding.object.kind),
        text(&finding.object.name),
        text(finding.disk.as_deref().unwrap_or("-")),
        text(&finding.code),
        text(&finding.message),
    );
    page.push_str("<tr><td></td><td colspan=\"4\"><dl>\n");
    let _ = writeln!(
        page,
        "<dt>Consequence</dt><dd>{}</dd>",
        text(&finding.consequence)
    );
    if let Some(fix) = &finding.fix {
        let _ = writeln!(page, "<dt>What to do</dt><dd>{}</dd>", text(fix));
    }
    if !finding.evidence.is_empty() {
        page.push_str("<dt>Evidence</dt><dd><ul class=\"evidence\">\n");
        for evidence in &finding.evidence {
            let field = match evidence.field.as_str() {
                "-" => String::new(),
                field => format!(" <code>{}</code>", text(field)),
            };
            let object = text(&evidence.object);
            let value = text(&evidence.value);
            let _ = writeln!(page, "<li><code>{object}</code>{field}: {value}</li>");
        }
        page.push_str("</ul></dd>\n");
    }
    page.push_str("</dl></td></tr>\n</tbody>\n");
}

fn sound(page: &mut String, report: &FindingList) {
    let Some(sound) = report.sound.as_ref().filter(|sound| !sound.is_empty()) else {
        return;
    };
    page.push_str("<h2>Backups without a finding</h2>\n<ul>\n");
    for object in sound {
        let _ = writeln!(page, "<li>{}</li>", text(&name(object)));
    }
    page.push_str("</ul>\n");
}

fn facts(page: &mut String, cluster: &ClusterFacts, report: &FindingList) {
    let release = match cluster.harvester_release {
        "known" => "its rules are known",
        "assumed" => "not known here, judged as the newest known release",
        "not-harvester" => "Harvester is not installed",
        _ => "not known, consequences of every release are given",
    };
    let source = match cluster.source {
        "api-server" => "an API server",
        _ => "a support bundle",
    };
    page.push_str("<h2>The cluster</h2>\n<dl>\n");
    let _ = writeln!(
        page,
        "<dt>Harvester</dt><dd>{} ({release})</dd>\n<dt>Read from</dt><dd>{source}</dd>\n\
         <dt>Seen at</dt><dd>{}</dd>",
        text(&cluster.harvester_version),
        text(&cluster.time),
    );
    if let Some(requests) = report.summary.requests {
        let _ = writeln!(page, "<dt>Requests</dt><dd>{requests}</dd>");
    }
    page.push_str("</dl>\n");
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn nothing_in_a_text_is_markup() {
        for (plain, expected) in [
            (
                "<script>alert('x')</script>",
                "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;",
            ),
            ("a & \"b\"", "a &amp; &quot;b&quot;"),
            ("&lt;", "&amp;lt;"),
            ("\u{1b}[2J", "^[[2J"),
            ("\u{202e}evil", "\\u{202e}evil"),
            ("plain", "plain"),
        ] {
            assert_eq!(text(plain), expected);
        }
    }
}
