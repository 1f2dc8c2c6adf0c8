//! Makes text from a cluster, a backup or a file harmless before it reaches a terminal.

use std::borrow::Cow;

/// Whether a terminal would act on `character` instead of showing it.
///
/// Besides the control characters of ASCII these are the second set of controls (U+009B starts
/// an escape sequence just as ESC does), the marks that turn the reading direction and so make a
/// name look like another one, and the two separators that some pagers break lines at.
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Shows every unsafe character; line breaks and tabs stay.
pub fn escape_text(text: &str) -> Cow<'_, str> {
    escape(text, |character| matches!(character, '\n' | '\t'))
}

/// Shows every unsafe character, line breaks and tabs included, so that one line stays one line.
pub fn escape_line(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

/// Shortens to the first line, marked with `...`, and escapes it, as kubectl does with cells.
pub fn escape_cell(text: &str) -> Cow<'_, str> {
    match text.split_once(['\n', '\r', '\u{c}']) {
        Some((first, _)) => Cow::Owned(format!("{}...", escape_line(first))),
        None => escape_line(text),
    }
}

fn escape(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    let acts = |character| is_unsafe(character) && !keep(character);
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if acts(character) {
            show(character, &mut shown);
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

fn show(character: char, shown: &mut String) {
    match character {
        '\n' => shown.push_str("\\n"),
        '\r' => shown.push_str("\\r"),
        '\t' => shown.push_str("\\t"),
        // Caret notation: ESC is `^[`, NUL is `^@`, DEL is `^?`.
        '\0'..='\x7f' => shown.extend(['^', char::from(character as u8 ^ 0x40)]),
        _ => shown.extend(character.escape_unicode()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_acts_is_shown() {
        let cases = [
            ("web-01", "web-01", "web-01"),
            ("grün 漢字 🙂", "grün 漢字 🙂", "grün 漢字 🙂"),
            ("\x1b[31mred", "^[[31mred", "^[[31mred"),
            ("a\rb", "a\\rb", "a..."),
            ("a\nb", "a\\nb", "a..."),
            ("a\x0cb", "a^Lb", "a..."),
            ("a\tb", "a\\tb", "a\\tb"),
            ("a\0\x07\x08\x0b\x7f", "a^@^G^H^K^?", "a^@^G^H^K^?"),
            ("\u{9b}2J", "\\u{9b}2J", "\\u{9b}2J"),
            ("\u{202e}gpj.exe", "\\u{202e}gpj.exe", "\\u{202e}gpj.exe"),
            ("a\u{2028}b", "a\\u{2028}b", "a\\u{2028}b"),
            ("", "", ""),
        ];
        for (text, line, cell) in cases {
            assert_eq!(escape_line(text), line, "line of {text:?}");
            assert_eq!(escape_cell(text), cell, "cell of {text:?}");
        }
        assert_eq!(escape_text("a\n\tb\x1bc\r"), "a\n\tb^[c\\r");
    }

    proptest! {
        #[test]
        fn nothing_unsafe_survives(text in any::<String>(), extra in "[\\x00-\\x1f\\x7f-\\x9f\\u{2028}-\\u{202e}]{0,8}") {
            let text = format!("{extra}{text}{extra}");
            prop_assert!(!escape_line(&text).contains(is_unsafe));
            prop_assert!(!escape_cell(&text).contains(is_unsafe));
            let kept = |character| is_unsafe(character) && !matches!(character, '\n' | '\t');
            prop_assert!(!escape_text(&text).contains(kept));
        }

        #[test]
        fn harmless_text_is_untouched(text in "[ -~äöüßéλ漢]*") {
            prop_assert_eq!(escape_line(&text), text.as_str());
        }
    }
}
