//! Data sets.

/// Samples and their targets.
pub trait Dataset: Sync {
    /// x
    type Input: Send;
    /// t
    type Target: Send;
    /// len
    fn len(&self) -> usize;
    /// empty
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Writes sample `index` into `input` and returns its target.
    fn sample(&self, index: usize, input: &mut Self::Input) -> Self::Target;
}
