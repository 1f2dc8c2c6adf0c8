//! The report as people read it.

use hv_cli::{Failure, OutputFormat, Span, Tone, Ui, plural};

use super::document::{
    BackupFacts, BackupTargetReport, ChangeFacts, Difference, LonghornFacts, OtherPlace, PassFacts,
    SettingFacts,
};

/// Blockers that are listed; the document has them all.
const LISTED: usize = 5;

/// Shows the report in the format that was asked for.
pub(super) fn show(report: &BackupTargetReport, ui: &Ui) -> Result<(), Failure> {
    match ui.format() {
        OutputFormat::Json | OutputFormat::Yaml => return ui.document(report),
        OutputFormat::Name => {
            ui.out("setting.harvesterhci.io/backup-target");
            return Ok(());
        }
        _ => {}
    }
    setting(&report.setting, ui);
    longhorn(&report.longhorn, ui);
    pass(&report.pass, ui);
    change(&report.change, ui);
    backups(&report.backups, &report.setting, ui);
    let reach = &report.reach;
    let tone = match reach.state {
        "connected" => Tone::Good,
        "skipped" => Tone::Plain,
        _ => Tone::Doubt,
    };
    let address = reach
        .address
        .as_deref()
        .map_or(String::new(), |address| format!("{address}: "));
    line("Reach:", tone, &format!("{address}{}", reach.note), ui);
    for tried in reach.tried.iter().filter(|_| reach.tried.len() > 1) {
        more(tried, ui);
    }
    if reach.state != "skipped" {
        more("this says nothing about the cluster's own way", ui);
    }
    Ok(())
}

fn line(label: &str, tone: Tone, text: &str, ui: &Ui) {
    ui.line(&[
        Span::plain(&format!("{label:<12}")),
        Span::toned(tone, text),
    ]);
}

fn more(text: &str, ui: &Ui) {
    ui.out(&format!("{:12}{text}", ""));
}

fn setting(facts: &SettingFacts, ui: &Ui) {
    let reason = facts.reason.as_deref().unwrap_or_default();
    match facts.state {
        "unset" => line("Setting:", Tone::Doubt, "no backup target is set", ui),
        "unreadable" => line("Setting:", Tone::Bad, reason, ui),
        "unknown" => line("Setting:", Tone::Doubt, &format!("not known: {reason}"), ui),
        _ => {
            let endpoint = match facts.endpoint.as_deref() {
                None | Some("") => "AWS",
                Some(endpoint) => endpoint,
            };
            let kind = facts.kind.as_deref().unwrap_or_default();
            line("Setting:", Tone::Plain, &format!("{kind} {endpoint}"), ui);
            if let Some(bucket) = &facts.bucket_name {
                let region = facts.bucket_region.as_deref().unwrap_or("-");
                more(&format!("bucket {bucket}, region {region}"), ui);
            }
            let interval = facts.refresh_interval_in_seconds.unwrap_or_default();
            more(&format!("interval {interval} s"), ui);
        }
    }
    let message = facts.configured_message.as_deref();
    let message = message.map_or(String::new(), |message| format!(": {message}"));
    match facts.configured.as_str() {
        "True" => line("Configured:", Tone::Good, "yes", ui),
        "False" => line("Configured:", Tone::Bad, &format!("no{message}"), ui),
        "absent" => line("Configured:", Tone::Plain, "the setting does not say", ui),
        other => line("Configured:", Tone::Doubt, &format!("{other}{message}"), ui),
    }
}

fn longhorn(facts: &LonghornFacts, ui: &Ui) {
    let tone = match facts.state {
        "available" => Tone::Good,
        "unavailable" => Tone::Bad,
        _ => Tone::Doubt,
    };
    let message = facts
        .message
        .as_deref()
        .map_or(String::new(), |message| format!(": {message}"));
    line("Longhorn:", tone, &format!("{}{message}", facts.state), ui);
    if let Some(url) = &facts.url {
        let source = match facts.source {
            "Settings" => ", of its settings",
            _ => "",
        };
        more(&format!("uses {url}{source}"), ui);
    }
    if let Some(expected) = &facts.expected_url {
        more(&format!("the setting means {expected}"), ui);
    }
    if facts.poll_interval.is_some() || facts.last_synced_at.is_some() {
        let poll = facts.poll_interval.as_deref().unwrap_or("-");
        let last = facts.last_synced_at.as_deref().unwrap_or("-");
        more(&format!("polls every {poll}, last at {last}"), ui);
    }
}

