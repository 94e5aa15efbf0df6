//! A clock around each call of a layer, whatever the net: the calls that the expansion makes, timed from outside.
//!
//! `Timed` is an instruction set like the one that it wraps, and kernels are compiled for it as they are for that one;
//! only the outermost [`Simd::call`], which is the expansion's, reads the clock, at some fifty nanoseconds.

use std::any::type_name;
use std::cell::{Cell, RefCell};
use std::time::Instant;

use prelu::loss::Loss;
use prelu::runtime::network::{Block, Draw, sums};
use prelu::runtime::scratch::{Line, vectors};
use prelu::runtime::simd::{Kernel, Program, Simd, Single, dispatch, lanes_mut};
use prelu::{Level, Network, Tensor};

thread_local! {
    static INSIDE: Cell<bool> = const { Cell::new(false) };
    static CALLS: RefCell<Vec<(&'static str, f64)>> = const { RefCell::new(Vec::new()) };
}

/// An instruction set whose calls are timed.
#[derive(Clone, Copy)]
struct Timed<S>(S);

/// A kernel of the timed set, as one of the set itself.
struct Inside<K>(K);

impl<S: Simd, K: Kernel<Timed<S>>> Kernel<S> for Inside<K> {
    type Output = K::Output;
    #[inline(always)]
    fn run(self, s: S) -> K::Output {
        self.0.run(Timed(s))
    }
}

/// Methods that are those of the set itself.
macro_rules! forward {
    ($($name:ident($($argument:ident: $type:ty),*) -> $output:ty;)*) => {
        $(#[inline(always)] fn $name(self, $($argument: $type),*) -> $output { self.0.$name($($argument),*) })*
    };
}

// Every method is here, also those that the trait has a body for: an instruction set may have a better one.
impl<S: Simd> Simd for Timed<S> {
    type V = S::V;
    type Mask = S::Mask;
    type Wide = S::Wide;
    type Half = S::Half;
    const REGISTERS: usize = S::REGISTERS;
    const FUSED: bool = S::FUSED;

    #[inline(always)]
    fn call<K: Kernel<Self>>(self, kernel: K) -> K::Output {
        if INSIDE.replace(true) {
            return self.0.call(Inside(kernel));
        }
        let clock = Instant::now();
        let output = self.0.call(Inside(kernel));
        let seconds = clock.elapsed().as_secs_f64();
        INSIDE.set(false);
        CALLS.with_borrow_mut(|calls| calls.push((type_name::<K>(), seconds)));
        output
    }

    forward! {
        wide() -> S::Wide;
        half() -> S::Half;
        halves_pay() -> bool;
        splat(x: f32) -> S::V;
        add(a: S::V, b: S::V) -> S::V;
        sub(a: S::V, b: S::V) -> S::V;
        mul(a: S::V, b: S::V) -> S::V;
        div(a: S::V, b: S::V) -> S::V;
        fma(a: S::V, b: S::V, c: S::V) -> S::V;
        fma_single(a: f32, b: f32, c: f32) -> f32;
        max(a: S::V, b: S::V) -> S::V;
        min(a: S::V, b: S::V) -> S::V;
        gt(a: S::V, b: S::V) -> S::Mask;
        gt_or_nan(a: S::V, b: S::V) -> S::Mask;
        eq(a: S::V, b: S::V) -> S::Mask;
        select(mask: S::Mask, a: S::V, b: S::V) -> S::V;
        sum(a: S::V) -> f32;
        pow2(n: S::V) -> S::V;
        exponent(a: S::V) -> S::V;
        unzip(a: S::V, b: S::V) -> [S::V; 2];
        zip(a: S::V, b: S::V) -> [S::V; 2];
        deal(x: [S::V; 5]) -> [S::V; 5];
        transpose(rows: &mut [S::V]) -> ();
    }
    #[inline(always)]
    unsafe fn load(self, p: *const f32) -> S::V {
        // SAFETY: by the contract, which is the same.
        unsafe { self.0.load(p) }
    }
    #[inline(always)]
    unsafe fn load_halves(self, low: *const f32, high: *const f32) -> S::V {
        // SAFETY: by the contract, which is the same.
        unsafe { self.0.load_halves(low, high) }
    }
    #[inline(always)]
    unsafe fn store(self, p: *mut f32, v: S::V) {
        // SAFETY: by the contract, which is the same.
        unsafe { self.0.store(p, v) }
    }
}

/// A call of a run: its name, such as `conv::Forward`, and its seconds.
#[derive(Clone, Debug)]
pub struct Call {
    /// Module and name of the kernel.
    pub name: String,
    /// Summed over all calls of the kernel in the run.
    pub seconds: f64,
}

/// The calls since the last time, those of one kernel summed where `merge` says so, in the order of the first.
fn taken(merge: bool) -> Vec<Call> {
    let mut sums: Vec<Call> = Vec::new();
    for (name, seconds) in CALLS.with_borrow_mut(std::mem::take) {
        let name = short(name);
        match sums.iter_mut().find(|sum| merge && sum.name == name) {
            Some(sum) => sum.seconds += seconds,
            None => sums.push(Call { name, seconds }),
        }
    }
    sums
}

/// `conv::Forward` of `prelu_runtime::layers::conv::Forward<…>`.
fn short(name: &str) -> String {
    let name = name.split_once("Narrow<").map_or(name, |(_, inner)| inner);
    let path = name.split('<').next().unwrap_or(name);
    path.rsplit("::").take(2).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join("::")
}

/// A net, samples, and all memory to run them in.
pub struct Bench<N: Network> {
    /// The net.
    pub net: Box<N>,
    /// The samples.
    pub xs: Vec<N::Input>,
    ys: Vec<N::Output>,
    level: Level,
    memory: Vec<Line>,
    temporary: Vec<Line>,
    gradient: Box<N>,
    sums: Vec<f64>,
}

impl<N: Network> Bench<N> {
    /// So many samples of noise.
    pub fn new(level: Level, samples: usize) -> Self {
        let mut xs: Vec<N::Input> = prelu::runtime::tensor::zeroed_vec(samples);
        for (i, x) in xs.iter_mut().enumerate() {
            crate::noise(i as u64, x.floats_mut());
        }
        let blocks = if N::PHASES.len() > 1 { samples.div_ceil(level.lanes()) } else { 1 };
        Self {
            net: N::initialised(1),
            xs,
            ys: prelu::runtime::tensor::zeroed_vec(samples),
            level,
            memory: vec![Line::ZERO; N::VECTORS.max(blocks * N::TRAINING_LINES)],
            temporary: vec![Line::ZERO; N::TEMPORARY],
            gradient: N::zeroed_box(),
            sums: vec![0.0; sums::<N>()],
        }
    }

    /// The calls of prediction, a block at a time.
    pub fn predict(&mut self, merge: bool) -> Vec<Call> {
        dispatch(self.level, Predict(self));
        taken(merge)
    }

    /// The calls of prediction, a sample at a time.
    pub fn predict_single(&mut self, merge: bool) -> Vec<Call> {
        dispatch(self.level, PredictSingle(self));
        taken(merge)
    }

    /// The calls of a training step's forward and backward, on one thread, with a gradient of the output that costs
    /// nothing.
    pub fn train(&mut self, merge: bool) -> Vec<Call> {
        self.gradient.floats_mut().fill(0.0);
        self.sums.fill(0.0);
        dispatch(self.level, Train(self));
        taken(merge)
    }
}

struct Predict<'a, N: Network>(&'a mut Bench<N>);

impl<N: Network> Program for Predict<'_, N> {
    type Output = ();
    fn run<S: Simd>(self, s: S) {
        let Bench { net, xs, ys, memory, temporary, .. } = self.0;
        let (memory, temporary) = (vectors::<S::V>(memory), vectors::<S::V>(temporary));
        for (xs, ys) in xs.chunks(S::LANES).zip(ys.chunks_mut(S::LANES)) {
            net.predict_block(Timed(s), xs, ys, memory, temporary);
        }
    }
}

