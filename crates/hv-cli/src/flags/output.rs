//! How a command talks: format, headers, colour, amount.

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Args, Command};

use crate::document::OutputFormat;
use crate::ui::{ColorChoice, Manner};

/// `-o`, `--no-headers`, `--color`, `-q` and `-v`.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Output options")]
pub struct OutputArgs {
    /// Output format
    #[arg(short, long, global = true, value_name = "FORMAT", default_value = "table",
        value_parser = FormatParser)]
    pub output: OutputFormat,

    /// Print a table without its header and notes
    #[arg(long, global = true)]
    pub no_headers: bool,

    /// When to use colour
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        value_enum
    )]
    pub color: ColorChoice,

    /// Print only results, warnings and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,

    /// How much to tell: 1 steps, 4 decisions, 6 requests, 7 headers, 8 bodies with secrets masked
    #[arg(
        short = 'v',
        long = "v",
        global = true,
        value_name = "LEVEL",
        default_value_t = 0,
        hide_default_value = true
    )]
    pub verbosity: u8,
}

impl OutputArgs {
    /// How the printer is to talk.
    pub fn manner(&self) -> Manner {
        Manner {
            format: self.output,
            no_headers: self.no_headers,
            color: self.color,
            quiet: self.quiet,
            verbosity: self.verbosity,
        }
    }
}

/// Reads `-o`, and says where to go with the formats that only kubectl has.
#[derive(Clone)]
struct FormatParser;

impl TypedValueParser for FormatParser {
    type Value = OutputFormat;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &std::ffi::OsStr,
    ) -> Result<OutputFormat, clap::Error> {
        let text = value.to_string_lossy();
        let dialect = text.split_once('=').map_or(text.as_ref(), |(name, _)| name);
        if matches!(
            dialect,
            "jsonpath"
                | "jsonpath-as-json"
                | "jsonpath-file"
                | "custom-columns"
                | "custom-columns-file"
                | "go-template"
                | "go-template-file"
                | "template"
                | "templatefile"
        ) {
            let message = format!(
                "output format '{dialect}' is not offered\n\nhint: pipe -o json into jq, \
                 for example: … -o json | jq -r '.items[]'\n"
            );
            return Err(clap::Error::raw(ErrorKind::InvalidValue, message).with_cmd(command));
        }
        EnumValueParser::<OutputFormat>::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        // Without their explanations, which would take a line each in the help.
        let names = ["table", "wide", "json", "yaml", "name"];
        Some(Box::new(names.into_iter().map(PossibleValue::new)))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Words {
        #[command(flatten)]
        output: OutputArgs,
    }

    fn parse(words: &str) -> Result<OutputArgs, String> {
        let parsed = Words::try_parse_from(words.split(' '));
        parsed
            .map(|words| words.output)
            .map_err(|error| error.to_string())
    }

    #[test]
    fn verbosity_is_written_as_for_kubectl() {
        for words in ["x -v=6", "x -v6", "x -v 6", "x --v=6", "x --v 6"] {
            assert_eq!(parse(words).unwrap().verbosity, 6, "{words}");
        }
        for words in ["x -v", "x -v=high", "x -v=-1"] {
            assert!(parse(words).is_err(), "{words}");
        }
    }

    #[test]
    fn formats_are_the_five() {
        let cases = [
            ("x", OutputFormat::Table),
            ("x -o wide", OutputFormat::Wide),
            ("x -ojson", OutputFormat::Json),
            ("x -o=yaml", OutputFormat::Yaml),
            ("x --output=name", OutputFormat::Name),
        ];
        for (words, expected) in cases {
            assert_eq!(parse(words).unwrap().output, expected, "{words}");
        }
    }

    #[test]
    fn other_formats_say_what_there_is() {
        let unknown = parse("x -o jsn").unwrap_err();
        assert!(
            unknown.contains("[possible values: table, wide, json, yaml, name]"),
            "{unknown}"
        );
        assert!(unknown.contains("'json'"), "{unknown}");
        for words in [
            "x -o jsonpath={.items}",
            "x -o custom-columns=A:.b",
            "x -o go-template=x",
        ] {
            let refused = parse(words).unwrap_err();
            assert!(refused.contains("is not offered"), "{refused}");
            assert!(refused.contains("hint: pipe -o json into jq"), "{refused}");
        }
    }
}
