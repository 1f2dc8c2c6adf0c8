//! Every check is shown once, and the fix it names makes it go away.

mod amounts;
pub(crate) mod bed;
mod cases;
mod details;
mod guest;
mod objects;
mod strangers;

use std::collections::BTreeSet;
use std::path::Path;

use hv_testbed::generated;

use self::bed::Bed;
use super::Catalog;
use crate::report::Verdict;

/// A check, what shows it, and what makes it go away.
pub(super) struct Case {
    code: &'static str,
    show: fn(&mut Bed),
    fix: fn(&mut Bed),
}

pub(super) const fn case(code: &'static str, show: fn(&mut Bed), fix: fn(&mut Bed)) -> Case {
    Case { code, show, fix }
}

#[test]
fn nothing_is_said_of_a_vm_that_fits() {
    let codes = Bed::new().codes();
    let told: Vec<_> = codes
        .iter()
        .filter(|(_, result)| *result != Verdict::Ok)
        .collect();
    assert_eq!(told, Vec::<&(String, Verdict)>::new());
    let candidates = Bed::new().candidates();
    assert!(
        candidates
            .iter()
            .all(|candidate| candidate.assignment.is_some())
    );
}

#[test]
fn every_check_is_shown_and_its_fix_works() {
    let catalog = Catalog::builtin().unwrap();
    let told = |case: &Case| {
        // A case that cannot even be made is told beside the others.
        match std::panic::catch_unwind(|| tried(&catalog, case)) {
            Ok(result) => result.err(),
            Err(_) => Some(format!("{}: panicked", case.code)),
        }
    };
    let wrong: Vec<String> = cases::all().filter_map(told).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Shows a check and makes it go away; what is wrong with that.
fn tried(catalog: &Catalog, case: &Case) -> Result<(), String> {
    let code = case.code;
    let row = catalog
        .get(code)
        .ok_or(format!("{code} is not in the table"))?;
    let mut bed = Bed::new();
    (case.show)(&mut bed);
    let item = bed.says(code);
    let item = item.ok_or_else(|| format!("{code} is not shown: {:?}", bed.codes()))?;
    if item.result != row.result {
        return Err(format!("{code} is {:?}", item.result));
    }
    if item.check.is_empty() || (row.result == Verdict::Block && item.fix.is_none()) {
        return Err(format!("{code} says too little"));
    }
    (case.fix)(&mut bed);
    match bed.says(code).filter(|item| item.result == row.result) {
        Some(_) => Err(format!("the fix of {code} does not work")),
        None => Ok(()),
    }
}

#[test]
fn the_table_and_the_tests_have_the_same_codes() {
    let catalog = Catalog::builtin().unwrap();
    // Those that only a command can tell are shown by the tests of the commands.
    let elsewhere = ["object-differs", "object-unmade"];
    let shown = cases::all().map(|case| case.code).chain(elsewhere);
    let shown: BTreeSet<&str> = shown.collect();
    let mut rows: BTreeSet<&str> = BTreeSet::new();
    for row in catalog.all() {
        assert!(rows.insert(&row.code), "{} is there twice", row.code);
        assert!(row.about.ends_with('.'), "{}", row.code);
        assert!(!row.message.ends_with('.'), "{}", row.code);
        let well_formed = row
            .code
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b == b'-');
        assert!(well_formed, "{}", row.code);
        let unknown = row.code.starts_with("unknown-");
        assert!(!unknown || row.result != Verdict::Ok, "{}", row.code);
    }
    assert_eq!(shown, rows);
    for known in catalog.admission() {
        assert!(catalog.get(&known.code).is_some(), "{}", known.code);
    }
}

#[test]
fn every_code_in_the_program_is_in_the_table() {
    let catalog = Catalog::builtin().unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = 0;
    for folder in ["resolve", "preflight"] {
        for file in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for call in ["say(\"", "warn(\"", "tell(\""] {
                for (at, _) in text.match_indices(call) {
                    let code = text[at + call.len()..].split('"').next().unwrap();
                    assert!(catalog.get(code).is_some(), "{code} of {}", path.display());
                    found += 1;
                }
            }
        }
    }
    assert!(found > 90, "{found}");
}

#[test]
fn the_committed_page_of_checks_is_that_of_the_table() {
    let mut page = String::from(
        "# Checks of an import\n\nGenerated from the table that `kubectl hv-import preflight` uses. \
         `VM` stands for the VM in the source, `NAMESPACE/NAME`; other words in capitals for what the \
         message names. Blockers make preflight exit with 1, warnings do not. What could not be read is \
         never taken for granted: its code begins with `unknown-`.\n",
    );
    let mut group = None;
    for row in Catalog::builtin().unwrap().all() {
        if group != Some(row.group) {
            group = Some(row.group);
            let name = row.group.name();
            let (first, rest) = name.split_at(1);
            let heading = format!("\n## {}{rest}\n\n", first.to_uppercase());
            page.push_str(&heading);
            page.push_str(
                "| code | result | what it says | what changes it |\n| --- | --- | --- | --- |\n",
            );
        }
        let fix = row
            .fix
            .as_deref()
            .map_or_else(|| "–".to_owned(), |fix| format!("`{}`", shown(fix)));
        let line = format!(
            "| `{}` | {} | {} | {fix} |\n",
            row.code,
            row.result.name(),
            row.about
        );
        page.push_str(&line);
    }
    generated::page("docs/import-checks.md", &page);
}

/// A template for people: values in capitals.
fn shown(template: &str) -> String {
    let names = template
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split('}').next());
    let values: Vec<(&str, String)> = names
        .filter(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase()))
        .map(|name| (name, name.to_uppercase()))
        .collect();
    let values: Vec<(&str, &str)> = values
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    super::catalog::fill(template, &values).replace('|', "\\|")
}
