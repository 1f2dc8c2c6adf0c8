//! Carries out steps, many at once, each after those that it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::future::pending;
use std::time::Duration;

use futures::StreamExt as _;
use futures::future::{FutureExt as _, LocalBoxFuture};
use futures::stream::FuturesUnordered;
use tokio::time::Instant;

use super::graph::Graph;
use super::pace::Pace;

/// First and longest pause between two looks at what is waited for.
const FIRST_LOOK: Duration = Duration::from_millis(250);
const LONGEST_LOOK: Duration = Duration::from_secs(2);

/// What comes after an attempt at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Those that need it may begin.
    Go,
    /// Those that need it cannot begin.
    End,
    /// Something must be seen first.
    Wait,
    /// It was not finished, since the run is over.
    Leave,
}

/// Where a step stands before anything is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// It is to be done.
    Todo,
    /// It is done.
    Done,
    /// It is done, but something must still be seen.
    Waiting,
    /// It cannot be done, and neither can those that need it.
    Ended,
}

/// What is done about each step.
pub(crate) trait Work {
    /// The kind of a step's object.
    fn kind(&self, place: usize) -> &str;

    /// Does a step.
    async fn perform(&self, place: usize) -> Next;

    /// Looks at steps that wait; those that are through are told.
    async fn look(&self, waiting: Vec<usize>) -> Vec<(usize, Next)>;

    /// Gives up on a step that waits.
    async fn give_up(&self, place: usize);

    /// Leaves out a step, because of another one.
    fn skip(&self, place: usize, because: usize);

    /// Tells how far it is.
    fn report(&self, waiting: usize);
}

enum Event {
    Step(usize, Next),
    Looked(Vec<(usize, Next)>),
    GaveUp(usize),
}

struct Desk<'a> {
    graph: &'a Graph,
    /// How many steps each one still waits for; none once it was begun or left out.
    missing: Vec<Option<usize>>,
    /// Steps that may begin, by kind.
    ready: BTreeMap<String, BTreeSet<usize>>,
    running: BTreeMap<String, usize>,
    in_flight: usize,
    waiting: BTreeSet<usize>,
}

/// Carries out all steps that can be.
pub(crate) async fn drive<W: Work>(work: &W, graph: &Graph, starts: &[Start], pace: &Pace) {
    let mut desk = Desk {
        graph,
        missing: graph.needs.iter().map(|needs| Some(needs.len())).collect(),
        ready: BTreeMap::new(),
        running: BTreeMap::new(),
        in_flight: 0,
        waiting: BTreeSet::new(),
    };
    desk.begin(work, starts);
    let mut events: FuturesUnordered<LocalBoxFuture<'_, Event>> = FuturesUnordered::new();
    let mut look_pause = FIRST_LOOK;
    let mut look_at = Instant::now() + look_pause;
    let mut looking = false;
    work.report(desk.waiting.len());
    loop {
        while let Some(place) = desk.next(pace) {
            events.push(async move { Event::Step(place, work.perform(place).await) }.boxed_local());
        }
        let looks = !desk.waiting.is_empty() && !pace.is_over();
        if events.is_empty() && !looks {
            break;
        }
        let event = tokio::select! {
            Some(event) = events.next() => event,
            () = tokio::time::sleep_until(look_at), if looks && !looking => {
                looking = true;
                let waiting: Vec<usize> = desk.waiting.iter().copied().collect();
                events.push(async move { Event::Looked(work.look(waiting).await) }.boxed_local());
                continue;
            }
            () = stopped(pace) => continue,
        };
        match event {
            Event::Step(place, next) => {
                desk.ended(work.kind(place));
                desk.settle(work, pace, place, next);
                if next == Next::Wait {
                    look_pause = FIRST_LOOK;
                    look_at = look_at.min(Instant::now() + look_pause);
                }
            }
            Event::Looked(seen) => {
                looking = false;
                for (place, next) in seen {
                    if desk.waiting.remove(&place) {
                        desk.settle(work, pace, place, next);
                    }
                }
                look_pause = (look_pause * 2).min(LONGEST_LOOK);
                look_at = Instant::now() + look_pause;
                if pace.is_exhausted() {
                    for place in std::mem::take(&mut desk.waiting) {
                        events.push(
                            async move {
                                work.give_up(place).await;
                                Event::GaveUp(place)
                            }
                            .boxed_local(),
                        );
                    }
                }
            }
            Event::GaveUp(place) => desk.settle(work, pace, place, Next::End),
        }
        work.report(desk.waiting.len());
    }
}

/// Waits until the run is asked to end, once.
async fn stopped(pace: &Pace) {
    match pace.stop.is_set() {
        true => pending().await,
        false => pace.stop.wait().await,
    }
}

impl Desk<'_> {
    fn begin(&mut self, work: &impl Work, starts: &[Start]) {
        for (place, start) in starts.iter().enumerate() {
            match start {
                Start::Todo => {}
                Start::Done | Start::Ended => self.missing[place] = None,
                Start::Waiting => {
                    self.missing[place] = None;
                    self.waiting.insert(place);
                }
            }
        }
        for (place, start) in starts.iter().enumerate() {
            match start {
                Start::Todo if self.missing[place] == Some(0) => self.make_ready(work, place),
                Start::Done => self.release(work, place),
                Start::Ended => self.drop_those_after(work, place),
                Start::Todo | Start::Waiting => {}
            }
        }
    }

    /// The first step of the plan that may begin now.
    fn next(&mut self, pace: &Pace) -> Option<usize> {
        if pace.is_over() || self.in_flight >= pace.limits.in_flight.max(1) {
            return None;
        }
        let (kind, place) = self
            .ready
            .iter()
            .filter(|(kind, _)| {
                self.running.get(*kind).copied().unwrap_or(0) < pace.limits.of_kind(kind)
            })
            .filter_map(|(kind, places)| Some((kind.clone(), *places.first()?)))
            .min_by_key(|(_, place)| *place)?;
        self.ready.get_mut(&kind)?.remove(&place);
        *self.running.entry(kind).or_default() += 1;
        self.in_flight += 1;
        Some(place)
    }

    fn ended(&mut self, kind: &str) {
        self.in_flight -= 1;
        if let Some(running) = self.running.get_mut(kind) {
            *running -= 1;
        }
    }

    fn settle(&mut self, work: &impl Work, pace: &Pace, place: usize, next: Next) {
        match next {
            Next::Go => {
                pace.progressed();
                self.release(work, place);
            }
            Next::End => self.drop_those_after(work, place),
            Next::Wait => {
                pace.progressed();
                self.waiting.insert(place);
            }
            Next::Leave => {}
        }
    }

    fn make_ready(&mut self, work: &impl Work, place: usize) {
        self.missing[place] = None;
        let kind = work.kind(place).to_owned();
        self.ready.entry(kind).or_default().insert(place);
    }

    fn release(&mut self, work: &impl Work, place: usize) {
        for &after in &self.graph.needed_by[place] {
            if let Some(missing) = &mut self.missing[after] {
                *missing = missing.saturating_sub(1);
                if *missing == 0 {
                    self.make_ready(work, after);
                }
            }
        }
    }

    fn drop_those_after(&mut self, work: &impl Work, place: usize) {
        let mut open = vec![place];
        while let Some(because) = open.pop() {
            for &after in &self.graph.needed_by[because] {
                if self.missing[after].take().is_some() {
                    work.skip(after, because);
                    open.push(after);
                }
            }
        }
    }
}
