//! Where the next character goes: column, pending white space, line breaks.

/// Lines are folded at the first space after this column.
const BEST_WIDTH: usize = 80;

/// Text under construction with the state libyaml keeps about its last line.
pub(super) struct Emitter {
    out: String,
    column: usize,
    /// The last thing written was white space or an indentation.
    whitespace: bool,
    /// Only indentation and indicators were written on this line.
    indention: bool,
}

impl Default for Emitter {
    fn default() -> Self {
        Self {
            out: String::new(),
            column: 0,
            whitespace: true,
            indention: true,
        }
    }
}

impl Emitter {
    pub(super) fn finish(mut self) -> String {
        self.indent_to(0);
        self.out
    }

    pub(super) fn put(&mut self, character: char) {
        self.out.push(character);
        self.column += 1;
    }

    /// Ends the line with any of the characters that YAML takes for a line break.
    pub(super) fn line_break(&mut self, character: char) {
        self.out.push(character);
        self.column = 0;
        self.indention = true;
    }

    /// Starts a new line unless the present one holds nothing beyond `columns` yet.
    pub(super) fn indent_to(&mut self, columns: usize) {
        let beyond = self.column > columns || (self.column == columns && !self.whitespace);
        if !self.indention || beyond {
            self.line_break('\n');
        }
        while self.column < columns {
            self.put(' ');
        }
        self.whitespace = true;
        self.indention = true;
    }

    /// Writes punctuation; `keeps_indention` lets a collection start on the same line.
    pub(super) fn indicator(&mut self, text: &str, space_before: bool, keeps_indention: bool) {
        if space_before {
            self.space();
        }
        text.chars().for_each(|character| self.put(character));
        self.whitespace = false;
        self.indention = self.indention && keeps_indention;
    }

    /// Separates the next token from the last one.
    pub(super) fn space(&mut self) {
        if !self.whitespace {
            self.put(' ');
        }
    }

    /// Notes that a scalar ended here.
    pub(super) fn end_scalar(&mut self) {
        self.whitespace = false;
        self.indention = false;
    }

    /// Notes that text was written on this line.
    pub(super) fn end_indention(&mut self) {
        self.indention = false;
    }

    /// Notes that a block scalar's header is complete.
    pub(super) fn start_block(&mut self) {
        self.line_break('\n');
        self.whitespace = true;
    }

    /// Tells whether a space met now may become a line break.
    pub(super) fn is_full(&self) -> bool {
        self.column > BEST_WIDTH
    }

    /// Writes a scalar without quotes.
    pub(super) fn plain(&mut self, text: &str, indent: usize, may_fold: bool) {
        self.space();
        self.folded(text, indent, may_fold, false);
        self.end_scalar();
    }

    /// Writes a scalar in single quotes.
    pub(super) fn single_quoted(&mut self, text: &str, indent: usize, may_fold: bool) {
        self.indicator("'", true, false);
        self.folded(text, indent, may_fold, true);
        self.indicator("'", false, false);
        self.end_scalar();
    }

    fn folded(&mut self, text: &str, indent: usize, may_fold: bool, quoted: bool) {
        let characters: Vec<char> = text.chars().collect();
        let (mut after_space, mut after_break) = (false, false);
        for (at, &character) in characters.iter().enumerate() {
            let inner = !quoted || (at > 0 && at + 1 < characters.len());
            let next_is_space = characters.get(at + 1) == Some(&' ');
            if character == ' ' {
                if may_fold && !after_space && self.is_full() && inner && !next_is_space {
                    self.indent_to(indent);
                } else {
                    self.put(' ');
                }
                after_space = true;
            } else if is_break(character) {
                self.line_break(character);
                after_break = true;
            } else {
                if after_break {
                    self.indent_to(indent);
                }
                if quoted && character == '\'' {
                    self.put('\'');
                }
                self.put(character);
                self.indention = false;
                (after_space, after_break) = (false, false);
            }
        }
    }
}

/// The characters that end a line in YAML 1.1.
pub(super) fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
