//! The page that is generated from the table.

use std::fmt::Write as _;

use super::row::{Row, Section};
use crate::normal;

const PAGE: &str = "docs/field-policy.md";

const INTRODUCTION: &str = "# What becomes of each field

Generated from the table that `kubectl hv-export` applies; `show --fields` prints the same for the fields of one VM.

*strip*: the field never leaves the source. *keep*: it travels as it is. *map*: it travels as it is and an importer translates it.
*warn*: it travels as it is and needs care. *own*: it is set anew, by the exporter or by an importer. *convert*: it travels in another form.
A field that no row is for is kept. The row of a part is for everything in it that has no row of its own, and where several rows are for one field,
the first whose condition holds counts. `T` is `spec.template.spec`, `[]` each element of a list.
";

const NORMAL_FORM: &str = "
## The normal form

The digest, `diff` and the revision of a VM are about its normal form: the stored form without what Harvester and KubeVirt write by themselves,
without whether the VM runs, and without where the bytes of its disks come from (class, image, image id), which are requirements.
Quantities and MAC addresses have one spelling, JSON inside an annotation counts as what it says, empty parts and defaults do not matter,
and of inline cloud-init it holds digests. Labels count; of the annotations only these do:
";

/// The page.
fn page(sections: &[Section]) -> String {
    let mut page = INTRODUCTION.to_owned();
    for section in sections {
        let _ = write!(page, "\n## {}\n\n", section.title);
        if !section.kinds.is_empty() {
            let kinds: Vec<&str> = section.kinds.iter().map(|kind| kind.name()).collect();
            let _ = writeln!(page, "For: {}.\n", kinds.join(", "));
        }
        page.push_str("| field | what becomes of it | why |\n| --- | --- | --- |\n");
        for row in &section.rows {
            let (path, action) = (cell(&row.path), action(row));
            let _ = writeln!(page, "| `{path}` | {action} | {} |", cell(&row.why));
        }
    }
    page.push_str(NORMAL_FORM);
    let lists = [
        ("of the VM", normal::ANNOTATIONS),
        ("of its template", normal::TEMPLATE_ANNOTATIONS),
    ];
    for (whose, annotations) in lists {
        let _ = write!(page, "\n* {whose}: `{}`", annotations.join("`, `"));
    }
    let _ = write!(
        page,
        "\n\nThe version of the normal form is {}; digests of different versions cannot be compared.\n",
        normal::VERSION
    );
    page
}

fn action(row: &Row) -> String {
    let mut told = format!("*{}*", row.action.name());
    if let Some(when) = row.when {
        let _ = write!(told, " {}", when.words());
    }
    if !row.values.is_empty() {
        let _ = write!(told, " if it is `{}`", row.values.join("` or `"));
    }
    if let Some(note) = &row.note {
        let _ = write!(told, ", note `{note}`");
    }
    told
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

#[test]
fn the_committed_page_is_that_of_the_table() {
    let text = page(&super::sections().unwrap());
    let path = format!("{}/../../{PAGE}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("HV_BLESS").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        committed, text,
        "{path} is stale; HV_BLESS=1 cargo test writes it"
    );
}
