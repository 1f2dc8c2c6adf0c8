//! The policy layer: what this release of Harvester allows.

use super::configuration::Judge;
use super::judgement::{Capability, Evidence, Layer, Verdict};
use super::situation::Situation;
use super::subject::Subject;
use crate::facts::{Need, Rule};
use crate::harvester::HarvesterRelease;
use crate::release::Release;

pub(super) fn rules(
    situation: &Situation<'_>,
    subject: &Subject<'_>,
    capability: Capability,
    evidence: &mut Vec<Evidence>,
) {
    if capability == Capability::GroupSnapshot {
        // No release has a rule of its own: the kinds are there, or nothing is.
        evidence.push(group_kinds(situation));
        return;
    }
    let rules: Vec<&Rule> = situation
        .facts
        .releases
        .about(capability, subject.storage(), subject.binding())
        .collect();
    let judge = Judge { situation, subject };
    if capability == Capability::VmRestore && situation.is_at_least(1, 9) {
        // Whether its volumes wait for a first consumer decides here.
        evidence.extend(judge.class_unread());
    }
    match &situation.harvester {
        HarvesterRelease::NotHarvester => evidence.push(elsewhere(situation, capability)),
        HarvesterRelease::Known(release, written) => {
            let before = evidence.len();
            for rule in rules.iter().filter(|rule| rule.span().contains(release)) {
                evidence.push(stated(situation, rule, written));
                evidence.extend(rule.needs.map(|need| needed(&judge, need)));
            }
            if evidence.len() == before {
                evidence.push(no_rule(situation, written));
            }
        }
        HarvesterRelease::Assumed(release, written) => {
            let before = evidence.len();
            for rule in rules.iter().filter(|rule| rule.span().contains(release)) {
                evidence.push(assumed(situation, rule, written));
                evidence.extend(rule.needs.map(|need| needed(&judge, need)));
            }
            if evidence.len() == before {
                evidence.push(no_rule(situation, written));
            }
        }
        HarvesterRelease::Unknown(why) => {
            evidence.push(agreed(situation, &rules, why));
            let needs = rules.iter().find_map(|rule| rule.needs);
            if rules.iter().all(|rule| rule.needs.is_some()) {
                evidence.extend(needs.map(|need| needed(&judge, need)));
            }
        }
    }
}

fn needed(judge: &Judge<'_, '_>, need: Need) -> Evidence {
    match need {
        Need::CsiDriverConfig => judge.entry(),
        Need::CsiOnlineExpandValidation => judge.online_expand(),
    }
}

fn stated(situation: &Situation<'_>, rule: &Rule, written: &str) -> Evidence {
    let source = format!("Harvester {written} ({})", rule.source);
    match &rule.reason {
        None => Evidence::new(
            Layer::Policy,
            source,
            rule.verdict,
            None,
            "This release allows it.",
        ),
        Some(code) => Evidence::new(
            Layer::Policy,
            source,
            rule.verdict,
            Some(code.clone().into()),
            situation.message(code),
        ),
    }
}

/// A rule that is only assumed to hold: what varies between releases loses its certainty.
fn assumed(situation: &Situation<'_>, rule: &Rule, written: &str) -> Evidence {
    if rule.span().is_everything() {
        return stated(situation, rule, written);
    }
    let mut evidence = stated(situation, rule, written);
    evidence.verdict = rule.verdict.assumed();
    if evidence.reason.is_none() {
        evidence.reason = Some("release-assumed".into());
        evidence.detail = situation.message("release-assumed");
    }
    evidence
}

/// The release is not known: the known ones are asked, and what they agree on holds.
fn agreed(situation: &Situation<'_>, rules: &[&Rule], why: &str) -> Evidence {
    let answer = |release: &Release| {
        let applying = rules.iter().filter(|rule| rule.span().contains(release));
        applying.min_by_key(|rule| rule.verdict).copied()
    };
    let answers: Option<Vec<&Rule>> = situation
        .facts
        .releases
        .known
        .iter()
        .map(|known| answer(&known.harvester))
        .collect();
    let answers = answers.unwrap_or_default();
    let source = "Harvester's release";
    let first = answers
        .first()
        .filter(|first| answers.iter().all(|other| other.verdict == first.verdict));
    match first {
        Some(rule) if answers.iter().all(|other| other.reason == rule.reason) => {
            stated(situation, rule, "of any known release")
        }
        // They agree, each for a reason of its own: none of them can be told.
        Some(rule) => {
            let verdict = rule.verdict;
            let detail = format!(
                "Every known release of Harvester says {verdict} here; which one this is could not be read."
            );
            Evidence::new(
                Layer::Policy,
                source,
                verdict,
                Some("release-unknown".into()),
                detail,
            )
        }
        None => {
            let detail = format!("{} ({why})", situation.message("release-unknown"));
            let code = Some("release-unknown".into());
            Evidence::new(Layer::Policy, source, Verdict::Unknown, code, detail)
        }
    }
}

fn no_rule(situation: &Situation<'_>, written: &str) -> Evidence {
    let message = situation.message("release-unknown");
    Evidence::new(
        Layer::Policy,
        format!("Harvester {written}"),
        Verdict::Unknown,
        Some("release-unknown".into()),
        message,
    )
}

/// On a cluster without Harvester its own actions do not exist; what CSI does is left alone.
fn elsewhere(situation: &Situation<'_>, capability: Capability) -> Evidence {
    let harvesters_own = matches!(
        capability,
        Capability::VmSnapshot
            | Capability::VolumeSnapshot
            | Capability::VmRestore
            | Capability::VmBackup
            | Capability::ExportImage
    );
    if harvesters_own {
        Evidence::new(
            Layer::Policy,
            "settings.harvesterhci.io",
            Verdict::No,
            Some("not-harvester".into()),
            situation.message("not-harvester"),
        )
    } else {
        Evidence::new(
            Layer::Policy,
            "settings.harvesterhci.io",
            Verdict::Yes,
            None,
            "No Harvester, no rule of its own.",
        )
    }
}

fn group_kinds(situation: &Situation<'_>) -> Evidence {
    let source = "customresourcedefinition/volumegroupsnapshotclasses.groupsnapshot.storage.k8s.io";
    let (verdict, code, detail) = match &situation.inventory.group_snapshots {
        Ok(true) => (Verdict::Yes, None, "The kinds are installed.".to_owned()),
        Ok(false) => {
            let code = "group-snapshot-kinds-missing";
            (Verdict::No, Some(code.into()), situation.message(code))
        }
        Err(gap) => {
            let why = gap.describe("customresourcedefinitions");
            (
                Verdict::Unknown,
                Some("could-not-read".into()),
                format!("Not readable: {why}."),
            )
        }
    };
    Evidence::new(Layer::Policy, source, verdict, code, detail)
}
