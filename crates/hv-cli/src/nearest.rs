//! "Did you mean": the known word that a mistyped one is nearest to.

/// The word that a mistyped one is nearest to, if any is near.
pub fn nearest<'a>(typed: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let scored = words.map(|word| (distance(typed, word), word));
    let best = scored.min_by_key(|(distance, _)| *distance)?;
    (best.0 <= 1 + typed.chars().count() / 4).then_some(best.1)
}

/// How many letters must be changed, added or left out.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let change = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn mistyped_words_find_their_neighbour() {
        let words = || ["ceph-rbd", "harvester-longhorn", "vm"].into_iter();
        assert_eq!(nearest("ceph-rdb", words()), Some("ceph-rbd"));
        assert_eq!(
            nearest("harvester-longhron", words()),
            Some("harvester-longhorn")
        );
        assert_eq!(nearest("nothing-like-it", words()), None);
    }
}
