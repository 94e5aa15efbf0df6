//! A sweep over shapes: nets of a layer or a few, each call's share of what the machine could reach in the same run.

use std::time::Instant;

use prelu::runtime::Summary;
use prelu::runtime::summary::LayerSummary;
use prelu::{CustomLayer, Level, Network, Simd, Tensor};

mod batches;

use crate::bandwidth;
use crate::peak::peak;
use crate::timed::{Bench, Call};

/// Samples in a batch.
pub const BATCH: usize = 64;
/// The share of the peak that forward is to reach, where the memory allows it.
pub const FORWARD_BAR: f64 = 0.6;
/// The same of backward.
pub const BACKWARD_BAR: f64 = 0.5;

/// A layer before the first of interest, so that the latter's gradient of the input is wanted. A copy.
pub struct Entrance;

impl<T: Tensor> CustomLayer<T, T> for Entrance {
    const PARAMETERS: usize = 1;

    fn forward<S: Simd>(_: S, _: &[f32], x: &[S::V], y: &mut [S::V]) {
        y.copy_from_slice(x);
    }

    fn backward<S: Simd>(_: S, _: &[f32], _: &mut [f32], _: &[S::V], dy: &[S::V], dx: &mut [S::V]) {
        dx.copy_from_slice(dy);
    }
}

/// Declares nets behind an [`Entrance`], and `CASES`, which measures them.
#[macro_export]
macro_rules! cases {
    ($($name:ident: $input:tt -> $output:tt { $($layers:tt)* })*) => {
        $(prelu::network! {
            struct $name: $input -> $output {
                entrance: custom($crate::sweep::Entrance, parameters = 1) -> $input,
                $($layers)*
            }
        })*
        /// They.
        pub(crate) const CASES: &[$crate::sweep::Case] = &[$($crate::sweep::Case::of::<$name>()),*];
    };
}

/// A net of the sweep.
pub struct Case {
    summary: &'static Summary,
    measure: fn(Level, usize) -> Times,
}

/// Medians of the seconds of a batch's calls, and of the peak beside them.
struct Times {
    peak: f64,
    forward: Vec<Call>,
    training: Vec<Call>,
}

impl Case {
    /// The case of a net.
    pub const fn of<N: Network>() -> Self {
        Self { summary: N::SUMMARY, measure: measure::<N> }
    }

    /// The layers without the entrance.
    fn layers(&self) -> &'static [LayerSummary] {
        &self.summary.layers[1..]
    }

    /// What was declared, with the input's shape.
    fn label(&self) -> String {
        let layers: Vec<_> = self.layers().iter().map(|layer| layer.declaration).collect();
        let shape: Vec<_> = self.summary.input.iter().map(usize::to_string).collect();
        format!("{} on {}", layers.join(", "), shape.join("x"))
    }
}

fn measure<N: Network>(level: Level, batch: usize) -> Times {
    let mut bench = Bench::<N>::new(level, batch);
    let mut peaks = Vec::new();
    // One sample has kernels of its own.
    let forward =
        medians(level, &mut peaks, || if batch == 1 { bench.predict_single(true) } else { bench.predict(true) });
    let training = medians(level, &mut peaks, || bench.train(true));
    peaks.sort_by(f64::total_cmp);
    Times { peak: peaks[peaks.len() / 2], forward, training }
}

/// Each call's median over turns; a turn takes a millisecond at least, and a peak is measured before each.
pub fn medians(level: Level, peaks: &mut Vec<f64>, mut run: impl FnMut() -> Vec<Call>) -> Vec<Call> {
    const TURNS: usize = 9;
    const TURN: f64 = 1e-3;
    const ALL: f64 = 0.3;
    let mut calls = run();
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); calls.len()];
    let begin = Instant::now();
    while times[0].len() < TURNS && (times[0].len() < 3 || begin.elapsed().as_secs_f64() < ALL) {
        peaks.push(peak(level));
        let mut sums = vec![0.0; calls.len()];
        let (clock, mut runs) = (Instant::now(), 0);
        while runs == 0 || clock.elapsed().as_secs_f64() < TURN {
            run().iter().zip(&mut sums).for_each(|(call, sum)| *sum += call.seconds);
            runs += 1;
        }
        sums.iter().zip(&mut times).for_each(|(sum, times)| times.push(sum / f64::from(runs)));
    }
    for (call, mut times) in calls.iter_mut().zip(times) {
        times.sort_by(f64::total_cmp);
        call.seconds = times[times.len() / 2];
    }
    calls
}

