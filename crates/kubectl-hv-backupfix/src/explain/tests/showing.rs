//! What people read.

use hv_cli::{Manner, OutputFormat, Ui};

use super::bed::{Bed, catalog, newest};
use super::rows::told;
use crate::explain::document::{BackupExplanation, Concern, Part};
use crate::explain::{setting, view};
use crate::finding::ObjectRef;
use crate::index::Index;

/// Standard output and standard error.
fn shown(told: &BackupExplanation, format: OutputFormat) -> (String, String) {
    let (ui, captured) = Ui::capture(Manner {
        format,
        ..Manner::default()
    });
    view::show(told, false, &ui).unwrap();
    (captured.stdout(), captured.stderr())
}

#[test]
fn a_list_of_steps_is_a_table_with_its_conclusion() {
    let mut bed = Bed::sound("1.9.0-rc6");
    bed.drop("lh_volumes", "bv-1");
    let (text, _) = shown(&told(&bed), OutputFormat::Table);
    let lines: Vec<&str> = text.lines().collect();
    let words = |at: usize| {
        lines[at]
            .split("   ")
            .map(str::trim)
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        words(0),
        ["1", "admission", "-", "backup prod/nightly exists", "yes"]
    );
    let stop = lines
        .iter()
        .position(|line| line.contains("   no   "))
        .unwrap();
    assert_eq!(words(stop)[1..3], ["controller", "disk-0"]);
    assert!(lines[stop].ends_with(
        "the Harvester controller crashes, again at every start while the restore exists"
    ));
    assert!(lines[stop + 1].ends_with("not reached"));
    let conclusion = lines
        .iter()
        .position(|line| line.starts_with("a restore is let through and stops"))
        .unwrap();
    assert_eq!(lines[conclusion + 1], "");
    assert!(
        lines[conclusion + 2]
            .starts_with("error  no-backupvolume  disk-0: no BackupVolume carries")
    );
    assert!(lines.iter().any(|line| line.starts_with("  what to do: ")));
    assert!(
        lines
            .last()
            .unwrap()
            .starts_with("note: this is a restore into a new VM")
    );
}

#[test]
fn an_unknown_release_is_warned_of() {
    let mut bed = Bed::sound("1.8.2").of_unknown_release();
    bed.drop("networks", "vlan1");
    let (_, remarks) = shown(&told(&bed), OutputFormat::Table);
    let newest = newest();
    let expected = format!(
        "Warning: the release of Harvester is not known; the list is that of {newest}, others decide otherwise:\n  \
         before 1.4: nothing stands in the way of a restore\n  \
         1.4 and later: a restore is refused, asked whether the networks of its VM exist\n"
    );
    assert_eq!(remarks, expected);
}

#[test]
fn many_objects_of_which_the_same_is_said_share_a_line() {
    let inventory = Bed::sound("1.8.2").inventory();
    let mut told = setting::explain(&Index::new(&inventory), catalog(), newest());
    let concern = |name: &str| Concern {
        object: ObjectRef::new("VirtualMachineBackup", "prod", name),
        part: Part::Demoted,
        why: "alike".to_owned(),
    };
    told.concerned = ["a", "b", "c"].map(concern).to_vec();
    let (text, _) = shown(&told, OutputFormat::Table);
    assert!(
        text.contains("prod        backup/b   is demoted   alike"),
        "{text}"
    );
    told.concerned.push(concern("d"));
    let (text, _) = shown(&told, OutputFormat::Table);
    assert!(
        text.contains("-           (4 objects)   is demoted   alike"),
        "{text}"
    );
    assert!(!text.contains("backup/b"), "{text}");
}

#[test]
fn documents_and_names_say_the_same() {
    let told = told(&Bed::sound("1.8.2"));
    assert_eq!(shown(&told, OutputFormat::Name).0, "nightly\n");
    let document: serde_json::Value =
        serde_json::from_str(&shown(&told, OutputFormat::Json).0).unwrap();
    assert_eq!(document["kind"], "BackupExplanation");
    assert_eq!(document["answer"], "yes");
    assert_eq!(document["steps"][0]["stage"], "admission");
    assert_eq!(document["findings"], serde_json::json!([]));
}
