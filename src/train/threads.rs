//! Threads, with or without the feature `parallel`.
//!
//! What is handed out is not generic over nets where it need not be, so that a program compiles it once.

#[cfg(feature = "parallel")]
use std::sync::Arc;
#[cfg(feature = "parallel")]
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::runtime::optim::{Alone, Team};

/// Threads that share work.
#[derive(Clone)]
pub(super) struct Threads {
    #[cfg(feature = "parallel")]
    pool: Pool,
}

#[cfg(feature = "parallel")]
#[derive(Clone)]
enum Pool {
    /// The calling thread alone.
    Caller,
    /// The threads of the whole program.
    Global,
    Own(Arc<rayon::ThreadPool>),
}

#[cfg(feature = "parallel")]
impl Threads {
    pub(super) fn one() -> Self {
        Self { pool: Pool::Caller }
    }

    pub(super) fn machine() -> Self {
        Self { pool: Pool::Global }
    }

    /// So many; 0 means as many as the machine has.
    pub(super) fn new(count: usize) -> Self {
        let machine = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        match if count == 0 { machine } else { count } {
            1 => Self::one(),
            count => Self {
                // Where the system refuses threads, the caller does the work: slower, with the same result.
                pool: rayon::ThreadPoolBuilder::new()
                    .num_threads(count)
                    .build()
                    .map_or(Pool::Caller, |pool| Pool::Own(Arc::new(pool))),
            },
        }
    }

    pub(super) fn count(&self) -> usize {
        match &self.pool {
            Pool::Caller => 1,
            Pool::Global => rayon::current_num_threads(),
            Pool::Own(pool) => pool.current_num_threads(),
        }
    }

    /// Runs work on one of the threads, which then hands out parts to the others without being woken for each.
    pub(super) fn enter<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        match &self.pool {
            Pool::Own(pool) => pool.install(work),
            Pool::Caller | Pool::Global => work(),
        }
    }

    /// Calls `work(thread, index)` for each index below `count`; threads are numbered below [`count`](Self::count).
    pub(super) fn each(&self, count: usize, work: &(dyn Fn(usize, usize) + Sync)) {
        match &self.pool {
            Pool::Caller => (0..count).for_each(|index| work(0, index)),
            Pool::Global => self.halves(count, &|index| work(rayon::current_thread_index().unwrap_or(0), index)),
            Pool::Own(pool) => {
                // Of a thread of another pool the number would be one there.
                let number = || pool.current_thread_index().unwrap_or(0);
                // A caller from outside may have others beside it, whose work is then waiting.
                let inside = pool.current_thread_index().is_some();
                let (begun, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
                self.halves(count, &|index| {
                    begun.fetch_add(1, Ordering::Relaxed);
                    work(number(), index);
                    done.fetch_add(1, Ordering::Relaxed);
                    if inside && begun.load(Ordering::Relaxed) == count {
                        linger(|| done.load(Ordering::Relaxed) == count);
                    }
                });
            }
        }
    }

    /// Calls `work` for each index below `count`, at the same time as there are threads for: there are few, and each is long.
    fn halves(&self, count: usize, work: &(dyn Fn(usize) + Sync)) {
        match count {
            0 => {}
            1 => work(0),
            _ => self.join(&mut || self.halves(count / 2, work), &mut || {
                self.halves(count - count / 2, &|index| work(count / 2 + index));
            }),
        }
    }

    /// Calls `work(first, part)` for parts of a slice, one for each thread; `first` is the part's place in the slice.
    pub(super) fn parts(&self, floats: &mut [f32], work: &(dyn Fn(usize, &mut [f32]) + Sync)) {
        self.parts_of_two(floats, &mut vec![(); floats.len()], |first, floats, _| work(first, floats));
    }

    /// Calls `work(first, part, part)` for parts of two slices of the same length, a part for each thread; `first` is
    /// the parts' place in the slices.
    pub(super) fn parts_of_two<A: Send, B: Send>(
        &self,
        a: &mut [A],
        b: &mut [B],
        work: impl Fn(usize, &mut [A], &mut [B]) + Sync,
    ) {
        self.parts_from(0, a.len().div_ceil(self.count()).max(1), a, b, &work);
    }

    fn parts_from<A: Send, B: Send>(
        &self,
        first: usize,
        part: usize,
        a: &mut [A],
        b: &mut [B],
        work: &(impl Fn(usize, &mut [A], &mut [B]) + Sync),
    ) {
        let left = a.len().div_ceil(part) / 2 * part;
        if left == 0 {
            return work(first, a, b);
        }
        let ((a, c), (b, d)) = (a.split_at_mut(left), b.split_at_mut(left));
        self.join(&mut || self.parts_from(first, part, a, b, work), &mut || {
            self.parts_from(first + left, part, c, d, work);
        });
    }
}

