//! What is checked before anything is changed.

use super::Run;
use super::outcome::{Moved, MovedHow, RunError};
use super::survey::survey;
use crate::domain::Domain;
use crate::target::Target;

/// Refuses another cluster than the one that the plan is for.
pub(super) async fn check_cluster<T: Target, D: Domain>(
    run: &Run<'_, T, D>,
) -> Result<(), RunError> {
    let found =
        run.target.cluster_id().await.map_err(|why| {
            RunError::Unreadable(format!("cannot tell which cluster it is: {why}"))
        })?;
    if found == run.plan.cluster.id {
        return Ok(());
    }
    Err(RunError::OtherCluster {
        planned: run.plan.cluster.id.clone(),
        context: run.plan.cluster.context.clone(),
        found,
    })
}

/// What the plan builds on and is not as it was, by lists.
pub(super) async fn moved<T: Target, D: Domain>(
    run: &Run<'_, T, D>,
) -> Result<Vec<Moved>, RunError> {
    let bases = &run.plan.builds_on;
    let sights = survey(
        run.target,
        run.domain,
        bases.iter().map(|base| &base.object),
    )
    .await?;
    let how = |base: &crate::plan::Base| match sights.get(&base.object) {
        None => Some(MovedHow::Gone),
        Some(sight) if sight.uid != base.uid || sight.deleting => Some(MovedHow::Replaced),
        Some(sight) if sight.digest != base.digest => Some(MovedHow::Changed),
        Some(_) => None,
    };
    let moved = bases.iter().filter_map(|base| {
        Some(Moved {
            object: base.object.clone(),
            how: how(base)?,
        })
    });
    Ok(moved.collect())
}
