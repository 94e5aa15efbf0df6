//! Threads that a step is shared among.

/// Threads that share work.
pub trait Team: Sync {
    /// How many there are.
    fn count(&self) -> usize;
    /// Calls both, perhaps at the same time.
    fn join(&self, a: &mut (dyn FnMut() + Send), b: &mut (dyn FnMut() + Send));
}

/// The calling thread.
#[derive(Clone, Copy, Debug)]
pub struct Alone;

impl Team for Alone {
    fn count(&self) -> usize {
        1
    }

    fn join(&self, a: &mut (dyn FnMut() + Send), b: &mut (dyn FnMut() + Send)) {
        a();
        b();
    }
}