struct PredictSingle<'a, N: Network>(&'a mut Bench<N>);

impl<N: Network> Program for PredictSingle<'_, N> {
    type Output = ();
    fn run<S: Simd>(self, s: S) {
        let Bench { net, xs, ys, memory, .. } = self.0;
        let memory = prelu::runtime::scratch::floats(memory);
        for (xs, ys) in xs.chunks(1).zip(ys.chunks_mut(1)) {
            net.predict_block(Single::new(Timed(s)), xs, ys, memory, &mut []);
        }
    }
}

struct Train<'a, N: Network>(&'a mut Bench<N>);

impl<N: Network> Program for Train<'_, N> {
    type Output = ();
    fn run<S: Simd>(self, s: S) {
        let Bench { net, xs, memory, temporary, gradient, sums, .. } = self.0;
        let (memory, temporary) = (vectors::<S::V>(memory), vectors::<S::V>(temporary));
        let targets = vec![(); xs.len()];
        for (phase, _) in N::PHASES.iter().enumerate() {
            let so_far = sums.clone();
            for (index, inputs) in xs.chunks(S::LANES).enumerate() {
                let block = Block {
                    inputs,
                    targets: &targets[..inputs.len()],
                    loss: &Output,
                    scale: 1.0 / xs.len() as f32,
                    draw: Draw::new(0, 0),
                    sums: &so_far,
                    batch: xs.len(),
                    first: index == 0,
                };
                let place = if N::PHASES.len() > 1 { index } else { 0 };
                let memory = &mut memory[place * N::TRAINING_LINES..(place + 1) * N::TRAINING_LINES];
                net.train_block(Timed(s), phase, &block, memory, temporary, gradient, sums);
            }
        }
    }
}

/// Half the square of the output, whose gradient is the output: nothing to compute, and numbers as backward meets them.
struct Output;

impl Loss for Output {
    type Target = ();

    fn sample(&self, y: &[f32], (): &(), dy: &mut [f32]) -> f64 {
        dy.copy_from_slice(y);
        0.0
    }

    fn block<S: Simd>(&self, _: S, y: &mut [S::V], targets: &[()], _: f32, _: &mut [S::V]) -> f64 {
        if targets.len() < S::LANES {
            for lanes in lanes_mut(y).chunks_exact_mut(S::LANES) {
                lanes[targets.len()..].fill(0.0);
            }
        }
        0.0
    }
}
