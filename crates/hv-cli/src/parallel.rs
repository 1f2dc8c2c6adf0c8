//! Pure work on many things, on several threads.

use std::thread;

/// So many things are worth a second thread.
const MANY: usize = 256;

/// More threads than this would wait for the memory.
const MOST_THREADS: usize = 4;

/// Does pure work on slices of many things side by side; the results keep their order.
///
/// # Panics
///
/// Passes on a panic of the work.
pub fn parallel<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> Vec<R> + Sync) -> Vec<R> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    if items.len() < MANY || threads < 2 {
        return work(items);
    }
    let share = items.len().div_ceil(threads.min(MOST_THREADS));
    let (first, rest) = items.split_at(share);
    thread::scope(|scope| {
        let work = &work;
        let others = rest
            .chunks(share)
            .map(|part| scope.spawn(move || work(part)));
        let others: Vec<_> = others.collect();
        let mut results = work(first);
        for other in others {
            match other.join() {
                Ok(part) => results.extend(part),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        results
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_number_are_kept() {
        for count in [0, 1, MANY - 1, MANY, MANY + 1, 10 * MANY + 7] {
            let items: Vec<usize> = (0..count).collect();
            let doubled = parallel(&items, |part| part.iter().map(|item| item * 2).collect());
            assert!(doubled.iter().copied().eq((0..count).map(|item| item * 2)));
        }
    }
}
