//! Chooses how a string is written, and writes the quoted and the literal form.

use super::emitter::{Emitter, is_break};
use super::look_alike;

/// Writes a string; keys never span lines.
pub(super) fn write(emitter: &mut Emitter, text: &str, indent: usize, is_key: bool) {
    let traits = Traits::of(text);
    if text.contains('\n') {
        if !is_key && traits.literal_allowed() {
            return literal(emitter, text, indent);
        }
    } else if !look_alike::is_not_a_string(text) {
        if traits.plain_allowed() {
            return emitter.plain(text, indent, !is_key);
        }
        if traits.single_quoted_allowed() {
            return emitter.single_quoted(text, indent, !is_key);
        }
    }
    double_quoted(emitter, text, indent, !is_key);
}

/// What stands in the way of the simpler forms of a string.
struct Traits {
    indicators: bool,
    unprintable: bool,
    outer_space: bool,
    trailing_space: bool,
    line_breaks: bool,
    break_then_space: bool,
    space_then_break: bool,
}

impl Traits {
    fn of(text: &str) -> Self {
        let outer = |character: char| character == ' ' || is_break(character);
        Self {
            indicators: has_indicators(text),
            unprintable: text.chars().any(|character| !is_printable(character)),
            outer_space: text.starts_with(outer) || text.ends_with(outer),
            trailing_space: text.ends_with(' '),
            line_breaks: text.contains(is_break),
            break_then_space: text
                .match_indices(' ')
                .any(|(at, _)| text[..at].ends_with(is_break)),
            space_then_break: text
                .match_indices(' ')
                .any(|(at, _)| text[at + 1..].starts_with(is_break)),
        }
    }

    fn single_quoted_allowed(&self) -> bool {
        !(self.break_then_space || self.space_then_break || self.unprintable)
    }

    fn plain_allowed(&self) -> bool {
        self.single_quoted_allowed() && !(self.outer_space || self.line_breaks || self.indicators)
    }

    fn literal_allowed(&self) -> bool {
        !(self.trailing_space || self.space_then_break || self.unprintable)
    }
}

/// Tells whether a character would be read as syntax in a block context.
fn has_indicators(text: &str) -> bool {
    if text.starts_with("---") || text.starts_with("...") {
        return true;
    }
    let characters: Vec<char> = text.chars().collect();
    let blank_at = |at: usize| characters.get(at).is_none_or(|c| matches!(c, ' ' | '\t'));
    characters
        .iter()
        .enumerate()
        .any(|(at, character)| match character {
            '#' | ',' | '[' | ']' | '{' | '}' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
            | '@' | '`'
                if at == 0 =>
            {
                true
            }
            '?' | '-' if at == 0 => blank_at(1),
            ':' => blank_at(at + 1),
            '#' => blank_at(at - 1) || is_break(characters[at - 1]),
            _ => false,
        })
}

/// libyaml's idea of printable: no tab, nothing beyond the basic plane.
fn is_printable(character: char) -> bool {
    matches!(character,
        '\n' | ' '..='~' | '\u{a0}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
}

fn literal(emitter: &mut Emitter, text: &str, indent: usize) {
    emitter.indicator("|", true, false);
    if text.starts_with(|first| first == ' ' || is_break(first)) {
        emitter.indicator("2", false, false);
    }
    match text.strip_suffix(is_break) {
        None => emitter.indicator("-", false, false),
        Some(rest) if rest.is_empty() || rest.ends_with(is_break) => {
            emitter.indicator("+", false, false);
        }
        Some(_) => {}
    }
    emitter.start_block();
    let mut at_start = true;
    for character in text.chars() {
        if is_break(character) {
            emitter.line_break(character);
            at_start = true;
            continue;
        }
        if at_start {
            emitter.indent_to(indent);
        }
        emitter.put(character);
        emitter.end_indention();
        at_start = false;
    }
}

fn double_quoted(emitter: &mut Emitter, text: &str, indent: usize, may_fold: bool) {
    emitter.indicator("\"", true, false);
    let characters: Vec<char> = text.chars().collect();
    // The library looks for the byte order mark at the start of the text wherever it is in it.
    let escape_all = text.starts_with('\u{feff}');
    let must_escape = |character| {
        escape_all || !is_printable(character) || is_break(character) || "\"\\".contains(character)
    };
    let mut after_space = false;
    for (at, &character) in characters.iter().enumerate() {
        let inner = at > 0 && at + 1 < characters.len();
        if must_escape(character) {
            escape(character).chars().for_each(|part| emitter.put(part));
        } else if character == ' ' && may_fold && !after_space && emitter.is_full() && inner {
            emitter.indent_to(indent);
            if characters[at + 1] == ' ' {
                emitter.put('\\');
            }
        } else {
            emitter.put(character);
        }
        after_space = character == ' ';
    }
    emitter.indicator("\"", false, false);
    emitter.end_scalar();
}

fn escape(character: char) -> String {
    let named = match character {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' => '"',
        '\\' => '\\',
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        other => {
            let code = u32::from(other);
            return match code {
                0..=0xff => format!("\\x{code:02X}"),
                0x100..=0xffff => format!("\\u{code:04X}"),
                _ => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{named}")
}
