//! What an optimiser remembers from step to step: rows as long as the parameters, and how often each tensor was stepped.

use core::fmt;
use core::ops::Range;

use super::gradient::Gradient;
use super::row::Row;
use super::team::Team;
use crate::simd::{PIECE, rewrite};
use crate::summary::ParameterSummary;

/// Named rows of floats, each laid out as the parameters are, and a count of steps for each tensor: a tensor that was
/// frozen for a while goes on where it stopped.
#[derive(Debug, PartialEq)]
#[cfg_attr(feature = "alloc", derive(Clone))]
pub struct State {
    names: &'static [&'static str],
    len: usize,
    floats: Row<f32>,
    steps: Row<u64>,
}

/// A tensor's part in a step, or some of its elements'.
pub(super) struct Turn<'a, const ROWS: usize> {
    parameters: &'a mut [f32],
    gradient: Gradient<'a>,
    /// The place of the first of them in the gradient.
    start: usize,
    /// Whether other threads step other elements, and read all of them afterwards.
    shared: bool,
    /// Of each row what belongs to them.
    rows: [&'a mut [f32]; ROWS],
    /// The weight decay, 0 where none applies.
    decay: f32,
    /// What they are multiplied with first: 1 unless they [shrink](Self::shrink).
    keep: f32,
    /// Which step of the tensor it is, from 1.
    pub(super) step: u64,
}

impl<const ROWS: usize> Turn<'_, ROWS> {
    /// p ← p − rate·direction(g + decay·p, rows), without the term where there is no decay, for each element, where `rows` are the element's own floats.
    #[inline(always)]
    pub(super) fn descend(self, rate: f32, direction: impl Fn(f32, [&mut f32; ROWS]) -> f32 + Copy) {
        let Self { parameters, gradient, start, shared, mut rows, decay, keep, .. } = self;
        let mut room = [0.0; PIECE];
        // Without decay its term is no 0·p, which is NaN where p is infinite. A mask, so that there is one loop for both.
        let decays = if decay == 0.0 { 0 } else { u32::MAX };
        rewrite(parameters, shared, &mut |from, old, new| {
            let n = old.len();
            // Numbers behind a reference would be read again for each element: the compiler can't tell that none is written to.
            let (rate, direction, keep, decay, decays) = (rate, direction, keep, decay, decays);
            let (gradient, new) = (&gradient.read(start + from, &mut room[..n])[..n], &mut new[..n]);
            let mut rows = rows.each_mut().map(|row| &mut row[from..from + n]);
            for i in 0..n {
                let p = keep * old[i];
                let decayed = f32::from_bits((decay * p).to_bits() & decays);
                let step = direction(gradient[i] + decayed, rows.each_mut().map(|row| &mut row[i]));
                new[i] = p - rate * step;
            }
        });
    }

    /// Has p ← p − rate·decay·p come first, in place of a decay of the gradient.
    pub(super) fn shrink(&mut self, rate: f32) {
        self.keep = (1.0 - f64::from(rate) * f64::from(self.decay)) as f32;
        self.decay = 0.0;
    }
}

