//! The one place where a word gets its plural.

/// Says how many of something there are: `1 volume`, `2 volumes`, `0 classes`, `3 policies`.
pub fn count(number: usize, word: &str) -> String {
    if number == 1 {
        format!("1 {word}")
    } else {
        format!("{number} {}", plural(word))
    }
}

fn plural(word: &str) -> String {
    let ends_in = |endings: &[&str]| endings.iter().any(|ending| word.ends_with(ending));
    if ends_in(&["s", "x", "ch", "sh"]) {
        return format!("{word}es");
    }
    match word.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{stem}ies"),
        _ => format!("{word}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_get_their_plural() {
        let cases = [
            (0, "volume", "0 volumes"),
            (1, "volume", "1 volume"),
            (2, "volume", "2 volumes"),
            (2, "StorageClass", "2 StorageClasses"),
            (3, "policy", "3 policies"),
            (3, "day", "3 days"),
            (2, "VM", "2 VMs"),
            (2, "matrix", "2 matrixes"),
            (2, "patch", "2 patches"),
        ];
        for (number, word, expected) in cases {
            assert_eq!(count(number, word), expected);
        }
    }
}