/// What a cell of a table is about.
#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Forward,
    Input,
    Weight,
}

/// A measured direction of a case.
struct Cell {
    /// The share of the multiply-add peak.
    share: f64,
    /// The share of the measured bandwidth.
    bandwidth: f64,
    seconds: f64,
    /// Whether the bar could not be reached with that bandwidth.
    bound: bool,
    direction: Direction,
}

impl Cell {
    fn bar(&self) -> f64 {
        if self.direction == Direction::Forward { FORWARD_BAR } else { BACKWARD_BAR }
    }

    /// What is said of it in a table of shares of the peak.
    fn text(&self) -> String {
        let reason = match (self.share >= self.bar(), self.bound) {
            (true, _) => "",
            (false, true) => &format!(" (bandwidth-bound: {:.0} % of it)", 100.0 * self.bandwidth),
            (false, false) => " **(compute: to improve)**",
        };
        format!("{:.0} %{reason}", 100.0 * self.share)
    }
}

/// Sums the calls that satisfy a condition, other than those of packing and of the entrance.
fn total(calls: &[Call], wanted: impl Fn(&str) -> bool) -> f64 {
    let ours = |name: &str| !name.starts_with("pack::") && !name.starts_with("custom::");
    calls.iter().filter(|call| ours(&call.name) && wanted(&call.name)).map(|call| call.seconds).sum()
}

/// Floats of a shape.
fn floats(shape: &[usize]) -> f64 {
    shape.iter().product::<usize>() as f64
}

/// The smallest memory traffic of a direction in bytes, activations of a block and weights, each once where it is read and
/// once where it is written.
fn traffic(case: &Case, direction: Direction, lanes: f64) -> (f64, f64) {
    let (x, y) = (floats(case.summary.input), floats(case.summary.output));
    let weights: usize = case.layers().iter().map(|layer| layer.parameters).sum();
    let times = if direction == Direction::Weight { 2.0 } else { 1.0 };
    (4.0 * lanes * (x + y), times * 4.0 * weights as f64)
}

/// Measures layers that compute: a table of shares of the multiply-add peak. Gives how many cells are to be improved.
pub fn compute(options: &Options, cases: &[Case]) -> usize {
    if options.batches {
        return batches::compute(options, cases);
    }
    let mut below = Vec::new();
    if !options.json {
        println!("| shape | MACs | forward us | forward | backward input | backward weight |");
        println!("|---|--:|--:|--:|--:|--:|");
    }
    for case in cases.iter().filter(|case| options.wants(&case.label())) {
        let times = (case.measure)(options.level, BATCH);
        let lanes = options.level.lanes() as f64;
        let blocks = BATCH as f64 / lanes;
        let macs = case.layers().iter().map(|layer| layer.macs).sum::<u64>();
        let least = BATCH as f64 * macs as f64 / times.peak;
        // A net of several layers is measured whole: backward is one cell, of twice the work.
        let whole = case.layers().len() > 1;
        let cell = |direction: Direction, seconds: f64, least: f64| {
            let (activations, weights) = traffic(case, direction, lanes);
            let memory = blocks
                * (activations / bandwidth::copy(options.level, activations as usize)
                    + weights / bandwidth::read(options.level, weights as usize));
            let cell = Cell { share: least / seconds, bandwidth: memory / seconds, seconds, bound: false, direction };
            Cell { bound: memory > least / cell.bar(), ..cell }
        };
        let backward = |name: &str| name.contains("Backward");
        let forward = cell(Direction::Forward, total(&times.forward, |_| true), least);
        let cells = if whole {
            vec![forward, cell(Direction::Weight, total(&times.training, backward), 2.0 * least)]
        } else {
            let of = |part: &'static str| total(&times.training, move |name| name.contains(part));
            vec![
                forward,
                cell(Direction::Input, of("BackwardInput"), least),
                cell(Direction::Weight, of("BackwardWeight"), least),
            ]
        };
        for cell in &cells {
            let name = match cell.direction {
                Direction::Forward => "forward",
                Direction::Input => "backward input",
                Direction::Weight if whole => "backward",
                Direction::Weight => "backward weight",
            };
            if options.json {
                println!(
                    "{{\"shape\": \"{}\", \"level\": \"{}\", \"direction\": \"{name}\", \"us\": {:.3}, \"peak_share\": {:.4}, \"bandwidth_share\": {:.4}, \"bandwidth_bound\": {}}}",
                    case.label(),
                    options.level,
                    1e6 * cell.seconds,
                    cell.share,
                    cell.bandwidth,
                    cell.bound
                );
            }
            if cell.share < cell.bar() && !cell.bound {
                below.push((cell.share, format!("{}: {name}", case.label())));
            }
        }
        if !options.json {
            let mut texts: Vec<_> = cells.iter().map(Cell::text).collect();
            if whole {
                texts.insert(1, "whole:".to_owned());
            }
            println!("| {} | {macs} | {:.1} | {} |", case.label(), 1e6 * cells[0].seconds, texts.join(" | "));
        }
    }
    below.sort_by(|a, b| a.0.total_cmp(&b.0));
    if !options.json {
        println!(
            "\n{} cells are below {:.0} % forward or {:.0} % backward and not bound by bandwidth, the lowest first:\n",
            below.len(),
            100.0 * FORWARD_BAR,
            100.0 * BACKWARD_BAR
        );
        below.iter().for_each(|(share, what)| println!("- {:.0} %: {what}", 100.0 * share));
    }
    below.len()
}