fn pass(facts: &PassFacts, ui: &Ui) {
    let reason = facts.reason.as_deref().unwrap_or_default();
    let last = facts.last.as_deref().unwrap_or("never");
    let next = facts.next.as_deref().unwrap_or_default();
    match facts.state {
        "none" => return line("Pass:", Tone::Plain, "none without a backup target", ui),
        "untracked" => return line("Pass:", Tone::Plain, reason, ui),
        "due" if next.is_empty() => line("Pass:", Tone::Doubt, &format!("due: {reason}"), ui),
        "due" => line(
            "Pass:",
            Tone::Doubt,
            &format!("due since {next}: {reason}"),
            ui,
        ),
        "never" => line("Pass:", Tone::Doubt, &format!("never again: {reason}"), ui),
        _ => line("Pass:", Tone::Good, &format!("next at {next}"), ui),
    }
    let seen = match facts.saw_this_value {
        Some(true) => ", with the present value",
        Some(false) => ", with another value",
        None => "",
    };
    more(&format!("last at {last}{seen}"), ui);
}

fn change(facts: &ChangeFacts, ui: &Ui) {
    let count = facts.blockers.len();
    match facts.state {
        "free" => line(
            "Change:",
            Tone::Good,
            "nothing blocks a change of the setting",
            ui,
        ),
        "unknown" => {
            let told = "nothing that was read blocks it; not everything was read";
            line("Change:", Tone::Doubt, told, ui);
        }
        _ => {
            let more_than = if facts.not_read.is_empty() {
                ""
            } else {
                "at least "
            };
            let told = format!(
                "refused now, by {more_than}{}",
                plural::count(count, "object")
            );
            line("Change:", Tone::Bad, &told, ui);
        }
    }
    for blocker in facts.blockers.iter().take(LISTED) {
        let object = &blocker.object;
        let name = format!("{} {}/{}", object.kind, object.namespace(), object.name);
        more(&format!("{name} {}", blocker.reason), ui);
    }
    if count > LISTED {
        more(&format!("and {} more", count - LISTED), ui);
    }
    if facts.state == "blocked" {
        more(
            "setting it to nothing is always let through, and on S3 a change of the interval alone",
            ui,
        );
    }
}

fn backups(facts: &BackupFacts, setting: &SettingFacts, ui: &Ui) {
    let least = if facts.not_read.is_empty() {
        ""
    } else {
        "at least "
    };
    let here = plural::count(facts.here, "backup");
    let tone = if facts.elsewhere + facts.without == 0 {
        Tone::Good
    } else {
        Tone::Doubt
    };
    let told = match setting.state {
        "set" => format!("{least}{here} here, {} elsewhere", facts.elsewhere),
        _ if facts.elsewhere == 0 && !least.is_empty() => "none in what was read".to_owned(),
        _ => format!("{least}{}", plural::count(facts.elsewhere, "backup")),
    };
    line("Backups:", tone, &told, ui);
    if facts.without > 0 {
        more(
            &format!("{} without status.backupTarget", facts.without),
            ui,
        );
    }
    for place in &facts.places {
        other(place, setting, ui);
    }
}

fn other(place: &OtherPlace, setting: &SettingFacts, ui: &Ui) {
    let endpoint = if place.endpoint.is_empty() {
        "AWS"
    } else {
        &place.endpoint
    };
    let bucket = match place.bucket_name.as_str() {
        "" => String::new(),
        name => format!(", bucket {name}, region {}", place.bucket_region),
    };
    more(&format!("{} on {endpoint}{bucket}", place.count), ui);
    let rest = place.count - place.examples.len().min(place.count);
    let rest = if rest > 0 {
        format!(" and {rest} more")
    } else {
        String::new()
    };
    more(&format!("  {}{rest}", place.examples.join(", ")), ui);
    let Some(difference) = &place.difference else {
        return;
    };
    let (theirs, set) = match difference.field {
        "endpoint" => (&place.endpoint, setting.endpoint.as_ref()),
        "bucketName" => (&place.bucket_name, setting.bucket_name.as_ref()),
        _ => (&place.bucket_region, setting.bucket_region.as_ref()),
    };
    mark(difference, theirs, set.map_or("", String::as_str), ui);
}

/// Shows both texts with a mark under the first character that differs.
fn mark(difference: &Difference, theirs: &str, set: &str, ui: &Ui) {
    more(
        &format!(
            "  {} differs from character {} on:",
            difference.field, difference.at
        ),
        ui,
    );
    more(&format!("    backup   {theirs}"), ui);
    more(&format!("    setting  {set}"), ui);
    // Where credentials are hidden, the texts that are shown are shorter than those that were compared.
    let hidden = [theirs, set]
        .iter()
        .any(|text| text.contains(hv_cli::redact::MASK));
    if !hidden {
        more(
            &format!("{:width$}^", "", width = 13 + difference.at - 1),
            ui,
        );
    }
}
