//! Splits a `List` document into its items, so that only one of them is in memory at a time.
//!
//! The collector's writer puts each item of the top-level list at the same column, and YAML keeps
//! everything inside an item further right; so items can be cut at lines, without parsing.

use std::io::{self, BufRead, Read as _};

use super::bounded::refusal;

/// Most bytes of one object; etcd takes 1.5 MiB.
const MAX_ITEM_BYTES: usize = 32 << 20;
/// Most bytes of a document that is laid out otherwise and has to be read as a whole.
const MAX_WHOLE_BYTES: usize = 16 << 20;

/// What a document turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Its items were visited.
    Split,
    /// It is laid out otherwise; its text.
    Whole(String),
    /// No list at all.
    NoList,
}

/// Calls `visit` with the text of each item, a YAML document of its own.
pub(super) fn split(reader: &mut dyn BufRead, visit: &mut dyn FnMut(&str)) -> io::Result<Shape> {
    let mut lines = Lines {
        reader,
        line: Vec::new(),
    };
    let mut before = Vec::new();
    loop {
        if !lines.next()? {
            let blank = String::from_utf8_lossy(&before).lines().all(is_blank);
            let is_list = has_line(&before, "kind: List");
            return Ok(if blank || is_list {
                Shape::Split
            } else {
                Shape::NoList
            });
        }
        let start = strip_mark(&lines.line);
        if let Some(rest) = start.strip_prefix(b"items:") {
            match rest.trim_ascii() {
                b"" => break,
                b"[]" | b"null" | b"~" => return Ok(Shape::Split),
                _ => return lines.whole(before),
            }
        }
        if matches!(start.first(), Some(b'{' | b'[' | b'"' | b'\'')) || is_item(start, 0) {
            return lines.whole(before);
        }
        before.extend_from_slice(&lines.line);
        if before.len() > MAX_WHOLE_BYTES {
            return Err(refusal("is no list of objects".to_owned()));
        }
    }
    visit_items(&mut lines, visit)?;
    Ok(Shape::Split)
}

fn visit_items(lines: &mut Lines<'_>, visit: &mut dyn FnMut(&str)) -> io::Result<()> {
    let mut item: Vec<u8> = Vec::new();
    let mut column = None;
    while lines.next()? {
        let line = &lines.line;
        let indent = indent_of(line);
        let blank = line.trim_ascii().is_empty();
        let starts = column.unwrap_or(indent);
        if !blank && indent == starts && is_item(line, indent) {
            column = Some(starts);
            emit(&item, visit);
            item.clear();
            item.extend_from_slice(line);
            item[indent] = b' ';
        } else if column.is_none() && !blank && line[indent] != b'#' {
            // The next key of the document: the list is empty.
            return Ok(());
        } else if column.is_some() && !blank && indent <= starts {
            if line[indent] != b'#' {
                break;
            }
        } else if column.is_some() {
            if item.len() + line.len() > MAX_ITEM_BYTES {
                return Err(refusal(format!(
                    "holds an object larger than {} MiB",
                    MAX_ITEM_BYTES >> 20
                )));
            }
            item.extend_from_slice(line);
        }
    }
    emit(&item, visit);
    Ok(())
}

fn emit(item: &[u8], visit: &mut dyn FnMut(&str)) {
    if !item.is_empty() {
        visit(&String::from_utf8_lossy(item));
    }
}

/// The value of `metadata.name` in an item's text, if it can be seen without parsing.
pub(super) fn name_in(item: &str) -> Option<&str> {
    let first = item.lines().find(|line| !is_blank(line))?;
    let keys = first.len() - first.trim_start().len();
    let mut lines = item.lines();
    lines.find(|line| {
        line.get(keys..)
            .is_some_and(|rest| rest.trim_end() == "metadata:")
            && line[..keys].trim_start().is_empty()
    })?;
    let mut column = None;
    for line in lines.filter(|line| !is_blank(line)) {
        let indent = line.len() - line.trim_start().len();
        if indent <= keys {
            return None;
        }
        if *column.get_or_insert(indent) == indent
            && let Some(name) = line[indent..].strip_prefix("name: ")
        {
            let name = name.trim();
            let bare = name.trim_matches(['"', '\'']);
            let odd = name.is_empty() || bare.contains(['\\', '"', '\'', '#', ' ', '&', '*', '|']);
            return (!odd).then_some(bare);
        }
    }
    None
}

struct Lines<'a> {
    reader: &'a mut dyn BufRead,
    line: Vec<u8>,
}

impl Lines<'_> {
    fn next(&mut self) -> io::Result<bool> {
        self.line.clear();
        let limit = MAX_ITEM_BYTES as u64 + 1;
        let count = (&mut *self.reader)
            .take(limit)
            .read_until(b'\n', &mut self.line)?;
        if count > MAX_ITEM_BYTES {
            return Err(refusal(format!(
                "holds a line longer than {} MiB",
                MAX_ITEM_BYTES >> 20
            )));
        }
        Ok(count > 0)
    }

    /// Everything, the lines before and the current one included.
    fn whole(mut self, mut text: Vec<u8>) -> io::Result<Shape> {
        text.append(&mut self.line);
        let left = (MAX_WHOLE_BYTES + 1).saturating_sub(text.len()) as u64;
        (&mut *self.reader).take(left).read_to_end(&mut text)?;
        if text.len() > MAX_WHOLE_BYTES {
            return Err(refusal(
                "is not laid out as the collector does, and too large to be read at once"
                    .to_owned(),
            ));
        }
        Ok(Shape::Whole(String::from_utf8_lossy(&text).into_owned()))
    }
}

fn indent_of(line: &[u8]) -> usize {
    line.iter().take_while(|byte| **byte == b' ').count()
}

fn is_item(line: &[u8], indent: usize) -> bool {
    line.get(indent) == Some(&b'-')
        && matches!(line.get(indent + 1), None | Some(b' ' | b'\n' | b'\r'))
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || line == "---"
}

fn has_line(text: &[u8], wanted: &str) -> bool {
    String::from_utf8_lossy(text)
        .lines()
        .any(|line| line.trim_end() == wanted)
}

/// Some editors put a byte order mark before the text.
fn strip_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix("\u{feff}".as_bytes()).unwrap_or(line)
}
