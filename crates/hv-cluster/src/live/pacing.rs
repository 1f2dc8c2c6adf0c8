//! How long to wait before a request is sent again.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::time::Duration;

/// The bounds of repeating a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pacing {
    pub(super) retries: u32,
    pub(super) shortest: Duration,
    pub(super) longest: Duration,
    /// Most time to spend waiting for one request, whatever the server asks for.
    pub(super) patience: Duration,
}

impl Default for Pacing {
    fn default() -> Self {
        Self {
            retries: 3,
            shortest: Duration::from_millis(100),
            longest: Duration::from_secs(2),
            patience: Duration::from_secs(30),
        }
    }
}

impl Pacing {
    /// The next pause, or none if it is time to give up.
    pub(super) fn pause(
        &self,
        repeated: u32,
        waited: Duration,
        retry_after_secs: Option<u64>,
    ) -> Option<Duration> {
        if repeated >= self.retries {
            return None;
        }
        let pause = if let Some(secs) = retry_after_secs {
            Duration::from_secs(secs)
        } else {
            let full = self
                .shortest
                .saturating_mul(1 << repeated.min(16))
                .min(self.longest);
            // Between half and the whole, so that many clients do not come back at once.
            full / 2 + (full / 2).mul_f64(jitter())
        };
        (waited.saturating_add(pause) <= self.patience).then_some(pause)
    }
}

/// A number from 0 to 1; the seed of a hash map is random enough for this.
fn jitter() -> f64 {
    let bits = u32::try_from(RandomState::new().build_hasher().finish() >> 32).unwrap_or_default();
    f64::from(bits) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_end() {
        let pacing = Pacing {
            retries: 9,
            ..Pacing::default()
        };
        for (repeated, full) in [(0, 100), (1, 200), (4, 1600), (5, 2000), (8, 2000)] {
            let pause = pacing.pause(repeated, Duration::ZERO, None).unwrap();
            let full = Duration::from_millis(full);
            assert!(pause >= full / 2 && pause <= full, "{repeated}: {pause:?}");
        }
        assert_eq!(pacing.pause(9, Duration::ZERO, None), None);
    }

    #[test]
    fn the_server_may_ask_for_a_pause_but_not_for_a_long_one() {
        let pacing = Pacing::default();
        let secs = Duration::from_secs;
        assert_eq!(pacing.pause(0, Duration::ZERO, Some(7)), Some(secs(7)));
        assert_eq!(pacing.pause(0, Duration::ZERO, Some(31)), None);
        assert_eq!(pacing.pause(2, secs(20), Some(11)), None);
        assert_eq!(pacing.pause(0, Duration::ZERO, Some(u64::MAX / 2)), None);
    }
}
