//! Tables as kubectl prints them: no borders, three spaces between columns, the last one ragged.

use std::io::Write as _;

use tabwriter::TabWriter;

use crate::escape::escape_cell;
use crate::ui::Tone;

/// Blanks between columns.
const PADDING: usize = 3;

/// kubectl's columns are at least six wide, but Go counts the padding among them and the writer
/// used here does not.
const MIN_TEXT: usize = 6 - PADDING;

/// One value in a table; its text is escaped and cut at the first line break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// A value with a meaning.
    pub fn toned(tone: Tone, text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            tone,
        }
    }

    /// A value that may be missing.
    pub fn or_none<T: Into<String>>(text: Option<T>) -> Self {
        Self::toned(
            Tone::Plain,
            text.map_or_else(|| "<none>".to_owned(), Into::into),
        )
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::toned(Tone::Plain, text)
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::from(text.as_str())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::toned(Tone::Plain, text)
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::from(number.to_string())
    }
}

/// A table: headers and rows of equal length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    headers: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    has_namespace: bool,
}

impl Table {
    /// A table with these headers, which are upper-case.
    pub fn new<H: Into<Cell>>(headers: impl IntoIterator<Item = H>) -> Self {
        Self {
            headers: headers.into_iter().map(Into::into).collect(),
            ..Self::default()
        }
    }

    /// A table whose first column is NAMESPACE if `all_namespaces` are shown.
    pub fn namespaced<H: Into<Cell>>(
        all_namespaces: bool,
        headers: impl IntoIterator<Item = H>,
    ) -> Self {
        let mut table = Self::new(headers);
        table.has_namespace = all_namespaces;
        if all_namespaces {
            table.headers.insert(0, "NAMESPACE".into());
        }
        table
    }

    /// Columns without headers, for notes below a table.
    pub fn headless() -> Self {
        Self::default()
    }

    /// Adds a row.
    pub fn row<C: Into<Cell>>(&mut self, cells: impl IntoIterator<Item = C>) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// Adds the row of an object in a namespace, which is shown only if the table shows it.
    pub fn row_in<C: Into<Cell>>(&mut self, namespace: &str, cells: impl IntoIterator<Item = C>) {
        let namespace = self.has_namespace.then(|| Cell::from(namespace));
        self.rows.push(
            namespace
                .into_iter()
                .chain(cells.into_iter().map(Into::into))
                .collect(),
        );
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The lines of the table; nothing at all if there are no rows.
    pub fn render(&self, headers: bool, color: bool) -> String {
        if self.rows.is_empty() {
            return String::new();
        }
        let headers = Some(&self.headers).filter(|cells| headers && !cells.is_empty());
        // The colours are known to the writer as taking no room, so they cannot disturb it.
        let mut writer = TabWriter::new(Vec::new())
            .minwidth(MIN_TEXT)
            .padding(PADDING)
            .ansi(color);
        for row in headers.into_iter().chain(&self.rows) {
            let cells: Vec<_> = row.iter().map(|cell| show(cell, color)).collect();
            // Writing to memory does not fail.
            let _ = writeln!(writer, "{}", cells.join("\t"));
        }
        let aligned = writer.into_inner().unwrap_or_default();
        let mut lines = String::with_capacity(aligned.len());
        for line in String::from_utf8_lossy(&aligned).lines() {
            lines.push_str(line.trim_end());
            lines.push('\n');
        }
        lines
    }
}

fn show(cell: &Cell, color: bool) -> String {
    cell.tone.paint(&escape_cell(&cell.text), color)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> Table {
        let mut table = Table::new(["STORAGECLASS", "DRIVER", "CLONE"]);
        table.row(["harvester-longhorn", "driver.longhorn.io/v1", "yes"]);
        table.row([
            Cell::from("漢字"),
            Cell::or_none(None::<&str>),
            Cell::toned(Tone::Bad, "no[1]"),
        ]);
        table
    }

    #[test]
    fn columns_are_kubectls() {
        let expected = "\
STORAGECLASS         DRIVER                  CLONE
harvester-longhorn   driver.longhorn.io/v1   yes
漢字                 <none>                  no[1]
";
        assert_eq!(classes().render(true, false), expected);
        let (_, body) = expected.split_once('\n').unwrap();
        assert_eq!(classes().render(false, false), body);
    }

    #[test]
    fn narrow_columns_are_six_wide_and_three_apart() {
        let mut table = Table::new(["A", "B", "C"]);
        table.row(["1", "", ""]);
        assert_eq!(table.render(true, false), "A     B     C\n1\n");
    }

    #[test]
    fn colour_does_not_move_anything() {
        let mut table = classes();
        table.row([
            Cell::toned(Tone::Good, "x"),
            Cell::toned(Tone::Doubt, "y"),
            Cell::from("z"),
        ]);
        let colored = table.render(true, true);
        assert!(colored.contains("\x1b[31mno[1]\x1b["), "{colored:?}");
        let mut bare = colored;
        for code in ["\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[39m", "\x1b[0m"] {
            bare = bare.replace(code, "");
        }
        assert_eq!(bare, table.render(true, false));
    }

    #[test]
    fn hostile_cells_stay_in_their_cell() {
        let mut table = Table::new(["NAME", "STATUS"]);
        table.row(["a\tb\x1b[2J", "up\nfake   row"]);
        assert_eq!(table.render(false, true), "a\\tb^[[2J   up...\n");
    }

    #[test]
    fn namespace_column_comes_with_all_namespaces() {
        let cases = [
            (true, "NAMESPACE   NAME\nprod        web\n"),
            (false, "NAME\nweb\n"),
        ];
        for (all, expected) in cases {
            let mut table = Table::namespaced(all, ["NAME"]);
            table.row_in("prod", ["web"]);
            assert_eq!(table.render(true, false), expected);
        }
    }

    #[test]
    fn no_rows_are_no_lines() {
        assert_eq!(Table::new(["NAME"]).render(true, false), "");
        let mut notes = Table::headless();
        notes.row(["[1]", "node-local", "The volume lives on one node."]);
        let expected = "[1]   node-local   The volume lives on one node.\n";
        assert_eq!(notes.render(true, false), expected);
    }
}