impl State {
    /// No memory yet, for rows of these names.
    pub const fn new(names: &'static [&'static str]) -> Self {
        Self { names, len: 0, floats: Row::empty(), steps: Row::empty() }
    }

    /// Allocates zeros for a net's tensors. Does nothing where that was done before, unless for other tensors, or where
    /// memory was [lent](Self::lend) for them.
    #[cfg(feature = "alloc")]
    pub fn prepare(&mut self, table: &[ParameterSummary]) {
        let len = length(table);
        if (self.len, self.steps.len()) != (len, table.len()) {
            self.len = len;
            self.floats = Row::Owned(alloc::vec![0.0; self.names.len() * len]);
            self.steps = Row::Owned(alloc::vec![0; table.len()]);
        }
    }

    /// Takes memory of the caller's for a net's tensors, and sets it to zero: nothing is then allocated. It takes
    /// [`floats_for`](Self::floats_for) floats and a count for each tensor of the table; more is left alone.
    ///
    /// # Errors
    /// The memory is too short. The state is as it was then.
    pub fn lend(
        &mut self,
        table: &[ParameterSummary],
        floats: &'static mut [f32],
        steps: &'static mut [u64],
    ) -> Result<(), LendError> {
        let needed = LendError { floats: self.floats_for(table), steps: table.len() };
        let (Some(floats), Some(steps)) = (floats.get_mut(..needed.floats), steps.get_mut(..needed.steps)) else {
            return Err(needed);
        };
        floats.fill(0.0);
        steps.fill(0);
        self.len = length(table);
        (self.floats, self.steps) = (Row::Lent(floats), Row::Lent(steps));
        Ok(())
    }

    /// How many floats the state of a net's tensors takes.
    pub fn floats_for(&self, table: &[ParameterSummary]) -> usize {
        self.names.len() * length(table)
    }

    /// How often each tensor was stepped, in the table's order; empty before [`prepare`](Self::prepare).
    pub fn steps(&self) -> &[u64] {
        &self.steps
    }

    /// How often each tensor was stepped, to be restored.
    pub fn steps_mut(&mut self) -> &mut [u64] {
        &mut self.steps
    }

    /// Each row with its name, which is PyTorch's; the rows are empty before [`prepare`](Self::prepare).
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, &[f32])> {
        let len = self.len;
        self.names.iter().enumerate().map(move |(i, &name)| (name, &self.floats[i * len..(i + 1) * len]))
    }

    /// Each row with its name, to be restored.
    pub fn rows_mut(&mut self) -> impl Iterator<Item = (&'static str, &mut [f32])> {
        // Rows of no floats cannot be told apart, and need not be.
        let rows = self.floats.chunks_exact_mut(self.len.max(1));
        self.names.iter().copied().zip(rows)
    }

    /// Counts a step of each tensor that is not frozen, and calls `each` with it, or, where a team shares the work, with its
    /// elements in any parts. `ROWS` is how many rows there are.
    ///
    /// # Panics
    /// As [`Optimizer::step`](super::Optimizer::step).
    pub(super) fn step<const ROWS: usize>(
        &mut self,
        parameters: &mut [f32],
        gradient: Gradient<'_>,
        table: &[ParameterSummary],
        weight_decay: f32,
        team: &dyn Team,
        each: impl Fn(Turn<'_, ROWS>) + Sync,
    ) {
        assert_eq!(parameters.len(), gradient.len(), "a gradient has as many floats as the parameters");
        #[cfg(feature = "alloc")]
        self.prepare(table);
        assert!(
            (self.len, self.steps.len()) == (length(table), table.len()),
            "an optimiser is lent memory for its net"
        );
        debug_assert_eq!(ROWS, self.names.len());
        for (tensor, step) in table.iter().zip(&mut *self.steps) {
            *step += u64::from(!tensor.frozen);
        }
        let steps = &*self.steps;
        let mut rows = self.floats.chunks_exact_mut(self.len.max(1));
        let part = Share {
            start: 0,
            shared: false,
            parameters: &mut parameters[..self.len],
            rows: core::array::from_fn(|_| rows.next().unwrap_or_default()),
        };
        part.share(team, team.count(), &|part: Share<'_, ROWS>| {
            let Share { start, shared, parameters, mut rows } = part;
            for (tensor, &step) in table.iter().zip(steps).filter(|(tensor, _)| !tensor.frozen) {
                let Range { start: from, end } = tensor.range();
                let range = from.max(start)..end.min(start + parameters.len());
                if range.is_empty() {
                    continue;
                }
                let (place, range) = (range.start, range.start - start..range.end - start);
                each(Turn {
                    parameters: &mut parameters[range.clone()],
                    gradient,
                    start: place,
                    shared,
                    rows: rows.each_mut().map(|row| &mut row[range.clone()]),
                    decay: if tensor.decays { weight_decay } else { 0.0 },
                    keep: 1.0,
                    step,
                });
            }
        });
    }
}

