//! What a word means, from which its colour follows; the meaning never depends on the colour.

use owo_colors::{OwoColorize as _, Style};

use crate::escape::escape_text;

/// The meaning of a word on the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Says nothing by its colour.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// To be looked at.
    Doubt,
    /// Not as it should be.
    Bad,
    /// Of little weight.
    Faint,
    /// A heading or a key word.
    Strong,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Good => Style::new().green(),
            Self::Doubt => Style::new().yellow(),
            Self::Bad => Style::new().red(),
            Self::Faint => Style::new().dimmed(),
            Self::Strong => Style::new().bold(),
        }
    }

    /// Colours escaped text.
    pub(crate) fn paint(self, text: &str, color: bool) -> String {
        styled(
            self.style(),
            text,
            color && self != Self::Plain && !text.is_empty(),
        )
    }
}

/// The word that opens a failure, a warning or a hint.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Opening {
    Error,
    Warning,
    Hint,
}

impl Opening {
    pub(crate) fn word(self, color: bool) -> String {
        let (word, style) = match self {
            Self::Error => ("error:", Style::new().red().bold()),
            Self::Warning => ("Warning:", Style::new().yellow().bold()),
            Self::Hint => ("hint:", Style::new().cyan().bold()),
        };
        styled(style, word, color)
    }
}

fn styled(style: Style, text: &str, color: bool) -> String {
    if color {
        text.style(style).to_string()
    } else {
        text.to_string()
    }
}

/// A part of a line with one tone.
#[derive(Clone, Debug)]
pub struct Span<'a> {
    text: &'a str,
    tone: Tone,
}

impl<'a> Span<'a> {
    /// Text without a meaning of its own.
    pub fn plain(text: &'a str) -> Self {
        Self::toned(Tone::Plain, text)
    }

    /// Text with a meaning.
    pub fn toned(tone: Tone, text: &'a str) -> Self {
        Self { text, tone }
    }

    pub(crate) fn render(&self, color: bool) -> String {
        self.tone.paint(&escape_text(self.text), color)
    }
}
