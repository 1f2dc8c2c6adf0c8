//! Volumes of which too little could be read: what holds in any case is said, the rest is unknown.

use super::conclude;
use super::judgement::{Capability, Evidence, Judgement, Layer, Verdict};
use super::situation::Situation;
use super::subject::Subject;
use super::workload::{self, Use};

fn open(layer: Layer, source: &str, detail: &str) -> Evidence {
    Evidence::new(
        layer,
        source,
        Verdict::Unknown,
        Some("could-not-read".into()),
        detail,
    )
}

/// Nothing tells the driver: only the claim's own state can be judged.
pub(super) fn driver(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    usage: Use,
    capability: Capability,
) -> Judgement {
    let detail = "Neither the volume, the claim nor a class that could be read tells the driver.";
    let mut evidence = vec![
        open(Layer::Driver, "driver", detail),
        open(Layer::Policy, "driver", detail),
    ];
    // Without a driver a volume in use may be one that exports in use: that stays open too.
    if capability != Capability::ExportImage {
        workload::layer(situation, subject, usage, capability, &mut evidence);
    }
    Judgement::from_evidence(evidence)
}

/// A Longhorn volume of an unknown data engine: what both engines agree on holds.
pub(super) fn engine(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    usage: Use,
    capability: Capability,
) -> Judgement {
    let [v1, v2] = ["v1", "v2"].map(|engine| {
        let subject = Subject {
            engine: Some(engine),
            ..subject.clone()
        };
        conclude(situation, &subject, usage, capability)
    });
    if v1.verdict == v2.verdict {
        return v1;
    }
    let detail =
        "Longhorn's data engine of this volume could not be read, and the engines differ here.";
    let layers = [Layer::Driver, Layer::Policy];
    Judgement::from_evidence(
        layers
            .map(|layer| open(layer, "data engine", detail))
            .to_vec(),
    )
}
