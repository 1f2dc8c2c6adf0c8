//! The order of keys: numbers inside them count as numbers, letters come after everything else.

use std::cmp::Ordering;

/// Sorts keys as go-yaml does.
///
/// Its order is not transitive for odd keys, which the sorts of the standard library may answer with a panic.
pub(super) fn sorted<'a>(keys: impl Iterator<Item = &'a String>) -> Vec<&'a String> {
    let mut sorted: Vec<&String> = Vec::new();
    for key in keys {
        let at = sorted.partition_point(|known| natural(known, key).is_lt());
        sorted.insert(at, key);
    }
    sorted
}

fn natural(left: &str, right: &str) -> Ordering {
    let differ = left.chars().zip(right.chars()).scan(0, |end, (a, b)| {
        let at = *end;
        *end += a.len_utf8();
        Some((at, a, b))
    });
    let Some((at, a, b)) = differ.into_iter().find(|(_, a, b)| a != b) else {
        return left.len().cmp(&right.len());
    };
    match (a.is_alphabetic(), b.is_alphabetic()) {
        (true, true) => return a.cmp(&b),
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    // A zero inside a number is a digit like any other; at its start it has no weight.
    let before = &left[..at];
    let inside = (a == '0' || b == '0')
        && before
            .chars()
            .rev()
            .take_while(char::is_ascii_digit)
            .any(|digit| digit != '0');
    let first = i64::from(inside);
    let (left_value, left_digits) = leading_number(&left[at..], first);
    let (right_value, right_digits) = leading_number(&right[at..], first);
    left_value
        .cmp(&right_value)
        .then(left_digits.cmp(&right_digits))
        .then(a.cmp(&b))
}

fn leading_number(text: &str, first: i64) -> (i64, usize) {
    let digits = text.chars().map_while(|character| character.to_digit(10));
    digits.fold((first, 0), |(value, count), digit| {
        (
            value.wrapping_mul(10).wrapping_add(i64::from(digit)),
            count + 1,
        )
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_in_keys_count_and_letters_come_last() {
        let keys = ["f:b", ".", "a10", "a2", "f:a", "A", "a-b", "a"].map(String::from);
        let sorted = super::sorted(keys.iter());
        assert_eq!(sorted, [".", "A", "a", "a-b", "a2", "a10", "f:a", "f:b"]);
    }
}