/// Neighbouring elements of all that a step writes, from element `start` on.
struct Share<'a, const ROWS: usize> {
    start: usize,
    /// Whether it is one of several.
    shared: bool,
    parameters: &'a mut [f32],
    rows: [&'a mut [f32]; ROWS],
}

impl<const ROWS: usize> Share<'_, ROWS> {
    /// Elements that are not worth the trouble of sharing them.
    const FEW: usize = 4096;

    /// Cuts it into parts of about the same length, one for each of so many threads, for work to be done to each.
    fn share(self, team: &dyn Team, threads: usize, work: &(dyn Fn(Share<'_, ROWS>) + Sync)) {
        let len = self.parameters.len();
        if threads < 2 || len < 2 * Self::FEW {
            return work(self);
        }
        let here = threads / 2;
        let middle = len / threads * here;
        let (parameters, others) = self.parameters.split_at_mut(middle);
        let mut rows: [&mut [f32]; ROWS] = core::array::from_fn(|_| Default::default());
        let mut other_rows: [&mut [f32]; ROWS] = core::array::from_fn(|_| Default::default());
        for ((row, first), second) in self.rows.into_iter().zip(&mut rows).zip(&mut other_rows) {
            (*first, *second) = row.split_at_mut(middle);
        }
        let mut first = Some(Share { start: self.start, shared: true, parameters, rows });
        let mut second = Some(Share { start: self.start + middle, shared: true, parameters: others, rows: other_rows });
        team.join(&mut || first.take().into_iter().for_each(|part| part.share(team, here, work)), &mut || {
            second.take().into_iter().for_each(|part| part.share(team, threads - here, work))
        });
    }
}

/// The floats that a table's tensors reach over.
fn length(table: &[ParameterSummary]) -> usize {
    table.iter().map(|tensor| tensor.range().end).max().unwrap_or(0)
}

/// The memory that was lent is too short: what it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LendError {
    /// Floats for the rows.
    pub floats: usize,
    /// Counts of steps.
    pub steps: usize,
}

impl fmt::Display for LendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the optimiser takes {} floats and {} counts of steps", self.floats, self.steps)
    }
}

