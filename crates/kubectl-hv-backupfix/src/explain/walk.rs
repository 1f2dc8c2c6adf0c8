//! A list of questions in their order, of which the first `no` ends the rest.

use hv_cluster::release::Release;
use schemars::JsonSchema;
use serde::Serialize;

use crate::index::Found;

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// It is so.
    Yes,
    /// It is not.
    No,
    /// It could not be read.
    Unknown,
    /// An earlier answer ended the list.
    NotReached,
}

impl Answer {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Unknown => "unknown",
            Self::NotReached => "not reached",
        }
    }
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Stage {
    /// Harvester's admission, when a restore is made.
    Admission,
    /// Harvester's controller, while it restores.
    Controller,
    /// Nobody, but it is needed.
    Need,
    /// Harvester's pass over the backup target, of a record.
    Import,
    /// Harvester, when something is to be changed, stopped or deleted.
    Request,
}

impl Stage {
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Admission => "admission",
            Self::Controller => "controller",
            Self::Need => "needed",
            Self::Import => "import",
            Self::Request => "request",
        }
    }
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Step {
    /// Place in the list, from 1.
    pub(crate) number: usize,
    /// Who asks.
    pub(crate) stage: Stage,
    /// The disk it is asked of, by its volumeName.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) disk: Option<String>,
    /// What is asked, as the statement that has to be true.
    pub(crate) question: String,
    /// The answer.
    pub(crate) answer: Answer,
    /// What follows from it, or why it is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) note: Option<String>,
}

/// What an asker gets to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reply {
    /// It is so.
    Yes,
    /// It is so, with a remark.
    YesBut(String),
    /// It is not; what follows.
    No(String),
    /// It could not be read; why.
    Unknown(String),
}

impl Reply {
    /// Whether something is there, with what follows if it is not.
    pub(crate) fn of<T>(found: &Found<T>, consequence: impl Into<String>) -> Self {
        match found {
            Found::Yes(_) => Self::Yes,
            Found::No => Self::No(consequence.into()),
            Found::Unknown(why) => Self::Unknown(why.clone()),
        }
    }
}

/// A list while it is made.
#[derive(Debug)]
pub(crate) struct Walk {
    stage: Stage,
    ended: bool,
    steps: Vec<Step>,
}

impl Walk {
    /// An empty list whose questions this stage asks.
    pub(crate) fn new(stage: Stage) -> Self {
        Self {
            stage,
            ended: false,
            steps: Vec::new(),
        }
    }

    /// Who asks from here on.
    pub(crate) fn stage(&mut self, stage: Stage) {
        self.stage = stage;
    }

    /// Whether a `no` has ended the list.
    pub(crate) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Asks, unless the list has ended.
    pub(crate) fn ask(
        &mut self,
        disk: Option<&str>,
        question: impl Into<String>,
        reply: impl FnOnce() -> Reply,
    ) {
        if self.ended {
            self.push(disk, question.into(), Answer::NotReached, None);
            return;
        }
        self.ended = self.tell(disk, question, reply()) == Answer::No;
    }

    /// Writes down an answer that has nothing to do with those before it.
    pub(crate) fn tell(
        &mut self,
        disk: Option<&str>,
        question: impl Into<String>,
        reply: Reply,
    ) -> Answer {
        let (answer, note) = match reply {
            Reply::Yes => (Answer::Yes, None),
            Reply::YesBut(note) => (Answer::Yes, Some(note)),
            Reply::No(note) => (Answer::No, Some(note)),
            Reply::Unknown(note) => (Answer::Unknown, Some(note)),
        };
        self.push(disk, question.into(), answer, note);
        answer
    }

    fn push(&mut self, disk: Option<&str>, question: String, answer: Answer, note: Option<String>) {
        self.steps.push(Step {
            number: self.steps.len() + 1,
            stage: self.stage,
            disk: disk.filter(|disk| !disk.is_empty()).map(str::to_owned),
            question,
            answer,
            note: note.filter(|note| !note.is_empty()),
        });
    }

    /// The list.
    pub(crate) fn into_steps(self) -> Vec<Step> {
        self.steps
    }
}

/// The answer of a whole list: a `no` counts before what is unknown.
pub(crate) fn overall(steps: &[Step]) -> Answer {
    let has = |answer| steps.iter().any(|step| step.answer == answer);
    match () {
        () if has(Answer::No) => Answer::No,
        () if has(Answer::Unknown) => Answer::Unknown,
        () => Answer::Yes,
    }
}

/// The step that ended a list.
pub(crate) fn stopped(steps: &[Step]) -> Option<&Step> {
    steps.iter().find(|step| step.answer == Answer::No)
}

/// Whether a release is at least another one; a text that is none of them never is.
pub(crate) fn since(release: &Release, bound: &str) -> bool {
    Release::parse(bound).is_some_and(|bound| release.at_least(&bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_no_ends_a_list_and_nothing_after_it_is_asked() {
        let mut walk = Walk::new(Stage::Admission);
        walk.ask(None, "one", || Reply::Unknown("denied".to_owned()));
        walk.ask(None, "two", || Reply::YesBut("barely".to_owned()));
        assert!(!walk.has_ended());
        walk.ask(Some("disk-0"), "three", || {
            Reply::No("so much for that".to_owned())
        });
        walk.stage(Stage::Need);
        walk.ask(Some(""), "four", || panic!("it must not be asked"));
        let steps = walk.into_steps();
        let answers: Vec<Answer> = steps.iter().map(|step| step.answer).collect();
        assert_eq!(
            answers,
            [Answer::Unknown, Answer::Yes, Answer::No, Answer::NotReached]
        );
        assert_eq!(overall(&steps), Answer::No);
        assert_eq!(stopped(&steps).map(|step| step.number), Some(3));
        assert_eq!(
            (steps[3].stage, steps[3].disk.as_deref()),
            (Stage::Need, None)
        );
        assert_eq!(overall(&steps[..2]), Answer::Unknown);
        assert_eq!(overall(&steps[1..2]), Answer::Yes);
    }

    #[test]
    fn told_answers_do_not_end_a_list() {
        let mut walk = Walk::new(Stage::Request);
        walk.tell(None, "one", Reply::No("refused".to_owned()));
        walk.tell(None, "two", Reply::of(&Found::Yes(()), ""));
        walk.tell(None, "three", Reply::of::<()>(&Found::No, "gone"));
        let steps = walk.into_steps();
        assert_eq!(steps[1].answer, Answer::Yes);
        assert_eq!(steps[2].note.as_deref(), Some("gone"));
    }
}
