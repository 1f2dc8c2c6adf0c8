//! Which step waits for which.

use std::collections::BTreeMap;

use crate::plan::{Action, ObjectRef, Plan};

/// Which step waits for which, by their places in the plan.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// What each step waits for.
    pub(crate) needs: Vec<Vec<usize>>,
    /// What waits for each step.
    pub(crate) needed_by: Vec<Vec<usize>>,
}

impl Graph {
    /// What the plan says, and what follows from the actions: owners and namespaces come first.
    pub(crate) fn of(plan: &Plan) -> Self {
        let places: BTreeMap<&str, usize> = plan
            .steps
            .iter()
            .enumerate()
            .map(|(place, step)| (step.id.as_str(), place))
            .collect();
        let makers = makers(plan);
        let namespaces: BTreeMap<&str, usize> = makers
            .iter()
            .filter(|(object, _)| object.kind == "Namespace")
            .map(|(object, place)| (object.name.as_str(), *place))
            .collect();
        let mut graph = Self::empty(plan.steps.len());
        for (place, step) in plan.steps.iter().enumerate() {
            let mut needs: Vec<usize> = step
                .after
                .iter()
                .filter_map(|id| places.get(id.as_str()).copied())
                .collect();
            if let Action::Own { owner } = &step.action {
                needs.extend(
                    [owner, &step.object]
                        .into_iter()
                        .filter_map(|object| makers.get(object)),
                );
            }
            needs.extend(namespaces.get(step.object.namespace.as_str()));
            needs.sort_unstable();
            needs.dedup();
            for need in needs.into_iter().filter(|need| *need != place) {
                graph.add(place, need);
            }
        }
        graph
    }

    /// The other way round, as a plan is taken back.
    pub(crate) fn reversed(&self) -> Self {
        Self {
            needs: self.needed_by.clone(),
            needed_by: self.needs.clone(),
        }
    }

    fn empty(steps: usize) -> Self {
        Self {
            needs: vec![Vec::new(); steps],
            needed_by: vec![Vec::new(); steps],
        }
    }

    fn add(&mut self, place: usize, need: usize) {
        self.needs[place].push(need);
        self.needed_by[need].push(place);
    }
}

/// Which step creates which object.
pub(crate) fn makers(plan: &Plan) -> BTreeMap<&ObjectRef, usize> {
    plan.steps
        .iter()
        .enumerate()
        .filter(|(_, step)| matches!(step.action, Action::Create(_)))
        .map(|(place, step)| (&step.object, place))
        .collect()
}
