//! The driver layer: what the driver can do, by the table and by what the cluster shows.

use std::borrow::Cow;

use super::judgement::{Capability, Evidence, Layer, Verdict};
use super::sidecar::{self, SignOfLife};
use super::situation::Situation;
use super::subject::Subject;
use crate::facts::DriverFact;

pub(super) fn layer(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    capability: Capability,
    evidence: &mut Vec<Evidence>,
) {
    let told = told_by_table(situation, subject, capability);
    let seen = seen_in_cluster(situation, subject, capability);
    match (told, seen) {
        (Some(told), Some(seen)) if told.verdict >= Verdict::Unknown => {
            evidence.push(seen);
            evidence.push(told.told_only());
        }
        (Some(told), seen) => {
            evidence.push(told);
            evidence.extend(seen.map(Evidence::told_only));
        }
        (None, Some(seen)) => evidence.push(seen),
        (None, None) => evidence.push(unknown_driver(situation, subject, capability)),
    }
    evidence.extend(observation_gaps(situation));
}

fn told_by_table(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    capability: Capability,
) -> Option<Evidence> {
    let key = subject.key(situation)?;
    let facts = situation.facts.drivers.behind(&key.key, capability);
    let first = *facts.first()?;
    if facts.iter().all(|fact| fact.span().is_everything()) {
        return Some(stated(situation, first));
    }
    let agreed = facts.iter().all(|fact| fact.verdict == first.verdict);
    match &situation.longhorn {
        Some(version) => {
            let fact = facts.into_iter().find(|fact| fact.span().contains(version));
            fact.map(|fact| stated(situation, fact))
        }
        None if agreed => Some(stated(situation, first)),
        None => {
            let why = match &situation.inventory.longhorn_version {
                Err(gap) => gap.describe("settings.longhorn.io"),
                Ok(_) => "settings.longhorn.io: current-longhorn-version is missing".to_owned(),
            };
            Some(Evidence::new(
                Layer::Driver,
                "Longhorn's version",
                Verdict::Unknown,
                Some("could-not-read".into()),
                format!("Not readable: {why}."),
            ))
        }
    }
}

fn stated(situation: &Situation<'_>, fact: &DriverFact) -> Evidence {
    let (reason, detail) = match &fact.reason {
        Some(code) => (Some(Cow::Owned(code.clone())), situation.message(code)),
        None => (None, "The driver can do it.".to_owned()),
    };
    Evidence::new(
        Layer::Driver,
        fact.source.clone(),
        fact.verdict,
        reason,
        detail,
    )
}

/// A driver that the table does not know: a live sidecar is the only sign there is.
fn unknown_driver(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    capability: Capability,
) -> Evidence {
    let (source, verdict, code) = match sidecar::proof(situation, subject, capability) {
        Some((lease, SignOfLife::Fresh)) => (lease, Verdict::Likely, "sidecar-alive"),
        _ => (
            format!("csidriver/{}", subject.driver),
            Verdict::Unknown,
            "driver-not-known",
        ),
    };
    Evidence::new(
        Layer::Driver,
        source,
        verdict,
        Some(code.into()),
        situation.message(code),
    )
}

/// Objects that show that the driver has done it before.
fn seen_in_cluster(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    capability: Capability,
) -> Option<Evidence> {
    let observed = situation.inventory.observed.as_ref()?;
    let source = match capability {
        Capability::VmSnapshot | Capability::VolumeSnapshot | Capability::VmBackup => {
            let content = observed.contents.items.iter().find(|content| {
                content.spec.driver == subject.driver
                    && !content.spec.source.volume_handle.is_empty()
                    && content
                        .status
                        .as_ref()
                        .is_some_and(|s| s.ready_to_use == Some(true))
            })?;
            format!("volumesnapshotcontent/{}", content.metadata.name)
        }
        Capability::VolumeRestore => claim_made_from(situation, subject, "VolumeSnapshot")?,
        Capability::Clone => claim_made_from(situation, subject, "PersistentVolumeClaim")?,
        _ => return None,
    };
    let detail = situation.message("seen-working");
    Some(Evidence::new(
        Layer::Driver,
        source,
        Verdict::Yes,
        Some("seen-working".into()),
        detail,
    ))
}

fn claim_made_from(situation: &Situation<'_>, subject: &Subject<'_>, kind: &str) -> Option<String> {
    let observed = situation.inventory.observed.as_ref()?;
    let claim = observed.claims.items.iter().find(|claim| {
        claim.status.phase == "Bound"
            && claim
                .spec
                .data_source
                .as_ref()
                .is_some_and(|source| source.kind == kind)
            && Subject::claim(situation, claim, None, None)
                .is_some_and(|own| own.driver == subject.driver && own.engine == subject.engine)
    })?;
    let meta = &claim.metadata;
    Some(format!(
        "persistentvolumeclaim/{}/{}",
        meta.namespace, meta.name
    ))
}

/// What was asked for with the evidence and could not be read; told, it decides nothing.
fn observation_gaps(situation: &Situation<'_>) -> Vec<Evidence> {
    let Some(observed) = &situation.inventory.observed else {
        return Vec::new();
    };
    let gaps = [
        ("persistentvolumeclaims", &observed.claims.gap),
        ("volumesnapshotcontents", &observed.contents.gap),
        ("pods", &observed.pods.gap),
    ];
    let told = |(what, gap): (&str, &Option<crate::source::Gap>)| {
        let detail = format!("Not readable: {}.", gap.as_ref()?.describe(what));
        let code = Some("could-not-read".into());
        Some(Evidence::new(Layer::Driver, what, Verdict::Unknown, code, detail).told_only())
    };
    gaps.into_iter().filter_map(told).collect()
}