/// Measures layers that hardly compute: a table of shares of the bandwidth of a copy of the same size. Forward reads x and
/// writes y; backward reads dy and what else the formula needs, and writes dx.
///
/// # Panics
/// If there are not as many pairs of floats as cases.
pub fn memory(options: &Options, cases: &[Case], floats: &[(usize, usize)]) {
    assert_eq!(cases.len(), floats.len());
    if !options.json {
        println!("| shape | forward us | forward GB/s | of a copy | backward us | backward GB/s | of a copy |");
        println!("|---|--:|--:|--:|--:|--:|--:|");
    }
    for (case, &(forward_floats, backward_floats)) in
        cases.iter().zip(floats).filter(|(case, _)| options.wants(&case.label()))
    {
        let times = (case.measure)(options.level, BATCH);
        let lanes = options.level.lanes() as f64;
        let blocks = BATCH as f64 / lanes;
        let backward = total(&times.training, |name| name.contains("Backward"));
        let row = [(total(&times.forward, |_| true), forward_floats), (backward, backward_floats)].map(
            |(seconds, floats)| {
                let bytes = 4.0 * lanes * floats as f64;
                let copy = bandwidth::copy(options.level, bytes as usize);
                (seconds, blocks * bytes / seconds, blocks * bytes / copy / seconds)
            },
        );
        if options.json {
            for (name, (seconds, rate, share)) in ["forward", "backward"].iter().zip(row) {
                println!(
                    "{{\"shape\": \"{}\", \"level\": \"{}\", \"direction\": \"{name}\", \"us\": {:.3}, \"gb_s\": {:.2}, \"bandwidth_share\": {share:.4}}}",
                    case.label(),
                    options.level,
                    1e6 * seconds,
                    1e-9 * rate
                );
            }
        } else {
            let cells = row.map(|(seconds, rate, share)| {
                format!("{:.1} | {:.1} | {:.0} %", 1e6 * seconds, 1e-9 * rate, 100.0 * share)
            });
            println!("| {} | {} |", case.label(), cells.join(" | "));
        }
    }
}

/// What the command line says.
pub struct Options {
    /// The instruction set, by `PRELU_LEVEL`.
    pub level: Level,
    json: bool,
    batches: bool,
    filter: Vec<String>,
    /// Whether to try only that everything runs, as `cargo test --benches` wants.
    pub test: bool,
}

impl Options {
    /// From the arguments: `--json` for a line of JSON for each cell; `--batches` for several numbers of samples; words that a shape's text must have.
    pub fn parse() -> Self {
        let arguments: Vec<_> = std::env::args().skip(1).collect();
        let has = |flag: &str| arguments.iter().any(|argument| argument == flag);
        let (json, batches, test) = (has("--json"), has("--batches"), has("--test"));
        let filter = arguments.iter().filter(|argument| !argument.starts_with("--")).cloned().collect();
        Self { level: prelu::level(), json, batches, filter, test }
    }

    fn wants(&self, label: &str) -> bool {
        self.filter.iter().all(|word| label.contains(word))
    }

    /// A heading.
    pub fn title(&self, text: &str) {
        if !self.json {
            println!(
                "\n{text}; {}, one thread, batch {BATCH}, peak {:.1} GFLOP/s\n",
                self.level,
                2e-9 * peak(self.level)
            );
        }
    }
}
