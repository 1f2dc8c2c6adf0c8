//! Parses label selectors, for sources that cannot ask an API server to.

use std::collections::BTreeMap;

use crate::source::SourceError;

/// A label selector as users type it, for objects that were read already.
#[derive(Clone, Debug)]
pub struct LabelSelector(Vec<Requirement>);

impl LabelSelector {
    /// Parses `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
    pub fn parse(text: &str) -> Result<Self, SourceError> {
        parse(text).map(Self)
    }

    /// Whether an object with these labels is selected.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        let one = |part: &Requirement| part.matches(labels.get(&part.key).map(String::as_str));
        self.0.iter().all(one)
    }
}

/// How a value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Greater,
    Less,
}

/// One part of a selector; all parts must match.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    pub(super) key: String,
    pub(super) operator: Operator,
    pub(super) values: Vec<String>,
}

impl Requirement {
    /// Whether a label with this value, or a missing one, satisfies it.
    pub(super) fn matches(&self, value: Option<&str>) -> bool {
        let listed = || value.is_some_and(|value| self.values.iter().any(|wanted| wanted == value));
        let compared = |wanted: fn(&i64, &i64) -> bool| {
            let actual = value.and_then(|value| value.parse().ok());
            let bound = self.values.first().and_then(|bound| bound.parse().ok());
            matches!((actual, bound), (Some(actual), Some(bound)) if wanted(&actual, &bound))
        };
        match self.operator {
            Operator::In => listed(),
            Operator::NotIn => !listed(),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::Greater => compared(i64::gt),
            Operator::Less => compared(i64::lt),
        }
    }
}

/// Parses `a=b,c!=d,e in (f,g),h notin (i),j,!k,l>1`.
pub(super) fn parse(text: &str) -> Result<Vec<Requirement>, SourceError> {
    let mut parser = Parser {
        tokens: tokens(text),
        at: 0,
    };
    let mut requirements = Vec::new();
    if parser.tokens.is_empty() {
        return Ok(requirements);
    }
    loop {
        let outcome = parser.requirement().and_then(|requirement| {
            requirements.push(requirement);
            match parser.next() {
                None => Ok(false),
                Some(",") => Ok(true),
                Some(other) => Err(format!("found '{other}', expected: ',' or 'end of string'")),
            }
        });
        match outcome {
            Ok(true) => {}
            Ok(false) => return Ok(requirements),
            Err(why) => {
                return Err(SourceError::Selector(format!(
                    "unable to parse the selector \"{text}\": {why}"
                )));
            }
        }
    }
}

fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let symbols = ["==", "!=", "=", "!", ",", "(", ")", ">", "<"];
        let length = symbols
            .iter()
            .find(|symbol| rest.starts_with(**symbol))
            .map_or_else(
                || {
                    rest.find(|c: char| c.is_whitespace() || "=!,()<>".contains(c))
                        .unwrap_or(rest.len())
                },
                |symbol| symbol.len(),
            );
        let (token, after) = rest.split_at(length);
        tokens.push(token);
        rest = after.trim_start();
    }
    tokens
}

struct Parser<'a> {
    tokens: Vec<&'a str>,
    at: usize,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.tokens.get(self.at).copied()
    }

    fn next(&mut self) -> Option<&'a str> {
        let token = self.peek();
        self.at += 1;
        token
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let absent = self.peek() == Some("!");
        if absent {
            self.next();
        }
        let key = self.word("identifier")?;
        if !is_key(key) {
            return Err(format!("invalid label key \"{key}\""));
        }
        let build = |operator, values: Vec<&str>| {
            let values = values.into_iter().map(str::to_owned).collect();
            Ok(Requirement {
                key: key.to_owned(),
                operator,
                values,
            })
        };
        if absent {
            return build(Operator::DoesNotExist, Vec::new());
        }
        match self.peek() {
            None | Some(",") => build(Operator::Exists, Vec::new()),
            Some("=" | "==") => {
                self.next();
                build(Operator::In, vec![self.value()?])
            }
            Some("!=") => {
                self.next();
                build(Operator::NotIn, vec![self.value()?])
            }
            Some("in") => {
                self.next();
                build(Operator::In, self.values()?)
            }
            Some("notin") => {
                self.next();
                build(Operator::NotIn, self.values()?)
            }
            Some(symbol @ (">" | "<")) => {
                self.next();
                let bound = self.word("an integer")?;
                if bound.parse::<i64>().is_err() {
                    return Err(format!("found '{bound}', expected: an integer"));
                }
                let operator = if symbol == ">" {
                    Operator::Greater
                } else {
                    Operator::Less
                };
                build(operator, vec![bound])
            }
            Some(other) => Err(format!(
                "found '{other}', expected: in, notin, =, ==, !=, gt, lt"
            )),
        }
    }

    /// One value, which may be missing: `a=` asks for the empty text.
    fn value(&mut self) -> Result<&'a str, String> {
        match self.peek() {
            None | Some(",") => Ok(""),
            Some(_) => self.word("identifier"),
        }
    }

    fn values(&mut self) -> Result<Vec<&'a str>, String> {
        match self.next() {
            Some("(") => {}
            other => {
                return Err(format!(
                    "found '{}', expected: '('",
                    other.unwrap_or_default()
                ));
            }
        }
        let mut values = Vec::new();
        loop {
            match self.peek() {
                Some(")" | ",") => values.push(""),
                _ => values.push(self.word("identifier")?),
            }
            match self.next() {
                Some(",") => {}
                Some(")") => return Ok(values),
                other => {
                    let found = other.unwrap_or_default();
                    return Err(format!("found '{found}', expected: ',' or ')'"));
                }
            }
        }
    }

    fn word(&mut self, expected: &str) -> Result<&'a str, String> {
        match self.next() {
            Some(word) if !word.starts_with(['=', '!', ',', '(', ')', '<', '>']) => Ok(word),
            other => Err(format!(
                "found '{}', expected: {expected}",
                other.unwrap_or_default()
            )),
        }
    }
}

fn is_key(key: &str) -> bool {
    key.chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
}
