//! Chance that a seed decides.

/// A stream of numbers that depends on its seed only (splitmix64).
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed ^ 0x6876_2d76_6d00_0001)
    }

    pub(super) fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = end.max(1) as u64;
        usize::try_from(self.number() % end).unwrap_or_default()
    }

    /// True in so many of a hundred throws.
    pub(super) fn percent(&mut self, chance: usize) -> bool {
        self.below(100) < chance
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    pub(super) fn uuid(&mut self) -> String {
        let pair = (u128::from(self.number()) << 64) | u128::from(self.number());
        uuid::Builder::from_random_bytes(pair.to_be_bytes())
            .into_uuid()
            .to_string()
    }

    /// A locally administered address.
    pub(super) fn mac(&mut self) -> String {
        let bytes = self.number().to_be_bytes();
        let tail: Vec<String> = bytes[..5]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("02:{}", tail.join(":"))
    }

    /// Five letters and digits, as random suffixes have them.
    pub(super) fn suffix(&mut self) -> String {
        const LETTERS: &[u8] = b"bcdfghjklmnpqrstvwxz2456789";
        (0..5).map(|_| char::from(self.pick(LETTERS))).collect()
    }
}
