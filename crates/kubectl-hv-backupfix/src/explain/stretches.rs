//! Stretches of releases between which something was decided differently.

use hv_cluster::release::Release;
use schemars::JsonSchema;
use serde::Serialize;

/// What some releases decide, where the cluster's own is not known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Otherwise {
    /// The releases in words.
    pub(crate) releases: String,
    /// What they decide.
    pub(crate) outcome: String,
}

/// The releases in words.
pub(crate) fn words(since: Option<&Release>, before: Option<&Release>) -> String {
    let plain = |release: &Release| release.to_string().trim_start_matches('v').to_owned();
    match (since, before) {
        (None, None) => "every release".to_owned(),
        (None, Some(before)) => format!("before {}", plain(before)),
        (Some(since), None) => format!("{} and later", plain(since)),
        (Some(since), Some(before)) => format!("{} to before {}", plain(since), plain(before)),
    }
}

/// What each stretch between bounds decides, neighbours that agree taken together.
pub(crate) fn compare<T: PartialEq>(
    bounds: &[Release],
    decide: impl Fn(&Release) -> T,
) -> Vec<(String, T)> {
    let bounds = sorted(bounds);
    let mut stretches: Vec<(Option<Release>, T)> = Vec::new();
    let earliest = Release {
        major: 0,
        minor: 0,
        patch: Some(0),
        candidate: Some(0),
    };
    let starts = std::iter::once((None, earliest));
    let starts = starts.chain(bounds.iter().map(|bound| (Some(*bound), first_of(bound))));
    for (bound, first) in starts {
        let decided = decide(&first);
        if stretches.last().is_none_or(|(_, last)| *last != decided) {
            stretches.push((bound, decided));
        }
    }
    let ends: Vec<Option<Release>> = stretches
        .iter()
        .skip(1)
        .map(|(start, _)| *start)
        .chain([None])
        .collect();
    stretches
        .into_iter()
        .zip(ends)
        .map(|((start, decided), end)| (words(start.as_ref(), end.as_ref()), decided))
        .collect()
}

/// The first release that a bound speaks of; one without a patch number speaks of the whole line.
fn first_of(bound: &Release) -> Release {
    match bound.patch {
        Some(_) => *bound,
        None => Release {
            patch: Some(0),
            candidate: Some(0),
            ..*bound
        },
    }
}

fn sorted(bounds: &[Release]) -> Vec<Release> {
    let key = |release: &Release| {
        let first = first_of(release);
        let candidate = first.candidate.unwrap_or(u32::MAX);
        (first.major, first.minor, first.patch, candidate)
    };
    let mut sorted = bounds.to_vec();
    sorted.sort_by_key(key);
    sorted.dedup();
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::walk::since;

    fn bounds(texts: &[&str]) -> Vec<Release> {
        texts
            .iter()
            .map(|text| Release::parse(text).unwrap())
            .collect()
    }

    #[test]
    fn neighbours_that_agree_are_one_stretch() {
        let bounds = bounds(&["1.5", "1.4", "1.4.2", "1.9", "1.5"]);
        let decide = |release: &Release| match () {
            () if since(release, "1.5") => "late",
            () if since(release, "1.4.2") => "middle",
            () => "early",
        };
        let told: Vec<(String, &str)> = compare(&bounds, decide);
        let expected = [
            ("before 1.4.2", "early"),
            ("1.4.2 to before 1.5", "middle"),
            ("1.5 and later", "late"),
        ];
        let told: Vec<(&str, &str)> = told.iter().map(|(words, t)| (words.as_str(), *t)).collect();
        assert_eq!(told, expected);
        assert_eq!(
            compare(&bounds[..], |_| 1),
            [("every release".to_owned(), 1)]
        );
    }

    #[test]
    fn a_bound_of_a_line_begins_before_its_first_patch() {
        let told = compare(&bounds(&["1.4"]), |release| {
            (
                release.at_least(&bounds(&["1.4"])[0]),
                since(release, "1.4.2"),
            )
        });
        assert_eq!(told[1], ("1.4 and later".to_owned(), (true, false)));
    }
}