impl core::error::Error for LendError {}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::optim::Alone;
    use crate::summary::Init;

    fn tensor(offset: usize, len: usize, decays: bool, frozen: bool) -> ParameterSummary {
        ParameterSummary { key: "", shape: &[], offset, len, init: Init::Constant(0.0), decays, frozen }
    }

    #[test]
    fn a_step_is_told_each_tensor_that_is_not_frozen() {
        let mut table = [tensor(0, 2, true, false), tensor(2, 1, false, false), tensor(4, 2, true, true)];
        let mut state = State::new(&["a", "b"]);
        assert!(state.rows().all(|(_, row)| row.is_empty()) && state.rows_mut().next().is_none());
        let told = Mutex::new(Vec::new());
        for frozen in [true, false] {
            table[2].frozen = frozen;
            state.step::<2>(&mut [1.0; 7], [2.0; 7][..].into(), &table, 0.5, &Alone, |turn| {
                told.lock().unwrap().push((turn.parameters.len(), turn.start, turn.decay, turn.step));
                turn.rows.into_iter().zip([3.0, 4.0]).for_each(|(row, value)| row.fill(value));
            });
        }
        assert_eq!(
            told.into_inner().unwrap(),
            [(2, 0, 0.5, 1), (1, 2, 0.0, 1), (2, 0, 0.5, 2), (1, 2, 0.0, 2), (2, 4, 0.5, 1)]
        );
        assert_eq!(state.steps(), [2, 2, 1]);
        let rows: Vec<_> = state.rows().collect();
        assert_eq!(rows, [("a", &[3.0, 3.0, 3.0, 0.0, 3.0, 3.0][..]), ("b", &[4.0, 4.0, 4.0, 0.0, 4.0, 4.0][..])]);
    }

    #[test]
    fn lent_memory_is_used_as_the_states_own() {
        let table = [tensor(0, 2, true, false), tensor(2, 1, false, false)];
        let (mut own, mut lent) = (State::new(&["a", "b"]), State::new(&["a", "b"]));
        assert_eq!(lent.floats_for(&table), 6);
        let short = lent.lend(&table, vec![0.0; 5].leak(), vec![0; 2].leak());
        assert_eq!(short, Err(LendError { floats: 6, steps: 2 }));
        let floats = vec![7.0; 8].leak();
        let place = floats.as_ptr();
        lent.lend(&table, floats, vec![7; 3].leak()).unwrap();
        for state in [&mut own, &mut lent] {
            for _ in 0..2 {
                state.step::<2>(&mut [1.0; 3], [2.0; 3][..].into(), &table, 0.5, &Alone, |turn| {
                    turn.rows
                        .into_iter()
                        .zip([3.0, 4.0])
                        .for_each(|(row, value)| row.iter_mut().for_each(|x| *x += value));
                });
            }
        }
        assert_eq!(own, lent);
        assert_eq!(lent.rows().next().map(|(_, row)| row.as_ptr()), Some(place));
        assert_eq!(lent.clone(), own, "a copy has memory of its own");
    }

    /// Three threads, as far as the parts are concerned.
    struct Three;

    impl Team for Three {
        fn count(&self) -> usize {
            3
        }

        fn join(&self, a: &mut (dyn FnMut() + Send), b: &mut (dyn FnMut() + Send)) {
            if cfg!(target_family = "wasm") {
                // Without threads.
                return Alone.join(a, b);
            }
            std::thread::scope(|scope| {
                scope.spawn(a);
                b();
            });
        }
    }

    #[test]
    fn a_team_steps_each_element_once() {
        let few = Share::<1>::FEW;
        let table = [tensor(0, 3, true, false), tensor(3, 2 * few, false, false), tensor(3 + 2 * few, few, true, true)];
        let shards: [Vec<f32>; 3] =
            [7.0, 0.1, 1e-3].map(|scale| (0..3 + 3 * few).map(|i| (i as f32).sin() * scale).collect());
        let gradient: Vec<f32> = (0..shards[0].len()).map(|i| shards[0][i] + shards[1][i] + shards[2][i]).collect();
        let shards = shards.each_ref().map(|shard| shard[..].into());
        let step = |gradient: Gradient<'_>, team: &dyn Team| {
            let (mut state, mut floats, parts) = (State::new(&["a"]), vec![1.0; gradient.len()], Mutex::new(0));
            state.step::<1>(&mut floats, gradient, &table, 0.5, team, |turn| {
                *parts.lock().unwrap() += 1;
                let step = turn.step as f32;
                turn.descend(0.5, |g, [row]| {
                    *row += g * step;
                    *row
                });
            });
            (floats, state, parts.into_inner().unwrap())
        };
        let (alone, state, parts) = step(gradient[..].into(), &Alone);
        assert!(alone[..3 + 2 * few].iter().zip(&gradient).all(|(&p, &g)| g == 0.0 || p != 1.0), "all are stepped");
        assert!(alone[3 + 2 * few..].iter().all(|&p| p == 1.0), "what is frozen stays");
        assert_eq!(parts, 2);
        for (gradient, team, expected) in [
            (Gradient::sum(&shards), &Alone as &dyn Team, 2),
            (gradient[..].into(), &Three, 4),
            (Gradient::sum(&shards), &Three, 4),
        ] {
            let (shared, other, parts) = step(gradient, team);
            assert!(alone == shared && state == other);
            assert_eq!(parts, expected);
        }
    }

    #[test]
    fn a_net_without_parameters_has_a_state() {
        let mut state = State::new(&["a"]);
        state.step::<1>(&mut [], [][..].into(), &[], 0.5, &Alone, |_| unreachable!("there is no tensor"));
        state.step::<1>(&mut [], [][..].into(), &[tensor(0, 0, true, false)], 0.5, &Alone, |_| {
            unreachable!("there is no element")
        });
    }
}
