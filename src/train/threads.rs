//! Threads, with or without the feature `parallel`.
//!
//! What is handed out is not generic over nets where it need not be, so that a program compiles it once.

#[cfg(feature = "parallel")]
use std::io;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
#[cfg(feature = "parallel")]
use std::sync::{Arc, OnceLock};
use std::thread;

#[cfg(feature = "parallel")]
use rayon::{ThreadBuilder, ThreadPoolBuilder};

use crate::runtime::optim::{Alone, Team};

/// More threads are never started: no net has work for them.
#[cfg(feature = "parallel")]
const MAX_THREADS: usize = 1024;

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
    /// The threads of the pool that the caller runs in, or else of the whole program.
    Global,
    Own(Arc<rayon::ThreadPool>),
}

#[cfg(feature = "parallel")]
impl Threads {
    pub(super) fn one() -> Self {
        Self { pool: Pool::Caller }
    }

    /// The threads of the pool that the caller runs in, or else of the whole program.
    pub(super) fn machine() -> Self {
        static PROGRAM: OnceLock<Pool> = OnceLock::new();
        // In a pool, that of the program need not exist.
        let inside = rayon::current_thread_index().is_some();
        Self { pool: if inside { Pool::Global } else { PROGRAM.get_or_init(|| global_pool(&mut start)).clone() } }
    }

