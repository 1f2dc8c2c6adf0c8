//! Not a test of a claim but a look at the numbers: `cargo test --release -p hv-vm -- --ignored speed`.

use std::time::Instant;

use super::super::{Outcome, Place, Store};
use super::sample::{bundle, name};

#[test]
#[ignore = "it measures"]
fn speed_of_a_thousand_bundles() {
    let root = tempfile::tempdir().unwrap();
    let ids: Vec<String> = (0..1000).map(|at| format!("prod/vm{at:04}")).collect();
    let made: Vec<_> = ids.iter().map(|id| bundle(id, "8Gi", None)).collect();
    for run in ["first", "unchanged", "unchanged"] {
        let begin = Instant::now();
        let store = Store::create_or_open(root.path()).unwrap();
        let opened = begin.elapsed();
        for (id, files) in ids.iter().zip(&made) {
            let place = Place::vm(&name(id));
            let before = store.stored(&place).unwrap();
            let files = files.clone();
            let outcome = store.put_over(&place, before.as_ref(), files).unwrap();
            assert_eq!(outcome == Outcome::Unchanged, run == "unchanged");
            if store.staged() == 64 {
                assert!(store.commit().failed.is_empty());
            }
        }
        let put = begin.elapsed();
        assert!(store.flush().failed.is_empty());
        println!(
            "{run}: opened {opened:?}, put {put:?}, all {:?}",
            begin.elapsed()
        );
    }
    let begin = Instant::now();
    assert!(
        super::super::verify(root.path())
            .unwrap()
            .problems
            .is_empty()
    );
    println!("verify: {:?}", begin.elapsed());
}