/// Waits for the other threads' parts, but not for long. A thread without work falls asleep after some microseconds, and it
/// takes tens of them to wake it; where training has phases, its next part comes as soon as the others are done.
#[cfg(feature = "parallel")]
fn linger(done: impl Fn() -> bool) {
    /// Some hundred microseconds in all.
    const TURNS: usize = 200;
    for _ in 0..TURNS {
        for _ in 0..64 {
            if done() {
                return;
            }
            std::hint::spin_loop();
        }
        // Where there are fewer cores than threads, the others need this one.
        std::thread::yield_now();
    }
}

#[cfg(feature = "parallel")]
impl Team for Threads {
    fn count(&self) -> usize {
        self.count()
    }

    fn join(&self, a: &mut (dyn FnMut() + Send), b: &mut (dyn FnMut() + Send)) {
        let mut join = || {
            rayon::join(&mut *a, &mut *b);
        };
        match &self.pool {
            Pool::Caller => Alone.join(a, b),
            Pool::Global => join(),
            Pool::Own(pool) => pool.install(join),
        }
    }
}

#[cfg(not(feature = "parallel"))]
impl Team for Threads {
    fn count(&self) -> usize {
        self.count()
    }

    fn join(&self, a: &mut (dyn FnMut() + Send), b: &mut (dyn FnMut() + Send)) {
        Alone.join(a, b);
    }
}

#[cfg(not(feature = "parallel"))]
impl Threads {
    pub(super) fn one() -> Self {
        Self {}
    }

    pub(super) fn machine() -> Self {
        Self {}
    }

    /// The calling thread alone, whatever the number.
    pub(super) fn new(_: usize) -> Self {
        Self {}
    }

    pub(super) fn count(&self) -> usize {
        1
    }

    /// Runs work.
    pub(super) fn enter<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        work()
    }

    /// Calls `work(thread, index)` for each index below `count`.
    pub(super) fn each(&self, count: usize, work: &(dyn Fn(usize, usize) + Sync)) {
        (0..count).for_each(|index| work(0, index));
    }

    /// Calls `work(first, part)` for a slice.
    pub(super) fn parts(&self, floats: &mut [f32], work: &(dyn Fn(usize, &mut [f32]) + Sync)) {
        work(0, floats);
    }

    /// Calls `work(first, part, part)` for two slices of the same length.
    pub(super) fn parts_of_two<A: Send, B: Send>(
        &self,
        a: &mut [A],
        b: &mut [B],
        work: impl Fn(usize, &mut [A], &mut [B]) + Sync,
    ) {
        work(0, a, b);
    }
}

#[cfg(all(test, feature = "parallel"))]
mod tests {
    use super::*;

    #[test]
    fn threads_of_another_pool_have_numbers_of_this_one() {
        let (outer, threads) = (rayon::ThreadPoolBuilder::new().num_threads(6).build().unwrap(), Threads::new(2));
        for count in [0, 1, 2, 5] {
            outer.broadcast(|_| {
                let calls: Vec<_> = (0..count).map(|_| AtomicUsize::new(0)).collect();
                threads.each(count, &|thread, index| {
                    assert!(thread < threads.count(), "thread {thread}");
                    calls[index].fetch_add(1, Ordering::Relaxed);
                });
                assert!(calls.into_iter().all(|calls| calls.into_inner() == 1), "each index has one call");
            });
        }
    }

    #[test]
    fn a_panic_in_a_part_is_the_callers() {
        let threads = Threads::new(2);
        threads.enter(|| {
            let parts = || threads.each(4, &|_, index| assert_ne!(index, 2, "part 2"));
            let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(parts)).unwrap_err();
            assert!(panic.downcast_ref::<String>().is_some_and(|message| message.contains("part 2")));
            threads.each(4, &|_, _| {});
        });
    }
}