    /// So many, at most [`MAX_THREADS`]; 0 means as many as `RAYON_NUM_THREADS` says, or else as the machine has. Their
    /// stacks have this many bytes, if it is given.
    pub(super) fn new(count: usize, stack: Option<usize>) -> Self {
        Self { pool: own_pool(if count == 0 { default_count() } else { count }, stack, &mut start) }
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

/// Starts a thread of a pool.
#[cfg(feature = "parallel")]
type Start<'a> = &'a mut dyn FnMut(ThreadBuilder) -> io::Result<thread::JoinHandle<()>>;

#[cfg(feature = "parallel")]
fn start(thread: ThreadBuilder) -> io::Result<thread::JoinHandle<()>> {
    let builder = thread::Builder::new();
    let builder = if let Some(bytes) = thread.stack_size() { builder.stack_size(bytes) } else { builder };
    builder.spawn(|| thread.run())
}

/// As many threads as rayon's pools have unless told otherwise.
#[cfg(feature = "parallel")]
fn default_count() -> usize {
    let variable = |name| std::env::var(name).ok().and_then(|count| count.parse::<usize>().ok());
    let count = variable("RAYON_NUM_THREADS").or_else(|| variable("RAYON_RS_NUM_CPUS"));
    count.filter(|&count| count > 0).unwrap_or_else(machine_count)
}

/// As many threads as the machine runs at the same time.
pub(super) fn machine_count() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// A pool of so many threads. If the system refuses some, of half as many, or of a quarter, and so on: the rest of what it
/// allows is left to others.
#[cfg(feature = "parallel")]
#[cold]
#[inline(never)]
fn own_pool(count: usize, stack: Option<usize>, start: Start<'_>) -> Pool {
    let mut count = count.min(MAX_THREADS);
    while count > 1 {
        let mut started = Vec::new();
        let spawn = |thread| start(thread).map(|thread| started.push(thread));
        let builder = ThreadPoolBuilder::new().num_threads(count);
        let builder = if let Some(bytes) = stack { builder.stack_size(bytes) } else { builder };
        if let Ok(pool) = builder.spawn_handler(spawn).build() {
            return Pool::Own(Arc::new(pool));
        }
        let allowed = started.len();
        join_all(started);
        count /= 2;
        while count > allowed {
            count /= 2;
        }
    }
    Pool::Caller
}

/// The pool of the whole program, or one of fewer threads if the system refuses that one: rayon itself would panic.
#[cfg(feature = "parallel")]
#[cold]
#[inline(never)]
fn global_pool(start: Start<'_>) -> Pool {
    let count = default_count().min(MAX_THREADS);
    let (mut started, mut refused) = (Vec::new(), false);
    let spawn = |thread| {
        started.push(start(thread).inspect_err(|_| refused = true)?);
        Ok(())
    };
    let built = ThreadPoolBuilder::new().num_threads(count).spawn_handler(spawn).build_global();
    // Another part of the program may have set up the pool before, or have tried to.
    if built.is_ok() || (!refused && std::panic::catch_unwind(rayon::current_num_threads).is_ok()) {
        return Pool::Global;
    }
    join_all(started);
    own_pool(count / 2, None, start)
}

/// Waits for the threads of a pool that was given up. They end at once, but until then the system counts them.
#[cfg(feature = "parallel")]
fn join_all(threads: Vec<thread::JoinHandle<()>>) {
    for thread in threads {
        let _ = thread.join();
    }
}

/// Whether values of this many bytes take a thread with a larger stack than usual.
pub(super) const fn is_large(bytes: usize) -> bool {
    bytes > 64 << 10
}

/// Bytes of the stack of a thread on which a program handles values of this many bytes, by value and unoptimized: eight
/// copies, beside what a thread has else.
#[cold]
#[inline(never)]
pub(super) fn stack_for(bytes: usize) -> usize {
    let usual = std::env::var("RUST_MIN_STACK").ok().and_then(|bytes| bytes.parse().ok()).unwrap_or(2 << 20);
    bytes.saturating_mul(8).saturating_add(usual)
}

/// Calls `work` for each index below `count`, on threads of their own with stacks of this many bytes. If the system refuses
/// some of them, the others do all; if it refuses the first, the caller does it.
#[cold]
#[inline(never)]
pub(super) fn on_stacks(bytes: usize, count: usize, work: &(dyn Fn(usize) + Sync)) {
    let next = AtomicUsize::new(0);
    let run = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return;
            }
            work(index);
        }
    };
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().stack_size(bytes).spawn_scoped(scope, run).ok();
        let started: Vec<_> = (0..count).map_while(start).collect();
        if started.is_empty() {
            run();
        }
        for thread in started {
            if let Err(panic) = thread.join() {
                resume_unwind(panic);
            }
        }
    });
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
    pub(super) fn new(_: usize, _: Option<usize>) -> Self {
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
        let (outer, threads) = (rayon::ThreadPoolBuilder::new().num_threads(6).build().unwrap(), Threads::new(2, None));
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

    /// Starts so many threads at the same time and refuses the next.
    fn at_most(most: usize) -> impl FnMut(ThreadBuilder) -> io::Result<thread::JoinHandle<()>> {
        let alive = Arc::new(AtomicUsize::new(0));
        move |thread| {
            if alive.fetch_add(1, Ordering::SeqCst) >= most {
                alive.fetch_sub(1, Ordering::SeqCst);
                return Err(io::ErrorKind::WouldBlock.into());
            }
            let alive = alive.clone();
            thread::Builder::new().spawn(move || {
                thread.run();
                alive.fetch_sub(1, Ordering::SeqCst);
            })
        }
    }

    #[test]
    fn work_is_done_with_fewer_threads_where_the_system_refuses_some() {
        for (asked, most, want) in
            [(2, 0, 1), (2, 1, 1), (2, 2, 2), (8, 7, 4), (9, 8, 4), (2000, 48, 32), (100_000, 3, 2), (1, 0, 1)]
        {
            let threads = Threads { pool: own_pool(asked, None, &mut at_most(most)) };
            assert_eq!(threads.count(), want, "{asked} asked, {most} allowed");
            let calls: Vec<_> = (0..20).map(|_| AtomicUsize::new(0)).collect();
            threads.each(20, &|thread, index| {
                assert!(thread < threads.count());
                calls[index].fetch_add(1, Ordering::Relaxed);
            });
            assert!(calls.into_iter().all(|calls| calls.into_inner() == 1), "each index has one call");
        }
    }

    #[test]
    fn no_more_threads_are_started_than_any_net_has_work_for() {
        let mut asked = 0;
        let mut refuse = |_| {
            asked += 1;
            Err(io::ErrorKind::WouldBlock.into())
        };
        assert_eq!(Threads { pool: own_pool(usize::MAX, None, &mut refuse) }.count(), 1);
        assert_eq!(asked, 1, "after a refusal of all, nothing is tried again");
        let mut counted = 0;
        let mut count = |thread| {
            counted += 1;
            start(thread)
        };
        assert_eq!(Threads { pool: own_pool(usize::MAX, None, &mut count) }.count(), MAX_THREADS);
        assert_eq!(counted, MAX_THREADS);
    }

    #[test]
    fn the_pool_of_the_program_has_fewer_threads_where_the_system_refuses_some() {
        const CHILD: &str = "PRELU_TEST_CHILD";
        if std::env::var_os(CHILD).is_some() {
            // Of 8 that the environment asks for. Rayon itself then has no pool, and panics for want of it.
            assert_eq!(Threads { pool: global_pool(&mut at_most(5)) }.count(), 4);
            assert_eq!(Threads { pool: global_pool(&mut at_most(1)) }.count(), 1);
            let threads = Threads::machine();
            assert_eq!(threads.count(), 4);
            let calls = AtomicUsize::new(0);
            threads.each(9, &|thread, _| {
                assert!(thread < 4);
                calls.fetch_add(1, Ordering::Relaxed);
            });
            assert_eq!(calls.into_inner(), 9);
            return;
        }
        // In a process of its own, for a process has one such pool.
        let test = "train::threads::tests::the_pool_of_the_program_has_fewer_threads_where_the_system_refuses_some";
        let child = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test])
            .envs([(CHILD, "1"), ("RAYON_NUM_THREADS", "8")])
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&child.stdout);
        assert!(child.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    fn stacks_are_as_large_as_asked_for_and_a_panic_is_the_callers() {
        let calls: Vec<_> = (0..20).map(|_| AtomicUsize::new(0)).collect();
        on_stacks(32 << 20, 20, &|index| {
            let large = std::hint::black_box([index as u8; 8 << 20]);
            calls[index].fetch_add(usize::from(large[5 << 20]) + 1 - index, Ordering::Relaxed);
        });
        assert!(calls.into_iter().all(|calls| calls.into_inner() == 1), "each index has one call");
        // No system has so large a stack: the caller does the work.
        let calls = AtomicUsize::new(0);
        on_stacks(usize::MAX / 2, 3, &|_| {
            calls.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(calls.into_inner(), 3);
        let part = || on_stacks(1 << 20, 4, &|index| assert_ne!(index, 2, "part 2"));
        let panic = std::panic::catch_unwind(part).unwrap_err();
        assert!(panic.downcast_ref::<String>().is_some_and(|message| message.contains("part 2")));
    }

    #[test]
    fn a_panic_in_a_part_is_the_callers() {
        let threads = Threads::new(2, None);
        threads.enter(|| {
            let parts = || threads.each(4, &|_, index| assert_ne!(index, 2, "part 2"));
            let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(parts)).unwrap_err();
            assert!(panic.downcast_ref::<String>().is_some_and(|message| message.contains("part 2")));
            threads.each(4, &|_, _| {});
        });
    }
}
